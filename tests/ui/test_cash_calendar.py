"""The Cash page's calendar with its what-ifs, and the cash of one order as a time line."""

import datetime
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from tests.builders import doing
from tests.reports.trade import trade

from pegboard.domain.cash_plan import CashEvent, CashKind
from pegboard.domain.cash_what_if import WhatIf, outlook
from pegboard.domain.roles import Role, rights_of
from pegboard.ui.cash import calendar_view
from pegboard.ui.cash.calendar_rows import week_columns, week_rows
from pegboard.ui.cash.calendar_view import CalendarView
from pegboard.ui.cash.order_cash_view import target_of, what
from pegboard.ui.cash.workspace import CALENDAR_PLACE, ORDER_PLACE, CashPage, workspace
from pegboard.ui.command import problems
from pegboard.ui.fields import Field
from pegboard.ui.workspaces import entry_for

TODAY = datetime.date(2026, 11, 23)


@pytest.fixture
def page(qtbot, desk, settle) -> CashPage:
    with doing(desk.store, today=TODAY) as tx:
        trade(tx, TODAY, weeks=30)
    made = workspace(desk)
    assert isinstance(made, CashPage)
    qtbot.addWidget(made)
    made.resize(1240, 800)
    with qtbot.waitExposed(made):
        made.show()
    settle(desk)
    return made


@pytest.fixture
def calendar(page: CashPage, settle) -> CalendarView:
    page.show_record("report", "calendar")
    settle(page.desk)
    assert page.calendar.isVisible()
    return page.calendar


def fill(qtbot, field: Field, text: str) -> None:
    """Type into a field and leave it."""
    field.setFocus()
    field.clear()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_thirteen_weeks_stand_in_the_chart_and_in_the_table(calendar: CalendarView) -> None:
    assert calendar.chart is not None
    assert calendar.now is not None
    assert len(calendar.table.table.rows) == 13
    assert [row.cash.minor for row in calendar.table.table.rows] == [week.cash for week in calendar.now.planned]
    assert [row.is_low for row in calendar.table.table.rows].count(True) == 1


def test_the_low_point_is_said_in_words_on_screen_and_to_screen_readers(calendar: CalendarView) -> None:
    assert calendar.planned.text().startswith("As planned: low point ")
    assert " in the week of " in calendar.planned.text()
    assert calendar.usual.text().startswith("As customers usually pay: low point ")
    assert calendar.chart is not None
    assert calendar.planned.text() in calendar.chart.accessibleDescription()


def test_a_supplier_who_is_paid_later_shows_the_new_low_point_beside_the_old(qtbot, calendar: CalendarView) -> None:
    assert calendar.sheet is not None
    old = calendar.planned.text().removeprefix("As planned: low point ")
    fill(qtbot, calendar.what_if.days, "60")
    assert "→" not in calendar.planned.text()
    fill(qtbot, calendar.what_if.supplier, "KERN")
    assert f"low point {old} → " in calendar.planned.text()
    assert calendar.now == outlook(calendar.sheet.book, 13, WhatIf(supplier="KERN", days=60))
    before = [row.before.minor for row in calendar.table.table.rows if row.before is not None]
    assert calendar.before is not None
    assert before == [week.cash for week in calendar.before.planned]


def test_a_deposit_counts_while_it_is_typed_and_is_taken_back_with_one_key(qtbot, calendar: CalendarView) -> None:
    plan = calendar.planned.text()
    qtbot.keyClicks(calendar.what_if.percent, "30")
    assert "→" in calendar.planned.text()
    assert calendar.what_if.clear.isEnabled()
    qtbot.keyClick(calendar.what_if.clear, Qt.Key.Key_Return)
    assert calendar.planned.text() == plan
    assert calendar.what_if.percent.hasFocus()


def test_what_cannot_be_read_changes_nothing(qtbot, calendar: CalendarView) -> None:
    plan = calendar.planned.text()
    fill(qtbot, calendar.what_if.order, "NOBODY")
    assert calendar.what_if.order.check()
    assert calendar.planned.text() == plan


def test_what_is_tried_stays_when_the_books_change(qtbot, page: CashPage, calendar: CalendarView, settle) -> None:
    fill(qtbot, calendar.what_if.percent, "30")
    tried = calendar.planned.text()
    page.refresh()
    settle(page.desk)
    assert calendar.planned.text() == tried


def test_the_calendar_is_shown_on_paper(page: CashPage, calendar: CalendarView, shell) -> None:
    assert calendar.sheet is not None
    assert page.has_paper()
    page.preview()
    assert shell.asked[-1] == ("preview", "Cash calendar")
    with page.desk.store.read(today=TODAY) as reading:
        assert shell.papers[-1].draw(reading).startswith(b"%PDF")


def test_a_week_below_zero_is_said_in_a_word_beside_it(calendar: CalendarView) -> None:
    assert calendar.sheet is not None
    poor = replace(calendar.sheet.book, cash=-10_000_000)
    rows = week_rows(outlook(poor, 13), None, poor.currency)
    marks = next(column for column in week_columns() if column.key == "low")
    said = {marks.text(row) for row in rows}
    assert said == {"below zero", "low point, below zero"}


def test_a_shop_without_books_is_told_that_cash_counts_from_nothing(qtbot, desk, settle) -> None:
    made = workspace(desk)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.show_record("report", "calendar")
    settle(desk)
    assert made.calendar.chart is not None
    assert {row.cash.minor for row in made.calendar.table.table.rows} == {0}
    assert "No opening cash was entered" in made.calendar._notes.text()


# --- one order


def by_order(page: CashPage, settle) -> str:
    """Go down from the first row of the report of cash by order; its order."""
    page.show_record("report", "cash-by-order")
    settle(page.desk)
    rows = page.reports.pane.list
    assert rows is not None
    row = rows.model.rows[0]
    rows.opened.emit(row)
    settle(page.desk)
    return str(row.row.cells[0])


def test_a_row_of_cash_by_order_leads_to_the_orders_time_line(page: CashPage, settle) -> None:
    places: list[tuple[str, str]] = []
    page.record_shown.connect(lambda noun, number: places.append((noun, number)))
    number = by_order(page, settle)
    assert page.order.isVisible()
    assert page.order.order.text() == number
    steps = page.order.list.model.rows
    assert steps
    assert [step.event.day for step in steps] == sorted(step.event.day for step in steps)
    assert steps[-1].balance == sum(step.event.minor for step in steps)
    assert places[-2:] == [("report", "cash-by-order"), ("report", f"cash-of {number}")]


def test_back_leads_to_the_time_line_again(page: CashPage, settle) -> None:
    number = by_order(page, settle)
    page.show_record("report", "calendar")
    settle(page.desk)
    page.show_record("report", f"cash-of {number}")
    settle(page.desk)
    assert page.order.isVisible()
    assert page.order.number == number


def test_an_order_is_chosen_by_the_keyboard_and_its_documents_open(qtbot, page: CashPage, shell, settle) -> None:
    number = by_order(page, settle)
    page.order.show_order("")
    fill(qtbot, page.order.order, number)
    assert page.order.words.text().endswith(".")
    assert "Left at the end" in page.order.words.text()
    step = next(step for step in page.order.list.model.rows if step.event.number)
    page.order.list.opened.emit(step)
    assert shell.asked[-1] == ("record", *target_of(step.event))
    qtbot.keyClick(page.order.open_order, Qt.Key.Key_Return)
    assert shell.asked[-1] == ("record", "order", number)


def test_every_event_of_an_order_has_words_and_a_document_that_opens_on_a_page() -> None:
    for kind in set(CashKind) - {CashKind.BILL, CashKind.TO_BILL, CashKind.EXPENSE}:
        for is_actual in (False, True):
            event = CashEvent(TODAY, 1, kind, "N-1", "SO-1", is_actual=is_actual)
            assert what(event) != kind.value
            assert entry_for(target_of(event)[0]) is not None


def test_a_shipment_opens_its_order_and_a_share_of_a_purchase_the_whole() -> None:
    shipped = CashEvent(TODAY, -1, CashKind.SHIPPED, "SH-1", "SO-1", is_actual=True)
    bought = CashEvent(TODAY, -1, CashKind.PURCHASE, "PO-1/2", "SO-1")
    assert target_of(shipped) == ("order", "SO-1")
    assert target_of(bought) == ("purchase_order", "PO-1")


# --- who may see


def test_who_may_not_see_money_reaches_neither_the_calendar_nor_an_orders_cash(page: CashPage, settle) -> None:
    page.desk.runner.rights = rights_of(Role.FLOOR)
    for name in ("calendar", "cash-of SO-0001"):
        page.show_record("report", name)
        page.refresh()
        settle(page.desk)
        assert page.reports.isVisible()
    assert page.calendar.sheet is None
    assert not page.order.list.model.rows
    for place in (CALENDAR_PLACE, ORDER_PLACE):
        assert not page._chips.button(place).isVisible()


def test_the_keys_of_the_views_do_not_meet(page: CashPage) -> None:
    assert problems(page.commands()) == ()
    assert {command.shortcut for command in page.commands()} >= {"Alt+1", "Alt+2", "Alt+3", "Alt+4"}


def test_what_is_tried_stands_on_the_paper_with_the_cash_before_it(
    qtbot, page: CashPage, calendar: CalendarView
) -> None:
    fill(qtbot, calendar.what_if.percent, "30")
    report, period = page._paper()
    with page.desk.store.read(today=TODAY) as reading:
        table = report.run(reading, period)
    assert "What if: a deposit of 30 % of every order that pays none." in table.notes
    assert table.columns[-1].name == "before"
    assert calendar.now is not None
    assert calendar.before is not None
    assert [row.cells[3] for row in table.rows] == [row.cash for row in calendar.table.table.rows]
    assert [row.cells[-1] for row in table.rows] == [row.before for row in calendar.table.table.rows]


def test_many_events_are_computed_off_the_gui_thread(qtbot, settle, monkeypatch, calendar: CalendarView) -> None:
    monkeypatch.setattr(calendar_view, "FEW", 0)
    old = calendar.planned.text()
    fill(qtbot, calendar.what_if.percent, "30")
    settle(calendar._desk)
    assert "→" in calendar.planned.text()
    calendar.what_if.clear.click()
    assert calendar.planned.text() == old
