"""Which demand pulled a job: the pegs from a job up through the jobs above it to the independent demands at the top."""

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Quantity
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class Puller:
    """An independent demand at the top of a chain.

    Attributes: kind: order, kanban, pos or inferred; name: as in `pegboard why`; order, line, customer, reference: of
    an order line (their own reference); promised: what the customer was told, else the due or need date; item: what is
    demanded; location: of a card or a shop; person, accepted: who accepted an inference and when.
    """

    kind: str
    name: str
    order: str = ""
    line: int = 0
    customer: str = ""
    reference: str = ""
    promised: datetime.date | None = None
    due: datetime.date | None = None
    item: str = ""
    location: str = ""
    person: str = ""
    accepted: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class ParentJob:
    """A job that this one's output goes into."""

    number: str
    item: str
    quantity: Quantity
    due: datetime.date


@dataclass(frozen=True, slots=True)
class PulledBy:
    """Who wants a job: the demands at the top, most urgent first, and the jobs directly above, by number."""

    demands: tuple[Puller, ...] = ()
    parents: tuple[ParentJob, ...] = ()


def pulled_by(reading: Reading, work_order_ids: Iterable[int]) -> dict[int, PulledBy]:
    """Return who pulls each of these jobs. A few queries, whatever their number."""
    wanted = list(work_order_ids)
    edges = _edges_above(reading, wanted)
    tops = _Tops(edges)
    reached = {work_order_id: tops.of(work_order_id) for work_order_id in wanted}
    pullers = _pullers(reading, {demand_id for found in reached.values() for demand_id in found})
    parents = _parents(reading, wanted)
    return {
        work_order_id: PulledBy(
            tuple(sorted((pullers[demand_id] for demand_id in found), key=_urgency)),
            parents.get(work_order_id, ()),
        )
        for work_order_id, found in reached.items()
    }


def _urgency(puller: Puller) -> tuple[datetime.date, str, int]:
    return puller.promised or datetime.date.max, puller.name.partition("/")[0], puller.line


_Edge = tuple[int | None, int | None]  # (job above, demand above): one of them


def _edges_above(reading: Reading, work_order_ids: list[int]) -> dict[int, list[_Edge]]:
    """All pegs of the jobs and of every job above them, level by level."""
    edges: dict[int, list[_Edge]] = {}
    frontier = set(work_order_ids)
    while frontier:
        edges.update((work_order_id, []) for work_order_id in frontier)
        found = rows(
            reading,
            "SELECT DISTINCT p.work_order_id AS job, r.work_order_id AS parent, r.demand_id AS demand FROM peg p"
            " JOIN requirement r ON r.requirement_id = p.requirement_id"
            " WHERE p.work_order_id IN (SELECT value FROM json_each(?))",
            json.dumps(sorted(frontier)),
        )
        for row in found:
            edges[row.job].append((row.parent, row.demand))
        frontier = {row.parent for row in found if row.parent is not None} - edges.keys()
    return edges


class _Tops:
    """The demands above each job; each job is walked once."""

    def __init__(self, edges: Mapping[int, list[_Edge]]) -> None:
        self._edges = edges
        self._known: dict[int, frozenset[int]] = {}

    def of(self, work_order_id: int) -> frozenset[int]:
        """Return the demands above a job."""
        known = self._known.get(work_order_id)
        if known is None:
            self._known[work_order_id] = frozenset()  # a chain is no circle, but a damaged file must not hang a printer
            found: set[int] = set()
            for parent, demand in self._edges[work_order_id]:
                if parent is not None:
                    found |= self.of(parent)
                elif demand is not None:
                    found.add(demand)
            known = self._known[work_order_id] = frozenset(found)
        return known


def _pullers(reading: Reading, demand_ids: set[int]) -> dict[int, Puller]:
    found = rows(
        reading,
        "SELECT d.demand_id, d.kind, d.name, coalesce(o.number, '') AS order_number, coalesce(l.line, 0) AS line,"
        " coalesce(nullif(c.name, ''), c.code, '') AS customer, coalesce(o.customer_reference, '') AS reference,"
        " coalesce(l.promise_date, l.due_date, d.need_date) AS promised, coalesce(l.due_date, d.need_date) AS due,"
        " i.code AS item, coalesce(place.code, '') AS location, coalesce(f.accepted_by, '') AS person,"
        " date(f.accepted_at) AS accepted FROM demand d JOIN item i ON i.item_id = d.item_id"
        " LEFT JOIN order_line l ON l.order_line_id = d.order_line_id"
        " LEFT JOIN customer_order o ON o.order_id = l.order_id"
        " LEFT JOIN customer c ON c.customer_id = o.customer_id"
        " LEFT JOIN location place ON place.location_id = d.location_id"
        " LEFT JOIN inference f ON f.inference_id = d.inference_id"
        " WHERE d.demand_id IN (SELECT value FROM json_each(?))",
        json.dumps(sorted(demand_ids)),
    )
    return {row.demand_id: _puller(row) for row in found}


def _puller(row: Row[Any]) -> Puller:
    return Puller(
        kind=row.kind,
        name=row.name,
        order=row.order_number,
        line=row.line,
        customer=row.customer,
        reference=row.reference,
        promised=_day(row.promised),
        due=_day(row.due),
        item=row.item,
        location=row.location,
        person=row.person,
        accepted=_day(row.accepted),
    )


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _parents(reading: Reading, work_order_ids: list[int]) -> dict[int, tuple[ParentJob, ...]]:
    found = rows(
        reading,
        "SELECT p.work_order_id AS job, w.number, i.code, sum(p.quantity) AS quantity, w.due_date FROM peg p"
        " JOIN requirement r ON r.requirement_id = p.requirement_id"
        " JOIN work_order w ON w.work_order_id = r.work_order_id JOIN item i ON i.item_id = w.item_id"
        " WHERE p.work_order_id IN (SELECT value FROM json_each(?))"
        " GROUP BY p.work_order_id, w.work_order_id ORDER BY w.due_date, w.work_order_id",
        json.dumps(work_order_ids),
    )
    parents: dict[int, list[ParentJob]] = {}
    for row in found:
        due = datetime.date.fromisoformat(row.due_date)
        parents.setdefault(row.job, []).append(ParentJob(row.number, row.code, Quantity(row.quantity), due))
    return {job: tuple(above) for job, above in parents.items()}
