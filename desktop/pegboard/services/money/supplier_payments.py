"""Books what is paid to suppliers, with the discount for paying early, and what is spent on anything else."""

import datetime
from collections.abc import Sequence

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.quantity import Money
from pegboard.domain.settlement import spread
from pegboard.i18n import tr
from pegboard.queries.lookups import supplier_coded
from pegboard.queries.money_discounts import bill_discount
from pegboard.queries.money_lookups import (
    Found,
    bill_numbered,
    currency_of,
    open_bill_credits,
    open_bills,
    unused_payments,
)
from pegboard.queries.settings import settings
from pegboard.services.money.bills import set_off_bill, write_credit
from pegboard.services.money.books import document_day
from pegboard.services.money.payments import Paid
from pegboard.services.money.settling import allocate
from pegboard.services.numbers import take
from pegboard.storage.rows import add, rows
from pegboard.storage.store import Transaction
from pegboard.storage.tables.money import Payment


def pay_supplier(
    tx: Transaction,
    supplier: str,
    amount: Money,
    *,
    settles: Sequence[tuple[str, Money]] | None = None,
    paid_on: datetime.date | None = None,
    reference: str = "",
) -> Paid:
    """Book money paid to a supplier: over its open bills oldest due first, or as `settles` says by bill number.

    A supplier's credit note may stand in `settles` with a negative amount; what settles nothing is paid in advance.
    Raises Refused where more is settled than is open or was paid, or the currencies differ.
    """
    if amount.minor < 0 or (amount.minor == 0 and not settles):
        raise InvalidInput(tr("A payment must be above 0."), hint=tr("Say how much was paid."))
    payee = supplier_coded(tx, supplier)
    day = document_day(tx, paid_on)
    if settles is None:
        found = open_bills(tx, payee.supplier_id, amount.currency)
        parts = spread(amount.minor, [each.open for each in found])
        wanted = [(each, part) for each, part in zip(found, parts, strict=True) if part]
    else:
        wanted = [(_settled(tx, payee, number, part, amount.currency), part.minor) for number, part in settles]
    total = sum(part for _, part in wanted)
    if not 0 <= total <= amount.minor or len({each.number for each, _ in wanted}) < len(wanted):
        raise Refused(
            tr(
                "{total} are to be settled with a payment of {amount}.",
                total=Money(total, amount.currency),
                amount=amount,
            ),
            hint=tr("Settle no more than was paid, and each bill once."),
        )
    if amount.currency != currency_of(tx, payee) and not wanted:
        raise Refused(
            tr("{supplier} is paid in {currency}.", supplier=supplier, currency=currency_of(tx, payee)),
            hint=tr("Give the amount in that currency."),
        )
    return _book(tx, payee, amount, wanted, day, reference)


def pay_bill(
    tx: Transaction, bill: str, *, paid_on: datetime.date | None = None, discount: bool = False, reference: str = ""
) -> Paid:
    """Pay what is open of a bill, with `discount` less what the supplier allows for paying early.

    The discount is a credit note of its own. Raises Refused where none is allowed on that day.
    """
    row = bill_numbered(tx, bill)
    day = document_day(tx, paid_on)
    if discount:
        _take_discount(tx, row, day)
        row = bill_numbered(tx, bill)
    if row.open <= 0:
        raise Refused(tr("{number} is paid.", number=bill), hint=tr("There is nothing to pay."))
    amount = Money(row.open, row.currency)
    return pay_supplier(tx, row.supplier, amount, settles=[(bill, amount)], paid_on=day, reference=reference)


def use_supplier_credit(tx: Transaction, supplier: str, *, day: datetime.date | None = None) -> tuple[str, ...]:
    """Use what was paid to a supplier in advance, then its credit notes, on its open bills oldest due first.

    Returns the numbers of the bills. Raises Refused where there is no credit or nothing open.
    """
    payee = supplier_coded(tx, supplier)
    on = document_day(tx, day)
    used: list[str] = []
    for row in rows(tx, "SELECT DISTINCT currency FROM bill WHERE supplier_id = ?", payee.supplier_id):
        for payment in unused_payments(tx, "supplier", payee.supplier_id, row.currency):
            found = open_bills(tx, payee.supplier_id, row.currency)
            for bill, part in zip(found, spread(payment.rest, [each.open for each in found]), strict=True):
                allocate(tx, payment.payment_id, part, on, bill_id=bill.bill_id)
                used += [bill.number] if part else []
        for credit in open_bill_credits(tx, payee.supplier_id, row.currency):
            for bill in open_bills(tx, payee.supplier_id, row.currency):
                set_off_bill(tx, bill_numbered(tx, credit.number), bill, on)
                used.append(bill.number)
    if not used:
        raise Refused(
            tr("No credit with {supplier} could be used.", supplier=supplier),
            hint=tr("Credit is what was paid in advance, and credit notes; it needs an open bill."),
        )
    tx.changed("payment", "bill")
    tx.note(tr("Credit with {supplier} used on {bills}.", supplier=supplier, bills=", ".join(dict.fromkeys(used))))
    return tuple(dict.fromkeys(used))


def record_expense(
    tx: Transaction,
    category: str,
    amount: Money,
    *,
    paid_on: datetime.date | None = None,
    supplier: str = "",
    reference: str = "",
) -> str:
    """Book money spent on something that no purchase order ordered (rent, wages, energy); return the payment's number.

    Raises InvalidInput without a category or an amount above 0.
    """
    if not category.strip():
        raise InvalidInput(tr("An expense needs a category."), hint=tr("Say what it is for: rent, wages, energy."))
    if amount.minor <= 0:
        raise InvalidInput(tr("An expense must be above 0."), hint=tr("Take a wrong one back instead."))
    day = document_day(tx, paid_on)
    payee = supplier_coded(tx, supplier) if supplier else None
    [number] = take(tx, "PAY", 1)
    add(
        tx,
        Payment,
        number=number,
        kind="expense",
        supplier_id=payee.supplier_id if payee is not None else None,
        category=category.strip(),
        paid_on=day,
        currency=amount.currency or settings(tx).currency,
        amount=amount.minor,
        reference=reference,
    )
    tx.changed("payment")
    tx.note(
        tr(
            "Spent {amount} {currency} on {category} ({number}).",
            amount=amount,
            currency=amount.currency,
            category=category,
            number=number,
        )
    )
    return number


def _settled(tx: Transaction, payee: Found, number: str, part: Money, currency: str) -> Found:
    row = bill_numbered(tx, number)
    if row.supplier_id != payee.supplier_id:
        raise Refused(
            tr("{number} is a bill of {supplier}.", number=number, supplier=row.supplier),
            hint=tr("Settle bills of {supplier} only.", supplier=payee.code),
        )
    if row.currency != currency or part.currency != currency:
        raise Refused(
            tr("{number} is in {currency}.", number=number, currency=row.currency),
            hint=tr("Book what was paid in {currency}.", currency=row.currency),
        )
    is_within = 0 < part.minor <= row.open if row.open > 0 else row.open <= part.minor < 0
    if not is_within:
        raise Refused(
            tr("Of {number} {open} is open.", number=number, open=Money(row.open, currency)),
            hint=tr("Settle no more than that."),
        )
    return row


def _book(
    tx: Transaction,
    payee: Found,
    amount: Money,
    wanted: Sequence[tuple[Found, int]],
    day: datetime.date,
    reference: str,
) -> Paid:
    [number] = take(tx, "PAY", 1)
    payment_id = add(
        tx,
        Payment,
        number=number,
        kind="supplier",
        supplier_id=payee.supplier_id,
        paid_on=day,
        currency=amount.currency,
        amount=amount.minor,
        reference=reference,
    )
    for each, part in wanted:
        allocate(tx, payment_id, part, day, bill_id=each.bill_id)
    tx.changed("payment", "bill")
    tx.note(
        tr(
            "Paid {amount} {currency} to {supplier} ({number}).",
            amount=amount,
            currency=amount.currency,
            supplier=payee.code,
            number=number,
        )
    )
    rest = Money(amount.minor - sum(part for _, part in wanted), amount.currency)
    return Paid(number, amount, tuple((each.number, Money(part, amount.currency)) for each, part in wanted), rest)


def _take_discount(tx: Transaction, row: Found, day: datetime.date) -> None:
    allowed = bill_discount(tx, row, day)
    if allowed is None:
        raise Refused(
            tr(
                "{supplier} allows no discount on {number} on {day}.", supplier=row.supplier, number=row.number, day=day
            ),
            hint=tr("Pay it in full, or pay within the days of its terms."),
        )
    credit = write_credit(
        tx,
        row,
        (allowed.net, allowed.tax),
        day,
        row.supplier_number,
        tr("Early-payment discount"),
        whole=False,
        kind="discount",
    )
    set_off_bill(tx, bill_numbered(tx, credit), row, day)
