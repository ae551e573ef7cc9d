"""Every page with the sample workshop: names for screen readers, room at any size, keys that do not meet."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLabel, QLineEdit, QPushButton, QWidget

from pegboard import app
from pegboard.resources import resource
from pegboard.services.explosion import explode
from pegboard.storage.store import Store
from pegboard.ui.change_bus import ChangeBus
from pegboard.ui.command import problems
from pegboard.ui.doors import make_workshop
from pegboard.ui.main_window import MainWindow
from pegboard.ui.runner import Progress, Runner
from pegboard.ui.window_commands import window_commands
from pegboard.ui.window_state import WindowState
from pegboard.ui.workspaces import available_entries

from .conftest import TODAY

PAGES = [entry.id for entry in available_entries()]


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "harbor.pegboard"
    make_workshop(path, (resource("samples", "harbor-lamps"),), TODAY, "MK", Progress("Sample"))
    with Store.open(path) as store, store.transaction("demand.explode", today=TODAY) as tx:
        explode(tx)
    return path


@pytest.fixture
def window(qtbot, look, sample, tmp_path):
    path = tmp_path / "harbor.pegboard"
    shutil.copyfile(sample, path)
    with Store.open(path) as store:
        runner = Runner(store, today=TODAY, actor="MK")
        bus = ChangeBus(runner)
        made = MainWindow(runner, bus, WindowState(None), app.WindowQueries())
        qtbot.addWidget(made)
        faults = []
        runner.broke.connect(lambda *fault: faults.append(fault))
        made.start()
        made.show()
        yield made
        qtbot.waitUntil(lambda: runner.is_idle, timeout=10_000)
        bus.stop()
        runner.close()
        assert not faults


def go(qtbot, window, page):
    window.show_page(page)
    qtbot.waitUntil(lambda: window.runner.is_idle, timeout=10_000)
    return window.stack.current_page


@pytest.mark.parametrize("page", PAGES)
def test_everything_that_takes_the_focus_has_a_name(qtbot, window, page):
    shown = go(qtbot, window, page)
    nameless = []
    for widget in shown.findChildren(QWidget):
        if not widget.isVisible() or widget.focusProxy() or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            continue
        told = QAccessible.queryAccessibleInterface(widget)
        if told is not None and not told.text(QAccessible.Text.Name):
            nameless.append(f"{type(widget).__name__} {widget.objectName()}")
    assert nameless == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_s_commands_have_keys_icons_and_help_of_their_own(qtbot, window, page):
    shown = go(qtbot, window, page)
    assert problems((*window_commands(window), *shown.commands())) == ()


@pytest.mark.parametrize("page", PAGES)
def test_no_button_or_field_is_cut_off_in_the_smallest_window(qtbot, window, page):
    window.resize(window.minimumSize())
    shown = go(qtbot, window, page)
    cut = []
    for widget in [*shown.findChildren(QPushButton), *shown.findChildren(QLineEdit)]:
        if not widget.isVisible() or _scrolls(widget, shown):
            continue
        place = widget.mapTo(shown, widget.rect().topLeft())
        if not shown.rect().contains(widget.rect().translated(place)):
            cut.append(f"{type(widget).__name__} {widget.accessibleName() or widget.text()}")
    assert cut == []
    assert not [label for label in shown.findChildren(QLabel) if "Traceback" in label.text()]


def _scrolls(widget, page):
    parent = widget.parentWidget()
    while parent is not None and parent is not page:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


@pytest.mark.parametrize("page", PAGES)
def test_tab_goes_round_and_comes_back(qtbot, window, page):
    shown = go(qtbot, window, page)
    assert shown.isAncestorOf(QApplication.focusWidget())
    seen = []
    for _step in range(200):
        focused = QApplication.focusWidget()
        if focused in seen:
            break
        seen.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert len(seen) > 1
    assert len(seen) < 200
