"""A push button as people expect it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton


class Button(QPushButton):
    """A button that Enter presses, too; outside dialogs Qt gives it Space alone."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter presses."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        else:
            super().keyPressEvent(event)
