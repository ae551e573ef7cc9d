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


def without_data(error: BaseException) -> str:
    """Return an error and its causes as the log keeps them: kinds and places, no values."""
    told, seen = [], set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        kind = type(current)
        has_no_data = kind.__module__.startswith(("sqlalchemy", "sqlite3")) or isinstance(current, _OF_THE_PROGRAM)
        # A server's own words quote the statement and the row that it refused.
        of_server = type(getattr(current, "orig", None)).__module__.startswith("psycopg")
        text = f": {current}" if has_no_data and not of_server else ""
        frames = "".join(
            f"  {frame.filename}:{frame.lineno} {frame.name}\n" for frame in traceback.extract_tb(current.__traceback__)
        )
        told.append(f"{kind.__module__}.{kind.__qualname__}{text}\n{frames}")
        current = current.__cause__ or current.__context__
    return "caused by\n".join(told)
