"""The head of an order that is being typed: customer, reference, due; below it, when asked for, all that is rarer."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Price, Quantity
from pegboard.i18n import tr
from pegboard.ui import theme
from pegboard.ui.button import Button
from pegboard.ui.completion import Choice
from pegboard.ui.fields import CodeField, DayField, Field, PriceField, TextField
from pegboard.ui.lines_field import LinesField
from pegboard.ui.orders.percent import PercentField

SHORT = 84  # pixels of a short number
MORE = ("freight", "tax", "deposit", "ship_to", "note")  # cells of what is rarer; a draft keeps those that were filled


class EntryHead(QWidget):
    """The fields above the lines.

    Signals: customer_known(): the customer was read; committed(): any field was; more_toggled(): the rarer fields were
    shown or hidden.
    """

    customer_known = Signal()
    committed = Signal()
    more_toggled = Signal()

    def __init__(self, customers: Callable[[], Sequence[Choice]], today: Callable[[], datetime.date]) -> None:
        super().__init__()
        self.customer = CodeField(tr("Customer"), customers)
        self.reference = TextField(tr("Their reference"), is_needed=False)
        self.due = DayField(tr("Due"), today, is_needed=False)
        self.freight = PriceField(tr("Freight"), is_needed=False)
        self.tax = PercentField(tr("Tax percent"))
        self.deposit = PercentField(tr("Deposit percent"))
        self.ship_to = LinesField(tr("Ship to"))
        self.note = LinesField(tr("Note for the customer"))
        self.who = QLabel()
        self.who.setProperty("secondary", True)
        self.toggle = Button(tr("More"))
        self.toggle.setProperty("link", True)
        self.toggle.setToolTip(tr("Freight, tax, deposit, ship-to address and a note for the customer (Ctrl+M)."))
        self.more = self._more_row()
        self.more.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        layout.setSpacing(theme.GAP)
        layout.addLayout(self._first_row())
        layout.addWidget(self.more)
        self._connect()

    def _first_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        self.customer.setFixedWidth(150)
        self.reference.setFixedWidth(130)
        self.due.setMaximumWidth(330)
        for title, field in (
            (tr("&Customer"), self.customer),
            (tr("Their &ref"), self.reference),
            (tr("&Due"), self.due),
        ):
            row.addWidget(_label(title, field))
            row.addWidget(field)
            if field is self.customer:
                row.addWidget(self.who)
        row.addStretch(1)
        row.addWidget(self.toggle)
        return row

    def _more_row(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.GAP)
        grid.setVerticalSpacing(theme.STEP)
        short = ((tr("&Freight"), self.freight), (tr("&Tax %"), self.tax), (tr("De&posit %"), self.deposit))
        for place, (title, field) in enumerate(short):
            field.setFixedWidth(SHORT)
            grid.addWidget(_label(title, field), place, 0)
            grid.addWidget(field, place, 1)
        for place, (title, lines) in enumerate(((tr("&Ship to"), self.ship_to), (tr("N&ote"), self.note))):
            label = _label(title, lines)
            label.setContentsMargins(theme.MARGIN, theme.STEP, 0, 0)
            grid.addWidget(label, 0, 2 + 2 * place)
            grid.addWidget(lines, 0, 3 + 2 * place, 3, 1)
            lines.setFixedHeight(3 * theme.CONTROL_HEIGHT + 2 * theme.STEP)
            grid.setColumnStretch(3 + 2 * place, 1)
        return holder

    def _connect(self) -> None:
        self.customer.committed.connect(self.customer_known)
        for field in (self.customer, self.reference, self.due, self.freight, self.tax, self.deposit):
            field.committed.connect(self.committed)
        for lines in (self.ship_to, self.note):
            lines.committed.connect(self.committed)
        self.toggle.clicked.connect(self._toggle)

    def tab_order(self, following: QWidget) -> None:
        """Let Tab go through the fields, and on to what follows them."""
        order = (self.customer, self.reference, self.due.line, self.freight, self.tax, self.deposit, self.ship_to)
        fields: list[QWidget] = [*order, self.note, following, self.toggle]
        for before, after in pairwise(fields):
            QWidget.setTabOrder(before, after)

    # --- what is rarer

    @Slot()
    def _toggle(self) -> None:
        self.show_more(not self.more.isVisibleTo(self))

    def show_more(self, shown: bool = True) -> None:
        """Show the rarer fields and go to the first, or hide them."""
        self._set_more(shown)
        if shown:
            self.freight.setFocus()
            self.freight.selectAll()

    def _set_more(self, shown: bool) -> None:
        self.more.setVisible(shown)
        self.toggle.setText(tr("Less") if shown else tr("More"))
        self.more_toggled.emit()

    @property
    def has_more(self) -> bool:
        """Whether the rarer fields are shown."""
        return self.more.isVisibleTo(self)

    # --- values

    def fill(self, cells: Mapping[str, Any]) -> None:
        """Fill all fields with what a draft kept."""
        self.customer.set_value(str(cells.get("customer", "")) or None)
        self.reference.set_value(str(cells.get("reference", "")) or None)
        for field, key in ((self.due.line, "due"), (self.freight, "freight"), (self.tax, "tax"),
                           (self.deposit, "deposit")):  # fmt: skip
            field.set_value(None)
            field.setText(str(cells.get(key, "")))
            field.settle()
        self.ship_to.set_value(str(cells.get("ship_to", "")))
        self.note.set_value(str(cells.get("note", "")))
        self._set_more(any(cells.get(key) for key in MORE))

    def cells(self) -> dict[str, str]:
        """Return what was typed, as a draft keeps it."""
        always = {
            "customer": self.customer.text().strip(),
            "reference": self.reference.text().strip(),
            "due": self.due.line.text().strip(),
        }
        rarer = {key: getattr(self, key).text().strip() for key in MORE}
        return always | {key: text for key, text in rarer.items() if text}

    def settle(self) -> None:
        """Read the field that is being typed in."""
        for field in (self.customer, self.reference, self.due.line, self.freight, self.tax, self.deposit):
            field.settle()
        for lines in (self.ship_to, self.note):
            lines.settle()

    def check(self) -> str:
        """Show the first thing that is wrong, go to it, and return it."""
        for field in (self.customer, self.due, self.freight, self.tax, self.deposit):
            if problem := field.check():
                if field in (self.freight, self.tax, self.deposit):
                    self._set_more(True)
                field.setFocus()
                return problem
        return ""

    def show_customer(self, name: str, address: str, deposit: str) -> None:
        """Say who the customer is, and what holds where the rarer fields are left blank."""
        self.who.setText(name)
        self.ship_to.setPlaceholderText(address)
        self.deposit.setPlaceholderText(deposit)

    def due_date(self) -> datetime.date | None:
        """The day on which the order is due, None where none is given or it cannot be read."""
        found: datetime.date | None = _readable(self.due.line)
        return found

    def freight_price(self) -> Price | None:
        """The freight, None where none is given or it cannot be read."""
        found: Price | None = _readable(self.freight)
        return found

    def tax_percent(self) -> Quantity | None:
        """The tax of lines that have none of their own."""
        found: Quantity | None = _readable(self.tax)
        return found

    def deposit_percent(self) -> Quantity | None:
        """The order's own deposit, None where the customer's holds."""
        found: Quantity | None = _readable(self.deposit)
        return found


def _readable(field: Field) -> Any:
    try:
        return field.value()
    except InvalidInput:
        return None


def _label(title: str, field: QWidget) -> QLabel:
    label = QLabel(title)
    label.setBuddy(field)
    return label
