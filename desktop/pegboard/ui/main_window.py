"""The window: sidebar, head with title and search, message bar, the pages, foot; it does what its commands declare."""

from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from pegboard import __version__
from pegboard.domain import roles
from pegboard.i18n import tr
from pegboard.ui import panes, theme
from pegboard.ui.actions import CommandActions
from pegboard.ui.change_bus import ChangeBus
from pegboard.ui.command import Command
from pegboard.ui.connection import ConnectionNotice
from pegboard.ui.desk import Desk, Paper
from pegboard.ui.entry_undo import undo_commands
from pegboard.ui.header import Header
from pegboard.ui.history import History, Place
from pegboard.ui.list_view import ListPane
from pegboard.ui.looking_back import looking_back
from pegboard.ui.message_bar import MessageBar
from pegboard.ui.messages import Messages
from pegboard.ui.page_stack import PageStack
from pegboard.ui.runner import Runner
from pegboard.ui.sidebar import Sidebar
from pegboard.ui.status import StatusLine
from pegboard.ui.table_view import TableView
from pegboard.ui.theme import Scheme
from pegboard.ui.window_commands import menu_titles, window_commands
from pegboard.ui.window_needs import Doors, Queries
from pegboard.ui.window_state import WindowState
from pegboard.ui.workspaces import WorkspaceEntry, available_entries, entry_for

if TYPE_CHECKING:
    from pegboard.ui.help_pages import HelpPages
    from pegboard.ui.palette import Found, Palette
    from pegboard.ui.shortcut_sheet import ShortcutSheet
    from pegboard.ui.why import WhyPanel

SMALLEST = QSize(960, 600)
COUNTS_KEY = "window.counts"
MONEY_PAPERS = roles.MONEY_PAPERS | {"report", "cash"}


class MainWindow(QMainWindow):
    """The one window of an open workshop.

    Signals: first_painted(): the first page has shown its rows and was painted; closing(): the window goes.
    """

    first_painted = Signal()
    closing = Signal()

    def __init__(self, runner: Runner, bus: ChangeBus, state: WindowState, queries: Queries) -> None:
        super().__init__()
        self.runner = runner
        self.bus = bus
        self.state = state
        self._queries = queries
        self._doors: Doors | None = None
        self._history = History()
        self._is_travelling = False
        self._is_first_page_ready = False
        self._was_painted = False
        self._bar = MessageBar()
        self.messages = Messages(self, self._bar)
        self.desk = Desk(runner.store, runner, bus, self.messages, state, self)
        self._pages = available_entries(sees_money=runner.rights.sees_money)
        self.stack = PageStack(self._pages, lambda: self.desk)
        self.sidebar = Sidebar(self._pages)
        self.status = StatusLine(Path(str(runner.store.path)).name, runner.actor, runner.now)
        self.actions_ = CommandActions(self)
        self._build()
        self._connect()
        looks = looking_back(self.desk, self.stack)
        self.actions_.set_window_commands((*window_commands(self), *undo_commands(self.desk), *looks))
        self._restore()

    def open_doors(self, doors: Doors) -> None:
        """Take what reaches beyond this workshop."""
        self._doors = doors

    # --- what lies over the pages; made when it is first asked for

    @cached_property
    def _palette(self) -> "Palette":
        from pegboard.ui.palette import Palette

        return Palette(
            self, self.runner, self._queries.search, lambda: self.actions_.commands, self.actions_.run, self.show_record
        )

    @cached_property
    def _sheet(self) -> "ShortcutSheet":
        from pegboard.ui.shortcut_sheet import ShortcutSheet

        return ShortcutSheet(self)

    @cached_property
    def _help(self) -> "HelpPages":
        from pegboard.ui.help_pages import HelpPages

        return HelpPages(self)

    @cached_property
    def _why(self) -> "WhyPanel":
        from pegboard.ui.why import WhyPanel

        return WhyPanel(self, self.runner, self.state, self._queries.why, self.show_number)

    # --- making

    def _build(self) -> None:
        self.setMinimumSize(SMALLEST.boundedTo(self.screen().availableGeometry().size()))
        self._header = Header()
        self._header.search_asked.connect(self.open_palette)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self._bar)
        self._content = QStackedWidget()
        self._content.addWidget(self.stack)
        column.addWidget(self._content, 1)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addWidget(page, 1)
        self.setCentralWidget(whole)
        self.setAcceptDrops(True)
        self.setStatusBar(self.status)

    def _connect(self) -> None:
        self.sidebar.page_chosen.connect(self.show_page)
        self.stack.shown.connect(self._note_page)
        self.stack.record_shown.connect(self._note_record)
        self.stack.commands_changed.connect(self.actions_.refresh)
        self.runner.refused.connect(self.messages.error)
        self.runner.broke.connect(self.messages.report_bug)
        self.runner.cancelled.connect(self._say_cancelled)
        self.runner.busy_changed.connect(self.status.show_busy)
        self.runner.progressed.connect(self.status.progress.follow)
        self.runner.progress_ended.connect(self.status.progress.end)
        self.bus.changed.connect(self.refresh_counts)
        ConnectionNotice(self.bus, self.messages, self)

    def _restore(self) -> None:
        room = self.screen().availableGeometry().size()
        self.resize(QSize(1280, 800).boundedTo(room))
        saved = self.state.get("window.geometry")
        if isinstance(saved, str):
            self.restoreGeometry(QByteArray.fromBase64(saved.encode("ascii")))

    def start(self) -> None:
        """Show the page that was open last, and read the workshop's name and what waits."""
        self.setWindowTitle(tr("{file} – Pegboard", file=Path(str(self.runner.store.path)).stem))
        self.sidebar.show_name(Path(str(self.runner.store.path)).stem)
        last = self.state.get("window.page", "")
        self.show_page(last if self.stack.has(last) else self._pages[0].id)
        page = self.stack.current_page
        assert page is not None
        page.ready.connect(self._note_ready)
        panes.enter(page)

    def pages(self) -> Sequence[WorkspaceEntry]:
        """The pages of this seat."""
        return self._pages

    def start_reading(self) -> None:
        """Read what is not needed for the first page."""
        self.runner.read("window.name", self._queries.name, self._show_name)
        self.refresh_counts()

    def _show_name(self, name: str) -> None:
        if name:
            self.sidebar.show_name(name)

    @Slot()
    def refresh_counts(self) -> None:
        """Read again how much waits on each page."""
        self.runner.read(COUNTS_KEY, self._queries.counts, self.sidebar.show_counts)

    @Slot()
    def _note_ready(self) -> None:
        self._is_first_page_ready = True
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: after the first page has its rows, the next painting is the first usable one."""
        super().paintEvent(event)
        if self._is_first_page_ready and not self._was_painted:
            self._was_painted = True
            self.first_painted.emit()

    # --- going about (Shell)

    @Slot(str)
    def show_page(self, workspace_id: str) -> None:
        """Turn to a page."""
        if self.stack.has(workspace_id):
            self._end_preview()
            page = self.stack.show_page(workspace_id)
            if not self.sidebar.list.hasFocus():  # whoever walks along the sidebar stays in it
                panes.enter(page)

    def show_record(self, noun: str, number: str) -> None:
        """Open a record on the page of its kind."""
        entry = entry_for(noun)
        if entry is None or not self.stack.has(entry.id):
            self.messages.warn(tr("{number} has no page of its own yet.", number=number))
            return
        self._end_preview()
        page = self.stack.show_page(entry.id)
        page.show_record(noun, number)
        self._note_record(entry.id, noun, number)

    def show_number(self, number: str) -> None:
        """Open whatever has this number, as it stands in pegs and on paper: WO-0001, PO-0001/2, SO-0001/1."""
        whole = number.split("/")[0]
        if number.startswith("STOCK:"):
            self.show_record("stock", number)
            return
        search = self._queries.search
        opened = partial(self._open_hit, whole, number)
        self.runner.read("window.number", lambda reading: tuple(search(reading, whole)), opened)

    def _open_hit(self, whole: str, number: str, hits: "Sequence[Found]") -> None:
        exact = [hit for hit in hits if hit.number == whole]
        if exact:
            self.show_record(exact[0].kind, whole)
        else:
            self._palette.open_with(number)

    def run_command(self, command_id: str) -> None:
        """Run a command of the window or of the page shown."""
        self.actions_.run(command_id)

    def actions(self, command_ids: Sequence[str] = ()) -> list[QAction]:
        """Return the actions of these commands; without any, Qt's own answer."""
        if not command_ids:
            return super().actions()
        found = (self.actions_.action(command_id) for command_id in command_ids)
        return [action for action in found if action is not None]

    def refresh_commands(self) -> None:
        """Ask all commands again whether they can be run."""
        self.actions_.refresh()

    def preview(self, title: str, papers: Sequence[Paper]) -> None:
        """Show PDFs inside the window; who may not see money is shown none that tell it."""
        if not self.runner.rights.sees_money and any(paper.kind in MONEY_PAPERS for paper in papers):
            self.messages.warn(tr("This paper shows money, and {name} may not see it.", name=self.runner.actor))
            return
        from pegboard.ui.printing import PreviewPage

        preview = PreviewPage(self.desk, title, papers)
        preview.closed.connect(self._close_preview)
        self._content.addWidget(preview)
        self._content.setCurrentWidget(preview)
        self._show_commands(())  # the keys of a page that is not seen do nothing
        preview.setFocus()

    @Slot()
    def _close_preview(self) -> None:
        self._end_preview()
        page = self.stack.current_page
        if page is not None:
            panes.enter(page)

    def _end_preview(self) -> None:
        preview = self._content.currentWidget()
        if preview is not None and preview is not self.stack:
            self._content.removeWidget(preview)
            preview.deleteLater()
            self._show_commands(self.stack.page_commands())

    @Slot(str)
    def _note_page(self, page_id: str) -> None:
        self.sidebar.select(page_id)
        self._header.title.setText(self.stack.title_of(page_id))
        self._show_commands(self.stack.page_commands())
        self.state.set("window.page", page_id)
        if not self._is_travelling:
            self._history.visit(Place(page_id))
        self.actions_.refresh()

    @Slot(str, str, str)
    def _note_record(self, page_id: str, noun: str, number: str) -> None:
        if not self._is_travelling and page_id == self.stack.current_id:
            self._history.visit(Place(page_id, noun, number))
            self.actions_.refresh()

    def _show_commands(self, commands: Sequence[Command]) -> None:
        """Put a page's commands into menus and keys, and its toolbar ones at the right of the head."""
        self.actions_.set_page_commands(commands, menu_titles())
        shown = [self.actions_.action(command.id) for command in commands if command.toolbar]
        self._header.show_buttons([action for action in shown if action is not None])

    def go_back(self) -> None:
        """Go to the place before."""
        self._travel(self._history.back())

    def go_forward(self) -> None:
        """Go to the place ahead."""
        self._travel(self._history.forward())

    def can_go_back(self) -> bool:
        """Whether there is a place before."""
        return self._history.can_go_back

    def can_go_forward(self) -> bool:
        """Whether there is a place ahead."""
        return self._history.can_go_forward

    def _travel(self, place: Place | None) -> None:
        if place is None:
            return
        self._is_travelling = True
        try:
            self.show_page(place.page)
            page = self.stack.current_page
            if page is not None and place.number:
                page.show_record(place.noun, place.number)
        finally:
            self._is_travelling = False

    # --- what the commands do

    @Slot()
    def open_palette(self) -> None:
        """Search everything."""
        if self._doors is not None:
            self._doors.refresh_search()
        self._palette.open_with("")

    def open_command_palette(self) -> None:
        """Find a command."""
        self._palette.open_with(">")

    def open_shortcuts(self) -> None:
        """Show all commands with their keys."""
        self._sheet.open_with(self.actions_.commands)

    def open_help(self) -> None:
        """Show what the help says of this page."""
        from pegboard.ui.help_pages import OF_PAGE, START

        self._help.open_page(OF_PAGE.get(self.stack.current_id, START))

    def open_settings(self) -> None:
        """Show the workshop's settings."""
        from pegboard.ui.settings_panel import SettingsPanel

        panel = self.findChild(SettingsPanel) or SettingsPanel(self, self.desk)
        panel.open_panel()

    def refresh_page(self) -> None:
        """Read the page again."""
        page = self.stack.current_page
        if page is not None:
            page.refresh()
        self.refresh_counts()

    def next_pane(self) -> None:
        """Go to the next part of the window."""
        self._go_pane(1)

    def previous_pane(self) -> None:
        """Go to the part of the window before."""
        self._go_pane(-1)

    def _go_pane(self, step: int) -> None:
        page = self.stack.current_page
        own = page.panes() or (page,) if page is not None else ()
        panes.go([self.sidebar, *own], step)

    def ask_why(self) -> None:
        """Show the peg chain of what is selected."""
        page = self.stack.current_page
        if page is not None and page.why_number():
            self.show_why(page.why_number())

    def can_ask_why(self) -> bool:
        """Whether something is selected that has pegs."""
        page = self.stack.current_page
        return page is not None and bool(page.why_number())

    def show_why(self, number: str) -> None:
        """Show the peg chain of a number."""
        self._why.ask(number)

    def _list(self) -> "ListPane[Any] | None":
        page = self.stack.current_page
        return panes.active_list(page) if page is not None else None

    def has_list(self) -> bool:
        """Whether the page shows a list."""
        return self._list() is not None

    def focus_find(self) -> None:
        """Find in the list."""
        found = self._list()
        if found is not None and not found.find_box.isHidden():
            found.focus_find()
        elif self.stack.current_page is not None:
            self.stack.current_page.focus_find()

    def export_list(self) -> None:
        """Write the rows and columns shown."""
        from pegboard.ui.list_export import export_list

        found = self._list()
        if found is not None:
            export_list(self.desk, found)

    def toggle_compact(self) -> None:
        """Change between normal and compact rows."""
        height = theme.ROW_HEIGHT if self.is_compact() else theme.COMPACT_ROW_HEIGHT
        self.state.set("row_height", height)
        for view in self.findChildren(TableView):
            view.set_row_height(height)

    def is_compact(self) -> bool:
        """Whether rows are compact."""
        return bool(self.state.get("row_height", theme.ROW_HEIGHT) == theme.COMPACT_ROW_HEIGHT)

    def toggle_full_screen(self) -> None:
        """Fill the screen, or go back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def is_full_screen(self) -> bool:
        """Whether the window fills the screen."""
        return bool(self.windowState() & Qt.WindowState.WindowFullScreen)

    def choose_scheme(self, scheme: Scheme) -> None:
        """Show the program in these colours from now on."""
        self.state.set("scheme", scheme.value)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply(application, theme.look_for(scheme))

    def scheme(self) -> Scheme:
        """The colours chosen."""
        return Scheme(self.state.get("scheme", Scheme.SYSTEM.value))

    def say_saved(self) -> None:
        """Answer Ctrl+S."""
        self.messages.notice(tr("Saved. Everything is saved as soon as it is entered."))

    def new_order(self) -> None:
        """Enter an order from any page."""
        if self.stack.has("orders"):
            self.show_page("orders")
            self.run_command("order.new")

    def go_through(self, door: str) -> None:
        """Do what reaches beyond this workshop, by the name of a method of `Doors`."""
        if self._doors is not None:
            getattr(self._doors, door)()

    def show_about(self) -> None:
        """Say the version and the file."""
        self.messages.warn(tr("Pegboard {version}, {file}", version=__version__, file=self.runner.store.path))

    def close_window(self) -> None:
        """Close the window."""
        self.close()

    @Slot(str)
    def _say_cancelled(self, _name: str) -> None:
        self.messages.warn(tr("Stopped. Nothing was changed."))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt: files and folders may be dropped anywhere."""
        if self._doors is not None and event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt: what was dropped is imported."""
        sources = tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
        if self._doors is not None and sources:
            self._doors.import_paths(sources)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: keep what was typed and how the window stood."""
        self.stack.leave()
        self.state.set("window.geometry", bytes(self.saveGeometry().toBase64().data()).decode("ascii"))
        super().closeEvent(event)
        self.closing.emit()
