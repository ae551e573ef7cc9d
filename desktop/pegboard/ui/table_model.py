"""One table model for every list: frozen rows and column declarations; sorting and filtering in Python lists.

A sort proxy would be about a thousand times slower at 10,000 rows.
"""

from collections.abc import Callable, Hashable, Sequence
from operator import eq
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from pegboard.ui.columns import Align, Column
from pegboard.ui.marks import mark_icon

Row = TypeVar("Row")
AnyIndex = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

ALIGNMENTS = {
    Align.LEFT: Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    Align.RIGHT: Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    Align.CENTER: Qt.AlignmentFlag.AlignCenter,
}


def cell(column: Column[Row], row: Row, role: int) -> Any:
    """Return what a view asks of one cell; only looks up and formats."""
    if role in (Role.DisplayRole, Role.AccessibleTextRole):
        return column.text(row)
    if role == Role.TextAlignmentRole:
        return ALIGNMENTS[column.align]
    if role == Role.DecorationRole and column.mark is not None:
        mark = column.mark(row)
        return mark_icon(mark.state) if mark else None
    if role == Role.ToolTipRole and column.tip is not None:
        return column.tip(row)
    return None


def head(columns: Sequence[Column[Any]], section: int, orientation: Qt.Orientation, role: int) -> Any:
    """Return what a view asks of one column's head."""
    if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(columns):
        return None
    if role == Role.DisplayRole:
        return columns[section].title
    if role == Role.ToolTipRole:
        return columns[section].help or None
    if role == Role.TextAlignmentRole:
        return ALIGNMENTS[columns[section].align]
    return None


class TableModel(QAbstractTableModel, Generic[Row]):
    """Shows frozen rows.

    `key` names a row for good (an id or a number): views keep their selection and place by it.
    """

    def __init__(
        self, columns: Sequence[Column[Row]], key: Callable[[Row], Hashable], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.key = key
        self._all: tuple[Row, ...] = ()
        self._rows: list[Row] = []
        self._places: dict[Hashable, int] = {}
        self._filter: Callable[[Row], bool] | None = None
        self._order: tuple[int, Qt.SortOrder] | None = None

    # --- what the screen says

    def show(self, rows: Sequence[Row]) -> None:
        """Show `rows`: the same keys in the same order change in place, anything else starts anew."""
        self._all = tuple(rows)
        self._arrange()

    def set_filter(self, keep: Callable[[Row], bool] | None) -> None:
        """Show only the rows that `keep` says yes to; None shows all."""
        self._filter = keep
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Qt: order the rows by a column; -1 gives the order in which they came."""
        self._order = (column, order) if 0 <= column < len(self.columns) else None
        self._arrange()

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows in the order shown."""
        return tuple(self._rows)

    @property
    def all_rows(self) -> tuple[Row, ...]:
        """All rows, also those that the filter hides, as they came."""
        return self._all

    def row_at(self, place: int) -> Row | None:
        """Return the row at a place, None where there is none."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def place_of(self, key: Hashable) -> int:
        """Return where the row with `key` stands, -1 where it is not shown."""
        return self._places.get(key, -1)

    def key_at(self, place: int) -> Hashable | None:
        """Return the key of the row at a place."""
        row = self.row_at(place)
        return None if row is None else self.key(row)

    def _arrange(self) -> None:
        rows = [row for row in self._all if self._filter is None or self._filter(row)]
        if self._order is not None:
            column, order = self._order
            rows.sort(key=self.columns[column].sort_key, reverse=order == Qt.SortOrder.DescendingOrder)
        keys = {self.key(row): place for place, row in enumerate(rows)}
        if list(keys) == list(self._places) and len(keys) == len(rows) == len(self._rows):
            self._change_in_place(rows)
            return
        self.beginResetModel()
        self._rows, self._places = rows, keys
        self.endResetModel()

    def _change_in_place(self, rows: list[Row]) -> None:
        same = list(map(eq, self._rows, rows))
        self._rows = rows
        for place, is_same in enumerate(same):
            if not is_same:
                self.dataChanged.emit(self.index(place, 0), self.index(place, len(self.columns) - 1))

    # --- what Qt asks

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> Any:
        """Qt: what one cell shows."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        return cell(self.columns[index.column()], self._rows[index.row()], role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Qt: what a column's head shows."""
        return head(self.columns, section, orientation, role)
