"""When a buyer comes back: the BG/NBD model of repeat purchases, its fit and its closed forms.

Fader, Hardie and Lee, "Counting your customers the easy way" (Marketing Science 24(2), 2005). While active, a buyer
purchases at a rate that differs between buyers by a gamma law (r, alpha); after each purchase it drops out with a
chance that differs by a beta law (a, b). What is known of a buyer: x repeat purchases, the last of them at age tx, and
the age T at which we look; all times in one unit, counted from the first purchase.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

Point = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Buyer:
    """What is known of one buyer: `repeats` (x), `last` (tx) and `age` (T), in the same unit of time."""

    repeats: int
    last: float
    age: float


@dataclass(frozen=True, slots=True)
class BgNbd:
    """The fitted model; `alpha` is in the unit of time of the buyers it was fitted to."""

    r: float
    alpha: float
    a: float
    b: float

    def log_likelihood(self, buyers: Iterable[Buyer]) -> float:
        """How well the model explains these buyers; the higher the better."""
        return self._log_likelihood(list(Counter(buyers).items()))

    def _log_likelihood(self, counted: Sequence[tuple[Buyer, int]]) -> float:
        """The same of buyers that are counted already; what depends on the repeats alone is worked out once."""
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        always = r * log(alpha) - lgamma(r) + lgamma(a + b) - lgamma(b)
        of_repeats: dict[int, float] = {}
        total = 0.0
        for buyer, count in counted:
            x = buyer.repeats
            part = of_repeats.get(x)
            if part is None:
                part = of_repeats[x] = always + lgamma(r + x) + lgamma(b + x) - lgamma(a + b + x)
            silent = -(r + x) * log(alpha + buyer.age)
            if x:
                gone = log(a / (b + x - 1)) - (r + x) * log(alpha + buyer.last)
                top = max(silent, gone)
                silent = top + log1p(exp(min(silent, gone) - top))
            total += count * (part + silent)
        return total

    def alive(self, buyer: Buyer) -> float:
        """The chance that the buyer has not dropped out."""
        if not buyer.repeats:
            return 1.0
        power = (self.r + buyer.repeats) * log((self.alpha + buyer.age) / (self.alpha + buyer.last))
        odds = log(self.a / (self.b + buyer.repeats - 1)) + power
        return 1 / (1 + exp(odds)) if odds < 700 else 0.0

    def buys_within(self, buyer: Buyer, time: float) -> float:
        """The chance of at least one purchase in the next `time`; exact: nobody drops out but after a purchase."""
        age = self.alpha + buyer.age
        return float(self.alive(buyer) * (1 - (age / (age + time)) ** (self.r + buyer.repeats)))

    def all_within(self, buyers: Iterable[tuple[int, float, float]], time: float) -> list[float]:
        """What `buys_within` says of many buyers, each as (repeats above 0, last, age), in one loop."""
        r, alpha, odds_of_leaving, more = self.r, self.alpha, log(self.a), self.b - 1
        found = []
        for repeats, last, age in buyers:
            power = r + repeats
            odds = odds_of_leaving - log(more + repeats) + power * log((alpha + age) / (alpha + last))
            alive = 1 / (1 + exp(odds)) if odds < 700 else 0.0
            found.append(alive * (1 - exp(power * log((alpha + age) / (alpha + age + time)))))
        return found

    def silent_for(self, time: float) -> float:
        """The chance that a new buyer makes no repeat purchase in the first `time`."""
        return float((self.alpha / (self.alpha + time)) ** self.r)

    def expected(self, time: float) -> float:
        """How many repeat purchases a new buyer makes in the first `time`, on average."""
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        tail = hypergeometric(r, b, a + b - 1, time / (alpha + time))
        return float((a + b - 1) / (a - 1) * (1 - (alpha / (alpha + time)) ** r * tail))

    def expected_of(self, buyer: Buyer, time: float) -> float:
        """How many purchases a known buyer makes in the next `time`, on average."""
        a, b, x, age = self.a, self.b, buyer.repeats, self.alpha + buyer.age
        tail = hypergeometric(self.r + x, b + x, a + b + x - 1, time / (age + time))
        more = (a + b + x - 1) / (a - 1) * (1 - (age / (age + time)) ** (self.r + x) * tail)
        return float(more * self.alive(buyer))


def hypergeometric(a: float, b: float, c: float, z: float) -> float:
    """Gauss's 2F1(a, b; c; z) for 0 <= z < 1, by its series."""
    term = total = 1.0
    for step in range(100_000):
        term *= (a + step) * (b + step) / (c + step) / (step + 1) * z
        total += term
        if abs(term) < 1e-14 * abs(total):
            break
    return total


def fit(buyers: Sequence[Buyer], start: BgNbd | None = None, *, precision: float = 1e-14) -> BgNbd:
    """Return the parameters that explain the buyers best; `start` is where to look first, `precision` as in `lowest`.

    Below about 100 repeat buyers four parameters say more than the data knows.
    """
    counted = list(Counter(buyers).items())
    first = (start.r, start.alpha, start.a, start.b) if start else (1.0, _mean_age(buyers), 1.0, 1.0)

    def badness(logs: Point) -> float:
        if max(map(abs, logs)) > 20:  # beyond e^20 no shop's parameters lie
            return float("inf")
        return -BgNbd(*map(exp, logs))._log_likelihood(counted)

    return BgNbd(*map(exp, lowest(badness, tuple(map(log, first)), precision=precision)))


def _mean_age(buyers: Sequence[Buyer]) -> float:
    return max(1e-6, sum(buyer.age for buyer in buyers) / max(1, len(buyers)))


def lowest(function: Callable[[Point], float], start: Point, *, precision: float = 1e-9, rounds: int = 2_000) -> Point:
    """Return where a function of a few variables is lowest, by Nelder and Mead's simplex (Computer Journal 7, 1965).

    Ends when the corners of the simplex differ by less than `precision` of the value, or after `rounds`.
    """
    size = len(start)
    points = [start, *(tuple(v + (0.5 if i == k else 0.0) for i, v in enumerate(start)) for k in range(size))]
    corners = sorted((function(point), point) for point in points)
    for _ in range(rounds):
        best, worst = corners[0], corners[-1]
        if worst[0] - best[0] <= precision * (abs(best[0]) + precision):
            break
        middle = tuple(sum(point[i] for _, point in corners[:-1]) / size for i in range(size))
        corners = _next_simplex(function, corners, middle)
    return corners[0][1]


def _next_simplex(
    function: Callable[[Point], float], corners: list[tuple[float, Point]], middle: Point
) -> list[tuple[float, Point]]:
    """Move the worst corner through the middle of the others; where that does not help, draw all to the best."""
    best, worst = corners[0], corners[-1]

    def along(step: float) -> tuple[float, Point]:
        point = tuple(m + step * (w - m) for m, w in zip(middle, worst[1], strict=True))
        return function(point), point

    moved = along(-1.0)
    if moved[0] < best[0]:
        moved = min(moved, along(-2.0))
    elif moved[0] >= corners[-2][0]:
        moved = along(-0.5) if moved[0] < worst[0] else along(0.5)
    if moved[0] < worst[0]:
        return sorted([*corners[:-1], moved])
    shrunk = [tuple((p + b) / 2 for p, b in zip(point, best[1], strict=True)) for _, point in corners[1:]]
    return sorted([best, *((function(point), point) for point in shrunk)])
