"""Who could use the chosen supply: a table that a supply is dragged onto, or that Enter gives it to."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication

from pegboard.i18n import tr
from pegboard.queries.orphans import Served
from pegboard.ui.columns import Column, date_column, mark_column, quantity_column, text_column
from pegboard.ui.desk import Desk
from pegboard.ui.detail_table import DetailTable
from pegboard.ui.marks import Mark, State
from pegboard.ui.table_view import TableView

SUPPLY = "application/x-pegboard-supply"  # what is dragged: the number of a supply

MOST_SHOWN = 6  # demands without scrolling


def columns() -> tuple[Column[Served], ...]:
    """Return the columns of the table."""
    return (
        text_column("demand", tr("Demand"), lambda served: served.demand, width=170),
        quantity_column("quantity", tr("Could use"), lambda served: served.quantity, width=90),
        date_column("needed", tr("Needed"), lambda served: served.needed, width=110),
        mark_column("why", tr("Now"), _now, width=240),
    )


def _now(served: Served) -> Mark:
    if served.is_short:
        return Mark(State.SHORT, tr("short of it"))
    return Mark(State.WAITING, tr("waits for a draft or planned job"))


class ServedTable(DetailTable[Served]):
    """The table; its rows are the demands that take what is dropped on them.

    Signals: dropped(supply, served): a supply was dragged onto a demand.
    """

    dropped = Signal(str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            "orphan_serves",
            tr("Could serve"),
            columns(),
            lambda served: (served.demand, served.column, served.key),
        )
        self.setAcceptDrops(True)
        self.viewport().setAcceptDrops(True)

    def _fit_height(self) -> None:
        super()._fit_height()
        most = self.horizontalHeader().sizeHint().height() + MOST_SHOWN * self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(min(self.height(), most))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt: a supply may come in."""
        if event.mimeData().hasFormat(SUPPLY):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Qt: it can be left on a demand, which becomes the current row."""
        place = self.rowAt(event.position().toPoint().y())
        if event.mimeData().hasFormat(SUPPLY) and place >= 0:
            self.select_place(place)
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt: the demand below takes it."""
        served = self.table.row_at(self.rowAt(event.position().toPoint().y()))
        if served is not None and event.mimeData().hasFormat(SUPPLY):
            event.acceptProposedAction()
            self.dropped.emit(bytes(event.mimeData().data(SUPPLY).data()).decode(), served)


class DragOut(QObject):
    """Lets the current row of a table be dragged out; `text` says what is dragged, "" for nothing."""

    def __init__(self, view: TableView, text: Callable[[], str]) -> None:
        super().__init__(view)
        self._view = view
        self._text = text
        self._start = (0, 0)
        view.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Qt: a move with the button held begins the drag, once it is far enough to be meant."""
        if not isinstance(event, QMouseEvent):
            return False
        point = event.position().toPoint()
        if event.type() == QEvent.Type.MouseButtonPress:
            self._start = (point.x(), point.y())
        elif event.type() == QEvent.Type.MouseMove and event.buttons() & Qt.MouseButton.LeftButton:
            far = abs(point.x() - self._start[0]) + abs(point.y() - self._start[1])
            if far >= QApplication.startDragDistance():
                self._drag()
            return True
        return False

    def _drag(self) -> None:
        text = self._text()
        if not text:
            return
        drag = QDrag(self._view)
        drag.setMimeData(carried(text))
        drag.setPixmap(self._picture())
        drag.exec(Qt.DropAction.CopyAction)

    def _picture(self) -> QPixmap:
        """The row that is dragged, as it looks."""
        place = self._view.current_place()
        rect = self._view.viewport().rect()
        rect.setTop(self._view.rowViewportPosition(place))
        rect.setHeight(self._view.rowHeight(place))
        rect.setWidth(min(rect.width(), 360))
        return self._view.viewport().grab(rect)


def carried(supply: str) -> QMimeData:
    """Return what a drag of a supply carries."""
    data = QMimeData()
    data.setData(SUPPLY, supply.encode())
    data.setText(supply)
    return data
