"""How well a workshop is backed up: its newest copies here and in the second place, and the last restore drill."""

import datetime
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pegboard.domain.errors import PegboardError
from pegboard.storage.automatic_backup import SavedCopy, beginning_of, default_folder, folders, saved_copies
from pegboard.storage.bulk import fetch
from pegboard.storage.drill import Drilled, last_drill
from pegboard.storage.integrity import Contents, contents
from pegboard.storage.store import Reading

UNSEEN = datetime.timedelta(days=7)  # without a copy in the second place, after which it is told


@dataclass(frozen=True, slots=True)
class BackupState:
    """What there is to go back to.

    Attributes: folder: of the automatic backups; copies: there, the newest first; second: the second place, None where
    none was chosen; is_second_there: whether that place can be seen now; second_copies: there; drill: the last one;
    is_folder_missed: whether the newest copy lies beside the workshop, since the chosen folder could not be reached.
    """

    folder: Path
    copies: tuple[SavedCopy, ...]
    second: Path | None
    is_second_there: bool
    second_copies: tuple[SavedCopy, ...]
    drill: Drilled | None
    is_folder_missed: bool = False

    @property
    def newest(self) -> SavedCopy | None:
        """The newest automatic backup."""
        return self.copies[0] if self.copies else None

    def is_second_late(self) -> bool:
        """Whether the second place was chosen and has missed a week of backups: it is full, or not plugged in."""
        if self.second is None or self.newest is None:
            return False
        there = self.second_copies[0].made_at if self.second_copies else self.copies[-1].made_at
        return self.newest.made_at - there >= UNSEEN


def backup_state(reading: Reading, path: Path) -> BackupState:
    """Look into the backup folders of the workshop `path`."""
    folder, second = folders(reading, path)
    return BackupState(
        folder=folder,
        copies=_copies(path, folder),
        second=second,
        is_second_there=second is not None and os.path.isdir(second),  # a drive that answers with an error is not there
        second_copies=saved_copies(second, path.stem) if second is not None else (),
        drill=last_drill(folder, path.stem),
        is_folder_missed=_is_missed(path, folder),
    )


def is_behind(reading: Reading, path: Path) -> bool:
    """Whether the newest backup lacks what was committed last, as after a crash, or after going back failed."""
    last = fetch(reading, "SELECT at FROM audit_entry ORDER BY audit_entry_id DESC LIMIT 1")
    if not last:
        return False
    newest = backup_state(reading, path).newest
    try:
        saved = contents(newest.path).changed_at if newest is not None else None
    except PegboardError:  # a backup that cannot be read is none
        saved = None
    return saved != datetime.datetime.fromisoformat(last[0][0]).replace(tzinfo=datetime.UTC)


def _copies(path: Path, folder: Path) -> tuple[SavedCopy, ...]:
    """Those in the chosen folder, and those that lie beside the workshop because it could not be reached."""
    found = {copy.path: copy for place in (default_folder(path), folder) for copy in saved_copies(place, path.stem)}
    return tuple(sorted(found.values(), key=lambda copy: copy.made_at, reverse=True))


def _is_missed(path: Path, folder: Path) -> bool:
    """One that was only just chosen has no copy yet, and is not missed while it can be made."""
    newest = next(iter(_copies(path, folder)), None)
    if newest is None or newest.path.parent == folder:
        return False
    return bool(saved_copies(folder, path.stem)) or not (os.path.isdir(folder) or os.path.isdir(folder.parent))


def good_backups(path: Path, *elsewhere: Path) -> Iterator[Contents]:
    """Open one backup after the other, the newest first, and yield what is in those that are whole.

    Looks beside the workshop, where backups lie unless a setting says otherwise, and `elsewhere`: the workshop itself
    may be too damaged to say where they are.
    """
    from pegboard.storage.integrity import problems_of

    found = {
        copy.path: copy for folder in (default_folder(path), *elsewhere) for copy in saved_copies(folder, path.stem)
    }
    for copy in sorted(found.values(), key=lambda copy: copy.made_at, reverse=True):
        try:
            if not problems_of(copy.path):
                yield contents(copy.path)
        except PegboardError:
            continue


def newer_backup(path: Path, state: BackupState) -> Contents | None:
    """Return the newest backup where it holds later changes than the workshop `path` itself, as after a lost log."""
    own = beginning_of(path)  # in a folder of many, another workshop may have the same name
    newest = next((each for each in good_backups(path, state.folder) if beginning_of(each.path) == own), None)
    if newest is None or newest.changed_at is None:
        return None
    there = contents(path).changed_at
    return newest if there is None or newest.changed_at > there else None
