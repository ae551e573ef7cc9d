"""The restore drill: takes the newest automatic backup, restores it aside, opens it and proves that all is in it."""

import datetime
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pegboard.domain.errors import PegboardError
from pegboard.storage.automatic_backup import saved_copies
from pegboard.storage.backup import restore
from pegboard.storage.store import Reading, Store

EVERY = datetime.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Drilled:
    """What a drill found.

    Attributes: backup: the file's name; made_at: when it was made; problems: none where it is whole.
    """

    backup: str
    made_at: datetime.datetime
    problems: tuple[str, ...]


def drill(folder: Path, stem: str, prove: Callable[[Reading], Iterable[str]]) -> Drilled | None:
    """Restore the newest automatic backup of the workshop `stem` into a folder of its own and look at it.

    `prove` names what is broken in an open workshop. None where there is no backup yet; the workshop is not touched.
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
    return Drilled(newest.path.name, newest.made_at, problems)
