"""Other expenses by category: this period, the one before it, and what a week usually takes."""

from fractions import Fraction

from pegboard.domain.period import Period, compared_with
from pegboard.domain.quantity import Money, divide_half_up
from pegboard.domain.report_table import Kind, ReportColumn, ReportRow, ReportTable, Target
from pegboard.i18n import tr
from pegboard.queries.report_expenses import expenses
from pegboard.queries.settings import settings
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("category", tr("Category")),
        ReportColumn("payments", tr("Payments"), Kind.WHOLE, is_totalled=True),
        ReportColumn("value", tr("Spent"), Kind.MONEY, is_totalled=True),
        ReportColumn("before", tr("Spent before"), Kind.MONEY, is_totalled=True),
        ReportColumn("change", tr("Change"), Kind.MONEY, is_totalled=True, formula="{value} - {before}"),
        ReportColumn("weekly", tr("A week"), Kind.MONEY, help=tr("Spent, over the weeks of the period.")),
        ReportColumn("last_on", tr("Last paid"), Kind.DAY),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    currency = settings(reading).currency
    then = compared_with(period)
    now, before = expenses(reading, period), expenses(reading, then)
    rows = []
    for category in sorted({each.category for each in (*now, *before)}):
        mine = [each for each in now if each.category == category]
        spent = sum(each.value.minor for each in mine if each.value)
        earlier = sum(each.value.minor for each in before if each.category == category and each.value)
        week = Fraction(spent * 7, period.days)
        cells = (
            category,
            len(mine),
            Money(spent, currency),
            Money(earlier, currency),
            Money(spent - earlier, currency),
            Money(divide_half_up(week.numerator, week.denominator), currency),
            max((each.paid_on for each in mine), default=None),
        )
        rows.append((spent, ReportRow(cells, Target("report", "expense-payments", category))))
    rows.sort(key=lambda each: (-each[0], str(each[1].cells[0])))
    said = tr(
        "Compared with {first} to {last}. The cash calendar expects what the last 13 weeks took, week by week.",
        first=then.first.isoformat(),
        last=then.last.isoformat(),
    )
    return REPORT.table(period, [row for _spent, row in rows], (said,))


REPORT = Report(
    "expenses",
    lambda: tr("Other expenses"),
    lambda: tr("What was spent on rent, wages, energy and the like, by category."),
    _columns,
    _run,
)
