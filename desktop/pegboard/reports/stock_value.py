"""What lay in stock and in unfinished jobs on the evening of the period's last day, item by item and job by job."""

from fractions import Fraction

from pegboard.domain.cash_cycle import Part
from pegboard.domain.period import Period
from pegboard.domain.report_table import Kind, ReportColumn, ReportRow, ReportTable, Target
from pegboard.i18n import tr
from pegboard.queries.report_cash_causes import standing_shares
from pegboard.reports.cash_cycle import money_of
from pegboard.reports.receivables import as_of
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("key", tr("Item or job")),
        ReportColumn("name", tr("Description")),
        ReportColumn("where", tr("Where")),
        ReportColumn("value", tr("Value"), Kind.MONEY, is_totalled=True),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    return REPORT.table(period, share_rows(reading, period, Part.STOCK), (as_of(period),))


def share_rows(reading: Reading, period: Period, part: Part) -> list[ReportRow]:
    """The shares in a balance, the largest first, of this report or of `deposits`."""
    currency, shares = standing_shares(reading, period.last, part)
    words = {"item": tr("in stock"), "work_order": tr("in an unfinished job"), "order": ""}
    rows: list[tuple[Fraction, ReportRow]] = []
    for share in shares:
        cells = (share.key, share.name, words[share.noun], money_of(share.amount, currency))
        rows.append((share.amount, ReportRow(cells, Target(share.noun, share.key) if share.key else None)))
    return [row for _amount, row in sorted(rows, key=lambda each: (-each[0], str(each[1].cells[0])))]


REPORT = Report(
    "stock-value",
    lambda: tr("What lies in stock and in jobs"),
    lambda: tr("What each item in stock and each unfinished job was worth on an evening."),
    _columns,
    _run,
    is_as_of=True,
)
