"""The rows of an entry grid: what was typed, what it means, and what is wrong with it."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QColor, QUndoCommand, QUndoStack

from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr
from pegboard.ui import theme
from pegboard.ui.columns import Align
from pegboard.ui.completion import Choice
from pegboard.ui.entry_text import Ambiguous
from pegboard.ui.marks import Mark, State, mark_icon
from pegboard.ui.table_model import ALIGNMENTS, AnyIndex, Role

Texts = dict[str, str]
Snapshot = tuple[tuple[int, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that a person fills.

    Attributes: text: what was typed, or the same in an unambiguous form; value: what it means, None where it is blank
    or wrong; problem: what is wrong, in words; readings: texts that it may have meant.
    """

    text: str = ""
    value: Any = None
    problem: str = ""
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Computed:
    """What the program says in a read-only cell."""

    text: str
    mark: Mark | None = None
    tip: str = ""


@dataclass(slots=True, eq=False)
class EntryRow:
    """A row with a name of its own that never changes; `id` is counted from 1 in each grid."""

    id: int
    cells: dict[str, Cell] = field(default_factory=dict)
    computed: dict[str, Computed] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """Return what stands in a cell."""
        return self.cells[key].text if key in self.cells else ""

    def value(self, key: str) -> Any:
        """Return what a cell means, None where it is blank or wrong."""
        return self.cells[key].value if key in self.cells else None

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed in it."""
        return not any(cell.text for cell in self.cells.values())

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """Column key and words for each thing that is wrong."""
        return tuple((key, cell.problem) for key, cell in self.cells.items() if cell.problem)


@dataclass(frozen=True, slots=True)
class EntryColumn:
    """A column of an entry grid.

    Attributes: key: its name; title: its head, translated; parse: text -> value, InvalidInput says what is wrong;
    without it the column is read only and filled by the program; show: value -> what the cell shows; keep: value -> the
    text that is kept and edited again, by default what is shown; choices: what F4 and typing propose; required: a row
    that is not blank must have it; aliases: other heads that a pasted block may use; is_day: Ctrl+; types today.
    """

    key: str
    title: str
    parse: Callable[[str, EntryRow], Any] | None = None
    show: Callable[[Any], str] = str
    keep: Callable[[Any], str] | None = None
    choices: Callable[[EntryRow], Sequence[Choice]] | None = None
    required: bool = False
    align: Align = Align.LEFT
    width: int = 110
    help: str = ""
    aliases: tuple[str, ...] = ()
    is_day: bool = False


class EntryModel(QAbstractTableModel):
    """Rows that a person fills, always with a blank one at the end; every change is one step of `undo_stack`.

    Signals: committed(int row id, str key): one cell was filled; changed(): anything changed.
    """

    committed = Signal(int, str)
    changed = Signal()

    def __init__(self, columns: Sequence[EntryColumn], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.undo_stack = QUndoStack(self)
        self._ids = itertools.count(1)
        self._rows: list[EntryRow] = [self._new_row()]
        self._shows_missing = False

    def _new_row(self) -> EntryRow:
        return EntryRow(next(self._ids))

    # --- for the page

    @property
    def rows(self) -> tuple[EntryRow, ...]:
        """The rows that are not blank."""
        return tuple(row for row in self._rows if not row.is_blank)

    def row_at(self, place: int) -> EntryRow | None:
        """Return the row at a place, the blank last one included."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def texts(self) -> list[Texts]:
        """Return what was typed, row by row, as a draft keeps it."""
        return [{key: cell.text for key, cell in row.cells.items() if cell.text} for row in self.rows]

    def show_missing(self) -> None:
        """From now on mark what is missing, too; before, a row that is being filled would be red at once."""
        self._shows_missing = True
        self._tell_all()

    def _tell_all(self) -> None:
        self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1))

    def set_texts(self, texts: Iterable[Mapping[str, str]]) -> None:
        """Start anew with these rows; undo does not go back behind it."""
        self.undo_stack.clear()
        self._shows_missing = False
        self._take((next(self._ids), tuple(row.items())) for row in texts)

    def set_computed(self, row_id: int, computed: Mapping[str, Computed]) -> None:
        """Fill read-only cells of a row; a row that is gone meanwhile is left out."""
        for place, row in enumerate(self._rows):
            if row.id == row_id and any(row.computed.get(key) != each for key, each in computed.items()):
                row.computed |= computed
                self.dataChanged.emit(self.index(place, 0), self.index(place, len(self.columns) - 1))

    # --- changes, each one step back

    def snapshot(self) -> Snapshot:
        """Return all that was typed, with the rows' names."""
        return tuple(
            (row.id, tuple((key, cell.text) for key, cell in row.cells.items() if cell.text)) for row in self._rows
        )

    def change(self, title: str, texts: Mapping[tuple[int, str], str]) -> None:
        """Fill cells by place and column key; places beyond the end add rows."""
        before = self.snapshot()
        after = [(row_id, dict(cells)) for row_id, cells in before]
        for (place, key), text in texts.items():
            while place >= len(after):
                after.append((next(self._ids), {}))
            after[place][1][key] = text.strip()
        self._push(title, before, tuple((row_id, tuple(cells.items())) for row_id, cells in after))

    def delete_rows(self, places: Iterable[int]) -> None:
        """Take rows out."""
        gone = set(places)
        before = self.snapshot()
        self._push(tr("Delete lines"), before, tuple(row for place, row in enumerate(before) if place not in gone))

    def _push(self, title: str, before: Snapshot, after: Snapshot) -> None:
        if _typed(before) != _typed(after):
            self.undo_stack.push(_Step(self, title, before, after))

    def _take(self, rows: Iterable[tuple[int, tuple[tuple[str, str], ...]]]) -> None:
        """Put these texts in place, reading again only the rows that differ."""
        old = {row.id: row for row in self._rows}
        new = [self._read_row(row_id, dict(cells), old.get(row_id)) for row_id, cells in rows]
        if not new or not new[-1].is_blank:
            new.append(self._new_row())
        self._replace(new)
        self.changed.emit()

    def _replace(self, new: list[EntryRow]) -> None:
        """Put rows in place so that the view keeps its current cell: rows at the end come and go singly."""
        was, now = [row.id for row in self._rows], [row.id for row in new]
        common = min(len(was), len(now))
        if was[:common] != now[:common]:
            self.beginResetModel()
            self._rows = new
            self.endResetModel()
            return
        if len(now) > common:
            self.beginInsertRows(QModelIndex(), common, len(now) - 1)
            self._rows = self._rows + new[common:]
            self.endInsertRows()
        elif len(was) > common:
            self.beginRemoveRows(QModelIndex(), common, len(was) - 1)
            self._rows = self._rows[:common]
            self.endRemoveRows()
        self._rows = new
        self._tell_all()

    def _read_row(self, row_id: int, texts: Texts, old: EntryRow | None) -> EntryRow:
        if old is not None and {key: cell.text for key, cell in old.cells.items() if cell.text} == {
            key: text for key, text in texts.items() if text
        }:
            return old
        row = EntryRow(row_id, computed=dict(old.computed) if old else {})
        for column in self.columns:
            if column.parse is not None and texts.get(column.key):
                row.cells[column.key] = read_cell(column, texts[column.key], row)
        if not row.is_blank:
            for column in self.columns:
                if column.required and not row.text(column.key):
                    row.cells[column.key] = Cell(problem=tr("{column} is missing.", column=column.title))
        return row

    # --- what Qt asks

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many rows there are, with the blank one."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Qt: which cells can be filled."""
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        is_open = self.columns[index.column()].parse is not None
        return base | Qt.ItemFlag.ItemIsEditable if is_open else base

    def data(self, index: AnyIndex, role: int = Role.DisplayRole) -> Any:
        """Qt: what one cell shows."""
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], self._rows[index.row()]
        if role == Role.TextAlignmentRole:
            return ALIGNMENTS[column.align]
        if column.parse is None:
            return _computed_data(row.computed.get(column.key), role)
        return _cell_data(column, row.cells.get(column.key, Cell()), role, self._shows_missing)

    def setData(self, index: AnyIndex, value: Any, role: int = Role.EditRole) -> bool:
        """Qt: a cell was filled by hand."""
        if role != Role.EditRole or not index.isValid():
            return False
        column, row = self.columns[index.column()], self._rows[index.row()]
        if str(value).strip() == row.text(column.key):
            return True
        self.change(tr("Type {column}", column=column.title), {(index.row(), column.key): str(value)})
        self.committed.emit(row.id, column.key)
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Qt: titles over the columns, numbers before the rows."""
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == Role.DisplayRole else None
        column = self.columns[section]
        if role == Role.TextAlignmentRole:
            return ALIGNMENTS[column.align]
        if role == Role.ToolTipRole:
            return column.help or None
        return column.title if role == Role.DisplayRole else None


class _Step(QUndoCommand):
    """One change: all texts before and after it."""

    def __init__(self, model: EntryModel, title: str, before: Snapshot, after: Snapshot) -> None:
        super().__init__(title)
        self._model = model
        self._before = before
        self._after = after

    def undo(self) -> None:
        """Qt: go back."""
        self._model._take(self._before)

    def redo(self) -> None:
        """Qt: do it, the first time as well."""
        self._model._take(self._after)


def _typed(rows: Snapshot) -> list[tuple[int, dict[str, str]]]:
    return [(row_id, {key: text for key, text in cells if text}) for row_id, cells in rows]


def read_cell(column: EntryColumn, text: str, row: EntryRow) -> Cell:
    """Read one text by its column; what is wrong is kept in the cell, with the text as it was typed."""
    assert column.parse is not None
    try:
        value = column.parse(text, row)
    except Ambiguous as error:
        return Cell(text, problem=str(error), readings=error.readings)
    except (InvalidInput, ValueError) as error:
        return Cell(text, problem=str(error))
    return Cell((column.keep or column.show)(value), value)


def _computed_data(computed: Computed | None, role: int) -> Any:
    if role == Role.ForegroundRole:
        return QColor(theme.colours().secondary)
    if computed is None:
        return None
    if role == Role.DecorationRole and computed.mark is not None:
        return mark_icon(computed.mark.state)
    if role == Role.ToolTipRole:
        return computed.tip or None
    return computed.text if role == Role.DisplayRole else None


def _cell_data(column: EntryColumn, cell: Cell, role: int, shows_missing: bool) -> Any:
    if role == Role.DisplayRole:
        return column.show(cell.value) if cell.value is not None else cell.text
    if role == Role.EditRole:
        return cell.text
    if not cell.problem or not (cell.text or shows_missing):
        return None
    if role == Role.BackgroundRole:
        return QColor(theme.colours().error_ground)
    if role == Role.DecorationRole:
        return mark_icon(State.LATE)
    return cell.problem if role in (Role.ToolTipRole, Role.AccessibleDescriptionRole) else None
