"""Moves planned jobs and draft lines when what they are for is needed on another day.

Backward first: a supply is due by the earliest need of those it serves and starts its lead time earlier, never before
today. Then forward: a job starts no earlier than its latest component arrives. What was sent or released stays; where
it would come too late now, a person must decide.
"""

import datetime
import heapq
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Quantity
from pegboard.domain.scheduling import arrival, order_by
from pegboard.services.cascade import Cascade, job_follows, line_follows
from pegboard.services.consequences import OpenDecision, describe
from pegboard.storage.rows import change, first, rows, run
from pegboard.storage.tables.purchasing import PurchaseLine
from pegboard.storage.tables.work_orders import WorkOrder


@dataclass(slots=True)
class _Moving:
    cascade: Cascade
    waiting: list[tuple[int, str, int]] = field(default_factory=list)  # low-level code, column, key
    seen: set[tuple[str, int]] = field(default_factory=set)
    jobs: list[int] = field(default_factory=list)  # in low-level-code order


def redate(cascade: Cascade, demand_id: int, due: datetime.date | None) -> None:
    """Let all that serves a demand follow its new due date; None is as soon as possible."""
    calendar, today = cascade.snapshot.calendar, cascade.tx.today.toordinal()
    need = today if due is None else max(today, calendar.on_or_before(due.toordinal()))
    moving = _Moving(cascade)
    _need_by(moving, "demand_id", demand_id, need)
    while moving.waiting:
        _level, column, key = heapq.heappop(moving.waiting)
        if (column, key) in moving.seen:
            continue
        moving.seen.add((column, key))
        if column == "work_order_id":
            _move_job(moving, key)
        else:
            _move_line(moving, key)
    for work_order_id in reversed(moving.jobs):
        _wait_for_components(moving, work_order_id)
    cascade.tx.changed("work_order", "purchase_order", "requirement")


def _need_by(moving: _Moving, owner: str, key: int, day: int) -> None:
    """Move the requirements of a demand or job to another day, and let their supply be looked at."""
    tx = moving.cascade.tx
    run(tx, f"UPDATE requirement SET need_date = ? WHERE {owner} = ?", _iso(day), key)
    for peg in rows(
        tx,
        "SELECT DISTINCT p.work_order_id, p.purchase_line_id, i.low_level_code FROM requirement r"
        " JOIN peg p ON p.requirement_id = r.requirement_id JOIN item i ON i.item_id = r.item_id"
        f" WHERE r.{owner} = ? AND p.stock_id IS NULL",
        key,
    ):
        column = "work_order_id" if peg.work_order_id is not None else "purchase_line_id"
        supply = peg.work_order_id if peg.work_order_id is not None else peg.purchase_line_id
        heapq.heappush(moving.waiting, (peg.low_level_code, column, supply))


def _move_job(moving: _Moving, work_order_id: int) -> None:
    cascade, calendar = moving.cascade, moving.cascade.snapshot.calendar
    job = first(cascade.tx, "SELECT * FROM work_order WHERE work_order_id = ?", work_order_id)
    need = _first_need(cascade, "work_order_id", work_order_id)
    assert job is not None
    if not job_follows(cascade.tx, job):
        _too_late(cascade, "work_order_id", work_order_id, job.due_date, need)
        return
    moving.jobs.append(work_order_id)
    lead = _working_days(cascade, job.start_date, job.due_date)
    start = max(cascade.tx.today.toordinal(), calendar.subtract(need, lead))
    _set_job(cascade, job, start, max(calendar.add(start, lead), need))
    _need_by(moving, "work_order_id", work_order_id, start)


def _set_job(cascade: Cascade, job: Row[Any], start: int, due: int) -> None:
    tx, calendar = cascade.tx, cascade.snapshot.calendar
    cascade.touched.moved.setdefault(("work_order_id", job.work_order_id), job.due_date)
    change(tx, WorkOrder, job.work_order_id, start_date=_day(start), due_date=_day(due))
    for line in rows(tx, "SELECT * FROM purchase_line WHERE work_order_id = ? AND state = 'open'", job.work_order_id):
        before_end = _working_days(cascade, line.due_date, job.due_date)
        ends = max(tx.today.toordinal(), calendar.subtract(due, before_end))
        lead = _working_days(cascade, line.order_by_date or line.due_date, line.due_date)
        ordered = max(tx.today.toordinal(), calendar.subtract(ends, lead))
        change(tx, PurchaseLine, line.purchase_line_id, due_date=_day(ends), order_by_date=_day(ordered))


def _move_line(moving: _Moving, purchase_line_id: int) -> None:
    cascade, calendar = moving.cascade, moving.cascade.snapshot.calendar
    today = cascade.tx.today.toordinal()
    line = first(
        cascade.tx,
        "SELECT l.*, o.state AS order_state FROM purchase_line l JOIN purchase_order o"
        " ON o.purchase_order_id = l.purchase_order_id WHERE l.purchase_line_id = ?",
        purchase_line_id,
    )
    assert line is not None
    need = _first_need(cascade, "purchase_line_id", purchase_line_id)
    articles = cascade.snapshot.articles.get(line.item_id, ())
    article = next((each for each in articles if each.supplier_item_id == line.supplier_item_id), None)
    if not line_follows(line) or article is None:
        _too_late(cascade, "purchase_line_id", purchase_line_id, line.due_date, need)
        return
    due = max(need, arrival(calendar, today, article))
    cascade.touched.moved.setdefault(("purchase_line_id", purchase_line_id), line.due_date)
    change(
        cascade.tx,
        PurchaseLine,
        purchase_line_id,
        need_date=_day(need),
        due_date=_day(due),
        order_by_date=_day(order_by(calendar, today, due, article)),
    )


def _wait_for_components(moving: _Moving, work_order_id: int) -> None:
    """Forward: a job that starts before its latest component is there moves back."""
    cascade = moving.cascade
    job = first(cascade.tx, "SELECT * FROM work_order WHERE work_order_id = ?", work_order_id)
    latest = first(
        cascade.tx,
        "SELECT max(coalesce(w.due_date, l.due_date)) AS day FROM requirement r"
        " JOIN peg p ON p.requirement_id = r.requirement_id"
        " LEFT JOIN work_order w ON w.work_order_id = p.work_order_id"
        " LEFT JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id WHERE r.work_order_id = ?",
        work_order_id,
    )
    assert job is not None
    assert latest is not None
    if latest.day is not None and latest.day > job.start_date:
        lead = _working_days(cascade, job.start_date, job.due_date)
        start = cascade.snapshot.calendar.on_or_after(_ordinal(latest.day))
        _set_job(cascade, job, start, cascade.snapshot.calendar.add(start, lead))


def _too_late(cascade: Cascade, column: str, key: int, due: str, need: int) -> None:
    """What was sent or released stays where it is; where it comes too late, somebody must ask."""
    if _ordinal(due) <= need:
        return
    row = describe(cascade.tx, column, key)
    wanted = first(
        cascade.tx,
        f"SELECT sum(p.quantity) AS quantity FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
        f" WHERE p.{column} = ? AND r.need_date < ?",
        key,
        due,
    )
    assert wanted is not None
    cascade.touched.decisions.setdefault(
        row.name,
        OpenDecision(
            *("change_after_sent", row.name, row.item, Quantity(wanted.quantity or 0), row.item_id, column, key),
            comes=due,
            needed=_iso(need),
        ),
    )


def _first_need(cascade: Cascade, column: str, key: int) -> int:
    row = first(
        cascade.tx,
        "SELECT min(r.need_date) AS day FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
        f" WHERE p.{column} = ?",
        key,
    )
    assert row is not None
    return max(cascade.tx.today.toordinal(), _ordinal(row.day))


def _working_days(cascade: Cascade, start: str, end: str) -> int:
    """How many working days lie between two days."""
    first_day, last_day, count = _ordinal(start), _ordinal(end), 0
    while cascade.snapshot.calendar.add(first_day, count) < last_day:
        count += 1
    return count


def _ordinal(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal()


def _day(ordinal: int) -> datetime.date:
    return datetime.date.fromordinal(ordinal)


def _iso(ordinal: int) -> str:
    return _day(ordinal).isoformat()
