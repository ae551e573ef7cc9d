"""Signing in at a seat: who gets in, what they see, and the lock."""

import ast
import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit
from tests.builders import add_item, add_order, doing

from pegboard import ui
from pegboard.domain.quantity import Money, Price, Quantity
from pegboard.domain.roles import Role, rights_of
from pegboard.services.people import add_person, set_active
from pegboard.services.rights import keep_rights
from pegboard.services.settings import set_setting
from pegboard.ui import formats, seat
from pegboard.ui.columns import money_column, text_column
from pegboard.ui.list_view import ListPane
from pegboard.ui.messages import close_dialogs
from pegboard.ui.runner import Runner
from pegboard.ui.seat import Seat
from pegboard.ui.sign_in import SeatLock, SignInForm
from pegboard.ui.workspaces import available_entries

from .conftest import TODAY


@pytest.fixture
def signed(workshop):
    """A workshop with an owner and a floor that sign in."""
    keep_rights(workshop)
    with doing(workshop, "person.change") as tx:
        add_person(tx, "Ann", Role.OWNER, pin="1234")
        add_person(tx, "Cem", Role.FLOOR, pin="7777")
    return workshop


@pytest.fixture
def runner(qtbot, signed):
    made = Runner(signed, today=TODAY, actor="root")
    yield made
    made.close()


@pytest.fixture
def typed(monkeypatch):
    """Answers the sign-in form with these names and PINs, one try after the other."""
    tries = []

    def answer(form):
        while tries:
            name, pin = tries.pop(0)
            form._name.setCurrentText(name)
            form._pin.setText(pin)
            form.accept()
            if form.result():
                return form.result()
        form.reject()
        return form.result()

    monkeypatch.setattr(seat, "run_modal", answer)
    return tries


@pytest.fixture
def chair(qtbot, qapp):
    made = Seat(qapp)
    yield made
    made.leave()


def test_the_right_pin_lets_in_and_a_wrong_one_is_asked_again(chair, runner, typed):
    typed += [("Ann", "0000"), ("Ann", "1234")]
    assert chair.take(runner, asks=True)
    assert runner.actor == "Ann"
    assert runner.rights.sees_money


def test_who_gives_up_does_not_get_in(chair, runner, typed):
    typed += [("Ann", "0000")]
    assert not chair.take(runner, asks=True)


def test_a_seat_without_pins_asks_nobody(qtbot, chair, workshop, typed):
    made = Runner(workshop, today=TODAY, actor="root")
    assert chair.take(made, asks=True)
    assert (made.actor, chair.is_kept) == ("root", False)
    made.close()


def test_the_floor_sees_no_money_anywhere(qtbot, chair, runner, typed, desk):
    typed += [("Cem", "7777")]
    assert chair.take(runner, asks=True)
    assert formats.money(Money(100, "EUR")) == formats.price(Price(100)) == formats.total([Money(5, "EUR")]) == ""
    shown = {entry.id for entry in available_entries(sees_money=runner.rights.sees_money)}
    assert "orders" in shown
    assert not shown & {"cash", "money"}
    desk.runner.rights = runner.rights
    columns = (text_column("code", "Code", str), money_column("value", "Value", lambda _row: Money(1, "EUR")))
    pane = ListPane(desk, "things", "Things", columns, str, query=lambda _reading: ())
    qtbot.addWidget(pane)
    assert [column.key for column in pane.columns] == ["code"]


def test_what_a_signed_in_person_may_not_do_is_refused_in_words(qtbot, chair, runner, typed):
    typed += [("Cem", "7777")]
    chair.take(runner, asks=True)
    told = []
    runner.refused.connect(told.append)
    runner.write("item.create", lambda tx: add_item(tx, "LAMP"))
    qtbot.waitUntil(lambda: bool(told))
    assert "Cem may not do this" in str(told[0])


def test_a_seat_that_nobody_touches_locks(qtbot, qapp):
    now = [0.0]
    lock = SeatLock(5, qapp, clock=lambda: now[0])
    heard = []
    lock.idle.connect(lambda: heard.append(now[0]))
    field = QLineEdit()
    qtbot.addWidget(field)
    now[0] = 200
    qtbot.keyClicks(field, "a")
    now[0] = 400
    lock.look()
    assert not heard
    now[0] = 501
    lock.look()
    assert heard == [501]
    lock.stop()


def test_a_seat_learns_of_the_first_pin_that_came_after_it_was_taken(chair, runner):
    assert not chair.is_kept
    assert chair.keeps(runner)
    assert chair.is_kept


@pytest.mark.parametrize(("usual", "is_pin"), [("Ann", True), ("root", False)])
def test_the_keys_go_to_the_pin_where_the_name_is_right(qtbot, look, usual, is_pin):
    form = SignInForm(("Ann", "Cem"), usual, lambda _name, _pin: None, locked=False)
    qtbot.addWidget(form)
    form.show()
    assert (form.focusWidget() is form._pin) is is_pin


def test_a_seat_where_nobody_is_asked_counts_as_nobody(chair, runner, typed):
    runner.actor = "Ann"  # as a file of window states might say
    assert chair.take(runner, asks=False)
    assert runner.actor == ""
    assert not runner.rights.sees_money
    assert not runner.rights.may("order.confirm")


def test_what_an_owner_takes_away_is_gone_at_once(chair, runner, typed, signed):
    with doing(signed, "person.change", actor="Ann") as tx:
        add_person(tx, "Bob", Role.OFFICE, pin="5555")
    typed += [("Bob", "5555")]
    assert chair.take(runner, asks=True)
    assert runner.rights.sees_money
    assert not chair.follow(runner)
    with doing(signed, "setting.set", actor="Ann") as tx:
        set_setting(tx, "office_sees_money", "no")
        set_setting(tx, "lock_minutes", "3")
    assert chair.follow(runner)
    assert not runner.rights.sees_money
    assert formats.money(Money(100, "EUR")) == ""
    assert chair._lock.minutes == 3
    with doing(signed, "person.change", actor="Ann") as tx:
        set_active(tx, "Bob", active=False)
    assert chair.follow(runner)
    assert not runner.rights.may("order.confirm")


def test_the_lock_begins_with_the_first_pin(chair, runner):
    assert chair.keeps(runner)
    assert chair._lock is not None


def test_locking_closes_what_stands_over_the_window(qtbot):
    dialog = SignInForm(("Ann",), "Ann", lambda _name, _pin: None, locked=False)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    close_dialogs()
    assert not dialog.isVisible()


def test_what_happened_to_an_order_is_told_with_its_prices_only_to_who_may_see_them(qtbot, workshop, desk, settle):
    from pegboard.services.changes import change_line
    from pegboard.ui.orders.workspace import workspace

    with doing(workshop, "order.enter") as tx:
        add_item(tx, "LAMP")
        add_order(tx, "SO-1", [("LAMP", 4, None)])
    with doing(workshop, "order.change") as tx:
        change_line(tx, "SO-1/1", quantity=Quantity.parse("6"))
    shown = {}
    for role in (Role.OWNER, Role.FLOOR):
        desk.runner.rights = rights_of(role)
        page = workspace(desk)
        qtbot.addWidget(page)
        page.refresh()
        page.show_record("order", "SO-1")
        settle(desk)
        shown[role] = (page.pane._revised.isHidden(), page.pane._past.isHidden())
    assert shown == {Role.OWNER: (False, False), Role.FLOOR: (True, True)}


def test_every_column_that_is_built_by_hand_and_holds_amounts_says_so():
    """Columns of amounts and prices know it themselves; a bare one would be exported to who may not see it."""
    folder = Path(ui.__file__).parent
    bare = [
        f"{file.name}:{call.lineno}"
        for file in sorted(folder.rglob("*.py"))
        if not {"money", "cash"} & {*file.relative_to(folder).parts}  # pages that only open for who sees money
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "Column"
        and re.search(r"amount|\.minor|price|_cost", ast.unparse(call))
        and "is_money=" not in ast.unparse(call)
    ]
    assert bare == []
