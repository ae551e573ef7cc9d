"""Dispatch lists: the released jobs that wait at each work center, in the order in which demand pulls them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import NotFound
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.job_cover import Cover, covers
from pegboard.queries.pulled_by import Puller, pulled_by
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class DispatchLine:
    """An operation that is to be done at the work center.

    Attributes: quantity: pieces still to be done there; minutes: planned for them; needed: the earliest day on which
    somebody needs what the job makes; before: operations of the job that come first and are not finished; cover:
    whether the parts of the job are there; pulled: for whom.
    """

    job: str
    sequence: int
    item: str
    item_description: str
    description: str
    quantity: Quantity
    unit: str
    minutes: Quantity
    start: datetime.date
    needed: datetime.date
    is_started: bool
    before: tuple[int, ...]
    cover: Cover
    pulled: tuple[Puller, ...]


@dataclass(frozen=True, slots=True)
class DispatchList:
    """What a work center does next, the first line first."""

    code: str
    description: str
    lines: tuple[DispatchLine, ...]

    @property
    def minutes(self) -> Quantity:
        """All of it."""
        return Quantity(sum(line.minutes.micro for line in self.lines))


# Operations that are to be done, started ones first, then by the day on which what the job makes is needed.
_QUEUE = """
    SELECT o.*, w.number, w.start_quantity, w.start_date, w.due_date, i.code AS item, i.description AS item_description,
           i.unit, coalesce((SELECT min(r.need_date) FROM peg p JOIN requirement r
             ON r.requirement_id = p.requirement_id WHERE p.work_order_id = w.work_order_id), w.due_date) AS needed
      FROM work_order_operation o JOIN work_order w ON w.work_order_id = o.work_order_id
      JOIN item i ON i.item_id = w.item_id
     WHERE o.work_center_id = ? AND o.state <> 'finished' AND w.state IN ('released', 'in_progress')
     ORDER BY CASE o.state WHEN 'started' THEN 0 ELSE 1 END, needed, w.due_date, length(w.number), w.number, o.sequence
"""


def busy_centers(reading: Reading) -> tuple[str, ...]:
    """The codes of the work centers at which released jobs wait."""
    found = rows(
        reading,
        "SELECT DISTINCT c.code FROM work_center c JOIN work_order_operation o ON o.work_center_id = c.work_center_id"
        " JOIN work_order w ON w.work_order_id = o.work_order_id"
        " WHERE o.state <> 'finished' AND w.state IN ('released', 'in_progress') ORDER BY c.code",
    )
    return tuple(str(row.code) for row in found)


def dispatch_lists(reading: Reading, codes: Sequence[str]) -> tuple[DispatchList, ...]:
    """The dispatch lists of work centers, in the order of `codes`. NotFound names the unknown ones."""
    centers = {row.code: row for row in rows(reading, "SELECT * FROM work_center")}
    unknown = [code for code in codes if code not in centers]
    if unknown:
        raise NotFound(
            tr("There is no work center {code}.", code=", ".join(unknown)),
            hint=tr("Work centers are: {codes}.", codes=", ".join(sorted(centers)) or tr("none")),
        )
    return tuple(_list(reading, centers[code]) for code in codes)


def _list(reading: Reading, center: Row[Any]) -> DispatchList:
    queue = rows(reading, _QUEUE, center.work_center_id)
    jobs = list(dict.fromkeys(int(row.work_order_id) for row in queue))
    pulled, cover = pulled_by(reading, jobs), covers(reading, jobs)
    before = _before(reading, center.work_center_id)
    lines = [
        DispatchLine(
            job=row.number,
            sequence=row.sequence,
            item=row.item,
            item_description=row.item_description,
            description=row.description,
            quantity=_left(row),
            unit=row.unit,
            minutes=_minutes(row),
            start=datetime.date.fromisoformat(row.start_date),
            needed=datetime.date.fromisoformat(row.needed),
            is_started=row.state == "started",
            before=tuple(step for step in before.get(row.work_order_id, ()) if step < row.sequence),
            cover=cover.get(row.work_order_id, Cover()),
            pulled=pulled[row.work_order_id].demands,
        )
        for row in queue
    ]
    return DispatchList(center.code, center.description, tuple(lines))


def _before(reading: Reading, center: int) -> dict[int, list[int]]:
    """Operations that are not finished of the jobs that wait at a work center, by job."""
    found: dict[int, list[int]] = {}
    for row in rows(
        reading,
        "SELECT x.work_order_id, x.sequence FROM work_order_operation x WHERE x.state <> 'finished'"
        " AND EXISTS (SELECT 1 FROM work_order_operation o WHERE o.work_order_id = x.work_order_id"
        " AND o.work_center_id = ? AND o.state <> 'finished') ORDER BY x.sequence",
        center,
    ):
        found.setdefault(row.work_order_id, []).append(row.sequence)
    return found


def _left(row: Row[Any]) -> Quantity:
    return Quantity(max(0, row.start_quantity - row.good_quantity - row.scrap_quantity))


def _minutes(row: Row[Any]) -> Quantity:
    """Set-up where it has not begun, and the run of what is left."""
    run = (row.run_minutes * _left(row).micro + 500_000) // 1_000_000
    return Quantity(run + (0 if row.state == "started" else row.setup_minutes))
