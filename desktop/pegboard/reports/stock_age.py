"""Stock that rots: value by age and by the reason it lies there."""

from fractions import Fraction

from pegboard.domain.period import Period
from pegboard.domain.quantity import Money, Quantity
from pegboard.domain.report_table import Kind, ReportColumn, ReportRow, ReportTable, Target
from pegboard.i18n import tr
from pegboard.queries.report_stock_age import AGES, SCALE, AgedStock, Reason, aged_stock
from pegboard.queries.settings import settings
from pegboard.reports.cash_cycle import money_of
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def reason_words(reason: Reason) -> str:
    """Why stock lies there."""
    return {
        Reason.PEGGED: tr("pegged to demand"),
        Reason.QUARANTINE: tr("in quarantine"),
        Reason.SHELF: tr("on a shop's shelf, up to its level"),
        Reason.CARD: tr("full containers of a kanban loop"),
        Reason.BUFFER: tr("buffer against a disruption"),
        Reason.SURPLUS: tr("no demand wants it"),
    }[reason]


def _columns() -> tuple[ReportColumn, ...]:
    first, second, third = AGES
    return (
        ReportColumn("item", tr("Item")),
        ReportColumn("description", tr("Description")),
        ReportColumn("reason", tr("Why it lies there")),
        ReportColumn("quantity", tr("Quantity"), Kind.QUANTITY),
        ReportColumn("to_30", tr("Up to {days} days", days=first), Kind.MONEY, is_totalled=True),
        ReportColumn("to_90", tr("Up to {days} days", days=second), Kind.MONEY, is_totalled=True),
        ReportColumn("to_180", tr("Up to {days} days", days=third), Kind.MONEY, is_totalled=True),
        ReportColumn("older", tr("Older"), Kind.MONEY, is_totalled=True),
        ReportColumn("age_unknown", tr("Age unknown"), Kind.MONEY, is_totalled=True),
        ReportColumn("value", tr("Value"), Kind.MONEY, is_totalled=True),
        ReportColumn("oldest", tr("Oldest"), Kind.DAY),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    currency = settings(reading).currency
    found = aged_stock(reading)
    notes = [
        tr("As it lies there now, at what it cost, first in, first out; the oldest goods are taken to be the pegged."),
    ]
    unknown = sum(aged.unknown > 0 for aged in found)
    if unknown:
        notes.append(tr("{count} lines hold goods without a known cost; those count nothing.", count=unknown))
    return REPORT.table(period, [_row(aged, currency) for aged in found], notes)


def _row(aged: AgedStock, currency: str) -> ReportRow:
    def money(value: int) -> Money:
        return money_of(Fraction(value, SCALE), currency)

    parts = [money(value) for value in aged.values]
    # The value is the sum of the rounded ages, so that every line and the foot add up.
    total = sum(parts[1:], parts[0])
    cells = (
        aged.item,
        aged.description,
        reason_words(aged.reason),
        Quantity(aged.quantity),
        *parts,
        total,
        aged.oldest,
    )
    return ReportRow(cells, Target("item", aged.item))


REPORT = Report(
    "stock-age",
    lambda: tr("Stock by age and reason"),
    lambda: tr("What lies in stock, how old it is and why it is there; what no demand wants stands by itself."),
    _columns,
    _run,
    is_as_of=True,
)
