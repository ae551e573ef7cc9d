"""An entry field of several lines, such as an address or a note."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFocusEvent, QFontMetrics
from PySide6.QtWidgets import QPlainTextEdit


class LinesField(QPlainTextEdit):
    """Several lines of text; Enter begins a new one, Tab goes on.

    Signals: committed(): the text changed and was left.
    """

    committed = Signal()

    def __init__(self, title: str, *, lines: int = 3) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.setTabChangesFocus(True)
        height = QFontMetrics(self.font()).lineSpacing()
        self.setFixedHeight(lines * height + 14)  # frame and the document's own margin
        self._last = ""

    def text(self) -> str:
        """Return what stands there, without blank ends."""
        return self.toPlainText().strip()

    def set_value(self, text: str | None) -> None:
        """Fill it."""
        self._last = text or ""
        self.setPlainText(self._last)

    @Slot()
    def settle(self) -> None:
        """Read what was typed, as when the field is left."""
        if self.text() != self._last:
            self._last = self.text()
            self.committed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: the text is read when it is left."""
        super().focusOutEvent(event)
        self.settle()
