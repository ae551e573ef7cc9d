"""Who moved the cash cycle, asked of one kind at a time: orders, items, customers or suppliers.

- order: what is open of its invoices, its deposits, and by the pegs what lies in stock and in jobs for it. A part
  counts for an order from the day it was issued to its job, goods pegged to it from the day they came in.
- item: what lies in stock of it, and in the jobs that make it.
- customer: what is owed, and what was paid ahead. supplier: what we owe.

The shares of a part add up to its balance; what is nobody's has the key "".
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from pegboard.domain.cash_cycle import Cause, Part, causes
from pegboard.domain.quantity import MICRO
from pegboard.queries.report_cash_causes import (
    NamedCause,
    Shares,
    evenings_of,
    part_measures,
    shares_by_statements,
    shares_of,
    weighed_shares,
)
from pegboard.queries.report_cash_cycle import CycleHistory
from pegboard.queries.report_cash_orders import costs_by_order
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

GROUPS = ("order", "item", "customer", "supplier")

# As the statements of `report_cash_causes`. What a payment settles is its order's; the rest of it is nobody's.
RECEIVABLES = (
    "SELECT coalesce(o.number, ''), i.currency, {sums:i.issued_on:i.net_amount + i.tax_amount - i.deposit_amount}"
    " FROM invoice i LEFT JOIN customer_order o ON o.order_id = i.order_id WHERE {since:i.issued_on}"
    " GROUP BY coalesce(o.number, ''), i.currency",
    "SELECT coalesce(o.number, ''), i.currency, {sums:a.allocated_on:-a.amount} FROM payment_allocation a"
    " JOIN invoice i ON i.invoice_id = a.invoice_id LEFT JOIN customer_order o ON o.order_id = i.order_id"
    " WHERE {since:a.allocated_on} GROUP BY coalesce(o.number, ''), i.currency",
    "SELECT '', i.currency, {sums:a.allocated_on:a.amount} FROM payment_allocation a JOIN invoice i"
    " ON i.invoice_id = a.invoice_id WHERE {since:a.allocated_on} GROUP BY i.currency",
    "SELECT '', p.currency, {sums:p.paid_on:-p.amount} FROM payment p WHERE p.kind = 'customer' AND {since:p.paid_on}"
    " GROUP BY p.currency",
)
LEFT = (
    "SELECT o.number, h.shipped_on, sum(e.value) FROM ledger_entry e JOIN shipment h ON h.number = e.document"
    " JOIN order_line l ON l.order_line_id = e.order_line_id JOIN customer_order o ON o.order_id = l.order_id"
    " WHERE e.kind = 'ship' AND e.value IS NOT NULL GROUP BY o.number, h.shipped_on"
)
CUSTOMER_OF = "SELECT o.number, c.code, c.name FROM customer_order o JOIN customer c ON c.customer_id = o.customer_id"
MADE_BY = "SELECT w.number, i.code FROM work_order w JOIN item i ON i.item_id = w.item_id"
NAMES = {
    "order": "SELECT o.number, c.name FROM customer_order o JOIN customer c ON c.customer_id = o.customer_id",
    "item": "SELECT code, description FROM item",
    "customer": "SELECT code, name FROM customer",
    "supplier": "SELECT code, name FROM supplier",
}


def causes_by(reading: Reading, history: CycleHistory, group: str, count: int) -> tuple[NamedCause, ...]:
    """Who of one kind moved the cycle most since the period before, over all parts, the largest first."""
    found: list[Cause] = []
    for part, shares in group_shares(reading, history, group, evenings_of(history)):
        old, new = part_measures(history, part)
        if old.days is not None and new.days is not None:
            found += causes(old, new, weighed_shares(history, shares))[:count]
    found.sort(key=lambda cause: (-abs(cause.days), cause.key))
    names = dict(fetch(reading, NAMES[group]))
    return tuple(NamedCause(cause, names.get(cause.key, ""), group) for cause in found[:count])


def group_shares(
    reading: Reading, history: CycleHistory, group: str, evenings: Sequence[date]
) -> Iterator[tuple[Part, Shares]]:
    """What each of one kind has in each balance that it has a part in, on several evenings."""
    if group == "order":
        yield Part.CUSTOMERS, shares_by_statements(reading, history, RECEIVABLES, evenings)
        yield Part.DEPOSITS, _only(reading, history, Part.DEPOSITS, evenings)
        yield Part.STOCK, _stock_of_orders(reading, history, evenings)
    elif group == "item":
        made = dict(fetch(reading, MADE_BY))
        items, jobs = (shares for _noun, shares in shares_of(reading, history, Part.STOCK, evenings))
        yield Part.STOCK, _together(items, jobs, made)
    elif group == "customer":
        owner = {number: code for number, code, _name in fetch(reading, CUSTOMER_OF)}
        yield Part.CUSTOMERS, _only(reading, history, Part.CUSTOMERS, evenings)
        yield Part.DEPOSITS, _together({}, _only(reading, history, Part.DEPOSITS, evenings), owner)
    else:
        yield Part.SUPPLIERS, _only(reading, history, Part.SUPPLIERS, evenings)


def _only(reading: Reading, history: CycleHistory, part: Part, evenings: Sequence[date]) -> Shares:
    [(_noun, shares)] = shares_of(reading, history, part, evenings)
    return shares


def _together(first: Shares, second: Shares, keys: Mapping[str, str]) -> Shares:
    """Add up shares, the second ones under other keys; what has none is nobody's."""
    sums: dict[str, list[Fraction]] = {key: list(amounts) for key, amounts in first.items()}
    for key, amounts in second.items():
        have = sums.setdefault(keys.get(key, ""), [Fraction(0)] * len(amounts))
        have[:] = [total + amount for total, amount in zip(have, amounts, strict=True)]
    return sums


def _stock_of_orders(reading: Reading, history: CycleHistory, evenings: Sequence[date]) -> Shares:
    """What came in for each order by its pegs and has not left; what no order wants is nobody's."""
    held: dict[str, list[int]] = defaultdict(lambda: [0] * len(evenings))
    for order, day, value in costs_by_order(reading):
        _count(held[order], evenings, day, value)
    for order, day, value in fetch(reading, LEFT):
        _count(held[order], evenings, date.fromisoformat(day), int(value))
    shares = {order: [Fraction(value, MICRO) for value in values] for order, values in held.items()}
    whole = [history.books.standing(evening).stock or Fraction(0) for evening in evenings]
    shares[""] = [total - sum(each[place] for each in shares.values()) for place, total in enumerate(whole)]
    return shares


def _count(values: list[int], evenings: Sequence[date], day: date, value: int) -> None:
    for place, evening in enumerate(evenings):
        if day <= evening:
            values[place] += value
