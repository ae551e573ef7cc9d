"""Above the board: how many customer jobs are at work of those that the caps allow."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from pegboard.i18n import tr
from pegboard.queries.kanban_caps import Cap
from pegboard.ui import theme
from pegboard.ui.detail import MarkLabel
from pegboard.ui.marks import Mark, State

SHOWN = 6  # work centers beside the shop; the page Kanban has them all


class CapLine(QWidget):
    """A mark for each cap, such as "whole shop 3 of 6"; nothing is shown where no cap is set."""

    def __init__(self) -> None:
        super().__init__()
        self._marks: list[MarkLabel] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.STEP, 0, 0, 0)
        self._row.setSpacing(theme.GAP)
        title = QLabel(tr("Customer jobs at work"))
        title.setProperty("secondary", True)
        self._row.addWidget(title)
        self._row.addStretch(1)
        self.setToolTip(tr("No further customer job is released where a cap is reached: page Kanban, Caps."))
        self.hide()

    def show_caps(self, caps: Sequence[Cap]) -> None:
        """Show these caps."""
        for mark in self._marks:
            self._row.removeWidget(mark)
            mark.deleteLater()
        self._marks = []
        for place, cap in enumerate(caps[:SHOWN], 1):
            mark = MarkLabel(cap_mark(cap))
            self._marks.append(mark)
            self._row.insertWidget(place, mark)
        self.setVisible(bool(caps))


def cap_mark(cap: Cap) -> Mark:
    """Return how many of a cap are at work; one that is reached says so by its shape."""
    place = cap.work_center or tr("whole shop")
    text = tr("{place} {count} of {limit}", place=place, count=len(cap.jobs), limit=cap.limit)
    return Mark(State.SHORT if cap.is_full else State.READY, text)
