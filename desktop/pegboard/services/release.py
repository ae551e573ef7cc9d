"""Releases work orders to the floor: from then on a job has its own copy of the routing."""

from typing import Any

from sqlalchemy import Row

from pegboard.domain.configuration import is_chosen
from pegboard.domain.errors import Refused
from pegboard.domain.work_order import WorkOrderState, can_move
from pegboard.i18n import tr
from pegboard.queries.kanban_caps import caps_without_room
from pegboard.queries.lookups import work_order_numbered
from pegboard.storage.open_positions import choices_of
from pegboard.storage.rows import change, number, rows, run
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


def release_work_order(tx: Transaction, number: str, *, keeps_caps: bool = True) -> None:
    """Release a job and copy its routing into it; one that is released already stays as it is.

    Work that was done already is released without asking the caps (`keeps_caps` False).
    Raises Refused for a job that is done, closed or cancelled or that a cap holds back, NotFound for an unknown number.
    """
    job = work_order_numbered(tx, number)
    if job.state in (WorkOrderState.RELEASED, WorkOrderState.IN_PROGRESS):
        return
    if not can_move(job.state, WorkOrderState.RELEASED):
        raise Refused(
            tr("Work order {number} is {state} and cannot be released.", number=number, state=STATE_WORDS[job.state]()),
            hint=tr("Make a new one by exploding the demand."),
        )
    if keeps_caps:
        _require_room(tx, job)
    change(tx, WorkOrder, job.work_order_id, state=WorkOrderState.RELEASED.value, released_at=tx.now)
    run(tx, "UPDATE work_order SET row_version = row_version + 1 WHERE work_order_id = ?", job.work_order_id)
    copy_routing(tx, job)
    tx.changed("work_order")
    tx.note(tr("Released {number}.", number=number))


def _require_room(tx: Transaction, job: Row[Any]) -> None:
    for cap in caps_without_room(tx, job.work_order_id):
        place = cap.work_center or tr("the shop")
        raise Refused(
            tr(
                "{number} waits: {place} has {count} customer jobs at work, and its cap is {limit}.",
                number=job.number,
                place=place,
                count=len(cap.jobs),
                limit=cap.limit,
            ),
            hint=tr("Finish {number} first, or raise the cap on the page Kanban.", number=cap.jobs[0].number),
        )


def copy_routing(tx: Transaction, job: Row[Any]) -> None:
    """Give a job its own copy of its item's routing, that of its revision or the one without revision.

    Of the steps that hang on a choice it gets those that it was planned with.
    """
    if number(tx, "SELECT count(*) FROM work_order_operation WHERE work_order_id = ?", job.work_order_id):
        return
    chosen = dict(choices_of(job.choices))
    routing = rows(
        tx,
        "SELECT * FROM routing_operation WHERE item_id = ? AND revision ="
        " (SELECT max(revision) FROM routing_operation WHERE item_id = ? AND revision IN ('', ?)) ORDER BY sequence",
        job.item_id,
        job.item_id,
        job.revision,
    )
    for step in routing:
        if step.option_group and not is_chosen(step.option_choice, chosen.get(step.option_group)):
            continue
        run(
            tx,
            "INSERT INTO work_order_operation (work_order_id, sequence, work_center_id, supplier_id, description,"
            " instructions, setup_minutes, run_minutes, state, good_quantity, scrap_quantity)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, 0)",
            *(job.work_order_id, step.sequence, step.work_center_id, step.supplier_id, step.description),
            *(step.instructions, step.setup_minutes, step.run_minutes),
        )
