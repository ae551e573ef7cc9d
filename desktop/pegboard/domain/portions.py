"""Shares of a whole in exact units: what a part of a job uses up, rounded so that all parts together are the whole."""

from collections.abc import Iterable

from pegboard.domain.quantity import MICRO, divide_half_up


def step_of(whole_units: bool) -> int:
    """The smallest quantity of an item, in millionths: one whole unit, or one millionth."""
    return MICRO if whole_units else 1


def round_up(numerator: int, denominator: int, step: int) -> int:
    """Divide and round up to the next multiple of `step`."""
    return -(-numerator // (denominator * step)) * step


def round_down(numerator: int, denominator: int, step: int) -> int:
    """Divide and round down to a multiple of `step`."""
    return numerator // (denominator * step) * step


def used_up(total: int, part: int, whole: int, step: int) -> int:
    """How much of `total` is used up once `part` of `whole` is done: needs round up, the last part takes the rest.

    >>> used_up(10_000_000, 1, 4, 1_000_000), used_up(10_000_000, 4, 4, 1_000_000)
    (3000000, 10000000)
    """
    if part >= whole:
        return total
    return min(total, round_up(total * part, whole, step))


def value_of(quantity: int, unit_cost: int) -> int:
    """Value in millionths of the currency of so many millionths at a unit cost in millionths, rounded half up."""
    return divide_half_up(quantity * unit_cost, MICRO)


def layers_worth(quantity: int, value: int) -> list[tuple[int, int]]:
    """Split `quantity` into (quantity, unit cost) layers that are together worth exactly `value`.

    A unit cost has six decimals, so that one layer is seldom exact; some units then cost a millionth more. Below one
    whole unit the value may lose its last millionth.

    >>> layers_worth(3_000_000, 10_000_000)
    [(2000000, 3333333), (1000000, 3333334)]
    """
    unit_cost = value * MICRO // quantity
    dearer = (value - value_of(quantity, unit_cost)) * MICRO
    if dearer <= 0:
        return [(quantity, unit_cost)]
    if dearer > quantity:  # by less than half a millionth of value, which rounding takes up
        return [(quantity, unit_cost + 1)] if value_of(quantity, unit_cost + 1) == value else [(quantity, unit_cost)]
    return [part for part in ((quantity - dearer, unit_cost), (dearer, unit_cost + 1)) if part[0]]


def mean_cost(parts: Iterable[tuple[int, int | None]]) -> int | None:
    """The mean cost of one unit over the parts (quantity, unit cost) whose cost is known, rounded down.

    >>> mean_cost([(2_000_000, 5), (1_000_000, 8), (4_000_000, None)])
    6
    """
    known = [(quantity, cost) for quantity, cost in parts if cost is not None and quantity]
    if not known:
        return None
    return sum(quantity * cost for quantity, cost in known) // sum(quantity for quantity, _cost in known)
