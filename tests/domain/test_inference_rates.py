"""Intermittent demand and baskets, with the published figures."""

from collections.abc import Collection, Iterable

import pytest

from pegboard.domain.inference_pairs import Baskets, Together
from pegboard.domain.inference_rates import Rates, rates


def rules_of(baskets: Iterable[Collection[int]], *, least_together: int = 5, least_lift: float = 1.5) -> list[Together]:
    """The rules of some baskets."""
    counted = Baskets()
    for basket in baskets:
        counted.add(basket)
    return counted.rules(least_together=least_together, least_lift=least_lift)


SERIES = [0, 0, 10, 0, 0, 20, 0, 0, 0, 15]


def test_croston_and_what_came_after() -> None:
    found = rates(SERIES, alpha=0.1)
    assert found is not None
    assert (found.size, found.interval) == pytest.approx((11.4, 3.1), abs=0.05)
    assert found.croston == pytest.approx(3.67742, abs=1e-5)
    assert found.sba == pytest.approx(3.49355, abs=1e-5)
    assert found.sbj == pytest.approx(3.484, abs=5e-4)
    assert found.tsb == pytest.approx(2.43321, abs=1e-5)


def test_demand_that_dies_fades_after_tsb_alone() -> None:
    alive, dead = rates(SERIES), rates([*SERIES, *[0] * 30])
    assert alive is not None
    assert dead is not None
    assert dead.croston == alive.croston
    assert dead.tsb < 0.1 * alive.tsb


def test_nothing_asked_for_has_no_rate() -> None:
    assert rates([0, 0, 0]) is None
    assert rates([]) is None


def test_how_often_demand_comes_in_the_next_weeks() -> None:
    half = Rates(size=5, interval=2, chance=0.5)
    assert half.at_least(0, 4) == pytest.approx(1)
    assert half.at_least(1, 2) == pytest.approx(0.75)
    assert half.at_least(4, 4) == pytest.approx(1 / 16)
    assert rates([1] * 200).at_least(4, 4) == pytest.approx(1)  # type: ignore[union-attr]


def test_beer_and_diapers() -> None:
    beer, diapers, other = 1, 2, 3
    baskets = [[beer, diapers], [beer, diapers], [beer, diapers, other], [diapers], [other]]
    rules = {(rule.item, rule.companion): rule for rule in rules_of(baskets, least_together=3, least_lift=1)}
    assert set(rules) == {(beer, diapers), (diapers, beer)}
    assert rules[beer, diapers].confidence == 1
    assert rules[diapers, beer].confidence == 0.75
    assert rules[beer, diapers].lift == rules[diapers, beer].lift == 1.25
    assert rules[beer, diapers].cosine == pytest.approx(0.866, abs=5e-4)


def test_few_baskets_and_chance_make_no_rule() -> None:
    assert not rules_of([[1, 2]] * 4 + [[3]] * 20)
    assert not rules_of([[1, 2]] * 30)  # always together with everything: lift 1
    assert [(rule.item, rule.companion) for rule in rules_of([[1, 2]] * 5 + [[3]] * 20)] == [(1, 2), (2, 1)]


def test_an_item_twice_in_a_basket_counts_once() -> None:
    counted = Baskets()
    counted.add([1, 1, 2])
    assert counted.rules(least_together=1, least_lift=1)[0].both == 1
