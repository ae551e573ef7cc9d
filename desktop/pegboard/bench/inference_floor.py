"""The backtest bare: the same rounds and figures with dictionaries and loops, without settings, classes or choices.

Only the chances by gaps are worked out, which win in a shop with a rhythm.
"""

from collections import Counter
from datetime import date
from itertools import combinations
from math import comb, exp

Line = tuple[str, int, int, int, int, int]  # day, customer, item, quantity, price, order
Key = tuple[int, int]  # customer, item
HORIZON, CRITICAL, MICRO = 28, 0.5, 1_000_000


def bare_score(lines: list[Line], today: int) -> tuple[int, int, int]:
    """Return (candidates, suggested, hits) over the rounds of a backtest with the default settings."""
    ordinals = {text: date.fromisoformat(text).toordinal() for text in {line[0] for line in lines}}
    first = ordinals[lines[0][0]] + 90
    origins = [day for day in range(today - 13 * HORIZON, today, HORIZON) if day >= first]
    past = _Past(lines, ordinals)
    for turn, origin in enumerate([*origins, today]):
        past.take_in(origin)
        if turn:
            past.learn(is_first=turn == 1)
        if origin != today:
            past.predict(origin)
    return past.candidates, past.suggested, past.hits


class _Past:
    """The dictionaries."""

    def __init__(self, lines: list[Line], ordinals: dict[str, int]) -> None:
        self.lines, self.ordinals, self.place = lines, ordinals, 0
        self.pairs: dict[Key, list[int]] = {}  # first, last, repeats, sum of gaps
        self.latest: dict[Key, list[int]] = {}
        self.repeaters: dict[Key, list[int]] = {}
        self.weekly: dict[int, list[float]] = {}  # week, sum, size, chance
        self.gaps: Counter[int] = Counter()
        self.singles: Counter[int] = Counter()
        self.doubles: Counter[Key] = Counter()
        self.basket: tuple[int, set[int]] = (0, set())
        self.baskets = 0
        self.ratios, self.gap_count, self.median, self.median_at = [0, 0.0, 0.0], 0, 30.0, 0
        self.bought: dict[Key, int] = {}
        self.asked: dict[int, int] = {}
        self.keys: list[Key] = []
        self.raw: list[float] = []
        self.acted: list[tuple[int, int, int]] = []
        self.candidates = self.suggested = self.hits = self.seen = self.returned = 0
        self.square = self.product = self.share = 0.0
        self.weight = 1.0

    def take_in(self, origin: int) -> None:
        """Read the lines before a day."""
        bought, asked = self.bought, self.asked
        while self.place < len(self.lines):
            text, customer, item, quantity, _price, order = self.lines[self.place]
            day = self.ordinals[text]
            if day >= origin:
                break
            self.place += 1
            key = (customer, item)
            bought[key] = bought.get(key, 0) + quantity
            asked[item] = asked.get(item, 0) + quantity
            known = self.pairs.get(key)
            if known is None:
                self.pairs[key] = [day, day, 0, 0]
                self.latest[key] = [quantity]
            elif day == known[1]:
                self.latest[key][-1] += quantity
            else:
                self._repeat(key, known, day, quantity)
            week = self.weekly.get(item)
            if week is None:
                week = self.weekly[item] = [day // 7, 0, 0.0, 0.0]
            _close(week, day // 7)
            week[1] += quantity
            if order == self.basket[0]:
                self.basket[1].add(item)
            else:
                different = sorted(self.basket[1])
                self.baskets += 1
                self.singles.update(different)
                self.doubles.update(combinations(different, 2))
                self.basket = order, {item}

    def _repeat(self, key: Key, known: list[int], day: int, quantity: int) -> None:
        gap = day - known[1]
        ratio = gap / ((2 * self.median + known[3]) / (2 + known[2]))
        known[1] = day
        known[2] += 1
        known[3] += gap
        self.latest[key].append(quantity)
        del self.latest[key][:-5]
        self.gaps[gap] += 1
        self.gap_count += 1
        if self.gap_count >= 1.25 * self.median_at:
            self.median, self.median_at = _median(self.gaps, self.gap_count), self.gap_count
        self.ratios[0] += 1
        self.ratios[1] += ratio
        self.ratios[2] += ratio * ratio
        if known[2] == 1:
            self.repeaters[key] = known

    def learn(self, *, is_first: bool) -> None:
        """Compare what was predicted with what came."""
        came = [key in self.bought for key in self.keys]
        if not is_first:
            self.candidates += len(came)
            self.suggested += len(self.acted)
            self.hits += sum(
                (self.bought.get((customer, item), 0) > 0) if customer else self.asked.get(item, 0) >= quantity
                for customer, item, quantity in self.acted
            )
        self.seen += len(came)
        self.returned += sum(came)
        new_share = self.returned / self.seen if self.seen else 0.0
        base = new_share if is_first else self.share
        for chance, was in zip(self.raw, came, strict=True):
            self.square += (chance - base) * (chance - base)
            self.product += (chance - base) * (was - base)
        self.weight = min(1.0, max(0.0, self.product / self.square)) if self.square else 1.0
        self.share = new_share

    def predict(self, origin: int) -> None:
        """Work out what is worth acting on."""
        shape = _shape(self.ratios)
        sample = list(self.repeaters.values())
        gone = _gone(sample[:: max(1, len(sample) // 1000)], self.median, shape, origin)
        self.keys, self.raw, self.acted = list(self.repeaters), [], []
        found: dict[Key, float] = {}
        for key, known in self.repeaters.items():
            scale = shape / ((2 * self.median + known[3]) / (2 + known[2]))
            silent = _survival(shape, scale * (origin - known[1]))
            later = _survival(shape, scale * (origin - known[1] + HORIZON))
            raw = (1 - gone) * (silent - later) / ((1 - gone) * silent + gone)
            self.raw.append(raw)
            chance = self.share + self.weight * (raw - self.share)
            if chance > CRITICAL:
                found[key] = chance
                self.acted.append((*key, _usual(self.latest[key])))
        self._predict_companions(found)
        named = {item for _customer, item in found}
        for item, week in self.weekly.items():
            _close(week, origin // 7)
            if item not in named and (wanted := _steady(week)):
                self.acted.append((0, item, wanted))
        self.bought.clear()
        self.asked.clear()

    def _predict_companions(self, found: dict[Key, float]) -> None:
        rules: dict[int, list[tuple[int, float]]] = {}
        for (one, other), both in self.doubles.items():
            if both >= 5:
                for item, companion in ((one, other), (other, one)):
                    confidence = both / self.singles[item]
                    if confidence * self.baskets / self.singles[companion] >= 1.5:
                        rules.setdefault(item, []).append((companion, confidence))
        for (customer, item), chance in list(found.items()):
            for companion, confidence in rules.get(item, ()):
                key = (customer, companion)
                if chance * confidence > CRITICAL and key in self.pairs and key not in found:
                    found[key] = chance * confidence
                    self.acted.append((*key, _usual(self.latest[key])))


def _median(counted: Counter[int], count: int) -> float:
    seen = 0
    for value in sorted(counted):
        seen += counted[value]
        if 2 * seen >= count:
            return float(value)
    return 30.0


def _close(week: list[float], now: int) -> None:
    if now <= week[0]:
        return
    if week[1]:
        week[2] = week[2] + 0.1 * (week[1] - week[2]) if week[2] else float(week[1])
        week[3] += 0.1 * (1 - week[3])
    else:
        week[3] *= 0.9
    week[3] *= 0.9 ** (now - week[0] - 1)
    week[0], week[1] = now, 0


def _steady(week: list[float]) -> int:
    likely = 0.0
    for demands in range(4, 0, -1):
        likely += comb(4, demands) * week[3] ** demands * (1 - week[3]) ** (4 - demands)
        if likely > CRITICAL:
            quantity = int(demands * week[2])
            return quantity - quantity % MICRO
    return 0


def _shape(ratios: list[float]) -> int:
    count, total, squares = ratios
    if count < 2:
        return 1
    mean = total / count
    spread = squares / count - mean * mean
    return max(1, min(8, round(mean * mean / spread))) if spread > 0 else 8


def _survival(shape: int, time: float) -> float:
    if time <= 0:
        return 1.0
    term = total = 1.0
    for step in range(1, shape):
        term *= time / step
        total += term
    return total * exp(-time) if time < 700 else 0.0


def _gone(sample: list[list[int]], median: float, shape: int, day: int) -> float:
    if not sample:
        return 0.5
    silences = [_survival(shape, shape * (day - last) / ((2 * median + gaps) / (2 + n))) for _, last, n, gaps in sample]
    came_back, gone = sum(n - 1 for _, _, n, _ in sample), 0.3
    for _ in range(12):
        gone = sum(gone / (gone + (1 - gone) * silent) for silent in silences) / (came_back + len(sample))
    return min(0.99, max(0.001, gone))


def _usual(quantities: list[int]) -> int:
    return sorted(quantities)[(len(quantities) - 1) // 2]
