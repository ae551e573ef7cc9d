"""Setup: what the shop is set up with, by keys alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tests.builders import (
    add_bom,
    add_customer,
    add_item,
    add_order,
    add_supplier,
    add_work_center,
    day,
    doing,
    reading,
)

from pegboard.domain.configuration_draft import ChoiceDraft, OptionsDraft
from pegboard.domain.quantity import Price, Quantity
from pegboard.domain.roles import Role, rights_of
from pegboard.queries.options import item_options
from pegboard.queries.setup import calendar_rows, customer_rows, supplier_rows, work_center_rows
from pegboard.services.options import save_options
from pegboard.services.shop_days import set_days
from pegboard.ui import formats
from pegboard.ui import messages as messages_module
from pegboard.ui.command import problems
from pegboard.ui.setup.options_section import ItemForm, NumberForm
from pegboard.ui.setup.workspace import SetupPage, workspace

TODAY = day("2026-11-23")
Key = Qt.Key


@pytest.fixture
def page(qtbot, desk, workshop, settle) -> SetupPage:
    with doing(workshop, today=TODAY) as tx:
        add_customer(tx, "ACME", name="Acme Interiors")
        add_customer(tx, "BAUER", name="Möbelhaus Bauer")
        add_supplier(tx, "KERN", lead_time_days=5)
        add_work_center(tx, "BENCH")
        add_item(tx, "LAMP", "make", description="Lamp")
        add_item(tx, "SHELF", "make", description="Shelf")
        add_item(tx, "CORD")
        add_bom(tx, "LAMP", {"CORD": 1})
        add_order(tx, "SO-0001", [("LAMP", 1, None)], customer="ACME")
        choices = (
            ChoiceDraft(group="SHADE", choice="WHITE", is_default=True),
            ChoiceDraft(group="SHADE", choice="RED", extra=Price(6_000_000)),
        )
        save_options(tx, OptionsDraft(item="LAMP", choices=choices))
    made = workspace(desk)
    assert isinstance(made, SetupPage)
    qtbot.addWidget(made)
    made.resize(1240, 760)
    with qtbot.waitExposed(made):
        made.show()
    settle(desk)
    return made


def press(qtbot, *steps):
    """Press real keys on whatever has the focus."""
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    for step in steps:
        if isinstance(step, str):
            for letter in step:
                qtbot.keyClicks(QApplication.activePopupWidget() or QApplication.focusWidget(), letter)
        else:
            qtbot.keyClick(QApplication.activePopupWidget() or QApplication.focusWidget(), step)


def run(page, name):
    command = next(command for command in page.commands() if command.id == name)
    assert command.enabled_when(), f"{name} cannot be run now"
    command.run()


def turn(page, name, settle):
    run(page, f"setup.tab_{name}")
    settle(page.desk)


def answering(monkeypatch, kind, fill):
    """Accept the dialogs of one kind after filling them."""

    def accept(dialog):
        assert isinstance(dialog, kind)
        fill(dialog)
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(messages_module, "run_modal", accept)


def test_commands_are_declared_well(page):
    assert problems(page.commands()) == ()


def test_a_customer_is_typed_and_kept_at_once(qtbot, page, settle):
    run(page, "setup.new")
    page.activateWindow()
    page.customers.form.setFocus()
    press(qtbot, "NORD", Key.Key_Tab, "Nordlys", Key.Key_Tab)
    settle(page.desk)
    assert page.customers.list.current().code == "NORD"
    assert not page.customers.form.is_new
    page.customers.form.by_name["deposit_percent"].setFocus(Qt.FocusReason.TabFocusReason)
    press(qtbot, "30", Key.Key_Tab)
    settle(page.desk)
    with reading(page.desk.store) as view:
        found = {row.code: row.draft for row in customer_rows(view)}["NORD"]
    assert (found.name, found.deposit_percent) == ("Nordlys", Quantity(30_000_000))


def test_what_an_import_would_refuse_stays_red_and_unkept(page, settle):
    form = page.customers.form
    page.customers.list.select("ACME")
    settle(page.desk)
    form.by_name["currency"].setText("euro")
    form.by_name["currency"].settle()
    settle(page.desk)
    assert form.problem.text() == "Currency: A currency has three capital letters, such as EUR."
    with reading(page.desk.store) as view:
        assert customer_rows(view)[0].draft.currency == ""


def test_a_customer_with_orders_is_retired_and_brought_back(page, settle, shell):
    page.customers.list.select("ACME")
    settle(page.desk)
    run(page, "setup.retire")
    settle(page.desk)
    assert [row.code for row in page.customers.list.model.rows] == ["BAUER"]
    shell.last_action()
    settle(page.desk)
    assert [row.code for row in page.customers.list.model.rows] == ["ACME", "BAUER"]


def test_a_supplier_changes_by_keys(qtbot, page, settle):
    turn(page, "suppliers", settle)
    page.activateWindow()
    run(page, "setup.edit")
    page.suppliers.form.by_name["lead_time_days"].setFocus()
    page.suppliers.form.by_name["lead_time_days"].selectAll()
    press(qtbot, "12", Key.Key_Tab, Key.Key_Space)
    settle(page.desk)
    with reading(page.desk.store) as view:
        draft = supplier_rows(view)[0].draft
    assert (draft.lead_time_days, draft.calendar_lead_time) == (12, True)


def test_a_work_center_keeps_its_hours(page, settle):
    turn(page, "work_centers", settle)
    field = page.work_centers.form.by_name["hours_per_day"]
    field.setText("7.5")
    field.settle()
    settle(page.desk)
    with reading(page.desk.store) as view:
        assert str(work_center_rows(view)[0].draft.hours_per_day) == "7.5"


def test_choices_and_rules_are_typed_in_grids(page, settle):
    turn(page, "options", settle)
    grid = page.options.choices.grid
    typed = {(2, "group"): "PLUG", (2, "choice"): "EU", (2, "is_default"): "y", (3, "choice"): "UK", (3, "extra"): "3"}
    grid.model.change("Type", typed)
    settle(page.desk)
    rules = page.options.rules.grid
    rules.model.change("Type", {(0, "when"): "PLUG=UK", (0, "kind"): "ex", (0, "other"): "SHADE=RED"})
    settle(page.desk)
    with reading(page.desk.store) as view:
        found = item_options(view, "LAMP")
    assert [(choice.group, choice.choice, choice.is_default) for choice in found.options.choices][2:] == [
        ("PLUG", "EU", True),
        ("PLUG", "UK", False),
    ]
    assert [rule.sentence() for rule in found.rules.rules] == ["PLUG UK excludes SHADE RED"]


def test_a_rule_with_an_unknown_choice_is_not_kept(page, settle):
    turn(page, "options", settle)
    page.options.rules.grid.model.change(
        "Type", {(0, "when"): "SHADE=BLUE", (0, "kind"): "requires", (0, "other"): "SHADE=RED"}
    )
    settle(page.desk)
    assert page.options.rules.note.text().startswith("Line 1: When: LAMP has no option SHADE=BLUE.")
    assert page.options.rules.is_unfinished


def test_an_item_gets_options_and_a_number(page, settle, monkeypatch):
    turn(page, "options", settle)
    answering(monkeypatch, ItemForm, lambda form: form.item.setText("SHELF"))
    run(page, "setup.new")
    settle(page.desk)

    def fill(form):
        for name, text in (("group", "WIDTH"), ("low", "0.4"), ("high", "2"), ("step", "0.1"), ("unit", "m"),
                           ("each", "90"), ("usual", "0.8")):  # fmt: skip
            getattr(form, name).setText(text)

    answering(monkeypatch, NumberForm, fill)
    run(page, "setup.number_option")
    settle(page.desk)
    with reading(page.desk.store) as view:
        found = item_options(view, "SHELF")
    assert [(choice.choice, choice.is_default) for choice in found.options.choices] == [
        ("0.4..2/0.1", False),
        ("0.8", True),
    ]
    assert page.options.list.model.place_of("SHELF") >= 0


def test_days_off_are_entered_by_range(qtbot, page, settle):
    turn(page, "calendar", settle)
    page.activateWindow()
    run(page, "setup.new")
    press(qtbot, "24.12.2026", Key.Key_Tab, "3.1.2027", Key.Key_Tab)
    page.calendar.form.note.setText("Closed")
    page.calendar.form.keep()
    settle(page.desk)
    with reading(page.desk.store) as view:
        [row] = calendar_rows(view)
    assert (row.first, row.last, row.days, row.note) == (day("2026-12-24"), day("2027-01-01"), 7, "Closed")
    run(page, "setup.delete")
    settle(page.desk)
    with reading(page.desk.store) as view:
        assert calendar_rows(view) == ()


def test_a_record_is_found_from_elsewhere(page, settle):
    page.show_record("work_center", "BENCH")
    settle(page.desk)
    assert page.section is page.work_centers
    assert page.work_centers.list.current().code == "BENCH"


def test_a_seat_that_sees_no_prices_keeps_them(qtbot, desk, page, settle):
    with doing(page.desk.store, today=TODAY) as tx:
        tx.connection.exec_driver_sql("UPDATE work_center SET hourly_rate = 45000000")
    desk.runner.rights = rights_of(Role.OFFICE, office_sees_money=False)
    formats.hide_money(True)
    try:
        turn(page, "work_centers", settle)
        field = page.work_centers.form.by_name["description"]
        field.setText("By the window")
        field.settle()
        settle(page.desk)
    finally:
        formats.hide_money(False)
    with reading(page.desk.store) as view:
        [row] = work_center_rows(view)
    assert (row.draft.description, str(row.draft.hourly_rate)) == ("By the window", "45")


def test_days_that_another_seat_entered_meanwhile_are_offered_and_kept_knowingly(page, settle):
    turn(page, "calendar", settle)
    run(page, "setup.new")
    form = page.calendar.form
    with doing(page.desk.store, actor="Bob") as tx:
        set_days(tx, day("2026-12-28"), day("2026-12-28"), working=True, note="Stock-taking")
    form.first.set_value(day("2026-12-24"))
    form.last.set_value(day("2026-12-31"))
    form.keep()
    settle(page.desk)
    assert form.problem.asks
    assert "Bob changed 2026-12-28" in form.problem.text()
    form.problem.take_button.click()
    assert (form.first.value(), form.note.value()) == (day("2026-12-28"), "Stock-taking")
    form.show_days(None)
    form.first.set_value(day("2026-12-24"))
    form.last.set_value(day("2026-12-31"))
    form.keep()
    settle(page.desk)
    form.problem.keep_button.click()
    settle(page.desk)
    assert not form.problem.asks
    with reading(page.desk.store) as view:
        [row] = calendar_rows(view)
    assert (row.first, row.last, row.working) == (day("2026-12-24"), day("2026-12-31"), False)
    form.note.setText("Holidays")
    form.keep()  # once more at the same form: our own days are no other seat's
    settle(page.desk)
    with reading(page.desk.store) as view:
        assert [found.note for found in calendar_rows(view)] == ["Holidays"]
