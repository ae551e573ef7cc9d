"""How deliveries kept their promises in a period: ours to customers, and suppliers' to us."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pegboard.domain.period import Period
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

SHIPPED = (
    "SELECT c.code, c.name, coalesce(l.first_promise_date, l.due_date), l.due_date, l.shipped_on, o.order_date"
    " FROM order_line l JOIN customer_order o ON o.order_id = l.order_id JOIN customer c"
    " ON c.customer_id = o.customer_id WHERE l.status IN ('shipped', 'closed') AND l.shipped_on BETWEEN ? AND ?"
)
OVERDUE_LINES = (
    "SELECT c.code, c.name, count(*) FROM order_line l JOIN customer_order o ON o.order_id = l.order_id JOIN customer c"
    " ON c.customer_id = o.customer_id WHERE l.status = 'confirmed' AND coalesce(l.first_promise_date, l.due_date) < ?"
    " GROUP BY c.code, c.name"
)
# A receipt that was taken back, and the one that takes it back, are no delivery.
RECEIVED = (
    "SELECT s.code, s.name, coalesce(l.promised_date, l.due_date), l.due_date, r.received_on, o.ordered_on,"
    " r.quantity, r.rejected_quantity FROM receipt r JOIN purchase_line l ON l.purchase_line_id = r.purchase_line_id"
    " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id JOIN supplier s"
    " ON s.supplier_id = o.supplier_id WHERE r.received_on BETWEEN ? AND ? AND r.reverses_id IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM receipt x WHERE x.reverses_id = r.receipt_id)"
)
RECEIVED_BEFORE = (
    "SELECT s.code, s.name, h.promised_on, h.promised_on, h.received_on, h.ordered_on, h.quantity, 0"
    " FROM purchase_history h JOIN supplier s ON s.supplier_id = h.supplier_id WHERE h.received_on BETWEEN ? AND ?"
)
OVERDUE_PURCHASES = (
    "SELECT s.code, s.name, count(*) FROM purchase_line l JOIN purchase_order o"
    " ON o.purchase_order_id = l.purchase_order_id JOIN supplier s ON s.supplier_id = o.supplier_id"
    " WHERE o.state = 'sent' AND l.state = 'open' AND coalesce(l.promised_date, l.due_date) < ?"
    " GROUP BY s.code, s.name"
)


@dataclass(slots=True)
class Deliveries:
    """The deliveries to one customer, or of one supplier.

    Attributes: delivered: how many; promised: those of them that had a promise, on_time: that kept it, on_day_asked:
    that came by the day that was asked for; days_late: of the late ones, summed, worst the longest; lead_days: from
    order to delivery, summed over `timed`; rejected: deliveries with something rejected; overdue: still to come and
    late already, at the end of the period.
    """

    code: str
    name: str
    delivered: int = 0
    promised: int = 0
    on_time: int = 0
    asked: int = 0
    on_day_asked: int = 0
    days_late: int = 0
    worst: int = 0
    lead_days: int = 0
    timed: int = 0
    rejected: int = 0
    overdue: int = 0

    def take(self, promised: str | None, asked: str | None, came: str, ordered: str | None) -> None:
        """Count one delivery."""
        self.delivered += 1
        if promised:
            late = _days(promised, came)
            self.promised += 1
            self.on_time += late <= 0
            self.days_late += max(late, 0)
            self.worst = max(self.worst, late)
        if asked:
            self.asked += 1
            self.on_day_asked += came <= asked
        if ordered and ordered <= came:
            self.timed += 1
            self.lead_days += _days(ordered, came)

    @property
    def late(self) -> int:
        """How many broke their promise."""
        return self.promised - self.on_time


@dataclass(slots=True)
class _Partners:
    found: dict[str, Deliveries] = field(default_factory=dict)

    def of(self, code: str, name: str) -> Deliveries:
        return self.found.setdefault(code, Deliveries(code, name))

    def overdue(self, rows: Iterable[tuple[Any, ...]]) -> tuple[Deliveries, ...]:
        for code, name, count in rows:
            self.of(code, name).overdue = count
        return tuple(sorted(self.found.values(), key=lambda one: (-one.late - one.overdue, one.code)))


def customer_deliveries(reading: Reading, period: Period) -> tuple[Deliveries, ...]:
    """Order lines shipped whole in the period by customer, against the first date that was promised; worst first.

    A line that was never promised a day is measured by the day it was due.
    """
    partners = _Partners()
    for code, name, promised, asked, came, ordered in fetch(reading, SHIPPED, _ends(period)):
        partners.of(code, name).take(promised, asked, came, ordered)
    return partners.overdue(fetch(reading, OVERDUE_LINES, (_evening(reading, period),)))


def supplier_deliveries(reading: Reading, period: Period) -> tuple[Deliveries, ...]:
    """Receipts of the period by supplier, imported history included; worst first."""
    partners = _Partners()
    for statement in (RECEIVED, RECEIVED_BEFORE):
        for code, name, promised, asked, came, ordered, _quantity, rejected in fetch(reading, statement, _ends(period)):
            partner = partners.of(code, name)
            partner.take(promised, asked, came, ordered)
            partner.rejected += rejected > 0
    return partners.overdue(fetch(reading, OVERDUE_PURCHASES, (_evening(reading, period),)))


def _ends(period: Period) -> tuple[str, str]:
    return period.first.isoformat(), period.last.isoformat()


def _evening(reading: Reading, period: Period) -> str:
    """What is overdue is known for today alone; a period that ended earlier shows what is overdue since then."""
    return min(reading.today, period.last).isoformat()


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
