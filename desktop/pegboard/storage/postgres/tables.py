"""Makes the tables of a new workshop on a server, and functions that let statements mean there what they mean here."""

import datetime

from sqlalchemy import Connection, Table

from pegboard.storage.gate import postgresql_gate
from pegboard.storage.postgres.driver import FLOOR_SCHEMA, SCHEMA, plainly
from pegboard.storage.schema import APPEND_ONLY
from pegboard.storage.tracing import postgresql_trace

_FUNCTIONS = (
    # The server's own sum of bigint is numeric: it divides without rounding down.
    "CREATE AGGREGATE sum(bigint) (SFUNC = int8pl, STYPE = bigint, COMBINEFUNC = int8pl, PARALLEL = SAFE)",
    # Beyond 64 bits SQLite goes on inexactly and who reads it reckons again exactly; the server would refuse.
    "CREATE FUNCTION product(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE"
    " AS 'SELECT CASE WHEN $1::numeric * $2 BETWEEN -9223372036854775807 AND 9223372036854775807"
    " THEN ($1::numeric * $2)::bigint END'",
    f"CREATE OPERATOR * (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = product, COMMUTATOR = OPERATOR({SCHEMA}.*))",
    "CREATE FUNCTION add_truth(bigint, boolean) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE"
    " AS 'SELECT CASE WHEN $2 IS NULL THEN $1 ELSE COALESCE($1, 0) + $2::int END'",
    "CREATE AGGREGATE sum(boolean) (SFUNC = add_truth, STYPE = bigint)",
    "CREATE FUNCTION higher_truth(integer, boolean) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE"
    " AS 'SELECT GREATEST($1, $2::int)'",
    "CREATE AGGREGATE max(boolean) (SFUNC = higher_truth, STYPE = integer)",
    "CREATE FUNCTION lower_truth(integer, boolean) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE"
    " AS 'SELECT LEAST($1, $2::int)'",
    "CREATE AGGREGATE min(boolean) (SFUNC = lower_truth, STYPE = integer)",
    "CREATE FUNCTION is_truth(boolean, integer) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE"
    " AS 'SELECT $1::int = $2'",
    "CREATE OPERATOR = (LEFTARG = boolean, RIGHTARG = integer, FUNCTION = is_truth)",
    "CREATE FUNCTION is_no_truth(boolean, integer) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE"
    " AS 'SELECT $1::int <> $2'",
    "CREATE OPERATOR <> (LEFTARG = boolean, RIGHTARG = integer, FUNCTION = is_no_truth)",
    "CREATE FUNCTION substr(text, bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE"
    " AS 'SELECT pg_catalog.substr($1, $2::int)'",
    "CREATE FUNCTION substr(text, bigint, bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE"
    " AS 'SELECT pg_catalog.substr($1, $2::int, $3::int)'",
    "CREATE FUNCTION max(anycompatible, anycompatible) RETURNS anycompatible LANGUAGE sql IMMUTABLE PARALLEL SAFE"
    " AS 'SELECT CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL WHEN $1 < $2 THEN $2 ELSE $1 END'",
    "CREATE FUNCTION min(anycompatible, anycompatible) RETURNS anycompatible LANGUAGE sql IMMUTABLE PARALLEL SAFE"
    " AS 'SELECT CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL WHEN $2 < $1 THEN $2 ELSE $1 END'",
    "CREATE FUNCTION ifnull(anycompatible, anycompatible) RETURNS anycompatible LANGUAGE sql IMMUTABLE PARALLEL SAFE"
    " AS 'SELECT COALESCE($1, $2)'",
    "CREATE FUNCTION date(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE"
    " AS 'SELECT pg_catalog.substr($1, 1, 10)'",
    "CREATE FUNCTION instr(text, text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT strpos($1, $2)'",
    "CREATE FUNCTION leading_number(text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE"
    r" AS $$SELECT CASE WHEN $1 IS NULL THEN NULL ELSE COALESCE(substring($1 FROM '^\s*([+-]?\d+)')::bigint, 0) END$$",
)


def is_there(connection: Connection) -> bool:
    """Whether the database holds a workshop."""
    found = connection.exec_driver_sql("SELECT to_regclass(?) IS NOT NULL", (f"{SCHEMA}.alembic_version",))
    return bool(found.scalar_one())


def create_tables(connection: Connection) -> None:
    """Make all tables, indexes and functions in a database without a workshop."""
    from pegboard.storage.tables import metadata

    plainly(connection, f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    for statement in _FUNCTIONS:
        plainly(connection, statement)
    metadata.create_all(connection, checkfirst=False)
    for table in metadata.sorted_tables:
        _number_like_sqlite(connection, table)
    plainly(connection, "CREATE TABLE search_index (rowid bigint PRIMARY KEY, words tsvector NOT NULL)")
    plainly(connection, "CREATE INDEX ix_search_index_words ON search_index USING gin (words)")
    plainly(connection, "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")


def _number_like_sqlite(connection: Connection, table: Table) -> None:
    """Let keys go on above the highest, as SQLite numbers rows: so the same day gives the same keys on both.

    Writers come one after the other, so no two take the same key, and rows that bring their key need no sequence to be
    kept in step.
    """
    key = table.autoincrement_column
    if key is None:
        return
    function = f"next_{key.name}"
    plainly(
        connection,
        f"CREATE FUNCTION {function}() RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER"
        f" SET search_path = {SCHEMA}, pg_catalog"
        f" AS 'SELECT COALESCE(max({key.name}), 0) + 1 FROM {table.name}'",
    )
    plainly(connection, f"ALTER TABLE {table.name} ALTER COLUMN {key.name} SET DEFAULT {function}()")
    plainly(connection, f"DROP SEQUENCE {table.name}_{key.name}_seq")


def set_aside(connection: Connection, now: datetime.datetime) -> str:
    """Rename the workshop's schema, with everything in it, after this moment; returns the name."""
    kept = f"{SCHEMA}_{now.astimezone(datetime.UTC):%Y%m%d_%H%M%S_%f}"
    drop_views(connection)
    plainly(connection, f"ALTER SCHEMA {SCHEMA} RENAME TO {kept}")
    return kept


def drop_views(connection: Connection) -> None:
    """Remove the views of the floor, which hold on to the tables."""
    plainly(connection, f"DROP SCHEMA IF EXISTS {FLOOR_SCHEMA} CASCADE")


def drop(connection: Connection) -> None:
    """Remove the workshop with everything in it."""
    drop_views(connection)
    plainly(connection, f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def guard(connection: Connection) -> None:
    """Make the triggers that keep the law of the shop and what is append only."""
    for statement in (*postgresql_gate(), *postgresql_trace()):
        plainly(connection, statement)
    plainly(
        connection,
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION '% is append only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$",
    )
    for table in APPEND_ONLY:
        for action, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            plainly(
                connection,
                f"CREATE TRIGGER {table}_append_only_{each.lower()} BEFORE {action} ON {table}"
                f" FOR EACH {each} EXECUTE FUNCTION refuse_change()",
            )
