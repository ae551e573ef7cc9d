"""Amounts by day, summed up once and then looked up for any evening or period."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import accumulate

from pegboard.domain.period import Period


class DaySums:
    """What had come together by an evening, or within a period, in whole units such as cents."""

    def __init__(self, amounts: Iterable[tuple[int, int]]) -> None:
        """`amounts` are (ordinal of the day, amount), in any order, several of a day or none."""
        by_day: dict[int, int] = {}
        for day, amount in amounts:
            by_day[day] = by_day.get(day, 0) + amount
        self._days = sorted(by_day)
        self._totals = [0, *accumulate(by_day[day] for day in self._days)]

    def by(self, evening: date) -> int:
        """The sum of all days up to an evening."""
        return self._totals[bisect_right(self._days, evening.toordinal())]

    def within(self, period: Period) -> int:
        """The sum of the days of a period."""
        return self.by(period.last) - self.by(period.day_before)

    def __bool__(self) -> bool:
        return bool(self._days)


def shop_day(instant: str) -> date:
    """The day of the shop on which an instant, as it lies in the file or only its hour, was."""
    return _day_of_hour(instant[:13])


@lru_cache(maxsize=100_000)
def _day_of_hour(hour: str) -> date:
    # A zone whose offset is not of whole hours may be wrong by less than one hour, around midnight.
    return datetime.fromisoformat(f"{hour}:00").replace(tzinfo=UTC).astimezone().date()
