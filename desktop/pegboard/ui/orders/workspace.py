"""Orders: the list with the order beside it, and the page on which orders are typed."""

from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.order_detail import OrderDetail, order_detail
from pegboard.queries.order_drafts import DRAFT
from pegboard.queries.orders import OrderRow, OrderState
from pegboard.storage.store import Reading
from pegboard.ui import theme
from pegboard.ui.command import Command
from pegboard.ui.desk import Desk
from pegboard.ui.detail import CommandButton, Split
from pegboard.ui.orders.commands import OrderCommands
from pegboard.ui.orders.entry import OrderEntry
from pegboard.ui.orders.order_list import OrderList
from pegboard.ui.orders.order_pane import OrderPane
from pegboard.ui.workspace import Workspace

VERBS = ("order.confirm", "order.explode", "order.release_jobs", "order.ship", "order.deposit")
ENTRY_VERBS = ("order.confirm", "order.quote", "order.keep_draft", "order.discard_draft")
MENU = (
    "order.confirm",
    "order.explode",
    "order.release_jobs",
    "order.ship",
    "order.deposit",
    "order.print",
    "order.print_slips",
    "order.duplicate",
    "order.cancel",
    "order.discard_draft",
)
LINE_MENU = ("order.change", "order.options", "order.cancel_line", "order.take_back", "order.hold", "order.call_off")


class OrdersPage(Workspace):
    """The page Orders."""

    nouns = frozenset(
        {"order", "order_draft", "customer", "work_order", "purchase_order", "stock", "peg", "requirement", "item"}
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Orders"))
        self.list = OrderList(desk, self.enter)
        self.pane = OrderPane(desk)
        self.entry = OrderEntry(desk)
        self._split = Split(desk, "orders", self._left_half(), self.pane, (4, 4))
        self._stack = QStackedWidget()
        self._stack.addWidget(self._split)
        self._stack.addWidget(self.entry)
        self._commands = OrderCommands(desk, self)
        self._all = self._commands.commands()
        by_id = {command.id: command for command in self._all}
        self.pane.set_verbs([by_id[name] for name in VERBS])
        self._entry_buttons = [CommandButton(by_id[name]) for name in ENTRY_VERBS]
        self._entry_buttons[2].setText(f"{by_id['order.keep_draft'].title}   {tr('Esc')}")
        for button in self._entry_buttons:
            self.entry.foot.addWidget(button)
        self.entry.foot.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.setFocusProxy(self.list)
        self.list.set_menu(MENU)
        self._connect()
        self.entry.read_facts()

    def _left_half(self) -> QWidget:
        """The list with its find box above: beside six filters there is no room for it."""
        half = QWidget()
        column = QVBoxLayout(half)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, 0)
        self.list.find_box.setMaximumWidth(16_777_215)
        bar.addWidget(self.list.find_box)
        column.addLayout(bar)
        column.addWidget(self.list, 1)
        return half

    def _connect(self) -> None:
        self.list.rows_shown.connect(self.say_ready)
        self.list.current_changed.connect(self._show_order)
        self.list.opened.connect(self._open)
        self.pane.lines.row_changed.connect(self._note_chosen)
        self.pane.lines.set_menu(partial(self.desk.shell.actions, LINE_MENU))
        self.entry.entered.connect(self._entered)
        self.entry.left.connect(self._left)
        self.entry.discarded.connect(self._discarded)

    # --- the page

    def refresh(self) -> None:
        """Read again what is shown; the list waits while an order is being typed."""
        if self.is_entering:
            return
        self.list.refresh()
        if self.pane.detail is not None:
            self._read(self.pane.detail.row.number)

    def commands(self) -> tuple[Command, ...]:
        """Return what can be done with orders."""
        return self._all

    def show_record(self, noun: str, number: str) -> None:
        """Go to an order; an order line is named SO-0001/2, a customer's orders are found by the customer's code."""
        self.show_list()
        if noun == "customer":
            self.list.show_all()
            self.list.find_box.setText(number)
            return
        self.desk.runner.read("orders.find", partial(_order_of, name=number), self._go_to)

    def _go_to(self, number: str) -> None:
        self.list.select(number)
        self._read(number)

    def why_number(self) -> str:
        """Return the order line that is chosen."""
        line = self.pane.current_line()
        return line.name if line is not None and not self.is_entering else ""

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        if self.is_entering:
            return (self.entry.customer, self.entry.grid.view, self.entry.panel.tree)
        return (self.list, *(table for table in self.pane.tables() if table.isVisible()))

    def focus_find(self) -> None:
        """Go to the find box of the list."""
        self.show_list()
        self.list.focus_find()

    def leave(self) -> None:
        """Keep the cell that is being typed."""
        if self.is_entering:
            self.entry.keep_now()

    # --- list and entry

    @property
    def is_entering(self) -> bool:
        """Whether an order is being typed."""
        return self._stack.currentWidget() is self.entry

    def enter(self, cells: dict[str, Any] | None = None, draft_id: int | None = None) -> None:
        """Show the page on which an order is typed, empty or with these cells."""
        self._stack.setCurrentWidget(self.entry)
        self.setFocusProxy(self.entry.customer)
        self.entry.read_facts()
        self.entry.start(cells, draft_id)
        for button in self._entry_buttons:
            button.refresh()
        self.commands_changed.emit()

    def show_list(self) -> None:
        """Show the list; what is being typed stays a draft."""
        if not self.is_entering:
            return
        self.entry.keep_now()
        self._back()

    def _back(self) -> None:
        self._stack.setCurrentWidget(self._split)
        self.setFocusProxy(self.list)
        self.list.refresh()
        self.list.setFocus()
        self.commands_changed.emit()

    @Slot(str)
    def _entered(self, number: str) -> None:
        self._back()
        self.list.reveal(number)
        self._read(number)
        self.record_shown.emit("order", number)
        self.desk.messages.notice(tr("Entered {number}.", number=number))

    @Slot(object)
    def _left(self, draft_id: int | None) -> None:
        self._back()
        if draft_id is not None:
            self.list.reveal(f"{DRAFT}{draft_id}")
            self.desk.messages.notice(tr("The order is kept as a draft."))

    @Slot(object)
    def _discarded(self, cells: dict[str, Any]) -> None:
        self._back()
        self._commands.offer_undo(cells)

    # --- the order shown

    def current(self) -> OrderRow | None:
        """Return the chosen order or draft."""
        return self.list.current()

    @Slot(object)
    def _show_order(self, row: OrderRow | None) -> None:
        if row is not None and row.state is OrderState.DRAFT:
            self.desk.runner.forget("orders.detail")
            self.pane.detail = None
            self.pane.show_nothing(tr("This order is a draft. Enter or Ctrl+Enter goes on with it."))
        elif row is not None:
            self._read(row.number)
        self._note_chosen()

    @Slot(object)
    def _open(self, row: OrderRow | None) -> None:
        """Go on with a draft; go into the lines of an order."""
        if row is None:
            return
        if row.state is OrderState.DRAFT:
            self._commands.open_draft(row)
        else:
            self.record_shown.emit("order", row.number)
            self.pane.lines.setFocus()

    def _read(self, number: str) -> None:
        self.desk.runner.read("orders.detail", partial(order_detail, number=number), self._show_detail)

    def _show_detail(self, detail: OrderDetail | None) -> None:
        self.pane.show_detail(detail)
        self._note_chosen()

    @Slot()
    def _note_chosen(self) -> None:
        self.pane.refresh_verbs()
        self.commands_changed.emit()


def _order_of(reading: Reading, name: str) -> str:
    """The order that ORDER or ORDER/LINE names; an order's own number may hold a slash."""
    from pegboard.queries.lookups import order_lines_named

    found = order_lines_named(reading, name)
    return str(found[0].number) if found else name


def workspace(desk: Desk) -> Workspace:
    """Make the page."""
    return OrdersPage(desk)
