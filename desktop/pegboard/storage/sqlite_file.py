"""A workshop in one SQLite file: its connections, and what goes wrong with files in words."""

import datetime
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool

from pegboard.domain.errors import WorkshopDamaged, WorkshopFileError
from pegboard.i18n import tr
from pegboard.storage import schema
from pegboard.storage.drives import require_local

WRITE_CACHE_KIB = 200_000  # a big explosion rewrites its indexes in memory: 5.5 s against 3.4 s with the default
READ_CACHE_KIB = 32_000
BUSY_MILLISECONDS = 15_000  # how long a seat waits for another one's commit
WAIT_MILLISECONDS = 100  # SQLite's own wait hears no signal: so long may pass until Ctrl+C is heard


class FilePlace:
    """Where a workshop lies that is a file.

    Attributes: path: the file; address: what opens it again.
    """

    def __init__(self, path: Path, shown: Path | None = None) -> None:
        """`shown` is the name for people where the file has another one while it is made."""
        self.path = path
        self.address = str(path)
        self._shown = shown or path

    def engine(self, *, writes: bool) -> Engine:
        """Make an engine of writers or of readers."""
        return make_engine(self.path, WRITE_CACHE_KIB if writes else READ_CACHE_KIB, query_only=not writes)

    def errors(self) -> AbstractContextManager[None]:
        """Turn what SQLite says of the file into a sentence."""
        return file_errors(self._shown)

    def make(self) -> None:
        """Look whether a new workshop may be made here; refuses a place that is taken."""
        require_local(self.path)
        if self.path.exists():
            raise _is_taken(self.path)

    def aside(self) -> "FilePlace":
        """Where the new workshop is made before it gets its name, so that a name never stands for half a workshop."""
        part = self.path.with_name(f".{self.path.name}.{os.getpid()}{time.monotonic_ns()}.part")
        try:
            part.touch(exist_ok=False)
        except OSError as error:
            raise _cannot_be_made(self.path, error) from error
        return FilePlace(part, self.path)

    def become(self, place: "FilePlace") -> None:
        """Give the finished workshop its name; refuses one that was taken meanwhile."""
        try:
            with self.path.open("rb") as file:
                os.fsync(file.fileno())
            _rename_new(self.path, place.path)
        except FileExistsError:
            raise _is_taken(place.path) from None
        except OSError as error:
            raise _cannot_be_made(place.path, error) from error

    def make_tables(self, connection: Connection) -> None:
        """Make the tables of the new workshop."""
        schema.create_tables(connection)

    def guard(self, connection: Connection) -> None:
        """Make the triggers of the new workshop."""
        schema.guard(connection)

    def sees_all(self, _connection: Connection) -> bool:
        """Whoever reads a file reads all of it."""
        return True

    def settle(self, connection: Connection) -> None:
        """Put what was committed into the file itself: another process tells a workshop by the file's first page."""
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def announce(self, _connection: Connection) -> None:
        """Nothing is to be said: who has the file open sees it change."""

    def require_workshop(self) -> None:
        """Refuse a path where no workshop is, or where one cannot be kept."""
        schema.require_workshop_file(self.path)
        require_local(self.path)

    def version(self, connection: Connection) -> str:
        """The migration that the file stands at."""
        return schema.version_of(connection)

    def upgrade(self, clock: Callable[[], datetime.datetime]) -> None:
        """Bring an older file up to today's tables, on a copy."""
        from pegboard.storage.migrations import upgrade

        upgrade(self.path, clock)

    def remove(self) -> None:
        """Take the workshop away again that could not be made."""
        remove_workshop(self.path)

    def discard(self) -> None:
        """Remove the workshop."""
        remove_workshop(self.path)


def _is_taken(path: Path) -> WorkshopFileError:
    return WorkshopFileError(tr("{path} exists already.", path=path), hint=tr("Choose another name or open that file."))


def _cannot_be_made(path: Path, error: OSError) -> WorkshopFileError:
    return WorkshopFileError(
        tr("{path} cannot be made: {reason}.", path=path, reason=error.strerror or error),
        hint=tr("Choose a folder that exists and may be written."),
    )


def _rename_new(path: Path, name: Path) -> None:
    """Rename a file, but never over another one. Raises FileExistsError."""
    try:
        os.link(path, name)
    except FileExistsError:
        raise
    except OSError:  # no hard links on this drive
        if name.exists():
            raise FileExistsError(name) from None
        path.rename(name)
    else:
        path.unlink()


def remove_workshop(path: Path) -> None:
    """Remove a workshop file with its write-ahead log."""
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        name.unlink(missing_ok=True)


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite says of the file into a sentence with what to do."""
    try:
        yield
    except OperationalError as error:
        raise WorkshopFileError(*_file_problem(path, str(error.orig))) from error
    except sqlite3.OperationalError as error:
        raise WorkshopFileError(*_file_problem(path, str(error))) from error
    except (DatabaseError, sqlite3.DatabaseError) as error:
        text = str(error.orig if isinstance(error, DatabaseError) else error)
        if "malformed" in text or "not a database" in text or "corrupt" in text:
            raise WorkshopDamaged(
                tr("{path} is damaged: {reason}.", path=path, reason=text),
                hint=tr("Restore the newest backup with: pegboard restore FILE"),
            ) from error
        raise


def _file_problem(path: Path, reason: str) -> tuple[str]:
    for sign, sentence in (
        (" is locked", tr("{path} is in use by another program. Close it there, or try again in a moment.", path=path)),
        (
            "a readonly database",
            tr("{path} is read-only. Make the file and its folder writable, then try again.", path=path),
        ),
        (
            "disk is full",
            tr("The disk of {path} is full. Nothing was changed; free some space and try again.", path=path),
        ),
        (
            "unable to open database",
            tr("{path} cannot be opened. Check the path and your rights to the folder.", path=path),
        ),
        (
            "disk I/O error",
            tr("{path} cannot be read or written: the drive reports an error. Check the drive.", path=path),
        ),
        ("no such table: alembic_version", tr("{path} is not a Pegboard workshop. Open a .pegboard file.", path=path)),
        ("malformed", tr("{path} is damaged. Restore the newest backup with: pegboard restore FILE", path=path)),
    ):
        if sign in reason:
            return (sentence,)
    raise


def make_engine(path: Path, cache_kib: int, *, query_only: bool) -> Engine:
    """Make the engine of a workshop's file, each connection with its own cache (KiB) and safe settings."""
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=12,
        hide_parameters=True,  # errors are logged, and logs hold no customer's data
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(driver: sqlite3.Connection, _record: object) -> None:
        try:
            _prepare(driver, cache_kib, query_only=query_only)
        except UnicodeDecodeError as error:  # the complaint itself quotes what was torn
            raise sqlite3.DatabaseError("the file is malformed") from error

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("pegboard_begin", "DEFERRED")
        if mode == "IMMEDIATE":
            _wait_for_the_write_lock(connection)
        else:
            connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def _prepare(driver: sqlite3.Connection, cache_kib: int, *, query_only: bool) -> None:
    # The driver's own transaction handling would commit before schema changes; BEGIN is sent by the engine instead.
    driver.isolation_level = None
    cursor = driver.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    if not query_only:
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA cache_size = -{cache_kib}")
    cursor.execute("PRAGMA temp_store = MEMORY")
    if query_only:
        cursor.execute("PRAGMA query_only = ON")
    cursor.close()


def _wait_for_the_write_lock(connection: Connection) -> None:
    """Begin to write once no other seat does; in short waits, between which the keyboard can stop the program."""
    driver = connection.connection
    deadline = time.monotonic() + BUSY_MILLISECONDS / 1000
    driver.execute(f"PRAGMA busy_timeout = {WAIT_MILLISECONDS}")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if " is locked" not in str(error) or time.monotonic() > deadline:
                    raise
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
