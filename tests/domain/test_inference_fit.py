"""The BG/NBD model reproduces the figures published for the CDNOW sample."""

import csv
import importlib.util
from pathlib import Path

import pytest

from pegboard.domain.inference_fit import BgNbd, Buyer, fit, hypergeometric, lowest

# The parameters of the sample in full precision; weeks.
CDNOW = BgNbd(0.24259, 4.41353, 0.79289, 2.42575)


def cdnow_sample() -> list[Buyer]:
    """The 2,357 customers of the sample, which comes with the package lifetimes."""
    spec = importlib.util.find_spec("lifetimes")
    if spec is None or spec.origin is None:
        pytest.skip("the package lifetimes is not installed")
    path = Path(spec.origin).parent / "datasets" / "cdnow_customers_summary.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Buyer(int(float(row["frequency"])), float(row["recency"]), float(row["T"])) for row in rows]


def test_the_fit_gives_the_published_parameters() -> None:
    buyers = cdnow_sample()
    assert (len(buyers), sum(b.repeats > 0 for b in buyers), sum(b.repeats for b in buyers)) == (2357, 946, 2457)
    model = fit(buyers)
    assert (model.r, model.alpha, model.a, model.b) == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=6e-4)
    assert model.log_likelihood(buyers) == pytest.approx(-9582.43, abs=0.01)


def test_expected_repeats_of_a_new_buyer() -> None:
    assert [CDNOW.expected(week) for week in (1, 32)] == pytest.approx([0.0532, 1.0437], abs=5e-5)
    assert CDNOW.expected(78) == pytest.approx(1.8576, abs=5e-4)  # published from a series that was cut short


def test_a_known_buyer() -> None:
    buyer = Buyer(2, 30.43, 38.86)
    assert CDNOW.expected_of(buyer, 39) == pytest.approx(1.226, abs=5e-4)
    assert CDNOW.alive(buyer) == pytest.approx(0.7266, abs=5e-5)
    assert CDNOW.buys_within(buyer, 8) == pytest.approx(0.2299, abs=5e-5)


def test_many_buyers_at_once_are_no_other_buyers() -> None:
    buyers = [Buyer(2, 30.43, 38.86), Buyer(1, 5.0, 30.0), Buyer(500, 10, 100_000)]
    each = [CDNOW.buys_within(buyer, 8) for buyer in buyers]
    assert CDNOW.all_within([(b.repeats, b.last, b.age) for b in buyers], 8) == pytest.approx(each)


def test_a_new_buyer_is_alive_and_silent_for_a_while() -> None:
    assert CDNOW.alive(Buyer(0, 0, 20)) == 1
    assert BgNbd(0.243, 4.414, 0.793, 2.426).silent_for(39) == pytest.approx(0.5737864, abs=5e-6)


def test_a_long_silence_after_many_purchases_means_gone() -> None:
    assert CDNOW.alive(Buyer(500, 10, 100_000)) < 1e-9


def test_the_series_of_gauss() -> None:
    assert hypergeometric(1, 1, 2, 0.5) == pytest.approx(2 * 0.6931471805599453)
    assert hypergeometric(3, 4, 5, 0) == 1


def test_the_simplex_finds_the_bottom_of_a_valley() -> None:
    bottom = lowest(lambda p: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2, (-1.2, 1.0), precision=1e-12)
    assert bottom == pytest.approx((1, 1), abs=1e-4)
