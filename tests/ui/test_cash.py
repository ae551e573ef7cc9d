"""Cash: what the owner sees on Friday, and how each figure leads down to its documents."""

import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from tests.builders import doing, reading
from tests.reports.trade import trade

from pegboard.domain.cash_cycle import Part
from pegboard.domain.roles import Role, rights_of
from pegboard.queries.settings import settings
from pegboard.reports import all_reports
from pegboard.services.settings import set_setting
from pegboard.ui.cash.drawing import bars_of, lines_of
from pegboard.ui.cash.workspace import CashPage, workspace
from pegboard.ui.command import problems
from pegboard.ui.friday import FridayPages
from pegboard.ui.printing import page_count

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


def report(page: CashPage, name: str, settle) -> None:
    """Turn to a report."""
    page.show_record("report", name)
    settle(page.desk)


def test_every_report_is_shown_with_its_columns(page: CashPage, settle) -> None:
    for each in all_reports():
        report(page, each.name, settle)
        pane = page.reports.pane
        assert pane.report is each
        assert pane.list is not None
        assert [column.key for column in pane.list.columns] == [column.name for column in each.columns()]


def test_enter_on_a_line_opens_its_document(page: CashPage, shell, settle) -> None:
    report(page, "receivables", settle)
    rows = page.reports.pane.list
    assert rows is not None
    rows.opened.emit(rows.current())
    kind, noun, number = shell.asked[-1]
    assert (kind, noun) == ("record", "invoice")
    assert number.startswith("INV-")


def test_another_period_is_read_at_once(qtbot, page: CashPage, settle) -> None:
    report(page, "receivables", settle)
    pane = page.reports.pane
    assert pane.list is not None
    before = [row.row.cells[0] for row in pane.list.model.rows]
    choice = pane.chooser.findChildren(type(pane.chooser.focusProxy()))[0]
    choice.setCurrentIndex(choice.findData("quarter"))
    choice.activated.emit(choice.currentIndex())
    settle(page.desk)
    assert [row.row.cells[0] for row in pane.list.model.rows] != before


def test_a_report_is_saved_in_the_form_its_name_says(page: CashPage, settle, monkeypatch, tmp_path: Path) -> None:
    report(page, "receivables", settle)
    for suffix, begin in ((".xlsx", b"PK"), (".pdf", b"%PDF"), (".csv", b"invoice,")):
        path = tmp_path / f"open{suffix}"
        monkeypatch.setattr(page.desk.messages, "save_file", lambda *_given, path=path: path)
        page.reports.pane.save()
        settle(page.desk)
        assert path.read_bytes().startswith(begin)


def test_a_report_is_shown_on_paper(page: CashPage, shell, settle) -> None:
    report(page, "cash-trend", settle)
    page.reports.pane.preview()
    with page.desk.store.read(today=TODAY) as reading:
        assert shell.papers[-1].draw(reading).startswith(b"%PDF")


def test_who_may_not_see_money_sees_no_report_of_it(page: CashPage, settle) -> None:
    page.desk.runner.rights = rights_of(Role.FLOOR)
    report(page, "receivables", settle)
    settle(page.desk)
    assert not [each for each in page.reports.list.model.all_rows if each.shows_money]


# --- the owner's page


def test_the_page_says_in_words_how_long_money_is_tied_up_and_what_it_is_made_of(page: CashPage) -> None:
    view = page.cash
    assert view.headline.text().startswith("Money is tied up for ")
    assert view.headline.text().endswith("than four weeks ago.")
    assert view.tiles[Part.CUSTOMERS].value().endswith(" days")
    assert "÷ sales with tax" in view.tiles[Part.CUSTOMERS].toolTip()
    assert "As of the evening of" in view.tiles[Part.CUSTOMERS].toolTip()
    assert view.effects.table.rows
    assert view.causes.table.rows


def test_the_charts_show_thirteen_periods_and_bars_that_end_at_the_cycle(page: CashPage) -> None:
    sheet = page.cash.sheet
    assert sheet is not None
    assert page.cash.trend is not None
    lines = lines_of(sheet.history.trend)
    assert {len(line.values) for line in lines} == {13}
    bars = bars_of(sheet.history.now, str)
    assert bars[-1].end == pytest.approx(bars[-2].end)


def test_enter_on_a_figure_shows_the_documents_behind_it(qtbot, page: CashPage, settle) -> None:
    qtbot.keyClick(page.cash.tiles[Part.CUSTOMERS], Qt.Key.Key_Return)
    settle(page.desk)
    assert page.reports.isVisible()
    assert page.reports.pane.report is not None
    assert page.reports.pane.report.name == "receivables"
    page.show_record("report", "cash")
    settle(page.desk)
    assert page.cash.isVisible()


def test_a_customer_who_moved_the_cycle_leads_to_what_that_customer_owes(page: CashPage, settle) -> None:
    rows = [row for row in page.cash.causes.table.rows if row.number == "receivables"]
    page.cash.causes.row_opened.emit(rows[0])
    settle(page.desk)
    pane = page.reports.pane
    assert pane.list is not None
    assert pane.list.find_box.text() == rows[0].find


def test_a_line_of_the_lists_opens_its_record(page: CashPage, shell) -> None:
    row = page.cash.stuck.table.rows[0]
    page.cash.stuck.row_opened.emit(row)
    assert shell.asked[-1] == ("record", row.noun, row.number)


def test_another_convention_is_kept_as_a_setting_and_changes_the_figures(page: CashPage, settle) -> None:
    before = page.cash.tiles[Part.SUPPLIERS].value()
    choice = page.cash.conventions.choices["cash_payables_over"]
    choice.setCurrentIndex(choice.findData("purchases"))
    choice.activated.emit(choice.currentIndex())
    settle(page.desk)
    page.refresh()
    settle(page.desk)
    assert page.cash.tiles[Part.SUPPLIERS].value() != before
    with reading(page.desk.store, TODAY) as view:
        assert settings(view).cash_payables_over == "purchases"


def test_an_empty_shop_is_told_why_there_is_no_figure(qtbot, desk, settle) -> None:
    made = workspace(desk)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    settle(desk)
    assert "cannot be said" in made.cash.headline.text()
    assert made.cash.tiles[Part.STOCK].value() == "n/a"


def test_who_may_not_see_money_gets_the_reports_without_it_in_place_of_the_page(qtbot, desk, settle) -> None:
    desk.runner.rights = rights_of(Role.FLOOR)
    made = workspace(desk)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    settle(desk)
    assert not made.cash.isVisible()
    assert made.cash.sheet is None


def test_the_keys_of_the_page_do_not_meet(page: CashPage) -> None:
    assert problems(page.commands()) == ()


def test_the_page_is_shown_on_one_sheet_of_paper(page: CashPage, shell) -> None:
    page.preview()
    with reading(page.desk.store, TODAY) as view:
        assert page_count(shell.papers[-1].draw(view)) == 1


# --- every Friday


def test_the_program_keeps_fridays_page_in_the_folder_of_the_setting(desk, settle, tmp_path: Path) -> None:
    with doing(desk.store, today=TODAY) as tx:
        set_setting(tx, "friday_folder", str(tmp_path))
    FridayPages(desk.runner, desk.messages, desk.runner).look()
    settle(desk)
    assert (tmp_path / "Pegboard cash 2026-11-20.pdf").read_bytes().startswith(b"%PDF")


def test_a_folder_for_friday_that_is_gone_is_said_once(desk, settle, shell, tmp_path: Path) -> None:
    with doing(desk.store, today=TODAY) as tx:
        set_setting(tx, "friday_folder", str(tmp_path / "gone"))
    pages = FridayPages(desk.runner, desk.messages, desk.runner)
    for _time in range(2):
        pages.look()
        settle(desk)
    assert [text for _kind, text in shell.notices if "Friday's page was not saved" in text] == [shell.notices[-1][1]]
