"""Books a payment of one document by its number: what a person or a script says most often."""

import datetime

from pegboard.domain.errors import Refused
from pegboard.domain.quantity import Money
from pegboard.i18n import tr
from pegboard.queries.money_discounts import invoice_discount
from pegboard.queries.money_lookups import invoice_numbered
from pegboard.services.money.books import document_day
from pegboard.services.money.crediting import credit_discount
from pegboard.services.money.payments import Paid, receive_payment
from pegboard.storage.store import Transaction


def pay_invoice(
    tx: Transaction,
    invoice: str,
    amount: Money | None = None,
    *,
    paid_on: datetime.date | None = None,
    discount: bool = False,
    reference: str = "",
) -> Paid:
    """Book what a customer paid on an invoice: all that is open of it where no amount is given.

    What goes beyond stays as the customer's credit. With `discount` the invoice is settled whole less what its customer
    saves by paying early, which is a credit note of its own.
    Raises Refused where nothing is open or no discount is allowed on that day.
    """
    day = document_day(tx, paid_on)
    row = invoice_numbered(tx, invoice)
    if discount:
        allowed = invoice_discount(tx, row, day)
        if allowed is None:
            raise Refused(
                tr("{customer} has no discount on {number} on {day}.", customer=row.customer, number=invoice, day=day),
                hint=tr("Book what was paid; the rest stays open."),
            )
        credit_discount(tx, invoice, allowed, issued_on=day)
        row = invoice_numbered(tx, invoice)
    if row.open <= 0:
        raise Refused(
            tr("Nothing of {number} is open.", number=invoice), hint=tr("Book the money for the customer instead.")
        )
    paid = amount or Money(row.open, row.currency)
    part = Money(min(row.open, paid.minor), paid.currency)
    return receive_payment(tx, row.customer, paid, settles=[(invoice, part)], paid_on=day, reference=reference)
