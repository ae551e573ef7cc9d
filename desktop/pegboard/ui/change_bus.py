"""Tells the screens, on the GUI thread, which kinds of record a commit changed: ours or another seat's."""

from collections.abc import Callable
from functools import partial
from weakref import ref

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from pegboard.domain.errors import PegboardError
from pegboard.queries import audit
from pegboard.storage.store import Changes, Reading
from pegboard.storage.watching import Watch
from pegboard.ui.runner import Runner

LOOK_AGAIN = 200  # milliseconds until the next look where our own work was under way


class ChangeBus(QObject):
    """Made on the GUI thread; listens to the store, whose commits happen on the writer thread, and to other seats.

    Signals: changed(frozenset of nouns): after each commit; committed(Changes): the same with command, actor and note;
    connection_changed(bool): the connection to the workshop was lost (False) or is back (True).
    """

    changed = Signal(object)
    committed = Signal(object)
    connection_changed = Signal(bool)
    _own_commit = Signal(object)
    _heard = Signal()
    _told = Signal(bool)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._last_line: int | None = None
        self._last_at = ""
        self._own_lines = 0  # audit lines of our own since the last look
        self._is_looking = False
        self._own_commit.connect(self._announce)
        self._heard.connect(self.look)
        self._told.connect(self._note_connection)
        runner.store.on_commit.append(self._hear)
        self._timer = QTimer(self, interval=LOOK_AGAIN, singleShot=True)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self._watch = Watch(runner.store, partial(_pass_on, ref(self), "_heard"), partial(_pass_on, ref(self), "_told"))
        self.destroyed.connect(self._watch.leave)  # where nobody stopped it before

    def stop(self) -> None:
        """Stop looking and listening, before the store is closed."""
        self._watch.stop()
        self._timer.stop()
        if self._hear in self._runner.store.on_commit:
            self._runner.store.on_commit.remove(self._hear)

    def _hear(self, changes: Changes) -> None:
        """Pass a commit on from the thread that made it."""
        _pass_on(ref(self), "_own_commit", changes)

    @Slot()
    def look(self) -> None:
        """Look for lines in the audit trail that this window did not write; runs off the GUI thread."""
        if self._is_looking or not self._runner.is_idle:
            self._timer.start()  # later: what we are writing would be taken for another seat's
            return
        self._is_looking = True
        since = _lines_after(self._last_line, self._last_at)
        self._runner.read("change_bus.look", since, self._compare, self._look_later)

    @Slot(object)
    def _announce(self, changes: Changes) -> None:
        if changes.nouns or changes.note:  # others leave no line
            self._own_lines += 1
        self.committed.emit(changes)
        if changes.nouns:
            self.changed.emit(changes.nouns)

    @Slot(bool)
    def _note_connection(self, is_there: bool) -> None:
        if is_there:
            # Pages may have failed to read meanwhile: all kinds of record that were ever changed are read again.
            self._last_line, self._last_at, self._own_lines = 0, "", 0
        self.connection_changed.emit(is_there)

    def _compare(self, found: audit.AuditLines) -> None:
        self._is_looking = False
        if self._last_line is not None and found.count > self._own_lines:
            self.changed.emit(found.nouns)
        self._last_line, self._last_at = found.last, found.last_at
        self._own_lines = 0

    def _look_later(self, _error: PegboardError) -> None:
        """The connection is lost; the watch tells when it is back."""
        self._is_looking = False


def _pass_on(bus: "ref[ChangeBus]", signal: str, *told: object) -> None:
    """Say something from another thread; a window that is going away meanwhile need not hear it."""
    there = bus()
    if there is None:
        return
    try:
        getattr(there, signal).emit(*told)
    except RuntimeError:  # taken away between the two lines
        if shiboken6.isValid(there):
            raise


def _lines_after(since: int | None, at: str) -> Callable[[Reading], audit.AuditLines]:
    def work(reading: Reading) -> audit.AuditLines:
        return audit.lines_after(reading, since, at)

    return work
