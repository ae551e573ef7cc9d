"""The scanner types like a person, only faster: codes are taken wherever the focus is, typing is left alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from pegboard.domain.codes import ScanCode, code_text
from pegboard.ui import scan

CODE = code_text(ScanCode("WO", "WO-0123", 30, "P7K3"))


class Clock:
    """Time as the test tells it."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def field(qtbot, look):
    made = QLineEdit()
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.setFocus()
    return made


@pytest.fixture
def scanner(qapp, clock, field):
    made = scan.ScanFilter("PGB", lambda text: scan.is_code(text, "PGB"), clock=clock)
    made.codes = []
    made.wrong = []
    made.scanned.connect(made.codes.append)
    made.unknown.connect(made.wrong.append)
    qapp.installEventFilter(made)
    yield made
    qapp.removeEventFilter(made)


def press(qtbot, clock, field, text, gap=0.005):
    for letter in text:
        clock.now += gap
        if letter == "\r":
            qtbot.keyClick(field, Qt.Key.Key_Return)
        else:
            qtbot.keyClicks(field, letter)


def test_a_scan_is_taken_and_nothing_of_it_reaches_the_field(qtbot, clock, field, scanner):
    entered = []
    field.returnPressed.connect(lambda: entered.append(True))
    press(qtbot, clock, field, f"{CODE}\r")
    assert scanner.codes == [CODE]
    assert field.text() == ""
    assert entered == []


def test_a_scan_without_enter_is_taken_after_a_moment(qtbot, clock, field, scanner):
    press(qtbot, clock, field, CODE)
    qtbot.waitUntil(lambda: scanner.codes == [CODE])


def test_the_same_code_at_once_counts_once_and_later_again(qtbot, clock, field, scanner):
    press(qtbot, clock, field, f"{CODE}\r{CODE}\r")
    assert scanner.codes == [CODE]
    clock.now += 2
    press(qtbot, clock, field, f"{CODE}\r")
    assert scanner.codes == [CODE, CODE]


def test_a_fast_typist_is_no_scanner(qtbot, clock, field, scanner):
    press(qtbot, clock, field, "Purchase PGB and Pegs\r", gap=0.01)
    assert field.text() == "Purchase PGB and Pegs"
    assert scanner.codes == []


def test_a_person_who_types_slowly_keeps_every_letter(qtbot, clock, field, scanner):
    press(qtbot, clock, field, "PGBWO0123", gap=0.2)
    qtbot.waitUntil(lambda: field.text() == "PGBWO0123")
    assert scanner.codes == []


def test_a_misread_code_is_told_and_kept_out_of_the_field(qtbot, clock, field, scanner):
    press(qtbot, clock, field, f"{CODE[:-1]}{'A' if CODE[-1] != 'A' else 'B'}\r")
    assert len(scanner.wrong) == 1
    assert field.text() == ""


def test_a_supplier_s_code_goes_where_the_cursor_is(qtbot, clock, field, scanner):
    press(qtbot, clock, field, "4006381333931\r")
    assert field.text() == "4006381333931"


def test_a_code_names_its_record():
    assert scan.record_of(CODE, "PGB") == ("work_order", "WO-0123")
    assert QApplication.instance() is not None


def test_a_code_says_which_print_it_stands_on() -> None:
    assert scan.print_of(CODE, "PGB") == "P7K3"
    assert scan.print_of(code_text(ScanCode("BN", "MAIN")), "PGB") == ""
