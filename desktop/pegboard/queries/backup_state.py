"""Whether the books are safe, for the owner's page: when they were last copied away, and what the last drill found."""

import datetime
from dataclasses import dataclass
from pathlib import Path

from pegboard.storage import backup_state as backups
from pegboard.storage.bulk import fetch
from pegboard.storage.dialects import SERVER
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class BackupState:
    """The newest automatic backup, each of which was read back when it was made.

    Attributes: made_at: local time, None where there is none yet; drilled_at: when a backup was last restored aside and
    proved, local time; is_broken: what was restored could not be relied on; is_second_late: the second place missed a
    week; is_kept_elsewhere: the workshop lies on a server, whose keeper backs it up.
    """

    made_at: datetime.datetime | None
    drilled_at: datetime.datetime | None = None
    is_broken: bool = False
    is_second_late: bool = False
    is_kept_elsewhere: bool = False


def backup_state(reading: Reading) -> BackupState:
    """Look into the backup folders of the open workshop."""
    if reading.connection.dialect.name == SERVER:
        return BackupState(None, is_kept_elsewhere=True)
    path = Path(next(file for _place, name, file in fetch(reading, "PRAGMA database_list") if name == "main"))
    found = backups.backup_state(reading, path)
    return BackupState(
        found.newest.made_at if found.newest else None,
        found.drill.drilled_at.astimezone() if found.drill else None,
        bool(found.drill and found.drill.problems),
        found.is_second_late(),
    )
