"""What the entry of an order must have at hand: customers, items, prices, options."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pegboard.domain.configuration import OptionGroup, Rule
from pegboard.domain.quantity import Price, Quantity
from pegboard.queries.configurations import groups_of_items, rules_of_items
from pegboard.queries.settings import settings
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading

NO_TAX = Quantity(0)


@dataclass(frozen=True, slots=True)
class EntryItem:
    """An item that can be ordered; prices and costs for one unit, None where unknown.

    `groups` are its own and those of what may lie below it, `rules` likewise.
    """

    item_id: int
    code: str
    description: str
    unit: str
    is_whole: bool
    list_price: Price | None
    cost: Price | None
    groups: tuple[OptionGroup, ...] = ()
    rules: tuple[Rule, ...] = ()

    @property
    def by_group(self) -> dict[str, OptionGroup]:
        """The groups by their codes."""
        return {group.code: group for group in self.groups}


@dataclass(frozen=True, slots=True)
class EntryCustomer:
    """A customer; `deposit_percent` is 0 where none is asked for."""

    code: str
    name: str
    deposit_percent: Quantity
    currency: str
    shipping_address: str = ""


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """All that order entry looks things up in.

    Attributes: customers, items: by code, those most often ordered first, retired ones left out; currency: the shop's;
    tax_percent: of a line where nothing else is known; tax_on_freight: whether freight bears tax, too.
    """

    customers: Mapping[str, EntryCustomer] = field(default_factory=dict)
    items: Mapping[str, EntryItem] = field(default_factory=dict)
    currency: str = "EUR"
    tax_percent: Quantity = NO_TAX
    tax_on_freight: bool = False


@dataclass(frozen=True, slots=True)
class LastTime:
    """How an item was configured last, and what one cost."""

    options: tuple[tuple[str, str], ...] = ()
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """What a customer did before.

    Attributes: prices: of items without options, by item code; tax_percent: of the last line, None without one;
    configurations: of items with options, by item code.
    """

    prices: Mapping[str, Price] = field(default_factory=dict)
    tax_percent: Quantity | None = None
    configurations: Mapping[str, LastTime] = field(default_factory=dict)


def entry_facts(reading: Reading) -> EntryFacts:
    """Read it all at once; some thousand items take some ten milliseconds."""
    chosen = settings(reading)
    groups, rules = _groups(reading)
    customers = rows(
        reading,
        "SELECT c.*, (SELECT count(*) FROM customer_order o WHERE o.customer_id = c.customer_id) AS orders"
        " FROM customer c WHERE c.retired_on IS NULL ORDER BY orders DESC, c.code",
    )
    items = rows(
        reading,
        "SELECT i.item_id, i.code, i.description, i.unit, i.whole_units, i.list_price, i.standard_cost FROM item i"
        " LEFT JOIN (SELECT item_id, count(*) AS times FROM order_line GROUP BY item_id) u ON u.item_id = i.item_id"
        " WHERE i.active = 1 ORDER BY coalesce(u.times, 0) DESC, i.list_price IS NULL, i.code",
    )
    return EntryFacts(
        {
            row.code: EntryCustomer(
                row.code,
                row.name,
                Quantity(row.deposit_percent),
                row.currency or chosen.currency,
                row.shipping_address or row.billing_address,
            )
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
                rules.get(row.item_id, ()),
            )
            for row in items
        },
        chosen.currency,
        chosen.default_tax_percent,
        chosen.tax_on_freight,
    )


def _groups(reading: Reading) -> tuple[dict[int, tuple[OptionGroup, ...]], dict[int, tuple[Rule, ...]]]:
    """The groups and rules that an order of each item can ask for: its own and those of items below it."""
    owners = {row.item_id for row in rows(reading, "SELECT DISTINCT item_id FROM option_group")}
    if not owners:
        return {}, {}
    own = groups_of_items(reading, owners)
    groups: dict[int, dict[str, OptionGroup]] = {owner: dict(own[owner]) for owner in owners}
    rules: dict[int, tuple[Rule, ...]] = {}
    for owner in sorted(owners):
        ruled = rules_of_items(reading, [owner])
        rules[owner] = (*ruled, *rules.get(owner, ()))
        for above in _users(reading, owner):
            for group in own[owner].values():  # whether it must be chosen hangs on the choices above it
                groups.setdefault(above, {}).setdefault(group.code, replace(group, required=False))
            rules[above] = (*rules.get(above, ()), *ruled)
    return {item_id: tuple(found.values()) for item_id, found in groups.items()}, rules


def _users(reading: Reading, item_id: int) -> list[int]:
    """The items above an item in some BOM."""
    found = rows(
        reading,
        "WITH RECURSIVE above(item_id) AS (SELECT b.item_id FROM bom b JOIN bom_line l ON l.bom_id = b.bom_id"
        " WHERE l.component_id = ? UNION SELECT b.item_id FROM above JOIN bom_line l ON l.component_id = above.item_id"
        " JOIN bom b ON b.bom_id = l.bom_id) SELECT item_id FROM above",
        item_id,
    )
    return [row.item_id for row in found]


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


def last_tax(reading: Reading, customer: str) -> Quantity | None:
    """The tax on the last line that a customer ordered with one, in percent; None where there is none."""
    row = first(
        reading,
        "SELECT l.tax_percent FROM order_line l JOIN customer_order o ON o.order_id = l.order_id"
        " JOIN customer c ON c.customer_id = o.customer_id WHERE c.code = ? AND l.tax_percent IS NOT NULL"
        " AND l.status <> 'cancelled' ORDER BY o.order_date DESC, l.order_line_id DESC",
        customer,
    )
    return None if row is None else Quantity(row.tax_percent)


def last_configurations(reading: Reading, customer: str) -> dict[str, LastTime]:
    """How a customer had each item configured last, by item code."""
    found = rows(
        reading,
        "SELECT i.code, l.order_line_id, l.unit_price, p.option_group, p.option_choice FROM order_line_option p"
        " JOIN order_line l ON l.order_line_id = p.order_line_id JOIN customer_order o ON o.order_id = l.order_id"
        " JOIN customer c ON c.customer_id = o.customer_id JOIN item i ON i.item_id = l.item_id"
        " WHERE c.code = ? AND l.status <> 'cancelled' ORDER BY o.order_date, l.order_line_id, p.order_line_option_id",
        customer,
    )
    last: dict[str, tuple[int, LastTime]] = {}
    for row in found:
        line_id, before = last.get(row.code, (0, LastTime()))
        options = before.options if line_id == row.order_line_id else ()
        price = None if row.unit_price is None else Price(row.unit_price)
        pair = (row.option_group, row.option_choice)
        last[row.code] = (row.order_line_id, LastTime((*options, pair), price))
    return {code: time for code, (_line, time) in last.items()}


def customer_habits(reading: Reading, customer: str) -> Habits:
    """What a customer paid, was taxed, and chose last."""
    return Habits(last_prices(reading, customer), last_tax(reading, customer), last_configurations(reading, customer))
