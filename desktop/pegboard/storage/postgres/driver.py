"""Makes engines for a PostgreSQL server whose connections take the statements that SQLite takes."""

import datetime
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.adapt import Dumper, Loader
from psycopg.pq import Format
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from pegboard.storage.postgres.translation import plain_insert, said

SCHEMA = "pegboard"  # in the database; its own, so that its functions may stand before the server's
FLOOR_SCHEMA = "pegboard_floor"  # the views of a login that sees no money
LOOKS_THROUGH_VIEWS = "looks_through_views"  # noted on a connection
WRITE_LOCK = 0x50454742  # "PEGB": the advisory lock of who writes
CHANNEL = "pegboard"  # on which seats tell each other that they have written
LOCK_MILLISECONDS = 15_000  # how long a seat waits for another one's commit
WORTH_COUNTING = 5_000  # rows; after that many new ones the server looks at the table again before it plans

_SETTINGS = f"-c search_path={SCHEMA},pg_catalog -c lock_timeout={LOCK_MILLISECONDS} -c timezone=UTC"
# A seat that vanished, such as a laptop that fell asleep, must not hold the write lock for long.
_KEEP_ALIVE = {"keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}


class _ZeroOrOne(Dumper):
    """Sends booleans as 0 and 1, which is how they lie in the tables."""

    oid = psycopg.postgres.types["int2"].oid

    def dump(self, obj: bool) -> bytes:
        """Give the digit (psycopg hook)."""
        return b"1" if obj else b"0"

    def quote(self, obj: bool) -> bytes:
        """Give the digit within a statement (psycopg hook)."""
        return self.dump(obj)


class _Whole(Dumper):
    """Sends whole numbers of 64 bits, however small: so sums and keys have one type."""

    oid = psycopg.postgres.types["int8"].oid

    def dump(self, obj: int) -> bytes:
        """Give the digits (psycopg hook)."""
        return b"%d" % obj

    def quote(self, obj: int) -> bytes:
        """Give the number within a statement (psycopg hook)."""
        return b" %d::%s" % (obj, b"bigint" if -(1 << 63) < obj < 1 << 63 else b"numeric")


class _IsoDay(Dumper):
    """Sends days as ISO text."""

    def dump(self, obj: datetime.date) -> bytes:
        """Give the text (psycopg hook)."""
        return obj.isoformat().encode()


class _IsoInstant(Dumper):
    """Sends instants as ISO text."""

    def dump(self, obj: datetime.datetime) -> bytes:
        """Give the text (psycopg hook)."""
        return obj.isoformat(" ").encode()


class _WholeOrFloat(Loader):
    """Reads sums as whole numbers and shares as floats, as SQLite gives them."""

    format = Format.TEXT

    def load(self, data: Any) -> int | float:
        """Give the number (psycopg hook)."""
        text = bytes(data)
        return int(text) if text.lstrip(b"-").isdigit() else float(text)


def make_engine(url: URL, *, writes: bool) -> Engine:
    """An engine of writers, which wait for each other, or of readers, each of which sees one snapshot."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=QueuePool,
        pool_size=2 if writes else 4,
        max_overflow=12,
        pool_pre_ping=True,  # the server may have been started anew since
        hide_parameters=True,  # errors are logged, and logs hold no customer's data
        connect_args={
            "cursor_factory": psycopg.ClientCursor,  # types of parameters follow from where they stand
            "connect_timeout": 10,
            "application_name": "pegboard",
            "options": _SETTINGS,
            **_KEEP_ALIVE,
        },
    )
    event.listen(engine, "connect", _prepare_writer if writes else _prepare_reader)
    event.listen(engine, "before_cursor_execute", _say, retval=True)
    event.listen(engine, "do_executemany", _say_many)
    if writes:
        event.listen(engine, "begin", _wait_for_the_write_lock)
    return engine


def adapt(driver: "psycopg.Connection[Any]") -> None:
    """Let a connection send and give values as they lie in the tables."""
    driver.adapters.register_dumper(int, _Whole)
    driver.adapters.register_dumper(bool, _ZeroOrOne)
    driver.adapters.register_dumper(datetime.date, _IsoDay)
    driver.adapters.register_dumper(datetime.datetime, _IsoInstant)
    driver.adapters.register_loader("numeric", _WholeOrFloat)


def plainly(connection: Connection, statement: str) -> None:
    """Run a statement that is written for PostgreSQL."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement)
    finally:
        cursor.close()


def asked(connection: Connection, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    """The rows of a question that is written for PostgreSQL, with its own marks (%s)."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement, parameters or None)
        return list(cursor.fetchall())
    finally:
        cursor.close()


def copy_rows(cursor: Any, table: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
    """Write rows by COPY, some ten times as fast as by INSERT."""
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    if len(rows) > WORTH_COUNTING:
        cursor.execute(f"ANALYZE {table}")


def _prepare_writer(driver: "psycopg.Connection[Any]", record: Any) -> None:
    adapt(driver)
    _look_through_views(driver, record)


def _prepare_reader(driver: "psycopg.Connection[Any]", record: Any) -> None:
    adapt(driver)
    _look_through_views(driver, record)
    driver.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    driver.read_only = True


def _look_through_views(driver: "psycopg.Connection[Any]", record: Any) -> None:
    """A login that may not read the tables looks at views of them that hold no money, see `floor_view`."""
    found = driver.execute(
        "SELECT has_schema_privilege(v.oid, 'USAGE') AND NOT has_table_privilege(c.oid, 'SELECT')"
        " FROM pg_namespace v, pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE v.nspname = '{FLOOR_SCHEMA}' AND n.nspname = '{SCHEMA}' AND c.relname = 'cost_layer'"
    ).fetchone()
    if found is not None and found[0]:
        driver.execute(f"SET search_path = {FLOOR_SCHEMA}, {SCHEMA}, pg_catalog")
        record.info[LOOKS_THROUGH_VIEWS] = True
    driver.commit()


def _wait_for_the_write_lock(connection: Connection) -> None:
    """One command after the other, as with a file: what it read still holds when it writes.

    The lock ends with the transaction. Each statement after it sees all that was committed before.
    """
    if connection.get_execution_options().get("pegboard_begin") == "IMMEDIATE":
        plainly(connection, f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")


def _say(
    _connection: Connection, _cursor: object, statement: str, parameters: Any, context: Any, executemany: bool
) -> tuple[str, Any]:
    """Translate what was written by hand; what SQLAlchemy made is PostgreSQL's already."""
    if context.compiled is not None or executemany:
        return statement, parameters
    found = said(statement)
    return found.text, found.parameters(parameters)


def _say_many(cursor: Any, statement: str, rows: Sequence[Sequence[Any]], context: Any) -> bool | None:
    """Run one statement for many rows: inserts by COPY, others in one go without waiting for each answer."""
    if context.compiled is not None:
        return None
    insert = plain_insert(statement)
    if insert is not None and LOOKS_THROUGH_VIEWS not in context.root_connection.info:  # COPY fills tables alone
        copy_rows(cursor, *insert, rows)
        return True
    found = said(statement)
    with psycopg.Cursor(cursor.connection) as many:
        many.executemany(found.text, [found.parameters(row) for row in rows])
    return True
