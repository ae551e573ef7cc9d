"""Says in a sentence what a scanned number stands for and how far it is: an order, a job, a purchase order, an item."""

from collections.abc import Callable

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.storage.rows import first, number, rows
from pegboard.storage.store import Reading

_STATES: dict[str, Callable[[], str]] = {
    "quote": lambda: tr("quote"),
    "confirmed": lambda: tr("confirmed"),
    "shipped": lambda: tr("shipped"),
    "closed": lambda: tr("closed"),
    "cancelled": lambda: tr("cancelled"),
    "planned": lambda: tr("planned"),
    "released": lambda: tr("released"),
    "in_progress": lambda: tr("in progress"),
    "done": lambda: tr("done"),
    "draft": lambda: tr("draft"),
    "sent": lambda: tr("sent"),
}


def scanned_words(reading: Reading, kind: str, code: str) -> tuple[str, ...]:
    """What to say of a record of this kind; nothing for kinds that have no state."""
    say = _SAYINGS.get(kind)
    return say(reading, code) if say is not None else ()


def _order(reading: Reading, code: str) -> tuple[str, ...]:
    states = rows(
        reading,
        "SELECT l.status, count(*) AS lines FROM order_line l JOIN customer_order o ON o.order_id = l.order_id"
        " WHERE o.number = ? GROUP BY l.status ORDER BY l.status",
        code,
    )
    lines = ", ".join(_counted(row.status, row.lines, len(states)) for row in states)
    jobs = rows(
        reading,
        "WITH RECURSIVE pulled(job) AS (SELECT p.work_order_id FROM customer_order o"
        " JOIN order_line l ON l.order_id = o.order_id JOIN demand d ON d.order_line_id = l.order_line_id"
        " JOIN requirement r ON r.demand_id = d.demand_id JOIN peg p ON p.requirement_id = r.requirement_id"
        " WHERE o.number = ? AND p.work_order_id IS NOT NULL"
        " UNION SELECT p.work_order_id FROM pulled JOIN requirement r ON r.work_order_id = pulled.job"
        " JOIN peg p ON p.requirement_id = r.requirement_id WHERE p.work_order_id IS NOT NULL)"
        " SELECT w.number, i.code, w.state FROM pulled JOIN work_order w ON w.work_order_id = pulled.job"
        " JOIN item i ON i.item_id = w.item_id ORDER BY w.work_order_id",
        code,
    )
    told = [lines] if lines else []
    if not jobs:
        return (*told, tr("no open jobs"))
    told += [f"{row.number} {row.code} {_state(row.state)}" for row in jobs[:5]]
    if len(jobs) > 5:
        told.append(tr("and {count} more jobs", count=len(jobs) - 5))
    return tuple(told)


def _job(reading: Reading, code: str) -> tuple[str, ...]:
    row = first(reading, "SELECT * FROM work_order WHERE number = ?", code)
    assert row is not None
    step = first(
        reading,
        "SELECT sequence, description FROM work_order_operation WHERE work_order_id = ? AND state <> 'finished'"
        " ORDER BY sequence",
        row.work_order_id,
    )
    made, wanted = Quantity(row.completed_quantity), Quantity(row.quantity)
    told = [_state(row.state), tr("{made} of {wanted} made", made=made, wanted=wanted)]
    if step is not None:
        told.append(tr("next: {operation} {what}", operation=step.sequence, what=step.description).strip())
    return tuple(told)


def _purchase_order(reading: Reading, code: str) -> tuple[str, ...]:
    row = first(
        reading,
        "SELECT o.state, (SELECT count(*) FROM purchase_line l WHERE l.purchase_order_id = o.purchase_order_id"
        " AND l.state = 'open' AND l.quantity > l.received_quantity) AS lines FROM purchase_order o WHERE o.number = ?",
        code,
    )
    assert row is not None
    lines = tr("1 line to come") if row.lines == 1 else tr("{count} lines to come", count=row.lines)
    return _state(row.state), lines


def _item(reading: Reading, code: str) -> tuple[str, ...]:
    have = number(
        reading, "SELECT sum(s.quantity) FROM stock s JOIN item i ON i.item_id = s.item_id WHERE i.code = ?", code
    )
    return (tr("{quantity} on hand", quantity=Quantity(have)),)


def _counted(state: str, lines: int, kinds: int) -> str:
    return _state(state) if kinds == 1 else f"{lines} {_state(state)}"


def _state(state: str) -> str:
    return _STATES[state]() if state in _STATES else state


_SAYINGS: dict[str, Callable[[Reading, str], tuple[str, ...]]] = {
    "order": _order,
    "work_order": _job,
    "purchase_order": _purchase_order,
    "item": _item,
}
