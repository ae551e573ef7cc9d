"""The cash calendar: what will come in and go out week by week, as planned and as customers usually pay."""

from datetime import timedelta

from pegboard.domain.cash_plan import CashEvent, CashKind, CashWeek, as_usual, calendar, low_point
from pegboard.domain.period import Period
from pegboard.domain.quantity import Money
from pegboard.domain.report_table import Kind, ReportColumn, ReportRow, ReportTable
from pegboard.i18n import tr
from pegboard.queries.report_cash_plan import CashPlan, cash_plan
from pegboard.reports.report import Report
from pegboard.storage.store import Reading

WEEKS = 13


def _columns() -> tuple[ReportColumn, ...]:
    usual = tr("With each customer as late as that customer usually pays.")
    return (
        ReportColumn("first", tr("Week from"), Kind.DAY),
        ReportColumn("received", tr("Comes in"), Kind.MONEY, is_totalled=True),
        ReportColumn("paid", tr("Goes out"), Kind.MONEY, is_totalled=True),
        ReportColumn("cash", tr("Cash at its end"), Kind.MONEY),
        ReportColumn("received_usual", tr("Comes in, as usual"), Kind.MONEY, is_totalled=True, help=usual),
        ReportColumn("cash_usual", tr("Cash, as usual"), Kind.MONEY, help=usual),
    )


def with_expenses(plan: CashPlan, reading: Reading) -> list[CashEvent]:
    """What is expected, and the usual expenses of every week, each category by itself."""
    weeks = [reading.today + timedelta(days=7 * place) for place in range(WEEKS)]
    usual = [
        CashEvent(day, -minor, CashKind.EXPENSE, category) for day in weeks for category, minor in plan.expenses.items()
    ]
    return [*plan.events, *usual]


def _run(reading: Reading, period: Period) -> ReportTable:
    plan = cash_plan(reading)
    events = with_expenses(plan, reading)
    planned = calendar(events, plan.cash, reading.today, WEEKS)
    usual = calendar(as_usual(events, plan.delays), plan.cash, reading.today, WEEKS)

    def money(minor: int) -> Money:
        return Money(minor, plan.currency)

    rows = []
    for week, late in zip(planned, usual, strict=True):
        amounts = (week.received, week.paid, week.cash, late.received, late.cash)
        rows.append(ReportRow((week.first, *map(money, amounts))))
    return REPORT.table(period, rows, _notes(plan, low_point(planned), low_point(usual)))


def _notes(plan: CashPlan, planned: CashWeek | None, usual: CashWeek | None) -> list[str]:
    notes = []
    for words, week in ((tr("As planned"), planned), (tr("As customers usually pay"), usual)):
        if week is not None:
            amount, day = Money(week.cash, plan.currency), (week.first + timedelta(days=6)).isoformat()
            notes.append(tr("{words}, cash is lowest by {day}: {amount}.", words=words, day=day, amount=amount))
    return [*notes, *plan_notes(plan)]


def plan_notes(plan: CashPlan) -> list[str]:
    """What the calendar rests on, and what it leaves out."""
    notes = [tr("From open invoices and bills, orders, goods received and planned purchases, each when it is due.")]
    if plan.expenses:
        amount = Money(sum(plan.expenses.values()), plan.currency)
        each = ", ".join(f"{category} {Money(minor, plan.currency)}" for category, minor in plan.expenses.items())
        notes.append(
            tr("Other expenses count {amount} a week, the mean of the last 13 weeks: {each}.", amount=amount, each=each)
        )
    if not plan.has_cash:
        notes.append(tr("No opening cash was entered: cash counts from nothing."))
    if plan.unknown:
        notes.append(tr("{count} lines without a price or an exchange rate are left out.", count=plan.unknown))
    return notes


REPORT = Report(
    "cash-calendar",
    lambda: tr("Cash calendar"),
    lambda: tr("What will come in and go out over the next 13 weeks, and when cash is lowest."),
    _columns,
    _run,
    is_as_of=True,
)
