"""The table of every list: whole rows, saved columns, selection and place kept by key across refreshes."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QItemSelection, QItemSelectionModel, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from pegboard.i18n import tr
from pegboard.ui import theme
from pegboard.ui.columns import Column
from pegboard.ui.table_model import AnyIndex
from pegboard.ui.window_state import WindowState

SAVE_AFTER = 400  # milliseconds after the last change of the layout
NARROWEST = 0.65  # of its declared width; where even that is too wide the columns are scrolled to, and legible
KEPT_WIDTH = 118  # pixels; numbers and days are useless when cut, words are not
MOST_GROWTH = 2  # times its declared width that a narrow column grows with its content


class RowDelegate(QStyledItemDelegate):
    """Draws the current row of a table that has the focus with a line above and below, in place of a cell's frame."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Qt: draw one cell."""
        view = self.parent()
        super().paint(painter, option, index)
        if isinstance(view, TableView) and view.hasFocus() and index.row() == view.currentIndex().row():
            painter.save()
            painter.setPen(QColor(theme.colours().accent))
            painter.drawLine(option.rect.topLeft(), option.rect.topRight())
            painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
            painter.restore()

    def initStyleOption(self, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Qt: no frame round a single cell: rows are chosen whole."""
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus


class TableView(QTableView):
    """Shows a TableModel or PagedTableModel; both name rows by key.

    Signals: current_changed(): another row, or none, is the current one, or its content changed;
    opened(): Enter or a double click on the current row; columns_changed(): widths, order, hidden columns or sorting;
    sort_asked(int column, Qt.SortOrder): a head was clicked.
    """

    current_changed = Signal()
    opened = Signal()
    sort_asked = Signal(int, object)

    def __init__(
        self, name: str, state: WindowState, columns: Sequence[Column[Any]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = f"list.{name}"
        self._state = state
        self._columns = tuple(columns)
        self._menu: Callable[[], Sequence[QAction]] = tuple
        self._is_fitting = False
        self._own_widths: dict[str, int] = {}
        self._needed: dict[int, int] = {}
        self._measurer = QTimer(self, singleShot=True, interval=0)
        self._measurer.timeout.connect(self._measure)
        self._kept: tuple[set[Hashable], Hashable | None, int] = (set(), None, 0)
        self.setItemDelegate(RowDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.set_row_height(state.get("row_height", theme.ROW_HEIGHT))
        self.doubleClicked.connect(self._open)
        self._saver = QTimer(self, singleShot=True, interval=SAVE_AFTER)
        self._saver.timeout.connect(self._save)
        head = self.horizontalHeader()
        head.setSectionsMovable(True)
        head.setHighlightSections(False)
        head.setStretchLastSection(True)
        head.setResizeContentsPrecision(0)  # widths are measured on what is in view; asking for more would read it
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._show_head_menu)

    def set_menu(self, actions: Callable[[], Sequence[QAction]]) -> None:
        """Offer these actions for the row when it is clicked with the right button."""
        self._menu = actions

    def set_row_height(self, pixels: int) -> None:
        """Make the rows compact, normal or large enough for a finger."""
        self.verticalHeader().setMinimumSectionSize(min(pixels, theme.COMPACT_ROW_HEIGHT))
        self.verticalHeader().setDefaultSectionSize(pixels)

    def show_model(self, model: QAbstractTableModel) -> None:
        """Take `model`, with the columns as they were left, and follow what it does."""
        self.setModel(model)
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._restore_place)
        model.dataChanged.connect(self._note_content)
        self.selectionModel().currentRowChanged.connect(self._note_current)
        self._restore_columns()
        head = self.horizontalHeader()
        head.sectionResized.connect(self._note_width)
        for signal in (head.sectionMoved, head.sortIndicatorChanged):
            signal.connect(self._save_soon)
        head.sortIndicatorChanged.connect(self._ask_sort)

    # --- rows

    def current_place(self) -> int:
        """Return the place of the current row, -1 for none."""
        return self.currentIndex().row() if self.currentIndex().isValid() else -1

    def selected_places(self) -> list[int]:
        """Return the places of the selected rows, from the top."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def select_place(self, place: int) -> None:
        """Make a row the current and only selected one, and bring it into view."""
        model = self.model()
        if model is None or not 0 <= place < model.rowCount():
            return
        index = model.index(place, self._first_visible_column())
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index)

    def _first_visible_column(self) -> int:
        head = self.horizontalHeader()
        visible = (head.logicalIndex(place) for place in range(head.count()))
        return next((section for section in visible if not head.isSectionHidden(section)), 0)

    @Slot()
    def _keep_place(self) -> None:
        model: Any = self.model()
        chosen = {model.key_at(index.row()) for index in self.selectionModel().selectedRows()}
        self._kept = (chosen, model.key_at(self.current_place()), self.verticalScrollBar().value())

    @Slot()
    def _restore_place(self) -> None:
        chosen, current, scroll = self._kept
        model: Any = self.model()
        places = [place for place in (model.place_of(key) for key in chosen) if place >= 0]
        selection = QItemSelection()
        for place in places:
            selection.select(model.index(place, 0), model.index(place, model.columnCount() - 1))
        select = QItemSelectionModel.SelectionFlag
        place = model.place_of(current) if current is not None else -1
        if place >= 0:
            self.selectionModel().setCurrentIndex(model.index(place, self._first_visible_column()), select.NoUpdate)
        self.selectionModel().select(selection, select.ClearAndSelect | select.Rows)
        self.verticalScrollBar().setValue(scroll)
        self._measurer.start()
        self.current_changed.emit()

    @Slot()
    def _note_current(self) -> None:
        self.current_changed.emit()

    @Slot()
    def _note_content(self) -> None:
        self._measurer.start()
        self.current_changed.emit()

    @Slot()
    def _open(self) -> None:
        if self.current_place() >= 0:
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter opens, Ctrl+C copies the selected rows."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._open()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the selected rows on the clipboard as tab separated text with heads, as spreadsheets take it."""
        rows = self.selected_places()
        sections = self.visible_sections()
        lines = ["\t".join(self._columns[section].title for section in sections)]
        model = self.model()
        lines += ["\t".join(str(model.index(row, each).data() or "") for each in sections) for row in rows]
        if rows:
            QGuiApplication.clipboard().setText("\n".join(lines))

    # --- columns

    def visible_sections(self) -> list[int]:
        """Return the columns shown, from left to right."""
        head = self.horizontalHeader()
        order = (head.logicalIndex(place) for place in range(head.count()))
        return [section for section in order if not head.isSectionHidden(section)]

    @property
    def visible_columns(self) -> tuple[Column[Any], ...]:
        """The declarations of the columns shown, from left to right."""
        return tuple(self._columns[section] for section in self.visible_sections())

    def _restore_columns(self) -> None:
        head = self.horizontalHeader()
        saved = self._state.get(self._name, {})
        places = {column.key: section for section, column in enumerate(self._columns)}
        self._own_widths = dict(saved.get("widths", {}))
        self._fit()
        order = [key for key in saved.get("order", ()) if key in places]
        for place, key in enumerate(order):
            head.moveSection(head.visualIndex(places[key]), place)
        hidden = saved.get("hidden", [column.key for column in self._columns if column.hidden])
        for key in hidden:
            if key in places:
                self.setColumnHidden(places[key], True)
        sort = saved.get("sort")
        section = places.get(sort[0], -1) if sort else -1
        is_down = bool(sort and sort[1])
        head.setSortIndicator(section, Qt.SortOrder.DescendingOrder if is_down else Qt.SortOrder.AscendingOrder)
        head.setSortIndicatorClearable(True)
        head.setSortIndicatorShown(True)
        head.setSectionsClickable(True)

    @Slot(int, Qt.SortOrder)
    def _ask_sort(self, section: int, order: Qt.SortOrder) -> None:
        self.sort_asked.emit(section, order)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: columns that nobody set wide or narrow share what room there is."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give each column its own width, or its declared one, narrowed where all of them would not fit."""
        if self.model() is None:
            return
        shown = [section for section in range(len(self._columns)) if not self.isColumnHidden(section)]
        free = [section for section in shown if self._columns[section].key not in self._own_widths]
        wide = {section for section in free if self._columns[section].width > KEPT_WIDTH}
        kept = sum(self._kept_width(section) for section in free if section not in wide)
        own = sum(self._own_widths.get(self._columns[each].key, 0) for each in shown)
        room = self.viewport().width() - kept - own
        wanted = sum(self._columns[section].width for section in wide)
        share = min(room / wanted, 1.0) if wanted and room >= NARROWEST * wanted else 1.0
        self._is_fitting = True
        for section, column in enumerate(self._columns):
            width = round(column.width * share) if column.width > KEPT_WIDTH else self._kept_width(section)
            self.setColumnWidth(section, self._own_widths.get(column.key, width))
        self._is_fitting = False

    def _kept_width(self, section: int) -> int:
        """Return the width of a column of numbers or days: as declared, or as its longest text in view needs."""
        declared = self._columns[section].width
        return max(declared, min(self._needed.get(section, 0), MOST_GROWTH * declared))

    @Slot()
    def _measure(self) -> None:
        """See how much room narrow columns need for what stands in them; they only grow."""
        for section, column in enumerate(self._columns):
            if column.width <= KEPT_WIDTH and not self.isColumnHidden(section):
                self._needed[section] = max(self._needed.get(section, 0), self.sizeHintForColumn(section))
        self._fit()

    @Slot(int, int, int)
    def _note_width(self, section: int, _old: int, new: int) -> None:
        """Remember a width that a person set; the last column's follows the room."""
        is_last = section == (self.visible_sections() or [-1])[-1]
        if not self._is_fitting and not is_last and new:
            self._own_widths[self._columns[section].key] = new
            self._saver.start()

    @Slot()
    def _save_soon(self) -> None:
        """Connected in place of the timer's own start, which would take a column's number for milliseconds."""
        self._saver.start()

    @Slot()
    def _save(self) -> None:
        head = self.horizontalHeader()
        sections = [head.logicalIndex(place) for place in range(head.count())]
        keys = [self._columns[section].key for section in sections]
        sort = head.sortIndicatorSection()
        saved = {
            "order": keys,
            "hidden": [self._columns[each].key for each in sections if self.isColumnHidden(each)],
            "sort": [self._columns[sort].key, head.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder]
            if 0 <= sort < len(self._columns)
            else None,
        }
        self._state.set(self._name, {**saved, "widths": dict(self._own_widths)})

    def sort_order(self) -> tuple[int, Qt.SortOrder]:
        """Return the column that the list is sorted by, -1 for none, and the direction."""
        head = self.horizontalHeader()
        return head.sortIndicatorSection(), head.sortIndicatorOrder()

    def columns_menu(self) -> QMenu:
        """Return the menu that shows and hides columns."""
        menu = QMenu(tr("Columns"), self)
        for section, column in enumerate(self._columns):
            action = QAction(column.title or column.key, menu, checkable=True)
            action.setChecked(not self.isColumnHidden(section))
            action.setEnabled(self.isColumnHidden(section) or len(self.visible_sections()) > 1)
            action.setData(section)
            menu.addAction(action)
        menu.triggered.connect(self._toggle_column)
        return menu

    @Slot(QAction)
    def _toggle_column(self, action: QAction) -> None:
        self.setColumnHidden(action.data(), not action.isChecked())
        self._saver.start()

    @Slot(object)
    def _show_head_menu(self, place: Any) -> None:
        self.columns_menu().popup(self.horizontalHeader().mapToGlobal(place))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt: the page's own actions for the row, then what works in every list."""
        menu = QMenu(self)
        own = list(self._menu())
        menu.addActions(own)
        if own:
            menu.addSeparator()
        menu.addAction(tr("Copy rows"), self.copy)
        menu.addMenu(self.columns_menu())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())
