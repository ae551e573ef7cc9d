"""What order lines cost the shop as they are configured: parts, labour, subcontracting, rolled up for the quantity."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pegboard.domain.configuration import Chosen
from pegboard.domain.quantity import Money, Price, divide_half_up, extended_amount
from pegboard.queries.configurations import configurations
from pegboard.queries.costs import item_costs
from pegboard.queries.settings import settings
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class OrderCost:
    """What an order costs and leaves, in the shop's currency.

    Attributes: cost: of its open and shipped lines; net: what they are sold for, without tax and freight; margin: in
    percent of net, rounded half up. None where a price or cost is not known.
    """

    cost: Money | None
    net: Money | None
    margin: int | None


def configured_cost(reading: Reading, item_id: int, quantity: int, choices: Chosen) -> Price | None:
    """The cost of one unit where `quantity` millionths are made with these choices.

    Prices of preferred suppliers count before standard costs; the item's standard cost where something in the roll-up
    is not known. None where that is not known either.
    """
    item = first(reading, "SELECT code, standard_cost FROM item WHERE item_id = ?", item_id)
    if item is None or quantity <= 0:
        return None
    rolled = item_costs(reading, quantity, item_id, choices)[item.code].total
    if rolled is not None:
        return rolled
    return None if item.standard_cost is None else Price(item.standard_cost)


def configured_costs(reading: Reading, lines: Iterable[tuple[int, int, Chosen]]) -> tuple[Price | None, ...]:
    """The cost of one unit for each line: item, quantity in millionths, choices; equal lines are worked out once."""
    known: dict[tuple[int, int, Chosen], Price | None] = {}
    found = []
    for line in lines:
        if line not in known:
            known[line] = configured_cost(reading, *line)
        found.append(known[line])
    return tuple(found)


def order_cost(reading: Reading, number: str) -> OrderCost:
    """What the lines of an order that were not cancelled cost, by today's BOMs, routings and prices."""
    lines = rows(
        reading,
        "SELECT l.*, coalesce(nullif(c.currency, ''), '') AS currency FROM order_line l"
        " JOIN customer_order o ON o.order_id = l.order_id JOIN customer c ON c.customer_id = o.customer_id"
        " WHERE o.number = ? AND l.status <> 'cancelled' ORDER BY l.line",
        number,
    )
    options = configurations(reading, [row.order_line_id for row in lines])
    wanted = [
        (row.item_id, row.quantity, tuple((each.group, each.choice) for each in options.get(row.order_line_id, ())))
        for row in lines
    ]
    currency = settings(reading).currency
    costs = _amounts([(row.quantity, each) for row, each in zip(lines, configured_costs(reading, wanted), strict=True)],
                     currency)  # fmt: skip
    if any(row.currency not in ("", currency) for row in lines):
        return OrderCost(costs, None, None)
    net = _amounts([(row.quantity, None if row.unit_price is None else Price(row.unit_price)) for row in lines],
                   currency)  # fmt: skip
    return OrderCost(costs, net, margin_percent(net, costs))


def margin_percent(net: Money | None, cost: Money | None) -> int | None:
    """What is left of a net amount in percent of it, rounded half up; None where that cannot be said."""
    if net is None or cost is None or net.minor <= 0 or net.currency != cost.currency:
        return None
    return divide_half_up((net.minor - cost.minor) * 100, net.minor)


def _amounts(lines: Sequence[tuple[int, Price | None]], currency: str) -> Money | None:
    if not lines or any(each is None for _quantity, each in lines):
        return None
    amounts = (extended_amount(quantity, each.micro, currency) for quantity, each in lines if each is not None)
    return sum(amounts, Money(0, currency))
