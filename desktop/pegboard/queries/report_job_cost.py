"""What finished jobs cost against what they should have cost, by cause.

A job should cost its parts at what they cost, rolled up for jobs of its own size, its steps' planned minutes at the
rate of their work center with the overhead of an hour, and the services ordered for it. It did cost what was issued to
it, people's time with the overhead that it carries, and the services received. Values are millionths of the currency.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pegboard.domain.period import Period
from pegboard.domain.portions import value_of
from pegboard.domain.quantity import MICRO, divide_half_up
from pegboard.queries.costs import CostBook, ItemCost
from pegboard.queries.report_days import shop_day
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

FINISHED = (
    "SELECT w.work_order_id, w.number, i.code, w.completed_quantity, w.scrapped_quantity, w.start_quantity, max(e.at)"
    " FROM work_order w JOIN item i ON i.item_id = w.item_id JOIN ledger_entry e ON e.work_order_id = w.work_order_id"
    " AND e.kind = 'completion' WHERE w.state IN ('done', 'closed') GROUP BY w.work_order_id, w.number, i.code,"
    " w.completed_quantity, w.scrapped_quantity, w.start_quantity ORDER BY w.work_order_id"
)
DONE = "(SELECT work_order_id FROM work_order WHERE state IN ('done', 'closed'))"
NEEDED = (
    "SELECT r.work_order_id, i.code, r.quantity, r.issued_quantity FROM requirement r JOIN item i"
    f" ON i.item_id = r.item_id WHERE r.work_order_id IN {DONE}"
)
ISSUED = (
    "SELECT work_order_id, -sum(value), sum(CASE WHEN value IS NULL THEN 1 ELSE 0 END) FROM ledger_entry"
    f" WHERE kind IN ('issue', 'return') AND work_order_id IN {DONE} GROUP BY work_order_id"
)
STEPS = (
    "SELECT o.work_order_id, o.setup_minutes, o.run_minutes, c.hourly_rate FROM work_order_operation o"
    " JOIN work_center c ON c.work_center_id = o.work_center_id WHERE c.hourly_rate IS NOT NULL"
    f" AND o.work_order_id IN {DONE}"
)
LABOUR = (
    "SELECT o.work_order_id, sum(t.cost), sum(t.overhead) FROM time_entry t JOIN work_order_operation o"
    f" ON o.work_order_operation_id = t.work_order_operation_id WHERE o.work_order_id IN {DONE}"
    " GROUP BY o.work_order_id"
)
ORDERED_SERVICES = (
    "SELECT work_order_id, quantity, unit_price FROM purchase_line WHERE unit_price IS NOT NULL"
    f" AND state <> 'cancelled' AND work_order_id IN {DONE}"
)
SERVICES = (
    "SELECT l.work_order_id, r.quantity, l.unit_price FROM purchase_line l JOIN receipt r"
    f" ON r.purchase_line_id = l.purchase_line_id WHERE l.unit_price IS NOT NULL AND l.work_order_id IN {DONE}"
)


@dataclass(slots=True)
class FinishedJob:
    """A finished job: good and scrapped pieces, what each kind of cost should have been and was.

    Attributes: usage: what was issued beyond or below what was needed, at planned cost: the part of the material's
    variance that is no price; unknown: parts without a planned or an actual cost.
    """

    number: str
    item: str
    finished_on: date
    good: int
    scrap: int
    started: int
    planned_material: int = 0
    material: int = 0
    usage: int = 0
    planned_labour: int = 0
    labour: int = 0
    planned_overhead: int = 0
    overhead: int = 0
    planned_service: int = 0
    service: int = 0
    unknown: int = 0

    @property
    def causes(self) -> tuple[int, int, int, int, int]:
        """Where `actual` differs from `planned`: price of parts, quantity of parts, time, overhead, services."""
        return (
            self.material - self.planned_material - self.usage,
            self.usage,
            self.labour - self.planned_labour,
            self.overhead - self.planned_overhead,
            self.service - self.planned_service,
        )

    @property
    def has_no_time(self) -> bool:
        """Time was planned, but nobody booked any."""
        return self.planned_labour > 0 and not self.labour

    @property
    def planned(self) -> int:
        """All it should have cost."""
        return self.planned_material + self.planned_labour + self.planned_overhead + self.planned_service

    @property
    def actual(self) -> int:
        """All it cost."""
        return self.material + self.labour + self.overhead + self.service


def finished_jobs(reading: Reading, period: Period) -> tuple[FinishedJob, ...]:
    """Jobs whose last good pieces came into stock in the period, the dearest surprise first."""
    jobs = jobs_by_key(reading, period)
    return tuple(sorted(jobs.values(), key=lambda job: (job.planned - job.actual, job.number)))


def jobs_by_key(reading: Reading, period: Period) -> dict[int, FinishedJob]:
    """The same jobs by their keys; eight queries."""
    jobs = dict(_finished(reading, period))
    if not jobs:
        return {}
    costs = CostBook(reading)
    for key, code, needed, issued in fetch(reading, NEEDED):
        if key in jobs:
            _add_material(jobs[key], costs.cost(code, jobs[key].started), needed, issued)
    for key, value, unknown in fetch(reading, ISSUED):
        if key in jobs:
            jobs[key].material += int(value or 0)
            jobs[key].unknown += int(unknown)
    _add_work(reading, jobs)
    return jobs


def _finished(reading: Reading, period: Period) -> Iterator[tuple[int, FinishedJob]]:
    for key, number, code, good, scrap, started, at in fetch(reading, FINISHED):
        finished_on = min(shop_day(at), reading.today)
        if finished_on in period:
            yield key, FinishedJob(number, code, finished_on, good, scrap, started)


def _add_material(job: FinishedJob, cost: ItemCost, needed: int, issued: int) -> None:
    price = cost.total if cost.total is not None else cost.standard
    if price is None:
        job.unknown += 1
    else:
        job.planned_material += value_of(needed, price.micro)
        job.usage += value_of(issued, price.micro) - value_of(needed, price.micro)


def _add_work(reading: Reading, jobs: dict[int, FinishedJob]) -> None:
    per_hour = settings(reading).overhead_per_hour.micro
    for key, setup, run, rate in fetch(reading, STEPS):
        if key in jobs:
            minutes = setup + Fraction(run * jobs[key].started, MICRO)
            jobs[key].planned_labour += _worth(minutes, rate)
            jobs[key].planned_overhead += _worth(minutes, per_hour)
    for key, cost, overhead in fetch(reading, LABOUR):
        if key in jobs:
            jobs[key].labour += int(cost or 0) - int(overhead or 0)
            jobs[key].overhead += int(overhead or 0)
    for key, quantity, price in fetch(reading, ORDERED_SERVICES):
        if key in jobs:
            jobs[key].planned_service += value_of(quantity, price)
    for key, quantity, price in fetch(reading, SERVICES):
        if key in jobs:
            jobs[key].service += value_of(quantity, price)


def _worth(minutes: Fraction, rate: int) -> int:
    spent = minutes * rate / (60 * MICRO)
    return divide_half_up(spent.numerator, spent.denominator)
