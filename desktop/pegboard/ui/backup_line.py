"""The line at the foot of a page that says how well the workshop is backed up."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel

from pegboard.storage.store import Reading
from pegboard.ui import theme
from pegboard.ui.desk import Desk

if TYPE_CHECKING:
    from pegboard.storage.backup_state import BackupState

LOOK_EVERY = 20_000  # milliseconds: backups and drills are made while it stands there


class BackupLine(QLabel):
    """Reads itself when it is shown and after `refresh`; in the colour of what is late where somebody must look."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(wordWrap=True)
        self._desk = desk
        self.setContentsMargins(theme.GAP, theme.STEP, theme.GAP, theme.STEP)
        self.setProperty("secondary", True)
        self._timer = QTimer(self, interval=LOOK_EVERY)
        self._timer.timeout.connect(self.refresh)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: what it says may be old."""
        super().showEvent(event)
        self._timer.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: nobody reads it."""
        super().hideEvent(event)
        self._timer.stop()

    @Slot()
    def refresh(self) -> None:
        """Look at the backups again."""
        path = self._desk.store.path

        def look(reading: Reading) -> "BackupState":
            from pegboard.storage.backup_state import backup_state  # not on the way to the first page

            return backup_state(reading, path)

        self._desk.runner.read(f"backup_line.{id(self)}", look, self._show)

    def _show(self, state: "BackupState") -> None:
        from pegboard.ui.backup_words import backup_line, is_bad

        self.setText(backup_line(state))
        self.setAccessibleName(self.text())
        self.setProperty("problem", is_bad(state))
        self.setProperty("secondary", not is_bad(state))
        self.style().unpolish(self)
        self.style().polish(self)
