"""Stock turns, weeks of cover and write-offs, item by item."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from pegboard.domain.period import Period
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.domain.report_table import Kind, NotAvailable, ReportColumn, ReportRow, ReportTable, Target, Value
from pegboard.i18n import tr
from pegboard.queries.report_stock_flow import StockFlow, stock_flow
from pegboard.queries.settings import settings
from pegboard.reports.cash_cycle import money_of
from pegboard.reports.report import Report
from pegboard.storage.store import Reading

YEAR = 365


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("item", tr("Item")),
        ReportColumn("description", tr("Description")),
        ReportColumn("quantity", tr("On hand"), Kind.QUANTITY),
        ReportColumn("opening", tr("Value before"), Kind.MONEY, is_totalled=True),
        ReportColumn("closing", tr("Value at the end"), Kind.MONEY, is_totalled=True),
        ReportColumn("used", tr("Used or sold, at cost"), Kind.MONEY, is_totalled=True),
        ReportColumn("turns", tr("Turns a year"), Kind.NUMBER, help=tr("Used over the mean of both values.")),
        ReportColumn("cover_weeks", tr("Weeks of cover"), Kind.NUMBER, help=tr("What lies there at the same pace.")),
        ReportColumn("written_off", tr("Written off"), Kind.MONEY, is_totalled=True),
        ReportColumn(
            "write_off_percent",
            tr("Write-off rate %"),
            Kind.PERCENT,
            help=tr("Written off, of all that left the stock."),
            formula="{written_off} / ({used} + {written_off}) * 100",
        ),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    currency = settings(reading).currency
    found = stock_flow(reading, period)
    notes = [
        tr("Written off: missing when counted or taken out with a reason, less what was found."),
        tr("Pieces that were scrapped in a job make its good pieces dearer; the job's cost shows them."),
    ]
    unknown = sum(flow.unknown for flow in found)
    if unknown:
        notes.append(tr("{count} movements have no known cost and count nothing.", count=unknown))
    table = REPORT.table(period, [_row(flow, period, currency) for flow in found], notes)
    return replace(table, totals={**table.totals, **_ratios(_together(found), period)})


def _together(found: Iterable[StockFlow]) -> StockFlow:
    whole = StockFlow("", "")
    for flow in found:
        whole.opening += flow.opening
        whole.closing += flow.closing
        whole.used += flow.used
        whole.lost += flow.lost
    return whole


def _row(flow: StockFlow, period: Period, currency: str) -> ReportRow:
    ratios = _ratios(flow, period)

    def money(value: int) -> Value:
        return money_of(Fraction(value, MICRO), currency)

    cells = (
        flow.item,
        flow.description,
        Quantity(flow.quantity),
        money(flow.opening),
        money(flow.closing),
        money(flow.used),
        ratios["turns"],
        ratios["cover_weeks"],
        money(flow.lost),
        ratios["write_off_percent"],
    )
    return ReportRow(cells, Target("item", flow.item))


def _ratios(flow: StockFlow, period: Period) -> dict[str, Value]:
    mean = Fraction(flow.opening + flow.closing, 2)
    left = flow.used + flow.lost
    still = NotAvailable(tr("Nothing of it was used."))
    return {
        "turns": flow.used / mean * YEAR / period.days if mean > 0 and flow.used > 0 else still,
        "cover_weeks": Fraction(flow.closing * period.days, flow.used * 7) if flow.used > 0 else still,
        "write_off_percent": Fraction(100 * flow.lost, left) if left > 0 and flow.lost >= 0 else still,
    }


REPORT = Report(
    "stock-turns",
    lambda: tr("Stock turns and write-offs"),
    lambda: tr("How fast stock turned over, how many weeks it covers, and what was written off."),
    _columns,
    _run,
)
