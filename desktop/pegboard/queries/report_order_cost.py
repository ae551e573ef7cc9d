"""What orders sold for, should have cost and did cost, and why the two differ.

What an order cost is what its goods cost in stock when they left. Where jobs made those goods, what went otherwise in
the jobs comes with them, piece by piece; all else is the price of parts: what they cost against their roll-up, and what
happened in the jobs that made them. Values are millionths of the currency.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from pegboard.domain.period import Period
from pegboard.domain.portions import value_of
from pegboard.domain.quantity import divide_half_up
from pegboard.queries.costs import CostBook, ItemCost
from pegboard.queries.report_days import shop_day
from pegboard.queries.report_job_cost import jobs_by_key
from pegboard.queries.report_stock_days import mean_costs
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

ALWAYS = Period(date(1, 1, 1), date(9999, 12, 31))

# Goods are worth the same when they come back as when they left.
SHIPPED = (
    "SELECT e.order_line_id, e.at, e.stock_id, -e.quantity, -e.value FROM ledger_entry e"
    " WHERE e.kind IN ('ship', 'return') AND e.order_line_id IS NOT NULL"
)
LINES = (
    "SELECT l.order_line_id, o.number, c.code, i.code, l.unit_price, coalesce(c.currency, ''), l.quantity"
    " FROM order_line l"
    " JOIN customer_order o ON o.order_id = l.order_id JOIN customer c ON c.customer_id = o.customer_id"
    " JOIN item i ON i.item_id = l.item_id"
)
OLD_LINES = (
    "SELECT l.order_line_id, l.item_id, l.quantity FROM order_line l WHERE l.status IN ('shipped', 'closed')"
    " AND l.shipped_on >= ? AND l.shipped_on <= ?"
    " AND NOT EXISTS (SELECT 1 FROM shipment_line s WHERE s.order_line_id = l.order_line_id)"
)
MADE = "SELECT stock_id, work_order_id, quantity FROM ledger_entry WHERE kind = 'completion' AND quantity > 0"


@dataclass(slots=True)
class OrderMargin:
    """What was shipped of an order: what it sold for, should have cost and did cost; values in millionths.

    Attributes: sold: in the customer's `currency`; causes: of what the jobs did otherwise: quantity of parts, time,
    overhead, services; unknown: shipped goods without a price or a cost; unplanned: without a rolled-up cost.
    """

    number: str
    customer: str
    currency: str
    sold: int = 0
    planned: int = 0
    actual: int = 0
    causes: list[Fraction] = field(default_factory=lambda: [Fraction(0)] * 4)
    unknown: int = 0
    unplanned: int = 0

    @property
    def variance_causes(self) -> tuple[int, ...]:
        """Price of parts, quantity of parts, time, overhead, services: together what it cost more than planned."""
        known = [divide_half_up(cause.numerator, cause.denominator) for cause in self.causes]
        return (self.actual - self.planned - sum(known), *known)


def order_margins(reading: Reading, period: Period) -> tuple[OrderMargin, ...]:
    """Orders of which something was shipped in the period, also of the imported history."""
    lines = {row[0]: row[1:] for row in fetch(reading, LINES)}
    costs = CostBook(reading)
    each = _causes_of_a_piece(reading)
    found: dict[str, OrderMargin] = {}
    for key, at, stock, quantity, value in fetch(reading, SHIPPED):
        if min(shop_day(at), reading.today) in period:
            number, customer, item, price, currency, ordered = lines[key]
            margin = found.setdefault(number, OrderMargin(number, customer, currency))
            _add_shipped(margin, costs.cost(item, ordered), quantity, price, value)
            if stock in each:
                margin.causes = [have + quantity * more for have, more in zip(margin.causes, each[stock], strict=True)]
    old = mean_costs(reading)
    for key, item_id, quantity in fetch(reading, OLD_LINES, (period.first.isoformat(), period.last.isoformat())):
        number, customer, item, price, currency, ordered = lines[key]
        margin = found.setdefault(number, OrderMargin(number, customer, currency))
        cost = _planned_of(costs.cost(item, ordered))
        bought = old.get(item_id, cost)
        _add_shipped(
            margin, costs.cost(item, ordered), quantity, price, None if bought is None else value_of(quantity, bought)
        )
    return tuple(found.values())


def _planned_of(cost: ItemCost) -> int | None:
    planned = cost.total if cost.total is not None else cost.standard
    return None if planned is None else planned.micro


def _add_shipped(margin: OrderMargin, cost: ItemCost, quantity: int, price: int | None, value: int | None) -> None:
    planned = _planned_of(cost)
    margin.sold += value_of(quantity, price or 0)
    margin.planned += value_of(quantity, planned) if planned is not None else 0
    margin.actual += value or 0
    margin.unknown += price is None or value is None
    margin.unplanned += planned is None


def _causes_of_a_piece(reading: Reading) -> Mapping[int, list[Fraction]]:
    """By stock row: what the jobs that filled it did otherwise, of one millionth of a piece."""
    jobs = jobs_by_key(reading, ALWAYS)
    filled: dict[int, int] = defaultdict(int)
    sums: dict[int, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * 4)
    for stock, key, quantity in fetch(reading, MADE):
        filled[stock] += quantity
        job = jobs.get(key)
        if job is not None and job.good:
            share = Fraction(quantity, job.good)
            sums[stock] = [have + share * cause for have, cause in zip(sums[stock], job.causes[1:], strict=True)]
    return {stock: [cause / filled[stock] for cause in found] for stock, found in sums.items()}
