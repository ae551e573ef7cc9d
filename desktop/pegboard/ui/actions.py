"""Turns commands into menus, keys and buttons of the window."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QMenuBar

from pegboard.ui import icons, theme
from pegboard.ui.command import Command, with_access_keys
from pegboard.ui.entry_delegate import CellEditor
from pegboard.ui.fields import Field


class CommandActions(QObject):
    """Keeps one QAction for each command of the window and of the page shown.

    Keys work in the whole window. Before a command runs, what is being typed is committed, so that Ctrl+Return never
    leaves a cell behind.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._window_commands: tuple[Command, ...] = ()
        self._page_commands: tuple[Command, ...] = ()
        self._actions: dict[str, QAction] = {}
        self._commands: dict[str, Command] = {}
        theme.notice().changed.connect(self._redraw_icons)

    @property
    def commands(self) -> tuple[Command, ...]:
        """All commands that are active now: the page's first."""
        return (*self._page_commands, *self._window_commands)

    def command(self, command_id: str) -> Command | None:
        """Return an active command."""
        return self._commands.get(command_id)

    def action(self, command_id: str) -> QAction | None:
        """Return the action of an active command."""
        return self._actions.get(command_id)

    def set_window_commands(self, commands: Sequence[Command]) -> None:
        """Take the commands that work on every page."""
        self._window_commands = tuple(commands)

    def set_page_commands(self, commands: Sequence[Command], menus: Sequence[str]) -> None:
        """Take the commands of the page that is shown now, and build the menu bar anew.

        `menus` are the titles of the window's menus; the page's own stand before the last of them.
        """
        for action in self._actions.values():
            self._window.removeAction(action)
            action.setShortcuts([])  # it lives until the event loop turns, and its keys must not
            action.deleteLater()
        self._page_commands = tuple(commands)
        self._commands = {command.id: command for command in self.commands}
        self._actions = {command.id: self._make(command) for command in self.commands}
        self._window.addActions(list(self._actions.values()))
        self._build_menus(menus)
        self.refresh()

    def run(self, command_id: str) -> bool:
        """Run an active command, if it can be run."""
        command = self._commands.get(command_id)
        if command is None:
            return False
        finish_typing()
        if not command.enabled_when():
            return False
        command.run()
        self.refresh()
        return True

    @Slot()
    def refresh(self) -> None:
        """Ask all commands whether they can be run."""
        for name, action in self._actions.items():
            command = self._commands[name]
            action.setEnabled(command.enabled_when())
            if command.checked_when is not None:
                action.setChecked(command.checked_when())

    def _make(self, command: Command) -> QAction:
        action = QAction(command.title, self)
        action.setObjectName(command.id)
        if command.toolbar:  # the others are drawn when a menu first opens: at the start nobody sees them
            action.setIcon(icons.icon(command.icon))
        action.setShortcuts([QKeySequence(key) for key in command.shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setStatusTip(command.help)
        keys = command.shortcuts[:1]
        action.setToolTip(f"{command.help} ({native_key(keys[0])})" if keys else command.help)
        action.setCheckable(command.checked_when is not None)
        action.setIconVisibleInMenu(command.checked_when is None)  # a switch shows its check mark there
        action.setMenuRole(QAction.MenuRole.NoRole)
        action.triggered.connect(self._run_sender)
        return action

    @Slot()
    def _run_sender(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.run(sender.objectName())

    def _build_menus(self, titles: Sequence[str]) -> None:
        bar = self._window.menuBar()
        bar.clear()
        for menu in bar.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly):
            menu.deleteLater()
        page_titles = [command.menu.split("/")[0] for command in self._page_commands if command.menu]
        own = [title for title in dict.fromkeys(page_titles) if title not in titles]
        ordered = [*titles[:-1], *own, *titles[-1:]]
        window_first = (*self._window_commands, *self._page_commands)
        for title, shown in zip(ordered, with_access_keys(ordered), strict=True):
            commands = [command for command in window_first if command.menu.split("/")[0] == title]
            if commands:
                self._fill(bar.addMenu(shown), title, commands)

    def _fill(self, menu: QMenu, path: str, commands: Sequence[Command]) -> None:
        menu.aboutToShow.connect(self.refresh)
        menu.aboutToShow.connect(self._redraw_icons)
        menu.setToolTipsVisible(True)
        entries: list[Command | str] = []
        for command in commands:
            below = command.menu[len(path) + 1 :].split("/")[0]
            entry: Command | str = f"{path}/{below}" if below else command
            if entry not in entries:
                entries.append(entry)
        titles = with_access_keys(each.rpartition("/")[2] if isinstance(each, str) else each.title for each in entries)
        noun = ""
        for entry, title in zip(entries, titles, strict=True):
            if not isinstance(entry, str):
                if noun and entry.id.split(".")[0] != noun:
                    menu.addSeparator()
                noun = entry.id.split(".")[0]
            if isinstance(entry, str):
                self._fill(menu.addMenu(title), entry, [each for each in commands if each.menu.startswith(entry)])
            else:
                self._actions[entry.id].setText(title)
                menu.addAction(self._actions[entry.id])

    @Slot()
    def _redraw_icons(self) -> None:
        for name, action in self._actions.items():
            action.setIcon(icons.icon(self._commands[name].icon))


def native_key(shortcut: str) -> str:
    """Return a key combination as this system writes it."""
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def finish_typing() -> None:
    """Commit the cell or field in which a person types."""
    focused = QApplication.focusWidget()
    if isinstance(focused, CellEditor):
        parent = focused.parentWidget()
        grid = parent.parentWidget() if parent is not None else None
        if grid is not None:
            grid.setFocus()
    elif isinstance(focused, Field):
        focused.settle()


def menu_titles(bar: QMenuBar) -> Iterable[str]:
    """Return the titles of the menus, without access keys."""
    return (action.text().replace("&", "") for action in bar.actions())
