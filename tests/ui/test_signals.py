"""The page Signals: what pulls, what will probably be ordered, and building for stock, by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from tests.builders import TODAY, add_kanban, add_order, clock, doing
from tests.services.foreseen import lamp_maker
from tests.ui.conftest import ShellRecorder

from pegboard.services.explosion import explode
from pegboard.services.kanban import scan_card
from pegboard.storage.rows import rows
from pegboard.storage.store import Store
from pegboard.ui import messages as messages_module
from pegboard.ui.change_bus import ChangeBus
from pegboard.ui.command import problems
from pegboard.ui.desk import Desk
from pegboard.ui.messages import Messages
from pegboard.ui.runner import Runner
from pegboard.ui.signals import workspace as signals_page
from pegboard.ui.signals.forms import BuildForm
from pegboard.ui.signals.workspace import BACKTEST, SUGGESTIONS, SignalsPage, workspace
from pegboard.ui.window_state import WindowState


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The lamp maker with an order that cannot be met, a card and a held line."""
    with Store.create(tmp_path / "lamps.pegboard", clock) as made:
        lamp_maker(made)
        with doing(made) as tx:
            add_kanban(tx, "BULB", 50, supplier="KERN")
            scan_card(tx, "KANBAN:BULB:1")
            add_order(tx, "SO-1", [("LAMP", 4, "2026-01-12")], customer="C7")
            explode(tx)
            add_order(tx, "SO-2", [("LAMP", 4, "2026-04-12")], customer="C8", hold=True)
            add_order(tx, "SO-3", [("LAMP", 4, "2026-04-12")], customer="C8")
        yield made


@pytest.fixture
def page(qtbot, look, store: Store, shell: ShellRecorder) -> Iterator[SignalsPage]:
    runner = Runner(store, today=TODAY, actor="MK")
    bus = ChangeBus(runner)
    window = QWidget()
    qtbot.addWidget(window)
    desk = Desk(store, runner, bus, Messages(window, shell), WindowState(None), shell)
    runner.refused.connect(desk.messages.error)
    bugs: list[object] = []
    runner.broke.connect(lambda _name, error: bugs.append(error))
    made = workspace(desk)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    made.refresh()
    idle(qtbot, made)
    yield made
    bus.stop()
    runner.close()
    assert not bugs


def idle(qtbot, page: SignalsPage) -> None:
    """Wait until nothing is running."""
    qtbot.waitUntil(lambda: page.desk.runner.is_idle, timeout=20_000)


def run(page: SignalsPage, name: str) -> None:
    """Run a command as its key does."""
    (command,) = (each for each in page.commands() if each.id == name)
    assert command.enabled_when()
    command.run()


def enabled(page: SignalsPage) -> set[str]:
    """The commands that can be run now."""
    return {command.id for command in page.commands() if command.enabled_when()}


def names(page: SignalsPage) -> list[str]:
    """The demands of the list, from the top."""
    return [row.name for row in page.list.model.rows]


def test_everything_that_pulls_stands_in_pull_order(page: SignalsPage) -> None:
    assert names(page) == ["KANBAN:BULB:1", "SO-1/1", "SO-3/1", "SO-2/1"]
    shown = {row.name: [column.text(row) for column in page.list.columns[:5]] for row in page.list.model.rows}
    assert shown["KANBAN:BULB:1"][1:4] == ["▬  card", "card 1 of BULB", "exploded"]
    assert shown["SO-1/1"] == ["2", "■  order", "SO-1/1", "late", "Customer 7"]
    assert shown["SO-2/1"][0] == ""
    page.list.choose_chip("trouble")
    assert names(page) == ["SO-1/1"]


def test_a_long_list_shows_its_first_rows_and_then_all(page: SignalsPage, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(signals_page, "FIRST", 1)
    shown: list[int] = []
    page.list.show_rows([])
    page.list.rows_shown.connect(lambda: shown.append(len(page.rows())))
    page.refresh()
    idle(qtbot, page)
    assert shown == [1, 4]


def test_commands_are_declared_well(page: SignalsPage) -> None:
    assert problems(page.commands()) == ()


def test_f7_asks_about_the_demand_and_enter_opens_its_order(page: SignalsPage, shell: ShellRecorder) -> None:
    page.list.select(next(row.key for row in page.list.model.rows if row.name == "SO-1/1"))
    assert page.why_number() == "SO-1/1"
    page.list.opened.emit(page.list.current())
    assert shell.asked[-1] == ("record", "order", "SO-1")


def test_the_past_is_replayed_only_where_it_is_looked_at(page: SignalsPage, qtbot) -> None:
    assert page.outlook is None
    page.turn_to(BACKTEST)
    idle(qtbot, page)
    assert page.outlook is not None
    assert len(page._backtest.rounds.model.rows) == 12
    assert "doing nothing 0" in page._backtest._verdict.text()


def test_a_suggestion_shows_its_evidence_and_is_accepted_by_key(page: SignalsPage, qtbot, shell: ShellRecorder) -> None:
    page.turn_to(SUGGESTIONS)
    idle(qtbot, page)
    page.suggestions.select("C0:LAMP")
    idle(qtbot, page)
    assert "Ordered 24 times" in page._suggestion_pane._evidence.text()
    assert [part.item for part in page.pulls().parts] == ["ARM", "BULB"]
    assert {"inference.accept", "inference.accept_parts", "inference.decline"} <= enabled(page)
    run(page, "inference.accept_parts")
    idle(qtbot, page)
    assert shell.notices[-1][1].startswith("Accepted as INF-0001")
    assert "C0:LAMP" not in {row.key for row in page.suggestions.model.rows}
    assert "tie up 80.00" in page._verdict.text()
    shell.last_action()
    idle(qtbot, page)
    assert [row.state.value for row in page.rows() if row.name == "INFERRED:INF-0001"] == ["exploded"]
    page.show_record("inference", "INF-0001")
    idle(qtbot, page)
    assert page.why_number() == "INFERRED:INF-0001"
    assert "inference.withdraw" in enabled(page)
    run(page, "signals.decided")
    assert [row.state for row in page.decided.model.rows] == ["accepted"]
    run(page, "inference.withdraw")
    idle(qtbot, page)
    assert "INFERRED:INF-0001" not in names(page)
    assert [row.state for row in page.decided.model.rows] == ["withdrawn"]
    assert "inference.withdraw" not in enabled(page)


def test_a_declined_suggestion_goes(page: SignalsPage, qtbot) -> None:
    page.turn_to(SUGGESTIONS)
    idle(qtbot, page)
    before = len(page.suggestions.model.rows)
    run(page, "inference.decline")
    idle(qtbot, page)
    assert len(page.suggestions.model.rows) == before - 1


def test_what_exceeds_the_cap_is_refused_in_words(page: SignalsPage, qtbot, store: Store, shell: ShellRecorder) -> None:
    with doing(store) as tx:
        tx.connection.exec_driver_sql("INSERT INTO setting (name, value) VALUES ('inference_cash_cap', '5')")
    page.turn_to(SUGGESTIONS)
    idle(qtbot, page)
    run(page, "inference.accept")
    idle(qtbot, page)
    assert shell.notices[-1][0] == "error"
    assert "only 5.00 is left" in shell.notices[-1][1]


def test_building_for_stock_asks_and_signs(page: SignalsPage, qtbot, monkeypatch, store: Store) -> None:
    def fill(form: BuildForm) -> int:
        form.item.set_value("LAMP")
        form.quantity.setText("7")
        form.reason.setText("trade fair in March")
        form.accept()
        return form.result()

    monkeypatch.setattr(messages_module, "run_modal", fill)
    run(page, "stock.build")
    idle(qtbot, page)
    with store.read(today=TODAY) as view:
        [signed] = rows(view, "SELECT * FROM stock_build")
    assert (signed.signed_by, signed.reason, signed.quantity) == ("MK", "trade fair in March", 7_000_000)
    assert [row.person for row in page.rows() if row.kind == "stock_build"] == ["MK"]


def test_a_build_without_reason_says_so(qtbot, look) -> None:
    form = BuildForm([], "MK")
    qtbot.addWidget(form)
    assert form.problems()


def test_views_turn_by_key_and_f6_visits_their_parts(page: SignalsPage, qtbot) -> None:
    assert page.panes()[0] is page.list
    run(page, "signals.suggestions")
    idle(qtbot, page)
    assert page.tabs.currentIndex() == SUGGESTIONS
    assert page.panes()[0] is page.suggestions
    qtbot.keyClick(page.suggestions.view, Qt.Key.Key_Down)
    assert page.suggestion() is not None
    run(page, "signals.pulls")
    assert page.suggestion() is None
