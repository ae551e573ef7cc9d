"""Backups that nobody has to think of: when they are due, where they lie, and which of the old ones are kept."""

import contextlib
import datetime
import re
from dataclasses import dataclass
from pathlib import Path

from pegboard.domain.errors import PegboardError
from pegboard.storage.backup import backup, stamp, writing
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Changes, Reading, Store

INTERVAL = datetime.timedelta(minutes=30)
DAILY, WEEKLY, MONTHLY = 14, 8, 24
BEFORE_KEPT = datetime.timedelta(days=90)  # a copy from before an import, an upgrade or a restore
SUFFIX = ".pegboard"
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
        return self._changed_since is not None and now - self._changed_since >= INTERVAL

    def back_up(self, reason: str) -> Path | None:
        """Make the backup and start anew."""
        made = automatic_backup(self._store, reason)
        self._changed_since = None
        return made

    def _committed(self, changes: Changes) -> None:
        if (changes.nouns or changes.note) and self._changed_since is None:  # an index kept up to date is nobody's work
            self._changed_since = self._store.clock()


def automatic_backup(store: Store, reason: str) -> Path | None:
    """Copy the open workshop into its backup folder, thin out what lies there, and return the copy.

    None where the workshop was never changed: there is nothing to lose yet; and at a seat that sees only a part of it:
    others make the backups. `reason` is one of REASONS. A second place
    that is not there today, such as a USB disk, is no failure.
    """
    with store.read() as reading:
        ((lines,),) = fetch(reading, "SELECT count(*) FROM (SELECT 1 FROM audit_entry LIMIT 1) AS line")
        folder, second = folders(reading, store.path)
        sees_all = store.place.sees_all(reading.connection)
    if not lines or not sees_all:
        return None
    made = saved_copy(store, folder, reason)
    if second is not None:
        with contextlib.suppress(PegboardError):
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
    made = backup(store, _free_name(folder, stem, now, reason))
    thin(folder, stem, now)
    return made


def _free_name(folder: Path, stem: str, now: datetime.datetime, reason: str) -> Path:
    """Name a copy to the second; a second one within that second takes the next, and never the place of the first."""
    while (named := folder / copy_name(stem, now, reason)).exists():
        now += datetime.timedelta(seconds=1)
    return named


def copy_again(made: Path, folder: Path, stem: str, now: datetime.datetime) -> None:
    """Copy a backup to the second place and thin out what lies there, as far as the place is there today."""
    if folder.is_dir():  # never made anew: it may be the place where a disk is to be plugged in
        backup(made, folder / made.name)
        thin(folder, stem, now)


def copy_name(stem: str, now: datetime.datetime, reason: str) -> str:
    """Return the file name of an automatic backup; `reason` is one of REASONS."""
    assert reason in REASONS, reason
    return f"{stem} {stamp(now)} {reason}{SUFFIX}"


def default_folder(path: Path) -> Path:
    """Where the automatic backups of a workshop lie unless the setting says otherwise: beside it."""
    return path.with_name(f"{path.stem} backups")


def saved_copies(folder: Path, stem: str) -> tuple[SavedCopy, ...]:
    """Return the automatic backups of the workshop named `stem`, the newest first; other files are not looked at."""
    named = re.compile(
        rf"{re.escape(stem)} (\d{{4}}-\d\d-\d\d \d{{6}}) ({'|'.join(REASONS)}){re.escape(SUFFIX)}", re.ASCII
    )
    copies = []
    for path in folder.iterdir() if folder.is_dir() else ():
        found = named.fullmatch(path.name)
        if found:
            copies.append(SavedCopy(path, datetime.datetime.strptime(found[1], "%Y-%m-%d %H%M%S"), found[2]))
    return tuple(sorted(copies, key=lambda copy: copy.made_at, reverse=True))


def thin(folder: Path, stem: str, now: datetime.datetime) -> tuple[Path, ...]:
    """Remove the automatic backups that are not worth their room any more, and return them.

    Kept: all of today, the last of each of 14 days, 8 weeks and 24 months that have one, and for 90 days those from
    before an import, an upgrade or a restore.
    """
    copies = saved_copies(folder, stem)
    kept = _worth_keeping(copies, now.astimezone().replace(tzinfo=None))
    gone = tuple(copy.path for copy in copies if copy.path not in kept)
    for path in gone:
        with writing(path):
            path.unlink(missing_ok=True)
    return gone


def _worth_keeping(copies: tuple[SavedCopy, ...], now: datetime.datetime) -> set[Path]:
    kept = {
        copy.path
        for copy in copies
        if copy.made_at.date() >= now.date() or (copy.reason.startswith("before") and now - copy.made_at <= BEFORE_KEPT)
    }
    for length, count in ((10, DAILY), (0, WEEKLY), (7, MONTHLY)):
        last_of: dict[object, Path] = {}
        for copy in copies:  # the newest comes first
            period = copy.made_at.isoformat()[:length] if length else copy.made_at.isocalendar()[:2]
            last_of.setdefault(period, copy.path)
        kept.update(list(last_of.values())[:count])
    return kept
