"""The cash cycle: how many days money is tied up, its four parts, and what they were before."""

from fractions import Fraction

from pegboard.domain.cash_cycle import CashCycle, Measure, Part
from pegboard.domain.cash_words import convention_words
from pegboard.domain.period import Period
from pegboard.domain.quantity import Money, divide_half_up, minor_digits
from pegboard.domain.report_table import Kind, NotAvailable, ReportColumn, ReportRow, ReportTable, Target, Value
from pegboard.i18n import tr
from pegboard.queries.report_cash_cycle import CycleHistory, book_notes, cycle_history
from pegboard.reports.cash_workbook import BALANCES as LISTS
from pegboard.reports.cash_workbook import cash_workbook
from pegboard.reports.report import Report
from pegboard.storage.store import Reading

NAMES = {Part.STOCK: "dio", Part.CUSTOMERS: "dso", Part.SUPPLIERS: "dpo", Part.DEPOSITS: "deposit_days"}


def part_words(part: Part) -> str:
    """A part of the cycle as the page calls it."""
    return {
        Part.STOCK: tr("Days of stock (DIO)"),
        Part.CUSTOMERS: tr("Days until customers pay (DSO)"),
        Part.SUPPLIERS: tr("Days until we pay suppliers (DPO)"),
        Part.DEPOSITS: tr("Days of customers' deposits"),
    }[part]


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("measure", tr("Measure"), is_for_machines=True),
        ReportColumn("meaning", tr("Meaning"), width=50),
        ReportColumn("days", tr("Days"), Kind.NUMBER),
        ReportColumn("days_before", tr("Days before"), Kind.NUMBER),
        ReportColumn("change", tr("Change"), Kind.NUMBER, help=tr("Against the period it is compared with.")),
        ReportColumn("balance", tr("Balance"), Kind.MONEY),
        ReportColumn("flow", tr("Flow"), Kind.MONEY, help=tr("Sales, cost of sales or purchases of the period.")),
        ReportColumn("counted_days", tr("Days counted"), Kind.NUMBER),
        ReportColumn("reason", tr("Remark")),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    history = cycle_history(reading, period)
    pairs = zip(history.now.parts, history.before.parts, strict=True)
    rows = [_part_row(now, before, history.books.currency) for now, before in pairs]
    rows.append(_cycle_row(history.now, history.before))
    return REPORT.table(period, rows, notes(history))


def notes(history: CycleHistory) -> tuple[str, ...]:
    """How the figures were computed and what they leave out."""
    before, now = history.before.period, history.now.period
    return (
        tr("Cash cycle = days of stock + days until customers pay - days until we pay suppliers - days of deposits."),
        convention_words(history.convention),
        tr(
            "Compared with {first} to {last}. As of the end of {day}.",
            first=before.first.isoformat(),
            last=before.last.isoformat(),
            day=now.last.isoformat(),
        ),
        *book_notes(history.books, now),
    )


def _part_row(now: Measure, before: Measure, currency: str) -> ReportRow:
    cells: tuple[Value, ...] = (
        NAMES[now.part],
        part_words(now.part),
        days_cell(now.days, now.reason),
        days_cell(before.days, before.reason),
        change_cell(before.days, now.days),
        None if now.balance is None else money_of(now.balance, currency),
        money_of(now.flow, currency),
        now.counted_days,
        now.reason,
    )
    return ReportRow(cells, Target("report", LISTS[now.part]))


def _cycle_row(now: CashCycle, before: CashCycle) -> ReportRow:
    days, earlier = days_cell(now.days, now.reason), days_cell(before.days, before.reason)
    change = change_cell(before.days, now.days)
    words = tr("Days money is tied up (CCC)")
    return ReportRow(
        ("ccc", words, days, earlier, change, None, None, None, now.reason), Target("report", "cash-trend")
    )


def days_cell(days: Fraction | None, reason: str) -> Value:
    """Days, or why there are none."""
    return NotAvailable(reason) if days is None else days


def change_cell(before: Fraction | None, now: Fraction | None) -> Value:
    """The change, where both are known."""
    return None if before is None or now is None else now - before


def money_of(amount: Fraction, currency: str) -> Money:
    """An amount in units of the currency, halves up to its minor unit."""
    scaled = amount * 10 ** minor_digits(currency)
    return Money(divide_half_up(scaled.numerator, scaled.denominator), currency)


REPORT = Report(
    "cash-cycle",
    lambda: tr("Cash cycle"),
    lambda: tr("How many days money is tied up in stock and at customers, less what suppliers and deposits carry."),
    _columns,
    _run,
    workbook=cash_workbook,
)
