"""Stock: what lies in the shop, whose it is, what is free, and what is to come."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.inventory import StockRow, item_key, location_codes
from pegboard.queries.stock_movements import Scope
from pegboard.ui import theme
from pegboard.ui.button import Button
from pegboard.ui.command import Command
from pegboard.ui.completion import Choice
from pegboard.ui.desk import Desk
from pegboard.ui.detail import Split
from pegboard.ui.inventory.columns import stock_columns
from pegboard.ui.inventory.commands import SCOPE, StockCommands
from pegboard.ui.inventory.counts import CountsView
from pegboard.ui.inventory.item_pane import ItemPane, StockDetail, stock_detail
from pegboard.ui.inventory.sources import StockSource
from pegboard.ui.list_view import Chip, Empty
from pegboard.ui.paged import PagedListPane
from pegboard.ui.workspace import Workspace

STOCK, COUNTS = "stock", "counts"
ITEM_MENU = ("stock.adjust", "stock.item")
LOT_MENU = ("stock.adjust", "stock.transfer", "stock.block", "stock.unblock")


class InventoryPage(Workspace):
    """The page Stock: items left, one item's lots and what stands behind its figures right."""

    nouns = frozenset(
        {
            "stock",
            "peg",
            "item",
            "work_order",
            "purchase_order",
            "requirement",
            "demand",
            "location",
            "order",
            "stock_count",
        }
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
        self.counts = CountsView(desk, self.locations)
        commands = (*StockCommands(desk, self).commands(), *self.counts.commands())
        self._by_id = {command.id: command for command in commands}
        self.pane.set_verbs([self._by_id[name] for name in ("stock.adjust", "stock.transfer", "stock.item")])
        self._build()
        self.list.set_menu(ITEM_MENU)
        self.pane.lots.set_menu(lambda: desk.shell.actions(LOT_MENU))
        self.list.rows_shown.connect(self.say_ready)
        self.list.rows_shown.connect(self._go_to_awaited)
        self.list.current_changed.connect(self._show_item)
        self.list.opened.connect(self._open_item)
        self.pane.lot_shown.connect(self._note_chosen)
        self.counts.chosen_changed.connect(self._note_chosen)
        self.counts.list.rows_shown.connect(self.say_ready)
        self._show_view(str(desk.state.get("inventory.view", STOCK)))

    def _build(self) -> None:
        """Stock and counts are two views of the page, switched above."""
        self._views = QButtonGroup(self)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, 0)
        bar.setSpacing(theme.STEP)
        for place, title in enumerate((tr("Stock"), tr("Counts"))):
            button = Button(title)
            button.setCheckable(True)
            button.setProperty("chip", True)
            button.setToolTip(tr("Ctrl+B changes between stock and counts."))
            self._views.addButton(button, place)
            bar.addWidget(button)
        bar.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(Split(self.desk, "inventory", self.list, self.pane, (5, 4)))
        self._stack.addWidget(self.counts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self._stack, 1)
        self._views.idClicked.connect(self._choose_view)

    # --- stock and counts

    @property
    def view(self) -> str:
        """What is shown: stock or counts."""
        return COUNTS if self._stack.currentWidget() is self.counts else STOCK

    def switch_view(self) -> None:
        """Show the counts in place of the stock, or the stock again."""
        self._choose_view(0 if self.view == COUNTS else 1)

    @Slot(int)
    def _choose_view(self, place: int) -> None:
        self._show_view(COUNTS if place else STOCK)
        self.desk.state.set("inventory.view", self.view)
        self.refresh()
        (self.counts.list if place else self.list).setFocus()
        self._note_chosen()

    def _show_view(self, view: str) -> None:
        is_counts = view == COUNTS
        self._stack.setCurrentIndex(int(is_counts))
        self.setFocusProxy(self.counts.list if is_counts else self.list)
        self._views.button(int(is_counts)).setChecked(True)

    def refresh(self) -> None:
        """Read again what is shown."""
        if self.view == COUNTS:
            self.counts.refresh()
        else:
            self.list.refresh()
        self.desk.runner.read("inventory.locations", location_codes, self._show_locations)
        if self.pane.detail is not None:
            self._read_item(self.pane.detail.row.key)

    def commands(self) -> tuple[Command, ...]:
        """Return what can be done with stock."""
        switch = Command(
            id="stock.switch_view",
            title=tr("Stock or counts"),
            run=self.switch_view,
            icon="count",
            help=tr("Shows the stock counts, or the stock again."),
            menu=tr("Stock"),
            shortcut="Ctrl+B",
            scope=SCOPE,
        )
        return (*self._by_id.values(), switch)

    def trace(self, item_key: int, stock_key: int) -> None:
        """Show what went into one lot, and where it went."""
        if self.view == COUNTS:
            self._choose_view(0)
        self.pane.trace(Scope(item_key, stock_key))
        self._go_to(item_key)

    def locations(self) -> Sequence[Choice]:
        """Return all locations."""
        return self._locations

    def show_record(self, noun: str, number: str) -> None:
        """Go to an item's stock: STOCK:LOCATION:ITEM[:LOT], or an item's code."""
        code = number
        if self.view == COUNTS:
            self._choose_view(0)
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
        if self.view == COUNTS:
            return (self.counts.list, self.counts.pane.lines)
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
