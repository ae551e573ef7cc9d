"""Which items are bought together: support, confidence, lift and cosine of pairs in baskets.

Agrawal, Imielinski and Swami (1993) for the rules; the cosine is Linden, Smith and York's item-to-item measure (IEEE
Internet Computing 7(1), 2003): both / sqrt(first x second).
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

LEAST_TOGETHER = 5  # baskets with both: fewer are chance
LEAST_LIFT = 1.5  # times as often together as apart: below that the second item is merely popular
LARGEST_BASKET = 40  # a basket of everything says nothing of any pair


@dataclass(frozen=True, slots=True)
class Together:
    """A rule: who buys `item` buys `companion` too.

    Attributes: both, of_item, of_companion: baskets with both, the first and the second; baskets: all of them.
    """

    item: int
    companion: int
    both: int
    of_item: int
    of_companion: int
    baskets: int

    @property
    def confidence(self) -> float:
        """The share of the item's baskets that hold the companion."""
        return self.both / self.of_item

    @property
    def lift(self) -> float:
        """How many times as often as by chance."""
        return self.confidence * self.baskets / self.of_companion

    @property
    def cosine(self) -> float:
        """Likeness of the two items' buyers, 0 to 1."""
        return self.both / sqrt(self.of_item * self.of_companion)


class Baskets:
    """Counts baskets as they come, oldest first, and gives the rules at any moment."""

    def __init__(self) -> None:
        self._singles: Counter[int] = Counter()
        self._pairs: Counter[tuple[int, int]] = Counter()
        self._count = 0

    def add(self, items: Collection[int]) -> None:
        """Count one basket; what is in it twice counts once."""
        different = sorted(set(items))
        self._count += 1
        self._singles.update(different)
        if len(different) <= LARGEST_BASKET:
            self._pairs.update(combinations(different, 2))

    def rules(self, *, least_together: int = LEAST_TOGETHER, least_lift: float = LEAST_LIFT) -> list[Together]:
        """All rules with enough support, both ways, the strongest first."""
        found = []
        for (one, other), both in self._pairs.items():
            if both < least_together:
                continue
            for item, companion in ((one, other), (other, one)):
                rule = Together(item, companion, both, self._singles[item], self._singles[companion], self._count)
                if rule.lift >= least_lift:
                    found.append(rule)
        return sorted(found, key=lambda rule: (-rule.confidence, -rule.both, rule.item, rule.companion))
