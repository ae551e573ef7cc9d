"""Would acting on the inferences have paid? The shop's own past is replayed, always knowing only what came before.

Every `horizon` days of the past is one round: predict from what was ordered until then, then see what was ordered.
Three rules are compared by the money they would have made on the same terms:

- *doing nothing* makes none;
- the *naive rule*: each customer orders the last quantity again one usual gap of its own after the last order;
- the inference.

The Brier score is the mean square of (chance - what happened), over every customer and item that was ordered at least
twice; the naive one says for all of them the share that came back in the rounds before. (Brier, Monthly Weather Review
78, 1950.) The inference switches itself off where it is below the naive rule in either.

Each round also teaches the next: how far to trust a chance against that share, and which method to hear (`Blend`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pegboard.domain.inference import BG_NBD, GAPS, OrderBook, Prediction, Purchase, Terms

LEAST_ROUNDS = 3  # scored rounds below which nobody should trust a score
MOST_ROUNDS = 12
LEAST_LEARNING = 90  # days before the first round: a season
TRIAL_ROUNDS = 3  # in which another method than the gaps may show what it is worth
AS_GOOD = 1.01  # a Brier score within a hundredth of the naive one is no worse
UNIT = 1e12  # quantity and value are millionths each


@dataclass(frozen=True, slots=True)
class Blend:
    """How a chance is made: share + weight x (the method's chance - share).

    Attributes: method: gaps or bgnbd; weight: 0 says the share for all, 1 believes the method; share: of the
    candidates of all rounds before that came back.
    """

    method: str = GAPS
    weight: float = 1.0
    share: float = 0.0

    def of(self, chances: Sequence[float]) -> list[float]:
        """The chances to act on, of those of the method."""
        share, weight = self.share, self.weight
        return [share + weight * (chance - share) for chance in chances]


@dataclass(frozen=True, slots=True)
class Round:
    """One round.

    Attributes: day: when it was predicted; candidates: customers and items ordered at least twice until then; returned:
    of those, ordered again within the horizon; suggested, hits: by the inference; naive_suggested, naive_hits: by the
    naive rule; brier, naive_brier: sums over the candidates; money, naive_money: in units of the currency.
    """

    day: int
    candidates: int
    returned: int
    suggested: int
    hits: int
    naive_suggested: int
    naive_hits: int
    brier: float
    naive_brier: float
    money: float
    naive_money: float


@dataclass(frozen=True, slots=True)
class Score:
    """All rounds together.

    Attributes: horizon: in days; rounds: oldest first; blend: how chances are made now; predictions: what is worth
    acting on today, whether or not the score allows it.
    """

    horizon: int
    rounds: tuple[Round, ...]
    blend: Blend = Blend()
    predictions: tuple[Prediction, ...] = ()

    @property
    def suggested(self) -> int:
        """How often the inference would have acted."""
        return sum(each.suggested for each in self.rounds)

    @property
    def hits(self) -> int:
        """How often it would have been right."""
        return sum(each.hits for each in self.rounds)

    @property
    def hit_rate(self) -> float | None:
        """Hits of what was suggested; None where nothing was."""
        return self.hits / self.suggested if self.suggested else None

    @property
    def naive_hit_rate(self) -> float | None:
        """Hits of what the naive rule would have suggested; None where it was nothing."""
        suggested = sum(each.naive_suggested for each in self.rounds)
        return sum(each.naive_hits for each in self.rounds) / suggested if suggested else None

    @property
    def brier(self) -> float | None:
        """The Brier score of the inference: 0 is perfect; None without candidates."""
        return _mean([each.brier for each in self.rounds], self._candidates)

    @property
    def naive_brier(self) -> float | None:
        """The Brier score of the share of the rounds before."""
        return _mean([each.naive_brier for each in self.rounds], self._candidates)

    @property
    def money(self) -> float:
        """What acting on the inference would have made against doing nothing."""
        return sum(each.money for each in self.rounds)

    @property
    def naive_money(self) -> float:
        """What the naive rule would have made against doing nothing."""
        return sum(each.naive_money for each in self.rounds)

    @property
    def _candidates(self) -> int:
        return sum(each.candidates for each in self.rounds)

    @property
    def has_enough(self) -> bool:
        """Whether there was enough of a past to judge by."""
        return len(self.rounds) >= LEAST_ROUNDS and bool(self._candidates or self.suggested)

    @property
    def is_below_naive(self) -> bool:
        """Whether the naive rule, or doing nothing, would have done better: then nothing may be suggested."""
        brier, naive_brier = self.brier, self.naive_brier
        guesses_worse = brier is not None and naive_brier is not None and brier > AS_GOOD * naive_brier
        return guesses_worse or self.money < max(0.0, self.naive_money)

    @property
    def is_on(self) -> bool:
        """Whether suggestions may be shown."""
        return self.has_enough and not self.is_below_naive


def _mean(sums: Sequence[float], count: int) -> float | None:
    return sum(sums) / count if count else None


def backtest(
    purchases: Sequence[Purchase], today: int, terms: Terms, step: Callable[[int, int], None] | None = None
) -> Score:
    """Replay the purchases before `today`, which come by day, and predict what comes next.

    `step` is told (rounds done, rounds) on the way and may raise to cancel.
    """
    origins = origins_of(purchases, today, terms.horizon)
    replay = _Replay(terms)
    place = 0
    for number, origin in enumerate(origins):
        if step is not None:
            step(number, len(origins))
        place = replay.until(purchases, place, origin)
        replay.predict(origin)
    replay.until(purchases, place, today)
    replay.predict(today)
    return Score(terms.horizon, tuple(replay.rounds), replay.blend, tuple(replay.suggested))


def origins_of(purchases: Sequence[Purchase], today: int, horizon: int) -> list[int]:
    """The days on which to predict: one horizon apart, the last one horizon ago, the first one only to learn from."""
    if not purchases:
        return []
    earliest = purchases[0].day + LEAST_LEARNING
    days = [today - horizon * (back + 1) for back in range(MOST_ROUNDS + 1)]
    return sorted(day for day in days if day >= earliest)


class Trust:
    """How far a method's chances are to be believed, from all rounds before: the weight that had scored best."""

    def __init__(self) -> None:
        self._square = self._product = 0.0
        self._count = 0
        self.rounds = 0

    def learn(self, chances: Sequence[float], came: Sequence[bool], share: float) -> None:
        """Take in one round's chances, what happened, and the share that was known then."""
        for chance, was in zip(chances, came, strict=True):
            apart = chance - share
            self._square += apart * apart
            self._product += apart * (was - share)
        self._count += len(came)
        self.rounds += 1

    @property
    def weight(self) -> float:
        """The weight between the share (0) and the method (1): the lowest mean square, by least squares."""
        return min(1.0, max(0.0, self._product / self._square)) if self._square else 1.0

    @property
    def gained(self) -> float:
        """By how much the method, so weighted, would have scored below the share alone."""
        weight = self.weight
        return weight * (2 * self._product - weight * self._square) / max(1, self._count)


class _Replay:
    """The past as it unrolls."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.book = OrderBook(terms)
        self.rounds: list[Round] = []
        self.suggested: list[Prediction] = []
        self.blend = Blend()
        self._bought: dict[tuple[int, int], int] = {}
        self._asked: dict[int, int] = {}
        self._day: int | None = None
        self._keys: list[tuple[int, int]] = []
        self._by_method: dict[str, list[float]] = {}
        self._chances: list[float] = []
        self._naive: list[tuple[tuple[int, int], int]] = []
        self._seen = self._came = 0
        self._has_learned = False
        self._trust = {GAPS: Trust(), BG_NBD: Trust()}

    def until(self, purchases: Sequence[Purchase], place: int, day: int) -> int:
        """Take in what was ordered before `day`; returns the next place."""
        add, bought, asked = self.book.add, self._bought, self._asked
        for purchase in _from(purchases, place):
            if purchase.day >= day:
                break
            add(purchase)
            key = (purchase.customer, purchase.item)
            bought[key] = bought.get(key, 0) + purchase.quantity
            asked[purchase.item] = asked.get(purchase.item, 0) + purchase.quantity
            place += 1
        return place

    def predict(self, day: int) -> None:
        """Score the round that ends today, learn from it, and predict the next."""
        if self._day is not None:
            self._score(self._day)
        book = self.book
        self._day, self._keys = day, list(book.repeaters)
        self._by_method = {method: book.chances(day, method) for method in book.methods if self._is_heard(method)}
        self._chances = self.blend.of(self._by_method[self.blend.method])
        self.suggested = book.predictions(day, self._chances)
        self._naive = [
            (key, pair.quantities[-1])
            for key, pair in book.repeaters.items()
            if day <= pair.last + pair.gaps / pair.repeats < day + self.terms.horizon
        ]
        self._bought.clear()
        self._asked.clear()

    def _is_heard(self, method: str) -> bool:
        """Whether a method is still worth its time: not after it has lost to the gaps for some rounds."""
        trust = self._trust[method]
        return method == GAPS or trust.rounds < TRIAL_ROUNDS or trust.gained > self._trust[GAPS].gained

    def _score(self, day: int) -> None:
        """Compare what was predicted with what was ordered since; the first round only teaches."""
        came = [key in self._bought for key in self._keys]
        is_first, self._has_learned = not self._has_learned, True
        share = self.blend.share
        if not is_first:
            self.rounds.append(self._round(day, came, share))
        self._seen += len(came)
        self._came += sum(came)
        new_share = self._came / self._seen if self._seen else 0.0
        for method, chances in self._by_method.items():
            self._trust[method].learn(chances, came, new_share if is_first else share)
        best = max(self._by_method, key=lambda method: self._trust[method].gained)
        self.blend = Blend(best, self._trust[best].weight, new_share)

    def _round(self, day: int, came: Sequence[bool], share: float) -> Round:
        bought = self._bought
        acted = [self._outcome(each) for each in self.suggested]
        naive = [self._worth(key[1], quantity, bought.get(key, 0)) for key, quantity in self._naive]
        return Round(
            day=day,
            candidates=len(came),
            returned=sum(came),
            suggested=len(acted),
            hits=sum(hit for hit, _money in acted),
            naive_suggested=len(naive),
            naive_hits=sum(key in bought for key, _quantity in self._naive),
            brier=sum((chance - was) ** 2 for chance, was in zip(self._chances, came, strict=True)),
            naive_brier=sum((share - was) ** 2 for was in came),
            money=sum(money for _hit, money in acted),
            naive_money=sum(naive),
        )

    def _outcome(self, prediction: Prediction) -> tuple[bool, float]:
        """Whether a prediction came true, and the money it made."""
        item, quantity = prediction.item, prediction.quantity
        if prediction.customer is None:
            wanted = self._asked.get(item, 0)
            return wanted >= quantity, self._worth(item, quantity, wanted)
        wanted = self._bought.get((prediction.customer, item), 0)
        return wanted > 0, self._worth(item, quantity, wanted)

    def _worth(self, item: int, quantity: int, wanted: int) -> float:
        used = min(quantity, wanted)
        value = self.book.values.get(item, 0) / UNIT
        return value * (used * self.terms.gain - (quantity - used) * self.terms.loss)


def _from(purchases: Sequence[Purchase], place: int) -> Iterable[Purchase]:
    for index in range(place, len(purchases)):
        yield purchases[index]
