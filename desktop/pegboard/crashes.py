"""What a crash of the program itself leaves behind: the lines of code it was in, for a report at the next start.

Qt or a driver can end the process without an exception. The interpreter then writes files, lines and functions, and no
values, into a file of this process that is removed when the program ends well.
"""

import contextlib
import faulthandler
import os
from pathlib import Path
from typing import TextIO

from pegboard.paths import state_folder

_open: list[TextIO] = []


def begin() -> str:
    """Watch from now on; returns what earlier crashes left behind, "" where none did."""
    folder = state_folder()
    left = [_taken(file) for file in sorted(folder.glob("crash-*.txt")) if not _is_running(file)]
    with contextlib.suppress(OSError):
        file = (folder / f"crash-{os.getpid()}.txt").open("w", encoding="utf-8")
        _open.append(file)
        faulthandler.enable(file, all_threads=True)
    return "\n".join(text for text in left if text)


def end() -> None:
    """The program ends well: nothing is left behind."""
    if _open:
        faulthandler.disable()
        file = _open.pop()
        file.close()
        with contextlib.suppress(OSError):
            os.unlink(file.name)


def _taken(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8", errors="replace").strip()
        file.unlink()
    except OSError:
        return ""
    return text


def _is_running(file: Path) -> bool:
    """Whether the process that writes it still lives; a number that another program has now counts as its own.

    Our own number says that an earlier process had it, as in a sandbox, where every start has the same.
    """
    number = file.stem.rpartition("-")[2]
    if not number.isdigit() or int(number) == os.getpid():
        return False
    if os.name != "posix":  # there, a file that is open cannot be removed: nothing is lost by trying
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
