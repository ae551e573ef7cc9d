"""Copies a whole workshop to another place, between a file and a server either way: verified, all of it or nothing."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import LargeBinary, Table

from pegboard.domain.errors import Refused, WorkshopFileError
from pegboard.i18n import tr
from pegboard.storage import full_text, schema
from pegboard.storage.bulk import fetch
from pegboard.storage.drives import require_local
from pegboard.storage.sqlite_file import FilePlace
from pegboard.storage.store import Clock, Reading, Store, Transaction, place_of, system_clock

if TYPE_CHECKING:
    from pegboard.storage.postgres.server import ServerPlace

CHUNK = 5_000  # rows in memory at a time
FILES = 4  # and rows that hold a whole file of up to 20 MB


class Steps(Protocol):
    """Who shows how far it is."""

    def step(self, done: int, total: int, text: str) -> None:
        """Show that `done` of `total` tables are done and which one comes now."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A table that was copied: its name, its rows, and the checksum that both sides have."""

    table: str
    rows: int
    checksum: str


def move(
    source: Store, target: str | Path, clock: Clock = system_clock, progress: Steps | None = None
) -> tuple[Moved, ...]:
    """Copy an open workshop to a new file or into a database without a workshop; others may go on reading here.

    Every table is read back at the target, counted and summed up before the copy counts as made.
    Raises WorkshopFileError where the target holds something already or the two do not agree; nothing is left then.
    """
    place = place_of(target)
    if isinstance(place, FilePlace):
        return move_to_file(source, place.path, clock, progress)
    with Writing(place, clock) as tx:
        place.make_tables(tx.connection)
        return _fill(source, tx, place, progress)


def move_to_file(
    source: Store, target: Path, clock: Clock = system_clock, progress: Steps | None = None, *, replaces: bool = False
) -> tuple[Moved, ...]:
    """Copy an open workshop to a file, which gets its name once it is whole; `replaces` an earlier one."""
    from pegboard.storage.backup import part_of, replace_file

    require_local(target)
    if target.exists() and not replaces:
        raise WorkshopFileError(
            tr("{path} exists already.", path=target), hint=tr("Choose another name: nothing is overwritten.")
        )
    with part_of(target) as part:
        place = FilePlace(part)
        place.make()
        with Writing(place, clock) as tx:
            place.make_tables(tx.connection)
            moved = _fill(source, tx, place, progress)
        with closing(sqlite3.connect(part, isolation_level=None)) as file:
            file.execute("PRAGMA journal_mode = DELETE")  # one file is all of it
        replace_file(part, target)
    return moved


def replace_workshop(
    source: Store, target: "ServerPlace", clock: Clock = system_clock, progress: Steps | None = None
) -> str | None:
    """Put a copy of an open workshop in the place of one on a server; return under what name that is kept there."""
    with Writing(target, clock) as tx:
        kept = target.set_aside(tx.connection, clock())
        target.make_tables(tx.connection)
        _fill(source, tx, target, progress)
        return kept


class Writing:
    """A transaction at a place where no workshop is open, as a context."""

    def __init__(self, place: "FilePlace | ServerPlace", clock: Clock) -> None:
        self._store = Store(place, clock)
        self._clock = clock

    def __enter__(self) -> Transaction:
        """Begin."""
        self._errors = self._store.place.errors()
        self._errors.__enter__()
        self._connection = self._store._writer.connect().execution_options(pegboard_begin="IMMEDIATE")
        self._connection.begin()
        return Transaction(self._connection, "move", today=self._clock().date(), now=self._clock(), actor="")

    def __exit__(self, *error: Any) -> bool | None:
        """Commit, or roll back where something went wrong."""
        try:
            if error[0] is None:
                self._store.place.announce(self._connection)  # seats that are at what stood here before
                self._connection.commit()
                self._store.place.settle(self._connection)
            self._connection.close()
        finally:
            self._store.close()
        return self._errors.__exit__(*error)


def _fill(
    source: Store, tx: Transaction, place: "FilePlace | ServerPlace", progress: Steps | None
) -> tuple[Moved, ...]:
    """Copy all rows into new tables, compare, then make the guards, which rows that stand need not pass again."""
    from pegboard.storage.tables import metadata

    moved = []
    tables = metadata.sorted_tables
    with source.read() as reading:
        if not source.place.sees_all(reading.connection):
            raise Refused(
                tr("This login sees only a part of the workshop; a copy of that would be none."),
                hint=tr("Copy it with the login of an owner."),
            )
        for done, table in enumerate(tables):
            if progress is not None:
                progress.step(done, len(tables), table.name)
            moved.append(_copy(reading, tx, table))
    schema.stamp(tx.connection)
    place.guard(tx.connection)
    return tuple(moved)


def _copy(reading: Reading, tx: Transaction, table: Table) -> Moved:
    columns = ", ".join(column.name for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    count, total = 0, hashlib.blake2b(digest_size=16)
    for rows in _chunks(reading, table):
        if table.name == "search_words":
            full_text.learn(tx, [(key, words) for key, words in rows])
        else:
            tx.connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", rows)
        count += len(rows)
        _add(total, rows)
    arrived, sum_there = checksum(tx, table)
    if (arrived, sum_there) != (count, total.hexdigest()):
        raise WorkshopFileError(
            tr(
                "Table {table} did not arrive whole: {count} rows, {arrived} there.",
                table=table.name,
                count=count,
                arrived=arrived,
            ),
            hint=tr("Nothing was copied. Check both workshops with: pegboard check"),
        )
    return Moved(table.name, count, sum_there)


def checksum(reading: Reading, table: Table) -> tuple[int, str]:
    """Count the rows of a table and sum them up; the same rows give the same sum, wherever they lie."""
    count, total = 0, hashlib.blake2b(digest_size=16)
    for rows in _chunks(reading, table):
        count += len(rows)
        _add(total, rows)
    return count, total.hexdigest()


def _add(total: "hashlib.blake2b", rows: list[tuple[Any, ...]]) -> None:
    for row in rows:
        total.update(repr(row).encode())


def _chunks(reading: Reading, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a table in the order of its key."""
    key = next(iter(table.primary_key)).name
    place = [column.name for column in table.columns].index(key)
    columns = ", ".join(column.name for column in table.columns)
    most = FILES if any(isinstance(column.type, LargeBinary) for column in table.columns) else CHUNK
    statement = f"SELECT {columns} FROM {table.name} {{}} ORDER BY {key} LIMIT {most}"
    rows = list(map(tuple, fetch(reading, statement.format(""))))
    while rows:
        yield rows
        if len(rows) < most:
            return
        rows = list(map(tuple, fetch(reading, statement.format(f"WHERE {key} > ?"), (rows[-1][place],))))
