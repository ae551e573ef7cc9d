"""Reads amounts, prices and days of the commands for money."""

import datetime
from typing import TYPE_CHECKING

from pegboard.commands.console import day, quantity_micro
from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.domain.quantity import Money, Price, Quantity
    from pegboard.storage.store import Reading


def amount_of(text: str, currency: str) -> "Money":
    """An amount in a currency; InvalidInput where it is none or finer than the currency."""
    from pegboard.domain.quantity import Money, minor_digits

    micro = quantity_micro(text)
    unit = 10 ** (6 - minor_digits(currency))
    if micro % unit:
        raise InvalidInput(
            tr("{text} is finer than {currency} goes.", text=text, currency=currency),
            hint=tr("Round it to the smallest coin."),
        )
    return Money(micro // unit, currency)


def price_of(text: str) -> "Price":
    """A price; InvalidInput where it is none."""
    from pegboard.domain.quantity import Price

    return Price(quantity_micro(text))


def quantity_of(text: str) -> "Quantity":
    """A quantity; InvalidInput where it is none."""
    from pegboard.domain.quantity import Quantity

    return Quantity(quantity_micro(text))


def maybe_day(text: str | None) -> datetime.date | None:
    """A day, where one is given."""
    return day(text) if text else None


def shop_currency(reading: "Reading") -> str:
    """The shop's own currency."""
    from pegboard.queries.settings import settings

    return settings(reading).currency


def amount_text(minor: int, currency: str) -> str:
    """An amount in minor units as text."""
    from pegboard.domain.quantity import Money

    return str(Money(minor, currency))
