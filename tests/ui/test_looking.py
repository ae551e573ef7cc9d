"""A backup is looked at in a window of its own: it shows the workshop of that day, and nothing in it can be changed."""

from pathlib import Path

import pytest
from tests.builders import add_customer, add_item, doing

from pegboard import looking
from pegboard.domain.errors import PegboardError, Refused
from pegboard.domain.roles import Role
from pegboard.queries.setup import customer_rows
from pegboard.services.people import add_person
from pegboard.storage.backup import backup
from pegboard.storage.store import Store
from pegboard.ui import doors, seat
from pegboard.ui.main_window import MainWindow

from .conftest import TODAY


@pytest.fixture
def saved(tmp_path) -> Path:
    """A backup of Monday; on Tuesday the shop has another customer."""
    with Store.create(tmp_path / "shop.pegboard") as store:
        with doing(store, "setup", today=TODAY) as tx:
            add_item(tx, "LAMP")
            add_customer(tx, "MONDAY")
        made = backup(store, tmp_path / "monday.pegboard")
        with doing(store, "setup", today=TODAY) as tx:
            add_customer(tx, "TUESDAY")
    return made


@pytest.fixture
def program(qtbot, qapp, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = looking.LookingProgram(qapp, TODAY)
    yield made
    made.end()


def test_it_shows_the_day_of_the_backup(qtbot, program, saved):
    before = saved.read_bytes()
    program.begin(str(saved))
    assert isinstance(program.window, MainWindow)
    assert program.window.windowTitle() == "monday, a backup: read-only – Pegboard"
    with program._store.read() as reading:
        assert [row.code for row in customer_rows(reading)] == ["MONDAY"]
    qtbot.waitUntil(lambda: program.window._doors is not None)
    assert saved.read_bytes() == before


def test_no_command_changes_anything(qtbot, program, saved):
    program.begin(str(saved))
    refused = []
    program._runner.write("customer.new", lambda tx: add_customer(tx, "EVE"), failed=refused.append)
    qtbot.waitUntil(lambda: bool(refused))
    assert "nothing can be changed" in str(refused[0])
    with pytest.raises(Refused), program._store.transaction("order.confirm", today=TODAY, actor="Ann"):
        pass


def test_nothing_leads_out_of_it(qtbot, program, saved):
    program.begin(str(saved))
    qtbot.waitUntil(lambda: program.window._doors is not None)
    for door in ("open_workshop", "back_up", "restore_backup", "move_workshop"):
        program.window.messages.notice("Something else.")
        program.window.go_through(door)
        assert "nothing leads out of it" in program.window._bar.text


def test_the_copy_goes_with_the_window(qtbot, program, saved):
    program.begin(str(saved))
    copy = Path(program._store.path)
    assert copy.exists()
    assert copy.parent != saved.parent
    program.end()
    assert not copy.parent.exists()


def test_who_cannot_sign_in_with_the_pin_of_that_day_sees_nothing(program, tmp_path, monkeypatch):
    with Store.create(tmp_path / "shop.pegboard") as store, doing(store, "person.change", today=TODAY) as tx:
        add_person(tx, "Ann", Role.OWNER, pin="1234")
    monkeypatch.setattr(seat, "run_modal", lambda _form: 0)
    left = []
    monkeypatch.setattr(program, "show_first_run", lambda: left.append(True))  # to leave would end all tests' loops
    with pytest.raises(Refused, match="Nobody signed in"):
        program.begin(str(tmp_path / "shop.pegboard"))
    assert program.window is None
    assert left


def test_what_is_no_backup_is_refused_in_words(program, tmp_path):
    (tmp_path / "letter.pegboard").write_text("Dear all")
    with pytest.raises(PegboardError, match="not a Pegboard workshop"):
        program.begin(str(tmp_path / "letter.pegboard"))


def test_another_program_is_started_on_the_file_that_was_chosen(monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr(doors.QProcess, "startDetached", lambda *words: (started.append(words), (True, 1))[1])
    assert doors.start_looking(tmp_path / "monday.pegboard")
    assert started[0][1][-3:] == ["--workshop", str(tmp_path / "monday.pegboard"), "--look"]
