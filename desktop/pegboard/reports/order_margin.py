"""Order margin: what shipped orders sold for against what they should have cost and did cost."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from pegboard.domain.period import Period
from pegboard.domain.quantity import MICRO, Money
from pegboard.domain.report_table import Kind, NotAvailable, ReportColumn, ReportRow, ReportTable, Target, Value
from pegboard.i18n import tr
from pegboard.queries.report_order_cost import OrderMargin, order_margins
from pegboard.queries.report_rates import Rates, rates
from pegboard.queries.settings import settings
from pegboard.reports.cash_cycle import money_of
from pegboard.reports.report import Report
from pegboard.reports.variances import split_amounts, variance_columns
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("order", tr("Order")),
        ReportColumn("customer", tr("Customer")),
        ReportColumn("sold", tr("Sold for"), Kind.MONEY, is_totalled=True, help=tr("Without tax and freight.")),
        ReportColumn("planned", tr("Planned cost"), Kind.MONEY, is_totalled=True),
        ReportColumn("actual", tr("Actual cost"), Kind.MONEY, is_totalled=True),
        ReportColumn("variance", tr("Variance"), Kind.MONEY, is_totalled=True, formula="{actual} - {planned}"),
        *(
            ReportColumn(name, title, Kind.MONEY, is_totalled=True, help=words)
            for name, title, words in variance_columns()
        ),
        ReportColumn("margin", tr("Margin"), Kind.MONEY, is_totalled=True, formula="{sold} - {actual}"),
        ReportColumn("margin_percent", tr("Margin %"), Kind.PERCENT, formula="{margin} / {sold} * 100"),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    known = rates(reading, settings(reading).currency)
    found = order_margins(reading, period)
    rows = sorted((_row(order, known, period) for order in found), key=_margin_of)
    notes = [
        tr("Of what was shipped in the period: its price, its cost rolled up for that quantity, its cost in stock."),
        tr("Why cost and plan differ comes from the jobs that made the goods, piece by piece."),
    ]
    unknown = sum(order.unknown > 0 for order in found)
    if unknown:
        notes.append(tr("{count} orders hold goods without a price or a cost; those count nothing.", count=unknown))
    unplanned = sum(order.unplanned > 0 for order in found)
    if unplanned:
        notes.append(
            tr("{count} orders hold goods without a rolled-up cost: their plan says too little.", count=unplanned)
        )
    table = REPORT.table(period, rows, notes)
    return replace(table, totals={**table.totals, "margin_percent": _share(table.totals, unknown)})


def _row(order: OrderMargin, known: Rates, period: Period) -> ReportRow:
    own = known.currency
    foreign = money_of(Fraction(order.sold, MICRO), order.currency or own)
    sold = known.money(foreign.minor, foreign.currency, period.last) or Money(0, own)
    planned, actual = (money_of(Fraction(value, MICRO), own) for value in (order.planned, order.actual))
    margin = sold - actual
    variance = actual - planned
    causes = split_amounts(order.variance_causes, variance)
    share: Value = Fraction(100 * margin.minor, sold.minor) if sold.minor else NotAvailable(tr("It sold for nothing."))
    if order.unknown:
        share = NotAvailable(tr("The cost or the price of some goods is not known."))
    cells = (order.number, order.customer, sold, planned, actual, variance, *causes, margin, share)
    return ReportRow(cells, Target("order", order.number))


def _margin_of(row: ReportRow) -> tuple[int, str]:
    """The smallest margin first."""
    margin, number = row.cells[-2], row.cells[0]
    return (margin.minor if isinstance(margin, Money) else 0), str(number)


def _share(totals: Mapping[str, Value], unknown: int) -> Value:
    """The margin of all orders together, in percent of what they sold for."""
    if unknown:
        return NotAvailable(tr("The cost or the price of some goods is not known."))
    sold, margin = totals.get("sold"), totals.get("margin")
    if isinstance(sold, Money) and isinstance(margin, Money) and sold.minor:
        return Fraction(100 * margin.minor, sold.minor)
    return NotAvailable(tr("Nothing was sold."))


REPORT = Report(
    "order-margin",
    lambda: tr("Order margin"),
    lambda: tr("What shipped orders sold for, what they should have cost and what they did cost."),
    _columns,
    _run,
)
