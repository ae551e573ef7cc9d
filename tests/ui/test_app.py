"""The program as a whole: it opens, shows its first page, and ends; the three doors lead somewhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from pegboard import app, documents, recent
from pegboard.domain.codes import ScanCode, code_text
from pegboard.services import printing
from pegboard.storage.backup import backup
from pegboard.storage.rows import number
from pegboard.storage.store import Store
from pegboard.ui import messages as messages_module
from pegboard.ui.first_run import Door, FirstRun
from pegboard.ui.main_window import MainWindow

from .conftest import TODAY
from .test_runner import set_name


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    for kind in ("STATE", "DATA"):
        folder = tmp_path / kind.casefold()
        folder.mkdir()
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder))
    monkeypatch.setattr(app.paths, "state_folder", lambda: tmp_path / "state")
    monkeypatch.setattr(app.paths, "data_folder", lambda: tmp_path / "data")
    monkeypatch.setattr(recent.paths, "state_folder", lambda: tmp_path / "state")


def run_program(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "pegboard", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)


def test_the_window_opens_and_ends_after_its_first_page(tmp_path):
    path = tmp_path / "shop.pegboard"
    Store.create(path).close()
    done = run_program("--workshop", str(path), "--quit-after-first-paint")
    assert (done.returncode, done.stdout) == (0, "")
    assert "Traceback" not in done.stderr
    assert not path.with_name("shop.pegboard-wal").exists()


def test_a_check_of_a_file_that_is_no_workshop_fails_in_words(tmp_path):
    done = run_program("--workshop", str(tmp_path / "none.pegboard"), "--quit-after-first-paint")
    assert done.returncode == 1
    assert "none.pegboard" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_first_start_needs_no_workshop():
    done = run_program("--quit-after-first-paint")
    assert done.returncode == 0, done.stderr


def test_the_way_to_the_first_page_loads_nothing_heavy(tmp_path):
    path = tmp_path / "shop.pegboard"
    Store.create(path).close()
    script = (
        "import sys; from pegboard.app import open_window;"
        f"open_window({str(path)!r}, quit_after_first_paint=True);"
        "print(*sorted({'babel', 'openpyxl', 'reportlab', 'alembic', 'rapidfuzz', 'pypdfium2', 'sqlalchemy.orm',"
        " 'pyqtgraph', 'pegboard.ui.orders.workspace'} & set(sys.modules)))"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, env=environment, check=False
    )
    assert done.stdout.strip() == ""


@pytest.fixture
def program(qapp, look):
    made = app.Program(qapp, TODAY, floor=False, quits_after_paint=False)
    yield made
    made.end()
    qapp.processEvents()


def door(program, place):
    assert isinstance(program.window, FirstRun)
    return program.window.findChildren(Door)[place]


def test_the_first_door_opens_the_sample_in_a_file_of_its_own(qtbot, program, tmp_path):
    program.begin(None)
    qtbot.waitExposed(program.window)
    qtbot.keyClick(door(program, 0), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow), timeout=30_000)
    assert [path.name for path in (tmp_path / "data").glob("*.pegboard")] == ["Harbor Lamps (sample).pegboard"]
    page = program.window.stack.current_page
    qtbot.waitUntil(lambda: page.list.model.rowCount() > 0)
    assert recent.last_workshop().endswith("Harbor Lamps (sample).pegboard")


def test_the_third_door_makes_an_empty_workshop(qtbot, program, tmp_path, monkeypatch):
    program.begin(None)
    monkeypatch.setattr(messages_module.Messages, "save_file", lambda *_: tmp_path / "mine.pegboard")
    door(program, 2).click()
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow), timeout=10_000)
    assert program.window.windowTitle().startswith("mine")


def test_a_refused_import_leaves_no_file_and_shows_the_errors(qtbot, program, tmp_path, monkeypatch):
    source = tmp_path / "bad"
    source.mkdir()
    (source / "items.csv").write_text("code,source\nA,nonsense\n", encoding="utf-8")
    program.begin(None)
    monkeypatch.setattr(messages_module.Messages, "choose", lambda *_: 0)
    monkeypatch.setattr(messages_module.Messages, "open_folder", lambda *_: source)
    monkeypatch.setattr(messages_module.Messages, "save_file", lambda *_: tmp_path / "mine.pegboard")
    shown = []
    monkeypatch.setattr(messages_module.Messages, "show_text", lambda _self, _title, text: shown.append(text))
    door(program, 1).click()
    qtbot.waitUntil(lambda: "1 error" in program.window.bar.text, timeout=10_000)
    program.window.bar._button.click()
    assert "nonsense" in shown[0]
    assert not list(tmp_path.glob("mine*"))


def test_a_file_that_is_no_workshop_is_refused_in_words(qtbot, program, tmp_path):
    path = tmp_path / "letter.pegboard"
    path.write_text("Dear all", encoding="utf-8")
    program.begin(str(path))
    assert isinstance(program.window, FirstRun)
    assert "letter.pegboard" in program.window.bar.text


def test_another_workshop_takes_the_place_of_the_first(qtbot, program, tmp_path):
    for name in ("one", "two"):
        Store.create(tmp_path / f"{name}.pegboard").close()
    program.begin(str(tmp_path / "one.pegboard"))
    program.open_path(str(tmp_path / "two.pegboard"))
    assert program.window.windowTitle().startswith("two")
    assert [Path(name).stem for name in recent.recent_workshops()] == ["two", "one"]


def test_files_dropped_on_the_window_are_imported(qtbot, program, tmp_path):
    Store.create(tmp_path / "one.pegboard").close()
    program.begin(str(tmp_path / "one.pegboard"))
    window = program.window
    qtbot.waitUntil(lambda: program._doors is not None)
    source = tmp_path / "items.csv"
    source.write_text("code,source\nLAMP,make\n", encoding="utf-8")
    program._doors.import_paths((source,))
    qtbot.waitUntil(lambda: "1 new" in window._bar.text)


def test_a_backup_takes_the_workshop_s_place_and_what_was_there_is_kept(qtbot, program, tmp_path):
    path = tmp_path / "one.pegboard"
    Store.create(path).close()
    backup(path, tmp_path / "saved.pegboard")
    program.begin(str(path))
    qtbot.waitUntil(lambda: program._doors is not None)
    with qtbot.waitSignal(program.window.bus.changed):
        program.window.runner.write("setting.set", set_name("Later"))
    program.restore(tmp_path / "saved.pegboard")
    assert "kept as" in program.window._bar.text
    with program._store.read() as reading:
        assert number(reading, "SELECT count(*) FROM setting") == 0
    program.restore(tmp_path / "nothing.pegboard")
    assert "nothing.pegboard" in program.window._bar.text


def test_what_was_changed_is_backed_up_when_the_workshop_closes(qtbot, program, tmp_path, settle):
    Store.create(tmp_path / "one.pegboard").close()
    program.begin(str(tmp_path / "one.pegboard"))
    qtbot.waitUntil(lambda: program._doors is not None)
    with qtbot.waitSignal(program.window.bus.changed):
        program.window.runner.write("item.touch", lambda tx: tx.changed("item"))
    program.end()
    assert len(list((tmp_path / "one backups").glob("one * close.pegboard"))) == 1


def test_old_paper_says_so_when_it_is_scanned(qtbot, program, tmp_path, settle):
    program.begin(None)
    program._try_sample()
    qtbot.waitUntil(lambda: isinstance(program.window, MainWindow), timeout=30_000)
    window, runner = program.window, program._runner
    program._prefix = "PGB"
    said = []
    window.messages.warn = said.append
    with runner.store.transaction("document.traveler", today=runner.today()) as tx:
        papers = documents.read(tx, "traveler", ["WO-0061"])
        mark = printing.reserve(tx, papers.kind, papers.contents)["WO-0061"]
    code = code_text(ScanCode("WO", "WO-0061", None, mark.print_code))
    program._open_scan(code)
    qtbot.waitUntil(lambda: runner.is_idle, timeout=20_000)
    assert not said
    with runner.store.transaction("test", today=runner.today()) as tx:
        tx.connection.exec_driver_sql("UPDATE work_order SET due_date = '2030-01-01' WHERE number = 'WO-0061'")
    program._open_scan(code)
    qtbot.waitUntil(lambda: said != [], timeout=20_000)
    assert "out of date" in said[0]


def test_what_an_owner_takes_away_is_gone_from_the_window_at_once(qtbot, program, tmp_path, monkeypatch):
    from pegboard.domain.roles import Role
    from pegboard.services.people import add_person, set_active
    from pegboard.services.settings import set_setting
    from pegboard.ui import seat

    path = tmp_path / "one.pegboard"
    with Store.create(path) as store, store.transaction("person.change", today=TODAY) as tx:
        add_person(tx, "Ann", Role.OWNER, pin="1234")
        add_person(tx, "Bob", Role.OFFICE, pin="5555")
    asked = []

    def sign_in_once(form):
        asked.append(form)
        form._name.setCurrentText("Bob")
        return len(asked) == 1

    monkeypatch.setattr(seat, "run_modal", sign_in_once)
    program.begin(str(path))
    shown = program.window
    assert "money" in {entry.id for entry in shown.pages()}
    with program._store.transaction("setting.set", today=TODAY, actor="Ann") as tx:
        set_setting(tx, "office_sees_money", "no")
    qtbot.waitUntil(lambda: program.window is not shown)
    assert "money" not in {entry.id for entry in program.window.pages()}
    with program._store.transaction("person.change", today=TODAY, actor="Ann") as tx:
        set_active(tx, "Bob", active=False)
    qtbot.waitUntil(lambda: isinstance(program.window, FirstRun))
    assert len(asked) == 2
