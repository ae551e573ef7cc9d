"""Takes goods in that were on order: to where they are wanted, their pegs with them.

A job's output and a supplier's delivery arrive alike: pegs move from the order to the stock in need-date order. What a
kanban card or a till pulled goes to its location and so fulfils that demand at once; all else goes to MAIN.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.services import pegs
from pegboard.services.movements import QUARANTINE, Layer, Movement, location_id, place, put_in
from pegboard.storage.rows import number, run
from pegboard.storage.store import Transaction

MAIN = "MAIN"


@dataclass(frozen=True, slots=True)
class Arrived:
    """So much that came into one stock row, in millionths."""

    stock_id: int
    lot: str
    quantity: int


@dataclass(frozen=True, slots=True)
class _Share:
    location: int
    quantity: int
    peg: Row[Any] | None


def arrive(
    tx: Transaction,
    supply: pegs.Supply,
    item_id: int,
    lots: Sequence[tuple[str, int]],
    layers: Sequence[Layer],
    movement: Movement,
    *,
    location: str = "",
    expires_on: Any = None,
) -> list[Arrived]:
    """Book goods of `lots` in and hand them to those who wait for this supply.

    `layers` hold their cost, for the same total; `location` overrides where they go.
    """
    total = sum(quantity for _lot, quantity in lots)
    shares = _shares(tx, supply, total, location)
    arrived: dict[tuple[int, str], list[tuple[_Share, int]]] = {}
    for share, lot, quantity in _matched(shares, lots):
        arrived.setdefault((share.location, lot), []).append((share, quantity))
    stream = list(layers)
    result = []
    for (place_id, lot), parts in arrived.items():
        quantity = sum(part for _share, part in parts)
        stock_id = place(tx, item_id, place_id, lot, expires_on=expires_on)
        put_in(tx, stock_id, _cut(stream, quantity), movement)
        for share, part in parts:
            if share.peg is not None:
                _hand_over(tx, share.peg, stock_id, place_id, part)
        result.append(Arrived(stock_id, lot, quantity))
    return result


def deliver(tx: Transaction, requirement_id: int, demand_id: int, quantity: int) -> None:
    """Count what has reached a card's or a till's location; the demand is done when all of it has."""
    run(
        tx,
        "UPDATE requirement SET issued_quantity = min(quantity, issued_quantity + ?) WHERE requirement_id = ?",
        quantity,
        requirement_id,
    )
    close_demand_when_done(tx, demand_id)


def close_demand_when_done(tx: Transaction, demand_id: int) -> bool:
    """Mark a demand done once nothing of it is open; its kanban card is full again."""
    if number(
        tx,
        "SELECT count(*) FROM requirement WHERE demand_id = ? AND quantity > issued_quantity",
        demand_id,
    ):
        return False
    run(tx, "UPDATE demand SET state = 'done' WHERE demand_id = ?", demand_id)
    now = tx.now.replace(tzinfo=None).isoformat(" ", "microseconds")
    run(
        tx,
        "INSERT INTO card_cycle (kanban_card_id, emptied_at, filled_at) SELECT kanban_card_id, raised_at, ?"
        " FROM demand WHERE demand_id = ? AND kanban_card_id IS NOT NULL",
        now,
        demand_id,
    )
    run(
        tx,
        "UPDATE kanban_card SET state = 'full', state_at = ? WHERE state <> 'retired'"
        " AND kanban_card_id = (SELECT kanban_card_id FROM demand WHERE demand_id = ?)",
        now,
        demand_id,
    )
    tx.changed("demand", "kanban_card")
    return True


def is_delivered_on_arrival(kind: str | None, wanted_at: int | None, arrived_at: int) -> bool:
    """Say whether goods that reach this location are all that a demand of this kind asks for."""
    return kind in ("kanban", "pos") and wanted_at == arrived_at


def _shares(tx: Transaction, supply: pegs.Supply, total: int, location: str) -> list[_Share]:
    given = location_id(tx, location) if location else 0
    main = given or location_id(tx, MAIN)
    shares = []
    for peg in pegs.pegs_on(tx, supply):
        quantity = min(total, peg.quantity)
        if not quantity:
            break
        wanted_at = peg.location_id if peg.kind in ("kanban", "pos") else None
        shares.append(_Share(given or wanted_at or main, quantity, peg))
        total -= quantity
    if total:
        shares.append(_Share(main, total, None))
    return shares


def _matched(shares: Sequence[_Share], lots: Sequence[tuple[str, int]]) -> list[tuple[_Share, str, int]]:
    """Lay the shares over the lots: both add up to the same total."""
    matched = []
    waiting = list(lots)
    for share in shares:
        left = share.quantity
        while left:
            lot, quantity = waiting.pop(0)
            part = min(left, quantity)
            matched.append((share, lot, part))
            left -= part
            if quantity > part:
                waiting.insert(0, (lot, quantity - part))
    return matched


def _cut(stream: list[Layer], quantity: int) -> list[Layer]:
    """Take `quantity` off the front of a stream of cost layers."""
    taken = []
    while quantity:
        have, cost = stream.pop(0)
        part = min(have, quantity)
        taken.append((part, cost))
        if have > part:
            stream.insert(0, (have - part, cost))
        quantity -= part
    return taken


def _hand_over(tx: Transaction, peg: Row[Any], stock_id: int, arrived_at: int, quantity: int) -> None:
    pegs.take(tx, peg.peg_id, quantity)
    if is_delivered_on_arrival(peg.kind, peg.location_id, arrived_at):
        deliver(tx, peg.requirement_id, peg.demand_id, quantity)
    else:
        pegs.put(tx, peg.requirement_id, pegs.stock(stock_id), quantity)


def to_quarantine(tx: Transaction, item_id: int, lots: Sequence[tuple[str, int]], movement: Movement) -> list[Arrived]:
    """Book rejected goods into quarantine, worth nothing until somebody decides; nobody's pegs go with them."""
    arrived = []
    for lot, quantity in lots:
        stock_id = place(tx, item_id, location_id(tx, QUARANTINE), lot, status="quarantine")
        put_in(tx, stock_id, [(quantity, None)], movement)
        arrived.append(Arrived(stock_id, lot, quantity))
    return arrived
