"""Finds records by the codes and numbers that people use; the rows carry values as they lie in the file."""

from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, NotFound
from pegboard.i18n import tr
from pegboard.storage.rows import first
from pegboard.storage.store import Reading

Found = Row[Any]

_PURCHASE_LINE = (
    "SELECT l.*, o.number, o.state AS order_state, o.supplier_id, o.ordered_on, i.code AS item, i.whole_units,"
    " i.tracking, i.over_receipt_percent FROM purchase_line l JOIN purchase_order o"
    " ON o.purchase_order_id = l.purchase_order_id JOIN item i ON i.item_id = l.item_id"
)
_ORDER_LINE = (
    "SELECT l.*, o.number, o.customer_id, i.code AS item, i.whole_units FROM order_line l JOIN customer_order o"
    " ON o.order_id = l.order_id JOIN item i ON i.item_id = l.item_id"
)


def item_named(reading: Reading, code: str) -> Found:
    """The item with this code; NotFound otherwise."""
    row = first(reading, "SELECT * FROM item WHERE code = ?", code)
    if row is None:
        raise NotFound(tr("There is no item {code}.", code=code), hint=tr("Check the code; case matters."))
    return row


def location_named(reading: Reading, code: str) -> Found:
    """The location with this code; NotFound otherwise."""
    row = first(reading, "SELECT * FROM location WHERE code = ?", code)
    if row is None:
        raise NotFound(tr("There is no location {code}.", code=code), hint=tr("Check the code; case matters."))
    return row


def supplier_coded(reading: Reading, code: str) -> Found:
    """The supplier with this code; NotFound otherwise."""
    row = first(reading, "SELECT * FROM supplier WHERE code = ?", code)
    if row is None:
        raise NotFound(tr("There is no supplier {code}.", code=code), hint=tr("Check the code; case matters."))
    return row


def work_order_numbered(reading: Reading, number: str) -> Found:
    """The work order with this number, its item's code, whole_units and tracking; NotFound otherwise."""
    row = first(
        reading,
        "SELECT w.*, i.code AS item, i.whole_units, i.tracking, i.loss_percent, i.standard_cost FROM work_order w"
        " JOIN item i ON i.item_id = w.item_id WHERE w.number = ?",
        number,
    )
    if row is None:
        raise NotFound(tr("There is no work order {number}.", number=number), hint=tr("Work orders look like WO-0001."))
    return row


def purchase_order_numbered(reading: Reading, number: str) -> Found:
    """The purchase order with this number; NotFound otherwise."""
    row = first(reading, "SELECT * FROM purchase_order WHERE number = ?", number)
    if row is None:
        raise NotFound(
            tr("There is no purchase order {number}.", number=number), hint=tr("Purchase orders look like PO-0001.")
        )
    return row


def purchase_line_named(reading: Reading, name: str) -> Found:
    """The line that PURCHASE_ORDER/LINE names, with its order's number, state and supplier_id; NotFound otherwise."""
    number, line = line_name(name, tr("Name a purchase line as in PO-0001/2."))
    row = first(reading, f"{_PURCHASE_LINE} WHERE o.number = ? AND l.line = ?", number, line)
    if row is None:
        purchase_order_numbered(reading, number)
        raise NotFound(
            tr("Purchase order {number} has no line {line}.", number=number, line=line),
            hint=tr("Look up its lines first."),
        )
    return row


def order_numbered(reading: Reading, number: str) -> Found:
    """The customer order with this number; NotFound otherwise."""
    row = first(reading, "SELECT * FROM customer_order WHERE number = ?", number)
    if row is None:
        raise NotFound(tr("There is no order {number}.", number=number), hint=tr("Orders look like SO-0001."))
    return row


def order_line_named(reading: Reading, name: str) -> Found:
    """The line that ORDER/LINE names, with its order's number; NotFound otherwise."""
    number, line = line_name(name, tr("Name an order line as in SO-0001/2."))
    row = first(reading, f"{_ORDER_LINE} WHERE o.number = ? AND l.line = ?", number, line)
    if row is None:
        order_numbered(reading, number)
        raise NotFound(
            tr("Order {number} has no line {line}.", number=number, line=line), hint=tr("Look up its lines first.")
        )
    return row


def order_lines_named(reading: Reading, name: str) -> list[Found]:
    """The lines of an ORDER, in line order, or the one of ORDER/LINE; an order's own number may contain a slash."""
    found = reading.connection.exec_driver_sql(f"{_ORDER_LINE} WHERE o.number = ? ORDER BY l.line", (name,)).all()
    if found:
        return list(found)
    if "/" in name:
        return [order_line_named(reading, name)]
    order_numbered(reading, name)
    return []


def line_name(name: str, form: str) -> tuple[str, int]:
    """Split NUMBER/LINE; InvalidInput says the `form` where it is none."""
    number, slash, line = name.rpartition("/")
    if not slash or not number or not (line.isascii() and line.isdigit()) or len(line) > 9:
        raise InvalidInput(tr('"{name}" names no line.', name=name), hint=form)
    return number, int(line)
