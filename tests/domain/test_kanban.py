"""How many cards a loop needs, against worked examples of the literature."""

from fractions import Fraction

import pytest

from pegboard.domain.kanban import cards_needed

MICRO = 1_000_000


@pytest.mark.parametrize(
    ("usage", "days", "container", "safety", "cards"),
    [
        (Fraction(17 * MICRO), 3, 4 * MICRO, 5, 14),
        (Fraction(800 * MICRO), 1, 200 * MICRO, 10, 5),  # 2000 a day x 0.4 days x 1.1 / 200 = 4.4
        (Fraction(4 * MICRO), 10, 10 * MICRO, 10, 5),
        (Fraction(MICRO, 3), 1, 100 * MICRO, 0, 1),
    ],
)
def test_cards_cover_the_lead_time_and_safety(
    usage: Fraction, days: int, container: int, safety: int, cards: int
) -> None:
    assert cards_needed(usage, days, container, safety) == cards


def test_without_history_there_are_two_bins() -> None:
    assert cards_needed(None, 5, MICRO) == 2
