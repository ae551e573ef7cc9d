"""How an accepted inference ends: a real order takes over what it pulled, its day is over, or a person withdraws it.

- A real order of the same customer and item (of any customer, where the inference names none) takes the pegs: those
  of the item itself go to the order as they stand, and planned jobs and draft lines are moved where it is due earlier.
  What was pulled for long-lead parts, for a kit or for a line with choices comes free instead, and the order's own
  explosion takes it up again by the netting rules.
- On its last day passed, all that it pulled becomes surplus, with the reason `expired`.
- Withdrawn, planned jobs and draft lines follow as they do when an order is cancelled.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import NotFound, Refused
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.domain.snapshot import OpenDemand
from pegboard.i18n import tr
from pegboard.queries.settings import settings
from pegboard.services import pegs
from pegboard.services.cascade import Cascade, open_cascade, settle, shrink
from pegboard.services.redating import redate
from pegboard.storage.reading_rows import calendar
from pegboard.storage.rows import add, first, rows, run
from pegboard.storage.snapshots import Scope, planning_snapshot
from pegboard.storage.store import Transaction
from pegboard.storage.tables.demand import Requirement

EXPIRED = "expired"
TAKEN = "cancelled demand"  # what an order frees and does not take up again itself


def settle_inferences(tx: Transaction, order_ids: Sequence[int] | None = None) -> None:
    """End what is over, and let real orders (those named, or all) take over what was foreseen for them."""
    if first(tx, "SELECT 1 FROM inference WHERE state = 'accepted' LIMIT 1") is None:
        return
    expire_inferences(tx)
    take_over(tx, order_ids)


def expire_inferences(tx: Transaction) -> int:
    """End the accepted inferences whose last day has passed; what they pulled is surplus. Returns how many."""
    over = rows(tx, "SELECT * FROM inference WHERE state = 'accepted' AND expires_on < ?", tx.today.isoformat())
    for inference in over:
        for demand in _demands(tx, inference.inference_id):
            for need in _needs(tx, demand.demand_id):
                pegs.release_requirement(tx, need.requirement_id, EXPIRED)
                run(tx, "DELETE FROM requirement WHERE requirement_id = ?", need.requirement_id)
            run(tx, "UPDATE demand SET state = 'expired' WHERE demand_id = ?", demand.demand_id)
        _end(tx, inference.inference_id, "expired")
        tx.note(tr("{number} has expired; what it pulled is surplus.", number=inference.number))
    return len(over)


def withdraw_inference(tx: Transaction, number: str) -> None:
    """Take an acceptance back: planned jobs and draft lines follow, what was sent or begun becomes surplus.

    Raises NotFound where there is no such inference, Refused where it is not accepted any more.
    """
    inference = first(tx, "SELECT * FROM inference WHERE number = ?", number.removeprefix("INFERRED:"))
    if inference is None:
        raise NotFound(
            tr("There is no inference {number}.", number=number), hint=tr("The Signals page lists those accepted.")
        )
    if inference.state != "accepted":
        raise Refused(
            tr("{number} pulls nothing any more.", number=inference.number), hint=tr("There is nothing to withdraw.")
        )
    for demand in _demands(tx, inference.inference_id):
        _let_follow(tx, demand, demand.quantity, demand.quantity)
        run(tx, "UPDATE demand SET state = 'cancelled' WHERE demand_id = ?", demand.demand_id)
    _end(tx, inference.inference_id, "withdrawn")
    tx.note(tr("Withdrew {number}.", number=inference.number))


def take_over(tx: Transaction, order_ids: Sequence[int] | None = None) -> None:
    """Let orders that pull nothing yet take over what accepted inferences of their customer and item pulled."""
    left: dict[int, int] = {}
    for line in _foreseen(tx, order_ids):
        inference = first(tx, "SELECT * FROM inference WHERE inference_id = ?", line.inference_id)
        assert inference is not None
        quantity = min(left.setdefault(line.demand_id, line.quantity), inference.quantity - inference.taken_quantity)
        if quantity <= 0 or inference.state != "accepted":
            continue
        left[line.demand_id] -= quantity
        _take(tx, line, inference, quantity)


_FORESEEN = (
    "SELECT d.demand_id, d.name, d.quantity, d.item_id, l.due_date, f.inference_id, i.source,"
    " EXISTS (SELECT 1 FROM order_line_option c WHERE c.order_line_id = l.order_line_id) AS has_choices"
    " FROM inference f JOIN demand d ON d.item_id = f.item_id AND d.kind = 'order' AND d.state = 'open'"
    " JOIN order_line l ON l.order_line_id = d.order_line_id JOIN customer_order o ON o.order_id = l.order_id"
    " JOIN customer c ON c.customer_id = o.customer_id JOIN item i ON i.item_id = d.item_id"
    " WHERE f.state = 'accepted' AND (f.customer_id = o.customer_id OR f.customer_id IS NULL)"
    " AND NOT EXISTS (SELECT 1 FROM requirement r WHERE r.demand_id = d.demand_id){waits}{named}"
    " ORDER BY CASE WHEN f.customer_id IS NULL THEN 1 ELSE 0 END, COALESCE(l.due_date, o.order_date), d.demand_id,"
    " f.inference_id"
)
_WAITS = " AND NOT (COALESCE(o.deposit_percent, c.deposit_percent, 0) > 0 AND o.deposit_paid_on IS NULL)"


def _foreseen(tx: Transaction, order_ids: Sequence[int] | None) -> Sequence[Row[Any]]:
    """Order lines that may pull and pull nothing yet, each with an inference that foresaw it."""
    waits = _WAITS if settings(tx).deposit_gates_pull else ""
    named = "" if order_ids is None else f" AND l.order_id IN ({', '.join('?' * len(order_ids))})"
    return rows(tx, _FORESEEN.format(waits=waits, named=named), *(order_ids or ()))


def _take(tx: Transaction, line: Row[Any], inference: Row[Any], quantity: int) -> None:
    open_quantity = inference.quantity - inference.taken_quantity
    as_it_stands = not inference.long_lead_only and not line.has_choices and line.source != "phantom"
    for demand in _demands(tx, inference.inference_id):
        if as_it_stands:
            _hand_over(tx, line, demand, quantity)
        else:
            _set_free(tx, line, demand, quantity, open_quantity)
    run(
        tx,
        "UPDATE inference SET taken_quantity = taken_quantity + ? WHERE inference_id = ?",
        quantity,
        inference.inference_id,
    )
    if quantity == open_quantity:
        run(
            tx,
            "UPDATE demand SET state = 'done' WHERE inference_id = ? AND state = 'open'",
            inference.inference_id,
        )
        _end(tx, inference.inference_id, "taken")
    tx.changed("inference", "demand", "requirement", "peg", "work_order", "purchase_order")
    tx.note(
        tr(
            "{order} takes over {quantity} of {number}.",
            order=line.name,
            quantity=Quantity(quantity),
            number=inference.number,
        )
    )


def _hand_over(tx: Transaction, line: Row[Any], demand: Row[Any], quantity: int) -> None:
    """Give the pegs of so much of an inferred demand to the order line as they stand, in time for it."""
    need = first(tx, "SELECT * FROM requirement WHERE demand_id = ?", demand.demand_id)
    _cut_demand(tx, demand.demand_id, quantity)
    if need is None:  # not exploded yet: the order will pull for itself
        return
    wanted_on = _need_date(tx, line.due_date)
    _move_pegs(tx, need.requirement_id, _requirement_of(tx, line, wanted_on), quantity)
    if need.quantity > quantity:
        run(
            tx,
            "UPDATE requirement SET quantity = quantity - ? WHERE requirement_id = ?",
            quantity,
            need.requirement_id,
        )
    else:
        run(tx, "DELETE FROM requirement WHERE requirement_id = ?", need.requirement_id)
    if wanted_on < need.need_date:
        cascade = _cascade(tx, line.demand_id, line.item_id, line.quantity, demand.raised_at)
        redate(cascade, line.demand_id, None if line.due_date is None else _day(line.due_date))
        cascade.standing.write()


def _move_pegs(tx: Transaction, giver: int, taker: int, quantity: int) -> None:
    """Move pegs from one requirement to another: what is in stock first, then what comes first."""
    for peg in rows(
        tx,
        "SELECT p.* FROM peg p LEFT JOIN work_order w ON w.work_order_id = p.work_order_id"
        " LEFT JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id WHERE p.requirement_id = ?"
        " ORDER BY COALESCE(w.due_date, l.due_date, ''), p.peg_id",
        giver,
    ):
        part = min(quantity, peg.quantity)
        if part:
            pegs.take(tx, peg.peg_id, part)
            pegs.put(tx, taker, _supply(peg), part)
            quantity -= part


def _requirement_of(tx: Transaction, line: Row[Any], wanted_on: str) -> int:
    known = first(tx, "SELECT requirement_id FROM requirement WHERE demand_id = ?", line.demand_id)
    if known is not None:
        return int(known.requirement_id)
    return add(
        tx,
        Requirement,
        demand_id=line.demand_id,
        item_id=line.item_id,
        quantity=line.quantity,
        need_date=_day(wanted_on),
    )


def _set_free(tx: Transaction, line: Row[Any], demand: Row[Any], quantity: int, of: int) -> None:
    """Set free what a share of an inferred demand pulled, for the order's explosion to take up again."""
    if demand.need_date is not None and _need_date(tx, line.due_date) < demand.need_date:
        _let_follow(tx, demand, quantity, of)  # too late for the order as it stands: drafts are drawn up anew
        return
    for need in _needs(tx, demand.demand_id):
        gone = _share(tx, need, quantity, of)
        left = gone - (need.quantity - pegs.covered(tx, need.requirement_id))
        for peg in rows(tx, "SELECT * FROM peg WHERE requirement_id = ? ORDER BY peg_id DESC", need.requirement_id):
            part = min(left, peg.quantity)
            if part > 0:
                pegs.take(tx, peg.peg_id, part)
                pegs.surplus_needs_reason(tx, _supply(peg), TAKEN)
                left -= part
        run(tx, "UPDATE requirement SET quantity = quantity - ? WHERE requirement_id = ?", gone, need.requirement_id)
        run(tx, "DELETE FROM requirement WHERE requirement_id = ? AND quantity <= 0", need.requirement_id)
    _cut_demand(tx, demand.demand_id, demand.quantity * quantity // of)


def _let_follow(tx: Transaction, demand: Row[Any], quantity: int, of: int) -> None:
    """Take a share of an inferred demand away as a cancelled order is: planned jobs and draft lines follow."""
    cascade = _cascade(tx, demand.demand_id, demand.item_id, demand.quantity, demand.raised_at)
    for need in list(cascade.standing.of_owner["demand_id", demand.demand_id]):
        shrink(cascade, need, need.quantity * quantity // of if quantity < of else need.quantity)
    settle(cascade)
    cascade.standing.write()
    _cut_demand(tx, demand.demand_id, demand.quantity * quantity // of)
    tx.changed("work_order", "purchase_order", "requirement", "peg", "stock")


def _cascade(tx: Transaction, demand_id: int, item_id: int, quantity: int, since: str) -> Cascade:
    today = tx.today.toordinal()
    asked = OpenDemand(-demand_id, "inferred", "", item_id, quantity, None, None, today, demand_id)
    snapshot = planning_snapshot(
        tx, Scope(frozenset(), (asked,)), combining_days=settings(tx).combining_days, deposit_gates_pull=False
    )
    return open_cascade(tx, snapshot, since, demands=[demand_id])


def _share(tx: Transaction, need: Row[Any], quantity: int, of: int) -> int:
    """The share of a need that goes with `quantity` of an inference, rounded down to whole units of what has them."""
    if quantity == of:
        return int(need.quantity)
    share = int(need.quantity * quantity // of)
    item = first(tx, "SELECT whole_units FROM item WHERE item_id = ?", need.item_id)
    return share - share % MICRO if item is not None and item.whole_units else share


def _cut_demand(tx: Transaction, demand_id: int, by: int) -> None:
    run(
        tx,
        "UPDATE demand SET quantity = CASE WHEN quantity > ? THEN quantity - ? ELSE 0 END WHERE demand_id = ?",
        by,
        by,
        demand_id,
    )


def _demands(tx: Transaction, inference_id: int) -> Sequence[Row[Any]]:
    return rows(tx, "SELECT * FROM demand WHERE inference_id = ? AND state = 'open' ORDER BY demand_id", inference_id)


def _needs(tx: Transaction, demand_id: int) -> Sequence[Row[Any]]:
    return rows(tx, "SELECT * FROM requirement WHERE demand_id = ? ORDER BY requirement_id", demand_id)


def _supply(peg: Row[Any]) -> pegs.Supply:
    if peg.stock_id is not None:
        return pegs.stock(peg.stock_id)
    return pegs.job(peg.work_order_id) if peg.work_order_id is not None else pegs.purchase(peg.purchase_line_id)


def _need_date(tx: Transaction, due: str | None) -> str:
    """The day on which an order line is needed: the working day before a closed one, never before today."""
    if due is None:
        return tx.today.isoformat()
    day = calendar(tx).on_or_before(_day(due).toordinal())
    return max(tx.today, datetime.date.fromordinal(day)).isoformat()


def _end(tx: Transaction, inference_id: int, state: str) -> None:
    run(
        tx,
        "UPDATE inference SET state = ?, ended_at = ?, ended_by = ? WHERE inference_id = ?",
        state,
        tx.now.replace(tzinfo=None).isoformat(" ", "microseconds"),
        tx.actor,
        inference_id,
    )
    tx.changed("inference", "demand", "requirement", "peg", "work_order", "purchase_order")


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)
