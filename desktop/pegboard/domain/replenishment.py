"""How much a shop's shelf should hold, and who gets what is scarce.

Base stock (Snyder and Shen, Fundamentals of Supply Chain Theory, 4): over the protection interval P = R + L (review and
lead time, days) demand has mean m = mu P and variance v = sd^2 P; the level S is the smallest that demand over P stays
within, with the probability of the service level. Large demand is taken as normal, S = m + z sqrt(v); small demand as
Poisson, and as negative binomial where it varies more than Poisson would.

Scarce stock is given out in complete sets (Caro and Gallien, Operations Research 58(2) 2010: an article whose key size
is missing leaves the display), one set at a time to the shop that has the fewest for its sales.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

MICRO = 1_000_000
NORMAL_FROM = 30.0  # mean over the interval from which counts look normal
OVERDISPERSED = 1.05  # variance over mean; closer to 1 is the noise of the estimate
LEAST_DAYS = 14  # of sales; below that the variance says nothing


class Demand(StrEnum):
    """How demand over the protection interval is taken to be spread."""

    NORMAL = "normal"
    POISSON = "poisson"
    NEGATIVE_BINOMIAL = "negative_binomial"


@dataclass(frozen=True, slots=True)
class LevelTerms:
    """The terms of a level, in units and days.

    Attributes: mean, variance: of the sales of one day; review_days, lead_days: calendar days; service: probability
    from 0 to 1; whole: sold in whole units.
    """

    mean: float
    variance: float
    review_days: int
    lead_days: int
    service: float
    whole: bool = True

    @property
    def interval(self) -> int:
        """The protection interval in days."""
        return self.review_days + self.lead_days

    @property
    def expected(self) -> float:
        """Mean demand over the interval."""
        return self.mean * self.interval

    @property
    def spread(self) -> float:
        """Standard deviation of demand over the interval."""
        return math.sqrt(self.variance * self.interval)

    @property
    def demand(self) -> Demand:
        """How demand over the interval is spread."""
        if self.expected >= NORMAL_FROM or not self.whole:
            return Demand.NORMAL
        over = self.spread**2 > OVERDISPERSED * self.expected
        return Demand.NEGATIVE_BINOMIAL if over else Demand.POISSON

    @property
    def exact(self) -> float:
        """The level before rounding up to what can be sold."""
        if self.expected <= 0:
            return 0.0
        if self.demand is Demand.NORMAL:
            return normal_level(self.expected, self.spread, self.service)
        if self.demand is Demand.POISSON:
            return poisson_level(self.expected, self.service)
        return negative_binomial_level(self.expected, self.spread**2, self.service)

    @property
    def level(self) -> int:
        """The level in millionths: whole units, or hundredths of what is not sold in whole units."""
        step = 1 if self.whole else 100
        return max(0, math.ceil(round(self.exact * step, 9))) * MICRO // step

    @property
    def fill_rate(self) -> float:
        """The share of demand over one interval that this level serves from the shelf."""
        if self.expected <= 0:
            return 1.0
        return 1 - expected_short(self.level / MICRO, self.expected, self.spread) / self.expected


def normal_level(mean: float, sd: float, service: float) -> float:
    """The quantity that normal demand stays within with this probability.

    >>> round(normal_level(600, 30 * 6**0.5, 0.9), 2)  # 100 a period, sd 30, interval 6
    694.17
    """
    return mean if sd <= 0 else NormalDist(mean, sd).inv_cdf(service)


def poisson_level(mean: float, service: float) -> int:
    """The smallest count that Poisson demand stays within with this probability.

    >>> poisson_level(6, 0.8)
    8
    """
    chance = total = math.exp(-mean)
    count = 0
    while total < service:
        count += 1
        chance *= mean / count
        total += chance
    return count


def negative_binomial_level(mean: float, variance: float, service: float) -> int:
    """The smallest count that negative binomial demand stays within with this probability; variance above mean.

    >>> negative_binomial_level(6, 18, 0.8)
    9
    """
    success = mean / variance
    size = mean * success / (1 - success)
    chance = total = success**size
    count = 0
    while total < service:
        count += 1
        chance *= (count - 1 + size) / count * (1 - success)
        total += chance
    return count


def expected_short(level: float, mean: float, sd: float) -> float:
    """Mean demand beyond a level, of normal demand: n(S) = sd [phi(z) - z (1 - Phi(z))]."""
    if sd <= 0:
        return max(0.0, mean - level)
    z = (level - mean) / sd
    unit = NormalDist()
    return sd * (unit.pdf(z) - z * (1 - unit.cdf(z)))


def critical_ratio(underage: float, overage: float) -> float:
    """The service level of a newsvendor: what one short costs over what one short and one too many cost together.

    >>> round(normal_level(200, 80, critical_ratio(8, 4)), 1)
    234.5
    """
    return underage / (underage + overage)


@dataclass(frozen=True, slots=True)
class ShopAsk:
    """What one shop asks for.

    Attributes: shop: its location; asks: millionths by item, not yet there; has: millionths on its shelf by item;
    weekly: what it sells in a week, sets or units: who sells more may have more.
    """

    shop: str
    asks: Mapping[str, int]
    has: Mapping[str, int]
    weekly: float = 1.0


@dataclass(frozen=True, slots=True)
class Share:
    """What a shop gets: millionths by item, and how many complete sets stand on its shelf then."""

    shop: str
    given: Mapping[str, int]
    sets: int


def share_out(free: Mapping[str, int], recipe: Mapping[str, int], shops: Sequence[ShopAsk]) -> list[Share]:
    """Give out scarce stock of the items of one set, complete sets first, then what is left piece by piece.

    `recipe` is millionths of each item in one set; an item that stands alone is a set of one unit. No shop gets more
    than it asks for, and no more is given than is free.
    """
    left = dict(free)
    counters = [_Counter(shop, recipe) for shop in shops]
    while True:
        ready = [counter for counter in counters if counter.can_complete(left)]
        if not ready:
            break
        min(ready, key=_Counter.rank).complete(left)
    for item in recipe:
        while left.get(item, 0) > 0:
            wanting = [counter for counter in counters if counter.open(item) > 0]
            if not wanting:
                break
            min(wanting, key=lambda counter: counter.rank_of(item)).take(item, min(MICRO, left[item]), left)
    return [Share(counter.shop.shop, dict(counter.given), counter.sets) for counter in counters]


class _Counter:
    """One shop while sets are given out."""

    def __init__(self, shop: ShopAsk, recipe: Mapping[str, int]) -> None:
        self.shop = shop
        self._recipe = recipe
        self.given: dict[str, int] = dict.fromkeys(recipe, 0)

    @property
    def sets(self) -> int:
        """Complete sets on the shelf with what was given."""
        return min((self._there(item) // each for item, each in self._recipe.items()), default=0)

    def _there(self, item: str) -> int:
        return self.shop.has.get(item, 0) + self.given[item]

    def open(self, item: str) -> int:
        """What it still asks for."""
        return self.shop.asks.get(item, 0) - self.given[item]

    def _missing(self) -> dict[str, int]:
        wanted = self.sets + 1
        return {item: max(0, wanted * each - self._there(item)) for item, each in self._recipe.items()}

    def can_complete(self, left: Mapping[str, int]) -> bool:
        """Whether one more set can be made complete with what is left, within what was asked for."""
        missing = self._missing()
        return any(missing.values()) and all(
            need <= left.get(item, 0) and need <= self.open(item) for item, need in missing.items()
        )

    def complete(self, left: dict[str, int]) -> None:
        """Take what one more set misses."""
        for item, need in self._missing().items():
            self.take(item, need, left)

    def take(self, item: str, quantity: int, left: dict[str, int]) -> None:
        """Take so much, at most what is asked for."""
        quantity = min(quantity, self.open(item))
        self.given[item] += quantity
        left[item] = left.get(item, 0) - quantity

    def rank(self) -> tuple[float, int, str]:
        """Who is first: the fewest sets for its sales, then the fewest pieces to complete one."""
        return self.sets / max(self.shop.weekly, 1e-9), sum(self._missing().values()), self.shop.shop

    def rank_of(self, item: str) -> tuple[float, str]:
        """Who is first for a single piece: the least on the shelf for its sales."""
        return self._there(item) / max(self.shop.weekly, 1e-9), self.shop.shop
