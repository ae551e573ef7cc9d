"""What was sold in a period, at cost: what shipments and tills took out of stock."""

from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, NotAvailable, ReportColumn, ReportRow, ReportTable, Target
from pegboard.i18n import tr
from pegboard.queries.report_cash_flows import SoldAtCost, sold_at_cost
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("document", tr("Order or sale")),
        ReportColumn("item", tr("Item")),
        ReportColumn("day", tr("Day"), Kind.DAY),
        ReportColumn("quantity", tr("Quantity"), Kind.QUANTITY),
        ReportColumn("cost", tr("Cost"), Kind.PRICE, is_totalled=True),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    note = tr("Imported sales have no quantity here; they cost the item's standard cost, or its mean purchase price.")
    return REPORT.table(period, [_row(sold) for sold in sold_at_cost(reading, period)], (note,))


def _row(sold: SoldAtCost) -> ReportRow:
    cost = sold.cost if sold.cost is not None else NotAvailable(tr("No cost of it is known."))
    quantity = sold.quantity if sold.quantity else None
    target = Target(sold.noun, sold.number) if sold.noun else Target("item", sold.item)
    return ReportRow((sold.number, sold.item, sold.day, quantity, cost), target)


REPORT = Report(
    "cost-of-sales",
    lambda: tr("Cost of sales"),
    lambda: tr("What shipments and till sales of a period took out of stock, less what customers brought back."),
    _columns,
    _run,
)
