"""Kanban cards on the floor: an emptied container pulls one container, and a full one comes back to its place."""

from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.services import pegs
from pegboard.services.arrivals import deliver
from pegboard.services.demand import raise_card_demand
from pegboard.services.movements import Movement, carry
from pegboard.storage.rows import change, first, rows, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.signals import KanbanCard


def scan_card(tx: Transaction, name: str) -> bool:
    """Scan KANBAN:ITEM:CARD when its container is empty; return whether it pulls now.

    A card that is empty or on order already pulls no second time. Raises NotFound for an unknown card, Refused for a
    retired one.
    """
    card = _card(tx, name)
    if card.state == "retired":
        raise Refused(tr("{name} has been retired.", name=name), hint=tr("Take the card out of the shop."))
    if card.state == "full":
        change(tx, KanbanCard, card.kanban_card_id, state="empty", state_at=tx.now)
    raised = raise_card_demand(tx, card.kanban_card_id)
    tx.changed("kanban_card", "demand")
    tx.note(
        tr("{name} pulls one container of {quantity}.", name=name, quantity=Quantity(card.container_quantity))
        if raised
        else tr("{name} pulls already.", name=name)
    )
    return bool(raised)


def mark_on_order(tx: Transaction) -> None:
    """Show that the container of an emptied card is on its way once an explosion has covered its demand."""
    marked = run(
        tx,
        "UPDATE kanban_card SET state = 'ordered', state_at = ? WHERE state = 'empty' AND kanban_card_id IN"
        " (SELECT d.kanban_card_id FROM demand d JOIN requirement r ON r.demand_id = d.demand_id"
        " JOIN peg p ON p.requirement_id = r.requirement_id WHERE d.state = 'open' AND d.kind = 'kanban')",
        tx.now.replace(tzinfo=None).isoformat(" ", "microseconds"),
    )
    if marked:
        tx.changed("kanban_card")


def bring(tx: Transaction, name: str) -> Quantity:
    """Bring what is pegged in stock to a card (KANBAN:ITEM:CARD) or a shop (POS:LOCATION:ITEM) to its location.

    Returns how much was brought. Raises NotFound where nothing is asked for under this name, Refused where nothing of
    it is in stock yet.
    """
    demand = first(tx, "SELECT * FROM demand WHERE name = ? AND state = 'open' AND location_id IS NOT NULL", name)
    if demand is None:
        raise NotFound(tr("Nothing is asked for as {name}.", name=name), hint=tr("Scan the card when it is empty."))
    brought = 0
    for peg in rows(
        tx,
        "SELECT p.*, s.location_id FROM requirement r"
        " JOIN peg p ON p.requirement_id = r.requirement_id JOIN stock s ON s.stock_id = p.stock_id"
        " WHERE r.demand_id = ? ORDER BY s.received_on, s.stock_id",
        demand.demand_id,
    ):
        _carry(tx, peg, demand)
        brought += peg.quantity
    if not brought:
        raise Refused(tr("Nothing for {name} is in stock yet.", name=name), hint=tr("Receive or complete it first."))
    tx.changed("stock", "peg", "demand", "kanban_card")
    tx.note(tr("Brought {quantity} for {name}.", quantity=Quantity(brought), name=name))
    return Quantity(brought)


def _carry(tx: Transaction, peg: Row[Any], demand: Row[Any]) -> None:
    if peg.location_id != demand.location_id:
        carry(tx, peg.stock_id, demand.location_id, peg.quantity, Movement("transfer", demand.name))
    pegs.take(tx, peg.peg_id, peg.quantity)
    deliver(tx, peg.requirement_id, demand.demand_id, peg.quantity)


def _card(tx: Transaction, name: str) -> Row[Any]:
    kind, _, rest = name.partition(":")
    item, _, card = rest.rpartition(":")
    if kind != "KANBAN" or not item or not (card.isascii() and card.isdigit()):
        raise InvalidInput(tr('"{name}" names no card.', name=name), hint=tr("Cards look like KANBAN:ITEM:1."))
    row = first(
        tx,
        "SELECT c.*, k.container_quantity FROM kanban_card c JOIN kanban_loop k ON k.kanban_loop_id = c.kanban_loop_id"
        " JOIN item i ON i.item_id = k.item_id WHERE i.code = ? AND c.number = ?",
        item,
        int(card),
    )
    if row is None:
        raise NotFound(tr("There is no card {name}.", name=name), hint=tr("Print the cards of this item again."))
    return row
