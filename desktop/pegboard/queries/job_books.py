"""Reads what stands behind a job: its cost planned and so far, its times, the lots in its pieces, what is wrong."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.portions import value_of
from pegboard.domain.quantity import MICRO, Money, Price, Quantity
from pegboard.queries.floor import Problem, instant, open_problems
from pegboard.queries.inventory import money
from pegboard.queries.job_costs import cost_of, planned_cost
from pegboard.queries.production import job_key
from pegboard.queries.settings import settings
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading

MICROSECONDS_A_MINUTE = 60_000_000


@dataclass(frozen=True, slots=True)
class CostLine:
    """One kind of cost: `kind` is material, labour, subcontract or total; amounts as rounded for the screen."""

    kind: str
    planned: Money
    actual: Money


@dataclass(frozen=True, slots=True)
class TimeRow:
    """A time that somebody spent: `minutes` exact, None while it runs; `note` says why it was corrected."""

    key: int
    person: str
    operation: int
    started: datetime.datetime
    minutes: Quantity | None
    note: str


@dataclass(frozen=True, slots=True)
class BuiltRow:
    """So much of a part's lot that is in a lot or serial of the job's output."""

    key: int
    item: str
    lot: str
    quantity: Quantity
    unit: str
    output: str


@dataclass(frozen=True, slots=True)
class JobBooks:
    """What stands behind a job.

    Attributes: unknown: items and work centers whose cost is not known, so that the plan says too little;
    has_unknown_parts: parts without a known cost were handed out; each: cost so far of one good piece, None before.
    """

    costs: tuple[CostLine, ...]
    unknown: tuple[str, ...]
    has_unknown_parts: bool
    each: Price | None
    times: tuple[TimeRow, ...]
    built: tuple[BuiltRow, ...]
    problems: tuple[Problem, ...]


def job_books(reading: Reading, number: str) -> JobBooks | None:
    """Return what stands behind the job with this number, None where there is none."""
    key = job_key(reading, number)
    if key is None:
        return None
    currency = settings(reading).currency
    cost, planned = cost_of(reading, key), planned_cost(reading, key)
    pairs = (
        ("material", planned.material, cost.issues),
        ("labour", planned.labour, cost.labour),
        ("subcontract", planned.subcontract, cost.subcontract),
        ("total", planned.total, cost.total),
    )
    lines = tuple(CostLine(kind, _money(plan, currency), _money(actual, currency)) for kind, plan, actual in pairs)
    return JobBooks(
        costs=lines,
        unknown=planned.unknown,
        has_unknown_parts=cost.has_unknown,
        each=_each(reading, key, cost.completed),
        times=job_times(reading, key),
        built=_built(reading, key),
        problems=open_problems(reading, number),
    )


def job_times(reading: Reading, work_order_id: int) -> tuple[TimeRow, ...]:
    """Return the times that people spent on a job, in their order."""
    found = rows(
        reading,
        "SELECT t.*, o.sequence FROM time_entry t JOIN work_order_operation o"
        " ON o.work_order_operation_id = t.work_order_operation_id WHERE o.work_order_id = ? ORDER BY t.time_entry_id",
        work_order_id,
    )
    return tuple(_time(row) for row in found)


def _time(row: Row[Any]) -> TimeRow:
    started, minutes = instant(row.started_at), None
    if row.ended_at is not None:
        took = instant(row.ended_at) - started
        minutes = Quantity(took // datetime.timedelta(microseconds=1) * MICRO // MICROSECONDS_A_MINUTE)
    return TimeRow(row.time_entry_id, row.person, row.sequence, started, minutes, row.note)


def _built(reading: Reading, work_order_id: int) -> tuple[BuiltRow, ...]:
    found: Sequence[Row[Any]] = rows(
        reading,
        "SELECT g.genealogy_id, i.code, i.unit, c.lot, g.quantity, p.lot AS output FROM genealogy g"
        " JOIN stock c ON c.stock_id = g.component_stock_id JOIN item i ON i.item_id = c.item_id"
        " JOIN stock p ON p.stock_id = g.output_stock_id WHERE g.work_order_id = ?"
        " ORDER BY p.lot, i.code, c.lot, g.genealogy_id",
        work_order_id,
    )
    return tuple(
        BuiltRow(row.genealogy_id, row.code, row.lot, Quantity(row.quantity), row.unit, row.output) for row in found
    )


def _each(reading: Reading, work_order_id: int, value: Price) -> Price | None:
    """What one good piece took with it into stock."""
    [row] = rows(reading, "SELECT completed_quantity FROM work_order WHERE work_order_id = ?", work_order_id)
    return Price(value.micro * MICRO // row.completed_quantity) if row.completed_quantity else None


def _money(value: Price, currency: str) -> Money:
    found = money(value_of(MICRO, value.micro), currency)
    assert found is not None
    return found
