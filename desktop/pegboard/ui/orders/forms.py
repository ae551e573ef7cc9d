"""Small forms about an order: a deposit that came, a call-off, a change with its consequences."""

import datetime
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QTreeWidget, QTreeWidgetItem

from pegboard.i18n import tr
from pegboard.queries.order_detail import OrderDetail, OrderLineRow
from pegboard.services.consequences import KINDS, ChangeResult
from pegboard.ui import formats
from pegboard.ui.fields import DayField, QuantityField
from pegboard.ui.form import Form

MOST_SHOWN = 12  # rows of consequences without scrolling


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


class ConsequencesForm(Form):
    """Shows what a change does before it is done; with open decisions it asks whether the rest is kept as surplus."""

    def __init__(self, title: str, verb: str, result: ChangeResult) -> None:
        explain = tr("This is what it does.") if result.consequences else tr("Nothing that was pulled changes.")
        super().__init__(title, verb, explain=explain, check=self._undecided)
        self._has_decisions = bool(result.decisions)
        self.keep = QCheckBox(tr("Keep what was sent, started or received as surplus"))
        if result.consequences:
            self.add("", _table(result))
        if result.decisions:
            self.add(tr("To decide"), self.keep)
        self.setMinimumWidth(720)

    def _undecided(self) -> str:
        if self._has_decisions and not self.keep.isChecked():
            return tr("Decide first: something was already sent, started or received for it.")
        return ""


def _table(result: ChangeResult) -> QTreeWidget:
    table = QTreeWidget()
    table.setAccessibleName(tr("Consequences"))
    table.setRootIsDecorated(False)
    table.setUniformRowHeights(True)
    table.setHeaderLabels([tr("What"), tr("Number"), tr("Item"), tr("From"), tr("To"), tr("Money")])
    for each in result.consequences:
        cells = [KINDS[each.kind]() if each.kind in KINDS else each.kind, each.number, each.item, each.before]
        row = QTreeWidgetItem([*cells, each.after, formats.money(each.money)])
        for place in (3, 4, 5):
            row.setTextAlignment(place, Qt.AlignmentFlag.AlignRight)
        table.addTopLevelItem(row)
    for place in (3, 4, 5):
        table.headerItem().setTextAlignment(place, Qt.AlignmentFlag.AlignRight)
    table.header().setStretchLastSection(False)
    for place in range(6):
        table.resizeColumnToContents(place)
    table.setMinimumHeight(28 * (min(len(result.consequences), MOST_SHOWN) + 2))
    return table
