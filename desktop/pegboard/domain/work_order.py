"""The life of a work order, and the arithmetic of completing it."""

from dataclasses import dataclass
from enum import StrEnum

from pegboard.domain.portions import round_down, round_up, used_up
from pegboard.domain.quantity import MICRO

HUNDRED = 100 * MICRO


class WorkOrderState(StrEnum):
    """Where a job stands. Done: its good quantity is there; closed: somebody ended it short."""

    PLANNED = "planned"
    RELEASED = "released"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CLOSED = "closed"
    CANCELLED = "cancelled"


MOVES: dict[WorkOrderState, frozenset[WorkOrderState]] = {
    WorkOrderState.PLANNED: frozenset({WorkOrderState.RELEASED, WorkOrderState.CANCELLED, WorkOrderState.CLOSED}),
    WorkOrderState.RELEASED: frozenset(
        {WorkOrderState.IN_PROGRESS, WorkOrderState.DONE, WorkOrderState.CLOSED, WorkOrderState.CANCELLED}
    ),
    WorkOrderState.IN_PROGRESS: frozenset({WorkOrderState.IN_PROGRESS, WorkOrderState.DONE, WorkOrderState.CLOSED}),
    WorkOrderState.DONE: frozenset(),
    WorkOrderState.CLOSED: frozenset(),
    WorkOrderState.CANCELLED: frozenset(),
}

OPEN_STATES = (WorkOrderState.PLANNED, WorkOrderState.RELEASED, WorkOrderState.IN_PROGRESS)


def can_move(state: str, target: WorkOrderState) -> bool:
    """Say whether a job in this state may go to that one."""
    return target in MOVES[WorkOrderState(state)]


@dataclass(frozen=True, slots=True)
class JobFigures:
    """What a job is to deliver and has delivered, in millionths; `step` is its item's smallest quantity."""

    quantity: int
    start_quantity: int
    completed: int
    scrapped: int
    loss_percent: int
    step: int


@dataclass(frozen=True, slots=True)
class Completed:
    """A job's figures after a completion, in millionths.

    Attributes: quantity, start_quantity: as they are now; make_up: what the start quantity grew by to make good the
    scrap; given_up: what the job will no longer deliver; used, of: the part of the start quantity that is used up.
    """

    quantity: int
    start_quantity: int
    make_up: int
    given_up: int
    used: int
    of: int

    def to_issue(self, total: int, issued: int, step: int) -> int:
        """How much of a component whose whole need is `total` goes out now, after `issued` before."""
        return max(0, used_up(total, self.used, self.of, step) - issued)


def start_for(good: int, loss_percent: int, step: int) -> int:
    """The start quantity that a good quantity needs, rounded up by the item's unit."""
    return round_up(good * HUNDRED, HUNDRED - loss_percent, step)


def good_of(start: int, loss_percent: int, step: int) -> int:
    """The good quantity to be expected of a start quantity, rounded down by the item's unit."""
    return round_down(start * (HUNDRED - loss_percent), HUNDRED, step)


def used_before(job: JobFigures) -> int:
    """How much of the start quantity is used up already."""
    still_open = max(0, job.quantity - job.completed)
    rest = start_for(still_open, job.loss_percent, job.step) if still_open else 0
    return max(0, job.start_quantity - rest)


def complete(job: JobFigures, good: int, scrap: int, *, wanted: int, make_up: bool) -> Completed:
    """Count good and scrapped pieces of a job.

    `wanted` is what pegs claim of the good pieces that are still to come afterwards. Scrap within the planned loss
    costs nothing more. Beyond it, surplus is given up first; what demands want is made good by starting more, or given
    up where `make_up` is not wanted. Good pieces beyond the open quantity raise the job.
    """
    done, lost = job.completed + good, job.scrapped + scrap
    quantity = max(job.quantity, done)
    still_open = quantity - done
    expected = good_of(max(0, job.start_quantity - done - lost), job.loss_percent, job.step)
    missing = max(0, still_open - expected) if scrap else 0
    given_up = min(missing, max(0, still_open - wanted)) if make_up else missing
    still_open -= given_up
    rest = start_for(still_open, job.loss_percent, job.step) if still_open else 0
    start = job.start_quantity
    if scrap or done > job.quantity:
        start = max(start, done + lost + (rest if missing else 0))
    return Completed(
        quantity=quantity - given_up,
        start_quantity=start,
        make_up=start - job.start_quantity,
        given_up=given_up,
        used=max(0, start - min(rest, start)) if still_open else start,
        of=start,
    )
