"""Stock: what lies in the shop, whose it is, what is free, and what is to come."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.inventory import StockRow, item_key, location_codes
from pegboard.ui.command import Command
from pegboard.ui.completion import Choice
from pegboard.ui.desk import Desk
from pegboard.ui.detail import Split
from pegboard.ui.inventory.columns import stock_columns
from pegboard.ui.inventory.commands import StockCommands
from pegboard.ui.inventory.item_pane import ItemPane, StockDetail, stock_detail
from pegboard.ui.inventory.sources import StockSource
from pegboard.ui.list_view import Chip, Empty
from pegboard.ui.paged import PagedListPane
from pegboard.ui.workspace import Workspace

ITEM_MENU = ("stock.adjust", "stock.item")
LOT_MENU = ("stock.adjust", "stock.transfer", "stock.block", "stock.unblock")


class InventoryPage(Workspace):
    """The page Stock: items left, one item's lots and what stands behind its figures right."""

    nouns = frozenset(
        {"stock", "peg", "item", "work_order", "purchase_order", "requirement", "demand", "location", "order"}
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Stock"))
        self._awaited: int | None = None  # the item to go to
        self.list: PagedListPane[StockRow] = PagedListPane(
            desk,
            "stock",
            tr("Stock"),
            stock_columns(),
            key=lambda row: row.key,
            source=StockSource(),
            chips=_chips(),
            empty=Empty(tr("What lies in the shop stands here, as soon as goods come in, are made or counted.")),
        )
        self.pane = ItemPane(desk)
        self._locations: tuple[Choice, ...] = ()
        self._by_id = {command.id: command for command in StockCommands(desk, self).commands()}
        self.pane.set_verbs([self._by_id[name] for name in ("stock.adjust", "stock.transfer", "stock.item")])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setFocusProxy(self.list)
        layout.addWidget(Split(desk, "inventory", self.list, self.pane, (5, 4)))
        self.list.set_menu(ITEM_MENU)
        self.pane.lots.set_menu(lambda: desk.shell.actions(LOT_MENU))
        self.list.rows_shown.connect(self.say_ready)
        self.list.rows_shown.connect(self._go_to_awaited)
        self.list.current_changed.connect(self._show_item)
        self.list.opened.connect(self._open_item)
        self.pane.lot_shown.connect(self._note_chosen)

    def refresh(self) -> None:
        """Read again what is shown."""
        self.list.refresh()
        self.desk.runner.read("inventory.locations", location_codes, self._show_locations)
        if self.pane.detail is not None:
            self._read_item(self.pane.detail.row.key)

    def commands(self) -> tuple[Command, ...]:
        """Return what can be done with stock."""
        return tuple(self._by_id.values())

    def locations(self) -> Sequence[Choice]:
        """Return all locations."""
        return self._locations

    def show_record(self, noun: str, number: str) -> None:
        """Go to an item's stock: STOCK:LOCATION:ITEM[:LOT], or an item's code."""
        code = number
        if number.startswith("STOCK:"):
            code = number.split(":")[2] if number.count(":") > 1 else ""
            self.pane.select_lot(number)
        self.desk.runner.read("inventory.find", partial(item_key, code=code), self._go_to)

    def why_number(self) -> str:
        """Return the chosen lot."""
        lot = self.pane.lot()
        if lot is None and self.pane.detail is not None and self.pane.detail.lots:
            lot = self.pane.detail.lots[0]
        return lot.name if lot is not None else ""

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.list, *self.pane.panes())

    def focus_find(self) -> None:
        """Go to the find box of the list that has the keys."""
        focused = self.focusWidget()
        inner = self.pane.movements
        is_inner = focused is not None and inner.isAncestorOf(focused) and not inner.find_box.isHidden()
        (inner if is_inner else self.list).focus_find()

    def _show_locations(self, found: Sequence[tuple[str, str]]) -> None:
        self._locations = tuple(Choice(code, words) for code, words in found)

    # --- the item shown

    def _go_to(self, key: int | None) -> None:
        self._awaited = key
        if self.list.model.rowCount():  # before, it would look as if a filter hid it
            self._go_to_awaited()

    @Slot()
    def _go_to_awaited(self) -> None:
        key, self._awaited = self._awaited, None
        if key is not None:
            self.list.select(key)

    @Slot(object)
    def _show_item(self, row: StockRow | None) -> None:
        if row is not None:
            self._read_item(row.key)
        self._note_chosen()

    @Slot(object)
    def _open_item(self, row: StockRow | None) -> None:
        """Put the keys into the item's lots."""
        if row is not None:
            self.record_shown.emit("stock", row.item)
            self.pane.lots.setFocus()

    def _read_item(self, key: int) -> None:
        self.desk.runner.read("inventory.item", partial(stock_detail, key=key), self._show_detail)

    def _show_detail(self, detail: StockDetail | None) -> None:
        self.pane.show_detail(detail)
        self._note_chosen()

    @Slot()
    def _note_chosen(self) -> None:
        self.pane.refresh_verbs()
        self.commands_changed.emit()


def _chips() -> tuple[Chip[StockRow], ...]:
    return (
        Chip("stock", tr("In stock")),
        Chip("short", tr("Short")),
        Chip("surplus", tr("Surplus")),
        Chip("blocked", tr("Blocked")),
        Chip("no_cost", tr("No cost")),
        Chip("all", tr("All")),
    )


def workspace(desk: Desk) -> Workspace:
    """Make the page."""
    return InventoryPage(desk)
