"""Once a week the newest backup is restored aside and proved, so that nobody finds out on a bad day that it is none."""

import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from pegboard.domain.errors import PegboardError
from pegboard.i18n import tr
from pegboard.storage.store import Reading
from pegboard.ui import formats
from pegboard.ui.messages import Messages
from pegboard.ui.runner import Runner
from pegboard.ui.status import StatusLine
from pegboard.ui.window_state import WindowState

if TYPE_CHECKING:
    from pegboard.storage.drill import Drilled


class RestoreDrill(QObject):
    """Drills when a workshop is opened and the last drill is a week old; warns where a backup is broken."""

    def __init__(
        self, runner: Runner, messages: Messages, state: WindowState, status: StatusLine, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._messages = messages
        self._state = state
        self._status = status
        self._key = f"drill.{runner.store.path}"

    @Slot()
    def look(self) -> None:
        """Drill if it is due, off the GUI thread; a seat that is busy elsewhere is not held up."""
        from pegboard.storage.drill import EVERY

        last = self._last()
        if last is not None:
            self._say(last)
            if self._runner.now() - last < EVERY:
                return
        path = self._runner.store.path
        with_folder = self._runner.store

        def work() -> "Drilled | None":
            from pegboard.queries.settings import settings
            from pegboard.storage.automatic_backup import default_folder
            from pegboard.storage.drill import drill

            with with_folder.read() as reading:
                chosen = settings(reading).backup_folder
            return drill(Path(chosen) if chosen else default_folder(path), path.stem, _breaches)

        self._runner.compute("drill", work, self._note, self._warn)

    def _last(self) -> datetime.datetime | None:
        kept = self._state.get(self._key)
        return datetime.datetime.fromisoformat(kept) if isinstance(kept, str) else None

    def _note(self, found: "Drilled | None") -> None:
        if found is None:
            return
        if found.problems:
            self._messages.warn(
                tr("The backup {name} cannot be relied on: {problems}", name=found.backup, problems=found.problems[0])
            )
            return
        now = self._runner.now()
        self._state.set(self._key, now.isoformat())
        self._say(now)

    def _warn(self, error: PegboardError) -> None:
        self._messages.warn(tr("The restore drill could not be done: {reason}", reason=error))

    def _say(self, when: datetime.datetime) -> None:
        self._status.show_drill(tr("A backup was restored aside and proved on {day}.", day=formats.instant(when)))


def _breaches(reading: Reading) -> Iterable[str]:
    from pegboard.queries.integrity import check

    return [breach for invariant in check(reading).invariants for breach in invariant.breaches]
