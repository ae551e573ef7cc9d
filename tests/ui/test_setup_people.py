"""Setup > People: who works here is entered, given a role, a badge and a PIN, and leaves, by keys alone."""

import pytest
from PySide6.QtCore import Qt
from tests.builders import day, doing, reading
from tests.ui.test_setup import answering, press, run, turn

from pegboard.domain.roles import Role, rights_of
from pegboard.queries.people import people, roles_are_on
from pegboard.services.people import add_person
from pegboard.services.rights import sign_in
from pegboard.ui.command import problems
from pegboard.ui.setup.people_section import PinForm
from pegboard.ui.setup.workspace import SetupPage, workspace

TODAY = day("2026-11-23")
Key = Qt.Key


@pytest.fixture
def page(qtbot, desk, workshop, settle) -> SetupPage:
    with doing(workshop, "person.change", today=TODAY) as tx:
        add_person(tx, "Ann", Role.OWNER)
        add_person(tx, "Cem", Role.FLOOR, badge="B-7")
    made = workspace(desk)
    qtbot.addWidget(made)
    made.resize(1240, 760)
    with qtbot.waitExposed(made):
        made.show()
    settle(desk)
    turn(made, "people", settle)
    return made


def person(page, name):
    with reading(page.desk.store) as view:
        return next(row for row in people(view) if row.name == name)


def choose(page, name, settle):
    page.people.list.select(name)
    settle(page.desk)


def typed(first, second):
    """Fill the form of a PIN."""

    def fill(form):
        form.first.setText(first)
        form.second.setText(second)

    return fill


def test_commands_are_declared_well(page):
    assert problems(page.commands()) == ()


def test_a_person_is_typed_with_role_and_badge(qtbot, page, settle):
    run(page, "setup.new")
    page.activateWindow()
    page.people.form.setFocus()
    press(qtbot, "Bob", Key.Key_Tab)
    settle(page.desk)
    assert page.people.list.current().code == "Bob"
    run(page, "setup.edit")
    press(qtbot, Key.Key_Down, Key.Key_Tab, "B-9", Key.Key_Tab)
    settle(page.desk)
    found = person(page, "Bob")
    assert (found.role, found.badge, found.has_pin, found.is_active) == (Role.FLOOR, "B-9", False, True)


def test_a_name_stays_as_it_was_entered(page, settle):
    choose(page, "Cem", settle)
    assert page.people.form.by_name["code"].isReadOnly()
    run(page, "setup.new")
    assert not page.people.form.by_name["code"].isReadOnly()


def test_a_badge_that_somebody_has_is_refused_beside_the_form(page, settle):
    choose(page, "Ann", settle)
    field = page.people.form.by_name["badge"]
    field.setText("B-7")
    field.settle()
    settle(page.desk)
    assert page.people.form.problem.text().startswith("Cem has this badge.")
    assert person(page, "Ann").badge == ""


def test_the_first_pin_of_an_owner_lets_roles_begin(page, settle, shell, monkeypatch):
    choose(page, "Ann", settle)
    answering(monkeypatch, PinForm, typed("1234", "1234"))
    run(page, "setup.set_pin")
    settle(page.desk)
    with reading(page.desk.store) as view:
        assert roles_are_on(view)
        sign_in(view, "Ann", "1234")
    assert shell.notices[-1][1] == "Ann has a PIN: from now on people sign in."
    shell.last_action()
    assert shell.asked[-1] == ("command", "window.person")


def test_the_first_pin_of_somebody_else_is_refused_in_words(page, settle, shell, monkeypatch):
    choose(page, "Cem", settle)
    answering(monkeypatch, PinForm, typed("1234", "1234"))
    run(page, "setup.set_pin")
    settle(page.desk)
    assert "The first person with a PIN must be an owner." in shell.notices[-1][1]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("123", "123", "A PIN has at least 4 characters."),
        ("1234", "1243", "The two are not the same. Type the PIN again."),
        ("1234", "1234", ""),
    ],
)
def test_a_pin_is_typed_twice(qtbot, look, first, second, told):
    form = PinForm("Ann")
    qtbot.addWidget(form)
    typed(first, second)(form)
    assert list(form.problems()) == ([told] if told else [])


def test_a_pin_is_taken_away_again(page, settle, monkeypatch):
    choose(page, "Ann", settle)
    answering(monkeypatch, PinForm, typed("1234", "1234"))
    run(page, "setup.set_pin")
    settle(page.desk)
    page.desk.runner.actor = "Ann"
    run(page, "setup.clear_pin")
    settle(page.desk)
    assert not person(page, "Ann").has_pin


def test_who_left_comes_back(page, settle):
    choose(page, "Cem", settle)
    run(page, "setup.person_left")
    settle(page.desk)
    assert [row.code for row in page.people.list.model.rows] == ["Ann"]
    assert not person(page, "Cem").is_active
    choose(page, "Cem", settle)  # lifts the filter
    run(page, "setup.person_back")
    settle(page.desk)
    assert person(page, "Cem").is_active


def test_people_are_neither_retired_nor_deleted(page, settle):
    choose(page, "Cem", settle)
    able = {command.id for command in page.commands() if command.enabled_when()}
    assert not able & {"setup.retire", "setup.bring_back", "setup.delete"}


def test_only_an_owner_changes_people(page, settle):
    page.desk.runner.rights = rights_of(Role.OFFICE)
    choose(page, "Cem", settle)
    able = {command.id for command in page.commands() if command.enabled_when()}
    assert not able & {"setup.set_pin", "setup.clear_pin", "setup.person_left"}


def test_badges_are_shown_to_an_owner_alone(qtbot, page, settle):
    assert [row.draft.badge for row in page.people.list.model.all_rows] == ["", "B-7"]
    page.desk.runner.rights = rights_of(Role.OFFICE)
    other = workspace(page.desk)
    qtbot.addWidget(other)
    other.people.refresh()
    settle(page.desk)
    assert {row.draft.badge for row in other.people.list.model.all_rows} == {""}
