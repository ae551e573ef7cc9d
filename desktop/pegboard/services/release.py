"""Releases work orders to the floor: from then on a job has its own copy of the routing."""

from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import Refused
from pegboard.domain.work_order import WorkOrderState, can_move
from pegboard.i18n import tr
from pegboard.queries.lookups import work_order_numbered
from pegboard.storage.rows import change, number, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.work_orders import WorkOrder

STATE_WORDS = {
    "planned": lambda: tr("planned"),
    "released": lambda: tr("released"),
    "in_progress": lambda: tr("in progress"),
    "done": lambda: tr("done"),
    "closed": lambda: tr("closed"),
    "cancelled": lambda: tr("cancelled"),
}


def release_work_order(tx: Transaction, number: str) -> None:
    """Release a job and copy its routing into it; one that is released already stays as it is.

    Raises Refused for a job that is done, closed or cancelled, NotFound for an unknown number.
    """
    job = work_order_numbered(tx, number)
    if job.state in (WorkOrderState.RELEASED, WorkOrderState.IN_PROGRESS):
        return
    if not can_move(job.state, WorkOrderState.RELEASED):
        raise Refused(
            tr("Work order {number} is {state} and cannot be released.", number=number, state=STATE_WORDS[job.state]()),
            hint=tr("Make a new one by exploding the demand."),
        )
    change(tx, WorkOrder, job.work_order_id, state=WorkOrderState.RELEASED.value, released_at=tx.now)
    run(tx, "UPDATE work_order SET row_version = row_version + 1 WHERE work_order_id = ?", job.work_order_id)
    copy_routing(tx, job)
    tx.changed("work_order")
    tx.note(tr("Released {number}.", number=number))


def copy_routing(tx: Transaction, job: Row[Any]) -> None:
    """Give a job its own copy of its item's routing, that of its revision or the one without revision."""
    if number(tx, "SELECT count(*) FROM work_order_operation WHERE work_order_id = ?", job.work_order_id):
        return
    run(
        tx,
        "INSERT INTO work_order_operation (work_order_id, sequence, work_center_id, supplier_id, description,"
        " instructions, setup_minutes, run_minutes, state, good_quantity, scrap_quantity)"
        " SELECT ?, sequence, work_center_id, supplier_id, description, instructions, setup_minutes, run_minutes,"
        " 'waiting', 0, 0 FROM routing_operation WHERE item_id = ? AND revision ="
        " (SELECT max(revision) FROM routing_operation WHERE item_id = ? AND revision IN ('', ?))",
        job.work_order_id,
        job.item_id,
        job.item_id,
        job.revision,
    )
