"""Items: what is made and bought, its BOMs, routings and suppliers."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.items import ItemDetail, ItemRow, item_detail, item_key, item_keys, item_rows
from pegboard.storage.store import Reading
from pegboard.ui.desk import Desk
from pegboard.ui.detail import Split
from pegboard.ui.items.columns import item_columns
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

    nouns = frozenset({"item", "bom", "routing", "supplier_item", "supplier", "work_center"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Items"))
        self.list: PagedListPane[ItemRow] = PagedListPane(
            desk,
            "items",
            tr("Items"),
            item_columns(),
            key=lambda item: item.key,
            source=ItemSource(),
            chips=_chips(),
            empty=Empty(tr("What is made, bought and sold stands here.")),
        )
        self.pane = ItemPane(desk)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setFocusProxy(self.list)
        layout.addWidget(Split(desk, "items", self.list, self.pane, (2, 3)))
        self.list.rows_shown.connect(self.say_ready)
        self.list.current_changed.connect(self._show_item)

    def refresh(self) -> None:
        """Read again what is shown."""
        self.list.refresh()
        if self.pane.detail is not None:
            self._read_item(self.pane.detail.row.key)

    def show_record(self, noun: str, number: str) -> None:
        """Go to the item with this code."""
        self.desk.runner.read("items.find", partial(item_key, code=number), self._go_to)

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.list,)

    # --- the item shown

    def _go_to(self, key: int | None) -> None:
        if key is not None:
            self.list.select(key)

    @Slot(object)
    def _show_item(self, row: ItemRow | None) -> None:
        if row is not None:
            self._read_item(row.key)
        self._note_chosen()

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
