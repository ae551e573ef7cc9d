"""Finds the drawings that items name: files beside the workshop, read with care, since a path comes from an import.

A drawing's text is a path only where it ends as one and the file lies inside the folder, links followed; anything else,
such as "D-88 rev 4", is just its name.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pegboard.queries.settings import settings
from pegboard.storage.store import Reading

KINDS = {".pdf": (b"%PDF-",), ".png": (b"\x89PNG\r\n\x1a\n",), ".jpg": (b"\xff\xd8\xff",), ".jpeg": (b"\xff\xd8\xff",)}
LARGEST = 20 * 1024 * 1024  # bytes; a larger file is no drawing for a traveler


@dataclass(frozen=True, slots=True)
class DrawingFile:
    """A drawing: its name (or its path in the folder of drawings), whether it is a PDF (else a picture), content, hash.

    `revision` is the drawing's own, where it is known.
    """

    name: str
    is_pdf: bool
    content: bytes
    content_hash: str
    revision: str = ""


def drawing_folder(reading: Reading) -> Path | None:
    """The folder of the drawings: the setting's, else where the workshop file lies; None on a server without one."""
    chosen = settings(reading).drawing_folder
    beside = None
    if reading.connection.dialect.name == "sqlite":
        file = reading.connection.exec_driver_sql("PRAGMA database_list").all()[0][2]
        beside = Path(file).parent if file else None
    if not chosen:
        return beside
    folder = Path(chosen).expanduser()
    return folder if folder.is_absolute() or beside is None else beside / folder


def drawing_files(reading: Reading, names: Iterable[str]) -> dict[str, DrawingFile]:
    """Return the drawings of these names that are files of a kind we can print, by name."""
    wanted = [name for name in dict.fromkeys(names) if PurePosixPath(name.replace("\\", "/")).suffix.lower() in KINDS]
    folder = drawing_folder(reading) if wanted else None
    if folder is None:
        return {}
    found = ((name, _read(folder, name)) for name in wanted)
    return {name: file for name, file in found if file is not None}


def _read(folder: Path, name: str) -> DrawingFile | None:
    path = _inside(folder, name)
    if path is None:
        return None
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            return None
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError:
        return None
    suffix = path.suffix.lower()
    if len(content) > LARGEST or not content.startswith(KINDS.get(suffix, (b"\0",))):
        return None
    return DrawingFile(name, suffix == ".pdf", content, hashlib.sha256(content).hexdigest())


def _inside(folder: Path, name: str) -> Path | None:
    """The file of a relative path that stays inside the folder, also where links lead; None for any other."""
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in name or "\0" in name:
        return None
    try:
        root = folder.resolve(strict=True)
        path = (root / parts).resolve(strict=True)
    except (OSError, RuntimeError):
        return None
    return path if path.is_relative_to(root) else None
