"""What the office does with money on random days: deposits, invoices, bills, payments, credits, closed books."""

import datetime
import random
from collections.abc import Callable
from typing import Protocol

from pegboard.domain.attachment import owner_of
from pegboard.domain.quantity import MICRO, Money, Price, Quantity
from pegboard.queries.settings import settings
from pegboard.services.attachments import attach, detach
from pegboard.services.changes import KEEP, cancel
from pegboard.services.money.bills import BillDraftLine, credit_bill, enter_bill
from pegboard.services.money.books import close_books, reopen_books
from pegboard.services.money.crediting import credit_amount, credit_invoice, credit_return
from pegboard.services.money.deposits import free_deposit, receive_deposit
from pegboard.services.money.invoicing import invoice
from pegboard.services.money.paying import pay_invoice
from pegboard.services.money.payments import apply_credit, pay_back, receive_payment
from pegboard.services.money.reversal import reverse_payment
from pegboard.services.money.supplier_payments import pay_bill, pay_supplier, record_expense, use_supplier_credit
from pegboard.storage.rows import first
from pegboard.storage.store import Transaction

INVOICES = "SELECT number FROM invoice WHERE credits_id IS NULL"
BILLS = "SELECT number FROM bill WHERE credits_id IS NULL"


class Office(Protocol):
    """What a step asks of the shop: chance, and one of the names that a statement finds."""

    chance: random.Random
    today: datetime.date

    def pick(self, tx: Transaction, statement: str) -> str:
        """One of the names that a statement finds."""

    def happens(self, share: float) -> bool:
        """Whether something happens that does so this often."""


def _amount(office: Office, tx: Transaction, most: int = 90_000) -> Money:
    return Money(office.chance.randint(1, most), settings(tx).currency)


def _deposit(office: Office, tx: Transaction) -> None:
    order = office.pick(tx, "SELECT number FROM customer_order")
    receive_deposit(tx, order, _amount(office, tx) if office.happens(0.5) else None)


def _free_deposit(office: Office, tx: Transaction) -> None:
    """Give back what is left of a deposit, half the time of an order that the customer takes back."""
    order = office.pick(tx, "SELECT o.number FROM customer_order o JOIN payment p ON p.order_id = o.order_id")
    if office.happens(0.5):
        cancel(tx, order, decide=KEEP)
    free_deposit(tx, order)


def _invoice(office: Office, tx: Transaction) -> None:
    kind = "SELECT number FROM shipment" if office.happens(0.4) else "SELECT number FROM customer_order"
    invoice(tx, office.pick(tx, kind))


def _pay(office: Office, tx: Transaction) -> None:
    if office.happens(0.3):
        receive_payment(tx, "ZIN", _amount(office, tx))
    else:
        amount = _amount(office, tx) if office.happens(0.3) else None
        pay_invoice(tx, office.pick(tx, INVOICES), amount, discount=office.happens(0.2))


def _credit(office: Office, tx: Transaction) -> None:
    number = office.pick(tx, INVOICES)
    match office.chance.randint(1, 4):
        case 1:
            credit_invoice(tx, number, reason="wrong price")
        case 2:
            some = {1: Quantity(office.chance.randint(1, 3) * MICRO)}
            credit_invoice(tx, number, quantities=some, reason="broken", again=office.happens(0.5))
        case 3:
            credit_amount(tx, number, 1, _amount(office, tx, 500), reason="scratched")
        case _:
            credit_return(tx, office.pick(tx, "SELECT number FROM customer_order"))


def _use_credit(office: Office, tx: Transaction) -> None:
    if office.happens(0.5):
        apply_credit(tx, "ZIN")
    else:
        pay_back(tx, "ZIN", _amount(office, tx))


def _bill(office: Office, tx: Transaction) -> None:
    """A supplier's bill for one receipt, sometimes of other quantity or price than we know, sometimes with freight."""
    receipt = first(
        tx,
        "SELECT r.number, s.code FROM receipt r JOIN purchase_line l ON l.purchase_line_id = r.purchase_line_id"
        " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " JOIN supplier s ON s.supplier_id = o.supplier_id WHERE r.number = ?",
        office.pick(tx, "SELECT number FROM receipt"),
    )
    lines = [BillDraftLine(receipt.number if receipt is not None else "NOTHING")]
    if office.happens(0.3):
        lines[0] = BillDraftLine(
            lines[0].receipt, quantity=Quantity(MICRO), unit_price=Price(office.chance.randint(0, 9) * MICRO)
        )
    if office.happens(0.3):
        lines.append(BillDraftLine(kind="freight", description="Freight", unit_price=Price(12 * MICRO)))
    enter_bill(tx, receipt.code if receipt is not None else "ACME", lines, tax=office.chance.choice([0, 190]))


def _pay_bill(office: Office, tx: Transaction) -> None:
    if office.happens(0.3):
        pay_supplier(tx, "ACME", _amount(office, tx, 20_000))
    else:
        pay_bill(tx, office.pick(tx, BILLS))


def _credit_bill(office: Office, tx: Transaction) -> None:
    part = _amount(office, tx, 900) if office.happens(0.5) else None
    credit_bill(tx, office.pick(tx, BILLS), net=part, reason="too dear")


def _use_supplier_credit(_office: Office, tx: Transaction) -> None:
    use_supplier_credit(tx, "ACME")


def _reverse_payment(office: Office, tx: Transaction) -> None:
    reverse_payment(tx, office.pick(tx, "SELECT number FROM payment"), reference="bounced")


def _expense(office: Office, tx: Transaction) -> None:
    record_expense(tx, "rent", _amount(office, tx))


def _close_books(office: Office, tx: Transaction) -> None:
    day = office.today - datetime.timedelta(days=office.chance.randint(2, 20))
    if office.happens(0.5):
        close_books(tx, day)
    else:
        reopen_books(tx, day, "a bill came late")


def _attach(office: Office, tx: Transaction) -> None:
    """Hang a note on a record, or take one off."""
    held = office.pick(tx, "SELECT CAST(attachment_id AS TEXT) FROM attachment")
    if held.isdigit() and office.happens(0.4):
        detach(tx, int(held))
        return
    word, statement = office.chance.choice(
        (
            ("ITEM", "SELECT code FROM item"),
            ("ORDER", "SELECT number FROM customer_order"),
            ("JOB", "SELECT number FROM work_order"),
        )
    )
    attach(tx, owner_of(f"{word}:{office.pick(tx, statement)}"), "note.txt", b"note %d" % office.chance.randint(1, 9))


MONEY_STEPS: dict[str, Callable[[Office, Transaction], None]] = {
    "deposit": _deposit,
    "free_deposit": _free_deposit,
    "invoice": _invoice,
    "pay": _pay,
    "credit": _credit,
    "use_credit": _use_credit,
    "bill": _bill,
    "pay_bill": _pay_bill,
    "credit_bill": _credit_bill,
    "use_supplier_credit": _use_supplier_credit,
    "reverse_payment": _reverse_payment,
    "expense": _expense,
    "close_books": _close_books,
    "attach": _attach,
}
