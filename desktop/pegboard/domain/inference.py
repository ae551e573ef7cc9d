"""What customers will probably order next, inferred from what they ordered: three kinds of evidence, one threshold.

- *repeat*: a customer orders an item again. The gaps of that customer and item are drawn towards the shop's median gap
  (`IMAGINED` gaps of that length are added), since a handful of own gaps says little; where at least `ENOUGH_BUYERS`
  customers have come back, the BG/NBD model of `inference_fit` is tried as well, and the better of the two is heard.
- *together*: what is bought with it comes with it, by the rules of `inference_pairs`.
- *rate*: nobody in particular, but the item itself is asked for so often that some of it surely will be
  (`inference_rates`, in weeks).

Suggested is what pays: acting early gains `gain` of the value when it is wanted and loses `loss` of it when not, so the
chance must be above loss / (gain + loss), the critical ratio of a newsvendor. Chances are floats: they are guesses.
Quantities are whole millionths, days proleptic ordinals.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb, exp
from typing import NamedTuple

from pegboard.domain.inference_fit import BgNbd, Buyer, fit
from pegboard.domain.inference_pairs import Baskets, Together
from pegboard.domain.inference_rates import ALPHA
from pegboard.domain.quantity import MICRO

IMAGINED = 2  # gaps of the shop's median that are added to a customer's own
ENOUGH_BUYERS = 100  # repeat buyers that can carry a fit of four parameters; our judgement
FIT_SAMPLE = 600  # pairs that the fit looks at, evenly spread: more move the parameters by less than they matter
GONE_SAMPLE = 1_000  # pairs from which the chance to stay away for good is estimated, likewise
MOST_REGULAR = 8  # shape of the gap's law; above that a gap is as good as fixed
RECENT = 5  # orders whose middle quantity is suggested
WEEK = 7

GAPS, BG_NBD = "gaps", "bgnbd"  # the ways to say how likely a repeat is


class Purchase(NamedTuple):
    """One line of a customer's order of the past: quantity in millionths, value of one in millionths of the currency
    (0 where it is not known); `basket` is the order it came in."""

    day: int
    customer: int
    item: int
    quantity: int
    value: int
    basket: int


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a prediction is worth acting on.

    Attributes: horizon: days to look ahead; gain, loss: shares of the value that being right gains and being wrong
    loses; whole: items that come in whole units only.
    """

    horizon: int = 28
    gain: float = 0.2
    loss: float = 0.2
    whole: frozenset[int] = frozenset()

    @property
    def critical(self) -> float:
        """The chance above which acting early pays."""
        return self.loss / (self.gain + self.loss) if self.gain + self.loss else 1.0


@dataclass(frozen=True, slots=True)
class Prediction:
    """Something that will probably be ordered.

    Attributes: kind: repeat, together or rate; customer: None where it is nobody in particular; need: the day on which
    it is expected; orders, gap, shortest, longest, last: of a repeat, how often it was ordered, the expected, the
    shortest and the longest gap in days, and the last day; rule: of together; weeks, chance: of a rate, the weeks
    looked ahead and the chance of a demand in one.
    """

    kind: str
    customer: int | None
    item: int
    probability: float
    quantity: int
    need: int
    orders: int = 0
    gap: float = 0.0
    shortest: int = 0
    longest: int = 0
    last: int = 0
    rule: Together | None = None
    weeks: int = 0
    chance: float = 0.0


class Pair:
    """What one customer ordered of one item: first and last day, repeats, their gaps, and the latest quantities."""

    __slots__ = ("first", "gaps", "last", "longest", "quantities", "repeats", "shortest")

    def __init__(self, day: int, quantity: int) -> None:
        self.first = self.last = day
        self.repeats = self.gaps = self.longest = 0
        self.shortest = 1 << 30
        self.quantities = [quantity]

    def again(self, day: int, quantity: int) -> int:
        """Count an order; returns the gap to the one before, 0 where it is of the same day."""
        gap = day - self.last
        if not gap:
            self.quantities[-1] += quantity
            return 0
        self.last = day
        self.repeats += 1
        self.gaps += gap
        self.shortest = min(self.shortest, gap)
        self.longest = max(self.longest, gap)
        self.quantities.append(quantity)
        if len(self.quantities) > RECENT:
            del self.quantities[0]
        return gap

    @property
    def usual(self) -> int:
        """The middle quantity of late, the lower of two: one that was really ordered."""
        ordered = sorted(self.quantities)
        return ordered[(len(ordered) - 1) // 2]


class Steady:
    """The weekly demand of one item, smoothed as it comes (TSB; the same as `inference_rates.rates` gives)."""

    __slots__ = ("chance", "current", "size", "week")

    def __init__(self, week: int) -> None:
        self.week = week
        self.current = 0
        self.size = self.chance = 0.0

    def close(self, week: int) -> None:
        """Let the weeks before `week` be over."""
        if week <= self.week:
            return
        if self.current:
            self.size = self.size + ALPHA * (self.current - self.size) if self.size else float(self.current)
            self.chance += ALPHA * (1 - self.chance)
        else:
            self.chance *= 1 - ALPHA
        self.chance *= (1 - ALPHA) ** (week - self.week - 1)
        self.week, self.current = week, 0


class OrderBook:
    """What was ordered so far, taken in day by day; asked at any moment for what will be ordered next."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.pairs: dict[tuple[int, int], Pair] = {}
        self.repeaters: dict[tuple[int, int], Pair] = {}
        self.values: dict[int, int] = {}
        self._steady: dict[int, Steady] = {}
        self._baskets = Baskets()
        self._basket: tuple[int, set[int]] = (0, set())
        self._gaps: Counter[int] = Counter()
        self._gap_count = 0
        self._median, self._median_at = 30.0, 0
        self._ratios = [0, 0.0, 0.0]  # of gaps to what was expected: how many, their sum, the sum of their squares
        self._buyers: set[int] = set()
        self._model: BgNbd | None = None
        self._fitted_at = 0

    def add(self, purchase: Purchase) -> None:
        """Take in the next purchase; days must not go back."""
        day, customer, item, quantity, value, basket = purchase
        pair = self.pairs.get((customer, item))
        if pair is None:
            self.pairs[customer, item] = Pair(day, quantity)
        else:
            expected = self.gap_of(pair)
            gap = pair.again(day, quantity)
            if gap:
                self._note_gap(gap, expected)
                if pair.repeats == 1:
                    self.repeaters[customer, item] = pair
                    self._buyers.add(customer)
        if value:
            self.values[item] = value
        steady = self._steady.get(item)
        if steady is None:
            steady = self._steady[item] = Steady(day // WEEK)
        steady.close(day // WEEK)
        steady.current += quantity
        if basket == self._basket[0]:
            self._basket[1].add(item)
        else:
            self._baskets.add(self._basket[1])
            self._basket = basket, {item}

    def _note_gap(self, gap: int, expected: float) -> None:
        self._gaps[gap] += 1
        self._gap_count += 1
        if self._gap_count >= 1.25 * self._median_at:  # the median moves slowly once there are many
            self._median, self._median_at = _median(self._gaps, self._gap_count), self._gap_count
        ratio = gap / expected
        self._ratios[0] += 1
        self._ratios[1] += ratio
        self._ratios[2] += ratio * ratio

    @property
    def usual_gap(self) -> float:
        """The shop's median gap between two orders of the same item by the same customer, in days."""
        return self._median

    def gap_of(self, pair: Pair) -> float:
        """The gap expected of a pair, drawn towards the shop's own."""
        return (IMAGINED * self._median + pair.gaps) / (IMAGINED + pair.repeats)

    @property
    def methods(self) -> tuple[str, ...]:
        """The ways to say how likely a repeat is, that the history can carry."""
        return (GAPS, BG_NBD) if len(self._buyers) >= ENOUGH_BUYERS else (GAPS,)

    def chances(self, day: int, method: str) -> list[float]:
        """For each of `repeaters`: the chance that it is ordered within the horizon from `day` on."""
        if method == BG_NBD:
            known = ((pair.repeats, pair.last - pair.first, day - pair.first) for pair in self.repeaters.values())
            return self._fit(day).all_within(known, self.terms.horizon)
        return list(self._gap_chances(day))

    def _gap_chances(self, day: int) -> Iterator[float]:
        """By the gaps: an order comes after a gap that is over by then, unless the customer stays away for good."""
        horizon, shape = self.terms.horizon, self._shape()
        gone = self._gone(day, shape)
        for pair in self.repeaters.values():
            scale = shape / self.gap_of(pair)
            silent = _survival(shape, scale * (day - pair.last))
            later = _survival(shape, scale * (day - pair.last + horizon))
            yield (1 - gone) * (silent - later) / ((1 - gone) * silent + gone)

    def _fit(self, day: int) -> BgNbd:
        """The model of all pairs; fitted anew once they have doubled."""
        if self._model is None or len(self.pairs) >= 2 * self._fitted_at:
            step = max(1, len(self.pairs) // FIT_SAMPLE)
            sample = list(self.pairs.values())[::step]
            buyers = [_buyer(pair, day) for pair in sample]
            self._model = fit(buyers, self._model or BgNbd(0.5, self._median, 0.5, 2.0), precision=1e-7)
            self._fitted_at = len(self.pairs)
        return self._model

    def _shape(self) -> int:
        """How regular the gaps are, from how they spread around what was expected of them: 1 is not at all."""
        count, total, squares = self._ratios
        if count < 2:
            return 1
        mean = total / count
        spread = squares / count - mean * mean
        return max(1, min(MOST_REGULAR, round(mean * mean / spread))) if spread > 0 else MOST_REGULAR

    def _gone(self, day: int, shape: int) -> float:
        """The chance to stay away for good after an order: the one that explains today's silences best (EM)."""
        pairs = list(self.repeaters.values())
        sample = pairs[:: max(1, len(pairs) // GONE_SAMPLE)]
        if not sample:
            return 0.5
        silences = [_survival(shape, shape * (day - pair.last) / self.gap_of(pair)) for pair in sample]
        came_back = sum(pair.repeats - 1 for pair in sample)
        gone = 0.3
        for _ in range(12):
            away = sum(gone / (gone + (1 - gone) * silent) for silent in silences)
            gone = away / (came_back + len(sample))
        return min(0.99, max(0.001, gone))

    def predictions(self, day: int, chances: Sequence[float]) -> list[Prediction]:
        """What is worth acting on from `day` on, the most probable first; `chances` as `chances` gave them."""
        found = list(self._repeats(day, chances))
        known = {(each.customer, each.item) for each in found}
        found += [each for each in self._companions(found) if (each.customer, each.item) not in known]
        items = {each.item for each in found}
        found += [each for each in self._steadies(day) if each.item not in items]
        return sorted(found, key=lambda each: (-each.probability, each.item, each.customer or 0))

    def _repeats(self, day: int, chances: Sequence[float]) -> Iterator[Prediction]:
        critical, horizon = self.terms.critical, self.terms.horizon
        for ((customer, item), pair), chance in zip(self.repeaters.items(), chances, strict=True):
            if chance > critical:
                gap = self.gap_of(pair)
                need = min(day + horizon, max(day, pair.last + round(gap)))
                yield Prediction(
                    *("repeat", customer, item, chance, pair.usual, need),
                    *(pair.repeats + 1, gap, pair.shortest, pair.longest, pair.last),
                )

    def _companions(self, repeats: Sequence[Prediction]) -> Iterator[Prediction]:
        """What comes with the repeats, where the customer has had it before: its own middle quantity is known then."""
        if not repeats:
            return
        rules: dict[int, list[Together]] = {}
        for rule in self._baskets.rules():
            rules.setdefault(rule.item, []).append(rule)
        given: set[tuple[int | None, int]] = set()
        for repeat in repeats:
            for rule in rules.get(repeat.item, ()):
                chance = repeat.probability * rule.confidence
                key = (repeat.customer, rule.companion)
                pair = self.pairs.get((repeat.customer or 0, rule.companion))
                if chance > self.terms.critical and pair is not None and key not in given:
                    given.add(key)
                    yield Prediction(
                        "together", repeat.customer, rule.companion, chance, pair.usual, repeat.need, rule=rule
                    )

    def _steadies(self, day: int) -> Iterator[Prediction]:
        """Items of which some will be wanted whoever comes: as many demands as are likelier than the critical ratio."""
        weeks = max(1, self.terms.horizon // WEEK)
        for item, steady in self._steady.items():
            steady.close(day // WEEK)
            demands, chance = _sure_demands(steady.chance, weeks, self.terms.critical)
            quantity = int(demands * steady.size)
            if item in self.terms.whole:
                quantity -= quantity % MICRO
            if quantity:
                need = day + self.terms.horizon // 2
                yield Prediction(
                    "rate", None, item, chance, quantity, need, weeks=weeks, chance=steady.chance, orders=demands
                )


def _buyer(pair: Pair, day: int) -> Buyer:
    return Buyer(pair.repeats, pair.last - pair.first, day - pair.first)


def _sure_demands(chance: float, weeks: int, critical: float) -> tuple[int, float]:
    """The most demands that so many weeks bring with more than the critical chance, and that chance."""
    likely = 0.0
    for demands in range(weeks, 0, -1):
        likely += comb(weeks, demands) * chance**demands * (1 - chance) ** (weeks - demands)
        if likely > critical:
            return demands, likely
    return 0, 1.0


def _survival(shape: int, time: float) -> float:
    """The chance that a gap of the Erlang law with `shape` is longer than `time` (in units of its rate)."""
    if time <= 0:
        return 1.0
    term = total = 1.0
    for step in range(1, shape):
        term *= time / step
        total += term
    return total * exp(-time) if time < 700 else 0.0


def _median(counted: Counter[int], count: int) -> float:
    seen = 0
    for value in sorted(counted):
        seen += counted[value]
        if 2 * seen >= count:
            return float(value)
    return 30.0
