"""Brings an open job to another BOM revision, where a person chooses so; otherwise it keeps the one it was made for."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import NotFound, Refused
from pegboard.domain.gross import gross
from pegboard.domain.quantity import Quantity
from pegboard.domain.snapshot import OpenDemand, PlanBom, PlanningSnapshot
from pegboard.domain.work_order import OPEN_STATES
from pegboard.i18n import tr
from pegboard.queries.lookups import item_named, work_order_numbered
from pegboard.queries.settings import settings
from pegboard.services.cascade import Cascade, change_components, open_cascade, settle
from pegboard.services.consequences import ChangeResult, DecisionNeeded, told
from pegboard.services.release import STATE_WORDS, copy_routing
from pegboard.storage.open_positions import choices_of
from pegboard.storage.reading_rows import day_number
from pegboard.storage.rows import change, number, rows, run
from pegboard.storage.snapshots import Scope, planning_snapshot
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.work_orders import WorkOrder


@dataclass(frozen=True, slots=True)
class JobOnRevision:
    """An open job and the revision it is made by.

    Attributes: open: good pieces still to come; has_issues: components were issued to it already; is_printed: a
    traveler of it is on the floor.
    """

    number: str
    revision: str
    state: str
    open: Quantity
    due_date: datetime.date
    has_issues: bool
    is_printed: bool


def jobs_on_other_revisions(reading: Reading, item: str, revision: str) -> tuple[JobOnRevision, ...]:
    """Open jobs of an item that are made by another revision than this one, by due date: to keep or to update."""
    found = rows(
        reading,
        "SELECT w.*, EXISTS (SELECT 1 FROM requirement r WHERE r.work_order_id = w.work_order_id"
        " AND r.issued_quantity > 0) AS has_issues,"
        " EXISTS (SELECT 1 FROM print p WHERE p.kind = 'traveler' AND p.number = w.number) AS is_printed"
        " FROM work_order w WHERE w.item_id = ? AND w.bom_id IS NOT NULL AND w.revision <> ?"
        " AND w.state IN ('planned', 'released', 'in_progress') ORDER BY w.due_date, w.number",
        item_named(reading, item).item_id,
        revision,
    )
    return tuple(
        JobOnRevision(
            row.number,
            row.revision,
            row.state,
            Quantity(row.quantity - row.completed_quantity),
            datetime.date.fromisoformat(row.due_date),
            bool(row.has_issues),
            bool(row.is_printed),
        )
        for row in found
    )


def update_job(
    tx: Transaction,
    job_number: str,
    revision: str,
    *,
    only_if_nothing_issued: bool = False,
    keep_surplus: bool = False,
    dry_run: bool = False,
) -> ChangeResult:
    """Let a job be made by another revision: its components change, what is no longer wanted comes free.

    New components are uncovered until the next explosion. With `only_if_nothing_issued` a job that has parts already
    stays as it is. Raises DecisionNeeded where something sent or received is no longer wanted, unless `keep_surplus`.
    """
    job = work_order_numbered(tx, job_number)
    if job.state not in OPEN_STATES:
        raise Refused(
            tr("Work order {number} is {state}.", number=job_number, state=STATE_WORDS[job.state]()),
            hint=tr("Only an open job can be updated."),
        )
    issued = number(
        tx, "SELECT count(*) FROM requirement WHERE work_order_id = ? AND issued_quantity > 0", job.work_order_id
    )
    if job.revision == revision or (issued and only_if_nothing_issued):
        return ChangeResult()
    result = _within_save_point(tx, lambda scratch: _update(scratch, job, revision), keep_surplus, dry_run=dry_run)
    if not dry_run:
        tx.changed("work_order", "requirement", "peg", "purchase_order", "stock")
        tx.note(tr("{number} is made by revision {revision} now.", number=job_number, revision=revision or "-"))
    return result


def _within_save_point(
    tx: Transaction, work: Callable[[Transaction], Cascade], keep_surplus: bool, *, dry_run: bool
) -> ChangeResult:
    scratch = Transaction(tx.connection, tx.command, today=tx.today, now=tx.now, actor=tx.actor)
    with tx.connection.begin_nested() as save_point:
        result = told(scratch, work(scratch).touched, settings(tx).currency)
        undecided = bool(result.decisions) and not keep_surplus
        if dry_run or undecided:
            save_point.rollback()
    if undecided and not dry_run:
        raise DecisionNeeded(result)
    return result


def _update(tx: Transaction, job: Row[Any], revision: str) -> Cascade:
    snapshot = _snapshot(tx, job)
    old, new = (_bom(snapshot, job, wanted) for wanted in (job.revision, revision))
    day = max(tx.today.toordinal(), day_number(job.start_date) or 0)
    choices = choices_of(job.choices)
    before = gross(snapshot, job.item_id, old, choices, day, job.start_quantity)
    after = gross(snapshot, job.item_id, new, choices, day, job.start_quantity)
    since = tx.now.replace(tzinfo=None).isoformat(" ")
    cascade = open_cascade(tx, snapshot, since, jobs=[job.work_order_id])
    change(tx, WorkOrder, job.work_order_id, bom_id=new.bom_id, revision=revision, row_version=job.row_version + 1)
    change_components(cascade, "work_order_id", job.work_order_id, before, after)
    settle(cascade)
    cascade.standing.write()
    _renew_routing(tx, work_order_numbered(tx, job.number))
    return cascade


def _renew_routing(tx: Transaction, job: Row[Any]) -> None:
    """Copy the routing of the new revision, as long as nobody has begun."""
    begun = number(
        tx,
        "SELECT count(*) FROM work_order_operation WHERE work_order_id = ? AND state <> 'waiting'",
        job.work_order_id,
    )
    if begun or job.state == "planned":
        return
    run(tx, "DELETE FROM work_order_operation WHERE work_order_id = ?", job.work_order_id)
    copy_routing(tx, job)


def _bom(snapshot: PlanningSnapshot, job: Row[Any], revision: str) -> PlanBom:
    for bom in snapshot.boms.get(job.item_id, ()):
        if bom.revision == revision:
            return bom
    raise NotFound(
        tr("{item} has no BOM revision {revision}.", item=job.item, revision=revision or "-"),
        hint=tr("Look up its revisions first."),
    )


def _snapshot(tx: Transaction, job: Row[Any]) -> PlanningSnapshot:
    asked = OpenDemand(
        demand_id=-1,
        kind="order",
        name=job.number,
        item_id=job.item_id,
        quantity=job.quantity,
        due=None,
        given_due=None,
        order_date=0,
        entry=0,
    )
    return planning_snapshot(
        tx, Scope(frozenset(), (asked,)), combining_days=settings(tx).combining_days, deposit_gates_pull=False
    )
