"""The one exception to pull: a person signs, with a date and a reason, that something is made or bought for stock.

The planner works it out like a demand that sees no stock of the item itself; what comes of it carries no peg but the
surplus reason `stock build`, so that the first real demand may take it.
"""

from dataclasses import replace

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.explosion import explode as plan_demand
from pegboard.domain.plan import Plan
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.domain.snapshot import OpenDemand, PlanningSnapshot
from pegboard.i18n import tr
from pegboard.queries.lookups import item_named
from pegboard.queries.settings import settings
from pegboard.services.plan_writing import write_plan
from pegboard.storage.rows import add, change
from pegboard.storage.snapshots import Scope, planning_snapshot
from pegboard.storage.store import Transaction
from pegboard.storage.tables.purchasing import PurchaseLine
from pegboard.storage.tables.work_orders import WorkOrder
from pegboard.storage.tables.workshop import StockBuild

REASON = "stock build"
LEAST_REASON = 5  # letters: "x" is no reason
_NOBODY = -1  # the demand that stands in while the planner works


def build_for_stock(tx: Transaction, item: str, quantity: Quantity, reason: str) -> tuple[str, ...]:
    """Make or buy so much of an item without demand; return the numbers of the jobs or purchase lines.

    The person of this transaction signs. Raises InvalidInput without a reason or for a quantity that cannot be, Refused
    where nobody signs or the item can be neither made nor bought.
    """
    found = item_named(tx, item)
    _require(tx, found.source, whole=bool(found.whole_units), active=bool(found.active), item=item, quantity=quantity)
    if len(reason.strip()) < LEAST_REASON:
        raise InvalidInput(
            tr("Building for stock needs a reason."), hint=tr("Say why no demand is waited for, in a few words.")
        )
    snapshot = _snapshot(tx, found.item_id, quantity)
    plan = plan_demand(snapshot)
    numbers = _without_demand(plan, found.item_id)
    if not numbers:
        raise Refused(
            tr("{item} can be neither made nor bought.", item=item),
            hint=tr("Give it a bill of material, or a supplier who sells it."),
        )
    write_plan(tx, plan, snapshot)
    _sign(tx, plan, found.item_id, quantity, reason.strip())
    tx.note(
        tr(
            "Stock build of {quantity} {item}: {numbers}. Reason: {reason}",
            quantity=quantity,
            item=item,
            numbers=", ".join(numbers),
            reason=reason.strip(),
        )
    )
    return numbers


def _require(tx: Transaction, source: str, *, whole: bool, active: bool, item: str, quantity: Quantity) -> None:
    if not tx.actor:
        raise Refused(tr("Nobody signs for it."), hint=tr("Say who you are first."))
    if quantity.micro <= 0:
        raise InvalidInput(tr("The quantity must be above 0."), hint=tr("Give what is to be built."))
    if whole and quantity.micro % MICRO:
        raise InvalidInput(tr("{item} is counted in whole units.", item=item), hint=tr("Give a whole number."))
    if source == "phantom":
        raise Refused(tr("{item} is never stocked.", item=item), hint=tr("Build its components instead."))
    if not active:
        raise Refused(tr("{item} is inactive.", item=item), hint=tr("Make it active first, or build another item."))


def _snapshot(tx: Transaction, item_id: int, quantity: Quantity) -> PlanningSnapshot:
    """What the planner sees: what is there or coming of the item itself does not count, all below it does."""
    today = tx.today.toordinal()
    asked = OpenDemand(_NOBODY, "inferred", REASON, item_id, quantity.micro, None, None, today, 0)
    seen = planning_snapshot(
        tx,
        Scope(frozenset(), (asked,)),
        combining_days=settings(tx).combining_days,
        deposit_gates_pull=False,
    )
    return replace(
        seen,
        stock={key: rows for key, rows in seen.stock.items() if key != item_id},
        supplies={key: rows for key, rows in seen.supplies.items() if key != item_id},
    )


def _without_demand(plan: Plan, item_id: int) -> tuple[str, ...]:
    """Take the stand-in's requirement and pegs out of a plan: what was pegged to it is surplus with the reason."""
    asked = {row[0] for row in plan.requirements if row[1] == _NOBODY}
    pegged: dict[tuple[int | None, int | None], int] = {}
    for _peg, requirement, _stock, job_id, line_id, quantity in plan.pegs:
        if requirement in asked:
            pegged[job_id, line_id] = pegged.get((job_id, line_id), 0) + quantity
    plan.requirements[:] = [row for row in plan.requirements if row[0] not in asked]
    plan.pegs[:] = [row for row in plan.pegs if row[1] not in asked]
    numbers = []
    for job in plan.jobs:
        if (job.job_id, None) in pegged:
            job.pegged -= pegged[job.job_id, None]
            job.surplus_reason = REASON
            numbers.append(job.number)
    for line in plan.lines:
        if (None, line.line_id) in pegged:
            line.pegged -= pegged[None, line.line_id]
            line.surplus_reason = REASON
            numbers.append(line.number)
    return tuple(numbers)


def _sign(tx: Transaction, plan: Plan, item_id: int, quantity: Quantity, reason: str) -> None:
    """Write who built for stock, and let no change of an order ever resize it by itself."""
    built: list[tuple[int, int | None, int | None]] = [
        *((job.quantity, job.job_id, None) for job in plan.jobs if job.surplus_reason == REASON),
        *((line.quantity, None, line.line_id) for line in plan.lines if line.surplus_reason == REASON),
    ]
    left = quantity.micro
    for supplied, job_id, line_id in built:
        part = min(left, supplied)
        left -= part
        if job_id is not None:
            change(tx, WorkOrder, job_id, quantity_set_by=tx.actor)
        if line_id is not None:
            change(tx, PurchaseLine, line_id, quantity_set_by=tx.actor)
        add(
            tx,
            StockBuild,
            item_id=item_id,
            quantity=part,
            reason=reason,
            signed_by=tx.actor,
            signed_on=tx.today,
            work_order_id=job_id,
            purchase_line_id=line_id,
        )
    tx.changed("stock_build", "work_order", "purchase_order")
