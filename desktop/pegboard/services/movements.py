"""Books stock in and out: the row, its ledger entry and its cost layers together, so that they always agree.

Quantities are millionths. Layers are used up first in, first out; a layer without a cost is worth nothing known.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from pegboard.domain.configuration import is_configuration
from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.portions import mean_cost, value_of
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.i18n import tr
from pegboard.storage.rows import add, change, first, number, rows, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.inventory import CostLayer, LedgerEntry, Location, Stock

Layer = tuple[int, int | None]  # quantity, unit cost
QUARANTINE = "QUARANTINE"


class NotEnough(Refused):
    """Less lies there than is to be taken: on hand never goes below zero, so somebody has to count."""


@dataclass(frozen=True, slots=True)
class Movement:
    """Why stock moves.

    Attributes: kind: of the ledger entry; document: its number as people read it; links: columns of the ledger entry
    that point at the records concerned.
    """

    kind: str
    document: str = ""
    reason: str = ""
    links: dict[str, int] = field(default_factory=dict)


def location_id(tx: Transaction, code: str) -> int:
    """The key of a location; the quarantine is made when it is first needed."""
    found = number(tx, "SELECT location_id FROM location WHERE code = ?", code)
    if not found and code == QUARANTINE:
        found = add(tx, Location, code=QUARANTINE, description=tr("Rejected goods"))
    if not found:
        raise InvalidInput(tr("There is no location {code}.", code=code), hint=tr("Make it first, or check the code."))
    return found


def place(
    tx: Transaction,
    item_id: int,
    location: int,
    lot: str = "",
    *,
    status: str = "available",
    expires_on: datetime.date | None = None,
    received_on: datetime.date | None = None,
) -> int:
    """The stock row of an item, location and lot; made where it is missing.

    Raises Refused where goods of another status lie under this lot.
    """
    row = first(
        tx,
        "SELECT * FROM stock WHERE item_id = ? AND location_id = ? AND lot = ?",
        item_id,
        location,
        lot,
    )
    if row is None:
        return add(
            tx,
            Stock,
            item_id=item_id,
            location_id=location,
            lot=lot,
            received_on=received_on or tx.today,
            expires_on=expires_on,
            status=status,
        )
    if row.quantity == 0:
        arrived = received_on or tx.today
        change(tx, Stock, row.stock_id, received_on=arrived, status=status, expires_on=expires_on)
    elif row.status != status:
        raise Refused(
            tr("What lies there under lot {lot} is in quarantine.", lot=lot or "-"),
            hint=tr("Book it to another lot or location."),
        )
    elif expires_on is not None:
        change(tx, Stock, row.stock_id, expires_on=expires_on)
    return int(row.stock_id)


def put_in(
    tx: Transaction,
    stock_id: int,
    layers: Iterable[Layer],
    movement: Movement,
    received_on: datetime.date | None = None,
) -> None:
    """Book goods in, in one ledger entry, with a cost layer for each cost."""
    layers = [layer for layer in layers if layer[0]]
    arrived = received_on or tx.today
    for quantity, unit_cost in layers:
        add(tx, CostLayer, stock_id=stock_id, received_on=arrived, remaining_quantity=quantity, unit_cost=unit_cost)
    _book(tx, stock_id, sum(layer[0] for layer in layers), worth(layers), movement)


def take_out(
    tx: Transaction, stock_id: int, quantity: int, movement: Movement, *, newest_first: bool = False
) -> list[Layer]:
    """Book goods out, oldest layer first, in one ledger entry; return the layers that were used.

    Raises NotEnough rather than let on hand go below zero.
    """
    have = number(tx, "SELECT quantity FROM stock WHERE stock_id = ?", stock_id)
    if quantity > have:
        raise NotEnough(
            tr(
                "Only {have} {item} are in stock, not {quantity}.",
                have=Quantity(have),
                item=described(tx, stock_id),
                quantity=Quantity(quantity),
            ),
            hint=tr("Count the stock and book what is there first."),
        )
    used, value = _use_layers(tx, stock_id, quantity, newest_first=newest_first)
    _book(tx, stock_id, -quantity, None if value is None else -value, movement)
    return used


def take_back_out(tx: Transaction, stock_id: int, quantity: int, movement: Movement) -> None:
    """Book out what was booked in by mistake: the newest layers, so that it leaves at the cost with which it came."""
    take_out(tx, stock_id, quantity, movement, newest_first=True)


def carry(tx: Transaction, stock_id: int, location: int, quantity: int, movement: Movement) -> int:
    """Move goods to another location with their lot, age and cost; return the stock row there. Pegs stay behind."""
    row = first(tx, "SELECT * FROM stock WHERE stock_id = ?", stock_id)
    assert row is not None
    received, expires = (
        datetime.date.fromisoformat(text) if text else None for text in (row.received_on, row.expires_on)
    )
    layers = take_out(tx, stock_id, quantity, movement)
    target = place(tx, row.item_id, location, row.lot, status=row.status, expires_on=expires, received_on=received)
    put_in(tx, target, layers, movement, received)
    return target


def worth(layers: Sequence[Layer]) -> int | None:
    """Value of layers in millionths of the currency; None where no cost is known at all."""
    known = [value_of(quantity, cost) for quantity, cost in layers if cost is not None]
    return sum(known) if known else None


def average_cost(layers: Sequence[Layer]) -> int | None:
    """The mean cost of one unit over the layers whose cost is known."""
    return mean_cost(layers)


def described(tx: Transaction, stock_id: int) -> str:
    """Item, lot and location of a stock row in words."""
    row = first(
        tx,
        "SELECT i.code AS item, l.code AS location, s.lot FROM stock s JOIN item i ON i.item_id = s.item_id"
        " JOIN location l ON l.location_id = s.location_id WHERE s.stock_id = ?",
        stock_id,
    )
    assert row is not None
    if is_configuration(row.lot):
        return tr("{item} {options} at {location}", item=row.item, options=row.lot, location=row.location)
    if row.lot:
        return tr("{item} of lot {lot} at {location}", item=row.item, lot=row.lot, location=row.location)
    return tr("{item} at {location}", item=row.item, location=row.location)


def lots_of(item: Row[Any], quantity: int, lot: str) -> list[tuple[str, int]]:
    """Split a quantity over the lots or serials that were named: `lot`, or several serials separated by `;`.

    Raises InvalidInput where a tracked item has none, an untracked one has some, or serials do not match the quantity.
    """
    if item.tracking == "none":
        require_lot(item.item, item.tracking, lot)
        return [("", quantity)]
    if not quantity:
        return []
    require_lot(item.item, item.tracking, lot)
    if item.tracking == "lot":
        return [(lot, quantity)]
    serials = [serial.strip() for serial in lot.split(";") if serial.strip()]
    if len(serials) * MICRO != quantity or len(set(serials)) != len(serials):
        raise InvalidInput(
            tr("{item} needs one serial number for each unit.", item=item.item),
            hint=tr("Give {count} different serial numbers separated by ;", count=Quantity(quantity)),
        )
    return [(serial, MICRO) for serial in serials]


def require_lot(item: str, tracking: str, lot: str) -> None:
    """Raise InvalidInput where a tracked item has no lot or serial, or an untracked one has one.

    An untracked one that is made to options lies under these.
    """
    if tracking == "none" and lot and not is_configuration(lot):
        raise InvalidInput(tr("{item} is not tracked by lots.", item=item), hint=tr("Leave the lot empty."))
    if tracking != "none" and not lot:
        kind = tr("a serial number") if tracking == "serial" else tr("a lot")
        raise InvalidInput(tr("{item} needs {kind}.", item=item, kind=kind), hint=tr("Give it with the quantity."))


def require_new_serials(tx: Transaction, item_id: int, tracking: str, lots: Sequence[tuple[str, int]]) -> None:
    """Refuse a serial number that is in stock already."""
    for lot, _quantity in lots if tracking == "serial" else ():
        if number(tx, "SELECT count(*) FROM stock WHERE item_id = ? AND lot = ? AND quantity > 0", item_id, lot):
            raise Refused(
                tr("Serial number {lot} is in stock already.", lot=lot), hint=tr("Check the number on the goods.")
            )


def _use_layers(tx: Transaction, stock_id: int, quantity: int, *, newest_first: bool) -> tuple[list[Layer], int | None]:
    used: list[Layer] = []
    values: list[int] = []
    layers = rows(
        tx,
        "SELECT cost_layer_id, remaining_quantity, unit_cost FROM cost_layer WHERE stock_id = ?"
        " AND remaining_quantity > 0 ORDER BY received_on, cost_layer_id",
        stock_id,
    )
    for layer in reversed(layers) if newest_first else layers:
        part = min(quantity, layer.remaining_quantity)
        if not part:
            break
        rest = layer.remaining_quantity - part
        run(tx, "UPDATE cost_layer SET remaining_quantity = ? WHERE cost_layer_id = ?", rest, layer.cost_layer_id)
        used.append((part, layer.unit_cost))
        if layer.unit_cost is not None:
            # The difference of two rounded values, so that entries and layers agree to the last millionth.
            values.append(value_of(layer.remaining_quantity, layer.unit_cost) - value_of(rest, layer.unit_cost))
        quantity -= part
    if quantity:
        used.append((quantity, None))
    return used, sum(values) if values else None


def _book(tx: Transaction, stock_id: int, quantity: int, value: int | None, movement: Movement) -> None:
    add(
        tx,
        LedgerEntry,
        stock_id=stock_id,
        at=tx.now,
        kind=movement.kind,
        quantity=quantity,
        value=value,
        document=movement.document,
        reason=movement.reason,
        actor=tx.actor,
        **movement.links,
    )
    lying: list[Layer] = [
        (row.remaining_quantity, row.unit_cost)
        for row in rows(tx, "SELECT * FROM cost_layer WHERE stock_id = ? AND remaining_quantity > 0", stock_id)
    ]
    run(
        tx,
        "UPDATE stock SET quantity = quantity + ?, unit_cost = coalesce(?, unit_cost) WHERE stock_id = ?",
        quantity,
        average_cost(lying),
        stock_id,
    )
    tx.changed("stock")
