"""Words and marks for loops and cards: states, ages, and the formula with each of its terms."""

import datetime
from decimal import Decimal
from fractions import Fraction

from pegboard.domain.kanban import CardState
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.kanban import CardRow, LoopRow
from pegboard.queries.kanban_terms import LeadTime
from pegboard.ui import formats
from pegboard.ui.marks import Mark, State

LATE_AFTER_HOURS = 4  # an empty card that nobody turned into an order by then is forgotten (Velaction's advice)
MARKS = {
    CardState.FULL: State.READY,
    CardState.EMPTY: State.SHORT,
    CardState.ORDERED: State.WAITING,
    CardState.IN_TRANSIT: State.IN_PROGRESS,
    CardState.RETIRED: State.DONE,
}


def state_word(state: CardState) -> str:
    """Return how people call a card's state."""
    return {
        CardState.FULL: tr("full"),
        CardState.EMPTY: tr("empty"),
        CardState.ORDERED: tr("ordered"),
        CardState.IN_TRANSIT: tr("in transit"),
        CardState.RETIRED: tr("retired"),
    }[state]


def card_mark(card: CardRow, today: datetime.date) -> Mark:
    """Return the mark of a card; late where what it waits for should be here."""
    if card.due is not None and card.due < today and card.state in (CardState.ORDERED, CardState.IN_TRANSIT):
        return Mark(State.LATE, tr("late, {state}", state=state_word(card.state)))
    return Mark(MARKS[card.state], state_word(card.state))


def count_mark(loop: LoopRow, state: CardState) -> Mark | None:
    """Return the mark of how many of a loop's cards are in a state, None for none."""
    count = loop.count(state)
    return Mark(MARKS[state], str(count)) if count else None


def age(since: datetime.datetime | None, now: datetime.datetime) -> str:
    """Write how long ago something was: hours, and days where there are many."""
    if since is None:
        return ""
    hours = max(0, int((now - since).total_seconds() // 3600))
    return tr("{days} d {hours} h", days=hours // 24, hours=hours % 24) if hours >= 48 else tr("{hours} h", hours=hours)


def loop_mark(loop: LoopRow, now: datetime.datetime) -> Mark:
    """Return how a loop stands, in a word."""
    waiting = [card.since for card in loop.cards if card.state is CardState.EMPTY and card.since is not None]
    oldest = min(waiting, default=None)
    if oldest is not None and (now - oldest).total_seconds() >= LATE_AFTER_HOURS * 3600:
        return Mark(State.LATE, tr("not ordered yet"))
    if loop.wanted == 0:
        return Mark(State.DONE, tr("ended, runs out"))
    if loop.cards and not loop.count(CardState.FULL):
        return Mark(State.SHORT, tr("no full container"))
    if loop.count(CardState.EMPTY, CardState.ORDERED, CardState.IN_TRANSIT):
        return Mark(State.IN_PROGRESS, tr("going round"))
    return Mark(State.READY, tr("all full"))


def cards_text(loop: LoopRow) -> str:
    """Write how many cards there are, and what the formula says where it says otherwise."""
    if not loop.has_proposal:
        return str(loop.standing)
    return tr("{present} → {proposed}", present=loop.standing, proposed=loop.proposed)


def decimals(value: Fraction) -> str:
    """Write a fraction with at most two decimals."""
    rounded = round(value * 100)
    return formats.decimal(Decimal(rounded) / 100)


def usage_text(loop: LoopRow) -> str:
    """Write the usage D and what it was measured from."""
    usage = loop.terms.usage
    if usage.daily is None:
        return tr("none measured in the last {days} days", days=usage.window_days)
    return tr(
        "{daily} {unit} a working day: {quantity} {unit} in {days}",
        daily=decimals(usage.daily / 1_000_000),
        unit=loop.unit,
        quantity=formats.quantity(Quantity(usage.quantity)),
        days=decimals(usage.working_days),
    )


def lead_text(lead: LeadTime) -> str:
    """Write the lead time L and where it comes from."""
    days = decimals(lead.days)
    if lead.source == "rounds":
        return tr("{days} working days, the mean of {count} rounds of its cards", days=days, count=lead.samples)
    if lead.source == "purchases":
        return tr("{days} working days, the mean of {count} deliveries", days=days, count=lead.samples)
    if lead.source == "jobs":
        return tr("{days} working days, the mean of {count} jobs", days=days, count=lead.samples)
    if lead.source == "routing":
        return tr("{days} working days, by the routing for one container", days=days)
    return tr("{days} working days, as declared", days=days)


def formula_text(loop: LoopRow) -> str:
    """Write the formula with its numbers: D x L x (1 + a) / C."""
    terms = loop.terms.terms
    if terms.daily_usage is None or terms.exact is None:
        return tr("no usage measured: two bins, {cards} cards", cards=terms.cards)
    return tr(
        "{usage} × {days} × {safety} / {container} = {exact}, rounded up: {cards}",
        usage=decimals(terms.daily_usage / 1_000_000),
        days=decimals(terms.lead_time_days),
        safety=decimals((100 + terms.safety_percent) / 100),
        container=formats.quantity(Quantity(terms.container_quantity)),
        exact=decimals(terms.exact),
        cards=terms.cards,
    )


def present_text(loop: LoopRow) -> str:
    """Write how many cards go round, extra ones apart, and who set their number."""
    extra = sum(card.is_extra for card in loop.cards)
    text = tr("{count} by hand", count=loop.standing) if loop.wanted is not None else str(loop.standing)
    return tr("{text}, and {count} extra", text=text, count=extra) if extra else text
