"""Reads all there is to know of one job: who pulled it, its parts with their cover, its operations."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Quantity
from pegboard.queries.job_cover import Component, components
from pegboard.queries.production import JobRow, job_key, jobs
from pegboard.queries.pulled_by import PulledBy
from pegboard.queries.travelers import Traveler, TravelerOperation, travelers
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading

MOST_CLAIMS = 200  # on the screen


@dataclass(frozen=True, slots=True)
class OperationProgress:
    """A step of a job and how far it is.

    Attributes: state: waiting, started or finished; at_work: who is at it now; purchase: the purchase line of a
    subcontracted step; minutes: planned for the whole job.
    """

    sequence: int
    place: str
    description: str
    is_subcontracted: bool
    minutes: Quantity
    state: str
    good: Quantity
    scrap: Quantity
    at_work: tuple[str, ...]
    purchase: str


@dataclass(frozen=True, slots=True)
class JobClaim:
    """A part of a job's output that is somebody's: of a job above (`item` is what that makes) or of a demand itself."""

    kind: str
    number: str
    item: str
    quantity: Quantity
    needed: datetime.date


@dataclass(frozen=True, slots=True)
class JobDetail:
    """One job in full.

    Attributes: surplus: what nobody asked for, with its reason in `job.surplus_reason`; options: the choices in words;
    claims: who has how much of it, earliest need first; last_print: code and time of the newest traveler, None where
    none was printed; is_whole: whether its item is counted in whole units; tracking: none, lot or serial.
    """

    job: JobRow
    revision: str
    drawing: str
    tracking: str
    is_whole: bool
    options: tuple[str, ...]
    surplus: Quantity
    note: str
    pulled: PulledBy
    claims: tuple[JobClaim, ...]
    components: tuple[Component, ...]
    operations: tuple[OperationProgress, ...]
    last_print: tuple[str, datetime.datetime] | None

    def next_operation(self) -> OperationProgress | None:
        """The first operation that is not finished."""
        return next((step for step in self.operations if step.state != "finished"), None)


def job_detail(reading: Reading, number: str) -> JobDetail | None:
    """Return the job with this number, None where there is none."""
    key = job_key(reading, number)
    if key is None:
        return None
    [job] = jobs(reading, [key])
    [paper] = travelers(reading, [number])
    [extra] = rows(reading, _EXTRA, key)
    return JobDetail(
        job=job,
        revision=paper.revision,
        drawing=paper.drawing,
        tracking=paper.tracking,
        is_whole=bool(extra.whole_units),
        options=paper.options,
        surplus=paper.surplus,
        note=paper.note,
        pulled=paper.pulled,
        claims=_claims(reading, key),
        components=components(reading, [key]).get(key, ()),
        operations=_operations(reading, key, paper),
        last_print=_last_print(extra),
    )


def _claims(reading: Reading, key: int) -> tuple[JobClaim, ...]:
    found = rows(
        reading,
        "SELECT p.quantity, r.need_date, coalesce(d.kind, 'job') AS kind, coalesce(w.number, d.name) AS number,"
        " coalesce(made.code, '') AS code FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
        " LEFT JOIN demand d ON d.demand_id = r.demand_id LEFT JOIN work_order w ON w.work_order_id = r.work_order_id"
        " LEFT JOIN item made ON made.item_id = w.item_id"
        " WHERE p.work_order_id = ? ORDER BY r.need_date, r.requirement_id LIMIT ?",
        key,
        MOST_CLAIMS,
    )
    return tuple(
        JobClaim(row.kind, row.number, row.code, Quantity(row.quantity), datetime.date.fromisoformat(row.need_date))
        for row in found
    )


_EXTRA = (
    "SELECT i.whole_units, n.print_code, n.printed_at FROM work_order w JOIN item i ON i.item_id = w.item_id"
    " LEFT JOIN print n ON n.print_id = (SELECT max(x.print_id) FROM print x"
    " WHERE x.kind = 'traveler' AND x.number = w.number) WHERE w.work_order_id = ?"
)


def _last_print(extra: Row[Any]) -> tuple[str, datetime.datetime] | None:
    if extra.print_code is None:
        return None
    return extra.print_code, datetime.datetime.fromisoformat(extra.printed_at).replace(tzinfo=datetime.UTC)


def _operations(reading: Reading, key: int, paper: Traveler) -> tuple[OperationProgress, ...]:
    """The traveler's operations with what the floor has reported of them."""
    reported = rows(
        reading,
        "SELECT o.sequence, o.state, o.good_quantity, o.scrap_quantity, (SELECT group_concat(t.person, char(10))"
        " FROM time_entry t WHERE t.work_order_operation_id = o.work_order_operation_id AND t.ended_at IS NULL)"
        " AS at_work FROM work_order_operation o WHERE o.work_order_id = ?",
        key,
    )
    by_sequence = {row.sequence: row for row in reported}
    return tuple(_operation(step, by_sequence.get(step.sequence)) for step in paper.operations)


def _operation(step: TravelerOperation, reported: Row[Any] | None) -> OperationProgress:
    at_work: Sequence[str] = reported.at_work.split("\n") if reported is not None and reported.at_work else ()
    return OperationProgress(
        sequence=step.sequence,
        place=step.place,
        description=step.description,
        is_subcontracted=step.is_subcontracted,
        minutes=step.total,
        state="waiting" if reported is None else reported.state,
        good=Quantity(0 if reported is None else reported.good_quantity),
        scrap=Quantity(0 if reported is None else reported.scrap_quantity),
        at_work=tuple(name for name in at_work if name),
        purchase=step.purchase,
    )
