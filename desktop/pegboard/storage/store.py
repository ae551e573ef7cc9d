"""Opens a workshop and runs transactions on it: one command, one transaction, one change notice, one audit line."""

import datetime
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool

from pegboard.domain.errors import WorkshopFileError
from pegboard.i18n import tr
from pegboard.storage import schema
from pegboard.storage.drives import require_local

Clock = Callable[[], datetime.datetime]

WRITE_CACHE_KIB = 200_000  # a big explosion rewrites its indexes in memory: 5.5 s against 3.4 s with the default
READ_CACHE_KIB = 32_000
BUSY_MILLISECONDS = 15_000  # how long a seat waits for another one's commit
WAIT_MILLISECONDS = 100  # SQLite's own wait hears no signal: so long may pass until Ctrl+C is heard


def system_clock() -> datetime.datetime:
    """Read the computer's clock, in UTC."""
    return datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a commit changed.

    Attributes: command: its name, such as "order.confirm"; nouns: the kinds of record that changed, such as "order";
    actor: who did it; note: what it did in words.
    """

    command: str
    nouns: frozenset[str]
    actor: str
    note: str


class Reading:
    """A consistent read-only view of the workshop."""

    def __init__(self, connection: Connection, today: datetime.date) -> None:
        self._connection = connection
        self.today = today

    @property
    def connection(self) -> Connection:
        """The SQLAlchemy connection of this view."""
        return self._connection


class Transaction(Reading):
    """One command at work. Services take it first; none of them commits or rolls it back."""

    def __init__(
        self, connection: Connection, command: str, *, today: datetime.date, now: datetime.datetime, actor: str
    ) -> None:
        super().__init__(connection, today)
        self.command = command
        self.now = now
        self.actor = actor
        self._nouns: set[str] = set()
        self._notes: list[str] = []

    @cached_property
    def session(self) -> Any:
        """An ORM session within this transaction, for a few objects at a time; bulk work uses `storage.bulk`."""
        from sqlalchemy.orm import Session

        return Session(bind=self._connection, expire_on_commit=False)

    @property
    def connection(self) -> Connection:
        """The SQLAlchemy connection; what the session holds is written first, so that both see the same."""
        if "session" in self.__dict__:
            self.session.flush()
        return self._connection

    def changed(self, *nouns: str) -> None:
        """Say which kinds of record this command changed."""
        self._nouns.update(nouns)

    def note(self, text: str) -> None:
        """Add a sentence to the audit line."""
        self._notes.append(text)

    def finish(self) -> Changes:
        """Write what is pending and the audit line; return the change notice."""
        if "session" in self.__dict__:
            self.session.flush()
            self.session.close()
        changes = Changes(self.command, frozenset(self._nouns), self.actor, " ".join(self._notes))
        if changes.nouns or changes.note:
            schema.write_audit(self._connection, changes, self.now)
        return changes


class Store:
    """An open workshop.

    `on_commit` listeners are called with `Changes` after each commit, on the thread that committed.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        self.on_commit: list[Callable[[Changes], None]] = []
        self._writer = _engine(path, WRITE_CACHE_KIB, query_only=False)
        self._reader = _engine(path, READ_CACHE_KIB, query_only=True)

    @classmethod
    def create(cls, path: str | Path, clock: Clock = system_clock) -> Self:
        """Make an empty workshop file; refuses an existing one."""
        path = Path(path)
        require_local(path)
        if path.exists():
            raise WorkshopFileError(
                tr("{path} exists already.", path=path), hint=tr("Choose another name or open that file.")
            )
        try:
            path.touch(exist_ok=False)
        except OSError as error:
            raise WorkshopFileError(
                tr("{path} cannot be made: {reason}.", path=path, reason=error.strerror or error),
                hint=tr("Choose a folder that exists and may be written."),
            ) from error
        store = cls(path, clock)
        try:
            with file_errors(path), store._writer.connect() as connection:
                connection.execution_options(pegboard_begin="IMMEDIATE")
                with connection.begin():
                    schema.create(connection)
                # Into the file itself: another process tells a workshop by the file's first page.
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except BaseException:
            store.close()
            remove_workshop(path)
            raise
        return store

    @classmethod
    def open(cls, path: str | Path, clock: Clock = system_clock) -> Self:
        """Open a workshop file; an older one is upgraded on a copy first, a newer or foreign one is refused."""
        if str(path).startswith(("postgresql:", "postgres:", "postgresql+")):
            raise WorkshopFileError(
                tr("This version of Pegboard opens workshop files only, not a PostgreSQL server."),
                hint=tr("Give the path of a .pegboard file."),
            )
        path = Path(path)
        schema.require_workshop_file(path)
        require_local(path)
        store = cls(path, clock)
        try:
            with file_errors(path), store._writer.connect() as connection:
                found = schema.version_of(connection)
            if found != schema.SCHEMA_VERSION:
                schema.require_known_version(path, found)
                store.close()
                from pegboard.storage.migrations import upgrade

                upgrade(path, clock)
                store = cls(path, clock)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close all connections; the last one merges the write-ahead log into the file."""
        self._reader.dispose()
        self._writer.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @contextmanager
    def transaction(self, command: str, *, today: datetime.date, actor: str = "") -> Iterator[Transaction]:
        """Run one command: everything in it is written at the end, or nothing is.

        Raises WorkshopFileError where the file cannot be written (read-only, disk full, locked too long).
        """
        with file_errors(self.path), self._writer.connect() as connection:
            connection.execution_options(pegboard_begin="IMMEDIATE")
            with connection.begin():
                tx = Transaction(connection, command, today=today, now=self.clock(), actor=actor)
                yield tx
                changes = tx.finish()
        for listener in tuple(self.on_commit):
            listener(changes)

    @contextmanager
    def read(self, *, today: datetime.date | None = None) -> Iterator[Reading]:
        """Give a consistent read-only view; `today` defaults to the clock's local day."""
        with file_errors(self.path), self._reader.connect() as connection, connection.begin():
            yield Reading(connection, today or self.clock().astimezone().date())

    def data_version(self) -> int:
        """A number that changes when another connection, of this or another process, has committed."""
        with file_errors(self.path), self._reader.connect() as connection:
            return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())


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
            raise WorkshopFileError(
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


def _engine(path: Path, cache_kib: int, *, query_only: bool) -> Engine:
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
        # The driver's own transaction handling would commit before schema changes; BEGIN is sent below instead.
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

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("pegboard_begin", "DEFERRED")
        if mode == "IMMEDIATE":
            _wait_for_the_write_lock(connection)
        else:
            connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


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
