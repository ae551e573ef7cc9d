"""Kanban cards on the floor: an emptied container pulls one container, and a full one comes back to its place."""

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.kanban import CardState
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.kanban import supply_of_card
from pegboard.services import pegs
from pegboard.services.arrivals import deliver
from pegboard.services.demand import raise_card_demand
from pegboard.services.movements import Movement, carry
from pegboard.storage.rows import change, first, rows, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.signals import KanbanCard


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the scan of a card did.

    Attributes: name: KANBAN:ITEM:CARD; did: pulled, waits (it pulled already), retired (an extra card that has gone
    round); quantity: one container; state: what the card is in now; since: when it came into it, by the shop's clock;
    supply, due: what its container comes with, and when, "" and None where nothing is on the way.
    """

    name: str
    did: str
    quantity: Quantity
    state: CardState
    since: str
    supply: str = ""
    due: datetime.date | None = None

    @property
    def text(self) -> str:
        """What to say to whoever scanned it."""
        if self.did == "pulled":
            return tr("{name} pulls one container of {quantity}.", name=self.name, quantity=self.quantity)
        if self.did == "retired":
            return tr("{name} was an extra card and has gone round: take it out of the shop.", name=self.name)
        text = tr("{name} pulls already, since {since}", name=self.name, since=self.since)
        if not self.since:
            text = tr("{name} pulls already", name=self.name)
        if self.due is not None:
            return tr("{text}: {supply} brings it on {due}.", text=text, supply=self.supply, due=self.due)
        return tr("{text}: it lies at {place}.", text=text, place=self.supply) if self.supply else f"{text}."


def scan(tx: Transaction, name: str) -> Scanned:
    """Scan KANBAN:ITEM:CARD when its container is empty: it pulls one container, and only once until it is full again.

    An extra card that comes back from its round is taken out instead. Raises NotFound for an unknown card, Refused for
    one that has been retired.
    """
    card = _card(tx, name)
    state = CardState(card.state)
    if state is CardState.RETIRED:
        raise Refused(
            tr(
                "{name} has been retired{why}.",
                name=name,
                why=f" ({card.retired_because})" * bool(card.retired_because),
            ),
            hint=tr("Take the card out of the shop."),
        )
    if state is CardState.FULL and card.is_extra:
        retire(tx, card.kanban_card_id, tr("extra card, gone round"))
        return _told(tx, Scanned(name, "retired", Quantity(card.container_quantity), CardState.RETIRED, ""))
    if state is CardState.FULL:
        change(tx, KanbanCard, card.kanban_card_id, state=CardState.EMPTY.value, state_at=tx.now)
        state = CardState.EMPTY
    raised = raise_card_demand(tx, card.kanban_card_id)
    did = "pulled" if raised else "waits"
    since = "" if raised or card.state_at is None else _local(str(card.state_at))
    supply, due = ("", None) if raised else supply_of_card(tx, card.kanban_card_id)
    return _told(tx, Scanned(name, did, Quantity(card.container_quantity), state, since, supply, due))


def _local(instant: str) -> str:
    """An instant of the tables, which is in UTC, as the shop's clock shows it."""
    moment = datetime.datetime.fromisoformat(instant).replace(tzinfo=datetime.UTC)
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def scan_card(tx: Transaction, name: str) -> bool:
    """Scan a card and return whether it pulls now; raises as `scan` does."""
    return scan(tx, name).did == "pulled"


def retire(tx: Transaction, card_id: int, because: str) -> None:
    """Take a full card out of the shop for good."""
    change(
        tx, KanbanCard, card_id, state=CardState.RETIRED.value, state_at=tx.now, is_extra=False, retired_because=because
    )
    tx.changed("kanban_card")


def _told(tx: Transaction, scanned: Scanned) -> Scanned:
    tx.changed("kanban_card", "demand")
    tx.note(scanned.text)
    return scanned


def mark_on_order(tx: Transaction) -> None:
    """Show how far the container of each emptied card is: on order, or on its way.

    On its way is what lies in stock elsewhere and what a supplier has been sent an order for; a card whose supply was
    taken away again is empty.
    """
    moved = 0
    for state, condition in (
        (CardState.IN_TRANSIT, f"EXISTS ({_PEGS}) AND NOT EXISTS ({_PEGS} AND {_NOT_MOVING})"),
        (CardState.ORDERED, f"EXISTS ({_PEGS} AND {_NOT_MOVING})"),
        (CardState.EMPTY, f"NOT EXISTS ({_PEGS})"),
    ):
        moved += run(
            tx,
            "UPDATE kanban_card SET state = ?, state_at = ? WHERE state IN ('empty', 'ordered', 'in_transit')"
            f" AND state <> ? AND {_PULLS} AND {condition}",
            state.value,
            tx.now.replace(tzinfo=None).isoformat(" ", "microseconds"),
            state.value,
        )
    if moved:
        tx.changed("kanban_card")


# A plus before a column keeps SQLite from taking that column's index: the card is the narrow way in.
_PULLS = (
    "EXISTS (SELECT 1 FROM demand d WHERE d.kanban_card_id = kanban_card.kanban_card_id AND +d.kind = 'kanban'"
    " AND +d.state = 'open')"
)
_PEGS = (
    "SELECT 1 FROM demand d JOIN requirement r ON r.demand_id = d.demand_id"
    " JOIN peg p ON p.requirement_id = r.requirement_id"
    " LEFT JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id"
    " LEFT JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
    " WHERE d.kanban_card_id = kanban_card.kanban_card_id AND +d.kind = 'kanban' AND +d.state = 'open'"
)
_NOT_MOVING = "p.stock_id IS NULL AND coalesce(o.state, '') <> 'sent'"


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


def card_called(tx: Transaction, card_id: int) -> str:
    """The name of a card, KANBAN:ITEM:CARD."""
    row = first(
        tx,
        "SELECT i.code, c.number FROM kanban_card c JOIN kanban_loop k ON k.kanban_loop_id = c.kanban_loop_id"
        " JOIN item i ON i.item_id = k.item_id WHERE c.kanban_card_id = ?",
        card_id,
    )
    assert row is not None
    return f"KANBAN:{row.code}:{row.number}"


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
