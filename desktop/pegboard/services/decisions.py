"""What a person decides about supply that somebody has acted on already: keep it, ask, give it to another, scrap it.

A decision is written as KEEP, ASK, SCRAP or REPEG:DEMAND, for one number or ('') for all that are open.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.lookups import purchase_line_named
from pegboard.services import pegs
from pegboard.services.consequences import OpenDecision
from pegboard.services.movements import Movement, take_out
from pegboard.services.promises import Promise
from pegboard.services.purchasing import end_line, set_promised_date
from pegboard.services.repegging import repeg
from pegboard.services.standing import JOB, LINE, STOCK
from pegboard.storage.rows import add, change, first, run
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.purchasing import PurchaseLine
from pegboard.storage.tables.workshop import Decision

KEEP, ASK, SCRAP, REPEG = "keep", "ask", "scrap", "repeg"
ASKED, ACCEPTED, DECLINED = "asked", "accepted", "declined"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: keep, ask, scrap or repeg, the last with the demand that gets it."""

    verb: str
    demand: str = ""

    @classmethod
    def read(cls, text: str) -> "Choice":
        """Read keep, ask, scrap or repeg:DEMAND. Raises InvalidInput for anything else."""
        verb, _colon, demand = text.partition(":")
        if verb in (KEEP, ASK, SCRAP) and not demand:
            return cls(verb)
        if verb == REPEG and demand:
            return cls(verb, demand)
        raise InvalidInput(
            tr('"{decide}" is no decision.', decide=text),
            hint=tr("Decide: keep, ask, scrap, or repeg:DEMAND."),
        )


class Choices:
    """The choices for a change: for numbers, and for all others ('' as the number)."""

    def __init__(self, decide: str | Mapping[str, str] = "") -> None:
        given = {"": decide} if isinstance(decide, str) else decide
        self._of = {number: Choice.read(text) for number, text in given.items() if text}

    def of(self, decision: OpenDecision) -> Choice | None:
        """What is decided about one supply, None where nothing is yet."""
        return self._of.get(decision.number) or self._of.get("")

    @property
    def cut(self) -> frozenset[str]:
        """Numbers of jobs and lines that are to follow though somebody has acted on them."""
        return frozenset(number for number, choice in self._of.items() if number and choice.verb == SCRAP)


def read_choices(words: Sequence[str]) -> dict[str, str]:
    """Read `keep` and `NUMBER=keep` as a person types them into choices by number."""
    found: dict[str, str] = {}
    for word in words:
        number, sign, choice = word.rpartition("=")
        found[number if sign else ""] = choice
    return found


def undecided(decisions: Sequence[OpenDecision], choices: Choices) -> list[OpenDecision]:
    """What nobody has decided yet."""
    return [decision for decision in decisions if choices.of(decision) is None]


def apply(tx: Transaction, decision: OpenDecision, choice: Choice, cause: str) -> None:
    """Do what was decided, and keep the decision with its cause. Raises Refused where it cannot be done."""
    outcome = choice.verb
    if choice.verb == ASK:
        _require_supplier(decision)
        outcome = ASKED
    elif choice.verb == SCRAP:
        _scrap(tx, decision, cause)
    elif choice.verb == REPEG:
        given = repeg(tx, decision.number, choice.demand, decision.quantity)
        outcome = f"{REPEG}: {given.quantity} {choice.demand}"
    add(
        tx,
        Decision,
        kind=decision.kind,
        number=decision.number,
        item_id=decision.item_id or None,
        quantity=decision.quantity.micro,
        cause=cause,
        raised_at=tx.now,
        decided_at=None if outcome == ASKED else tx.now,
        decided_by=tx.actor,
        outcome=f"{ASKED}: {decision.needed}" if outcome == ASKED and decision.is_late else outcome,
    )
    tx.changed("decision")


def _require_supplier(decision: OpenDecision) -> None:
    if decision.column != LINE:
        raise Refused(
            tr("{number} is not on order at a supplier: there is nobody to ask.", number=decision.number),
            hint=tr("Keep it, give it to another demand, or scrap it."),
        )


def _scrap(tx: Transaction, decision: OpenDecision, cause: str) -> None:
    if decision.column == STOCK:
        layers = take_out(tx, decision.key, decision.quantity.micro, Movement("scrap", decision.number, cause))
        worth = sum((cost or 0) * quantity for quantity, cost in layers)
        tx.note(
            tr("Scrapped {quantity} {item}.", quantity=decision.quantity, item=decision.item)
            if not worth
            else tr("Scrapped {quantity} {item}, booked off at cost.", quantity=decision.quantity, item=decision.item)
        )
        return
    if decision.column == JOB:
        raise Refused(
            tr("{number} cannot be cut: it was imported.", number=decision.number),
            hint=tr("Keep it, give it to another demand, or close it short."),
        )
    raise Refused(
        tr("{number} is on order and not here: it cannot be scrapped.", number=decision.number),
        hint=tr("Ask the supplier, or keep it as surplus."),
    )


# --- what the supplier answers


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a supplier that is open.

    Attributes: needed: the day on which it would be needed, where it comes too late; else it is no longer wanted.
    """

    key: int
    number: str
    item: str
    quantity: Quantity
    supplier: str
    contact: str
    email: str
    needed: datetime.date | None

    def subject(self) -> str:
        """The subject of the mail."""
        return tr("Our order {number}: {item}", number=self.number, item=self.item)

    def text(self) -> str:
        """What the mail asks."""
        values = {"number": self.number, "quantity": self.quantity, "item": self.item}
        if self.needed is not None:
            return tr(
                "we need {quantity} {item} of our order {number} earlier, on {day}. Can you deliver by then?",
                day=self.needed,
                **values,
            )
        return tr(
            "we no longer need {quantity} {item} of our order {number}. Can you take them off the order?", **values
        )


def question(reading: Reading, line: str) -> Question | None:
    """The newest open question about PURCHASE_ORDER/LINE, None where none is open."""
    row = first(
        reading,
        "SELECT * FROM decision WHERE number = ? AND decided_at IS NULL AND outcome LIKE 'asked%'"
        " ORDER BY decision_id DESC",
        line,
    )
    if row is None:
        return None
    about = purchase_line_named(reading, line)
    who = first(
        reading,
        "SELECT s.code, s.contact, s.email FROM supplier s JOIN purchase_order o ON o.supplier_id = s.supplier_id"
        " WHERE o.number = ?",
        about.number,
    )
    assert who is not None
    needed = str(row.outcome).partition(": ")[2]
    return Question(
        row.decision_id,
        line,
        about.item,
        Quantity(row.quantity),
        who.code,
        who.contact,
        who.email,
        datetime.date.fromisoformat(needed) if needed else None,
    )


def answer(tx: Transaction, line: str, *, accepted: bool, promised: datetime.date | None = None) -> list[Promise]:
    """Book what the supplier answered to the open question about PURCHASE_ORDER/LINE.

    Accepted, what is no longer wanted is taken off the order, or the day becomes `promised` (else the day asked for);
    refused, all stays, the unwanted as surplus. Returns the order lines whose promise has moved.
    Raises NotFound where nothing was asked.
    """
    asked = question(tx, line)
    if asked is None:
        raise NotFound(
            tr("Nothing was asked about {line}.", line=line), hint=tr("Change the order that wants it, and ask then.")
        )
    moved: list[Promise] = []
    if accepted and asked.needed is not None:
        moved = set_promised_date(tx, line, promised or asked.needed)
    elif accepted:
        _take_off(tx, purchase_line_named(tx, line), asked.quantity.micro)
    outcome = ACCEPTED if accepted else DECLINED
    change(tx, Decision, asked.key, decided_at=tx.now, decided_by=tx.actor, outcome=outcome)
    tx.changed("decision", "purchase_order")
    tx.note(
        tr("{supplier} accepts: {number}.", supplier=asked.supplier, number=line)
        if accepted
        else tr("{supplier} declines: {number}.", supplier=asked.supplier, number=line)
    )
    return moved


def _take_off(tx: Transaction, line: Row[Any], quantity: int) -> None:
    """Take what nobody wants off a sent line: no more than is still surplus on it."""
    surplus = line.quantity - line.received_quantity - pegs.pegged(tx, pegs.purchase(line.purchase_line_id))
    less = min(quantity, max(0, surplus))
    left = line.quantity - less
    if left > line.received_quantity:
        change(tx, PurchaseLine, line.purchase_line_id, quantity=left)
        if line.work_order_id is None:
            pegs.surplus_needs_reason(tx, pegs.purchase(line.purchase_line_id), "cancelled demand")
    else:
        end_line(tx, line, left)
    run(
        tx,
        "UPDATE purchase_order SET revision = revision + 1, row_version = row_version + 1 WHERE purchase_order_id = ?",
        line.purchase_order_id,
    )
