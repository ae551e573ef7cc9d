"""Brings the words of the search box up to date."""

from pegboard.queries.search import RANGE, Searched, stale_kinds
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Transaction

Row = tuple[object, ...]


def refresh(tx: Transaction) -> int:
    """Index the words of what was changed since the last time; return how many records had new words.

    It changes nothing that a person entered and so leaves no line in the audit trail.
    """
    count = sum(_refresh_kind(tx, kind) for kind in stale_kinds(tx))
    tx.connection.exec_driver_sql(
        "INSERT INTO search_state (search_state_id, audit_entry_id) SELECT 1, coalesce(max(audit_entry_id), 0)"
        " FROM audit_entry WHERE true ON CONFLICT DO UPDATE SET audit_entry_id = excluded.audit_entry_id"
    )
    return count


def _refresh_kind(tx: Transaction, kind: Searched) -> int:
    first, last = kind.place * RANGE, (kind.place + 1) * RANGE - 1
    gone = fetch(
        tx,
        "SELECT search_words_id, words FROM search_words WHERE search_words_id BETWEEN ? AND ?"
        f" AND search_words_id - ? NOT IN (SELECT {kind.id} FROM {kind.table})",
        (first, last, first),
    )
    new = fetch(
        tx,
        f"SELECT new.search_words_id, new.words, old.words FROM ({kind.source}) AS new LEFT JOIN search_words AS old"
        " ON old.search_words_id = new.search_words_id WHERE old.words IS NOT new.words",
    )
    _forget(tx, [*gone, *((key, old) for key, _words, old in new if old is not None)])
    _learn(tx, [(key, words) for key, words, _old in new])
    return len(gone) + len(new)


def _forget(tx: Transaction, rows: list[Row]) -> None:
    if rows:
        # The full-text table keeps no text of its own and must be told what to forget.
        tx.connection.exec_driver_sql(
            "INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', ?, ?)", rows
        )
        tx.connection.exec_driver_sql(
            "DELETE FROM search_words WHERE search_words_id = ?", [(key,) for key, _words in rows]
        )


def _learn(tx: Transaction, rows: list[Row]) -> None:
    if rows:
        tx.connection.exec_driver_sql("INSERT INTO search_words (search_words_id, words) VALUES (?, ?)", rows)
        tx.connection.exec_driver_sql("INSERT INTO search_index (rowid, words) VALUES (?, ?)", rows)
