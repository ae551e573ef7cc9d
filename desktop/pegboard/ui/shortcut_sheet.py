"""All commands with their keys, on one sheet, from the same declarations (Ctrl+?)."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from pegboard.i18n import tr
from pegboard.ui import theme
from pegboard.ui.actions import native_key
from pegboard.ui.columns import Column, text_column
from pegboard.ui.command import Command
from pegboard.ui.list_view import FindBox
from pegboard.ui.overlay import Overlay
from pegboard.ui.table_model import TableModel
from pegboard.ui.table_view import TableView
from pegboard.ui.window_state import WindowState


def _columns() -> tuple[Column[Command], ...]:
    def keys(command: Command) -> str:
        return ", ".join(native_key(key) for key in command.shortcuts)

    return (
        text_column("title", tr("What"), lambda command: command.title, width=220),
        text_column("keys", tr("Keys"), keys, width=170),
        text_column("menu", tr("Where"), lambda command: command.menu.replace("/", " › "), width=140),
        text_column("help", tr("What it does"), lambda command: command.help, width=400),
    )


class ShortcutSheet(Overlay):
    """Shows what can be done on this page and how."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, width=980, height=640)
        columns = _columns()
        title = QLabel(tr("What you can do here, and its keys"))
        title.setObjectName("detail_title")
        self._find = FindBox(tr("Find a command"))
        self._find.setMaximumWidth(260)
        self._find.settled.connect(self._filter)
        self.model = TableModel(columns, lambda command: command.id, self)
        self._view = TableView("shortcut_sheet", WindowState(None), columns, self)
        self._view.setAccessibleName(tr("Commands"))
        self._view.show_model(self.model)
        self._view.sort_asked.connect(self.model.sort)
        self._find.left.connect(self._view.setFocus)
        hint = QLabel(
            tr("In grids: Enter down, Tab on, F2 edit, F4 choose, Ctrl+D fill down, Ctrl+V paste a block, Ctrl+Z undo.")
        )
        hint.setProperty("secondary", True)
        head = QHBoxLayout()
        head.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        head.addWidget(title, 1)
        head.addWidget(self._find)
        self.card_layout.addLayout(head)
        self.card_layout.addWidget(self._view, 1)
        self.card_layout.addWidget(hint)

    def open_with(self, commands: Sequence[Command]) -> None:
        """Show these commands, those with keys first."""
        self.model.show(sorted(commands, key=lambda command: not command.shortcut))
        self._find.clear()
        self.open()
        self._find.setFocus()

    def _filter(self, text: str) -> None:
        words = text.casefold().split()

        def keep(command: Command) -> bool:
            shown = " ".join((command.title, command.help, command.menu, command.shortcut)).casefold()
            return all(word in shown for word in words)

        self.model.set_filter(keep)
