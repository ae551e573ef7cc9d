"""Turns amounts of other currencies into the shop's own at the rate of a day, for reports."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pegboard.domain.quantity import MICRO, Money, divide_half_up, minor_digits
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class Rates:
    """Dated rates: units of the shop's currency for one unit of another.

    Attributes: currency: the shop's; days, rates: by currency, in order of the days they hold from.
    """

    currency: str
    days: Mapping[str, Sequence[str]]
    rates: Mapping[str, Sequence[int]]

    def convert(self, minor: int, currency: str, day: date) -> int | None:
        """Minor units of the shop's currency, halves up; None where no rate was ever entered.

        Before the first rate the first one holds: an old document has some value, not none.
        """
        if currency == self.currency or not minor:
            return minor
        days = self.days.get(currency)
        if not days:
            return None
        place = max(bisect_right(days, day.isoformat()) - 1, 0)
        scale = minor_digits(self.currency) - minor_digits(currency)
        up, down = 10 ** max(scale, 0), 10 ** max(-scale, 0)
        return divide_half_up(minor * self.rates[currency][place] * up, MICRO * down)

    def money(self, minor: int, currency: str, day: date) -> Money | None:
        """The amount in the shop's currency; None where no rate was ever entered."""
        found = self.convert(minor, currency, day)
        return None if found is None else Money(found, self.currency)


def rates(reading: Reading, currency: str) -> Rates:
    """Read all rates into the shop's `currency`."""
    days: dict[str, list[str]] = {}
    values: dict[str, list[int]] = {}
    for other, valid_from, rate in fetch(
        reading, "SELECT currency, valid_from, rate FROM exchange_rate ORDER BY currency, valid_from"
    ):
        days.setdefault(other, []).append(valid_from)
        values.setdefault(other, []).append(rate)
    return Rates(currency, days, values)
