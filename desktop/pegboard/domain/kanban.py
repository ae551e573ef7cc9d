"""How many cards a kanban loop needs.

Toyota's form (Monden, Toyota Production System): k = D x L x (1 + a) / C, rounded up, where D is the usage in a day,
L the days until a card comes back full, a the safety share and C what a container holds.
"""

from fractions import Fraction

SAFETY_PERCENT = 10  # the usual first choice; a shop takes it down as the loop steadies
CARDS_WITHOUT_HISTORY = 2  # two bins: one is used while the other is filled


def cards_needed(
    daily_usage: Fraction | None, lead_time_days: int, container_quantity: int, safety_percent: int = SAFETY_PERCENT
) -> int:
    """Cards of a loop: usage and container in millionths; without any usage known, two bins.

    >>> cards_needed(Fraction(17_000_000), 3, 4_000_000, 5)
    14
    >>> cards_needed(None, 3, 4_000_000)
    2
    """
    if daily_usage is None:
        return CARDS_WITHOUT_HISTORY
    cards = daily_usage * lead_time_days * (100 + safety_percent) / (100 * container_quantity)
    return max(1, -(-cards.numerator // cards.denominator))
