"""A short table of fields inside a form: one row for each open document or receipt, scrolled where there are many."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QSizePolicy, QWidget

from pegboard.ui import theme
from pegboard.ui.fields import Field

MOST_ROWS = 7  # shown without scrolling
ROW_HEIGHT = 34


class LineRows(QScrollArea):
    """Rows of words with fields at their right, under a head; Tab walks through the fields."""

    def __init__(self, title: str, head: Sequence[str]) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys go to the fields inside
        self._inside = QWidget()
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(0, 0, theme.GAP, 0)
        self._grid.setHorizontalSpacing(theme.GAP)
        self._grid.setVerticalSpacing(theme.STEP)
        self._rows = 0
        for place, text in enumerate(head):
            label = QLabel(text)
            label.setProperty("secondary", True)
            self._grid.addWidget(label, 0, place)
        self.setWidget(self._inside)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._fit()

    def add_row(self, words: Sequence[str], fields: Sequence[Field]) -> None:
        """Add a row: its words, then its fields."""
        self._rows += 1
        for place, text in enumerate(words):
            label = QLabel(text)
            if place == len(words) - 1:
                self._grid.setColumnStretch(place, 1)
            self._grid.addWidget(label, self._rows, place)
        for place, field in enumerate(fields, len(words)):
            field.setFixedWidth(96)
            self._grid.addWidget(field, self._rows, place)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(ROW_HEIGHT * (min(self._rows, MOST_ROWS) + 1))
        # Only rows are scrolled to: the last field of a row must not be cut.
        self.setMinimumWidth(self._inside.sizeHint().width() + self.verticalScrollBar().sizeHint().width())
