"""Writes a computed plan in bulk: work orders, purchase lines, requirements, pegs and promise dates."""

from datetime import date

from pegboard.domain.plan import PEG_COLUMNS, REQUIREMENT_COLUMNS, BuyLine, Job, Plan
from pegboard.domain.snapshot import PlanningSnapshot
from pegboard.i18n import tr
from pegboard.progress import UNWATCHED, Progress
from pegboard.services.numbers import take
from pegboard.services.promises import write_promises
from pegboard.storage.bulk import insert_rows, update_rows
from pegboard.storage.indexes import indexes_made_after
from pegboard.storage.store import Transaction
from pegboard.storage.tables.demand import Peg, Requirement
from pegboard.storage.tables.purchasing import PurchaseLine, PurchaseOrder
from pegboard.storage.tables.work_orders import WorkOrder

AT_ONCE = 50_000  # rows

_JOB_COLUMNS = (
    *("work_order_id", "number", "item_id", "bom_id", "revision", "choices", "quantity", "start_quantity"),
    *("start_date", "due_date", "surplus_reason", "completed_quantity", "scrapped_quantity", "state"),
    *("components_issued", "row_version", "pulled_quantity"),
)
_ORDER_COLUMNS = ("purchase_order_id", "number", "supplier_id", "state", "revision", "row_version")
_CHANGING_COLUMNS = ("supplier_item_id", "quantity", "unit_price", "order_by_date", "due_date", "surplus_reason")
_LINE_COLUMNS = (
    *("purchase_line_id", "purchase_order_id", "line", "item_id", "need_date", "work_order_id", "operation"),
    *("received_quantity", "state", "pulled_quantity"),
    *_CHANGING_COLUMNS,
)


def write_plan(tx: Transaction, plan: Plan, snapshot: PlanningSnapshot, progress: Progress = UNWATCHED) -> None:
    """Write a plan that was computed in this transaction from `snapshot`; the second half of an explosion."""
    if not plan.is_empty:
        _write_jobs(tx, plan)
        _write_purchases(tx, plan)
        with indexes_made_after(tx, (Requirement, Peg), rows=len(plan.requirements) + len(plan.pegs)):
            _write_pegs(tx, plan, progress)
        _grow_lines(tx, plan)
        update_rows(tx, Requirement, ("quantity",), "requirement_id", plan.changed_requirements)
        _clear_surplus_reasons(tx, plan, snapshot)
        tx.changed("work_order", "purchase_order", "requirement", "peg", "stock")
    _write_promises(tx, plan, snapshot)


def _write_pegs(tx: Transaction, plan: Plan, progress: Progress) -> None:
    """Write requirements and pegs, by far the most rows, some at a time so that a person can stop it."""
    needs, total = len(plan.requirements), len(plan.requirements) + len(plan.pegs)
    text = tr("Writing the plan")
    for start in range(0, needs, AT_ONCE):
        progress.step(total + start, 2 * total, text)
        insert_rows(tx, Requirement, REQUIREMENT_COLUMNS, plan.requirements[start : start + AT_ONCE])
    for start in range(0, len(plan.pegs), AT_ONCE):
        progress.step(total + needs + start, 2 * total, text)
        insert_rows(tx, Peg, PEG_COLUMNS, plan.pegs[start : start + AT_ONCE])


def _write_jobs(tx: Transaction, plan: Plan) -> None:
    take(tx, "WO", len(plan.jobs))
    iso = {day: date.fromordinal(day).isoformat() for job in plan.jobs for day in (job.start, job.due)}
    insert_rows(tx, WorkOrder, _JOB_COLUMNS, [_job_row(job, iso) for job in plan.jobs])


def _job_row(job: Job, iso: dict[int, str]) -> tuple[object, ...]:
    choices = ";".join(f"{group}={choice}" for group, choice in job.choices)
    reason = job.surplus_reason if job.quantity > job.pegged else ""
    return (
        *(job.job_id, job.number, job.item_id, job.bom_id, job.revision, choices, job.quantity, job.start_quantity),
        *(iso[job.start], iso[job.due], reason, 0, 0, "planned", 0, 1, job.pegged),
    )


def _write_purchases(tx: Transaction, plan: Plan) -> None:
    take(tx, "PO", len(plan.new_orders))
    orders = [(order_id, number, supplier_id, "draft", 0, 1) for order_id, number, supplier_id in plan.new_orders]
    insert_rows(tx, PurchaseOrder, _ORDER_COLUMNS, orders)
    insert_rows(tx, PurchaseLine, _LINE_COLUMNS, [_line_row(line) for line in plan.lines if not line.grown])


def _grow_lines(tx: Transaction, plan: Plan) -> None:
    """Draft lines grow once their pegs are written: the gate measures a raised quantity by them."""
    grown = [(*_changing(line), line.line_id) for line in plan.lines if line.grown]
    update_rows(tx, PurchaseLine, _CHANGING_COLUMNS, "purchase_line_id", grown)


def _line_row(line: BuyLine) -> tuple[object, ...]:
    job_id = line.job.job_id if line.job is not None else None
    need = date.fromordinal(line.need).isoformat()
    return (
        *(line.line_id, line.order_id, line.line, line.item_id, need, job_id, line.operation, 0, "open"),
        line.pegged,
        *_changing(line),
    )


def _changing(line: BuyLine) -> tuple[object, ...]:
    """What of a line an explosion may change while it is a draft."""
    article_id = line.article.supplier_item_id if line.article is not None else None
    order_by, due = date.fromordinal(line.order_by).isoformat(), date.fromordinal(line.due).isoformat()
    reason = line.surplus_reason if line.quantity > line.pegged else ""
    return article_id, line.quantity, line.unit_price, order_by, due, reason


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
    write_promises(tx, plan.promises)
