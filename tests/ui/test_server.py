"""The window and a real server: moving there and back, opening, and what happens when the server goes away."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from tests import server as servers
from tests.builders import add_customer, day, doing, reading

from pegboard.domain.errors import Refused
from pegboard.queries.setup import customer_rows
from pegboard.recent import recent_workshops, remember_workshop
from pegboard.services.orders import save_draft
from pegboard.storage.postgres.trial import Address, keep_password, try_address
from pegboard.storage.store import Store
from pegboard.ui import messages as messages_module
from pegboard.ui.button import Button
from pegboard.ui.first_run import FirstRun
from pegboard.ui.moving import move_all
from pegboard.ui.runner import Progress, Runner
from pegboard.ui.server_form import ServerForm
from pegboard.ui.setup.workspace import workspace

TODAY = day("2026-11-23")
pytestmark = pytest.mark.skipif(servers.programs() is None, reason="there is no PostgreSQL on this computer")


@pytest.fixture(scope="module")
def server() -> Iterator[servers.Server]:
    folder = servers.programs()
    assert folder is not None
    with servers.running(folder) as running:
        yield running


@pytest.fixture
def address(server: servers.Server, request: pytest.FixtureRequest) -> Address:
    """An empty database."""
    name = f"shop_{abs(hash(request.node.name))}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    port = int(server.url.rpartition(":")[2].partition("/")[0])
    return Address("127.0.0.1", port, name, "pegboard", "", encrypted=False)


def fill(form: ServerForm, address: Address) -> None:
    form.host.setText(address.host)
    form.port.setText(str(address.port))
    form.database.setText(address.database)
    form.user.setText(address.user)


def test_the_form_tries_the_connection_and_says_what_is_wrong(qtbot, desk, address, settle) -> None:
    form = ServerForm(desk.runner, "Move", "Move it", "Why", wants_workshop=False)
    qtbot.addWidget(form)
    fill(form, address)
    form.test.click()
    settle(desk)
    assert form.answer.text().endswith("The database is empty, as it should be.")
    form.database.setText("nowhere")
    form.accept()
    settle(desk)
    assert "no such database" in form.answer.text()
    assert form.result() != QDialog.DialogCode.Accepted
    form.port.setText("1")
    form.test.click()
    settle(desk)
    assert "does not answer" in form.answer.text()
    fill(form, address)
    form.accept()
    settle(desk)
    assert form.result() == QDialog.DialogCode.Accepted


def test_a_database_with_a_workshop_is_opened_and_not_moved_to(qtbot, desk, address, settle) -> None:
    Store.create(address.url).close()
    for wants_workshop, said in ((True, "The workshop is there."), (False, "a workshop in this database already")):
        form = ServerForm(desk.runner, "Open", "Open it", "Why", wants_workshop=wants_workshop)
        qtbot.addWidget(form)
        fill(form, address)
        form.test.click()
        settle(desk)
        assert said in form.answer.text()


def test_a_workshop_is_moved_there_and_back(workshop: Store, address, tmp_path: Path) -> None:
    with doing(workshop, today=TODAY) as tx:
        add_customer(tx, "ACME")
        tx.changed("customer")
    done = move_all(workshop, address.url, "MK", Progress("Moving"))
    assert done.rows
    assert done.tables
    with Store.open(address.url) as there, reading(there) as view:
        assert [row.code for row in customer_rows(view)] == ["ACME"]
    with Store.open(address.url) as there:
        move_all(there, str(tmp_path / "back.pegboard"), "MK", Progress("Moving"))
    with Store.open(tmp_path / "back.pegboard") as back, reading(back) as view:
        assert [row.code for row in customer_rows(view)] == ["ACME"]


def test_a_move_that_is_cancelled_or_overtaken_leaves_nothing(workshop: Store, address) -> None:
    cancelled = Progress("Moving")
    cancelled.cancel()
    with pytest.raises(BaseException, match="Moving"):
        move_all(workshop, address.url, "MK", cancelled)
    assert not try_address(address).holds_workshop

    class Overtaken(Progress):
        def step(self, done: int, total: int, text: str = "") -> None:
            if done == 5:
                with doing(workshop, today=TODAY) as tx:
                    save_draft(tx, {"customer": "ACME"})

    with pytest.raises(Refused, match="entered while the workshop was copied"):
        move_all(workshop, address.url, "MK", Overtaken("Moving"))
    assert not try_address(address).holds_workshop


def test_a_password_is_kept_where_the_servers_own_programs_look(monkeypatch, tmp_path: Path) -> None:
    file = tmp_path / "pgpass"
    monkeypatch.setenv("PGPASSFILE", str(file))
    keep_password(Address("shop", 5432, "work:shop", "ann", "old", encrypted=False))
    keep_password(Address("other", 5432, "workshop", "ann", "x", encrypted=False))
    keep_password(Address("shop", 5432, "work:shop", "ann", r"a:b\c", encrypted=False))
    assert file.read_text().splitlines() == [
        r"shop:5432:work\:shop:ann:a\:b\\c",
        "other:5432:workshop:ann:x",
    ]
    assert file.stat().st_mode & 0o077 == 0


class TestWhenTheServerGoesAway:
    """The server is stopped and started while somebody types."""

    @pytest.fixture
    def workshop(self, address) -> Iterator[Store]:
        with Store.create(address.url) as store:
            with doing(store, today=TODAY) as tx:
                add_customer(tx, "ACME", name="Acme")
            yield store

    @pytest.mark.logs_warnings
    def test_what_was_typed_stays_and_is_kept_once_it_is_back(self, qtbot, desk, server, settle) -> None:
        told: list[bool] = []
        desk.bus.connection_changed.connect(told.append)
        page = workspace(desk)
        qtbot.addWidget(page)
        page.resize(1240, 760)
        with qtbot.waitExposed(page):
            page.show()
        settle(desk)
        page.customers.list.select("ACME")
        settle(desk)
        form = page.customers.form
        field = form.by_name["name"]
        server.stop("fast")
        qtbot.waitUntil(lambda: told == [False], timeout=10_000)
        field.setFocus()
        field.selectAll()
        field.insert("Acme Ltd")
        field.settle()
        settle(desk)
        assert field.text() == "Acme Ltd"
        assert "What you typed stays" in form.problem.text() or "does not answer" in form.problem.text()
        assert form.problem.asks
        server.start()
        qtbot.waitUntil(lambda: told == [False, True], timeout=15_000)
        settle(desk)
        assert field.text() == "Acme Ltd"  # the refresh of what others did left it alone
        form.problem.keep_button.click()
        settle(desk)
        assert form.problem.isHidden()
        with reading(desk.store) as view:
            assert customer_rows(view)[0].draft.name == "Acme Ltd"


def test_a_runner_without_a_workshop_tries_a_server_too(qtbot, address) -> None:
    runner = Runner(None)
    form = ServerForm(runner, "Open", "Open it", "Why", wants_workshop=True)
    qtbot.addWidget(form)
    fill(form, address)
    form.test.click()
    qtbot.waitUntil(lambda: "no workshop in this database" in form.answer.text(), timeout=10_000)
    runner.close()


def test_the_first_page_opens_a_workshop_on_a_server_by_keys(qtbot, address, monkeypatch) -> None:
    Store.create(address.url).close()
    remember_workshop(address.url)
    page = FirstRun(recent_workshops())
    qtbot.addWidget(page)
    page.show()
    chosen: list[str] = []
    page.workshop_chosen.connect(chosen.append)
    titles = [button.text() for button in page.findChildren(Button)]
    assert f"{address.database}   127.0.0.1:{address.port}" in titles

    def run_modal(form) -> int:
        qtbot.addWidget(form)
        assert form.host.text() == "127.0.0.1"  # as it was typed the last time
        assert form.database.text() == address.database
        form.accept()
        qtbot.waitUntil(lambda: form.result() == QDialog.DialogCode.Accepted, timeout=20_000)
        return int(form.result())

    monkeypatch.setattr(messages_module, "run_modal", run_modal)
    door = next(button for button in page.findChildren(Button) if "on a server" in button.text())
    assert door.focusPolicy() & Qt.FocusPolicy.TabFocus
    qtbot.keyClick(door, Qt.Key.Key_Return)
    assert chosen == [address.url]
