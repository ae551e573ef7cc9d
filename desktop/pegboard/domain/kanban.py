"""How many cards a kanban loop needs, and what may become of a card.

Toyota's form (Monden, Toyota Production System): k = D x L x (1 + a) / C, rounded up, where D is the usage in a day,
L the days until a card comes back full, a the safety share and C what a container holds. Cards times container is the
most that can ever be in the loop.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

SAFETY_PERCENT = 10  # the usual first choice; a shop takes it down as the loop steadies
CARDS_WITHOUT_HISTORY = 2  # two bins: one is used while the other is filled
LEAST_ROUNDS = 3  # below that, a measured lead time is an anecdote
ROUNDS = 20  # the newest ones count: what was a year ago says little of the supplier of today


class CardState(StrEnum):
    """Where a card is in its round."""

    FULL = "full"
    EMPTY = "empty"
    ORDERED = "ordered"
    IN_TRANSIT = "in_transit"
    RETIRED = "retired"


PULLING = (CardState.EMPTY, CardState.ORDERED, CardState.IN_TRANSIT)

# What a card may become next; whatever is pulling comes back full or not at all.
MOVES: dict[CardState, tuple[CardState, ...]] = {
    CardState.FULL: (CardState.EMPTY, CardState.RETIRED),
    CardState.EMPTY: (CardState.ORDERED, CardState.IN_TRANSIT, CardState.FULL, CardState.RETIRED),
    CardState.ORDERED: (CardState.IN_TRANSIT, CardState.EMPTY, CardState.FULL, CardState.RETIRED),
    CardState.IN_TRANSIT: (CardState.ORDERED, CardState.EMPTY, CardState.FULL, CardState.RETIRED),
    CardState.RETIRED: (),
}


@dataclass(frozen=True, slots=True)
class CardTerms:
    """The terms of the formula.

    Attributes: daily_usage: millionths on a working day, None where none was measured; lead_time_days: working days
    until a card is back full; safety_percent; container_quantity: millionths.
    """

    daily_usage: Fraction | None
    lead_time_days: Fraction
    safety_percent: Fraction
    container_quantity: int

    @property
    def exact(self) -> Fraction | None:
        """Cards before rounding up; None without measured usage."""
        if self.daily_usage is None:
            return None
        share = (100 + self.safety_percent) / 100
        return self.daily_usage * self.lead_time_days * share / self.container_quantity

    @property
    def cards(self) -> int:
        """Cards by the formula, at least one; two bins without measured usage."""
        exact = self.exact
        return CARDS_WITHOUT_HISTORY if exact is None else max(1, -(-exact.numerator // exact.denominator))


def cards_needed(
    daily_usage: Fraction | None,
    lead_time_days: Fraction | int,
    container_quantity: int,
    safety_percent: Fraction | int = SAFETY_PERCENT,
) -> int:
    """Cards of a loop: usage and container in millionths; without any usage known, two bins.

    >>> cards_needed(Fraction(17_000_000), 3, 4_000_000, 5)
    14
    >>> cards_needed(None, 3, 4_000_000)
    2
    """
    return CardTerms(daily_usage, Fraction(lead_time_days), Fraction(safety_percent), container_quantity).cards


def measured_days(rounds: Sequence[int]) -> Fraction | None:
    """Mean working days of the newest rounds (newest first); None where they are too few to tell.

    >>> measured_days([4, 5, 3, 3])
    Fraction(15, 4)
    >>> measured_days([4, 5]) is None
    True
    """
    newest = rounds[:ROUNDS]
    return Fraction(sum(newest), len(newest)) if len(newest) >= LEAST_ROUNDS else None
