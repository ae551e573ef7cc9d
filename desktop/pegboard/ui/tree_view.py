"""The tree of BOMs, peg chains and previews: keeps what was open and selected across refreshes."""

from collections.abc import Hashable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from pegboard.ui import theme
from pegboard.ui.columns import Column
from pegboard.ui.table_model import AnyIndex
from pegboard.ui.tree_model import TreeModel
from pegboard.ui.window_state import WindowState

SAVE_AFTER = 400  # milliseconds


class _RowDelegate(QStyledItemDelegate):
    """Gives rows the height of the lists' rows."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Qt: how large a cell wants to be."""
        return QSize(super().sizeHint(option, index).width(), theme.COMPACT_ROW_HEIGHT)


class TreeView(QTreeView):
    """Shows a TreeModel; what is new opens `open_levels` deep.

    Signals: current_changed(row or None); opened(row): Enter or a double click.
    """

    current_changed = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        name: str,
        title: str,
        state: WindowState,
        columns: Sequence[Column[Any]],
        *,
        open_levels: int = 2,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = f"tree.{name}"
        self._state = state
        self._columns = tuple(columns)
        self._open_levels = open_levels
        self._tree: TreeModel[Any] | None = None
        self._open: set[tuple[Hashable, ...]] = set()
        self._known: set[tuple[Hashable, ...]] = set()
        self._current: tuple[Hashable, ...] = ()
        self.setAccessibleName(title)
        self.setUniformRowHeights(True)
        self.setItemDelegate(_RowDelegate(self))
        self.setRootIsDecorated(True)
        self.setIndentation(theme.MARGIN)
        self.setAllColumnsShowFocus(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.header().setStretchLastSection(True)
        self.header().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._saver = QTimer(self, singleShot=True, interval=SAVE_AFTER)
        self._saver.timeout.connect(self._save)
        self.doubleClicked.connect(self._tell_opened)

    def show_model(self, model: TreeModel[Any]) -> None:
        """Take `model` and follow what it does."""
        self._tree = model
        self.setModel(model)
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._restore_place)
        self.selectionModel().currentRowChanged.connect(self._tell_current)
        widths = self._state.get(self._name, {})
        for section, column in enumerate(self._columns):
            self.setColumnWidth(section, widths.get(column.key, column.width))
        self.header().sectionResized.connect(self._save_soon)
        self._restore_place()

    def current_row(self) -> Any:
        """Return the current row, None where there is none."""
        return self._tree.row_of(self.currentIndex()) if self._tree is not None else None

    def _indexes(self, parent: QModelIndex, depth: int) -> list[tuple[QModelIndex, int]]:
        assert self._tree is not None
        found: list[tuple[QModelIndex, int]] = []
        for place in range(self._tree.rowCount(parent)):
            index = self._tree.index(place, 0, parent)
            found.append((index, depth))
            if self.isExpanded(index) or depth < self._open_levels:
                found += self._indexes(index, depth + 1)
        return found

    @Slot()
    def _keep_place(self) -> None:
        assert self._tree is not None
        indexes = [index for index, _depth in self._indexes(QModelIndex(), 0)]
        self._known = {self._tree.path_of(index) for index in indexes}
        self._open = {self._tree.path_of(index) for index in indexes if self.isExpanded(index)}
        self._current = self._tree.path_of(self.currentIndex()) if self.currentIndex().isValid() else ()

    @Slot()
    def _restore_place(self) -> None:
        assert self._tree is not None
        self._open_below(QModelIndex(), 0)
        if self._current:
            index = self._tree.index_of(self._current)
            if index.isValid():
                self.setCurrentIndex(index)

    def _open_below(self, parent: QModelIndex, depth: int) -> None:
        assert self._tree is not None
        for place in range(self._tree.rowCount(parent)):
            index = self._tree.index(place, 0, parent)
            path = self._tree.path_of(index)
            if path in self._open or (path not in self._known and depth < self._open_levels):
                self.setExpanded(index, True)
                self._open_below(index, depth + 1)

    @Slot()
    def _tell_current(self) -> None:
        self.current_changed.emit(self.current_row())

    @Slot()
    def _tell_opened(self) -> None:
        row = self.current_row()
        if row is not None:
            self.opened.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter opens the current row's record."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._tell_opened()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _save_soon(self) -> None:
        """Connected in place of the timer's own start, which would take a column's number for milliseconds."""
        self._saver.start()

    @Slot()
    def _save(self) -> None:
        widths = {column.key: self.columnWidth(section) for section, column in enumerate(self._columns[:-1])}
        self._state.set(self._name, widths)
