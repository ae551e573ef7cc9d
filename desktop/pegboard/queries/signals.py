"""All open demand of every kind in the order in which it pulls, with its state and what it pulls.

The order is the planner's own (`OpenDemand.place`). Lines that pull nothing, because they are on hold, stand behind;
the signed builds for stock, which are supply without demand, stand last, so that the owner sees them.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from pegboard.domain.quantity import Quantity
from pegboard.domain.snapshot import OpenDemand
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.open_positions import OPEN_JOBS, demands
from pegboard.storage.reading_rows import among, calendar, day_number
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading
from pegboard.storage.true_dates import jobs_below

STOCK_BUILD = "stock_build"  # stands where the kind of a demand stands, for supply that has none


class SignalState(Enum):
    """How an open demand stands, what needs a person first."""

    LATE = "late"
    SHORT = "short"
    EXPIRED = "expired"
    NEW = "not_exploded"
    DEPOSIT = "waiting_for_deposit"
    HOLD = "on_hold"
    EXPLODED = "exploded"
    COVERED = "covered"
    BUILD = "stock_build"


@dataclass(frozen=True, slots=True)
class Pulled:
    """One supply that a demand claims: stock, job or purchase, with the number that people know it by."""

    kind: str
    number: str
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class SignalRow:
    """An open demand, a held line, or a build for stock.

    Attributes: place: in pull order from 1, None for what pulls nothing; name: as JSON calls it; origin: customer,
    shop, place of use, or who signed; quantity: still wanted; need: None for as soon as possible; ready: the day on
    which it can be met, None while unknown; raised: the day it came in; person: who let it in; pulls: what is pegged to
    it; reason: of a build, or what makes it late; order: the order's number.
    """

    key: str
    place: int | None
    kind: str
    name: str
    state: SignalState
    origin: str
    item: str
    description: str
    unit: str
    quantity: Quantity
    need: datetime.date | None
    ready: datetime.date | None
    raised: datetime.date | None
    person: str
    pulls: tuple[Pulled, ...] = field(default=())
    reason: str = ""
    order: str = ""
    expires: datetime.date | None = None


@dataclass(slots=True)
class _Cover:
    """What a demand's requirements want and have: millionths."""

    wanted: int = 0
    pegged: int = 0
    in_stock: int = 0


def signals(reading: Reading) -> list[SignalRow]:
    """Return all of them; a handful of statements, however many there are."""
    found = _demand_rows(reading, None)
    return [*found, *_not_raised(reading, len(found)), *_builds(reading)]


def first_signals(reading: Reading, count: int) -> tuple[list[SignalRow], bool]:
    """Return the first demands in pull order, so that a long list has something to show at once, and whether that is
    everything: where there are no more than `count` demands all signals come."""
    order = _in_pull_order(reading)
    if len(order) <= count:
        return signals(reading), True
    return _demand_rows(reading, frozenset(order[:count])), False


def _in_pull_order(reading: Reading) -> list[int]:
    """The keys of all open demands, as `OpenDemand.place` orders them."""
    today, on_or_before = reading.today.toordinal(), calendar(reading).on_or_before
    found = []
    for key, kind, need, due, ordered, raised, line in fetch(
        reading,
        "SELECT d.demand_id, d.kind, d.need_date, l.due_date, o.order_date, d.raised_at, d.order_line_id FROM demand d"
        " LEFT JOIN order_line l ON l.order_line_id = d.order_line_id"
        " LEFT JOIN customer_order o ON o.order_id = l.order_id WHERE d.state = 'open'",
    ):
        given = day_number(due if kind == "order" else need)
        day = None if given is None else max(today, on_or_before(given))
        place = max(today, day or 0), day is None, day_number(ordered or str(raised)[:10]) or 0, line or key
        found.append((place, key))
    return [key for _place, key in sorted(found)]


def _demand_rows(reading: Reading, demand_ids: frozenset[int] | None) -> list[SignalRow]:
    """The rows of open demands, those named or all, in pull order."""
    gates = settings(reading).deposit_gates_pull
    waiting = sorted(
        demands(reading, demand_ids, deposit_gates_pull=gates), key=lambda each: each.place(reading.today.toordinal())
    )
    facts = {row[0]: _Facts(*row) for row in _of(reading, _FACTS, "d.demand_id", demand_ids)}
    covers = _covers(reading, demand_ids)
    short_below = _demands_above(reading, _short_jobs(reading, demand_ids))
    pulls = _pulls(reading, demand_ids)
    closed_before = calendar(reading).on_or_before
    found = []
    for place, demand in enumerate(waiting, 1):
        cover = covers.get(demand.demand_id, _Cover())
        due = None if demand.given_due is None else closed_before(demand.given_due)
        state = _state(reading, demand, facts[demand.demand_id], cover, due, demand.demand_id in short_below)
        found.append(_row(place, demand, facts[demand.demand_id], cover, state, pulls.get(demand.demand_id, ())))
    return found


class _Facts(NamedTuple):
    """What a demand's row says beside what the planner knows."""

    demand_id: int
    raised_at: str
    raised_by: str
    code: str
    description: str
    unit: str
    order_number: str | None
    expires_on: str | None
    origin: str


def _of(reading: Reading, statement: str, column: str, keys: Collection[int] | None) -> Iterable[tuple[Any, ...]]:
    """The rows of a statement with {more} at the end of its conditions: of some keys, or of all."""
    if keys is None:
        return fetch(reading, statement.replace("{more}", ""))
    return among(reading, statement.replace("{more}", " AND {among}"), column, keys)


_FACTS = (
    "SELECT d.demand_id, d.raised_at, d.raised_by, i.code, i.description, i.unit, o.number AS order_number,"
    " f.expires_on, COALESCE(NULLIF(c.name, ''), c.code, NULLIF(fc.name, ''), fc.code, p.code, '') AS origin"
    " FROM demand d JOIN item i ON i.item_id = d.item_id"
    " LEFT JOIN order_line l ON l.order_line_id = d.order_line_id LEFT JOIN customer_order o ON o.order_id = l.order_id"
    " LEFT JOIN customer c ON c.customer_id = o.customer_id"
    " LEFT JOIN inference f ON f.inference_id = d.inference_id LEFT JOIN customer fc ON fc.customer_id = f.customer_id"
    " LEFT JOIN location p ON p.location_id = d.location_id WHERE d.state = 'open'{more}"
)


def _state(
    reading: Reading, demand: OpenDemand, facts: _Facts, cover: _Cover, due: int | None, is_short_below: bool
) -> SignalState:
    today = reading.today.toordinal()
    if demand.waits_for_deposit:
        return SignalState.DEPOSIT
    if facts.expires_on is not None and facts.expires_on < reading.today.isoformat():
        return SignalState.EXPIRED
    if demand.kind == "order" and due is not None and max(today, demand.ready or 0) > due:
        return SignalState.LATE
    if not demand.exploded:
        return SignalState.NEW
    if cover.pegged < cover.wanted or is_short_below:
        return SignalState.SHORT
    return SignalState.COVERED if cover.in_stock >= cover.wanted else SignalState.EXPLODED


def _row(
    place: int, demand: OpenDemand, facts: _Facts, cover: _Cover, state: SignalState, pulls: Iterable[Pulled]
) -> SignalRow:
    return SignalRow(
        key=str(demand.demand_id),
        place=place,
        kind=demand.kind,
        name=demand.name,
        state=state,
        origin=facts.origin,
        item=facts.code,
        description=facts.description,
        unit=facts.unit,
        quantity=Quantity(demand.quantity),
        need=None if demand.given_due is None else datetime.date.fromordinal(demand.given_due),
        ready=None if demand.ready is None or cover.pegged < cover.wanted else datetime.date.fromordinal(demand.ready),
        raised=_day(facts.raised_at),
        person=facts.raised_by,
        pulls=tuple(pulls),
        reason=demand.chain,
        order=facts.order_number or "",
        expires=_day(facts.expires_on),
    )


def _covers(reading: Reading, demand_ids: Collection[int] | None) -> dict[int, _Cover]:
    """What the requirements of open demands want and have."""
    found: dict[int, _Cover] = {}
    for demand_id, wanted, pegged, in_stock in _of(
        reading,
        "SELECT r.demand_id, r.quantity - r.issued_quantity, COALESCE((SELECT sum(p.quantity) FROM peg p"
        " WHERE p.requirement_id = r.requirement_id), 0), COALESCE((SELECT sum(p.quantity) FROM peg p"
        " WHERE p.requirement_id = r.requirement_id AND p.stock_id IS NOT NULL), 0)"
        " FROM demand d JOIN requirement r ON r.demand_id = d.demand_id WHERE d.state = 'open'{more}",
        "d.demand_id",
        demand_ids,
    ):
        cover = found.setdefault(demand_id, _Cover())
        cover.wanted += max(0, wanted)
        cover.pegged += pegged
        cover.in_stock += in_stock
    return found


def _short_jobs(reading: Reading, demand_ids: Collection[int] | None) -> set[int]:
    """Open jobs of whose components something is covered by nothing: all of them, or those below some demands."""
    return {
        row[0]
        for row in _of(
            reading,
            # Nearly every requirement is covered by one peg: that is looked at first, the job only of what is short.
            "SELECT DISTINCT r.work_order_id FROM requirement r CROSS JOIN work_order w"
            f" WHERE w.work_order_id = r.work_order_id AND w.state IN {OPEN_JOBS} AND r.quantity > r.issued_quantity"
            " AND NOT EXISTS (SELECT 1 FROM peg p WHERE p.requirement_id = r.requirement_id"
            " AND p.quantity >= r.quantity - r.issued_quantity)"
            " AND r.quantity - r.issued_quantity > COALESCE((SELECT sum(p.quantity) FROM peg p"
            " WHERE p.requirement_id = r.requirement_id), 0){more}",
            "r.work_order_id",
            None if demand_ids is None else jobs_below(reading, demand_ids),
        )
    }


def _demands_above(reading: Reading, jobs: set[int]) -> set[int]:
    """The demands that these jobs serve, up the pegs."""
    found: set[int] = set()
    known, level = set(jobs), jobs
    while level:
        above: set[int] = set()
        for demand_id, job_id in among(
            reading,
            "SELECT DISTINCT r.demand_id, r.work_order_id FROM peg p JOIN requirement r"
            " ON r.requirement_id = p.requirement_id WHERE {among}",
            "p.work_order_id",
            level,
        ):
            if demand_id is not None:
                found.add(demand_id)
            else:
                above.add(job_id)
        level = above - known
        known |= level
    return found


def _pulls(reading: Reading, demand_ids: Collection[int] | None) -> dict[int, list[Pulled]]:
    """What is pegged to the demands themselves, by demand; a kit's parts too."""
    found: dict[int, list[Pulled]] = {}
    for demand_id, job, line, place, lot, quantity in _of(
        reading,
        "SELECT r.demand_id, w.number, o.number || '/' || l.line, place.code, s.lot, p.quantity FROM demand d"
        " JOIN requirement r ON r.demand_id = d.demand_id JOIN peg p ON p.requirement_id = r.requirement_id"
        " LEFT JOIN work_order w ON w.work_order_id = p.work_order_id"
        " LEFT JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id"
        " LEFT JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " LEFT JOIN stock s ON s.stock_id = p.stock_id LEFT JOIN location place ON place.location_id = s.location_id"
        " WHERE d.state = 'open'{more} ORDER BY p.peg_id",
        "d.demand_id",
        demand_ids,
    ):
        kind = "job" if job else "purchase" if line else "stock"
        number = job or line or f"{place} {lot}".strip()
        found.setdefault(demand_id, []).append(Pulled(kind, number, Quantity(quantity)))
    return found


def _not_raised(reading: Reading, before: int) -> list[SignalRow]:
    """Confirmed order lines without demand: those on hold, and those that the next explosion lets in."""
    found = []
    place = before
    for row in rows(
        reading,
        "SELECT l.order_line_id, o.number, l.line, l.hold, l.due_date, o.order_date,"
        " l.quantity - l.shipped_quantity AS left_over, i.code, i.description, i.unit,"
        " COALESCE(NULLIF(c.name, ''), c.code) AS customer FROM order_line l"
        " JOIN customer_order o ON o.order_id = l.order_id JOIN customer c ON c.customer_id = o.customer_id"
        " JOIN item i ON i.item_id = l.item_id WHERE l.status = 'confirmed' AND l.quantity > l.shipped_quantity"
        " AND NOT EXISTS (SELECT 1 FROM demand d WHERE d.order_line_id = l.order_line_id"
        " AND d.state IN ('open', 'done')) ORDER BY l.hold, l.due_date IS NULL, l.due_date, l.order_line_id",
    ):
        place += not row.hold
        found.append(
            SignalRow(
                key=f"line:{row.order_line_id}",
                place=None if row.hold else place,
                kind="order",
                name=f"{row.number}/{row.line}",
                state=SignalState.HOLD if row.hold else SignalState.NEW,
                origin=row.customer,
                item=row.code,
                description=row.description,
                unit=row.unit,
                quantity=Quantity(row.left_over),
                need=_day(row.due_date),
                ready=None,
                raised=_day(row.order_date),
                person="",
                order=row.number,
            )
        )
    return found


def _builds(reading: Reading) -> list[SignalRow]:
    """Signed builds for stock that are still to come, the newest first."""
    return [
        SignalRow(
            key=f"build:{row.stock_build_id}",
            place=None,
            kind=STOCK_BUILD,
            name=row.job or row.line,
            state=SignalState.BUILD,
            origin=row.signed_by,
            item=row.code,
            description=row.description,
            unit=row.unit,
            quantity=Quantity(row.quantity),
            need=None,
            ready=_day(row.due),
            raised=_day(row.signed_on),
            person=row.signed_by,
            pulls=(Pulled("job" if row.job else "purchase", row.job or row.line, Quantity(row.quantity)),),
            reason=row.reason,
        )
        for row in rows(
            reading,
            "SELECT b.*, i.code, i.description, i.unit, w.number AS job, o.number || '/' || l.line AS line,"
            " COALESCE(w.due_date, l.due_date) AS due FROM stock_build b JOIN item i ON i.item_id = b.item_id"
            " LEFT JOIN work_order w ON w.work_order_id = b.work_order_id"
            " LEFT JOIN purchase_line l ON l.purchase_line_id = b.purchase_line_id"
            " LEFT JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
            f" WHERE w.state IN {OPEN_JOBS} OR (l.state = 'open' AND l.quantity > l.received_quantity)"
            " ORDER BY b.stock_build_id DESC",
        )
    ]


def _day(text: str | None) -> datetime.date | None:
    """The day of a date or an instant as it lies in the file."""
    return datetime.date.fromisoformat(str(text)[:10]) if text else None


@dataclass(frozen=True, slots=True)
class Buildable:
    """An item that may be built for stock."""

    code: str
    description: str
    is_whole: bool


def buildable(reading: Reading) -> list[Buildable]:
    """Return the items that can be made or bought for stock, by code."""
    return [
        Buildable(row[0], row[1], bool(row[2]))
        for row in fetch(
            reading,
            "SELECT code, description, whole_units FROM item WHERE active = 1 AND source <> 'phantom' ORDER BY code",
        )
    ]
