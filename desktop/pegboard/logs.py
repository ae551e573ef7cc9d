"""The program's log: what went wrong and where, without a word of the customer's data.

A record keeps the kind of the error and the lines of code it went through. The text of an error is kept only where it
speaks of the program alone: that of the database names tables and columns and no values, that of a TypeError types.
"""

import logging
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path

from pegboard import __version__
from pegboard.paths import state_folder

LARGEST = 1_000_000  # bytes of one log file
FILES = 3
_OF_THE_PROGRAM = (TypeError, AttributeError, NameError, ImportError)
_logger = logging.getLogger("pegboard")


def log_file() -> Path:
    """Where the log lies."""
    return state_folder() / "pegboard.log"


def start() -> None:
    """Write the log from now on; without a place to write it the program goes on without one."""
    if _logger.handlers:
        return
    try:
        handler: logging.Handler = RotatingFileHandler(
            log_file(), maxBytes=LARGEST, backupCount=FILES - 1, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(process)d %(message)s"))
    _logger.addHandler(handler)
    _logger.setLevel(logging.INFO)
    _logger.propagate = False


def log_bug(error: BaseException, doing: str) -> None:
    """Log an error that is ours, while `doing` (a command's name)."""
    start()
    _logger.error("%s while doing %s\n%s", __version__, doing, without_data(error))


def last_lines(count: int) -> list[str]:
    """Return the last lines of the log, for a report."""
    try:
        return log_file().read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    except OSError:
        return []


def without_data(error: BaseException) -> str:
    """Return an error and its causes as the log keeps them: kinds and places, no values."""
    told, seen = [], set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        kind = type(current)
        text = f": {current}" if _speaks_of_the_program(current) else ""
        frames = "".join(
            f"  {frame.filename}:{frame.lineno} {frame.name}\n" for frame in traceback.extract_tb(current.__traceback__)
        )
        told.append(f"{kind.__module__}.{kind.__qualname__}{text}\n{frames}")
        current = current.__cause__ or current.__context__
    return "caused by\n".join(told)


def _speaks_of_the_program(error: BaseException) -> bool:
    """Whether an error's text names tables, columns and types, and quotes nothing that a person typed.

    A server's own words quote the row that it refused, those of the search index the words that were looked for, and
    a statement that could not be sent the value that was wrong.
    """
    if isinstance(error, _OF_THE_PROGRAM):
        return True
    cause = getattr(error, "orig", None) or error
    if type(cause).__module__.startswith("sqlite3"):
        return not any(sign in str(cause) for sign in ("fts5", "MATCH"))
    return type(cause).__module__.startswith("sqlalchemy")
