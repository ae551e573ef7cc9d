"""Moves the open workshop to a server or into a file, and opens what lies on a server."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QTimer

from pegboard.domain.errors import Refused
from pegboard.i18n import tr
from pegboard.recent import recent_workshops
from pegboard.storage.store import Store, is_address
from pegboard.ui.main_window import MainWindow
from pegboard.ui.messages import Messages
from pegboard.ui.runner import Progress, Runner
from pegboard.ui.server_form import ServerForm

WORKSHOPS = "Pegboard (*.pegboard)"


@dataclass(frozen=True, slots=True)
class MovedTo:
    """A copy that was made and compared: where it is, its tables and rows."""

    place: str
    tables: int
    rows: int


class Moving:
    """The two commands; `open_path` opens a workshop in place of this one and says something in its window."""

    def __init__(self, window: MainWindow, runner: Runner, open_path: Callable[[str, str], None]) -> None:
        self._window, self._runner, self._open_path = window, runner, open_path

    def open_on_server(self) -> None:
        """Ask where a workshop lies on a server, and open it."""
        address = ask_server(self._window.messages, self._runner)
        if address:
            self._open_path(address, "")

    def move(self) -> None:
        """Ask where to, copy all of it with every table compared, and open the copy."""
        title = tr("Where shall this workshop lie?")
        text = tr("On a server several seats work in it at once. What is here stays as it is, as a copy.")
        place = self._window.messages.choose(title, text, (tr("On a server…"), tr("In a file…")))
        if place == 0:
            self._to_server()
        elif place == 1:
            proposed = self._runner.store.path.with_name(f"{self._runner.store.path.stem} 2.pegboard")
            path = self._window.messages.save_file(tr("Move into the file"), WORKSHOPS, str(proposed))
            if path is not None:
                self._start(str(path))

    def _to_server(self) -> None:
        explain = tr(
            "It needs an empty database that belongs to your login; the help on several seats (F1) says how to make"
            " one. Nobody else should enter anything until it is done."
        )
        form = ServerForm(self._runner, tr("Move to a server"), tr("Move it there"), explain, wants_workshop=False)
        if self._window.messages.run_dialog(form):
            self._start(form.address().url)

    def _start(self, target: str) -> None:
        store, person, progress = self._runner.store, self._runner.actor, Progress(tr("Moving the workshop"))
        self._runner.compute(
            "moving.move",
            lambda: move_all(store, target, person, progress),
            partial(self._moved, target),
            progress=progress,
        )

    def _moved(self, target: str, done: MovedTo) -> None:
        said = tr(
            "Moved: {rows} rows in {tables} tables, all counted and compared. Work here from now on.",
            rows=f"{done.rows:,}",
            tables=done.tables,
        )
        # Later: the runner that speaks here is closed with its workshop.
        QTimer.singleShot(0, self._window, partial(self._open_path, target, said))


def ask_server(messages: Messages, runner: Runner) -> str:
    """Ask where a workshop lies on a server until it answers; return its address, "" where the person gave up."""
    explain = tr("Whoever looks after the server knows these. The program remembers them for the next time.")
    form = ServerForm(runner, tr("Open on a server"), tr("Open it"), explain, wants_workshop=True)
    known = next(filter(is_address, recent_workshops()), "")
    if known:
        form.propose(known)
    return form.address().url if messages.run_dialog(form) else ""


def move_all(store: Store, target: str, person: str, progress: Progress) -> MovedTo:
    """Copy the workshop to a file or a server; runs off the GUI thread.

    Raises Refused for who may not, and where something was entered meanwhile, which the copy would lack: then it is
    removed again.
    """
    from pegboard.services.rights import require_copy
    from pegboard.storage.moving import move
    from pegboard.storage.store import place_of

    with store.read() as reading:
        require_copy(reading, person, "workshop.move")
    before = _last_line(store)
    moved = move(store, target, store.clock, progress)
    if _last_line(store) != before:
        place_of(target).discard()
        raise Refused(
            tr("Something was entered while the workshop was copied, so the copy was removed."),
            hint=tr("Move it once more when nobody is entering anything."),
        )
    return MovedTo(target, len(moved), sum(table.rows for table in moved))


def _last_line(store: Store) -> int:
    from pegboard.queries.audit import lines_after

    with store.read() as reading:
        return lines_after(reading, None).last
