"""Panels over the page: not dialogs, one at a time, closed with Esc; the focus goes back to where it was."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from pegboard.ui import theme


class Overlay(QWidget):
    """Covers its window, with `card` in the middle or at the top.

    Signals: closed(): it was taken away.
    """

    closed = Signal()

    def __init__(self, window: QWidget, *, width: int, height: int = 0) -> None:
        """`width` and `height` are the most that the card takes; height 0 is as much as its content needs."""
        super().__init__(window)
        self._window = window
        self._most = (width, height)
        self._focus_before: QWidget | None = None
        self.card = QFrame(self)
        self.card.setObjectName("card")
        self.card.setAutoFillBackground(True)
        self.card_layout = QVBoxLayout(self.card)
        self.card_layout.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        window.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Show it over everything else."""
        self._focus_before = QApplication.focusWidget()
        self._place()
        self.show()
        self.raise_()

    @Slot()
    def close_panel(self) -> None:
        """Take it away; whoever had the focus gets it back."""
        if self.isHidden():
            return
        self.hide()
        if self._focus_before is not None and self._focus_before.isVisible():
            self._focus_before.setFocus()
        self._focus_before = None
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: follow the window's size."""
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a click beside the card closes."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.close_panel()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: dim the page, and draw the card's edge."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 60))
        painter.setPen(QColor(theme.colours().line))
        painter.setBrush(QColor(theme.colours().page))
        painter.drawRect(self.card.geometry().adjusted(-1, -1, 0, 0))

    def _place(self) -> None:
        self.setGeometry(self._window.rect())
        width, height = self._most
        width = min(width, self.width() - 2 * theme.MARGIN)
        wanted = height or self.card.sizeHint().height()
        height = min(wanted, self.height() - 6 * theme.MARGIN)
        top = 4 * theme.MARGIN if not self._most[1] else max((self.height() - height) // 2, theme.MARGIN)
        self.card.setGeometry((self.width() - width) // 2, top, width, height)
