"""Reads items: keys of all that match first, then the rows of the page that is seen; and one item in full."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.item import ItemDraft
from pegboard.domain.quantity import Price, Quantity
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading

_NO_BOM = (
    "i.active AND i.source IN ('make', 'phantom') AND NOT EXISTS (SELECT 1 FROM bom b WHERE b.item_id = i.item_id)"
)
# A BOM that holds today or begins later; `?` is today.
_NO_REVISION = (
    "i.active AND i.source IN ('make', 'phantom') AND EXISTS (SELECT 1 FROM bom b WHERE b.item_id = i.item_id)"
    " AND NOT EXISTS (SELECT 1 FROM bom b WHERE b.item_id = i.item_id AND (b.valid_to IS NULL OR b.valid_to >= ?))"
)
_NO_SUPPLIER = (
    "i.active AND i.source = 'buy' AND NOT EXISTS (SELECT 1 FROM supplier_item a JOIN supplier v"
    " ON v.supplier_id = a.supplier_id WHERE a.item_id = i.item_id AND a.active AND v.active)"
)
_PROBLEM = (
    f"CASE WHEN {_NO_BOM} THEN 'no_bom' WHEN {_NO_REVISION} THEN 'no_revision'"
    f" WHEN {_NO_SUPPLIER} THEN 'no_supplier' ELSE '' END"
)
_SUPPLIER = (
    "(SELECT coalesce(nullif(v.name, ''), v.code) FROM supplier_item a JOIN supplier v ON v.supplier_id = a.supplier_id"
    " WHERE a.item_id = i.item_id AND a.active AND v.active ORDER BY a.rank, v.code LIMIT 1)"
)
# Filters by name: SQL on the item `i`; `?` is today.
FILTERS = {
    "active": "i.active",
    "make": "i.active AND i.source = 'make'",
    "buy": "i.active AND i.source = 'buy'",
    "phantom": "i.active AND i.source = 'phantom'",
    "problem": f"({_NO_BOM}) OR ({_NO_REVISION}) OR ({_NO_SUPPLIER})",
    "inactive": "NOT i.active",
    "all": "1",
}
_ORDERS = {
    "code": "i.code",
    "description": "i.description",
    "source": "i.source",
    "supplier": _SUPPLIER,
    "lead_time": "i.lead_time_days",
    "standard_cost": "i.standard_cost",
    "list_price": "i.list_price",
    "problem": _PROBLEM,
    "revision": "i.revision",
    "level": "i.low_level_code",
}


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as the list shows it.

    Attributes: supplier: the preferred one's name; problem: no_bom, no_revision (no BOM holds any more), no_supplier,
    or ""; level: its low-level code.
    """

    key: int
    code: str
    description: str
    source: str
    unit: str
    is_active: bool
    supplier: str
    lead_time_days: int | None
    standard_cost: Price | None
    list_price: Price | None
    revision: str
    drawing: str
    level: int
    problem: str


@dataclass(frozen=True, slots=True)
class OptionChoiceRow:
    """A choice that an order line can make for an item; `price_extra` for each unit."""

    group: str
    choice: str
    description: str
    price_extra: Price
    is_default: bool
    is_required: bool


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """One item in full: as it can be typed on, with its options and the revisions of its BOM, newest last."""

    row: ItemRow
    draft: ItemDraft
    options: tuple[OptionChoiceRow, ...]


def item_keys(
    reading: Reading, chip: str = "active", words: Sequence[str] = (), sort_key: str = "code", descending: bool = False
) -> list[int]:
    """Return the keys of the items of a filter that hold every word in code, description, drawing or supplier."""
    condition = f"({FILTERS.get(chip, '1')})"
    today = reading.today.isoformat()
    parameters: list[object] = [today] * condition.count("?")
    for word in words:
        condition += f" AND ({_WORDS})"
        parameters += [f"%{word}%"] * _WORDS.count("?")
    order = _ORDERS.get(sort_key, "i.code")
    parameters += [today] * order.count("?")
    found = fetch(
        reading,
        f"SELECT i.item_id FROM item i WHERE {condition} ORDER BY {order} {'DESC' if descending else 'ASC'}, i.code",
        parameters,
    )
    return [row[0] for row in found]


_WORDS = (
    "i.code LIKE ? OR i.description LIKE ? OR i.drawing LIKE ? OR i.item_id IN (SELECT a.item_id FROM supplier_item a"
    " JOIN supplier v ON v.supplier_id = a.supplier_id"
    " WHERE a.supplier_sku LIKE ? OR a.manufacturer_part LIKE ? OR v.code LIKE ? OR v.name LIKE ?)"
)
_ROWS = (
    f"SELECT i.*, {_SUPPLIER} AS supplier, {_PROBLEM} AS problem FROM item i"
    " WHERE i.item_id IN (SELECT value FROM json_each(?))"
)


def item_rows(reading: Reading, keys: Sequence[int]) -> list[ItemRow]:
    """Return the items with these keys, in their order; one statement, whatever their number."""
    parameters = [reading.today.isoformat()] * (_ROWS.count("?") - 1)
    found = {row.item_id: row for row in rows(reading, _ROWS, *parameters, json.dumps(list(keys)))}
    return [_item_row(found[key]) for key in keys if key in found]


def _item_row(row: Row[Any]) -> ItemRow:
    return ItemRow(
        key=row.item_id,
        code=row.code,
        description=row.description,
        source=row.source,
        unit=row.unit,
        is_active=bool(row.active),
        supplier=row.supplier or "",
        lead_time_days=row.lead_time_days,
        standard_cost=_price(row.standard_cost),
        list_price=_price(row.list_price),
        revision=row.revision,
        drawing=row.drawing,
        level=row.low_level_code,
        problem=row.problem,
    )


def item_key(reading: Reading, code: str) -> int | None:
    """Return the key of the item with this code, None where there is none."""
    found = first(reading, "SELECT item_id FROM item WHERE code = ?", code)
    return None if found is None else int(found[0])


def item_detail(reading: Reading, key: int) -> ItemDetail | None:
    """Return one item in full, None where it is no more."""
    found = item_rows(reading, [key])
    row = first(reading, "SELECT * FROM item WHERE item_id = ?", key)
    if row is None or not found:
        return None
    return ItemDetail(found[0], item_draft(row), _options(reading, key))


def item_draft(row: Row[Any]) -> ItemDraft:
    """An item as it can be typed on."""
    return ItemDraft(
        code=row.code,
        source=row.source,
        description=row.description,
        unit=row.unit,
        whole_units=bool(row.whole_units),
        lead_time_days=row.lead_time_days,
        standard_cost=_price(row.standard_cost),
        list_price=_price(row.list_price),
        tracking=row.tracking,
        batching=row.batching,
        loss_percent=Quantity(row.loss_percent),
        minimum_quantity=_quantity(row.minimum_quantity),
        order_multiple=_quantity(row.order_multiple),
        revision=row.revision,
        drawing=row.drawing,
        active=bool(row.active),
        over_receipt_percent=_quantity(row.over_receipt_percent),
    )


def _options(reading: Reading, key: int) -> tuple[OptionChoiceRow, ...]:
    found = rows(
        reading,
        'SELECT g.code AS "group", g.required, c.* FROM option_group g JOIN option_choice c'
        " ON c.option_group_id = g.option_group_id WHERE g.item_id = ? ORDER BY g.option_group_id, c.option_choice_id",
        key,
    )
    return tuple(
        OptionChoiceRow(
            row.group, row.code, row.description, Price(row.price_extra), bool(row.is_default), bool(row.required)
        )
        for row in found
    )


def _price(value: int | None) -> Price | None:
    return None if value is None else Price(value)


def _quantity(value: int | None) -> Quantity | None:
    return None if value is None else Quantity(value)
