"""Brings files in from the disk to be attached, and out again to be looked at or kept.

What goes out to be looked at goes into a folder that only this user can enter, under a safe name and read-only, and
only if it is of a kind that is shown and not run (`domain.attachment.refuse_open`).
"""

import os
import tempfile
from pathlib import Path

from pegboard.domain.attachment import LARGEST, refuse_open, safe_name, too_large
from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr
from pegboard.queries.attachments import StoredContent


def read_file(path: str | Path) -> tuple[str, bytes]:
    """Return name and content of a file. Raises InvalidInput for what is no file, cannot be read or is too large."""
    path = Path(path)
    shown = safe_name(path.name)
    try:
        if not path.is_file():  # a folder, a device, a pipe without end
            raise InvalidInput(tr("{path} is no file.", path=shown), hint=tr("Choose a file."))
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise InvalidInput(
            tr("{path} cannot be read: {reason}.", path=shown, reason=error.strerror or error),
            hint=tr("Check that it is there and that you may read it."),
        ) from error
    if len(content) > LARGEST:
        raise too_large(shown)
    return shown, content


def extract(found: StoredContent, folder: Path) -> Path:
    """Write a file to be looked at into a new folder in `folder`; return its path.

    Raises InvalidInput for a file that its program might run, or where it cannot be written.
    """
    refuse_open(found.name, found.content)
    try:
        path = Path(tempfile.mkdtemp(dir=folder)) / safe_name(found.name)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(found.content)
        path.chmod(0o400)
    except OSError as error:
        raise InvalidInput(
            tr("{name} cannot be opened: {reason}.", name=found.name, reason=error.strerror or error),
            hint=tr("Make room on the disk, then try again."),
        ) from error
    return path


def free_path(folder: Path, name: str) -> Path:
    """A path in a folder under this name, or with a number where something is there already."""
    name = safe_name(name)
    stem, dot, suffix = name.rpartition(".")
    stem, suffix = (stem, dot + suffix) if dot else (name, "")
    path, count = folder / name, 1
    while path.exists() or path.is_symlink():
        count += 1
        path = folder / f"{stem} ({count}){suffix}"
    return path


def save(found: StoredContent, path: Path) -> None:
    """Write a file where a person wants it; never marked as a program. Raises InvalidInput where it cannot be."""
    beside = path.with_name(f".{path.name[:80]}.part")
    try:
        with beside.open("wb") as file:
            file.write(found.content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InvalidInput(
            tr("{path} cannot be written: {reason}.", path=path, reason=error.strerror or error),
            hint=tr("Choose a place where you may write and that has room."),
        ) from error
