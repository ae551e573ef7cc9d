"""What the floor reports of a job: operations started and finished, good pieces, scrap, and the end of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.portions import layers_worth, step_of, value_of
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.domain.work_order import OPEN_STATES, Completed, JobFigures, WorkOrderState, used_before
from pegboard.domain.work_order import complete as count_completion
from pegboard.i18n import tr
from pegboard.queries.job_costs import cost_of
from pegboard.queries.lookups import work_order_numbered
from pegboard.services import genealogy, pegs
from pegboard.services.arrivals import Arrived, arrive
from pegboard.services.issues import Issued, grow_pick_lines, issue, pick_lines
from pegboard.services.kanban_caps import release_as_work_leaves
from pegboard.services.movements import Layer, Movement, lots_of, require_new_serials
from pegboard.services.operations import end_operations, reopen_for_make_up, report_operation, start_operation
from pegboard.services.release import STATE_WORDS, release_work_order
from pegboard.storage.rows import run
from pegboard.storage.store import Transaction

__all__ = [
    "Completion",
    "close_short",
    "complete",
    "finish_operation",
    "release_work_order",
    "start_operation",
]

NOTHING = Quantity(0)


@dataclass(frozen=True, slots=True)
class Completion:
    """What a completion did.

    Attributes: number: of the job; quantity, scrap: what was reported; open: good pieces still to come; is_done;
    issued: components that went in; make_up: what the start quantity grew by; short: demands that lost their pegs.
    """

    number: str
    quantity: Quantity
    scrap: Quantity
    open: Quantity
    is_done: bool
    issued: tuple[Issued, ...]
    make_up: Quantity
    short: tuple[pegs.Loosened, ...]


def complete(
    tx: Transaction,
    number: str,
    quantity: Quantity,
    scrap: Quantity = NOTHING,
    reason: str = "",
    lot: str = "",
    *,
    make_up: bool = True,
    surplus: bool = False,
    location: str = "",
) -> Completion:
    """Report good pieces and scrap of a job: components are back-flushed, the output goes into stock with its pegs.

    `lot` is the output's lot, or its serials separated by `;`. With `make_up` scrap is made good for those who wait for
    it; `surplus` accepts more good pieces than are open; `location` overrides where the output goes.
    Raises Refused where parts are missing, more is reported than is open, or the job is ended.
    """
    job = work_order_numbered(tx, number)
    _require_open(job)
    good, lost = _checked(job, quantity, scrap, reason, surplus=surplus)
    lots = _lots(job, good, lot)
    require_new_serials(tx, job.item_id, job.tracking, lots)
    if job.state == WorkOrderState.PLANNED:
        release_work_order(tx, number, keeps_caps=False)
    figures = _figures(job)
    wanted = max(0, pegs.pegged(tx, pegs.job(job.work_order_id)) - good)
    after = count_completion(figures, good, lost, wanted=wanted, make_up=make_up)
    used = genealogy.used_so_far(tx, job.work_order_id, used_before(figures), job.start_quantity)
    grow_pick_lines(tx, job, after)
    issued = issue(tx, job, _amounts(tx, job, after))
    is_done = job.completed_quantity + good >= after.quantity
    if is_done:
        end_operations(tx, job.work_order_id)
    _record(tx, job, after, good, lost, is_done=is_done)
    arrived = _take_in(tx, job, lots, location)
    genealogy.link_lots(tx, job, used, after, arrived)
    short = _give_up(tx, job, after, good)
    _tell(tx, job, quantity, scrap, reason, short)
    if is_done:
        release_as_work_leaves(tx)
    return Completion(
        number,
        quantity,
        scrap,
        Quantity(max(0, after.quantity - job.completed_quantity - good)),
        is_done,
        tuple(issued),
        Quantity(after.make_up),
        tuple(short),
    )


def finish_operation(
    tx: Transaction,
    number: str,
    sequence: int,
    good: Quantity | None = None,
    scrap: Quantity = NOTHING,
    person: str = "",
    *,
    minutes: Quantity | None = None,
    reason: str = "",
    make_up: bool = True,
) -> None:
    """Report what an operation has done: without `good`, all that is left of the start quantity.

    Scrap is booked on the job at once, with its make-up, and is not to be reported again on completion. The running
    time of `person` ends; `minutes` state the time instead.
    """
    report_operation(tx, number, sequence, good, scrap, person, minutes=minutes)
    if scrap:
        complete(tx, number, NOTHING, scrap, reason, make_up=make_up)
        reopen_for_make_up(tx, number, sequence)
    release_as_work_leaves(tx)


def close_short(tx: Transaction, number: str, reason: str = "") -> tuple[pegs.Loosened, ...]:
    """End a job with what it has delivered: who waited for the rest is short, what it had pegged itself is free.

    Raises Refused for a job that is ended already.
    """
    job = work_order_numbered(tx, number)
    _require_open(job)
    end_operations(tx, job.work_order_id)
    short = tuple(pegs.loosen(tx, pegs.job(job.work_order_id), job.quantity))
    free_components(tx, job.work_order_id, reason="scrap not made up")
    run(
        tx,
        "UPDATE work_order SET state = 'closed', surplus_reason = '', row_version = row_version + 1"
        " WHERE work_order_id = ?",
        job.work_order_id,
    )
    tx.changed("work_order", "peg")
    tx.note(tr("Closed {number} short. {reason} {short}", number=number, reason=reason, short=pegs.say(short)).strip())
    return short


def free_components(tx: Transaction, work_order_id: int, reason: str) -> None:
    """Let go of all that a job has pegged and not used; open supply that nobody wants then is surplus for `reason`."""
    for line in pick_lines(tx, work_order_id):
        pegs.release_requirement(tx, line.requirement_id, reason)
        run(tx, "UPDATE requirement SET quantity = issued_quantity WHERE requirement_id = ?", line.requirement_id)
    tx.changed("requirement", "peg")


def _require_open(job: Row[Any]) -> None:
    if job.state not in OPEN_STATES:
        raise Refused(
            tr("Work order {number} is {state}.", number=job.number, state=STATE_WORDS[job.state]()),
            hint=tr("Nothing more can be reported on it; book a correction in the stock instead."),
        )


def _checked(job: Row[Any], quantity: Quantity, scrap: Quantity, reason: str, *, surplus: bool) -> tuple[int, int]:
    good, lost = quantity.micro, scrap.micro
    if good < 0 or lost < 0 or good + lost == 0:
        raise InvalidInput(
            tr("Good pieces and scrap cannot be negative, nor both nothing."), hint=tr("Say how many are good.")
        )
    if job.whole_units and (good % MICRO or lost % MICRO):
        raise InvalidInput(tr("{item} is counted in whole units.", item=job.item), hint=tr("Give a whole number."))
    if lost and not reason:
        raise InvalidInput(tr("Scrap needs a reason."), hint=tr("Say why {scrap} are scrap.", scrap=scrap))
    still_open = job.quantity - job.completed_quantity
    if good > still_open and not surplus:
        raise Refused(
            tr(
                "{quantity} are more than the {open} still open on {number}.",
                quantity=quantity,
                open=Quantity(still_open),
                number=job.number,
            ),
            hint=tr("Report {open}, or accept the rest as surplus.", open=Quantity(still_open)),
        )
    return good, lost


def _figures(job: Row[Any]) -> JobFigures:
    return JobFigures(
        quantity=job.quantity,
        start_quantity=job.start_quantity,
        completed=job.completed_quantity,
        scrapped=job.scrapped_quantity,
        loss_percent=job.loss_percent,
        step=step_of(job.whole_units),
    )


def _amounts(tx: Transaction, job: Row[Any], after: Completed) -> list[tuple[Row[Any], int]]:
    return [
        (line, amount)
        for line in pick_lines(tx, job.work_order_id)
        if (amount := after.to_issue(line.quantity, line.issued_quantity, step_of(line.whole_units)))
    ]


def _lots(job: Row[Any], good: int, lot: str) -> list[tuple[str, int]]:
    """What the output lies under: its lots, or where it has none the options to which it was made."""
    lots = lots_of(job, good, lot) if good else []
    return [(job.choices or own, quantity) for own, quantity in lots] if job.tracking == "none" else lots


def _take_in(tx: Transaction, job: Row[Any], lots: Sequence[tuple[str, int]], location: str) -> list[Arrived]:
    good = sum(quantity for _lot, quantity in lots)
    if not good:
        return []
    movement = Movement("completion", job.number, links={"work_order_id": job.work_order_id})
    supply = pegs.job(job.work_order_id)
    return arrive(tx, supply, job.item_id, lots, _output_layers(tx, job, good), movement, location=location)


def _output_layers(tx: Transaction, job: Row[Any], good: int) -> list[Layer]:
    """Cost of the output: all that the job has cost and no earlier output has taken with it."""
    cost = cost_of(tx, job.work_order_id)
    value = cost.total.micro - cost.completed.micro
    if job.components_issued:
        if job.standard_cost is None:
            return [(good, None)]
        value += value_of(good, job.standard_cost)
    if value <= 0 and cost.has_unknown:
        return [(good, None)]
    return list(layers_worth(good, max(0, value)))


def _record(tx: Transaction, job: Row[Any], after: Completed, good: int, lost: int, *, is_done: bool) -> None:
    run(
        tx,
        "UPDATE work_order SET quantity = ?, start_quantity = ?, completed_quantity = completed_quantity + ?,"
        " scrapped_quantity = scrapped_quantity + ?, state = ?, row_version = row_version + 1 WHERE work_order_id = ?",
        after.quantity,
        after.start_quantity,
        good,
        lost,
        (WorkOrderState.DONE if is_done else WorkOrderState.IN_PROGRESS).value,
        job.work_order_id,
    )
    tx.changed("work_order", "requirement", "peg")


def _give_up(tx: Transaction, job: Row[Any], after: Completed, good: int) -> list[pegs.Loosened]:
    supply = pegs.job(job.work_order_id)
    still_open = max(0, after.quantity - job.completed_quantity - good)
    short = pegs.loosen(tx, supply, pegs.pegged(tx, supply) - still_open)
    pegs.surplus_needs_reason(tx, supply, "scrap not made up")
    return short


def _tell(
    tx: Transaction,
    job: Row[Any],
    quantity: Quantity,
    scrap: Quantity,
    reason: str,
    short: Sequence[pegs.Loosened],
) -> None:
    said = tr("{number}: {quantity} {item} good.", number=job.number, quantity=quantity, item=job.item)
    if scrap:
        said += " " + tr("{scrap} scrap: {reason}.", scrap=scrap, reason=reason)
    tx.note(f"{said} {pegs.say(short)}".strip())
