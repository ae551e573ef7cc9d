"""Kanban: what a person sees of loops, cards and caps, and what the keys do."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from tests.builders import (
    add_bom,
    add_customer,
    add_item,
    add_kanban,
    add_operation,
    add_order,
    add_stock,
    add_supplier,
    add_supplier_item,
    add_work_center,
    day,
    doing,
    quantity,
)

from pegboard.services.explosion import explode
from pegboard.services.kanban import scan_card
from pegboard.storage.bulk import fetch
from pegboard.ui import messages as messages_module
from pegboard.ui.command import problems
from pegboard.ui.kanban.forms import CapForm, CardsForm, ContainerForm, LoopForm
from pegboard.ui.kanban.workspace import KanbanPage, workspace

TODAY = day("2026-11-23")


@pytest.fixture
def shop(workshop):
    """A loop of three cards for TUBE, bought, one of them on order; a loop of two for LAMP, made of a TUBE."""
    with doing(workshop, today=TODAY) as tx:
        add_item(tx, "LAMP", "make", description="Lamp", lead_time_days=3)
        add_item(tx, "TUBE", description="Brass tube")
        add_bom(tx, "LAMP", {"TUBE": 1})
        add_work_center(tx, "LATHE")
        add_operation(tx, "LAMP", 10, work_center="LATHE", run_minutes=5)
        add_supplier(tx, "KERN", name="Kern & Sons", lead_time_days=5)
        add_supplier_item(tx, "KERN", "TUBE", 2)
        add_kanban(tx, "TUBE", 10, cards=3, supplier="KERN", location="BENCH")
        add_kanban(tx, "LAMP", 4, cards=2, location="SHELF")
        scan_card(tx, "KANBAN:TUBE:1")
        explode(tx)
    return workshop


@pytest.fixture
def page(qtbot, desk, shop, settle) -> KanbanPage:
    made = workspace(desk)
    qtbot.addWidget(made)
    made.resize(1240, 800)
    with qtbot.waitExposed(made):
        made.show()
    settle(desk)
    made.show_record("kanban_card", "TUBE:2")
    settle(desk)
    return made


def texts(table) -> list[list[str]]:
    """What a table shows."""
    model = table.table if hasattr(table, "table") else table.model
    return [
        [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def states(store) -> list[str]:
    """The states of the cards of TUBE."""
    with store.read() as view:
        return [
            row[0]
            for row in fetch(
                view,
                "SELECT c.state FROM kanban_card c JOIN kanban_loop l ON l.kanban_loop_id = c.kanban_loop_id"
                " JOIN item i ON i.item_id = l.item_id WHERE i.code = 'TUBE' ORDER BY c.number",
            )
        ]


def answer(monkeypatch, fill) -> None:
    """Fill the next form and press its verb."""

    def run(dialog) -> int:
        fill(dialog)
        dialog.accept()
        return int(dialog.result())

    monkeypatch.setattr(messages_module, "run_modal", run)


def agree(monkeypatch) -> None:
    """Press the verb of the next question."""

    def run(dialog) -> int:
        button = next(one for one in dialog.buttons() if one is not dialog.defaultButton())
        button.click()
        return 1

    monkeypatch.setattr(messages_module, "run_modal", run)


def test_the_board_shows_the_cards_of_each_loop_by_state(page) -> None:
    rows = {row[0]: row for row in texts(page.list)}
    assert rows["TUBE"][1:6] == ["going round", "2", "", "1", ""]
    assert rows["LAMP"][1:6] == ["all full", "2", "", "", ""]
    QAbstractItemModelTester(page.list.model, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_a_scanned_card_is_found_with_its_loop(page) -> None:
    assert page.pane.loop.item == "TUBE"
    assert page.pane.card().name == "KANBAN:TUBE:2"
    assert [row[1] for row in texts(page.pane.cards)] == ["ordered", "full", "full"]
    assert texts(page.pane.cards)[0][3] == "PO-0001/1"


def test_the_chosen_card_pulls_and_is_on_order_at_once(page, desk, shop, shell, settle) -> None:
    page._commands.pull_chosen()
    settle(desk)
    assert states(shop) == ["ordered", "ordered", "full"]
    assert shell.notices[-1] == (
        "good",
        "KANBAN:TUBE:2 pulls one container of 10. PO-0001/1 brings it on 2026-11-30.",
    )


def test_scanning_on_this_page_pulls_once(page, desk, shop, shell, settle) -> None:
    assert page.take_scan("kanban_card", "TUBE:3")
    settle(desk)
    assert states(shop) == ["ordered", "full", "ordered"]
    assert page.take_scan("kanban_card", "TUBE:3")
    settle(desk)
    assert shell.notices[-1][0] == "plain"
    assert "pulls already" in shell.notices[-1][1]
    assert not page.take_scan("work_order", "WO-0001")


def test_the_number_of_cards_is_set_under_the_formula(page, desk, shop, settle, monkeypatch) -> None:
    seen = []

    def fill(form) -> None:
        assert isinstance(form, CardsForm)
        seen.append(form.findChild(type(form._problem)).text())
        form.cards.set_value(5)

    answer(monkeypatch, fill)
    page._commands.set_cards()
    settle(desk)
    assert len(states(shop)) == 5
    assert "Lead time L: 5 working days, as declared" in seen[0]
    assert "Container C: 10 ea" in seen[0]


def test_a_new_loop_knows_who_fills_it(page, desk, shop, settle, monkeypatch) -> None:
    def fill(form) -> None:
        assert isinstance(form, LoopForm)
        form.item.setText("TUBE")
        form.item.settle()
        assert form.supplied_by.value() == "KERN"
        form.location.set_value("PAINT")
        form.container.set_value(quantity(20))

    answer(monkeypatch, fill)
    page._commands.new_loop()
    settle(desk)
    assert len(texts(page.list)) == 3


def test_a_container_is_changed(page, desk, settle, monkeypatch) -> None:
    def fill(form) -> None:
        assert isinstance(form, ContainerForm)
        form.container.set_value(quantity(25))

    answer(monkeypatch, fill)
    page._commands.change_container()
    settle(desk)
    assert page.pane.loop.container == quantity(25)


def test_a_lost_card_is_replaced_and_offered_to_be_printed(page, desk, shop, shell, settle, monkeypatch) -> None:
    agree(monkeypatch)
    page._commands.lose()
    settle(desk)
    assert states(shop) == ["ordered", "retired", "full", "full"]
    assert shell.notices[-1] == ("good", "KANBAN:TUBE:4 is new: print it.")
    shell.last_action()
    settle(desk)
    assert shell.asked[-1] == ("preview", "Kanban cards")


def test_an_extra_card_and_a_retired_one(page, desk, shop, settle, monkeypatch) -> None:
    agree(monkeypatch)
    page._commands.add_extra()
    settle(desk)
    assert states(shop)[3] == "ordered"
    page.show_record("kanban_card", "TUBE:3")
    settle(desk)
    page._commands.retire()
    settle(desk)
    assert states(shop)[2] == "retired"


def test_a_loop_is_ended_and_runs_out(page, desk, shop, settle, monkeypatch) -> None:
    agree(monkeypatch)
    page._commands.end_loop()
    settle(desk)
    assert states(shop) == ["ordered", "retired", "retired"]
    assert {row[0]: row[1] for row in texts(page.list)}["TUBE"] == "ended, runs out"


def test_cards_are_printed_four_to_a_page_and_as_labels(page, desk, shell, settle) -> None:
    for kind in ("kanban-cards", "kanban-labels"):
        page._commands.print_cards(kind)
        settle(desk)
        assert shell.papers[-1].kind == kind


def test_caps_are_set_shown_and_lifted_and_release_what_has_room(page, desk, shop, settle, shell, monkeypatch) -> None:
    with doing(shop, today=TODAY) as tx:
        add_stock(tx, "TUBE", 50, unit_cost=2)
        add_customer(tx)
        for number, due in (("SO-1", "2026-12-11"), ("SO-2", "2026-12-04")):
            add_order(tx, number, [("LAMP", 1, due)])
        explode(tx)

    def fill(form) -> None:
        assert isinstance(form, CapForm)
        form.place.set_value("LATHE")
        form.limit.set_value(1)

    answer(monkeypatch, fill)
    page._commands.set_cap()
    settle(desk)
    ((place, jobs, state, held, waiting),) = texts(page.caps)
    assert (place, jobs, state, held) == ("LATHE", "0 of 1", "room for 1", "")
    first, second = waiting.split(", ")
    page._commands.release_next()
    settle(desk)
    assert shell.notices[-1] == ("good", f"Released {first}.")
    assert texts(page.caps)[0][1:] == ["1 of 1", "no room", first, second]
    page.caps.select("LATHE")
    page._commands.lift_cap()
    settle(desk)
    assert texts(page.caps) == []


def test_all_commands_have_keys_icons_and_help_of_their_own(page) -> None:
    assert problems(page.commands()) == ()


def test_enter_goes_to_the_cards(page, qtbot) -> None:
    page.list.view.setFocus()
    qtbot.keyClick(page.list.view, Qt.Key.Key_Return)
    assert page.pane.cards.hasFocus()
