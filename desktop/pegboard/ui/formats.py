"""How numbers, amounts and days are written on the screen: exact, in the reader's locale."""

import datetime
from collections.abc import Iterable
from decimal import Decimal

from PySide6.QtCore import QDate, QLocale

from pegboard.domain.quantity import Money, Price, Quantity, minor_digits

_is_money_hidden = False


def hide_money(hidden: bool) -> None:
    """Show no price and no amount from now on, for a seat that may not see money; or show them again."""
    global _is_money_hidden
    _is_money_hidden = hidden


def decimal(value: Decimal, least_decimals: int = 0) -> str:
    """Write an exact decimal with the locale's separators and at least so many decimals."""
    locale = QLocale()
    text = format(abs(value), "f")
    whole, _, rest = text.partition(".")
    rest = rest.rstrip("0").ljust(least_decimals, "0")
    # 2025 pieces read better than 2 025; amounts are grouped as on paper.
    grouped = _grouped(whole, locale.groupSeparator()) if len(whole) > 4 or least_decimals else whole
    return ("−" if value < 0 else "") + grouped + (locale.decimalPoint() + rest if rest else "")


def _grouped(whole: str, separator: str) -> str:
    head = len(whole) % 3
    parts = [whole[:head]] if head else []
    return separator.join(parts + [whole[at : at + 3] for at in range(head, len(whole), 3)])


def quantity(value: Quantity | None) -> str:
    """Write a quantity; unknown is nothing."""
    return "" if value is None else decimal(value.decimal)


def price(value: Price | None) -> str:
    """Write a unit price with at least two decimals; unknown is nothing."""
    return "" if value is None or _is_money_hidden else decimal(value.decimal, 2)


def money(value: Money | None, *, currency: bool = False) -> str:
    """Write an amount with all decimals of its currency, with the currency's code where asked."""
    if value is None or _is_money_hidden:
        return ""
    text = decimal(value.decimal, minor_digits(value.currency))
    return f"{text} {value.currency}" if currency else text


def total(amounts: Iterable[Money | None]) -> str:
    """Sum amounts, each currency alone, as "1 204.00 EUR"; nothing where there are none."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        if amount is not None:
            sums[amount.currency] = sums.get(amount.currency, Money(0, amount.currency)) + amount
    return ", ".join(filter(None, (money(amount, currency=True) for amount in sums.values())))


def day(value: datetime.date | None, *, year: int | None = None) -> str:
    """Write a day as "Fri 4 Dec", with its year where that is not `year` (by default, the current one)."""
    if value is None:
        return ""
    date = QDate(value.year, value.month, value.day)
    form = "ddd d MMM" if value.year == (year or QDate.currentDate().year()) else "ddd d MMM yyyy"
    return QLocale().toString(date, form)


def short_day(value: datetime.date | None) -> str:
    """Write a day as "4 Dec", with its year where that is not the current one: for narrow lists."""
    if value is None:
        return ""
    date = QDate(value.year, value.month, value.day)
    return QLocale().toString(date, "d MMM" if value.year == QDate.currentDate().year() else "d MMM yyyy")


def long_day(value: datetime.date) -> str:
    """Write a day in full, as "Fri 4 Dec 2026"."""
    return QLocale().toString(QDate(value.year, value.month, value.day), "ddd d MMM yyyy")


def instant(value: datetime.datetime) -> str:
    """Write an instant in local time, as "Fri 4 Dec 17:05"."""
    local = value.astimezone()
    return f"{day(local.date())} {local:%H:%M}"
