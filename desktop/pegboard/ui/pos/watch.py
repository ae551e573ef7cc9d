"""Looks into the watch folder from time to time, imports what tills left there, and moves it aside with its result."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Slot

from pegboard.domain.errors import PegboardError
from pegboard.exchange.watch_folder import look, put_aside
from pegboard.i18n import tr
from pegboard.queries.settings import settings
from pegboard.storage.store import Reading
from pegboard.ui.desk import Desk
from pegboard.ui.pos.importing import BroughtIn, bring_in
from pegboard.ui.runner import Progress

EVERY = 15_000  # milliseconds between two looks


class Look(NamedTuple):
    """What a look found: files that are ready, sizes of all, and the folder ("" for none)."""

    ready: tuple[Path, ...]
    sizes: dict[str, int]
    folder: str


class WatchFolder(QObject):
    """Runs as long as the window does; nothing happens while the setting pos_watch_folder is empty."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._sizes: dict[str, int] = {}
        self._busy: set[Path] = set()
        self._told = ""
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        desk.runner.cancelled.connect(self._give_up)
        desk.runner.broke.connect(self._give_up)

    @Slot(str)
    def _give_up(self, name: str, _error: object = None) -> None:
        """What was cancelled is tried again at a later look."""
        if name == "pos.import":
            self._busy.clear()

    @Slot()
    def look(self) -> None:
        """Look now."""
        if not self._busy:
            self._desk.runner.read("pos.watch", partial(_look, sizes=dict(self._sizes)), self._found, self._refused)

    def _found(self, found: Look) -> None:
        self._sizes, self._told = found.sizes, ""
        for path in found.ready:
            self._busy.add(path)
            progress = Progress(tr("Importing {file}", file=path.name))
            self._desk.runner.write(
                "pos.import",
                partial(bring_in, path=path, progress=progress),
                partial(self._done, path),
                partial(self._needs_you, path),
                progress=progress,
            )

    def _refused(self, error: PegboardError) -> None:
        if str(error) != self._told:  # once, not every few seconds
            self._told = str(error)
            self._desk.messages.error(error)

    def _done(self, path: Path, brought: BroughtIn) -> None:
        self._aside(path, brought.text(), is_done=True)
        self._desk.messages.notice(brought.text())

    def _needs_you(self, path: Path, error: PegboardError) -> None:
        if not path.exists():  # another seat was quicker
            self._busy.discard(path)
            return
        self._aside(path, receipt_of(error), is_done=False)
        self._desk.messages.warn(
            tr("{file} needs you; it lies in the folder needs-you. {reason}", file=path.name, reason=error)
        )

    def _aside(self, path: Path, receipt: str, *, is_done: bool) -> None:
        self._busy.discard(path)
        try:
            put_aside(path, receipt, is_done=is_done)
        except PegboardError as error:
            self._refused(error)


def receipt_of(error: PegboardError) -> str:
    """What the text beside a refused file says: the sentence, and each single problem."""
    lines = [str(error)]
    lines += [problem.text() for problem in getattr(error, "errors", ())]
    return "\n".join(lines)


def _look(reading: Reading, sizes: dict[str, int]) -> Look:
    folder = settings(reading).pos_watch_folder
    if not folder:
        return Look((), {}, "")
    ready, seen = look(Path(folder), sizes)
    return Look(tuple(ready), seen, folder)
