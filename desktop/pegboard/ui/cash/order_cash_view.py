"""The cash of one order as a time line: what came and went, what is to come, and its balance after each event."""

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pegboard.domain.cash_plan import CashEvent, CashKind, need
from pegboard.domain.cash_what_if import TimeLineStep, time_line
from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Money
from pegboard.i18n import tr
from pegboard.queries.report_cash_orders import order_events
from pegboard.queries.settings import settings
from pegboard.storage.store import Reading
from pegboard.ui import formats, theme
from pegboard.ui.button import Button
from pegboard.ui.columns import Column, date_column, mark_column, money_column, text_column
from pegboard.ui.completion import Choice
from pegboard.ui.desk import Desk
from pegboard.ui.fields import CodeField
from pegboard.ui.list_view import Empty, ListPane
from pegboard.ui.marks import Mark, State

CODE_WIDTH = 130  # pixels
OrdersRead = tuple[str, Mapping[str, list[CashEvent]]]  # currency, events by order


class OrderCashView(QWidget):
    """Asks for an order and lists its events; Enter on one opens its document.

    Signals: shown(): events were read; chosen(str number): another order is shown; opened(str noun, str number): the
    record behind an event, or the order itself.
    """

    shown = Signal()
    chosen = Signal(str)
    opened = Signal(str, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._currency = ""
        self._orders: Mapping[str, list[CashEvent]] = {}
        self._choices: tuple[Choice, ...] = ()
        self.number = ""
        self.order = CodeField(tr("Order"), lambda: self._choices, is_needed=False)
        self.order.setFixedWidth(CODE_WIDTH)
        self.open_order = Button(tr("Open the order"))
        self.words = QLabel(wordWrap=True)
        self.list: ListPane[TimeLineStep] = ListPane(
            desk,
            "cash.order",
            tr("Cash of the order"),
            self._columns(),
            lambda step: step.place,
            empty=Empty(tr("Choose an order: its cash stands here, day by day.")),
        )
        self._build()
        self.order.committed.connect(self._choose)
        self.open_order.clicked.connect(self._open_order)
        self.list.opened.connect(self._open)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(theme.MARGIN, theme.STEP, theme.MARGIN, theme.STEP)
        head.setSpacing(theme.GAP)
        label = QLabel(tr("Order"))
        label.setBuddy(self.order)
        for widget in (label, self.order, self.open_order):
            head.addWidget(widget)
        head.addWidget(self.words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)
        self.setFocusProxy(self.order)

    def _columns(self) -> tuple[Column[TimeLineStep], ...]:
        def money(minor: int) -> Money:
            return Money(minor, self._currency)

        return (
            date_column("day", tr("Day"), lambda step: step.event.day),
            text_column("what", tr("What"), lambda step: what(step.event), width=190),
            text_column("document", tr("Document"), lambda step: step.event.number, width=140),
            mark_column("state", tr("State"), _state),
            money_column("in", tr("Comes in"), lambda step: money(step.event.minor) if step.event.minor > 0 else None,
                         totalled=True, width=120),
            money_column("out", tr("Goes out"), lambda step: money(-step.event.minor) if step.event.minor < 0 else None,
                         totalled=True, width=120),
            money_column("balance", tr("Balance"), lambda step: money(step.balance), width=120,
                         help=tr("All that came in up to here less all that went out.")),
        )  # fmt: skip

    # --- reading

    @Slot()
    def refresh(self) -> None:
        """Read the cash of all orders again, off the GUI thread."""
        self._desk.runner.read("cash.order", _read, self._take)

    def show_order(self, number: str) -> None:
        """Turn to an order; its events come with the next reading."""
        self.number = number
        self.order.set_value(number)
        self._show()

    def _take(self, found: OrdersRead) -> None:
        self._currency, self._orders = found
        self._choices = tuple(
            Choice(number, next((event.customer for event in events if event.customer), ""))
            for number, events in sorted(self._orders.items())
        )
        self._show()
        self.shown.emit()

    @Slot()
    def _choose(self) -> None:
        try:
            number = self.order.value() or ""
        except InvalidInput:
            return
        if number != self.number:
            self.number = number
            self._show()
            self.chosen.emit(number)

    def _show(self) -> None:
        events = self._orders.get(self.number, [])
        self.open_order.setEnabled(bool(self.number))
        self.words.setText(self._said(events) if self.number else "")
        self.list.show_rows(time_line(events))

    def _said(self, events: list[CashEvent]) -> str:
        """What the order asks of the till, in words."""
        if not events:
            return tr("{number} has brought and taken nothing yet.", number=self.number)
        asked = need(events)

        def money(minor: int) -> str:
            return formats.money(Money(minor, self._currency), currency=True)

        said = [tr("It never ties up cash.")]
        if asked.peak_on is not None:
            day = formats.day(asked.peak_on)
            said = [tr("It ties up {amount} at most, on {day}.", amount=money(asked.peak), day=day)]
            said.append(
                tr("It pays its way from {day} on.", day=formats.day(asked.positive_on))
                if asked.positive_on
                else tr("It ties up cash to the end.")
            )
        return " ".join([*said, tr("Left at the end: {amount}.", amount=money(asked.end))])

    # --- going down

    @Slot()
    def _open_order(self) -> None:
        self.opened.emit("order", self.number)

    @Slot(object)
    def _open(self, step: TimeLineStep | None) -> None:
        if step is not None and step.event.number:
            self.opened.emit(*target_of(step.event))


def _read(reading: Reading) -> OrdersRead:
    return settings(reading).currency, order_events(reading)


def what(event: CashEvent) -> str:
    """What an event is, in words."""
    return {
        CashKind.DEPOSIT: tr("Deposit") if event.is_actual else tr("Deposit asked for"),
        CashKind.INVOICE: tr("Payment of an invoice") if event.is_actual else tr("Invoice that is open"),
        CashKind.TO_INVOICE: tr("Still to be invoiced"),
        CashKind.PURCHASE: tr("Its share of a purchase"),
        CashKind.MATERIAL: tr("Parts used") if event.number else tr("Parts in stock for it"),
        CashKind.SHIPPED: tr("Goods shipped, at cost"),
        CashKind.LABOUR: tr("Time"),
        CashKind.SERVICE: tr("Service"),
    }.get(event.kind, event.kind.value)


def target_of(event: CashEvent) -> tuple[str, str]:
    """Noun and number of the record that an event's document opens; a shipment stands on its order."""
    if event.kind in (CashKind.TO_INVOICE, CashKind.SHIPPED) or (event.kind, event.is_actual) == (
        CashKind.DEPOSIT,
        False,
    ):
        return "order", event.order
    noun = {CashKind.DEPOSIT: "payment", CashKind.INVOICE: "invoice", CashKind.PURCHASE: "purchase_order"}
    return noun.get(event.kind, "work_order"), event.number.split("/")[0]


def _state(step: TimeLineStep) -> Mark:
    if step.event.is_actual:
        return Mark(State.DONE, tr("actual"))
    return Mark(State.WAITING, tr("expected"))
