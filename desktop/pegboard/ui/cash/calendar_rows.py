"""What the Calendar view reads and says: the weeks of its table, the words of its low points, its drawing."""

from dataclasses import dataclass
from datetime import date

from pegboard.domain.cash_plan import CashWeek
from pegboard.domain.cash_what_if import CashBook, Outlook, outlook
from pegboard.domain.quantity import Money
from pegboard.i18n import tr
from pegboard.queries.boms import coded
from pegboard.queries.report_cash_plan import cash_plan
from pegboard.reports.cash_calendar import WEEKS, cash_book, plan_notes
from pegboard.storage.store import Reading
from pegboard.ui import formats
from pegboard.ui.columns import Column, date_column, mark_column, money_column
from pegboard.ui.completion import Choice
from pegboard.ui.marks import Mark, State


@dataclass(frozen=True, slots=True)
class CalendarSheet:
    """All that the view needs, read at once.

    Attributes: book: what is computed from; planned: what it comes to while nothing is tried; notes: what it rests on;
    suppliers, orders: who can be chosen.
    """

    book: CashBook
    planned: Outlook
    notes: tuple[str, ...]
    suppliers: tuple[Choice, ...]
    orders: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week of the table: as planned (or tried), as usual, and its cash before anything was tried."""

    first: date
    received: Money
    paid: Money
    cash: Money
    usual: Money
    before: Money | None
    is_low: bool


def read_sheet(reading: Reading) -> CalendarSheet:
    """Read everything; numpy, the slow half of the chart, is loaded meanwhile, off the GUI thread."""
    import numpy  # noqa: F401

    plan = cash_plan(reading)
    book = cash_book(reading, plan)
    orders, events = book.orders, book.events
    names = dict(coded(reading, "supplier"))
    suppliers = sorted(set(names) | {event.supplier for event in events if event.supplier})
    to_come = {number for number, known in orders.items() if any(not event.is_actual for event in known)}
    return CalendarSheet(
        book,
        outlook(book, WEEKS),
        tuple(plan_notes(plan)),
        tuple(Choice(code, names.get(code, "")) for code in suppliers),
        tuple(choice for choice in order_choices(book) if choice.code in to_come),
    )


def order_choices(book: CashBook) -> tuple[Choice, ...]:
    """Every order that has any cash, with its customer's code."""
    return tuple(
        Choice(number, next((event.customer for event in events if event.customer), ""))
        for number, events in sorted(book.orders.items())
    )


def week_rows(outlook: Outlook, before: Outlook | None, currency: str) -> list[WeekRow]:
    """The weeks of the table; `before` is what it was before something was tried."""
    rows, low = [], outlook.low
    for place, (week, usual) in enumerate(zip(outlook.planned, outlook.usual, strict=True)):
        in_, out, cash, late = (Money(minor, currency) for minor in (week.received, week.paid, week.cash, usual.cash))
        was = Money(before.planned[place].cash, currency) if before else None
        rows.append(WeekRow(week.first, in_, out, cash, late, was, low is week))
    return rows


def week_columns() -> tuple[Column[WeekRow], ...]:
    """The table under the chart."""
    usual = tr("With each customer as late as that customer usually pays.")
    return (
        date_column("first", tr("Week from"), lambda row: row.first, width=110),
        money_column("received", tr("Comes in"), lambda row: row.received),
        money_column("paid", tr("Goes out"), lambda row: row.paid),
        money_column("cash", tr("Cash at its end"), lambda row: row.cash, width=130),
        money_column("usual", tr("Cash, as usual"), lambda row: row.usual, width=130, help=usual),
        money_column("before", tr("Before what if"), lambda row: row.before, width=130),
        mark_column("low", tr("Mark"), _mark, width=130),
    )


def _mark(row: WeekRow) -> Mark | None:
    if row.cash.minor < 0:
        return Mark(State.LATE, tr("low point, below zero") if row.is_low else tr("below zero"))
    return Mark(State.DECISION, tr("low point")) if row.is_low else None


def low_words(low: CashWeek | None, currency: str) -> str:
    """The low point, as "2097.74 EUR in the week of 30 Nov"."""
    if low is None:
        return ""
    amount = formats.money(Money(low.cash, currency), currency=True)
    return tr("{amount} in the week of {day}", amount=amount, day=formats.short_day(low.first))


def low_sentence(title: str, now: CashWeek | None, before: CashWeek | None, currency: str) -> str:
    """The low point, beside the old one where something is tried."""
    new = low_words(now, currency)
    if before is None or now is None:
        return tr("{title}: low point {new}", title=title, new=new)
    difference = formats.money(Money(now.cash - before.cash, currency))
    sign = "+" if now.cash >= before.cash else ""
    old = low_words(before, currency)
    change = f"{sign}{difference}"
    return tr("{title}: low point {old} → {new} ({change})", title=title, old=old, new=new, change=change)
