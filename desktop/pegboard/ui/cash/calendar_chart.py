"""The chart of the cash calendar: what comes in above the axis, what goes out below it, and the cash as lines.

Bars in are filled, bars out hatched, lines differ by stroke and sign, the low point is a star with its words: it reads
in black and white. pyqtgraph and numpy are imported here; the page imports this module when it has data to draw.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy
import pyqtgraph
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from pegboard.i18n import tr
from pegboard.ui import theme
from pegboard.ui.cash.charts import Chart, Line

LEAST_HEIGHT, MOST_HEIGHT = 150, 340  # pixels: the chart takes what the table leaves
BAR_WIDTH = 0.34  # of a week
NAME_ROOM = 0.16  # of the weeks' width, for the lines' names
TICK_WIDTH = 62  # pixels that a day under the axis needs
HEADROOM = 0.16  # of the height, for the words of the low point
FOOTROOM = 0.13  # of the height, for the words under a bar
WORDS_WEEKS = 4  # over which the words of the low point stand
WORDS_HEIGHT = 30  # pixels of a line of words, with some air


@dataclass(frozen=True, slots=True)
class CalendarDrawing:
    """What the chart shows, in units of the currency.

    Attributes: ticks: the first day of each week; received, paid: of each week, both positive; lines: of the cash, the
    main one first; low: the place of the low point on the main line; low_words: what it says.
    """

    ticks: tuple[str, ...]
    received: tuple[float, ...]
    paid: tuple[float, ...]
    lines: tuple[Line, ...]
    low: int
    low_words: str


class CalendarChart(Chart):
    """Thirteen weeks of cash."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._drawing: CalendarDrawing | None = None
        self.setMinimumHeight(LEAST_HEIGHT)
        self.setMaximumHeight(MOST_HEIGHT)

    def sizeHint(self) -> QSize:
        """Qt: no higher than it must be, so that the table finds room below."""
        return QSize(600, LEAST_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: as many days stand under the axis as there is room for."""
        super().resizeEvent(event)
        drawing = getattr(self, "_drawing", None)
        if drawing is not None:
            self.show_calendar(drawing)

    def show_calendar(self, drawing: CalendarDrawing) -> None:
        """Draw bars, lines and the low point."""
        self._drawing = drawing
        self.begin()
        count = len(drawing.ticks)
        self._bars(drawing.received, filled=True)
        self._bars([-paid for paid in drawing.paid], filled=False)
        self._zero()
        for place, line in reversed(tuple(enumerate(drawing.lines))):
            values = numpy.array(line.values, dtype=float)
            self.plot(numpy.arange(count), values, **self.style_of(line, place))
        low, high = self._range(drawing)
        self.setXRange(-0.6, count * (1 + NAME_ROOM) - 0.4, padding=0)
        self.setYRange(low, high, padding=0)
        every = max(1, -(-TICK_WIDTH * count // max(self.width() - 150, 1)))
        self.getAxis("bottom").setTicks([[(at, drawing.ticks[at]) for at in range(0, count, every)]])
        self._name_bars(drawing, high - low)
        self.name_lines(drawing.lines, count - 0.6, low, high)
        self._mark_low(drawing, high - low)

    def _range(self, drawing: CalendarDrawing) -> tuple[float, float]:
        known = [float(value or 0.0) for line in drawing.lines for value in line.values]
        low = min([0.0, *known, *(-paid for paid in drawing.paid)])
        high = max([1.0, *known, *drawing.received])
        foot = max(FOOTROOM, WORDS_HEIGHT / max(self.height() - WORDS_HEIGHT, 60))
        return low - (high - low) * foot, high + (high - low) * HEADROOM

    def _bars(self, heights: Sequence[float], *, filled: bool) -> None:
        ink = QColor(theme.colours().secondary)
        style = Qt.BrushStyle.Dense4Pattern if filled else Qt.BrushStyle.BDiagPattern
        pen = QPen(ink, 1)
        pen.setCosmetic(True)
        item = pyqtgraph.BarGraphItem(
            x=list(range(len(heights))), height=list(heights), width=BAR_WIDTH, brush=QBrush(ink, style)
        )
        item.setOpts(pen=pen)
        self.addItem(item)

    def _zero(self) -> None:
        pen = QPen(QColor(theme.colours().secondary), 1)
        pen.setCosmetic(True)
        self.addItem(pyqtgraph.InfiniteLine(pos=0, angle=0, pen=pen), ignoreBounds=True)

    def _name_bars(self, drawing: CalendarDrawing, height: float) -> None:
        """The tallest bar of each side says what its side is."""
        for amounts, sign, words in ((drawing.received, 1, tr("comes in")), (drawing.paid, -1, tr("goes out"))):
            places = [
                place for place in range(len(amounts)) if place != drawing.low or sign < 0
            ]  # there its words stand
            tallest = max(places, key=lambda place: amounts[place], default=0)
            if amounts and amounts[tallest]:
                anchor = (0.5, 1.0) if sign > 0 else (0.5, 0.0)
                self.write(words, tallest, sign * (amounts[tallest] + height * 0.02), anchor, is_on_lines=True)

    def _mark_low(self, drawing: CalendarDrawing, height: float) -> None:
        """A star on the low point, and its words above whatever stands there."""
        if not drawing.lines:
            return
        colours = theme.colours()
        cash = float(drawing.lines[0].values[drawing.low] or 0.0)
        count = len(drawing.ticks)
        is_late = drawing.low > count * 0.6
        near = range(max(0, drawing.low - WORDS_WEEKS), drawing.low + 1) if is_late else range(drawing.low, count)
        near = near[: WORDS_WEEKS + 1]
        tops = [float(line.values[at] or 0.0) for line in drawing.lines for at in near]
        top = max([0.0, *tops, *(drawing.received[at] for at in near)]) + height * 0.09
        pen = QPen(QColor(colours.text), 1, Qt.PenStyle.DotLine)
        pen.setCosmetic(True)
        outline = QPen(QColor(colours.text), 1)
        outline.setCosmetic(True)
        self.plot([drawing.low, drawing.low], [cash, top], pen=pen)
        self.plot(
            [drawing.low], [cash], pen=None, symbol="star", symbolSize=17, symbolBrush=colours.text, symbolPen=outline
        )
        self.write(drawing.low_words, drawing.low, top, (1.0 if is_late else 0.0, 1.0), is_main=True)
