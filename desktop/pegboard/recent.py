"""Remembers the workshops that were opened on this computer, the last one first.

The last one stands alone in `last_workshop`, which the command line reads and writes, too.
"""

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

from pegboard import paths

MOST = 8
_PASSWORD = (re.compile(r"(://[^:/@]*):[^@/]*@"), r"\1@"), (re.compile(r"([?&])password=[^&]*&?"), r"\1")


def recent_workshops(folder: Path | None = None) -> tuple[str, ...]:
    """Return the workshops opened before whose files still exist, the last one first."""
    folder = folder or paths.state_folder()
    return tuple(dict.fromkeys(_existing((_text(folder / "last_workshop").strip(), *_names(folder)))))


def last_workshop(folder: Path | None = None) -> str | None:
    """Return the workshop opened last, None where there is none or its file is gone."""
    folder = folder or paths.state_folder()
    return next(iter(_existing([_text(folder / "last_workshop").strip()])), None)


def remember_workshop(workshop: str | Path, folder: Path | None = None) -> None:
    """Put `workshop` first. Failing to write is no failure: it is only a convenience."""
    folder = folder or paths.state_folder()
    name = shown(workshop) if "://" in str(workshop) else str(Path(workshop).resolve())
    names = [name, *(other for other in recent_workshops(folder) if other != name)][:MOST]
    try:
        _write(folder / "last_workshop", name)
        _write(folder / "recent.json", json.dumps(names, indent=1))
    except OSError:
        return


def shown(workshop: str | Path) -> str:
    """Return a path or address as it may be shown and kept: without a password."""
    text = str(workshop)
    if "://" in text:
        for pattern, kept in _PASSWORD:
            text = pattern.sub(kept, text)
    return text.rstrip("?&") if "://" in text else text


def _names(folder: Path) -> tuple[str, ...]:
    try:
        names = json.loads(_text(folder / "recent.json"))
    except ValueError:
        return ()
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


def _existing(names: Iterable[str]) -> list[str]:
    return [name for name in names if name and ("://" in name or Path(name).is_file())]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _write(file: Path, text: str) -> None:
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, file)
