"""Remembers the workshops that were opened on this computer, the last one first."""

import json
import os
from pathlib import Path

from pegboard import paths

MOST = 8


def recent_workshops(folder: Path | None = None) -> tuple[str, ...]:
    """Return the workshops opened before whose files still exist, the last one first."""
    try:
        names = json.loads(_file(folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    if not isinstance(names, list):
        return ()
    return tuple(name for name in names if isinstance(name, str) and ("://" in name or Path(name).is_file()))


def last_workshop(folder: Path | None = None) -> str | None:
    """Return the workshop opened last, None where there is none or its file is gone."""
    return next(iter(recent_workshops(folder)), None)


def remember_workshop(workshop: str | Path, folder: Path | None = None) -> None:
    """Put `workshop` first. Failing to write is no failure: it is only a convenience."""
    name = str(workshop) if "://" in str(workshop) else str(Path(workshop).resolve())
    names = [name, *(other for other in recent_workshops(folder) if other != name)][:MOST]
    file = _file(folder)
    beside = file.with_suffix(".new")
    try:
        beside.write_text(json.dumps(names, indent=1), encoding="utf-8")
        os.replace(beside, file)
    except OSError:
        return


def _file(folder: Path | None) -> Path:
    return (folder or paths.state_folder()) / "recent.json"
