"""When standing supply is really there: dates that no longer hold, pushed on the way an explosion would push them.

A purchase line that is overdue comes today, a draft that was not sent in time comes its lead time from today, and a job
starts no earlier than today and than its latest component. What follows from that goes up from job to job.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pegboard.domain.shop_calendar import ShopCalendar
from pegboard.storage.bulk import fetch
from pegboard.storage.reading_rows import among, calendar, day_number
from pegboard.storage.store import Reading

OPEN_JOBS = "('planned', 'released', 'in_progress')"


class Dates(NamedTuple):
    """First and last day: start and due of a job, order-by and due of a purchase line; ordinals."""

    first: int
    due: int


@dataclass(slots=True)
class TrueDates:
    """What must move, by key: jobs, and draft purchase lines; `given` are jobs whose dates came in by an import.

    Those stay as they were given; only what hangs on them knows better.
    """

    jobs: dict[int, Dates] = field(default_factory=dict)
    lines: dict[int, Dates] = field(default_factory=dict)
    given: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        """Whether anything must move."""
        return bool(self.jobs or self.lines)


class _Job(NamedTuple):
    key: int
    start: int
    due: int
    has_begun: bool
    is_given: bool


def true_dates(reading: Reading, demand_ids: Iterable[int] | None = None) -> TrueDates:
    """What must move of all that stands, or of what stands below the demands named."""
    days = calendar(reading)
    demands = None if demand_ids is None else list(demand_ids)
    jobs = None if demands is None else jobs_below(reading, demands)
    found = TrueDates(lines=_unsent(reading, days, jobs, demands))
    for job in _not_begun(reading, jobs):
        dates = _pushed(reading, days, job, job.start)
        if dates is not None:
            found.jobs[job.key] = dates
    _push(reading, days, found, _late_parts(reading, jobs), jobs)
    return found


def jobs_below(reading: Reading, demand_ids: Iterable[int]) -> set[int]:
    """All jobs that serve demands, down to the leaves."""
    rows = among(
        reading,
        "SELECT DISTINCT p.work_order_id FROM requirement r JOIN peg p ON p.requirement_id = r.requirement_id"
        " WHERE p.work_order_id IS NOT NULL AND {among}",
        "r.demand_id",
        demand_ids,
    )
    level = {row[0] for row in rows}
    known = set(level)
    while level:
        rows = among(
            reading,
            "SELECT DISTINCT p.work_order_id FROM requirement r JOIN peg p ON p.requirement_id = r.requirement_id"
            " WHERE p.work_order_id IS NOT NULL AND {among}",
            "r.work_order_id",
            level,
        )
        level = {row[0] for row in rows} - known
        known |= level
    return known


_UNSENT = (
    "SELECT l.purchase_line_id, l.order_by_date, l.due_date, s.calendar_lead_time FROM purchase_line l"
    " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
    " JOIN supplier s ON s.supplier_id = o.supplier_id"
    " WHERE o.state = 'draft' AND l.state = 'open' AND l.promised_date IS NULL AND l.order_by_date < '{today}'"
)


def _unsent(reading: Reading, days: ShopCalendar, jobs: set[int] | None, demands: list[int] | None) -> dict[int, Dates]:
    """Drafts that should have been sent: ordered today, they come their lead time from today."""
    statement = _UNSENT.replace("{today}", reading.today.isoformat())
    if demands is None or jobs is None:
        rows: Iterable[tuple[Any, ...]] = fetch(reading, statement)
    else:
        keys = _lines_on(reading, "r.demand_id", demands) | _lines_on(reading, "r.work_order_id", jobs)
        rows = among(reading, statement + " AND {among}", "l.purchase_line_id", keys)
    today = reading.today.toordinal()
    found = {}
    for key, ordered, due, is_calendar in rows:
        first, last = day_number(ordered) or 0, day_number(due) or 0
        if is_calendar:
            comes = days.on_or_after(today + last - first)
        else:
            comes = days.add(today, days.working_days(first, last))
        found[key] = Dates(today, max(last, comes))
    return found


def _lines_on(reading: Reading, column: str, keys: Iterable[int]) -> set[int]:
    rows = among(
        reading,
        "SELECT DISTINCT p.purchase_line_id FROM requirement r JOIN peg p ON p.requirement_id = r.requirement_id"
        " WHERE p.purchase_line_id IS NOT NULL AND {among}",
        column,
        keys,
    )
    return {row[0] for row in rows}


def _not_begun(reading: Reading, jobs: set[int] | None) -> list[_Job]:
    """Planned jobs of ours whose start has passed."""
    statement = (
        "SELECT w.work_order_id, w.start_date, w.due_date, 0, 0 FROM work_order w WHERE w.state = 'planned'"
        f" AND w.bom_id IS NOT NULL AND w.start_date < '{reading.today.isoformat()}'"
    )
    rows: Iterable[tuple[Any, ...]]
    if jobs is None:
        rows = fetch(reading, statement)
    else:
        rows = among(reading, statement + " AND {among}", "w.work_order_id", jobs)
    return [_job(row) for row in rows]


# Of named jobs the jobs are the narrow way in; of all of them every peg is read once, in the order in which it lies.
_BY_JOBS = (
    "work_order j JOIN requirement r ON r.work_order_id = j.work_order_id"
    " JOIN peg p ON p.requirement_id = r.requirement_id"
)
_BY_PEGS = "peg p CROSS JOIN requirement r CROSS JOIN work_order j"
_OF_PEGS = " AND r.requirement_id = p.requirement_id AND j.work_order_id = r.work_order_id"
_LATE_PARTS = (
    "SELECT j.work_order_id, j.start_date, j.due_date, CASE WHEN j.state = 'in_progress' THEN 1 ELSE 0 END,"
    " CASE WHEN j.bom_id IS NULL THEN 1 ELSE 0 END, max(COALESCE(w.due_date, l.promised_date, l.due_date))"
    " FROM {from} LEFT JOIN work_order w ON w.work_order_id = p.work_order_id"
    " LEFT JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id"
    f" WHERE j.state IN {OPEN_JOBS} AND p.stock_id IS NULL AND (j.start_date < '{{today}}'"
    " OR COALESCE(w.due_date, l.promised_date, l.due_date) > j.start_date){more}"
    " GROUP BY j.work_order_id, j.start_date, j.due_date, j.state, j.bom_id"
)


def _late_parts(reading: Reading, jobs: set[int] | None) -> list[tuple[_Job, int]]:
    """Jobs with components that come after their start, and the day on which the last of these is there."""
    statement = _LATE_PARTS.replace("{today}", reading.today.isoformat())
    rows: Iterable[tuple[Any, ...]]
    if jobs is None:
        rows = fetch(reading, statement.replace("{more}", _OF_PEGS).replace("{from}", _BY_PEGS))
    else:
        named = statement.replace("{more}", " AND {among}").replace("{from}", _BY_JOBS)
        rows = among(reading, named, "j.work_order_id", jobs)
    today = reading.today.toordinal()
    return [(_job(row), max(today, day_number(row[5]) or 0)) for row in rows]


def _push(
    reading: Reading, days: ShopCalendar, found: TrueDates, late: list[tuple[_Job, int]], jobs: set[int] | None
) -> None:
    """Push jobs, then those that wait for them, until all dates hold."""
    late += _waiting_for(reading, "purchase_line_id", {key: dates.due for key, dates in found.lines.items()}, jobs)
    late += _waiting_for(reading, "work_order_id", {key: dates.due for key, dates in found.jobs.items()}, jobs)
    while late:
        moved: dict[int, int] = {}
        for job, ready in late:
            dates = _pushed(reading, days, job, ready)
            known = found.jobs.get(job.key)
            if dates is not None and (known is None or dates.due > known.due):
                found.jobs[job.key] = dates
                moved[job.key] = dates.due
                if job.is_given:
                    found.given.add(job.key)
        late = _waiting_for(reading, "work_order_id", moved, jobs)


def _waiting_for(
    reading: Reading, column: str, comes: Mapping[int, int], jobs: set[int] | None
) -> list[tuple[_Job, int]]:
    """Open jobs whose components are pegged to these supplies, with the day on which these come."""
    rows = among(
        reading,
        "SELECT j.work_order_id, j.start_date, j.due_date, CASE WHEN j.state = 'in_progress' THEN 1 ELSE 0 END,"
        f" CASE WHEN j.bom_id IS NULL THEN 1 ELSE 0 END, p.{column}"
        " FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
        f" JOIN work_order j ON j.work_order_id = r.work_order_id WHERE j.state IN {OPEN_JOBS} AND {{among}}",
        f"p.{column}",
        comes,
    )
    return [(_job(row), comes[row[5]]) for row in rows if jobs is None or row[0] in jobs]


def _job(row: tuple[Any, ...]) -> _Job:
    return _Job(row[0], day_number(row[1]) or 0, day_number(row[2]) or 0, bool(row[3]), bool(row[4]))


def _pushed(reading: Reading, days: ShopCalendar, job: _Job, ready: int) -> Dates | None:
    """A job that starts when its parts are there; one that has begun is not done before its last part has come."""
    if job.has_begun:
        due = max(job.due, days.on_or_after(ready))
        return Dates(job.start, due) if due > job.due else None
    start = days.on_or_after(max(ready, reading.today.toordinal()))
    if start <= job.start:
        return None
    due = max(job.due, days.add(start, days.working_days(job.start, job.due)))
    return Dates(start, due)
