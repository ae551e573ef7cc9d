"""Takes invoices back with credit notes: whole, by line, by an allowance on a price, or for goods that came back.

A credit note is at once set off against what is open of its invoice; what goes beyond is the customer's credit. It cuts
what was still to pay first and frees the order's deposit last.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.quantity import MICRO, Money, Quantity
from pegboard.domain.settlement import Totals, deposit_returned, price_of
from pegboard.i18n import tr
from pegboard.queries.lookups import order_numbered
from pegboard.queries.money_lookups import Found, invoice_numbered
from pegboard.services.money.books import document_day
from pegboard.services.money.drafts import Head, Issued, Line, foot, write_invoice
from pegboard.services.money.payments import set_off
from pegboard.services.money.settling import mark_order_lines
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Transaction


def credit_invoice(
    tx: Transaction,
    invoice: str,
    *,
    quantities: Mapping[int, Quantity] | None = None,
    reason: str,
    again: bool | None = None,
    issued_on: datetime.date | None = None,
) -> Issued:
    """Take an invoice back: all that is not credited of it, or so much of its lines by their place (from 1).

    With `again` what is credited waits to be invoiced anew, as after a wrong address; a whole invoice does where
    nothing is said, single lines do not.
    Raises Refused where more is credited than was invoiced, InvalidInput without a reason.
    """
    row = _creditable(tx, invoice, reason)
    lines = credit_lines(tx, row.invoice_id)
    left = {place: Quantity(line.left) for place, line in enumerate(lines, 1) if line.left}
    wanted = left if quantities is None else quantities
    if not wanted:
        raise Refused(tr("{number} is credited whole.", number=invoice), hint=tr("Nothing of it is left to credit."))
    credited = []
    for place, quantity in wanted.items():
        if not 1 <= place <= len(lines):
            raise InvalidInput(
                tr("{number} has no line {line}.", number=invoice, line=place), hint=tr("Look at the invoice first.")
            )
        is_again = quantities is None if again is None else again
        credited.append(_credited(row, lines[place - 1], place, quantity, again=is_again))
    if quantities is None:
        credited += _allowances_taken_back(tx, row.invoice_id)
    return _issue(tx, row, credited, reason, issued_on)


def credit_amount(
    tx: Transaction,
    invoice: str,
    line: int,
    net: Money,
    *,
    reason: str,
    issued_on: datetime.date | None = None,
    kind: str = "allowance",
) -> Issued:
    """Take an amount (net, at the tax of that line) off an invoice without taking goods back: a price allowance.

    Raises Refused where more is taken off than is left of the invoice.
    """
    row = _creditable(tx, invoice, reason)
    lines = credit_lines(tx, row.invoice_id)
    if not 1 <= line <= len(lines):
        raise InvalidInput(
            tr("{number} has no line {line}.", number=invoice, line=line), hint=tr("Look at the invoice first.")
        )
    if net.currency != row.currency:
        raise InvalidInput(
            tr("{number} is in {currency}.", number=invoice, currency=row.currency),
            hint=tr("Give the amount in {currency}.", currency=row.currency),
        )
    if net.minor <= 0:
        raise InvalidInput(tr("An allowance must be above 0."), hint=tr("Say how much is taken off."))
    taken = Line(-MICRO, price_of(net.minor, row.currency), lines[line - 1].tax_percent, reason, kind)
    return _issue(tx, row, [taken], reason, issued_on)


def credit_discount(tx: Transaction, invoice: str, allowed: Totals, *, issued_on: datetime.date) -> Issued:
    """Take off an invoice what its customer saves by paying early, at each of its tax rates."""
    row = invoice_numbered(tx, invoice)
    sums = rows(
        tx,
        "SELECT tax_percent, sum(net_amount) AS net, sum(tax_amount) AS tax FROM invoice_line WHERE invoice_id = ?"
        " GROUP BY tax_percent ORDER BY tax_percent",
        row.invoice_id,
    )
    # The rates share the discount; what rounding leaves falls on the last.
    nets = _shared(allowed.net, [each.net for each in sums])
    taxes = _shared(allowed.tax, [each.tax for each in sums])
    words = tr("Early-payment discount")
    lines = [
        Line(-MICRO, price_of(net, row.currency), each.tax_percent, words, "discount", net=-net, tax=-tax)
        for each, net, tax in zip(sums, nets, taxes, strict=True)
        if net or tax
    ]
    return _issue(tx, row, lines, words, issued_on)


def _shared(total: int, weights: Sequence[int]) -> list[int]:
    parts = [total * weight // (sum(weights) or 1) for weight in weights]
    return [*parts[:-1], total - sum(parts[:-1])]


def credit_return(
    tx: Transaction, order: str, *, reason: str = "", issued_on: datetime.date | None = None
) -> tuple[Issued, ...]:
    """Credit what of an order was invoiced and came back, the newest invoice first: one credit note for each.

    What is delivered again is invoiced again. Raises Refused where nothing of it is to be credited.
    """
    head = order_numbered(tx, order)
    wanted: dict[str, dict[int, Quantity]] = {}
    for line in lines_to_credit(tx, head.order_id):
        for invoice, place, quantity in _newest_first(tx, line.order_line_id, line.to_credit):
            wanted.setdefault(invoice, {})[place] = Quantity(quantity)
    if not wanted:
        raise Refused(
            tr("Nothing of {order} is to be credited.", order=order),
            hint=tr("Book the goods that came back first."),
        )
    reason = reason or tr("Goods returned")
    return tuple(
        credit_invoice(tx, invoice, quantities=places, reason=reason, again=True, issued_on=issued_on)
        for invoice, places in wanted.items()
    )


def lines_to_credit(tx: Transaction, order_id: int) -> Sequence[Row[Any]]:
    """The lines of an order with returned goods of which more is invoiced than left; `to_credit` in millionths."""
    return rows(
        tx,
        "SELECT * FROM (SELECT l.*, coalesce((SELECT sum(n.quantity) FROM invoice_line n"
        " WHERE n.order_line_id = l.order_line_id AND n.kind IN ('', 'waived')), 0) - l.shipped_quantity AS to_credit"
        " FROM order_line l"
        " WHERE l.order_id = ? AND EXISTS (SELECT 1 FROM shipment_line s WHERE s.order_line_id = l.order_line_id"
        " AND s.returned_quantity > 0)) AS l WHERE to_credit > 0 ORDER BY line",
        order_id,
    )


def credit_lines(tx: Transaction, invoice_id: int) -> Sequence[Row[Any]]:
    """The lines of an invoice with what of their quantity and net amount is `left` and `net_left` to be credited."""
    return rows(
        tx,
        "SELECT x.*, x.quantity + coalesce((SELECT sum(k.quantity) FROM invoice_line k"
        " WHERE k.credits_line_id = x.invoice_line_id), 0) AS left, x.net_amount + coalesce((SELECT sum(k.net_amount)"
        " FROM invoice_line k WHERE k.credits_line_id = x.invoice_line_id), 0) AS net_left, x.tax_amount"
        " + coalesce((SELECT sum(k.tax_amount) FROM invoice_line k WHERE k.credits_line_id = x.invoice_line_id), 0)"
        " AS tax_left FROM invoice_line x WHERE x.invoice_id = ? ORDER BY x.invoice_line_id",
        invoice_id,
    )


def _creditable(tx: Transaction, invoice: str, reason: str) -> Found:
    row = invoice_numbered(tx, invoice)
    if row.credits_id is not None:
        raise Refused(tr("{number} is a credit note.", number=invoice), hint=tr("Issue a new invoice instead."))
    if not reason.strip():
        raise InvalidInput(tr("A credit note needs a reason."), hint=tr("Say why the invoice is taken back."))
    return row


def _credited(row: Found, line: Row[Any], place: int, quantity: Quantity, *, again: bool) -> Line:
    if not 0 < quantity.micro <= line.left:
        raise Refused(
            tr(
                "Of line {line} of {number} {left} can be credited.",
                line=place,
                number=row.number,
                left=Quantity(line.left),
            ),
            hint=tr("Credit no more than that."),
        )
    # The last part of a line takes what is left of its amount, so that all parts together are the line to the cent.
    is_last = quantity.micro == line.left
    return Line(
        -quantity.micro,
        line.unit_price,
        line.tax_percent,
        line.description,
        line.kind if again else "waived",
        line.order_line_id,
        line.invoice_line_id,
        -line.net_left if is_last else None,
        -line.tax_left if is_last else None,
    )


def _allowances_taken_back(tx: Transaction, invoice_id: int) -> list[Line]:
    """What was taken off an invoice without goods is no longer taken off once the whole invoice is."""
    return [
        Line(
            -line.quantity,
            line.unit_price,
            line.tax_percent,
            line.description,
            line.kind,
            credits_line_id=line.invoice_line_id,
            net=-line.net_amount,
            tax=-line.tax_amount,
        )
        for line in rows(
            tx,
            "SELECT x.* FROM invoice_line x JOIN invoice n ON n.invoice_id = x.invoice_id WHERE n.credits_id = ?"
            " AND x.kind IN ('allowance', 'discount') AND x.credits_line_id IS NULL AND NOT EXISTS (SELECT 1 FROM"
            " invoice_line k WHERE k.credits_line_id = x.invoice_line_id) ORDER BY x.invoice_line_id",
            invoice_id,
        )
    ]


def _issue(tx: Transaction, row: Found, lines: Sequence[Line], reason: str, issued_on: datetime.date | None) -> Issued:
    day = document_day(tx, issued_on)
    if day.isoformat() < row.issued_on:
        raise InvalidInput(
            tr("{number} was issued on {date}.", number=row.number, date=row.issued_on),
            hint=tr("Date the credit note on that day or later."),
        )
    credited_before = -number(
        tx, "SELECT coalesce(sum(net_amount + tax_amount), 0) FROM invoice WHERE credits_id = ?", row.invoice_id
    )
    total = -foot(lines, row.currency).total
    if credited_before + total > row.net_amount + row.tax_amount:
        left = Money(row.net_amount + row.tax_amount - credited_before, row.currency)
        raise Refused(
            tr("Of {number} {left} can still be credited.", number=row.number, left=left),
            hint=tr("Credit no more than that."),
        )
    head = Head(row.customer_id, day, day, row.currency, row.order_id, row.shipment_id, row.invoice_id, note=reason)
    freed = deposit_returned(row.net_amount + row.tax_amount, row.deposit_amount, credited_before, total)
    _, issued = write_invoice(tx, head, lines, deposit=-freed)
    note = invoice_numbered(tx, issued.number)
    set_off(tx, note, day, only=row.number)
    mark_order_lines(tx, [row.order_id])
    tx.note(
        tr(
            "{credit} takes {total} {currency} of {number} back: {reason}.",
            credit=issued.number,
            total=Money(total, row.currency),
            currency=row.currency,
            number=row.number,
            reason=reason,
        )
    )
    return issued


def _newest_first(tx: Transaction, order_line_id: int, quantity: int) -> list[tuple[str, int, int]]:
    """Where so much of an order line was invoiced, the newest invoice first: (invoice, place of the line, quantity)."""
    parts = []
    for line in rows(
        tx,
        "SELECT n.invoice_id, n.number, x.invoice_line_id FROM invoice_line x JOIN invoice n"
        " ON n.invoice_id = x.invoice_id WHERE x.order_line_id = ? AND x.kind = '' AND n.credits_id IS NULL"
        " ORDER BY n.invoice_id DESC",
        order_line_id,
    ):
        for place, each in enumerate(credit_lines(tx, line.invoice_id), 1):
            part = min(quantity, each.left)
            if each.invoice_line_id == line.invoice_line_id and part > 0:
                parts.append((str(line.number), place, part))
                quantity -= part
    return parts
