"""Saves what can be read of a damaged workshop into a new one, row by row, and says what was lost.

A page that cannot be read costs the rows on it and no others: what lay below a torn inner page is found by itself
(`torn_pages`). Rows that refer to lost ones are left out too, since a
workshop never holds a reference to nothing. Where the beginning of the file is gone, that of a new workshop stands in
for it: the tables of one version lie at the same pages in every file.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pegboard.domain.errors import WorkshopFileError
from pegboard.i18n import tr
from pegboard.storage.store import Store
from pegboard.storage.torn_pages import is_plausible, mend, schema_pages

HEADER, PAGE = 100, 4096  # bytes
ROWS_OF_A_PAGE = 300  # more than any table has; row ids are given out without gaps
ALONE = frozenset({"alembic_version"})  # the new workshop has its own
CHUNK = 500  # rows at a time; where one of them cannot be read, they are read one by one
FILES = 4  # rows at a time that hold a whole file of up to 20 MB


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A table: how many rows were saved, and how many of those that could be seen were not.

    `unreadable` are the stretches of the table that SQLite could not read at all.
    """

    table: str
    saved: int
    lost: int
    unreadable: int


def salvage(damaged: Path, target: Path) -> tuple[Salvaged, ...]:
    """Make a new workshop at `target` from what can be read of `damaged`, which stays as it is.

    Raises WorkshopFileError where nothing at all can be read, or `target` exists.
    """
    with Store.create(target):
        pass
    try:
        with (
            _begun(damaged, target) as known,
            _mended(known, target.parent) as mended,
            _opened(mended) as old,
            closing(sqlite3.connect(target, isolation_level=None)) as new,
        ):
            found = tuple(_copy(old, new))
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    if not any(table.saved for table in found):
        target.unlink(missing_ok=True)
        raise WorkshopFileError(
            tr("Nothing in {path} can be read.", path=damaged), hint=tr("Restore the newest backup instead.")
        )
    return found


@contextmanager
def _begun(damaged: Path, new: Path) -> Iterator[Path]:
    """Give the damaged file, or a copy with the beginning of the workshop `new` where SQLite does not know it."""
    if not damaged.is_file() or _is_known(damaged):
        yield damaged
        return
    with TemporaryDirectory(prefix="pegboard-") as folder:
        copy, chosen = Path(folder) / "salvaged.pegboard", damaged
        for beginning, with_schema in ((None, True), (HEADER, False), (PAGE, False), (PAGE, True)):
            shutil.copyfile(damaged, copy)
            log = damaged.with_name(damaged.name + "-wal")
            if log.exists():
                shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
            if beginning is not None:
                _begin(copy, new, beginning)
            if with_schema:
                _put_schema(copy, new)
            if _is_known(copy) and is_plausible(copy):
                chosen = copy
                break
        yield chosen


@contextmanager
def _mended(known: Path, folder: Path) -> Iterator[Path]:
    """Give the file, or a copy in which rows below torn inner pages can be reached."""
    if not known.is_file():
        yield known
        return
    with TemporaryDirectory(prefix=".pegboard-", dir=folder) as name:
        copy = Path(name) / "mended.pegboard"
        yield copy if mend(known, copy) else known


def _is_known(path: Path) -> bool:
    """Whether SQLite finds the tables of a workshop in it, each where it lies.

    A beginning of another version would name other places, and rows would be read as those of another table.
    """
    try:
        with _opened(path) as connection:
            versions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.DatabaseError:
        return False
    return len(versions) == 1 and isinstance(versions[0][0], str) and versions[0][0].isdigit()


def _begin(copy: Path, new: Path, length: int) -> None:
    """Write the first bytes of `new` over those of `copy`, as long as that is; its list of free pages is forgotten."""
    with new.open("rb") as file:
        beginning = bytearray(file.read(length))
    beginning[28:32] = max(copy.stat().st_size // PAGE, 1).to_bytes(4, "big")
    beginning[32:40] = bytes(8)
    beginning[92:96] = beginning[24:28]  # else the length of the file is not believed
    with copy.open("r+b") as file:
        file.write(beginning)


def _put_schema(copy: Path, new: Path) -> None:
    """Write the pages of `new` that say which tables there are over those of `copy`, but for the first."""
    with copy.open("r+b") as file:
        for number, page in schema_pages(new).items():
            file.seek((number - 1) * PAGE)
            file.write(page)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.is_file():
        raise WorkshopFileError(tr("There is no file {path}.", path=path), hint=tr("Check the path."))
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")  # else nothing is read of a file that was cut off
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        yield connection


def _copy(old: sqlite3.Connection, new: sqlite3.Connection) -> Iterator[Salvaged]:
    """Copy table by table without looking at references, then take away what refers to nothing."""
    new.execute("PRAGMA foreign_keys = OFF")
    triggers = new.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    new.execute("BEGIN IMMEDIATE")
    for name, _sql in triggers:
        new.execute(f'DROP TRIGGER "{name}"')
    copied = [_copy_table(old, new, table) for table in _tables(new)]
    dangling = _drop_dangling(new)
    for _name, sql in triggers:
        new.execute(sql)
    new.execute("COMMIT")
    for table in copied:
        gone = dangling.get(table.table, 0)
        yield Salvaged(table.table, table.saved - gone, table.lost + gone, table.unreadable)


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " AND name NOT LIKE 'search%' ORDER BY name"
    )
    return [name for (name,) in rows if name not in ALONE]


def _copy_table(old: sqlite3.Connection, new: sqlite3.Connection, table: str) -> Salvaged:
    columns = _common_columns(old, new, table)
    if not columns:
        return Salvaged(table, 0, 0, 1)
    new.execute(f'DELETE FROM "{table}"')
    names = ", ".join(f'"{column}"' for column in columns)
    insert = f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})'
    saved = lost = unreadable = 0
    was_readable = True
    for rows in _readable(old, table, names, FILES if _holds_files(new, table) else CHUNK):
        unreadable += rows is None and was_readable  # one stretch, however long
        was_readable = rows is not None
        if rows is None:
            continue
        for row in rows:
            try:
                new.execute(insert, row)
                saved += 1
            except sqlite3.DatabaseError:  # torn: a key twice, or nothing where something must be
                lost += 1
    return Salvaged(table, saved, lost, unreadable)


def _common_columns(old: sqlite3.Connection, new: sqlite3.Connection, table: str) -> list[str]:
    wanted = [row[1] for row in new.execute(f'PRAGMA table_info("{table}")')]
    try:
        there = {row[1] for row in old.execute(f'PRAGMA table_info("{table}")')}
    except sqlite3.DatabaseError:
        return []
    return [column for column in wanted if column in there]


def _holds_files(connection: sqlite3.Connection, table: str) -> bool:
    return any(row[2] == "BLOB" for row in connection.execute(f'PRAGMA table_info("{table}")'))


def _readable(
    old: sqlite3.Connection, table: str, names: str, chunk: int
) -> Iterator[Sequence[tuple[object, ...]] | None]:
    """The rows in chunks, by row id; None for each stretch that cannot be read."""
    least, most = _span(old, table)
    start = least
    while start <= most:
        rows = _between(old, table, names, start, start + chunk - 1)
        if rows is not None:
            yield rows
        else:
            yield from (_between(old, table, names, at, at) for at in range(start, min(start + chunk, most + 1)))
        start += chunk


def _span(old: sqlite3.Connection, table: str) -> tuple[int, int]:
    """The lowest and highest row id that can be found; a broken end is felt for by doubling."""
    try:
        least, most = old.execute(f'SELECT min(rowid), max(rowid) FROM "{table}"').fetchone()
        return (least, most) if least is not None else (1, 0)
    except sqlite3.DatabaseError:
        (pages,) = old.execute("PRAGMA page_count").fetchone()
        most = 1
        while most < pages * ROWS_OF_A_PAGE and _between(old, table, "rowid", most, most * 2) != []:
            most *= 2
        return 1, most


def _between(
    old: sqlite3.Connection, table: str, names: str, first: int, last: int
) -> Sequence[tuple[object, ...]] | None:
    try:
        return old.execute(f'SELECT {names} FROM "{table}" WHERE rowid BETWEEN ? AND ?', (first, last)).fetchall()
    except (sqlite3.DatabaseError, OverflowError):
        return None


def _drop_dangling(new: sqlite3.Connection) -> dict[str, int]:
    """Take away rows that refer to lost ones, until none does; where a reference may be empty it is emptied."""
    dropped: dict[str, int] = {}
    while True:
        broken = list(new.execute("PRAGMA foreign_key_check"))
        if not broken:
            return dropped
        for table, row, _parent, key in broken:
            if not _empty_reference(new, table, row, key):
                dropped[table] = (
                    dropped.get(table, 0) + new.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (row,)).rowcount
                )


def _empty_reference(new: sqlite3.Connection, table: str, row: int, key: int) -> bool:
    """Empty the reference `key` of a row; False where it must not be empty."""
    columns = [each[3] for each in new.execute(f'PRAGMA foreign_key_list("{table}")') if each[0] == key]
    try:
        new.execute(
            f'UPDATE "{table}" SET {", ".join(f"{_name(column)} = NULL" for column in columns)} WHERE rowid = ?', (row,)
        )
    except sqlite3.DatabaseError:  # it must refer to something
        return False
    return True


def _name(column: str) -> str:
    return f'"{column}"'
