"""Takes back goods that a customer returns, at what they cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.portions import step_of, used_up
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.i18n import tr
from pegboard.queries.lookups import order_line_named
from pegboard.services.arrivals import MAIN
from pegboard.services.money.settling import mark_order_lines
from pegboard.services.movements import QUARANTINE, Layer, Movement, location_id, place, put_in, take_out
from pegboard.storage.rows import change, first, rows, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.money import ShipmentLine
from pegboard.storage.tables.orders import OrderLine


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back for ORDER/LINE, and what of it the customer is still to get."""

    line: str
    quantity: Quantity
    to_follow: Quantity


def take_back(
    tx: Transaction,
    name: str,
    quantity: Quantity,
    *,
    reason: str,
    replace: bool = False,
    quarantine: bool = False,
    scrap: bool = False,
) -> Returned:
    """Book goods of ORDER/LINE that the customer returned into stock at what they cost, the last shipment first.

    Without `replace` the order is smaller by them; with it they are to be delivered again. With `quarantine` they are
    not used before somebody has looked at them; with `scrap` they are booked out again at once.
    Raises Refused where less has shipped, InvalidInput without a reason.
    """
    line = order_line_named(tx, name)
    _require_return(line, name, quantity, reason)
    demand = first(
        tx,
        "SELECT * FROM demand WHERE order_line_id = ? AND state IN ('open', 'done') ORDER BY demand_id DESC",
        line.order_line_id,
    )
    needed = rows(
        tx,
        "SELECT r.*, i.whole_units FROM requirement r JOIN item i ON i.item_id = r.item_id WHERE r.demand_id = ?",
        demand.demand_id if demand is not None else None,
    )
    sent = line.shipped_quantity - (line.quantity - demand.quantity) if demand is not None else 0
    if demand is None or quantity.micro > sent:
        raise Refused(
            tr("What {name} has shipped was not shipped here.", name=name), hint=tr("Count the goods into stock.")
        )
    for need in needed:
        kept = used_up(need.quantity, sent - quantity.micro, demand.quantity, step_of(need.whole_units))
        back = need.issued_quantity - kept
        if back > 0:
            for stock_id, part in _take_in(tx, line, need.item_id, back, reason, quarantine=quarantine or scrap):
                if scrap:
                    take_out(tx, stock_id, part, Movement("scrap", name, reason))
            _lower_need(tx, need, back, replace=replace)
    _reopen(tx, line, demand, quantity.micro, replace=replace)
    mark_order_lines(tx, [line.order_id])
    tx.changed("order", "shipment", "stock", "demand", "requirement")
    tx.note(
        tr(
            "{quantity} {item} of {name} came back: {reason}.",
            quantity=quantity,
            item=line.item,
            name=name,
            reason=reason,
        )
    )
    return Returned(name, quantity, quantity if replace else Quantity(0))


def _require_return(line: Row[Any], name: str, quantity: Quantity, reason: str) -> None:
    if not reason:
        raise InvalidInput(tr("A return needs a reason."), hint=tr("Say why the goods came back."))
    if quantity.micro <= 0 or (line.whole_units and quantity.micro % MICRO):
        raise InvalidInput(tr("{quantity} cannot come back.", quantity=quantity), hint=tr("Say how many came back."))
    if quantity.micro > line.shipped_quantity:
        raise Refused(
            tr("Only {shipped} of {name} have shipped.", shipped=Quantity(line.shipped_quantity), name=name),
            hint=tr("Look at the packing slips."),
        )


def _take_in(
    tx: Transaction, line: Row[Any], item_id: int, quantity: int, reason: str, *, quarantine: bool
) -> list[tuple[int, int]]:
    """Put what came back into stock; return the stock rows and how much came to each."""
    taken = []
    for shipped, part in _shipped_parts(tx, line.order_line_id, item_id, quantity):
        change(tx, ShipmentLine, shipped.shipment_line_id, returned_quantity=shipped.returned_quantity + part)
        movement = Movement("return", f"{line.number}/{line.line}", reason, {"order_line_id": line.order_line_id})
        target = place(
            tx,
            item_id,
            location_id(tx, QUARANTINE if quarantine else MAIN),
            shipped.lot,
            status="quarantine" if quarantine else "available",
        )
        put_in(tx, target, [_cost_of_shipped(tx, shipped, part)], movement)
        taken.append((target, part))
    return taken


def _shipped_parts(tx: Transaction, order_line_id: int, item_id: int, quantity: int) -> Iterator[tuple[Row[Any], int]]:
    """What left of an item for a line and has not come back, the last shipment first."""
    for shipped in rows(
        tx,
        "SELECT l.*, s.lot, h.number AS slip FROM shipment_line l JOIN stock s ON s.stock_id = l.stock_id"
        " JOIN shipment h ON h.shipment_id = l.shipment_id WHERE l.order_line_id = ? AND s.item_id = ?"
        " AND l.quantity > l.returned_quantity ORDER BY l.shipment_line_id DESC",
        order_line_id,
        item_id,
    ):
        part = min(quantity, shipped.quantity - shipped.returned_quantity)
        if not part:
            return
        yield shipped, part
        quantity -= part


def _cost_of_shipped(tx: Transaction, shipped: Row[Any], part: int) -> Layer:
    """What a unit of the shipment took with it out of stock."""
    entry = first(
        tx,
        "SELECT sum(value) AS value, sum(quantity) AS quantity FROM ledger_entry WHERE stock_id = ? AND kind = 'ship'"
        " AND document = ? AND order_line_id = ?",
        shipped.stock_id,
        shipped.slip,
        shipped.order_line_id,
    )
    if entry is None or entry.value is None or not entry.quantity:
        return part, None
    return part, entry.value * MICRO // entry.quantity


def _lower_need(tx: Transaction, need: Row[Any], back: int, *, replace: bool) -> None:
    less = 0 if replace else back
    run(
        tx,
        "UPDATE requirement SET issued_quantity = issued_quantity - ?, quantity = quantity - ?"
        " WHERE requirement_id = ?",
        back,
        less,
        need.requirement_id,
    )


def _reopen(tx: Transaction, line: Row[Any], demand: Row[Any], quantity: int, *, replace: bool) -> None:
    """Count less as shipped; without a replacement the line is as much smaller."""
    shipped = line.shipped_quantity - quantity
    ordered = line.quantity if replace else line.quantity - quantity
    values: dict[str, object] = {"shipped_quantity": shipped, "quantity": ordered}
    if ordered == 0:
        values |= {"quantity": line.quantity, "status": "cancelled", "shipped_on": None}
    elif replace:
        values |= {"status": "confirmed", "shipped_on": None}
    change(tx, OrderLine, line.order_line_id, **values)
    if replace:
        run(tx, "UPDATE demand SET state = 'open' WHERE demand_id = ?", demand.demand_id)
    else:
        run(
            tx,
            "UPDATE demand SET quantity = quantity - ?, state = CASE WHEN quantity = ? THEN 'cancelled' ELSE state END"
            " WHERE demand_id = ?",
            quantity,
            quantity,
            demand.demand_id,
        )
