"""Books what customers pay: in part, over, across several invoices; what settles nothing stays as their credit."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.quantity import Money
from pegboard.domain.settlement import spread
from pegboard.i18n import tr
from pegboard.queries.money_lookups import (
    Found,
    currency_of,
    customer_coded,
    invoice_numbered,
    open_credit_notes,
    open_invoices,
    unused_payments,
)
from pegboard.services.money.books import document_day
from pegboard.services.money.settling import allocate, mark_order_lines
from pegboard.services.numbers import take
from pegboard.storage.rows import add
from pegboard.storage.store import Transaction
from pegboard.storage.tables.money import Payment


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment: its number, what it settled by document, and what of it settles nothing yet."""

    number: str
    amount: Money
    settled: tuple[tuple[str, Money], ...]
    rest: Money


def receive_payment(
    tx: Transaction,
    customer: str,
    amount: Money,
    *,
    settles: Sequence[tuple[str, Money]] | None = None,
    paid_on: datetime.date | None = None,
    reference: str = "",
) -> Paid:
    """Book money from a customer: over its open invoices oldest due first, or as `settles` says by invoice number.

    A credit note may stand in `settles` with a negative amount. Raises InvalidInput for an amount that is not above 0,
    Refused where more is settled than is open or was paid, or the currencies differ.
    """
    if amount.minor <= 0:
        raise InvalidInput(tr("A payment must be above 0."), hint=tr("Pay money back to a customer instead."))
    payer = customer_coded(tx, customer)
    day = document_day(tx, paid_on)
    if settles is None:
        found = open_invoices(tx, payer.customer_id, amount.currency)
        parts = spread(amount.minor, [each.open for each in found])
        wanted = [(each, part) for each, part in zip(found, parts, strict=True) if part]
    else:
        wanted = [(_settled(tx, payer, number, part, amount.currency), part.minor) for number, part in settles]
    _require_currency(tx, payer, amount, settles_any=bool(wanted))
    _require_covered(amount, wanted)
    return _book(tx, payer, amount, wanted, day, reference)


def apply_credit(tx: Transaction, customer: str, *, day: datetime.date | None = None) -> tuple[tuple[str, Money], ...]:
    """Use a customer's credit, unused payments first and then credit notes, on its open invoices oldest due first.

    Raises Refused where there is no credit or nothing open.
    """
    owner = customer_coded(tx, customer)
    on = document_day(tx, day)
    used: list[tuple[str, Money]] = []
    for currency in _currencies(tx, owner):
        for payment in unused_payments(tx, "customer", owner.customer_id, currency):
            used += _use(tx, owner, payment.payment_id, payment.rest, currency, on)
        for note in open_credit_notes(tx, owner.customer_id, currency):
            used += set_off(tx, note, on)
    if not used:
        raise Refused(
            tr("{customer} has no credit that could be used.", customer=customer),
            hint=tr("Credit is what was paid over, and credit notes; it needs an open invoice."),
        )
    tx.note(_used_note(customer, used))
    return tuple(used)


def set_off(tx: Transaction, note: Found, day: datetime.date, *, only: str = "") -> list[tuple[str, Money]]:
    """Settle a credit note against its customer's open invoices, or `only` one: a payment of 0 that both bear."""
    found = [each for each in open_invoices(tx, note.customer_id, note.currency) if only in ("", each.number)]
    parts = spread(-note.open, [each.open for each in found])
    if not any(parts):
        return []
    payment_id = _write(tx, note.customer_id, Money(0, note.currency), day, note.number)
    for each, part in zip(found, parts, strict=True):
        allocate(tx, payment_id, part, day, invoice_id=each.invoice_id)
    allocate(tx, payment_id, -sum(parts), day, invoice_id=note.invoice_id)
    mark_order_lines(tx, [note.order_id, *(each.order_id for each, part in zip(found, parts, strict=True) if part)])
    return [(each.number, Money(part, note.currency)) for each, part in zip(found, parts, strict=True) if part]


def pay_back(
    tx: Transaction, customer: str, amount: Money, *, paid_on: datetime.date | None = None, reference: str = ""
) -> tuple[str, ...]:
    """Pay a customer's credit back: its unused payments first, then its credit notes, oldest first.

    Returns the numbers of the payments, whose amounts are negative. Raises Refused beyond the credit.
    """
    owner = customer_coded(tx, customer)
    day = document_day(tx, paid_on)
    unused = unused_payments(tx, "customer", owner.customer_id, amount.currency)
    notes = open_credit_notes(tx, owner.customer_id, amount.currency)
    credit = sum(each.rest for each in unused) - sum(each.open for each in notes)
    if not 0 < amount.minor <= credit:
        raise Refused(
            tr("{customer} has a credit of {credit}.", customer=customer, credit=Money(credit, amount.currency)),
            hint=tr("Pay back an amount above 0 and no more than that."),
        )
    parts = spread(amount.minor, [*(each.rest for each in unused), *(-each.open for each in notes)])
    numbers = []
    for each, part in zip([*unused, *notes], parts, strict=True):
        if part:
            back = Money(-part, amount.currency)
            is_payment = each in unused
            payment_id = _write(tx, owner.customer_id, back, day, reference, each.payment_id if is_payment else None)
            if not is_payment:
                allocate(tx, payment_id, -part, day, invoice_id=each.invoice_id)
            numbers.append(_number_of(tx, payment_id))
    tx.note(tr("Paid {amount} back to {customer}.", amount=amount, customer=customer))
    return tuple(numbers)


def _settled(tx: Transaction, payer: Found, number: str, part: Money, currency: str) -> Found:
    """The invoice that a part of a payment is to settle, checked against what is open of it."""
    row = invoice_numbered(tx, number)
    if row.customer_id != payer.customer_id:
        raise Refused(
            tr("{number} is an invoice to {customer}.", number=number, customer=row.customer),
            hint=tr("Settle invoices of {customer} only.", customer=payer.code),
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
            hint=tr("Settle no more than that; the rest stays as the customer's credit."),
        )
    return row


def _require_currency(tx: Transaction, payer: Found, amount: Money, *, settles_any: bool) -> None:
    own = currency_of(tx, payer)
    if amount.currency != own and not settles_any:
        raise Refused(
            tr("{customer} pays in {currency}.", customer=payer.code, currency=own),
            hint=tr("Give the amount in {currency}.", currency=own),
        )


def _require_covered(amount: Money, wanted: Sequence[tuple[Found, int]]) -> None:
    numbers = [each.number for each, _ in wanted]
    if len(set(numbers)) < len(numbers):
        raise InvalidInput(tr("An invoice stands twice in the payment."), hint=tr("Name each invoice once."))
    total = sum(part for _, part in wanted)
    if not 0 <= total <= amount.minor:
        raise Refused(
            tr(
                "{total} are to be settled with a payment of {amount}.",
                total=Money(total, amount.currency),
                amount=amount,
            ),
            hint=tr("Settle no more than was paid."),
        )


def _book(
    tx: Transaction,
    payer: Found,
    amount: Money,
    wanted: Sequence[tuple[Found, int]],
    day: datetime.date,
    reference: str,
) -> Paid:
    payment_id = _write(tx, payer.customer_id, amount, day, reference)
    for each, part in wanted:
        allocate(tx, payment_id, part, day, invoice_id=each.invoice_id)
    mark_order_lines(tx, [each.order_id for each, _ in wanted])
    rest = Money(amount.minor - sum(part for _, part in wanted), amount.currency)
    number = _number_of(tx, payment_id)
    settled = tuple((each.number, Money(part, amount.currency)) for each, part in wanted)
    said = tr(
        "{customer} paid {amount} {currency} ({number}).",
        customer=payer.code,
        amount=amount,
        currency=amount.currency,
        number=number,
    )
    if rest.minor:
        said += " " + tr("{rest} stays as credit.", rest=rest)
    tx.note(said)
    return Paid(number, amount, settled, rest)


def _use(
    tx: Transaction, owner: Found, payment_id: int, rest: int, currency: str, day: datetime.date
) -> list[tuple[str, Money]]:
    found = open_invoices(tx, owner.customer_id, currency)
    parts = spread(rest, [each.open for each in found])
    used = [(each, part) for each, part in zip(found, parts, strict=True) if part]
    for each, part in used:
        allocate(tx, payment_id, part, day, invoice_id=each.invoice_id)
    mark_order_lines(tx, [each.order_id for each, _ in used])
    if used:
        tx.changed("payment", "invoice")
    return [(each.number, Money(part, currency)) for each, part in used]


def _used_note(customer: str, used: Sequence[tuple[str, Money]]) -> str:
    parts = ", ".join(f"{number} {amount}" for number, amount in used)
    return tr("Credit of {customer} used: {parts}.", customer=customer, parts=parts)


def _currencies(tx: Transaction, owner: Found) -> list[str]:
    found = tx.connection.exec_driver_sql(
        "SELECT DISTINCT currency FROM invoice WHERE customer_id = ? ORDER BY currency", (owner.customer_id,)
    )
    return [str(currency) for (currency,) in found]


def _write(
    tx: Transaction,
    customer_id: int,
    amount: Money,
    day: datetime.date,
    reference: str,
    reverses_id: int | None = None,
) -> int:
    tx.changed("payment", "invoice")
    return add(
        tx,
        Payment,
        number=take(tx, "PAY", 1)[0],
        kind="customer",
        customer_id=customer_id,
        paid_on=day,
        currency=amount.currency,
        amount=amount.minor,
        reference=reference,
        reverses_id=reverses_id,
    )


def _number_of(tx: Transaction, payment_id: int) -> str:
    return str(
        tx.connection.exec_driver_sql("SELECT number FROM payment WHERE payment_id = ?", (payment_id,)).scalar_one()
    )
