"""A window in which an order is typed until somebody pulls the plug: what the foot calls saved must be there after."""

import os
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from pegboard.bench.workload import DAY_0
from pegboard.storage.store import Reading, Store

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from pegboard.bench.kill_work import Journal
    from pegboard.ui.palette import Found
    from pegboard.ui.why import WhyLike

KEY_EVERY = 4  # milliseconds


def type_orders(path: Path, seed: int, journal: "Journal", told: Connection) -> None:
    """Open the window on the workshop and type line after line; noted is what the window's foot says is saved."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QTimer, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from pegboard.ui.change_bus import ChangeBus
    from pegboard.ui.main_window import MainWindow
    from pegboard.ui.runner import Runner
    from pegboard.ui.window_state import WindowState

    qInstallMessageHandler(lambda *_message: None)  # this platform says of every popup what it cannot do
    application = QApplication([])
    runner = Runner(Store.open(path), today=DAY_0, actor="Ann")
    window = MainWindow(runner, ChangeBus(runner), WindowState(path.with_name("window.json")), _Nothing())
    window.start()
    window.show()
    window.new_order()
    page = window.stack.current_page
    entry = getattr(page, "entry")  # noqa: B009  the page is loaded by name
    keys = _keys(entry.customer, f"window-{seed}")

    def note(is_busy: bool) -> None:
        cells = entry.cells()
        if not is_busy and cells["lines"]:  # the reference is read once it is left
            journal.note("typed", f"{cells['reference']} {len(cells['lines'])}")

    def begin() -> None:
        told.send("window")
        runner.busy_changed.connect(note)
        timer.start()

    timer = QTimer(interval=KEY_EVERY)
    timer.timeout.connect(lambda: next(keys))
    QTimer.singleShot(300, begin)
    application.exec()


def _keys(first: "QWidget", reference: str) -> Iterator[None]:
    """Press one key after the other: the head once, then line after line without end."""
    first.window().activateWindow()
    first.setFocus()
    yield from _typed("ZIN\t")
    yield from _typed(f"{reference}\t\t")
    while True:
        yield from _typed("BIKE\t2\r")


def _typed(text: str) -> Iterator[None]:
    from PySide6.QtCore import QEvent, Qt
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication

    special = {"\t": Qt.Key.Key_Tab, "\r": Qt.Key.Key_Return}
    for letter in text:
        widget = QApplication.activePopupWidget() or QApplication.focusWidget()
        assert widget is not None
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = special.get(letter) or Qt.Key(ord(letter.upper()))
            QApplication.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter))
        yield


class _Nothing:
    """What the window reads for its own sake; here it need not."""

    def search(self, _reading: Reading, _text: str) -> "Sequence[Found]":
        """Find nothing."""
        return ()

    def why(self, _reading: Reading, number: str) -> "WhyLike":
        """Explain nothing: nobody presses F7."""
        raise LookupError(number)

    def counts(self, _reading: Reading) -> Mapping[str, int]:
        """Count nothing."""
        return {}

    def name(self, _reading: Reading) -> str:
        """Have no name."""
        return ""
