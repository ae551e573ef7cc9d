"""The Cash page: how long money is tied up and why, and all reports."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.ui.cash.reports_view import ReportsView
from pegboard.ui.desk import Desk
from pegboard.ui.workspace import Workspace

NOUNS = frozenset(
    {"invoice", "bill", "payment", "order", "stock", "work_order", "purchase_order", "purchase_line", "peg", "setting"}
)


def workspace(desk: Desk) -> Workspace:
    """Make the page."""
    return CashPage(desk)


class CashPage(Workspace):
    """Reports, each line a way down to its document."""

    nouns = NOUNS

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Cash"))
        self.reports = ReportsView(desk)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.reports)
        self.reports.opened.connect(self._open)
        self.reports.list.rows_shown.connect(self.say_ready)
        self.setFocusProxy(self.reports)

    def refresh(self) -> None:
        """Read again."""
        self.reports.refresh()

    def show_record(self, noun: str, number: str) -> None:
        """Open a report by its name."""
        self.reports.show_report(number)

    def panes(self) -> tuple[QWidget, ...]:
        """The list of reports, and the report."""
        return tuple(pane for pane in (self.reports.list, self.reports.pane.list) if pane is not None)

    @Slot(str, str)
    def _open(self, noun: str, number: str) -> None:
        if noun == "report":
            self.reports.show_report(number, self.reports.pane.chooser.period())
        else:
            self.desk.show_record(noun, number)
