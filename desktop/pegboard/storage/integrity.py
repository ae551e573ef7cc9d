"""Looks into a workshop file without changing it: is it one, is it whole, what is in it."""

import datetime
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pegboard.domain.errors import WorkshopFileError
from pegboard.i18n import tr
from pegboard.storage import schema
from pegboard.storage.bulk import fetch
from pegboard.storage.dialects import SERVER
from pegboard.storage.store import BUSY_MILLISECONDS, Reading, file_errors

_UNREAD = re.compile(r"unable to get the page\. error code=(10|266)\b")  # SQLITE_IOERR, SQLITE_IOERR_READ
MOST_PROBLEMS = 20  # a broken file can have thousands; the first ones tell enough


@dataclass(frozen=True, slots=True)
class Contents:
    """What a person wants to know of a file before it is restored.

    Attributes: changed_at: when the last command changed it, UTC; changed_by: whose it was; size: bytes; schema: its
    migration; orders: how many; newest_order: the number of the one entered last, "" without any.
    """

    path: Path
    changed_at: datetime.datetime | None
    changed_by: str
    size: int
    schema: str
    company: str
    orders: int
    newest_order: str


@contextmanager
def reading_file(path: Path, shown: Path | None = None) -> Iterator[sqlite3.Connection]:
    """Open a workshop file for reading alone, below the store: for copies and examinations.

    `shown` is its name for people where it has another one while it is made.
    """
    schema.require_workshop_file(path, shown)
    with file_errors(shown or path):
        # A path in a URI needs its special characters quoted, and as_uri does that.
        uri = f"{path.resolve().as_uri()}?mode=ro{_immutable(path)}"
        connection = sqlite3.connect(
            uri, uri=True, timeout=BUSY_MILLISECONDS / 1000, isolation_level=None, check_same_thread=False
        )
        try:
            yield connection
        finally:
            connection.close()


def _immutable(path: Path) -> str:
    """A write-ahead file on read-only media cannot be locked, nor need it be: nobody can change it there."""
    has_log = path.with_name(path.name + "-wal").exists()
    return "" if has_log or os.access(path.parent, os.W_OK) else "&immutable=1"


def problems(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return what SQLite finds broken in the file's pages and references; empty where it is whole.

    A drive that cannot be read is not a broken file: that stays SQLite's own error.
    """
    try:
        found = [str(row[0]) for row in connection.execute(f"PRAGMA quick_check({MOST_PROBLEMS})") if row[0] != "ok"]
        if any(_UNREAD.search(text) for text in found):
            raise sqlite3.OperationalError("disk I/O error")
        if not found:
            found = [
                f"{table}: row {row} refers to a missing {parent}"
                for table, row, parent, _key in connection.execute("PRAGMA foreign_key_check").fetchmany(MOST_PROBLEMS)
            ]
    except sqlite3.OperationalError:
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the complaint may quote what was torn
        found = [str(error)]
    return tuple(_plain(text) for text in found)


def _plain(found: str) -> str:
    """Return a complaint of SQLite in one line, without its own heading."""
    return "; ".join(line for line in found.splitlines() if not line.startswith("***"))


def storage_breaches(reading: Reading) -> Iterator[str]:
    """Say what is broken in the pages and references of an open workshop."""
    if reading.connection.dialect.name == SERVER:
        # A server keeps references itself, unless somebody switched them off.
        for table, constraint in fetch(
            reading,
            "SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'pegboard' AND NOT k.convalidated",
        ):
            yield tr("{table}: {constraint} is not kept.", table=table, constraint=constraint)
        return
    for (found,) in fetch(reading, "PRAGMA quick_check(20)"):
        if found != "ok":
            yield str(found)
    for table, row, parent, _key in fetch(reading, "PRAGMA foreign_key_check"):
        yield tr("{table}: row {row} refers to a missing {parent}.", table=table, row=row, parent=parent)


def problems_of(path: Path, shown: Path | None = None) -> tuple[str, ...]:
    """Return what is broken in the workshop file at `path`; WorkshopFileError where there is none."""
    with reading_file(path, shown) as connection:
        return problems(connection)


def is_damaged(path: Path) -> bool:
    """Tell whether SQLite finds the file broken; False where it cannot be opened for another reason."""
    try:
        return bool(problems_of(path))
    except WorkshopFileError:
        return False


def schema_of(connection: sqlite3.Connection) -> str:
    """The migration that the file stands at."""
    (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(version)


def row_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the number of rows by table, as this connection sees them now."""
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    ).fetchall()
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}


def contents(path: Path) -> Contents:
    """Look inside a workshop or a backup, of this or an earlier version."""
    with reading_file(path) as connection:
        last = connection.execute("SELECT at, actor FROM audit_entry ORDER BY audit_entry_id DESC LIMIT 1").fetchone()
        company = connection.execute("SELECT value FROM setting WHERE name = 'company_name'").fetchone()
        (orders,) = connection.execute("SELECT count(*) FROM customer_order").fetchone()
        newest = connection.execute("SELECT number FROM customer_order ORDER BY order_id DESC LIMIT 1").fetchone()
        return Contents(
            path=path,
            changed_at=datetime.datetime.fromisoformat(last[0]).replace(tzinfo=datetime.UTC) if last else None,
            changed_by=last[1] if last else "",
            size=os.path.getsize(path),
            schema=schema_of(connection),
            company=company[0] if company else "",
            orders=orders,
            newest_order=newest[0] if newest else "",
        )
