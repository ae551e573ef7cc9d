"""Indexes around a bulk write: made after the rows where the rows outnumber what the table holds."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Table

from pegboard.storage.bulk import fetch
from pegboard.storage.dialects import SERVER
from pegboard.storage.store import Transaction
from pegboard.storage.types import Base

WORTH_IT = 50_000  # rows; below that, keeping the indexes is as quick


@contextmanager
def indexes_made_after(tx: Transaction, tables: Sequence[type[Base]], *, rows: int) -> Iterator[None]:
    """Drop the tables' indexes before a large first load and make them again after it, in the same transaction."""
    # Others read a server's tables meanwhile, and a dropped index would make them wait.
    if rows < WORTH_IT or tx.connection.dialect.name == SERVER or any(_rows(tx, table) > rows // 4 for table in tables):
        yield
        return
    indexes = [index for table in tables for index in cast(Table, table.__table__).indexes]
    for index in indexes:
        index.drop(tx.connection)
    yield
    for index in sorted(indexes, key=lambda index: str(index.name)):
        index.create(tx.connection)


def _rows(tx: Transaction, table: type[Base]) -> int:
    """About how many rows the table has: its highest key."""
    key = cast(Table, table.__table__).primary_key.columns[0].name
    return int(fetch(tx, f"SELECT COALESCE(max({key}), 0) FROM {table.__tablename__}")[0][0])
