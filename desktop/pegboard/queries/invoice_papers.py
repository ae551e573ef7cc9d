"""Reads what an invoice or credit note says; it is printed as it was issued."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import NotFound
from pegboard.domain.quantity import Money, Price, Quantity
from pegboard.i18n import tr
from pegboard.queries.order_papers import TaxSum
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class InvoicePaperLine:
    """One line. `tax_percent` in percent, `tax` as it was rounded."""

    line: int
    item: str
    description: str
    unit: str
    quantity: Quantity
    unit_price: Price
    tax_percent: Quantity
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class InvoicePaper:
    """An invoice or credit note as its recipient reads it; what a credit note takes back reads as positive amounts.

    Attributes: credits: the invoice that a credit note takes back, "" on an invoice; delivered_on: of the shipment;
    taxes: by rate, empty where the rates do not add up to the tax of the invoice; deposit: taken off, on a credit note
    given back to the order; due: what is still to pay, or credited, beside the deposit; note: the discount for paying
    early, or why the invoice is taken back.
    """

    number: str
    credits: str
    customer: str
    customer_name: str
    contact: str
    billing_address: str
    order: str
    reference: str
    shipment: str
    issued_on: datetime.date
    delivered_on: datetime.date | None
    due_on: datetime.date
    payment_terms_days: int
    lines: tuple[InvoicePaperLine, ...]
    net: Money
    taxes: tuple[TaxSum, ...]
    tax: Money
    total: Money
    deposit: Money
    due: Money
    note: str


def invoice_papers(reading: Reading, numbers: Sequence[str]) -> tuple[InvoicePaper, ...]:
    """Return these invoices; an order's number stands for all its invoices. NotFound names what is neither."""
    found = rows(
        reading,
        "SELECT n.*, c.code, c.name, c.contact, c.billing_address, coalesce(o.number, '') AS order_number,"
        " coalesce(o.customer_reference, '') AS reference,"
        " coalesce(s.number, '') AS slip, coalesce(s.shipped_on, (SELECT max(h.shipped_on) FROM shipment h"
        " WHERE h.order_id = n.order_id AND h.shipped_on <= n.issued_on)) AS shipped_on,"
        " coalesce(b.number, '') AS credited FROM invoice n"
        " JOIN customer c ON c.customer_id = n.customer_id LEFT JOIN customer_order o ON o.order_id = n.order_id"
        " LEFT JOIN shipment s ON s.shipment_id = n.shipment_id LEFT JOIN invoice b ON b.invoice_id = n.credits_id"
        " WHERE n.number IN (SELECT value FROM json_each(?)) OR o.number IN (SELECT value FROM json_each(?))"
        " ORDER BY n.invoice_id",
        *[json.dumps(list(numbers))] * 2,
    )
    known = {name for row in found for name in (row.number, row.order_number)}
    if missing := [number for number in numbers if number not in known]:
        raise NotFound(
            tr("There is no invoice {numbers}.", numbers=", ".join(missing)),
            hint=tr("Give an invoice's number, or an order's that was invoiced."),
        )
    ordered = [row for number in numbers for row in found if number in (row.number, row.order_number)]
    return tuple(_paper(reading, row) for row in dict.fromkeys(ordered))


def _paper(reading: Reading, row: Row[Any]) -> InvoicePaper:
    sign = -1 if row.credited else 1
    lines = _lines(reading, row.invoice_id, row.currency, sign)
    tax = Money(sign * row.tax_amount, row.currency)
    taxes = _taxes(lines)
    net, deposit = Money(sign * row.net_amount, row.currency), Money(sign * row.deposit_amount, row.currency)
    issued_on, due_on = datetime.date.fromisoformat(row.issued_on), datetime.date.fromisoformat(row.due_on)
    return InvoicePaper(
        number=row.number,
        credits=row.credited,
        customer=row.code,
        customer_name=row.name or row.code,
        contact=row.contact,
        billing_address=row.billing_address,
        order=row.order_number,
        reference=row.reference,
        shipment=row.slip,
        issued_on=issued_on,
        delivered_on=datetime.date.fromisoformat(row.shipped_on) if row.shipped_on else None,
        due_on=due_on,
        payment_terms_days=(due_on - issued_on).days,
        lines=lines,
        net=net,
        taxes=taxes if sum(each.tax.minor for each in taxes) == tax.minor else (),
        tax=tax,
        total=net + tax,
        deposit=deposit,
        due=net + tax - deposit,
        note=row.note,
    )


def _taxes(lines: Sequence[InvoicePaperLine]) -> tuple[TaxSum, ...]:
    """Net and tax of each rate above 0, lowest first, as the lines were rounded."""
    sums: dict[Quantity, TaxSum] = {}
    for line in lines:
        if line.tax_percent:
            before = sums.get(line.tax_percent)
            net, tax = (before.net + line.net, before.tax + line.tax) if before else (line.net, line.tax)
            sums[line.tax_percent] = TaxSum(line.tax_percent, net, tax)
    return tuple(sums[percent] for percent in sorted(sums))


def _lines(reading: Reading, invoice_id: int, currency: str, sign: int) -> tuple[InvoicePaperLine, ...]:
    found = rows(
        reading,
        "SELECT n.*, coalesce(i.code, '') AS item, coalesce(i.unit, '') AS unit,"
        " coalesce(nullif(n.description, ''), i.description, '') AS words FROM invoice_line n"
        " LEFT JOIN order_line l ON l.order_line_id = n.order_line_id LEFT JOIN item i ON i.item_id = l.item_id"
        " WHERE n.invoice_id = ? ORDER BY n.invoice_line_id",
        invoice_id,
    )
    return tuple(
        InvoicePaperLine(
            line=place,
            item=row.item,
            description=row.words,
            unit=row.unit,
            quantity=Quantity(sign * row.quantity),
            unit_price=Price(row.unit_price),
            tax_percent=Quantity(row.tax_percent),
            net=Money(sign * row.net_amount, currency),
            tax=Money(sign * row.tax_amount, currency),
        )
        for place, row in enumerate(found, 1)
    )
