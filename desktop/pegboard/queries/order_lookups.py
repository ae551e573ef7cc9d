"""What the entry of an order must have at hand: customers, items, prices, options."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pegboard.domain.quantity import Price, Quantity
from pegboard.queries.settings import settings
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class EntryChoice:
    """One choice of an option group; `extra` for each unit of the item."""

    code: str
    description: str
    extra: Price
    is_default: bool


@dataclass(frozen=True, slots=True)
class EntryGroup:
    """An option group of an item."""

    code: str
    required: bool
    choices: tuple[EntryChoice, ...]

    @property
    def default(self) -> str:
        """The default choice, "" without one."""
        return next((choice.code for choice in self.choices if choice.is_default), "")


@dataclass(frozen=True, slots=True)
class EntryItem:
    """An item that can be ordered; prices and costs for one unit, None where unknown."""

    item_id: int
    code: str
    description: str
    unit: str
    is_whole: bool
    list_price: Price | None
    cost: Price | None
    groups: tuple[EntryGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryCustomer:
    """A customer; `deposit_percent` is 0 where none is asked for."""

    code: str
    name: str
    deposit_percent: Quantity
    currency: str


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """All that order entry looks things up in.

    Attributes: customers, items: by code, those most often ordered first; currency: the shop's.
    """

    customers: Mapping[str, EntryCustomer] = field(default_factory=dict)
    items: Mapping[str, EntryItem] = field(default_factory=dict)
    currency: str = "EUR"


def entry_facts(reading: Reading) -> EntryFacts:
    """Read it all at once; some thousand items take some ten milliseconds."""
    chosen = settings(reading)
    groups = _groups(reading)
    customers = rows(
        reading,
        "SELECT c.*, (SELECT count(*) FROM customer_order o WHERE o.customer_id = c.customer_id) AS orders"
        " FROM customer c ORDER BY orders DESC, c.code",
    )
    items = rows(
        reading,
        "SELECT i.item_id, i.code, i.description, i.unit, i.whole_units, i.list_price, i.standard_cost FROM item i"
        " LEFT JOIN (SELECT item_id, count(*) AS times FROM order_line GROUP BY item_id) u ON u.item_id = i.item_id"
        " WHERE i.active = 1 ORDER BY coalesce(u.times, 0) DESC, i.list_price IS NULL, i.code",
    )
    return EntryFacts(
        {
            row.code: EntryCustomer(row.code, row.name, Quantity(row.deposit_percent), row.currency or chosen.currency)
            for row in customers
        },
        {
            row.code: EntryItem(
                row.item_id,
                row.code,
                row.description,
                row.unit,
                bool(row.whole_units),
                None if row.list_price is None else Price(row.list_price),
                None if row.standard_cost is None else Price(row.standard_cost),
                groups.get(row.item_id, ()),
            )
            for row in items
        },
        chosen.currency,
    )


def _groups(reading: Reading) -> dict[int, tuple[EntryGroup, ...]]:
    choices: dict[int, list[EntryChoice]] = {}
    for row in rows(reading, "SELECT * FROM option_choice ORDER BY option_group_id, option_choice_id"):
        choice = EntryChoice(row.code, row.description, Price(row.price_extra), bool(row.is_default))
        choices.setdefault(row.option_group_id, []).append(choice)
    found: dict[int, tuple[EntryGroup, ...]] = {}
    for row in rows(reading, "SELECT * FROM option_group ORDER BY item_id, option_group_id"):
        group = EntryGroup(row.code, bool(row.required), tuple(choices.get(row.option_group_id, ())))
        found[row.item_id] = (*found.get(row.item_id, ()), group)
    return found


def last_prices(reading: Reading, customer: str) -> dict[str, Price]:
    """What a customer paid last for one unit of each item without options, by item code."""
    found = rows(
        reading,
        "SELECT i.code, l.unit_price FROM order_line l JOIN customer_order o ON o.order_id = l.order_id"
        " JOIN customer c ON c.customer_id = o.customer_id JOIN item i ON i.item_id = l.item_id"
        " WHERE c.code = ? AND l.unit_price IS NOT NULL AND l.status <> 'cancelled' AND NOT EXISTS"
        " (SELECT 1 FROM order_line_option x WHERE x.order_line_id = l.order_line_id)"
        " ORDER BY o.order_date, l.order_line_id",
        customer,
    )
    return {row.code: Price(row.unit_price) for row in found}
