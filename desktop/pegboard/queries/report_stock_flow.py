"""How stock turned over in a period: what was used, sold and written off, against what lay there."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from pegboard.domain.period import Period
from pegboard.queries.report_days import shop_day
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

# (item, kind, hour, quantity, value, entries without a value)
LEDGER = (
    "SELECT s.item_id, e.kind, substr(e.at, 1, 13), sum(e.quantity), sum(e.value),"
    " sum(CASE WHEN e.value IS NULL AND e.quantity <> 0 THEN 1 ELSE 0 END)"
    " FROM ledger_entry e JOIN stock s ON s.stock_id = e.stock_id GROUP BY s.item_id, e.kind, substr(e.at, 1, 13)"
)
# What a stock row began with was counted in: nothing of it was found.
COUNTED_IN = (
    "SELECT s.item_id, substr(e.at, 1, 13), sum(e.value) FROM stock s JOIN ledger_entry e ON e.ledger_entry_id ="
    " (SELECT min(x.ledger_entry_id) FROM ledger_entry x WHERE x.stock_id = s.stock_id)"
    " WHERE e.kind IN ('count', 'adjust') AND e.quantity > 0 GROUP BY s.item_id, substr(e.at, 1, 13)"
)
ITEMS = "SELECT item_id, code, description FROM item"
USED = frozenset({"issue", "ship", "sale", "return"})  # a return gives back what was used
LOST = frozenset({"count", "adjust"})


@dataclass(slots=True)
class StockFlow:
    """An item's stock over a period; values in millionths of the currency, quantities in millionths.

    Attributes: opening, closing: worth before and after; used: what left for jobs, customers and tills, at cost; lost:
    what was scrapped, or missing when counted, less what was found; quantity: what lay there at the end;
    used_quantity; unknown: entries without a cost.
    """

    item: str
    description: str
    opening: int = 0
    closing: int = 0
    used: int = 0
    lost: int = 0
    quantity: int = 0
    used_quantity: int = 0
    unknown: int = 0


def stock_flow(reading: Reading, period: Period) -> tuple[StockFlow, ...]:
    """Every item that lay in stock or moved in the period, the most written off first."""
    sums: dict[int, StockFlow] = defaultdict(lambda: StockFlow("", ""))
    for item_id, kind, hour, quantity, value, unknown in fetch(reading, LEDGER):
        day = _day(reading, hour)
        if day <= period.last:
            flow = sums[item_id]
            _add(flow, kind, int(quantity), int(value or 0), is_before=day < period.first)
            flow.unknown += int(unknown)
    for item_id, hour, value in fetch(reading, COUNTED_IN):
        if _day(reading, hour) in period:
            sums[item_id].lost += int(value or 0)
    for item_id, code, description in fetch(reading, ITEMS):
        if item_id in sums:
            sums[item_id].item, sums[item_id].description = code, description
    found = [flow for flow in sums.values() if flow.quantity or flow.used or flow.lost or flow.closing or flow.opening]
    return tuple(sorted(found, key=lambda flow: (-flow.lost, -flow.closing, flow.item)))


def _add(flow: StockFlow, kind: str, quantity: int, value: int, *, is_before: bool) -> None:
    flow.closing += value
    flow.quantity += quantity
    if is_before:
        flow.opening += value
    elif kind in USED:
        flow.used -= value
        flow.used_quantity -= quantity
    elif kind in LOST:
        flow.lost -= value


def _day(reading: Reading, hour: str) -> date:
    return min(shop_day(hour), reading.today)
