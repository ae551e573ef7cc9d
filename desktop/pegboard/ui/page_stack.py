"""The pages of the window: made when first opened, one shown at a time."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget

from pegboard.ui.command import Command
from pegboard.ui.desk import Desk
from pegboard.ui.workspace import Workspace
from pegboard.ui.workspaces import WorkspaceEntry


class PageStack(QStackedWidget):
    """Holds the workspaces.

    Signals: shown(str workspace id): another page is in front; record_shown(str id, str noun, str number): a page went
    to a record; commands_changed(): a page's commands may have changed.
    """

    shown = Signal(str)
    record_shown = Signal(str, str, str)
    commands_changed = Signal()

    def __init__(self, pages: Sequence[WorkspaceEntry], desk: Callable[[], Desk]) -> None:
        super().__init__()
        self._entries = {page.id: page for page in pages}
        self._desk = desk
        self._pages: dict[str, Workspace] = {}
        self._commands: dict[str, tuple[Command, ...]] = {}
        self._current = ""

    @property
    def current_id(self) -> str:
        """The id of the page in front, "" before the first."""
        return self._current

    @property
    def current_page(self) -> Workspace | None:
        """The page in front."""
        return self._pages.get(self._current)

    @property
    def made(self) -> tuple[Workspace, ...]:
        """The pages that were opened so far."""
        return tuple(self._pages.values())

    def title_of(self, page_id: str) -> str:
        """Return the title of a page."""
        return self._entries[page_id].title

    def page_commands(self) -> tuple[Command, ...]:
        """Return the commands of the page in front."""
        return self._commands.get(self._current, ())

    def has(self, page_id: str) -> bool:
        """Whether there is such a page."""
        return page_id in self._entries

    def show_page(self, page_id: str) -> Workspace:
        """Bring a page to the front, making it where it was never opened."""
        page = self._pages.get(page_id) or self._make(page_id)
        if page_id != self._current:
            previous = self.current_page
            if previous is not None:
                previous.leave()
            self._current = page_id
            self.setCurrentWidget(page)
            self.shown.emit(page_id)
        return page

    def leave(self) -> None:
        """Let every page keep what was typed."""
        for page in self._pages.values():
            page.leave()

    def _make(self, page_id: str) -> Workspace:
        page = self._entries[page_id].make(self._desk())
        page.setObjectName(page_id)
        self._pages[page_id] = page
        self._commands[page_id] = page.commands()
        page.record_shown.connect(self._tell_record)
        page.commands_changed.connect(self.commands_changed)
        self.addWidget(page)
        return page

    @Slot(str, str)
    def _tell_record(self, noun: str, number: str) -> None:
        sender = self.sender()
        if sender is not None:
            self.record_shown.emit(sender.objectName(), noun, number)
