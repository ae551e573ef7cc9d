"""Lists customer orders: keys of a whole list in one fast query, and the rows of a page of it.

A list of twenty thousand orders is filtered and sorted in the file; only the rows on the screen are read whole. An
order is named by its number, a draft by `draft:` and its key.
"""

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Money, extended_amount
from pegboard.queries.order_drafts import DRAFT, draft_rows, draft_texts
from pegboard.queries.settings import settings
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


class OrderState(Enum):
    """How an order stands, the most urgent word first."""

    DRAFT = "draft"
    LATE = "late"
    SHORT = "short"
    DEPOSIT = "waiting_for_deposit"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    UNPLANNED = "unplanned"
    HOLD = "on_hold"
    QUOTE = "quote"
    SHIPPED = "shipped"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in the list.

    Attributes: key: its name in the list; number: empty for a draft; customer, customer_code; reference: the
    customer's own; due: the first open due date; ready: the day on which all open lines can ship; lines: how many are
    open, or all of them once none is; operations_done, operations: of the jobs that hang on it; value: its lines, None
    where no price is known.
    """

    key: str
    number: str
    customer: str
    customer_code: str
    reference: str
    order_date: datetime.date | None
    due: datetime.date | None
    ready: datetime.date | None
    state: OrderState
    lines: int
    operations_done: int
    operations: int
    value: Money | None


OPEN = "('quote', 'confirmed')"
_LATE = (
    "l.status = 'confirmed' AND l.hold = 0 AND l.due_date IS NOT NULL"
    " AND (l.promise_date > l.due_date OR l.due_date < :today)"
)
_SUMS = {
    "all_lines": "count(*)",
    "open_lines": f"sum(l.status IN {OPEN})",
    "quotes": "sum(l.status = 'quote')",
    "confirmed": "sum(l.status = 'confirmed')",
    "held": "sum(l.status = 'confirmed' AND l.hold)",
    "late": f"sum({_LATE})",
    "unplanned": "sum(l.status = 'confirmed' AND l.promise_date IS NULL)",
    "cancelled": "sum(l.status = 'cancelled')",
    "closed": "sum(l.status = 'closed')",
    "due": f"min(CASE WHEN l.status IN {OPEN} THEN l.due_date END)",
    "ready": f"max(CASE WHEN l.status IN {OPEN} THEN l.promise_date END)",
    "value": "sum(CAST(l.quantity AS REAL) * l.unit_price)",
}
_WAITS = (
    ":gates AND o.deposit_paid_on IS NULL AND coalesce(o.deposit_percent, c.deposit_percent) > 0"
    " AND s.confirmed > 0 AS waits_for_deposit"
)


def _heads(lines: str = "", *, used: str = "") -> str:
    """The orders with their sums. `lines` narrows the lines; with `used` only the sums are made that this text names.

    The lines are summed before anything is joined: half the time of joining first. Every sum that is left out counts.
    """
    words = set(re.findall(r"\w+", used)) | ({"confirmed"} if "waits_for_deposit" in used else set())
    sums = "".join(f", {sum_} AS {name}" for name, sum_ in _SUMS.items() if not used or name in words)
    return (
        "SELECT s.*, o.number, o.order_date, o.customer_reference, c.code AS customer_code,"
        " coalesce(nullif(c.name, ''), c.code) AS customer, c.currency"
        f"{', ' + _WAITS if not used or 'waits_for_deposit' in words else ''}"
        f" FROM (SELECT l.order_id{sums} FROM order_line l WHERE 1{lines} GROUP BY l.order_id) s"
        " JOIN customer_order o ON o.order_id = s.order_id JOIN customer c ON c.customer_id = o.customer_id"
    )


# SO-9 before SO-10: the letters first, then the figures at the end as a number.
_NUMBER = (
    "rtrim(number, '0123456789')",
    "CAST(substr(number, length(rtrim(number, '0123456789')) + 1) AS INTEGER)",
)
_SORTS = {
    "number": _NUMBER,
    "customer": ("customer COLLATE NOCASE",),
    "reference": ("nullif(customer_reference, '') COLLATE NOCASE",),
    "order_date": ("order_date",),
    "due": ("due",),
    "ready": ("ready",),
    "state": (
        "CASE WHEN open_lines = 0 THEN 9 WHEN quotes = open_lines THEN 8 WHEN waits_for_deposit THEN 2 WHEN late > 0"
        " THEN 1 WHEN held = confirmed THEN 7 WHEN unplanned > 0 THEN 6 ELSE 5 END",
    ),
    "lines": ("CASE WHEN open_lines = 0 THEN all_lines ELSE open_lines END",),
    "value": ("value",),
}
_NATURAL = ", ".join(
    (
        "open_lines = 0",
        "CASE WHEN open_lines > 0 THEN due IS NULL END",
        "CASE WHEN open_lines > 0 THEN due END",
        "order_id DESC",
    )
)
_CHIPS = {
    "open": "open_lines > 0",
    "late": "late > 0",
    "quotes": "quotes > 0",
    "deposit": "waits_for_deposit",
    "all": "1",
}


def order_keys(
    reading: Reading, chip: str, words: Sequence[str], sort: str = "", *, descending: bool = False
) -> tuple[str, ...]:
    """Names of the drafts and orders of a list, in its order.

    `chip` is open, late, quotes, deposit, drafts or all; every one of `words` must be in the number, the customer, the
    reference or an item of the order. Without `sort` open orders come first, by due date, then the newest.
    """
    drafts = _draft_keys(reading, words) if chip in ("open", "drafts", "all") else ()
    if chip == "drafts":
        return drafts
    where, values = _word_conditions(words)
    only_open = f" AND l.status IN {OPEN}" if chip != "all" else ""
    chosen, order = _CHIPS[chip], _order_by(sort, descending=descending)
    statement = (
        f"SELECT number FROM ({_heads(only_open, used=f'{chosen} {order}')} WHERE 1{where})"
        f" WHERE {chosen} ORDER BY {order}"
    )
    found = _run(reading, statement, {**_today(reading), **values})
    return (*drafts, *(row.number for row in found))


def _order_by(sort: str, *, descending: bool) -> str:
    """Unknown values last; equal ones by number."""
    if sort not in _SORTS:
        return _NATURAL
    direction = "DESC" if descending else "ASC"
    wanted = [f"{_SORTS[sort][0]} IS NULL", *(f"{part} {direction}" for part in _SORTS[sort])]
    return ", ".join((*wanted, *_NUMBER))


def _word_conditions(words: Sequence[str]) -> tuple[str, dict[str, str]]:
    parts, values = [], {}
    for place, word in enumerate(words):
        name = f"word{place}"
        values[name] = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        fields = ("o.number", "c.code", "c.name", "o.customer_reference")
        own = " OR ".join(f"{field} LIKE :{name} ESCAPE '\\'" for field in fields)
        parts.append(
            f" AND ({own} OR o.order_id IN (SELECT x.order_id FROM order_line x JOIN item i ON i.item_id = x.item_id"
            f" WHERE i.code LIKE :{name} ESCAPE '\\' OR i.description LIKE :{name} ESCAPE '\\'))"
        )
    return "".join(parts), values


def _draft_keys(reading: Reading, words: Sequence[str]) -> tuple[str, ...]:
    texts = draft_texts(reading)
    wanted = [word.casefold() for word in words]
    return tuple(f"{DRAFT}{key}" for key, text in texts if all(word in text for word in wanted))


def _today(reading: Reading) -> dict[str, object]:
    return {"today": reading.today.isoformat(), "gates": settings(reading).deposit_gates_pull}


def _run(reading: Reading, statement: str, values: Mapping[str, object]) -> Sequence[Row[Any]]:
    return reading.connection.exec_driver_sql(statement, dict(values)).all()


def order_counts(reading: Reading) -> dict[str, int]:
    """How many orders and drafts each filter shows."""
    statement = (
        f"SELECT count(*) AS all_orders, sum({_CHIPS['open']}) AS open, sum({_CHIPS['late']}) AS late,"
        f" sum({_CHIPS['quotes']}) AS quotes, sum({_CHIPS['deposit']}) AS deposit"
        f" FROM ({_heads()})"
    )
    row = _run(reading, statement, _today(reading))[0]
    drafts = len(draft_texts(reading))
    return {
        "open": (row.open or 0) + drafts,
        "late": row.late or 0,
        "quotes": row.quotes or 0,
        "deposit": row.deposit or 0,
        "drafts": drafts,
        "all": row.all_orders + drafts,
    }


def order_rows(reading: Reading, keys: Sequence[str]) -> tuple[OrderRow, ...]:
    """The rows of a page, in the order of `keys`; what is gone meanwhile is left out."""
    numbers = [key for key in keys if not key.startswith(DRAFT)]
    named = (
        " AND l.order_id IN (SELECT order_id FROM customer_order"
        " WHERE number IN (SELECT value FROM json_each(:numbers)))"
    )
    statement = _heads(named)
    heads = _run(reading, statement, {**_today(reading), "numbers": json.dumps(numbers)})
    ids = [head.order_id for head in heads]
    work, amounts = progress(reading, ids), _amounts(reading, ids)
    currency = settings(reading).currency
    found = {head.number: _row(head, work, amounts, currency) for head in heads}
    found |= {row.key: _draft_row(row) for row in draft_rows(reading, [key for key in keys if key.startswith(DRAFT)])}
    return tuple(found[key] for key in keys if key in found)


def _draft_row(draft: Any) -> OrderRow:
    return OrderRow(
        key=draft.key,
        number="",
        customer=draft.customer,
        customer_code=draft.customer_code,
        reference=draft.reference,
        order_date=None,
        due=draft.due,
        ready=None,
        state=OrderState.DRAFT,
        lines=draft.lines,
        operations_done=0,
        operations=0,
        value=None,
    )


def _row(head: Row[Any], work: Mapping[int, "Progress"], amounts: Mapping[int, list[Any]], currency: str) -> OrderRow:
    own = work.get(head.order_id, Progress())
    lines = amounts.get(head.order_id, [])
    return OrderRow(
        key=head.number,
        number=head.number,
        customer=head.customer,
        customer_code=head.customer_code,
        reference=head.customer_reference,
        order_date=_day(head.order_date),
        due=_day(head.due),
        ready=_day(head.ready),
        state=_state(head, own),
        lines=head.open_lines or head.all_lines,
        operations_done=own.operations_done,
        operations=own.operations,
        value=_value(lines, head.currency or currency),
    )


def _state(head: Row[Any], work: "Progress") -> OrderState:
    if not head.open_lines:
        return _ended(head)
    if head.quotes == head.open_lines:
        return OrderState.QUOTE
    if head.waits_for_deposit:
        return OrderState.DEPOSIT
    if head.late:
        return OrderState.LATE
    if head.held == head.confirmed:
        return OrderState.HOLD
    if work.is_short:
        return OrderState.SHORT
    return _under_way(head, work)


def _ended(head: Row[Any]) -> OrderState:
    if head.cancelled == head.all_lines:
        return OrderState.CANCELLED
    return OrderState.CLOSED if head.closed else OrderState.SHIPPED


def _under_way(head: Row[Any], work: "Progress") -> OrderState:
    if not work.requirements:
        return OrderState.UNPLANNED
    if work.is_all_there:
        return OrderState.READY
    return OrderState.IN_PROGRESS if work.is_started else OrderState.WAITING


def _value(lines: Iterable[Any], currency: str) -> Money | None:
    known = [line for line in lines if line.unit_price is not None]
    if not known:
        return None
    minor = sum(extended_amount(line.quantity, line.unit_price, currency).minor for line in known)
    return Money(minor, currency)


def _amounts(reading: Reading, order_ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    statement = (
        "SELECT order_id, quantity, unit_price FROM order_line WHERE status <> 'cancelled'"
        " AND order_id IN (SELECT value FROM json_each(?))"
    )
    for row in rows(reading, statement, json.dumps(list(order_ids))):
        found.setdefault(row.order_id, []).append(row)
    return found


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


# --- what hangs on an order, counted


@dataclass(frozen=True, slots=True)
class Progress:
    """The jobs below an order, counted.

    Attributes: operations_done, operations: of all its jobs, those finished already included; requirements: how many
    needs hang on it; is_short: something no supply covers; is_all_there: the ordered goods are in stock;
    is_started: some job is in progress.
    """

    operations_done: int = 0
    operations: int = 0
    requirements: int = 0
    is_short: bool = False
    is_all_there: bool = False
    is_started: bool = False


# One walk from job to job. No need is pegged beyond what it still wants, so that sums tell whether anything is short.
# A finished job's pegs have moved to the stock it made: it is found again by its ledger entries since the demand was
# raised, so that progress never runs backwards. CROSS JOIN keeps SQLite to this order: it would scan all open demand.
_PROGRESS = """
WITH RECURSIVE tops(order_id, requirement_id, raised_at) AS MATERIALIZED (
  SELECT l.order_id, r.requirement_id, d.raised_at FROM order_line l
    CROSS JOIN demand d ON d.order_line_id = l.order_line_id AND d.state = 'open'
    CROSS JOIN requirement r ON r.demand_id = d.demand_id
    WHERE l.order_id IN (SELECT value FROM json_each(?))),
jobs(order_id, work_order_id) AS MATERIALIZED (
  SELECT t.order_id, p.work_order_id FROM tops t CROSS JOIN peg p ON p.requirement_id = t.requirement_id
    WHERE p.work_order_id IS NOT NULL
  UNION
  SELECT j.order_id, p.work_order_id FROM jobs j
    CROSS JOIN requirement r ON r.work_order_id = j.work_order_id
    CROSS JOIN peg p ON p.requirement_id = r.requirement_id
    WHERE p.work_order_id IS NOT NULL),
given(order_id, is_top, stock_id, quantity) AS MATERIALIZED (
  SELECT t.order_id, 1, p.stock_id, p.quantity FROM tops t CROSS JOIN peg p ON p.requirement_id = t.requirement_id
  UNION ALL
  SELECT j.order_id, 0, p.stock_id, p.quantity FROM jobs j
    CROSS JOIN requirement r ON r.work_order_id = j.work_order_id
    CROSS JOIN peg p ON p.requirement_id = r.requirement_id),
raised(order_id, at) AS MATERIALIZED (SELECT order_id, min(raised_at) FROM tops GROUP BY order_id),
lots(order_id, stock_id) AS MATERIALIZED (SELECT DISTINCT order_id, stock_id FROM given WHERE stock_id IS NOT NULL),
all_jobs(order_id, work_order_id) AS (
  SELECT order_id, work_order_id FROM jobs
  UNION
  SELECT k.order_id, e.work_order_id FROM lots k JOIN raised a ON a.order_id = k.order_id
    JOIN ledger_entry e ON e.stock_id = k.stock_id AND e.kind = 'completion' AND e.at >= a.at
  UNION
  SELECT f.order_id, made.work_order_id FROM all_jobs f CROSS JOIN raised a ON a.order_id = f.order_id
    CROSS JOIN ledger_entry used ON used.work_order_id = f.work_order_id AND used.kind = 'issue'
    CROSS JOIN ledger_entry made ON made.stock_id = used.stock_id AND made.kind = 'completion' AND made.at >= a.at),
steps(order_id, state, operations, finished) AS (
  SELECT j.order_id, w.state,
    CASE WHEN w.state = 'planned' THEN
      (SELECT count(*) FROM routing_operation g WHERE g.item_id = w.item_id AND g.revision =
        (SELECT max(h.revision) FROM routing_operation h WHERE h.item_id = w.item_id
          AND h.revision IN ('', w.revision)) AND (g.option_group = ''
        OR ';' || w.choices || ';' LIKE '%;' || g.option_group || '=' || g.option_choice || ';%'
        OR ';' || w.choices || ';' LIKE '%;' || g.option_group || '=' || g.option_choice || '=%'
        OR ';' || w.choices || ';' LIKE '%;' || g.option_group || '=%=' || g.option_choice || ';%'
        OR ';' || w.choices || ';' LIKE '%;' || g.option_group || '=%=' || g.option_choice || '=%'))
    ELSE (SELECT count(*) FROM work_order_operation o WHERE o.work_order_id = w.work_order_id) END,
    CASE WHEN w.state = 'planned' THEN 0 ELSE (SELECT count(*) FROM work_order_operation o
      WHERE o.work_order_id = w.work_order_id AND o.state = 'finished') END
  FROM all_jobs j JOIN work_order w ON w.work_order_id = j.work_order_id WHERE w.state <> 'cancelled'),
wanted(order_id, is_top, quantity) AS (
  SELECT t.order_id, 1, max(0, r.quantity - r.issued_quantity) FROM tops t
    JOIN requirement r ON r.requirement_id = t.requirement_id
  UNION ALL
  SELECT j.order_id, 0, max(0, r.quantity - r.issued_quantity) FROM jobs j
    JOIN requirement r ON r.work_order_id = j.work_order_id)
SELECT 'wanted' AS what, order_id, sum(quantity) AS one, sum(is_top * quantity) AS two, count(*) AS three
  FROM wanted GROUP BY order_id
UNION ALL
SELECT 'given', order_id, sum(quantity), sum(CASE WHEN is_top = 1 AND stock_id IS NOT NULL THEN quantity ELSE 0 END), 0
  FROM given GROUP BY order_id
UNION ALL
SELECT 'steps', order_id, sum(operations),
  sum(CASE WHEN state IN ('done', 'closed') THEN operations ELSE finished END),
  sum(state IN ('in_progress', 'done', 'closed')) FROM steps GROUP BY order_id
"""


def progress(reading: Reading, order_ids: Sequence[int]) -> dict[int, Progress]:
    """Count what hangs on these orders; orders on which nothing hangs are left out."""
    found: dict[str, dict[int, tuple[int, int, int]]] = {"wanted": {}, "given": {}, "steps": {}}
    for row in rows(reading, _PROGRESS, json.dumps(list(order_ids))):
        found[row.what][row.order_id] = (row.one, row.two, row.three)
    return {
        order_id: _progress(wanted, found["given"].get(order_id, (0, 0, 0)), found["steps"].get(order_id, (0, 0, 0)))
        for order_id, wanted in found["wanted"].items()
    }


def _progress(wanted: tuple[int, int, int], given: tuple[int, int, int], steps: tuple[int, int, int]) -> Progress:
    """Join sums: wanted in all, wanted by the order itself, needs; given in all, given from stock; steps."""
    operations, done, started = steps
    return Progress(
        operations_done=done,
        operations=operations,
        requirements=wanted[2],
        is_short=wanted[0] > given[0],
        is_all_there=given[1] >= wanted[1],
        is_started=bool(started),
    )
