"""Buy: the purchase orders of the shop, drafts first, and what hangs on their lines."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.purchasing import (
    PurchaseOrderDetail,
    PurchaseOrderRow,
    line_key,
    order_detail,
    order_key,
    order_keys,
    orders,
    supplier_order,
)
from pegboard.storage.store import Reading
from pegboard.ui.command import Command, always, page_command
from pegboard.ui.desk import Desk
from pegboard.ui.detail import Split
from pegboard.ui.list_view import Chip, Empty
from pegboard.ui.paged import PagedListPane
from pegboard.ui.purchasing.columns import order_columns
from pegboard.ui.purchasing.commands import SCOPE, PurchaseCommands
from pegboard.ui.purchasing.order_pane import OrderPane
from pegboard.ui.purchasing.orphans_view import OrphansView
from pegboard.ui.workspace import Workspace

ORDER_MENU = ("purchase.send", "purchase.mail", "purchase.print", "purchase.receive_all")
LINE_MENU = (
    *("purchase.receive", "purchase.undo_receipt", "purchase.set_quantity", "purchase.promise", "purchase.answer"),
    *("purchase.ask", "purchase.close_short"),
)


class OrderSource:
    """Reads the list of purchase orders: all keys in order, then the rows that come into view."""

    def keys(
        self, reading: Reading, chip: str, words: tuple[str, ...], sort_key: str, descending: bool
    ) -> Sequence[int]:
        """Return the keys of the orders of a filter."""
        return order_keys(reading, chip, words, sort_key, descending)

    def rows(self, reading: Reading, keys: Sequence[int]) -> Sequence[PurchaseOrderRow]:
        """Return the orders with these keys."""
        return orders(reading, keys)


class PurchasingPage(Workspace):
    """The page Buy: purchase orders left, their lines right."""

    nouns = frozenset(
        {"purchase_order", "order", "peg", "receipt", "work_order", "supplier", "item", "print", "stock", "decision"}
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Buy"))
        self.list: PagedListPane[PurchaseOrderRow] = PagedListPane(
            desk,
            "purchase_orders",
            tr("Purchase orders"),
            order_columns(),
            key=lambda order: order.key,
            source=OrderSource(),
            chips=_chips(),
            empty=Empty(tr("What confirmed orders pull from suppliers stands here, one draft for each supplier.")),
        )
        self._commands = PurchaseCommands(desk, self)
        self.pane = OrderPane(desk, self._commands.take_break)
        self._by_id = {command.id: command for command in self._commands.commands()}
        self.pane.set_verbs([self._by_id[name] for name in ("purchase.send", "purchase.receive")])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setFocusProxy(self.list)
        self.orphans = OrphansView(desk)
        self.tabs = QTabWidget(documentMode=True)
        self.tabs.addTab(Split(desk, "purchasing", self.list, self.pane, (11, 12)), tr("Purchase orders"))
        self.tabs.addTab(self.orphans, tr("Supply nobody wants"))
        layout.addWidget(self.tabs)
        self.list.set_menu(ORDER_MENU)
        self.pane.lines.set_menu(LINE_MENU)
        self.list.rows_shown.connect(self.say_ready)
        self.list.current_changed.connect(self._show_order)
        self.list.opened.connect(self._open_order)
        self.pane.line_shown.connect(self._note_chosen)
        self.pane.lines.opened.connect(self._open_line)
        self.tabs.currentChanged.connect(self._turn)
        self.orphans.chosen.connect(self._note_chosen)

    def refresh(self) -> None:
        """Read again what is shown."""
        self.list.refresh()
        if self.is_on_orphans():
            self.orphans.refresh()
        if self.pane.detail is not None:
            self._read_order(self.pane.detail.order.number)

    def commands(self) -> tuple[Command, ...]:
        """Return what can be done with purchase orders, and with supply that nobody wants."""
        return (*self._by_id.values(), *self._orphan_commands())

    def _orphan_commands(self) -> tuple[Command, ...]:
        make = partial(page_command, SCOPE, tr("Purchase/Supply nobody wants"))
        return (
            make("orphan.list", tr("Supply nobody wants"), self.show_orphans, "link", "Ctrl+Shift+W", always,
                 tr("Lists surplus and free stock with value and age, and who could use it.")),
            make("orphan.give", tr("Give to a demand…"), self.orphans.give, "change", "F4", self.orphans.can_give,
                 tr("Asks which demand gets the chosen supply; a draft or planned job that covers it is cut.")),
            make("orphan.give_first", tr("Give to the most urgent"), self.orphans.give_first, "forward", "F9",
                 self.orphans.can_give, tr("Gives the chosen supply to the demand that needs it first.")),
            make("orphan.open", tr("Go to the supply"), self.orphans.open_supply, "forward", "",
                 self.orphans.has_current, tr("Opens the job, the purchase order or the stock.")),
        )  # fmt: skip

    def is_on_orphans(self) -> bool:
        """Whether the list of supply that nobody wants is in front."""
        return self.tabs.currentWidget() is self.orphans

    def show_orphans(self) -> None:
        """Bring the list of supply that nobody wants to the front."""
        self.tabs.setCurrentWidget(self.orphans)
        self.orphans.list.setFocus()

    @Slot(int)
    def _turn(self, _place: int) -> None:
        self.setFocusProxy(self.orphans if self.is_on_orphans() else self.list)
        if self.is_on_orphans():
            self.orphans.refresh()
        self._note_chosen()

    def show_record(self, noun: str, number: str) -> None:
        """Go to a purchase order, to a line PO-0001/2, or to the newest order of a supplier."""
        if noun == "orphans":
            self.show_orphans()
            return
        self.tabs.setCurrentIndex(0)
        if noun == "supplier":
            self.desk.runner.read("purchasing.find", partial(supplier_order, code=number), self._go_to)
            return
        name = number.rpartition("/")[0] if noun == "purchase_line" or "/" in number else number
        self.desk.runner.read("purchasing.find", partial(order_key, number=name), self._go_to)
        self._read_order(name)
        if name != number:
            self.desk.runner.read("purchasing.find_line", partial(line_key, name=number), self._go_to_line)

    def why_number(self) -> str:
        """Return the line that is shown, else the order; or the supply that nobody wants."""
        if self.is_on_orphans():
            orphan = self.orphans.list.current()
            return orphan.number if orphan is not None else ""
        if self.pane.line is not None:
            return self.pane.line.row.name
        return self.pane.detail.order.number if self.pane.detail is not None else ""

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        if self.is_on_orphans():
            return (self.orphans.list, self.orphans.serves) if self.orphans.serves.isVisible() else (self.orphans.list,)
        return (self.list, *self.pane.panes())

    def focus_find(self) -> None:
        """Go to the find box of the list that has the keys."""
        if self.is_on_orphans():
            self.orphans.list.focus_find()
            return
        focused = self.focusWidget()
        pane = self.pane.lines if focused is not None and self.pane.isAncestorOf(focused) else self.list
        pane.focus_find()

    def chosen(self) -> tuple[PurchaseOrderRow, ...]:
        """Return the selected orders, else the one that is shown."""
        found = self.list.selected()
        return found or ((self.pane.detail.order,) if self.pane.detail is not None else ())

    # --- the order shown

    def _go_to(self, key: int | None) -> None:
        if key is not None:
            self.list.select(key)

    def _go_to_line(self, key: int | None) -> None:
        if key is not None:
            self.pane.select_line(key)

    @Slot(object)
    def _show_order(self, order: PurchaseOrderRow | None) -> None:
        if order is not None:
            self._read_order(order.number)
        self._note_chosen()

    @Slot(object)
    def _open_order(self, order: PurchaseOrderRow | None) -> None:
        """Put the keys into the order's lines."""
        if order is not None:
            self.record_shown.emit("purchase_order", order.number)
            self.pane.lines.setFocus()

    @Slot(object)
    def _open_line(self, _line: object) -> None:
        """Do what a line asks for next: receive it, or on a draft decide its quantity."""
        name = "purchase.set_quantity" if self._commands.can_set_quantity() else "purchase.receive"
        if self._by_id[name].enabled_when():
            self._by_id[name].run()

    def _read_order(self, number: str) -> None:
        self.desk.runner.read("purchasing.order", partial(order_detail, number=number), self._show_detail)

    def _show_detail(self, detail: PurchaseOrderDetail | None) -> None:
        self.pane.show_detail(detail)
        self._note_chosen()

    @Slot()
    def _note_chosen(self) -> None:
        self.pane.refresh_verbs()
        self.commands_changed.emit()


def _chips() -> tuple[Chip[PurchaseOrderRow], ...]:
    return (
        Chip("open", tr("Open")),
        Chip("draft", tr("Drafts")),
        Chip("today", tr("Today")),
        Chip("sent", tr("Sent")),
        Chip("overdue", tr("Overdue")),
        Chip("all", tr("All")),
    )


def workspace(desk: Desk) -> Workspace:
    """Make the page."""
    return PurchasingPage(desk)
