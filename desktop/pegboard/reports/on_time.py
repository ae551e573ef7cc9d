"""On time: what was promised to customers against what was shipped."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, NotAvailable, ReportColumn, ReportRow, ReportTable, Target, Value
from pegboard.i18n import tr
from pegboard.queries.report_delivery import Deliveries, customer_deliveries
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("customer", tr("Customer")),
        ReportColumn("name", tr("Name")),
        ReportColumn("delivered", tr("Lines shipped"), Kind.WHOLE, is_totalled=True),
        *promise_columns(),
        ReportColumn(
            "on_day_asked_percent",
            tr("By the day asked for %"),
            Kind.PERCENT,
            help=tr("Lines shipped by the customer's own due date, of those that had one."),
        ),
        ReportColumn("lead_days", tr("Days from order to shipment"), Kind.NUMBER, help=tr("On average, in days.")),
        ReportColumn("overdue", tr("Late and open"), Kind.WHOLE, is_totalled=True),
    )


def promise_columns() -> tuple[ReportColumn, ...]:
    """How promises were kept: for customers and for suppliers alike."""
    return (
        ReportColumn("promised", tr("With a promise"), Kind.WHOLE, is_totalled=True),
        ReportColumn("on_time", tr("On time"), Kind.WHOLE, is_totalled=True),
        ReportColumn("on_time_percent", tr("On time %"), Kind.PERCENT, formula="{on_time} / {promised} * 100"),
        ReportColumn("late_days", tr("Days late"), Kind.NUMBER, help=tr("Of the late ones, on average, in days.")),
        ReportColumn("worst_days", tr("Worst"), Kind.WHOLE, help=tr("The longest delay, in days.")),
    )


def promise_cells(one: Deliveries) -> tuple[Value, ...]:
    """The cells of `promise_columns`."""
    return (
        one.promised,
        one.on_time,
        percent(one.on_time, one.promised),
        Fraction(one.days_late, one.late) if one.late else None,
        one.worst,
    )


def percent(part: int, whole: int) -> Value:
    """A share in percent; of nothing there is none."""
    return Fraction(100 * part, whole) if whole else NotAvailable(tr("There was nothing to measure."))


def with_total(table: ReportTable, found: Sequence[Deliveries]) -> ReportTable:
    """The table with the share of all deliveries together in its foot."""
    on_time = percent(sum(one.on_time for one in found), sum(one.promised for one in found))
    return replace(table, totals={**table.totals, "on_time_percent": on_time})


def _run(reading: Reading, period: Period) -> ReportTable:
    found = customer_deliveries(reading, period)
    notes = (
        tr("On time: shipped whole by the first day that was promised; later promises do not count."),
        tr("A line without a promise is measured by its due date."),
    )
    return with_total(REPORT.table(period, [_row(one) for one in found], notes), found)


def _row(one: Deliveries) -> ReportRow:
    lead = Fraction(one.lead_days, one.timed) if one.timed else None
    asked = percent(one.on_day_asked, one.asked)
    cells = (one.code, one.name, one.delivered, *promise_cells(one), asked, lead, one.overdue)
    return ReportRow(cells, Target("customer", one.code))


REPORT = Report(
    "on-time",
    lambda: tr("On time to customers"),
    lambda: tr("What was promised to each customer against what was shipped, and what is late now."),
    _columns,
    _run,
    shows_money=False,
)
