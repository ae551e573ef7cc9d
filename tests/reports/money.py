"""Money documents for tests of reports: invoices, bills and payments written as rows, amounts as people write them."""

import datetime
from decimal import Decimal

from tests.builders import Number, day, id_of

from pegboard.storage.rows import add
from pegboard.storage.store import Transaction
from pegboard.storage.tables.money import Bill, Invoice, Payment, PaymentAllocation


def cents(amount: Number) -> int:
    """Minor units of an amount with at most two decimals."""
    return int(Decimal(str(amount)) * 100)


def add_invoice(
    tx: Transaction,
    number: str,
    amount: Number,
    issued_on: str,
    *,
    customer: str = "ZIN",
    order: str = "",
    days: int = 30,
    tax: Number = 0,
    deposit: Number = 0,
    credits: int | None = None,
    currency: str = "EUR",
) -> int:
    """An invoice of a net `amount`, due `days` after it was issued; negative on a credit note."""
    return add(
        tx,
        Invoice,
        number=number,
        customer_id=id_of(tx, "customer", customer),
        order_id=id_of(tx, "customer_order", order) if order else None,
        credits_id=credits,
        issued_on=day(issued_on),
        due_on=day(issued_on) + datetime.timedelta(days=days),
        currency=currency,
        net_amount=cents(amount),
        tax_amount=cents(tax),
        deposit_amount=cents(deposit),
    )


def add_bill(
    tx: Transaction,
    number: str,
    amount: Number,
    billed_on: str,
    *,
    supplier: str = "ACME",
    days: int = 30,
    tax: Number = 0,
    currency: str = "EUR",
) -> int:
    """A supplier's bill of a net `amount`, due `days` after its date."""
    return add(
        tx,
        Bill,
        number=number,
        supplier_id=id_of(tx, "supplier", supplier),
        billed_on=day(billed_on),
        due_on=day(billed_on) + datetime.timedelta(days=days),
        currency=currency,
        net_amount=cents(amount),
        tax_amount=cents(tax),
    )


def add_payment(
    tx: Transaction,
    number: str,
    amount: Number,
    paid_on: str,
    *,
    kind: str = "customer",
    customer: str = "",
    supplier: str = "",
    order: str = "",
    invoices: dict[int, Number] | None = None,
    bills: dict[int, Number] | None = None,
    currency: str = "EUR",
) -> int:
    """A payment and what it settles: {invoice or bill: amount}."""
    paid = day(paid_on)
    payment_id = add(
        tx,
        Payment,
        number=number,
        kind=kind,
        customer_id=id_of(tx, "customer", customer) if customer else None,
        supplier_id=id_of(tx, "supplier", supplier) if supplier else None,
        order_id=id_of(tx, "customer_order", order) if order else None,
        paid_on=paid,
        currency=currency,
        amount=cents(amount),
    )
    for invoice_id, part in (invoices or {}).items():
        add(tx, PaymentAllocation, payment_id=payment_id, invoice_id=invoice_id, amount=cents(part), allocated_on=paid)
    for bill_id, part in (bills or {}).items():
        add(tx, PaymentAllocation, payment_id=payment_id, bill_id=bill_id, amount=cents(part), allocated_on=paid)
    return payment_id
