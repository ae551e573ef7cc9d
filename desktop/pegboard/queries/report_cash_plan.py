"""What cash is expected: from open invoices and bills, orders, goods received and planned purchases.

Amounts of other currencies count at today's rate. What has no price or no rate is left out and counted in `unknown`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pegboard.domain.cash_plan import CashEvent, CashKind, mean_delays
from pegboard.domain.quantity import MICRO, Money, divide_half_up, extended_amount
from pegboard.domain.settlement import freight_percent
from pegboard.queries.money_to_bill import receipts_to_bill
from pegboard.queries.report_cash_open import OpenDocument, open_bills, open_invoices
from pegboard.queries.report_rates import Rates, rates
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

HUNDRED_PERCENT = 100 * MICRO
YEAR = timedelta(days=365)
QUARTER = timedelta(days=91)

# What of each line no invoice covers: of what is still to be shipped and of what was shipped and never invoiced.
TO_INVOICE = (
    "SELECT o.number, c.code, coalesce(c.currency, ''), c.payment_terms_days, l.quantity - coalesce((SELECT"
    "  sum(n.quantity) FROM invoice_line n WHERE n.order_line_id = l.order_line_id AND n.kind = ''), 0),"
    " l.unit_price, coalesce(l.tax_percent, 0), coalesce(l.shipped_on, l.promise_date, l.due_date),"
    " coalesce(o.deposit_percent, c.deposit_percent, 0), o.deposit_paid_on, o.order_id"
    " FROM order_line l JOIN customer_order o ON o.order_id = l.order_id JOIN customer c"
    " ON c.customer_id = o.customer_id WHERE l.invoiced_on IS NULL AND (l.status = 'confirmed'"
    " OR (l.status = 'shipped' AND l.shipped_quantity > 0)) ORDER BY o.order_id, l.line"
)
# What of each order's freight no invoice has yet.
FREIGHT = (
    "SELECT o.order_id, o.freight, coalesce((SELECT sum(x.net_amount) FROM invoice_line x JOIN invoice n"
    "  ON n.invoice_id = x.invoice_id WHERE n.order_id = o.order_id AND x.kind = 'freight'), 0)"
    " FROM customer_order o WHERE o.freight > 0"
)
DEPOSITS_HELD = (
    "SELECT d.order_id, sum(d.held) FROM (SELECT order_id, amount AS held FROM payment WHERE kind = 'deposit'"
    " UNION ALL SELECT order_id, -deposit_amount FROM invoice WHERE order_id IS NOT NULL) d"
    " WHERE d.order_id IS NOT NULL GROUP BY d.order_id HAVING sum(d.held) <> 0"
)
PURCHASES = (
    "SELECT o.number, l.line, s.code, coalesce(s.currency, ''), s.payment_terms_days, l.quantity - l.received_quantity,"
    " l.unit_price, coalesce(l.promised_date, l.due_date), l.purchase_line_id FROM purchase_line l"
    " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
    " JOIN supplier s ON s.supplier_id = o.supplier_id"
    " WHERE l.state = 'open' AND o.state IN ('draft', 'sent') AND l.quantity > l.received_quantity"
)
TERMS = "SELECT code, payment_terms_days FROM supplier"
EXPENSES = (
    "SELECT category, currency, sum(amount) FROM payment WHERE kind = 'expense' AND paid_on > ? AND paid_on <= ?"
    " GROUP BY category, currency ORDER BY category, currency"
)
CASH = (
    "SELECT currency, sum(CASE WHEN kind IN ('supplier', 'expense') THEN -amount ELSE amount END) FROM payment"
    " WHERE paid_on <= ? GROUP BY currency"
)
PAID = (
    "SELECT c.code, i.due_on, a.allocated_on, a.amount FROM payment_allocation a JOIN invoice i"
    " ON i.invoice_id = a.invoice_id JOIN customer c ON c.customer_id = i.customer_id"
    " WHERE a.allocated_on > ? AND a.allocated_on <= ? AND a.amount > 0"
)


@dataclass(frozen=True, slots=True)
class PlannedPurchase:
    """What is still to come of a purchase line: when it must be paid and what it costs in minor units of our money."""

    line_id: int
    event: CashEvent


@dataclass(frozen=True, slots=True)
class CashPlan:
    """What is expected from today on.

    Attributes: events; cash: in the till and at the bank this evening, minor units; has_cash: whether anything was ever
    booked; delays: days after the due date by customer, "" for the others; expenses: usual ones a week by category;
    unknown: lines without a price or a rate.
    """

    currency: str
    events: tuple[CashEvent, ...]
    cash: int
    has_cash: bool
    delays: dict[str, int]
    expenses: dict[str, int]
    unknown: int


class Unknown:
    """Counts what has no amount in our money."""

    def __init__(self) -> None:
        self.count = 0


def cash_plan(reading: Reading) -> CashPlan:
    """Read everything that will come in or go out."""
    known = rates(reading, settings(reading).currency)
    unknown = Unknown()
    today = reading.today
    events = [
        *(_invoice(document, today) for document in open_invoices(reading, today) if document.value is not None),
        *orders_to_invoice(reading, known, unknown),
        *(_bill(document, today) for document in open_bills(reading, today) if document.value is not None),
        *_received(reading, known, unknown),
        *(purchase.event for purchase in planned_purchases(reading, known, unknown)),
    ]
    balances = fetch(reading, CASH, (today.isoformat(),))
    spent = fetch(reading, EXPENSES, ((today - QUARTER).isoformat(), today.isoformat()))
    return CashPlan(
        known.currency,
        tuple(event for event in events if event.minor),
        _together(balances, known, today),
        bool(balances),
        mean_delays(_paid(reading)),
        _weekly(spent, known, today),
        unknown.count,
    )


def _together(amounts: Sequence[tuple[Any, ...]], known: Rates, today: date) -> int:
    return sum(known.convert(int(minor), currency, today) or 0 for currency, minor in amounts)


def _weekly(spent: Sequence[tuple[Any, ...]], known: Rates, today: date) -> dict[str, int]:
    """What each category usually takes a week, over a quarter; what was taken back wholly is left out."""
    sums: dict[str, int] = {}
    for category, currency, minor in spent:
        sums[category] = sums.get(category, 0) + (known.convert(int(minor), currency, today) or 0)
    weekly = {category: divide_half_up(minor, QUARTER.days // 7) for category, minor in sums.items()}
    return {category: minor for category, minor in weekly.items() if minor > 0}


def _paid(reading: Reading) -> Iterator[tuple[str, date, date, int]]:
    since = (reading.today - YEAR).isoformat(), reading.today.isoformat()
    for customer, due, paid, amount in fetch(reading, PAID, since):
        yield customer, date.fromisoformat(due), date.fromisoformat(paid), amount


def _invoice(document: OpenDocument, today: date) -> CashEvent:
    assert document.value is not None
    day = max(document.due_on, today)
    return CashEvent(day, document.value.minor, CashKind.INVOICE, document.number, document.order, document.partner)


def _bill(document: OpenDocument, today: date) -> CashEvent:
    assert document.value is not None
    day = max(document.due_on, today)
    return CashEvent(day, -document.value.minor, CashKind.BILL, document.number, supplier=document.partner)


def orders_to_invoice(reading: Reading, known: Rates, unknown: Unknown) -> Iterator[CashEvent]:
    """What orders will bring: deposits that are asked for and not paid today, the rest when it is due.

    A deposit that was paid, or will be, comes off what is invoiced first.
    """
    held = {order_id: int(minor) for order_id, minor in fetch(reading, DEPOSITS_HELD)}
    freight = {order_id: (price, int(had)) for order_id, price, had in fetch(reading, FREIGHT)}
    is_taxed = settings(reading).tax_on_freight
    lines: dict[int, list[tuple[Any, ...]]] = {}
    for row in fetch(reading, TO_INVOICE):
        if row[4] <= 0:
            continue
        if row[5] is None or known.convert(1, row[2] or known.currency, reading.today) is None:
            unknown.count += 1
        else:
            lines.setdefault(row[10], []).append(row)
    for order_id, rows in lines.items():
        carried = _freight(rows, freight.get(order_id, (0, 0)), known, is_taxed=is_taxed)
        yield from _order(rows, held.get(order_id, 0), carried, known, reading.today)


def _freight(rows: Sequence[tuple[Any, ...]], freight: tuple[int, int], known: Rates, *, is_taxed: bool) -> int:
    """The freight that comes with the next invoice of an order, with its tax, in its currency."""
    price, had = freight
    net = max(extended_amount(MICRO, price, rows[0][2] or known.currency).minor - had, 0)
    return net + divide_half_up(net * freight_percent((row[6] for row in rows), is_taxed=is_taxed), HUNDRED_PERCENT)


def _order(rows: Sequence[tuple[Any, ...]], held: int, freight: int, known: Rates, today: date) -> Iterator[CashEvent]:
    number, customer, currency, terms = rows[0][:4]
    percent, paid_on = rows[0][8], rows[0][9]
    own = currency or known.currency
    amounts: dict[date, int] = {}
    for *_head, quantity, price, tax, day, _percent, _paid, _key in rows:
        net = extended_amount(max(quantity, 0), price, own).minor
        shipped = max(date.fromisoformat(day) if day else today, today)
        due = shipped + timedelta(days=terms)
        amounts[due] = amounts.get(due, 0) + net + divide_half_up(net * tax, HUNDRED_PERCENT)

    amounts[min(amounts)] += freight

    def event(day: date, minor: int, kind: CashKind) -> CashEvent:
        return CashEvent(day, known.convert(minor, own, today) or 0, kind, number, number, customer)

    if percent and not paid_on:
        asked = divide_half_up(sum(amounts.values()) * percent, HUNDRED_PERCENT)
        held += asked
        yield event(today, asked, CashKind.DEPOSIT)
    for day in sorted(amounts):
        taken = min(held, amounts[day])
        held -= taken
        yield event(day, amounts[day] - taken, CashKind.TO_INVOICE)


def planned_purchases(reading: Reading, known: Rates, unknown: Unknown | None = None) -> Iterator[PlannedPurchase]:
    """What is still to come of every open purchase line; a late delivery is taken to come today."""
    today = reading.today
    for number, line, supplier, currency, terms, quantity, price, day, key in fetch(reading, PURCHASES):
        own = currency or known.currency
        minor = None if price is None else known.convert(extended_amount(quantity, price, own).minor, own, today)
        if minor is None:
            if unknown is not None:
                unknown.count += 1
            continue
        due = max(date.fromisoformat(day), today) + timedelta(days=terms)
        yield PlannedPurchase(key, CashEvent(due, -minor, CashKind.PURCHASE, f"{number}/{line}", supplier=supplier))


def _received(reading: Reading, known: Rates, unknown: Unknown) -> Iterator[CashEvent]:
    """Goods that came and were not billed yet."""
    terms = dict(fetch(reading, TERMS))
    for receipt in receipts_to_bill(reading):
        amount = _in_our_money(receipt.amount, known, reading.today)
        if amount is None:
            unknown.count += 1
            continue
        due = max(receipt.received_on + timedelta(days=terms[receipt.supplier]), reading.today)
        yield CashEvent(due, -amount, CashKind.TO_BILL, receipt.receipt, supplier=receipt.supplier)


def _in_our_money(amount: Money | None, known: Rates, today: date) -> int | None:
    return None if amount is None else known.convert(amount.minor, amount.currency, today)
