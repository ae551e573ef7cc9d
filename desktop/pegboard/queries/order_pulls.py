"""What an order pulls, as a tree: each need with the stock, jobs and purchases that cover it, down to the leaves.

The same rows show what hangs on an order and what an order that is still being typed would pull.
"""

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Quantity
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class Cover:
    """One supply of a need.

    Attributes: kind: stock, job, purchase or short; number: WO-0001, PO-0001/2, or of stock its location and lot;
    supplier: code of who sells it; state: of the job or the purchase order, "new" where it is only
    proposed; ready: the day on which it is there, None for stock; order_by: last day to send a purchase; pulls:
    what a job pulls in its turn.
    """

    kind: str
    quantity: Quantity
    number: str = ""
    supplier: str = ""
    state: str = ""
    ready: datetime.date | None = None
    order_by: datetime.date | None = None
    operations_done: int = 0
    operations: int = 0
    pulls: tuple["Pull", ...] = ()


@dataclass(frozen=True, slots=True)
class Pull:
    """A need: so much of an item on a day.

    Attributes: name: unlike any other beside it; line: of the order, 0 below it; need: None for as soon as possible;
    covers: its supplies; parts: what a kit's line needs in its place; operation: of a step that a supplier does.
    """

    name: str
    item: str
    description: str
    unit: str
    quantity: Quantity
    need: datetime.date | None
    covers: tuple[Cover, ...] = ()
    parts: tuple["Pull", ...] = ()
    line: int = 0
    operation: int | None = None

    @property
    def is_short(self) -> bool:
        """Whether nothing covers some of it, or of what its jobs need."""
        below = (*self.parts, *(pull for cover in self.covers for pull in cover.pulls))
        return any(cover.kind == "short" for cover in self.covers) or any(pull.is_short for pull in below)

    @property
    def is_here(self) -> bool:
        """Whether all of it lies in stock."""
        wanted = self.parts or (self,)
        return all(pull.covers and all(cover.kind == "stock" for cover in pull.covers) for pull in wanted)

    @property
    def ready(self) -> datetime.date | None:
        """When the last of its supplies comes, None where all is in stock or short."""
        days = [cover.ready for pull in self.parts or (self,) for cover in pull.covers if cover.ready is not None]
        return max(days, default=None)


def pulls_of_lines(reading: Reading, order_line_ids: Sequence[int]) -> dict[int, tuple[Pull, ...]]:
    """What hangs on order lines, by line; the requirements of the item itself, or of a kit's components."""
    needs = rows(
        reading,
        f"{_NEEDS} JOIN demand d ON d.demand_id = r.demand_id AND d.state = 'open'"
        " WHERE d.order_line_id IN (SELECT value FROM json_each(?)) ORDER BY r.requirement_id",
        json.dumps(list(order_line_ids)),
    )
    lines = rows(
        reading,
        "SELECT demand_id, order_line_id FROM demand WHERE state = 'open'"
        " AND order_line_id IN (SELECT value FROM json_each(?))",
        json.dumps(list(order_line_ids)),
    )
    line_of = {row.demand_id: row.order_line_id for row in lines}
    tree = _Tree(reading, needs)
    found: dict[int, list[Pull]] = {}
    for need in needs:
        found.setdefault(line_of[need.demand_id], []).append(tree.pull(need))
    return {line: tuple(pulls) for line, pulls in found.items()}


_NEEDS = (
    "SELECT r.requirement_id, r.demand_id, r.work_order_id, r.quantity - r.issued_quantity AS left_over, r.need_date,"
    " i.code, i.description, i.unit FROM requirement r JOIN item i ON i.item_id = r.item_id"
)
_PEGS = (
    "SELECT p.requirement_id, p.quantity, p.stock_id, p.work_order_id, p.purchase_line_id, place.code AS location,"
    " s.lot,"
    " w.number AS job, w.state AS job_state, w.due_date AS job_due, o.number || '/' || l.line AS purchase,"
    " o.state AS order_state, coalesce(l.promised_date, l.due_date) AS line_due, l.order_by_date,"
    " v.code AS supplier FROM peg p"
    " LEFT JOIN stock s ON s.stock_id = p.stock_id LEFT JOIN location place ON place.location_id = s.location_id"
    " LEFT JOIN work_order w ON w.work_order_id = p.work_order_id"
    " LEFT JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id"
    " LEFT JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
    " LEFT JOIN supplier v ON v.supplier_id = o.supplier_id"
    " WHERE p.requirement_id IN (SELECT value FROM json_each(?)) ORDER BY p.peg_id"
)
_STEPS = (
    "SELECT work_order_id, count(*) AS steps, sum(state = 'finished') AS finished FROM work_order_operation"
    " WHERE work_order_id IN (SELECT value FROM json_each(?)) GROUP BY work_order_id"
)
_SERVICES = (
    "SELECT l.work_order_id, l.operation, l.quantity - l.received_quantity AS open, i.code, i.description, i.unit,"
    " o.number || '/' || l.line AS purchase, o.state AS order_state, "
    " coalesce(l.promised_date, l.due_date) AS line_due, l.order_by_date, l.need_date,"
    " v.code AS supplier FROM purchase_line l"
    " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
    " JOIN supplier v ON v.supplier_id = o.supplier_id JOIN item i ON i.item_id = l.item_id"
    " WHERE l.state = 'open' AND l.quantity > l.received_quantity"
    " AND l.work_order_id IN (SELECT value FROM json_each(?)) ORDER BY l.operation"
)


class _Tree:
    """Pegs and needs below some requirements, read level by level; a job that several needs share is built once."""

    def __init__(self, reading: Reading, needs: Sequence[Row[Any]]) -> None:
        self._pegs: dict[int, list[Row[Any]]] = {}
        self._needs: dict[int, list[Row[Any]]] = {}
        self._pulls: dict[int, tuple[Pull, ...]] = {}
        level = list(needs)
        while level:
            jobs = self._read_pegs(reading, level) - self._needs.keys()
            self._needs.update((job, []) for job in jobs)
            statement = f"{_NEEDS} WHERE r.work_order_id IN (SELECT value FROM json_each(?)) ORDER BY r.requirement_id"
            level = list(rows(reading, statement, json.dumps(sorted(jobs)))) if jobs else []
            for need in level:
                self._needs[need.work_order_id].append(need)
        known = json.dumps(sorted(self._needs))
        self._steps = {row.work_order_id: row for row in rows(reading, _STEPS, known)}
        self._services: dict[int, list[Pull]] = {}
        for row in rows(reading, _SERVICES, known):
            self._services.setdefault(row.work_order_id, []).append(_service(row))

    def _read_pegs(self, reading: Reading, needs: Iterable[Row[Any]]) -> set[int]:
        """Read the pegs of these needs; returns the jobs that they hang on."""
        jobs: set[int] = set()
        for peg in rows(reading, _PEGS, json.dumps([need.requirement_id for need in needs])):
            self._pegs.setdefault(peg.requirement_id, []).append(peg)
            if peg.work_order_id is not None:
                jobs.add(peg.work_order_id)
        return jobs

    def pull(self, need: Row[Any]) -> Pull:
        """A need with all below it."""
        pegs = self._pegs.get(need.requirement_id, [])
        covers = [self._cover(peg) for peg in pegs]
        short = need.left_over - sum(peg.quantity for peg in pegs)
        if short > 0:
            covers.append(Cover("short", Quantity(short)))
        return Pull(
            name=str(need.requirement_id),
            item=need.code,
            description=need.description,
            unit=need.unit,
            quantity=Quantity(max(0, need.left_over)),
            need=_day(need.need_date),
            covers=tuple(covers),
        )

    def _cover(self, peg: Row[Any]) -> Cover:
        quantity = Quantity(peg.quantity)
        if peg.stock_id is not None:
            return Cover("stock", quantity, f"{peg.location} {peg.lot}".strip())
        if peg.purchase_line_id is not None:
            return Cover(
                "purchase",
                quantity,
                peg.purchase,
                peg.supplier,
                peg.order_state,
                _day(peg.line_due),
                _day(peg.order_by_date),
            )
        steps = self._steps.get(peg.work_order_id)
        return Cover(
            "job",
            quantity,
            peg.job,
            state=peg.job_state,
            ready=_day(peg.job_due),
            operations_done=steps.finished if steps else 0,
            operations=steps.steps if steps else 0,
            pulls=self._below(peg.work_order_id),
        )

    def _below(self, job: int) -> tuple[Pull, ...]:
        found = self._pulls.get(job)
        if found is None:
            needs = (need for need in self._needs.get(job, ()) if need.left_over > 0)
            found = (*map(self.pull, needs), *self._services.get(job, ()))
            self._pulls[job] = found
        return found


def _service(row: Row[Any]) -> Pull:
    """A step of a job that a supplier does."""
    ready, quantity = _day(row.line_due), Quantity(row.open)
    cover = Cover("purchase", quantity, row.purchase, row.supplier, row.order_state, ready, _day(row.order_by_date))
    need = _day(row.need_date)
    return Pull(row.purchase, row.code, row.description, row.unit, quantity, need, (cover,), operation=row.operation)


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
