"""Cash that came and went and cash that is expected, as events on a line of days; what it adds up to, and what if.

Amounts are minor units of the shop's currency: what comes in is positive, what goes out negative.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction

from pegboard.domain.quantity import divide_half_up

WEEK = timedelta(days=7)


class CashKind(Enum):
    """What an event is."""

    DEPOSIT = "deposit"
    INVOICE = "invoice"
    TO_INVOICE = "to_invoice"
    BILL = "bill"
    TO_BILL = "to_bill"
    PURCHASE = "purchase"
    MATERIAL = "material"
    SHIPPED = "shipped"
    LABOUR = "labour"
    SERVICE = "service"
    EXPENSE = "expense"


@dataclass(frozen=True, slots=True)
class CashEvent:
    """Money that comes in (positive) or goes out on a day.

    Attributes: number: the document; order, customer, supplier: whose it is, "" where it is nobody's; is_actual:
    whether it has happened.
    """

    day: date
    minor: int
    kind: CashKind
    number: str = ""
    order: str = ""
    customer: str = ""
    supplier: str = ""
    is_actual: bool = False


@dataclass(frozen=True, slots=True)
class CashWeek:
    """Seven days of a cash calendar: what comes in, what goes out (positive), and the cash on its last evening."""

    first: date
    received: int
    paid: int
    cash: int


@dataclass(frozen=True, slots=True)
class CashNeed:
    """What an order asks of the till.

    Attributes: peak: the most that it ties up, positive, 0 where it never does; peak_on: when; positive_on: from when
    on it never ties up anything again, None where it does to the end; cash_days: what it ties up times the days, in
    minor units; end: what is left once all has come and gone.
    """

    peak: int
    peak_on: date | None
    positive_on: date | None
    cash_days: int
    end: int


def calendar(events: Iterable[CashEvent], opening: int, today: date, weeks: int) -> tuple[CashWeek, ...]:
    """Expected events week by week from the week of `today`; `opening` is the cash this evening.

    What was expected before today counts today.
    """
    monday = today - timedelta(days=today.weekday())
    received, paid = [0] * weeks, [0] * weeks
    for event in events:
        place = (max(event.day, today) - monday).days // 7
        if not event.is_actual and place < weeks:
            side = received if event.minor > 0 else paid
            side[place] += abs(event.minor)
    found, cash = [], opening
    for place in range(weeks):
        cash += received[place] - paid[place]
        found.append(CashWeek(monday + place * WEEK, received[place], paid[place], cash))
    return tuple(found)


def low_point(weeks: Sequence[CashWeek]) -> CashWeek | None:
    """The first week that ends with the least cash."""
    return min(weeks, key=lambda week: week.cash, default=None)


def need(events: Iterable[CashEvent]) -> CashNeed:
    """What the events of one order ask of the till, from the first day to the last."""
    by_day: dict[date, int] = {}
    for event in events:
        by_day[event.day] = by_day.get(event.day, 0) + event.minor
    days = sorted(by_day)
    balance = peak = cash_days = 0
    peak_on = positive_on = None
    for place, day in enumerate(days):
        before, balance = balance, balance + by_day[day]
        if balance < 0:
            until = days[place + 1] if place + 1 < len(days) else day
            cash_days -= balance * (until - day).days
            positive_on = None
        elif before < 0 or place == 0:
            positive_on = day
        if -balance > peak:
            peak, peak_on = -balance, day
    return CashNeed(peak, peak_on, positive_on, cash_days, balance)


# --- what if


def as_usual(events: Iterable[CashEvent], delays: Mapping[str, int]) -> list[CashEvent]:
    """Expected receipts as late (or early) as each customer usually pays; `delays` are days by customer, "" for all
    others."""
    return [
        replace(event, day=event.day + timedelta(days=delays.get(event.customer, delays.get("", 0))))
        if event.kind in (CashKind.INVOICE, CashKind.TO_INVOICE) and not event.is_actual
        else event
        for event in events
    ]


def with_deposits(events: Iterable[CashEvent], percent: int, today: date) -> list[CashEvent]:
    """As if `percent` of what is not invoiced yet were asked for at once, of every order that pays no deposit."""
    known = list(events)
    paying = {event.order for event in known if event.kind is CashKind.DEPOSIT}
    found: list[CashEvent] = []
    for event in known:
        if event.kind is not CashKind.TO_INVOICE or event.order in paying or event.is_actual:
            found.append(event)
            continue
        deposit = divide_half_up(event.minor * percent, 100)
        found.append(replace(event, day=today, minor=deposit, kind=CashKind.DEPOSIT))
        found.append(replace(event, minor=event.minor - deposit))
    return found


def paid_later(events: Iterable[CashEvent], supplier: str, days: int) -> list[CashEvent]:
    """As if a supplier were paid so many days later."""
    return [
        replace(event, day=event.day + timedelta(days=days))
        if event.supplier == supplier and not event.is_actual and event.minor < 0
        else event
        for event in events
    ]


def without_order(events: Iterable[CashEvent], order_events: Iterable[CashEvent], order: str) -> list[CashEvent]:
    """As if an order were dropped: neither its money comes nor what it alone pulls is bought.

    `order_events` are the order's own, with its shares of what is to be bought; a supplier's payment is cut by them.
    """
    cut: dict[tuple[str, date], int] = {}
    for event in order_events:
        if event.kind is CashKind.PURCHASE and not event.is_actual:
            cut[event.number, event.day] = cut.get((event.number, event.day), 0) + event.minor
    found = []
    for event in events:
        if event.is_actual or event.order != order or event.minor < 0:
            less = cut.pop((event.number, event.day), 0) if event.kind is CashKind.PURCHASE else 0
            found.append(replace(event, minor=event.minor - less) if less else event)
    return found


def mean_delays(paid: Iterable[tuple[str, date, date, int]], least: int = 3) -> dict[str, int]:
    """Days that customers pay after the due date (before: negative), weighted by amount; "" is the mean of all.

    `paid` are (customer, due, paid, amount); a customer with fewer than `least` payments is like all others.
    """
    sums: dict[str, list[int]] = {}
    for customer, due, day, amount in paid:
        for name in (customer, ""):
            known = sums.setdefault(name, [0, 0, 0])
            known[0] += (day - due).days * amount
            known[1] += amount
            known[2] += 1
    return {
        name: _rounded(Fraction(weighted, amount))
        for name, (weighted, amount, count) in sums.items()
        if amount > 0 and (count >= least or not name)
    }


def _rounded(value: Fraction) -> int:
    return divide_half_up(value.numerator, value.denominator)
