"""Guards against a binding that drops references to None: PySide6 6.12.0 does, and brings Python 3.11 down."""

import sys

from PySide6.QtWidgets import QLabel


def test_calls_that_return_nothing_leave_none_alone(qtbot):
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for count in range(1_000):
        label.setText(str(count))
    assert abs(sys.getrefcount(None) - before) < 100
