"""How amounts of money documents are made: tax of a line, deposits taken off, payments spread over what is open.

All amounts are whole minor units of one currency. On documents that take something back they are negative, and every
rule here holds for both signs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pegboard.domain.quantity import divide_half_up, minor_digits

HUNDRED_PERCENT = 100_000_000  # in millionths of a percent


def share(amount: int, percent: int) -> int:
    """So many percent (in millionths) of an amount, rounded half up once: the tax of a line, a discount, a deposit."""
    return divide_half_up(amount * percent, HUNDRED_PERCENT)


def freight_percent(rates: Iterable[int], *, is_taxed: bool) -> int:
    """The tax of an order's freight in millionths of a percent: the highest rate of its lines, or none.

    >>> freight_percent([7_000_000, 19_000_000], is_taxed=True), freight_percent([19_000_000], is_taxed=False)
    (19000000, 0)
    """
    return max(rates, default=0) if is_taxed else 0


def price_of(amount: int, currency: str) -> int:
    """The unit price in millionths whose one unit costs exactly so many minor units.

    >>> price_of(1250, "EUR"), price_of(1250, "JPY")
    (12500000, 1250000000)
    """
    return amount * int(10 ** (6 - minor_digits(currency)))


@dataclass(frozen=True, slots=True)
class Totals:
    """The foot of a document: sums of what its lines were rounded to, so that every foot adds up."""

    net: int
    tax: int

    @property
    def total(self) -> int:
        """Net and tax."""
        return self.net + self.tax


def deposit_taken(total: int, held: int) -> int:
    """What of the deposit that is held is taken off an invoice: the oldest invoice takes all it can, never more."""
    return max(0, min(total, held))


def deposit_returned(total: int, taken: int, credited_before: int, credited_now: int) -> int:
    """What of the deposit goes back to the order when so much of an invoice is credited (positive amounts).

    A credit first cuts what the customer was still to pay beside the deposit; only what goes beyond frees the deposit.

    >>> deposit_returned(100, 30, 0, 60), deposit_returned(100, 30, 60, 40)
    (0, 30)
    """
    beside = total - taken
    return max(0, credited_before + credited_now - beside) - max(0, credited_before - beside)


def spread(amount: int, open_amounts: Sequence[int]) -> list[int]:
    """Spread a payment over open documents in this order, the first one filled first; what is left stays over."""
    parts = []
    for each in open_amounts:
        part = max(0, min(amount, each))
        parts.append(part)
        amount -= part
    return parts
