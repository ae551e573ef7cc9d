"""The shop's working calendar: Monday to Friday work, but for the days that say otherwise.

Days are proleptic ordinals (`datetime.date.toordinal`), so that the planner counts with plain integers. A lead time of
n working days from a working day d ends on the n-th working day after d; a closed day stands for the working day after
it when counting forward and for the one before it when counting backward.
"""

import datetime
from collections.abc import Mapping

FURTHEST = datetime.date.max.toordinal()


class ShopCalendar:
    """Answers which days are worked and counts working days.

    >>> monday = datetime.date(2026, 1, 5).toordinal()
    >>> calendar = ShopCalendar({})
    >>> datetime.date.fromordinal(calendar.add(monday, 5)).isoformat()
    '2026-01-12'
    """

    def __init__(self, exceptions: Mapping[int, bool]) -> None:
        """Take the days that differ: ordinal -> is it worked."""
        self._exceptions = dict(exceptions)
        self._added: dict[tuple[int, int], int] = {}

    def is_working(self, day: int) -> bool:
        """Say whether the shop works on that day."""
        exception = self._exceptions.get(day)
        return (day + 6) % 7 < 5 if exception is None else exception

    def on_or_before(self, day: int) -> int:
        """The last working day up to and including `day`."""
        while not self.is_working(day) and day > 1:
            day -= 1
        return day

    def on_or_after(self, day: int) -> int:
        """The first working day from `day` on."""
        while not self.is_working(day) and day < FURTHEST:
            day += 1
        return day

    def add(self, day: int, count: int) -> int:
        """The working day `count` working days after `day` (before it where negative)."""
        key = (day, count)
        known = self._added.get(key)
        if known is None:
            known = self._added[key] = self._step(day, count)
        return known

    def subtract(self, day: int, count: int) -> int:
        """The working day `count` working days before `day`."""
        return self.add(day, -count) if count else self.on_or_before(day)

    def working_days(self, first: int, last: int) -> int:
        """How many working days must be added to `first` to reach `last`."""
        count = max(0, (last - first) // 7 * 5 - 5) if not self._exceptions else 0
        while self.add(first, count) < last:
            count += 1
        return count

    def _step(self, day: int, count: int) -> int:
        step = 1 if count >= 0 else -1
        day = self.on_or_after(day) if step > 0 else self.on_or_before(day)
        if not self._exceptions:
            weeks, left = divmod(abs(count), 5)
            day, count = day + 7 * weeks * step, left
        for _ in range(abs(count)):
            day += step
            while not self.is_working(day):
                if not 1 < day < FURTHEST:
                    return day
                day += step
        return day
