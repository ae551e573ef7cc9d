"""The cash calendar: what will come in and go out week by week, as planned and as customers usually pay."""

from dataclasses import replace
from datetime import timedelta

from pegboard.domain.cash_plan import CashEvent, CashKind, CashWeek, as_usual, calendar, low_point
from pegboard.domain.cash_what_if import CashBook, Outlook, WhatIf, outlook
from pegboard.domain.period import Period
from pegboard.domain.quantity import Money
from pegboard.domain.report_table import Kind, ReportColumn, ReportRow, ReportTable
from pegboard.i18n import tr
from pegboard.queries.report_cash_orders import order_events
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


def cash_book(reading: Reading, plan: CashPlan) -> CashBook:
    """All that a calendar is computed from, with the cash of each order, for trying what if."""
    orders = {number: tuple(events) for number, events in order_events(reading).items()}
    events = tuple(with_expenses(plan, reading))
    return CashBook(reading.today, plan.currency, plan.cash, events, orders, plan.delays)


def tried(what_if: WhatIf) -> Report:
    """The calendar as if something were done, with the cash before it beside; the plan itself for nothing."""
    if what_if.is_nothing:
        return REPORT

    def columns() -> tuple[ReportColumn, ...]:
        return (*_columns(), ReportColumn("before", tr("Cash before what if"), Kind.MONEY))

    def run(reading: Reading, period: Period) -> ReportTable:
        plan = cash_plan(reading)
        book = cash_book(reading, plan)
        before, now = outlook(book, WEEKS), outlook(book, WEEKS, what_if)
        rows = [
            ReportRow((*row.cells, Money(week.cash, plan.currency)))
            for row, week in zip(_rows(now, plan.currency), before.planned, strict=True)
        ]
        said = [tr("What if: {words}.", words=what_if_words(what_if)), *_notes(plan, now.low, now.low_usual)]
        if before.low is not None:
            amount = Money(before.low.cash, plan.currency)
            said.append(tr("Before, cash is lowest by {day}: {amount}.", day=_end(before.low), amount=amount))
        return report.table(period, rows, said)

    report = replace(REPORT, columns=columns, run=run)
    return report


def what_if_words(what_if: WhatIf) -> str:
    """What is tried, in words."""
    said = []
    if what_if.deposit_percent:
        said.append(tr("a deposit of {percent} % of every order that pays none", percent=what_if.deposit_percent))
    if what_if.supplier and what_if.days:
        said.append(tr("{supplier} paid {days} days later", supplier=what_if.supplier, days=what_if.days))
    if what_if.order:
        said.append(tr("order {order} dropped", order=what_if.order))
    return ", ".join(said)


def _run(reading: Reading, period: Period) -> ReportTable:
    plan = cash_plan(reading)
    events = with_expenses(plan, reading)
    planned = calendar(events, plan.cash, reading.today, WEEKS)
    usual = calendar(as_usual(events, plan.delays), plan.cash, reading.today, WEEKS)
    rows = _rows(Outlook(planned, usual), plan.currency)
    return REPORT.table(period, rows, _notes(plan, low_point(planned), low_point(usual)))


def _rows(found: Outlook, currency: str) -> list[ReportRow]:
    rows = []
    for week, late in zip(found.planned, found.usual, strict=True):
        amounts = (week.received, week.paid, week.cash, late.received, late.cash)
        rows.append(ReportRow((week.first, *(Money(minor, currency) for minor in amounts))))
    return rows


def _end(week: CashWeek) -> str:
    return (week.first + timedelta(days=6)).isoformat()


def _notes(plan: CashPlan, planned: CashWeek | None, usual: CashWeek | None) -> list[str]:
    notes = []
    for words, week in ((tr("As planned"), planned), (tr("As customers usually pay"), usual)):
        if week is not None:
            amount, day = Money(week.cash, plan.currency), _end(week)
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
