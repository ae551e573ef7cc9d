"""Brings an open job to another BOM revision, where a person chooses so; otherwise it keeps the one it was made for."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import NotFound, Refused
from pegboard.domain.gross import gross
from pegboard.domain.quantity import Quantity, extended_amount
from pegboard.domain.snapshot import OpenDemand, PlanBom, PlanningSnapshot
from pegboard.domain.work_order import OPEN_STATES
from pegboard.i18n import tr
from pegboard.queries.costs import item_costs
from pegboard.queries.lookups import item_named, work_order_numbered
from pegboard.queries.settings import settings
from pegboard.services.cascade import Cascade, change_components, open_cascade, serve_helped, settle
from pegboard.services.consequences import ChangeResult, Consequence, DecisionNeeded, Touched, told
from pegboard.services.decisions import Choices, apply, undecided
from pegboard.services.release import STATE_WORDS, copy_routing
from pegboard.services.standing import JOB, JobSupply
from pegboard.storage.open_positions import choices_of
from pegboard.storage.reading_rows import among, day_number
from pegboard.storage.rows import change, first, number, rows, run
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
    decide: str | Mapping[str, str] = "",
    dry_run: bool = False,
) -> ChangeResult:
    """Let a job be made by another revision; see `update_jobs`."""
    return update_jobs(tx, [(job_number, revision)], decide=decide, dry_run=dry_run)


def to_update(
    tx: Transaction, jobs: Iterable[tuple[str, str]], *, only_if_nothing_issued: bool = False
) -> tuple[tuple[str, str], ...]:
    """Of jobs, each with a revision, those that are made by another one; where it is said so, none that has parts."""
    found = []
    for job_number, revision in jobs:
        job = _open_job(tx, job_number)
        if job.revision != revision and not (only_if_nothing_issued and _has_issues(tx, job)):
            found.append((job_number, revision))
    return tuple(found)


def update_jobs(
    tx: Transaction,
    jobs: Iterable[tuple[str, str]],
    *,
    decide: str | Mapping[str, str] = "",
    dry_run: bool = False,
) -> ChangeResult:
    """Let jobs, each with a revision, be made by that: components change, what is no longer wanted comes free.

    New components are uncovered until the next explosion, and told as `parts_needed`. With `dry_run` nothing stays
    written. Raises DecisionNeeded, with the whole result, where something sent or received is no longer wanted and
    `decide` does not say what becomes of it.
    """
    choices, updated, touched = Choices(decide), to_update(tx, jobs), Touched()
    needed: dict[tuple[str, int], int] = {}
    scratch = Transaction(tx.connection, tx.command, today=tx.today, now=tx.now, actor=tx.actor)
    with tx.connection.begin_nested() as save_point:
        for job_number, revision in updated:
            _update(scratch, _open_job(tx, job_number), revision, touched, needed, choices.cut)
        serve_helped(scratch, touched)
        result = told(scratch, touched, settings(tx).currency)
        result = replace(result, consequences=(*result.consequences, *_needed(scratch, needed)))
        is_open = bool(undecided(result.decisions, choices))
        if dry_run or is_open:
            save_point.rollback()
    if dry_run or not updated:
        return result
    if is_open:
        raise DecisionNeeded(result)
    for decision in result.decisions:
        choice = choices.of(decision)
        assert choice is not None
        apply(tx, decision, choice, tr("BOM revision of {numbers}", numbers=", ".join(number for number, _ in updated)))
    tx.changed("work_order", "requirement", "peg", "purchase_order", "stock")
    for job_number, revision in updated:
        tx.note(tr("{number} is made by revision {revision} now.", number=job_number, revision=revision or "-"))
    return result


def _open_job(tx: Transaction, job_number: str) -> Row[Any]:
    job = work_order_numbered(tx, job_number)
    if job.state not in OPEN_STATES:
        raise Refused(
            tr("Work order {number} is {state}.", number=job_number, state=STATE_WORDS[job.state]()),
            hint=tr("Only an open job can be updated."),
        )
    return job


def _has_issues(tx: Transaction, job: Row[Any]) -> bool:
    issued = "SELECT 1 FROM requirement WHERE work_order_id = ? AND issued_quantity > 0 LIMIT 1"
    return bool(job.components_issued) or first(tx, issued, job.work_order_id) is not None


def _needed(reading: Reading, needed: Mapping[tuple[str, int], int]) -> Iterator[Consequence]:
    """Say which parts nothing covers yet, and what they will cost."""
    items = dict(among(reading, "SELECT item_id, code FROM item WHERE {among}", "item_id", {key for _, key in needed}))
    costs = item_costs(reading, only_of=set(items.values())) if items else {}
    currency = settings(reading).currency
    for (job_number, item_id), quantity in needed.items():
        cost = costs[items[item_id]].total if items[item_id] in costs else None
        worth = None if cost is None else extended_amount(quantity, cost.micro, currency)
        yield Consequence("parts_needed", job_number, items[item_id], "0", str(Quantity(quantity)), worth)


def _update(
    tx: Transaction,
    job: Row[Any],
    revision: str,
    touched: Touched,
    needed: dict[tuple[str, int], int],
    cut: frozenset[str],
) -> None:
    """Change the components of one job; what was touched and what is needed anew is added up."""
    snapshot = _snapshot(tx, job)
    old, new = (_bom(snapshot, job, wanted) for wanted in (job.revision, revision))
    day = max(tx.today.toordinal(), day_number(job.start_date) or 0)
    choices = choices_of(job.choices)
    since = tx.now.replace(tzinfo=None).isoformat(" ")
    cascade = open_cascade(tx, snapshot, since, jobs=[job.work_order_id])
    cascade.touched, cascade.cut = touched, cut
    _require_pulled(cascade, job)
    before = gross(snapshot, job.item_id, old, choices, day, job.start_quantity)
    after = gross(snapshot, job.item_id, new, choices, day, job.start_quantity)
    short = _short(cascade, job)
    change(tx, WorkOrder, job.work_order_id, bom_id=new.bom_id, revision=revision, row_version=job.row_version + 1)
    change_components(cascade, JOB, job.work_order_id, before, after)
    settle(cascade)
    for item_id, quantity in _short(cascade, job).items():
        more = quantity - short.get(item_id, 0)
        if more > 0:
            needed[job.number, item_id] = needed.get((job.number, item_id), 0) + more
    cascade.standing.write()
    _renew_routing(tx, work_order_numbered(tx, job.number))


def _require_pulled(cascade: Cascade, job: Row[Any]) -> None:
    supply = cascade.standing.supplies[JOB, job.work_order_id]
    if isinstance(supply, JobSupply) and supply.pulls_for_pegs:
        raise Refused(
            tr("{number} was imported: it pulls its parts by the revision of its start date.", number=job.number),
            hint=tr("Leave it out, or import it with another start date."),
        )


def _short(cascade: Cascade, job: Row[Any]) -> dict[int, int]:
    """What of the job's components nothing covers, by item."""
    found: dict[int, int] = {}
    for need in cascade.standing.of_owner[JOB, job.work_order_id]:
        found[need.item_id] = found.get(need.item_id, 0) + need.uncovered
    return found


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
