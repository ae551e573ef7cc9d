"""Works a change of need down through all levels: what is no longer wanted comes free, what is wanted more is covered.

Items are taken in low-level-code order, so that all that asks for an item has changed before its supply follows. Draft
lines and planned jobs whose quantity the system set follow; all else is left as it is and becomes a decision.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from pegboard.domain.gross import difference, gross
from pegboard.domain.lots import raise_lot
from pegboard.domain.quantity import Quantity
from pegboard.domain.recipe import start_quantity
from pegboard.domain.snapshot import PlanBom, PlanningSnapshot
from pegboard.services import pegs
from pegboard.services.consequences import OpenDecision, Touched, describe
from pegboard.services.issues import free_stock
from pegboard.storage.open_positions import choices_of
from pegboard.storage.reading_rows import day_number
from pegboard.storage.rows import add, change, first, number, rows, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.demand import Requirement
from pegboard.storage.tables.purchasing import PurchaseLine
from pegboard.storage.tables.work_orders import WorkOrder

REASON = "cancelled demand"


@dataclass(slots=True)
class Cascade:
    """One change on its way down.

    Attributes: snapshot: items, BOMs and option defaults below what is changed; since: when the demand was raised, as
    the ledger writes it: goods that came later came for it.
    """

    tx: Transaction
    snapshot: PlanningSnapshot
    since: str
    touched: Touched = field(default_factory=Touched)
    waiting: list[tuple[int, int, str, int]] = field(default_factory=list)  # level, item, column, key
    freed: dict[tuple[str, int], int] = field(default_factory=dict)


def shrink(cascade: Cascade, requirement_id: int, by: int) -> None:
    """Make a requirement smaller; pegs beyond what is still open come free, the last one first."""
    tx = cascade.tx
    requirement = first(tx, "SELECT * FROM requirement WHERE requirement_id = ?", requirement_id)
    assert requirement is not None
    quantity = max(requirement.issued_quantity, requirement.quantity - by)
    run(tx, "UPDATE requirement SET quantity = ? WHERE requirement_id = ?", quantity, requirement.requirement_id)
    excess = pegs.covered(tx, requirement.requirement_id) - (quantity - requirement.issued_quantity)
    standing = rows(
        tx,
        "SELECT p.*, i.item_id, i.low_level_code FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
        " JOIN item i ON i.item_id = r.item_id WHERE p.requirement_id = ? ORDER BY p.peg_id DESC",
        requirement.requirement_id,
    )
    for peg in standing:
        if excess <= 0:
            break
        taken = min(excess, peg.quantity)
        pegs.take(tx, peg.peg_id, taken)
        excess -= taken
        supply = _supply_of(peg)
        key = (supply.column, supply.key)
        cascade.freed[key] = cascade.freed.get(key, 0) + taken
        heapq.heappush(cascade.waiting, (peg.low_level_code, peg.item_id, *key))
    if not quantity:
        run(tx, "DELETE FROM requirement WHERE requirement_id = ?", requirement_id)


def settle(cascade: Cascade) -> None:
    """Let all supply that came free follow, level by level, until nothing changes any more."""
    while cascade.waiting:
        _level, item_id, column, key = heapq.heappop(cascade.waiting)
        freed = cascade.freed.pop((column, key), 0)
        if not freed:
            continue
        freed -= _offer(cascade, item_id, column, key, freed)
        if column == "stock_id":
            if freed:
                _free_stock(cascade, key, freed)
        elif column == "work_order_id":
            _follow_job(cascade, key, freed)
        else:
            _follow_line(cascade, key, freed)


def grow(cascade: Cascade, requirement_id: int, by: int) -> None:
    """Make a requirement larger and cover it: free stock, surplus on order in time, then the job that it pulled.

    What is left uncovered is for the explosion, which buys and makes anew.
    """
    tx = cascade.tx
    run(tx, "UPDATE requirement SET quantity = quantity + ? WHERE requirement_id = ?", by, requirement_id)
    requirement = first(
        tx,
        "SELECT r.*, d.location_id FROM requirement r LEFT JOIN demand d ON d.demand_id = r.demand_id"
        " WHERE r.requirement_id = ?",
        requirement_id,
    )
    assert requirement is not None
    left = _take_stock(tx, requirement, by)
    left = _take_surplus(tx, requirement, left)
    if left:
        _enlarge_job(cascade, requirement, left)


def change_components(
    cascade: Cascade, owner: str, key: int, before: Mapping[Any, int], after: Mapping[Any, int]
) -> None:
    """Change the components of a job or a kit (`owner` is the requirement's column) to those of another quantity."""
    for (item_id, operation), more in sorted(difference(before, after).items(), key=str):
        lines = rows(
            cascade.tx,
            f"SELECT * FROM requirement WHERE {owner} = ? AND operation IS ?"
            " AND (item_id = ? OR alternate_for_id = ?) ORDER BY alternate_for_id IS NOT NULL, requirement_id",
            key,
            operation,
            item_id,
            item_id,
        )
        if more > 0:
            _grow_component(cascade, owner, key, item_id, operation, more, lines)
            continue
        _shrink_component(cascade, [line.requirement_id for line in lines], -more)


def _shrink_component(cascade: Cascade, requirement_ids: Sequence[int], less: int) -> None:
    """Take from a component and what stands in for it: what is short first, then the newest pegs."""
    marks = ", ".join("?" * len(requirement_ids))
    for line in rows(
        cascade.tx,
        "SELECT r.requirement_id, r.quantity - r.issued_quantity - coalesce((SELECT sum(p.quantity) FROM peg p"
        " WHERE p.requirement_id = r.requirement_id), 0) AS part FROM requirement r"
        f" WHERE r.requirement_id IN ({marks})"
        f" UNION ALL SELECT * FROM (SELECT requirement_id, quantity FROM peg WHERE requirement_id IN ({marks})"
        " ORDER BY peg_id DESC)",
        *requirement_ids,
        *requirement_ids,
    ):
        part = min(less, line.part)
        if part > 0:
            shrink(cascade, line.requirement_id, part)
            less -= part


def _grow_component(
    cascade: Cascade, owner: str, key: int, item_id: int, operation: int | None, more: int, lines: Any
) -> None:
    own = next((line for line in lines if line.alternate_for_id is None), None)
    if own is not None:
        grow(cascade, own.requirement_id, more)
        return
    table, column = ("work_order", "start_date") if owner == "work_order_id" else ("demand", "need_date")
    day = first(cascade.tx, f"SELECT {column} AS day FROM {table} WHERE {owner} = ?", key)
    assert day is not None
    need = max(cascade.tx.today, cascade.tx.today.fromisoformat(day.day)) if day.day else cascade.tx.today
    requirement_id = add(
        cascade.tx, Requirement, item_id=item_id, quantity=0, need_date=need, operation=operation, **{owner: key}
    )
    grow(cascade, requirement_id, more)


def _supply_of(peg: Row[Any]) -> pegs.Supply:
    if peg.stock_id is not None:
        return pegs.stock(peg.stock_id)
    return pegs.job(peg.work_order_id) if peg.work_order_id is not None else pegs.purchase(peg.purchase_line_id)


def _offer(cascade: Cascade, item_id: int, column: str, key: int, freed: int) -> int:
    """Give what came free to demands that are short of it, earliest need first; return how much found one."""
    tx, given = cascade.tx, 0
    supply = pegs.Supply(column, key)  # type: ignore[arg-type]
    short = rows(
        tx,
        "SELECT * FROM (SELECT r.requirement_id, r.need_date, coalesce(d.name, w.number) AS wanted_by,"
        " r.quantity - r.issued_quantity - coalesce((SELECT sum(p.quantity) FROM peg p"
        " WHERE p.requirement_id = r.requirement_id), 0) AS uncovered FROM requirement r"
        " LEFT JOIN demand d ON d.demand_id = r.demand_id LEFT JOIN work_order w ON w.work_order_id = r.work_order_id"
        " WHERE r.item_id = ? AND r.quantity > r.issued_quantity AND (d.state = 'open'"
        " OR w.state IN ('planned', 'released', 'in_progress'))) WHERE uncovered > 0"
        " ORDER BY need_date, requirement_id",
        item_id,
    )
    for requirement in short if _can_be_offered(tx, column, key) else ():
        part = min(freed - given, requirement.uncovered)
        if part <= 0:
            break
        pegs.put(tx, requirement.requirement_id, supply, part)
        name = (column, key, requirement.wanted_by)
        cascade.touched.pegged_again[name] = cascade.touched.pegged_again.get(name, 0) + part
        given += part
    return given


def _can_be_offered(tx: Transaction, column: str, key: int) -> bool:
    if column == "work_order_id":  # a job for certain choices fits nobody else for sure
        return not number(tx, "SELECT choices <> '' FROM work_order WHERE work_order_id = ?", key)
    if column == "purchase_line_id":
        return True
    return bool(
        number(
            tx,
            "SELECT count(*) FROM stock WHERE stock_id = ? AND status = 'available'"
            " AND (expires_on IS NULL OR expires_on >= ?)",
            key,
            tx.today.isoformat(),
        )
    )


def _free_stock(cascade: Cascade, stock_id: int, freed: int) -> None:
    """Stock is free at once; what came for this demand since it was raised is stuck and a person's to decide."""
    touched = cascade.touched
    touched.freed[stock_id] = touched.freed.get(stock_id, 0) + freed
    came = number(
        cascade.tx,
        "SELECT sum(quantity) FROM ledger_entry WHERE stock_id = ? AND kind IN ('receipt', 'completion') AND at >= ?",
        stock_id,
        cascade.since,
    )
    stuck = min(freed, max(0, came))
    if stuck:
        touched.received[stock_id] = touched.received.get(stock_id, 0) + stuck
        _decide(cascade, "stock_id", stock_id, stuck)


def _follow_job(cascade: Cascade, work_order_id: int, freed: int) -> None:
    tx = cascade.tx
    job = first(tx, "SELECT * FROM work_order WHERE work_order_id = ?", work_order_id)
    assert job is not None
    bom = _bom_of(cascade, job)
    if bom is not None and job_follows(tx, job):
        _resize_job(cascade, job, bom)
    elif freed:
        run(tx, "UPDATE work_order SET surplus_reason = ? WHERE work_order_id = ?", REASON, work_order_id)
        kind = "started" if job.state != "planned" else "set_by_person"
        _keep(cascade, "work_order_id", work_order_id, kind, freed)


def _follow_line(cascade: Cascade, purchase_line_id: int, freed: int) -> None:
    tx = cascade.tx
    line = first(
        tx,
        "SELECT l.*, o.state AS order_state FROM purchase_line l JOIN purchase_order o"
        " ON o.purchase_order_id = l.purchase_order_id WHERE l.purchase_line_id = ?",
        purchase_line_id,
    )
    assert line is not None
    if line_follows(line):
        _resize_line(cascade, line)
    elif freed:
        run(tx, "UPDATE purchase_line SET surplus_reason = ? WHERE purchase_line_id = ?", REASON, purchase_line_id)
        kind = "sent" if line.order_state != "draft" or line.received_quantity else "set_by_person"
        _keep(cascade, "purchase_line_id", purchase_line_id, kind, freed)


def _keep(cascade: Cascade, column: str, key: int, kind: str, freed: int) -> None:
    before = cascade.touched.kept.get((column, key), (kind, 0))[1]
    cascade.touched.kept[column, key] = (kind, before + freed)
    _decide(cascade, column, key, freed)


def _decide(cascade: Cascade, column: str, key: int, quantity: int) -> None:
    row = describe(cascade.tx, column, key)
    known = cascade.touched.decisions.get(row.name)
    total = quantity + (known.quantity.micro if known else 0)
    cascade.touched.decisions[row.name] = OpenDecision(
        "change_after_sent", row.name, row.item, Quantity(total), row.item_id
    )


def job_follows(tx: Transaction, job: Row[Any]) -> bool:
    """Say whether a job's quantity may follow: planned by the system, with nothing sent for it."""
    if job.state != "planned" or job.quantity_set_by or job.completed_quantity:
        return False
    return not number(
        tx,
        "SELECT count(*) FROM purchase_line l JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " WHERE l.work_order_id = ? AND l.state <> 'cancelled' AND (o.state <> 'draft' OR l.received_quantity > 0)",
        job.work_order_id,
    )


def line_follows(line: Row[Any]) -> bool:
    """Say whether a purchase line may follow: a draft whose quantity the system set, nothing of it received."""
    return bool(
        line.state == "open"
        and line.order_state == "draft"
        and not line.quantity_set_by
        and not line.received_quantity
        and line.order_by_date is not None  # an imported draft's quantity is a person's
    )


def _bom_of(cascade: Cascade, job: Row[Any]) -> PlanBom | None:
    boms = cascade.snapshot.boms.get(job.item_id, ())
    return next((bom for bom in boms if bom.bom_id == job.bom_id), None)


def _resize_job(cascade: Cascade, job: Row[Any], bom: PlanBom) -> None:
    """Bring a planned job to what is pegged to it, by its lot rules; a job that nobody wants is cancelled."""
    tx, item = cascade.tx, cascade.snapshot.items[job.item_id]
    claimed = pegs.pegged(tx, pegs.job(job.work_order_id))
    raised = raise_lot(claimed, item.minimum, item.multiple, whole=item.whole_units)
    quantity = raised.quantity if claimed else 0
    reason = raised.reason if quantity > claimed else ""
    start = start_quantity(quantity, item.loss_percent, whole=item.whole_units)
    cascade.touched.jobs.setdefault(job.work_order_id, job.quantity)
    day = max(tx.today.toordinal(), day_number(job.start_date) or 0)
    choices = choices_of(job.choices)
    before = gross(cascade.snapshot, job.item_id, bom, choices, day, job.start_quantity)
    after = gross(cascade.snapshot, job.item_id, bom, choices, day, start)
    if quantity:
        change(tx, WorkOrder, job.work_order_id, quantity=quantity, start_quantity=start, surplus_reason=reason)
        change_components(cascade, "work_order_id", job.work_order_id, before, after)
    else:
        change(tx, WorkOrder, job.work_order_id, state="cancelled", surplus_reason="")
        for line in rows(tx, "SELECT * FROM requirement WHERE work_order_id = ?", job.work_order_id):
            shrink(cascade, line.requirement_id, line.quantity)
    _resize_services(cascade, job.work_order_id, start)
    tx.changed("work_order", "requirement", "peg")


def _resize_services(cascade: Cascade, work_order_id: int, start: int) -> None:
    """Subcontract lines, all of them drafts here, buy the start quantity."""
    for line in rows(
        cascade.tx, "SELECT * FROM purchase_line WHERE work_order_id = ? AND state = 'open'", work_order_id
    ):
        cascade.touched.lines.setdefault(line.purchase_line_id, (line.quantity, line.unit_price))
        if start:
            change(cascade.tx, PurchaseLine, line.purchase_line_id, quantity=start)
        else:
            _take_off(cascade.tx, line)
        cascade.tx.changed("purchase_order")


def _resize_line(cascade: Cascade, line: Row[Any]) -> None:
    """Bring a draft line to what is pegged to it, by its article's lot rules and price breaks."""
    tx = cascade.tx
    claimed = pegs.pegged(tx, pegs.purchase(line.purchase_line_id))
    cascade.touched.lines.setdefault(line.purchase_line_id, (line.quantity, line.unit_price))
    if not claimed:
        _take_off(tx, line)
    else:
        quantity, reason, price = _bought(cascade, line, claimed)
        change(
            tx,
            PurchaseLine,
            line.purchase_line_id,
            quantity=min(quantity, line.quantity),
            unit_price=price,
            surplus_reason=reason if min(quantity, line.quantity) > claimed else "",
        )
    tx.changed("purchase_order", "peg")


def _bought(cascade: Cascade, line: Row[Any], claimed: int) -> tuple[int, str, int | None]:
    """Quantity, surplus reason and price of a draft line for what is pegged to it."""
    whole = cascade.snapshot.items[line.item_id].whole_units
    article = first(
        cascade.tx,
        "SELECT minimum_quantity, coalesce(order_multiple, units_per_purchase_unit) AS multiple FROM supplier_item"
        " WHERE supplier_item_id = ?",
        line.supplier_item_id,
    )
    rules = (article.minimum_quantity, article.multiple) if article is not None else (None, None)
    quantity, reason = raise_lot(claimed, *rules, whole=whole)
    price = first(
        cascade.tx,
        "SELECT price FROM price_break WHERE supplier_item_id = ?"
        " ORDER BY from_quantity > ?, CASE WHEN from_quantity <= ? THEN -from_quantity ELSE from_quantity END LIMIT 1",
        line.supplier_item_id,
        quantity,
        quantity,
    )
    return quantity, reason, price.price if price is not None else line.unit_price


def _take_off(tx: Transaction, line: Row[Any]) -> None:
    """Cancel a draft line, and its order once nothing else is on it."""
    change(tx, PurchaseLine, line.purchase_line_id, state="cancelled", surplus_reason="")
    run(
        tx,
        "UPDATE purchase_order SET state = 'cancelled' WHERE purchase_order_id = ? AND state = 'draft' AND NOT EXISTS"
        " (SELECT 1 FROM purchase_line l WHERE l.purchase_order_id = purchase_order.purchase_order_id"
        " AND l.state <> 'cancelled')",
        line.purchase_order_id,
    )


def _take_stock(tx: Transaction, requirement: Row[Any], left: int) -> int:
    for row, free in free_stock(tx, requirement.item_id):
        part = min(left, free)
        at = number(tx, "SELECT location_id FROM stock WHERE stock_id = ?", row.stock_id)
        if part and at != requirement.location_id:
            pegs.put_last(tx, requirement.requirement_id, pegs.stock(row.stock_id), part)
            left -= part
    return left


def _take_surplus(tx: Transaction, requirement: Row[Any], left: int) -> int:
    """Surplus of open orders that comes no later than the need; what is overdue counts as coming today."""
    for row in rows(
        tx,
        "SELECT 'work_order_id' AS kind, w.work_order_id AS key, w.due_date, w.quantity - w.completed_quantity AS open"
        " FROM work_order w WHERE w.item_id = ?1 AND w.surplus_reason <> '' AND w.choices = ''"
        " AND w.state IN ('planned', 'released', 'in_progress') AND w.due_date <= max(?2, ?3)"
        " UNION ALL SELECT 'purchase_line_id', l.purchase_line_id, l.due_date, l.quantity - l.received_quantity"
        " FROM purchase_line l JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " WHERE l.item_id = ?1 AND l.surplus_reason <> '' AND l.state = 'open' AND l.work_order_id IS NULL"
        " AND o.state IN ('draft', 'sent') AND l.due_date <= max(?2, ?3) ORDER BY 3, 2",
        requirement.item_id,
        requirement.need_date,
        tx.today.isoformat(),
    ):
        supply = pegs.Supply(row.kind, row.key)
        part = min(left, row.open - pegs.pegged(tx, supply))
        if part > 0:
            pegs.put_last(tx, requirement.requirement_id, supply, part)
            pegs.surplus_needs_reason(tx, supply, REASON)
            left -= part
    return left


def _enlarge_job(cascade: Cascade, requirement: Row[Any], by: int) -> None:
    """Let the planned job that the requirement pulled make more; without one the explosion makes a new one."""
    tx = cascade.tx
    for job in rows(
        tx,
        "SELECT w.* FROM peg p JOIN work_order w ON w.work_order_id = p.work_order_id WHERE p.requirement_id = ?"
        " ORDER BY p.peg_id DESC",
        requirement.requirement_id,
    ):
        bom = _bom_of(cascade, job)
        if bom is not None and job_follows(tx, job):
            pegs.put_last(tx, requirement.requirement_id, pegs.job(job.work_order_id), by)
            _resize_job(cascade, job, bom)
            return
