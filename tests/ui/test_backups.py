"""What the window says of backups, how it goes back to one, and its ways out of a damaged workshop."""

import datetime
import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QTreeWidget
from tests.builders import add_customer, add_item, add_order, doing

from pegboard import app, recent
from pegboard.queries.settings import settings
from pegboard.storage import automatic_backup as automatic
from pegboard.storage.automatic_backup import automatic_backup, default_folder
from pegboard.storage.backup_state import backup_state
from pegboard.storage.drill import last_drill
from pegboard.storage.store import Store
from pegboard.ui import messages as messages_module
from pegboard.ui.backup_line import BackupLine
from pegboard.ui.first_run import FirstRun
from pegboard.ui.main_window import MainWindow
from pegboard.ui.restore_form import RestoreForm, offered

from .conftest import TODAY

pytestmark = pytest.mark.file


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    for kind in ("state", "data"):
        (tmp_path / kind).mkdir()
        monkeypatch.setenv(f"XDG_{kind.upper()}_HOME", str(tmp_path / kind))
    monkeypatch.setattr(app.paths, "state_folder", lambda: tmp_path / "state")
    monkeypatch.setattr(recent.paths, "state_folder", lambda: tmp_path / "state")


@pytest.fixture
def path(tmp_path):
    """A workshop of two orders, and a backup from before the second."""
    made = tmp_path / "shop.pegboard"
    with Store.create(made) as store:
        with doing(store, today=TODAY) as tx:
            add_item(tx, "LAMP")
            add_customer(tx, "ACME")
            add_order(tx, "SO-0001", [("LAMP", 1, None)])
            tx.changed("order")
        automatic_backup(store, "close")
        with doing(store, today=TODAY) as tx:
            add_order(tx, "SO-0002", [("LAMP", 1, None)])
            tx.changed("order")
    return made


@pytest.fixture
def program(qapp, look):
    made = app.Program(qapp, TODAY, floor=False, quits_after_paint=False)
    yield made
    made.end()
    qapp.processEvents()


def answering(monkeypatch, answer):
    """Let `answer` do with the next form what a person would, once it is shown; returns those that were shown."""
    shown = []

    def run(dialog):
        shown.append(dialog)
        if isinstance(dialog, RestoreForm):
            dialog.show()
            answer(dialog)
        return dialog.result()

    monkeypatch.setattr(messages_module, "run_modal", run)
    return shown


def texts(form):
    """All that stands in a form."""
    from PySide6.QtWidgets import QLabel

    return [label.text() for label in form.findChildren(QLabel) if not label.isHidden()]


def go_back(form):
    next(button for button in form.findChildren(QPushButton) if button.text() == "Go back to this").click()


def orders(path):
    with Store.open(path) as store, store.read() as reading:
        return list(reading.connection.exec_driver_sql("SELECT number FROM customer_order ORDER BY 1").scalars())


def opened(qtbot, program, path):
    program.open_path(str(path))
    qtbot.waitUntil(lambda: program._doors is not None)
    qtbot.waitUntil(lambda: program._runner.is_idle, timeout=20_000)
    return program.window


def test_going_back_shows_first_what_is_inside(qtbot, program, path, monkeypatch):
    window = opened(qtbot, program, path)
    seen = []

    def answer(form):
        qtbot.waitUntil(lambda: "SO-0001" in texts(form))
        seen.extend(texts(form))
        go_back(form)

    answering(monkeypatch, answer)
    window.run_command("workshop.restore")
    qtbot.waitUntil(lambda: program.window is not window, timeout=20_000)
    assert {"This backup", "Now", "Orders", "SO-0001", "SO-0002", "whole"} <= set(seen)
    qtbot.waitUntil(lambda: program._doors is not None)
    qtbot.waitUntil(lambda: program._runner.is_idle, timeout=20_000)
    program.end()
    assert orders(path) == ["SO-0001"]
    (kept,) = path.parent.glob("shop replaced *.pegboard")
    assert orders(kept) == ["SO-0001", "SO-0002"]


def test_going_back_thins_out_nothing_that_was_offered(qtbot, program, path, monkeypatch):
    (saved,) = default_folder(path).glob("*.pegboard")
    yesterday = datetime.datetime.now() - datetime.timedelta(days=1)
    early, late = (
        saved.with_name(automatic.copy_name(path.stem, yesterday.replace(hour=hour).astimezone(), "close"))
        for hour in (11, 12)
    )
    late.write_bytes(saved.read_bytes())
    saved.rename(early)  # the next backup would thin it out: a later one of its day is there
    window = opened(qtbot, program, path)
    with doing(program._store, today=TODAY) as tx:
        add_order(tx, "SO-0003", [("LAMP", 1, None)])
        tx.changed("order")

    def answer(form):
        items = form.findChild(QTreeWidget)
        items.setCurrentItem(items.topLevelItem(items.topLevelItemCount() - 1))
        qtbot.waitUntil(lambda: "SO-0001" in texts(form))
        go_back(form)

    answering(monkeypatch, answer)
    window.run_command("workshop.restore")
    qtbot.waitUntil(lambda: program.window is not window, timeout=20_000)
    qtbot.waitUntil(lambda: program._doors is not None)
    qtbot.waitUntil(lambda: program._runner.is_idle, timeout=20_000)
    program.end()
    assert orders(path) == ["SO-0001"]


def test_a_broken_backup_cannot_be_chosen(qtbot, program, path, monkeypatch):
    (saved,) = default_folder(path).glob("*.pegboard")
    window = opened(qtbot, program, path)
    saved.write_bytes(saved.read_bytes()[:50_000])

    def answer(form):
        qtbot.waitUntil(lambda: "cannot be relied on" in texts(form))
        button = next(button for button in form.findChildren(QPushButton) if button.text() == "Go back to this")
        assert not button.isEnabled()
        form.reject()

    shown = answering(monkeypatch, answer)
    window.run_command("workshop.restore")
    qtbot.waitUntil(lambda: bool(shown) and not shown[0].isVisible())
    assert program.window is window


def noise(path, start, length=4096):
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xa5" * length)


@pytest.mark.logs_warnings  # a last backup of what is damaged may fail before it is put aside
@pytest.mark.parametrize("start", [0, 8 * 4096], ids=["header", "middle"])
def test_a_damaged_workshop_says_so_and_goes_back_to_its_backup(qtbot, program, path, monkeypatch, start):
    noise(path, start, 3 * 4096)
    shown = answering(monkeypatch, go_back)
    program.open_path(str(path))
    qtbot.waitUntil(lambda: bool(shown), timeout=20_000)
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow) and program._runner.is_idle, timeout=20_000)
    assert shown[0].windowTitle() == "shop.pegboard is damaged"
    assert any("damaged" in text for text in texts(shown[0]))
    program.end()
    assert orders(path) == ["SO-0001"]
    assert len(list(path.parent.glob("shop replaced *.pegboard"))) == 1


def test_what_can_be_read_of_a_damaged_workshop_is_saved(qtbot, program, path, monkeypatch, tmp_path):
    damaged = path.read_bytes()
    noise(path, 0)
    told = []
    monkeypatch.setattr(messages_module.Messages, "save_file", lambda *_: tmp_path / "saved.pegboard")
    monkeypatch.setattr(messages_module.Messages, "show_text", lambda _self, title, text: told.append((title, text)))

    def salvage(form):
        next(button for button in form.findChildren(QPushButton) if button.text().startswith("Save what")).click()

    answering(monkeypatch, salvage)
    program.open_path(str(path))
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow), timeout=20_000)
    program.end()
    assert orders(tmp_path / "saved.pegboard") == ["SO-0001", "SO-0002"]
    assert told[0][0] == "Saved as saved.pegboard"
    assert path.read_bytes()[4096:] == damaged[4096:]


def test_who_cancels_stands_at_the_first_page_with_the_reason(qtbot, program, path, monkeypatch):
    noise(path, 0)
    answering(monkeypatch, lambda form: form.reject())
    program.open_path(str(path))
    assert isinstance(program.window, FirstRun)
    assert "damaged" in program.window.bar.text


def test_a_second_place_is_asked_for_once_and_filled_at_once(qtbot, program, path, monkeypatch, tmp_path):
    usb = tmp_path / "usb"
    usb.mkdir()
    window = opened(qtbot, program, path)
    assert "USB disk" in window._bar.text
    monkeypatch.setattr(messages_module.Messages, "open_folder", lambda *_: usb)
    window._bar._run()
    qtbot.waitUntil(lambda: program._runner.is_idle and len(list(usb.glob("*.pegboard"))) == 1, timeout=20_000)
    with program._store.read() as reading:
        assert settings(reading).second_backup_folder == str(usb)
    program.end()
    program.begin(str(path))
    window = opened(qtbot, program, path)
    assert "USB disk" not in window._bar.text


def test_a_second_place_that_is_gone_is_told(qtbot, program, path, monkeypatch):
    with Store.open(path) as store, store.transaction("setting.set", today=TODAY) as tx:
        tx.connection.exec_driver_sql("INSERT INTO setting VALUES ('second_backup_folder', '/media/ann/usb')")
        tx.changed("setting")
    for days in (10, 0):
        now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days)
        with Store.open(path, clock=lambda: now) as store:  # noqa: B023
            automatic_backup(store, "close")
    window = opened(qtbot, program, path)
    assert "/media/ann/usb" in window._bar.text
    assert "Is the disk plugged in?" in window._bar.text


def test_the_weekly_drill_is_told_on_the_page(qtbot, program, path):
    window = opened(qtbot, program, path)
    qtbot.waitUntil(lambda: last_drill(default_folder(path), "shop") is not None, timeout=20_000)
    line = window.stack.current_page.findChild(BackupLine)
    line.refresh()
    qtbot.waitUntil(lambda: "Restored on trial" in line.text())
    assert line.text().endswith("whole.")
    assert "It lies on this disk alone." in line.text()


def test_an_import_makes_a_backup_of_what_was_before(qtbot, program, path, tmp_path):
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "items.csv").write_text("code,source,unit\nNEW,buy,ea\n")
    window = opened(qtbot, program, path)
    program._doors.import_paths((folder,))
    qtbot.waitUntil(lambda: program._runner.is_idle, timeout=20_000)
    with program._store.read() as reading:
        reasons = [copy.reason for copy in backup_state(reading, path).copies]
    assert reasons.count("before import") == 1
    assert window._bar.text


@pytest.mark.logs_warnings
def test_a_failed_backup_at_closing_is_told_at_the_next_opening(qtbot, program, path, monkeypatch):
    opened(qtbot, program, path)
    with doing(program._store, today=TODAY) as tx:
        add_order(tx, "SO-0003", [("LAMP", 1, None)])
        tx.changed("order")

    def refuse(*_arguments):
        raise OSError(28, os.strerror(28), "/media/usb/shop backups")

    with monkeypatch.context() as patch:
        patch.setattr(automatic, "saved_copy", refuse)
        program.end()
    again = app.Program(program._application, TODAY, floor=False, quits_after_paint=False)
    window = opened(qtbot, again, path)
    assert "The backup at closing failed: /media/usb/shop backups: No space left" in window._bar.text
    again.end()


def test_the_floor_station_backs_up_too(qtbot, qapp, look, path):
    program = app.Program(qapp, TODAY, floor=True, quits_after_paint=False)
    program.open_path(str(path))
    with doing(program._store, today=TODAY) as tx:
        add_order(tx, "SO-0003", [("LAMP", 1, None)])
        tx.changed("order")
    program.end()
    saved = max(default_folder(path).glob("*.pegboard"))
    assert orders(saved) == ["SO-0001", "SO-0002", "SO-0003"]


def test_a_crash_is_told_before_a_second_place_is_asked_for(qtbot, program, path, monkeypatch):
    program.crashed = "Fatal Python error: Segmentation fault"
    window = opened(qtbot, program, path)
    assert window._bar.text == "Pegboard ended unexpectedly last time."
    shown = answering(monkeypatch, lambda form: form.reject())
    window._bar._run()
    assert "Segmentation fault" in shown[0].report.toPlainText()


def test_the_list_is_worked_by_keys(qtbot, program, path, monkeypatch):
    window = opened(qtbot, program, path)

    def answer(form):
        tree = form.findChild(QTreeWidget)
        tree.setFocus()
        qtbot.keyClick(tree, Qt.Key.Key_Down)
        form.reject()

    shown = answering(monkeypatch, answer)
    window.run_command("workshop.restore")
    qtbot.waitUntil(lambda: bool(shown))
    assert shown[0].chosen is None or shown[0].chosen.exists()


def test_a_workshop_that_was_renamed_is_offered_the_backups_of_its_old_name(path):
    [made] = [each.path for each in offered(path, default_folder(path), None)]
    renamed = path.rename(path.with_name("lamps [new].pegboard"))
    found = offered(renamed, default_folder(renamed), None)
    assert [(each.path, each.where) for each in found] == [(made, made.parent.name)]
    with Store.create(path):  # another one took the old name: those are its own
        assert offered(renamed, default_folder(renamed), None) == ()


def test_what_was_committed_before_a_crash_is_backed_up_when_the_window_closes(qtbot, program, path):
    opened(qtbot, program, path)  # its second order is in no backup
    program.end()
    newest = max(default_folder(path).glob("*.pegboard"))
    assert orders(newest) == ["SO-0001", "SO-0002"]
    count = len(list(default_folder(path).glob("*.pegboard")))
    opened(qtbot, program, path)
    program.end()
    assert len(list(default_folder(path).glob("*.pegboard"))) == count  # nothing new, no copy
