"""Dialogs: verbs on their buttons, Cancel as the default, a fault reported once."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton

from pegboard.domain.errors import Refused
from pegboard.ui import messages as messages_module


@pytest.fixture
def shown(monkeypatch, no_unexpected_dialogs):
    """Dialogs that were shown, each answered with Enter."""
    seen = []

    def answer(dialog):
        seen.append(dialog)
        if isinstance(dialog, QMessageBox):
            dialog.defaultButton().click()
        return 0

    monkeypatch.setattr(messages_module, "run_modal", answer)
    return seen


def test_enter_never_does_what_cannot_be_reversed(desk, shown):
    done = []
    desk.messages.confirm("Cancel SO-0001?", "Its jobs lose their demand.", "Cancel the order", lambda: done.append(1))
    (box,) = shown
    assert [button.text() for button in box.buttons()] == ["Cancel the order", "Cancel"]
    assert done == []


def test_the_verb_does_it(desk, monkeypatch):
    monkeypatch.setattr(messages_module, "run_modal", lambda box: box.buttons()[0].click() or 0)
    done = []
    desk.messages.confirm("Cancel SO-0001?", "Really?", "Cancel the order", lambda: done.append(1))
    assert done == [1]
    assert desk.messages.choose("Which?", "One of them.", ("First", "Second")) == 0


def test_a_fault_is_reported_once_with_what_a_developer_needs(desk, shell, shown):
    try:
        raise ZeroDivisionError("x")
    except ZeroDivisionError as error:
        desk.messages.report_bug("order.confirm", error)
        desk.messages.report_bug("order.confirm", error)
    (form,) = shown
    report = form.report.toPlainText()
    assert "order.confirm" in report
    assert "ZeroDivisionError" in report
    assert "test_messages.py" in report
    assert shell.notices[-1][0] == "error"


def test_a_report_holds_nothing_that_a_person_typed(desk, shown):
    try:
        {"LAMP": 1}["Möbelhaus Bauer"]
    except KeyError as error:
        desk.messages.report_bug("order.confirm", error)
    report = shown[0].report.toPlainText()
    assert "KeyError" in report
    assert "Bauer" not in report


def test_a_report_is_copied_and_saved(desk, shown, monkeypatch, tmp_path):
    desk.messages.report_bug("order.confirm", ZeroDivisionError())
    (form,) = shown
    buttons = {button.text(): button for button in form.findChildren(QPushButton)}
    buttons["Copy"].click()
    assert QGuiApplication.clipboard().text() == form.report.toPlainText()
    monkeypatch.setattr(messages_module.QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "r.txt"), ""))
    buttons["Save report…"].click()
    assert "ZeroDivisionError" in (tmp_path / "r.txt").read_text(encoding="utf-8")
    monkeypatch.setattr(messages_module.QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "r.txt"), ""))
    buttons["Save report…"].click()
    assert "No such file" in form._said.text()


def test_what_can_be_mended_is_no_dialog(desk, shell, shown):
    desk.messages.error(Refused("It is shipped.", hint="Enter a return."))
    assert shown == []
    assert shell.notices == [("error", "It is shipped. Enter a return.")]


@pytest.mark.parametrize(("chosen", "saved"), [("list", "list.xlsx"), ("list.csv", "list.csv"), ("", None)])
def test_a_file_without_a_suffix_gets_that_of_its_kind(desk, monkeypatch, tmp_path, chosen, saved):
    name = str(tmp_path / chosen) if chosen else ""
    answer = (name, "Spreadsheet (*.xlsx)")
    monkeypatch.setattr(messages_module.QFileDialog, "getSaveFileName", lambda *_: answer)
    path = desk.messages.save_file("Export", "Spreadsheet (*.xlsx);;CSV (*.csv)", "list.xlsx")
    assert (path.name if path else None) == saved
