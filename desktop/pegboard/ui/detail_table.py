"""A short table within the detail of a record: the lines of an order, the components of a job."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from pegboard.ui import theme
from pegboard.ui.columns import Column
from pegboard.ui.desk import Desk
from pegboard.ui.table_model import TableModel
from pegboard.ui.table_view import TableView

Row = TypeVar("Row")
MOST_ROWS = 24  # shown without scrolling inside the table
LEAST_ROWS = 1


class DetailTable(TableView, Generic[Row]):
    """Shows a few frozen rows, as high as they need; `name` is unique in the program and remembers the columns.

    Signals: row_changed(row or None): another row is current; row_opened(row): Enter or a double click.
    """

    row_changed = Signal(object)
    row_opened = Signal(object)

    def __init__(
        self,
        desk: Desk,
        name: str,
        title: str,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], Hashable],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, desk.state, columns, parent)
        self.setAccessibleName(title)
        self.table: TableModel[Row] = TableModel(columns, key, self)
        self.show_model(self.table)
        # A scroll bar that comes and goes with the width would change the height, and that the width of the whole pane,
        # without end; columns narrow themselves instead.
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fit_height()
        self.current_changed.connect(self._tell_current)
        self.opened.connect(self._tell_opened)
        self.sort_asked.connect(self.table.sort)
        self.table.sort(*self.sort_order())

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show `rows`; the first becomes the current one where none was."""
        self.table.show(rows)
        self._fit_height()
        if self.current_place() < 0 and rows:
            self.select_place(0)

    def current(self) -> Row | None:
        """Return the current row."""
        return self.table.row_at(self.current_place())

    def _fit_height(self) -> None:
        shown = min(max(self.table.rowCount(), LEAST_ROWS), MOST_ROWS)
        head = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(head + shown * self.verticalHeader().defaultSectionSize() + theme.STEP)

    def sizeHint(self) -> QSize:
        """Qt: as wide as there is room."""
        return QSize(300, self.height())

    @Slot()
    def _tell_current(self) -> None:
        self.row_changed.emit(self.current())

    @Slot()
    def _tell_opened(self) -> None:
        row: Any = self.current()
        if row is not None:
            self.row_opened.emit(row)
