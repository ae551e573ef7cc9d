"""Reads what needs a person now: what is late, to be decided, ordered, received, released, shipped; most urgent first.

A task is one document, not one line. What is done leaves by itself, since nothing of it is stored.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from operator import itemgetter
from typing import Any

from pegboard.domain.quantity import Money, Quantity, divide_half_up, minor_digits
from pegboard.queries.floor import Problem, open_problems
from pegboard.queries.orphans import orphans
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

MOST = 200  # tasks of one kind; nobody does more in a day
LOOK_AHEAD = 1  # days: what must start tomorrow can be released today


class TaskKind(IntEnum):
    """What is to be done; the number is the order on the page."""

    EXPLODE = 0
    LATE = 1
    DECIDE = 2
    PROBLEM = 3
    ORDER = 4
    RECEIVE = 5
    SHIP = 6
    RELEASE = 7
    ORPHAN = 8


@dataclass(frozen=True, slots=True)
class Task:
    """One thing for a person.

    Attributes: kind; noun, number: the record that it opens, "" for all at once; subject: who or what it is about, such
    as the supplier; lines: how many lines of it are concerned; quantity, item: of a job; amount: what it costs, None
    where a price is unknown or money does not matter; day: when it should be done, or since when it is late; why: a
    number whose pegs say why, "" where there is none.
    """

    kind: TaskKind
    noun: str
    number: str
    subject: str
    lines: int
    day: datetime.date | None
    item: str = ""
    quantity: Quantity | None = None
    amount: Money | None = None
    why: str = ""

    @property
    def key(self) -> tuple[int, str]:
        """Its name across refreshes."""
        return self.kind, self.number


def tasks(reading: Reading) -> tuple[Task, ...]:
    """Return everything that needs a person today, most urgent first: by kind, then by day."""
    found = [task for source in _SOURCES for task in source(reading)]
    return tuple(sorted(found, key=lambda task: (task.kind, task.day or datetime.date.max, task.number)))


def waiting_counts(reading: Reading) -> Mapping[str, int]:
    """Return workspace id -> how much waits there for a person; the Today page has the sum."""
    pages = {
        TaskKind.LATE: "orders",
        TaskKind.SHIP: "orders",
        TaskKind.ORDER: "purchasing",
        TaskKind.RECEIVE: "purchasing",
        TaskKind.RELEASE: "production",
        TaskKind.PROBLEM: "production",
        TaskKind.ORPHAN: "purchasing",
    }
    counts: dict[str, int] = {}
    found = tasks(reading)
    for task in found:
        page = pages.get(task.kind)
        if page is not None and task.kind is not TaskKind.LATE:
            counts[page] = counts.get(page, 0) + 1
    return {**counts, "today": len(found)}


def _to_explode(reading: Reading) -> list[Task]:
    """One task for all demand that pulls nothing yet, less what waits for its deposit."""
    gated = "0"
    if settings(reading).deposit_gates_pull:
        gated = "(coalesce(o.deposit_percent, c.deposit_percent, 0) > 0 AND o.deposit_paid_on IS NULL)"
    ((raised, first),) = fetch(
        reading,
        "SELECT count(*), min(d.need_date) FROM demand d LEFT JOIN order_line l ON l.order_line_id = d.order_line_id"
        " LEFT JOIN customer_order o ON o.order_id = l.order_id LEFT JOIN customer c ON c.customer_id = o.customer_id"
        " WHERE d.state = 'open' AND NOT EXISTS (SELECT 1 FROM requirement r WHERE r.demand_id = d.demand_id)"
        f" AND NOT {gated}",
    )
    ((lines,),) = fetch(
        reading,
        "SELECT count(*) FROM order_line l WHERE l.status = 'confirmed' AND l.hold = 0"
        " AND l.quantity > l.shipped_quantity AND l.order_line_id NOT IN (SELECT d.order_line_id FROM demand d"
        " WHERE d.order_line_id IS NOT NULL AND d.state IN ('open', 'done'))",
    )
    waiting = raised + lines
    return [Task(TaskKind.EXPLODE, "", "", "", waiting, _day(first))] if waiting else []


def _late(reading: Reading) -> list[Task]:
    """Orders with lines that are due before today, or promised after they are due."""
    today = reading.today.isoformat()
    rows = fetch(
        reading,
        "WITH late AS (SELECT order_id, count(*) AS lines, min(due_date) AS due_date, min(line) AS line"
        " FROM order_line WHERE status = 'confirmed' AND due_date IS NOT NULL"
        " AND (due_date < ? OR promise_date > due_date)"
        f" GROUP BY order_id ORDER BY 3, 1 LIMIT {MOST})"
        " SELECT o.number, c.name, late.lines, late.due_date, late.line"
        " FROM late JOIN customer_order o ON o.order_id = late.order_id"
        " JOIN customer c ON c.customer_id = o.customer_id ORDER BY 4, o.order_id",
        (today,),
    )
    return [
        Task(TaskKind.LATE, "order", number, name, lines, _day(due), why=f"{number}/{line}")
        for number, name, lines, due, line in rows
    ]


def _decisions(reading: Reading) -> list[Task]:
    rows = fetch(
        reading,
        "SELECT d.number, d.cause, coalesce(i.code, ''), d.quantity, d.kind, date(d.raised_at)"
        " FROM decision d LEFT JOIN item i ON i.item_id = d.item_id"
        f" WHERE d.decided_at IS NULL ORDER BY d.decision_id LIMIT {MOST}",
    )
    return [
        Task(TaskKind.DECIDE, _noun(number), number, cause, 1, _day(raised), item=item, quantity=Quantity(quantity))
        for number, cause, item, quantity, _kind, raised in rows
    ]


def _noun(number: str) -> str:
    """Return what a decision's number names, going by its form."""
    if "/" in number or number.startswith("PO-"):
        return "purchase_order"
    return "work_order" if number.startswith("WO-") else "order"


def _problems(reading: Reading) -> list[Task]:
    """What the floor said is wrong with a job and nobody has settled."""
    return [
        Task(TaskKind.PROBLEM, "work_order", number, problem.reason, len(group), _local_day(problem.at), problem.item)
        for number, problems in groupby(sorted(open_problems(reading), key=_job), key=_job)
        for group in (list(problems),)
        for problem in group[:1]
    ][:MOST]


def _job(problem: Problem) -> str:
    return problem.number


def _local_day(at: datetime.datetime) -> datetime.date:
    return at.astimezone().date()


def _to_order(reading: Reading) -> list[Task]:
    """Drafts of which a line must be ordered today or should have been."""
    rows = fetch(
        reading,
        "SELECT o.number, s.name, s.currency, l.quantity - l.received_quantity, l.unit_price, l.order_by_date"
        " FROM purchase_order o JOIN supplier s ON s.supplier_id = o.supplier_id"
        " JOIN purchase_line l ON l.purchase_order_id = o.purchase_order_id AND l.state = 'open'"
        " WHERE o.state = 'draft' AND EXISTS (SELECT 1 FROM purchase_line d WHERE d.purchase_order_id ="
        " o.purchase_order_id AND d.state = 'open' AND d.order_by_date <= ?)"
        " ORDER BY o.purchase_order_id",
        (reading.today.isoformat(),),
    )
    own = settings(reading).currency
    return [_draft(list(lines), own) for _number, lines in groupby(rows, key=itemgetter(0))][:MOST]


def _draft(lines: Sequence[tuple[Any, ...]], own: str) -> Task:
    """A draft's lines (number, supplier, currency, open quantity, price, order by) as one task."""
    number, supplier, currency, *_rest = lines[0]
    amount = None
    if all(line[4] is not None for line in lines):
        scale = 10 ** (12 - minor_digits(currency or own))
        minor = sum(divide_half_up(quantity * price, scale) for *_head, quantity, price, _by in lines)
        amount = Money(minor, currency or own)
    first = min((line[5] for line in lines if line[5] is not None), default=None)
    return Task(TaskKind.ORDER, "purchase_order", number, supplier, len(lines), _day(first), amount=amount)


def _to_receive(reading: Reading) -> list[Task]:
    """Sent orders with lines that should come today or should have come."""
    rows = fetch(
        reading,
        "SELECT o.number, s.name, count(*), min(coalesce(l.promised_date, l.due_date)), o.number || '/' || min(l.line)"
        " FROM purchase_line l JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " JOIN supplier s ON s.supplier_id = o.supplier_id"
        " WHERE o.state = 'sent' AND l.state = 'open' AND coalesce(l.promised_date, l.due_date) <= ?"
        f" GROUP BY o.purchase_order_id ORDER BY 4 LIMIT {MOST}",
        (reading.today.isoformat(),),
    )
    return [
        Task(TaskKind.RECEIVE, "purchase_order", number, supplier, lines, _day(due), why=first)
        for number, supplier, lines, due, first in rows
    ]


def _to_ship(reading: Reading) -> list[Task]:
    """Orders whose lines lie in stock for them, each whole; read from the pegs to stock, of which there are few."""
    rows = fetch(
        reading,
        "WITH here AS (SELECT d.order_line_id AS order_line_id, sum(p.quantity) AS quantity FROM peg p"
        " JOIN requirement r ON r.requirement_id = p.requirement_id JOIN demand d ON d.demand_id = r.demand_id"
        " WHERE p.stock_id IS NOT NULL GROUP BY d.order_line_id)"
        " SELECT o.number, c.name, count(*), min(l.due_date)"
        " FROM here JOIN order_line l ON l.order_line_id = here.order_line_id"
        " JOIN customer_order o ON o.order_id = l.order_id JOIN customer c ON c.customer_id = o.customer_id"
        " WHERE l.status = 'confirmed' AND NOT l.hold AND l.quantity > l.shipped_quantity"
        " AND l.quantity - l.shipped_quantity <= here.quantity"
        f" GROUP BY o.order_id ORDER BY 4 LIMIT {MOST}",
    )
    return [Task(TaskKind.SHIP, "order", number, name, lines, _day(due)) for number, name, lines, due in rows]


def _to_release(reading: Reading) -> list[Task]:
    """Planned jobs that should start by tomorrow and whose parts are all there."""
    until = reading.today + datetime.timedelta(days=LOOK_AHEAD)
    rows = fetch(
        reading,
        "SELECT w.number, i.code, i.description, w.quantity, w.start_date"
        " FROM work_order w JOIN item i ON i.item_id = w.item_id"
        " WHERE w.state = 'planned' AND w.start_date <= ? AND NOT EXISTS (SELECT 1 FROM requirement r"
        "  WHERE r.work_order_id = w.work_order_id AND r.quantity - r.issued_quantity >"
        "  coalesce((SELECT sum(p.quantity) FROM peg p"
        "   WHERE p.requirement_id = r.requirement_id AND p.stock_id IS NOT NULL), 0))"
        f" ORDER BY w.start_date, w.work_order_id LIMIT {MOST}",
        (until.isoformat(),),
    )
    return [
        Task(
            TaskKind.RELEASE,
            "work_order",
            number,
            description or code,
            1,
            _day(start),
            item=code,
            quantity=Quantity(quantity),
            why=number,
        )
        for number, code, description, quantity, start in rows
    ]


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _orphaned(reading: Reading) -> list[Task]:
    """One task for what is on order or being made although its demand was cancelled."""
    found = [each for each in orphans(reading, with_stock=False) if each.reason == "cancelled demand"]
    if not found:
        return []
    known = [each.value for each in found if each.value is not None]
    amount = Money(sum(value.minor for value in known), known[0].currency) if len(known) == len(found) else None
    return [Task(TaskKind.ORPHAN, "orphans", "", "", len(found), None, amount=amount)]


_SOURCES: tuple[Callable[[Reading], list[Task]], ...] = (
    _to_explode,
    _late,
    _decisions,
    _problems,
    _to_order,
    _to_receive,
    _to_ship,
    _to_release,
    _orphaned,
)
