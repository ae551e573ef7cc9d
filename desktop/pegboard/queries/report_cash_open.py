"""What customers owed and what was owed to suppliers on a day, document by document.

Open on a day = the document's amount with tax, less the deposit taken off it, less what was settled of it up to that
day. Credit notes are negative.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from pegboard.domain.quantity import Money
from pegboard.queries.report_rates import Rates, rates
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

INVOICE_AMOUNT = "i.net_amount + i.tax_amount - i.deposit_amount"
BILL_AMOUNT = "b.net_amount + b.tax_amount"


class OpenDocument(NamedTuple):
    """An invoice or bill that was not settled on a day, or a payment that settled nothing yet.

    Attributes: partner, partner_name: the customer or supplier; order: what it is for, "" where unknown; amount: the
    whole document; open: what is still owed in its currency; value: that in the shop's, None without a rate.
    """

    number: str
    partner: str
    partner_name: str
    order: str
    issued_on: date
    due_on: date
    amount: Money
    open: Money
    value: Money | None

    def overdue_days(self, day: date) -> int:
        """How many days it was due before `day`; 0 where it is not yet."""
        return max((day - self.due_on).days, 0)


def open_invoices(reading: Reading, day: date) -> tuple[OpenDocument, ...]:
    """Invoices and credit notes that were open at the end of `day`, the longest due first."""
    return _open(
        reading,
        day,
        "SELECT i.number, c.code, c.name, coalesce(o.number, ''), i.issued_on, i.due_on, i.currency,"
        f" {INVOICE_AMOUNT} AS amount, w.open_amount FROM ({_still_open('invoice i', 'invoice_id', INVOICE_AMOUNT)}"
        " i.issued_on <= ?) w JOIN invoice i ON i.invoice_id = w.document_id"
        " JOIN customer c ON c.customer_id = i.customer_id LEFT JOIN customer_order o ON o.order_id = i.order_id"
        " WHERE w.open_amount <> 0 ORDER BY i.due_on, i.invoice_id",
    )


def open_bills(reading: Reading, day: date) -> tuple[OpenDocument, ...]:
    """Suppliers' bills that were open at the end of `day`, the longest due first."""
    return _open(
        reading,
        day,
        "SELECT b.number, s.code, s.name, b.supplier_number, b.billed_on, b.due_on, b.currency,"
        f" {BILL_AMOUNT} AS amount, w.open_amount FROM ({_still_open('bill b', 'bill_id', BILL_AMOUNT)}"
        " b.billed_on <= ?) w JOIN bill b ON b.bill_id = w.document_id"
        " JOIN supplier s ON s.supplier_id = b.supplier_id"
        " WHERE w.open_amount <> 0 ORDER BY b.due_on, b.bill_id",
    )


def on_account(reading: Reading, day: date, kind: str) -> tuple[OpenDocument, ...]:
    """Payments of which a part settles nothing yet, at the end of `day`: negative, since they lower what is owed.

    `kind` is customer or supplier.
    """
    partner = {"customer": "customer", "supplier": "supplier"}[kind]
    return _open(
        reading,
        day,
        "SELECT p.number, c.code, c.name, p.reference, p.paid_on, p.paid_on, p.currency, -p.amount AS amount,"
        f" -w.open_amount FROM ({_still_open('payment p', 'payment_id', 'p.amount')} p.kind = '{partner}'"
        " AND p.paid_on <= ?) w JOIN payment p ON p.payment_id = w.document_id"
        f" JOIN {partner} c ON c.{partner}_id = p.{partner}_id"
        " WHERE w.open_amount <> 0 ORDER BY p.paid_on, p.payment_id",
    )


def _still_open(table: str, key: str, amount: str) -> str:
    """What is open of each document, up to its condition; `table` is its name and alias.

    Looked up document by document along an index: an aggregate over all that was ever settled takes twice as long.
    """
    alias = table.split()[1]
    return (
        f"SELECT {alias}.{key} AS document_id, {amount} - coalesce((SELECT sum(a.amount) FROM payment_allocation a"
        f" WHERE a.{key} = {alias}.{key} AND a.allocated_on <= ?), 0) AS open_amount FROM {table} WHERE"
    )


def _open(reading: Reading, day: date, statement: str) -> tuple[OpenDocument, ...]:
    known = rates(reading, settings(reading).currency)
    found = fetch(reading, statement, (day.isoformat(), day.isoformat()))
    return tuple(_document(row, known, day) for row in found)


def _document(row: Sequence[Any], known: Rates, day: date) -> OpenDocument:
    number, partner, name, order, issued_on, due_on, currency, amount, still_open = row
    left = Money(int(still_open), currency)
    value = left if currency == known.currency else known.money(left.minor, currency, day)
    issued, due = date.fromisoformat(issued_on), date.fromisoformat(due_on)
    return OpenDocument(number, partner, name, order, issued, due, Money(int(amount), currency), left, value)
