"""What order entry offers while an order is typed: customers, items with price, cost and options."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from pegboard.domain.quantity import Price, Quantity
from pegboard.queries.costs import item_costs
from pegboard.queries.settings import settings
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class OfferedItem:
    """An item that may be ordered.

    Attributes: list_price and cost of one unit, None where not known; choices: option group -> choice -> price extra.
    """

    item_id: int
    code: str
    words: str
    unit: str
    is_whole: bool
    list_price: Price | None
    cost: Price | None
    choices: Mapping[str, Mapping[str, Price]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)

    def price_with(self, chosen: Mapping[str, str]) -> Price | None:
        """List price with the extras of what was chosen, defaults included."""
        if self.list_price is None:
            return None
        picked = {**self.defaults, **chosen}
        extras = (self.choices.get(group, {}).get(choice) for group, choice in picked.items())
        return Price(self.list_price.micro + sum(extra.micro for extra in extras if extra is not None))


@dataclass(frozen=True, slots=True)
class OfferedCustomer:
    """A customer who may order; `deposit_percent` is 0 where none is asked for."""

    code: str
    name: str
    deposit_percent: Quantity
    currency: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that may be ordered, and by whom; by code."""

    items: Mapping[str, OfferedItem]
    customers: Mapping[str, OfferedCustomer]
    currency: str


def catalogue(reading: Reading) -> Catalogue:
    """Read the active items that are made or sold, those with a list price first, and all customers."""
    currency = settings(reading).currency
    costs = item_costs(reading)
    choices, defaults = _options(reading)
    items = rows(reading, "SELECT * FROM item WHERE active ORDER BY list_price IS NULL, source = 'buy', code")
    offered = {
        row.code: OfferedItem(
            item_id=row.item_id,
            code=row.code,
            words=row.description,
            unit=row.unit,
            is_whole=bool(row.whole_units),
            list_price=None if row.list_price is None else Price(row.list_price),
            cost=costs[row.code].total,
            choices=choices.get(row.item_id, {}),
            defaults=defaults.get(row.item_id, {}),
        )
        for row in items
    }
    customers = rows(reading, "SELECT * FROM customer ORDER BY code")
    return Catalogue(
        offered,
        {
            row.code: OfferedCustomer(row.code, row.name, Quantity(row.deposit_percent), row.currency or currency)
            for row in customers
        },
        currency,
    )


def _options(reading: Reading) -> tuple[dict[int, dict[str, dict[str, Price]]], dict[int, dict[str, str]]]:
    choices: dict[int, dict[str, dict[str, Price]]] = defaultdict(dict)
    defaults: dict[int, dict[str, str]] = defaultdict(dict)
    for row in rows(
        reading,
        "SELECT g.item_id, g.code AS family, c.code, c.price_extra, c.is_default FROM option_group g"
        " JOIN option_choice c ON c.option_group_id = g.option_group_id ORDER BY g.option_group_id, c.option_choice_id",
    ):
        choices[row.item_id].setdefault(row.family, {})[row.code] = Price(row.price_extra)
        if row.is_default:
            defaults[row.item_id][row.family] = row.code
    return choices, defaults
