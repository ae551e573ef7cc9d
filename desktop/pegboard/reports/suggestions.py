"""What customers will probably order next, as far as the backtest allows it to be shown."""

from fractions import Fraction

from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, NotAvailable, ReportColumn, ReportRow, ReportTable, Target, Value
from pegboard.i18n import tr
from pegboard.queries.inference import Suggestion, cash_cap, outlook
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn(
            "key", tr("Suggestion"), help=tr("CUSTOMER:ITEM, or :ITEM where it is nobody in particular."), width=24
        ),
        ReportColumn("customer", tr("Customer"), width=24),
        ReportColumn("item", tr("Item"), width=18),
        ReportColumn("quantity", tr("Quantity"), Kind.QUANTITY, width=14),
        ReportColumn("probability", tr("Chance %"), Kind.PERCENT, width=15),
        ReportColumn("expected", tr("Expected"), Kind.DAY, width=19),
        ReportColumn("expires", tr("Good until"), Kind.DAY, width=19),
        ReportColumn(
            "cost", tr("Material"), Kind.MONEY, is_totalled=True, help=tr("Of all of it, at today's cost."), width=17
        ),
        ReportColumn("evidence", tr("Evidence"), width=64),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    found = outlook(reading)
    cap = cash_cap(reading)
    notes = (
        found.verdict,
        tr("Of the cash cap of {cap}, {committed} is tied up.", cap=cap.cap, committed=cap.committed),
    )
    return REPORT.table(period, [_row(each) for each in found.suggestions], notes)


def _row(each: Suggestion) -> ReportRow:
    cost: Value = each.cost if each.cost is not None else NotAvailable(tr("A price in it is not known."))
    cells: tuple[Value, ...] = (
        each.key,
        each.customer_name,
        each.item,
        each.quantity,
        Fraction(round(each.probability * 1000), 10),
        each.need_date,
        each.expires_on,
        cost,
        each.evidence,
    )
    return ReportRow(cells, Target("item", each.item))


REPORT = Report(
    "suggestions",
    lambda: tr("What customers will probably order"),
    lambda: tr("Repeat orders that the past foretells, each with its chance, evidence and cost."),
    _columns,
    _run,
    period=lambda today: Period(today, today),
    is_as_of=True,
)
