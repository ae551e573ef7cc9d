"""Gives the history of orders and purchases its money documents: invoices, bills, deposits and payments of their dates.

One invoice for all lines of an order that were invoiced on one day (with the order's freight on the first), one bill
likewise for each purchase order and supplier; a line that was paid without the day of its invoice counts as invoiced
when it shipped. Lines without a price have no document. The numbers, H-INV-ORDER and so on, are outside the shop's own
series. What has its documents already is left alone, so that the same file twice adds nothing.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pegboard.domain.errors import Refused
from pegboard.domain.quantity import MICRO, divide_half_up, minor_digits
from pegboard.domain.settlement import deposit_taken, freight_percent, share
from pegboard.i18n import tr
from pegboard.queries.money_books import closed_through
from pegboard.queries.settings import settings
from pegboard.services.importing.merging import found
from pegboard.services.importing.state import Import
from pegboard.storage.bulk import fetch, insert_rows, next_id
from pegboard.storage.indexes import indexes_made_after
from pegboard.storage.store import Transaction
from pegboard.storage.tables.money import Bill, BillLine, Invoice, InvoiceLine, Payment, PaymentAllocation

LARGEST = 10**15  # minor units; no shop has such a line, and sums of larger ones would leave 64 bits
_Row = tuple[Any, ...]


def prepare_money_history(imp: Import) -> None:
    """Let the documents of past orders and purchases be written after both."""
    if (orders := imp.file("orders")) is not None:
        sold = frozenset(orders.values("order"))
        imp.then(lambda tx: _write_sales(tx, sold))
    if (history := imp.file("purchase_history")) is not None:
        bought = frozenset(history.values("purchase_order"))
        imp.then(lambda tx: _write_purchases(tx, bought))


def amount(quantity: int, price: int, scale: int) -> int:
    """Quantity x price in minor units, rounded half up once; `scale` is that of the currency."""
    return divide_half_up(quantity * price, scale)


def _scale(currency: str) -> int:
    return int(10 ** (12 - minor_digits(currency)))


class _Numbers:
    """Numbers of one table's imported documents: a second one of the same name gets .2, and so on."""

    def __init__(self, tx: Transaction, table: str, prefix: str) -> None:
        self._prefix = prefix
        self._taken = {row[0] for row in fetch(tx, f"SELECT number FROM {table} WHERE number LIKE ?", (f"{prefix}%",))}

    def take(self, name: str) -> str:
        """The number of the next document of this name."""
        number, place = f"{self._prefix}{name}", 1
        while number in self._taken:
            place += 1
            number = f"{self._prefix}{name}.{place}"
        self._taken.add(number)
        return number


def _write_sales(tx: Transaction, orders: frozenset[str]) -> None:
    """Write the documents of the orders in the file; what else the workshop has is not this import's business."""
    _write_deposits(tx, orders)
    _write_invoices(tx, orders)
    _write_payments(tx, "customer", [row for row in fetch(tx, _UNPAID_INVOICES) if row[11] in orders])


_LINES = """
    SELECT o.order_id, CASE WHEN l.invoiced_on IS NOT NULL THEN l.invoiced_on WHEN l.shipped_on <= l.paid_on
        THEN l.shipped_on ELSE l.paid_on END, l.order_line_id, o.number, o.customer_id, c.currency,
        c.payment_terms_days, l.quantity, l.unit_price, coalesce(l.tax_percent, 0), i.description, l.description
    FROM order_line l JOIN customer_order o ON o.order_id = l.order_id
        JOIN customer c ON c.customer_id = o.customer_id JOIN item i ON i.item_id = l.item_id
    WHERE (l.invoiced_on IS NOT NULL OR l.paid_on IS NOT NULL) AND l.status NOT IN ('quote', 'cancelled')
        AND l.unit_price IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM invoice_line n WHERE n.order_line_id = l.order_line_id)
    ORDER BY 1, 2, l.line"""
_FREIGHT = """
    SELECT o.order_id, o.freight FROM customer_order o WHERE o.freight > 0 AND NOT EXISTS (SELECT 1 FROM invoice n
        JOIN invoice_line x ON x.invoice_id = n.invoice_id WHERE n.order_id = o.order_id AND x.kind = 'freight')"""
_HELD = """
    SELECT p.order_id, sum(p.amount) - coalesce(max(t.taken), 0) FROM payment p
        LEFT JOIN (SELECT order_id, sum(deposit_amount) AS taken FROM invoice GROUP BY order_id) AS t
            ON t.order_id = p.order_id
    WHERE p.kind = 'deposit' GROUP BY p.order_id"""


def _write_invoices(tx: Transaction, orders: frozenset[str]) -> None:
    found_lines = [row for row in fetch(tx, _LINES) if row[3] in orders and _is_possible(row[7], row[8])]
    if not found_lines:
        return
    shop, is_taxed = settings(tx).currency, settings(tx).tax_on_freight
    freight: dict[int, int] = dict(found(tx, _FREIGHT))
    held: dict[int, int] = dict(found(tx, _HELD))
    numbers = _Numbers(tx, "invoice", "H-INV-")
    invoices: list[_Row] = []
    lines: list[_Row] = []
    first = next_id(tx, Invoice)
    for invoice_id, ((order_id, day), group) in enumerate(groupby(found_lines, key=lambda row: row[:2]), first):
        rows = list(group)
        currency = rows[0][5] or shop
        body = _invoice_lines(invoice_id, rows, freight.pop(order_id, 0), _scale(currency), is_taxed=is_taxed)
        net, tax = sum(line[7] for line in body), sum(line[8] for line in body)
        deposit = deposit_taken(net + tax, held.get(order_id, 0))
        held[order_id] = held.get(order_id, 0) - deposit
        number, due = numbers.take(rows[0][3]), _later(day, rows[0][6])
        invoices.append((invoice_id, number, rows[0][4], order_id, day, due, currency, net, tax, deposit, "imported"))
        lines += body
    _refuse_closed(tx, (invoice[4] for invoice in invoices))
    with indexes_made_after(tx, (Invoice, InvoiceLine), rows=len(lines)):
        insert_rows(tx, Invoice, _INVOICE, invoices)
        insert_rows(tx, InvoiceLine, _INVOICE_LINE, lines)
    tx.changed("invoice")


_INVOICE = (
    "invoice_id",
    "number",
    "customer_id",
    "order_id",
    "issued_on",
    "due_on",
    "currency",
    "net_amount",
    "tax_amount",
    "deposit_amount",
    "origin",
)
_INVOICE_LINE = (
    "invoice_id",
    "order_line_id",
    "kind",
    "description",
    "quantity",
    "unit_price",
    "tax_percent",
    "net_amount",
    "tax_amount",
)


def _invoice_lines(invoice_id: int, rows: Sequence[_Row], freight: int, scale: int, *, is_taxed: bool) -> list[_Row]:
    body = []
    for _, _, line_id, _, _, _, _, quantity, price, percent, of_item, own in rows:
        net = amount(quantity, price, scale)
        words = f"{of_item}\n{own}".strip() if own != of_item else own
        body.append((invoice_id, line_id, "", words, quantity, price, percent, net, share(net, percent)))
    if freight and (net := amount(MICRO, freight, scale)):
        of_freight = freight_percent((row[9] for row in rows), is_taxed=is_taxed)
        carried = share(net, of_freight)
        body.append((invoice_id, None, "freight", tr("Freight"), MICRO, freight, of_freight, net, carried))
    return body


def _is_possible(quantity: int, price: int) -> bool:
    """Whether an amount can stand in the books."""
    return quantity * price < LARGEST * 10**9


_ORDERS_WITH_DEPOSIT = """
    SELECT o.order_id, o.number, o.customer_id, c.currency, o.deposit_paid_on,
        coalesce(o.deposit_percent, c.deposit_percent), coalesce(o.freight, 0), l.quantity, l.unit_price,
        coalesce(l.tax_percent, 0)
    FROM customer_order o JOIN customer c ON c.customer_id = o.customer_id
        JOIN order_line l ON l.order_id = o.order_id
    WHERE o.deposit_paid_on IS NOT NULL AND coalesce(o.deposit_percent, c.deposit_percent) > 0
        AND l.status <> 'cancelled' AND l.unit_price IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.order_id = o.order_id AND p.kind = 'deposit')
    ORDER BY o.order_id, l.line"""


def _write_deposits(tx: Transaction, orders: frozenset[str]) -> None:
    """The asked deposit of each order whose deposit was paid: its percentage of the total with tax and freight."""
    shop, is_taxed = settings(tx).currency, settings(tx).tax_on_freight
    numbers = _Numbers(tx, "payment", "H-DEP-")
    deposits: list[_Row] = []
    for order_id, group in groupby(fetch(tx, _ORDERS_WITH_DEPOSIT), key=lambda row: row[0]):
        rows = [row for row in group if row[1] in orders and _is_possible(row[7], row[8])]
        if not rows:
            continue
        _, name, customer_id, currency, day, percent, freight, *_ = rows[0]
        currency = currency or shop
        scale = _scale(currency)
        nets = [(amount(row[7], row[8], scale), row[9]) for row in rows]
        carried = amount(MICRO, freight, scale)
        nets.append((carried, freight_percent((row[9] for row in rows), is_taxed=is_taxed)))
        total = sum(net + share(net, of_tax) for net, of_tax in nets)
        if asked := share(total, percent):
            deposits.append((numbers.take(name), "deposit", customer_id, order_id, day, currency, asked))
    if deposits:
        _refuse_closed(tx, (deposit[4] for deposit in deposits))
        columns = ("number", "kind", "customer_id", "order_id", "paid_on", "currency", "amount")
        with indexes_made_after(tx, (Payment,), rows=len(deposits)):
            insert_rows(tx, Payment, columns, deposits)
        tx.changed("payment")


_UNPAID_INVOICES = """
    SELECT n.invoice_id, n.number, n.customer_id, n.currency, n.issued_on,
        n.net_amount + n.tax_amount - n.deposit_amount, coalesce(a.settled, 0), n.deposit_amount,
        x.net_amount + x.tax_amount, l.paid_on, x.order_line_id IS NULL,
        o.number
    FROM invoice n JOIN invoice_line x ON x.invoice_id = n.invoice_id JOIN customer_order o ON o.order_id = n.order_id
        LEFT JOIN order_line l ON l.order_line_id = x.order_line_id
        LEFT JOIN (SELECT invoice_id, sum(amount) AS settled FROM payment_allocation WHERE invoice_id IS NOT NULL
            GROUP BY invoice_id) AS a ON a.invoice_id = n.invoice_id
    WHERE n.credits_id IS NULL AND n.net_amount + n.tax_amount - n.deposit_amount > coalesce(a.settled, 0)
    ORDER BY n.invoice_id, x.invoice_line_id"""
_UNPAID_BILLS = """
    SELECT b.bill_id, b.number, b.supplier_id, b.currency, b.billed_on, b.net_amount + b.tax_amount,
        coalesce(a.settled, 0), 0, x.net_amount, h.paid_on, 0,
        h.purchase_order
    FROM bill b JOIN bill_line x ON x.bill_id = b.bill_id
        JOIN purchase_history h ON h.purchase_history_id = x.purchase_history_id
        LEFT JOIN (SELECT bill_id, sum(amount) AS settled FROM payment_allocation WHERE bill_id IS NOT NULL
            GROUP BY bill_id) AS a ON a.bill_id = b.bill_id
    WHERE b.net_amount + b.tax_amount > coalesce(a.settled, 0) ORDER BY b.bill_id, x.bill_line_id"""


@dataclass(frozen=True, slots=True)
class _Settled:
    """What was paid of a document on one day, in minor units."""

    day: str
    amount: int


def _write_payments(tx: Transaction, kind: str, unpaid: Sequence[_Row]) -> None:
    """Pay what the lines of open documents say was paid: one payment for each document and day."""
    numbers = _Numbers(tx, "payment", "H-PAY-")
    payments: list[_Row] = []
    allocations: list[_Row] = []
    first = payment_id = next_id(tx, Payment)
    for _, group in groupby(unpaid, key=lambda row: row[0]):
        rows = list(group)
        document_id, number, party_id, currency, issued_on = rows[0][:5]
        for paid in _paid(rows):
            name = number.removeprefix("H-INV-").removeprefix("H-BIL-")
            payments.append((payment_id, numbers.take(name), kind, party_id, paid.day, currency, paid.amount))
            allocations.append((payment_id, document_id, paid.amount, max(paid.day, issued_on)))
            payment_id += 1
    if payment_id == first:
        return
    _refuse_closed(tx, (payment[4] for payment in payments))
    document = "invoice_id" if kind == "customer" else "bill_id"
    with indexes_made_after(tx, (Payment, PaymentAllocation), rows=len(payments)):
        columns = ("payment_id", "number", "kind", f"{kind}_id", "paid_on", "currency", "amount")
        insert_rows(tx, Payment, columns, payments)
        insert_rows(tx, PaymentAllocation, ("payment_id", document, "amount", "allocated_on"), allocations)
    tx.changed("payment")


def _paid(rows: Sequence[_Row]) -> Iterator[_Settled]:
    """What of a document is still to be booked as paid, by day; the deposit counts on its first lines.

    Freight has no day of its own: it was paid with the first line that was.
    """
    due, settled, deposit = rows[0][5:8]
    days = sorted({row[9] for row in rows if row[9] is not None})
    if not days:
        return
    by_day = dict.fromkeys(days, 0)
    is_whole = True
    for row in rows:
        part = max(0, row[8] - deposit)
        deposit = max(0, deposit - row[8])
        day = days[0] if row[10] else row[9]
        is_whole = is_whole and day is not None
        if day is not None:
            by_day[day] += part
    reached = 0
    for day in days:
        reached = due if is_whole and day == days[-1] else reached + by_day[day]
        if (more := min(reached, due) - settled) > 0:
            settled += more
            yield _Settled(day, more)


def _write_purchases(tx: Transaction, orders: frozenset[str]) -> None:
    _write_bills(tx, orders)
    _write_payments(tx, "supplier", [row for row in fetch(tx, _UNPAID_BILLS) if row[11] in orders])


_PURCHASES = """
    SELECT h.purchase_order, h.supplier_id, CASE WHEN h.billed_on IS NOT NULL THEN h.billed_on
        WHEN h.received_on <= h.paid_on THEN h.received_on ELSE h.paid_on END, h.purchase_history_id, s.currency,
        s.payment_terms_days, h.quantity, h.unit_price, i.code, i.description
    FROM purchase_history h JOIN supplier s ON s.supplier_id = h.supplier_id JOIN item i ON i.item_id = h.item_id
    WHERE (h.billed_on IS NOT NULL OR h.paid_on IS NOT NULL) AND h.unit_price IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM bill_line b WHERE b.purchase_history_id = h.purchase_history_id)
    ORDER BY 3, 1, 2, h.line"""


def _write_bills(tx: Transaction, orders: frozenset[str]) -> None:
    found_lines = [row for row in fetch(tx, _PURCHASES) if row[0] in orders and _is_possible(row[6], row[7])]
    if not found_lines:
        return
    shop = settings(tx).currency
    numbers = _Numbers(tx, "bill", "H-BIL-")
    bills: list[_Row] = []
    lines: list[_Row] = []
    first = next_id(tx, Bill)
    for bill_id, ((order, supplier_id, day), group) in enumerate(groupby(found_lines, key=lambda row: row[:3]), first):
        rows = list(group)
        currency = rows[0][4] or shop
        scale = _scale(currency)
        body = [
            (bill_id, row[3], f"{row[8]} {row[9]}".strip(), row[6], row[7], amount(row[6], row[7], scale))
            for row in rows
        ]
        net = sum(line[5] for line in body)
        due = _later(day, rows[0][5])
        bills.append((bill_id, numbers.take(order), supplier_id, day, due, currency, net, 0, "imported"))
        lines += body
    _refuse_closed(tx, (bill[3] for bill in bills))
    with indexes_made_after(tx, (Bill, BillLine), rows=len(lines)):
        insert_rows(tx, Bill, _BILL, bills)
        insert_rows(tx, BillLine, _BILL_LINE, lines)
    tx.changed("bill")


_BILL = (
    "bill_id",
    "number",
    "supplier_id",
    "billed_on",
    "due_on",
    "currency",
    "net_amount",
    "tax_amount",
    "origin",
)
_BILL_LINE = ("bill_id", "purchase_history_id", "description", "quantity", "unit_price", "net_amount")


def _later(day: str, days: int) -> str:
    """The day so many days later; the last of the calendar where that leads beyond it."""
    start = datetime.date.fromisoformat(day)
    return (start + datetime.timedelta(days=min(days, (datetime.date.max - start).days))).isoformat()


def _refuse_closed(tx: Transaction, days: Iterable[str]) -> None:
    closed = closed_through(tx)
    if closed is not None and (day := min(days)) <= closed.isoformat():
        raise Refused(
            tr("The books are closed through {closed}, and the history has money of {day}.", closed=closed, day=day),
            hint=tr("Leave it out, or open the period again."),
        )
