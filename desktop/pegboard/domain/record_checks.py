"""What must hold for codes, currencies, days and percentages in every record, however it comes in."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from pegboard.domain.problem import Problem
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.i18n import tr

MOST = 1_000_000_000  # whole numbers beyond it are typing errors
LONGEST_DISCOUNT = 365  # days
LONGEST = 36_500  # days of a lead time or of payment terms: a century
HUNDRED = Quantity(100 * MICRO)
_CODE = re.compile(r"[^\x00-\x1f\x7f-\x9f;=]+")
_CURRENCY = re.compile("[A-Z]{3}")


def is_code(text: str) -> bool:
    """Say whether a text can be a code: no blank at its ends, no control character, none of ; and =.

    >>> is_code("KERN-1"), is_code(" KERN"), is_code("A=B")
    (True, False, False)
    """
    return bool(_CODE.fullmatch(text)) and text == text.strip()


def code_problems(code: str, taken: AbstractSet[str]) -> Iterator[Problem]:
    """Tell what is wrong with a record's code; `taken` are codes that others have."""
    if not is_code(code):
        yield Problem("code", tr("A code is not empty, has no blank at its ends and none of ; and =."))
    elif code in taken:
        yield Problem("code", tr("The code {code} is taken.", code=code))


def currency_problems(currency: str) -> Iterator[Problem]:
    """Tell what is wrong with a currency; "" is the shop's own."""
    if currency and not _CURRENCY.fullmatch(currency):
        yield Problem("currency", tr("A currency has three capital letters, such as EUR."))


def days_problems(field: str, days: int | None) -> Iterator[Problem]:
    """Tell what is wrong with a number of days."""
    if days is not None and not 0 <= days <= LONGEST:
        yield Problem(field, tr("Days are 0 to {most}.", most=LONGEST))


def percent_problems(field: str, percent: Quantity) -> Iterator[Problem]:
    """Tell what is wrong with a percentage from 0 to 100."""
    if not Quantity(0) <= percent <= HUNDRED:
        yield Problem(field, tr("It is 0 to 100 percent."))


def discount_problems(percent: Quantity | None, days: int | None) -> Iterator[Problem]:
    """Tell what is wrong with what comes off for paying early; it counts once both are there."""
    if percent is not None and not Quantity(0) < percent < HUNDRED:
        yield Problem("discount_percent", tr("A discount is above 0 and below 100 percent."))
    if days is not None and not 0 <= days <= LONGEST_DISCOUNT:
        yield Problem("discount_days", tr("The days of a discount are 0 to {most}.", most=LONGEST_DISCOUNT))
