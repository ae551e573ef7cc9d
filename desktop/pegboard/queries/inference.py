"""What customers will probably order next, from the shop's own orders, and whether believing it would have paid.

Everything is worked out afresh from the order history, in one query and one replay of it; a suggestion is in the file
only once a person has decided on it.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pegboard.domain.inference import Prediction, Purchase, Terms
from pegboard.domain.inference_backtest import Score, backtest
from pegboard.domain.quantity import MICRO, Money, Price, Quantity, extended_amount, minor_digits
from pegboard.i18n import tr
from pegboard.progress import UNWATCHED, Progress
from pegboard.queries.costs import item_costs
from pegboard.queries.settings import Settings, settings
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A predicted need that a person may accept or decline.

    Attributes: key: CUSTOMER:ITEM, :ITEM where it is nobody in particular; kind: repeat, together or rate; customer:
    its code, customer_name what people call it; probability: 0 to 1; evidence: why, in a sentence; cost: what all its
    bought material costs, None where a price is not known; newest_line: key of the newest order line that was known.
    """

    key: str
    kind: str
    customer: str
    customer_name: str
    customer_id: int | None
    item: str
    description: str
    unit: str
    item_id: int
    quantity: Quantity
    probability: float
    evidence: str
    need_date: datetime.date
    expires_on: datetime.date
    cost: Money | None
    newest_line: int | None = None


@dataclass(frozen=True, slots=True)
class Cap:
    """The cash that accepted inferences may tie up: all of it, what is tied up, and what is left."""

    cap: Money
    committed: Money

    @property
    def left(self) -> Money:
        """What may still be accepted."""
        return self.cap - self.committed


@dataclass(frozen=True)
class Outlook:
    """Score and suggestions of one moment.

    Attributes: score: of the backtest; currency: of its money; suggestions: empty where they are switched off, the most
    probable first; mark: of the history that the score is of.
    """

    score: Score
    currency: str
    suggestions: tuple[Suggestion, ...]
    mark: tuple[int, datetime.date] = (0, datetime.date.min)

    @property
    def is_on(self) -> bool:
        """Whether the backtest allows suggestions."""
        return self.score.is_on

    @cached_property
    def verdict(self) -> str:
        """Why suggestions are shown, or are not, in a sentence."""
        return verdict(self.score, self.currency)


def history(reading: Reading) -> list[Purchase]:
    """All that customers ordered until today, oldest first; quotes and cancelled lines are none."""
    days: dict[str, int] = {}
    found = []
    for text, customer, item, quantity, value, order in fetch(
        reading,
        "SELECT o.order_date, o.customer_id, l.item_id, l.quantity,"
        " COALESCE(l.unit_price, i.list_price, i.standard_cost, 0), o.order_id FROM order_line l"
        " JOIN customer_order o ON o.order_id = l.order_id JOIN item i ON i.item_id = l.item_id"
        " WHERE l.status IN ('confirmed', 'shipped', 'closed') AND o.order_date <= ?"
        " ORDER BY o.order_date, o.order_id, l.line",
        (reading.today.isoformat(),),
    ):
        day = days.get(text)
        if day is None:
            day = days[text] = datetime.date.fromisoformat(text).toordinal()
        found.append(Purchase(day, customer, item, quantity, value, order))
    return found


def terms(reading: Reading) -> Terms:
    """The terms that the shop has set."""
    chosen = settings(reading)
    whole = fetch(reading, "SELECT item_id FROM item WHERE whole_units = 1")
    return Terms(
        chosen.inference_horizon_days,
        chosen.inference_gain_percent.micro / 100 / MICRO,
        chosen.inference_loss_percent.micro / 100 / MICRO,
        frozenset(row[0] for row in whole),
    )


def score(reading: Reading, progress: Progress = UNWATCHED) -> Score:
    """Replay the order history; `progress` is told after each round."""
    purchases = history(reading)

    def step(done: int, total: int) -> None:
        progress.step(done, total, tr("Replaying the past"))

    # What was ordered today counts as known.
    return backtest(purchases, reading.today.toordinal() + 1, terms(reading), step)


def outlook(reading: Reading, progress: Progress = UNWATCHED, before: Outlook | None = None) -> Outlook:
    """Replay the order history and say what is worth acting on now, unless that would have lost money.

    With the outlook of `before` the past is replayed only where orders or settings have changed since.
    """
    mark = _history_mark(reading)
    found = before.score if before is not None and before.mark == mark else score(reading, progress)
    chosen = settings(reading)
    shown = suggestions_of(reading, found.predictions, chosen) if found.is_on else ()
    return Outlook(found, chosen.currency, tuple(shown), mark)


def _history_mark(reading: Reading) -> tuple[int, datetime.date]:
    """The last command that may have changed what a replay would say, and the day."""
    rows = fetch(
        reading,
        "SELECT COALESCE(max(audit_entry_id), 0) FROM audit_entry WHERE ' ' || changed || ' ' LIKE '% order %'"
        " OR ' ' || changed || ' ' LIKE '% setting %' OR ' ' || changed || ' ' LIKE '% item %'",
    )
    return int(rows[0][0]), reading.today


def suggestions_of(reading: Reading, predictions: Sequence[Prediction], chosen: Settings) -> list[Suggestion]:
    """Predictions as suggestions, but for what is decided on already and for items that are no longer sold."""
    decided = _decided(reading)
    items = {row[0]: row for row in fetch(reading, _ITEMS)}
    customers = {row[0]: row for row in fetch(reading, "SELECT customer_id, code, name FROM customer")}
    costs = {code: cost.material for code, cost in item_costs(reading).items()}
    expires = reading.today + datetime.timedelta(days=chosen.inference_horizon_days)
    newest = fetch(reading, "SELECT COALESCE(max(order_line_id), 0) FROM order_line")[0][0]
    found = []
    for each in predictions:
        item = items.get(each.item)
        if item is None or (each.customer, each.item) in decided:
            continue
        made = _suggestion(reading, each, item, customers, costs, expires, chosen.currency, items)
        found.append(replace(made, newest_line=newest))
    return found


_ITEMS = "SELECT item_id, code, description, unit FROM item WHERE active = 1"


def _decided(reading: Reading) -> set[tuple[int | None, int]]:
    """Customers and items of which a suggestion is accepted, or declined until a day that is still to come."""
    rows = fetch(
        reading,
        "SELECT customer_id, item_id FROM inference"
        " WHERE state = 'accepted' OR (state IN ('declined', 'withdrawn') AND expires_on >= ?)",
        (reading.today.isoformat(),),
    )
    return {(row[0], row[1]) for row in rows}


def _suggestion(
    reading: Reading,
    each: Prediction,
    item: tuple[Any, ...],
    customers: Mapping[int, tuple[Any, ...]],
    costs: Mapping[str, Price | None],
    expires: datetime.date,
    currency: str,
    items: Mapping[int, tuple[Any, ...]],
) -> Suggestion:
    _id, code, name = customers[each.customer] if each.customer is not None else (None, "", "")
    cost = costs.get(item[1])
    need = datetime.date.fromordinal(max(each.need, reading.today.toordinal()))
    return Suggestion(
        key=f"{code}:{item[1]}",
        kind=each.kind,
        customer=code,
        customer_name=name or code,
        customer_id=each.customer,
        item=item[1],
        description=item[2],
        unit=item[3],
        item_id=each.item,
        quantity=Quantity(each.quantity),
        probability=each.probability,
        evidence=evidence(each, reading.today, items),
        need_date=min(need, expires),
        expires_on=expires,
        cost=None if cost is None else extended_amount(each.quantity, cost.micro, currency),
    )


def evidence(each: Prediction, today: datetime.date, items: Mapping[int, Sequence[Any]]) -> str:
    """Say in a sentence or two why something will probably be ordered; `items` give code by id in second place."""
    if each.kind == "repeat":
        return tr(
            "Ordered {count} times, {shortest} to {longest} days apart; the next is expected after {gap} days."
            " The last order was {ago} days ago.",
            count=each.orders,
            shortest=each.shortest,
            longest=each.longest,
            gap=round(each.gap),
            ago=today.toordinal() - each.last,
        )
    if each.rule is not None:
        other = items.get(each.rule.item)
        return tr(
            "{item} is expected from this customer, and {both} of {count} orders with it had this too,"
            " {lift} times as often as by chance.",
            item=other[1] if other is not None else "",
            both=each.rule.both,
            count=each.rule.of_item,
            lift=f"{each.rule.lift:.1f}",
        )
    return tr(
        "Somebody orders it in {percent} of 100 weeks; at least {demands} of the next {weeks} weeks should bring an"
        " order of the usual size.",
        percent=round(100 * each.chance),
        demands=each.orders,
        weeks=each.weeks,
    )


def cash_cap(reading: Reading) -> Cap:
    """The cash cap of accepted inferences, and how much of it is taken; what real orders took over counts no more.

    Where a share of the free cash is less than the fixed cap, it is the cap.
    """
    chosen = settings(reading)
    cap = extended_amount(MICRO, chosen.inference_cash_cap.micro, chosen.currency)
    if chosen.inference_cash_percent:
        share = free_cash(reading) * chosen.inference_cash_percent.micro // (100 * MICRO)
        cap = min(cap, Money(share, chosen.currency), key=lambda amount: amount.minor)
    committed = sum(
        -(-row[0] * (row[1] - row[2]) // row[1])  # rounded up: the cap is a promise
        for row in fetch(
            reading, "SELECT committed_amount, quantity, taken_quantity FROM inference WHERE state = 'accepted'"
        )
    )
    return Cap(cap, Money(committed, chosen.currency))


def free_cash(reading: Reading) -> int:
    """Minor units of the shop's money that are there and not owed: less open bills, what was received and what is on
    order; never below 0."""
    from pegboard.domain.cash_plan import CashKind
    from pegboard.queries.report_cash_plan import cash_plan

    plan = cash_plan(reading)
    owed = (CashKind.BILL, CashKind.TO_BILL, CashKind.PURCHASE)
    return max(0, plan.cash + sum(event.minor for event in plan.events if event.kind in owed))


def verdict(found: Score, currency: str, *, shows_money: bool = True) -> str:
    """Say whether suggestions may be shown, and why; without amounts for who may not see money."""
    if not found.has_enough:
        return tr(
            "Suggestions are off: {rounds} rounds of {days} days can be replayed, and three are needed before anyone"
            " should trust them.",
            rounds=len(found.rounds),
            days=found.horizon,
        )
    if found.is_below_naive and found.money >= max(0.0, found.naive_money):
        return tr(
            "Suggestions are off: their chances were further from what happened (Brier score {brier}) than the naive"
            " share ({naive}).",
            brier=f"{found.brier or 0:.3f}",
            naive=f"{found.naive_brier or 0:.3f}",
        )
    head = tr("Suggestions are on") if found.is_on else tr("Suggestions are off")
    if not shows_money:
        return f"{head}."
    return tr(
        "{head}: over {rounds} rounds of {days} days they would have made {money}, the naive rule {naive}, doing"
        " nothing 0.",
        head=head,
        rounds=len(found.rounds),
        days=found.horizon,
        money=amount(found.money, currency),
        naive=amount(found.naive_money, currency),
    )


def amount(value: float, currency: str) -> Money:
    """A statistic as money, rounded to the currency's minor unit."""
    return Money(round(value * 10 ** minor_digits(currency)), currency)


@dataclass(frozen=True, slots=True)
class InferenceRow:
    """An inference that a person has decided on.

    Attributes: number; state: accepted, declined, taken, expired or withdrawn; taken: by real orders; committed: cash
    when it was accepted; person: who decided.
    """

    number: str
    state: str
    customer: str
    item: str
    quantity: Quantity
    taken: Quantity
    long_lead_only: bool
    probability: float
    evidence: str
    need_date: datetime.date
    expires_on: datetime.date
    committed: Money
    person: str


def decided(reading: Reading) -> list[InferenceRow]:
    """All inferences that a person has decided on, the newest first."""
    currency = settings(reading).currency
    return [
        InferenceRow(
            number=row[0],
            state=row[1],
            customer=row[2],
            item=row[3],
            quantity=Quantity(row[4]),
            taken=Quantity(row[5]),
            long_lead_only=bool(row[6]),
            probability=row[7] / MICRO,
            evidence=row[8],
            need_date=datetime.date.fromisoformat(row[9]),
            expires_on=datetime.date.fromisoformat(row[10]),
            committed=Money(row[11], currency),
            person=row[12] or row[13],
        )
        for row in fetch(
            reading,
            "SELECT f.number, f.state, COALESCE(c.code, ''), i.code, f.quantity, f.taken_quantity, f.long_lead_only,"
            " f.probability, f.evidence, f.need_date, f.expires_on, f.committed_amount, f.accepted_by, f.ended_by"
            " FROM inference f JOIN item i ON i.item_id = f.item_id"
            " LEFT JOIN customer c ON c.customer_id = f.customer_id ORDER BY f.inference_id DESC",
        )
    ]
