"""Makes the tables of a new workshop file, guards its append-only records, and tells which version a file has."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from pegboard.domain.errors import WorkshopDamaged, WorkshopFileError
from pegboard.i18n import tr
from pegboard.storage.gate import gate_triggers
from pegboard.storage.tracing import NEXT_ENTRY, TRACED, trace_triggers

if TYPE_CHECKING:
    from pegboard.storage.store import Changes

SCHEMA_VERSION = "0001"  # the newest migration's id
SUFFIX = ".pegboard"
APPLICATION_ID = 0x50454742  # "PEGB" in the file's header

# The ledger and the audit trail are append only; a wrong entry is reversed by another one.
APPEND_ONLY = ("ledger_entry", "audit_entry", "audit_change", "audit_mark")


def create_tables(connection: Connection) -> None:
    """Make all tables and indexes in an empty file."""
    from pegboard.storage.tables import metadata
    from pegboard.storage.tables.search import SEARCH_INDEX

    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    metadata.create_all(connection)
    connection.exec_driver_sql(SEARCH_INDEX)
    connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")


def guard(connection: Connection) -> None:
    """Make the triggers that keep the law of the shop and what is append only, and those that follow changes."""
    for table in APPEND_ONLY:
        for action in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(append_only_trigger(table, action))
    for statement in (*gate_triggers(), *trace_triggers()):
        connection.exec_driver_sql(statement)


def fill(connection: Connection) -> None:
    """Write the first rows of a new workshop: its version, and the one location that every shop has."""
    stamp(connection)
    connection.exec_driver_sql("INSERT INTO location (code, description) VALUES ('MAIN', '')")


def stamp(connection: Connection) -> None:
    """Write the version of a new workshop's tables."""
    connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (SCHEMA_VERSION,))


def append_only_trigger(table: str, action: str) -> str:
    """The statement that makes SQLite refuse `action` (UPDATE or DELETE) on `table`."""
    return (
        f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
    )


def require_workshop_file(path: Path, shown: Path | None = None) -> None:
    """Refuse a path that is missing, a folder, or anything but a SQLite file; `shown` is its name for people."""
    name = shown or path
    if not path.exists():
        raise WorkshopFileError(
            tr("There is no workshop at {path}.", path=name), hint=tr("Make one with: pegboard new {path}", path=name)
        )
    try:
        with path.open("rb") as file:
            header = file.read(72)
    except OSError as error:
        raise WorkshopFileError(
            tr("{path} cannot be read: {reason}.", path=name, reason=error.strerror or error),
            hint=tr("Choose a workshop file that you may read."),
        ) from error
    if header[:16] != b"SQLite format 3\x00" or header[68:72] != APPLICATION_ID.to_bytes(4, "big"):
        if path.suffix == SUFFIX:
            raise WorkshopDamaged(
                tr("{path} is damaged, or it is not a Pegboard workshop.", path=name),
                hint=tr("Restore the newest backup with: pegboard restore FILE"),
            )
        raise WorkshopFileError(
            tr("{path} is not a Pegboard workshop.", path=name),
            hint=tr("Open a .pegboard file, or import this one into a workshop with: pegboard import"),
        )


def version_of(connection: Connection) -> str:
    """The migration that the file stands at."""
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())


def require_known_version(path: Path | str, version: str) -> None:
    """Refuse a file that a newer program has written."""
    if version > SCHEMA_VERSION:
        raise WorkshopFileError(
            tr("{path} was written by a newer Pegboard (schema {version}).", path=path, version=version),
            hint=tr("Install that version or a later one to open it."),
        )


def write_audit(connection: Connection, changes: "Changes", now: datetime.datetime) -> None:
    """Append the audit line of one command, which closes what the triggers kept of its changes."""
    connection.exec_driver_sql(
        "INSERT INTO audit_entry (at, actor, command, changed, note) VALUES (?, ?, ?, ?, ?)",
        (
            now.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(" ", "microseconds"),
            changes.actor,
            changes.command,
            " ".join(sorted(changes.nouns)),
            changes.note,
        ),
    )
    connection.exec_driver_sql(_MARK)


def has_loose_changes(connection: Connection) -> bool:
    """Whether something was changed since the newest audit line: within this command, or by another program."""
    found = connection.exec_driver_sql(f"SELECT max(audit_entry_id) >= {NEXT_ENTRY} FROM audit_change")
    return bool(found.scalar())


def _highest(table: str, key: str) -> str:
    return f"SELECT '{table}' AS place, (SELECT COALESCE(max({key}), 0) FROM {table}) AS last_key"


# One look into an index for each table, whatever the command did.
_MARK = (
    "INSERT INTO audit_mark (audit_entry_id, place, last_key)"
    " SELECT (SELECT max(audit_entry_id) FROM audit_entry), h.place, h.last_key FROM ("
    + " UNION ALL ".join(_highest(traced.table, traced.key) for traced in TRACED if traced.key)
    + ") AS h WHERE h.last_key <> COALESCE((SELECT m.last_key FROM audit_mark AS m WHERE m.place = h.place"
    " ORDER BY m.audit_entry_id DESC LIMIT 1), 0)"
)
