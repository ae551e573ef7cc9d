"""Looking back: the audit trail is searched by keys, leads to the record, and shows a document as it was."""

import datetime

import pytest
from tests.builders import add_order, day
from tests.services.shop import bicycle_shop
from tests.ui.test_setup import run, turn

from pegboard.domain.quantity import Quantity
from pegboard.domain.roles import Role, rights_of
from pegboard.services.changes import change_line
from pegboard.ui.as_was import AsWasForm
from pegboard.ui.command import problems
from pegboard.ui.looking_back import looking_back
from pegboard.ui.setup.workspace import SetupPage, workspace

TODAY = day("2026-11-23")


@pytest.fixture
def changed(workshop):
    """A bicycle shop whose order Ann entered and Bob changed."""
    bicycle_shop(workshop)
    with workshop.transaction("order.enter", today=TODAY, actor="Ann") as tx:
        add_order(tx, "SO-1", [("BIKE", 4, "2027-03-02")], customer="ZIN")
        tx.changed("order")
    with workshop.transaction("order.change", today=TODAY, actor="Bob") as tx:
        change_line(tx, "SO-1/1", quantity=Quantity.parse("6"))
    return workshop


@pytest.fixture
def page(qtbot, changed, desk, settle) -> SetupPage:
    made = workspace(desk)
    qtbot.addWidget(made)
    made.resize(1240, 760)
    with qtbot.waitExposed(made):
        made.show()
    turn(made, "audit", settle)
    return made


def commands(page):
    return [page.audit.list.model.row_at(place).command for place in range(page.audit.list.model.rowCount())]


def write(page, field, text, settle):
    field.setText(text)
    field.settle()
    settle(page.desk)


def test_commands_are_declared_well(page):
    assert problems((*page.commands(), *looking_back(page.desk, None))) == ()


def test_the_newest_line_stands_first_with_its_changes(page):
    assert commands(page)[:2] == ["order.change", "order.enter"]
    (row,) = [row for row in page.audit.changes.table.all_rows if row.name == "SO-1/1"]
    assert (row.field, str(row.before), str(row.after)) == ("quantity", "4", "6")


def test_the_fields_narrow_the_trail(page, settle):
    audit = page.audit
    assert audit.filters.person.currentText() == "everybody"
    audit.filters.person.set_value("Ann")
    audit.filters.person.committed.emit()
    settle(page.desk)
    assert commands(page) == ["order.enter"]
    run(page, "setup.audit_all")
    settle(page.desk)
    write(page, audit.filters.number, "SO-1", settle)
    assert commands(page) == ["order.change", "order.enter"]
    write(page, audit.filters.first, "2030-01-01", settle)
    assert commands(page) == []
    write(page, audit.filters.first, "no day", settle)
    assert audit.filters.first.problem()
    assert commands(page) == []


def test_words_are_found_in_what_was_changed(page, settle):
    page.audit.list.find_box.setText("bob so-1/1")
    page.audit.list.find_box.settled.emit("bob so-1/1")
    settle(page.desk)
    assert commands(page) == ["order.change"]


def test_a_change_leads_to_its_record(page, shell):
    page.audit.changes.select_place(0)
    run(page, "setup.audit_open")
    assert shell.asked[-1][:2] == ("record", "order")
    assert page.history_number() == "SO-1"


def test_the_history_of_a_document_is_asked_for_from_any_page(page, settle):
    page.show_record("audit", "SO-1")
    settle(page.desk)
    assert commands(page) == ["order.change", "order.enter"]
    page.show_record("audit", "BIKE")
    settle(page.desk)
    assert "order.change" not in commands(page)


def test_a_document_is_shown_as_it_was(qtbot, changed, desk, settle):
    today = datetime.datetime.now().date()
    form = AsWasForm(desk, "SO-1", today)
    qtbot.addWidget(form)
    settle(desk)
    assert form.told.text().startswith("Order SO-1 when")
    heads = [form.lines.horizontalHeaderItem(place).text() for place in range(form.lines.columnCount())]
    assert form.lines.item(0, heads.index("Quantity")).text() == "6"
    assert not form.lines.isHidden()
    form.day.set_value(today - datetime.timedelta(days=1))
    form.accept()
    settle(desk)
    assert "does not go back" in form.told.text() or "not in the workshop yet" in form.told.text()
    assert form.lines.isHidden()
    form.number.setText("SO-9")
    form.accept()
    settle(desk)
    assert "There is no SO-9" in form.told.text()


@pytest.mark.parametrize("role", [Role.FLOOR, Role.OFFICE])
def test_who_sees_no_money_has_no_trail(qtbot, desk, role):
    desk.runner.rights = rights_of(role, office_sees_money=False)
    page = workspace(desk)
    qtbot.addWidget(page)
    assert page.audit is None
    assert "setup.tab_audit" not in {command.id for command in page.commands()}
    assert [command.enabled_when() for command in looking_back(desk, None)] == [False, False]
    page.show_record("audit", "SO-1")
