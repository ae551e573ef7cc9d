"""Roles of the database: what a login may read and write of a workshop, whichever program it uses.

Four roles for each database, named after it: workshop_owner, workshop_office, workshop_floor, workshop_reader. A login
gets one of them. The owner's role owns the tables; the office may write all but people and the closing of the books;
the reader reads; the floor works on views that hold no money.
"""

from dataclasses import dataclass
from typing import Any

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.roles import Role
from pegboard.i18n import tr
from pegboard.storage.postgres import floor_view
from pegboard.storage.postgres.driver import SCHEMA, asked, plainly

OWNERS_TABLES = ("person", "books_closed")  # which the office only reads
APPENDED_TO = ("ledger_entry", "audit_entry", "audit_change", "audit_mark")  # which nobody but the owner may change
SEARCHED = ("search_state", "search_words", "search_index")  # which everybody brings up to date


@dataclass(frozen=True, slots=True)
class Login:
    """Who may log in to the database, and as what."""

    name: str
    role: Role


def role_name(database: str, role: Role) -> str:
    """The database's role, quoted."""
    return quoted(f"{database}_{role.value}")


def quoted(name: str) -> str:
    """A name as a statement has it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a statement has it."""
    return "'" + text.replace("'", "''") + "'"


def statements(connection: Connection, *, reader_sees_money: bool = True) -> list[str]:
    """All that sets the roles up or renews them for the workshop of this connection; doing it twice changes nothing."""
    database = str(_scalar(connection, "SELECT current_database()"))
    names = {role: role_name(database, role) for role in Role}
    tables = _tables(connection)
    return [
        *(_made(f"{database}_{role.value}") for role in Role),
        *_owned(names[Role.OWNER], quoted(database)),
        *_of_the_schema(names, quoted(database)),
        *_of_the_office(names[Role.OFFICE], tables),
        *_of_triggers(connection),
        f"SET LOCAL ROLE {names[Role.OWNER]}",
        *floor_view.statements(tables, names[Role.FLOOR]),
        "RESET ROLE",
        *_of_the_reader(names[Role.READER], tables, sees_money=reader_sees_money),
    ]


def apply(connection: Connection, *, reader_sees_money: bool = True) -> None:
    """Set the roles up, or renew them."""
    run(connection, statements(connection, reader_sees_money=reader_sees_money))


def run(connection: Connection, said: list[str]) -> None:
    """Run statements. Raises Refused where this login may not make roles."""
    try:
        for statement in said:
            plainly(connection, statement)
    except InsufficientPrivilege as error:
        raise Refused(
            tr("This login may not make roles on the server."),
            hint=tr("Let whoever looks after the server run what this prints: pegboard grants --sql"),
        ) from error


def are_set_up(connection: Connection) -> bool:
    """Whether the roles of this database stand."""
    name = f"{_scalar(connection, 'SELECT current_database()')}_{Role.FLOOR.value}"
    return bool(_scalar(connection, "SELECT count(*) FROM pg_roles WHERE rolname = %s", name))


def logins(connection: Connection) -> tuple[Login, ...]:
    """Who may log in with one of the roles, by name."""
    database = str(_scalar(connection, "SELECT current_database()"))
    found = asked(
        connection,
        "SELECT m.rolname, r.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member"
        " JOIN pg_roles r ON r.oid = a.roleid WHERE m.rolcanlogin AND starts_with(r.rolname::text, %s)"
        " ORDER BY m.rolname",
        f"{database}_",
    )
    roles = {role.value: role for role in Role}
    return tuple(
        Login(str(name), roles[suffix])
        for name, group in found
        if (suffix := str(group).removeprefix(f"{database}_")) in roles
    )


def login_statements(connection: Connection, name: str, role: Role, password: str) -> list[str]:
    """What gives somebody a login with a role, or another role to a login that stands; no password keeps the old one.

    Raises InvalidInput for a name that cannot be one.
    """
    if not name or len(name.encode()) > 63 or not name.isprintable():
        raise InvalidInput(tr('"{name}" cannot be a login.', name=name), hint=tr("Use a short name without blanks."))
    database = str(_scalar(connection, "SELECT current_database()"))
    groups = {role_name(database, each) for each in Role} - {role_name(database, role)}
    is_there = bool(_scalar(connection, "SELECT count(*) FROM pg_roles WHERE rolname = %s", name))
    secret = f" PASSWORD {literal(password)}" if password else ""
    return [
        *([f"ALTER ROLE {quoted(name)} LOGIN{secret}"] if is_there else [f"CREATE ROLE {quoted(name)} LOGIN{secret}"]),
        *(f"REVOKE {group} FROM {quoted(name)}" for group in sorted(groups) if is_there),
        f"GRANT {role_name(database, role)} TO {quoted(name)}",
    ]


def take_away(connection: Connection, name: str) -> None:
    """Let a login open this workshop no more; the login itself stays, for other databases may know it."""
    if name not in {login.name for login in logins(connection)}:
        raise Refused(tr("{name} has no role here.", name=name), hint=tr("List the logins with: pegboard grants"))
    database = str(_scalar(connection, "SELECT current_database()"))
    for role in Role:
        plainly(connection, f"REVOKE {role_name(database, role)} FROM {quoted(name)}")


def _made(name: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = {literal(name)})"
        f" THEN CREATE ROLE {quoted(name)} NOLOGIN; END IF; END $$"
    )


def _owned(owner: str, database: str) -> list[str]:
    """Let the owner's role own the workshop, so that each of its logins may upgrade and restore it."""
    return [
        f"DO $$ BEGIN IF NOT pg_has_role(current_user, {literal(owner.strip(chr(34)))}, 'MEMBER')"
        f" THEN EXECUTE 'GRANT {owner} TO ' || quote_ident(current_user); END IF; END $$",
        f"GRANT CREATE ON DATABASE {database} TO {owner}",
        f"ALTER SCHEMA {SCHEMA} OWNER TO {owner}",
        f"DO $$ DECLARE one regclass; BEGIN FOR one IN SELECT c.oid FROM pg_class c WHERE c.relkind = 'r'"
        f" AND c.relnamespace = '{SCHEMA}'::regnamespace LOOP EXECUTE 'ALTER TABLE ' || one || ' OWNER TO {owner}';"
        " END LOOP; END $$",
        f"DO $$ DECLARE one regprocedure; BEGIN FOR one IN SELECT p.oid FROM pg_proc p"
        f" WHERE p.pronamespace = '{SCHEMA}'::regnamespace LOOP"
        f" EXECUTE 'ALTER ROUTINE ' || one || ' OWNER TO {owner}'; END LOOP; END $$",
    ]


def _of_the_schema(names: dict[Role, str], database: str) -> list[str]:
    everybody = ", ".join(names.values())
    others = ", ".join(name for role, name in names.items() if role is not Role.OWNER)
    return [
        f"REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM PUBLIC, {others}",
        f"GRANT CONNECT ON DATABASE {database} TO {everybody}",
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO {others}",
    ]


def _of_the_office(office: str, tables: dict[str, Any]) -> list[str]:
    appended = [table for table in APPENDED_TO if table in tables]
    return [
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {SCHEMA} TO {office}",
        *(f"REVOKE INSERT, UPDATE, DELETE ON {SCHEMA}.{table} FROM {office}" for table in OWNERS_TABLES),
        *(f"REVOKE UPDATE, DELETE ON {SCHEMA}.{table} FROM {office}" for table in appended),
        f"REVOKE INSERT, UPDATE, DELETE ON {SCHEMA}.alembic_version FROM {office}",
    ]


def _of_the_reader(reader: str, tables: dict[str, Any], *, sees_money: bool) -> list[str]:
    if sees_money:
        looks = [f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {reader}"]
        place = SCHEMA
    else:
        place = floor_view.SCHEMA
        looks = [f"GRANT USAGE ON SCHEMA {place} TO {reader}"]
        looks += [f"GRANT SELECT ON {place}.{table} TO {reader}" for table in sorted(tables)]
    return [*looks, *(f"GRANT INSERT, UPDATE, DELETE ON {place}.{table} TO {reader}" for table in SEARCHED)]


def _of_triggers(connection: Connection) -> list[str]:
    """Functions of triggers run as the owner, on the tables, whoever sets them off."""
    found = asked(
        connection,
        "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = %s::regnamespace"
        " AND p.prorettype = 'trigger'::regtype ORDER BY p.proname",
        SCHEMA,
    )
    return [
        f"ALTER FUNCTION {SCHEMA}.{name}() SECURITY DEFINER SET search_path = {SCHEMA}, pg_catalog" for (name,) in found
    ]


def _tables(connection: Connection) -> dict[str, list[tuple[str, bool, str]]]:
    found = asked(
        connection,
        "SELECT c.relname, a.attname, NOT a.attnotnull, COALESCE(pg_get_expr(d.adbin, d.adrelid), '')"
        " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
        " WHERE c.relkind = 'r' AND c.relnamespace = %s::regnamespace ORDER BY c.relname, a.attnum",
        SCHEMA,
    )
    tables: dict[str, list[tuple[str, bool, str]]] = {}
    for table, column, may_be_null, default in found:
        # The words of the server: a function is named with its schema only where it is not on the search path.
        given = default if not default.startswith("next_") else f"{SCHEMA}.{default}"
        tables.setdefault(str(table), []).append((str(column), bool(may_be_null), given))
    return tables


def _scalar(connection: Connection, statement: str, *parameters: object) -> Any:
    found = asked(connection, statement, *parameters)
    return found[0][0] if found else None
