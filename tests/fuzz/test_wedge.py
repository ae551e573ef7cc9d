"""The scanner filter under a storm of keys: whatever comes, and however fast, no typed letter is lost or doubled."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from pegboard.domain.codes import KINDS, ScanCode, code_text
from pegboard.ui import scan

CODES = [code_text(ScanCode(kind, f"{kind}-0123", None, "P7K3")) for kind in KINDS]
SLOW, QUICK = 0.2, 0.004
TRY = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
LETTERS = st.text(
    st.one_of(
        st.sampled_from("PGBWO0123-:.*%"),
        st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc"]),
    ),
    max_size=30,
)


class Wedge:
    """A field, a filter before it, and a keyboard on which person and scanner press keys."""

    def __init__(self, application: QApplication) -> None:
        self.now = 100.0
        self.codes: list[str] = []
        self.wrong: list[str] = []
        self.field = QLineEdit()
        self.filter = scan.ScanFilter("PGB", lambda text: scan.is_code(text, "PGB"), clock=lambda: self.now)
        self.filter.scanned.connect(self.codes.append)
        self.filter.unknown.connect(self.wrong.append)
        self.application = application

    def type(self, text: str, gap: float) -> None:
        """Press the keys of a text, so many seconds apart."""
        for letter in text:
            self.now += gap
            key = Qt.Key.Key_Return if letter == "\r" else Qt.Key.Key_Tab if letter == "\t" else Qt.Key(0)
            self._press(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, letter))

    def _press(self, event: QKeyEvent) -> None:
        if not self.filter.eventFilter(self.field, event):
            QApplication.sendEvent(self.field, event)

    def wait(self) -> None:
        """Nothing is pressed for a while."""
        self.now += SLOW
        if self.filter._timer.isActive():
            self.filter._settle()
        self.now += 2


@pytest.fixture
def application(qapp: QApplication) -> Iterator[QApplication]:
    return qapp


@TRY
@given(LETTERS)
def test_what_a_person_types_arrives_as_it_was_typed(application: QApplication, text: str) -> None:
    wedge = Wedge(application)
    wedge.type(text, SLOW)
    wedge.wait()
    assert wedge.codes == []
    assert wedge.field.text() == text


@TRY
@given(LETTERS, st.sampled_from(CODES), st.sampled_from(["\r", "\t", "", "\r\r"]), LETTERS)
def test_a_scan_between_typing_is_a_scan_and_the_typing_stays(
    application: QApplication, before: str, code: str, end: str, after: str
) -> None:
    wedge = Wedge(application)
    wedge.type(before, SLOW)
    wedge.wait()
    wedge.type(code + end, QUICK)
    wedge.wait()
    wedge.type(after, SLOW)
    wedge.wait()
    assert wedge.codes == [code]
    assert wedge.field.text() == before + after


@TRY
@given(
    st.lists(
        st.tuples(st.one_of(LETTERS, st.sampled_from(CODES)), st.sampled_from([SLOW, QUICK, 0.03, 0.05])), max_size=6
    )
)
def test_a_storm_of_keys_brings_no_code_that_nobody_sent(
    application: QApplication, storm: list[tuple[str, float]]
) -> None:
    wedge = Wedge(application)
    sent = ""
    for text, gap in storm:
        wedge.type(text, gap)
        sent += text
    wedge.wait()
    for code in wedge.codes:
        assert code in sent
        assert scan.is_code(code, "PGB")
    held_back = "".join((*wedge.codes, *wedge.wrong))
    assert len(wedge.field.text()) + len(held_back) <= len(sent)


@TRY
@given(st.sampled_from(CODES), st.integers(1, 4))
def test_a_code_delivered_twice_counts_once(application: QApplication, code: str, times: int) -> None:
    wedge = Wedge(application)
    for _time in range(times):
        wedge.type(code + "\r", QUICK)
    wedge.wait()
    is_number = scan.is_number(code, "PGB")
    assert wedge.codes == [code] * (times if is_number else 1)
    assert wedge.field.text() == ""
