"""Cash by order: what each open order has brought and taken, what is to come, and what it asks of the till."""

from pegboard.domain.cash_plan import CashEvent, need
from pegboard.domain.period import Period
from pegboard.domain.quantity import Money
from pegboard.domain.report_table import Kind, NotAvailable, ReportColumn, ReportRow, ReportTable, Target, Value
from pegboard.i18n import tr
from pegboard.queries.report_cash_orders import order_events
from pegboard.queries.settings import settings
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    def money(name: str, title: str, help_text: str = "") -> ReportColumn:
        return ReportColumn(name, title, Kind.MONEY, is_totalled=True, help=help_text)

    return (
        ReportColumn("order", tr("Order")),
        money("received", tr("Came in"), tr("Deposits and payments of invoices.")),
        money("to_receive", tr("To come in")),
        money("spent", tr("Went out"), tr("Parts, time and services, by pegs.")),
        money("to_spend", tr("To go out"), tr("Its shares of what is still to be bought.")),
        money("end", tr("Left at the end")),
        ReportColumn("peak", tr("Most tied up"), Kind.MONEY, help=tr("The deepest the order is in the red.")),
        ReportColumn("peak_on", tr("On"), Kind.DAY),
        ReportColumn("positive_on", tr("Pays its way from"), Kind.DAY),
        ReportColumn("cash_days", tr("Cash-days"), Kind.MONEY, help=tr("What it ties up, times the days.")),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    currency = settings(reading).currency
    found = order_events(reading)
    open_orders = {number: events for number, events in found.items() if _is_open(events, period)}
    rows = [_row(number, events, currency) for number, events in open_orders.items()]
    rows.sort(key=lambda row: (-_minor(row.cells[6]), str(row.cells[0])))
    notes = (
        tr("Orders with cash still to come or to go, or with any in the period."),
        tr("Purchases shared by several orders are split by their pegs. Stock counts on the day it came in."),
    )
    return REPORT.table(period, rows, notes)


def _is_open(events: list[CashEvent], period: Period) -> bool:
    return any(not event.is_actual or event.day in period for event in events)


def _row(number: str, events: list[CashEvent], currency: str) -> ReportRow:
    def money(minor: int) -> Money:
        return Money(minor, currency)

    def total(*, comes_in: bool, is_actual: bool) -> int:
        return sum(
            abs(event.minor) for event in events if event.is_actual == is_actual and (event.minor > 0) == comes_in
        )

    what = need(events)
    never: Value = NotAvailable(tr("It ties up cash to the end."))
    cells: tuple[Value, ...] = (
        number,
        money(total(comes_in=True, is_actual=True)),
        money(total(comes_in=True, is_actual=False)),
        money(total(comes_in=False, is_actual=True)),
        money(total(comes_in=False, is_actual=False)),
        money(what.end),
        money(what.peak),
        what.peak_on,
        what.positive_on or never,
        money(what.cash_days),
    )
    return ReportRow(cells, Target("order", number))


def _minor(value: Value) -> int:
    return value.minor if isinstance(value, Money) else 0


REPORT = Report(
    "cash-by-order",
    lambda: tr("Cash by order"),
    lambda: tr("What each order brought and took, what is to come, the most it ties up, and when it pays its way."),
    _columns,
    _run,
)
