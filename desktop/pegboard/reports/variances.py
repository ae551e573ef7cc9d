"""Why something cost more or less than planned: the same five causes for jobs and for orders."""

from collections.abc import Sequence
from fractions import Fraction

from pegboard.domain.quantity import MICRO, Money
from pegboard.i18n import tr
from pegboard.reports.cash_cycle import money_of


def variance_columns() -> tuple[tuple[str, str, str], ...]:
    """(name, title, help) of each cause; together they are the variance."""
    return (
        ("material_price", tr("Parts: price"), tr("Parts cost more or less than their rolled-up cost.")),
        ("material_usage", tr("Parts: quantity"), tr("More or fewer parts were used than the BOM says.")),
        ("labour", tr("Time"), tr("More or less time was spent than the routing says.")),
        ("overhead", tr("Overhead"), tr("More or less of other expenses was carried, by the hours spent.")),
        ("service", tr("Services"), tr("Suppliers' work against what was ordered.")),
    )


def split_amounts(causes: Sequence[int], variance: Money) -> tuple[Money, ...]:
    """Causes in millionths as amounts that add up to the variance; the largest takes what rounding left over."""
    amounts = [money_of(Fraction(cause, MICRO), variance.currency) for cause in causes]
    left = variance.minor - sum(amount.minor for amount in amounts)
    place = max(range(len(amounts)), key=lambda each: abs(amounts[each].minor))
    amounts[place] = Money(amounts[place].minor + left, variance.currency)
    return tuple(amounts)
