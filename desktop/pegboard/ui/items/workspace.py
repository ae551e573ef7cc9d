"""Items: what is made and bought, its BOMs, routings and suppliers."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.items import ItemDetail, ItemRow, item_detail, item_key, item_keys, item_rows
from pegboard.storage.store import Reading
from pegboard.ui.command import Command
from pegboard.ui.desk import Desk
from pegboard.ui.detail import Split
from pegboard.ui.items.choices import read_choices
from pegboard.ui.items.columns import item_columns
from pegboard.ui.items.commands import ItemCommands
from pegboard.ui.items.item_pane import ItemPane
from pegboard.ui.list_view import Chip, Empty
from pegboard.ui.paged import PagedListPane
from pegboard.ui.workspace import Workspace


class ItemSource:
    """Reads the list of items: all keys in order, then the rows that come into view."""

    def keys(
        self, reading: Reading, chip: str, words: tuple[str, ...], sort_key: str, descending: bool
    ) -> Sequence[int]:
        """Return the keys of the items of a filter."""
        return item_keys(reading, chip, words, sort_key, descending)

    def rows(self, reading: Reading, keys: Sequence[int]) -> Sequence[ItemRow]:
        """Return the items with these keys."""
        return item_rows(reading, keys)


class ItemsPage(Workspace):
    """The page Items: the list left, one item in full right."""

    nouns = frozenset({"item", "bom", "routing", "supplier_item", "supplier", "work_center", "attachment"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Items"))
        self._new_from: int | None = None  # the item that was shown when a new one was begun
        self._awaited: int | None = None  # the item to go to
        self.list: PagedListPane[ItemRow] = PagedListPane(
            desk,
            "items",
            tr("Items"),
            item_columns(),
            key=lambda item: item.key,
            source=ItemSource(),
            chips=_chips(),
            empty=Empty(tr("What is made, bought and sold stands here."), tr("New item"), self.start_new),
        )
        self.pane = ItemPane(desk)
        self._by_id = {command.id: command for command in ItemCommands(desk, self).commands()}
        self.pane.bom.offer(self._by_id["item.new_revision"])
        self.pane.set_verbs([self._by_id[name] for name in ("item.edit", "item.stock")])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setFocusProxy(self.list)
        layout.addWidget(Split(desk, "items", self.list, self.pane, (2, 3)))
        self.list.rows_shown.connect(self.say_ready)
        self.list.current_changed.connect(self._show_item)
        self.list.opened.connect(self._open_item)
        self.list.set_menu(("item.edit", "item.tab_bom", "item.tab_uses", "item.stock"))
        self.pane.shown.connect(self._note_chosen)
        self.pane.form.created.connect(self._go_to_new)
        self.list.rows_shown.connect(self._go_to_awaited)

    def refresh(self) -> None:
        """Read again what is shown."""
        self.list.refresh()
        self.desk.runner.read("items.choices", read_choices, self.pane.show_choices)
        if self.pane.detail is not None:
            self._read_item(self.pane.detail.row.key)

    def commands(self) -> tuple[Command, ...]:
        """Return what can be done with items."""
        return tuple(self._by_id.values())

    def show_record(self, noun: str, number: str) -> None:
        """Go to the item with this code; for a BOM or routing to its tab."""
        if noun in ("bom", "routing"):
            self.pane.tabs.setCurrentWidget(self.pane.bom if noun == "bom" else self.pane.routing)
        self._go_to_code(number)

    def history_number(self) -> str:
        """Return the chosen item."""
        row = self.list.current()
        return row.code if row is not None else ""

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.list, *self.pane.panes())

    def leave(self) -> None:
        """Keep what is being typed."""
        for tab in (self.pane.bom, self.pane.routing, self.pane.suppliers):
            tab.kept.grid.finish_edit()

    # --- the item shown

    def start_new(self) -> None:
        """Begin a new item."""
        self._new_from = self.pane.detail.row.key if self.pane.detail is not None else None
        self.pane.start_new()
        self._note_chosen()

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) item of the list."""
        place = self.list.view.current_place() + by
        if 0 <= place < self.list.model.rowCount():
            self.list.view.select_place(place)

    @Slot(str)
    def _go_to_code(self, code: str) -> None:
        self.desk.runner.read("items.find", partial(item_key, code=code), self._go_to)

    @Slot(str)
    def _go_to_new(self, code: str) -> None:
        self.desk.runner.read("items.find", partial(item_key, code=code), self._await)

    def _await(self, key: int | None) -> None:
        """Go there once the list has it: before, it would look as if a filter hid it."""
        self._awaited = key
        self.list.refresh()

    def _go_to(self, key: int | None) -> None:
        self._awaited = key
        if self.list.model.rowCount():
            self._go_to_awaited()

    @Slot()
    def _go_to_awaited(self) -> None:
        key, self._awaited = self._awaited, None
        if key is not None:
            self.list.select(key)

    @Slot(object)
    def _show_item(self, row: ItemRow | None) -> None:
        is_refreshed = row is not None and row.key == self._new_from
        if row is not None and not (self.pane.form.is_new and is_refreshed):
            self._read_item(row.key)
        self._note_chosen()

    @Slot(object)
    def _open_item(self, row: ItemRow | None) -> None:
        """Put the keys into the tab that is shown."""
        if row is not None:
            self.record_shown.emit("item", row.code)
            self.pane.enter()

    def _read_item(self, key: int) -> None:
        self.desk.runner.read("items.item", partial(item_detail, key=key), self._show_detail)

    def _show_detail(self, detail: ItemDetail | None) -> None:
        self.pane.show_detail(detail)
        self._note_chosen()

    @Slot()
    def _note_chosen(self) -> None:
        self.pane.refresh_verbs()
        self.commands_changed.emit()


def _chips() -> tuple[Chip[ItemRow], ...]:
    return (
        Chip("active", tr("Active")),
        Chip("make", tr("Make")),
        Chip("buy", tr("Buy")),
        Chip("phantom", tr("Phantom")),
        Chip("problem", tr("Problem")),
        Chip("inactive", tr("Inactive")),
        Chip("all", tr("All")),
    )


def workspace(desk: Desk) -> Workspace:
    """Make the page."""
    return ItemsPage(desk)
