"""Small forms about money: a credit note, an expense, a rate, the closing of the books, money paid back."""

import datetime
from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox

from pegboard.domain.quantity import Money, Quantity
from pegboard.i18n import tr
from pegboard.queries.money_details import InvoiceDetail
from pegboard.ui import formats
from pegboard.ui.fields import DayField, Field, PriceField, QuantityField, TextField, WholeField
from pegboard.ui.form import Form
from pegboard.ui.money.amounts import AmountField
from pegboard.ui.money.line_rows import LineRows

Today = Callable[[], datetime.date]
CATEGORIES = ("rent", "wages", "energy", "insurance", "tools", "travel")


class CreditForm(Form):
    """Takes an invoice back: whole, or so much of its lines."""

    def __init__(self, detail: InvoiceDetail) -> None:
        super().__init__(
            tr("Credit note for {number}", number=detail.row.number),
            tr("Issue credit note"),
            explain=tr("The invoice stays as it is. The credit note is set off against what is open of it."),
            check=self._problem_together,
        )
        self._left = detail.left
        self.reason = TextField(tr("Reason"))
        self.whole = QCheckBox(tr("All that is left of it"))
        self.whole.setChecked(True)
        self.again = QCheckBox(tr("It is invoiced again"))
        self.again.setChecked(True)
        self.again.setToolTip(tr("It then waits among what is to be invoiced."))
        self.rows = LineRows(tr("Lines"), (tr("Line"), tr("Item"), tr("Take back")))
        self.quantities: list[Field] = []
        for line, left in zip(detail.paper.lines, detail.left, strict=True):
            field = QuantityField(tr("Quantity of line {line}", line=line.line), is_needed=False, positive=False)
            self.quantities.append(field)
            words = f"{line.item or line.description}, {formats.quantity(left)} {line.unit}".rstrip()
            self.rows.add_row((str(line.line), words), (field,))
        self.track(*self.quantities)
        self.add(self.reason.title, self.reason)
        self.add("", self.whole)
        self.add(tr("Lines"), self.rows)
        self.add("", self.again)
        self.rows.setEnabled(False)
        self.whole.toggled.connect(self.rows.setDisabled)
        self.whole.toggled.connect(self.again.setChecked)

    def _problem_together(self) -> str:
        if self.whole.isChecked():
            return ""
        if not self.value():
            return tr("Say how much of which line is taken back.")
        for place, quantity in (self.value() or {}).items():
            if quantity > self._left[place - 1]:
                return tr(
                    "Of line {line} {left} can be credited.", line=place, left=formats.quantity(self._left[place - 1])
                )
        return ""

    def value(self) -> dict[int, Quantity] | None:
        """The quantities by line; None for the whole invoice."""
        if self.whole.isChecked():
            return None
        found = {place: field.value() for place, field in enumerate(self.quantities, 1)}
        return {place: quantity for place, quantity in found.items() if quantity}


class ReasonForm(Form):
    """Asks why something is taken back."""

    def __init__(self, title: str, verb: str, explain: str) -> None:
        super().__init__(title, verb, explain=explain)
        self.reason = TextField(tr("Reason"))
        self.add(self.reason.title, self.reason)


class ExpenseForm(Form):
    """Money spent on something that no purchase order ordered."""

    def __init__(self, currency: str, today: Today) -> None:
        super().__init__(tr("Expense"), tr("Book expense"))
        self.category = TextField(tr("Category"))
        self.category.setPlaceholderText(", ".join(CATEGORIES[:3]))
        self.amount = AmountField(tr("Amount in {currency}", currency=currency), currency)
        self.paid_on = DayField(tr("Paid on"), today)
        self.paid_on.set_value(today())
        self.reference = TextField(tr("Reference"), is_needed=False)
        for field in (self.category, self.amount, self.paid_on, self.reference):
            self.add(field.title, field)


class BackForm(Form):
    """How much of a customer's credit is paid back."""

    def __init__(self, name: str, credit: Money, today: Today) -> None:
        super().__init__(
            tr("Pay back to {name}", name=name),
            tr("Pay back"),
            explain=tr("{name} has a credit of {credit}.", name=name, credit=formats.money(credit, currency=True)),
        )
        self.amount = AmountField(tr("Amount"), credit.currency)
        self.amount.set_money(credit)
        self.paid_on = DayField(tr("Paid on"), today)
        self.paid_on.set_value(today())
        self.add(self.amount.title, self.amount)
        self.add(self.paid_on.title, self.paid_on)


class DiscountForm(Form):
    """What comes off for paying early."""

    def __init__(self, party: str) -> None:
        super().__init__(
            tr("Discount of {party}", party=party),
            tr("Keep discount"),
            explain=tr("What comes off when it is paid early; empty takes the discount away."),
            check=self._problem_together,
        )
        self.percent = QuantityField(tr("Percent"), is_needed=False)
        self.days = WholeField(tr("Within days"), most=365, is_needed=False)
        self.add(self.percent.title, self.percent)
        self.add(self.days.title, self.days)

    def _problem_together(self) -> str:
        is_half = (self.percent.value() is None) != (self.days.value() is None)
        return tr("A discount needs its percentage and its days.") if is_half else ""


class BooksForm(Form):
    """Up to which day the books are closed."""

    def __init__(self, closed: datetime.date | None, today: Today) -> None:
        said = tr("They are closed through {day}.", day=formats.long_day(closed)) if closed else tr("They are open.")
        super().__init__(
            tr("Close the books"),
            tr("Close"),
            explain=said + " " + tr("No document is dated in closed books. An earlier day opens them again after it."),
            check=self._problem_together,
        )
        self._closed = closed
        self.through = DayField(tr("Closed through"), today)
        self.through.set_value(today().replace(day=1) - datetime.timedelta(days=1))
        self.reason = TextField(tr("Reason"), is_needed=False)
        self.add(self.through.title, self.through)
        self.add(self.reason.title, self.reason)

    @property
    def opens(self) -> bool:
        """Whether the day chosen opens a closed period again."""
        through = self.through.value()
        return self._closed is not None and through is not None and through < self._closed

    def _problem_together(self) -> str:
        return tr("Opening a closed period needs a reason.") if self.opens and not self.reason.value() else ""


class RateForm(Form):
    """What a currency is worth in the shop's, from a day on."""

    def __init__(self, shop: str, today: Today) -> None:
        super().__init__(tr("Exchange rate"), tr("Keep rate"))
        self.currency = TextField(tr("Currency"))
        self.currency.setPlaceholderText(tr("such as USD"))
        self.rate = PriceField(tr("1 of it is worth in {currency}", currency=shop))
        self.since = DayField(tr("From"), today)
        self.since.set_value(today())
        for field in (self.currency, self.rate, self.since):
            self.add(field.title, field)
