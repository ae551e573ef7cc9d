"""Brings the words of the search box up to date."""

from pegboard.queries.search import RANGE, Searched, stale_kinds
from pegboard.storage import full_text
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Transaction


def refresh(tx: Transaction) -> int:
    """Index the words of what was changed since the last time; return how many records had new words.

    It changes nothing that a person entered and so leaves no line in the audit trail.
    """
    count = sum(_refresh_kind(tx, kind) for kind in stale_kinds(tx))
    tx.connection.exec_driver_sql(
        "INSERT INTO search_state (search_state_id, audit_entry_id) SELECT 1, coalesce(max(audit_entry_id), 0)"
        " FROM audit_entry WHERE true ON CONFLICT (search_state_id)"
        " DO UPDATE SET audit_entry_id = excluded.audit_entry_id"
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
    full_text.forget(tx, [*gone, *((key, old) for key, _words, old in new if old is not None)])
    full_text.learn(tx, [(key, words) for key, words, _old in new])
    return len(gone) + len(new)
