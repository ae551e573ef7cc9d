"""How well a workshop is backed up: its newest copies here and in the second place, and the last restore drill."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pegboard.domain.errors import PegboardError
from pegboard.storage.automatic_backup import SavedCopy, default_folder, folders, saved_copies
from pegboard.storage.drill import Drilled, last_drill
from pegboard.storage.integrity import Contents, contents
from pegboard.storage.store import Reading

UNSEEN = datetime.timedelta(days=7)  # without a copy in the second place, after which it is told


@dataclass(frozen=True, slots=True)
class BackupState:
    """What there is to go back to.

    Attributes: folder: of the automatic backups; copies: there, the newest first; second: the second place, None where
    none was chosen; is_second_there: whether that place can be seen now; second_copies: there; drill: the last one.
    """

    folder: Path
    copies: tuple[SavedCopy, ...]
    second: Path | None
    is_second_there: bool
    second_copies: tuple[SavedCopy, ...]
    drill: Drilled | None

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
        copies=saved_copies(folder, path.stem),
        second=second,
        is_second_there=second is not None and second.is_dir(),
        second_copies=saved_copies(second, path.stem) if second is not None else (),
        drill=last_drill(folder, path.stem),
    )


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
    newest = next(good_backups(path, state.folder), None)
    if newest is None or newest.changed_at is None:
        return None
    there = contents(path).changed_at
    return newest if there is None or newest.changed_at > there else None
