"""Ships what is pegged to an order and in stock; what is not stays as a back order with its pegs and first promise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.order import OrderLineState, can_move
from pegboard.domain.portions import round_down, step_of, used_up
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.i18n import tr
from pegboard.queries.lookups import item_named, order_line_named, order_lines_named
from pegboard.services import pegs
from pegboard.services.arrivals import MAIN, close_demand_when_done
from pegboard.services.inventory import adjust
from pegboard.services.movements import Movement, take_out
from pegboard.services.numbers import take
from pegboard.services.repegging import repeg
from pegboard.storage.rows import add, change, first, rows, run
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.money import Shipment, ShipmentLine
from pegboard.storage.tables.orders import OrderLine


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """So much of ORDER/LINE that left, and what is still to follow."""

    line: str
    item: str
    quantity: Quantity
    to_follow: Quantity


@dataclass(frozen=True, slots=True)
class LineToShip:
    """An open line of an order: what is still to be shipped of it, and what of that is pegged and in stock."""

    name: str
    item: str
    is_whole: bool
    open: Quantity
    ready: Quantity


@dataclass(frozen=True, slots=True)
class Shipped:
    """A shipment: its number (of the packing slip) and lines."""

    number: str
    lines: tuple[ShippedLine, ...]


def ship(
    tx: Transaction, name: str, quantity: Quantity | None = None, *, carrier: str = "", tracking: str = ""
) -> Shipped:
    """Ship ORDER or ORDER/LINE: `quantity` of one line, or all that is pegged and in stock.

    Of a kit only complete sets are shipped. Raises Refused where nothing is ready, or less than is asked for.
    """
    lines = [line for line in order_lines_named(tx, name) if line.status != "cancelled"]
    return _ship(tx, _wanted(tx, name, lines, quantity), carrier, tracking)


def ship_lines(
    tx: Transaction, quantities: Mapping[str, Quantity], *, carrier: str = "", tracking: str = "", counted: bool = False
) -> Shipped:
    """Ship so much of each ORDER/LINE of one order, on one packing slip.

    With `counted` somebody has counted that what the books lack is there: it is booked and given to the line first.
    Raises InvalidInput where nothing is asked for, Refused where less is ready.
    """
    wanted = []
    for name, quantity in quantities.items():
        if not quantity:
            continue
        line = order_line_named(tx, name)
        _require_open(line)
        if counted:
            _count_found(tx, line, quantity)
        wanted.append((line, _checked(tx, line, quantity)))
    if not wanted:
        raise InvalidInput(tr("Nothing would be shipped."), hint=tr("Say how many of a line to ship."))
    return _ship(tx, wanted, carrier, tracking)


def _ship(tx: Transaction, wanted: Sequence[tuple[Row[Any], int]], carrier: str, tracking: str) -> Shipped:
    """Write the shipment of so much of each line."""
    order_id = wanted[0][0].order_id
    [slip] = take(tx, "SHP", 1)
    shipment_id = add(
        tx, Shipment, number=slip, order_id=order_id, shipped_on=tx.today, carrier=carrier, tracking=tracking
    )
    shipped = tuple(_ship_line(tx, shipment_id, slip, line, amount) for line, amount in wanted)
    tx.changed("order", "shipment", "demand", "peg")
    parts = ", ".join(f"{each.quantity} {each.item} ({each.line})" for each in shipped)
    tx.note(tr("Shipped {parts} on {slip}.", parts=parts, slip=slip))
    return Shipped(slip, shipped)


def lines_to_ship(reading: Reading, order: str) -> tuple[LineToShip, ...]:
    """The open lines of an order with what of each is pegged and in stock."""
    found = [line for line in order_lines_named(reading, order) if _is_open(line)]
    return tuple(
        LineToShip(
            f"{line.number}/{line.line}",
            line.item,
            bool(line.whole_units),
            Quantity(line.quantity - line.shipped_quantity),
            Quantity(ready_to_ship(reading, line)),
        )
        for line in found
    )


def _is_open(line: Row[Any]) -> bool:
    can_ship = can_move(line.status, OrderLineState.SHIPPED) and not line.hold
    return can_ship and line.quantity > line.shipped_quantity


def _require_open(line: Row[Any]) -> None:
    if not _is_open(line):
        name = f"{line.number}/{line.line}"
        raise Refused(tr("Nothing of {name} is open.", name=name), hint=tr("It has shipped, or is not confirmed."))


def _count_found(tx: Transaction, line: Row[Any], quantity: Quantity) -> None:
    """Book what the books lack of a line as counted, beyond what lies there free, and give it to the line."""
    missing = quantity.micro - ready_to_ship(tx, line)
    if missing <= 0:
        return
    item, name = item_named(tx, line.item), f"{line.number}/{line.line}"
    has_options = first(tx, "SELECT 1 FROM option_group WHERE item_id = ? LIMIT 1", item.item_id) is not None
    if item.tracking != "none" or item.source == "phantom" or has_options:
        raise Refused(
            tr("{item} cannot be counted while it is shipped: it has lots or options, or is a kit.", item=line.item),
            hint=tr("Correct its stock on the Stock page first."),
        )
    lying = first(
        tx,
        "SELECT p.code, s.quantity - coalesce((SELECT sum(g.quantity) FROM peg g WHERE g.stock_id = s.stock_id), 0)"
        " AS free FROM stock s JOIN location p ON p.location_id = s.location_id WHERE s.item_id = ?"
        " AND s.lot = '' AND s.status = 'available' AND NOT EXISTS (SELECT 1 FROM replenishment n"
        " WHERE n.item_id = s.item_id AND n.location_id = s.location_id) ORDER BY s.quantity DESC, s.stock_id LIMIT 1",
        item.item_id,
    )
    place, free = (lying.code, lying.free) if lying is not None else (MAIN, 0)
    if missing > free:
        adjust(tx, line.item, place, by=Quantity(missing - free), reason=tr("counted to ship {name}", name=name))
    repeg(tx, f"STOCK:{place}:{line.item}", name, Quantity(missing))


def ready_to_ship(reading: Reading, line: Row[Any]) -> int:
    """How much of an order line is pegged and in stock, in millionths; complete sets of a kit."""
    needed = _needed(reading, line.order_line_id)
    if not needed:
        return 0
    step = step_of(line.whole_units)
    sets = [
        round_down((need.issued_quantity + need.ready) * _basis(need), need.quantity, step) - _sent(need, line)
        for need in needed
        if need.quantity
    ]
    return max(0, min([int(line.quantity - line.shipped_quantity), *sets]))


def _wanted(
    tx: Transaction, name: str, lines: Sequence[Row[Any]], quantity: Quantity | None
) -> list[tuple[Row[Any], int]]:
    still_open = [
        line
        for line in lines
        if can_move(line.status, OrderLineState.SHIPPED) and line.quantity > line.shipped_quantity
    ]
    if not still_open:
        raise Refused(tr("Nothing of {name} is open.", name=name), hint=tr("It has shipped, or is not confirmed."))
    held = [line for line in still_open if line.hold]
    if held and len(held) == len(still_open):
        raise Refused(tr("{name} is on hold.", name=name), hint=tr("Release it first."))
    if quantity is None:
        ready = [(line, amount) for line in still_open if (amount := ready_to_ship(tx, line))]
        if not ready:
            raise Refused(
                tr("Nothing of {name} is pegged and in stock.", name=name), hint=tr("Complete or receive it first.")
            )
        return ready
    if len(still_open) > 1:
        raise InvalidInput(tr("{name} has several open lines.", name=name), hint=tr("Name the line, as in SO-0001/2."))
    return [(still_open[0], _checked(tx, still_open[0], quantity))]


def _checked(tx: Transaction, line: Row[Any], quantity: Quantity) -> int:
    name = f"{line.number}/{line.line}"
    if quantity.micro <= 0:
        raise InvalidInput(tr("The quantity must be above 0."), hint=tr("Say how many to ship."))
    if line.whole_units and quantity.micro % MICRO:
        raise InvalidInput(tr("{item} is counted in whole units.", item=line.item), hint=tr("Give a whole number."))
    still_open = line.quantity - line.shipped_quantity
    if quantity.micro > still_open:
        raise Refused(
            tr("{name}: only {open} are still to be shipped.", name=name, open=Quantity(still_open)),
            hint=tr("Ship {open}, or change the order first.", open=Quantity(still_open)),
        )
    ready = ready_to_ship(tx, line)
    if quantity.micro > ready:
        raise Refused(
            tr(
                "{name}: {quantity} {item} are to be shipped, but only {ready} are pegged to it and in stock.",
                name=name,
                quantity=quantity,
                item=line.item,
                ready=Quantity(ready),
            ),
            hint=tr("Ship {ready}, or complete and receive the rest first.", ready=Quantity(ready))
            if ready
            else tr("Complete or receive it first."),
        )
    return quantity.micro


def _needed(reading: Reading, order_line_id: int) -> Sequence[Row[Any]]:
    """The requirements of an order line's open demand, with what stock is pegged to each (`ready`)."""
    return rows(
        reading,
        "SELECT r.*, d.quantity AS demanded, i.whole_units, i.code AS item,"
        " coalesce((SELECT sum(p.quantity) FROM peg p JOIN stock s ON s.stock_id = p.stock_id"
        " WHERE p.requirement_id = r.requirement_id AND s.status = 'available'), 0) AS ready"
        " FROM demand d JOIN requirement r ON r.demand_id = d.demand_id JOIN item i ON i.item_id = r.item_id"
        " WHERE d.order_line_id = ? AND d.state = 'open' ORDER BY r.requirement_id",
        order_line_id,
    )


def _basis(need: Row[Any]) -> int:
    """The quantity of the order line that the whole of a requirement serves."""
    return int(need.demanded)


def _sent(need: Row[Any], line: Row[Any]) -> int:
    """What of the demand's own quantity has left: the demand may have been raised after a first shipment."""
    return int(line.shipped_quantity - (line.quantity - need.demanded))


def _ship_line(tx: Transaction, shipment_id: int, slip: str, line: Row[Any], amount: int) -> ShippedLine:
    for need in _needed(tx, line.order_line_id):
        sent = _sent(need, line) + amount
        target = used_up(need.quantity, sent, _basis(need), step_of(need.whole_units))
        _send_out(tx, shipment_id, slip, line, need, target - need.issued_quantity)
    total = line.shipped_quantity + amount
    values: dict[str, object] = {"shipped_quantity": total}
    if total >= line.quantity:
        values |= {"status": "shipped", "shipped_on": tx.today}
    change(tx, OrderLine, line.order_line_id, **values)
    demand = first(tx, "SELECT demand_id FROM demand WHERE order_line_id = ? AND state = 'open'", line.order_line_id)
    if demand is not None:
        close_demand_when_done(tx, demand.demand_id)
    return ShippedLine(
        f"{line.number}/{line.line}", line.item, Quantity(amount), Quantity(max(0, line.quantity - total))
    )


def _send_out(tx: Transaction, shipment_id: int, slip: str, line: Row[Any], need: Row[Any], amount: int) -> None:
    if amount <= 0:
        return
    movement = Movement("ship", slip, links={"order_line_id": line.order_line_id})
    left = amount
    for peg in rows(
        tx,
        "SELECT p.*, s.received_on FROM peg p JOIN stock s ON s.stock_id = p.stock_id WHERE p.requirement_id = ?"
        " AND s.status = 'available' ORDER BY s.received_on, s.stock_id",
        need.requirement_id,
    ):
        part = min(left, peg.quantity)
        if not part:
            break
        take_out(tx, peg.stock_id, part, movement)
        pegs.take(tx, peg.peg_id, part)
        add(
            tx,
            ShipmentLine,
            shipment_id=shipment_id,
            order_line_id=line.order_line_id,
            stock_id=peg.stock_id,
            quantity=part,
        )
        left -= part
    assert not left, "what is ready was counted before"
    run(
        tx,
        "UPDATE requirement SET issued_quantity = issued_quantity + ? WHERE requirement_id = ?",
        amount,
        need.requirement_id,
    )
