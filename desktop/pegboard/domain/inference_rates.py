"""How much of an item is asked for in a period when most periods ask for nothing.

Croston (Operational Research Quarterly 23, 1972) smooths the size of a demand and the interval between demands apart,
at each demand: rate = size / interval. Syntetos and Boylan (SBA, 2005) take off Croston's bias, so do Shale, Boylan
and Johnston (SBJ). Teunter, Syntetos and Babai (TSB, 2011) smooth the chance of a demand in every period, so that the
rate falls when demand dies. Size and interval start from the first demand: its size, and the periods up to and with
it; the chance starts at none, so that a short history promises little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

ALPHA = 0.1  # weight of the newest demand: the usual choice for parts that seldom move


@dataclass(frozen=True, slots=True)
class Rates:
    """What an intermittent series says.

    Attributes: size: of one demand; interval: periods between demands; chance: of a demand in the next period (TSB);
    alpha: the smoothing weight.
    """

    size: float
    interval: float
    chance: float
    alpha: float = ALPHA

    @property
    def croston(self) -> float:
        """Demand in a period, after Croston."""
        return self.size / self.interval

    @property
    def sba(self) -> float:
        """Demand in a period, after Syntetos and Boylan."""
        return self.croston * (1 - self.alpha / 2)

    @property
    def sbj(self) -> float:
        """Demand in a period, after Shale, Boylan and Johnston."""
        return self.croston * (1 - self.alpha / (2 - self.alpha))

    @property
    def tsb(self) -> float:
        """Demand in a period, after Teunter, Syntetos and Babai."""
        return self.chance * self.size

    def at_least(self, demands: int, periods: int) -> float:
        """The chance that at least so many of the next periods bring a demand."""
        return sum(
            comb(periods, count) * self.chance**count * (1 - self.chance) ** (periods - count)
            for count in range(demands, periods + 1)
        )


def rates(series: Sequence[float], alpha: float = ALPHA) -> Rates | None:
    """Smooth a series of demands, one for each period, oldest first; None where it never asks for anything.

    >>> found = rates([0, 0, 10, 0, 0, 20, 0, 0, 0, 15])
    >>> round(found.size, 1), round(found.interval, 1), round(found.croston, 3)
    (11.4, 3.1, 3.677)
    """
    first = next((place for place, value in enumerate(series) if value > 0), None)
    if first is None:
        return None
    size, interval, chance, since = series[first], float(first + 1), alpha, 0
    for value in series[first + 1 :]:
        since += 1
        if value > 0:
            size += alpha * (value - size)
            interval += alpha * (since - interval)
            chance += alpha * (1 - chance)
            since = 0
        else:
            chance -= alpha * chance
    return Rates(size, interval, chance, alpha)
