"""The Cash page: how long money is tied up and why, all reports, the calendar of what is to come, one order's cash."""

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pegboard.domain.period import Period
from pegboard.i18n import tr
from pegboard.reports import named
from pegboard.reports.cash_calendar import tried
from pegboard.reports.report import Report
from pegboard.storage.store import Reading
from pegboard.ui import theme
from pegboard.ui.backup_line import BackupLine
from pegboard.ui.button import Button
from pegboard.ui.cash.calendar_view import CalendarView
from pegboard.ui.cash.cash_view import CashView
from pegboard.ui.cash.order_cash_view import OrderCashView
from pegboard.ui.cash.reports_view import ReportsView, sees_money
from pegboard.ui.cash.rows import ORDER_CASH as ORDER_CASH_OF
from pegboard.ui.command import Command, page_command
from pegboard.ui.desk import Desk, Paper
from pegboard.ui.workspace import Workspace

NOUNS = frozenset(
    {"invoice", "bill", "payment", "order", "stock", "work_order", "purchase_order", "purchase_line", "peg", "setting"}
)
CASH_PLACE, REPORTS_PLACE, CALENDAR_PLACE, ORDER_PLACE = range(4)
PLACES = {"cash": CASH_PLACE, "calendar": CALENDAR_PLACE}  # what back and forward call views without a record
ORDER_CASH = "cash-of "  # before an order's number, the same
BY_ORDER = "cash-by-order"  # the report whose rows lead to an order's cash


def workspace(desk: Desk) -> Workspace:
    """Make the page."""
    return CashPage(desk)


class CashPage(Workspace):
    """The owner's page, the reports that its figures lead down to, the calendar, and the cash of one order."""

    nouns = NOUNS

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Cash"))
        self.cash = CashView(desk)
        self.reports = ReportsView(desk)
        self._views = QStackedWidget()
        self.calendar = CalendarView(desk)
        self.order = OrderCashView(desk)
        for view in (self.cash, self.reports, self.calendar, self.order):
            self._views.addWidget(view)
        self._chips = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._chip_bar())
        layout.addWidget(self._views, 1)
        layout.addWidget(BackupLine(desk))
        self.cash.shown.connect(self.say_ready)
        self.cash.shown.connect(self.commands_changed)
        self.reports.pane.shown.connect(self.commands_changed)
        self.reports.list.rows_shown.connect(self.say_ready)
        self.cash.opened.connect(self._go_down)
        self.reports.opened.connect(self._open)
        for view in (self.calendar, self.order):
            view.shown.connect(self.say_ready)
            view.shown.connect(self.commands_changed)
        self.order.chosen.connect(self._tell_order)
        self.order.opened.connect(desk.show_record)
        self._turn_to(0)

    def _chip_bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        bar.setSpacing(theme.STEP)
        for place, title in enumerate((tr("Cash cycle"), tr("Reports"), tr("Calendar"), tr("One order"))):
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
        """Print and save what is shown; turn to another view."""
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
            make("report.calendar", tr("Calendar"), partial(self._choose, CALENDAR_PLACE), "calendar", "Alt+3",
                 self._sees_money, tr("What comes in and goes out over 13 weeks, and what if.")),
            make("report.order", tr("Cash of one order"), partial(self._choose, ORDER_PLACE), "orders", "Alt+4",
                 self._sees_money, tr("What an order brought and took, day by day.")),
        )  # fmt: skip

    # --- what is shown

    def refresh(self) -> None:
        """Read what is shown again; who may not see money sees the reports without any."""
        may_see = sees_money(self.desk)
        for place in (CASH_PLACE, CALENDAR_PLACE, ORDER_PLACE):
            self._chips.button(place).setVisible(may_see)
        if not may_see and self._place() != REPORTS_PLACE:
            self._turn_to(REPORTS_PLACE)
        self._view().refresh()

    def _place(self) -> int:
        return self._views.currentIndex()

    def _view(self) -> CashView | ReportsView | CalendarView | OrderCashView:
        return (self.cash, self.reports, self.calendar, self.order)[self._place()]

    def _turn_to(self, place: int) -> None:
        self._views.setCurrentIndex(place)
        self.cash.chooser.setHidden(place != CASH_PLACE)
        self._chips.button(place).setChecked(True)
        self.setFocusProxy(self._view())

    @Slot(int)
    def _choose(self, place: int) -> None:
        if place != REPORTS_PLACE and not sees_money(self.desk):
            return
        self._turn_to(place)
        self.refresh()
        self.setFocus()
        self.commands_changed.emit()

    def show_record(self, noun: str, number: str) -> None:
        """Open a report by its name, or another view by what back and forward call it."""
        if number in PLACES:
            self._choose(PLACES[number])
        elif number.startswith(ORDER_CASH):
            self._show_order(number.removeprefix(ORDER_CASH))
        else:
            self._show_report(number)

    def _show_order(self, number: str) -> None:
        """Turn to the cash of an order."""
        self.order.show_order(number)
        self._choose(ORDER_PLACE)

    @Slot(str)
    def _tell_order(self, number: str) -> None:
        self.record_shown.emit("report", f"{ORDER_CASH}{number}")

    def _show_report(self, name: str, period: Period | None = None, words: str = "") -> None:
        self._turn_to(REPORTS_PLACE)
        self.reports.refresh()
        self.reports.show_report(name, period, words)
        self.commands_changed.emit()

    @Slot(str, str, str, object)
    def _go_down(self, noun: str, number: str, words: str, period: Period) -> None:
        if noun == ORDER_CASH_OF:
            self.record_shown.emit("report", "cash")
            self._show_order(number)
            self._tell_order(number)
            return
        if noun != "report":
            self.desk.show_record(noun, number)
            return
        self.record_shown.emit("report", "cash")
        self._show_report(number, period, words)
        self.record_shown.emit("report", number)

    @Slot(str, str, str)
    def _open(self, noun: str, number: str, words: str) -> None:
        shown = self.reports.pane.report
        if noun == "report":
            if shown is not None:
                self.record_shown.emit("report", shown.name)
            self._show_report(number, self.reports.pane.chooser.period(), words)
            self.record_shown.emit("report", number)
        elif noun == "order" and shown is not None and shown.name == BY_ORDER:
            self.record_shown.emit("report", BY_ORDER)
            self._show_order(number)
            self._tell_order(number)
            self.order.list.setFocus()
        else:
            self.desk.show_record(noun, number)

    def panes(self) -> tuple[QWidget, ...]:
        """What F6 goes through in the view that is shown."""
        if self._place() == CASH_PLACE:
            view = self.cash
            return (
                view.chooser,
                view.cycle_tile,
                view.effects,
                view.group,
                view.causes,
                view.stuck,
                view.promises,
                view.supply,
            )
        if self._place() == CALENDAR_PLACE:
            return (self.calendar.what_if.percent, self.calendar.table)
        if self._place() == ORDER_PLACE:
            return (self.order.order, self.order.list)
        return tuple(pane for pane in (self.reports.list, self.reports.pane.list) if pane is not None)

    # --- paper and files

    def _sees_money(self) -> bool:
        return sees_money(self.desk)

    def has_paper(self) -> bool:
        """Whether something is shown that can be printed."""
        if self._place() == REPORTS_PLACE:
            return self.reports.pane.has_report()
        sheets = {CASH_PLACE: self.cash.sheet, CALENDAR_PLACE: self.calendar.sheet}
        return sheets.get(self._place()) is not None

    def _paper(self) -> tuple[Report, Period]:
        """The report that puts the view on paper, and its period."""
        if self._place() == CALENDAR_PLACE:
            report = tried(self.calendar.what_if.what_if())
            return report, report.period_of(self.desk.today())
        return named("cash-cycle"), self.cash.period()

    def preview(self) -> None:
        """Show on paper what is shown here."""
        if self._place() == REPORTS_PLACE:
            self.reports.pane.preview()
            return
        (report, period), now = self._paper(), self.desk.store.clock()

        def draw(reading: Reading) -> bytes:
            from pegboard.documents.report_paper import report_pdf

            return report_pdf(reading, report.run(reading, period), now=now)

        self.desk.preview(report.title(), [Paper("report", report.title(), draw)])

    def save(self) -> None:
        """Write what is shown here into a file."""
        if self._place() == REPORTS_PLACE:
            self.reports.pane.save()
        else:
            self.reports.pane.save_as(*self._paper())


def _always() -> bool:
    return True
