"""Every kanban loop: its cards by state, and the number of cards by the formula with each of its terms."""

from fractions import Fraction

from pegboard.domain.kanban import CardState
from pegboard.domain.period import Period
from pegboard.domain.quantity import MICRO
from pegboard.domain.report_table import Kind, NotAvailable, ReportColumn, ReportRow, ReportTable, Target, Value
from pegboard.i18n import tr
from pegboard.queries.kanban import LoopRow, loop_rows
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("item", tr("Item")),
        ReportColumn("location", tr("Used at")),
        ReportColumn("supplied_by", tr("Filled by")),
        ReportColumn("container", tr("Container C"), Kind.QUANTITY),
        ReportColumn("full", tr("Full"), Kind.WHOLE),
        ReportColumn("empty", tr("Empty"), Kind.WHOLE),
        ReportColumn("ordered", tr("Ordered"), Kind.WHOLE),
        ReportColumn("in_transit", tr("In transit"), Kind.WHOLE),
        ReportColumn(
            "daily_usage", tr("Usage D a day"), Kind.NUMBER, help=tr("On a working day, in the last 90 days.")
        ),
        ReportColumn("lead_time_days", tr("Lead time L"), Kind.NUMBER, help=tr("Working days until a card is full.")),
        ReportColumn("lead_time_source", tr("Measured by"), help=tr("rounds, purchases, jobs, declared or routing.")),
        ReportColumn("safety_percent", tr("Safety a %"), Kind.PERCENT),
        ReportColumn("cards", tr("Cards"), Kind.WHOLE),
        ReportColumn("proposed", tr("Proposed"), Kind.WHOLE, help=tr("D x L x (1 + a) / C, rounded up.")),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    notes = [tr("Cards = D x L x (1 + a) / C, rounded up; without measured usage two bins.")]
    return REPORT.table(period, [_row(row) for row in loop_rows(reading)], notes)


def _row(row: LoopRow) -> ReportRow:
    terms = row.terms.terms
    usage: Value = NotAvailable(tr("Nothing of it was used."))
    if terms.daily_usage is not None:
        usage = Fraction(terms.daily_usage, MICRO)
    cells: tuple[Value, ...] = (
        row.item,
        row.location,
        row.supplied_by,
        row.container,
        row.count(CardState.FULL),
        row.count(CardState.EMPTY),
        row.count(CardState.ORDERED),
        row.count(CardState.IN_TRANSIT),
        usage,
        terms.lead_time_days,
        row.terms.lead_time.source,
        terms.safety_percent,
        row.standing,
        row.proposed,
    )
    return ReportRow(cells, Target("kanban_loop", row.item))


REPORT = Report(
    "kanban",
    lambda: tr("Kanban loops"),
    lambda: tr("How many cards each loop has in which state, and how many it should have."),
    _columns,
    _run,
    shows_money=False,
    is_as_of=True,
)
