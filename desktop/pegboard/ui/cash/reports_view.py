"""All reports: the list of them on the left, the one that is chosen on the right."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from pegboard.domain.period import Period
from pegboard.i18n import tr
from pegboard.reports import all_reports, named
from pegboard.reports.report import Report
from pegboard.ui.cash.report_pane import ReportPane
from pegboard.ui.columns import text_column
from pegboard.ui.desk import Desk
from pegboard.ui.list_view import ListPane

LIST_WIDTH = 220  # pixels


class ReportsView(QWidget):
    """Any declared report appears here by itself.

    Signals: opened(str noun, str number, str words): the record behind a row of a report, or another report.
    """

    opened = Signal(str, str, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.list: ListPane[Report] = ListPane(
            desk,
            "reports",
            tr("Reports"),
            (
                text_column(
                    "title", tr("Report"), lambda report: report.title(), width=200, tip=lambda each: each.help()
                ),
            ),
            lambda report: report.name,
            can_find=False,
        )
        self.list.setFixedWidth(LIST_WIDTH)
        self.pane = ReportPane(desk)
        self._wanted: tuple[str, Period | None, str] | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.list)
        layout.addWidget(self.pane, 1)
        self.setFocusProxy(self.list)
        self.pane.opened.connect(self.opened)
        self.list.current_changed.connect(self._show_current)
        self.list.opened.connect(self._enter)

    def refresh(self) -> None:
        """List the reports that this person may see, and run the one that is shown again."""
        shown = [report for report in all_reports() if not report.shows_money or sees_money(self._desk)]
        if tuple(shown) != tuple(self.list.model.all_rows):
            self.list.show_rows(shown)
        else:
            self.pane.chooser.renew()
            self.pane.refresh()

    def show_report(self, name: str, period: Period | None = None, words: str = "") -> None:
        """Turn to a report; `words` keep only the rows that hold them."""
        self._wanted = (name, period, words)
        self.list.select(name)
        current = self.list.current()
        if current is not None and current.name == name:
            self._show_current(current)

    @Slot(object)
    def _show_current(self, report: Report | None) -> None:
        if report is None:
            return
        if self._wanted is not None and self._wanted[0] == report.name:
            _name, period, words = self._wanted
            self._wanted = None
            self.pane.show_report(named(report.name), period, words)
        elif self.pane.report is not report:
            self.pane.show_report(report)

    @Slot(object)
    def _enter(self, _report: Report | None) -> None:
        if self.pane.list is not None:
            self.pane.list.setFocus()


def sees_money(desk: Desk) -> bool:
    """Whether the person at this desk may see money: the one place that the Cash page asks."""
    return desk.runner.rights.sees_money
