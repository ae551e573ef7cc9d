"""Bulk writes: tuples straight to the driver, about as fast as the bare database.

The unit of work of the ORM costs 47 times as much for a row; it is for the few rows that a person touches.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pegboard.storage.store import Reading

if TYPE_CHECKING:  # the mapped classes cost a fifth of a second, and who only reads needs none
    from pegboard.storage.types import Base

Row = Sequence[object]


def insert_rows(tx: Reading, table: "type[Base]", columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert `rows` (tuples in the order of `columns`, values as they lie in the file) and return how many."""
    rows = rows if isinstance(rows, list) else list(rows)
    if rows:
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table.__tablename__} ({', '.join(columns)}) VALUES ({marks})"
        tx.connection.exec_driver_sql(statement, rows)
    return len(rows)


def update_rows(tx: Reading, table: "type[Base]", columns: Sequence[str], key: str, rows: Iterable[Row]) -> int:
    """Update `columns` by the key column; each row holds the new values, then the key."""
    rows = rows if isinstance(rows, list) else list(rows)
    if rows:
        setting = ", ".join(f"{column} = ?" for column in columns)
        tx.connection.exec_driver_sql(f"UPDATE {table.__tablename__} SET {setting} WHERE {key} = ?", rows)
    return len(rows)


def next_id(tx: Reading, table: "type[Base]") -> int:
    """The first free primary key; valid within this transaction, which holds the write lock."""
    key = table.__mapper__.primary_key[0].name
    highest = tx.connection.exec_driver_sql(f"SELECT max({key}) FROM {table.__tablename__}").scalar_one()
    return (highest or 0) + 1


def fetch(reading: Reading, statement: str, parameters: Row = ()) -> Sequence[tuple[Any, ...]]:
    """All rows of a statement as plain tuples, values as they lie in the file."""
    cursor = reading.connection.exec_driver_sql(statement, tuple(parameters)).cursor
    assert cursor is not None
    return cursor.fetchall()
