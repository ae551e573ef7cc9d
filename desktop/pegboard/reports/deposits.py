"""Deposits of customers that no invoice had taken off by the evening of the period's last day."""

from pegboard.domain.cash_cycle import Part
from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, ReportColumn, ReportRow, ReportTable
from pegboard.i18n import tr
from pegboard.reports.receivables import as_of
from pegboard.reports.report import Report
from pegboard.reports.stock_value import share_rows
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("order", tr("Order")),
        ReportColumn("customer", tr("Customer")),
        ReportColumn("value", tr("Deposit held"), Kind.MONEY, is_totalled=True),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    rows = [
        ReportRow((row.cells[0], row.cells[1], row.cells[3]), row.target)
        for row in share_rows(reading, period, Part.DEPOSITS)
    ]
    return REPORT.table(period, rows, (as_of(period),))


REPORT = Report(
    "deposits",
    lambda: tr("Deposits held"),
    lambda: tr("What customers have paid ahead, order by order, and no invoice has taken off."),
    _columns,
    _run,
    is_as_of=True,
)
