"""The restore drill: takes the newest automatic backup, restores it aside, opens it and proves that all is in it.

What it found lies beside the backups, so that every seat and the command line can tell it.
"""

import datetime
import json
import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pegboard.domain.errors import PegboardError
from pegboard.storage.automatic_backup import saved_copies
from pegboard.storage.backup import restore
from pegboard.storage.store import Clock, Reading, Store, system_clock

EVERY = datetime.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Drilled:
    """What a drill found.

    Attributes: backup: the file's name; made_at: when it was made, local time; problems: none where it is whole;
    drilled_at: when it was tried, UTC.
    """

    backup: str
    made_at: datetime.datetime
    problems: tuple[str, ...]
    drilled_at: datetime.datetime


def drill(
    folder: Path, stem: str, prove: Callable[[Reading], Iterable[str]], clock: Clock = system_clock
) -> Drilled | None:
    """Restore the newest automatic backup of the workshop `stem` into a folder of its own and look at it.

    `prove` names what is broken in an open workshop. None where there is no backup yet; the workshop is not touched.
    What was found is kept beside the backups.
    """
    copies = saved_copies(folder, stem)
    if not copies:
        return None
    newest = copies[0]
    with TemporaryDirectory(prefix="pegboard-drill-") as name:
        saved, restored = Path(name) / "saved.pegboard", Path(name) / "restored.pegboard"
        try:
            shutil.copyfile(newest.path, saved)
            restore(restored, saved)
            with Store.open(restored) as store, store.read() as reading:
                problems = tuple(prove(reading))
        except (PegboardError, OSError) as error:
            problems = (str(error),)
    found = Drilled(newest.path.name, newest.made_at, problems, clock())
    _keep(found, _record(folder, stem))
    return found


def last_drill(folder: Path, stem: str) -> Drilled | None:
    """Return what the last drill found; None where there was none."""
    try:
        kept = json.loads(_record(folder, stem).read_text(encoding="utf-8"))
        made_at, drilled_at = (datetime.datetime.fromisoformat(kept[name]) for name in ("made_at", "drilled_at"))
        return Drilled(str(kept["backup"]), made_at, tuple(map(str, kept["problems"])), drilled_at)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _record(folder: Path, stem: str) -> Path:
    return folder / f"{stem} restore drill.json"


def _keep(found: Drilled, record: Path) -> None:
    values = {
        "backup": found.backup,
        "made_at": found.made_at.isoformat(),
        "drilled_at": found.drilled_at.isoformat(),
        "problems": found.problems,
    }
    with suppress(OSError):  # a folder that may be read alone; the drill comes again
        beside = record.with_suffix(f".{os.getpid()}.new")
        beside.write_text(json.dumps(values, indent=1), encoding="utf-8")
        beside.replace(record)
