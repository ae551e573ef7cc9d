"""Runs work off the GUI thread: one writer in order, a small pool of readers, results back on the GUI thread.

This is the only place of the window that reads the clock; `today` may be fixed from outside.
"""

import datetime
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from pegboard import logs
from pegboard.domain.errors import PegboardError, WorkshopFileError
from pegboard.domain.roles import Role, rights_of
from pegboard.storage.store import Reading, Store, Transaction
from pegboard.system_errors import in_words

Result = TypeVar("Result")

READERS = 3
SHOW_PROGRESS_AFTER = 500  # milliseconds; quicker work shows none
TICK = 200  # milliseconds between two looks at running work
DAY_CHECK = 30_000  # milliseconds


class Cancelled(Exception):
    """The person cancelled; whatever was half done is rolled back."""


class Progress:
    """How far long work has come; `step` is called by the work itself, on its own thread.

    Services take it as an argument and know nothing else of it.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.done = 0
        self.total = 0
        self.text = ""
        self._cancelled = threading.Event()

    def step(self, done: int, total: int, text: str = "") -> None:
        """Say that `done` of `total` parts are done; raises Cancelled once the person has cancelled."""
        if self._cancelled.is_set():
            raise Cancelled(self.title)
        self.done, self.total, self.text = done, total, text

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether a stop was asked for."""
        return self._cancelled.is_set()


@dataclass(slots=True, eq=False)
class _Task:
    """One piece of work on its way there and back."""

    name: str
    work: Callable[[], Any]
    done: Callable[[Any], None] | None
    failed: Callable[[PegboardError], None] | None
    progress: Progress | None = None
    key: str = ""
    number: int = 0
    result: Any = None
    error: BaseException | None = None
    dropped: bool = field(default=False)


class Runner(QObject):
    """Runs writes, reads and other work; made on the GUI thread, called from it, and answers on it.

    `actor` is who works at this seat, `rights` what they may see; what they may do is checked where it is done.

    Signals: refused(PegboardError): work failed for a reason the person can mend, and the caller takes no errors;
    broke(str name, Exception): our bug; progressed(Progress): long work is running, emitted every 0.2 s after 0.5 s;
    progress_ended(Progress); cancelled(str name); busy_changed(bool): writes are waiting or running;
    day_changed(date): midnight passed; idle(): nothing is running any more.
    """

    refused = Signal(object)
    broke = Signal(str, object)
    progressed = Signal(object)
    progress_ended = Signal(object)
    cancelled = Signal(str)
    busy_changed = Signal(bool)
    day_changed = Signal(object)
    idle = Signal()
    _finished = Signal(object)

    def __init__(
        self, store: Store | None, *, today: datetime.date | None = None, actor: str = "", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self.actor = actor
        self.rights = rights_of(Role.OWNER)
        self._fixed_today = today
        self._last_today = self.today()
        self._writer = ThreadPoolExecutor(1, "writer")
        self._readers = ThreadPoolExecutor(READERS, "reader")
        self._numbers = itertools.count(1)
        self._latest: dict[str, int] = {}
        self._running: set[_Task] = set()
        self._writes = 0
        self._closed = False
        self._finished.connect(self._deliver)
        self._ticker = QTimer(self, interval=TICK)
        self._ticker.timeout.connect(self._tick)
        self._day = QTimer(self, interval=DAY_CHECK)
        self._day.timeout.connect(self._look_at_day)
        self._day.start()

    @property
    def store(self) -> Store:
        """The open workshop; a runner without one only computes."""
        assert self._store is not None
        return self._store

    def today(self) -> datetime.date:
        """The day of the shop: the one given from outside, or the computer's."""
        return self._fixed_today or datetime.date.today()

    def now(self) -> datetime.datetime:
        """This instant, in UTC."""
        return datetime.datetime.now(datetime.UTC)

    def write(
        self,
        name: str,
        work: Callable[[Transaction], Result],
        done: Callable[[Result], None] | None = None,
        failed: Callable[[PegboardError], None] | None = None,
        *,
        progress: Progress | None = None,
    ) -> None:
        """Run `work` in a transaction named `name`, after all earlier writes.

        `done` gets its result. `failed` gets what the person can mend; without it the message bar shows it. `work` must
        not touch widgets; it reads what it needs from its closure. Give `progress` where it may take long, and hand the
        same object to the service.
        """
        today = self.today()

        def run() -> Result:
            from pegboard.services.undo import recording  # the mapped classes: not on the way to the first page

            with self.store.transaction(name, today=today, actor=self.actor) as tx, recording(tx, name):
                return work(tx)

        self._writes += 1
        if self._writes == 1:
            self.busy_changed.emit(True)
        self._submit(self._writer, _Task(name, run, done, failed, progress))

    def read(
        self,
        key: str,
        work: Callable[[Reading], Result],
        done: Callable[[Result], None],
        failed: Callable[[PegboardError], None] | None = None,
    ) -> None:
        """Run the query `work` on a read-only view; a later read with the same `key` drops this one's result."""
        today = self.today()

        def run() -> Result:
            with self.store.read(today=today) as reading:
                return work(reading)

        self._submit(self._readers, self._numbered(key, run, done, failed))

    def compute(
        self,
        key: str,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[PegboardError], None] | None = None,
        *,
        progress: Progress | None = None,
    ) -> None:
        """Run `work` without the workshop file, such as drawing a page; a later one with the same `key` drops it."""
        task = self._numbered(key, work, done, failed)
        task.progress = progress
        self._submit(self._readers, task)

    def forget(self, key: str) -> None:
        """Drop what is under way for `key`."""
        self._latest.pop(key, None)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is waiting or running."""
        return not self._running

    def close(self) -> None:
        """Finish the writes that were asked for, drop the reads, and stop the threads."""
        self._closed = True
        self._day.stop()
        self._ticker.stop()
        for task in self._running:
            if task.progress is not None:
                task.progress.cancel()
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True)

    def _numbered(
        self,
        key: str,
        run: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[PegboardError], None] | None,
    ) -> _Task:
        number = next(self._numbers)
        self._latest[key] = number
        return _Task(key, run, done, failed, key=key, number=number)

    def _submit(self, pool: ThreadPoolExecutor, task: _Task) -> None:
        if self._closed:
            return
        self._running.add(task)
        if task.progress is not None:
            QTimer.singleShot(SHOW_PROGRESS_AFTER, self, self._show_progress)
        pool.submit(self._run, task)

    def _run(self, task: _Task) -> None:
        """Do the work, on its thread; the only place that catches everything."""
        try:
            if self._is_stale(task):
                task.dropped = True
            else:
                task.result = task.work()
        except BaseException as error:
            task.error = error
        if not self._closed:
            self._finished.emit(task)

    def _is_stale(self, task: _Task) -> bool:
        return bool(task.key) and self._latest.get(task.key) != task.number

    @Slot(object)
    def _deliver(self, task: _Task) -> None:
        self._running.discard(task)
        if self._closed:
            return
        if task.progress is not None:
            self.progress_ended.emit(task.progress)
        if not task.key:
            self._count_write()
        if not task.dropped and not self._is_stale(task):
            self._answer(task)
        if not self._running:
            self.idle.emit()

    def _count_write(self) -> None:
        self._writes -= 1
        if self._writes == 0:
            self.busy_changed.emit(False)

    def _answer(self, task: _Task) -> None:
        error = task.error
        if isinstance(error, OSError):  # a full disk or a drive that is gone is nobody's mistake here
            error = WorkshopFileError(in_words(error))
        if error is None:
            if task.done is not None and _is_alive(task.done):
                task.done(task.result)
        elif isinstance(error, Cancelled):
            self.cancelled.emit(task.name)
        elif isinstance(error, PegboardError):
            if task.failed is not None and _is_alive(task.failed):
                task.failed(error)
            else:
                self.refused.emit(error)
        else:
            logs.log_bug(error, task.name)
            self.broke.emit(task.name, error)

    @Slot()
    def _show_progress(self) -> None:
        self._ticker.start()
        self._tick()

    @Slot()
    def _tick(self) -> None:
        shown = [task.progress for task in self._running if task.progress is not None]
        for progress in shown:
            self.progressed.emit(progress)
        if not shown:
            self._ticker.stop()

    @Slot()
    def _look_at_day(self) -> None:
        if self.today() != self._last_today:
            self._last_today = self.today()
            self.day_changed.emit(self._last_today)


def _is_alive(answer: Callable[[Any], None]) -> bool:
    """Whether the widget that waits for an answer still exists."""
    while isinstance(answer, partial):
        answer = answer.func
    owner = getattr(answer, "__self__", None)
    return not isinstance(owner, QObject) or shiboken6.isValid(owner)
