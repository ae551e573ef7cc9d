"""The board of jobs: four columns of cards, read page by page, moved through with the arrow keys."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QContextMenuEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QLabel, QListView, QMenu, QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.kanban_caps import Cap, at_work
from pegboard.queries.production import BOARD, BoardPage, JobRow, board_page, job_counts
from pegboard.storage.store import Reading
from pegboard.ui import theme
from pegboard.ui.desk import Desk
from pegboard.ui.production.cap_line import CapLine
from pegboard.ui.production.card import CardDelegate, accessible_text

PAGE = 50  # cards read at once
AnyIndex = QModelIndex | QPersistentModelIndex
COLUMNS = tuple(BOARD)


def column_title(column: str) -> str:
    """Return the head of a column."""
    return {
        "planned": tr("Planned"),
        "released": tr("Released"),
        "in_progress": tr("In progress"),
        "done": tr("Done"),
    }[column]


class CardModel(QAbstractListModel):
    """The cards of one column that were read so far.

    Signals: more_wanted(): a view came near the end, and there is more.
    """

    more_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs: tuple[JobRow, ...] = ()
        self.after: tuple[str, int] | None = None
        self._is_waiting = False

    def show_page(self, page: BoardPage) -> None:
        """Show these cards alone: the same jobs in the same order change in place."""
        is_same = [job.key for job in page.jobs] == [job.key for job in self.jobs]
        if not is_same:
            self.beginResetModel()
        self.jobs, self.after, self._is_waiting = page.jobs, page.after, False
        if not is_same:
            self.endResetModel()
        elif self.jobs:
            self.dataChanged.emit(self.index(0), self.index(len(self.jobs) - 1))

    def add_page(self, page: BoardPage) -> None:
        """Put the next cards below those that are there."""
        self._is_waiting = False
        known = {job.key for job in self.jobs}
        new = tuple(job for job in page.jobs if job.key not in known)
        self.after = page.after
        if new:
            self.beginInsertRows(QModelIndex(), len(self.jobs), len(self.jobs) + len(new) - 1)
            self.jobs += new
            self.endInsertRows()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many cards there are."""
        return 0 if parent.isValid() else len(self.jobs)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: the job, and what a screen reader says of it."""
        if not index.isValid() or index.row() >= len(self.jobs):
            return None
        job = self.jobs[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return job
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return accessible_text(job)
        return None

    def canFetchMore(self, parent: AnyIndex) -> bool:
        """Qt: whether there are cards that were not read yet."""
        return not parent.isValid() and self.after is not None and not self._is_waiting

    def fetchMore(self, parent: AnyIndex) -> None:
        """Qt: a view came to the end."""
        if self.canFetchMore(parent):
            self._is_waiting = True
            self.more_wanted.emit()


class CardList(QListView):
    """One column of the board.

    Signals: entered(): it got the focus; left(int): go to the column so many places to the right; opened(JobRow):
    Enter or a double click; chosen_changed(): other cards are selected.
    """

    entered = Signal()
    left = Signal(int)
    opened = Signal(object)
    chosen_changed = Signal()

    def __init__(self, column: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = column
        self.cards = CardModel(self)
        self._kept: tuple[set[int], int | None, int] = (set(), None, 0)
        self._menu_actions: Callable[[], Sequence[QAction]] = tuple
        self.setModel(self.cards)
        self.setItemDelegate(CardDelegate(self))
        self.setUniformItemSizes(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(column_title(column))
        self.doubleClicked.connect(self._open)
        self.selectionModel().selectionChanged.connect(self.chosen_changed)
        self.selectionModel().currentChanged.connect(self.chosen_changed)
        self.cards.modelAboutToBeReset.connect(self._keep)
        self.cards.modelReset.connect(self._restore)

    def current(self) -> JobRow | None:
        """Return the job of the current card."""
        found = self.currentIndex().data(Qt.ItemDataRole.UserRole)
        return found if isinstance(found, JobRow) else None

    def chosen(self) -> tuple[JobRow, ...]:
        """Return the jobs of the selected cards, from the top."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return tuple(self.cards.jobs[row] for row in rows)

    def select_row(self, row: int) -> None:
        """Make a card the current and only selected one."""
        if 0 <= row < len(self.cards.jobs):
            index = self.cards.index(row)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)

    def row_near(self, y: int) -> int:
        """Return the card at a height of the viewport, the nearest where there is none."""
        index = self.indexAt(QPoint(self.viewport().width() // 2, y))
        return index.row() if index.isValid() else len(self.cards.jobs) - 1

    def current_height(self) -> int:
        """Return the middle of the current card, in the viewport."""
        return self.visualRect(self.currentIndex()).center().y()

    @Slot()
    def _open(self) -> None:
        if self.current() is not None:
            self.opened.emit(self.current())

    @Slot()
    def _keep(self) -> None:
        current = self.current()
        chosen = {job.key for job in self.chosen()}
        self._kept = (chosen, current.key if current else None, self.currentIndex().row())

    @Slot()
    def _restore(self) -> None:
        """Choose the same jobs again; where the current one has moved on, the card that took its place."""
        chosen, current, row = self._kept
        places = {job.key: place for place, job in enumerate(self.cards.jobs)}
        if current is None or not self.cards.jobs:
            return
        self.select_row(places.get(current, min(row, len(self.cards.jobs) - 1)))
        for key in chosen & places.keys():
            self.selectionModel().select(self.cards.index(places[key]), QItemSelectionModel.SelectionFlag.Select)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: left and right go to the next column, Enter opens; the rest as in every list."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not event.modifiers():
            self.left.emit(-1 if event.key() == Qt.Key.Key_Left else 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._open()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: the column is used now."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.select_row(0)
        self.entered.emit()

    def set_menu(self, actions: Callable[[], Sequence[QAction]]) -> None:
        """Offer these actions when a card is clicked with the right button."""
        self._menu_actions = actions

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt: the page's actions."""
        menu = QMenu(self)
        menu.addActions(list(self._menu_actions()))
        if menu.actions():
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())


class Board(QWidget):
    """All columns; one of them is used at a time.

    Signals: current_changed(JobRow or None); opened(JobRow); shown(): cards came from the workshop.
    """

    current_changed = Signal(object)
    opened = Signal(object)
    shown = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.lists = {column: CardList(column, self) for column in COLUMNS}
        self._heads = {column: QLabel() for column in COLUMNS}
        self._used = COLUMNS[0]
        self.cap_line = CapLine()
        self._note = QLabel(tr("Jobs stand here once an order has been confirmed and exploded."), wordWrap=True)
        self._note.setProperty("secondary", True)
        self._note.hide()
        columns = QHBoxLayout()
        columns.setSpacing(theme.GAP)
        for column in COLUMNS:
            columns.addLayout(self._column(column), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        layout.addWidget(self._note)
        layout.addWidget(self.cap_line)
        layout.addLayout(columns, 1)
        self.setFocusProxy(self.lists[self._used])
        self.setAccessibleName(tr("Board"))

    def _column(self, column: str) -> QVBoxLayout:
        cards, head = self.lists[column], self._heads[column]
        head.setProperty("section", True)
        head.setText(column_title(column))
        head.setContentsMargins(theme.STEP, theme.STEP, 0, 0)
        box = QVBoxLayout()
        box.setSpacing(theme.STEP)
        box.addWidget(head)
        box.addWidget(cards, 1)
        cards.entered.connect(partial(self._use, column))
        cards.left.connect(partial(self._go, column))
        cards.opened.connect(self.opened)
        cards.chosen_changed.connect(partial(self._tell, column))
        cards.cards.more_wanted.connect(partial(self._read_more, column))
        return box

    # --- rows

    def refresh(self) -> None:
        """Read again all cards that were read so far."""
        wanted = {column: max(PAGE, len(cards.cards.jobs)) for column, cards in self.lists.items()}
        self._desk.runner.read("board.jobs", partial(_read_board, wanted=wanted), self._show)

    def _show(self, found: tuple[dict[str, BoardPage], dict[str, int], tuple[Cap, ...]]) -> None:
        pages, counts, caps = found
        self.cap_line.show_caps(caps)
        for column, page in pages.items():
            self.lists[column].cards.show_page(page)
            self._heads[column].setText(f"{column_title(column)}   {counts[column]}")
        self._note.setVisible(not any(counts[column] for column in COLUMNS))
        if self.current() is None:
            self._use_first_filled()
        self.shown.emit()

    def _use_first_filled(self) -> None:
        filled = next((column for column in COLUMNS if self.lists[column].cards.jobs), None)
        if filled is not None:
            self._use(filled)
            self.lists[filled].select_row(0)

    def _read_more(self, column: str) -> None:
        after = self.lists[column].cards.after
        self._desk.runner.read(
            f"board.jobs.{column}",
            partial(board_page, column=column, after=after, limit=PAGE),
            self.lists[column].cards.add_page,
        )

    # --- which card

    def current(self) -> JobRow | None:
        """Return the current job."""
        return self.lists[self._used].current()

    def chosen(self) -> tuple[JobRow, ...]:
        """Return the selected jobs of the column that is used."""
        return self.lists[self._used].chosen()

    def select(self, key: int) -> bool:
        """Go to the card of a job; False where it has not been read."""
        for column, cards in self.lists.items():
            for row, job in enumerate(cards.cards.jobs):
                if job.key == key:
                    self._use(column)
                    cards.select_row(row)
                    return True
        return False

    def views(self) -> Sequence[CardList]:
        """Return the columns, left to right."""
        return tuple(self.lists.values())

    def _use(self, column: str) -> None:
        if column == self._used:
            return
        self.lists[self._used].clearSelection()
        self._used = column
        self.setFocusProxy(self.lists[column])
        self._tell(column)

    def _go(self, column: str, places: int) -> None:
        """Move to the next column that has cards, to the card at the same height."""
        height = self.lists[column].current_height()
        place = COLUMNS.index(column) + places
        while 0 <= place < len(COLUMNS) and not self.lists[COLUMNS[place]].cards.jobs:
            place += places
        if 0 <= place < len(COLUMNS):
            target = self.lists[COLUMNS[place]]
            self._use(target.column)
            target.select_row(target.row_near(height))
            target.setFocus()

    def _tell(self, column: str) -> None:
        if column == self._used:
            self.current_changed.emit(self.current())


def _read_board(
    reading: Reading, wanted: dict[str, int]
) -> tuple[dict[str, BoardPage], dict[str, int], tuple[Cap, ...]]:
    pages = {column: board_page(reading, column, None, limit) for column, limit in wanted.items()}
    return pages, job_counts(reading), at_work(reading)
