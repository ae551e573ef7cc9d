"""Operations of a job as the floor does them, and the time that people spend on them."""

import datetime
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.quantity import Quantity
from pegboard.domain.work_order import OPEN_STATES, WorkOrderState
from pegboard.i18n import tr
from pegboard.queries.lookups import work_order_numbered
from pegboard.services import work_times
from pegboard.services.release import STATE_WORDS, release_work_order
from pegboard.storage.rows import add, change, first, number, rows, run
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.work_orders import WorkOrderOperation


def start_operation(tx: Transaction, number: str, sequence: int, person: str = "") -> None:
    """Start work on an operation; its time runs for `person`. An unreleased job is released.

    Raises Refused where it is finished, this person is at it already, or the work center has no room (`wip_cap`).
    """
    job = open_job(tx, number)
    if job.state == WorkOrderState.PLANNED:
        release_work_order(tx, number)
    operation = operation_of(tx, job, sequence)
    if operation.state == "finished":
        raise Refused(
            tr("Operation {sequence} of {number} is finished.", sequence=sequence, number=number),
            hint=tr("Start the next one."),
        )
    if operation.state == "waiting":
        _require_room(tx, operation)
        change(tx, WorkOrderOperation, operation.work_order_operation_id, state="started", started_at=tx.now)
    work_times.begin(tx, operation.work_order_operation_id, person)
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
    job = open_job(tx, number)
    if job.state == WorkOrderState.PLANNED:
        release_work_order(tx, number)
    operation = operation_of(tx, job, sequence)
    lost = scrap or Quantity(0)
    left = max(0, job.start_quantity - operation.good_quantity - operation.scrap_quantity - lost.micro)
    passed = Quantity(left) if good is None else good
    if passed.micro < 0 or lost.micro < 0:
        raise InvalidInput(tr("Good pieces and scrap cannot be negative."), hint=tr("Give what was made."))
    if minutes is not None:
        work_times.state_time(tx, operation, person, minutes)
    else:
        work_times.end_all_of_operation(tx, operation, person)
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
    work_times.end_all_of_job(tx, work_order_id)
    run(
        tx,
        "UPDATE work_order_operation SET state = 'finished', finished_at = ? WHERE work_order_id = ?"
        " AND state = 'started'",
        _text(tx.now),
        work_order_id,
    )


def stop_operation(tx: Transaction, number: str, sequence: int, person: str = "") -> None:
    """Pause: the time of a person on an operation ends, the operation stays under way.

    Raises Refused where this person is not at it.
    """
    job = open_job(tx, number)
    operation = operation_of(tx, job, sequence)
    running = work_times.running_on(tx, operation.work_order_operation_id, person)
    if running is None:
        raise Refused(
            tr("{person} is not at work on {number}/{sequence}.", person=person, number=number, sequence=sequence),
            hint=tr("Start it first."),
        )
    work_times.end(tx, running, operation.hourly_rate, tx.now)
    tx.note(tr("{person} stopped at {number}/{sequence}.", person=person, number=number, sequence=sequence))


def left_before(reading: Reading, work_order_id: int, sequence: int) -> int | None:
    """The first earlier operation that nothing has passed yet; None where work may go on here."""
    found = first(
        reading,
        "SELECT sequence FROM work_order_operation WHERE work_order_id = ? AND sequence < ? AND state <> 'finished'"
        " AND good_quantity = 0 ORDER BY sequence",
        work_order_id,
        sequence,
    )
    return None if found is None else int(found.sequence)


def add_rework(
    tx: Transaction,
    number: str,
    after: int,
    *,
    reason: str,
    description: str = "",
    work_center: str = "",
    minutes: Quantity | None = None,
) -> int:
    """Add an operation that mends pieces after operation `after` of an open job; return its sequence.

    `minutes` is its planned time for the whole job; it is done where operation `after` is unless another `work_center`
    is named. Raises InvalidInput without a reason, Refused where no number is free between the operations.
    """
    job = open_job(tx, number)
    if job.state == WorkOrderState.PLANNED:
        release_work_order(tx, number)
    before = operation_of(tx, job, after)
    if not reason:
        raise InvalidInput(tr("Rework needs a reason."), hint=tr("Say what is to be mended."))
    center = work_center_coded(tx, work_center) if work_center else before.work_center_id
    sequence = _free_sequence(tx, job, after)
    add(
        tx,
        WorkOrderOperation,
        work_order_id=job.work_order_id,
        sequence=sequence,
        work_center_id=center,
        description=description or tr("Rework"),
        setup_minutes=minutes.micro if minutes is not None else 0,
        rework_reason=reason,
    )
    tx.changed("work_order")
    tx.note(
        tr("Rework on {number} as operation {sequence}: {reason}.", number=number, sequence=sequence, reason=reason)
    )
    return sequence


def work_center_coded(reading: Reading, code: str) -> int:
    """The key of the work center with this code; NotFound otherwise."""
    found = number(reading, "SELECT work_center_id FROM work_center WHERE code = ?", code)
    if not found:
        raise NotFound(tr("There is no work center {code}.", code=code), hint=tr("Check the code; case matters."))
    return found


def send_out(tx: Transaction, number: str, sequence: int) -> str:
    """Send the pieces of a subcontract operation to its supplier; return the purchase line that brings them back.

    Raises Refused where the operation is done in the house, its purchase order is not sent, or earlier work is left.
    """
    job = open_job(tx, number)
    if job.state == WorkOrderState.PLANNED:
        release_work_order(tx, number)
    operation = operation_of(tx, job, sequence)
    line = _service_line(tx, job, operation)
    left = left_before(tx, job.work_order_id, sequence)
    if left is not None:
        raise Refused(
            tr("Operation {left} of {number} is not done yet.", left=left, number=number), hint=tr("Do it first.")
        )
    if operation.state != "waiting":
        raise Refused(
            tr("Operation {sequence} of {number} went out already.", sequence=sequence, number=number),
            hint=tr("Receive it on {line}.", line=line.name),
        )
    change(tx, WorkOrderOperation, operation.work_order_operation_id, state="started", started_at=tx.now)
    run(
        tx,
        "UPDATE work_order SET state = 'in_progress' WHERE work_order_id = ? AND state = 'released'",
        job.work_order_id,
    )
    tx.changed("work_order")
    tx.note(tr("{number}/{sequence} went to {supplier}.", number=number, sequence=sequence, supplier=line.supplier))
    return str(line.name)


def _service_line(tx: Transaction, job: Row[Any], operation: Row[Any]) -> Row[Any]:
    line = first(
        tx,
        "SELECT l.*, o.number || '/' || l.line AS name, o.state AS order_state, v.code AS supplier FROM purchase_line l"
        " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " JOIN supplier v ON v.supplier_id = o.supplier_id"
        " WHERE l.work_order_id = ? AND l.operation = ? AND l.state = 'open' AND o.state IN ('draft', 'sent')"
        " ORDER BY l.purchase_line_id DESC",
        job.work_order_id,
        operation.sequence,
    )
    if line is None:
        raise Refused(
            tr(
                "No open purchase line buys operation {sequence} of {number}.",
                sequence=operation.sequence,
                number=job.number,
            ),
            hint=tr("Start it like any other operation, or explode again."),
        )
    if line.order_state != "sent":
        raise Refused(
            tr("{line} is not sent to {supplier} yet.", line=line.name, supplier=line.supplier),
            hint=tr("Send the purchase order first."),
        )
    return line


def _free_sequence(tx: Transaction, job: Row[Any], after: int) -> int:
    taken = {row.sequence for row in rows(tx, _SEQUENCES, job.work_order_id)}
    following = min((sequence for sequence in taken if sequence > after), default=after + 10)
    middle = after + max(1, (following - after) // 2)
    free: list[int] = [sequence for sequence in (middle, *range(after + 1, following)) if sequence not in taken]
    if not free:
        raise Refused(
            tr("There is no number left between operations {after} and {next}.", after=after, next=following),
            hint=tr("Add the rework after another operation."),
        )
    return free[0]


_SEQUENCES = "SELECT sequence FROM work_order_operation WHERE work_order_id = ?"


def open_job(tx: Reading, number: str) -> Row[Any]:
    """The job with this number; Refused where it has ended."""
    job = work_order_numbered(tx, number)
    if job.state not in OPEN_STATES:
        raise Refused(
            tr("Work order {number} is {state}.", number=number, state=STATE_WORDS[job.state]()),
            hint=tr("Nothing more can be reported on it."),
        )
    return job


def operation_of(tx: Reading, job: Row[Any], sequence: int) -> Row[Any]:
    """An operation of a job with its work center's code, rate and cap; NotFound otherwise."""
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


def _text(instant: datetime.datetime) -> str:
    return instant.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
