"""The base of every page.

A workspace is a folder `ui/<name>/` with `workspace.py`, which has `def workspace(desk: Desk) -> Workspace`, and one
line in `ui/workspaces.py`. Its module is imported when its page is first opened.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from pegboard.ui.command import Command
from pegboard.ui.desk import Desk


class Workspace(QWidget):
    """A page of the window: override what it needs.

    The page refreshes itself when a commit changes one of `nouns`: at once when it is shown, else when it
    is shown next.

    Signals: ready(): the first rows are on the screen, emitted once by the subclass through `say_ready`;
    record_shown(str noun, str number): for back and forward; commands_changed(): what can be run may have changed.
    """

    ready = Signal()
    record_shown = Signal(str, str)
    commands_changed = Signal()

    nouns: frozenset[str] = frozenset()

    def __init__(self, desk: Desk, title: str) -> None:
        super().__init__()
        self.desk = desk
        self.title = title
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
        self._is_stale = True
        self._was_ready = False
        desk.bus.changed.connect(self._on_changed)
        desk.runner.day_changed.connect(self._on_day_changed)

    # --- to override

    def refresh(self) -> None:
        """Read again what the page shows, through `self.desk.runner.read`."""

    def commands(self) -> tuple[Command, ...]:
        """Return what can be done on this page; asked once, after the page was made."""
        return ()

    def show_record(self, noun: str, number: str) -> None:
        """Open the record `number`; the page is or will be shown."""

    def take_scan(self, _noun: str, _number: str) -> bool:
        """Do what a scanned code means on this page; False where it is only to be opened."""
        return False

    def why_number(self) -> str:
        """Return the number that F7 asks about: the selected order line, job, purchase line or lot; "" for none."""
        return ""

    def history_number(self) -> str:
        """Return whose history Shift+F7 shows: the document or record that is selected; "" for none."""
        return self.why_number().partition("/")[0]

    def panes(self) -> tuple[QWidget, ...]:
        """Return the widgets that F6 visits, in reading order."""
        return ()

    def focus_find(self) -> None:
        """Put the cursor into the page's find box (Ctrl+F)."""

    def leave(self) -> None:
        """Keep what was typed; called before another page is shown and before the window closes."""

    # --- for subclasses

    def say_ready(self) -> None:
        """Say that the first rows are shown."""
        if not self._was_ready:
            self._was_ready = True
            self.ready.emit()

    # --- refreshing

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the page comes to the front; what went stale meanwhile is read again."""
        super().showEvent(event)
        if self._is_stale:
            self._is_stale = False
            self.refresh()

    def _on_changed(self, nouns: frozenset[str]) -> None:
        if self.nouns and not (nouns & self.nouns):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._is_stale = True

    def _on_day_changed(self, _today: object) -> None:
        self._on_changed(self.nouns)
