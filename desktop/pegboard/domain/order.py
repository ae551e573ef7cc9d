"""A customer order as it is typed, and what must hold before it may be entered."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pegboard.domain.configuration import OptionGroup, Rule, refusals
from pegboard.domain.problem import Problem
from pegboard.domain.quantity import MICRO, Price, Quantity
from pegboard.i18n import tr

HUNDRED = Quantity(100 * MICRO)
Choice = tuple[str, str]  # group, choice


class OrderLineState(StrEnum):
    """Where an order line stands. A quote pulls nothing; a shipped line is closed once it is paid."""

    QUOTE = "quote"
    CONFIRMED = "confirmed"
    SHIPPED = "shipped"
    CLOSED = "closed"
    CANCELLED = "cancelled"


MOVES: dict[OrderLineState, frozenset[OrderLineState]] = {
    OrderLineState.QUOTE: frozenset({OrderLineState.CONFIRMED, OrderLineState.CANCELLED}),
    OrderLineState.CONFIRMED: frozenset({OrderLineState.SHIPPED, OrderLineState.CANCELLED}),
    OrderLineState.SHIPPED: frozenset({OrderLineState.CLOSED, OrderLineState.CONFIRMED}),
    OrderLineState.CLOSED: frozenset(),
    OrderLineState.CANCELLED: frozenset(),
}


def can_move(state: str, target: OrderLineState) -> bool:
    """Say whether an order line in this state may go to that one."""
    return target in MOVES[OrderLineState(state)]


@dataclass(frozen=True, slots=True)
class OrderLineDraft:
    """One line as it is typed; quantity in the item's own unit, `unit_price` None where it is not known."""

    item: str
    quantity: Quantity
    due_date: datetime.date | None = None
    unit_price: Price | None = None
    tax_percent: Quantity | None = None
    options: tuple[Choice, ...] = ()
    description: str = ""
    hold: bool = False


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order as it is typed.

    Attributes: order_date: today where None; deposit_percent: the customer's where None; number: the next of the series
    where empty; note: for the customer, printed on the acknowledgement.
    """

    customer: str
    lines: tuple[OrderLineDraft, ...]
    order_date: datetime.date | None = None
    customer_reference: str = ""
    ship_to: str = ""
    freight: Price | None = None
    deposit_percent: Quantity | None = None
    number: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What a check must know of an item; `options` and `rules` are those of it and of what lies below it."""

    active: bool
    whole_units: bool
    options: Mapping[str, OptionGroup]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What a check must know of the workshop: customers, and the items that a draft names and that exist.

    `items` are by code and choices, as these say what lies below; `retired` are customers that no longer order.
    """

    customers: frozenset[str]
    items: Mapping[tuple[str, tuple[Choice, ...]], ItemFacts]
    taken_numbers: frozenset[str] = frozenset()
    retired: frozenset[str] = frozenset()


def check(draft: OrderDraft, facts: OrderFacts) -> tuple[Problem, ...]:
    """Return all that is wrong with a draft, in the order of its fields."""
    return tuple(_order_problems(draft, facts)) + tuple(
        problem for place, line in enumerate(draft.lines, 1) for problem in _line_problems(draft, line, place, facts)
    )


def _order_problems(draft: OrderDraft, facts: OrderFacts) -> Iterator[Problem]:
    if not draft.customer:
        yield Problem("customer", tr("Say who orders."))
    elif draft.customer not in facts.customers:
        yield Problem("customer", tr("There is no customer {code}.", code=draft.customer))
    elif draft.customer in facts.retired:
        yield Problem("customer", tr("{code} is retired: bring it back in Setup first.", code=draft.customer))
    if draft.number in facts.taken_numbers:
        yield Problem("number", tr("There is an order {number} already.", number=draft.number))
    if draft.deposit_percent is not None and not Quantity(0) <= draft.deposit_percent <= HUNDRED:
        yield Problem("deposit_percent", tr("A deposit is 0 to 100 percent."))
    if draft.freight is not None and draft.freight.micro < 0:
        yield Problem("freight", tr("Freight cannot be negative."))
    if not draft.lines:
        yield Problem("lines", tr("An order needs at least one line."))


def _line_problems(draft: OrderDraft, line: OrderLineDraft, place: int, facts: OrderFacts) -> Iterator[Problem]:
    at = f"lines.{place}."
    item = facts.items.get((line.item, line.options))
    if item is None:
        yield Problem(at + "item", tr("There is no item {code}.", code=line.item) if line.item else tr("Name an item."))
    elif not item.active:
        yield Problem(at + "item", tr("{code} is inactive and can no longer be ordered.", code=line.item))
    if line.quantity.micro <= 0:
        yield Problem(at + "quantity", tr("The quantity must be above 0."))
    elif item is not None and item.whole_units and line.quantity.micro % MICRO:
        yield Problem(at + "quantity", tr("{code} is counted in whole units.", code=line.item))
    if draft.order_date is not None and line.due_date is not None and line.due_date < draft.order_date:
        yield Problem(at + "due_date", tr("It cannot be due before the day of the order."))
    if line.unit_price is not None and line.unit_price.micro < 0:
        yield Problem(at + "unit_price", tr("A price cannot be negative."))
    if line.tax_percent is not None and not Quantity(0) <= line.tax_percent <= HUNDRED:
        yield Problem(at + "tax_percent", tr("A tax is 0 to 100 percent."))
    if item is not None:
        refused = refusals(line.item, item.options, item.rules, line.options)
        yield from (Problem(at + "options", refusal.message) for refusal in refused)
