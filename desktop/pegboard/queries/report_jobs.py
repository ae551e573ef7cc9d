"""Work in progress and how it flows: what open jobs hold, what was finished and how long it took."""

from dataclasses import dataclass
from datetime import date

from pegboard.domain.period import Period
from pegboard.domain.portions import value_of
from pegboard.queries.report_days import shop_day
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

OPEN = (
    "SELECT w.work_order_id, w.number, i.code, i.description, w.quantity - w.completed_quantity, w.released_at,"
    " w.due_date, w.state FROM work_order w JOIN item i ON i.item_id = w.item_id"
    " WHERE w.state IN ('released', 'in_progress') ORDER BY w.released_at, w.work_order_id"
)
IN_WORK = "(SELECT work_order_id FROM work_order WHERE state IN ('released', 'in_progress'))"
HELD = (
    "SELECT work_order_id, -sum(value), sum(CASE WHEN value IS NULL THEN 1 ELSE 0 END) FROM ledger_entry"
    f" WHERE kind IN ('issue', 'return', 'completion') AND work_order_id IN {IN_WORK} GROUP BY work_order_id"
)
LABOUR = (
    "SELECT o.work_order_id, sum(t.cost) FROM time_entry t JOIN work_order_operation o"
    f" ON o.work_order_operation_id = t.work_order_operation_id WHERE o.work_order_id IN {IN_WORK}"
    " GROUP BY o.work_order_id"
)
SERVICES = (
    "SELECT l.work_order_id, r.quantity, l.unit_price FROM purchase_line l JOIN receipt r"
    f" ON r.purchase_line_id = l.purchase_line_id WHERE l.work_order_id IN {IN_WORK} AND l.unit_price IS NOT NULL"
)
# When a job was finished is when its last pieces came into stock.
SPANS = (
    "SELECT w.work_order_id, w.released_at, w.state, (SELECT max(e.at) FROM ledger_entry e"
    "  WHERE e.work_order_id = w.work_order_id AND e.kind = 'completion') FROM work_order w"
    " WHERE w.released_at IS NOT NULL AND w.state IN ('released', 'in_progress', 'done', 'closed')"
)


@dataclass(frozen=True, slots=True)
class OpenJob:
    """A job in work.

    Attributes: open: millionths still to come; released_on: None for imported jobs; value: what it holds, in millionths
    of the currency; unknown: entries without a cost.
    """

    number: str
    item: str
    description: str
    open: int
    released_on: date | None
    due_on: date
    is_started: bool
    value: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Span:
    """When a job was in work: from release to its last completion, or still."""

    released_on: date
    finished_on: date | None

    def days_within(self, period: Period) -> int:
        """On how many evenings of a period it was in work."""
        last = min(period.last, self.finished_on - _DAY) if self.finished_on else period.last
        return max((last - max(self.released_on, period.first)).days + 1, 0)


_DAY = date(2000, 1, 2) - date(2000, 1, 1)


def open_jobs(reading: Reading) -> tuple[OpenJob, ...]:
    """Every job in work, the longest there first; four queries."""
    held: dict[int, int] = {}
    unknown: dict[int, int] = {}
    for key, value, missing in fetch(reading, HELD):
        held[key], unknown[key] = int(value or 0), int(missing)
    for key, cost in fetch(reading, LABOUR):
        held[key] = held.get(key, 0) + int(cost or 0)
    for key, quantity, price in fetch(reading, SERVICES):
        held[key] = held.get(key, 0) + value_of(quantity, price)
    return tuple(
        OpenJob(
            number,
            code,
            description,
            quantity,
            min(shop_day(released_at), reading.today) if released_at else None,
            date.fromisoformat(due),
            state == "in_progress",
            held.get(key, 0),
            unknown.get(key, 0),
        )
        for key, number, code, description, quantity, released_at, due, state in fetch(reading, OPEN)
    )


def job_spans(reading: Reading) -> tuple[Span, ...]:
    """When every released job was in work; one that ended without a good piece is left out."""
    today = reading.today  # a clock that runs ahead counts today
    return tuple(
        Span(
            min(shop_day(released_at), today),
            min(shop_day(finished_at), today) if state in ("done", "closed") else None,
        )
        for _key, released_at, state, finished_at in fetch(reading, SPANS)
        if finished_at or state in ("released", "in_progress")
    )
