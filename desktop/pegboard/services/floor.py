"""What people on the floor do with jobs: each is kept with who, when and why, and can be taken back for ten minutes.

The rules are in `services.operations`, `services.production` and `services.picking`; this adds the record, the order of
operations, and that a person is at one thing at a time.
"""

from dataclasses import dataclass

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.domain.work_order import WorkOrderState
from pegboard.i18n import tr
from pegboard.queries.lookups import work_order_numbered
from pegboard.services import operations, picking, production, work_times
from pegboard.services.floor_reports import Said, TakenBack, reported, take_back
from pegboard.services.picking import Picked, ShortPick
from pegboard.services.production import Completion
from pegboard.storage.rows import add, change, first, number, rows
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.floor import FloorReport

NOTHING = Quantity(0)


class OutOfOrder(Refused):
    """An earlier operation has passed nothing yet; a person may go on all the same, and says why."""

    def __init__(self, message: str, *, hint: str, left: int) -> None:
        super().__init__(message, hint=hint)
        self.left = left


@dataclass(frozen=True, slots=True)
class Begun:
    """Work that began; `paused` is what the person was at before, `forgotten` what they had not stopped long ago."""

    number: str
    operation: int
    paused: tuple[tuple[str, int], ...]
    forgotten: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class StepDone:
    """What was reported of an operation: good pieces, how many are left for it, whether it is the job's last one."""

    number: str
    operation: int
    good: Quantity
    left: Quantity
    is_last: bool


def start(tx: Transaction, job: str, operation: int, person: str, *, anyway: str = "") -> Begun:
    """Begin work on an operation; what the person is at elsewhere pauses.

    Raises OutOfOrder where an earlier operation is left, unless `anyway` says why that is right.
    """
    row = work_order_numbered(tx, job)
    key = int(row.work_order_id)
    if row.state == WorkOrderState.PLANNED:
        production.release_work_order(tx, job)
    left = operations.left_before(tx, key, operation)
    if left is not None and not anyway:
        raise OutOfOrder(
            tr(
                "This is operation {operation} of {job}; operation {left} is not done yet.",
                operation=operation,
                job=job,
                left=left,
            ),
            hint=tr("Do operation {left} first.", left=left),
            left=left,
        )
    with reported(tx, job, Said("start", person, operation, reason=anyway)):
        forgotten = work_times.end_forgotten(tx, person)
        paused = _pause_others(tx, person, job, operation)
        operations.start_operation(tx, job, operation, person)
    return Begun(job, operation, tuple(paused), tuple(forgotten))


def stop(tx: Transaction, job: str, operation: int, person: str) -> None:
    """Pause work on an operation."""
    with reported(tx, job, Said("stop", person, operation)):
        operations.stop_operation(tx, job, operation, person)


def done(
    tx: Transaction,
    job: str,
    operation: int,
    person: str,
    good: Quantity | None = None,
    scrap: Quantity = NOTHING,
    reason: str = "",
    *,
    minutes: Quantity | None = None,
    make_up: bool = True,
) -> StepDone:
    """Report good pieces, and scrap, of an operation; without `good`, all that are left."""
    before = _passed(tx, job, operation)
    with reported(tx, job, Said("finish", person, operation, scrap=scrap, reason=reason)) as said:
        production.finish_operation(
            tx, job, operation, good, scrap, person, minutes=minutes, reason=reason, make_up=make_up
        )
        said.good = Quantity(_passed(tx, job, operation).micro - before.micro)
    row = work_order_numbered(tx, job)
    left = _left(tx, job, operation)
    is_last = not number(
        tx,
        "SELECT count(*) FROM work_order_operation WHERE work_order_id = ? AND sequence > ?",
        row.work_order_id,
        operation,
    )
    return StepDone(job, operation, said.good, left, is_last)


def scrap(
    tx: Transaction,
    job: str,
    operation: int | None,
    person: str,
    quantity: Quantity,
    reason: str,
    *,
    make_up: bool = True,
) -> Completion | None:
    """Report scrap of an operation, or of the job as a whole; what is lost is made up unless told not to."""
    with reported(tx, job, Said("scrap", person, operation, scrap=quantity, reason=reason)):
        if operation is None:
            return production.complete(tx, job, NOTHING, quantity, reason, make_up=make_up)
        running = _is_at(tx, job, operation, person)
        production.finish_operation(tx, job, operation, NOTHING, quantity, person, reason=reason, make_up=make_up)
        if running:  # the work goes on
            operations.start_operation(tx, job, operation, person)
    return None


def complete(
    tx: Transaction,
    job: str,
    person: str,
    good: Quantity,
    scrap_quantity: Quantity = NOTHING,
    reason: str = "",
    lot: str = "",
    *,
    make_up: bool = True,
    surplus: bool = False,
) -> Completion:
    """Take good pieces of a job into stock; `lot` as in `services.production.complete`."""
    with reported(tx, job, Said("complete", person, good=good, scrap=scrap_quantity, reason=reason)):
        return production.complete(tx, job, good, scrap_quantity, reason, lot, make_up=make_up, surplus=surplus)


def hand_out_all(tx: Transaction, job: str, person: str) -> Picked:
    """Hand out all components of a job that lie here for it."""
    with reported(tx, job, Said("issue", person)) as said:
        picked = picking.pick_all(tx, job)
        said.reason = ", ".join(f"{part.quantity} {part.item}" for part in picked.issued)
    return picked


def hand_out(
    tx: Transaction, job: str, person: str, line: int, quantity: Quantity, stock_id: int | None = None
) -> None:
    """Hand out so much of one pick line, out of one lot where it is named."""
    with reported(tx, job, Said("issue", person, item_id=_item_of(tx, line), good=quantity)):
        picking.pick(tx, job, line, quantity, stock_id)


def hand_out_short(tx: Transaction, job: str, person: str, line: int, found: Quantity, reason: str = "") -> ShortPick:
    """Hand out what was found of a pick line; the rest is short and is pulled by the next explosion."""
    with reported(tx, job, Said("short", person, item_id=_item_of(tx, line), good=found, reason=reason)):
        return picking.pick_short(tx, job, line, found, reason=reason)


def use_alternate(
    tx: Transaction, job: str, person: str, line: int, alternate: str, quantity: Quantity | None = None
) -> Quantity:
    """Let an approved alternate stand in for a component."""
    with reported(tx, job, Said("substitute", person, item_id=_item_of(tx, line), reason=alternate)) as said:
        said.good = picking.substitute(tx, job, line, alternate, quantity)
    return said.good


def order_rework(
    tx: Transaction,
    job: str,
    person: str,
    after: int,
    *,
    reason: str,
    description: str = "",
    work_center: str = "",
    minutes: Quantity | None = None,
) -> int:
    """Add an operation that mends pieces; return its sequence."""
    with reported(tx, job, Said("rework", person, after, reason=reason)) as said:
        said.operation = operations.add_rework(
            tx, job, after, reason=reason, description=description, work_center=work_center, minutes=minutes
        )
    return said.operation


def send_to_supplier(tx: Transaction, job: str, operation: int, person: str) -> str:
    """Send the pieces of a subcontract operation out; return the purchase line that brings them back."""
    with reported(tx, job, Said("send_out", person, operation)) as said:
        said.reason = operations.send_out(tx, job, operation)
    return said.reason


def raise_problem(tx: Transaction, job: str, operation: int | None, person: str, reason: str) -> int:
    """Say that something is wrong with a job; it stands on the Today page until somebody settles it."""
    if not reason:
        raise InvalidInput(tr("A problem needs a word."), hint=tr("Say what is wrong."))
    key = add(
        tx,
        FloorReport,
        at=tx.now,
        kind="problem",
        person=person,
        work_order_id=int(work_order_numbered(tx, job).work_order_id),
        operation=operation,
        reason=reason,
        rows_before="{}",
        rows_after="{}",
    )
    tx.changed("floor_report", "work_order")
    tx.note(tr("Problem on {job}: {reason}.", job=job, reason=reason))
    return key


def settle_problem(tx: Transaction, key: int, person: str) -> None:
    """Say that a problem is settled. Raises NotFound for one that is no more."""
    row = first(tx, "SELECT * FROM floor_report WHERE floor_report_id = ? AND kind = 'problem'", key)
    if row is None or row.settled_at is not None or row.undone_at is not None:
        raise NotFound(tr("This problem is settled already."), hint=tr("Refresh the page."))
    change(tx, FloorReport, key, settled_at=tx.now, settled_by=person)
    tx.changed("floor_report", "work_order")
    tx.note(tr("Settled: {reason}.", reason=row.reason))


def undo_last(tx: Transaction, person: str) -> TakenBack:
    """Take back the last thing that a person reported; see `services.floor_reports.take_back`."""
    return take_back(tx, person)


def proposed_lots(reading: Reading, job: str, good: Quantity) -> str:
    """Lot or serials for the output of a job: the job's number, with a running number behind it for each serial."""
    row = work_order_numbered(reading, job)
    if row.tracking == "none":
        return ""
    if row.tracking == "lot":
        return job
    known = rows(reading, "SELECT lot FROM stock WHERE item_id = ? AND lot LIKE ?", row.item_id, f"{job}-%")
    taken = {each.lot for each in known}
    names: list[str] = []
    place = 0
    while len(names) < good.micro // MICRO:
        place += 1
        if (name := f"{job}-{place}") not in taken:
            names.append(name)
    return ";".join(names)


def _pause_others(tx: Transaction, person: str, job: str, operation: int) -> list[tuple[str, int]]:
    paused = []
    for entry in work_times.running_of(tx, person):
        if (entry.number, entry.sequence) != (job, operation):
            work_times.end(tx, entry, entry.hourly_rate, tx.now)
            paused.append((str(entry.number), int(entry.sequence)))
    return paused


_STEP = (
    "SELECT o.*, w.start_quantity FROM work_order_operation o JOIN work_order w ON w.work_order_id = o.work_order_id"
    " WHERE w.number = ? AND o.sequence = ?"
)


def _passed(reading: Reading, job: str, operation: int) -> Quantity:
    row = first(reading, _STEP, job, operation)
    return Quantity(row.good_quantity if row is not None else 0)


def _left(reading: Reading, job: str, operation: int) -> Quantity:
    row = first(reading, _STEP, job, operation)
    return Quantity(0 if row is None else max(0, row.start_quantity - row.good_quantity - row.scrap_quantity))


def _is_at(reading: Reading, job: str, operation: int, person: str) -> bool:
    row = first(reading, _STEP, job, operation)
    return row is not None and work_times.running_on(reading, row.work_order_operation_id, person) is not None


def _item_of(reading: Reading, line: int) -> int | None:
    row = first(reading, "SELECT item_id FROM requirement WHERE requirement_id = ?", line)
    return None if row is None else int(row.item_id)
