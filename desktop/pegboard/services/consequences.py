"""What a change of an order does to supply: kept as it was before it was touched, told as consequences afterwards."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pegboard.domain.errors import Refused
from pegboard.domain.quantity import Money, Quantity, extended_amount
from pegboard.i18n import tr
from pegboard.queries.costs import item_costs
from pegboard.queries.orphans import Served, could_serve
from pegboard.services.promises import Promise
from pegboard.storage.reading_rows import among
from pegboard.storage.store import Reading

Key = tuple[str, int]  # a supply: the column of its pegs, and its row

KINDS = {
    "job_resized": lambda: tr("job resized"),
    "job_cancelled": lambda: tr("job cancelled"),
    "job_added": lambda: tr("new job"),
    "draft_cut": lambda: tr("draft line cut"),
    "draft_cancelled": lambda: tr("draft line taken off"),
    "draft_raised": lambda: tr("draft line raised"),
    "line_added": lambda: tr("new purchase line"),
    "parts_freed": lambda: tr("parts freed"),
    "received": lambda: tr("received for it and stuck"),
    "sent": lambda: tr("sent: the supplier must be asked"),
    "started": lambda: tr("released or started"),
    "set_by_person": lambda: tr("quantity set by a person"),
    "pegged_again": lambda: tr("pegged to another demand"),
    "moved": lambda: tr("moved to another day"),
    "promise_moved": lambda: tr("promise moved"),
    "parts_needed": lambda: tr("parts needed anew"),
}


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that a change does.

    Attributes: kind: one of `KINDS`; number: the job, PURCHASE_ORDER/LINE or STOCK:...; before, after: quantities of
    it, or days where it moves; money: value of the difference, None where no price or cost is known.
    """

    kind: str
    number: str
    item: str
    before: str
    after: str
    money: Money | None

    def as_json(self) -> dict[str, Any]:
        """The consequence as `pegboard change --json` prints it."""
        return {
            "kind": self.kind,
            "number": self.number,
            "item": self.item,
            "from": self.before,
            "to": self.after,
            "money": None if self.money is None else str(self.money),
        }


@dataclass(frozen=True, slots=True)
class OpenDecision:
    """What only a person can decide: somebody has acted on a supply already.

    Attributes: quantity: so much of it is no longer wanted, or comes too late where `comes` and `needed` are days (ISO
    text); column, key: the supply.
    """

    kind: str
    number: str
    item: str
    quantity: Quantity
    item_id: int = 0
    column: str = ""
    key: int = 0
    comes: str = ""
    needed: str = ""

    @property
    def is_late(self) -> bool:
        """Whether it is still wanted, but too late."""
        return bool(self.comes)

    def sentence(self) -> str:
        """Say what is to be decided."""
        values = {"number": self.number, "quantity": self.quantity, "item": self.item}
        if self.is_late:
            return tr(
                "{number}: {quantity} {item} come on {comes}, but would be needed on {needed}.",
                comes=self.comes,
                needed=self.needed,
                **values,
            )
        return tr("{number}: nobody would want {quantity} {item} any more.", **values)

    def as_json(self) -> dict[str, Any]:
        """The decision as `pegboard change --json` prints it."""
        return {"kind": self.kind, "number": self.number, "item": self.item, "quantity": str(self.quantity)}


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """All that a change does, and what a person must decide first; `serves` says who could use an item, by its key."""

    consequences: tuple[Consequence, ...] = ()
    decisions: tuple[OpenDecision, ...] = ()
    serves: Mapping[int, tuple[Served, ...]] = field(default_factory=dict, compare=False)

    def as_json(self) -> dict[str, Any]:
        """The result as `pegboard change --json` and `pegboard cancel --json` print it."""
        return {
            "consequences": [each.as_json() for each in self.consequences],
            "decisions": [each.as_json() for each in self.decisions],
        }


class DecisionNeeded(Refused):
    """A change touches what was sent, released, started or received: a person must decide first."""

    def __init__(self, result: ChangeResult) -> None:
        """Keep the whole result beside the sentence that names each decision."""
        super().__init__(_question(result.decisions), hint=tr("Look at the consequences, then decide on each."))
        self.result = result


def _question(decisions: Sequence[OpenDecision]) -> str:
    """Name each supply; what comes too late is told with its days."""
    unwanted = ", ".join(f"{each.number} ({each.quantity} {each.item})" for each in decisions if not each.is_late)
    parts = [tr("A person must decide what becomes of {parts}.", parts=unwanted)] if unwanted else []
    late = " ".join(each.sentence() for each in decisions if each.is_late)
    if late:
        parts.append(tr("A person must decide what is done about what comes too late. {late}", late=late))
    return " ".join(parts)


@dataclass(slots=True)
class Touched:
    """What was touched, as it was before; filled while the change works its way down.

    Attributes: jobs: quantity before by key; lines: quantity and price before by key; freed: what came free of stock by
    key; received: what of it came for the demand; pegged_again: what found another demand, by (column, key, demand);
    kept: kind and quantity of what stays though unwanted, by (column, key); unwanted: what is to be decided, likewise;
    too_late: quantity, day it comes and day it is needed; moved: days before, by (column, key); helped: demands and
    jobs, as (column, key), that got what came free; promises: those that moved by it.
    """

    jobs: dict[int, int] = field(default_factory=dict)
    lines: dict[int, tuple[int, int | None]] = field(default_factory=dict)
    freed: dict[int, int] = field(default_factory=dict)
    received: dict[int, int] = field(default_factory=dict)
    pegged_again: dict[tuple[str, int, str], int] = field(default_factory=dict)
    kept: dict[Key, tuple[str, int]] = field(default_factory=dict)
    unwanted: dict[Key, int] = field(default_factory=dict)
    too_late: dict[Key, tuple[int, str, str]] = field(default_factory=dict)
    moved: dict[Key, str] = field(default_factory=dict)
    new_jobs: list[int] = field(default_factory=list)
    new_lines: list[int] = field(default_factory=list)
    helped: set[Key] = field(default_factory=set)
    promises: list[Promise] = field(default_factory=list)

    def keys(self) -> Iterator[Key]:
        """Every supply that was touched."""
        for jobs in (self.jobs, self.new_jobs):
            yield from (("work_order_id", key) for key in jobs)
        for lines in (self.lines, self.new_lines):
            yield from (("purchase_line_id", key) for key in lines)
        yield from (("stock_id", key) for key in self.freed)
        yield from ((column, key) for column, key, _demand in self.pegged_again)
        for of_key in (self.kept, self.unwanted, self.too_late, self.moved):
            yield from of_key


def told(reading: Reading, touched: Touched, currency: str) -> ChangeResult:
    """Put into words what was touched, comparing with how it stands now.

    A made item without a standard cost is worth what its BOM and routing add up to.
    """
    facts = describe(reading, touched.keys())
    consequences = (
        *_jobs(reading, facts, touched, currency),
        *_lines(facts, touched, currency),
        *_stock(facts, touched, currency),
        *_kept(facts, touched, currency),
        *_pegged_again(facts, touched, currency),
        *_moved(facts, touched),
        *_promises(reading, touched),
    )
    decisions = tuple(_decisions(facts, touched))
    serves = could_serve(reading, {decision.item_id for decision in decisions}) if decisions else {}
    return ChangeResult(consequences, decisions, serves)


class SupplyFacts(NamedTuple):
    """Name, item, quantity, unit cost and dates of a supply."""

    name: str
    item: str
    item_id: int
    quantity: int
    cost: int | None
    state: str
    due_date: str


_FACTS = {
    "work_order_id": "SELECT w.work_order_id, w.number, i.code, w.item_id, w.quantity, i.standard_cost, w.state,"
    " w.due_date FROM work_order w JOIN item i ON i.item_id = w.item_id WHERE {among}",
    "purchase_line_id": "SELECT l.purchase_line_id, o.number || '/' || l.line, i.code, l.item_id, l.quantity,"
    " l.unit_price, l.state, l.due_date FROM purchase_line l"
    " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
    " JOIN item i ON i.item_id = l.item_id WHERE {among}",
    "stock_id": "SELECT s.stock_id, 'STOCK:' || p.code || ':' || i.code || CASE WHEN s.lot = '' THEN '' ELSE ':' ||"
    " s.lot END, i.code, s.item_id, s.quantity, s.unit_cost, s.status, '' FROM stock s"
    " JOIN location p ON p.location_id = s.location_id JOIN item i ON i.item_id = s.item_id WHERE {among}",
}
_KEYS = {"work_order_id": "w.work_order_id", "purchase_line_id": "l.purchase_line_id", "stock_id": "s.stock_id"}


def describe(reading: Reading, keys: Iterable[Key]) -> dict[Key, SupplyFacts]:
    """The facts of supplies, each given as (column, key), in a query for each kind."""
    wanted: dict[str, dict[int, None]] = {column: {} for column in _FACTS}
    for column, key in keys:
        wanted[column][key] = None
    return {
        (column, row[0]): SupplyFacts(*row[1:])
        for column, ids in wanted.items()
        for row in among(reading, _FACTS[column], _KEYS[column], ids)
    }


Facts = Mapping[Key, SupplyFacts]


def _decisions(facts: Facts, touched: Touched) -> Iterator[OpenDecision]:
    for (column, key), quantity in touched.unwanted.items():
        row = facts[column, key]
        yield OpenDecision("change_after_sent", row.name, row.item, Quantity(quantity), row.item_id, column, key)
    for (column, key), (quantity, comes, needed) in touched.too_late.items():
        if (column, key) in touched.unwanted:
            continue
        row = facts[column, key]
        size = Quantity(quantity)
        yield OpenDecision("change_after_sent", row.name, row.item, size, row.item_id, column, key, comes, needed)


def _worth(quantity: int, cost: int | None, currency: str) -> Money | None:
    return None if cost is None else extended_amount(abs(quantity), cost, currency)


def _difference(before: tuple[int, int | None], after: tuple[int, int | None], currency: str) -> Money | None:
    """What a draft line costs more where it grew, or less where it was cut.

    A price break may turn that round: below 0, more pieces cost less in all, or fewer cost more.
    """
    (old, old_price), (new, new_price) = before, after
    if not new:
        return _worth(old, old_price, currency)
    was, becomes = _worth(old, old_price, currency), _worth(new, new_price, currency)
    if was is None or becomes is None:
        return None
    return Money(becomes.minor - was.minor if new > old else was.minor - becomes.minor, currency)


def _changed(kind: str, row: SupplyFacts, before: int, after: int, currency: str) -> Consequence:
    worth = _worth(after - before, row.cost, currency)
    return Consequence(kind, row.name, row.item, str(Quantity(before)), str(Quantity(after)), worth)


def _jobs(reading: Reading, facts: Facts, touched: Touched, currency: str) -> Iterator[Consequence]:
    changed = []
    for key, before in touched.jobs.items():
        row = facts["work_order_id", key]
        after = 0 if row.state in ("cancelled", "closed") else row.quantity
        if after != before:
            changed.append(("job_resized" if after else "job_cancelled", row, before, after))
    for key in touched.new_jobs:
        row = facts["work_order_id", key]
        changed.append(("job_added", row, 0, row.quantity))
    unknown = {row.item for _kind, row, _before, _after in changed if row.cost is None}
    costs = item_costs(reading, only_of=unknown) if unknown else {}
    for kind, row, before, after in changed:
        rolled = costs[row.item].total if row.item in costs else None
        cost = row.cost if row.cost is not None or rolled is None else rolled.micro
        worth = _worth(after - before, cost, currency)
        yield Consequence(kind, row.name, row.item, str(Quantity(before)), str(Quantity(after)), worth)


def _lines(facts: Facts, touched: Touched, currency: str) -> Iterator[Consequence]:
    for key, (before, price) in touched.lines.items():
        row = facts["purchase_line_id", key]
        after = 0 if row.state == "cancelled" else row.quantity
        if after != before:
            kind = "draft_raised" if after > before else "draft_cut" if after else "draft_cancelled"
            worth = _difference((before, price), (after, row.cost), currency)
            yield Consequence(kind, row.name, row.item, str(Quantity(before)), str(Quantity(after)), worth)
    for key in touched.new_lines:
        row = facts["purchase_line_id", key]
        yield _changed("line_added", row, 0, row.quantity, currency)


def _stock(facts: Facts, touched: Touched, currency: str) -> Iterator[Consequence]:
    for key, freed in touched.freed.items():
        stuck = touched.received.get(key, 0)
        row = facts["stock_id", key]
        if freed > stuck:
            yield _changed("parts_freed", row, freed - stuck, 0, currency)
        if stuck:
            yield _changed("received", row, stuck, 0, currency)


def _kept(facts: Facts, touched: Touched, currency: str) -> Iterator[Consequence]:
    for (column, key), (kind, quantity) in touched.kept.items():
        yield _changed(kind, facts[column, key], quantity, 0, currency)


def _pegged_again(facts: Facts, touched: Touched, currency: str) -> Iterator[Consequence]:
    for (column, key, demand), quantity in touched.pegged_again.items():
        row = facts[column, key]
        yield Consequence(
            "pegged_again",
            row.name,
            row.item,
            "",
            f"{Quantity(quantity)} {demand}",
            _worth(quantity, row.cost, currency),
        )


def _moved(facts: Facts, touched: Touched) -> Iterator[Consequence]:
    for (column, key), before in touched.moved.items():
        row = facts[column, key]
        if row.due_date != before and row.state != "cancelled":
            yield Consequence("moved", row.name, row.item, before, row.due_date, None)


def _promises(reading: Reading, touched: Touched) -> Iterator[Consequence]:
    """Order lines that can ship on another day, now that something came free for them."""
    items = dict(
        among(
            reading,
            "SELECT d.name, i.code FROM demand d JOIN item i ON i.item_id = d.item_id WHERE {among}",
            "d.name",
            [promise.line for promise in touched.promises],
        )
    )
    for promise in touched.promises:
        before = "" if promise.before is None else promise.before.isoformat()
        yield Consequence("promise_moved", promise.line, items[promise.line], before, promise.after.isoformat(), None)
