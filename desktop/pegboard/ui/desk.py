"""What a page works with: everything that the window hands down to its workspaces, in one value."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtGui import QAction

from pegboard.storage.store import Reading, Store
from pegboard.ui.change_bus import ChangeBus
from pegboard.ui.messages import Messages
from pegboard.ui.runner import Runner
from pegboard.ui.window_state import WindowState


class Shell(Protocol):
    """What the window does for its pages."""

    def show_page(self, workspace_id: str) -> None:
        """Turn to a workspace."""

    def show_record(self, noun: str, number: str) -> None:
        """Turn to the workspace of `noun` ("order", "work_order", "purchase_order", "item", ...) and open `number`."""

    def show_why(self, number: str) -> None:
        """Show the peg chain of a record: what it is for and what hangs on it."""

    def preview(self, title: str, papers: Sequence["Paper"]) -> None:
        """Show PDFs inside the program, to be read, printed or saved."""

    def run_command(self, command_id: str) -> None:
        """Run a command of the window or of the page shown."""

    def actions(self, command_ids: Sequence[str]) -> Sequence[QAction]:
        """Return the actions of these commands, for a context menu."""

    def refresh_commands(self) -> None:
        """Ask all commands again whether they can be run."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document to preview.

    Attributes: kind: its kind, such as "traveler"; number: whose document it is; draw: makes the PDF, off the GUI
    thread; printed: what to record when it was printed, called on the GUI thread, or None.
    """

    kind: str
    number: str
    draw: Callable[[Reading], bytes]
    printed: Callable[[], None] | None = None


class Desk:
    """Handed to each workspace; holds no state of its own.

    Attributes: store: the open workshop; runner: reads and writes off the GUI thread; bus: says what changed;
    messages: notices and dialogs; state: remembered widths, splitters, chips; shell: the window.
    """

    def __init__(
        self, store: Store, runner: Runner, bus: ChangeBus, messages: Messages, state: WindowState, shell: Shell
    ) -> None:
        self.store = store
        self.runner = runner
        self.bus = bus
        self.messages = messages
        self.state = state
        self.shell = shell

    def today(self) -> datetime.date:
        """The day of the shop."""
        return self.runner.today()

    def show_record(self, noun: str, number: str) -> None:
        """Open a record wherever it belongs."""
        self.shell.show_record(noun, number)

    def show_why(self, number: str) -> None:
        """Show what `number` is for and what hangs on it."""
        self.shell.show_why(number)

    def preview(self, title: str, papers: Sequence[Paper]) -> None:
        """Show PDFs inside the program."""
        self.shell.preview(title, papers)
