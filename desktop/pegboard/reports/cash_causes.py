"""Who moved the cash cycle: every order, item, customer and supplier with what its balance did, in days."""

from pegboard.domain.cash_cycle import Part
from pegboard.domain.cash_words import cause_name, cause_words, part_title
from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, ReportColumn, ReportRow, ReportTable, Target
from pegboard.i18n import tr
from pegboard.queries.report_cash_causes import NamedCause
from pegboard.queries.report_cash_cycle import cycle_history
from pegboard.queries.report_cash_groups import GROUPS, causes_by
from pegboard.reports.cash_cycle import money_of, notes
from pegboard.reports.report import Report
from pegboard.storage.store import Reading

MOST = 25  # of each kind
LISTS = {
    Part.STOCK: "stock-value",
    Part.CUSTOMERS: "receivables",
    Part.SUPPLIERS: "payables",
    Part.DEPOSITS: "deposits",
}


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("by", tr("By")),
        ReportColumn("key", tr("Number or code")),
        ReportColumn("name", tr("Name")),
        ReportColumn("part", tr("Part")),
        ReportColumn("what", tr("What happened")),
        ReportColumn("before", tr("Before"), Kind.MONEY),
        ReportColumn("now", tr("Now"), Kind.MONEY),
        ReportColumn("days", tr("Days of the cycle"), Kind.NUMBER, help=tr("More days: money is tied up longer.")),
    )


def group_title(group: str) -> str:
    """A kind of cause, as the list calls it."""
    return {
        "order": tr("order"),
        "item": tr("item"),
        "customer": tr("customer"),
        "supplier": tr("supplier"),
    }[group]


def _run(reading: Reading, period: Period) -> ReportTable:
    history = cycle_history(reading, period)
    currency = history.books.currency
    rows = [_row(group, each, currency) for group in GROUPS for each in causes_by(reading, history, group, MOST)]
    said = [
        tr("Each kind tells the same change its own way; kinds do not add up with each other."),
        tr("Stock counts for an order by its pegs: from the day parts were issued to its job, or came in for it."),
        *notes(history)[1:],
    ]
    if history.now.days is None or history.before.days is None:
        said.insert(0, history.now.reason or history.before.reason)
    return REPORT.table(period, rows, said)


def _row(group: str, each: NamedCause, currency: str) -> ReportRow:
    cause = each.cause
    grew = cause.now > cause.before
    target = Target(group, cause.key) if cause.key and group in ("order", "item") else None
    return ReportRow(
        (
            group_title(group),
            cause.key,
            cause_name(each.name, cause.key),
            part_title(cause.part),
            cause_words(cause.part, group, grew=grew),
            money_of(cause.before, currency),
            money_of(cause.now, currency),
            cause.days,
        ),
        target or Target("report", LISTS[cause.part], cause.key),
    )


REPORT = Report(
    "cash-causes",
    lambda: tr("Who moved the cash cycle"),
    lambda: tr("The orders, items, customers and suppliers that moved it most since the period before."),
    _columns,
    _run,
)
