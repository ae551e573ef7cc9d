"""Lists too long to be read at once: keys in order first, then pages of rows as they come into view."""

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, QTimer, Signal, Slot

from pegboard.storage.store import Reading
from pegboard.ui.columns import Column
from pegboard.ui.desk import Desk
from pegboard.ui.list_view import Chip, Empty, ListPane
from pegboard.ui.runner import Runner
from pegboard.ui.table_model import AnyIndex, Role, cell, head

Row = TypeVar("Row")
RowOut = TypeVar("RowOut", covariant=True)
PAGE = 40  # rows read at once: a screenful, so that the first ones are there at once
PAGES_KEPT = 150
PAGES_AT_ONCE = 4


class PageSource(Protocol[RowOut]):
    """What a long list reads; both run off the GUI thread."""

    def keys(
        self, reading: Reading, chip: str, words: tuple[str, ...], sort_key: str, descending: bool
    ) -> Sequence[Hashable]:
        """Return the keys of all rows that the chip and the find box keep, in order; sort_key "" is the natural one."""

    def rows(self, reading: Reading, keys: Sequence[Any]) -> Sequence[RowOut]:
        """Return the rows of these keys, in any order; rows that are gone are left out."""


class PagedTableModel(QAbstractTableModel, Generic[Row]):
    """Knows all keys, holds some pages of rows; a row that has not come yet is blank for a moment.

    Signals: wanted(): pages are missing that a view asked for.
    """

    wanted = Signal()

    def __init__(
        self, columns: Sequence[Column[Row]], key: Callable[[Row], Hashable], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.key = key
        self._keys: tuple[Hashable, ...] = ()
        self._places: dict[Hashable, int] = {}
        self._pages: dict[int, dict[Hashable, Row]] = {}
        self._stale: dict[Hashable, Row] = {}
        self._missing: list[int] = []
        self._asked: set[int] = set()  # pages that are missing or on their way

    def show_keys(self, keys: Sequence[Hashable]) -> None:
        """Show these rows; what was read before stands until it is read again."""
        rows = {key: row for page in self._pages.values() for key, row in page.items()}
        is_same = tuple(keys) == self._keys
        if not is_same:
            self.beginResetModel()
        self._stale = {**self._stale, **rows} if len(self._stale) < PAGE * PAGES_KEPT else rows
        self._pages.clear()
        self._missing.clear()
        self._asked.clear()
        self._keys = tuple(keys)
        self._places = {key: place for place, key in enumerate(self._keys)}
        if not is_same:
            self.endResetModel()
        elif self._keys:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._keys) - 1, len(self.columns) - 1))

    def take_missing(self) -> tuple[int, ...]:
        """Return the latest pages that were asked for; earlier ones were scrolled past and are asked for again."""
        missing = tuple(reversed(self._missing[-PAGES_AT_ONCE:]))
        self._asked.difference_update(self._missing[:-PAGES_AT_ONCE])
        self._missing.clear()
        return missing

    def page_keys(self, page: int) -> tuple[Hashable, ...]:
        """Return the keys of a page."""
        return self._keys[page * PAGE : (page + 1) * PAGE]

    def show_page(self, page: int, keys: Sequence[Hashable], rows: Sequence[Row]) -> None:
        """Put the rows of a page in; nothing happens where the list has changed since."""
        if tuple(keys) != self.page_keys(page):
            return
        self._asked.discard(page)
        while len(self._pages) >= PAGES_KEPT:
            self._pages.pop(next(iter(self._pages)))
        self._pages[page] = {self.key(row): row for row in rows}
        first = page * PAGE
        self.dataChanged.emit(self.index(first, 0), self.index(first + len(keys) - 1, len(self.columns) - 1))

    def row_at(self, place: int) -> Row | None:
        """Return the row at a place, None where there is none or it has not come yet."""
        if not 0 <= place < len(self._keys):
            return None
        key = self._keys[place]
        page = self._pages.get(place // PAGE)
        if page is not None:
            return page.get(key)
        if place // PAGE not in self._asked:
            self._asked.add(place // PAGE)
            self._missing.append(place // PAGE)
            self.wanted.emit()
        return self._stale.get(key)

    def place_of(self, key: Hashable) -> int:
        """Return where `key` stands, -1 where it is not in the list."""
        return self._places.get(key, -1)

    def key_at(self, place: int) -> Hashable | None:
        """Return the key at a place."""
        return self._keys[place] if 0 <= place < len(self._keys) else None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many rows there are."""
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> Any:
        """Qt: what one cell shows; blank until its page has come."""
        row = self.row_at(index.row()) if index.isValid() else None
        return None if row is None else cell(self.columns[index.column()], row, role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Qt: what a column's head shows."""
        return head(self.columns, section, orientation, role)


class Pager(QObject, Generic[Row]):
    """Reads the pages that a model wants, a few at a time, off the GUI thread."""

    def __init__(self, name: str, model: PagedTableModel[Row], source: PageSource[Row], runner: Runner) -> None:
        super().__init__(model)
        self._name = name
        self._model = model
        self._source = source
        self._runner = runner
        self._timer = QTimer(self, singleShot=True, interval=0)  # a frame asks for many cells; read once for all
        self._timer.timeout.connect(self._read)
        model.wanted.connect(self._timer.start)

    @Slot()
    def _read(self) -> None:
        for page in self._model.take_missing():
            keys = self._model.page_keys(page)
            work = partial(self._source.rows, keys=keys)
            self._runner.read(f"{self._name}.page.{page}", work, partial(self._show, page, keys))

    def _show(self, page: int, keys: Sequence[Hashable], rows: Sequence[Row]) -> None:
        self._model.show_page(page, keys, rows)


class PagedListPane(ListPane[Row]):
    """A ListPane whose sorting, chips and find box ask the workshop file; for 20,000 rows and more."""

    def __init__(
        self,
        desk: Desk,
        name: str,
        title: str,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], Hashable],
        *,
        source: PageSource[Row],
        chips: Sequence[Chip[Row]] = (),
        empty: Empty | None = None,
    ) -> None:
        self._source = source
        self._is_made = False
        super().__init__(desk, name, title, columns, key, chips=chips, empty=empty)
        self._pager = Pager(f"list.{name}", self.model, source, desk.runner)
        self._is_made = True

    def _make_model(self, key: Callable[[Row], Hashable]) -> Any:
        return PagedTableModel(self.columns, key, self)

    @Slot()
    def refresh(self) -> None:
        """Read the keys again, off the GUI thread; the rows in view follow."""
        section, order = self.view.sort_order()
        sort_key = self.columns[section].key if 0 <= section < len(self.columns) else ""
        descending = order == Qt.SortOrder.DescendingOrder
        work = partial(self._source.keys, chip=self.chip, words=self._words, sort_key=sort_key, descending=descending)
        self.desk.runner.read(f"list.{self.name}", work, self._show_keys)

    def _show_keys(self, keys: Sequence[Hashable]) -> None:
        self.model.show_keys(keys)
        self._after_rows()

    def _filter(self) -> None:
        if self._is_made:
            self.refresh()

    def _sort(self, _section: int, _order: Qt.SortOrder) -> None:
        self._filter()

    def _is_hidden_by_filter(self, _key: Hashable) -> bool:
        return bool(self._words) or -1 < self._chip_group.checkedId() < len(self.chips) - 1

    def show_all(self) -> None:
        """Clear the find box and choose the last chip, by custom the one for all."""
        self.find_box.clear()
        self._words = ()
        self._choose_chip(len(self.chips) - 1)

    def _count_chips(self) -> None:
        """Counting would read everything."""

    def _has_filter(self) -> bool:
        # The first chip is the view that a person starts with: where even it is empty, the page says what belongs here.
        return bool(self._words) or 0 < self._chip_group.checkedId() < len(self.chips) - 1

    def _totals(self) -> list[str]:
        return []
