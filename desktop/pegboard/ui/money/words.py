"""What states, kinds and differences of money documents are called on the screen."""

from pegboard.domain.quantity import Money
from pegboard.i18n import tr
from pegboard.queries.money_lists import DocumentRow, PaymentRow
from pegboard.queries.money_to_bill import Variance
from pegboard.ui import formats
from pegboard.ui.marks import Mark, State


def document_mark(row: DocumentRow) -> Mark:
    """Where an invoice or bill stands: by shape and word."""
    if row.is_credit:
        return Mark(State.DONE, tr("used")) if not row.open.minor else Mark(State.READY, tr("credit"))
    if not row.open.minor:
        return Mark(State.DONE, tr("settled"))
    if row.days_late:
        return Mark(State.LATE, tr("{days} days overdue", days=row.days_late))
    if row.open.minor < row.total.minor:
        return Mark(State.IN_PROGRESS, tr("partly paid"))
    return Mark(State.WAITING, tr("open"))


def kind_words(row: PaymentRow) -> str:
    """What a payment was."""
    if row.reverses:
        return tr("takes {number} back", number=row.reverses)
    if not row.amount.minor:
        return tr("set off")
    words = {
        "customer": tr("from customer") if row.amount.minor > 0 else tr("paid back"),
        "supplier": tr("to supplier"),
        "deposit": tr("deposit") if row.amount.minor > 0 else tr("deposit freed"),
        "expense": tr("expense"),
        "opening": tr("opening cash"),
    }
    return words[row.kind]


def payment_mark(row: PaymentRow) -> Mark | None:
    """Whether something of a payment is still to be used, or it was taken back."""
    if row.reversed_by:
        return Mark(State.SHORT, tr("taken back"))
    if row.rest.minor > 0:
        return Mark(State.READY, tr("{rest} unused", rest=formats.money(row.rest)))
    return None


def variance_mark(line: Variance) -> Mark | None:
    """Whether a line of a bill is as ordered and received; None where there is nothing to compare it with."""
    if line.price is None and line.quantity is None:
        return None
    if line.is_clean:
        return Mark(State.READY, tr("as ordered"))
    parts = []
    if line.price is not None and line.price.minor:
        parts.append(tr("price {amount}", amount=signed(line.price)))
    if line.quantity is not None and line.quantity.minor:
        parts.append(tr("quantity {amount}", amount=signed(line.quantity)))
    return Mark(State.SHORT, ", ".join(parts))


def signed(amount: Money) -> str:
    """An amount with its sign."""
    return f"+{formats.money(amount)}" if amount.minor > 0 else formats.money(amount)
