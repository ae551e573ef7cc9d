"""What a job has cost so far: the parts that were issued, the time of people, what suppliers did on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.configuration import asks_for
from pegboard.domain.portions import value_of
from pegboard.domain.quantity import MICRO, Price, divide_half_up
from pegboard.queries.costs import item_cost, item_costs
from pegboard.queries.lookups import work_order_numbered
from pegboard.queries.settings import settings
from pegboard.storage.rows import first, number, rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class JobCost:
    """The cost of a job so far, exact, in the shop's currency.

    Attributes: issues: value of the parts; labour: time entries that have ended; subcontract: receipts of its service
    lines; completed: what its output took with it into stock; has_unknown: parts without a known cost were issued.
    """

    issues: Price
    labour: Price
    subcontract: Price
    completed: Price
    has_unknown: bool

    @property
    def total(self) -> Price:
        """All that the job has cost."""
        return self.issues + self.labour + self.subcontract


def job_cost(reading: Reading, number: str) -> JobCost:
    """The cost so far of the job with this number; NotFound where there is none."""
    return cost_of(reading, work_order_numbered(reading, number).work_order_id)


def cost_of(reading: Reading, work_order_id: int) -> JobCost:
    """The cost so far of a job by its key."""
    issued = first(
        reading,
        "SELECT -coalesce(sum(value) FILTER (WHERE kind IN ('issue', 'return')), 0) AS issues,"
        " coalesce(sum(value) FILTER (WHERE kind = 'completion'), 0) AS completed,"
        " coalesce(max(value IS NULL) FILTER (WHERE kind = 'issue'), 0) AS unknown"
        " FROM ledger_entry WHERE work_order_id = ?",
        work_order_id,
    )
    assert issued is not None
    labour = number(
        reading,
        "SELECT sum(t.cost) FROM time_entry t JOIN work_order_operation o"
        " ON o.work_order_operation_id = t.work_order_operation_id WHERE o.work_order_id = ?",
        work_order_id,
    )
    bought = rows(
        reading,
        "SELECT r.quantity, l.unit_price FROM purchase_line l JOIN receipt r ON r.purchase_line_id = l.purchase_line_id"
        " WHERE l.work_order_id = ? AND l.unit_price IS NOT NULL",
        work_order_id,
    )
    subcontract = sum(value_of(row.quantity, row.unit_price) for row in bought)
    return JobCost(
        Price(issued.issues), Price(labour), Price(subcontract), Price(issued.completed), bool(issued.unknown)
    )


@dataclass(frozen=True, slots=True)
class PlannedCost:
    """What a job should cost, in the shop's currency, exact: parts at their present cost, time by its routing.

    Attributes: material, labour, subcontract; unknown: items and work centers whose cost or rate is not known, so that
    the plan says too little.
    """

    material: Price
    labour: Price
    subcontract: Price
    unknown: tuple[str, ...]

    @property
    def total(self) -> Price:
        """All that it should cost, as far as is known."""
        return self.material + self.labour + self.subcontract


def planned_cost(reading: Reading, work_order_id: int) -> PlannedCost:
    """What a job should cost, by its own components, operations and service lines."""
    material, unknown_parts = _planned_material(reading, work_order_id)
    labour, unknown_centers = _planned_labour(reading, work_order_id)
    bought = rows(
        reading,
        "SELECT l.quantity, l.unit_price FROM purchase_line l WHERE l.work_order_id = ? AND l.state <> 'cancelled'",
        work_order_id,
    )
    subcontract = sum(value_of(row.quantity, row.unit_price) for row in bought if row.unit_price is not None)
    unknown = (*unknown_parts, *unknown_centers)
    return PlannedCost(Price(material), Price(labour), Price(subcontract), tuple(dict.fromkeys(unknown)))


def _planned_material(reading: Reading, work_order_id: int) -> tuple[int, list[str]]:
    job = first(reading, "SELECT item_id, start_quantity FROM work_order WHERE work_order_id = ?", work_order_id)
    parts = rows(
        reading,
        "SELECT i.code, sum(r.quantity) AS quantity FROM requirement r JOIN item i ON i.item_id = r.item_id"
        " WHERE r.work_order_id = ? GROUP BY i.code ORDER BY i.code",
        work_order_id,
    )
    if job is None or not parts:
        return 0, []
    costs = item_costs(reading, max(1, job.start_quantity), int(job.item_id))
    value, unknown = 0, []
    for part in parts:
        cost = costs.get(part.code) or item_cost(reading, part.code)
        each = cost.total if cost.total is not None else cost.standard
        if each is None:
            unknown.append(part.code)
        else:
            value += value_of(part.quantity, each.micro)
    return value, unknown


def _planned_labour(reading: Reading, work_order_id: int) -> tuple[int, list[str]]:
    """Setup and run time of the job's own operations, or of its routing's before it is released, at present rates."""
    overhead = settings(reading).overhead_per_hour.micro
    value, unknown = 0, []
    for step in _steps(reading, work_order_id):
        minutes = step.setup_minutes + divide_half_up(step.run_minutes * step.start_quantity, MICRO)
        if step.center is None or not minutes:
            continue
        if step.hourly_rate is None:
            unknown.append(step.center)
        else:
            value += divide_half_up(minutes * (step.hourly_rate + overhead), 60 * MICRO)
    return value, unknown


def _steps(reading: Reading, work_order_id: int) -> Sequence[Row[Any]]:
    own = rows(reading, f"SELECT {_STEP} FROM work_order_operation s{_OWN}", work_order_id)
    if own:
        return own
    columns = f"{_STEP}, w.choices, s.option_group, s.option_choice"
    routed = rows(reading, f"SELECT {columns} FROM routing_operation s{_ROUTED}", work_order_id)
    return [step for step in routed if asks_for(step.choices, step.option_group, step.option_choice)]


_STEP = "s.setup_minutes, s.run_minutes, c.code AS center, c.hourly_rate, w.start_quantity"
_OWN = (
    " JOIN work_order w ON w.work_order_id = s.work_order_id"
    " LEFT JOIN work_center c ON c.work_center_id = s.work_center_id WHERE w.work_order_id = ?"
)
_ROUTED = (
    " JOIN work_order w ON w.item_id = s.item_id AND w.state = 'planned' AND s.revision ="
    " (SELECT max(x.revision) FROM routing_operation x WHERE x.item_id = w.item_id AND x.revision IN ('', w.revision))"
    " LEFT JOIN work_center c ON c.work_center_id = s.work_center_id WHERE w.work_order_id = ?"
)
