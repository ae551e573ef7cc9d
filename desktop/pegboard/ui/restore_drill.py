"""Once a week the newest backup is restored aside and proved, so that nobody finds out on a bad day that it is none."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from pegboard.domain.errors import PegboardError
from pegboard.i18n import tr
from pegboard.storage.store import Reading
from pegboard.ui.messages import Messages
from pegboard.ui.runner import Runner

if TYPE_CHECKING:
    from pegboard.storage.drill import Drilled

LOOK_EVERY = 3_600_000  # milliseconds; some leave the program open for weeks


class RestoreDrill(QObject):
    """Drills when the last drill is a week old; warns where a backup is broken. `told` is called after each."""

    def __init__(
        self, runner: Runner, messages: Messages, told: Callable[[], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._messages = messages
        self._told = told
        self._timer = QTimer(self, interval=LOOK_EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Drill if it is due, off the GUI thread; a seat that is busy elsewhere is not held up."""
        store = self._runner.store

        def work() -> "Drilled | None":
            from pegboard.storage.automatic_backup import folders
            from pegboard.storage.drill import EVERY, drill, last_drill

            stem = store.path.stem
            with store.read() as reading:
                folder, _second = folders(reading, store.path)
            last = last_drill(folder, stem)
            if last is not None and not last.problems and abs(store.clock() - last.drilled_at) < EVERY:
                return None
            return drill(folder, stem, _breaches, store.clock)

        self._runner.compute("drill", work, self._note, self._warn)

    def _note(self, found: "Drilled | None") -> None:
        if found is None:
            return
        if found.problems:
            self._messages.warn(
                tr("The backup {name} cannot be relied on: {problems}", name=found.backup, problems=found.problems[0])
            )
        self._told()

    def _warn(self, error: PegboardError) -> None:
        self._messages.warn(tr("The restore drill could not be done: {reason}", reason=error))


def _breaches(reading: Reading) -> Iterable[str]:
    from pegboard.queries.integrity import check

    found = check(reading).without_money()  # what it finds is told at every seat
    return [breach for invariant in found.invariants for breach in invariant.breaches]
