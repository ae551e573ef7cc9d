"""Finds the files that ship with the program: in a checkout, an installed wheel and a frozen program alike."""

import sys
from pathlib import Path


def resource(*parts: str) -> Path:
    """Return the path of a shipped file or folder, such as `resource("samples", "harbor-lamps")`."""
    return _root().joinpath(*parts)


def _root() -> Path:
    here = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [Path(frozen) / "pegboard" / "_resources"] if frozen else []
    candidates += [here / "_resources", here.parent.parent / "resources"]
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"The program's resources are missing beside {here}; install Pegboard again.")
