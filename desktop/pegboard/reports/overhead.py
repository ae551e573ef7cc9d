"""Whether the hours on jobs carry the shop's wages and other expenses: the check on the rates of an hour."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from pegboard.domain.period import Period, last_days
from pegboard.domain.quantity import Money, divide_half_up
from pegboard.domain.report_table import Kind, NotAvailable, ReportColumn, ReportRow, ReportTable, Value
from pegboard.i18n import tr
from pegboard.queries.report_expenses import CarriedMonth, carried
from pegboard.queries.settings import settings
from pegboard.reports.report import Report
from pegboard.storage.store import Reading

YEAR = 365  # days


def _columns() -> tuple[ReportColumn, ...]:
    def money(name: str, title: str, help_text: str = "", formula: str = "") -> ReportColumn:
        return ReportColumn(name, title, Kind.MONEY, is_totalled=True, help=help_text, formula=formula)

    return (
        ReportColumn("month", tr("Month from"), Kind.DAY),
        ReportColumn("hours", tr("Hours on jobs"), Kind.NUMBER, is_totalled=True),
        money("time", tr("Time"), tr("The hours at the rates of their work centers.")),
        money("overhead", tr("Overhead"), tr("The hours at the rate of the setting overhead_per_hour.")),
        money("spent", tr("Wages and expenses"), tr("All other expenses that were paid, wages among them.")),
        money("over", tr("Carried too much"), tr("Below zero: too little."), "{time} + {overhead} - {spent}"),
        ReportColumn("needed", tr("An hour needs"), Kind.MONEY, help=tr("Wages and expenses, over the hours.")),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    currency = settings(reading).currency
    months = carried(reading, period)
    table = REPORT.table(period, [ReportRow(_cells(month, month.first, currency)) for month in months], _notes(reading))
    whole = CarriedMonth(
        period.first,
        sum(each.minutes for each in months),
        sum(each.time for each in months),
        sum(each.overhead for each in months),
        sum(each.spent for each in months),
    )
    return replace(table, totals={**table.totals, "needed": _cells(whole, period.first, currency)[-1]})


def _cells(month: CarriedMonth, first: date, currency: str) -> tuple[Value, ...]:
    hours = Fraction(month.minutes, 60)
    needed: Value = NotAvailable(tr("No hours were booked on jobs."))
    if month.minutes:
        needed = Money(divide_half_up(month.spent * 60, month.minutes), currency)
    amounts = (month.time, month.overhead, month.spent, month.time + month.overhead - month.spent)
    return (first, hours, *(Money(minor, currency) for minor in amounts), needed)


def _notes(reading: Reading) -> tuple[str, ...]:
    return (
        tr(
            "An hour carries {amount} now; choose what next year's expenses over its hours come to.",
            amount=settings(reading).overhead_per_hour,
        ),
        tr("A rate counts from the day it is set: hours that have ended keep what they cost."),
    )


REPORT = Report(
    "overhead",
    lambda: tr("Do the hours carry the expenses"),
    lambda: tr("What the hours on jobs carried month by month, against the wages and expenses that were paid."),
    _columns,
    _run,
    period=lambda today: last_days(today, YEAR),
)
