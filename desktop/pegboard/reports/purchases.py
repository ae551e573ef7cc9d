"""Purchases of a period: every supplier's bill and credit note."""

from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, ReportColumn, ReportTable
from pegboard.i18n import tr
from pegboard.queries.report_cash_flows import purchases_of
from pegboard.reports.report import Report
from pegboard.reports.sales import flow_row
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("bill", tr("Bill")),
        ReportColumn("supplier", tr("Supplier")),
        ReportColumn("name", tr("Name")),
        ReportColumn("day", tr("Day"), Kind.DAY),
        ReportColumn("net", tr("Net"), Kind.MONEY),
        ReportColumn("tax", tr("Tax"), Kind.MONEY),
        ReportColumn("value", tr("With tax, our currency"), Kind.MONEY, is_totalled=True),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    return REPORT.table(period, [flow_row(document, "bill") for document in purchases_of(reading, period)])


REPORT = Report(
    "purchases",
    lambda: tr("Purchases"),
    lambda: tr("What suppliers billed in a period, less their credit notes."),
    _columns,
    _run,
)
