"""Explodes open demand and writes the plan: the only place where work orders, purchase lines and pegs come from."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from pegboard.domain.errors import NotFound, Refused
from pegboard.domain.explosion import explode as plan_demand
from pegboard.domain.plan import PEG_COLUMNS, REQUIREMENT_COLUMNS, Plan
from pegboard.domain.snapshot import Choices, OpenDemand, PlanningSnapshot
from pegboard.i18n import tr
from pegboard.queries.settings import settings
from pegboard.services.demand import raise_order_demand, raise_sale_demand, sale_signals
from pegboard.services.numbers import take
from pegboard.storage.bulk import fetch, insert_rows, update_rows
from pegboard.storage.indexes import indexes_made_after
from pegboard.storage.reading_rows import among, calendar
from pegboard.storage.snapshots import Scope, planning_snapshot
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.demand import Peg, Requirement
from pegboard.storage.tables.orders import OrderLine
from pegboard.storage.tables.purchasing import PurchaseLine, PurchaseOrder
from pegboard.storage.tables.work_orders import WorkOrder


@dataclass(frozen=True, slots=True)
class Explosion:
    """A computed explosion: what the planner saw and what it proposes."""

    snapshot: PlanningSnapshot
    plan: Plan


def explode(tx: Transaction, orders: Sequence[str] = ()) -> Explosion:
    """Explode all demand that is not covered yet, or that of the named orders, and write the plan.

    Raises NotFound for an unknown order and Refused for one that is only a quote.
    """
    if orders:
        raise_order_demand(tx, _order_ids(tx, orders))
    else:
        raise_order_demand(tx)
        raise_sale_demand(tx)
    with _without_collector():
        explosion = _compute(tx, _scope(tx, orders, quotes=False))
        apply_plan(tx, explosion)
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
    with _without_collector():
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
                -place, "order", str(place), line.item_id, line.quantity, due, given, today, place, tuple(line.choices)
            )
        )
    with _without_collector():
        return _compute(reading, Scope(frozenset(), tuple(demands)))


def _compute(reading: Reading, scope: Scope) -> Explosion:
    chosen = settings(reading)
    snapshot = planning_snapshot(
        reading, scope, combining_days=chosen.combining_days, deposit_gates_pull=chosen.deposit_gates_pull
    )
    return Explosion(snapshot, plan_demand(snapshot))


@contextmanager
def _without_collector() -> Iterator[None]:
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
        choices=tuple((group, choice) for group, choice in choices),
        waits_for_deposit=waits,
    )


def apply_plan(tx: Transaction, explosion: Explosion) -> None:
    """Write a plan that was computed in this transaction, in bulk."""
    plan, snapshot = explosion.plan, explosion.snapshot
    if not plan.is_empty:
        _write_supply(tx, plan)
        with indexes_made_after(tx, (Requirement, Peg), rows=len(plan.requirements) + len(plan.pegs)):
            insert_rows(tx, Requirement, REQUIREMENT_COLUMNS, plan.requirements)
            insert_rows(tx, Peg, PEG_COLUMNS, plan.pegs)
        update_rows(tx, Requirement, ("quantity",), "requirement_id", plan.changed_requirements)
        _clear_surplus_reasons(tx, plan, snapshot)
        tx.changed("work_order", "purchase_order", "requirement", "peg", "stock")
    _write_promises(tx, plan, snapshot)


def _write_supply(tx: Transaction, plan: Plan) -> None:
    iso = {day: date.fromordinal(day).isoformat() for day in _days(plan)}
    take(tx, "WO", len(plan.jobs))
    take(tx, "PO", len(plan.new_orders))
    insert_rows(
        tx,
        WorkOrder,
        (
            "work_order_id",
            "number",
            "item_id",
            "bom_id",
            "revision",
            "choices",
            "quantity",
            "start_quantity",
            "start_date",
            "due_date",
            "surplus_reason",
            "completed_quantity",
            "scrapped_quantity",
            "state",
            "components_issued",
            "row_version",
        ),
        [
            (
                job.job_id,
                job.number,
                job.item_id,
                job.bom_id,
                job.revision,
                ";".join(f"{group}={choice}" for group, choice in job.choices),
                job.quantity,
                job.start_quantity,
                iso[job.start],
                iso[job.due],
                job.surplus_reason if job.quantity > job.pegged else "",
                0,
                0,
                "planned",
                0,
                1,
            )
            for job in plan.jobs
        ],
    )
    _write_purchases(tx, plan, iso)


def _days(plan: Plan) -> set[int]:
    days = {job.start for job in plan.jobs} | {job.due for job in plan.jobs}
    for line in plan.lines:
        days.update((line.need, line.due, line.order_by))
    return days


def _write_purchases(tx: Transaction, plan: Plan, iso: dict[int, str]) -> None:
    insert_rows(
        tx,
        PurchaseOrder,
        ("purchase_order_id", "number", "supplier_id", "state", "revision", "row_version"),
        [(order_id, number, supplier_id, "draft", 0, 1) for order_id, number, supplier_id in plan.new_orders],
    )
    insert_rows(
        tx,
        PurchaseLine,
        (
            "purchase_line_id",
            "purchase_order_id",
            "line",
            "item_id",
            "supplier_item_id",
            "quantity",
            "unit_price",
            "need_date",
            "order_by_date",
            "due_date",
            "surplus_reason",
            "work_order_id",
            "operation",
            "received_quantity",
            "state",
        ),
        [
            (
                line.line_id,
                line.order_id,
                line.line,
                line.item_id,
                line.article.supplier_item_id if line.article is not None else None,
                line.quantity,
                line.unit_price,
                iso[line.need],
                iso[line.order_by],
                iso[line.due],
                line.surplus_reason if line.quantity > line.pegged else "",
                line.job.job_id if line.job is not None else None,
                line.operation,
                0,
                "open",
            )
            for line in plan.lines
            if not line.grown
        ],
    )
    update_rows(
        tx,
        PurchaseLine,
        ("quantity", "unit_price", "supplier_item_id", "order_by_date", "due_date", "surplus_reason"),
        "purchase_line_id",
        [
            (
                line.quantity,
                line.unit_price,
                line.article.supplier_item_id if line.article is not None else None,
                iso[line.order_by],
                iso[line.due],
                line.surplus_reason if line.quantity > line.pegged else "",
                line.line_id,
            )
            for line in plan.lines
            if line.grown
        ],
    )


def _clear_surplus_reasons(tx: Transaction, plan: Plan, snapshot: PlanningSnapshot) -> None:
    """What stood with surplus and is all pegged now has no surplus any more."""
    left = {
        (supply.kind, supply.supply_id): supply.free
        for supplies in snapshot.supplies.values()
        for supply in supplies
        if supply.free > 0
    }
    if not left:
        return
    grown = {line.line_id for line in plan.lines if line.grown}
    for _peg, _requirement, stock_id, job_id, line_id, quantity in plan.pegs:
        key = ("job", job_id) if job_id is not None else ("line", line_id)
        if stock_id is None and key in left:
            left[key] -= quantity
    for kind, table, column in (
        ("job", WorkOrder, "work_order_id"),
        ("line", PurchaseLine, "purchase_line_id"),
    ):
        done = [("", key) for (of, key), free in left.items() if of == kind and free <= 0 and key not in grown]
        update_rows(tx, table, ("surplus_reason",), column, done)


def _write_promises(tx: Transaction, plan: Plan, snapshot: PlanningSnapshot) -> None:
    """Keep the promise dates of order lines; the first one that was told stays."""
    if not any(demand.kind == "order" for demand in snapshot.demands):
        return
    stored = {
        row[0]: (row[1], row[2])
        for row in among(
            tx,
            "SELECT d.demand_id, d.order_line_id, l.promise_date FROM demand d"
            " JOIN order_line l ON l.order_line_id = d.order_line_id WHERE {among}",
            "d.demand_id",
            plan.promises,
        )
    }
    changed = []
    for demand_id, day in plan.promises.items():
        line = stored.get(demand_id)
        told = date.fromordinal(day).isoformat()
        if line is not None and line[1] != told:
            changed.append((told, told, line[0]))
    if changed:
        tx.connection.exec_driver_sql(
            f"UPDATE {OrderLine.__tablename__} SET promise_date = ?,"
            " first_promise_date = COALESCE(first_promise_date, ?) WHERE order_line_id = ?",
            changed,
        )
        tx.changed("order")
