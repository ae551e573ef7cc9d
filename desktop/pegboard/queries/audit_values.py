"""Tells the values that the audit trail holds of a record's fields, as people read them."""

import datetime
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pegboard.domain.quantity import Price, Quantity
from pegboard.i18n import tr
from pegboard.queries.audit_words import state_words
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

Value = str | int | bool | Quantity | Price | datetime.date | datetime.datetime | None
Fields = Mapping[str, Any]

_QUANTITIES = frozenset(
    {
        *("quantity", "shipped_quantity", "received_quantity", "start_quantity", "completed_quantity"),
        *("scrapped_quantity", "minimum_quantity", "order_multiple", "maximum_quantity", "output_quantity"),
        *("pieces_per_stock", "setup_quantity", "rounding_multiple", "units_per_purchase_unit", "from_quantity"),
        *("container_quantity", "order_up_to", "hours_per_day", "queue_days", "setup_minutes", "run_minutes"),
        *("deposit_percent", "tax_percent", "discount_percent", "loss_percent", "scrap_percent"),
        *("over_receipt_percent", "rate"),
    }
)
_PRICES = frozenset({"unit_price", "standard_cost", "list_price", "price", "hourly_rate", "freight"})
_FLAGS = frozenset({"hold", "whole_units", "active", "backflush", "per_batch", "calendar_lead_time"})
_DAYS = frozenset(
    {
        *("order_date", "due_date", "deposit_paid_on", "shipped_on", "invoiced_on", "paid_on", "ordered_on"),
        *("promised_date", "start_date", "valid_from", "valid_to", "retired_on"),
    }
)
# Whose code stands for a key.
REFERENCES = {
    "customer_id": ("customer", "customer_id"),
    "supplier_id": ("supplier", "supplier_id"),
    "item_id": ("item", "item_id"),
    "component_id": ("item", "item_id"),
    "work_center_id": ("work_center", "work_center_id"),
    "location_id": ("location", "location_id"),
}
# Keys of what a row belongs to: its name says that already.
HIDDEN = frozenset({"order_id", "purchase_order_id", "bom_id", "order_line_id", "supplier_item_id", "line", "sequence"})


class Codes(NamedTuple):
    """The codes of records by their table and key, as they are today."""

    codes: Mapping[tuple[str, int], str]

    def code(self, field: str, key: object) -> str:
        """What people call the record that a field refers to."""
        if not isinstance(key, int):
            return ""
        return self.codes.get((REFERENCES[field][0], key), f"#{key}")


def codes_in(reading: Reading, rows: Iterable[Fields]) -> Codes:
    """Look up the codes of all that these rows refer to, in one query a table."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        for field, (table, _key) in REFERENCES.items():
            if isinstance(row.get(field), int):
                wanted.setdefault(table, set()).add(row[field])
    found: dict[tuple[str, int], str] = {}
    for table, keys in wanted.items():
        statement = f"SELECT {table}_id, code FROM {table} WHERE {table}_id IN (SELECT value FROM json_each(?))"
        found |= {(table, key): code for key, code in fetch(reading, statement, (json.dumps(sorted(keys)),))}
    return Codes(found)


def value_of(field: str, raw: Any, codes: Codes) -> Value:
    """A field's value as a person reads it; what another program wrote there stays as it is."""
    if raw is None:
        return None
    if field in REFERENCES:
        return codes.code(field, raw)
    if isinstance(raw, int):
        if field in _QUANTITIES:
            return Quantity(raw)
        if field in _PRICES:
            return Price(raw)
        return bool(raw) if field in _FLAGS else raw
    if field in _DAYS:
        return _day(raw)
    if field == "released_at":
        return _instant(raw)
    return state_words(raw) if field in ("status", "state") else str(raw)


def told(value: Value) -> str:
    """A value as plain text, for the command line and for search."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, datetime.datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _day(raw: str) -> Value:
    try:
        return datetime.date.fromisoformat(raw)
    except (ValueError, TypeError):
        return str(raw)


def _instant(raw: str) -> Value:
    try:
        return datetime.datetime.fromisoformat(raw).replace(tzinfo=datetime.UTC)
    except (ValueError, TypeError):
        return str(raw)
