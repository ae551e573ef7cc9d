"""Imports customer orders: heads, lines and the choices made on them."""

from typing import Any

from pegboard.i18n import tr
from pegboard.services.importing.exploded_orders import check_exploded_lines
from pegboard.services.importing.merging import Merge, given_columns, merge, stored_rows
from pegboard.services.importing.order_options import check_options, prepare_line_options
from pegboard.services.importing.rows import FileRows, Values
from pegboard.services.importing.state import Import, line_numbers
from pegboard.storage.tables.orders import CustomerOrder, OrderLine

HEAD = ("customer", "order_date", "customer_reference", "ship_to", "freight", "deposit_percent", "deposit_paid_on")
OPEN = ("quote", "confirmed")
DELIVERED = ("shipped", "closed")
_HEAD = {
    "order_date": "order_date",
    "customer_reference": "customer_reference",
    "ship_to": "ship_to",
    "freight": "freight",
    "deposit_percent": "deposit_percent",
    "deposit_paid_on": "deposit_paid_on",
}
_LINE = {
    name: name
    for name in (
        "quantity",
        "due_date",
        "unit_price",
        "tax_percent",
        "description",
        "status",
        "hold",
        "shipped_on",
        "invoiced_on",
        "paid_on",
    )
}
_KEPT = ("promise_date", "first_promise_date")


def prepare_orders(imp: Import) -> None:
    """Check orders.csv."""
    rows = imp.file("orders")
    if rows is None:
        return
    imp.check_items(rows)
    imp.check_whole(rows)
    customer = tr("the code of a customer in customers.csv or in the workshop")
    imp.check_codes(rows, "customer", imp.customers, customer, "customers")
    numbers = rows.values("order")
    lines = line_numbers(rows, numbers)
    rows.check_keys("order, line", list(zip(numbers, lines, strict=True)))
    rows.check_agreement(HEAD, numbers, tr("order"))
    heads = _merge_heads(imp, rows, numbers)
    merged = _merge_lines(imp, rows, list(zip(heads.ids, lines, strict=True)))
    _check_dates(rows, merged)
    check_options(imp, rows, merged)
    imp.write(heads, "order")
    imp.write(merged, "order")
    chosen = prepare_line_options(imp, rows, merged)
    changed = {*merged.changed, *chosen}
    check_exploded_lines(imp, rows, merged, chosen)
    head_changes = {heads.ids[index] for index in heads.changed}
    touched = {index for index, order_id in enumerate(heads.ids) if order_id in head_changes} if head_changes else set()
    imp.count(rows, merged.new, changed | touched)


def _merge_heads(imp: Import, rows: FileRows, numbers: list[str]) -> Merge:
    stored = stored_rows(
        imp.reading, CustomerOrder, ("number",), ("number", "customer_id", *_HEAD, "revision", "row_version")
    )
    _fill_order_dates(imp, rows, numbers, stored)
    columns: dict[str, Values | None] = {
        "number": numbers,
        "customer_id": [imp.customers.get(code, 0) for code in rows.values("customer")],
        **given_columns(rows, _HEAD),
        "revision": None,
        "row_version": None,
    }
    defaults = {name: rows.defaults[column] for name, column in _HEAD.items()} | {"revision": 0, "row_version": 1}
    return merge(imp.reading, CustomerOrder, numbers, stored, columns, defaults)


def _fill_order_dates(imp: Import, rows: FileRows, numbers: list[str], stored: dict[Any, Any]) -> None:
    """An order without a date has the earlier of today and its first due date; a missing column keeps."""
    given: Values = rows.columns.get("order_date") or [
        stored[number][3] if number in stored else None for number in numbers
    ]
    if None not in given:
        rows.columns["order_date"] = given
        return
    earliest: dict[str, str] = {}
    today = imp.today.isoformat()
    for number, due in zip(numbers, rows.values("due_date"), strict=True):
        earliest[number] = min(earliest.get(number, today), due or today)
    rows.columns["order_date"] = [
        earliest[number] if date is None else date for number, date in zip(numbers, given, strict=True)
    ]


def _merge_lines(imp: Import, rows: FileRows, keys: list[tuple[int, int]]) -> Merge:
    columns: dict[str, Values | None] = {
        "order_id": [order_id for order_id, _ in keys],
        "line": [line for _, line in keys],
        "item_id": imp.item_ids(rows.values("item")),
        **given_columns(rows, _LINE),
    }
    names = (*columns, "shipped_quantity", *_KEPT)
    stored = stored_rows(imp.reading, OrderLine, ("order_id", "line"), names)
    columns["shipped_quantity"] = _shipped_quantities(rows, keys, stored, names)
    columns["quantity"] = _ordered_quantities(rows, keys, stored, names)
    columns |= dict.fromkeys(_KEPT)
    defaults = {name: rows.defaults[column] for name, column in _LINE.items()} | dict.fromkeys(_KEPT)
    return merge(imp.reading, OrderLine, keys, stored, columns, {**defaults, "shipped_quantity": 0})


def _shipped_quantities(
    rows: FileRows, keys: list[tuple[int, int]], stored: dict[Any, Any], names: tuple[str, ...]
) -> Values | None:
    """A line of the past has left the house whole; what was shipped of an open line stays as it is."""
    status_place, shipped_place = names.index("status") + 1, names.index("shipped_quantity") + 1
    statuses = rows.columns.get("status")
    if statuses is None:
        statuses = [stored[key][status_place] if key in stored else "confirmed" for key in keys]
    if not stored and not any(status in DELIVERED for status in set(statuses)):
        return None
    values = []
    for key, status, quantity in zip(keys, statuses, rows.values("quantity"), strict=True):
        old = stored.get(key)
        if status in DELIVERED:
            values.append(quantity)
        else:
            values.append(0 if old is None or old[status_place] in DELIVERED else old[shipped_place])
    return values


def _ordered_quantities(
    rows: FileRows, keys: list[tuple[int, int]], stored: dict[Any, Any], names: tuple[str, ...]
) -> Values:
    """What was ordered; an export says of a partly shipped line what is still to come, and that changes nothing."""
    places = [names.index(name) + 1 for name in ("quantity", "shipped_quantity", "status")]
    values = list(rows.values("quantity"))
    for index, key in enumerate(keys):
        old = stored.get(key)
        if old is None:
            continue
        ordered, shipped, status = (old[place] for place in places)
        if status == "confirmed" and shipped and values[index] == ordered - shipped:
            values[index] = ordered
    return values


def _check_dates(rows: FileRows, merged: Merge) -> None:
    """An open order is not due before it was ordered, where the file says when that was."""
    if "order_date" not in rows.raw or "due_date" not in rows.columns:
        return
    dates = rows.columns["order_date"]
    for index, (ordered, due) in enumerate(zip(dates, rows.columns["due_date"], strict=True)):
        if due and due < ordered and rows.given("order_date", index) and index not in rows.bad:
            status = merged.rows[index][merged.columns.index("status")]
            if status in OPEN:
                rows.refuse(index, "due_date", tr("a day from the order_date on ({date})", date=ordered))
