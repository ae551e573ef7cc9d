"""Books deposits of orders: once the asked amount is there, the order may pull; what is left over goes back."""

import datetime

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.quantity import Money
from pegboard.i18n import tr
from pegboard.queries.lookups import order_numbered
from pegboard.queries.money_lookups import Found, deposit_held
from pegboard.queries.order_papers import OrderPaper, order_papers
from pegboard.services.money.books import document_day
from pegboard.services.numbers import take
from pegboard.storage.rows import add, change, number, rows
from pegboard.storage.store import Transaction
from pegboard.storage.tables.money import Payment
from pegboard.storage.tables.orders import CustomerOrder


def receive_deposit(
    tx: Transaction,
    order: str,
    amount: Money | None = None,
    *,
    paid_on: datetime.date | None = None,
    reference: str = "",
) -> str:
    """Book a deposit for an order, all that is still asked of it where no amount is given; return the payment's number.

    Once the asked amount is there the order counts as paid for (`deposit_paid_on`) and may pull.
    Raises Refused where none is asked and none given, or more than the order's total comes.
    """
    head = order_numbered(tx, order)
    [paper] = order_papers(tx, [order])
    day = document_day(tx, paid_on)
    paid = deposits_paid(tx, head.order_id)
    amount = amount or Money(paper.deposit.minor - paid, paper.currency)
    _require_deposit(paper, amount, paid)
    payment = _write(tx, head, amount, day, reference)
    if paid + amount.minor >= paper.deposit.minor > 0 and head.deposit_paid_on is None:
        change(tx, CustomerOrder, head.order_id, deposit_paid_on=day)
    tx.changed("order", "payment", "invoice")
    tx.note(
        tr(
            "Deposit of {amount} {currency} for {order} ({number}).",
            amount=amount,
            currency=amount.currency,
            order=order,
            number=payment,
        )
    )
    return payment


def free_deposit(tx: Transaction, order: str, *, day: datetime.date | None = None) -> tuple[str, str]:
    """Turn what is left of an order's deposit into credit of its customer, to be used on other invoices or paid back.

    Returns the numbers of the two payments, out of the deposit and into the credit. Raises Refused where none is left
    or the order still has something to invoice.
    """
    head = order_numbered(tx, order)
    held = deposit_held(tx, head.order_id)
    if held <= 0:
        raise Refused(
            tr("Nothing of a deposit for {order} is left.", order=order), hint=tr("There is nothing to free.")
        )
    still = number(
        tx,
        "SELECT count(*) FROM order_line WHERE order_id = ? AND status IN ('quote', 'confirmed', 'shipped')"
        " AND invoiced_on IS NULL",
        head.order_id,
    )
    if still:
        raise Refused(
            tr("{order} is not invoiced yet, and its deposit comes off that invoice.", order=order),
            hint=tr("Cancel what is open of it first."),
        )
    [currency] = rows(
        tx, "SELECT DISTINCT currency FROM payment WHERE order_id = ? AND kind = 'deposit'", head.order_id
    )
    on = document_day(tx, day)
    out = _write(tx, head, Money(-held, currency.currency), on, order)
    into = _write(tx, head, Money(held, currency.currency), on, order, kind="customer")
    tx.changed("order", "payment", "invoice")
    tx.note(
        tr(
            "What was left of the deposit for {order} is credit now: {amount}.",
            order=order,
            amount=Money(held, currency.currency),
        )
    )
    return out, into


def deposits_paid(tx: Transaction, order_id: int) -> int:
    """All deposits of an order, in minor units."""
    return number(tx, "SELECT sum(amount) FROM payment WHERE order_id = ? AND kind = 'deposit'", order_id)


def deposit_missing(tx: Transaction, order: str) -> int:
    """What of the asked deposit was not paid yet, in minor units; 0 or below where all was."""
    head = order_numbered(tx, order)
    [paper] = order_papers(tx, [order])
    return paper.deposit.minor - deposits_paid(tx, head.order_id)


def _require_deposit(paper: OrderPaper, amount: Money, paid: int) -> None:
    if amount.minor <= 0:
        if paid:
            raise Refused(
                tr("The deposit of {number} is paid.", number=paper.number), hint=tr("Book more money as a payment.")
            )
        raise Refused(
            tr("Order {number} asks for no deposit.", number=paper.number), hint=tr("Book the money as a payment.")
        )
    if amount.currency != paper.currency:
        raise InvalidInput(
            tr("{number} is in {currency}.", number=paper.number, currency=paper.currency),
            hint=tr("Give the amount in {currency}.", currency=paper.currency),
        )
    if paid + amount.minor > paper.total.minor:
        raise Refused(
            tr("{number} comes to {total} in all.", number=paper.number, total=paper.total),
            hint=tr("Book what goes beyond as a payment of the customer."),
        )


def _write(
    tx: Transaction, order: Found, amount: Money, day: datetime.date, reference: str, kind: str = "deposit"
) -> str:
    [payment] = take(tx, "PAY", 1)
    add(
        tx,
        Payment,
        number=payment,
        kind=kind,
        customer_id=order.customer_id,
        order_id=order.order_id if kind == "deposit" else None,
        paid_on=day,
        currency=amount.currency,
        amount=amount.minor,
        reference=reference,
    )
    return payment
