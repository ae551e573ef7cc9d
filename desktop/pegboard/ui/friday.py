"""Sees to it that Friday's page lies in its folder: when the program opens, and once an hour after that."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from pegboard.domain.errors import PegboardError
from pegboard.i18n import tr
from pegboard.storage.store import Reading
from pegboard.ui.messages import Messages
from pegboard.ui.runner import Runner

EVERY = 3_600_000  # milliseconds


class FridayPages(QObject):
    """Saves the page off the GUI thread where the setting names a folder; what goes wrong is said once."""

    def __init__(self, runner: Runner, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._messages = messages
        self._has_warned = False
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Write the page if it is due."""
        if not self._runner.rights.sees_money:
            return
        now = self._runner.now()

        def save(reading: Reading) -> Path | None:
            from pegboard.queries.settings import settings

            if not settings(reading).friday_folder:  # the fonts and charts are not even loaded
                return None
            from pegboard.documents.friday import save_friday_page

            return save_friday_page(reading, now)

        self._runner.read("friday.save", save, self._note, self._warn)

    def _note(self, _path: Path | None) -> None:
        self._has_warned = False

    def _warn(self, error: PegboardError) -> None:
        if not self._has_warned:
            self._has_warned = True
            self._messages.warn(tr("Friday's page was not saved: {reason}", reason=error))
