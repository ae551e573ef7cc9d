"""Accepts and declines what is inferred: a suggestion pulls only once a person has accepted it, within the cash cap."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from pegboard.domain.errors import NotFound, Refused
from pegboard.domain.lots import price_at
from pegboard.domain.plan import Plan
from pegboard.domain.quantity import MICRO, Money, Quantity, minor_digits
from pegboard.domain.snapshot import PlanningSnapshot
from pegboard.i18n import tr
from pegboard.queries.inference import Outlook, Suggestion, cash_cap, outlook
from pegboard.queries.settings import settings
from pegboard.services.demand import InferredNeed, raise_inferred_demand
from pegboard.services.explosion import TypedLine, preview_draft
from pegboard.services.numbers import take
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import add, first
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.signals import Inference


@dataclass(frozen=True, slots=True)
class Part:
    """A bought part that a suggestion needs.

    Attributes: quantity: needed, whether or not it lies in stock; bought: what accepting would buy of it now, with
    what minimum and multiple add; lead_days: working or calendar days, as its supplier counts; is_long_lead: by the
    shop's setting; cost: of the larger of both quantities, None where no price is known.
    """

    item_id: int
    item: str
    quantity: Quantity
    bought: Quantity
    need_date: datetime.date
    lead_days: int
    is_long_lead: bool
    cost: Money | None


@dataclass(frozen=True, slots=True)
class Pulls:
    """What accepting a suggestion would pull.

    Attributes: jobs: how many work orders; parts: what is bought, dearest first; services: cost of operations that
    suppliers do; choices: option groups that an order would have to choose, so that it cannot be accepted in whole.
    """

    jobs: int
    parts: tuple[Part, ...]
    services: Money
    choices: tuple[str, ...] = field(default=())

    @property
    def long_lead(self) -> tuple[Part, ...]:
        """The parts that take long to come."""
        return tuple(part for part in self.parts if part.is_long_lead)

    @property
    def is_nothing(self) -> bool:
        """Whether stock and what is coming cover it already: accepting would only keep them from real orders."""
        return not self.jobs and not any(part.bought for part in self.parts)

    def cost(self, *, long_lead_only: bool) -> Money | None:
        """The cash that accepting ties up at most; None where a price is not known."""
        total = Money(0, self.services.currency) if long_lead_only else self.services
        for part in self.long_lead if long_lead_only else self.parts:
            if part.cost is None:
                return None
            total += part.cost
        return total


def pulls_of(reading: Reading, suggestion: Suggestion) -> Pulls:
    """Work out by a preview what accepting a suggestion would pull; nothing is written."""
    line = TypedLine(suggestion.item_id, suggestion.quantity.micro, suggestion.need_date)
    explosion = preview_draft(reading, [line])
    chosen = settings(reading)
    parts = _parts(reading, explosion.plan, explosion.snapshot, chosen.long_lead_days, chosen.currency)
    services = sum(line.added * (line.unit_price or 0) for line in explosion.plan.lines if line.job is not None)
    return Pulls(
        jobs=len(explosion.plan.jobs),
        parts=tuple(sorted(parts, key=lambda part: (-(part.cost.minor if part.cost else 0), part.item))),
        services=_rounded_up(services, chosen.currency),
        choices=_open_choices(reading, suggestion.item_id),
    )


def find(reading: Reading, key: str, seen: Outlook | None = None) -> Suggestion:
    """Return the suggestion CUSTOMER:ITEM or :ITEM; NotFound says why there is none."""
    known = seen or outlook(reading)
    for suggestion in known.suggestions:
        if suggestion.key == key or suggestion.key == f":{key}":
            return suggestion
    raise NotFound(
        tr("Nothing is suggested as {key}.", key=key),
        hint=known.verdict if not known.is_on else tr("List them with: pegboard report suggestions"),
    )


def accept(tx: Transaction, suggestion: Suggestion, *, long_lead_only: bool = False) -> str:
    """Accept a suggestion, in whole or for its long-lead parts alone, and raise its demand; returns its number.

    The next explosion pulls. Raises Refused where it is decided on already, where a choice or a price is missing, where
    nothing of it takes long, and where it would exceed the cash cap.
    """
    _require_undecided(tx, suggestion)
    pulls = pulls_of(tx, suggestion)
    needs = _needs(suggestion, pulls, long_lead_only=long_lead_only)
    cost = _affordable(tx, suggestion, pulls, long_lead_only=long_lead_only)
    number = take(tx, "INF")[0]
    inference_id = _write(tx, suggestion, number, "accepted", cost=cost, long_lead_only=long_lead_only)
    raise_inferred_demand(tx, inference_id, needs)
    tx.note(
        tr(
            "Accepted {number}: {quantity} {item}, at most {cost}.",
            number=number,
            quantity=suggestion.quantity,
            item=suggestion.item,
            cost=cost,
        )
    )
    return number


def decline(tx: Transaction, suggestion: Suggestion) -> None:
    """Decline a suggestion: it is not shown again before its last day has passed."""
    _require_undecided(tx, suggestion)
    number = take(tx, "INF")[0]
    _write(tx, suggestion, number, "declined", cost=Money(0, ""), long_lead_only=False)
    tx.note(tr("Declined {key}.", key=suggestion.key))


def _require_undecided(tx: Transaction, suggestion: Suggestion) -> None:
    if suggestion.expires_on < tx.today:
        raise Refused(
            tr("This suggestion was good until {day}.", day=suggestion.expires_on), hint=tr("Look at the new ones.")
        )
    if suggestion.newest_line is not None and _has_ordered_since(tx, suggestion, suggestion.newest_line):
        raise Refused(
            tr("{customer} has ordered {item} meanwhile.", customer=suggestion.customer_name, item=suggestion.item),
            hint=tr("Look at the suggestions again."),
        )
    known = first(
        tx,
        "SELECT number FROM inference WHERE item_id = ? AND COALESCE(customer_id, 0) = ?"
        " AND (state = 'accepted' OR (state IN ('declined', 'withdrawn') AND expires_on >= ?))",
        suggestion.item_id,
        suggestion.customer_id or 0,
        tx.today.isoformat(),
    )
    if known is not None:
        raise Refused(
            tr("{key} is decided on already ({number}).", key=suggestion.key, number=known.number),
            hint=tr("Withdraw it first, or wait until it ends."),
        )


def _has_ordered_since(tx: Transaction, suggestion: Suggestion, newest_line: int) -> bool:
    """Whether the customer has ordered the item after the suggestion was worked out."""
    found = first(
        tx,
        "SELECT 1 FROM order_line l JOIN customer_order o ON o.order_id = l.order_id WHERE l.order_line_id > ?"
        " AND l.item_id = ? AND o.customer_id = ? AND l.status NOT IN ('quote', 'cancelled') LIMIT 1",
        newest_line,
        suggestion.item_id,
        suggestion.customer_id or 0,
    )
    return found is not None


def _needs(suggestion: Suggestion, pulls: Pulls, *, long_lead_only: bool) -> list[InferredNeed]:
    if pulls.is_nothing:
        raise Refused(
            tr("Stock and what is coming cover {key} already.", key=suggestion.key),
            hint=tr("Accepting it would only keep them from real orders."),
        )
    if long_lead_only:
        if not pulls.long_lead:
            raise Refused(
                tr("No part of {item} takes long to come.", item=suggestion.item), hint=tr("Accept it in whole.")
            )
        return [InferredNeed(part.item_id, part.quantity.micro, part.need_date) for part in pulls.long_lead]
    if pulls.choices:
        raise Refused(
            tr("{item} leaves a choice open: {groups}.", item=suggestion.item, groups=", ".join(pulls.choices)),
            hint=tr("Accept its long-lead parts alone."),
        )
    return [InferredNeed(suggestion.item_id, suggestion.quantity.micro, suggestion.need_date)]


def _affordable(tx: Transaction, suggestion: Suggestion, pulls: Pulls, *, long_lead_only: bool) -> Money:
    cost = pulls.cost(long_lead_only=long_lead_only)
    if cost is None:
        unknown = [part.item for part in (pulls.long_lead if long_lead_only else pulls.parts) if part.cost is None]
        raise Refused(
            tr("No price is known for {items}.", items=", ".join(unknown[:5])),
            hint=tr("Enter a supplier's price or a standard cost first: the cash cap needs it."),
        )
    cap = cash_cap(tx)
    if cost.minor > cap.left.minor:
        raise Refused(
            tr(
                "Accepting {key} would tie up {cost}; of the cash cap of {cap} only {left} is left.",
                key=suggestion.key,
                cost=cost,
                cap=cap.cap,
                left=cap.left,
            ),
            hint=tr("Accept its long-lead parts alone, withdraw another one, or raise the cap in the settings."),
        )
    return cost


def _write(
    tx: Transaction, suggestion: Suggestion, number: str, state: str, *, cost: Money, long_lead_only: bool
) -> int:
    is_accepted = state == "accepted"
    tx.changed("inference")
    return add(
        tx,
        Inference,
        number=number,
        customer_id=suggestion.customer_id,
        item_id=suggestion.item_id,
        quantity=suggestion.quantity.micro,
        probability=round(suggestion.probability * MICRO),
        evidence=suggestion.evidence,
        need_date=suggestion.need_date,
        expires_on=suggestion.expires_on,
        long_lead_only=long_lead_only,
        state=state,
        committed_amount=cost.minor,
        accepted_at=tx.now if is_accepted else None,
        accepted_by=tx.actor if is_accepted else "",
        ended_at=None if is_accepted else tx.now,
        ended_by="" if is_accepted else tx.actor,
    )


def _parts(reading: Reading, plan: Plan, snapshot: PlanningSnapshot, long_lead_days: int, currency: str) -> list[Part]:
    needed: dict[int, int] = {}
    days: dict[int, str] = {}
    for _key, _demand, _job, item_id, quantity, need, _operation, _alternate in plan.requirements:
        if snapshot.items[item_id].source == "buy":
            needed[item_id] = needed.get(item_id, 0) + quantity
            days[item_id] = min(days.get(item_id, need), need)
    bought: dict[int, int] = {}
    prices: dict[int, int] = {}
    for line in plan.lines:
        if line.job is None:
            bought[line.item_id] = bought.get(line.item_id, 0) + line.added
            prices[line.item_id] = max(prices.get(line.item_id, 0), line.unit_price or 0)
    costs = _known_costs(reading)
    parts = []
    for item_id, quantity in needed.items():
        most = max(quantity, bought.get(item_id, 0))
        price = _price(snapshot, item_id, most, prices, costs)
        lead = _lead_days(snapshot, item_id)
        parts.append(
            Part(
                item_id=item_id,
                item=snapshot.items[item_id].code,
                quantity=Quantity(quantity),
                bought=Quantity(bought.get(item_id, 0)),
                need_date=datetime.date.fromisoformat(days[item_id]),
                lead_days=lead,
                is_long_lead=lead >= long_lead_days,
                cost=None if price is None else _rounded_up(most * price, currency),
            )
        )
    return parts


def _price(
    snapshot: PlanningSnapshot, item_id: int, quantity: int, bought_at: Mapping[int, int], costs: Mapping[int, int]
) -> int | None:
    """What one costs at most: as the plan buys it, as its supplier sells it, or what else is known of it."""
    articles = snapshot.articles.get(item_id, ())
    listed = price_at(articles[0], quantity) if articles else None
    known = [price for price in (bought_at.get(item_id), listed) if price]
    return max(known) if known else costs.get(item_id)


def _known_costs(reading: Reading) -> dict[int, int]:
    """Standard cost by item; where there is none, what it last cost or is sold for."""
    return dict(
        fetch(
            reading,
            "SELECT i.item_id, COALESCE(i.standard_cost, (SELECT max(s.unit_cost) FROM stock s"
            " WHERE s.item_id = i.item_id), i.list_price, (SELECT max(l.unit_price) FROM order_line l"
            " WHERE l.item_id = i.item_id)) FROM item i WHERE i.source = 'buy' AND COALESCE(i.standard_cost,"
            " (SELECT max(s.unit_cost) FROM stock s WHERE s.item_id = i.item_id), i.list_price,"
            " (SELECT max(l.unit_price) FROM order_line l WHERE l.item_id = i.item_id)) IS NOT NULL",
        )
    )


def _lead_days(snapshot: PlanningSnapshot, item_id: int) -> int:
    articles = snapshot.articles.get(item_id, ())
    lead = articles[0].lead_time_days if articles else None
    return lead if lead is not None else snapshot.items[item_id].lead_time_days or 0


def _open_choices(reading: Reading, item_id: int) -> tuple[str, ...]:
    """Option groups of an item that an order must choose and that have no default."""
    return tuple(
        row[0]
        for row in fetch(
            reading,
            "SELECT g.code FROM option_group g WHERE g.item_id = ? AND g.required = 1 AND NOT EXISTS"
            " (SELECT 1 FROM option_choice c WHERE c.option_group_id = g.option_group_id AND c.is_default = 1)"
            " ORDER BY g.code",
            (item_id,),
        )
    )


def _rounded_up(micro_micro: int, currency: str) -> Money:
    """An amount of quantity x price, rounded up to the minor unit: the cap is a promise."""
    unit = 10 ** (12 - minor_digits(currency))
    return Money(-(-micro_micro // unit), currency)
