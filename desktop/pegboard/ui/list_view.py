"""A list pane: chips, a find box, the table with its foot, and what stands there when it is empty."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pegboard.i18n import tr
from pegboard.queries.search import LONGEST
from pegboard.storage.store import Reading
from pegboard.ui import theme
from pegboard.ui.button import Button
from pegboard.ui.columns import Column
from pegboard.ui.desk import Desk
from pegboard.ui.flow import FlowLayout
from pegboard.ui.table_model import TableModel
from pegboard.ui.table_view import TableView

Row = TypeVar("Row")
READS_TO_WAIT = 2  # for a row that was asked for: one read may have started before it was written
FIND_AFTER = 120  # milliseconds after the last key


def all_rows(_row: Any) -> bool:
    """Keep every row."""
    return True


@dataclass(frozen=True, slots=True)
class Chip(Generic[Row]):
    """A filter shown above a list.

    Attributes: key: its name in the saved layout; title: translated; keep: which rows it shows.
    """

    key: str
    title: str
    keep: Callable[[Row], bool] = all_rows


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says.

    Attributes: text: what belongs here, in a sentence; action_title, action: the one step that fills it.
    """

    text: str
    action_title: str = ""
    action: Callable[[], None] | None = None


class FindBox(QLineEdit):
    """Where a person types what to find in a list.

    Signals: settled(str): the text, a moment after the last key; left(): Down or Enter was pressed.
    """

    settled = Signal(str)
    left = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setPlaceholderText(title)
        self.setAccessibleName(title)
        self.setClearButtonEnabled(True)
        self.setMaxLength(LONGEST)
        self._timer = QTimer(self, singleShot=True, interval=FIND_AFTER)
        self._timer.timeout.connect(self._settle)
        self.textChanged.connect(self._timer.start)

    @Slot()
    def _settle(self) -> None:
        self.settled.emit(self.text().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Down and Enter go to the list, Esc clears."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._timer.stop()
            self._settle()
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class EmptyNote(QWidget):
    """Stands where rows would be: a sentence and the one button that helps."""

    def __init__(self) -> None:
        super().__init__()
        self._action: Callable[[], None] | None = None
        self._text = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self._text.setFixedWidth(420)
        self._button = Button()
        self._button.clicked.connect(self._run)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self._text, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(theme.GAP)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def say(self, empty: Empty) -> None:
        """Show `empty`."""
        self._action = empty.action
        self._text.setText(empty.text)
        self._text.setMinimumHeight(self._text.heightForWidth(self._text.width()))
        self._button.setText(empty.action_title)
        self._button.setVisible(empty.action is not None)

    @Slot()
    def _run(self) -> None:
        if self._action is not None:
            self._action()


class ListPane(QWidget, Generic[Row]):
    """A list of frozen rows.

    `query` runs off the GUI thread whenever `refresh` is called. `name` is unique in the program: layout and reads are
    remembered by it. Chips filter with counts; the find box keeps rows that hold all its words in any column.

    Signals: current_changed(row or None): another row is current, or it changed; opened(row): Enter or a double click;
    rows_shown(): rows came from the workshop.
    """

    current_changed = Signal(object)
    opened = Signal(object)
    rows_shown = Signal()

    def __init__(
        self,
        desk: Desk,
        name: str,
        title: str,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], Hashable],
        *,
        query: Callable[[Reading], Sequence[Row]] | None = None,
        chips: Sequence[Chip[Row]] = (),
        empty: Empty | None = None,
        can_find: bool = True,
    ) -> None:
        super().__init__()
        self.desk = desk
        self.name = name
        self.title = title
        sees_money = desk.runner.rights.sees_money
        self.columns = tuple(column for column in columns if sees_money or not column.is_money)
        self.query = query
        self.chips = tuple(chips)
        self.empty = empty or Empty(tr("Nothing here yet."))
        self._words: tuple[str, ...] = ()
        self._wanted: Hashable | None = None
        self._reads_to_wait = 0
        self._has_rows_shown = False
        self.model: Any = self._make_model(key)
        self.view = TableView(name, desk.state, self.columns, self)
        self.view.setAccessibleName(title)
        self.find_box = FindBox(tr("Find in this list"))
        self.find_box.setMinimumWidth(120)
        self.find_box.setMaximumWidth(200)
        self._build(can_find=can_find)
        self.view.show_model(self.model)
        self._sort(*self.view.sort_order())
        self.view.sort_asked.connect(self._sort)
        self.view.current_changed.connect(self._tell_current)
        self.view.opened.connect(self._tell_opened)
        self.find_box.settled.connect(self._find)
        self.find_box.left.connect(self._enter_list)
        self._choose_chip(self._saved_chip())

    def _make_model(self, key: Callable[[Row], Hashable]) -> Any:
        return TableModel(self.columns, key, self)

    def _build(self, *, can_find: bool) -> None:
        self._chip_group = QButtonGroup(self)
        self._chip_group.setExclusive(True)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        bar.setSpacing(theme.STEP)
        chips = FlowLayout()
        for place, chip in enumerate(self.chips):
            button = Button(chip.title)
            button.setCheckable(True)
            button.setProperty("chip", True)
            self._chip_group.addButton(button, place)
            chips.addWidget(button)
        bar.addLayout(chips, 1)
        bar.addWidget(self.find_box, 0, Qt.AlignmentFlag.AlignTop)
        if not can_find:
            self.find_box.hide()
        self._chip_group.idClicked.connect(self._choose_chip)
        self._note = EmptyNote()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._note)
        self._foot = QLabel()
        self._foot.setProperty("secondary", True)
        self._foot.setContentsMargins(theme.GAP, theme.STEP, theme.GAP, theme.STEP)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        if self.chips or can_find:
            layout.addLayout(bar)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._foot)
        self.setFocusProxy(self.view)

    # --- rows

    @Slot()
    def refresh(self) -> None:
        """Read the rows again, off the GUI thread."""
        if self.query is not None:
            self.desk.runner.read(f"list.{self.name}", self.query, self.show_rows)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show `rows`; selection and place stay by key."""
        self.model.show(rows)
        self._after_rows()

    def _after_rows(self) -> None:
        self._count_chips()
        self._reveal()
        self._reads_to_wait -= 1
        if not self._reads_to_wait:
            self._wanted = None
        if self.view.current_place() < 0 and self.model.rowCount():
            self.view.select_place(0)
        self._has_rows_shown = True
        self._describe()
        self.rows_shown.emit()

    def current(self) -> Row | None:
        """Return the current row."""
        found: Row | None = self.model.row_at(self.view.current_place())
        return found

    def selected(self) -> tuple[Row, ...]:
        """Return the selected rows, from the top."""
        rows = (self.model.row_at(place) for place in self.view.selected_places())
        return tuple(row for row in rows if row is not None)

    def select(self, key: Hashable) -> None:
        """Make the row with `key` current, now or once it has been read; a filter that hides it is lifted."""
        self._wanted, self._reads_to_wait = key, READS_TO_WAIT
        self._reveal()

    def _reveal(self) -> None:
        if self._wanted is None:
            return
        place = self.model.place_of(self._wanted)
        if place < 0 and self._is_hidden_by_filter(self._wanted):
            self.show_all()
            place = self.model.place_of(self._wanted)
        if place >= 0:
            self._wanted = None
            self.view.select_place(place)

    def _is_hidden_by_filter(self, key: Hashable) -> bool:
        return any(self.model.key(row) == key for row in self.model.all_rows)

    # --- filters

    def show_all(self) -> None:
        """Clear the find box and choose the chip that shows most."""
        self.find_box.clear()
        self._words = ()
        counts = [sum(map(chip.keep, self.model.all_rows)) for chip in self.chips]
        self._choose_chip(counts.index(max(counts)) if counts else -1)

    @property
    def chip(self) -> str:
        """The key of the chosen chip, "" where there are none."""
        place = self._chip_group.checkedId()
        return self.chips[place].key if 0 <= place < len(self.chips) else ""

    def choose_chip(self, key: str) -> None:
        """Choose a chip by key."""
        places = [place for place, chip in enumerate(self.chips) if chip.key == key]
        if places:
            self._choose_chip(places[0])

    def _saved_chip(self) -> int:
        saved = self.desk.state.get(f"chip.{self.name}", "")
        return next((place for place, chip in enumerate(self.chips) if chip.key == saved), 0)

    @Slot(int)
    def _choose_chip(self, place: int) -> None:
        button = self._chip_group.button(place)
        if button is not None:
            button.setChecked(True)
            self.desk.state.set(f"chip.{self.name}", self.chips[place].key)
        self._filter()

    @Slot(str)
    def _find(self, text: str) -> None:
        words = tuple(text.casefold().split())
        if words != self._words:
            self._words = words
            self._filter()

    def _filter(self) -> None:
        place = self._chip_group.checkedId()
        chip = self.chips[place] if 0 <= place < len(self.chips) else None
        words = self._words

        def keep(row: Row) -> bool:
            if chip is not None and not chip.keep(row):
                return False
            return not words or self._has_words(row, words)

        self.model.set_filter(keep)
        self._describe()

    def _has_words(self, row: Row, words: tuple[str, ...]) -> bool:
        text = "\n".join(column.text(row) for column in self.columns).casefold()
        return all(word in text for word in words)

    def _count_chips(self) -> None:
        for place, chip in enumerate(self.chips):
            count = sum(1 for row in self.model.all_rows if chip.keep(row))
            self._chip_group.button(place).setText(f"{chip.title} ({count})" if count else chip.title)

    def _describe(self) -> None:
        """Say how many rows there are and their totals, or why there are none."""
        count = self.model.rowCount()
        self._stack.setCurrentWidget(self.view if count or not self._has_rows_shown else self._note)
        if not count:
            nothing = Empty(self._nothing_found(), tr("Show all"), self.show_all)
            self._note.say(nothing if self._has_filter() else self.empty)
        parts = [tr("1 row") if count == 1 else tr("{count} rows", count=count), *self._totals()]
        self._foot.setText("   ".join(parts) if count else "")

    def _has_filter(self) -> bool:
        """Whether rows exist that the filter hides."""
        return bool(self.model.all_rows)

    def _totals(self) -> list[str]:
        rows = self.model.rows
        totals = [(column.title, column.total(rows)) for column in self.columns if column.total is not None and rows]
        return [f"{title} {total}" for title, total in totals if total]

    def _nothing_found(self) -> str:
        if self._words:
            return tr("Nothing here matches “{text}”.", text=" ".join(self._words))
        return tr("Nothing here with this filter.")

    # --- what the table says

    @Slot(int, object)
    def _sort(self, section: int, order: Qt.SortOrder) -> None:
        self.model.sort(section, order)

    @Slot()
    def _tell_current(self) -> None:
        self.current_changed.emit(self.current())

    @Slot()
    def _tell_opened(self) -> None:
        self.opened.emit(self.current())

    @Slot()
    def _enter_list(self) -> None:
        self.view.setFocus()
        if self.view.current_place() < 0:
            self.view.select_place(0)

    def set_menu(self, command_ids: Sequence[str]) -> None:
        """Offer these commands when a row is clicked with the right button."""
        self.view.set_menu(lambda: self.desk.shell.actions(command_ids))

    def focus_find(self) -> None:
        """Put the cursor into the find box."""
        self.find_box.setFocus()
        self.find_box.selectAll()
