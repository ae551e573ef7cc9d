"""The entry grid: rows that are typed, pasted, filled down and undone without the mouse."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pegboard.i18n import tr
from pegboard.ui import theme
from pegboard.ui.button import Button
from pegboard.ui.entry_delegate import CellEditor, EntryDelegate
from pegboard.ui.entry_model import Cell, Computed, EntryColumn, EntryModel, EntryRow, Texts
from pegboard.ui.entry_paste import head_of, read_block

__all__ = ["Cell", "Computed", "EntryColumn", "EntryGrid", "EntryRow"]

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
KEYPAD = Qt.KeyboardModifier.KeypadModifier


class EntryView(QTableView):
    """The table of an entry grid: keys, clipboard, moving from cell to cell."""

    def __init__(self, model: EntryModel, today: Callable[[], datetime.date]) -> None:
        super().__init__()
        self._model = model
        self._today = today
        self._tabbed = (-1, 0)  # row, and the column where Tab was pressed in it first
        self.setObjectName("entry_table")
        self.setModel(model)
        delegate = EntryDelegate(self)
        delegate.left.connect(self.go)
        self.setItemDelegate(delegate)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.AnyKeyPressed | trigger.EditKeyPressed | trigger.DoubleClicked)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(True)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().setDefaultSectionSize(theme.ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        for place, column in enumerate(model.columns):
            self.setColumnWidth(place, column.width)
        self.setCurrentIndex(model.index(0, self._first_open()))
        model.modelReset.connect(self._go_back_in)

    def _first_open(self) -> int:
        return next((place for place, column in enumerate(self._model.columns) if column.parse is not None), 0)

    @Slot()
    def _go_back_in(self) -> None:
        self.setCurrentIndex(self._model.index(self._model.rowCount() - 1, self._first_open()))

    # --- moving

    @Slot(int, int)
    def go(self, down: int, on: int) -> None:
        """Go so many rows down, or to the next or previous cell that can be filled, round the ends of rows.

        As in spreadsheets, going down after Tab returns to the column where tabbing began, so that lines are typed
        item, Tab, quantity, Enter.
        """
        index = self.currentIndex()
        if not index.isValid():
            index = self._model.index(0, self._first_open())
        if down:
            row = min(max(index.row() + down, 0), self._model.rowCount() - 1)
            began = self._tabbed[1] if down > 0 and self._tabbed[0] == index.row() else index.column()
            self.setCurrentIndex(self._model.index(row, began))
            return
        if self._tabbed[0] != index.row():
            self._tabbed = (index.row(), index.column())
        found = self._next_open(index, on)
        if found.isValid():
            self.setCurrentIndex(found)

    def _next_open(self, index: QModelIndex, step: int) -> QModelIndex:
        count = self._model.columnCount()
        place = index.row() * count + index.column() + step
        while 0 <= place < self._model.rowCount() * count:
            row, column = divmod(place, count)
            if self._model.columns[column].parse is not None:
                return self._model.index(row, column)
            place += step
        return QModelIndex()

    # --- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: the keys of a grid; anything else types into the cell."""
        if not self._handle(event):
            super().keyPressEvent(event)

    def _handle(self, event: QKeyEvent) -> bool:
        action = self._action_for(event)
        if action is not None:
            action()
        return action is not None

    def _action_for(self, event: QKeyEvent) -> Callable[[], object] | None:
        for standard, action in (
            (QKeySequence.StandardKey.Copy, self.copy),
            (QKeySequence.StandardKey.Paste, self.paste),
            (QKeySequence.StandardKey.Cut, self.cut),
            (QKeySequence.StandardKey.Undo, self._model.undo_stack.undo),
            (QKeySequence.StandardKey.Redo, self._model.undo_stack.redo),
        ):
            if event.matches(standard):
                return action
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~KEYPAD
        if event.modifiers() & KEYPAD and not modifiers and key == Qt.Key.Key_Plus:
            return self.add_row
        if event.modifiers() & KEYPAD and not modifiers and key == Qt.Key.Key_Asterisk:
            return self.repeat_row
        return self._plain_actions().get((key, modifiers))

    def _plain_actions(self) -> dict[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[], object]]:
        key, none = Qt.Key, Qt.KeyboardModifier.NoModifier
        return {
            (key.Key_Return, none): lambda: self.go(1, 0),
            (key.Key_Enter, none): lambda: self.go(1, 0),
            (key.Key_Return, SHIFT): lambda: self.go(-1, 0),
            (key.Key_Enter, SHIFT): lambda: self.go(-1, 0),
            (key.Key_Tab, none): self._tab_on,
            (key.Key_Backtab, SHIFT): self._tab_back,
            (key.Key_Delete, none): self.clear_cells,
            (key.Key_Backspace, none): self.clear_cells,
            (key.Key_Delete, CONTROL): self.delete_rows,
            (key.Key_D, CONTROL): self.fill_down,
            (key.Key_R, CONTROL): self.fill_right,
            (key.Key_Y, CONTROL): self._model.undo_stack.redo,
            (key.Key_Semicolon, CONTROL): self.type_today,
            (key.Key_C, CONTROL | SHIFT): lambda: self.copy(with_heads=True),
            (key.Key_F4, none): self.show_choices,
        }

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Qt: Tab goes from cell to cell, and out of the grid at its ends; asked before any key press is seen."""
        if is_next and not self._is_at_end():
            self.go(0, 1)
            return True
        if not is_next and self._next_open(self.currentIndex(), -1).isValid():
            self.go(0, -1)
            return True
        return super().focusNextPrevChild(is_next)

    def _tab_on(self) -> None:
        self.focusNextPrevChild(True)

    def _tab_back(self) -> None:
        self.focusNextPrevChild(False)

    def _is_at_end(self) -> bool:
        """Whether Tab leaves the grid: from the blank last row's first cell there is nothing left to fill."""
        index = self.currentIndex()
        row = self._model.row_at(index.row())
        is_last = index.row() == self._model.rowCount() - 1
        return not index.isValid() or (is_last and row is not None and row.is_blank)

    # --- what keys do

    def _selected(self) -> list[QModelIndex]:
        chosen = self.selectionModel().selectedIndexes()
        return sorted(chosen, key=lambda index: (index.row(), index.column())) or [self.currentIndex()]

    def show_choices(self) -> None:
        """Edit the cell with all its choices open."""
        if self.edit(self.currentIndex(), QAbstractItemView.EditTrigger.AllEditTriggers, None):  # type: ignore[call-overload]
            editor = self.open_editor()
            if editor is not None and editor.proposals is not None:
                editor.proposals.propose_all()

    def open_editor(self) -> CellEditor | None:
        """Return the line that a person types in now; closed ones linger until Qt deletes them."""
        focused = QApplication.focusWidget()
        return focused if isinstance(focused, CellEditor) and self.isAncestorOf(focused) else None

    def clear_cells(self) -> None:
        """Empty the selected cells."""
        self._fill(tr("Clear"), ((index, "") for index in self._selected()))

    def delete_rows(self) -> None:
        """Take the selected rows out, and stay at their place."""
        places = sorted({index.row() for index in self._selected()})
        column = max(self.currentIndex().column(), 0)
        self._model.delete_rows(places)
        self.setCurrentIndex(self._model.index(min(places[0], self._model.rowCount() - 1), column))

    def fill_down(self) -> None:
        """Fill the selected cells with the top ones; a single row takes those above it."""
        chosen = self._selected()
        top = min(index.row() for index in chosen)
        source = top if len({index.row() for index in chosen}) > 1 else top - 1
        if source >= 0:
            texts = ((index, self._text(source, index.column())) for index in chosen if index.row() != source)
            self._fill(tr("Fill down"), texts)

    def fill_right(self) -> None:
        """Fill the selected cells with the leftmost ones."""
        chosen = self._selected()
        left = min(index.column() for index in chosen)
        texts = ((index, self._text(index.row(), left)) for index in chosen if index.column() != left)
        self._fill(tr("Fill right"), texts)

    def type_today(self) -> None:
        """Put today into a column of days."""
        index = self.currentIndex()
        if index.isValid() and self._model.columns[index.column()].is_day:
            self._fill(tr("Today"), ((index, self._today().isoformat()),))

    def add_row(self) -> None:
        """Go to the blank row at the end."""
        self.setCurrentIndex(self._model.index(self._model.rowCount() - 1, self._first_open()))

    def repeat_row(self) -> None:
        """Enter the last filled row once more."""
        filled = self._model.rowCount() - 2
        row = self._model.row_at(filled)
        if row is not None:
            texts = {(filled + 1, key): cell.text for key, cell in row.cells.items() if cell.text}
            self._model.change(tr("Repeat line"), texts)
            self.setCurrentIndex(self._model.index(filled + 1, self._first_open()))

    def _text(self, place: int, column: int) -> str:
        return str(self._model.index(place, column).data(Qt.ItemDataRole.EditRole) or "")

    def _fill(self, title: str, texts: Iterable[tuple[QModelIndex, str]]) -> None:
        columns = self._model.columns
        wanted = {(index.row(), columns[index.column()].key): text for index, text in texts if index.isValid()}
        is_open = {column.key for column in columns if column.parse is not None}
        self._model.change(title, {place: text for place, text in wanted.items() if place[1] in is_open})

    # --- clipboard

    def copy(self, *, with_heads: bool = False) -> None:
        """Copy the selected cells as a spreadsheet takes them."""
        chosen = self._selected()
        rows = sorted({index.row() for index in chosen})
        columns = sorted({index.column() for index in chosen})
        lines = ["\t".join(self._model.columns[each].title for each in columns)] if with_heads else []
        lines += ["\t".join(str(self._model.index(row, each).data() or "") for each in columns) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def cut(self) -> None:
        """Copy the selected cells, then empty them."""
        self.copy()
        self.clear_cells()

    def paste(self) -> None:
        """Put a block from the clipboard in, from the current cell on; heads in its first row choose the columns."""
        block = read_block(QGuiApplication.clipboard().text())
        index = self.currentIndex()
        if not block or not index.isValid():
            return
        columns = [column for column in self._model.columns if column.parse is not None]
        heads = head_of(block, {column.key: (column.key, column.title, *column.aliases) for column in columns})
        if heads is None:
            start = self._model.columns[index.column()]
            offset = columns.index(start) if start in columns else 0
            heads = {place: column.key for place, column in enumerate(columns[offset:])}
        else:
            block = block[1:]
        title = tr("Paste 1 line") if len(block) == 1 else tr("Paste {count} lines", count=len(block))
        self._model.change(title, _placed(block, heads, index.row()))


def _placed(block: Sequence[Sequence[str]], heads: Mapping[int, str], top: int) -> dict[tuple[int, str], str]:
    return {
        (top + down, heads[place]): text
        for down, cells in enumerate(block)
        for place, text in enumerate(cells)
        if place in heads
    }


class EntryGrid(QWidget):
    """The grid with the current cell's problem below it, in words, and the readings to choose from.

    Signals: committed(int row id, str key): a cell was filled by hand; changed(): anything was changed, also by paste
    and undo; current_changed(): another cell is current.
    """

    committed = Signal(int, str)
    changed = Signal()
    current_changed = Signal()

    def __init__(
        self, name: str, title: str, columns: Sequence[EntryColumn], *, today: Callable[[], datetime.date]
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.model = EntryModel(columns, self)
        self.view = EntryView(self.model, today)
        self.view.setAccessibleName(title)
        self.setFocusProxy(self.view)
        self._problem = QLabel(wordWrap=True)
        self._problem.setProperty("problem", True)
        self._readings = [Button(), Button(), Button()]
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.GAP, theme.STEP, theme.GAP, theme.STEP)
        bar.addWidget(self._problem, 1)
        for button in self._readings:
            button.setProperty("chip", True)
            button.clicked.connect(self._choose_reading)
            bar.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addLayout(bar)
        self.model.committed.connect(self.committed)
        self.model.changed.connect(self.changed)
        self.model.changed.connect(self._explain)
        self.view.selectionModel().currentChanged.connect(self._tell_current)
        self._explain()

    # --- rows

    def set_texts(self, texts: Iterable[Mapping[str, str]]) -> None:
        """Start anew with these texts, such as a draft's; undo does not go back behind it."""
        self.model.set_texts(texts)

    def texts(self) -> list[Texts]:
        """Return what was typed, as a draft keeps it."""
        return self.model.texts()

    def rows(self) -> tuple[EntryRow, ...]:
        """Return the rows that are not blank."""
        return self.model.rows

    def problems(self) -> tuple[tuple[int, str, str], ...]:
        """Return row id, column key and words for all that is wrong or missing."""
        return tuple((row.id, key, words) for row in self.rows() for key, words in row.problems)

    def set_computed(self, row_id: int, computed: Mapping[str, Computed]) -> None:
        """Fill read-only cells of a row."""
        self.model.set_computed(row_id, computed)

    def current_row(self) -> EntryRow | None:
        """Return the current row, the blank last one included."""
        return self.model.row_at(self.view.currentIndex().row())

    def finish_edit(self) -> None:
        """Commit the cell that is being edited."""
        if self.view.open_editor() is not None:
            self.view.setFocus()

    def show_first_problem(self) -> bool:
        """Mark all that is wrong or missing and go to the first of it; False where nothing is."""
        self.finish_edit()
        self.model.show_missing()
        found = next(iter(self.problems()), None)
        if found is None:
            return False
        row = next(place for place in range(self.model.rowCount()) if self.model.row_at(place).id == found[0])  # type: ignore[union-attr]
        column = next(place for place, each in enumerate(self.model.columns) if each.key == found[1])
        self.view.setCurrentIndex(self.model.index(row, column))
        self.view.setFocus()
        self._explain()
        return True

    # --- the problem line

    @Slot()
    def _tell_current(self) -> None:
        self._explain()
        self.current_changed.emit()

    @Slot()
    def _explain(self) -> None:
        cell = self._current_cell()
        self._problem.setText(cell.problem)
        for place, button in enumerate(self._readings):
            button.setVisible(place < len(cell.readings))
            button.setText(cell.readings[place] if place < len(cell.readings) else "")

    def _current_cell(self) -> Cell:
        row, index = self.current_row(), self.view.currentIndex()
        if row is None or not index.isValid():
            return Cell()
        return row.cells.get(self.model.columns[index.column()].key, Cell())

    @Slot()
    def _choose_reading(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton) and self.view.currentIndex().isValid():
            self.model.setData(self.view.currentIndex(), button.text())
            QTimer.singleShot(0, self.view, self.view.setFocus)
