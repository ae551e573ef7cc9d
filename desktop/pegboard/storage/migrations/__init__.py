"""Brings a workshop file of an earlier version up to today's tables: on a copy, in one transaction, then swapped.

Each revision is a module with its id and an `upgrade` function that calls Alembic's operations. They are named here
and not looked up in a folder, so that the frozen program has them too. A released revision is never edited.
"""

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from pegboard.domain.errors import WorkshopFileError
from pegboard.i18n import tr
from pegboard.storage import schema
from pegboard.storage.automatic_backup import copy_name, default_folder
from pegboard.storage.backup import copy_verified, part_of, put_in_place, require_unused, writing
from pegboard.storage.integrity import problems_of, reading_file, schema_of
from pegboard.storage.migrations import r0001_first_tables
from pegboard.storage.store import Clock, file_errors, system_clock

REVISIONS: tuple[ModuleType, ...] = (r0001_first_tables,)


def upgrade(path: Path, clock: Clock = system_clock, revisions: Sequence[ModuleType] = ()) -> None:
    """Upgrade the workshop file `path`: a copy is migrated, checked and takes its place; the old file becomes a backup.

    Whatever fails leaves the file as it was. Raises WorkshopFileError, also where a program has the file open.
    `revisions` are those of this version unless they are given.
    """
    path = path.resolve()
    require_unused(path)
    folder, before = default_folder(path), _state(path)
    with part_of(path) as part:
        copy_verified(path, part, shown=path)
        migrate(part, shown=path, revisions=revisions)
        with writing(folder):
            folder.mkdir(exist_ok=True)
        if _state(path) != before:
            raise WorkshopFileError(
                tr("{path} was changed by another program while it was upgraded.", path=path),
                hint=tr("Open it once more."),
            )
        put_in_place(part, path, folder / copy_name(path.stem, clock(), "before upgrade"))


def _state(path: Path) -> tuple[object, ...]:
    """What tells whether somebody wrote into the file: its version and the newest line of its history."""
    with reading_file(path) as file:
        newest = file.execute("SELECT audit_entry_id, at FROM audit_entry ORDER BY audit_entry_id DESC LIMIT 1")
        return schema_of(file), newest.fetchone()


def migrate(path: Path, *, shown: Path, revisions: Sequence[ModuleType] = ()) -> None:
    """Run the revisions that the file `path` lacks, in one transaction, and check the result.

    `shown` is its name for people: a copy is migrated, never the workshop itself.
    """
    try:
        with file_errors(shown):
            _run_revisions(path, revisions)
        found = problems_of(path, shown)
    except DatabaseError as error:
        raise _failed(shown) from error
    if found:
        raise _failed(shown)


def _failed(shown: Path) -> WorkshopFileError:
    return WorkshopFileError(
        tr("The upgrade of {path} failed; the file was left as it was.", path=shown),
        hint=tr("Keep it and install the earlier version of Pegboard again."),
    )


def _run_revisions(path: Path, revisions: Sequence[ModuleType]) -> None:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.isolation_level = None  # else the driver commits before each change of a table
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        run_revisions(connection, revisions)
        connection.exec_driver_sql("COMMIT")


def run_revisions(connection: Connection, revisions: Sequence[ModuleType] = ()) -> None:
    """Run the revisions that the workshop of this connection lacks, in its transaction."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    done = schema.version_of(connection)
    in_batches = connection.dialect.name == "sqlite"
    with Operations.context(MigrationContext.configure(connection, opts={"render_as_batch": in_batches})):
        for revision in revisions or REVISIONS:
            if done < revision.REVISION:
                revision.upgrade()
                connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (revision.REVISION,))
