"""What if: everything known of the cash to come, what would change it, and the low points before and after.

Amounts are minor units of the shop's currency, as in `cash_plan`; nothing here reads a file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pegboard.domain.cash_plan import (
    CashEvent,
    CashKind,
    CashWeek,
    as_usual,
    calendar,
    low_point,
    paid_later,
    with_deposits,
    without_order,
)


@dataclass(frozen=True, slots=True)
class CashBook:
    """All that a calendar is computed from, as of `today`.

    Attributes: cash: this evening; events: expected ones of the shop; orders: events of each order, with its shares of
    purchases; delays: days after the due date that customers usually pay, "" for the others.
    """

    today: date
    currency: str
    cash: int
    events: tuple[CashEvent, ...]
    orders: Mapping[str, tuple[CashEvent, ...]]
    delays: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is tried: a deposit in percent of orders that pay none, a supplier paid `days` later, an order dropped."""

    deposit_percent: int = 0
    supplier: str = ""
    days: int = 0
    order: str = ""

    @property
    def is_nothing(self) -> bool:
        """Whether it changes nothing."""
        return not (self.deposit_percent or (self.supplier and self.days) or self.order)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Weeks of cash as planned, and with each customer as late as usual; both begin with the same week."""

    planned: tuple[CashWeek, ...]
    usual: tuple[CashWeek, ...]

    @property
    def low(self) -> CashWeek | None:
        """The week that ends with the least cash, as planned."""
        return low_point(self.planned)

    @property
    def low_usual(self) -> CashWeek | None:
        """The week that ends with the least cash, as customers usually pay."""
        return low_point(self.usual)


@dataclass(frozen=True, slots=True)
class TimeLineStep:
    """An event of an order, its place from the first on, and what the order has brought in or tied up by then."""

    place: int
    event: CashEvent
    balance: int


def outlook(book: CashBook, weeks: int, what_if: WhatIf | None = None) -> Outlook:
    """The calendar of so many weeks, as if `what_if` were done."""
    events = changed(book, what_if or WhatIf())
    return Outlook(
        calendar(events, book.cash, book.today, weeks),
        calendar(as_usual(events, book.delays), book.cash, book.today, weeks),
    )


def changed(book: CashBook, what_if: WhatIf) -> list[CashEvent]:
    """The shop's events as if `what_if` were done.

    The order is dropped first: its shares of purchases are found by the day on which they are to be paid now.
    """
    events = list(book.events)
    if what_if.order:
        events = without_order(events, book.orders.get(what_if.order, ()), what_if.order)
    if what_if.deposit_percent:
        events = with_deposits([*events, *_deposits_paid(book)], what_if.deposit_percent, book.today)
    if what_if.supplier and what_if.days:
        events = paid_later(events, what_if.supplier, what_if.days)
    return events


def _deposits_paid(book: CashBook) -> list[CashEvent]:
    """Deposits that came: their orders are asked for none; a calendar counts none of them again."""
    found = [event for events in book.orders.values() for event in events]
    return [event for event in found if event.kind is CashKind.DEPOSIT and event.is_actual]


def time_line(events: Iterable[CashEvent]) -> tuple[TimeLineStep, ...]:
    """The events of one order by day with the running balance."""
    balance, found = 0, []
    for place, event in enumerate(sorted(events, key=lambda each: each.day)):
        balance += event.minor
        found.append(TimeLineStep(place, event, balance))
    return tuple(found)
