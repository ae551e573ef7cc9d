"""Opens a workshop and runs transactions on it: one command, one transaction, one change notice, one audit line."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection

from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr
from pegboard.storage import schema
from pegboard.storage.sqlite_file import BUSY_MILLISECONDS, FilePlace, file_errors, remove_workshop

if TYPE_CHECKING:  # the driver of the server costs a fifth of a second, and most workshops are files
    from pegboard.storage.postgres.server import ServerPlace

__all__ = [
    "BUSY_MILLISECONDS",
    "Changes",
    "Clock",
    "Reading",
    "Store",
    "Transaction",
    "file_errors",
    "is_address",
    "remove_workshop",
    "system_clock",
]

Clock = Callable[[], datetime.datetime]

_ADDRESSES = ("postgresql://", "postgres://", "postgresql+psycopg://")


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


def _made_elsewhere() -> Changes:
    """The line over what the triggers kept although no command of ours ran."""
    return Changes("elsewhere.change", frozenset(), "", tr("Changed by another program, without Pegboard."))


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
        if changes.nouns or changes.note or schema.has_loose_changes(self._connection):
            schema.write_audit(self._connection, changes, self.now)
        return changes


def is_address(workshop: str | Path) -> bool:
    """Whether a workshop is named by a server's address and not by a file."""
    return isinstance(workshop, str) and workshop.startswith(_ADDRESSES)


def place_of(workshop: str | Path) -> "FilePlace | ServerPlace":
    """Where the workshop of this path or address lies."""
    if not is_address(workshop):
        return FilePlace(Path(workshop))
    from pegboard.storage.postgres.server import ServerPlace

    return ServerPlace(str(workshop))


class Store:
    """An open workshop, in a file or on a server; nothing above this knows which.

    `path` is the file, or where a copy of the server's workshop would lie here; `address` is what opens it again, and
    holds no password. `on_commit` listeners are called with `Changes` after each commit, on the thread that committed.
    `gate` looks at each command before it does anything, and raises where its actor may not run it.
    """

    def __init__(self, place: "FilePlace | ServerPlace", clock: Clock) -> None:
        self.place = place
        self.path = place.path
        self.address = place.address
        self.clock = clock
        self.on_commit: list[Callable[[Changes], None]] = []
        self.gate: Callable[[Transaction], None] | None = None
        self._writer = place.engine(writes=True)
        self._reader = place.engine(writes=False)

    @classmethod
    def create(cls, workshop: str | Path, clock: Clock = system_clock) -> Self:
        """Make an empty workshop; refuses an existing one."""
        place = place_of(workshop)
        place.make()
        made = place.aside() if isinstance(place, FilePlace) else place
        store = cls(made, clock)
        try:
            with made.errors(), store._writer.connect() as connection:
                connection.execution_options(pegboard_begin="IMMEDIATE")
                with connection.begin():
                    made.make_tables(connection)
                    schema.fill(connection)
                    made.guard(connection)
                made.settle(connection)
            if isinstance(place, FilePlace) and isinstance(made, FilePlace):
                store.close()
                made.become(place)
                store = cls(place, clock)
        except BaseException:
            store.close()
            with suppress(OSError):  # the drive may be gone
                made.remove()
            raise
        return store

    @classmethod
    def open(cls, workshop: str | Path, clock: Clock = system_clock) -> Self:
        """Open a workshop; an older one is upgraded first (a file on a copy), a newer or foreign one is refused."""
        place = place_of(workshop)
        place.require_workshop()
        store = cls(place, clock)
        try:
            with place.errors(), store._writer.connect() as connection:
                found = place.version(connection)
            if found != schema.SCHEMA_VERSION:
                schema.require_known_version(place.address, found)
                store.close()
                place.upgrade(clock)
                store = cls(place, clock)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close all connections; the last one of a file merges the write-ahead log into it."""
        self._reader.dispose()
        self._writer.dispose()

    def discard(self) -> None:
        """Close the workshop and remove it: for one that was just made and could not be filled."""
        self.close()
        self.place.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @contextmanager
    def transaction(self, command: str, *, today: datetime.date, actor: str = "") -> Iterator[Transaction]:
        """Run one command: everything in it is written at the end, or nothing is.

        Raises WorkshopFileError where the workshop cannot be written (read-only, disk full, locked too long, connection
        lost).
        """
        with self.place.errors(), _whole_texts(), self._writer.connect() as connection:
            connection.execution_options(pegboard_begin="IMMEDIATE")
            with connection.begin():
                tx = Transaction(connection, command, today=today, now=self.clock(), actor=actor)
                if self.gate is not None:
                    self.gate(tx)
                if schema.has_loose_changes(connection):
                    schema.write_audit(connection, _made_elsewhere(), tx.now)
                yield tx
                changes = tx.finish()
                self.place.announce(connection)
        for listener in tuple(self.on_commit):
            listener(changes)

    @contextmanager
    def read(self, *, today: datetime.date | None = None) -> Iterator[Reading]:
        """Give a consistent read-only view; `today` defaults to the clock's local day."""
        with self.place.errors(), _whole_texts(), self._reader.connect() as connection, connection.begin():
            yield Reading(connection, today or self.clock().astimezone().date())


@contextmanager
def _whole_texts() -> Iterator[None]:
    """Say in words that a text holds half of a character, as broken clipboards and file names do: no file can."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise InvalidInput(
            tr('"{text}" holds half of a character.', text=str(error.object)[:80].encode("utf-8", "replace").decode()),
            hint=tr("Type it anew."),
        ) from error
