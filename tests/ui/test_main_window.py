"""The window as a person uses it: keys, palette, back and forward, what can be read aloud."""

import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget

from pegboard.queries import pegging, search
from pegboard.queries.settings import logo, set_values
from pegboard.resources import resource
from pegboard.storage.rows import add
from pegboard.storage.tables.items import Item
from pegboard.ui import main_window as main_window_module
from pegboard.ui import page_stack, sidebar, theme, workspaces
from pegboard.ui import window_commands as window_commands_module
from pegboard.ui.change_bus import ChangeBus
from pegboard.ui.columns import text_column
from pegboard.ui.command import Command, problems
from pegboard.ui.desk import Paper
from pegboard.ui.help_pages import OF_PAGE
from pegboard.ui.list_view import ListPane
from pegboard.ui.main_window import MainWindow
from pegboard.ui.runner import Runner
from pegboard.ui.settings_panel import SettingsPanel
from pegboard.ui.window_commands import window_commands
from pegboard.ui.window_state import WindowState
from pegboard.ui.workspace import Workspace
from pegboard.ui.workspaces import WorkspaceEntry

from .conftest import TODAY
from .test_printing import paper

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class Page(Workspace):
    """A page with a list of numbers."""

    nouns = frozenset({"order"})

    def __init__(self, desk, name):
        super().__init__(desk, name)
        self.name = name
        self.done = []
        self.reads = 0
        columns = (text_column("number", "Number", lambda row: row),)
        self.list = ListPane(desk, name, f"{name} list", columns, lambda row: row, query=self._query)
        layout = QVBoxLayout(self)
        layout.addWidget(self.list)
        self.setFocusProxy(self.list)
        self.list.rows_shown.connect(self.say_ready)

    def _query(self, _reading):
        self.reads += 1
        return tuple(f"{self.name}-{count}" for count in range(3))

    def refresh(self):
        self.list.refresh()

    def commands(self):
        return (
            Command(
                "order.go",
                "Go on",
                lambda: self.done.append(self.list.current()),
                "start",
                "Go on.",
                "Order",
                "Ctrl+Return",
                self.name,
                toolbar=True,
            ),
        )

    def show_record(self, _noun, number):
        self.list.select(number)

    def panes(self):
        return (self.list,)


class Entry(WorkspaceEntry):
    __slots__ = ()

    def make(self, desk):
        return Page(desk, self.id)


PAGES = (Entry("orders", "Orders", "orders", "", ("order",)), Entry("items", "Items", "items", "", ("item",)))


class Queries:
    """What the window reads, with counts as given."""

    def search(self, reading, text):
        return search.search(reading, text)

    def why(self, reading, number):
        return pegging.why(reading, number)

    def counts(self, _reading):
        return {"orders": 4}

    def name(self, _reading):
        return "Harbor Lamps"


@pytest.fixture
def window(qtbot, look, workshop, monkeypatch):
    for module in (workspaces, main_window_module, window_commands_module):
        monkeypatch.setattr(module, "available_entries", lambda **_rights: PAGES, raising=False)
    monkeypatch.setattr(main_window_module, "entry_for", lambda noun: next((p for p in PAGES if noun in p.nouns), None))
    runner = Runner(workshop, today=TODAY, actor="MK")
    bus = ChangeBus(runner)
    made = MainWindow(runner, bus, WindowState(None), Queries())
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.first_painted, timeout=5_000):
        made.start()
        made.show()
    made.start_reading()
    qtbot.waitUntil(lambda: runner.is_idle)
    yield made
    bus.stop()
    runner.close()


def key(qtbot, window, which, modifiers=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(QApplication.focusWidget() or window, which, modifiers)


def test_the_first_page_has_its_rows_when_it_is_first_painted(window):
    assert window.stack.current_page.list.model.rowCount() == 3
    assert QApplication.focusWidget() is window.stack.current_page.list.view


def test_the_sidebar_names_the_workshop_and_counts_what_waits(window):
    assert window.sidebar._name.text() == "Harbor Lamps"
    assert window.sidebar.list.item(0).data(sidebar.COUNT) == 4


def test_pages_are_reached_by_number_and_made_when_first_shown(qtbot, window):
    assert len(window.stack.made) == 1
    key(qtbot, window, Key.Key_2, CONTROL)
    assert window.stack.current_id == "items"
    assert len(window.stack.made) == 2
    assert window._header.title.text() == "Items"


def test_back_and_forward_go_through_pages_and_records(qtbot, window):
    window.show_record("order", "orders-2")
    window.show_record("item", "items-1")
    assert window.stack.current_id == "items"
    key(qtbot, window, Key.Key_Left, ALT)
    assert window.stack.current_id == "orders"
    assert window.stack.current_page.list.current() == "orders-2"
    key(qtbot, window, Key.Key_Right, ALT)
    assert window.stack.current_id == "items"
    qtbot.waitUntil(lambda: window.stack.current_page.list.current() == "items-1")


def test_a_page_s_key_works_on_that_page_alone(qtbot, window):
    orders = window.stack.current_page
    key(qtbot, window, Key.Key_Return, CONTROL)
    assert orders.done == ["orders-0"]
    key(qtbot, window, Key.Key_2, CONTROL)
    key(qtbot, window, Key.Key_Return, CONTROL)
    assert orders.done == ["orders-0"]
    assert len(window.stack.current_page.done) == 1


def test_f6_goes_round_the_panes(qtbot, window):
    key(qtbot, window, Key.Key_F6)
    assert window.sidebar.isAncestorOf(QApplication.focusWidget())
    key(qtbot, window, Key.Key_F6)
    assert QApplication.focusWidget() is window.stack.current_page.list.view


def test_ctrl_f_finds_in_the_list(qtbot, window):
    key(qtbot, window, Key.Key_F, CONTROL)
    assert QApplication.focusWidget() is window.stack.current_page.list.find_box


def test_the_palette_runs_a_command_found_by_its_words(qtbot, window):
    key(qtbot, window, Key.Key_K, CONTROL)
    qtbot.keyClicks(QApplication.focusWidget(), ">go items")
    qtbot.waitUntil(lambda: window._palette.list.count() > 0 and not window._palette._timer.isActive())
    key(qtbot, window, Key.Key_Return)
    assert window.stack.current_id == "items"
    assert window._palette.isHidden()


def test_the_palette_finds_records_and_opens_them(qtbot, window):
    with window.runner.store.transaction("item.add", today=TODAY) as tx:
        add(tx, Item, code="items-2", description="Lamp", source="buy")
        tx.changed("item")
    key(qtbot, window, Key.Key_K, CONTROL)
    qtbot.keyClicks(QApplication.focusWidget(), "items-2")
    qtbot.waitUntil(lambda: window._palette.list.count() == 1 and not window._palette._timer.isActive())
    key(qtbot, window, Key.Key_Return)
    assert window.stack.current_id == "items"
    qtbot.waitUntil(lambda: window.stack.current_page.list.current() == "items-2")


def test_escape_closes_the_palette_and_gives_the_focus_back(qtbot, window):
    before = QApplication.focusWidget()
    key(qtbot, window, Key.Key_K, CONTROL)
    key(qtbot, window, Key.Key_Escape)
    assert QApplication.focusWidget() is before


def test_the_key_sheet_lists_the_commands_of_this_page(qtbot, window):
    key(qtbot, window, Key.Key_Question, CONTROL)
    titles = [command.title for command in window._sheet.model.all_rows]
    assert titles[0] == "Go on"
    assert "Search everything" in titles


def test_f1_explains_the_page_one_is_on(qtbot, window):
    key(qtbot, window, Key.Key_F1)
    assert window._help._pages.source().toString() == "orders.md"


def test_every_page_has_its_help():
    assert {entry.id for entry in workspaces.entries()} == set(OF_PAGE)
    assert all(resource("help", page).is_file() for page in OF_PAGE.values())


def test_a_page_is_read_again_when_its_records_change_at_once_or_when_shown(qtbot, window):
    orders = window.stack.current_page
    window.show_page("items")
    items = window.stack.current_page
    qtbot.waitUntil(lambda: items.reads == 1 and window.runner.is_idle)
    with qtbot.waitSignal(window.bus.changed):
        window.runner.write("order.touch", lambda tx: tx.changed("order"))
    qtbot.waitUntil(lambda: items.reads == 2 and window.runner.is_idle)
    assert orders.reads == 1
    window.show_page("orders")
    qtbot.waitUntil(lambda: orders.reads == 2)


def test_a_preview_stands_in_for_the_page_and_escape_brings_it_back(qtbot, window):
    orders = window.stack.current_page
    window.preview("Travelers", [Paper("traveler", "WO-0001", lambda _reading: paper("one", 2))])
    preview = window._content.currentWidget()
    assert QApplication.focusWidget() is preview
    qtbot.waitUntil(lambda: "page 1 of 2" in preview._where.text())
    key(qtbot, window, Key.Key_PageDown)
    assert "page 2 of 2" in preview._where.text()
    key(qtbot, window, Key.Key_Return, CONTROL)
    assert orders.done == []
    key(qtbot, window, Key.Key_Escape)
    assert window._content.currentWidget() is window.stack
    assert QApplication.focusWidget() is orders.list.view
    key(qtbot, window, Key.Key_Return, CONTROL)
    assert orders.done == ["orders-0"]


def test_a_setting_is_saved_as_it_is_left_and_a_wrong_one_stays_red(qtbot, window):
    key(qtbot, window, Key.Key_Comma, CONTROL)
    qtbot.waitUntil(lambda: window.runner.is_idle)
    panel = window.findChild(SettingsPanel)
    name, currency = panel._editors["company_name"], panel._editors["currency"]
    assert QApplication.focusWidget() is name
    qtbot.keyClicks(name, "Harbor Lamps")
    qtbot.keyClick(name, Key.Key_Return)
    currency.setFocus()
    qtbot.keyClicks(currency, "euro")
    qtbot.keyClick(currency, Key.Key_Return)
    assert "three capital letters" in currency.toolTip()
    qtbot.waitUntil(lambda: window.runner.is_idle)
    with window.runner.store.read() as reading:
        assert set_values(reading) == {"company_name": "Harbor Lamps"}
    assert nameless(window) == []


def test_a_logo_is_kept_inside_the_workshop(qtbot, window, monkeypatch):
    window.open_settings()
    panel = window.findChild(SettingsPanel)
    picture = resource("samples", "harbor-lamps-logo.png")
    monkeypatch.setattr(window.messages, "open_file", lambda *_: picture)
    panel._choose_logo()
    qtbot.waitUntil(lambda: window.runner.is_idle)
    with window.runner.store.read() as reading:
        assert logo(reading) == picture.read_bytes()
    panel._remove_logo()
    qtbot.waitUntil(lambda: window.runner.is_idle)
    with window.runner.store.read() as reading:
        assert logo(reading) is None


def test_ctrl_s_says_that_everything_is_saved(qtbot, window):
    key(qtbot, window, Key.Key_S, CONTROL)
    assert window._bar.text.startswith("Saved.")


def test_a_notice_can_be_undone_and_goes(qtbot, window):
    undone = []
    window.messages.notice("3 jobs released.", "Undo", lambda: undone.append(True))
    window._bar._button.click()
    assert undone == [True]
    assert window._bar.isHidden()


def test_compact_rows_and_colours_are_remembered(qtbot, window):
    window.run_command("window.compact")
    assert window.stack.current_page.list.view.verticalHeader().defaultSectionSize() == theme.COMPACT_ROW_HEIGHT
    assert window.is_compact()
    window.choose_scheme(theme.Scheme.DARK)
    assert window.scheme() is theme.Scheme.DARK
    assert theme.colours() is theme.DARK
    window.choose_scheme(theme.Scheme.LIGHT)


def test_commands_of_window_and_page_do_not_meet(window):
    assert problems((*window_commands(window), *window.stack.current_page.commands())) == ()


def test_menus_have_access_keys_that_differ(window):
    for action in window.menuBar().actions():
        titles = [each.text() for each in action.menu().actions()]
        keys = [title[title.index("&") + 1].casefold() for title in titles if "&" in title]
        assert len(keys) == len(set(keys)), titles


def test_the_chain_of_an_unknown_number_says_so(qtbot, window):
    window.show_why("WO-9999")
    qtbot.waitUntil(lambda: "WO-9999" in window._why._note.text())


def nameless(window):
    """Widgets that take the focus and say nothing to a screen reader."""
    from PySide6.QtGui import QAccessible

    found = []
    for widget in window.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            told = QAccessible.queryAccessibleInterface(widget)
            if told is not None and not told.text(QAccessible.Text.Name):
                found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


def test_everything_that_takes_the_focus_has_a_name(qtbot, window):
    assert nameless(window) == []
    window.open_palette()
    assert nameless(window) == []
    window._palette.close_panel()
    window.open_shortcuts()
    assert nameless(window) == []
    window._sheet.close_panel()


def test_no_line_is_told_apart_by_its_placeholder_alone(window):
    for line in window.findChildren(QLineEdit):
        assert line.accessibleName() or window.findChild(QLabel), line


def test_a_page_is_left_before_the_window_closes(qtbot, window):
    left = []
    window.stack.current_page.leave = lambda: left.append(True)
    with qtbot.waitSignal(window.closing):
        window.close()
    assert left == [True]
    assert window.state.get("window.page") == "orders"
    assert isinstance(window.state.get("window.geometry"), str)
    assert page_stack.PageStack is type(window.stack)
    assert window.desk.today() == datetime.date(2026, 11, 23)
