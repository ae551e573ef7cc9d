"""Spans of days that reports look at: a week, a month, a quarter, a year, or so many days that end on one."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr

ONE_DAY = datetime.timedelta(days=1)


class Step(Enum):
    """How a trend is cut into periods: `ROLLING` are windows of 90 days that end a week apart."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ROLLING = "rolling"


_MONTHS = {Step.MONTH: 1, Step.QUARTER: 3, Step.YEAR: 12}
ROLLING_DAYS = 90


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `first` to `last`, both included. InvalidInput where `last` is before `first`."""

    first: datetime.date
    last: datetime.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidInput(
                tr("A period cannot end on {last}, before it begins on {first}.", first=self.first, last=self.last),
                hint=tr("Give a later end or an earlier beginning."),
            )

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def day_before(self) -> datetime.date:
        """The last day before it, whose evening is where its opening balances stand."""
        return self.first - ONE_DAY

    def whole_months(self) -> int:
        """How many calendar months it is, from a first to a last day of a month; 0 where it is no such span."""
        if self.first.day != 1 or (self.last + ONE_DAY).day != 1:
            return 0
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def before(self) -> "Period":
        """The period of the same kind just before: as many calendar months, else as many days."""
        months = self.whole_months()
        last = self.day_before
        if months:
            return Period(_months_later(self.first, -months), last)
        return Period(last - datetime.timedelta(days=self.days - 1), last)

    def __contains__(self, day: datetime.date) -> bool:
        return self.first <= day <= self.last


def last_days(today: datetime.date, days: int) -> Period:
    """The `days` days that end today."""
    return Period(today - datetime.timedelta(days=days - 1), today)


def containing(day: datetime.date, step: Step) -> Period:
    """The week (Monday to Sunday), month, quarter or year that `day` is in; rolling: the 90 days up to it."""
    if step is Step.ROLLING:
        return last_days(day, ROLLING_DAYS)
    if step is Step.WEEK:
        monday = day - datetime.timedelta(days=day.weekday())
        return Period(monday, monday + datetime.timedelta(days=6))
    months = _MONTHS[step]
    first = day.replace(day=1, month=(day.month - 1) // months * months + 1)
    return Period(first, _months_later(first, months) - ONE_DAY)


def so_far(today: datetime.date, step: Step) -> Period:
    """The current week, month, quarter or year up to today."""
    return Period(containing(today, step).first, today)


def trend(last: Period, step: Step, count: int) -> tuple[Period, ...]:
    """The `count` periods that end with the one `last` is, the oldest first."""

    def backwards() -> Iterator[Period]:
        period = last
        for _place in range(count):
            yield period
            period = _earlier(period, step)

    return tuple(backwards())[::-1]


def _earlier(period: Period, step: Step) -> Period:
    if step is Step.ROLLING:
        week = datetime.timedelta(days=7)
        return Period(period.first - week, period.last - week)
    return containing(period.day_before, step)


def _months_later(first: datetime.date, months: int) -> datetime.date:
    """The first day of the month so many months after the month of `first`."""
    month = first.year * 12 + first.month - 1 + months
    return datetime.date(month // 12, month % 12 + 1, 1)


def step_of(period: Period) -> Step:
    """What kind of period this is: a calendar month, quarter, year or week, or else a window of its own length."""
    for step in (Step.MONTH, Step.QUARTER, Step.YEAR, Step.WEEK):
        if period == containing(period.first, step):
            return step
    return Step.ROLLING


def last_complete(today: datetime.date, step: Step) -> Period:
    """The last week, month, quarter or year that has ended by the evening of `today`; rolling: up to today."""
    current = containing(today, step)
    return current if current.last <= today else _earlier(current, step)


def compared_with(period: Period) -> Period:
    """What a period is compared with: the one before it, or for a rolling window the one that ended four weeks ago."""
    step = step_of(period)
    if step is Step.ROLLING:
        weeks = datetime.timedelta(days=28)
        return Period(period.first - weeks, period.last - weeks)
    return _earlier(period, step)
