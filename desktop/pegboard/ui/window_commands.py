"""The commands that work on every page, as declarations over what the window can do."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from pegboard.i18n import tr
from pegboard.ui.command import Command, always
from pegboard.ui.theme import Scheme
from pegboard.ui.workspaces import WorkspaceEntry


class WindowVerbs(Protocol):
    """What the window does for its commands."""

    def show_page(self, workspace_id: str) -> None: ...
    def go_back(self) -> None: ...
    def go_forward(self) -> None: ...
    def can_go_back(self) -> bool: ...
    def can_go_forward(self) -> bool: ...
    def open_palette(self) -> None: ...
    def open_command_palette(self) -> None: ...
    def open_shortcuts(self) -> None: ...
    def open_help(self) -> None: ...
    def open_settings(self) -> None: ...
    def refresh_page(self) -> None: ...
    def next_pane(self) -> None: ...
    def previous_pane(self) -> None: ...
    def ask_why(self) -> None: ...
    def can_ask_why(self) -> bool: ...
    def focus_find(self) -> None: ...
    def export_list(self) -> None: ...
    def has_list(self) -> bool: ...
    def toggle_compact(self) -> None: ...
    def is_compact(self) -> bool: ...
    def toggle_full_screen(self) -> None: ...
    def is_full_screen(self) -> bool: ...
    def choose_scheme(self, scheme: Scheme) -> None: ...
    def scheme(self) -> Scheme: ...
    def say_saved(self) -> None: ...
    def new_order(self) -> None: ...
    def go_through(self, door: str) -> None: ...
    def pages(self) -> Sequence[WorkspaceEntry]: ...
    def show_about(self) -> None: ...
    def close_window(self) -> None: ...


def menu_titles() -> tuple[str, ...]:
    """The window's menus in order; the page's own stand before the last."""
    return tr("File"), tr("Edit"), tr("View"), tr("Go"), tr("Help")


def window_commands(window: WindowVerbs) -> tuple[Command, ...]:
    """Return all of them, in the order in which the menus show them."""
    return (
        *_file_commands(window),
        *_edit_commands(window),
        *_view_commands(window),
        *_go_commands(window),
        *_help_commands(window),
    )


def _file_commands(window: WindowVerbs) -> tuple[Command, ...]:
    menu = tr("File")
    return (
        Command(
            "order.enter",
            tr("New order"),
            window.new_order,
            "new",
            tr("Enter an order, from any page."),
            menu,
            "Ctrl+Shift+N",
        ),
        Command(
            "workshop.open",
            tr("Open workshop…"),
            partial(window.go_through, "open_workshop"),
            "open",
            tr("Open another workshop file in place of this one."),
            menu,
            "Ctrl+O",
        ),
        Command(
            "workshop.open_server",
            tr("Open on a server…"),
            partial(window.go_through, "open_on_server"),
            "server",
            tr("Open a workshop on a PostgreSQL server, in which several seats work at once."),
            menu,
        ),
        Command(
            "workshop.new",
            tr("New or sample workshop…"),
            partial(window.go_through, "new_workshop"),
            "sample",
            tr("Start an empty workshop, try the sample, or import a folder."),
            menu,
        ),
        *_exchange_commands(window),
        Command(
            "workshop.settings",
            tr("Settings…"),
            window.open_settings,
            "settings",
            tr("Change the company on papers, planning, papers and backups."),
            menu,
            "Ctrl+,",
        ),
        *_seat_commands(window),
        Command(
            "window.save",
            tr("Save"),
            window.say_saved,
            "save",
            tr("Nothing to do: everything is saved as soon as it is entered."),
            "",
            "Ctrl+S",
        ),
        Command("window.quit", tr("Quit"), window.close_window, "quit", tr("Close Pegboard."), menu, "Ctrl+Q"),
    )


def _seat_commands(window: WindowVerbs) -> tuple[Command, ...]:
    menu = tr("File")
    return (
        Command(
            "window.person",
            tr("Who sits here…"),
            partial(window.go_through, "ask_person"),
            "people",
            tr("Say whose name stands in the history, or sign in as somebody else."),
            menu,
        ),
        Command(
            "window.lock",
            tr("Lock this seat"),
            partial(window.go_through, "lock"),
            "lock",
            tr("Let nobody see or do anything until the PIN is typed; where people sign in."),
            menu,
            "Ctrl+Alt+L",
        ),
    )


def _exchange_commands(window: WindowVerbs) -> tuple[Command, ...]:
    menu = tr("File")
    return (
        Command(
            "workshop.import",
            tr("Import…"),
            partial(window.go_through, "import_files"),
            "import",
            tr("Read orders, items or a whole workshop folder from files."),
            menu,
        ),
        Command(
            "workshop.export",
            tr("Export workshop…"),
            partial(window.go_through, "export_workshop"),
            "export",
            tr("Write everything as a folder of CSV files that any program can read."),
            menu,
        ),
        Command(
            "workshop.move",
            tr("Move the workshop…"),
            partial(window.go_through, "move_workshop"),
            "server",
            tr("Copy it to a server, where several seats work in it, or back into a file; every table is compared."),
            menu,
        ),
        Command(
            "workshop.back_up",
            tr("Back up now…"),
            partial(window.go_through, "back_up"),
            "backup",
            tr("Write a verified copy of the workshop file."),
            menu,
        ),
        Command(
            "workshop.look",
            tr("Look at a backup…"),
            partial(window.go_through, "look_at_backup"),
            "clock",
            tr("Show the workshop as it was on the day of a backup, in a window in which nothing can be changed."),
            menu,
        ),
        Command(
            "workshop.restore",
            tr("Go back to a backup…"),
            partial(window.go_through, "restore_backup"),
            "revert",
            tr("Put a backup in the place of this workshop; what is there now is kept beside it."),
            menu,
        ),
    )


def _edit_commands(window: WindowVerbs) -> tuple[Command, ...]:
    menu = tr("Edit")
    return (
        Command(
            "list.find",
            tr("Find in list"),
            window.focus_find,
            "search",
            tr("Find in the list of this page."),
            menu,
            "Ctrl+F",
        ),
        Command(
            "list.export",
            tr("Export list…"),
            window.export_list,
            "export",
            tr("Write the rows and columns shown as a spreadsheet or CSV file."),
            menu,
            "Ctrl+E",
            enabled_when=window.has_list,
        ),
        Command(
            "window.why",
            tr("Why?"),
            window.ask_why,
            "why",
            tr("Show what the selected thing is for, and what hangs on it."),
            menu,
            "F7",
            enabled_when=window.can_ask_why,
        ),
        Command(
            "window.refresh", tr("Refresh"), window.refresh_page, "refresh", tr("Read this page again."), menu, "F5"
        ),
    )


def _view_commands(window: WindowVerbs) -> tuple[Command, ...]:
    menu = tr("View")
    schemes = (
        (Scheme.SYSTEM, tr("Like the system")),
        (Scheme.LIGHT, tr("Light")),
        (Scheme.DARK, tr("Dark")),
        (Scheme.CONTRAST, tr("High contrast")),
    )
    return (
        *(_scheme_command(window, scheme, title, f"{menu}/{tr('Colours')}") for scheme, title in schemes),
        Command(
            "window.compact",
            tr("Compact rows"),
            window.toggle_compact,
            "compact",
            tr("Show more rows in lists, closer together."),
            menu,
            checked_when=window.is_compact,
        ),
        Command(
            "window.full_screen",
            tr("Full screen"),
            window.toggle_full_screen,
            "floor",
            tr("Fill the whole screen."),
            menu,
            "F11",
            checked_when=window.is_full_screen,
        ),
    )


def _scheme_command(window: WindowVerbs, scheme: Scheme, title: str, menu: str) -> Command:
    def choose() -> None:
        window.choose_scheme(scheme)

    def is_chosen() -> bool:
        return window.scheme() == scheme

    text = tr("Show Pegboard in these colours.")
    return Command(f"window.colours.{scheme.value}", title, choose, "theme", text, menu, checked_when=is_chosen)


def _go_commands(window: WindowVerbs) -> tuple[Command, ...]:
    menu = tr("Go")

    def page(place: int, page_id: str, title: str, icon: str) -> Command:
        return _page_command(window.show_page, place, page_id, title, icon, menu)

    return (
        Command(
            "window.palette",
            tr("Search everything"),
            window.open_palette,
            "search",
            tr("Find any order, job, purchase, item or customer by number or words."),
            menu,
            "Ctrl+K",
        ),
        Command(
            "window.commands",
            tr("Find a command"),
            window.open_command_palette,
            "keyboard",
            tr("Find anything that can be done here, by its words."),
            menu,
            "Ctrl+Shift+P",
        ),
        *(page(place, entry.id, entry.title, entry.icon) for place, entry in enumerate(window.pages(), start=1)),
        *_moving_commands(window),
    )


def _moving_commands(window: WindowVerbs) -> tuple[Command, ...]:
    menu = tr("Go")
    return (
        Command(
            "window.back",
            tr("Back"),
            window.go_back,
            "back",
            tr("Go to where you were before."),
            menu,
            "Alt+Left",
            enabled_when=window.can_go_back,
        ),
        Command(
            "window.forward",
            tr("Forward"),
            window.go_forward,
            "forward",
            tr("Go forward again."),
            menu,
            "Alt+Right",
            enabled_when=window.can_go_forward,
        ),
        Command(
            "window.next_pane",
            tr("Next pane"),
            window.next_pane,
            "columns",
            tr("Go to the next part of the window."),
            menu,
            "F6",
        ),
        Command(
            "window.previous_pane",
            tr("Previous pane"),
            window.previous_pane,
            "columns",
            tr("Go to the part of the window before."),
            menu,
            "Shift+F6",
        ),
    )


PAGE_KEYS = {"cash": "Ctrl+Shift+F"}  # Friday's page


def _page_command(show: Callable[[str], None], place: int, page_id: str, title: str, icon: str, menu: str) -> Command:
    def go() -> None:
        show(page_id)

    key = "; ".join(filter(None, (f"Ctrl+{place}" if place <= 9 else "", PAGE_KEYS.get(page_id, ""))))
    return Command(
        f"go.{page_id}", title, go, icon, tr("Go to the page {page}.", page=title), menu, key, enabled_when=always
    )


def _help_commands(window: WindowVerbs) -> tuple[Command, ...]:
    menu = tr("Help")
    return (
        Command(
            "window.shortcuts",
            tr("Commands and keys"),
            window.open_shortcuts,
            "keyboard",
            tr("Show everything that can be done on this page, with its keys."),
            menu,
            "Ctrl+?",
        ),
        Command(
            "window.help",
            tr("Help pages"),
            window.open_help,
            "help",
            tr("Read how this page works, and the others."),
            menu,
            "F1",
        ),
        Command(
            "window.about",
            tr("About Pegboard"),
            window.show_about,
            "info",
            tr("Show the version and the file in use."),
            menu,
        ),
    )
