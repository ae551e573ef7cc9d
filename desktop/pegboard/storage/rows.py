"""Reads and writes single rows: for the few rows that one step of a person touches.

Writes go through the table's columns, so that defaults and exact types hold; reads give values as they lie in the file
(millionths, ISO text for days).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, insert, inspect, update

from pegboard.storage.store import Reading

if TYPE_CHECKING:  # the mapped classes cost a fifth of a second, and who only reads needs none
    from pegboard.storage.types import Base


def add(tx: Reading, table: "type[Base]", **values: object) -> int:
    """Insert one row and return its key."""
    result = tx.connection.execute(insert(table).values(**values))
    assert result.inserted_primary_key is not None
    return int(result.inserted_primary_key[0])


def change(tx: Reading, table: "type[Base]", key: int, **values: object) -> None:
    """Set columns of the row with this primary key."""
    column = inspect(table).primary_key[0]
    tx.connection.execute(update(table).where(column == key).values(**values))


def run(tx: Reading, statement: str, *parameters: object) -> int:
    """Run a statement that writes; return how many rows it met."""
    return tx.connection.exec_driver_sql(statement, parameters).rowcount


def rows(reading: Reading, statement: str, *parameters: object) -> Sequence[Row[Any]]:
    """All rows of a statement, columns by name."""
    return reading.connection.exec_driver_sql(statement, parameters).all()


def first(reading: Reading, statement: str, *parameters: object) -> Row[Any] | None:
    """The first row of a statement, or None."""
    return reading.connection.exec_driver_sql(statement, parameters).first()


def number(reading: Reading, statement: str, *parameters: object) -> int:
    """The single whole number that a statement gives; 0 where it gives nothing."""
    value = reading.connection.exec_driver_sql(statement, parameters).scalar()
    return int(value or 0)
