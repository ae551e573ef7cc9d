"""Tells whether a file lies on a network share, where SQLite's locks cannot be trusted and a workshop would break.

Source: sqlite.org, "How To Corrupt An SQLite Database File", 2.1, and "Write-Ahead Logging", which needs one computer.
"""

import os
import re
import sys
from pathlib import Path

from pegboard.domain.errors import WorkshopFileError
from pegboard.i18n import tr

NETWORK_FILE_SYSTEMS = frozenset(
    {
        "afs",
        "cifs",
        "davfs",
        "davfs2",
        "fuse.davfs2",
        "fuse.rclone",
        "fuse.sshfs",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)
_MOUNTS = Path("/proc/self/mountinfo")
_REMOTE_DRIVE = 4  # GetDriveTypeW's DRIVE_REMOTE


def require_local(path: Path) -> None:
    """Refuse a workshop on a network share, with the way out."""
    if is_on_network(path):
        raise WorkshopFileError(
            tr("{path} lies on a network share, where two computers at once would damage it.", path=path),
            hint=tr(
                "Move it to a disk of this computer and let the backups go to the share. Several computers can work on"
                " it together on a PostgreSQL server: pegboard move."
            ),
        )


SYNCED = {
    "dropbox": "Dropbox",
    "onedrive": "OneDrive",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "icloud drive": "iCloud Drive",
    "com~apple~clouddocs": "iCloud Drive",
    "icloud": "iCloud Drive",
    "syncthing": "Syncthing",
}


def synced_by(path: Path) -> str:
    """Return the service whose folder `path` lies in, as far as names tell, "" where there is none.

    Such a service copies a file while it is being written, and may put an older copy in its place.

    >>> synced_by(Path("/home/ann/OneDrive - Harbor Lamps/shop.pegboard"))
    'OneDrive'
    """
    folders = [part.casefold() for part in Path(os.path.realpath(path)).parts[:-1]]
    return next((name for folder in folders for key, name in SYNCED.items() if folder.split(" - ")[0] == key), "")


def is_on_network(path: Path) -> bool:
    """Whether the drive of `path` is another computer's, as far as the system tells."""
    if sys.platform == "win32":
        return _is_remote_on_windows(path)
    if not _MOUNTS.exists():
        return False
    return file_system_of(path, _MOUNTS.read_text(encoding="utf-8", errors="replace")) in NETWORK_FILE_SYSTEMS


def file_system_of(path: Path, mounts: str) -> str:
    """Return the kind of file system that `path` lies on; `mounts` is the text of Linux's mountinfo."""
    place = os.path.realpath(path)
    longest, kind = "", ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[4])
        is_above = place == point or place.startswith(point.rstrip("/") + "/")
        if is_above and len(point) >= len(longest):  # a later mount hides an earlier one at the same place
            longest, kind = point, after.split()[0]
    return kind


def _is_remote_on_windows(path: Path) -> bool:
    import ctypes

    anchor = Path(os.path.realpath(path)).anchor
    if anchor.startswith("\\\\") and not anchor.startswith("\\\\?\\"):
        return True
    drives = getattr(ctypes, "windll").kernel32  # noqa: B009  the name exists on Windows alone
    return bool(drives.GetDriveTypeW(anchor) == _REMOTE_DRIVE)
