"""How many cards a loop needs, against worked examples of the literature."""

from fractions import Fraction

import pytest

from pegboard.domain.kanban import MOVES, PULLING, CardState, CardTerms, cards_needed, measured_days

MICRO = 1_000_000


@pytest.mark.parametrize(
    ("usage", "days", "container", "safety", "cards"),
    [
        (Fraction(17 * MICRO), 3, 4 * MICRO, 5, 14),
        (Fraction(800 * MICRO), 1, 200 * MICRO, 10, 5),  # 2000 a day x 0.4 days x 1.1 / 200 = 4.4
        (Fraction(4 * MICRO), 10, 10 * MICRO, 10, 5),
        (Fraction(MICRO, 3), 1, 100 * MICRO, 0, 1),
        (Fraction(2000 * MICRO), Fraction(2, 5), 200 * MICRO, 10, 5),  # the same with its own figures
        (Fraction(480 * MICRO), Fraction(3, 2), 40 * MICRO, 15, 21),  # 20.7
        (Fraction(17 * MICRO), Fraction(15, 4), 4 * MICRO, 5, 17),  # 16.7
        (Fraction(17 * MICRO), Fraction(11, 4), 4 * MICRO, 5, 13),  # one day less: four cards fewer
        (Fraction(75 * MICRO), 1, 25 * MICRO, 10, 4),  # Russell and Taylor: (75 + 7.5) / 25 = 3.3
    ],
)
def test_cards_cover_the_lead_time_and_safety(
    usage: Fraction, days: Fraction | int, container: int, safety: int, cards: int
) -> None:
    assert cards_needed(usage, days, container, safety) == cards


def test_without_history_there_are_two_bins() -> None:
    assert cards_needed(None, 5, MICRO) == 2


def test_every_term_is_there_to_be_shown() -> None:
    terms = CardTerms(Fraction(2000 * MICRO), Fraction(2, 5), Fraction(10), 200 * MICRO)
    assert (terms.exact, terms.cards) == (Fraction(22, 5), 5)
    assert terms.cards * terms.container_quantity == 1000 * MICRO  # the most that can ever be in the loop


def test_a_lead_time_is_measured_from_three_rounds_on_and_forgets_old_ones() -> None:
    assert measured_days([4, 5]) is None
    assert measured_days([4, 5, 3]) == 4
    assert measured_days([2] * 20 + [400] * 5) == 2


def test_whatever_pulls_comes_back_full_and_a_retired_card_stays_so() -> None:
    assert all(CardState.FULL in MOVES[state] for state in PULLING)
    assert MOVES[CardState.RETIRED] == ()
    assert set(MOVES) == set(CardState)
