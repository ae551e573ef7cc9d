"""Another seat changes the same while somebody types: joined, or both versions are offered; what was typed stays."""

import pytest
from PySide6.QtCore import Qt
from tests.builders import add_bom, add_customer, add_item, day, doing, quantity, reading

from pegboard.domain.customer import CustomerDraft
from pegboard.domain.item import BomLineDraft
from pegboard.queries.settings import set_values
from pegboard.queries.setup import customer_rows
from pegboard.services.customers import update_customer
from pegboard.services.items import load_bom, save_bom
from pegboard.services.settings import set_setting
from pegboard.ui.items.workspace import workspace as items_page
from pegboard.ui.settings_panel import SettingsPanel
from pegboard.ui.setup.workspace import SetupPage
from pegboard.ui.setup.workspace import workspace as setup_page

TODAY = day("2026-11-23")


@pytest.fixture
def page(qtbot, desk, workshop, settle) -> SetupPage:
    with doing(workshop, today=TODAY) as tx:
        add_customer(tx, "ACME", name="Acme", phone="1")
    made = setup_page(desk)
    assert isinstance(made, SetupPage)
    qtbot.addWidget(made)
    made.resize(1240, 760)
    with qtbot.waitExposed(made):
        made.show()
    settle(desk)
    made.customers.list.select("ACME")
    settle(desk)
    return made


def elsewhere(page, **values):
    """Bob changes the customer at another seat."""
    with doing(page.desk.store, actor="Bob", today=TODAY) as tx:
        [row] = customer_rows(tx)
        kept = {name: getattr(row.draft, name) for name in row.draft.__dataclass_fields__}
        update_customer(tx, "ACME", CustomerDraft(**{**kept, **values}))


def kept(page) -> CustomerDraft:
    with reading(page.desk.store) as view:
        return customer_rows(view)[0].draft


def type_into(field, text):
    field.setFocus()
    field.selectAll()
    field.insert(text)
    field.settle()


def test_what_another_seat_changed_elsewhere_in_the_record_stays(page, settle):
    elsewhere(page, phone="2")
    type_into(page.customers.form.by_name["name"], "Acme Ltd")
    settle(page.desk)
    assert (kept(page).name, kept(page).phone) == ("Acme Ltd", "2")
    assert not page.customers.form.problem.asks


def test_a_field_that_both_changed_says_who_was_first_and_keeps_what_was_typed(page, settle):
    form = page.customers.form
    elsewhere(page, name="Bob's")
    type_into(form.by_name["name"], "Mine")
    settle(page.desk)
    assert kept(page).name == "Bob's"
    assert form.by_name["name"].text() == "Mine"
    assert "Bob changed ACME meanwhile" in form.problem.text()
    assert form.problem.asks
    form.problem.keep_button.click()
    settle(page.desk)
    assert kept(page).name == "Mine"
    assert form.problem.isHidden()


def test_theirs_can_be_taken_instead(page, settle):
    form = page.customers.form
    elsewhere(page, name="Bob's")
    type_into(form.by_name["name"], "Mine")
    settle(page.desk)
    form.problem.take_button.click()
    settle(page.desk)
    assert form.by_name["name"].text() == "Bob's"
    assert kept(page).name == "Bob's"


def test_a_field_in_which_somebody_types_is_not_overwritten_unseen(qtbot, page, settle):
    field = page.customers.form.by_name["name"]
    page.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    qtbot.keyClicks(field, "Mine")
    elsewhere(page, name="Bob's", phone="2")
    page.refresh()  # as another seat's commit does
    settle(page.desk)
    assert (field.text(), page.customers.form.by_name["phone"].text()) == ("Mine", "2")
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    settle(page.desk)
    assert kept(page).name == "Bob's"
    assert page.customers.form.problem.asks


def test_lines_of_a_bom_are_joined_and_one_that_both_changed_is_offered(qtbot, desk, workshop, settle):
    with doing(workshop, today=TODAY) as tx:
        add_item(tx, "LAMP", "make")
        for code in ("BULB", "CORD"):
            add_item(tx, code)
        add_bom(tx, "LAMP", {"BULB": 1, "CORD": 1})
    page = items_page(desk)
    qtbot.addWidget(page)
    page.resize(1240, 800)
    with qtbot.waitExposed(page):
        page.show()
    page.show_record("item", "LAMP")
    for _round in range(4):
        settle(desk)
    page._by_id["item.tab_bom"].run()
    for _round in range(4):
        settle(desk)
    grid, note = page.pane.bom.kept.grid, page.pane.bom.kept.note

    def at_the_other_seat(component: str, count: int) -> None:
        with doing(workshop, actor="Bob", today=TODAY) as tx:
            seen = load_bom(tx, "LAMP")
            lines = tuple(
                BomLineDraft(component=line.component, quantity=quantity(count))
                if line.component == component
                else line
                for line in seen.lines
            )
            save_bom(tx, type(seen)(item="LAMP", revision="", lines=lines))

    def here(row: int, text: str) -> None:
        place = next(p for p, column in enumerate(grid.model.columns) if column.key == "quantity")
        grid.model.setData(grid.model.index(row, place), text, Qt.ItemDataRole.EditRole)
        for _round in range(4):
            settle(desk)

    def stored() -> dict[str, str]:
        with reading(workshop) as view:
            return {line.component: str(line.quantity) for line in load_bom(view, "LAMP").lines}

    at_the_other_seat("CORD", 3)
    here(0, "2")
    assert stored() == {"BULB": "2", "CORD": "3"}
    assert not note.asks
    at_the_other_seat("BULB", 7)
    here(0, "5")
    assert stored() == {"BULB": "7", "CORD": "3"}
    assert note.asks
    assert "Bob changed LAMP meanwhile. It says now: BULB quantity: 7." in note.text()
    assert grid.texts()[0]["quantity"] == "5"
    note.keep_button.click()
    for _round in range(4):
        settle(desk)
    assert stored() == {"BULB": "5", "CORD": "3"}


def test_a_setting_that_another_seat_set_meanwhile_is_offered(qtbot, desk, workshop, settle):
    window = desk.messages._window
    window.resize(1000, 800)
    panel = SettingsPanel(window, desk)
    panel.open_panel()
    settle(desk)
    with doing(workshop, actor="Bob", today=TODAY) as tx:
        set_setting(tx, "company_name", "Bob's")
    type_into(panel._editors["company_name"], "Mine")
    settle(desk)
    assert panel._problem.asks
    assert panel._editors["company_name"].text() == "Mine"
    panel._problem.keep_button.click()
    settle(desk)
    with reading(workshop) as view:
        assert set_values(view)["company_name"] == "Mine"


def test_a_new_record_that_is_being_typed_stays_when_another_seat_commits(page, settle):
    page.customers.start_new()
    name = page.customers.form.by_name["name"]
    type_into(name, "Brand new")
    elsewhere(page, phone="77")
    settle(page.desk)
    assert name.text() == "Brand new"
    type_into(page.customers.form.by_name["code"], "NEW")
    settle(page.desk)
    with reading(page.desk.store) as view:
        assert [(row.code, row.draft.name) for row in customer_rows(view)] == [("ACME", "Acme"), ("NEW", "Brand new")]
    page.customers.go_to("ACME")
    settle(page.desk)
    assert name.text() == "Acme"
