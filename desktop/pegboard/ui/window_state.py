"""Remembers how a person arranged the window: widths, splitters, chips, the look; a small JSON file."""

import json
import logging
import os
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


class WindowState:
    """Values by name, kept in `file`; a damaged file counts as an empty one. Reading and writing never fail."""

    def __init__(self, file: Path | None) -> None:
        """Read `file`; None remembers nothing beyond this run."""
        self._file = file
        self._values: dict[str, Any] = _read(file)
        self._own: dict[str, Any] = {}  # what this window has set: another one that is open keeps what it did

    def get(self, name: str, default: Any = None) -> Any:
        """Return what was remembered under `name`."""
        return self._values.get(name, default)

    def set(self, name: str, value: Any) -> None:
        """Remember a value that JSON can hold; written when it differs."""
        if self._values.get(name) == value:
            return
        self._values[name] = self._own[name] = value
        self._write()

    def _write(self) -> None:
        if self._file is None:
            return
        beside = self._file.with_suffix(f".{os.getpid()}.new")
        kept = {**_read(self._file), **self._own}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(kept, indent=1, sort_keys=True), encoding="utf-8")
            os.replace(beside, self._file)
        except OSError as error:
            log.warning("The window's layout cannot be kept in %s: %s", self._file, error)


def _read(file: Path | None) -> dict[str, Any]:
    if file is None or not file.is_file():
        return {}
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
