"""Copies of the workshop file: made while people work, verified before they get their name, and put back.

A copy is written beside its target under a temporary name, checked, flushed to the disk and renamed, so that a name
never stands for half a file. Backups are not in write-ahead mode: one file is all of it.
"""

import contextlib
import datetime
import glob
import os
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from pegboard.domain.errors import Refused, WorkshopFileError
from pegboard.i18n import tr
from pegboard.storage import schema
from pegboard.storage.drives import is_on_network
from pegboard.storage.integrity import problems, reading_file, row_counts, schema_of
from pegboard.storage.sqlite_file import FilePlace, file_errors
from pegboard.storage.store import Changes, Clock, Store, place_of, system_clock

if TYPE_CHECKING:
    from pegboard.storage.postgres.server import ServerPlace

_WRITE_AHEAD = 2  # byte 18 of the header of a file that the store has opened; backups carry 1
_PART = re.compile(r"\..+\.[0-9]+\.part(-wal|-shm|-journal)?")
_PART_AGE = 3600  # seconds after which an unfinished copy is taken for a dead one and removed


def backup(workshop: Store | Path, target: str | Path) -> Path:
    """Copy a workshop to `target` while others go on working in it; verified before it gets its name.

    An earlier backup of that name is replaced. Refused where the target is a workshop in use or another program's file.
    """
    target = Path(target)
    _refuse_target(_source(workshop), target)
    with part_of(target) as part:
        _copy(workshop, part, target)
        replace_file(part, target)
    return target


def backup_beside(workshop: Store | Path, names: Iterator[Path]) -> Path:
    """Make a backup under the first of these names, all in one folder, that nobody has; return that.

    Another window that closes in the same moment finds the name taken, or takes it first: neither copy is lost.
    """
    target = next(names)
    with part_of(target) as part:
        _copy(workshop, part, target)
        while not place_new(part, target):
            target = next(names)
    return target


def _source(workshop: Store | Path) -> Path | None:
    """The workshop's file, None where it lies on a server."""
    if not isinstance(workshop, Store):
        return workshop
    return workshop.path if isinstance(workshop.place, FilePlace) else None


def _copy(workshop: Store | Path, part: Path, target: Path) -> None:
    source = _source(workshop)
    if source is not None:
        copy_verified(source, part, shown=target)
        return
    from pegboard.storage.moving import move_to_file

    assert isinstance(workshop, Store)
    if not is_on_network(part):
        move_to_file(workshop, part, workshop.clock)
        return
    with tempfile.TemporaryDirectory(prefix="pegboard-") as folder:  # a copy may go to a share, a workshop may not
        whole = Path(folder) / "copy.pegboard"
        move_to_file(workshop, whole, workshop.clock)
        copy_verified(whole, part, shown=target)


def restore(workshop: str | Path, saved: str | Path, clock: Clock = system_clock, actor: str = "") -> Path | None:
    """Put the backup `saved` in the place of the workshop at this path or address.

    The backup itself is not touched: a verified copy of it is upgraded where it is older and takes the place in one
    step. What stood there is kept beside it under a dated name, which is returned (None where nothing stood there).
    On a server it is a schema of the same database that is kept. The history says that `actor` went back.
    """
    saved = Path(saved)
    place = place_of(workshop)
    if not isinstance(place, FilePlace):
        return _restore_on_server(place, saved, clock, actor)
    path = place.path.resolve()  # a symbolic link stays one: what it points to is replaced
    schema.require_workshop_file(saved)
    if path.exists() and path.samefile(saved):
        raise Refused(
            tr("{path} is the workshop itself.", path=saved), hint=tr("Choose the backup that shall take its place.")
        )
    with part_of(path) as part:
        copy_verified(saved, part, shown=path)
        _upgrade_copy(part, saved)
        _note_restore(part, saved, clock, actor)
        kept = path.with_name(f"{path.stem} replaced {stamp(clock())}{path.suffix}")
        return put_in_place(part, path, kept)


def _restore_on_server(place: "ServerPlace", saved: Path, clock: Clock, actor: str) -> Path | None:
    from pegboard.storage.moving import replace_workshop

    schema.require_workshop_file(saved)
    with tempfile.TemporaryDirectory(prefix="pegboard-") as folder:
        part = Path(folder) / saved.name  # the backup stays as it is, also where it is older and must be upgraded
        copy_verified(saved, part, shown=saved)
        _upgrade_copy(part, saved)
        _note_restore(part, saved, clock, actor)
        with Store.open(part, clock) as source:
            kept = replace_workshop(source, place, clock)
    return None if kept is None else Path(kept)


def _note_restore(part: Path, saved: Path, clock: Clock, actor: str) -> None:
    """Write into the copy that it was gone back to; from then on it is newer than all backups before.

    Without a write-ahead log: a store that could not merge it at closing would say nothing, and lose this line.
    """
    note = Changes("workshop.restore", frozenset({"workshop"}), actor, tr("Went back to {file}.", file=saved.name))
    engine = create_engine(f"sqlite:///{part}", poolclass=NullPool, hide_parameters=True)
    with file_errors(saved), engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.isolation_level = None
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        schema.write_audit(connection, note, clock())
        connection.exec_driver_sql("COMMIT")


def copy_verified(source: Path, part: Path, *, shown: Path) -> None:
    """Copy a workshop file as of one moment into the new file `part`, and compare the two.

    `shown` is the name for people: what the part is to become.
    """
    with reading_file(source) as origin, file_errors(shown), contextlib.closing(_new_file(part, shown)) as copy:
        origin.execute("BEGIN")  # the rows that are counted are those that are copied
        with file_errors(source):
            counts = row_counts(origin)
        origin.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        found = problems(copy)
        if found or row_counts(copy) != counts:
            raise WorkshopFileError(
                tr("{path} is damaged: {reason}.", path=source, reason="; ".join(found[:3]) or tr("rows are missing")),
                hint=tr("Choose an earlier backup, or restore one with: pegboard restore FILE"),
            )


def put_in_place(part: Path, path: Path, kept: Path) -> Path | None:
    """Let the finished file `part` take the place of the workshop `path`; what stood there is kept as `kept`.

    At every moment one of the two stands at `path`. Returns where the old file is, None without one. Raises
    WorkshopFileError where another program has the old file open.
    """
    if not path.exists():
        replace_file(part, path)
        return None
    kept = _free_name(kept)
    log, kept_log = (name.with_name(name.name + "-wal") for name in (path, kept))
    with writing(kept):
        if log.exists():  # SQLite throws the log of a damaged file away when it opens it
            shutil.copy2(log, kept_log)
        try:
            is_merged = require_unused(path)
        except WorkshopFileError:
            kept_log.unlink(missing_ok=True)
            raise
        if is_merged:
            kept_log.unlink(missing_ok=True)
        with part_of(kept) as copy:  # no hard link: killed here, the workshop would have two names and two logs
            shutil.copy2(path, copy)
            replace_file(copy, kept)
        for suffix in ("-wal", "-shm"):  # they would spoil the file that takes the place
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    replace_file(part, path)
    return kept


def require_unused(path: Path) -> bool:
    """Refuse a workshop that a program has open; else merge its write-ahead log into the file.

    Returns False where it could not be merged because the file is damaged.
    """
    with (
        file_errors(path),
        contextlib.closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection,
    ):
        try:
            # Leaving write-ahead mode needs the file alone, so it fails as long as anybody has it open.
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            raise WorkshopFileError(
                tr("{path} is open in another window or program.", path=path),
                hint=tr("Close it there, then try again."),
            ) from error
        except sqlite3.DatabaseError:
            return False
    return True


def replace_file(part: Path, target: Path) -> None:
    """Flush `part` to the disk and give it the name `target` in one step."""
    with writing(target):
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
        _flush_folder(target.parent)


def place_new(part: Path, target: Path) -> bool:
    """Flush `part` to the disk and give it the name `target`; False where something has that name already."""
    with writing(target):
        with part.open("rb") as file:
            os.fsync(file.fileno())
        try:
            if os.name == "nt":
                part.rename(target)  # fails where there is such a file
            else:
                os.link(part, target)
                part.unlink()
        except FileExistsError:
            return False
        except OSError:  # a drive without links, such as a stick: looked at first, then done
            if target.exists():
                return False
            part.replace(target)
        _flush_folder(target.parent)
    return True


def _flush_folder(folder: Path) -> None:
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


@contextlib.contextmanager
def part_of(target: Path) -> Iterator[Path]:
    """Give the temporary name beside `target` for a file in the making; what is left there at the end is removed."""
    _remove_dead_parts(target)
    # A name never used before: what a failing drive did not let go of must not stand in the way of the next attempt.
    part = target.with_name(f".{target.name}.{os.getpid()}{time.monotonic_ns()}.part")
    try:
        yield part
    finally:
        for name in (part, *(part.with_name(part.name + suffix) for suffix in ("-wal", "-shm", "-journal"))):
            with contextlib.suppress(OSError):
                name.unlink(missing_ok=True)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the system says against writing `path` into a sentence with what to do."""
    try:
        yield
    except OSError as error:
        raise WorkshopFileError(
            tr("{path} cannot be written: {reason}.", path=path, reason=error.strerror or error),
            hint=tr("Choose a folder that exists, may be written and has room."),
        ) from error


def stamp(now: datetime.datetime) -> str:
    """Return an instant as it stands in file names: the shop's local time."""
    return now.astimezone().strftime("%Y-%m-%d %H%M%S")


def _refuse_target(source: Path | None, target: Path) -> None:
    if target.is_dir():
        raise Refused(tr("{path} is a folder.", path=target), hint=tr("Give the name of the backup file in it."))
    if not target.exists():
        return
    if source is not None and source.exists() and target.samefile(source):
        raise Refused(tr("{path} is the workshop itself.", path=target), hint=tr("Choose another name for its backup."))
    with writing(target), target.open("rb") as file:
        header = file.read(72)
    is_ours = header[68:72] == schema.APPLICATION_ID.to_bytes(4, "big")
    if not is_ours or header[18] == _WRITE_AHEAD:
        raise Refused(
            tr("{path} exists and is not a backup.", path=target), hint=tr("Choose another name for the backup.")
        )


def _new_file(part: Path, shown: Path) -> sqlite3.Connection:
    with writing(shown):
        part.touch(exist_ok=False)
    return sqlite3.connect(part, isolation_level=None, check_same_thread=False)


def _upgrade_copy(part: Path, saved: Path) -> None:
    with reading_file(part, saved) as connection:
        version = schema_of(connection)
    schema.require_known_version(saved, version)
    if version != schema.SCHEMA_VERSION:
        from pegboard.storage.migrations import migrate

        migrate(part, shown=saved)


def _free_name(path: Path) -> Path:
    """Return `path`, or with a number where that name is taken."""
    name, count = path, 2
    while name.exists():
        name = path.with_name(f"{path.stem} ({count}){path.suffix}")
        count += 1
    return name


def _remove_dead_parts(target: Path) -> None:
    """Sweep up what a killed program left in the target's folder, whatever it was to become."""
    with contextlib.suppress(OSError):
        for name in target.parent.glob(f".*{glob.escape(target.suffix)}.*.part*"):
            if _PART.fullmatch(name.name) and time.time() - name.stat().st_mtime > _PART_AGE:
                name.unlink()
