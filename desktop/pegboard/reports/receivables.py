"""What customers owe: every invoice that was open at the end of the period."""

from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, ReportColumn, ReportRow, ReportTable, Target
from pegboard.i18n import tr
from pegboard.queries.report_cash_open import OpenDocument, on_account, open_invoices
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("invoice", tr("Invoice")),
        ReportColumn("customer", tr("Customer")),
        ReportColumn("order", tr("Order")),
        ReportColumn("issued_on", tr("Issued"), Kind.DAY),
        ReportColumn("due_on", tr("Due"), Kind.DAY),
        ReportColumn("overdue_days", tr("Days overdue"), Kind.WHOLE),
        ReportColumn("open", tr("Open"), Kind.MONEY, help=tr("In the invoice's own currency.")),
        ReportColumn("value", tr("In our currency"), Kind.MONEY, is_totalled=True),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    rows = [open_row(document, period, "invoice") for document in open_invoices(reading, period.last)]
    rows += [open_row(payment, period, "payment") for payment in on_account(reading, period.last, "customer")]
    return REPORT.table(period, rows, (as_of(period), on_account_note()))


def on_account_note() -> str:
    """The note on payments in the list."""
    return tr("Payments that settle no document yet stand in the list and lower the total.")


def open_row(document: OpenDocument, period: Period, noun: str) -> ReportRow:
    """The row of an open document, of this report or of `payables`."""
    cells = (
        document.number,
        document.partner,
        document.order,
        document.issued_on,
        document.due_on,
        document.overdue_days(period.last) if noun != "payment" else None,
        document.open,
        document.value,
    )
    return ReportRow(cells, Target(noun, document.number))


def as_of(period: Period) -> str:
    """The note that says which evening the figures are of."""
    return tr("As of the end of {day}; later payments do not count.", day=period.last.isoformat())


REPORT = Report(
    "receivables",
    lambda: tr("What customers owe"),
    lambda: tr("Every invoice that is not paid in full, the longest overdue first."),
    _columns,
    _run,
    is_as_of=True,
)
