"""Begins the books of a shop that starts mid-life: what customers and suppliers owed, deposits and cash on that day."""

import datetime

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.quantity import MICRO, Money
from pegboard.domain.settlement import price_of
from pegboard.i18n import tr
from pegboard.queries.lookups import supplier_coded
from pegboard.queries.money_lookups import currency_of, customer_coded
from pegboard.services.money.books import document_day
from pegboard.services.money.drafts import Head, Issued, Line, write_invoice
from pegboard.services.numbers import continue_above, take
from pegboard.storage.rows import add, first
from pegboard.storage.store import Transaction
from pegboard.storage.tables.money import Bill, BillLine, Payment


def open_receivable(
    tx: Transaction, customer: str, number: str, amount: Money, issued_on: datetime.date, due_on: datetime.date
) -> Issued:
    """Enter an invoice of before the books began, with what is still open of it under the number it bears.

    Raises Refused for a number that is taken.
    """
    owner = customer_coded(tx, customer)
    _require_opening(tx, number, "invoice", amount, currency_of(tx, owner), issued_on)
    head = Head(
        owner.customer_id,
        issued_on,
        due_on,
        amount.currency,
        origin="opening",
        note=tr("Opening balance"),
        number=number,
    )
    line = Line(MICRO, price_of(amount.minor, amount.currency), 0, tr("Opening balance"), "opening")
    _, issued = write_invoice(tx, head, [line])
    continue_above(tx)
    tx.note(tr("{customer} owed {amount} on {number}.", customer=customer, amount=amount, number=number))
    return issued


def open_payable(
    tx: Transaction, supplier: str, number: str, amount: Money, billed_on: datetime.date, due_on: datetime.date
) -> str:
    """Enter a bill of before the books began, with what is still open of it; `number` is theirs. Returns ours."""
    owner = supplier_coded(tx, supplier)
    [own] = take(tx, "BIL", 1)
    _require_opening(tx, own, "bill", amount, currency_of(tx, owner), billed_on)
    bill_id = add(
        tx,
        Bill,
        number=own,
        supplier_id=owner.supplier_id,
        supplier_number=number,
        billed_on=billed_on,
        due_on=due_on,
        currency=amount.currency,
        net_amount=amount.minor,
        origin="opening",
        note=tr("Opening balance"),
    )
    add(
        tx,
        BillLine,
        bill_id=bill_id,
        kind="opening",
        description=tr("Opening balance"),
        quantity=MICRO,
        unit_price=price_of(amount.minor, amount.currency),
        net_amount=amount.minor,
    )
    tx.changed("bill")
    tx.note(tr("{supplier} was owed {amount} on {number}.", supplier=supplier, amount=amount, number=number))
    return own


def open_cash(tx: Transaction, amount: Money, on: datetime.date) -> str:
    """Say what cash there was at the beginning of a day, below 0 where the account was overdrawn; once a currency.

    Returns the number of the document. Raises Refused where it was said already.
    """
    document_day(tx, on)
    said = first(
        tx,
        "SELECT p.number FROM payment p WHERE p.kind = 'opening' AND p.currency = ? AND p.reverses_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM payment r WHERE r.reverses_id = p.payment_id)",
        amount.currency,
    )
    if said is not None:
        raise Refused(
            tr("The opening cash in {currency} is {number}.", currency=amount.currency, number=said.number),
            hint=tr("Take that document back first."),
        )
    [number] = take(tx, "PAY", 1)
    add(tx, Payment, number=number, kind="opening", paid_on=on, currency=amount.currency, amount=amount.minor)
    tx.changed("payment")
    tx.note(
        tr("Cash of {amount} {currency} at the beginning of {day}.", amount=amount, currency=amount.currency, day=on)
    )
    return number


def _require_opening(
    tx: Transaction, number: str, table: str, amount: Money, currency: str, day: datetime.date
) -> None:
    document_day(tx, day)
    if amount.minor <= 0:
        raise InvalidInput(tr("An open amount must be above 0."), hint=tr("Say what is still to be paid."))
    if amount.currency != currency:
        raise InvalidInput(
            tr("The amount must be in {currency}.", currency=currency), hint=tr("It is the currency of the party.")
        )
    if not number.strip():
        raise InvalidInput(tr("The document has no number."), hint=tr("Give the number it bears."))
    if first(tx, f"SELECT 1 AS found FROM {table} WHERE number = ?", number) is not None:
        raise Refused(tr("{number} is there already.", number=number), hint=tr("Enter each document once."))
