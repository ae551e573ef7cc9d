"""Operations of a job as the floor does them, and the time that people spend on them."""

import datetime
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.quantity import Quantity, divide_half_up
from pegboard.domain.work_order import OPEN_STATES, WorkOrderState
from pegboard.i18n import tr
from pegboard.queries.lookups import work_order_numbered
from pegboard.services.release import STATE_WORDS, release_work_order
from pegboard.storage.rows import add, change, first, rows, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.work_orders import TimeEntry, WorkOrderOperation

HOUR = 3_600_000_000  # microseconds


def start_operation(tx: Transaction, number: str, sequence: int, person: str = "") -> None:
    """Start work on an operation; its time runs for `person`. An unreleased job is released.

    Raises Refused where it is finished, this person is at it already, or the work center has no room (`wip_cap`).
    """
    job = _open_job(tx, number)
    if job.state == WorkOrderState.PLANNED:
        release_work_order(tx, number)
    operation = _operation(tx, job, sequence)
    if operation.state == "finished":
        raise Refused(
            tr("Operation {sequence} of {number} is finished.", sequence=sequence, number=number),
            hint=tr("Start the next one."),
        )
    if operation.state == "waiting":
        _require_room(tx, operation)
        change(tx, WorkOrderOperation, operation.work_order_operation_id, state="started", started_at=tx.now)
    if _running(tx, operation.work_order_operation_id, person) is not None:
        raise Refused(
            tr("{person} is at work on it already.", person=person or tr("Somebody")), hint=tr("Finish it first.")
        )
    add(
        tx,
        TimeEntry,
        work_order_operation_id=operation.work_order_operation_id,
        person=person,
        started_at=tx.now,
    )
    run(
        tx,
        "UPDATE work_order SET state = 'in_progress' WHERE work_order_id = ? AND state = 'released'",
        job.work_order_id,
    )
    tx.changed("work_order")
    tx.note(tr("Started {number} operation {sequence}.", number=number, sequence=sequence))


def report_operation(
    tx: Transaction,
    number: str,
    sequence: int,
    good: Quantity | None = None,
    scrap: Quantity | None = None,
    person: str = "",
    *,
    minutes: Quantity | None = None,
) -> None:
    """Report what an operation has done: without `good`, all that is left of the start quantity.

    The running time of `person` ends; `minutes` state the time instead. An operation is finished when all pieces have
    passed it. Scrap is counted here for the operation alone: `services.production.finish_operation` books it.
    """
    job = _open_job(tx, number)
    if job.state == WorkOrderState.PLANNED:
        release_work_order(tx, number)
    operation = _operation(tx, job, sequence)
    lost = scrap or Quantity(0)
    left = max(0, job.start_quantity - operation.good_quantity - operation.scrap_quantity - lost.micro)
    passed = Quantity(left) if good is None else good
    if passed.micro < 0 or lost.micro < 0:
        raise InvalidInput(tr("Good pieces and scrap cannot be negative."), hint=tr("Give what was made."))
    _end_time(tx, operation, person, minutes)
    is_finished = passed.micro >= left
    change(
        tx,
        WorkOrderOperation,
        operation.work_order_operation_id,
        good_quantity=operation.good_quantity + passed.micro,
        scrap_quantity=operation.scrap_quantity + lost.micro,
        state="finished" if is_finished else "started",
        finished_at=tx.now if is_finished else None,
    )
    run(
        tx,
        "UPDATE work_order SET state = 'in_progress' WHERE work_order_id = ? AND state = 'released'",
        job.work_order_id,
    )
    tx.changed("work_order")
    tx.note(tr("{number} operation {sequence}: {good} good.", number=number, sequence=sequence, good=passed))


def reopen_for_make_up(tx: Transaction, number: str, sequence: int) -> None:
    """Open the operations up to this one again where more is started than has passed them."""
    run(
        tx,
        "UPDATE work_order_operation SET state = 'started', finished_at = NULL FROM work_order w WHERE w.number = ?"
        " AND w.work_order_id = work_order_operation.work_order_id AND w.state = 'in_progress' AND sequence <= ?"
        " AND work_order_operation.state = 'finished' AND good_quantity + scrap_quantity < w.start_quantity",
        number,
        sequence,
    )


def end_operations(tx: Transaction, work_order_id: int) -> None:
    """Finish whatever of a job is still open: its running times end, so that their cost is known."""
    for entry in rows(
        tx,
        "SELECT t.*, c.hourly_rate FROM time_entry t JOIN work_order_operation o"
        " ON o.work_order_operation_id = t.work_order_operation_id"
        " LEFT JOIN work_center c ON c.work_center_id = o.work_center_id"
        " WHERE o.work_order_id = ? AND t.ended_at IS NULL",
        work_order_id,
    ):
        _end_entry(tx, entry, entry.hourly_rate)
    run(
        tx,
        "UPDATE work_order_operation SET state = 'finished', finished_at = ? WHERE work_order_id = ?"
        " AND state = 'started'",
        _text(tx.now),
        work_order_id,
    )


def _open_job(tx: Transaction, number: str) -> Row[Any]:
    job = work_order_numbered(tx, number)
    if job.state not in OPEN_STATES:
        raise Refused(
            tr("Work order {number} is {state}.", number=number, state=STATE_WORDS[job.state]()),
            hint=tr("Nothing more can be reported on it."),
        )
    return job


def _operation(tx: Transaction, job: Row[Any], sequence: int) -> Row[Any]:
    row = first(
        tx,
        "SELECT o.*, c.hourly_rate, c.wip_cap, c.code AS work_center FROM work_order_operation o"
        " LEFT JOIN work_center c ON c.work_center_id = o.work_center_id"
        " WHERE o.work_order_id = ? AND o.sequence = ?",
        job.work_order_id,
        sequence,
    )
    if row is None:
        raise NotFound(
            tr("{number} has no operation {sequence}.", number=job.number, sequence=sequence),
            hint=tr("Look at the traveler."),
        )
    return row


def _require_room(tx: Transaction, operation: Row[Any]) -> None:
    if operation.wip_cap is None:
        return
    busy = rows(
        tx,
        "SELECT w.number FROM work_order_operation o JOIN work_order w ON w.work_order_id = o.work_order_id"
        " WHERE o.work_center_id = ? AND o.state = 'started' ORDER BY o.started_at",
        operation.work_center_id,
    )
    if len(busy) >= operation.wip_cap:
        raise Refused(
            tr(
                "{center} already has {count} jobs at work: {jobs}.",
                center=operation.work_center,
                count=len(busy),
                jobs=", ".join(row.number for row in busy),
            ),
            hint=tr("Finish one of them first."),
        )


def _running(tx: Transaction, operation_id: int, person: str) -> Row[Any] | None:
    return first(
        tx,
        "SELECT * FROM time_entry WHERE work_order_operation_id = ? AND person = ? AND ended_at IS NULL",
        operation_id,
        person,
    )


def _end_time(tx: Transaction, operation: Row[Any], person: str, minutes: Quantity | None) -> None:
    running = _running(tx, operation.work_order_operation_id, person)
    if minutes is not None:
        took = datetime.timedelta(microseconds=minutes.micro * 60)
        if running is None:
            add(
                tx,
                TimeEntry,
                work_order_operation_id=operation.work_order_operation_id,
                person=person,
                started_at=tx.now - took,
                ended_at=tx.now,
                cost=_cost(took, operation.hourly_rate),
            )
        else:
            change(
                tx,
                TimeEntry,
                running.time_entry_id,
                started_at=tx.now - took,
                ended_at=tx.now,
                cost=_cost(took, operation.hourly_rate),
            )
    elif running is not None:
        _end_entry(tx, running, operation.hourly_rate)


def _end_entry(tx: Transaction, entry: Row[Any], hourly_rate: int | None) -> None:
    started = datetime.datetime.fromisoformat(entry.started_at).replace(tzinfo=datetime.UTC)
    cost = _cost(tx.now - started, hourly_rate)
    change(tx, TimeEntry, entry.time_entry_id, ended_at=tx.now, cost=cost)


def _cost(took: datetime.timedelta, hourly_rate: int | None) -> int | None:
    """Cost of a time in millionths; None where the work center's rate is unknown."""
    if hourly_rate is None:
        return None
    microseconds = took // datetime.timedelta(microseconds=1)
    return divide_half_up(microseconds * hourly_rate, HOUR)


def _text(instant: datetime.datetime) -> str:
    return instant.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
