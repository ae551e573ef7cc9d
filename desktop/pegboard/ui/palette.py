"""One box for everything: `>` finds commands, anything else searches the workshop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from pegboard.i18n import tr
from pegboard.queries.search import LONGEST
from pegboard.storage.store import Reading
from pegboard.ui import icons, theme
from pegboard.ui.actions import native_key
from pegboard.ui.command import Command
from pegboard.ui.completion import Choice, proposals
from pegboard.ui.overlay import Overlay
from pegboard.ui.runner import Runner
from pegboard.ui.table_model import AnyIndex
from pegboard.ui.workspaces import entry_for

SEARCH_AFTER = 60  # milliseconds after the last key
MOST = 40
ROW = 36  # pixels at 100 %
ENTRY = Qt.ItemDataRole.UserRole


class Found(Protocol):
    """What a search gives, such as `queries.search.Hit`.

    Attributes: kind: the noun, such as "order"; number: its number or code; title, detail: what it is in words.
    """

    @property
    def kind(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def detail(self) -> str: ...


Search = Callable[[Reading, str], Sequence[Found]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette.

    Attributes: icon, title, detail, key: as shown; run: what Enter does; is_enabled: whether it can.
    """

    icon: str
    title: str
    detail: str
    key: str
    run: Callable[[], object]
    is_enabled: bool = True


class Palette(Overlay):
    """Ctrl+K: the box, and below it what was found; Enter does or opens the marked line."""

    def __init__(
        self,
        window: QWidget,
        runner: Runner,
        search: Search,
        commands: Callable[[], Sequence[Command]],
        run_command: Callable[[str], object],
        show_record: Callable[[str, str], None],
    ) -> None:
        super().__init__(window, width=640, height=460)
        self._runner = runner
        self._search = search
        self._commands = commands
        self._run_command = run_command
        self._show_record = show_record
        self.box = QLineEdit()
        self.box.setAccessibleName(tr("Search everything, or type > for commands"))
        self.box.setPlaceholderText(tr("Number, customer, item, words … or > for commands"))
        self.box.setMaxLength(LONGEST)
        self.box.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(_EntryDelegate(self.list))
        self.list.itemClicked.connect(self._run_clicked)
        self._hint = QLabel()
        self._hint.setProperty("secondary", True)
        self.card_layout.addWidget(self.box)
        self.card_layout.addWidget(self.list, 1)
        self.card_layout.addWidget(self._hint)
        self._timer = QTimer(self, singleShot=True, interval=SEARCH_AFTER)
        self._timer.timeout.connect(self._look)
        self.box.textChanged.connect(self._timer.start)

    def open_with(self, text: str = "") -> None:
        """Open with this text in the box."""
        self.open()
        self.box.setText(text)
        self.box.setFocus()
        self._look()

    @Slot()
    def _look(self) -> None:
        self._timer.stop()
        text = self.box.text().strip()
        if text.startswith(">") or not text:
            self._show(self._command_entries(text.removeprefix(">")), is_search=False)
            return
        search = self._search
        self._runner.read("palette", lambda reading: tuple(search(reading, text)[:MOST]), self._show_found)

    def _command_entries(self, text: str) -> list[Entry]:
        commands = {command.id: command for command in self._commands()}
        choices = [
            Choice(command.id, f"{command.title} {command.menu} {command.help}") for command in commands.values()
        ]
        found = proposals(text, choices, len(choices)) if text.strip() else choices
        return [self._command_entry(commands[choice.code]) for choice in found]

    def _command_entry(self, command: Command) -> Entry:
        def run() -> None:
            self._run_command(command.id)

        key = native_key(command.shortcuts[0]) if command.shortcuts else ""
        return Entry(command.icon, command.title, command.help, key, run, command.enabled_when())

    def _show_found(self, found: Sequence[Found]) -> None:
        if self.box.text().strip() and not self.box.text().startswith(">"):
            self._show([self._record_entry(hit) for hit in found], is_search=True)

    def _record_entry(self, hit: Found) -> Entry:
        page = entry_for(hit.kind)

        def run() -> None:
            self._show_record(hit.kind, hit.number)

        detail = ", ".join(part for part in (hit.title, hit.detail) if part)
        return Entry(page.icon if page else "search", hit.number, detail, page.title if page else "", run)

    def _show(self, entries: Sequence[Entry], *, is_search: bool) -> None:
        self.list.clear()
        for entry in entries:
            item = QListWidgetItem(f"{entry.title} {entry.detail}", self.list)
            item.setData(ENTRY, entry)
            item.setSizeHint(QSize(100, ROW))
        if entries:
            self.list.setCurrentRow(0)
            self._hint.setText(tr("Enter opens it.") if is_search else tr("Enter does it."))
        else:
            self._hint.setText(tr("Nothing found. Try fewer letters, or > for commands."))

    @Slot(QListWidgetItem)
    def _run_clicked(self, item: QListWidgetItem) -> None:
        self._run(item.data(ENTRY))

    def _run(self, entry: Entry) -> None:
        if entry.is_enabled:
            self.close_panel()
            entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: arrows and Enter in the box work on the list."""
        if watched is self.box and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._take_key(event)
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        key = Qt.Key(event.key())
        if key in steps and self.list.count():
            row = min(max(self.list.currentRow() + steps[key], 0), self.list.count() - 1)
            self.list.setCurrentRow(row)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self.list.currentItem()
            if item is not None and not self._timer.isActive():
                self._run(item.data(ENTRY))
            return True
        if key == Qt.Key.Key_Escape:
            self.close_panel()
            return True
        return False


class _EntryDelegate(QStyledItemDelegate):
    """Draws icon, title, what it is, and the key or page at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex | QModelIndex) -> None:
        """Qt: draw one line."""
        entry: Entry = index.data(ENTRY)
        look = theme.colours()
        area = option.rect
        is_marked = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if is_marked:
            painter.fillRect(area, QColor(look.selection))
        ink = look.selection_text if is_marked else look.text
        soft = ink if is_marked else look.secondary
        painter.drawPixmap(area.left() + 8, area.center().y() - 9, icons.pixmap(entry.icon, 20, soft))
        text = area.adjusted(40, 0, -theme.GAP, 0)
        metrics = painter.fontMetrics()
        painter.setPen(QColor(soft))
        right = metrics.horizontalAdvance(entry.key)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, entry.key)
        painter.setPen(QColor(ink if entry.is_enabled else soft))
        title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideRight, text.width() - right - 16)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        left = metrics.horizontalAdvance(title) + 16
        rest = text.adjusted(left, 0, -right - 16, 0)
        if rest.width() > 40:
            painter.setPen(QColor(soft))
            detail = metrics.elidedText(entry.detail, Qt.TextElideMode.ElideRight, rest.width())
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, detail)
        painter.restore()
