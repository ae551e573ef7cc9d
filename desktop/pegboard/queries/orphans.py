"""Reads supply that no demand wants: open jobs and purchase lines with surplus, and stock that belongs to nobody."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pegboard.domain.errors import NotFound
from pegboard.domain.quantity import Money, Quantity, extended_amount
from pegboard.i18n import tr
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.open_positions import OPEN_JOBS
from pegboard.storage.reading_rows import among
from pegboard.storage.store import Reading

MOST_SERVED = 20  # demands named for one orphan


@dataclass(frozen=True, slots=True)
class Served:
    """A demand or job that could use an orphan: so much of it is short, or only covered by a draft or planned job.

    Attributes: column, key: what covers it now, as pegs name it; "" where it is short.
    """

    demand: str
    quantity: Quantity
    needed: datetime.date
    is_short: bool
    column: str = ""
    key: int = 0


@dataclass(frozen=True, slots=True)
class Orphan:
    """Supply that nobody wants.

    Attributes: column, key: the supply as pegs name it; noun: job, line or stock; value: None where no cost is known;
    since: the day it came or was ordered, None where unknown; state: draft, sent, planned, released, in_progress or
    available; due: when it comes, None for stock; serves: who could use it, the most urgent first.
    """

    column: str
    key: int
    number: str
    noun: str
    item_id: int
    item: str
    description: str
    unit: str
    quantity: Quantity
    value: Money | None
    reason: str
    state: str
    since: datetime.date | None
    due: datetime.date | None
    age: int | None
    serves: tuple[Served, ...] = ()


_ITEM = " i.item_id, i.code, i.description, i.unit"
_JOBS = (
    "SELECT w.work_order_id, w.number, 'job',"
    + _ITEM
    + ", w.quantity - w.completed_quantity - COALESCE((SELECT sum(p.quantity) FROM peg p"
    "  WHERE p.work_order_id = w.work_order_id), 0) AS free, i.standard_cost, w.surplus_reason, w.state, w.start_date,"
    " w.due_date FROM work_order w JOIN item i ON i.item_id = w.item_id"
    f" WHERE w.surplus_reason <> '' AND w.state IN {OPEN_JOBS}"
)
_LINES = (
    "SELECT l.purchase_line_id, o.number || '/' || l.line, 'line',"
    + _ITEM
    + ", l.quantity - l.received_quantity - COALESCE((SELECT sum(p.quantity) FROM peg p"
    "  WHERE p.purchase_line_id = l.purchase_line_id), 0) AS free, l.unit_price, l.surplus_reason, o.state,"
    " o.ordered_on, COALESCE(l.promised_date, l.due_date) FROM purchase_line l"
    " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id JOIN item i ON i.item_id = l.item_id"
    " WHERE l.surplus_reason <> '' AND l.state = 'open' AND l.work_order_id IS NULL AND o.state IN ('draft', 'sent')"
)
_STOCK = (
    "SELECT s.stock_id, 'STOCK:' || place.code || ':' || i.code || CASE WHEN s.lot = '' THEN '' ELSE ':' || s.lot END,"
    " 'stock',"
    + _ITEM
    + ", s.quantity - COALESCE((SELECT sum(p.quantity) FROM peg p WHERE p.stock_id = s.stock_id), 0) AS free,"
    " s.unit_cost, '', s.status, s.received_on, NULL FROM stock s JOIN item i ON i.item_id = s.item_id"
    " JOIN location place ON place.location_id = s.location_id WHERE s.quantity > 0 AND s.status = 'available'"
    " AND (s.expires_on IS NULL OR s.expires_on >= '{today}') AND NOT EXISTS"
    " (SELECT 1 FROM replenishment n WHERE n.item_id = s.item_id AND n.location_id = s.location_id)"
)
_KINDS = (("work_order_id", _JOBS), ("purchase_line_id", _LINES), ("stock_id", _STOCK))


def orphans(reading: Reading, *, with_stock: bool = True) -> tuple[Orphan, ...]:
    """All supply that nobody wants, the most valuable first; free stock less the strategic buffer."""
    found = [
        _orphan(reading, column, row)
        for column, statement in _KINDS
        if with_stock or column != "stock_id"
        for row in fetch(reading, _free(reading, statement))
    ]
    found = _less_buffers(reading, found)
    served = could_serve(reading, {orphan.item_id for orphan in found})
    complete = [_serving(orphan, served) for orphan in found]
    return tuple(sorted(complete, key=lambda each: (-(each.value.minor if each.value else 0), each.item, each.number)))


def orphan_named(reading: Reading, number: str) -> Orphan:
    """One supply by its number, with what of it nobody wants. Raises NotFound where all of it is wanted."""
    for column, statement in _KINDS:
        rows = fetch(reading, _free(reading, statement) + " AND number = ?", (number,))
        if rows:
            return _orphan(reading, column, rows[0])
    raise NotFound(
        tr("Nothing of {number} is without an owner.", number=number),
        hint=tr("The list of supply that nobody wants is on the Buy page, and: pegboard orphans"),
    )


_NAMES = "key, number, noun, item_id, item, description, unit, free, cost, reason, state, since, due"


def _free(reading: Reading, statement: str) -> str:
    inner = statement.replace("{today}", reading.today.isoformat())
    return f"WITH found ({_NAMES}) AS ({inner}) SELECT * FROM found WHERE free > 0"


def _orphan(reading: Reading, column: str, row: tuple[Any, ...]) -> Orphan:
    key, number, noun, item_id, item, description, unit, free, cost, reason, state, since, due = row
    began = None if since is None else datetime.date.fromisoformat(since)
    return Orphan(
        column,
        key,
        number,
        noun,
        item_id,
        item,
        description,
        unit,
        Quantity(free),
        None if cost is None else extended_amount(free, cost, settings(reading).currency),
        reason,
        state,
        began,
        None if due is None else datetime.date.fromisoformat(due),
        None if began is None else max(0, (reading.today - began).days),
    )


def _less_buffers(reading: Reading, found: Iterable[Orphan]) -> list[Orphan]:
    """A strategic buffer is held back from the newest stock."""
    held = dict(fetch(reading, "SELECT item_id, quantity FROM buffer"))
    kept = []
    for orphan in sorted(found, key=lambda each: each.since or datetime.date.min, reverse=True):
        part = min(held.get(orphan.item_id, 0), orphan.quantity.micro) if orphan.noun == "stock" else 0
        if part:
            held[orphan.item_id] -= part
            left = orphan.quantity.micro - part
            value = orphan.value and Money(orphan.value.minor * left // orphan.quantity.micro, orphan.value.currency)
            orphan = replace(orphan, quantity=Quantity(left), value=value)
        if orphan.quantity:
            kept.append(orphan)
    return kept


_SHORT = (
    "SELECT r.item_id, COALESCE(d.name, w.number), r.need_date, r.quantity - r.issued_quantity"
    " - COALESCE((SELECT sum(p.quantity) FROM peg p WHERE p.requirement_id = r.requirement_id), 0), '', 0"
    " FROM requirement r LEFT JOIN demand d ON d.demand_id = r.demand_id"
    " LEFT JOIN work_order w ON w.work_order_id = r.work_order_id WHERE r.quantity > r.issued_quantity"
    f" AND (d.state = 'open' OR w.state IN {OPEN_JOBS})"
    " AND r.quantity - r.issued_quantity"
    "  > COALESCE((SELECT sum(p.quantity) FROM peg p WHERE p.requirement_id = r.requirement_id), 0) AND {among}"
)
_COVERED_BY_DRAFT = (
    "SELECT r.item_id, COALESCE(d.name, parent.number), r.need_date, p.quantity,"
    " CASE WHEN p.work_order_id IS NULL THEN 'purchase_line_id' ELSE 'work_order_id' END,"
    " COALESCE(p.work_order_id, p.purchase_line_id) FROM requirement r"
    " JOIN peg p ON p.requirement_id = r.requirement_id LEFT JOIN demand d ON d.demand_id = r.demand_id"
    " LEFT JOIN work_order parent ON parent.work_order_id = r.work_order_id"
    " LEFT JOIN work_order w ON w.work_order_id = p.work_order_id"
    " LEFT JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id"
    " LEFT JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
    " WHERE ((w.state = 'planned' AND w.quantity_set_by = '' AND w.bom_id IS NOT NULL) OR (o.state = 'draft'"
    "  AND l.quantity_set_by = '' AND l.received_quantity = 0 AND l.order_by_date IS NOT NULL)) AND {among}"
)


def could_serve(reading: Reading, item_ids: Iterable[int]) -> dict[int, tuple[Served, ...]]:
    """By item: who is short of it, then who is covered by nothing but a draft or a planned job, by need date."""
    wanted = list(item_ids)
    sums: dict[tuple[int, str, str, str, int], int] = defaultdict(int)
    for statement in (_SHORT, _COVERED_BY_DRAFT):
        for item_id, name, needed, quantity, column, key in among(reading, statement, "r.item_id", wanted):
            sums[item_id, name, needed, column, key] += quantity
    found: dict[int, list[Served]] = defaultdict(list)
    for (item_id, name, needed, column, key), quantity in sums.items():
        day = datetime.date.fromisoformat(needed)
        found[item_id].append(Served(name, Quantity(quantity), day, not column, column, key))
    return {
        item_id: tuple(sorted(served, key=lambda each: (not each.is_short, each.needed, each.demand)))
        for item_id, served in found.items()
    }


def _serving(orphan: Orphan, served: dict[int, tuple[Served, ...]]) -> Orphan:
    """Add who could use it, but for those whom this very supply serves already."""
    others = [each for each in served.get(orphan.item_id, ()) if (each.column, each.key) != (orphan.column, orphan.key)]
    return replace(orphan, serves=tuple(others[:MOST_SERVED]))
