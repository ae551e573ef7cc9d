"""Sell-through, weeks of cover, markdown and write-off of every shelf, with its level and the proposed one."""

from fractions import Fraction

from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, NotAvailable, ReportColumn, ReportRow, ReportTable, Target, Value
from pegboard.i18n import tr
from pegboard.queries.replenishment import WINDOW_DAYS, ShelfRow, shelf_rows
from pegboard.reports.report import Report
from pegboard.storage.store import Reading

TENTHS = 10


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("item", tr("Item")),
        ReportColumn("description", tr("Description"), width=2.0),
        ReportColumn("location", tr("Shop")),
        ReportColumn("on_hand", tr("On hand"), Kind.QUANTITY),
        ReportColumn("on_order", tr("Coming"), Kind.QUANTITY),
        ReportColumn("order_up_to", tr("Level"), Kind.QUANTITY),
        ReportColumn("proposed", tr("Proposed"), Kind.QUANTITY, help=tr("Base stock by the shelf's own sales.")),
        ReportColumn("sold", tr("Sold"), Kind.QUANTITY, help=tr("In the last 28 days, returns netted.")),
        ReportColumn("weeks_of_cover", tr("Weeks of cover"), Kind.NUMBER),
        ReportColumn("sell_through_percent", tr("Sell-through %"), Kind.PERCENT),
        ReportColumn("markdown_percent", tr("Marked down %"), Kind.PERCENT),
        ReportColumn("write_off_percent", tr("Written off %"), Kind.PERCENT),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    notes = [
        tr(
            "Sales, markdown and write-off over the last {days} days; levels by up to 90 days of sales.",
            days=WINDOW_DAYS,
        ),
        tr("Sell-through: sold, of what was sold, written off and is still there."),
    ]
    return REPORT.table(period, [_row(row) for row in shelf_rows(reading)], notes)


def _row(row: ShelfRow) -> ReportRow:
    cells: tuple[Value, ...] = (
        row.item,
        row.description,
        row.location,
        row.on_hand,
        row.on_order,
        row.level,
        row.proposed,
        row.sold,
        _figure(row.weeks_of_cover, tr("Nothing of it was sold.")),
        _percent(row.sell_through, tr("Nothing was there.")),
        _percent(row.markdown, tr("Its prices are not known.")),
        _percent(row.write_off, tr("Nothing left the shelf.")),
    )
    return ReportRow(cells, Target("replenishment", row.name))


def _figure(value: float | None, reason: str) -> Value:
    return NotAvailable(reason) if value is None else Fraction(round(value * TENTHS), TENTHS)


def _percent(share: float | None, reason: str) -> Value:
    return _figure(None if share is None else share * 100, reason)


REPORT = Report(
    "shelves",
    lambda: tr("Shelves of shops"),
    lambda: tr("How fast each shop sells what it keeps, how long that lasts, and what was marked down or written off."),
    _columns,
    _run,
    shows_money=False,
    is_as_of=True,
)
