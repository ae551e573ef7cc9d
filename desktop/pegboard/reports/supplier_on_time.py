"""On time: what suppliers promised against what they delivered."""

from fractions import Fraction

from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, ReportColumn, ReportRow, ReportTable, Target
from pegboard.i18n import tr
from pegboard.queries.report_delivery import Deliveries, supplier_deliveries
from pegboard.reports.on_time import percent, promise_cells, promise_columns, with_total
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("supplier", tr("Supplier")),
        ReportColumn("name", tr("Name")),
        ReportColumn("delivered", tr("Deliveries"), Kind.WHOLE, is_totalled=True),
        *promise_columns(),
        ReportColumn("lead_days", tr("Lead time"), Kind.NUMBER, help=tr("Days from order to delivery, on average.")),
        ReportColumn(
            "rejected_percent", tr("Rejected %"), Kind.PERCENT, help=tr("Deliveries with something rejected.")
        ),
        ReportColumn("overdue", tr("Late and open"), Kind.WHOLE, is_totalled=True),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    found = supplier_deliveries(reading, period)
    notes = (
        tr("A delivery is on time when it came by the day the supplier promised, or by the due date of the line."),
    )
    return with_total(REPORT.table(period, [_row(one) for one in found], notes), found)


def _row(one: Deliveries) -> ReportRow:
    lead = Fraction(one.lead_days, one.timed) if one.timed else None
    rejected = percent(one.rejected, one.delivered)
    cells = (one.code, one.name, one.delivered, *promise_cells(one), lead, rejected, one.overdue)
    return ReportRow(cells, Target("supplier", one.code))


REPORT = Report(
    "supplier-on-time",
    lambda: tr("On time from suppliers"),
    lambda: tr("What each supplier promised against what came: delays, lead time, rejects, and what is late now."),
    _columns,
    _run,
    shows_money=False,
)
