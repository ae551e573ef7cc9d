"""What a person who books should see all the time: up to where the books are closed, and which rate is missing."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.money_books import BooksState
from pegboard.ui import formats, theme
from pegboard.ui.button import Button


class BooksLine(QWidget):
    """Two links at the right of the page's head.

    Signals: close_asked(): the books are to be closed or opened; rate_asked(): a rate is to be entered.
    """

    close_asked = Signal()
    rate_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rate, self.closed = Button(""), Button("")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        for button, asked in ((self.rate, self.rate_asked), (self.closed, self.close_asked)):
            button.setProperty("link", True)
            button.clicked.connect(asked)
            layout.addWidget(button)
        self.rate.hide()
        self.closed.hide()

    @Slot(object)
    def show_state(self, state: BooksState) -> None:
        """Say how the books stand."""
        if state.gaps:
            told = ", ".join(
                tr("{currency} since {day}", currency=gap.currency, day=formats.long_day(gap.since))
                for gap in state.gaps
            )
            self.rate.setText(tr("▲ No exchange rate: {told}", told=told))
            self.rate.setToolTip(tr("Reports cannot value these documents on their day. Click to enter a rate."))
        self.rate.setVisible(bool(state.gaps))
        is_closed = state.closed is not None
        said = (
            tr("Books closed through {day}", day=formats.long_day(state.closed)) if state.closed else tr("Books open")
        )
        self.closed.setText(said)
        self.closed.setToolTip(
            tr("No document is dated in closed books. Click to close more, or to open them again.")
            if is_closed
            else tr("No period is closed yet. Click to close one.")
        )
        self.closed.show()
