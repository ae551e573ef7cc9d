"""Enters what suppliers bill, matched to receipts, and takes bills back with their credit notes.

A bill is kept as the supplier sent it, also where it differs from what was ordered or received: the difference is told
as a variance, and nobody is asked to make it fit.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.quantity import MICRO, Money, Price, Quantity, extended_amount
from pegboard.domain.settlement import price_of
from pegboard.i18n import tr
from pegboard.queries.lookups import purchase_line_named, supplier_coded
from pegboard.queries.money_lookups import Found, bill_numbered, currency_of
from pegboard.queries.money_to_bill import unbilled_receipts
from pegboard.services.money.books import document_day
from pegboard.services.money.settling import allocate
from pegboard.services.numbers import take
from pegboard.storage.rows import add, first, rows
from pegboard.storage.store import Transaction
from pegboard.storage.tables.money import Bill, BillLine, Payment


@dataclass(frozen=True, slots=True)
class BillDraftLine:
    """One line as it stands on the supplier's paper.

    Attributes: receipt: the number of the receipt that it is for; purchase_line: PURCHASE_ORDER/LINE where no receipt
    is named; quantity: what is not billed of it where None; unit_price: as ordered where None; kind: 'freight' or
    'other' where the line is for neither, then with a description.
    """

    receipt: str = ""
    purchase_line: str = ""
    quantity: Quantity | None = None
    unit_price: Price | None = None
    description: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    purchase_line_id: int | None
    receipt_id: int | None
    description: str
    quantity: int
    unit_price: int
    kind: str


def enter_bill(
    tx: Transaction,
    supplier: str,
    lines: Sequence[BillDraftLine],
    *,
    supplier_number: str = "",
    tax: int = 0,
    billed_on: datetime.date | None = None,
    due_on: datetime.date | None = None,
    note: str = "",
) -> str:
    """Enter a supplier's bill and return our number of it; `tax` is that of the paper in minor units.

    Raises Refused for a bill of that number that was entered before, InvalidInput for lines that say too little.
    """
    sender = supplier_coded(tx, supplier)
    currency = currency_of(tx, sender)
    day = document_day(tx, billed_on)
    if not lines:
        raise InvalidInput(tr("A bill needs a line."), hint=tr("Name what is billed."))
    if tax < 0:
        raise InvalidInput(tr("The tax of a bill cannot be below 0."), hint=tr("Enter a credit note instead."))
    _require_new(tx, sender, supplier_number)
    found = [each for line in lines for each in _matched(tx, sender, line)]
    [own] = take(tx, "BIL", 1)
    amounts = [extended_amount(line.quantity, line.unit_price, currency).minor for line in found]
    bill_id = add(
        tx,
        Bill,
        number=own,
        supplier_id=sender.supplier_id,
        supplier_number=supplier_number,
        billed_on=day,
        due_on=due_on or day + datetime.timedelta(days=sender.payment_terms_days),
        currency=currency,
        net_amount=sum(amounts),
        tax_amount=tax,
        note=note,
    )
    _write_lines(tx, bill_id, zip(found, amounts, strict=True))
    tx.changed("bill")
    tx.note(
        tr(
            "{supplier} billed {total} {currency} ({number}).",
            supplier=supplier,
            total=Money(sum(amounts) + tax, currency),
            currency=currency,
            number=own,
        )
    )
    return own


def _write_lines(tx: Transaction, bill_id: int, lines: Iterable[tuple[_Line, int]]) -> None:
    for line, net in lines:
        add(
            tx,
            BillLine,
            bill_id=bill_id,
            purchase_line_id=line.purchase_line_id,
            receipt_id=line.receipt_id,
            kind=line.kind,
            description=line.description,
            quantity=line.quantity,
            unit_price=line.unit_price,
            net_amount=net,
        )


def credit_bill(
    tx: Transaction,
    bill: str,
    *,
    net: Money | None = None,
    tax: int = 0,
    supplier_number: str = "",
    reason: str,
    billed_on: datetime.date | None = None,
) -> str:
    """Enter a supplier's credit note for a bill: all that is left of it, or `net` (with `tax`); return its number.

    It is set off against what is open of the bill. Raises Refused where more is credited than was billed.
    """
    row = bill_numbered(tx, bill)
    _require_creditable(row, reason)
    day = document_day(tx, billed_on)
    before = first(
        tx,
        "SELECT coalesce(sum(net_amount), 0) AS net, coalesce(sum(tax_amount), 0) AS tax FROM bill"
        " WHERE credits_id = ?",
        row.bill_id,
    )
    assert before is not None, "a sum is one row"
    left_net, left_tax = row.net_amount + before.net, row.tax_amount + before.tax
    wanted_net, wanted_tax = (left_net, left_tax) if net is None else (net.minor, tax)
    if not (0 < wanted_net + wanted_tax <= left_net + left_tax and wanted_net >= 0 and wanted_tax >= 0):
        raise Refused(
            tr("Of {number} {left} can be credited.", number=bill, left=Money(left_net + left_tax, row.currency)),
            hint=tr("Credit an amount above 0 and no more than that."),
        )
    is_whole = net is None and not before.net and not before.tax
    credit = write_credit(tx, row, (wanted_net, wanted_tax), day, supplier_number, reason, whole=is_whole)
    set_off_bill(tx, bill_numbered(tx, credit), bill_numbered(tx, bill), day)
    tx.note(
        tr(
            "{credit} takes {total} {currency} of {number} back: {reason}.",
            credit=credit,
            total=Money(wanted_net + wanted_tax, row.currency),
            currency=row.currency,
            number=bill,
            reason=reason,
        )
    )
    return credit


def set_off_bill(tx: Transaction, credit: Found, bill: Found, day: datetime.date) -> None:
    """Settle a supplier's credit note against an open bill: a payment of 0 that both bear."""
    part = min(-credit.open, bill.open)
    if part <= 0:
        return
    payment_id = add(
        tx,
        Payment,
        number=take(tx, "PAY", 1)[0],
        kind="supplier",
        supplier_id=bill.supplier_id,
        paid_on=day,
        currency=bill.currency,
        amount=0,
        reference=credit.number,
    )
    allocate(tx, payment_id, part, day, bill_id=bill.bill_id)
    allocate(tx, payment_id, -part, day, bill_id=credit.bill_id)
    tx.changed("payment", "bill")


def _require_new(tx: Transaction, sender: Found, supplier_number: str) -> None:
    if not supplier_number:
        return
    twin = first(
        tx,
        "SELECT b.number FROM bill b WHERE b.supplier_id = ? AND b.supplier_number = ? AND b.credits_id IS NULL"
        " AND b.net_amount + b.tax_amount + coalesce((SELECT sum(k.net_amount + k.tax_amount) FROM bill k"
        " WHERE k.credits_id = b.bill_id), 0) > 0",
        sender.supplier_id,
        supplier_number,
    )
    if twin is not None:
        raise Refused(
            tr(
                "{supplier}'s bill {theirs} is entered as {number}.",
                supplier=sender.code,
                theirs=supplier_number,
                number=twin.number,
            ),
            hint=tr("A bill that was entered wrongly is taken back first."),
        )


def _matched(tx: Transaction, sender: Found, line: BillDraftLine) -> list[_Line]:
    """The line beside its receipts: one that names only a purchase line is laid over its unbilled receipts."""
    if line.receipt:
        found = unbilled_receipts(tx, receipt=line.receipt)
        if not found:
            raise NotFound(
                tr("There is no receipt {number}.", number=line.receipt), hint=tr("Receipts look like REC-0001.")
            )
        receipt = found[0]
        if receipt.supplier_id != sender.supplier_id:
            raise Refused(
                tr("{receipt} came from another supplier.", receipt=line.receipt),
                hint=tr("Enter a bill for each supplier."),
            )
        quantity = line.quantity.micro if line.quantity is not None else receipt.to_bill
        return [_ordered(line, receipt, receipt.receipt_id, quantity)]
    if line.purchase_line:
        return _laid_over(tx, sender, line)
    if line.kind not in ("freight", "other") or not (line.description or line.kind == "freight"):
        raise InvalidInput(
            tr("A line that is for no receipt needs its words."),
            hint=tr("Say what is billed: freight, or something else."),
        )
    if line.unit_price is None or line.unit_price.micro < 0:
        raise InvalidInput(tr("A line that was not ordered needs its price."), hint=tr("Give the price on the paper."))
    quantity = line.quantity.micro if line.quantity is not None else MICRO
    _require_positive(quantity)
    return [_Line(None, None, line.description or tr("Freight"), quantity, line.unit_price.micro, line.kind)]


def _laid_over(tx: Transaction, sender: Found, line: BillDraftLine) -> list[_Line]:
    row = purchase_line_named(tx, line.purchase_line)
    if row.supplier_id != sender.supplier_id:
        raise Refused(
            tr("{line} was ordered from another supplier.", line=line.purchase_line),
            hint=tr("Enter a bill for each supplier."),
        )
    receipts = [each for each in unbilled_receipts(tx, purchase_line_id=row.purchase_line_id) if each.to_bill > 0]
    left = line.quantity.micro if line.quantity is not None else sum(each.to_bill for each in receipts)
    found = []
    for receipt in receipts:
        part = min(left, receipt.to_bill)
        if part:
            found.append(_ordered(line, receipt, receipt.receipt_id, part))
            left -= part
    if left or not found:  # billed before it came, or more than came
        found.append(_ordered(line, row, None, left))
    return found


def _ordered(line: BillDraftLine, row: Found, receipt_id: int | None, quantity: int) -> _Line:
    price = line.unit_price.micro if line.unit_price is not None else row.unit_price
    if price is None:
        raise InvalidInput(
            tr("{number}/{line} has no price.", number=row.number, line=row.line),
            hint=tr("Give the price on the paper."),
        )
    _require_positive(quantity)
    return _Line(row.purchase_line_id, receipt_id, line.description or row.item, quantity, price, "")


def _require_positive(quantity: int) -> None:
    if quantity <= 0:
        raise InvalidInput(tr("A billed quantity must be above 0."), hint=tr("It may be billed already."))


def _require_creditable(row: Found, reason: str) -> None:
    if row.credits_id is not None:
        raise Refused(tr("{number} is a credit note.", number=row.number), hint=tr("Enter a new bill instead."))
    if not reason.strip():
        raise InvalidInput(tr("A credit note needs a reason."), hint=tr("Say why the bill is taken back."))


def write_credit(
    tx: Transaction,
    row: Found,
    amounts: tuple[int, int],
    day: datetime.date,
    supplier_number: str,
    reason: str,
    *,
    whole: bool,
    kind: str = "other",
) -> str:
    """Write a credit note of (net, tax) for a bill, its lines taken back one by one where it is `whole`; its number."""
    [own] = take(tx, "BIL", 1)
    net, tax = amounts
    credit_id = add(
        tx,
        Bill,
        number=own,
        supplier_id=row.supplier_id,
        supplier_number=supplier_number,
        credits_id=row.bill_id,
        billed_on=day,
        due_on=day,
        currency=row.currency,
        net_amount=-net,
        tax_amount=-tax,
        note=reason,
    )
    tx.changed("bill")
    if not whole:
        price = price_of(net, row.currency)
        add(
            tx,
            BillLine,
            bill_id=credit_id,
            kind=kind,
            description=reason,
            quantity=-MICRO,
            unit_price=price,
            net_amount=-net,
        )
        return own
    for line in rows(tx, "SELECT * FROM bill_line WHERE bill_id = ? ORDER BY bill_line_id", row.bill_id):
        add(
            tx,
            BillLine,
            bill_id=credit_id,
            purchase_line_id=line.purchase_line_id,
            receipt_id=line.receipt_id,
            credits_line_id=line.bill_line_id,
            kind=line.kind,
            description=line.description,
            quantity=-line.quantity,
            unit_price=line.unit_price,
            net_amount=-line.net_amount,
        )
    return own
