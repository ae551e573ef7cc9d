"""Explodes open demand and writes the plan: the only place where work orders, purchase lines and pegs come from."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from pegboard.domain.configuration import joined
from pegboard.domain.errors import NotFound, Refused
from pegboard.domain.explosion import explode as plan_demand
from pegboard.domain.plan import Plan
from pegboard.domain.snapshot import Choices, OpenDemand, PlanningSnapshot
from pegboard.i18n import tr
from pegboard.progress import UNWATCHED, Progress
from pegboard.queries.settings import settings
from pegboard.services.demand import raise_order_demand, raise_sale_demand, sale_signals
from pegboard.services.kanban import mark_on_order
from pegboard.services.pegs import merge_twins
from pegboard.services.plan_writing import write_plan
from pegboard.services.promises import push_dates, tell_true_promises
from pegboard.storage.bulk import fetch
from pegboard.storage.reading_rows import calendar
from pegboard.storage.snapshots import Scope, planning_snapshot
from pegboard.storage.store import Reading, Transaction


@dataclass(frozen=True, slots=True)
class Explosion:
    """A computed explosion: what the planner saw and what it proposes."""

    snapshot: PlanningSnapshot
    plan: Plan


def explode(
    tx: Transaction,
    orders: Sequence[str] = (),
    progress: Progress = UNWATCHED,
    *,
    master: PlanningSnapshot | None = None,
) -> Explosion:
    """Explode all demand that is not covered yet, or that of the named orders, and write the plan.

    `master` is an earlier snapshot of this transaction with master data that still holds.
    Raises NotFound for an unknown order and Refused for one that is only a quote.
    """
    if orders:
        raise_order_demand(tx, _order_ids(tx, orders))
    else:
        raise_order_demand(tx)
        raise_sale_demand(tx)
    return _carry_out(tx, replace(_scope(tx, orders, quotes=False), master=master), progress)


def explode_demand(tx: Transaction, demand_ids: Iterable[int], progress: Progress = UNWATCHED) -> Explosion:
    """Explode these demands alone, such as that of a card which was scanned a moment ago, and write the plan.

    Nothing else is raised or looked at, so that it costs what hangs on them and not what the whole shop has open.
    """
    return _carry_out(tx, Scope(frozenset(demand_ids)), progress)


def _carry_out(tx: Transaction, scope: Scope, progress: Progress) -> Explosion:
    with without_collector():
        scope = replace(scope, dates_hold=not push_dates(tx, scope.demand_ids).given)
        explosion = _compute(tx, scope, progress)
        write_plan(tx, explosion.plan, explosion.snapshot, progress)
        first = explosion.snapshot.first.requirement
        stood = {peg[1] for peg in explosion.plan.pegs if peg[1] < first}
        merge_twins(tx, stood)
        if _touches_dates(explosion.plan) and push_dates(tx, scope.demand_ids):
            tell_true_promises(tx, explosion.plan, explosion.snapshot)
    mark_on_order(tx)
    plan = explosion.plan
    tx.note(
        tr(
            "Exploded: {jobs} work orders, {lines} purchase lines, {pegs} pegs.",
            jobs=len(plan.jobs),
            lines=len(plan.lines),
            pegs=len(plan.pegs),
        )
    )
    return explosion


def preview(reading: Reading, orders: Sequence[str] = ()) -> Explosion:
    """Compute an explosion and write nothing; a quote that is named is exploded as if it were confirmed.

    Demand of confirmed lines and of the tills that was not raised yet is looked at as if it had been.
    """
    with without_collector():
        scope = _scope(reading, orders, quotes=True)
        if not orders:
            scope = replace(scope, extra=scope.extra + _sales_not_raised(reading))
        return _compute(reading, scope)


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line of an order that is still being typed: quantity in millionths, due None for as soon as possible."""

    item_id: int
    quantity: int
    due: date | None
    choices: Choices = ()


def preview_draft(reading: Reading, lines: Sequence[TypedLine]) -> Explosion:
    """Compute what an order that is still being typed would pull.

    Its demands are called 1, 2, 3... after their place in `lines` and have the ids -1, -2, -3... What stands in the
    file is netted against; nothing else is exploded.
    """
    today, days = reading.today.toordinal(), calendar(reading)
    demands = []
    for place, line in enumerate(lines, 1):
        given = None if line.due is None else line.due.toordinal()
        due = None if given is None else max(today, days.on_or_before(given))
        demands.append(
            OpenDemand(
                -place, "order", str(place), line.item_id, line.quantity, due, given, today, place, joined(line.choices)
            )
        )
    with without_collector():
        return _compute(reading, Scope(frozenset(), tuple(demands)))


def _compute(reading: Reading, scope: Scope, progress: Progress = UNWATCHED) -> Explosion:
    """Plan; half of what an explosion takes."""
    chosen = settings(reading)
    snapshot = planning_snapshot(
        reading, scope, combining_days=chosen.combining_days, deposit_gates_pull=chosen.deposit_gates_pull
    )
    text = tr("Working out what is pulled")
    return Explosion(snapshot, plan_demand(snapshot, lambda done, total: progress.step(done, 2 * total, text)))


def _touches_dates(plan: Plan) -> bool:
    """Say whether what stood may wait for this plan: a part that is covered late, or a draft line that grew later."""
    return any(job.ready > job.start for job in plan.standing.values()) or any(line.grown for line in plan.lines)


@contextmanager
def without_collector() -> Iterator[None]:
    """A plan is millions of small tuples without a cycle: looking for cycles among them would double the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _scope(reading: Reading, orders: Sequence[str], *, quotes: bool) -> Scope:
    named = _order_ids(reading, orders)
    extra = _demands_not_raised(reading, named, quotes=quotes)
    if not orders:
        return Scope(None, extra)
    marks = ", ".join("?" * len(named))
    rows = fetch(
        reading,
        "SELECT d.demand_id FROM demand d JOIN order_line l ON l.order_line_id = d.order_line_id"
        f" WHERE d.state = 'open' AND l.order_id IN ({marks})",
        named,
    )
    if not quotes:
        _refuse_quotes(reading, named)
    return Scope(frozenset(row[0] for row in rows), extra)


def _order_ids(reading: Reading, orders: Sequence[str]) -> list[int]:
    ids = []
    for number in dict.fromkeys(orders):
        rows = fetch(reading, "SELECT order_id FROM customer_order WHERE number = ?", (number,))
        if not rows:
            raise NotFound(
                tr("There is no order {number}.", number=number), hint=tr("The Orders page lists all orders.")
            )
        ids.append(rows[0][0])
    return ids


def _refuse_quotes(reading: Reading, order_ids: Sequence[int]) -> None:
    for order_id in order_ids:
        rows = fetch(
            reading,
            "SELECT o.number FROM customer_order o WHERE o.order_id = ? AND NOT EXISTS (SELECT 1 FROM order_line l"
            " WHERE l.order_id = o.order_id AND l.status <> 'quote')",
            (order_id,),
        )
        if rows:
            raise Refused(
                tr("{number} is a quote and pulls nothing.", number=rows[0][0]),
                hint=tr("Confirm it first, or look at it with --dry-run."),
            )


_NOT_RAISED = (
    "SELECT l.order_line_id, o.number || '/' || l.line, l.item_id, l.quantity - l.shipped_quantity, l.due_date,"
    " o.order_date, COALESCE(o.deposit_percent, c.deposit_percent, 0) > 0 AND o.deposit_paid_on IS NULL, l.status"
    " FROM order_line l JOIN customer_order o ON o.order_id = l.order_id"
    " JOIN customer c ON c.customer_id = o.customer_id"
    " WHERE l.status IN ('confirmed', 'quote') AND l.hold = 0 AND l.quantity > l.shipped_quantity"
    " AND NOT EXISTS (SELECT 1 FROM demand d WHERE d.order_line_id = l.order_line_id AND d.state IN ('open', 'done'))"
)


def _demands_not_raised(reading: Reading, order_ids: Sequence[int], *, quotes: bool) -> tuple[OpenDemand, ...]:
    """Lines that would pull once confirmed: for a preview alone, since a real explosion raises demand first."""
    if not quotes:
        return ()
    more = f" AND l.order_id IN ({', '.join('?' * len(order_ids))})" if order_ids else " AND l.status = 'confirmed'"
    rows = fetch(reading, _NOT_RAISED + more + " ORDER BY l.order_line_id", order_ids)
    gates = settings(reading).deposit_gates_pull
    return tuple(
        demand_of_line(
            reading,
            line_id=row[0],
            name=row[1],
            item_id=row[2],
            quantity=row[3],
            due=row[4],
            order_date=row[5],
            waits=bool(row[6]) and gates and row[7] == "confirmed",
        )
        for row in rows
    )


def _sales_not_raised(reading: Reading) -> tuple[OpenDemand, ...]:
    """What the tills would pull, as soon as possible and after all that was entered before."""
    entry = fetch(
        reading,
        "SELECT COALESCE((SELECT max(demand_id) FROM demand), 0)"
        " + COALESCE((SELECT max(order_line_id) FROM order_line), 0)",
    )[0][0]
    today = reading.today.toordinal()
    return tuple(
        OpenDemand(
            demand_id=-entry - place,
            kind="pos",
            name=name,
            item_id=item_id,
            quantity=quantity,
            due=None,
            given_due=None,
            order_date=today,
            entry=entry + place,
            location_id=location_id,
        )
        for place, (_key, name, item_id, location_id, quantity) in enumerate(sale_signals(reading), 1)
    )


def demand_of_line(
    reading: Reading,
    *,
    line_id: int,
    name: str,
    item_id: int,
    quantity: int,
    due: str | None,
    order_date: str,
    waits: bool = False,
) -> OpenDemand:
    """An order line as demand that is not in the file."""
    given = date.fromisoformat(due).toordinal() if due else None
    today = reading.today.toordinal()
    choices = fetch(
        reading,
        "SELECT option_group, option_choice FROM order_line_option WHERE order_line_id = ? ORDER BY option_group",
        (line_id,),
    )
    return OpenDemand(
        demand_id=-line_id,
        kind="order",
        name=name,
        item_id=item_id,
        quantity=quantity,
        due=None if given is None else max(today, calendar(reading).on_or_before(given)),
        given_due=given,
        order_date=date.fromisoformat(order_date).toordinal(),
        entry=line_id,
        choices=joined([(str(group), str(choice)) for group, choice in choices]),
        waits_for_deposit=waits,
    )
