"""What lay in stock and in unfinished jobs on any evening, and what was sold at cost on any day.

Stock is worth the sum of its ledger values. A job that is not finished holds the parts issued to it, the time of people
and what suppliers did on it, less what its output took into stock. Cost of sales is what shipments and till sales took
out of stock, less what customers brought back. Values are millionths of the shop's currency.

Before the first count that has a cost stands imported history, which moved no stock: there the stock is worked back
from that count, by what was received and shipped since (sales at the item's standard cost, else at what it was bought
for on average).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pegboard.domain.period import Period
from pegboard.domain.portions import value_of
from pegboard.domain.quantity import MICRO, divide_half_up
from pegboard.i18n import tr
from pegboard.queries.report_days import DaySums, shop_day
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

# (kind, hour or day, value, entries without a value). A shipment and a receipt bear their own day.
LEDGER = (
    "SELECT e.kind, substr(e.at, 1, 13), sum(e.value), sum(CASE WHEN e.value IS NULL THEN 1 ELSE 0 END),"
    " CASE WHEN e.order_line_id IS NULL THEN 0 ELSE 1 END FROM ledger_entry e WHERE e.kind NOT IN ('ship', 'transfer')"
    " GROUP BY e.kind, substr(e.at, 1, 13), CASE WHEN e.order_line_id IS NULL THEN 0 ELSE 1 END"
)
SHIPPED = (
    "SELECT s.shipped_on, sum(e.value), sum(CASE WHEN e.value IS NULL THEN 1 ELSE 0 END) FROM ledger_entry e"
    " JOIN shipment s ON s.number = e.document WHERE e.kind = 'ship' GROUP BY s.shipped_on"
)
JOBS = (
    "SELECT e.work_order_id, substr(e.at, 1, 13), -sum(e.value) FROM ledger_entry e"
    " WHERE e.work_order_id IS NOT NULL AND e.kind IN ('issue', 'return', 'completion')"
    " GROUP BY e.work_order_id, substr(e.at, 1, 13)"
)
LABOUR = (
    "SELECT o.work_order_id, substr(t.ended_at, 1, 13), sum(t.cost) FROM time_entry t JOIN work_order_operation o"
    " ON o.work_order_operation_id = t.work_order_operation_id WHERE t.ended_at IS NOT NULL AND t.cost IS NOT NULL"
    " GROUP BY o.work_order_id, substr(t.ended_at, 1, 13)"
)
SERVICES = (
    "SELECT l.work_order_id, r.received_on, r.quantity, l.unit_price FROM purchase_line l JOIN receipt r"
    " ON r.purchase_line_id = l.purchase_line_id WHERE l.work_order_id IS NOT NULL AND l.unit_price IS NOT NULL"
)
ENDED = "SELECT work_order_id FROM work_order WHERE state NOT IN ('planned', 'released', 'in_progress')"
OLD_RECEIPTS = (
    "SELECT received_on, item_id, quantity, unit_price FROM purchase_history WHERE received_on IS NOT NULL"
    " AND unit_price IS NOT NULL"
)
OLD_SALES = (
    "SELECT l.shipped_on, l.item_id, l.quantity, i.standard_cost FROM order_line l JOIN item i ON i.item_id = l.item_id"
    " WHERE l.shipped_on IS NOT NULL AND l.status IN ('shipped', 'closed')"
    " AND NOT EXISTS (SELECT 1 FROM shipment_line s WHERE s.order_line_id = l.order_line_id)"
)


@dataclass(frozen=True, slots=True)
class StockDays:
    """Stock and cost of sales by day.

    Attributes: counted_on: the day of the first count with a cost, else the first day of the ledger, None without one;
    first_count: what was counted on it; ledger,
    jobs: changes of what lay in stock and in unfinished jobs; sold, old_sold, old_received: flows, the old ones of the
    imported history; unknown_sold: how many entries have no cost; unknown_moved: the same of all else that moved;
    has_cost: whether anything in stock ever had one; began: the first day of all.
    """

    counted_on: date | None
    first_count: int
    ledger: DaySums
    jobs: DaySums
    sold: DaySums
    old_sold: DaySums
    old_received: DaySums
    unknown_sold: DaySums
    unknown_moved: DaySums
    has_cost: bool
    began: date | None

    def worth(self, evening: date) -> Fraction | None:
        """What lay in stock and in jobs that evening, in units of the currency; None where it is not known."""
        if not self.has_cost:
            return None
        if self.counted_on is not None and evening >= self.counted_on:
            return Fraction(self.ledger.by(evening) + self.jobs.by(evening), MICRO)
        if self.counted_on is None and not self.old_sold and not self.old_received:
            return Fraction(0)
        return self._worked_back(evening)

    def _worked_back(self, evening: date) -> Fraction | None:
        if not self.old_received:
            return None
        until = self.counted_on or date.max
        received = self.old_received.by(until) - self.old_received.by(evening)
        sold = self.old_sold.by(until) - self.old_sold.by(evening)
        worth = self.ledger.by(evening) + self.first_count - received + sold
        return None if worth < 0 else Fraction(worth, MICRO)

    def unknown_reason(self, evening: date) -> str:
        """Why there is no figure for an evening; "" where there is one."""
        if self.worth(evening) is not None:
            return ""
        if not self.has_cost:
            return tr("No cost is known of anything in stock: enter standard costs, or count with a cost.")
        if not self.old_received:
            return tr("Nothing says what lay in stock then: the first count is later, and no purchases were imported.")
        return tr("The imported purchases and sales do not lead back to a stock: purchases or costs are missing.")

    def cost_of_sales(self, period: Period) -> Fraction:
        """What was sold in a period, at cost, in units of the currency."""
        return Fraction(self.sold.within(period) + self.old_sold.within(period), MICRO)


def stock_days(reading: Reading, until: date) -> StockDays:
    """Read the ledger, the jobs and the imported history. An entry of a clock that runs ahead counts today."""
    today = max(reading.today, until)
    entries: list[tuple[str, date, int, int, bool]] = [
        (kind, min(shop_day(hour), today), int(value or 0), int(unknown), bool(is_sale))
        for kind, hour, value, unknown, is_sale in fetch(reading, LEDGER)
    ]
    shipped = [
        (date.fromisoformat(day), int(value or 0), int(unknown)) for day, value, unknown in fetch(reading, SHIPPED)
    ]
    sold = [(day.toordinal(), -value) for kind, day, value, _, is_sale in entries if _is_sale(kind, is_sale)]
    sold += [(day.toordinal(), -value) for day, value, _ in shipped]
    ledger = [(day.toordinal(), value) for _, day, value, _, _ in entries]
    ledger += [(day.toordinal(), value) for day, value, _ in shipped]
    unknown_sold = [(day.toordinal(), count) for day, _, count in shipped]
    unknown_sold += [(day.toordinal(), count) for kind, day, _, count, _ in entries if kind == "sale"]
    counts = [day for kind, day, value, _, _ in entries if kind == "count" and value]
    counted_on = min(counts or [day for _, day, *_ in entries], default=None)
    old_received = [(day, value) for day, _item, value in old_receipts(reading)]
    old = [(day, value) for day, _item, value in old_sales(reading)]
    old_sold = [(day, value) for day, value in old if value is not None]
    firsts = [day for day, _ in (*old_received, *old_sold, *ledger)]
    return StockDays(
        counted_on=counted_on,
        first_count=sum(value for kind, day, value, _, _ in entries if kind == "count" and day == counted_on),
        ledger=DaySums(ledger),
        jobs=DaySums((day, value) for _job, day, value in job_days(reading, today)),
        sold=DaySums(sold),
        old_sold=DaySums(old_sold),
        old_received=DaySums(old_received),
        unknown_sold=DaySums([*unknown_sold, *((day, 1) for day, value in old if value is None)]),
        unknown_moved=DaySums((day.toordinal(), count) for kind, day, _, count, _ in entries if kind != "sale"),
        has_cost=not ledger or any(value for _, value in ledger),
        began=date.fromordinal(min(firsts)) if firsts else None,
    )


def first_count_on(reading: Reading) -> date | None:
    """The day of the first count with a cost, else the first day of the ledger, None without one; as `counted_on`."""
    counts = "SELECT min(at) FROM ledger_entry WHERE kind = 'count' AND value <> 0"
    for statement in (counts, "SELECT min(at) FROM ledger_entry WHERE kind NOT IN ('ship', 'transfer')"):
        [(at,)] = fetch(reading, statement)
        if at is not None:
            return min(shop_day(at), reading.today)
    return None


def _is_sale(kind: str, has_order_line: bool) -> bool:
    return kind == "sale" or (kind == "return" and has_order_line)


def job_days(reading: Reading, today: date) -> Iterator[tuple[int, int, int]]:
    """(job, ordinal of the day, value): what unfinished jobs took in and gave out.

    A job that has ended holds nothing from its last entry on.
    """
    ended = {key for (key,) in fetch(reading, ENDED)}
    held: dict[int, int] = {}
    last: dict[int, int] = {}
    for key, day, value in _job_entries(reading, today):
        held[key] = held.get(key, 0) + value
        last[key] = max(last.get(key, 0), day)
        yield key, day, value
    yield from ((key, last[key], -value) for key, value in held.items() if key in ended)


def _job_entries(reading: Reading, today: date) -> Iterator[tuple[int, int, int]]:
    for statement in (JOBS, LABOUR):
        for key, hour, value in fetch(reading, statement):
            yield key, min(shop_day(hour), today).toordinal(), int(value or 0)
    for key, received_on, quantity, price in fetch(reading, SERVICES):
        yield key, date.fromisoformat(received_on).toordinal(), value_of(quantity, price)


def old_receipts(reading: Reading) -> Iterator[tuple[int, int, int]]:
    """(ordinal of the day, item, value) of what was received in the imported history."""
    for day, item, quantity, price in fetch(reading, OLD_RECEIPTS):
        yield date.fromisoformat(day).toordinal(), item, value_of(quantity, price)


def old_sales(reading: Reading) -> Iterator[tuple[int, int, int | None]]:
    """(ordinal of the day, item, cost) of what was shipped in the imported history; the cost None where unknown."""
    costs = mean_costs(reading)
    for shipped_on, item, quantity, standard in fetch(reading, OLD_SALES):
        cost = standard if standard is not None else costs.get(item)
        value = None if cost is None else value_of(quantity, cost)
        yield date.fromisoformat(shipped_on).toordinal(), item, value


def mean_costs(reading: Reading) -> dict[int, int]:
    """What a unit of each item was bought for on average in the imported history, halves up."""
    quantities: dict[int, int] = {}
    values: dict[int, int] = {}
    for _day, item, quantity, price in fetch(reading, OLD_RECEIPTS):
        quantities[item] = quantities.get(item, 0) + quantity
        values[item] = values.get(item, 0) + quantity * price
    return {item: divide_half_up(values[item], quantity) for item, quantity in quantities.items() if quantity}
