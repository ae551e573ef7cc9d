"""Small forms about an order: a deposit that came, a call-off, a change with its consequences."""

import datetime
from collections.abc import Callable

from pegboard.i18n import tr
from pegboard.queries.order_detail import OrderDetail, OrderLineRow
from pegboard.ui import formats
from pegboard.ui.fields import DayField, QuantityField
from pegboard.ui.form import Form


class DepositForm(Form):
    """Asks when the deposit was paid."""

    def __init__(self, detail: OrderDetail, today: Callable[[], datetime.date]) -> None:
        amount = formats.money(detail.deposit, currency=True)
        super().__init__(
            tr("Deposit of {number}", number=detail.row.number),
            tr("Record it"),
            explain=tr("Once its deposit of {amount} is paid, the order pulls what it needs.", amount=amount),
        )
        self.paid_on = DayField(tr("Paid on"), today)
        self.paid_on.set_value(today())
        self.add(tr("Paid on"), self.paid_on)


class CallOffForm(Form):
    """Asks for when a held line is wanted now."""

    def __init__(self, name: str, due: datetime.date | None, today: Callable[[], datetime.date]) -> None:
        super().__init__(
            tr("Release {name}", name=name),
            tr("Release and explode"),
            explain=tr("It pulls what it needs from now on."),
        )
        self.due = DayField(tr("Due"), today, is_needed=False)
        self.due.set_value(due)
        self.add(tr("Due"), self.due)


class ChangeForm(Form):
    """Asks for a line's new quantity and due date."""

    def __init__(self, line: OrderLineRow, today: Callable[[], datetime.date]) -> None:
        super().__init__(
            tr("Change {name}", name=line.name),
            tr("Show what it does"),
            explain=f"{line.item}   {line.description}",
        )
        self.quantity = QuantityField(tr("Quantity"), whole=line.is_whole)
        self.quantity.set_value(line.quantity)
        self.due = DayField(tr("Due"), today, is_needed=False)
        self.due.set_value(line.due)
        self.add(tr("Quantity"), self.quantity)
        self.add(tr("Due"), self.due)
        self.quantity.setFocus()
        self.quantity.selectAll()
