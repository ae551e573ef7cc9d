"""Reads one invoice, bill or payment in full: its lines, what it settles or is settled by, and what the party owes."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Money, Quantity
from pegboard.domain.settlement import Totals
from pegboard.queries.invoice_papers import InvoicePaper, invoice_papers
from pegboard.queries.lookups import supplier_coded
from pegboard.queries.money_discounts import bill_discount, invoice_discount
from pegboard.queries.money_lists import DocumentRow, PaymentRow, document_rows, payment_rows
from pegboard.queries.money_lookups import (
    Found,
    bill_numbered,
    currency_of,
    customer_coded,
    invoice_numbered,
    open_bills,
    open_credit_notes,
    open_invoices,
    unused_payments,
)
from pegboard.queries.money_to_bill import Variance, bill_variances
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class Settlement:
    """So much of a document is settled by a payment on a day, or a payment settles so much of a document."""

    key: int
    number: str
    on: datetime.date
    amount: Money


@dataclass(frozen=True, slots=True)
class InvoiceDetail:
    """An invoice or credit note in full. `left` says by line how much can be credited; `discount` for paying now."""

    row: DocumentRow
    paper: InvoicePaper
    left: tuple[Quantity, ...]
    settlements: tuple[Settlement, ...]
    credited_by: tuple[str, ...]
    discount: Money | None


@dataclass(frozen=True, slots=True)
class BillDetail:
    """A bill in full, each line beside what was ordered and received."""

    row: DocumentRow
    net: Money
    tax: Money
    note: str
    lines: tuple[Variance, ...]
    settlements: tuple[Settlement, ...]
    credited_by: tuple[str, ...]
    discount: Money | None


@dataclass(frozen=True, slots=True)
class PaymentDetail:
    """A payment in full."""

    row: PaymentRow
    settlements: tuple[Settlement, ...]


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """An open invoice or bill, as the payment form lists it; `theirs` is the supplier's number."""

    number: str
    theirs: str
    due_on: datetime.date
    open: Money
    is_late: bool


@dataclass(frozen=True, slots=True)
class OpenOf:
    """What is open of a party: its documents, the earliest due first, and its currency."""

    party: str
    name: str
    currency: str
    documents: tuple[OpenDocument, ...]


def invoice_detail(reading: Reading, number: str) -> InvoiceDetail:
    """Return an invoice or credit note; NotFound where there is none of this number."""
    found = invoice_numbered(reading, number)
    [row] = document_rows(reading, "invoice", [found.invoice_id])
    [paper] = [each for each in invoice_papers(reading, [number]) if each.number == number]
    left = rows(
        reading,
        "SELECT x.quantity + coalesce((SELECT sum(k.quantity) FROM invoice_line k WHERE k.credits_line_id ="
        " x.invoice_line_id), 0) AS left_over FROM invoice_line x WHERE x.invoice_id = ? ORDER BY x.invoice_line_id",
        found.invoice_id,
    )
    return InvoiceDetail(
        row,
        paper,
        tuple(Quantity(line.left_over) for line in left),
        _settlements(reading, "invoice", found.invoice_id, row.total.currency),
        _credited_by(reading, "invoice", found.invoice_id),
        _discount(invoice_discount(reading, found, reading.today), row),
    )


def bill_detail(reading: Reading, number: str) -> BillDetail:
    """Return a bill; NotFound where there is none of this number."""
    found = bill_numbered(reading, number)
    [row] = document_rows(reading, "bill", [found.bill_id])
    return BillDetail(
        row,
        Money(found.net_amount, found.currency),
        Money(found.tax_amount, found.currency),
        found.note,
        bill_variances(reading, number),
        _settlements(reading, "bill", found.bill_id, found.currency),
        _credited_by(reading, "bill", found.bill_id),
        _discount(bill_discount(reading, found, reading.today), row),
    )


def payment_detail(reading: Reading, key: int) -> PaymentDetail | None:
    """Return a payment by its key, None where it is no more."""
    found = payment_rows(reading, [key])
    if not found:
        return None
    settled = rows(
        reading,
        "SELECT a.payment_allocation_id AS key, coalesce(n.number, b.number) AS number, a.allocated_on, a.amount"
        " FROM payment_allocation a LEFT JOIN invoice n ON n.invoice_id = a.invoice_id"
        " LEFT JOIN bill b ON b.bill_id = a.bill_id WHERE a.payment_id = ? ORDER BY a.payment_allocation_id",
        key,
    )
    return PaymentDetail(found[0], _as_settlements(settled, found[0].amount.currency))


def open_of_customer(reading: Reading, code: str) -> OpenOf:
    """Return what a customer owes in its currency; NotFound for an unknown code."""
    party = customer_coded(reading, code)
    currency = currency_of(reading, party)
    found = open_invoices(reading, party.customer_id, currency)
    return _open_of(reading, party, currency, [(each, "") for each in found])


def open_of_supplier(reading: Reading, code: str) -> OpenOf:
    """Return what is owed to a supplier in its currency; NotFound for an unknown code."""
    party = supplier_coded(reading, code)
    currency = currency_of(reading, party)
    found = open_bills(reading, party.supplier_id, currency)
    return _open_of(reading, party, currency, [(each, each.supplier_number) for each in found])


def _open_of(reading: Reading, party: Found, currency: str, found: Sequence[tuple[Found, str]]) -> OpenOf:
    documents = tuple(
        OpenDocument(
            each.number,
            theirs,
            datetime.date.fromisoformat(each.due_on),
            Money(each.open, currency),
            each.due_on < reading.today.isoformat(),
        )
        for each, theirs in found
    )
    return OpenOf(party.code, party.name or party.code, currency, documents)


def _settlements(reading: Reading, table: str, key: int, currency: str) -> tuple[Settlement, ...]:
    found = rows(
        reading,
        "SELECT a.payment_allocation_id AS key, p.number, a.allocated_on, a.amount FROM payment_allocation a"
        f" JOIN payment p ON p.payment_id = a.payment_id WHERE a.{table}_id = ? ORDER BY a.payment_allocation_id",
        key,
    )
    return _as_settlements(found, currency)


def _as_settlements(found: Sequence[Row[Any]], currency: str) -> tuple[Settlement, ...]:
    return tuple(
        Settlement(row.key, row.number, datetime.date.fromisoformat(row.allocated_on), Money(row.amount, currency))
        for row in found
    )


def _credited_by(reading: Reading, table: str, key: int) -> tuple[str, ...]:
    found = rows(reading, f"SELECT number FROM {table} WHERE credits_id = ? ORDER BY {table}_id", key)
    return tuple(row.number for row in found)


def _discount(allowed: Totals | None, row: DocumentRow) -> Money | None:
    return None if allowed is None else Money(allowed.total, row.total.currency)


def party_choices(reading: Reading, kind: str) -> tuple[tuple[str, str], ...]:
    """Code and name of every `customer` or `supplier`, by code."""
    table = "customer" if kind == "customer" else "supplier"
    return tuple((row.code, row.name) for row in rows(reading, f"SELECT code, name FROM {table} ORDER BY code"))


def supplier_currency(reading: Reading, code: str) -> str:
    """The currency in which a supplier bills."""
    return currency_of(reading, supplier_coded(reading, code))


def customer_credit(reading: Reading, code: str) -> Money:
    """What a customer has paid over or was credited, and nothing has used yet, in its currency."""
    party = customer_coded(reading, code)
    currency = currency_of(reading, party)
    unused = sum(row.rest for row in unused_payments(reading, "customer", party.customer_id, currency))
    credited = sum(row.open for row in open_credit_notes(reading, party.customer_id, currency))
    return Money(unused - credited, currency)
