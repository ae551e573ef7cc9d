"""Words and marks for shelves: their state, shares in percent, and the level with each of its terms."""

from pegboard.domain.quantity import Quantity
from pegboard.domain.replenishment import Demand, LevelTerms
from pegboard.i18n import tr
from pegboard.queries.replenishment import ShelfRow
from pegboard.ui import formats
from pegboard.ui.marks import Mark, State

SLOW_WEEKS = 12.0  # of cover; what lies longer than a season is a markdown waiting to happen


def shelf_mark(row: ShelfRow) -> Mark:
    """Return how a shelf stands."""
    if row.level is None:
        return Mark(State.DECISION, tr("no level"))
    if row.level and not row.on_hand:
        return Mark(State.SHORT, tr("empty"))
    if row.on_order:
        return Mark(State.IN_PROGRESS, tr("coming"))
    if row.waiting and row.on_hand < row.level:
        return Mark(State.WAITING, tr("to be pulled"))
    if is_slow(row):
        return Mark(State.LATE, tr("slow"))
    return Mark(State.READY, tr("stocked"))


def is_slow(row: ShelfRow) -> bool:
    """Whether what lies there lasts longer than a season."""
    if not row.on_hand:
        return False
    return row.days > 0 and (row.weeks_of_cover is None or row.weeks_of_cover > SLOW_WEEKS)


def has_proposal(row: ShelfRow) -> bool:
    """Whether the shelf's own sales ask for another level."""
    return row.proposed is not None and row.proposed != row.level


def percent(share: float | None) -> str:
    """Write a share in percent; unknown is nothing."""
    return "" if share is None else f"{decimal(share * 100, 0)} %"


def decimal(value: float, places: int = 1) -> str:
    """Write a measured figure, rounded."""
    return formats.decimal(Quantity(round(value * 10**places) * 10 ** (6 - places)).decimal)


def weeks(value: float | None) -> str:
    """Write weeks of cover; unknown is nothing."""
    return "" if value is None else decimal(value)


def sales_text(row: ShelfRow, terms: LevelTerms) -> str:
    """Write the measured sales of a day."""
    return tr(
        "{mean} {unit} a day, variance {variance}, over {days} days",
        mean=decimal(terms.mean, 2),
        unit=row.unit,
        variance=decimal(terms.variance, 2),
        days=row.days,
    )


def interval_text(terms: LevelTerms) -> str:
    """Write the protection interval."""
    return tr("{review} + {lead} = {days} days", review=terms.review_days, lead=terms.lead_days, days=terms.interval)


def demand_text(row: ShelfRow, terms: LevelTerms) -> str:
    """Write demand over the interval and how it is spread."""
    spread = {
        Demand.NORMAL: tr("steadily"),
        Demand.POISSON: tr("one by one"),
        Demand.NEGATIVE_BINOMIAL: tr("in bursts"),
    }[terms.demand]
    return tr(
        "{mean} {unit}, give or take {deviation}, sold {spread}",
        mean=decimal(terms.expected),
        unit=row.unit,
        deviation=decimal(terms.spread),
        spread=spread,
    )


def level_text(row: ShelfRow, terms: LevelTerms) -> str:
    """Write the level that the terms lead to, and what it serves."""
    return tr(
        "{level} {unit}: {safety} more than usual; serves {fill} of demand from the shelf",
        level=formats.quantity(Quantity(terms.level)),
        unit=row.unit,
        safety=decimal(max(0.0, terms.level / 1_000_000 - terms.expected)),
        fill=f"{decimal(terms.fill_rate * 100)} %",
    )


def term_lines(row: ShelfRow) -> tuple[tuple[str, str], ...]:
    """Return the terms of the proposed level, label and text each."""
    terms = row.terms
    if terms is None:
        return ((tr("Sales"), tr("too few days yet: {days}", days=row.days)),)
    return (
        (tr("Sales"), sales_text(row, terms)),
        (tr("Review + lead time"), interval_text(terms)),
        (tr("Demand meanwhile"), demand_text(row, terms)),
        (tr("Service level"), percent(terms.service)),
        (tr("Level S"), level_text(row, terms)),
    )
