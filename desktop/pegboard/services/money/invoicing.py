"""Invoices what has shipped: one shipment, or all of an order that is not invoiced yet.

Freight stands on the first invoice of the order. A deposit is taken off the oldest invoice first, up to its whole total
with tax; what is left of it is taken off the next.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import NotFound, Refused
from pegboard.domain.quantity import MICRO, Money, Quantity, extended_amount
from pegboard.domain.settlement import Totals, deposit_taken, freight_percent, price_of, share
from pegboard.i18n import tr
from pegboard.queries.configurations import configurations
from pegboard.queries.lookups import order_numbered
from pegboard.queries.money_lookups import currency_of, deposit_held
from pegboard.queries.money_to_invoice import lines_to_invoice, open_slips, shipped_on_slip
from pegboard.queries.settings import settings
from pegboard.services.money.books import document_day
from pegboard.services.money.drafts import Head, Issued, Line, foot, write_invoice
from pegboard.services.money.settling import mark_order_lines
from pegboard.storage.rows import first, number, rows
from pegboard.storage.store import Transaction

_TAXES = "SELECT coalesce(tax_percent, 0) AS tax FROM order_line WHERE order_id = ? AND status <> 'cancelled'"


def invoice(tx: Transaction, name: str, *, issued_on: datetime.date | None = None) -> Issued:
    """Invoice an ORDER, all that has shipped and is not invoiced, or one SHIPMENT.

    Raises NotFound where it is neither, Refused where nothing is to be invoiced, a line has no price, or the books of
    that day are closed.
    """
    shipment = first(tx, "SELECT * FROM shipment WHERE number = ?", name)
    if shipment is None:
        return invoice_order(tx, name, issued_on=issued_on)
    return invoice_shipment(tx, name, issued_on=issued_on)


def invoice_order(tx: Transaction, order: str, *, issued_on: datetime.date | None = None) -> Issued:
    """Invoice all of an order that has shipped and is not invoiced."""
    head = order_numbered(tx, order)
    wanted = [(line, int(line.to_invoice)) for line in lines_to_invoice(tx, head.order_id)]
    slips = open_slips(tx, head.order_id)
    return _issue(tx, head, wanted, slips[0].shipment_id if len(slips) == 1 else None, issued_on)


def invoice_shipment(tx: Transaction, slip: str, *, issued_on: datetime.date | None = None) -> Issued:
    """Invoice what one packing slip delivered, as far as it is not invoiced."""
    shipment = first(tx, "SELECT * FROM shipment WHERE number = ?", slip)
    if shipment is None:
        raise NotFound(tr("There is no shipment {number}.", number=slip), hint=tr("Shipments look like SHP-0001."))
    head = first(tx, "SELECT * FROM customer_order WHERE order_id = ?", shipment.order_id)
    assert head is not None, "a shipment has its order"
    taken = first(
        tx,
        "SELECT number FROM invoice WHERE shipment_id = ? AND credits_id IS NULL ORDER BY invoice_id DESC",
        shipment.shipment_id,
    )
    if taken is not None and shipment.shipment_id not in {row.shipment_id for row in open_slips(tx, head.order_id)}:
        raise Refused(
            tr("{slip} is invoiced on {number}.", slip=slip, number=taken.number),
            hint=tr("Take that invoice back with a credit note first."),
        )
    sent = shipped_on_slip(tx, slip)
    wanted = [
        (line, min(int(line.to_invoice), sent[line.line].micro))
        for line in lines_to_invoice(tx, head.order_id)
        if line.line in sent
    ]
    return _issue(tx, head, wanted, shipment.shipment_id, issued_on)


def _issue(
    tx: Transaction,
    order: Row[Any],
    wanted: Sequence[tuple[Row[Any], int]],
    shipment_id: int | None,
    issued_on: datetime.date | None,
) -> Issued:
    day = document_day(tx, issued_on)
    _require_priced(order, wanted)
    customer = first(tx, "SELECT * FROM customer WHERE customer_id = ?", order.customer_id)
    assert customer is not None, "an order has its customer"
    currency = currency_of(tx, customer)
    lines = [_line(tx, line, quantity) for line, quantity in wanted]
    lines += _freight(tx, order, currency)
    deposit = deposit_taken(foot(lines, currency).total, deposit_held(tx, order.order_id))
    head = Head(
        customer.customer_id,
        day,
        day + datetime.timedelta(days=customer.payment_terms_days),
        currency,
        order_id=order.order_id,
        shipment_id=shipment_id,
        note=_discount_words(customer, foot(lines, currency), deposit, day, currency),
    )
    _, issued = write_invoice(tx, head, lines, deposit=deposit)
    mark_order_lines(tx, [order.order_id])
    tx.note(
        tr(
            "Invoiced {order} on {number}: {total} {currency}, {due} to pay.",
            order=order.number,
            number=issued.number,
            total=issued.total,
            currency=currency,
            due=issued.due,
        )
    )
    return issued


def _discount_words(customer: Row[Any], sums: Totals, deposit: int, day: datetime.date, currency: str) -> str:
    """What the customer saves by paying early; it stands on the invoice as it was when it was issued."""
    if not customer.discount_percent or customer.discount_days is None or sums.total == deposit:
        return ""
    saved = share(sums.net, customer.discount_percent) + share(sums.tax, customer.discount_percent)
    return tr(
        "{percent} % discount when paid by {day}: then {amount} {currency} are to pay.",
        percent=Quantity(customer.discount_percent),
        day=day + datetime.timedelta(days=customer.discount_days),
        amount=Money(sums.total - deposit - saved, currency),
        currency=currency,
    )


def _require_priced(order: Row[Any], wanted: Sequence[tuple[Row[Any], int]]) -> None:
    if not wanted:
        raise Refused(
            tr("Nothing of {order} is to be invoiced.", order=order.number),
            hint=tr("Ship it first; what has shipped is invoiced already."),
        )
    unpriced = [f"{order.number}/{line.line}" for line, _ in wanted if line.unit_price is None]
    if unpriced:
        raise Refused(
            tr("{lines} has no price.", lines=", ".join(unpriced)), hint=tr("Enter the price on the order first.")
        )


def _line(tx: Transaction, line: Row[Any], quantity: int) -> Line:
    options = map(str, configurations(tx, [line.order_line_id]).get(line.order_line_id, ()))
    words = [line.item_description, *([line.description] if line.description != line.item_description else [])]
    description = "\n".join(text for text in [*words, *options] if text)
    return Line(quantity, line.unit_price, line.tax_percent or 0, description, order_line_id=line.order_line_id)


def _freight(tx: Transaction, order: Row[Any], currency: str) -> list[Line]:
    """The order's freight as far as no invoice has it; a credit note that took it back makes it due again."""
    wanted = extended_amount(MICRO, order.freight or 0, currency).minor
    had = number(
        tx,
        "SELECT coalesce(sum(x.net_amount), 0) FROM invoice_line x JOIN invoice n ON n.invoice_id = x.invoice_id"
        " WHERE n.order_id = ? AND x.kind = 'freight'",
        order.order_id,
    )
    if wanted <= had:
        return []
    taxes = (each.tax for each in rows(tx, _TAXES, order.order_id))
    percent = freight_percent(taxes, is_taxed=settings(tx).tax_on_freight)
    return [Line(MICRO, price_of(wanted - had, currency), percent, tr("Freight"), "freight")]
