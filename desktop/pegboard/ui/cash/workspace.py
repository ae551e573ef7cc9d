"""The Cash page: how long money is tied up and why, and all reports."""

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pegboard.domain.period import Period
from pegboard.i18n import tr
from pegboard.reports import named
from pegboard.storage.store import Reading
from pegboard.ui import theme
from pegboard.ui.button import Button
from pegboard.ui.cash.cash_view import CashView
from pegboard.ui.cash.reports_view import ReportsView, sees_money
from pegboard.ui.command import Command, page_command
from pegboard.ui.desk import Desk, Paper
from pegboard.ui.workspace import Workspace

NOUNS = frozenset(
    {"invoice", "bill", "payment", "order", "stock", "work_order", "purchase_order", "purchase_line", "peg", "setting"}
)
CASH = "cash"  # what back and forward call the first view


def workspace(desk: Desk) -> Workspace:
    """Make the page."""
    return CashPage(desk)


class CashPage(Workspace):
    """Two views: the owner's page, and the reports that its figures lead down to."""

    nouns = NOUNS

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Cash"))
        self.cash = CashView(desk)
        self.reports = ReportsView(desk)
        self._views = QStackedWidget()
        self._views.addWidget(self.cash)
        self._views.addWidget(self.reports)
        self._chips = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._chip_bar())
        layout.addWidget(self._views, 1)
        self.cash.shown.connect(self.say_ready)
        self.cash.shown.connect(self.commands_changed)
        self.reports.pane.shown.connect(self.commands_changed)
        self.reports.list.rows_shown.connect(self.say_ready)
        self.cash.opened.connect(self._go_down)
        self.reports.opened.connect(self._open)
        self._turn_to(0)

    def _chip_bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        bar.setSpacing(theme.STEP)
        for place, title in enumerate((tr("Cash cycle"), tr("Reports"))):
            chip = Button(title)
            chip.setCheckable(True)
            chip.setProperty("chip", True)
            self._chips.addButton(chip, place)
            bar.addWidget(chip)
        bar.addStretch(1)
        bar.addWidget(self.cash.chooser)
        self._chips.idClicked.connect(self._choose)
        return bar

    def commands(self) -> tuple[Command, ...]:
        """Print and save what is shown; turn to the other view."""
        make = partial(page_command, "cash", tr("Report"))
        return (
            make("report.print", tr("Print…"), self.preview, "print", "Ctrl+P", self.has_paper,
                 tr("Show what is shown here on paper, to be printed or saved."), toolbar=True),
            make("report.save", tr("Save as…"), self.save, "save", "", self.has_paper,
                 tr("Write what is shown here as a spreadsheet, PDF or CSV."), toolbar=True),
            make("report.cash", tr("Cash cycle"), partial(self._choose, 0), "cash", "Alt+1", self._sees_money,
                 tr("How long money is tied up, and why.")),
            make("report.list", tr("All reports"), partial(self._choose, 1), "reports", "Alt+2", _always,
                 tr("Every report, by name.")),
        )  # fmt: skip

    # --- what is shown

    def refresh(self) -> None:
        """Read what is shown again; who may not see money sees the reports without any."""
        may_see = sees_money(self.desk)
        self._chips.button(0).setVisible(may_see)
        if not may_see and self._views.currentIndex() == 0:
            self._turn_to(1)
        if self._views.currentIndex() == 0:
            self.cash.refresh()
        else:
            self.reports.refresh()

    def _turn_to(self, place: int) -> None:
        self._views.setCurrentIndex(place)
        self.cash.chooser.setHidden(place != 0)
        self._chips.button(place).setChecked(True)
        self.setFocusProxy(self.reports if place else self.cash)

    @Slot(int)
    def _choose(self, place: int) -> None:
        if place == 0 and not sees_money(self.desk):
            return
        self._turn_to(place)
        self.refresh()
        self.setFocus()
        self.commands_changed.emit()

    def show_record(self, noun: str, number: str) -> None:
        """Open a report by its name, or the owner's page."""
        if number == CASH:
            self._choose(0)
        else:
            self._show_report(number)

    def _show_report(self, name: str, period: Period | None = None, words: str = "") -> None:
        self._turn_to(1)
        self.reports.refresh()
        self.reports.show_report(name, period, words)
        self.commands_changed.emit()

    @Slot(str, str, str, object)
    def _go_down(self, noun: str, number: str, words: str, period: Period) -> None:
        if noun != "report":
            self.desk.show_record(noun, number)
            return
        self.record_shown.emit("report", CASH)
        self._show_report(number, period, words)
        self.record_shown.emit("report", number)

    @Slot(str, str)
    def _open(self, noun: str, number: str) -> None:
        if noun == "report":
            self._show_report(number, self.reports.pane.chooser.period())
        else:
            self.desk.show_record(noun, number)

    def panes(self) -> tuple[QWidget, ...]:
        """The tables of the owner's page, or the list of reports and the report."""
        if self._views.currentIndex() == 0:
            view = self.cash
            return (view.chooser, view.cycle_tile, view.effects, view.causes, view.stuck, view.promises, view.supply)
        return tuple(pane for pane in (self.reports.list, self.reports.pane.list) if pane is not None)

    # --- paper and files

    def _sees_money(self) -> bool:
        return sees_money(self.desk)

    def has_paper(self) -> bool:
        """Whether something is shown that can be printed."""
        return self.cash.sheet is not None if self._views.currentIndex() == 0 else self.reports.pane.has_report()

    def preview(self) -> None:
        """Show the owner's page, or the report, on paper."""
        if self._views.currentIndex() == 1:
            self.reports.pane.preview()
            return
        report, period, now = named("cash-cycle"), self.cash.period(), self.desk.store.clock()

        def draw(reading: Reading) -> bytes:
            from pegboard.documents.report_paper import report_pdf

            return report_pdf(reading, report.run(reading, period), now=now)

        self.desk.preview(report.title(), [Paper("report", report.title(), draw)])

    def save(self) -> None:
        """Write the owner's page, or the report, into a file."""
        if self._views.currentIndex() == 1:
            self.reports.pane.save()
        else:
            self.reports.pane.save_as(named("cash-cycle"), self.cash.period())


def _always() -> bool:
    return True
