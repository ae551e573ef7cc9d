"""Cash: what the owner sees on Friday, and how each figure leads down to its documents."""

import datetime
from pathlib import Path

import pytest
from tests.builders import doing
from tests.reports.trade import trade

from pegboard.reports import all_reports
from pegboard.ui.cash.workspace import CashPage, workspace

TODAY = datetime.date(2026, 11, 23)


@pytest.fixture
def page(qtbot, desk, settle) -> CashPage:
    with doing(desk.store, today=TODAY) as tx:
        trade(tx, TODAY)
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


@pytest.mark.parametrize("name", [each.name for each in all_reports()])
def test_every_report_is_shown_with_its_rows_and_notes(page: CashPage, settle, name: str) -> None:
    report(page, name, settle)
    pane = page.reports.pane
    assert pane.report is not None
    assert pane.report.name == name
    assert pane.list is not None
    assert len(pane.list.columns) == len(pane.report.columns())


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
    page.desk.sees_money = lambda: False
    page.refresh()
    settle(page.desk)
    assert not [each for each in page.reports.list.model.all_rows if each.shows_money]
