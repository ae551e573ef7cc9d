"""Reads what the floor station shows: people, who is at work, bins, cards, problems. Never money."""

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Quantity
from pegboard.queries.job_detail import JobDetail, OperationProgress
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading

MOST_IN_BIN = 6  # lines on the station's screen


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works here.

    Attributes: badge: what their badge says, the name without one; needs_badge: they have a PIN, so that touching the
    name is not enough; without a badge of their own they cannot sign in at the station.
    """

    name: str
    badge: str
    needs_badge: bool = False


@dataclass(frozen=True, slots=True)
class AtWork:
    """Who is at which operation since when."""

    person: str
    number: str
    item: str
    operation: int
    since: datetime.datetime


@dataclass(frozen=True, slots=True)
class InBin:
    """What lies at a location of one item and lot."""

    item: str
    description: str
    lot: str
    quantity: Quantity
    unit: str


@dataclass(frozen=True, slots=True)
class CardState:
    """A kanban card: its state since when, and when its container comes, None where nothing is on its way."""

    item: str
    quantity: Quantity
    unit: str
    state: str
    since: datetime.datetime | None
    due: datetime.date | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that somebody said is wrong with a job, not settled yet."""

    key: int
    number: str
    item: str
    operation: int | None
    reason: str
    person: str
    at: datetime.datetime


def workers(reading: Reading) -> tuple[Worker, ...]:
    """Return who works here, by name."""
    found = rows(reading, "SELECT name, badge, secret_hash FROM person WHERE active = 1 ORDER BY name")
    return tuple(_worker(row) for row in found)


def _worker(row: Row[Any]) -> Worker:
    has_pin = bool(row.secret_hash)
    return Worker(row.name, row.badge or ("" if has_pin else row.name), has_pin)


def at_work(reading: Reading, person: str = "") -> tuple[AtWork, ...]:
    """Return who is at work, or what one person is at, the longest first."""
    found = rows(
        reading,
        "SELECT t.person, t.started_at, o.sequence, w.number, i.code FROM time_entry t"
        " JOIN work_order_operation o ON o.work_order_operation_id = t.work_order_operation_id"
        " JOIN work_order w ON w.work_order_id = o.work_order_id JOIN item i ON i.item_id = w.item_id"
        f" WHERE t.ended_at IS NULL{' AND t.person = ?' if person else ''} ORDER BY t.started_at, t.time_entry_id",
        *([person] if person else []),
    )
    return tuple(AtWork(row.person, row.number, row.code, row.sequence, instant(row.started_at)) for row in found)


def bin_contents(reading: Reading, location: str) -> tuple[InBin, ...]:
    """Return what lies at a location, at most a screenful."""
    found = rows(
        reading,
        "SELECT i.code, i.description, i.unit, s.lot, s.quantity FROM stock s JOIN item i ON i.item_id = s.item_id"
        " JOIN location l ON l.location_id = s.location_id WHERE l.code = ? AND s.quantity > 0"
        " ORDER BY i.code, s.lot LIMIT ?",
        location,
        MOST_IN_BIN,
    )
    return tuple(InBin(row.code, row.description, row.lot, Quantity(row.quantity), row.unit) for row in found)


def item_places(reading: Reading, item: str, lot: str = "") -> tuple[tuple[str, str, Quantity], ...]:
    """Return where an item lies: location, lot, quantity; of one lot where it is named."""
    found = rows(
        reading,
        "SELECT l.code, s.lot, s.quantity FROM stock s JOIN item i ON i.item_id = s.item_id JOIN location l"
        f" ON l.location_id = s.location_id WHERE i.code = ? AND s.quantity > 0{' AND s.lot = ?' if lot else ''}"
        " ORDER BY l.code, s.lot LIMIT ?",
        *((item, lot) if lot else (item,)),
        MOST_IN_BIN,
    )
    return tuple((row.code, row.lot, Quantity(row.quantity)) for row in found)


def stock_id_of(reading: Reading, item: str, lot: str, location: str = "") -> int | None:
    """The stock of an item under a lot, at a location where one is named; None where nothing lies there."""
    row = first(
        reading,
        "SELECT s.stock_id FROM stock s JOIN item i ON i.item_id = s.item_id JOIN location l"
        " ON l.location_id = s.location_id WHERE i.code = ? AND s.lot = ? AND s.quantity > 0"
        f"{' AND l.code = ?' if location else ''} ORDER BY s.quantity DESC",
        *((item, lot, location) if location else (item, lot)),
    )
    return None if row is None else int(row.stock_id)


def card_state(reading: Reading, name: str) -> CardState | None:
    """The card KANBAN:ITEM:CARD, None where there is none."""
    item, _, card = name.removeprefix("KANBAN:").rpartition(":")
    row = first(
        reading,
        "SELECT i.code, i.unit, l.container_quantity, c.state, c.state_at, c.kanban_card_id FROM kanban_card c"
        " JOIN kanban_loop l ON l.kanban_loop_id = c.kanban_loop_id JOIN item i ON i.item_id = l.item_id"
        " WHERE i.code = ? AND c.number = ?",
        item,
        int(card) if card.isdecimal() else -1,
    )
    if row is None:
        return None
    since = instant(row.state_at) if row.state_at else None
    due = _card_due(reading, row.kanban_card_id)
    return CardState(row.code, Quantity(row.container_quantity), row.unit, row.state, since, due)


def _card_due(reading: Reading, card_id: int) -> datetime.date | None:
    row = first(
        reading,
        "SELECT max(coalesce(l.promised_date, l.due_date, w.due_date)) AS due FROM demand d"
        " JOIN requirement r ON r.demand_id = d.demand_id JOIN peg p ON p.requirement_id = r.requirement_id"
        " LEFT JOIN work_order w ON w.work_order_id = p.work_order_id"
        " LEFT JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id"
        " WHERE d.kanban_card_id = ? AND d.state = 'open'",
        card_id,
    )
    return datetime.date.fromisoformat(row.due) if row is not None and row.due else None


def open_problems(reading: Reading, number: str = "") -> tuple[Problem, ...]:
    """Return what stands of problems, of one job where it is named, the oldest first."""
    found = rows(
        reading,
        "SELECT f.*, w.number, i.code FROM floor_report f JOIN work_order w ON w.work_order_id = f.work_order_id"
        " JOIN item i ON i.item_id = w.item_id WHERE f.kind = 'problem' AND f.settled_at IS NULL"
        f" AND f.undone_at IS NULL{' AND w.number = ?' if number else ''} ORDER BY f.floor_report_id",
        *([number] if number else []),
    )
    return tuple(_problem(row) for row in found)


def _problem(row: Row[Any]) -> Problem:
    return Problem(row.floor_report_id, row.number, row.code, row.operation, row.reason, row.person, instant(row.at))


def left_of(detail: JobDetail, step: OperationProgress) -> Quantity:
    """What has not passed an operation yet."""
    return Quantity(max(0, detail.job.start_quantity.micro - step.good.micro - step.scrap.micro))


def instant(text: str) -> datetime.datetime:
    """An instant as it lies in the file."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
