"""The two charts of the Cash page: the cycle over time, and what it is made of.

Lines differ by their strokes and signs, bars by their hatching, each with its name beside it: they read without colour.
pyqtgraph and numpy are imported here; this module is imported when the page has data to draw.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy
import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from pegboard.ui import theme

LABEL_GAP = 14  # pixels between two names at the right edge
NAME_ROOM = 0.4  # of the lines' width, for their names; more where that is narrower than a name
NAME_WIDTH = 84  # pixels
TICK_WIDTH = 52  # pixels of a day below the lines
AXIS_WIDTH = 45


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the trend: its name, its values (None: a gap), and whether it is the one that matters."""

    name: str
    values: tuple[float | None, ...]
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the make-up, from one level to another, with its name and figure."""

    name: str
    text: str
    begin: float
    end: float
    is_main: bool = False


STROKES = (Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine, Qt.PenStyle.DashDotDotLine)
SIGNS = ("s", "t", "d", "x")
HATCHES = (
    Qt.BrushStyle.Dense4Pattern,
    Qt.BrushStyle.FDiagPattern,
    Qt.BrushStyle.BDiagPattern,
    Qt.BrushStyle.DiagCrossPattern,
)


class Chart(pyqtgraph.PlotWidget):  # type: ignore[misc]  # the package has no types
    """A plot in the program's colours that only shows."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setMinimumHeight(170)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.setFrameShape(self.Shape.NoFrame)

    def begin(self) -> None:
        """Empty the plot and take the colours that are in force."""
        colours = theme.colours()
        self.clear()
        self.setBackground(colours.page)
        for name in ("bottom", "left"):
            axis = self.getAxis(name)
            axis.setPen(QPen(QColor(colours.line)))
            axis.setTextPen(QColor(colours.secondary))
            axis.setStyle(tickFont=theme.body_font(theme.SMALL))

    def write(
        self,
        text: str,
        x: float,
        y: float,
        anchor: tuple[float, float],
        *,
        is_main: bool = False,
        is_on_lines: bool = False,
    ) -> None:
        """Write a few words into the plot; those that stand on lines cover them."""
        colours = theme.colours()
        ink = QColor(colours.text if is_main else colours.secondary)
        label = pyqtgraph.TextItem(text, color=ink, anchor=anchor, fill=QColor(colours.page) if is_on_lines else None)
        font = theme.body_font(theme.SMALL)
        font.setBold(is_main)
        label.setFont(font)
        label.setPos(x, y)
        self.addItem(label, ignoreBounds=True)

    def style_of(self, line: Line, place: int) -> dict[str, object]:
        """Stroke and sign of a line, so that lines can be told apart without colour."""
        colours = theme.colours()
        if line.is_main:
            pen = QPen(QColor(colours.accent), 2.5)
            pen.setCosmetic(True)
            return {"pen": pen, "symbol": "o", "symbolSize": 6, "symbolBrush": colours.accent, "symbolPen": None}
        pen = QPen(QColor(colours.secondary), 1.3, STROKES[place % len(STROKES)])
        pen.setCosmetic(True)
        outline = QPen(QColor(colours.secondary), 1)
        outline.setCosmetic(True)  # else it grows with the sign
        return {
            "pen": pen,
            "symbol": SIGNS[place % 4],
            "symbolSize": 6,
            "symbolBrush": colours.page,
            "symbolPen": outline,
        }

    def name_lines(self, lines: Sequence[Line], x: float, low: float, high: float) -> None:
        """Write the name of each line beside its end, from `x` on, one below the other between `low` and `high`."""
        gap = (high - low) * LABEL_GAP / max(self.height() - 30, 60)
        ends = [(line.values[-1] or 0.0, line) for line in lines if line.values and line.values[-1] is not None]
        places: list[float] = []
        for value, _line in sorted(ends, key=lambda end: end[0]):
            places.append(max(value, places[-1] + gap) if places else value)
        above = max(0.0, places[-1] + gap / 2 - high) if places else 0.0
        for place, (_value, line) in zip(places, sorted(ends, key=lambda end: end[0]), strict=True):
            self.write(line.name, x, place - above, (0.0, 0.5), is_main=line.is_main)

    def closeEvent(self, event: object) -> None:
        """Qt: nothing of the plot is torn down by hand, since the page may still be drawing it."""


class TrendChart(Chart):
    """Lines over periods, the newest at the right, each with its name at its end."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._lines: tuple[Line, ...] = ()
        self._ticks: tuple[str, ...] = ()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: names that would touch are moved apart anew."""
        super().resizeEvent(event)
        if getattr(self, "_lines", ()):
            self.show_lines(self._lines, self._ticks)

    def show_lines(self, lines: Sequence[Line], ticks: Sequence[str]) -> None:
        """Draw `lines`; `ticks` name the periods."""
        self._lines, self._ticks = tuple(lines), tuple(ticks)
        self.begin()
        count = len(ticks)
        places = numpy.arange(count)
        for place, line in enumerate(lines):
            values = numpy.array([numpy.nan if value is None else value for value in line.values], dtype=float)
            self.plot(places, values, connect="finite", **self.style_of(line, place))
        room = self._name_room(count)
        days_width = (self.width() - AXIS_WIDTH) / (1 + room)
        every = max(1, count // 4, math.ceil(count * TICK_WIDTH / max(days_width, TICK_WIDTH)))
        shown = [(place, ticks[place]) for place in range(count) if (count - 1 - place) % every == 0]
        self.getAxis("bottom").setTicks([shown])
        self.setXRange(-0.3, count * (1 + room) - 1, padding=0)
        known = [value for line in lines for value in line.values if value is not None]
        low, high = min([0.0, *known]), max([1.0, *known])
        margin = (high - low) * 0.08
        self.setYRange(low - margin, high + margin, padding=0)
        self.name_lines(lines, count - 0.75, low - margin, high + margin)

    def _name_room(self, count: int) -> float:
        """The part of the lines' width that their names need at the right."""
        share: float = min(NAME_WIDTH / max(self.width() - AXIS_WIDTH, 1), 0.6)  # of the whole plot
        return max(NAME_ROOM, (share * (count - 0.7) + 0.25) / (count * (1 - share)))


class MakeUpChart(Chart):
    """Bars that begin where the one before ended, the result last."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._bars: tuple[Bar, ...] = ()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: names that would touch are shortened anew."""
        super().resizeEvent(event)
        if getattr(self, "_bars", ()):
            self.show_bars(self._bars)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Draw `bars` from left to right."""
        self._bars = tuple(bars)
        self.begin()
        self.hideAxis("left")
        colours = theme.colours()
        for place, bar in enumerate(bars):
            ink = QColor(colours.accent if bar.is_main else colours.secondary)
            brush = QBrush(ink, Qt.BrushStyle.SolidPattern if bar.is_main else HATCHES[place % len(HATCHES)])
            item = pyqtgraph.BarGraphItem(
                x=[place], y0=[min(bar.begin, bar.end)], y1=[max(bar.begin, bar.end)], width=0.62, brush=brush
            )
            pen = QPen(ink, 1)
            pen.setCosmetic(True)
            item.setOpts(pen=pen)
            self.addItem(item)
            self.write(bar.text, place, max(bar.begin, bar.end), (0.5, 1.0), is_main=bar.is_main)
        metrics = QFontMetrics(theme.body_font(theme.SMALL))
        each = self.width() // max(1, len(bars)) - theme.STEP
        names = [metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, each) for bar in bars]
        self.getAxis("bottom").setTicks([list(enumerate(names))])
        levels = [0.0, *(bar.begin for bar in bars), *(bar.end for bar in bars)]
        low, high = min(levels), max([1.0, *levels])
        self.setYRange(low - (high - low) * 0.05, high + (high - low) * 0.15, padding=0)
        self.setXRange(-0.5, len(bars) - 0.5, padding=0)
