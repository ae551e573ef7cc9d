"""Finds invoices, bills and payments by number, with what is open of each; values as they lie in the file."""

from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import NotFound
from pegboard.i18n import tr
from pegboard.queries.settings import settings
from pegboard.storage.rows import first, number, rows
from pegboard.storage.store import Reading

Found = Row[Any]

# `due` is what the document asks for, `open` what no payment has settled of it; both negative on a credit note.
INVOICE = (
    "SELECT n.*, c.code AS customer, n.net_amount + n.tax_amount - n.deposit_amount AS due,"
    " n.net_amount + n.tax_amount - n.deposit_amount - coalesce((SELECT sum(a.amount) FROM payment_allocation a"
    " WHERE a.invoice_id = n.invoice_id), 0) AS open FROM invoice n JOIN customer c ON c.customer_id = n.customer_id"
)
BILL = (
    "SELECT b.*, s.code AS supplier, b.net_amount + b.tax_amount AS due,"
    " b.net_amount + b.tax_amount - coalesce((SELECT sum(a.amount) FROM payment_allocation a"
    " WHERE a.bill_id = b.bill_id), 0) AS open FROM bill b JOIN supplier s ON s.supplier_id = b.supplier_id"
)
PAYMENT = (
    "SELECT p.*, coalesce(c.code, '') AS customer, coalesce(s.code, '') AS supplier, coalesce(o.number, '') AS"
    " order_number, CASE WHEN p.reverses_id IS NOT NULL THEN 0 ELSE p.amount"
    " - coalesce((SELECT sum(a.amount) FROM payment_allocation a WHERE a.payment_id = p.payment_id), 0)"
    " + coalesce((SELECT sum(r.amount) FROM payment r WHERE r.reverses_id = p.payment_id), 0)"
    " - coalesce((SELECT sum(a.amount) FROM payment_allocation a JOIN payment r ON r.payment_id = a.payment_id"
    " WHERE r.reverses_id = p.payment_id), 0) END AS rest FROM payment p LEFT JOIN customer c"
    " ON c.customer_id = p.customer_id LEFT JOIN supplier s ON s.supplier_id = p.supplier_id"
    " LEFT JOIN customer_order o ON o.order_id = p.order_id"
)


def customer_coded(reading: Reading, code: str) -> Found:
    """The customer with this code; NotFound otherwise."""
    row = first(reading, "SELECT * FROM customer WHERE code = ?", code)
    if row is None:
        raise NotFound(tr("There is no customer {code}.", code=code), hint=tr("Check the code; case matters."))
    return row


def invoice_numbered(reading: Reading, number: str) -> Found:
    """The invoice or credit note with this number, its customer's code, `due` and `open`; NotFound otherwise."""
    row = first(reading, f"{INVOICE} WHERE n.number = ?", number)
    if row is None:
        raise NotFound(tr("There is no invoice {number}.", number=number), hint=tr("Invoices look like INV-0001."))
    return row


def bill_numbered(reading: Reading, number: str) -> Found:
    """The bill with this number, its supplier's code, `due` and `open`; NotFound otherwise."""
    row = first(reading, f"{BILL} WHERE b.number = ?", number)
    if row is None:
        raise NotFound(tr("There is no bill {number}.", number=number), hint=tr("Bills look like BIL-0001."))
    return row


def payment_numbered(reading: Reading, number: str) -> Found:
    """The payment with this number, codes of its parties and `rest`, what settles nothing yet; NotFound otherwise."""
    row = first(reading, f"{PAYMENT} WHERE p.number = ?", number)
    if row is None:
        raise NotFound(tr("There is no payment {number}.", number=number), hint=tr("Payments look like PAY-0001."))
    return row


def open_invoices(reading: Reading, customer_id: int, currency: str) -> list[Found]:
    """What a customer still owes in a currency, the earliest due first; credit notes are not among them."""
    found = rows(
        reading,
        f"SELECT * FROM ({INVOICE} WHERE n.customer_id = ? AND n.currency = ?) AS n WHERE open > 0"
        " ORDER BY due_on, invoice_id",
        customer_id,
        currency,
    )
    return list(found)


def open_bills(reading: Reading, supplier_id: int, currency: str) -> list[Found]:
    """What is still owed to a supplier in a currency, the earliest due first."""
    found = rows(
        reading,
        f"SELECT * FROM ({BILL} WHERE b.supplier_id = ? AND b.currency = ?) AS b WHERE open > 0"
        " ORDER BY due_on, bill_id",
        supplier_id,
        currency,
    )
    return list(found)


def open_credit_notes(reading: Reading, customer_id: int, currency: str) -> list[Found]:
    """The credit notes of a customer that nothing has settled, oldest first; their `open` is negative."""
    found = rows(
        reading,
        f"SELECT * FROM ({INVOICE} WHERE n.customer_id = ? AND n.currency = ?) AS n WHERE open < 0 ORDER BY invoice_id",
        customer_id,
        currency,
    )
    return list(found)


def unused_payments(reading: Reading, kind: str, party_id: int, currency: str) -> list[Found]:
    """The payments of a `customer` or to a `supplier` of which something settles nothing yet (`rest`), oldest first."""
    found = rows(
        reading,
        f"SELECT * FROM ({PAYMENT} WHERE p.kind = ? AND p.{kind}_id = ? AND p.currency = ?) AS p"
        " WHERE rest > 0 ORDER BY payment_id",
        kind,
        party_id,
        currency,
    )
    return list(found)


def open_bill_credits(reading: Reading, supplier_id: int, currency: str) -> list[Found]:
    """The credit notes of a supplier that nothing has settled, oldest first; their `open` is negative."""
    found = rows(
        reading,
        f"SELECT * FROM ({BILL} WHERE b.supplier_id = ? AND b.currency = ?) AS b WHERE open < 0 ORDER BY bill_id",
        supplier_id,
        currency,
    )
    return list(found)


def currency_of(reading: Reading, party: Found) -> str:
    """The currency of a customer or supplier: its own, else the shop's."""
    return str(party.currency or settings(reading).currency)


def deposit_held(reading: Reading, order_id: int) -> int:
    """What of an order's deposit was paid and not yet taken off an invoice, in minor units."""
    return number(
        reading,
        "SELECT coalesce((SELECT sum(amount) FROM payment WHERE order_id = ? AND kind = 'deposit'), 0)"
        " - coalesce((SELECT sum(deposit_amount) FROM invoice WHERE order_id = ?), 0)",
        order_id,
        order_id,
    )
