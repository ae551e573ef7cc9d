"""Books a payment: what was paid, when, and what it settles, the oldest first unless a person says otherwise."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel

from pegboard.domain.quantity import Money
from pegboard.domain.settlement import spread
from pegboard.i18n import tr
from pegboard.queries.money_details import OpenDocument, OpenOf
from pegboard.ui import formats
from pegboard.ui.completion import Choice
from pegboard.ui.fields import CodeField, DayField, TextField
from pegboard.ui.form import Form
from pegboard.ui.money.amounts import AmountField
from pegboard.ui.money.line_rows import LineRows

Today = Callable[[], datetime.date]
MOST_DOCUMENTS = 40  # listed; what is younger is settled by a later payment


@dataclass(frozen=True, slots=True)
class Booked:
    """What a person said was paid."""

    amount: Money
    settles: tuple[tuple[str, Money], ...]
    paid_on: datetime.date | None
    reference: str


class PartyForm(Form):
    """Asks whose payment it is."""

    def __init__(self, title: str, label: str, choices: Sequence[Choice]) -> None:
        super().__init__(title, tr("Go on"))
        self.party = CodeField(label, lambda: choices)
        self.add(label, self.party)

    def value(self) -> str:
        """The code that was chosen."""
        return str(self.party.value())


class PaymentForm(Form):
    """A payment of a customer, or to a supplier, spread over what is open.

    Typing the amount spreads it anew over the documents whose part nobody typed; `first` comes before the oldest.
    """

    def __init__(self, found: OpenOf, today: Today, *, is_sale: bool, first: str = "") -> None:
        super().__init__(
            tr("Payment of {name}", name=found.name) if is_sale else tr("Payment to {name}", name=found.name),
            tr("Book payment"),
            check=self._problem_together,
        )
        self._currency = found.currency
        ordered = sorted(found.documents, key=lambda document: document.number != first)
        self._documents = ordered[:MOST_DOCUMENTS]
        self._typed: set[int] = set()
        self.amount = AmountField(tr("Amount in {currency}", currency=found.currency), found.currency)
        self.paid_on = DayField(tr("Paid on"), today)
        self.paid_on.set_value(today())
        self.reference = TextField(tr("Reference"), is_needed=False)
        self.parts = [AmountField(document.number, found.currency, is_needed=False) for document in self._documents]
        self.rows = LineRows(tr("What it settles"), (tr("Document"), tr("Due"), tr("Open"), tr("Settles")))
        for document, part in zip(self._documents, self.parts, strict=True):
            self.rows.add_row(_words(document), (part,))
        self.rest = QLabel()
        self.add(self.amount.title, self.amount)
        self.add(self.paid_on.title, self.paid_on)
        self.add(self.reference.title, self.reference)
        if self.parts:
            self.add(tr("Settles"), self.rows)
            self.track(*self.parts)
        self.add("", self.rest)
        self.amount.committed.connect(self._spread)
        for part in self.parts:
            part.committed.connect(self._typed_part)
        if first and ordered:
            self.amount.set_money(ordered[0].open)
        self._spread()

    @Slot()
    def _spread(self) -> None:
        """Propose what the amount settles, without touching what was typed."""
        amount = self.amount.money_or_none()
        if amount is None:
            return
        typed = sum(self._part(place) for place in self._typed)
        places = [place for place in range(len(self.parts)) if place not in self._typed]
        shares = spread(max(0, amount.minor - typed), [self._documents[place].open.minor for place in places])
        for place, part in zip(places, shares, strict=True):
            self.parts[place].set_money(Money(part, self._currency))
        self._say_rest()

    @Slot()
    def _typed_part(self) -> None:
        sender = self.sender()
        if isinstance(sender, AmountField) and sender in self.parts:
            self._typed.add(self.parts.index(sender))
        self._spread()

    def _part(self, place: int) -> int:
        found = self.parts[place].money_or_none()
        return 0 if found is None else found.minor

    def _say_rest(self) -> None:
        amount = self.amount.money_or_none()
        rest = (amount.minor if amount else 0) - sum(self._part(place) for place in range(len(self.parts)))
        words = tr("{rest} settles nothing yet and stays as credit.", rest=formats.money(Money(rest, self._currency)))
        self.rest.setText(words if rest > 0 else "")

    def _problem_together(self) -> str:
        if self.amount.money().minor <= 0:
            return tr("The amount must be above 0.")
        for document, part in zip(self._documents, self.parts, strict=True):
            if not 0 <= part.money().minor <= document.open.minor:
                return tr("Of {number} {open} is open.", number=document.number, open=formats.money(document.open))
        if sum(part.money().minor for part in self.parts) > self.amount.money().minor:
            return tr("More is settled than was paid.")
        return ""

    def value(self) -> Booked:
        """What was said."""
        settles = tuple(
            (document.number, part.money())
            for document, part in zip(self._documents, self.parts, strict=True)
            if part.money().minor
        )
        return Booked(self.amount.money(), settles, self.paid_on.value(), str(self.reference.value() or ""))


def _words(document: OpenDocument) -> tuple[str, str, str]:
    number = f"{document.number} ({document.theirs})" if document.theirs else document.number
    due = formats.day(document.due_on)
    return number, tr("{day}, overdue", day=due) if document.is_late else due, formats.money(document.open)
