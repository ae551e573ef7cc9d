"""Orders that leave the house: what is ready, a part of it, what was counted on the way, and what comes back."""

import pytest
from tests.builders import add_customer, add_item, add_order, add_stock, day, doing, quantity, reading

from pegboard.queries.integrity import check
from pegboard.services.explosion import explode
from pegboard.services.numbers import continue_above
from pegboard.storage.rows import number
from pegboard.ui import messages as messages_module
from pegboard.ui.command import problems
from pegboard.ui.orders.shipping import BackForm, ShipForm
from pegboard.ui.orders.workspace import OrdersPage, workspace

TODAY = day("2026-11-23")


@pytest.fixture
def shop(workshop):
    """An order of 5 lamps, of which 3 are here, and 4 bulbs, which are all here."""
    with doing(workshop, today=TODAY) as tx:
        add_customer(tx, "ACME")
        add_item(tx, "LAMP")
        add_item(tx, "BULB")
        add_stock(tx, "LAMP", 3, unit_cost=4)
        add_stock(tx, "BULB", 4, unit_cost=1)
        add_order(tx, "SO-0001", [("LAMP", 5, "2026-12-18"), ("BULB", 4, "2026-12-18")], customer="ACME")
        continue_above(tx)
        explode(tx)
    return workshop


@pytest.fixture
def page(qtbot, desk, shop, settle) -> OrdersPage:
    made = workspace(desk)
    qtbot.addWidget(made)
    made.resize(1240, 760)
    with qtbot.waitExposed(made):
        made.show()
    settle(desk)
    made.show_record("order", "SO-0001")
    settle(desk)
    return made


def run(page: OrdersPage, name: str, settle) -> None:
    command = next(command for command in page.commands() if command.id == name)
    assert command.enabled_when(), f"{name} cannot be run now"
    command.run()
    settle(page.desk)
    settle(page.desk)


def answering(monkeypatch, kind, fill):
    """Accept the dialogs of one kind after filling them; gives those that stayed open because something is wrong."""
    refused = []

    def accept(dialog):
        assert isinstance(dialog, kind)
        fill(dialog)
        dialog.accept()
        if dialog.problems():
            refused.append(dialog.problems()[0])
        return dialog.result()

    monkeypatch.setattr(messages_module, "run_modal", accept)
    return refused


def shipped(page: OrdersPage) -> list[str]:
    with reading(page.desk.store) as view:
        assert check(view).ok
    return [str(line.shipped) for line in page.pane.detail.lines]


def test_what_is_ready_leaves_with_its_packing_slip(page, settle, monkeypatch, shell) -> None:
    def fill(form) -> None:
        assert [field.text() for _line, field in form.amounts] == ["3", "4"]
        form.carrier.set_value("DHL")

    answering(monkeypatch, ShipForm, fill)
    run(page, "order.ship", settle)
    assert shipped(page) == ["3", "4"]
    assert [paper.kind for paper in shell.papers] == ["packing-slip"]
    run(page, "order.print_slips", settle)
    assert [paper.number for paper in shell.papers] == ["SHP-0001", "SHP-0001"]


def test_more_than_the_books_know_needs_the_tick_that_it_was_counted(page, settle, monkeypatch) -> None:
    refused = answering(monkeypatch, ShipForm, lambda form: form.amounts[0][1].set_value(quantity(5)))
    run(page, "order.ship", settle)
    assert "the books know 3 here" in refused[0]
    assert shipped(page) == ["0", "0"]

    def tick(form) -> None:
        form.amounts[0][1].set_value(quantity(5))
        form.counted.setChecked(True)

    answering(monkeypatch, ShipForm, tick)
    run(page, "order.ship", settle)
    assert shipped(page) == ["5", "4"]


def test_what_was_scrapped_on_its_return_is_not_in_stock(page, settle, monkeypatch) -> None:
    answering(monkeypatch, ShipForm, lambda form: None)
    run(page, "order.ship", settle)

    def fill(form) -> None:
        form.quantity.set_value(quantity(2))
        form.reason.set_value("Broken")
        form.place.setCurrentIndex(form.place.findData("scrap"))
        form.replace.setChecked(True)

    answering(monkeypatch, BackForm, fill)
    run(page, "order.take_back", settle)
    assert shipped(page) == ["1", "4"]
    with reading(page.desk.store) as view:
        assert not number(view, "SELECT sum(quantity) FROM stock")


def test_the_commands_are_whole(page) -> None:
    assert not problems(page.commands())
