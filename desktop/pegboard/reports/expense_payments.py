"""Every payment of another expense, category by category."""

from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, ReportColumn, ReportRow, ReportTable, Target
from pegboard.i18n import tr
from pegboard.queries.report_expenses import expenses
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("payment", tr("Payment")),
        ReportColumn("category", tr("Category")),
        ReportColumn("paid_on", tr("Paid"), Kind.DAY),
        ReportColumn("supplier", tr("To")),
        ReportColumn("reference", tr("Reference")),
        ReportColumn("amount", tr("Amount"), Kind.MONEY, help=tr("In the payment's own currency.")),
        ReportColumn("value", tr("In our currency"), Kind.MONEY, is_totalled=True),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    rows = [
        ReportRow(
            (each.number, each.category, each.paid_on, each.supplier, each.reference, each.amount, each.value),
            Target("payment", each.number),
        )
        for each in expenses(reading, period)
    ]
    return REPORT.table(period, rows, (tr("What was taken back stands below zero."),))


REPORT = Report(
    "expense-payments",
    lambda: tr("Payments of other expenses"),
    lambda: tr("Each payment for rent, wages, energy and the like."),
    _columns,
    _run,
)
