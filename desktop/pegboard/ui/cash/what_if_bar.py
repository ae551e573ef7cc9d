"""Asks what is to be tried: a deposit, a supplier paid later, an order dropped."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from pegboard.domain.cash_what_if import WhatIf
from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr
from pegboard.ui import theme
from pegboard.ui.button import Button
from pegboard.ui.completion import Choice
from pegboard.ui.fields import CodeField, Field, WholeField
from pegboard.ui.flow import FlowLayout

USUAL_DAYS = 14  # later, until another number is typed
CODE_WIDTH, NUMBER_WIDTH = 100, 44  # pixels


class WhatIfBar(QWidget):
    """Three sentences with blanks; what is filled in counts at once.

    Signals: changed(): something else is to be tried.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._suppliers: tuple[Choice, ...] = ()
        self._orders: tuple[Choice, ...] = ()
        self.percent = WholeField(tr("Deposit in percent"), least=0, most=100, is_needed=False)
        self.supplier = CodeField(tr("Supplier that is paid later"), lambda: self._suppliers, is_needed=False)
        self.days = WholeField(tr("Days later"), least=0, most=365, is_needed=False)
        self.order = CodeField(tr("Order that is dropped"), lambda: self._orders, is_needed=False)
        self.clear = Button(tr("Clear"))
        self.clear.setToolTip(tr("Back to the plan"))
        self.days.set_value(USUAL_DAYS)
        self._build()
        for field in (self.percent, self.days):
            field.textEdited.connect(self._tell)
        for each in self._fields():
            each.committed.connect(self._tell)
        self.clear.clicked.connect(self._clear)
        self._tell_state()

    def _fields(self) -> tuple[Field, ...]:
        return (self.percent, self.supplier, self.days, self.order)

    def _build(self) -> None:
        self.percent.setFixedWidth(NUMBER_WIDTH)
        self.days.setFixedWidth(NUMBER_WIDTH)
        self.supplier.setFixedWidth(CODE_WIDTH)
        self.order.setFixedWidth(CODE_WIDTH)
        flow = FlowLayout(self, theme.GAP)
        flow.setContentsMargins(0, 0, 0, 0)
        head = QLabel(tr("What if"))
        head.setObjectName("detail_title")
        head.setMinimumHeight(theme.CONTROL_HEIGHT)
        flow.addWidget(head)
        flow.addWidget(_together(tr("Ask"), self.percent, tr("% deposit of orders that pay none")))
        flow.addWidget(_together(tr("Pay supplier"), self.supplier, self.days, tr("days later")))
        flow.addWidget(_together(tr("Drop order"), self.order))
        flow.addWidget(self.clear)

    def set_choices(self, suppliers: Sequence[Choice], orders: Sequence[Choice]) -> None:
        """Offer these suppliers and orders."""
        self._suppliers, self._orders = tuple(suppliers), tuple(orders)

    def what_if(self) -> WhatIf:
        """What is to be tried; a field that cannot be read counts as blank."""
        return WhatIf(
            _read(self.percent) or 0, _read(self.supplier) or "", _read(self.days) or 0, _read(self.order) or ""
        )

    @Slot()
    def _tell(self) -> None:
        self._tell_state()
        self.changed.emit()

    def _tell_state(self) -> None:
        self.clear.setEnabled(not self.what_if().is_nothing)

    @Slot()
    def _clear(self) -> None:
        for field in (self.percent, self.supplier, self.order):
            field.set_value(None)
        self.days.set_value(USUAL_DAYS)
        self.percent.setFocus()
        self._tell()


def _read(field: Field) -> Any:
    try:
        return field.value()
    except InvalidInput:
        return None


def _together(*parts: str | QWidget) -> QWidget:
    """Words and fields that stay on one line."""
    group = QWidget()
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, theme.GAP, 0)
    row.setSpacing(theme.STEP)
    for part in parts:
        row.addWidget(QLabel(part) if isinstance(part, str) else part)
    return group
