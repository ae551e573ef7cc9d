"""The two charts of the owner's page on paper, black on white: lines told apart by strokes, bars by hatching."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pegboard.documents.fonts import width
from pegboard.documents.sheet import Sheet
from pegboard.domain.cash_cycle import CashCycle
from pegboard.domain.cash_words import part_title
from pegboard.i18n import tr

DASHES: tuple[tuple[float, ...], ...] = ((2.2, 1.0), (0.5, 0.9), (2.2, 0.8, 0.5, 0.8), (4.0, 0.8))
SMALL = 7.0  # points
NAMES = 22.0  # mm at the right of the lines, for their names
AXIS = 9.0  # mm at their left, for the numbers


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a chart stands: its top left corner and size in millimetres."""

    x: float
    y: float
    wide: float
    high: float


@dataclass(frozen=True, slots=True)
class _Scale:
    """Values to heights."""

    frame: Frame
    low: float
    high: float

    def y(self, value: float) -> float:
        """The height on the sheet of a value."""
        return self.frame.y + self.frame.high * (self.high - value) / (self.high - self.low)


def draw_trend(sheet: Sheet, frame: Frame, trend: Sequence[CashCycle], day: Callable[[date], str]) -> None:
    """Draw the four parts and the cycle over time; a gap stands where there is no figure."""
    series: list[tuple[str, list[float | None], bool]] = []
    for place in range(4):
        measures = [cycle.parts[place] for cycle in trend]
        values = [None if measure.days is None else float(measure.days) for measure in measures]
        if any(values):
            series.append((part_title(measures[0].part), values, False))
    cycle = [None if each.days is None else float(each.days) for each in trend]
    if any(value is not None for value in cycle):
        series.append((tr("Cash cycle"), cycle, True))
    known = [value for _name, values, _main in series for value in values if value is not None]
    if not known:
        sheet.text(frame.x, frame.y + 6, tr("n/a"), 9)
        return
    plot = Frame(frame.x + AXIS, frame.y, frame.wide - AXIS - NAMES, frame.high - 5)
    scale = _scale(plot, [0.0, *known])
    _axis(sheet, scale)
    step = plot.wide / max(len(trend) - 1, 1)
    for place, (_name, values, is_main) in enumerate(series):
        for run in _runs([(plot.x + at * step, value) for at, value in enumerate(values)], scale):
            sheet.polyline(run, 0.7 if is_main else 0.25, () if is_main else DASHES[place % 4])
            if is_main:
                for x, y in run:
                    sheet.fill(x - 0.7, y - 0.7, 1.4, 1.4)
    _names(sheet, series, scale, plot.x + plot.wide + 2)
    for at in range(len(trend) - 1, -1, -4):
        sheet.text(plot.x + at * step, frame.y + frame.high - 0.5, day(trend[at].period.last), SMALL, align="center")


def _runs(points: Sequence[tuple[float, float | None]], scale: _Scale) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for x, value in points:
        if value is None:
            runs.append([])
        else:
            runs[-1].append((x, scale.y(value)))
    return [run for run in runs if run]


def _scale(frame: Frame, values: Sequence[float]) -> _Scale:
    low, high = min(values), max(1.0, *values)
    margin = (high - low) * 0.06
    return _Scale(frame, low - (margin if low < 0 else 0), high + margin)


def _axis(sheet: Sheet, scale: _Scale) -> None:
    frame = scale.frame
    step = _tick_step(scale.high - scale.low)
    value = step * int(scale.low / step)
    while value <= scale.high:
        y = scale.y(value)
        sheet.polyline([(frame.x, y), (frame.x + frame.wide, y)], 0.15, () if value == 0 else (0.2, 1.2))
        sheet.text(frame.x - 1.5, y + 0.9, f"{value:g}".replace("-", "−"), SMALL, align="right")
        value += step


def _tick_step(span: float) -> float:
    return next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if span / step <= 6)


def _names(sheet: Sheet, series: Sequence[tuple[str, list[float | None], bool]], scale: _Scale, x: float) -> None:
    """Write each line's name at its end, moved up where two would touch."""
    ends = [(scale.y(values[-1]), name, is_main) for name, values, is_main in series if values[-1] is not None]
    highest = float("inf")
    for y, name, is_main in sorted(ends, reverse=True):
        place = min(y + 0.9, highest)
        highest = place - 3.0
        sheet.text(x, place, name, SMALL, is_main)


def draw_make_up(sheet: Sheet, frame: Frame, now: CashCycle, number: Callable[[Fraction], str]) -> None:
    """Draw a bar for each part, each from where the one before ended, and the cycle in full black."""
    if now.days is None:
        sheet.text(frame.x, frame.y + 6, tr("n/a"), 9)
        return
    levels: list[tuple[str, Fraction, Fraction, Fraction]] = []
    level = Fraction(0)
    for measure in now.parts:
        change = measure.part.sign * (measure.days or Fraction(0))
        levels.append((part_title(measure.part), level, level + change, change))
        level += change
    levels.append((tr("Cash cycle"), Fraction(0), now.days, now.days))
    plot = Frame(frame.x, frame.y + 4, frame.wide, frame.high - 9)
    scale = _scale(plot, [0.0, *(float(each) for _name, begin, end, _change in levels for each in (begin, end))])
    step = plot.wide / len(levels)
    for place, (name, begin, end, change) in enumerate(levels):
        x, is_main = plot.x + place * step + step * 0.18, place == len(levels) - 1
        top, bottom = scale.y(float(max(begin, end))), scale.y(float(min(begin, end)))
        bar = Frame(x, top, step * 0.64, bottom - top)
        if is_main:
            sheet.fill(bar.x, bar.y, bar.wide, bar.high)
        else:
            _hatch(sheet, bar, place)
        sheet.text(x + bar.wide / 2, top - 1.0, number(change), 7.5, is_main, "center")
        size = min(SMALL, SMALL * (step - 1) / max(width(name, SMALL), 0.1))
        sheet.text(x + bar.wide / 2, frame.y + frame.high - 0.5, name, size, is_main, "center")
    sheet.line(plot.x, scale.y(0), plot.x + plot.wide, scale.y(0), 0.25)


def _hatch(sheet: Sheet, bar: Frame, place: int) -> None:
    """Frame a bar and fill it: grey, one way, the other way, or both."""
    if place == 0:
        sheet.shade(bar.x, bar.y, bar.wide, bar.high, 0.72)
    if place in (1, 3):
        _strokes(sheet, bar, is_rising=True)
    if place in (2, 3):
        _strokes(sheet, bar, is_rising=False)
    sheet.box(bar.x, bar.y, bar.wide, bar.high, 0.25)


def _strokes(sheet: Sheet, bar: Frame, *, is_rising: bool) -> None:
    offset = 1.6
    while offset < bar.wide + bar.high:
        begin = max(0.0, offset - bar.high), min(offset, bar.high)
        end = min(offset, bar.wide), max(0.0, offset - bar.wide)
        points = [begin, end]
        if not is_rising:
            points = [(bar.wide - x, y) for x, y in points]
        (x1, y1), (x2, y2) = points
        sheet.line(bar.x + x1, bar.y + y1, bar.x + x2, bar.y + y2, 0.15)
        offset += 1.6
