"""Gives supply that nobody wants to a demand that can use it: what is short first, then what only a draft covers."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import NotFound, Refused
from pegboard.domain.quantity import Quantity
from pegboard.domain.snapshot import OpenDemand
from pegboard.i18n import tr
from pegboard.queries.orphans import Orphan, orphan_named
from pegboard.queries.settings import settings
from pegboard.services.cascade import (
    Cascade,
    job_follows,
    line_follows,
    open_cascade,
    pull_for_pegs,
    serve_helped,
    settle,
)
from pegboard.services.consequences import ChangeResult, told
from pegboard.services.standing import JobSupply, LineSupply, Need, Peg, StockSupply, owner_of
from pegboard.storage.rows import first
from pegboard.storage.snapshots import Scope, planning_snapshot
from pegboard.storage.store import Transaction


@dataclass(frozen=True, slots=True)
class Repegged:
    """What a demand was given, and what followed: drafts cut, jobs made smaller."""

    supply: str
    demand: str
    item: str
    quantity: Quantity
    result: ChangeResult


def repeg(tx: Transaction, supply: str, demand: str, quantity: Quantity | None = None) -> Repegged:
    """Peg surplus of a work order, PURCHASE_ORDER/LINE or stock to what a demand or job, or a job below it, needs.

    What is short is served first, earliest need first, then what is covered by supply that nobody has acted on yet:
    that follows. Raises NotFound where nothing is surplus, Refused where the demand cannot use it.
    """
    orphan = orphan_named(tx, supply)
    left = orphan.quantity.micro if quantity is None else min(quantity.micro, orphan.quantity.micro)
    cascade = _cascade(tx, demand, orphan.item_id)
    standing = cascade.standing
    standing.read_supplies(orphan.column, {orphan.key})
    target = standing.supplies[orphan.column, orphan.key]
    given, pegged = 0, target.pegged
    for need in sorted(_needs(cascade, orphan), key=lambda need: (need.need_date, need.key)):
        part = min(left - given, need.uncovered)
        if part > 0:
            standing.put(need, target, part)
            cascade.touched.helped.add(owner_of(need))
            given += part
    for peg in _replaceable(cascade, orphan):
        part = min(left - given, peg.quantity)
        if part <= 0:
            break
        need = peg.need
        cascade.let_go(peg, part)
        standing.put(need, target, part)
        cascade.touched.helped.add(owner_of(need))
        given += part
    if not given:
        raise Refused(
            tr("{demand} needs no {item} that is not on its way already.", demand=demand, item=orphan.item),
            hint=tr("Choose a demand that is short of it."),
        )
    if isinstance(target, JobSupply):
        pull_for_pegs(cascade, target, pegged)
    if isinstance(target, JobSupply | LineSupply) and target.open <= target.pegged:
        target.surplus_reason = ""
    settle(cascade)
    standing.write()
    serve_helped(tx, cascade.touched)
    tx.changed("stock", "order")
    tx.note(
        tr("Gave {quantity} {item} of {supply} to {demand}.", quantity=Quantity(given), item=orphan.item,
           supply=supply, demand=demand)
    )  # fmt: skip
    return Repegged(supply, demand, orphan.item, Quantity(given), told(tx, cascade.touched, settings(tx).currency))


def _needs(cascade: Cascade, orphan: Orphan) -> list[Need]:
    """Needs of the item at or below the demand; a job for certain choices serves none but its own kind."""
    return [need for need in cascade.standing.of_item.get(orphan.item_id, ()) if not need.is_gone]


def _replaceable(cascade: Cascade, orphan: Orphan) -> list[Peg]:
    """Pegs to supply that nobody has acted on, the latest first."""
    found = []
    for need in _needs(cascade, orphan):
        for peg in need.pegs:
            supply = peg.supply
            if isinstance(supply, StockSupply) or (supply.key == orphan.key and supply.column == orphan.column):
                continue
            assert isinstance(supply, JobSupply | LineSupply)
            if isinstance(supply, JobSupply):
                follows = job_follows(cascade.standing, supply) and supply.bom_id is not None
            else:
                follows = isinstance(supply, LineSupply) and line_follows(supply)
            if follows:
                found.append((supply.arrives, peg.key, peg))
    return [peg for _arrives, _key, peg in sorted(found, reverse=True, key=lambda each: each[:2])]


def _cascade(tx: Transaction, name: str, item_id: int) -> Cascade:
    """Read what stands at and below a demand or job."""
    since = tx.now.replace(tzinfo=None).isoformat(" ")
    demand = first(tx, "SELECT * FROM demand WHERE name = ? AND state = 'open' ORDER BY demand_id DESC", name)
    job = first(
        tx,
        "SELECT * FROM work_order WHERE number = ? AND state IN ('planned', 'released', 'in_progress')",
        name,
    )
    if demand is None and job is None:
        raise NotFound(
            tr("There is no open demand {name}.", name=name),
            hint=tr("Name an order line (SO-0001/1), a card or a work order that needs it."),
        )
    top: Row[Any] | None = demand if demand is not None else job
    assert top is not None
    asked = OpenDemand(-1, "order", name, top.item_id, top.quantity, None, None, 0, 0)
    other = OpenDemand(-2, "order", name, item_id, top.quantity, None, None, 0, 0)
    snapshot = planning_snapshot(
        tx,
        Scope(frozenset(), (asked, other)),
        combining_days=settings(tx).combining_days,
        deposit_gates_pull=False,
    )
    if demand is not None:
        return open_cascade(tx, snapshot, since, demands=[demand.demand_id])
    assert job is not None
    return open_cascade(tx, snapshot, since, jobs=[job.work_order_id])
