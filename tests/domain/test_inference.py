"""What customers will order next, and whether believing it would have paid."""

import random
from itertools import pairwise

import pytest

from pegboard.domain.inference import BG_NBD, GAPS, OrderBook, Purchase, Steady, Terms
from pegboard.domain.inference_backtest import Blend, Score, Trust, backtest, origins_of
from pegboard.domain.inference_rates import rates
from pegboard.domain.quantity import MICRO

TODAY = 740_000
LAMP, BULB, SHADE = 1, 2, 3


def purchase(day: int, customer: int = 1, item: int = LAMP, quantity: int = 10, basket: int = 0) -> Purchase:
    """An order line; its order is named by day and customer unless told otherwise."""
    return Purchase(day, customer, item, quantity * MICRO, 5 * MICRO, basket or 1000 * day + customer)


def book_of(purchases: list[Purchase], terms: Terms | None = None) -> OrderBook:
    """An order book that has taken them in."""
    book = OrderBook(terms or Terms())
    for each in sorted(purchases):
        book.add(each)
    return book


def regulars(customers: int = 40, *, spread: float = 0.2, days: int = 720, seed: int = 1) -> list[Purchase]:
    """Customers who order the same item again and again, each in a rhythm of its own."""
    chance, bought = random.Random(seed), []
    for customer in range(1, customers + 1):
        gap = chance.uniform(20, 50)
        day = chance.uniform(0, gap)
        while day < days:
            bought.append(purchase(TODAY - days + int(day), customer, 1 + customer % 7, chance.choice([10, 10, 12])))
            day += max(1, chance.gauss(gap, gap * spread))
    return sorted(bought)


def test_a_customer_in_rhythm_is_expected_when_the_gap_is_over() -> None:
    book = book_of([purchase(TODAY - 150 + 30 * turn) for turn in range(5)], Terms(horizon=14))
    soon = book.predictions(TODAY - 2, book.chances(TODAY - 2, GAPS))[0]
    assert (soon.kind, soon.customer, soon.item, soon.quantity) == ("repeat", 1, LAMP, 10 * MICRO)
    assert (soon.orders, soon.gap, soon.shortest, soon.longest, soon.last) == (5, 30, 30, 30, TODAY - 30)
    assert soon.need == TODAY
    assert soon.probability > 0.7
    assert book.chances(TODAY - 29, GAPS)[0] < 0.5


def test_a_few_gaps_are_drawn_towards_the_shops() -> None:
    steady = [purchase(TODAY - 300 + 30 * turn, customer) for turn in range(9) for customer in range(2, 12)]
    book = book_of([*steady, purchase(TODAY - 90), purchase(TODAY)])
    assert book.usual_gap == 30
    assert book.gap_of(book.pairs[1, LAMP]) == pytest.approx((2 * 30 + 90) / 3)


def test_a_long_silence_is_taken_for_goodbye() -> None:
    book = book_of([purchase(TODAY - 600 + 30 * turn) for turn in range(6)])
    assert book.chances(TODAY, GAPS)[0] < 0.05


def test_the_middle_of_the_latest_quantities_is_suggested() -> None:
    wanted = [100, 10, 12, 10, 30, 11]
    pair = book_of([purchase(TODAY - 200 + 30 * turn, quantity=each) for turn, each in enumerate(wanted)]).pairs[
        1, LAMP
    ]
    assert pair.usual == 11 * MICRO


def test_two_lines_of_a_day_are_one_order() -> None:
    pair = book_of([purchase(TODAY, quantity=4), purchase(TODAY, quantity=6)]).pairs[1, LAMP]
    assert (pair.repeats, pair.quantities) == (0, [10 * MICRO])


def test_what_is_bought_with_it_comes_with_it() -> None:
    regular = [purchase(TODAY - 240 + 30 * turn, item=LAMP) for turn in range(8)]
    with_bulbs = [purchase(each.day, item=BULB, quantity=2) for each in regular[::2]]
    others = [purchase(TODAY - 250 + turn, 9, SHADE) for turn in range(0, 250, 10)]
    together = [purchase(TODAY - 245 + 10 * turn, 30 + turn, item) for turn in range(9) for item in (LAMP, BULB)]
    book = book_of([*regular, *with_bulbs, *others, *together], Terms(horizon=14, gain=0.3))
    chances = [0.9 if key == (1, LAMP) else 0.0 for key in book.repeaters]
    found = {(each.kind, each.customer, each.item): each for each in book.predictions(TODAY - 3, chances)}
    assert found["together", 1, BULB].rule is not None
    assert found["together", 1, BULB].quantity == 2 * MICRO


def test_an_item_that_somebody_always_wants() -> None:
    bought = [purchase(TODAY - 420 + 7 * week, customer=week, quantity=3) for week in range(60)]
    [steady] = book_of(bought, Terms(horizon=28, whole=frozenset({LAMP}))).predictions(TODAY, [])
    assert (steady.kind, steady.customer, steady.weeks) == ("rate", None, 4)
    assert steady.quantity == 12 * MICRO
    assert steady.probability > 0.9


@pytest.mark.parametrize("seed", range(5))
def test_weekly_demand_is_smoothed_as_it_comes_like_a_whole_series(seed: int) -> None:
    chance = random.Random(seed)
    series = [chance.choice([0, 0, 0, chance.randrange(1, 9)]) for _ in range(80)]
    series[0] = 5
    steady = Steady(0)
    for week, wanted in enumerate(series):
        if wanted:
            steady.close(week)
            steady.current += wanted
    steady.close(len(series))
    whole = rates(series)
    assert whole is not None
    assert (steady.size, steady.chance) == pytest.approx((whole.size, whole.chance))


def test_the_critical_chance_is_the_newsvendors() -> None:
    assert Terms(gain=0.8, loss=0.4).critical == pytest.approx(1 / 3)
    assert Terms(gain=0, loss=0).critical == 1


def test_a_shop_of_regulars_may_be_believed() -> None:
    score = backtest(regulars(), TODAY, Terms())
    assert score.is_on
    assert len(score.rounds) == 12
    assert score.hit_rate is not None
    assert score.hit_rate > 0.8
    assert score.brier is not None
    assert score.naive_brier is not None
    assert score.brier < 0.7 * score.naive_brier
    assert score.money > score.naive_money > 0
    assert score.predictions


def test_a_shop_whose_customers_leave_switches_it_off() -> None:
    """Everybody bought like clockwork until the market broke away: whoever went on believing lost money."""
    score = backtest([each for each in regulars(spread=0.05) if each.day < TODAY - 325], TODAY, Terms())
    assert score.has_enough
    assert score.suggested
    assert score.money < 0
    assert score.is_below_naive
    assert not score.is_on


def test_too_short_a_past_judges_nothing() -> None:
    score = backtest(regulars(days=150), TODAY, Terms())
    assert not score.has_enough
    assert not score.is_on
    assert backtest([], TODAY, Terms()).rounds == ()


def test_nothing_looks_ahead() -> None:
    """What is ordered later changes no round that is over."""
    bought = regulars()
    cut = TODAY - 3 * 28
    whole = backtest(bought, TODAY, Terms())
    changed = backtest([each for each in bought if each.day < cut], TODAY, Terms())
    assert whole.rounds[:9] == changed.rounds[:9]
    assert whole.rounds[9:] != changed.rounds[9:]


def test_the_rounds_end_today_and_start_after_a_season() -> None:
    days = origins_of([purchase(TODAY - 400)], TODAY, 28)
    assert days[-1] == TODAY - 28
    assert days[0] >= TODAY - 400 + 90
    assert {later - earlier for earlier, later in pairwise(days)} == {28}


def test_with_enough_buyers_the_model_is_tried_and_the_better_method_heard() -> None:
    score = backtest(regulars(220), TODAY, Terms())
    assert book_of(regulars(220)).methods == (GAPS, BG_NBD)
    assert score.blend.method == GAPS  # a rhythm is what the model's law of no memory cannot see
    assert book_of(regulars(20)).methods == (GAPS,)


def test_a_method_that_knows_nothing_is_not_believed() -> None:
    trust = Trust()
    trust.learn([0.9, 0.1, 0.9, 0.1], [False, True, True, False], 0.5)
    assert trust.weight == 0
    assert Blend("gaps", trust.weight, 0.5).of([0.9, 0.1]) == [0.5, 0.5]
    sure = Trust()
    sure.learn([0.9, 0.1], [True, False], 0.5)
    assert sure.weight == 1
    assert sure.gained > 0


def test_a_replay_can_be_stopped() -> None:
    told: list[tuple[int, int]] = []
    backtest(regulars(), TODAY, Terms(), lambda done, total: told.append((done, total)))
    assert told == [(place, 13) for place in range(13)]


def test_money_is_counted_on_what_was_wanted() -> None:
    """Ten suggested, ten wanted at five each: a fifth of fifty, each time."""
    clock = [purchase(TODAY - 720 + 30 * turn) for turn in range(24)]
    score: Score = backtest(clock, TODAY, Terms(horizon=30))
    hits = [each for each in score.rounds if each.suggested and each.hits]
    assert hits
    assert all(each.money == pytest.approx(10) for each in hits)
