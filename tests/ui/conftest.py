"""A real application, a real workshop file, and guards: Qt's warnings and unexpected dialogs fail a test."""

import datetime
import gc
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QMessageLogContext, QObject, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget

from pegboard.storage.store import Store
from pegboard.ui import messages as messages_module
from pegboard.ui import theme
from pegboard.ui.change_bus import ChangeBus
from pegboard.ui.desk import Desk, Paper
from pegboard.ui.detail import MarkLabel
from pegboard.ui.list_view import FindBox
from pegboard.ui.messages import Messages
from pegboard.ui.runner import Runner
from pegboard.ui.window_state import WindowState

TODAY = datetime.date(2026, 11, 23)  # a Monday


class ShellRecorder:
    """Stands where the window would be and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.notices: list[tuple[str, str]] = []
        self.last_action: Callable[[], None] | None = None
        self.papers: Sequence[Paper] = []

    def show_page(self, workspace_id: str) -> None:
        self.asked.append(("page", workspace_id))

    def show_record(self, noun: str, number: str) -> None:
        self.asked.append(("record", noun, number))

    def show_why(self, number: str) -> None:
        self.asked.append(("why", number))

    def preview(self, title: str, papers: Sequence[Paper]) -> None:
        self.asked.append(("preview", title))
        self.papers.extend(papers)

    def run_command(self, command_id: str) -> None:
        self.asked.append(("command", command_id))

    def refresh_commands(self) -> None:
        return

    def actions(self, _command_ids: Sequence[str]) -> list[QAction]:
        return []

    def show_notice(self, kind: str, text: str, _action_title: str, action: Callable[[], None] | None) -> None:
        self.notices.append((kind, text))
        self.last_action = action

    def clear_notice(self) -> None:
        self.notices.clear()


@pytest.fixture
def today() -> datetime.date:
    return TODAY


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "shop.pegboard") as store:
        yield store


@pytest.fixture
def look(qapp: QApplication) -> None:
    theme.apply(qapp, theme.LIGHT)


@pytest.fixture
def shell() -> ShellRecorder:
    return ShellRecorder()


@pytest.fixture
def desk(qtbot, look, workshop: Store, shell: ShellRecorder) -> Iterator[Desk]:
    runner = Runner(workshop, today=TODAY, actor="MK")
    bus = ChangeBus(runner)
    window = QWidget()
    qtbot.addWidget(window)
    made = Desk(workshop, runner, bus, Messages(window, shell), WindowState(None), shell)
    made.runner.refused.connect(made.messages.error)
    bugs: list[tuple[str, object]] = []
    made.runner.broke.connect(lambda name, error: bugs.append((name, error)))
    yield made
    bus.stop()
    runner.close()
    assert not bugs, f"unexpected faults: {bugs}"


@pytest.fixture
def settle(qtbot) -> Callable[[Desk], None]:
    """Wait until a desk's runner has nothing left to do."""

    def wait(desk: Desk) -> None:
        qtbot.waitUntil(lambda: desk.runner.is_idle, timeout=10_000)

    return wait


@pytest.fixture(autouse=True)
def garbage_on_the_gui_thread() -> Iterator[None]:
    """Collect between tests only, as the program does on its GUI thread: a worker must never free a widget."""
    gc.disable()
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def no_unexpected_dialogs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[QDialog]]:
    """A test that expects dialogs replaces `run_modal` itself."""
    seen: list[QDialog] = []

    def refuse(dialog: QDialog) -> int:
        seen.append(dialog)
        return 0

    monkeypatch.setattr(messages_module, "run_modal", refuse)
    yield seen
    assert not seen, f"unexpected dialogs: {[dialog.windowTitle() for dialog in seen]}"


HARMLESS = ("propagateSizeHints", "does not support raise", "This plugin does not support")


@pytest.fixture(autouse=True)
def no_qt_warnings(qapp: QApplication) -> Iterator[list[str]]:
    """Fail a test during which Qt complained."""
    seen: list[str] = []

    def note(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if kind != QtMsgType.QtDebugMsg and not any(part in text for part in HARMLESS):
            seen.append(text)

    before = qInstallMessageHandler(note)
    yield seen
    qInstallMessageHandler(before)
    assert not seen, f"Qt says: {seen}"


@pytest.fixture(autouse=True)
def no_stray_windows(qapp: QApplication) -> Iterator[list[str]]:
    """Fail a test in which a widget was shown before it had a parent: on a screen it flashes and takes the focus."""
    seen: list[str] = []

    class Watcher(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            is_stray = event.type() == QEvent.Type.Show and isinstance(
                watched, QLabel | QPushButton | FindBox | MarkLabel
            )
            if is_stray and watched.isWindow():
                seen.append(f"{type(watched).__name__} {watched.objectName()}")
            return False

    watcher = Watcher()
    qapp.installEventFilter(watcher)
    yield seen
    qapp.removeEventFilter(watcher)
    assert not seen, f"shown as windows of their own: {seen}"
