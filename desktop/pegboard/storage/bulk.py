"""Bulk writes: tuples straight to the driver, about as fast as the bare database.

The unit of work of the ORM costs 47 times as much for a row; it is for the few rows that a person touches.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from pegboard.storage.store import Reading

if TYPE_CHECKING:  # the mapped classes cost a fifth of a second, and who only reads needs none
    from pegboard.storage.types import Base

Row = Sequence[object]
_BATCH = 500  # rows a statement; more is no faster


def insert_rows(tx: Reading, table: "type[Base]", columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert `rows` (tuples in the order of `columns`, values as they lie in the file) and return how many."""
    rows = rows if isinstance(rows, list) else list(rows)
    if rows:
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table.__tablename__} ({', '.join(columns)}) VALUES ({marks})"
        tx.connection.exec_driver_sql(statement, rows)
    return len(rows)


def update_rows(tx: Reading, table: "type[Base]", columns: Sequence[str], key: str, rows: Iterable[Row]) -> int:
    """Update `columns` by the key column; each row holds the new values, then the key, which no other row has."""
    rows = rows if isinstance(rows, list) else list(rows)
    name = table.__tablename__
    if not _takes_batches(tx):
        setting = ", ".join(f"{column} = ?" for column in columns)
        if rows:
            tx.connection.exec_driver_sql(f"UPDATE {name} SET {setting} WHERE {key} = ?", rows)
        return len(rows)
    setting = ", ".join(f"{column} = new.column{place}" for place, column in enumerate(columns, start=1))
    row_marks = f"({', '.join('?' * (len(columns) + 1))})"
    for part in _parts(rows):
        values = ", ".join([row_marks] * len(part))
        tx.connection.exec_driver_sql(
            f"UPDATE {name} SET {setting} FROM (VALUES {values}) AS new"
            f" WHERE {name}.{key} = new.column{len(columns) + 1}",
            tuple(chain.from_iterable(part)),
        )
    return len(rows)


def delete_rows(tx: Reading, table: "type[Base]", key: str, keys: Sequence[int]) -> None:
    """Delete the rows whose key column holds one of `keys`."""
    name = table.__tablename__
    if not _takes_batches(tx):
        if keys:
            tx.connection.exec_driver_sql(f"DELETE FROM {name} WHERE {key} = ?", [(each,) for each in keys])
        return
    for part in _parts(keys):
        tx.connection.exec_driver_sql(f"DELETE FROM {name} WHERE {key} IN ({', '.join('?' * len(part))})", tuple(part))


def _takes_batches(tx: Reading) -> bool:
    """Whether a statement for many rows is better than many statements.

    SQLite keeps a journal for each statement that has a trigger or a reference to look after, and within a save point
    clearing that journal takes the longer the more was written before: 16,000 updates took 4 s, in batches 0.1 s.
    """
    return tx.connection.dialect.name == "sqlite"


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


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
