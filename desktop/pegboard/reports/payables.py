"""What we owe: every supplier's bill that was open at the end of the period."""

from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, ReportColumn, ReportTable
from pegboard.i18n import tr
from pegboard.queries.report_cash_open import on_account, open_bills
from pegboard.reports.receivables import as_of, on_account_note, open_row
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("bill", tr("Bill")),
        ReportColumn("supplier", tr("Supplier")),
        ReportColumn("supplier_number", tr("Their number")),
        ReportColumn("billed_on", tr("Billed"), Kind.DAY),
        ReportColumn("due_on", tr("Due"), Kind.DAY),
        ReportColumn("overdue_days", tr("Days overdue"), Kind.WHOLE),
        ReportColumn("open", tr("Open"), Kind.MONEY, help=tr("In the bill's own currency.")),
        ReportColumn("value", tr("In our currency"), Kind.MONEY, is_totalled=True),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    rows = [open_row(document, period, "bill") for document in open_bills(reading, period.last)]
    rows += [open_row(payment, period, "payment") for payment in on_account(reading, period.last, "supplier")]
    return REPORT.table(period, rows, (as_of(period), on_account_note()))


REPORT = Report(
    "payables",
    lambda: tr("What we owe"),
    lambda: tr("Every supplier's bill that is not paid in full, the longest overdue first."),
    _columns,
    _run,
    is_as_of=True,
)
