"""What the charts of the Cash page show, as plain values."""

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction

from pegboard.domain.cash_cycle import CashCycle, Part
from pegboard.domain.cash_words import part_title
from pegboard.i18n import tr
from pegboard.ui.cash.charts import Bar, Line


def lines_of(trend: Sequence[CashCycle]) -> list[Line]:
    """A line for each part that was ever anything, and the cycle as the main one."""
    lines = []
    for place in range(4):
        measures = [cycle.parts[place] for cycle in trend]
        values = tuple(None if measure.days is None else float(measure.days) for measure in measures)
        if any(values):
            lines.append(Line(part_title(measures[0].part), values))
    cycle_days = tuple(None if cycle.days is None else float(cycle.days) for cycle in trend)
    if any(value is not None for value in cycle_days):
        lines.append(Line(tr("Cash cycle"), cycle_days, is_main=True))
    return lines


def ticks_of(trend: Sequence[CashCycle], day: Callable[[date], str]) -> list[str]:
    """The last day of each period."""
    return [day(cycle.period.last) for cycle in trend]


def bars_of(now: CashCycle, number: Callable[[Fraction], str]) -> list[Bar]:
    """A bar for each part, each from where the one before ended, and the cycle; nothing where a part is unknown."""
    if now.days is None:
        return []
    bars: list[Bar] = []
    level = Fraction(0)
    for measure in now.parts:
        if not measure.days and measure.part is Part.DEPOSITS:
            continue
        change = measure.part.sign * (measure.days or Fraction(0))
        text = number(change)
        bars.append(Bar(part_title(measure.part), text, float(level), float(level + change)))
        level += change
    return [*bars, Bar(tr("Cash cycle"), number(now.days), 0.0, float(now.days), is_main=True)]
