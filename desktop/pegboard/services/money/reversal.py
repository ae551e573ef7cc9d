"""Takes a payment back by a counter document, as when a transfer bounces or was booked by mistake."""

import datetime

from pegboard.domain.errors import Refused
from pegboard.i18n import tr
from pegboard.queries.money_lookups import Found, deposit_held, payment_numbered
from pegboard.queries.order_papers import order_papers
from pegboard.services.money.books import document_day
from pegboard.services.money.deposits import deposits_paid
from pegboard.services.money.settling import allocate, mark_order_lines
from pegboard.services.numbers import take
from pegboard.storage.rows import add, change, first, rows
from pegboard.storage.store import Transaction
from pegboard.storage.tables.money import Payment
from pegboard.storage.tables.orders import CustomerOrder


def reverse_payment(tx: Transaction, number: str, *, day: datetime.date | None = None, reference: str = "") -> str:
    """Take a payment back; what it settled is open again. Returns the number of the counter document.

    Raises Refused for one that was taken back or is a counter document, and for a deposit that an invoice used.
    """
    payment = payment_numbered(tx, number)
    on = document_day(tx, day)
    _require_standing(tx, payment)
    [counter] = take(tx, "PAY", 1)
    counter_id = add(
        tx,
        Payment,
        number=counter,
        kind=payment.kind,
        customer_id=payment.customer_id,
        supplier_id=payment.supplier_id,
        order_id=payment.order_id,
        category=payment.category,
        paid_on=on,
        currency=payment.currency,
        amount=-payment.amount,
        reference=reference or number,
        reverses_id=payment.payment_id,
    )
    orders = []
    for part in rows(
        tx,
        "SELECT a.*, n.order_id FROM payment_allocation a LEFT JOIN invoice n ON n.invoice_id = a.invoice_id"
        " WHERE a.payment_id = ? ORDER BY a.payment_allocation_id",
        payment.payment_id,
    ):
        allocate(tx, counter_id, -part.amount, on, invoice_id=part.invoice_id, bill_id=part.bill_id)
        orders.append(part.order_id)
    mark_order_lines(tx, orders)
    if payment.kind == "deposit":
        _close_the_gate(tx, payment.order_id, payment.order_number)
    tx.changed("payment", "invoice", "bill")
    tx.note(tr("{number} is taken back by {counter}.", number=number, counter=counter))
    return counter


def _require_standing(tx: Transaction, row: Found) -> None:
    if row.reverses_id is not None:
        raise Refused(
            tr("{number} takes another payment back.", number=row.number), hint=tr("Book that payment anew instead.")
        )
    counter = first(tx, "SELECT number FROM payment WHERE reverses_id = ?", row.payment_id)
    if counter is not None:
        raise Refused(
            tr("{number} was taken back by {counter}.", number=row.number, counter=counter.number),
            hint=tr("There is nothing to take back."),
        )
    if _is_moved(tx, row):
        raise Refused(
            tr("{number} only turned a deposit into credit.", number=row.number),
            hint=tr("Pay the credit back, or use it on an invoice."),
        )
    if row.kind == "deposit" and deposit_held(tx, row.order_id) < row.amount:
        raise Refused(
            tr("The deposit {number} was taken off an invoice.", number=row.number),
            hint=tr("Take that invoice back with a credit note first."),
        )


def _is_moved(tx: Transaction, row: Found) -> bool:
    """Whether a payment is one half of a deposit that became credit: no cash moved, so none can be taken back."""
    if row.kind == "deposit":
        return bool(row.amount < 0)
    twin = first(
        tx,
        "SELECT 1 AS found FROM payment WHERE payment_id = ? AND kind = 'deposit' AND customer_id = ? AND amount = ?"
        " AND reverses_id IS NULL",
        row.payment_id - 1,
        row.customer_id,
        -row.amount,
    )
    return row.kind == "customer" and row.amount > 0 and twin is not None


def _close_the_gate(tx: Transaction, order_id: int, order: str) -> None:
    """An order whose deposit is no longer there in full counts as not paid for."""
    [paper] = order_papers(tx, [order])
    if deposits_paid(tx, order_id) < paper.deposit.minor:
        change(tx, CustomerOrder, order_id, deposit_paid_on=None)
        tx.changed("order")
