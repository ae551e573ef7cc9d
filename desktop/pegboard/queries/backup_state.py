"""When the workshop was last copied away, for the owner's page."""

import datetime
from dataclasses import dataclass
from pathlib import Path

from pegboard.queries.settings import settings
from pegboard.storage.automatic_backup import default_folder, saved_copies
from pegboard.storage.bulk import fetch
from pegboard.storage.dialects import SERVER
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class BackupState:
    """The newest automatic backup, each of which was read back when it was made.

    Attributes: made_at: local time, None where there is none yet; is_kept_elsewhere: the workshop lies on a
    server, whose keeper backs it up.
    """

    made_at: datetime.datetime | None
    is_kept_elsewhere: bool = False


def backup_state(reading: Reading) -> BackupState:
    """Look into the backup folder of the open workshop."""
    if reading.connection.dialect.name == SERVER:
        return BackupState(None, is_kept_elsewhere=True)
    path = Path(next(file for _place, name, file in fetch(reading, "PRAGMA database_list") if name == "main"))
    chosen = settings(reading).backup_folder
    copies = saved_copies(Path(chosen) if chosen else default_folder(path), path.stem)
    return BackupState(copies[0].made_at if copies else None)
