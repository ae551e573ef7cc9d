"""Where the parts of a job come from: for each component what lies here, what is on its way, what is short."""

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Quantity
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class Cover:
    """Whether the parts of a job are there.

    Attributes: kind: here (all of them), coming (the last one on `by`), short, issued (all handed out) or none (it
    needs no parts); by: when the last part on its way comes; is_overdue: one of them should be here already; short:
    items that nothing covers.
    """

    kind: str = "none"
    by: datetime.date | None = None
    is_overdue: bool = False
    short: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One supply of a component.

    Attributes: kind: stock, job or purchase; name: the location, job or purchase line; lot: of stock; due: when it
    comes, None for stock; is_promised: the supplier has confirmed that day; supplier: of a purchase.
    """

    kind: str
    name: str
    quantity: Quantity
    lot: str = ""
    due: datetime.date | None = None
    is_promised: bool = False
    supplier: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """A pick line of a job with what covers it.

    Attributes: key: its requirement; quantity: for the whole job; issued: handed out already; short: what nothing
    covers; operation: where it is used, None for the job as a whole; alternate_for: the component it stands in for.
    """

    key: int
    item: str
    description: str
    unit: str
    quantity: Quantity
    issued: Quantity
    short: Quantity
    needed: datetime.date
    operation: int | None
    position: str
    alternate_for: str
    sources: tuple[Source, ...]

    @property
    def open_quantity(self) -> Quantity:
        """What is still to be handed out."""
        return Quantity(max(0, self.quantity.micro - self.issued.micro))

    def cover(self, today: datetime.date) -> Cover:
        """Say whether this component is there."""
        if self.short:
            return Cover("short", short=(self.item,))
        if not self.open_quantity:
            return Cover("issued")
        coming = [source.due for source in self.sources if source.due is not None]
        if coming:
            return Cover("coming", max(coming), is_overdue=min(coming) < today)
        return Cover("here")


def components(reading: Reading, work_order_ids: Iterable[int]) -> dict[int, tuple[Component, ...]]:
    """Return the pick lines of these jobs with their supplies, by operation; one statement."""
    found = rows(reading, _COMPONENTS, json.dumps(list(work_order_ids)))
    result: dict[int, list[Component]] = {}
    for _key, group in groupby(found, key=lambda row: row.requirement_id):
        pegs = list(group)
        result.setdefault(int(pegs[0].work_order_id), []).append(_component(pegs))
    return {job: tuple(lines) for job, lines in result.items()}


def covers(reading: Reading, work_order_ids: Iterable[int]) -> dict[int, Cover]:
    """Return whether the parts of these jobs are there, by key; jobs without components are missing."""
    return {job: joined(lines, reading.today) for job, lines in components(reading, work_order_ids).items()}


def joined(lines: Sequence[Component], today: datetime.date) -> Cover:
    """Say for a whole job what its worst component says: short before coming before here."""
    found = [line.cover(today) for line in lines]
    by = max((cover.by for cover in found if cover.by is not None), default=None)
    is_overdue = any(cover.is_overdue for cover in found)
    short = tuple(dict.fromkeys(item for cover in found for item in cover.short))
    if short:
        return Cover("short", by, is_overdue, short)
    if by is not None:
        return Cover("coming", by, is_overdue)
    if any(cover.kind == "here" for cover in found):
        return Cover("here")
    return Cover("issued") if found else Cover()


_COMPONENTS = (
    "SELECT r.requirement_id, r.work_order_id, r.quantity, r.issued_quantity, r.need_date, r.operation, r.position,"
    " i.code, i.description, i.unit, coalesce(a.code, '') AS alternate_for, p.quantity AS pegged, p.stock_id,"
    " place.code AS location, s.lot, j.number AS job, j.due_date AS job_due, o.number || '/' || l.line AS purchase,"
    " l.due_date AS line_due, l.promised_date, coalesce(nullif(v.name, ''), v.code) AS supplier"
    " FROM requirement r JOIN item i ON i.item_id = r.item_id"
    " LEFT JOIN item a ON a.item_id = r.alternate_for_id"
    " LEFT JOIN peg p ON p.requirement_id = r.requirement_id"
    " LEFT JOIN stock s ON s.stock_id = p.stock_id LEFT JOIN location place ON place.location_id = s.location_id"
    " LEFT JOIN work_order j ON j.work_order_id = p.work_order_id"
    " LEFT JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id"
    " LEFT JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
    " LEFT JOIN supplier v ON v.supplier_id = o.supplier_id"
    " WHERE r.work_order_id IN (SELECT value FROM json_each(?))"
    " ORDER BY r.work_order_id, r.operation, r.requirement_id, p.peg_id"
)


def _component(pegs: Sequence[Row[Any]]) -> Component:
    row = pegs[0]
    sources = tuple(_source(peg) for peg in pegs if peg.pegged is not None)
    covered = sum(source.quantity.micro for source in sources)
    return Component(
        key=row.requirement_id,
        item=row.code,
        description=row.description,
        unit=row.unit,
        quantity=Quantity(row.quantity),
        issued=Quantity(row.issued_quantity),
        short=Quantity(max(0, row.quantity - row.issued_quantity - covered)),
        needed=datetime.date.fromisoformat(row.need_date),
        operation=row.operation,
        position=row.position,
        alternate_for=row.alternate_for,
        sources=sources,
    )


def _source(peg: Row[Any]) -> Source:
    quantity = Quantity(peg.pegged)
    if peg.stock_id is not None:
        return Source("stock", peg.location, quantity, peg.lot)
    if peg.job is not None:
        return Source("job", peg.job, quantity, due=datetime.date.fromisoformat(peg.job_due))
    due = datetime.date.fromisoformat(peg.promised_date or peg.line_due)
    return Source("purchase", peg.purchase, quantity, "", due, peg.promised_date is not None, peg.supplier)
