"""The cash of each customer order: what came and will come in, and what it took and will take, split by its pegs.

What the order's jobs used, people's time and services run up the pegs from job to job to the order; so does what open
purchases will cost. A supply that several orders share is split by what each has pegged of it; its surplus is nobody's.
What lies finished or shipped counts at its cost in stock on the day it came there. Values are millionths of the
currency on their way up, and minor units in the events.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from pegboard.domain.cash_plan import CashEvent, CashKind
from pegboard.domain.portions import value_of
from pegboard.domain.quantity import MICRO, divide_half_up, minor_digits
from pegboard.queries.report_cash_open import open_invoices
from pegboard.queries.report_cash_plan import Unknown, orders_to_invoice, planned_purchases
from pegboard.queries.report_days import shop_day
from pegboard.queries.report_rates import Rates, rates
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

RECEIVED = (
    "SELECT i.number, o.number, c.code, a.allocated_on, i.currency, a.amount FROM payment_allocation a JOIN invoice i"
    " ON i.invoice_id = a.invoice_id JOIN customer_order o ON o.order_id = i.order_id JOIN customer c"
    " ON c.customer_id = i.customer_id WHERE a.allocated_on <= ?"
)
DEPOSITS = (
    "SELECT p.number, o.number, c.code, p.paid_on, p.currency, p.amount FROM payment p JOIN customer_order o"
    " ON o.order_id = p.order_id JOIN customer c ON c.customer_id = o.customer_id"
    " WHERE p.kind = 'deposit' AND p.paid_on <= ?"
)
SHIPPED = (
    "SELECT o.number, e.document, coalesce(s.received_on, substr(e.at, 1, 10)), e.value FROM ledger_entry e"
    " JOIN order_line l ON l.order_line_id = e.order_line_id JOIN customer_order o ON o.order_id = l.order_id"
    " JOIN stock s ON s.stock_id = e.stock_id WHERE e.kind IN ('ship', 'return') AND e.value IS NOT NULL"
)
JOBS = (
    "SELECT w.work_order_id, w.number, w.quantity - w.completed_quantity FROM work_order w JOIN item i"
    " ON i.item_id = w.item_id WHERE w.state IN ('planned', 'released', 'in_progress')"
    " AND w.quantity > w.completed_quantity ORDER BY i.low_level_code DESC, w.work_order_id"
)
# (supply, requirement's job, order, quantity): who has how much of what.
PEGS = (
    "SELECT p.{key}, r.work_order_id, o.number, p.quantity FROM peg p JOIN requirement r"
    " ON r.requirement_id = p.requirement_id LEFT JOIN demand d ON d.demand_id = r.demand_id LEFT JOIN order_line l"
    " ON l.order_line_id = d.order_line_id LEFT JOIN customer_order o ON o.order_id = l.order_id"
    " WHERE p.{key} IS NOT NULL ORDER BY p.{key}, p.peg_id"
)
OPEN_LINES = "SELECT purchase_line_id, quantity - received_quantity FROM purchase_line WHERE state = 'open'"
STOCK = "SELECT stock_id, unit_cost, coalesce(received_on, '') FROM stock WHERE unit_cost IS NOT NULL AND quantity > 0"
USED = (
    "SELECT work_order_id, substr(at, 1, 13), sum(value) FROM ledger_entry WHERE work_order_id IS NOT NULL"
    " AND kind IN ('issue', 'return', 'completion') AND value IS NOT NULL GROUP BY work_order_id, substr(at, 1, 13)"
)
LABOUR = (
    "SELECT o.work_order_id, substr(t.ended_at, 1, 13), sum(t.cost) FROM time_entry t JOIN work_order_operation o"
    " ON o.work_order_operation_id = t.work_order_operation_id WHERE t.ended_at IS NOT NULL AND t.cost IS NOT NULL"
    " GROUP BY o.work_order_id, substr(t.ended_at, 1, 13)"
)
SERVICES = (
    "SELECT l.work_order_id, r.received_on, r.quantity, l.unit_price FROM purchase_line l JOIN receipt r"
    " ON r.purchase_line_id = l.purchase_line_id WHERE l.work_order_id IS NOT NULL AND l.unit_price IS NOT NULL"
)
SERVICE_LINES = "SELECT purchase_line_id, work_order_id FROM purchase_line WHERE work_order_id IS NOT NULL"

# What an amount is: (day, kind, document, whether it has happened).
_Label = tuple[date, CashKind, str, bool]


class _Flow:
    """Amounts on their way up the pegs: to jobs first, and from each job to those who wait for it."""

    def __init__(self) -> None:
        self.of_job: dict[int, dict[_Label, int]] = defaultdict(lambda: defaultdict(int))
        self.of_order: dict[str, dict[_Label, int]] = defaultdict(lambda: defaultdict(int))

    def give(self, job: int | None, order: str | None, label: _Label, value: int) -> None:
        """Hand an amount to the job or the order that has the peg; kanban and till demand are nobody's order."""
        if job is not None:
            self.of_job[job][label] += value
        elif order:
            self.of_order[order][label] += value

    def split(self, pegs: Iterable[tuple[Any, ...]], whole: int, amounts: dict[_Label, int]) -> None:
        """Split amounts of a supply of `whole` by its pegs, so that the shares never lose nor gain a millionth."""
        so_far = 0
        for _key, job, order, quantity in pegs:
            for label, value in amounts.items():
                self.give(job, order, label, value * (so_far + quantity) // whole - value * so_far // whole)
            so_far += quantity


def order_events(reading: Reading) -> dict[str, list[CashEvent]]:
    """Cash events of every order that has any, by order number and in order of their days."""
    known = rates(reading, settings(reading).currency)
    found: dict[str, list[CashEvent]] = defaultdict(list)
    for event in _receipts(reading, known):
        found[event.order].append(event)
    scale = 10 ** minor_digits(known.currency)
    for order, amounts in _costs(reading, known, reading.today).of_order.items():
        for (day, kind, number, is_actual), value in amounts.items():
            minor = divide_half_up(value * scale, MICRO)
            if minor:
                found[order].append(CashEvent(day, -minor, kind, number, order, is_actual=is_actual))
    for events in found.values():
        events.sort(key=lambda event: (event.day, event.kind.value, event.number))
    return dict(found)


def costs_by_order(reading: Reading) -> Iterator[tuple[str, date, int]]:
    """(order, day, value): what has come in for each order, also what has left since; millionths of our currency.

    What lies there since nobody knows when lay there always.
    """
    known = rates(reading, settings(reading).currency)
    for order, amounts in _costs(reading, known, date.min).of_order.items():
        for (day, _kind, _number, is_actual), value in amounts.items():
            if is_actual:
                yield order, day, value


def _receipts(reading: Reading, known: Rates) -> Iterable[CashEvent]:
    today = reading.today
    for statement, kind in ((DEPOSITS, CashKind.DEPOSIT), (RECEIVED, CashKind.INVOICE)):
        for number, order, customer, day, currency, amount in fetch(reading, statement, (today.isoformat(),)):
            paid_on = date.fromisoformat(day)
            minor = known.convert(amount, currency, paid_on) or 0
            yield CashEvent(paid_on, minor, kind, number, order, customer, is_actual=True)
    for document in open_invoices(reading, today):
        if document.order and document.value is not None:
            day = max(document.due_on, today)
            yield CashEvent(day, document.value.minor, CashKind.INVOICE, document.number, document.order)
    yield from orders_to_invoice(reading, known, Unknown())


def _costs(reading: Reading, known: Rates, always: date) -> _Flow:
    """All costs; `always` is the day of what came nobody knows when."""
    flow = _Flow()
    for order, document, day, value in fetch(reading, SHIPPED):
        flow.give(None, order, (date.fromisoformat(day), CashKind.SHIPPED, document, True), -value)
    _from_jobs(reading, flow)
    _from_stock(reading, flow, always)
    _from_purchases(reading, flow, known)
    pegs = _by_supply(fetch(reading, PEGS.format(key="work_order_id")))
    for key, _number, open_quantity in fetch(reading, JOBS):  # the deepest first, so that all has arrived
        if key in flow.of_job:
            flow.split(pegs.get(key, ()), open_quantity, flow.of_job[key])
    return flow


def _from_jobs(reading: Reading, flow: _Flow) -> None:
    """What jobs in work hold: what came out of them already lies in stock, and is counted there."""
    numbers = {key: number for key, number, _open in fetch(reading, JOBS)}
    for key, hour, value in fetch(reading, USED):
        if key in numbers:
            flow.give(key, None, (_day(reading, hour), CashKind.MATERIAL, numbers[key], True), -value)
    for key, hour, cost in fetch(reading, LABOUR):
        if key in numbers:
            flow.give(key, None, (_day(reading, hour), CashKind.LABOUR, numbers[key], True), cost)
    for key, day, quantity, price in fetch(reading, SERVICES):
        if key in numbers:
            label = (date.fromisoformat(day), CashKind.SERVICE, numbers[key], True)
            flow.give(key, None, label, value_of(quantity, price))


def _from_stock(reading: Reading, flow: _Flow, always: date) -> None:
    stock = {key: (cost, day) for key, cost, day in fetch(reading, STOCK)}
    for key, job, order, quantity in fetch(reading, PEGS.format(key="stock_id")):
        if key in stock:
            cost, day = stock[key]
            label = (date.fromisoformat(day) if day else always, CashKind.MATERIAL, "", True)
            flow.give(job, order, label, value_of(quantity, cost))


def _from_purchases(reading: Reading, flow: _Flow, known: Rates) -> None:
    """What is still to be bought, when it must be paid."""
    jobs = dict(fetch(reading, SERVICE_LINES))
    quantities = dict(fetch(reading, OPEN_LINES))
    pegs = _by_supply(fetch(reading, PEGS.format(key="purchase_line_id")))
    unit = Fraction(MICRO, 10 ** minor_digits(known.currency))
    for purchase in planned_purchases(reading, known):
        event = purchase.event
        label = (event.day, CashKind.PURCHASE, event.number, False)
        value = int(-event.minor * unit)
        if purchase.line_id in jobs:
            flow.give(jobs[purchase.line_id], None, label, value)
        else:
            flow.split(pegs.get(purchase.line_id, ()), quantities[purchase.line_id], {label: value})


def _by_supply(pegs: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for peg in pegs:
        found[peg[0]].append(peg)
    return found


def _day(reading: Reading, hour: str) -> date:
    return min(shop_day(hour), reading.today)
