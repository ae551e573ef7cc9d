"""Backups that nobody has to think of: when they are due, where they lie, and which of the old ones are kept."""

import contextlib
import datetime
import filecmp
import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pegboard.domain.errors import PegboardError, WorkshopFileError
from pegboard.storage.backup import backup_beside, stamp, writing
from pegboard.storage.bulk import fetch
from pegboard.storage.integrity import reading_file
from pegboard.storage.store import Changes, Reading, Store

INTERVAL = datetime.timedelta(minutes=30)
DAILY, WEEKLY, MONTHLY = 14, 8, 24
BEFORE_KEPT = datetime.timedelta(days=90)  # a copy from before an import, an upgrade or a restore
SUFFIX = ".pegboard"
BESIDE = " backups"  # after the workshop's name
REASONS = ("close", "interval", "before import", "before upgrade", "before restore")


@dataclass(frozen=True, slots=True)
class SavedCopy:
    """An automatic backup: its file, when it was made (local time without zone), and why (one of REASONS)."""

    path: Path
    made_at: datetime.datetime
    reason: str


class BackupSchedule:
    """Tells when an open workshop needs its next automatic backup: after half an hour of change.

    It listens to the store's commits; who runs the window asks `is_due` now and then, and `has_changes` on close.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changed_since: datetime.datetime | None = None
        store.on_commit.append(self._committed)

    @property
    def has_changes(self) -> bool:
        """Whether anything was committed since the last backup."""
        return self._changed_since is not None

    def is_due(self, now: datetime.datetime) -> bool:
        """Whether the first change since the last backup is half an hour old."""
        if self._changed_since is None:
            return False
        passed = now - self._changed_since
        return passed >= INTERVAL or passed < -INTERVAL  # a clock that was set back must not put it off

    def catch_up(self) -> None:
        """Count what was committed before this workshop was opened, and is in no backup, as a change of now."""
        if self._changed_since is None:
            self._changed_since = self._store.clock()

    def back_up(self, reason: str) -> Path | None:
        """Make the backup and start anew."""
        # Before the copy: what is committed while it is made is not in it.
        before, self._changed_since = self._changed_since, None
        try:
            return automatic_backup(self._store, reason)
        except BaseException:
            self._changed_since = before
            raise

    def _committed(self, changes: Changes) -> None:
        if (changes.nouns or changes.note) and self._changed_since is None:  # an index kept up to date is nobody's work
            self._changed_since = self._store.clock()


def automatic_backup(store: Store, reason: str) -> Path | None:
    """Copy the open workshop into its backup folder, thin out what lies there, and return the copy.

    None where the workshop was never changed: there is nothing to lose yet; and at a seat that sees only a part of it:
    others make the backups. `reason` is one of REASONS. A second place
    that is not there today, such as a USB disk, is no failure. Where the chosen folder cannot be reached, such as on a
    network drive, the copy lies beside the workshop.
    """
    with store.read() as reading:
        ((lines,),) = fetch(reading, "SELECT count(*) FROM (SELECT 1 FROM audit_entry LIMIT 1) AS line")
        folder, second = folders(reading, store.path)
        sees_all = store.place.sees_all(reading.connection)
    if not lines or not sees_all:
        return None
    try:
        made = saved_copy(store, folder, reason)
    except WorkshopFileError:
        beside = default_folder(store.path)
        if folder == beside:
            raise
        made = saved_copy(store, beside, reason)
    if second is not None:
        with contextlib.suppress(PegboardError, OSError):
            copy_again(made, second, store.path.stem, store.clock())
    return made


def folders(reading: Reading, path: Path) -> tuple[Path, Path | None]:
    """Where the automatic backups of the workshop `path` go, and the second place, None where none was chosen."""
    chosen = dict(
        fetch(reading, "SELECT name, value FROM setting WHERE name IN ('backup_folder', 'second_backup_folder')")
    )
    folder, second = chosen.get("backup_folder"), chosen.get("second_backup_folder")
    return Path(folder) if folder else default_folder(path), Path(second) if second else None


def saved_copy(store: Store, folder: Path, reason: str) -> Path:
    """Copy an open workshop into `folder` under a dated name, and thin out the older copies."""
    stem, now = store.path.stem, store.clock()
    with writing(folder):
        folder.mkdir(exist_ok=True)  # itself alone: where its drive is gone, another drive must not take its place
    made = backup_beside(store, _names(folder, stem, now, reason))
    thin(folder, stem, now, made)
    return made


def _names(folder: Path, stem: str, now: datetime.datetime, reason: str) -> Iterator[Path]:
    """Name a copy to the second; a second one within that second takes the next, and never the place of the first."""
    for seconds in itertools.count():
        yield folder / copy_name(stem, now + datetime.timedelta(seconds=seconds), reason)


def copy_again(made: Path, folder: Path, stem: str, now: datetime.datetime) -> None:
    """Copy a backup to the second place and thin out what lies there, as far as the place is there today."""
    copy = _named(made, stem)
    if copy is None or not os.path.isdir(folder):  # never made anew: a disk may be to be plugged in there
        return
    if not _is_there(made, folder / made.name):
        at = copy.made_at.astimezone()
        backup_beside(made, _names(folder, stem, at, copy.reason))
    thin(folder, stem, now, made)


def _is_there(made: Path, there: Path) -> bool:
    try:
        return there.stat().st_size == made.stat().st_size and filecmp.cmp(made, there, shallow=False)
    except OSError:
        return False


def copy_name(stem: str, now: datetime.datetime, reason: str) -> str:
    """Return the file name of an automatic backup; `reason` is one of REASONS."""
    assert reason in REASONS, reason
    return f"{stem} {stamp(now)} {reason}{SUFFIX}"


def default_folder(path: Path) -> Path:
    """Where the automatic backups of a workshop lie unless the setting says otherwise: beside it."""
    return path.with_name(f"{path.stem}{BESIDE}")


def saved_copies(folder: Path, stem: str) -> tuple[SavedCopy, ...]:
    """Return the automatic backups of the workshop named `stem`, the newest first; other files are not looked at."""
    try:
        files = list(folder.iterdir()) if os.path.isdir(folder) else []
    except OSError:  # a drive that went away
        files = []
    copies = [copy for copy in (_named(path, stem) for path in files) if copy is not None]
    return tuple(sorted(copies, key=lambda copy: copy.made_at, reverse=True))


def _named(path: Path, stem: str) -> SavedCopy | None:
    """What the name of a file tells, None where it is no automatic backup of the workshop named `stem`."""
    found = re.fullmatch(
        rf"{re.escape(stem)} (\d{{4}}-\d\d-\d\d \d{{6}}) ({'|'.join(REASONS)}){re.escape(SUFFIX)}", path.name, re.ASCII
    )
    try:
        at = datetime.datetime.strptime(found[1], "%Y-%m-%d %H%M%S") if found else None
    except ValueError:  # such as a 31st of June, which nobody but a person wrote
        at = None
    return SavedCopy(path, at, found[2]) if found and at is not None else None


def thin(folder: Path, stem: str, now: datetime.datetime, made: Path | None = None) -> tuple[Path, ...]:
    """Remove the automatic backups that are not worth their room any more, and return them.

    Kept: all of today, the last of each of 14 days, 8 weeks and 24 months that have one, and for 90 days those from
    before an import, an upgrade or a restore. Those of another workshop of the same name than `made` are left alone.
    """
    gone = _worthless(saved_copies(folder, stem), now)
    if gone and made is not None:
        own = beginning_of(made)
        gone = _worthless(
            tuple(copy for copy in saved_copies(folder, stem) if beginning_of(copy.path) in (own, None)), now
        )
    for path in gone:
        with writing(path):
            path.unlink(missing_ok=True)
    return gone


def beginning_of(path: Path) -> tuple[object, ...] | None:
    """The first line of a workshop's history, which all of its copies share; None where it cannot be read."""
    try:
        with reading_file(path) as file:
            found: tuple[object, ...] | None = file.execute(
                "SELECT audit_entry_id, at, actor, command FROM audit_entry ORDER BY audit_entry_id LIMIT 1"
            ).fetchone()
    except (PegboardError, OSError):
        return None
    return found


def _worthless(copies: tuple[SavedCopy, ...], now: datetime.datetime) -> tuple[Path, ...]:
    kept = _worth_keeping(copies, now.astimezone().replace(tzinfo=None))
    return tuple(copy.path for copy in copies if copy.path not in kept)


def _worth_keeping(copies: tuple[SavedCopy, ...], now: datetime.datetime) -> set[Path]:
    kept = {
        copy.path
        for copy in copies
        if copy.made_at.date() >= now.date() or (copy.reason.startswith("before") and now - copy.made_at <= BEFORE_KEPT)
    }
    for length, count in ((10, DAILY), (0, WEEKLY), (7, MONTHLY)):
        last_of: dict[object, Path] = {}
        for copy in copies:  # the newest comes first
            if copy.made_at.date() > now.date():
                continue  # from when the clock was ahead: kept, and not in the place of those that tell the truth
            period = copy.made_at.isoformat()[:length] if length else copy.made_at.isocalendar()[:2]
            last_of.setdefault(period, copy.path)
        kept.update(list(last_of.values())[:count])
    return kept
