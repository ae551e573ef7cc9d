"""Enters a supplier's bill for receipts: what the paper says, beside what was ordered and received."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel

from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import MICRO, Money, Price, Quantity, extended_amount
from pegboard.domain.settlement import price_of
from pegboard.i18n import tr
from pegboard.queries.money_to_bill import ToBill
from pegboard.services.money.bills import BillDraftLine
from pegboard.ui import formats
from pegboard.ui.fields import DayField, PriceField, QuantityField, TextField
from pegboard.ui.form import Form
from pegboard.ui.money import words
from pegboard.ui.money.amounts import AmountField
from pegboard.ui.money.line_rows import LineRows


@dataclass(frozen=True, slots=True)
class Billed:
    """What the supplier's paper says."""

    lines: tuple[BillDraftLine, ...]
    number: str
    tax: int
    billed_on: datetime.date | None


class BillForm(Form):
    """A bill for the receipts chosen; each line starts as it was ordered and received."""

    def __init__(
        self, supplier: str, currency: str, receipts: Sequence[ToBill], today: Callable[[], datetime.date]
    ) -> None:
        super().__init__(
            tr("Bill of {supplier}", supplier=supplier),
            tr("Enter bill"),
            explain=tr("Type what the paper says. What differs from the order is kept and shown."),
        )
        self._currency = currency
        self._receipts = tuple(receipts)
        self.number = TextField(tr("Their number"), is_needed=False)
        self.billed_on = DayField(tr("Date of the bill"), today)
        self.billed_on.set_value(today())
        self.quantities = [QuantityField(tr("Quantity of {line}", line=each.purchase_line)) for each in receipts]
        self.prices = [PriceField(tr("Price of {line}", line=each.purchase_line)) for each in receipts]
        self.rows = LineRows(tr("Lines"), (tr("Ordered on"), tr("Item"), tr("Quantity"), tr("Price")))
        self.freight = AmountField(tr("Freight"), currency, is_needed=False)
        self.tax = AmountField(tr("Tax"), currency, is_needed=False)
        self.total = QLabel()
        self.add(self.number.title, self.number)
        self.add(self.billed_on.title, self.billed_on)
        self.add(tr("Lines"), self.rows)
        for each, quantity, price in zip(receipts, self.quantities, self.prices, strict=True):
            quantity.set_value(each.quantity)
            price.set_value(each.unit_price)
            self.rows.add_row((each.purchase_line, f"{each.item} {each.description}".strip()), (quantity, price))
            self.track(quantity, price)
        self.add(self.freight.title, self.freight)
        self.add(self.tax.title, self.tax)
        self.add(tr("Total"), self.total)
        for field in (*self.quantities, *self.prices, self.freight, self.tax):
            field.committed.connect(self._say_total)
        self._say_total()

    @Slot()
    def _say_total(self) -> None:
        """The total to hold against the paper, and what it is more or less than ordered."""
        try:
            net = sum(self._net(place) for place in range(len(self._receipts)))
            extra = self.freight.money().minor + self.tax.money().minor
        except InvalidInput:
            self.total.setText("")
            return
        ordered = sum(each.amount.minor for each in self._receipts if each.amount is not None)
        total = formats.money(Money(net + extra, self._currency), currency=True)
        if net == ordered:
            self.total.setText(tr("{total}, as ordered and received", total=total))
        else:
            difference = words.signed(Money(net - ordered, self._currency))
            self.total.setText(tr("{total}, {difference} against the order", total=total, difference=difference))

    def _net(self, place: int) -> int:
        quantity: Quantity | None = self.quantities[place].value()
        price: Price | None = self.prices[place].value()
        if quantity is None or price is None:
            return 0
        return extended_amount(quantity.micro, price.micro, self._currency).minor

    def value(self) -> Billed:
        """What was said."""
        lines = [
            BillDraftLine(receipt=each.receipt, quantity=quantity.value(), unit_price=price.value())
            for each, quantity, price in zip(self._receipts, self.quantities, self.prices, strict=True)
        ]
        freight = self.freight.money()
        if freight.minor:
            price = Price(price_of(freight.minor, self._currency))
            lines.append(BillDraftLine(kind="freight", quantity=Quantity(MICRO), unit_price=price))
        number = str(self.number.value() or "")
        return Billed(tuple(lines), number, self.tax.money().minor, self.billed_on.value())
