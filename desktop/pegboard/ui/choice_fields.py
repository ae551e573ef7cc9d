"""Fields of a form that are chosen, not typed."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox


class ChoiceField(QComboBox):
    """A choice of a few words.

    Signals: committed(): another one was chosen by hand.
    """

    committed = Signal()

    def __init__(self, title: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.title = title
        self.setAccessibleName(title)
        for value, text in choices:
            self.addItem(text, value)
        self.activated.connect(self.committed)

    def value(self) -> str:
        """Return what is chosen."""
        return str(self.currentData())

    def set_value(self, value: str) -> None:
        """Choose a value."""
        self.setCurrentIndex(self.findData(value))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: scrolling past it changes nothing."""
        event.ignore()


class YesField(QCheckBox):
    """Something that is so or is not.

    Signals: committed(): it was changed by hand.
    """

    committed = Signal()

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.title = title
        self.clicked.connect(self.committed)

    def value(self) -> bool:
        """Return whether it is so."""
        return self.isChecked()

    def set_value(self, value: bool) -> None:
        """Say whether it is so."""
        self.setChecked(value)
