"""The pages of the window, with counts of what waits for a person."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from pegboard.i18n import tr
from pegboard.ui import icons, theme
from pegboard.ui.table_model import AnyIndex
from pegboard.ui.workspaces import WorkspaceEntry

COUNT = Qt.ItemDataRole.UserRole + 1
ICON_NAME = Qt.ItemDataRole.UserRole + 2
ROW = 36  # pixels at 100 %


class Sidebar(QFrame):
    """The workshop's name and the pages.

    Signals: page_chosen(str workspace id): by click, Enter or the arrow keys.
    """

    page_chosen = Signal(str)

    def __init__(self, pages: Sequence[WorkspaceEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setFixedWidth(theme.SIDEBAR_WIDTH)
        self._name = QLabel(wordWrap=True)
        self._name.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.GAP, theme.GAP)
        font = theme.body_font()
        font.setBold(True)
        self._name.setFont(font)
        self.list = _Pages()
        self.list.setAccessibleName(tr("Pages"))
        self.list.setItemDelegate(_PageDelegate(self.list))
        for page in pages:
            item = QListWidgetItem(page.title, self.list)
            item.setData(Qt.ItemDataRole.UserRole, page.id)
            item.setData(ICON_NAME, page.icon)
            item.setSizeHint(QSize(theme.SIDEBAR_WIDTH, ROW))
        self.list.currentItemChanged.connect(self._tell)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, theme.GAP)
        layout.setSpacing(0)
        layout.addWidget(self._name)
        layout.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def show_name(self, name: str) -> None:
        """Show whose workshop it is."""
        self._name.setText(name)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show how much waits on each page, by workspace id; none shows nothing."""
        for place in range(self.list.count()):
            item = self.list.item(place)
            count = counts.get(item.data(Qt.ItemDataRole.UserRole), 0)
            item.setData(COUNT, count)
            title = item.text()
            waiting = tr("{title}, {count} waiting", title=title, count=count)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, waiting if count else title)

    def select(self, page_id: str) -> None:
        """Mark the page that is shown."""
        for place in range(self.list.count()):
            if self.list.item(place).data(Qt.ItemDataRole.UserRole) == page_id:
                self.list.setCurrentRow(place)

    @Slot()
    def _tell(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.page_chosen.emit(item.data(Qt.ItemDataRole.UserRole))


class _Pages(QListWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QListView { background: transparent; }")
        self.setTabKeyNavigation(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter and Right go into the page."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right):
            self.focusNextChild()
        else:
            super().keyPressEvent(event)


class _PageDelegate(QStyledItemDelegate):
    """Draws icon, title and count of one page."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Qt: draw one row."""
        look = theme.colours()
        area = option.rect.adjusted(theme.GAP, 2, -theme.GAP, -2)
        state = option.state
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.selection if is_chosen else look.hover))
            painter.drawRoundedRect(area, 3, 3)
        if is_chosen and state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(look.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, 3, 3)
        ink = look.selection_text if is_chosen else look.text
        picture = icons.pixmap(index.data(ICON_NAME), 20, ink)
        painter.drawPixmap(area.left() + theme.GAP, area.center().y() - 9, picture)
        painter.setPen(QColor(ink))
        text = area.adjusted(theme.GAP + 20 + 10, 0, -theme.GAP, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, index.data())
        count = index.data(COUNT)
        if count:
            painter.setPen(QColor(ink if is_chosen else look.secondary))
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(count))
        painter.restore()
