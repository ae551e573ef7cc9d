"""What a person says about a purchase line: how much came, how much to buy, when the supplier delivers."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QComboBox

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.purchase_line import PurchaseLineDetail
from pegboard.services.decisions import Question
from pegboard.ui import formats
from pegboard.ui.fields import DayField, QuantityField, TextField
from pegboard.ui.form import Form
from pegboard.ui.purchasing import words

Today = Callable[[], datetime.date]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came: good ones, rejects with their reason, lot or serials, place, and whether too many are welcome."""

    quantity: Quantity
    rejected: Quantity
    reason: str
    lot: str
    expires_on: datetime.date | None
    location: str
    surplus: bool


class ReceiveForm(Form):
    """Takes in what came for a line."""

    def __init__(self, detail: PurchaseLineDetail, today: Today) -> None:
        row = detail.row
        super().__init__(
            tr("Receive {line}", line=row.name),
            tr("Receive"),
            explain=tr(
                "{open} {unit} of {item} {description} are open.",
                open=formats.quantity(row.open),
                unit=row.unit,
                item=row.item,
                description=row.description,
            ),
            check=self._problem_together,
        )
        self._acceptable = detail.acceptable
        self._tracking = row.tracking if not row.job else "none"
        self.quantity = QuantityField(tr("Good"), whole=row.is_whole, positive=False)
        self.quantity.set_value(row.open)
        self.bad = QuantityField(tr("Rejected"), whole=row.is_whole, positive=False, is_needed=False)
        self.reason = TextField(tr("What is wrong with them"), is_needed=False)
        self.lot = TextField(tr("Serials, separated by ;") if row.tracking == "serial" else tr("Lot"), is_needed=False)
        self.expires = DayField(tr("Expires on"), today, is_needed=False)
        self.location = TextField(tr("Location"), is_needed=False)
        self.location.setPlaceholderText(tr("where those who wait for it want it"))
        self.surplus = QCheckBox(tr("More than was ordered is welcome, as surplus"))
        self.add(self.quantity.title, self.quantity)
        if self._tracking != "none":
            self.add(self.lot.title, self.lot)
            self.add(self.expires.title, self.expires)
        self.add(self.bad.title, self.bad)
        self.add(self.reason.title, self.reason)
        if not row.job:
            self.add(self.location.title, self.location)
        self.add("", self.surplus)
        self.quantity.setFocus()
        self.quantity.selectAll()

    def _problem_together(self) -> str:
        receipt = self.receipt()
        if receipt.quantity.micro < 0 or receipt.rejected.micro < 0:
            return tr("Quantities cannot be negative.")
        if not receipt.quantity and not receipt.rejected:
            return tr("Say how many came.")
        if receipt.rejected and not receipt.reason:
            return tr("Say what is wrong with the rejected ones.")
        if receipt.quantity and self._tracking != "none" and not receipt.lot:
            return tr("{field} is missing.", field=self.lot.title)
        if receipt.quantity > self._acceptable and not receipt.surplus:
            return tr(
                "Only {quantity} may come. Send the rest back, or say that more is welcome.",
                quantity=formats.quantity(self._acceptable),
            )
        return ""

    def receipt(self) -> Receipt:
        """Return what was entered."""
        return Receipt(
            self.quantity.value(),
            self.bad.value() or Quantity(0),
            str(self.reason.value() or ""),
            str(self.lot.value() or ""),
            self.expires.value(),
            str(self.location.value() or ""),
            self.surplus.isChecked(),
        )


class QuantityForm(Form):
    """Sets how much a draft line buys."""

    def __init__(self, detail: PurchaseLineDetail) -> None:
        row = detail.row
        wanted = tr(
            "Demands want {pegged} {unit} of {item}. What you set stays until the order is sent.",
            pegged=formats.quantity(row.pegged),
            unit=row.unit,
            item=row.item,
        )
        terms = words.terms_text(detail)
        super().__init__(
            tr("Quantity of {line}", line=row.name),
            tr("Set quantity"),
            explain=tr("{wanted} The supplier sells: {terms}.", wanted=wanted, terms=terms) if terms else wanted,
        )
        self.quantity = QuantityField(tr("Quantity"), whole=row.is_whole)
        self.quantity.set_value(row.quantity)
        self.add(self.quantity.title, self.quantity)
        self.quantity.setFocus()
        self.quantity.selectAll()


class AnswerForm(Form):
    """Books what a supplier answers; where an earlier day was asked for, the day that is promised."""

    def __init__(self, asked: Question, today: Today) -> None:
        super().__init__(
            tr("What does {supplier} say?", supplier=asked.supplier),
            tr("Book the answer"),
            explain=asked.subject() + ": " + asked.text(),
        )
        self.outcome = QComboBox()
        self.outcome.setAccessibleName(tr("Answer"))
        self.outcome.addItem(tr("Accepted"), True)
        self.outcome.addItem(tr("Declined: all stays as it is"), False)
        self.add(tr("Answer"), self.outcome)
        self.day = DayField(tr("Promised for"), today, is_needed=False)
        self.asks_day = asked.needed is not None
        if self.asks_day:
            self.day.set_value(asked.needed)
            self.add(self.day.title, self.day)
        self.outcome.setFocus()

    def is_accepted(self) -> bool:
        """Whether the supplier accepts."""
        return bool(self.outcome.currentData())


class PromiseForm(Form):
    """Notes when the supplier has promised to deliver; empty takes the promise back."""

    def __init__(self, detail: PurchaseLineDetail, today: Today) -> None:
        row = detail.row
        super().__init__(
            tr("When does {line} come?", line=row.name),
            tr("Note the date"),
            explain=tr("{item} is asked for {due}.", item=row.item, due=formats.long_day(row.due)),
        )
        self.day = DayField(tr("Promised for"), today, is_needed=False)
        self.day.set_value(row.promised)
        self.add(self.day.title, self.day)
        self.day.setFocus()
