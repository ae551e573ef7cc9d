"""Levels of a shelf against worked examples of the literature, and scarce stock in complete sets."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pegboard.domain.replenishment import (
    MICRO,
    Demand,
    LevelTerms,
    Share,
    ShopAsk,
    critical_ratio,
    expected_short,
    negative_binomial_level,
    normal_level,
    poisson_level,
    share_out,
)


def test_the_base_stock_level_of_the_textbooks() -> None:
    # Snyder and Shen, example 4.4: 50 a period, sd 8, lead time 4, review 1, h 0.18, p 0.70
    assert normal_level(250, 8 * math.sqrt(5), critical_ratio(0.70, 0.18)) == pytest.approx(264.767, abs=5e-4)
    # mean 100, sd 30, review 1, lead 5, 90 %
    assert normal_level(600, 30 * math.sqrt(6), 0.9) == pytest.approx(694.17, abs=5e-3)


def test_its_cost_is_that_of_the_textbook() -> None:
    """Snyder and Shen, example 4.4: holding plus backorders cost 4.4668 a period at the optimum."""
    level, mean, sd = 264.767, 250.0, 8 * math.sqrt(5)
    short = expected_short(level, mean, sd)
    assert 0.18 * (level - mean + short) + 0.70 * short == pytest.approx(4.4668, abs=5e-4)


def test_the_newsvendor_s_quantities() -> None:
    assert normal_level(200, 80, critical_ratio(8, 4)) == pytest.approx(234.5, abs=0.05)
    assert poisson_level(6, critical_ratio(4, 1)) == 8  # Snyder and Shen, problem 4.7
    assert critical_ratio(8, 4) == pytest.approx(0.667, abs=5e-4)


@pytest.mark.parametrize("service", [0.5, 0.8, 0.95, 0.999])
@pytest.mark.parametrize(("mean", "variance"), [(0.4, 0.9), (6.0, 18.0), (25.0, 26.0), (29.0, 400.0)])
def test_the_negative_binomial_level_is_the_smallest_that_serves(mean: float, variance: float, service: float) -> None:
    p = mean / variance
    r = mean * p / (1 - p)

    def up_to(count: int) -> float:
        return sum(
            math.exp(math.lgamma(k + r) - math.lgamma(k + 1) - math.lgamma(r) + r * math.log(p) + k * math.log1p(-p))
            for k in range(count + 1)
        )

    level = negative_binomial_level(mean, variance, service)
    assert up_to(level) >= service - 1e-9
    assert level == 0 or up_to(level - 1) < service


def test_sales_that_come_in_bursts_ask_for_more_than_steady_ones() -> None:
    steady = LevelTerms(mean=0.5, variance=0.5, review_days=1, lead_days=6, service=0.95)
    bursts = LevelTerms(mean=0.5, variance=2.0, review_days=1, lead_days=6, service=0.95)
    assert (steady.demand, bursts.demand) == (Demand.POISSON, Demand.NEGATIVE_BINOMIAL)
    assert steady.level < bursts.level
    assert steady.level == 7 * MICRO  # Poisson of mean 3.5: F(6) = 0.935, F(7) = 0.973


def test_fractions_of_a_unit_are_rounded_up_to_hundredths() -> None:
    terms = LevelTerms(mean=1.0, variance=0.0, review_days=1, lead_days=2, service=0.9, whole=False)
    assert (terms.demand, terms.level, terms.fill_rate) == (Demand.NORMAL, 3 * MICRO, 1.0)
    assert LevelTerms(1.0, 0.25, 1, 3, 0.9, whole=False).level % (MICRO // 100) == 0


def test_what_never_sells_needs_no_level() -> None:
    terms = LevelTerms(mean=0.0, variance=0.0, review_days=1, lead_days=5, service=0.99)
    assert (terms.level, terms.fill_rate) == (0, 1.0)


def shares(found: list[Share]) -> dict[str, tuple[dict[str, int], int]]:
    """What each shop got, in whole units, and its sets."""
    return {one.shop: ({item: micro // MICRO for item, micro in one.given.items()}, one.sets) for one in found}


def units(**counts: int) -> dict[str, int]:
    """Millionths of whole units."""
    return {item: count * MICRO for item, count in counts.items()}


def test_scarce_stock_goes_out_in_complete_sets() -> None:
    recipe = units(CUP=2, POT=1)
    north = ShopAsk("NORTH", units(CUP=4, POT=2), {})
    south = ShopAsk("SOUTH", units(CUP=4, POT=2), {})
    found = shares(share_out(units(CUP=4, POT=3), recipe, [north, south]))
    # four cups make one set for each; the third pot completes nothing and goes where least stands
    assert found == {"NORTH": ({"CUP": 2, "POT": 2}, 1), "SOUTH": ({"CUP": 2, "POT": 1}, 1)}


def test_a_shop_that_misses_only_the_key_piece_is_completed_first() -> None:
    recipe = units(S=1, M=1, L=1)
    broken = ShopAsk("BROKEN", units(M=1), units(S=1, L=1))
    bare = ShopAsk("BARE", units(S=1, M=1, L=1), {})
    found = shares(share_out(units(S=1, M=1, L=1), recipe, [bare, broken]))
    assert found["BROKEN"] == ({"S": 0, "M": 1, "L": 0}, 1)


def test_who_sells_more_may_have_more() -> None:
    fast, slow = ShopAsk("FAST", units(A=10), {}, weekly=8), ShopAsk("SLOW", units(A=10), {}, weekly=2)
    found = shares(share_out(units(A=10), units(A=1), [fast, slow]))
    assert found["FAST"][0]["A"] == 8


ITEMS = ("A", "B", "C")
some = st.dictionaries(st.sampled_from(ITEMS), st.integers(0, 6).map(lambda count: count * MICRO))


@given(
    free=some,
    recipe=st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 3).map(lambda n: n * MICRO), min_size=1),
    shops=st.lists(st.tuples(some, some, st.floats(0, 20)), max_size=4),
)
def test_nobody_gets_more_than_they_ask_and_no_more_is_given_than_is_free(
    free: dict[str, int], recipe: dict[str, int], shops: list[tuple[dict[str, int], dict[str, int], float]]
) -> None:
    asking = [ShopAsk(str(place), asks, has, weekly) for place, (asks, has, weekly) in enumerate(shops)]
    found = share_out(free, recipe, asking)
    for shop, share in zip(asking, found, strict=True):
        assert all(0 <= quantity <= shop.asks.get(item, 0) for item, quantity in share.given.items())
        there = [(shop.has.get(item, 0) + share.given[item]) // each for item, each in recipe.items()]
        assert share.sets == min(there)
    for item in recipe:
        given_out = sum(share.given[item] for share in found)
        assert given_out <= free.get(item, 0)
        wanted = sum(shop.asks.get(item, 0) for shop in asking)
        assert given_out == min(free.get(item, 0), wanted)  # nothing that is wanted lies idle
