"""Moves planned jobs and draft lines when what they are for is needed on another day.

Backward first: a supply is due by the earliest need of those it serves and starts its lead time earlier, never before
today. Then forward: a job starts no earlier than its latest component arrives. What was sent or released stays; where
it would come too late now, a person must decide.
"""

import datetime
import heapq
from dataclasses import dataclass, field

from pegboard.domain.scheduling import arrival, order_by
from pegboard.services.cascade import Cascade, job_follows, line_follows
from pegboard.services.standing import JOB, JobSupply, LineSupply, StockSupply, Supply


@dataclass(slots=True)
class _Moving:
    cascade: Cascade
    waiting: list[tuple[int, str, int]] = field(default_factory=list)  # low-level code, column, key
    seen: set[tuple[str, int]] = field(default_factory=set)
    jobs: list[JobSupply] = field(default_factory=list)  # in low-level-code order


def redate(cascade: Cascade, demand_id: int, due: datetime.date | None) -> None:
    """Let all that serves a demand follow its new due date; None is as soon as possible."""
    calendar, today = cascade.snapshot.calendar, cascade.tx.today.toordinal()
    need = today if due is None else max(today, calendar.on_or_before(due.toordinal()))
    cascade.standing.read_foreign_needs()
    moving = _Moving(cascade)
    _need_by(moving, "demand_id", demand_id, need)
    while moving.waiting:
        _level, column, key = heapq.heappop(moving.waiting)
        if (column, key) in moving.seen:
            continue
        moving.seen.add((column, key))
        supply = cascade.standing.supplies[column, key]
        if isinstance(supply, JobSupply):
            _move_job(moving, supply)
        elif isinstance(supply, LineSupply):
            _move_line(moving, supply)
    for job in reversed(moving.jobs):
        _wait_for_components(moving, job)


def draw_back(cascade: Cascade, demand_id: int, due: datetime.date | None) -> None:
    """Where jobs that make fewer again stand later than they are needed, let them start as early as their parts allow.

    What was too late already is no news of this change.
    """
    cut = [cascade.standing.supplies[JOB, key] for key in cascade.touched.jobs]
    if any(isinstance(job, JobSupply) and job.pegs and job.arrives > _needed_on(job) for job in cut):
        told = dict(cascade.touched.too_late)
        redate(cascade, demand_id, due)
        cascade.touched.too_late = told


def _needed_on(job: JobSupply) -> str:
    return min(peg.need.need_date for peg in job.pegs)


def _need_by(moving: _Moving, owner: str, key: int, day: int) -> None:
    """Move the requirements of a demand or job to another day, and let their supply be looked at."""
    standing = moving.cascade.standing
    for need in standing.of_owner[owner, key]:
        need.need_date = _iso(day)
        for peg in need.pegs:
            if not isinstance(peg.supply, StockSupply):
                level = standing.levels[need.item_id]
                heapq.heappush(moving.waiting, (level, peg.supply.column, peg.supply.key))


def _move_job(moving: _Moving, job: JobSupply) -> None:
    cascade, calendar = moving.cascade, moving.cascade.snapshot.calendar
    need = _first_need(cascade, job)
    if not job_follows(cascade.standing, job):
        _too_late(cascade, job, need)
        return
    moving.jobs.append(job)
    lead = _working_days(cascade, job.start_date, job.due_date)
    start = max(cascade.tx.today.toordinal(), calendar.subtract(need, lead))
    _set_job(cascade, job, start, max(calendar.add(start, lead), need))
    _need_by(moving, JOB, job.key, start)


def _set_job(cascade: Cascade, job: JobSupply, start: int, due: int) -> None:
    """Move a job, and the draft lines that buy its operations with it."""
    calendar, today = cascade.snapshot.calendar, cascade.tx.today.toordinal()
    cascade.touched.moved.setdefault((JOB, job.key), job.due_date)
    before = job.due_date
    job.start_date, job.due_date = _iso(start), _iso(due)
    for line in cascade.standing.services.get(job.key, ()):
        if line.state != "open":
            continue
        before_end = _working_days(cascade, line.due_date, before)
        ends = max(today, calendar.subtract(due, before_end))
        lead = _working_days(cascade, line.order_by or line.due_date, line.due_date)
        line.due_date, line.order_by = _iso(ends), _iso(max(today, calendar.subtract(ends, lead)))


def _move_line(moving: _Moving, line: LineSupply) -> None:
    cascade, calendar = moving.cascade, moving.cascade.snapshot.calendar
    today = cascade.tx.today.toordinal()
    need = _first_need(cascade, line)
    articles = cascade.snapshot.articles.get(line.item_id, ())
    article = next((each for each in articles if each.supplier_item_id == line.supplier_item_id), None)
    if not line_follows(line) or article is None:
        _too_late(cascade, line, need)
        return
    due = max(need, arrival(calendar, today, article))
    cascade.touched.moved.setdefault((line.column, line.key), line.due_date)
    line.need_date, line.due_date = _iso(need), _iso(due)
    line.order_by = _iso(order_by(calendar, today, due, article))


def _wait_for_components(moving: _Moving, job: JobSupply) -> None:
    """Forward: a job that starts before its latest component is there moves back."""
    cascade = moving.cascade
    arrivals = [
        peg.supply.arrives
        for need in cascade.standing.of_owner[JOB, job.key]
        for peg in need.pegs
        if isinstance(peg.supply, JobSupply | LineSupply)
    ]
    latest = max(arrivals, default="")
    if latest > job.start_date:
        lead = _working_days(cascade, job.start_date, job.due_date)
        start = cascade.snapshot.calendar.on_or_after(_ordinal(latest))
        _set_job(cascade, job, start, cascade.snapshot.calendar.add(start, lead))


def _too_late(cascade: Cascade, supply: JobSupply | LineSupply, need: int) -> None:
    """What was sent or released stays where it is; where it comes too late, somebody must ask."""
    if _ordinal(supply.arrives) <= need:
        return
    wanted = sum(peg.quantity for peg in supply.pegs if peg.need.need_date < supply.arrives)
    key = (supply.column, supply.key)
    cascade.touched.too_late.setdefault(key, (wanted, supply.arrives, _iso(need)))


def _first_need(cascade: Cascade, supply: Supply) -> int:
    days = [peg.need.need_date for peg in supply.pegs]
    if supply.foreign_need:
        days.append(supply.foreign_need)
    return max(cascade.tx.today.toordinal(), _ordinal(min(days)))


def _working_days(cascade: Cascade, start: str, end: str) -> int:
    """How many working days lie between two days."""
    return cascade.snapshot.calendar.working_days(_ordinal(start), _ordinal(end))


def _ordinal(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal()


def _iso(ordinal: int) -> str:
    return datetime.date.fromordinal(ordinal).isoformat()
