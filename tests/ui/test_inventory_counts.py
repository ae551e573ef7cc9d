"""The Stock page: counts from the first place to the last, and where a lot came from and went."""

import datetime

import pytest
from tests.builders import (
    add_bom,
    add_item,
    add_location,
    add_order,
    add_purchase,
    add_stock,
    add_supplier,
    add_work_order,
    demand_of,
    doing,
    need,
    peg,
    quantity,
)

from pegboard.services import production, purchasing, shipping
from pegboard.storage.rows import number
from pegboard.ui import messages as messages_module
from pegboard.ui.command import problems
from pegboard.ui.inventory.workspace import InventoryPage, workspace

TODAY = datetime.date(2026, 11, 23)


@pytest.fixture
def shop(workshop):
    """Glass in lot G1 from KILN became lamps in lot L1, four of which went to Zinn; bolts lie on a shelf."""
    with doing(workshop, today=TODAY) as tx:
        add_item(tx, "LAMP", "make", tracking="lot")
        add_item(tx, "GLASS", tracking="lot")
        add_item(tx, "BOLT")
        add_bom(tx, "LAMP", {"GLASS": 1})
        add_location(tx, "SHELF")
        add_stock(tx, "BOLT", 20, location="SHELF", unit_cost=2)
        add_supplier(tx, "KILN", name="Kiln & Co")
        add_purchase(tx, "PO-1", "KILN", [("GLASS", 10, 4)], surplus_reason="imported")
        purchasing.receive(tx, "PO-1/1", quantity(10), "G1")
        add_order(tx, "SO-1", [("LAMP", 4, "2026-12-04")])
        requirement = demand_of(tx, "SO-1")
        add_work_order(tx, "WO-1", "LAMP", 4, surplus_reason="imported")
        peg(tx, requirement, 4, work_order="WO-1")
        need(tx, "WO-1", "GLASS", 4)
        production.complete(tx, "WO-1", quantity(4), lot="L1")
        shipping.ship(tx, "SO-1/1", quantity(4))
    return workshop


@pytest.fixture
def page(qtbot, desk, shop, settle) -> InventoryPage:
    made = workspace(desk)
    qtbot.addWidget(made)
    made.resize(1240, 900)
    with qtbot.waitExposed(made):
        made.show()
    made.refresh()
    settle(desk)
    return made


def answer(monkeypatch, *fills) -> list:
    """Fill one dialog after the other and accept it; any further one is cancelled."""
    waiting, seen = list(fills), []

    def run(dialog) -> int:
        seen.append(dialog)
        if not waiting:
            return 0
        waiting.pop(0)(dialog)
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(messages_module, "run_modal", run)
    return seen


def run(page: InventoryPage, command: str, settle) -> None:
    assert page._by_id[command].enabled_when(), command
    page._by_id[command].run()
    for _wait in range(4):
        settle(page.desk)


def count(shop, statement: str) -> int:
    with shop.read(today=TODAY) as reading:
        return number(reading, statement)


def test_the_page_s_commands_are_whole(page: InventoryPage) -> None:
    assert not problems(page.commands())


def test_a_count_runs_from_place_to_place_blind(page: InventoryPage, settle, shop, monkeypatch) -> None:
    page.switch_view()
    settle(page.desk)
    answer(monkeypatch, lambda form: form.note.set_value("year's end"))
    run(page, "count.new", settle)
    assert [row.number for row in page.counts.list.model.all_rows] == ["CT-0001"]
    seen = answer(
        monkeypatch,
        lambda form: form.counted.set_value(quantity(6)),
        lambda form: form.counted.set_value(quantity(18)),
    )
    run(page, "count.enter", settle)
    assert [dialog.windowTitle() for dialog in seen] == ["Count GLASS at MAIN G1", "Count BOLT at SHELF"]
    lines = page.counts.pane.lines.table
    shown = [lines.columns[4].text(lines.row_at(place)) for place in range(lines.rowCount())]
    assert shown == ["", ""], "the books stay hidden"
    run(page, "count.review", settle)
    assert [lines.columns[4].text(lines.row_at(place)) for place in range(lines.rowCount())] == ["0", "−2"]
    answer(monkeypatch, lambda form: form.reason.set_value("counted"))
    run(page, "count.approve", settle)
    assert count(shop, "SELECT quantity FROM stock s JOIN item i USING (item_id) WHERE i.code = 'BOLT'") == 18_000_000
    assert not page.counts.is_open()


def test_a_place_is_counted_again_and_something_else_is_found(page: InventoryPage, settle, shop, monkeypatch) -> None:
    page.switch_view()
    settle(page.desk)
    answer(monkeypatch, lambda form: form.location.set_value("SHELF"))
    run(page, "count.new", settle)
    answer(monkeypatch, lambda form: form.counted.set_value(quantity(1)))
    run(page, "count.enter", settle)
    run(page, "count.again", settle)
    assert count(shop, "SELECT count(*) FROM stock_count_line WHERE counted_quantity IS NOT NULL") == 0

    def fill(form) -> None:
        form.item.set_value("GLASS")
        form.location.set_value("SHELF")
        form.lot.set_value("G9")
        form.counted.set_value(quantity(2))

    answer(monkeypatch, fill)
    run(page, "count.found", settle)
    assert count(shop, "SELECT count(*) FROM stock_count_line") == 2
    answer(monkeypatch, lambda form: form.leave.setChecked(True))
    run(page, "count.approve", settle)
    assert count(shop, "SELECT quantity FROM stock WHERE lot = 'G9'") == 2_000_000


def test_a_count_can_be_printed_and_cancelled(page: InventoryPage, settle, shop, monkeypatch, shell) -> None:
    page.switch_view()
    settle(page.desk)
    answer(monkeypatch, lambda form: None)
    run(page, "count.new", settle)
    run(page, "count.print", settle)
    assert ("preview", "Count sheet CT-0001") in shell.asked
    run(page, "count.cancel", settle)
    assert count(shop, "SELECT count(*) FROM stock_count WHERE state = 'cancelled'") == 1


def test_a_lot_that_has_gone_is_traced_to_its_customer(page: InventoryPage, settle, monkeypatch, shell) -> None:
    answer(monkeypatch, lambda form: form.lot.set_value("G1"))
    run(page, "stock.trace", settle)
    went = page.pane.went_into.model
    shown = [(went.row_at(place).kind, went.row_at(place).number) for place in range(went.rowCount())]
    assert shown == [("job", "WO-1"), ("shipment", "SHP-0001")]
    made = page.pane.made_from.model
    assert [(made.row_at(place).kind, made.row_at(place).partner) for place in range(made.rowCount())] == [
        ("receipt", "Kiln & Co")
    ]
    page.pane._open_link(made.row_at(0))
    assert shell.asked[-1][:2] == ("record", "purchase_order")
