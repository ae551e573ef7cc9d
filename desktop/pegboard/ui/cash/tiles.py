"""A figure with its words, which leads down to what it is made of."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from pegboard.i18n import tr
from pegboard.ui import theme
from pegboard.ui.detail import figure


class Tile(QFrame):
    """A figure of 22 px over a line of words; a click, Enter or Space opens what is behind it.

    Signals: opened().
    """

    opened = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.setObjectName("tile")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._figure = figure("")
        self._words = QLabel(wordWrap=True)
        self._words.setProperty("secondary", True)
        head = QLabel(title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GAP, theme.STEP, theme.GAP, theme.STEP)
        layout.setSpacing(0)
        for label in (head, self._figure, self._words):
            layout.addWidget(label)
        layout.addStretch(1)
        self._paint_frame()
        theme.notice().changed.connect(self._paint_frame)

    def say(self, value: str, words: str, tip: str) -> None:
        """Show a figure, what it means, and on pointing at it how it came about."""
        self._figure.setText(value)
        self._words.setText(words)
        self.setToolTip(tip)
        self.setAccessibleName(f"{self._title}: {value}. {words}")
        self.setAccessibleDescription(tr("{formula}. Enter shows what is behind it.", formula=tip))

    def value(self) -> str:
        """The figure as it is shown."""
        return self._figure.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter and Space open."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.modifiers():
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click opens."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit()

    def _paint_frame(self) -> None:
        colours = theme.colours()
        self.setStyleSheet(
            f"#tile {{ border: 1px solid {colours.line}; border-radius: 4px; }}"
            f"#tile:hover {{ background: {colours.hover}; }}"
            f"#tile:focus {{ border: 1px solid {colours.accent}; }}"
        )
