"""One tree model for BOMs, peg chains and what an order pulls: frozen rows that know their children."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt

from pegboard.ui.columns import Column
from pegboard.ui.table_model import AnyIndex, Role, cell, head

Row = TypeVar("Row")


class _Node(Generic[Row]):
    """A row in its place; children are made when they are first looked at."""

    __slots__ = ("_children", "parent", "place", "row", "source")

    def __init__(
        self, row: Row | None, parent: "_Node[Row] | None", place: int, source: Callable[[Row], Sequence[Row]]
    ) -> None:
        self.row = row
        self.parent = parent
        self.place = place
        self.source = source
        self._children: tuple[_Node[Row], ...] | None = None

    def set_children(self, rows: Sequence[Row]) -> None:
        self._children = tuple(_Node(row, self, place, self.source) for place, row in enumerate(rows))

    @property
    def children(self) -> "tuple[_Node[Row], ...]":
        if self._children is None:
            assert self.row is not None
            self.set_children(self.source(self.row))
            assert self._children is not None
        return self._children


class TreeModel(QAbstractItemModel, Generic[Row]):
    """Shows frozen rows in a tree; `children` of a row are part of it or looked up in what was already read."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], Hashable],
        children: Callable[[Row], Sequence[Row]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.key = key
        self._children = children
        self._root: _Node[Row] = _Node(None, None, 0, children)
        self._root.set_children(())
        self._rows: tuple[Row, ...] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """Show `rows` as the top level; nothing happens where they are the same as before."""
        if tuple(rows) == self._rows:
            return
        self.beginResetModel()
        self._rows = tuple(rows)
        self._root = _Node(None, None, 0, self._children)
        self._root.set_children(rows)
        self.endResetModel()

    def row_of(self, index: AnyIndex) -> Row | None:
        """Return the row behind an index."""
        return self._node(index).row if index.isValid() else None

    def path_of(self, index: AnyIndex) -> tuple[Hashable, ...]:
        """Return the keys from the top down to an index: its name across refreshes."""
        keys: list[Hashable] = []
        node: _Node[Row] | None = self._node(index)
        while node is not None and node.row is not None:
            keys.append(self.key(node.row))
            node = node.parent
        return tuple(reversed(keys))

    def index_of(self, path: Sequence[Hashable]) -> QModelIndex:
        """Return the index of a path of keys, invalid where it is gone."""
        index = QModelIndex()
        for wanted in path:
            children = self._node(index).children
            place = next((n.place for n in children if n.row is not None and self.key(n.row) == wanted), -1)
            if place < 0:
                return QModelIndex()
            index = self.index(place, 0, index)
        return index

    def _node(self, index: AnyIndex) -> _Node[Row]:
        return index.internalPointer() if index.isValid() else self._root

    # --- what Qt asks

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Qt: the index of a cell."""
        children = self._node(parent).children
        if 0 <= row < len(children) and 0 <= column < len(self.columns) and parent.column() <= 0:
            return self.createIndex(row, column, children[row])
        return QModelIndex()

    def parent(self, index: AnyIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        """Qt: the index of the row above."""
        above = self._node(index).parent if index.isValid() else None
        if above is None or above.row is None:
            return QModelIndex()
        return self.createIndex(above.place, 0, above)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many children a row has."""
        return 0 if parent.column() > 0 else len(self._node(parent).children)

    def columnCount(self, _parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many columns there are."""
        return len(self.columns)

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> Any:
        """Qt: what one cell shows."""
        row = self.row_of(index)
        return None if row is None else cell(self.columns[index.column()], row, role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Qt: what a column's head shows."""
        return head(self.columns, section, orientation, role)
