"""Exact quantities, prices and money.

Quantities and unit prices are whole millionths, money is whole minor units (cents) of its currency. Nothing here is
ever a binary float. Limits and the text form are those of the workshop folder: ASCII digits, an optional sign, a
decimal point, no exponent, at most six decimals, below 10^12.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

MICRO = 1_000_000
LIMIT = 10**12 * MICRO  # first absolute value that is too large, in millionths
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def parse_micro(text: str) -> int:
    """Return the millionths that `text` names; ValueError says what is wrong."""
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a number: digits with a decimal point, no grouping, no exponent")
    whole, _, decimals = text.lstrip("+-").partition(".")
    if len(decimals) > 6:
        raise ValueError("more than six decimals")
    micro = int(whole or "0") * MICRO + int(decimals.ljust(6, "0"))
    if micro >= LIMIT:
        raise ValueError("must be below 1000000000000")
    return -micro if text[0] == "-" else micro


def micro_text(micro: int) -> str:
    """Return the shortest exact decimal of `micro` millionths.

    >>> micro_text(1_500_000), micro_text(-20_000_000), micro_text(1)
    ('1.5', '-20', '0.000001')
    """
    whole, rest = divmod(abs(micro), MICRO)
    sign = "-" if micro < 0 else ""
    return f"{sign}{whole}.{rest:06d}".rstrip("0") if rest else f"{sign}{whole}"


@dataclass(frozen=True, slots=True, order=True)
class _Exact:
    """A number of whole millionths.

    Attributes: micro: millionths of one.
    """

    micro: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the exact value of `text`; ValueError where it is no such number."""
        return cls(parse_micro(text))

    @classmethod
    def of(cls, value: int | Decimal) -> Self:
        """Return the exact value of a whole number or a decimal of at most six places; ValueError beyond that."""
        scaled = Decimal(value) * MICRO
        if scaled != int(scaled):
            raise ValueError("more than six decimals")
        return cls(int(scaled))

    @property
    def decimal(self) -> Decimal:
        """The value as a decimal number."""
        return Decimal(self.micro) / MICRO

    def __str__(self) -> str:
        """Return the shortest exact decimal."""
        return micro_text(self.micro)

    def __add__(self, other: Self) -> Self:
        return type(self)(self.micro + other.micro)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.micro - other.micro)

    def __neg__(self) -> Self:
        return type(self)(-self.micro)

    def __bool__(self) -> bool:
        return self.micro != 0


class Quantity(_Exact):
    """An exact quantity in the item's own unit, in millionths."""

    __slots__ = ()

    def __mul__(self, factor: int) -> "Quantity":
        return Quantity(self.micro * factor)


class Price(_Exact):
    """An exact price or cost of one unit, in millionths of the currency's major unit."""

    __slots__ = ()


MINOR_DIGITS = {
    "JPY": 0,
    "KRW": 0,
    "ISK": 0,
    "CLP": 0,
    "VND": 0,
    "BHD": 3,
    "KWD": 3,
    "OMR": 3,
    "TND": 3,
    "JOD": 3,
}


def minor_digits(currency: str) -> int:
    """Decimal places of the currency's minor unit (ISO 4217): 2 for most."""
    return MINOR_DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount.

    Attributes: minor: whole minor units, such as cents; currency: the ISO 4217 code.
    """

    minor: int
    currency: str

    @property
    def decimal(self) -> Decimal:
        """The amount in major units."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def __str__(self) -> str:
        """Return the amount with all decimals of its currency, such as 412.00."""
        return str(self.decimal)

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return self + Money(-other.minor, other.currency)


def divide_half_up(numerator: int, denominator: int) -> int:
    """Divide whole numbers and round to the nearest, halves away from zero."""
    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)
    return quotient if numerator >= 0 else -quotient


def extended_amount(quantity_micro: int, price_micro: int, currency: str) -> Money:
    """Return quantity x unit price, rounded half up once to the currency's minor unit: one document line."""
    scale = 10 ** (12 - minor_digits(currency))
    return Money(divide_half_up(quantity_micro * price_micro, scale), currency)
