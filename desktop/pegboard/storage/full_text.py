"""Finds records by the beginnings of their words: SQLite's full-text index, or a server's index of words.

Keys are those of `search_words`, which keeps the text itself.
"""

import re
import unicodedata
from collections.abc import Sequence

from pegboard.storage.bulk import fetch
from pegboard.storage.dialects import SERVER
from pegboard.storage.store import Reading, Transaction

_WORD = re.compile(r"[^\W_]+")


def learn(tx: Transaction, rows: Sequence[tuple[int, str]]) -> None:
    """Take in records that the index does not know, each with its words."""
    if not rows:
        return
    tx.connection.exec_driver_sql("INSERT INTO search_words (search_words_id, words) VALUES (?, ?)", list(rows))
    if _is_on_server(tx):
        rows = [(key, _vector(words)) for key, words in rows]
    tx.connection.exec_driver_sql("INSERT INTO search_index (rowid, words) VALUES (?, ?)", list(rows))


def forget(tx: Transaction, rows: Sequence[tuple[int, str]]) -> None:
    """Take out records, each with the words by which the index knows it."""
    if not rows:
        return
    keys = [(key,) for key, _words in rows]
    if _is_on_server(tx):
        tx.connection.exec_driver_sql("DELETE FROM search_index WHERE rowid = ?", keys)
    else:
        # The full-text table keeps no text of its own and must be told what to forget.
        tx.connection.exec_driver_sql(
            "INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', ?, ?)", list(rows)
        )
    tx.connection.exec_driver_sql("DELETE FROM search_words WHERE search_words_id = ?", keys)


def keys_with(
    reading: Reading, words: Sequence[str], first: int, last: int, *, newest_first: bool, limit: int
) -> list[int]:
    """Keys between `first` and `last` of records in which each of `words` begins a word."""
    direction = "DESC" if newest_first else "ASC"
    if _is_on_server(reading):
        parts = dict.fromkeys(part for word in words for part in _parts(word))
        # The rows of the index are narrowed down before they are sorted: else all of them might be walked by key.
        statement = (
            "SELECT rowid FROM (SELECT rowid FROM search_index WHERE words @@ CAST(? AS tsquery) OFFSET 0) AS found"
            f" WHERE rowid BETWEEN ? AND ? ORDER BY rowid {direction} LIMIT ?"
        )
        expression = " & ".join(f"'{part}':*" for part in parts)
    else:
        statement = (
            "SELECT rowid FROM search_index WHERE search_index MATCH ? AND rowid BETWEEN ? AND ?"
            f" ORDER BY rowid {direction} LIMIT ?"
        )
        # A quoted string is never an operator.
        expression = " ".join('"' + word.replace('"', '""') + '" *' for word in words)
    if not expression:
        return []
    return [key for (key,) in fetch(reading, statement, (expression, first, last, limit))]


def _is_on_server(reading: Reading) -> bool:
    return reading.connection.dialect.name == SERVER


def _vector(words: str) -> str:
    """The words as the server keeps them: each once, in order."""
    return " ".join(f"'{part}'" for part in sorted(set(_parts(words))))


def _parts(text: str) -> list[str]:
    """Words as SQLite's tokenizer cuts them: letters and digits, without capitals and accents."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return _WORD.findall(bare.lower())
