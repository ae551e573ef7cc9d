"""Writes an invoice, a credit note or a bill with its lines: the one place where a document's foot is made."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from pegboard.domain.quantity import Money, extended_amount
from pegboard.domain.settlement import Totals, share
from pegboard.services.numbers import take
from pegboard.storage.rows import add
from pegboard.storage.store import Transaction
from pegboard.storage.tables.money import Invoice, InvoiceLine


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued document: its number, its total with tax, and what is to pay of it after the deposit."""

    number: str
    total: Money
    due: Money


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an invoice to be; exact values in millionths.

    `net` None is quantity x price, `tax` None the tax of that, each rounded half up once.
    """

    quantity: int
    unit_price: int
    tax_percent: int = 0
    description: str = ""
    kind: str = ""
    order_line_id: int | None = None
    credits_line_id: int | None = None
    net: int | None = None
    tax: int | None = None

    def amount(self, currency: str) -> int:
        """The net amount in minor units."""
        return extended_amount(self.quantity, self.unit_price, currency).minor if self.net is None else self.net

    def tax_amount(self, currency: str) -> int:
        """The tax in minor units."""
        return share(self.amount(currency), self.tax_percent) if self.tax is None else self.tax


@dataclass(frozen=True, slots=True)
class Head:
    """What an invoice says beside its lines; `number` is that of the paper where it was issued elsewhere."""

    customer_id: int
    issued_on: datetime.date
    due_on: datetime.date
    currency: str
    order_id: int | None = None
    shipment_id: int | None = None
    credits_id: int | None = None
    origin: str = ""
    note: str = ""
    number: str = ""


def foot(lines: Sequence[Line], currency: str) -> Totals:
    """Net and tax of the lines."""
    return Totals(sum(line.amount(currency) for line in lines), sum(line.tax_amount(currency) for line in lines))


def write_invoice(tx: Transaction, head: Head, lines: Sequence[Line], *, deposit: int = 0) -> tuple[int, Issued]:
    """Issue a document with the next number of its series; return its key and what it says."""
    sums = foot(lines, head.currency)
    number = head.number or take(tx, "CN" if head.credits_id else "INV", 1)[0]
    invoice_id = add(
        tx,
        Invoice,
        number=number,
        customer_id=head.customer_id,
        order_id=head.order_id,
        shipment_id=head.shipment_id,
        credits_id=head.credits_id,
        issued_on=head.issued_on,
        due_on=head.due_on,
        currency=head.currency,
        net_amount=sums.net,
        tax_amount=sums.tax,
        deposit_amount=deposit,
        origin=head.origin,
        note=head.note,
    )
    for line in lines:
        add(
            tx,
            InvoiceLine,
            invoice_id=invoice_id,
            order_line_id=line.order_line_id,
            credits_line_id=line.credits_line_id,
            kind=line.kind,
            description=line.description,
            quantity=line.quantity,
            unit_price=line.unit_price,
            tax_percent=line.tax_percent,
            net_amount=line.amount(head.currency),
            tax_amount=line.tax_amount(head.currency),
        )
    tx.changed("invoice")
    total = Money(sums.total, head.currency)
    return invoice_id, Issued(number, total, total - Money(deposit, head.currency))
