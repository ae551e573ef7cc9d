"""Where a workshop lies that is a database on a PostgreSQL server, and what goes wrong there in words."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
from psycopg import errors as pg
from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from pegboard import paths, recent
from pegboard.domain.errors import ConnectionLost, InvalidInput, PegboardError, Refused, WorkshopFileError
from pegboard.i18n import tr
from pegboard.storage import schema
from pegboard.storage.postgres import grants, tables
from pegboard.storage.postgres.driver import CHANNEL, LOOKS_THROUGH_VIEWS, SCHEMA, asked, make_engine, plainly


class ServerPlace:
    """A workshop on a server.

    Attributes: path: where a copy of it would lie on this computer, and its backups beside that; address: its URL
    without password, for people and for the list of recent workshops; name: of the workshop, for sentences.
    """

    def __init__(self, url: str) -> None:
        try:
            self._url = make_url(url.strip())
        except ArgumentError as error:
            raise InvalidInput(tr('"{url}" is no address of a workshop.', url=url), hint=_example()) from error
        if not self._url.database:
            raise InvalidInput(tr("The address names no database."), hint=_example())
        shown = self._url.set(drivername="postgresql", password=None)
        self.address = recent.shown(shown.render_as_string())
        self.name = tr("{database} on {host}", database=self._url.database, host=self._url.host or "localhost")
        self.path = Path(paths.data_folder()) / f"{self.name}.pegboard"

    def engine(self, *, writes: bool) -> Engine:
        """Make an engine of writers or of readers."""
        return make_engine(self._url, writes=writes)

    def errors(self) -> AbstractContextManager[None]:
        """Turn what the server says into a sentence with what to do."""
        return _server_errors(self.name)

    def make(self) -> None:
        """Nothing is to be claimed: the tables are made in one transaction, or not at all."""

    def make_tables(self, connection: Connection) -> None:
        """Make the tables of the new workshop; refuses a database that holds one."""
        if tables.is_there(connection):
            raise WorkshopFileError(
                tr("{name} holds a workshop already.", name=self.name),
                hint=tr("Open it, or make another database for the new one."),
            )
        tables.create_tables(connection)

    def guard(self, connection: Connection) -> None:
        """Make the triggers of the new workshop, and the rights of those who had some in the one before."""
        tables.guard(connection)
        self._renew_rights(connection)

    def _renew_rights(self, connection: Connection) -> None:
        if grants.are_set_up(connection):
            grants.apply(connection, reader_sees_money=reader_sees_money(connection))

    @contextmanager
    def administered(self) -> Iterator[Connection]:
        """A transaction for what concerns the database itself and not what is kept in it, such as rights."""
        engine = self.engine(writes=True)
        try:
            with self.errors(), engine.connect() as connection:
                connection.execution_options(pegboard_begin="IMMEDIATE")
                with connection.begin():
                    yield connection
        finally:
            engine.dispose()

    def set_aside(self, connection: Connection, now: datetime.datetime) -> str | None:
        """Give the workshop that stands here another name in its database, which is returned; None without one."""
        if not tables.is_there(connection):
            return None
        return tables.set_aside(connection, now)

    def settle(self, connection: Connection) -> None:
        """Nothing is to be done: the server has written what was committed."""

    def announce(self, connection: Connection) -> None:
        """Tell the other seats that something is written, once it is committed."""
        plainly(connection, f"NOTIFY {CHANNEL}")

    def sees_all(self, connection: Connection) -> bool:
        """Whether this login sees all of the workshop, so that a copy of what it sees is whole."""
        return LOOKS_THROUGH_VIEWS not in connection.info

    def require_workshop(self) -> None:
        """Whether there is one shows at the first look at its version."""

    def version(self, connection: Connection) -> str:
        """The migration that the workshop stands at."""
        if not tables.is_there(connection):
            raise WorkshopFileError(
                tr("There is no workshop in {name} yet.", name=self.name),
                hint=tr("Copy yours there with: pegboard move {address}", address=self.address),
            )
        return schema.version_of(connection)

    def upgrade(self, _clock: Callable[[], datetime.datetime]) -> None:
        """Bring older tables up to today's, in one transaction."""
        from pegboard.storage.migrations import run_revisions

        with self.administered() as connection:
            tables.drop_views(connection)  # they would hold on to columns that change
            run_revisions(connection)
            self._renew_rights(connection)

    def remove(self) -> None:
        """Nothing is left of a workshop that could not be made."""

    def discard(self) -> None:
        """Remove the workshop from the database."""
        with self.administered() as connection:
            tables.drop(connection)


def reader_sees_money(connection: Connection) -> bool:
    """Whether who reads only sees amounts, as the workshop's setting says."""
    found = asked(connection, f"SELECT value FROM {SCHEMA}.setting WHERE name = 'office_sees_money'")
    return not found or found[0][0] != "no"


def _example() -> str:
    return tr("Write it like this: postgresql://ann@server/workshop")


@contextmanager
def _server_errors(name: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        told = _told(name, error.orig, is_lost=error.connection_invalidated)
        if told is None:
            raise
        raise told from error
    except psycopg.Error as error:
        told = _told(name, error, is_lost=False)
        if told is None:
            raise
        raise told from error


def _told(name: str, error: BaseException | None, *, is_lost: bool) -> PegboardError | None:
    """What to tell a person; None where it is a mistake of the program."""
    again = tr("Try again in a moment.")
    if isinstance(error, pg.LockNotAvailable):
        return WorkshopFileError(tr("Another seat is writing to {name} for long.", name=name), hint=again)
    if isinstance(error, pg.InsufficientPrivilege):
        return Refused(
            tr("Your login may not do this on {name}.", name=name), hint=tr("Ask whoever looks after the server.")
        )
    if isinstance(error, pg.ReadOnlySqlTransaction):
        return WorkshopFileError(tr("{name} can only be read.", name=name), hint=again)
    if isinstance(error, pg.DiskFull):
        return WorkshopFileError(
            tr("The disk of the server is full. Nothing was changed."),
            hint=tr("Free some space there, then try again."),
        )
    if isinstance(error, psycopg.DataError) and "NUL" in str(error):
        return InvalidInput(tr("A text holds a character with code 0."), hint=tr("Take it out, then try again."))
    if is_lost or (isinstance(error, psycopg.OperationalError) and not _is_ours(error)):
        return _connection_problem(name, error, is_lost=is_lost)
    return None


def _is_ours(error: psycopg.OperationalError) -> bool:
    """Whether the server refused a statement, and not the connection."""
    return bool(error.sqlstate) and not isinstance(
        error, (pg.AdminShutdown, pg.CrashShutdown, pg.CannotConnectNow, pg.TooManyConnections, pg.IdleSessionTimeout)
    )


def _connection_problem(name: str, error: BaseException | None, *, is_lost: bool) -> WorkshopFileError:
    text = str(error)
    for sign, sentence, hint in (
        (
            "password authentication failed",
            tr("The server does not take this login for {name}.", name=name),
            tr("Check name and password in the address, or set PGPASSWORD or a pgpass file."),
        ),
        (
            "no password supplied",
            tr("{name} asks for a password.", name=name),
            tr("Set PGPASSWORD, or keep it in a pgpass file."),
        ),
        (
            "does not exist",
            tr("The server has no such database or login: {name}.", name=name),
            tr("Make the database on the server first; the help on several seats says how."),
        ),
        (
            "too many",
            tr("The server of {name} takes no more seats now.", name=name),
            tr("Close the program somewhere, or raise max_connections on the server."),
        ),
    ):
        if sign in text:
            return WorkshopFileError(sentence, hint=hint)
    if is_lost:
        return ConnectionLost(
            tr("The connection to {name} is lost.", name=name),
            hint=tr("What you typed stays. Check the network and the server, then try again."),
        )
    return ConnectionLost(
        tr("The PostgreSQL server of {name} does not answer.", name=name),
        hint=tr("Check the address, the network and the server, then try again."),
    )
