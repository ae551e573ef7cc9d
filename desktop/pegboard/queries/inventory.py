"""Reads stock by item: what lies there, what is allocated, free and on order; and the lots of one item.

Free is what a new demand could take: not pegged, not expired or in quarantine, not at a location that keeps a level of
its own, and less the strategic buffer.
"""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.portions import value_of
from pegboard.domain.quantity import MICRO, Money, Price, Quantity, divide_half_up, minor_digits
from pegboard.queries.settings import settings
from pegboard.queries.shortages import shortages
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading

OPEN_JOBS = "('planned', 'released', 'in_progress')"
_USABLE = "s.status = 'available' AND (s.expires_on IS NULL OR s.expires_on >= ?)"  # `?` is today
_KEEPS_LEVEL = "EXISTS (SELECT 1 FROM replenishment n WHERE n.item_id = s.item_id AND n.location_id = s.location_id)"
_PEGGED = "coalesce((SELECT sum(p.quantity) FROM peg p WHERE p.stock_id = s.stock_id), 0)"
UNCOVERED = (
    "r.quantity - r.issued_quantity"
    " - coalesce((SELECT sum(p.quantity) FROM peg p WHERE p.requirement_id = r.requirement_id), 0)"
)
# A requirement `r` whose demand or job is still open; asked last, of the few that something is missing of.
IS_WANTED = (
    "(EXISTS (SELECT 1 FROM demand d WHERE d.demand_id = r.demand_id AND d.state = 'open')"
    " OR EXISTS (SELECT 1 FROM work_order w WHERE w.work_order_id = r.work_order_id AND w.components_issued = 0"
    f" AND w.state IN {OPEN_JOBS}))"
)
_MISSING = f"CASE WHEN r.quantity > r.issued_quantity AND {UNCOVERED} > 0 AND {IS_WANTED} THEN {UNCOVERED} ELSE 0 END"
# The figures of one item `i`, in millionths.
_ON_HAND = "(SELECT coalesce(sum(s.quantity), 0) FROM stock s WHERE s.item_id = i.item_id)"
_ALLOCATED = (
    "(SELECT coalesce(sum(p.quantity), 0) FROM stock s JOIN peg p ON p.stock_id = s.stock_id"
    " WHERE s.item_id = i.item_id)"
)
_BUFFER = "coalesce((SELECT b.quantity FROM buffer b WHERE b.item_id = i.item_id), 0)"
_FREE = (
    f"max(0, (SELECT coalesce(sum(max(0, s.quantity - {_PEGGED})), 0) FROM stock s WHERE s.item_id = i.item_id"
    f" AND {_USABLE} AND NOT {_KEEPS_LEVEL}) - {_BUFFER})"
)
_ON_ORDER = (
    "(SELECT coalesce(sum(max(0, l.quantity - l.received_quantity)), 0) FROM purchase_line l"
    " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
    " WHERE l.item_id = i.item_id AND l.state = 'open' AND l.work_order_id IS NULL AND o.state IN ('draft', 'sent'))"
    " + (SELECT coalesce(sum(max(0, w.quantity - w.completed_quantity)), 0) FROM work_order w"
    f" WHERE w.item_id = i.item_id AND w.state IN {OPEN_JOBS})"
)
_SHORT = f"(SELECT coalesce(sum({_MISSING}), 0) FROM requirement r WHERE r.item_id = i.item_id)"
_IS_SHORT = "i.item_id IN (SELECT value FROM json_each(?))"  # `?` is the items of which something is missing
_BLOCKED = f"(SELECT coalesce(sum(s.quantity), 0) FROM stock s WHERE s.item_id = i.item_id AND NOT ({_USABLE}))"
_VALUE = (  # for ordering alone; a large product would be in floating point
    "(SELECT sum(c.remaining_quantity * c.unit_cost / 1000000) FROM stock s JOIN cost_layer c"
    " ON c.stock_id = s.stock_id WHERE s.item_id = i.item_id AND c.remaining_quantity > 0)"
)
_OLDEST = (
    "(SELECT min(c.received_on) FROM stock s JOIN cost_layer c ON c.stock_id = s.stock_id"
    " WHERE s.item_id = i.item_id AND c.remaining_quantity > 0)"
)
_SURPLUS_SUPPLY = (
    "EXISTS (SELECT 1 FROM purchase_line l JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
    " WHERE l.item_id = i.item_id AND l.surplus_reason <> '' AND l.state = 'open' AND o.state IN ('draft', 'sent'))"
    " OR EXISTS (SELECT 1 FROM work_order w WHERE w.item_id = i.item_id AND w.surplus_reason <> ''"
    f" AND +w.state IN {OPEN_JOBS})"
)
# Filters by name: SQL on the item `i`; `?` is today.
FILTERS = {
    "stock": "EXISTS (SELECT 1 FROM stock s WHERE s.item_id = i.item_id AND s.quantity > 0)",
    "short": _IS_SHORT,
    "surplus": f"{_FREE} > 0 OR {_SURPLUS_SUPPLY}",
    "blocked": f"EXISTS (SELECT 1 FROM stock s WHERE s.item_id = i.item_id AND s.quantity > 0 AND NOT ({_USABLE}))",
    "no_cost": "EXISTS (SELECT 1 FROM stock s JOIN cost_layer c ON c.stock_id = s.stock_id"
    " WHERE s.item_id = i.item_id AND c.remaining_quantity > 0 AND c.unit_cost IS NULL)",
    "all": "1",
}
_ORDERS = {
    "item": "i.code",
    "description": "i.description",
    "on_hand": _ON_HAND,
    "allocated": _ALLOCATED,
    "free": _FREE,
    "on_order": _ON_ORDER,
    "short": "i.code",  # put in order afterwards
    "value": _VALUE,
    "oldest": _OLDEST,
    "state": f"CASE WHEN {_IS_SHORT} THEN 0 WHEN {_BLOCKED} > 0 THEN 1 ELSE 2 END",
}


@dataclass(frozen=True, slots=True)
class StockRow:
    """The stock of one item, all locations and lots together.

    Attributes: key: the item's; allocated: pegged to demands; free: what a new demand could take; on_order: still to
    come from suppliers and jobs; short: what nothing covers; blocked: expired or in quarantine; buffer: strategic stock
    held back; value: as far as its cost is known, None where none is; unknown: how much has no known cost; oldest: the
    first receipt that is still there.
    """

    key: int
    item: str
    description: str
    unit: str
    source: str
    tracking: str
    is_whole: bool
    on_hand: Quantity
    allocated: Quantity
    free: Quantity
    on_order: Quantity
    short: Quantity
    blocked: Quantity
    buffer: Quantity
    value: Money | None
    unknown: Quantity
    oldest: datetime.date | None


@dataclass(frozen=True, slots=True)
class LotRow:
    """What lies of an item at one location under one lot or serial.

    Attributes: key: of the stock row; name: as in `pegboard why`; pegged: belongs to demands; free: what a new demand
    could take, before any buffer; value: None where no cost is known; is_expired: its date is past; keeps_level: its
    location has a level of its own, so that it is not free for others.
    """

    key: int
    name: str
    location: str
    lot: str
    quantity: Quantity
    pegged: Quantity
    free: Quantity
    value: Money | None
    unit_cost: Price | None
    status: str
    received: datetime.date | None
    expires: datetime.date | None
    is_expired: bool
    keeps_level: bool


def stock_keys(
    reading: Reading, chip: str = "all", words: Sequence[str] = (), sort_key: str = "item", descending: bool = False
) -> list[int]:
    """Return the keys of the items of a filter that hold every word in code, description, location or lot."""
    condition = f"({FILTERS.get(chip, '1')})"
    parameters = _asked(reading, condition)
    for word in words:
        condition += f" AND ({_WORDS})"
        parameters += [f"%{word}%"] * _WORDS.count("?")
    order = _ORDERS.get(sort_key, "i.code")
    parameters += _asked(reading, order)
    found = fetch(
        reading,
        f"SELECT i.item_id FROM item i WHERE {condition} ORDER BY {order} {'DESC' if descending else 'ASC'}, i.code",
        parameters,
    )
    keys: list[int] = [row[0] for row in found]
    if sort_key == "short":
        missing = shortages(reading).by_item
        keys.sort(key=lambda key: missing.get(key, 0), reverse=descending)
    return keys


def _asked(reading: Reading, text: str) -> list[object]:
    """What the marks of a filter or order stand for: the items that are short, and today."""
    lists = text.count("json_each(?)")
    short = [json.dumps(sorted(shortages(reading).by_item))] * lists if lists else []
    return [*short, *[reading.today.isoformat()] * (text.count("?") - lists)]


_WORDS = (
    "i.code LIKE ? OR i.description LIKE ? OR i.item_id IN (SELECT s.item_id FROM stock s JOIN location place"
    " ON place.location_id = s.location_id WHERE s.quantity > 0 AND (s.lot LIKE ? OR place.code LIKE ?))"
)
_ROWS = (
    f"SELECT i.*, {_ON_HAND} AS on_hand, {_ALLOCATED} AS allocated, {_FREE} AS free, {_ON_ORDER} AS on_order,"
    f" {_SHORT} AS short, {_BLOCKED} AS blocked, {_BUFFER} AS buffer"
    " FROM item i WHERE i.item_id IN (SELECT value FROM json_each(?))"
)


def stock_rows(reading: Reading, keys: Sequence[int]) -> list[StockRow]:
    """Return the stock of the items with these keys, in their order; two statements, whatever their number."""
    today, wanted = reading.today.isoformat(), json.dumps(list(keys))
    found = {row.item_id: row for row in rows(reading, _ROWS, *[today] * (_ROWS.count("?") - 1), wanted)}
    worth = _worth_by(
        reading,
        "SELECT s.item_id, c.remaining_quantity, c.unit_cost, c.received_on FROM stock s JOIN cost_layer c"
        " ON c.stock_id = s.stock_id WHERE c.remaining_quantity > 0"
        " AND s.item_id IN (SELECT value FROM json_each(?))",
        wanted,
    )
    currency = settings(reading).currency
    return [_stock_row(found[key], worth.get(key, _Worth()), currency) for key in keys if key in found]


@dataclass(slots=True)
class _Worth:
    """What cost layers are worth together, in millionths of the currency."""

    value: int | None = None
    unknown: int = 0
    oldest: str | None = None


def _worth_by(reading: Reading, statement: str, *parameters: object) -> dict[int, _Worth]:
    """Sum up the layers (key, remaining quantity, unit cost, day) that a statement gives, by key."""
    found: dict[int, _Worth] = {}
    for key, quantity, cost, received in fetch(reading, statement, parameters):
        worth = found.setdefault(key, _Worth())
        if cost is None:
            worth.unknown += quantity
        else:
            worth.value = (worth.value or 0) + value_of(quantity, cost)
        if received is not None and (worth.oldest is None or received < worth.oldest):
            worth.oldest = received
    return found


def _stock_row(row: Row[Any], worth: _Worth, currency: str) -> StockRow:
    return StockRow(
        key=row.item_id,
        item=row.code,
        description=row.description,
        unit=row.unit,
        source=row.source,
        tracking=row.tracking,
        is_whole=bool(row.whole_units),
        on_hand=Quantity(row.on_hand),
        allocated=Quantity(row.allocated),
        free=Quantity(row.free),
        on_order=Quantity(row.on_order),
        short=Quantity(row.short),
        blocked=Quantity(row.blocked),
        buffer=Quantity(row.buffer),
        value=money(worth.value, currency),
        unknown=Quantity(worth.unknown),
        oldest=day(worth.oldest),
    )


def money(value: int | None, currency: str) -> Money | None:
    """Round a value in millionths half up to an amount; None where it is not known."""
    if value is None:
        return None
    return Money(divide_half_up(value * 10 ** minor_digits(currency), MICRO), currency)


def day(text: str | None) -> datetime.date | None:
    """A day as it lies in the file."""
    return None if text is None else datetime.date.fromisoformat(text)


def item_key(reading: Reading, code: str) -> int | None:
    """Return the key of the item with this code, None where there is none."""
    found = first(reading, "SELECT item_id FROM item WHERE code = ?", code)
    return None if found is None else int(found[0])


def lot_rows(reading: Reading, item_key: int) -> list[LotRow]:
    """Return what lies of an item, by location and lot, the oldest first; rows of zero are left out."""
    today, currency = reading.today.isoformat(), settings(reading).currency
    worth = _worth_by(
        reading,
        "SELECT s.stock_id, c.remaining_quantity, c.unit_cost, c.received_on FROM stock s JOIN cost_layer c"
        " ON c.stock_id = s.stock_id WHERE c.remaining_quantity > 0 AND s.item_id = ?",
        item_key,
    )
    found = rows(
        reading,
        f"SELECT s.*, place.code AS location, i.code AS item, {_PEGGED} AS pegged, {_KEEPS_LEVEL} AS keeps_level"
        " FROM stock s JOIN location place ON place.location_id = s.location_id JOIN item i ON i.item_id = s.item_id"
        " WHERE s.item_id = ? AND s.quantity > 0 ORDER BY place.code, s.received_on, s.lot",
        item_key,
    )
    return [_lot(row, worth.get(row.stock_id, _Worth()), today, currency) for row in found]


def _lot(row: Row[Any], worth: _Worth, today: str, currency: str) -> LotRow:
    is_expired = row.expires_on is not None and row.expires_on < today
    is_usable = row.status == "available" and not is_expired and not row.keeps_level
    return LotRow(
        key=row.stock_id,
        name=f"STOCK:{row.location}:{row.item}" + (f":{row.lot}" if row.lot else ""),
        location=row.location,
        lot=row.lot,
        quantity=Quantity(row.quantity),
        pegged=Quantity(row.pegged),
        free=Quantity(max(0, row.quantity - row.pegged) if is_usable else 0),
        value=money(worth.value, currency),
        unit_cost=None if row.unit_cost is None else Price(row.unit_cost),
        status=row.status,
        received=day(row.received_on),
        expires=day(row.expires_on),
        is_expired=is_expired,
        keeps_level=bool(row.keeps_level),
    )


def location_codes(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Return code and description of all locations."""
    return tuple(
        (str(code), str(words))
        for code, words in fetch(reading, "SELECT code, description FROM location ORDER BY code")
    )


def item_codes(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Return code and description of all items that can lie in the shop."""
    found = fetch(reading, "SELECT code, description FROM item WHERE source <> 'phantom' ORDER BY code")
    return tuple((str(code), str(words)) for code, words in found)


def total_value(reading: Reading) -> Money:
    """Return what all stock is worth, as far as its cost is known."""
    layers = fetch(
        reading, "SELECT remaining_quantity, unit_cost FROM cost_layer WHERE remaining_quantity > 0 AND unit_cost > 0"
    )
    found = money(sum(value_of(quantity, cost) for quantity, cost in layers), settings(reading).currency)
    assert found is not None
    return found
