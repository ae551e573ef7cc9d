"""Where notices and the progress of long work stand."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from pegboard.i18n import tr
from pegboard.ui import icons, theme
from pegboard.ui.button import Button
from pegboard.ui.runner import Progress

GOES_AFTER = 8_000  # milliseconds for a notice that something was done


class MessageBar(QFrame):
    """One notice at a time; good news goes by itself, the rest stays until it is closed or replaced."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message_bar")
        self._action: Callable[[], None] | None = None
        self._icon = QLabel()
        self._text = QLabel(wordWrap=True)
        self._button = Button()
        self._button.setProperty("link", True)
        self._button.clicked.connect(self._run)
        self._close = QToolButton()
        self._close.setAccessibleName(tr("Close this message"))
        self._close.setToolTip(tr("Close this message"))
        self._close.clicked.connect(self.clear_notice)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.STEP, theme.GAP, theme.STEP)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        layout.addWidget(self._close)
        self._timer = QTimer(self, singleShot=True, interval=GOES_AFTER)
        self._timer.timeout.connect(self.clear_notice)
        theme.notice().changed.connect(self._redraw)
        self._kind = "plain"
        self.hide()

    @property
    def text(self) -> str:
        """What is said now, "" where nothing is."""
        return "" if self.isHidden() else self._text.text()

    def show_notice(self, kind: str, text: str, action_title: str, action: Callable[[], None] | None) -> None:
        """Show a notice; `kind` is "good", "plain" or "error"."""
        self._kind = kind
        self._action = action
        self._text.setText(text)
        self.setAccessibleName(text)
        self._button.setText(action_title)
        self._button.setVisible(action is not None)
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._redraw()
        self.show()
        if kind == "good":
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def clear_notice(self) -> None:
        """Take the notice away."""
        self._timer.stop()
        self._action = None
        self.hide()

    @Slot()
    def _run(self) -> None:
        action = self._action
        self.clear_notice()
        if action is not None:
            action()

    @Slot()
    def _redraw(self) -> None:
        look = theme.colours()
        name, colour = {"good": ("done", look.ready), "error": ("warning", look.late)}.get(
            self._kind, ("info", look.accent)
        )
        self._icon.setPixmap(icons.pixmap(name, 20, colour))
        self._close.setIcon(icons.icon("close"))


class ProgressStrip(QWidget):
    """Shows how far long work has come, with Cancel; stands in the status bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._progress: Progress | None = None
        self._text = QLabel()
        self._bar = QProgressBar()
        self._bar.setFixedWidth(160)
        self._bar.setAccessibleName(tr("Progress"))
        self._cancel = Button(tr("Cancel"))
        self._cancel.setProperty("link", True)
        self._cancel.clicked.connect(self._ask_cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._text)
        layout.addWidget(self._bar)
        layout.addWidget(self._cancel)
        self.hide()

    @Slot(object)
    def follow(self, progress: Progress) -> None:
        """Show this work; several at once take turns with the latest."""
        self._progress = progress
        text = f"{progress.title}: {progress.text}" if progress.text else progress.title
        self._text.setText(tr("{text}: stopping", text=progress.title) if progress.is_cancelled else text)
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        self._cancel.setEnabled(not progress.is_cancelled)
        self.show()

    @Slot(object)
    def end(self, progress: Progress) -> None:
        """Take it away once its work has ended."""
        if progress is self._progress:
            self._progress = None
            self.hide()

    @Slot()
    def _ask_cancel(self) -> None:
        if self._progress is not None:
            self._progress.cancel()
            self.follow(self._progress)
