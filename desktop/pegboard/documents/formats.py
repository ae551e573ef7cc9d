"""Dates, quantities and money as people of one language write them on paper."""

import datetime
from dataclasses import dataclass
from functools import lru_cache

from pegboard.domain.quantity import Money, Price, Quantity, micro_text
from pegboard.i18n import tr


@dataclass(frozen=True, slots=True)
class Formats:
    """How one language writes numbers and days.

    Attributes: locale: such as en_GB; decimal_sign, group_sign: of numbers.
    """

    locale: str
    decimal_sign: str
    group_sign: str

    def number(self, exact: str) -> str:
        """An exact decimal text with this language's signs; five digits and more are grouped."""
        whole, dot, decimals = exact.lstrip("-").partition(".")
        if len(whole) > 4 or (len(whole) == 4 and decimals and len(decimals) == 2):
            head = len(whole) % 3 or 3
            whole = self.group_sign.join([whole[:head], *(whole[at : at + 3] for at in range(head, len(whole), 3))])
        sign = "−" if exact.startswith("-") else ""
        return f"{sign}{whole}{self.decimal_sign if dot else ''}{decimals}"

    def quantity(self, quantity: Quantity, unit: str = "") -> str:
        """A quantity with its unit: 1.5 m."""
        return f"{self.number(str(quantity))} {unit}".rstrip()

    def price(self, price: Price | None) -> str:
        """A unit price with at least two decimals, more only where it has them; "open" where it is unknown."""
        if price is None:
            return tr("to be quoted")
        whole, _, decimals = micro_text(price.micro).partition(".")
        return self.number(f"{whole}.{decimals.ljust(2, '0')}")

    def money(self, amount: Money | None) -> str:
        """An amount with its currency's decimals, without the currency."""
        return "" if amount is None else self.number(str(amount))

    def minutes(self, minutes: Quantity) -> str:
        """A duration: 41 min, 2 h 05."""
        whole = (minutes.micro + 999_999) // 1_000_000
        if whole < 60:
            return tr("{count} min", count=whole)
        return tr("{hours} h {minutes}", hours=whole // 60, minutes=f"{whole % 60:02d}")

    def day(self, day: datetime.date | None) -> str:
        """A day with its weekday and year: Fri 4 Dec 2026; nothing where it is not known."""
        return "" if day is None else _day_text(day, "EEE d MMM y", self.locale)

    def short_day(self, day: datetime.date | None) -> str:
        """A day without its year: Fri 4 Dec."""
        return "" if day is None else _day_text(day, "EEE d MMM", self.locale)

    def clock_time(self, instant: datetime.datetime) -> str:
        """The time of day at this computer: 17:05."""
        return f"{instant.astimezone():%H:%M}"


@lru_cache(maxsize=4_000)
def _day_text(day: datetime.date, pattern: str, locale: str) -> str:
    from babel.dates import format_date

    return format_date(day, pattern, locale=locale)


@lru_cache(maxsize=8)
def formats_of(locale: str) -> Formats:
    """The formats of a locale such as de or en_GB; English ones where it is unknown."""
    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_decimal_symbol, get_group_symbol

    try:
        known = Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        known = Locale.parse("en_GB")
    group = get_group_symbol(known).replace("\u202f", "\u00a0")  # the narrow blank is not in every font
    return Formats(str(known), get_decimal_symbol(known), group)
