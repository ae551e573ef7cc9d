"""Sales of a period: every invoice and credit note, and the till sales of each day."""

from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, ReportColumn, ReportRow, ReportTable, Target
from pegboard.i18n import tr
from pegboard.queries.report_cash_flows import FlowDocument, sales_of
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("invoice", tr("Invoice")),
        ReportColumn("customer", tr("Customer")),
        ReportColumn("name", tr("Name")),
        ReportColumn("day", tr("Day"), Kind.DAY),
        ReportColumn("net", tr("Net"), Kind.MONEY),
        ReportColumn("tax", tr("Tax"), Kind.MONEY),
        ReportColumn("value", tr("With tax, our currency"), Kind.MONEY, is_totalled=True),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    rows = [flow_row(document, "invoice") for document in sales_of(reading, period)]
    return REPORT.table(period, rows, (tr("Lines without a number are the till sales of a day."),))


def flow_row(document: FlowDocument, noun: str) -> ReportRow:
    """The row of a document, of this report or of `purchases`."""
    cells = (
        document.number,
        document.partner,
        document.partner_name,
        document.day,
        document.net,
        document.tax,
        document.value,
    )
    return ReportRow(cells, Target(noun, document.number) if document.number else None)


REPORT = Report(
    "sales",
    lambda: tr("Sales"),
    lambda: tr("What was invoiced in a period, less credit notes, and what tills sold."),
    _columns,
    _run,
)
