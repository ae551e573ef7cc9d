"""Reads what is to be picked for one job or a wave of jobs: by bin, with what is still to come and what is short."""

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Quantity
from pegboard.queries.pulled_by import PulledBy, Puller, pulled_by
from pegboard.queries.travelers import job_rows
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class PickJob:
    """A job to pick for. `pulled`: the demands at the top, most urgent first."""

    number: str
    state: str
    item: str
    description: str
    unit: str
    revision: str
    quantity: Quantity
    start: datetime.date
    due: datetime.date
    pulled: tuple[Puller, ...]
    has_issued_components: bool


@dataclass(frozen=True, slots=True)
class PickLine:
    """So much of an item for one job (`jobs` holds the share of each job in a wave) from one place.

    Attributes: source: stock, purchase, work_order or short; location, lot, expires: of stock; left: on hand there
    after this pick; supply, supplier, due: of what is still to come (PO-0003/2, WO-0005); alternate_for: the component
    that this item stands in for; operation: where it is used; position: designators or a note.
    """

    item: str
    description: str
    unit: str
    quantity: Quantity
    source: str
    location: str = ""
    lot: str = ""
    expires: datetime.date | None = None
    left: Quantity | None = None
    supply: str = ""
    supplier: str = ""
    due: datetime.date | None = None
    operation: int | None = None
    position: str = ""
    alternate_for: str = ""
    jobs: tuple[tuple[str, Quantity], ...] = ()


@dataclass(frozen=True, slots=True)
class PickList:
    """What to pick, stock first by bin and item, then what is to come by date, then what is short."""

    jobs: tuple[PickJob, ...]
    lines: tuple[PickLine, ...]

    @property
    def number(self) -> str:
        """The job's number; of a wave, all of them."""
        return ", ".join(job.number for job in self.jobs)

    @property
    def short_number(self) -> str:
        """The job's number; of a wave, the first and the last."""
        first, last = self.jobs[0].number, self.jobs[-1].number
        return first if first == last else f"{first} … {last}"


def pick_lists(reading: Reading, numbers: Sequence[str]) -> tuple[PickList, ...]:
    """Return one pick list for each of these jobs, in this order; NotFound names the unknown ones."""
    jobs, lines = _jobs_and_lines(reading, numbers)
    return tuple(PickList((job,), _sorted(_with_left(lines[job.number]))) for job in jobs)


def pick_waves(reading: Reading, numbers: Sequence[str]) -> tuple[PickList, ...]:
    """Return one pick list for all of these jobs together: each bin is visited once."""
    jobs, lines = _jobs_and_lines(reading, numbers)
    together = _joined(line for job in jobs for line in lines[job.number])
    return (PickList(jobs, _sorted(_with_left(together))),)


def _jobs_and_lines(
    reading: Reading, numbers: Sequence[str]
) -> tuple[tuple[PickJob, ...], dict[str, list[tuple[int, PickLine]]]]:
    found = job_rows(reading, numbers)
    ids = [job.work_order_id for job in found]
    pulled = pulled_by(reading, ids)
    lines: dict[str, list[tuple[int, PickLine]]] = {job.number: [] for job in found}
    for row in _pegged_rows(reading, ids):
        lines[row.job].append((row.on_hand, _pegged_line(row)))
    for row in _short_rows(reading, ids):
        lines[row.job].append((0, _line(row, "short")))
    return tuple(_job(job, pulled[job.work_order_id]) for job in found), lines


def _job(job: Row[Any], pulled: PulledBy) -> PickJob:
    return PickJob(
        number=job.number,
        state=job.state,
        item=job.code,
        description=job.description,
        unit=job.unit,
        revision=job.revision or job.item_revision,
        quantity=Quantity(job.quantity),
        start=datetime.date.fromisoformat(job.start_date),
        due=datetime.date.fromisoformat(job.due_date),
        pulled=pulled.demands,
        has_issued_components=bool(job.components_issued),
    )


_LINE = (
    " w.number AS job, i.code, i.description, i.unit, r.operation, r.position, coalesce(a.code, '') AS alternate_for"
)
_LINE_FROM = (
    " FROM requirement r JOIN work_order w ON w.work_order_id = r.work_order_id JOIN item i ON i.item_id = r.item_id"
    " LEFT JOIN item a ON a.item_id = r.alternate_for_id"
)


def _pegged_rows(reading: Reading, ids: list[int]) -> Sequence[Row[Any]]:
    return rows(
        reading,
        f"SELECT{_LINE}, p.quantity, coalesce(l.code, '') AS location, coalesce(s.lot, '') AS lot, s.expires_on,"
        " coalesce(s.quantity, 0) AS on_hand, coalesce(j.number, o.number || '/' || pl.line, '') AS supply,"
        " coalesce(nullif(v.name, ''), v.code, '') AS supplier,"
        " coalesce(j.due_date, pl.promised_date, pl.due_date) AS due, p.stock_id, p.work_order_id AS supplying_job"
        f"{_LINE_FROM} JOIN peg p ON p.requirement_id = r.requirement_id"
        " LEFT JOIN stock s ON s.stock_id = p.stock_id LEFT JOIN location l ON l.location_id = s.location_id"
        " LEFT JOIN work_order j ON j.work_order_id = p.work_order_id"
        " LEFT JOIN purchase_line pl ON pl.purchase_line_id = p.purchase_line_id"
        " LEFT JOIN purchase_order o ON o.purchase_order_id = pl.purchase_order_id"
        " LEFT JOIN supplier v ON v.supplier_id = o.supplier_id"
        " WHERE r.work_order_id IN (SELECT value FROM json_each(?)) ORDER BY r.requirement_id, p.peg_id",
        json.dumps(ids),
    )


def _short_rows(reading: Reading, ids: list[int]) -> Sequence[Row[Any]]:
    return rows(
        reading,
        f"SELECT * FROM (SELECT{_LINE}, r.requirement_id, r.quantity - r.issued_quantity"
        " - coalesce((SELECT sum(p.quantity) FROM peg p WHERE p.requirement_id = r.requirement_id), 0) AS quantity"
        f"{_LINE_FROM} WHERE r.work_order_id IN (SELECT value FROM json_each(?)))"
        " WHERE quantity > 0 ORDER BY requirement_id",
        json.dumps(ids),
    )


def _line(row: Row[Any], source: str) -> PickLine:
    return PickLine(
        item=row.code,
        description=row.description,
        unit=row.unit,
        quantity=Quantity(row.quantity),
        source=source,
        operation=row.operation,
        position=row.position,
        alternate_for=row.alternate_for,
        jobs=((row.job, Quantity(row.quantity)),),
    )


def _pegged_line(row: Row[Any]) -> PickLine:
    source = "stock" if row.stock_id else "work_order" if row.supplying_job else "purchase"
    return replace(
        _line(row, source),
        location=row.location,
        lot=row.lot,
        expires=datetime.date.fromisoformat(row.expires_on) if row.expires_on else None,
        supply=row.supply,
        supplier=row.supplier,
        due=datetime.date.fromisoformat(row.due) if row.due else None,
    )


def _place(line: PickLine) -> tuple[str, ...]:
    return (line.source, line.location, line.item, line.lot, line.supply)


def _joined(lines: Iterable[tuple[int, PickLine]]) -> list[tuple[int, PickLine]]:
    """One line for each item and place, with the share of each job."""
    joined: dict[tuple[str, ...], tuple[int, PickLine]] = {}
    for on_hand, line in lines:
        before = joined.get(_place(line))
        if before is None:
            joined[_place(line)] = on_hand, line
            continue
        shares = dict(before[1].jobs)
        for job, quantity in line.jobs:
            shares[job] = shares.get(job, Quantity(0)) + quantity
        total = before[1].quantity + line.quantity
        joined[_place(line)] = on_hand, replace(before[1], quantity=total, jobs=tuple(shares.items()))
    return list(joined.values())


def _with_left(lines: Iterable[tuple[int, PickLine]]) -> list[PickLine]:
    """Fill in what is left in the bin once all lines from it are picked."""
    lines = list(lines)
    taken: dict[tuple[str, ...], int] = {}
    for _on_hand, line in lines:
        taken[_place(line)] = taken.get(_place(line), 0) + line.quantity.micro
    return [
        replace(line, left=Quantity(on_hand - taken[_place(line)])) if line.source == "stock" else line
        for on_hand, line in lines
    ]


def _sorted(lines: Iterable[PickLine]) -> tuple[PickLine, ...]:
    def place(line: PickLine) -> tuple[object, ...]:
        if line.source == "stock":
            return (0, line.location, line.item, line.lot, line.operation or 0)
        if line.source == "short":
            return (2, line.item, "", "", line.operation or 0)
        return (1, str(line.due), line.supply, line.item, line.operation or 0)

    return tuple(sorted(lines, key=place))
