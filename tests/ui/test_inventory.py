"""Stock: what a person sees of it, and what the keys do."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from tests.builders import (
    add_item,
    add_location,
    add_order,
    add_purchase,
    add_stock,
    add_supplier,
    add_work_order,
    day,
    demand_of,
    doing,
    need,
    peg,
)

from pegboard.storage.bulk import fetch
from pegboard.ui import messages as messages_module
from pegboard.ui.command import problems
from pegboard.ui.inventory.forms import AdjustForm, LocationForm, StatusForm, TransferForm
from pegboard.ui.inventory.workspace import InventoryPage, workspace

TODAY = day("2026-11-23")


@pytest.fixture
def shop(workshop):
    """10 tubes at MAIN, 4 of them for WO-0001, 3 at SHELF; 7 to come; 9 bulbs missing."""
    with doing(workshop, today=TODAY) as tx:
        add_item(tx, "LAMP", "make")
        add_item(tx, "TUBE", description="Brass tube")
        add_item(tx, "BULB", description="Bulb")
        add_item(tx, "GLASS", tracking="lot")
        lying = add_stock(tx, "TUBE", 10, unit_cost="1.50", received_on="2026-11-13")
        add_stock(tx, "TUBE", 3, location="SHELF", unit_cost="1.50")
        add_location(tx, "LOFT")
        add_stock(tx, "GLASS", 6, lot="V1", unit_cost="2")
        add_supplier(tx, "KERN", name="Kern & Sons")
        add_purchase(tx, "PO-0001", "KERN", [("TUBE", 7, "1.50")])
        add_order(tx, "SO-0001", [("LAMP", 9, "2026-12-04")])
        add_work_order(tx, "WO-0001", "LAMP", 9)
        peg(tx, demand_of(tx, "SO-0001"), 9, work_order="WO-0001")
        peg(tx, need(tx, "WO-0001", "TUBE", 4), 4, stock=lying)
        need(tx, "WO-0001", "BULB", 9)
    return workshop


@pytest.fixture
def page(qtbot, desk, shop, settle) -> InventoryPage:
    made = workspace(desk)
    qtbot.addWidget(made)
    made.resize(1240, 800)
    with qtbot.waitExposed(made):
        made.show()
    go_to(made, "TUBE", settle)
    return made


def go_to(page: InventoryPage, number: str, settle) -> None:
    page.show_record("stock", number)
    rest(page, settle)


def rest(page: InventoryPage, settle) -> None:
    for _round in range(4):
        settle(page.desk)


def run(page: InventoryPage, name: str, settle) -> None:
    assert page._by_id[name].enabled_when(), name
    page._by_id[name].run()
    rest(page, settle)


def answer(monkeypatch, fill) -> list:
    """Let the next dialogs be filled by `fill` and accepted."""
    seen = []

    def accept(dialog) -> int:
        seen.append(dialog)
        fill(dialog)
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(messages_module, "run_modal", accept)
    return seen


def shown(view) -> list[list[str]]:
    model = view.model()
    return [
        [str(model.index(row, column).data() or "") for column in view.visible_sections()]
        for row in range(model.rowCount())
    ]


def value(store, statement: str):
    with store.read(today=TODAY) as view:
        return fetch(view, statement)[0][0]


def on_hand(store, item: str, location: str) -> int:
    """Whole units on hand."""
    found = value(
        store,
        "SELECT coalesce(sum(quantity), 0) FROM stock JOIN item USING (item_id) JOIN location USING (location_id)"
        f" WHERE item.code = '{item}' AND location.code = '{location}'",
    )
    return found // 1_000_000


def test_the_list_shows_each_item_with_its_figures(page: InventoryPage) -> None:
    assert shown(page.list.view) == [
        ["GLASS", "", "6", "", "6", "", "", "12.00"],
        ["TUBE", "Brass tube", "13", "4", "9", "7", "", "19.50"],
    ]


def test_a_short_item_says_so_and_who_misses_it(page: InventoryPage, settle) -> None:
    page.list.choose_chip("short")
    rest(page, settle)
    assert shown(page.list.view) == [["BULB", "Bulb", "", "", "", "", "9 short", ""]]
    go_to(page, "BULB", settle)
    assert shown(page.pane.missing.view)[0][:2] == ["WO-0001", "9"]


def test_lots_stand_below_their_sum_and_choose_what_is_listed(page: InventoryPage, settle) -> None:
    assert [row[:5] for row in shown(page.pane.lots)] == [
        ["All", "", "13", "4", "9"],
        ["MAIN", "", "10", "4", "6"],
        ["SHELF", "", "3", "", "3"],
    ]
    assert len(shown(page.pane.movements.view)) == 2
    page.pane.lots.select_place(2)
    rest(page, settle)
    assert [row[2:4] for row in shown(page.pane.movements.view)] == [["+3", "3"]]
    assert shown(page.pane.claims.view) == []
    assert page.why_number() == "STOCK:SHELF:TUBE"


def test_each_figure_opens_what_it_is_made_of(page: InventoryPage, shell, settle) -> None:
    page.pane.show_tab(page.pane.claims)
    [claim] = shown(page.pane.claims.view)
    assert claim[:2] == ["WO-0001", "4"]
    assert claim[4].startswith("SO-0001/1")
    page.pane.claims.opened.emit(page.pane.claims.current())
    assert shell.asked[-1] == ("record", "work_order", "WO-0001")
    [supply] = shown(page.pane.supplies.view)
    assert supply[:3] == ["PO-0001/1", "Kern & Sons", "7"]
    page.pane.supplies.opened.emit(page.pane.supplies.current())
    assert shell.asked[-1] == ("record", "purchase_line", "PO-0001/1")


def test_why_names_a_lot_and_coming_back_finds_it(page: InventoryPage, settle) -> None:
    go_to(page, "STOCK:MAIN:GLASS:V1", settle)
    assert page.pane.detail.row.item == "GLASS"
    assert page.why_number() == "STOCK:MAIN:GLASS:V1"
    go_to(page, "STOCK:SHELF:TUBE", settle)
    assert page.why_number() == "STOCK:SHELF:TUBE"


def test_a_count_is_booked_with_its_reason_and_can_be_taken_back(page, shop, shell, settle, monkeypatch) -> None:
    page.pane.lots.select_place(2)

    def fill(form: AdjustForm) -> None:
        assert form.location.text() == "SHELF"
        form.counted.setText("5")
        form.reason.setText("found two more")

    answer(monkeypatch, fill)
    run(page, "stock.adjust", settle)
    assert on_hand(shop, "TUBE", "SHELF") == 5
    assert value(shop, "SELECT reason FROM ledger_entry ORDER BY ledger_entry_id DESC") == "found two more"
    assert shell.notices[-1] == ("good", "TUBE at SHELF: 3 became 5.")
    shell.last_action()
    rest(page, settle)
    assert on_hand(shop, "TUBE", "SHELF") == 3


def test_a_loss_says_who_is_short_now(page, shop, shell, settle, monkeypatch) -> None:
    page.pane.lots.select_place(1)

    def fill(form: AdjustForm) -> None:
        form.by.setText("-8")
        form.reason.setText("Broken")

    answer(monkeypatch, fill)
    run(page, "stock.adjust", settle)
    assert on_hand(shop, "TUBE", "MAIN") == 2
    assert "Short until the next explosion: WO-0001 (2)." in shell.notices[-1][1]


def test_a_correction_needs_one_figure_and_a_reason(page, settle, qtbot) -> None:
    form = AdjustForm(page.pane.detail.row, page.pane.detail.lots[0], page.locations())
    qtbot.addWidget(form)
    assert form.problems() == ["Reason is missing."]
    form.reason.setText("Counted")
    assert form.problems() == ("Give what was counted, or by how much it differs.",)
    form.counted.setText("1.5")
    assert "whole" in form.problems()[0]


def test_what_was_made_to_options_is_corrected_under_them(page, settle, qtbot) -> None:
    lot = replace(page.pane.detail.lots[0], lot="CORD=2M;SHADE=RED")
    form = AdjustForm(page.pane.detail.row, lot, page.locations())
    qtbot.addWidget(form)
    form.counted.setText("3")
    form.reason.setText("Counted")
    assert form.correction().lot == "CORD=2M;SHADE=RED"


def test_goods_move_to_another_location_and_back(page, shop, shell, settle, monkeypatch) -> None:
    page.pane.lots.select_place(2)

    def fill(form: TransferForm) -> None:
        assert form.quantity.text() == "3"
        form.quantity.setText("2")
        form.target.setText("LOFT")

    answer(monkeypatch, fill)
    run(page, "stock.transfer", settle)
    assert (on_hand(shop, "TUBE", "LOFT"), on_hand(shop, "TUBE", "SHELF")) == (2, 1)
    shell.last_action()
    rest(page, settle)
    assert (on_hand(shop, "TUBE", "LOFT"), on_hand(shop, "TUBE", "SHELF")) == (0, 3)


def test_more_than_the_books_say_moves_once_it_was_counted(page, shop, settle, monkeypatch) -> None:
    page.pane.lots.select_place(2)
    refused = []

    def fill(form: TransferForm) -> None:
        form.quantity.setText("5")
        form.target.setText("LOFT")
        refused.extend(form.problems())
        form.counted.setChecked(True)

    answer(monkeypatch, fill)
    run(page, "stock.transfer", settle)
    assert refused == ["The books know 3 there. Move those, or tick that more were counted."]
    assert (on_hand(shop, "TUBE", "LOFT"), on_hand(shop, "TUBE", "SHELF")) == (5, 0)


def test_a_lot_goes_into_quarantine_and_comes_back(page, shop, settle, monkeypatch) -> None:
    go_to(page, "GLASS", settle)

    def fill(form: StatusForm) -> None:
        form.reason.setText("cracks")

    answer(monkeypatch, fill)
    run(page, "stock.block", settle)
    assert page.list.current().blocked.micro == 6_000_000
    assert shown(page.pane.lots)[0][5] == "quarantine"
    assert not page._by_id["stock.block"].enabled_when()
    run(page, "stock.unblock", settle)
    assert shown(page.pane.lots)[0][5] == "free"


def test_ctrl_n_makes_a_location(page, shop, settle, monkeypatch) -> None:
    def fill(form: LocationForm) -> None:
        form.code.setText("CELLAR")

    answer(monkeypatch, fill)
    run(page, "location.new", settle)
    assert [choice.code for choice in page.locations()] == ["CELLAR", "LOFT", "MAIN", "SHELF"]


def test_keys_go_from_the_list_to_the_lots_and_on(page, qtbot) -> None:
    page.list.view.setFocus()
    qtbot.keyClick(page.list.view, Qt.Key.Key_Return)
    assert page.pane.lots.hasFocus()
    assert page.panes()[0] is page.list


def test_commands_are_well_declared(page) -> None:
    assert problems(page.commands()) == ()
