"""Links lots and serials to what went into them: what a completion used of a job's parts is in the pieces it delivers.

Parts go into pieces in the order in which they were handed out to the job. A serial part is in one piece; of a lot,
each of several pieces has its share, since nobody knows which had which. What went into scrap is in no piece.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from pegboard.domain.portions import step_of, used_up
from pegboard.domain.quantity import MICRO
from pegboard.domain.work_order import Completed
from pegboard.services.arrivals import Arrived
from pegboard.services.issues import pick_lines
from pegboard.storage.rows import add, rows
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.inventory import Genealogy

Part = tuple[int, int]  # stock row, quantity in millionths


def used_so_far(reading: Reading, work_order_id: int, used: int, of: int) -> dict[int, int]:
    """What a job has used of each item (by key), in millionths, once `used` of `of` started pieces are through."""
    found: dict[int, int] = {}
    for line in pick_lines(reading, work_order_id):
        amount = used_up(line.quantity, used, of, step_of(line.whole_units)) if of else 0
        found[line.item_id] = found.get(line.item_id, 0) + amount
    return found


def link_lots(
    tx: Transaction, job: Row[Any], used_before: dict[int, int], after: Completed, arrived: Sequence[Arrived]
) -> None:
    """Record which parts are in which output: of each item what was used between `used_before` and now."""
    total = sum(each.quantity for each in arrived)
    if not total:
        return
    used_now = used_so_far(tx, job.work_order_id, after.used, after.of)
    handed = _handed_out(tx, job.work_order_id)
    for item_id, stream in handed.items():
        parts = _slice([(row.stock_id, row.quantity) for row in stream], used_before.get(item_id, 0), used_now[item_id])
        lots = {row.stock_id: row.lot for row in stream}
        is_serial = stream[0].tracking == "serial"
        for output, stock_id, quantity in _dealt(parts, arrived, in_order=is_serial):
            if quantity and (lots[stock_id] or output.lot):
                _link(tx, job, stock_id, output, quantity)


def _handed_out(tx: Transaction, work_order_id: int) -> dict[int, list[Row[Any]]]:
    """What a job was handed out and did not give back, by item and in that order."""
    found: dict[int, list[Row[Any]]] = {}
    for row in rows(
        tx,
        "SELECT s.item_id, s.stock_id, s.lot, i.tracking, -sum(e.quantity) AS quantity FROM ledger_entry e"
        " JOIN stock s ON s.stock_id = e.stock_id JOIN item i ON i.item_id = s.item_id"
        " WHERE e.work_order_id = ? AND e.kind IN ('issue', 'return')"
        " GROUP BY s.item_id, s.stock_id, s.lot, i.tracking HAVING sum(e.quantity) < 0"
        " ORDER BY s.item_id, min(e.ledger_entry_id)",
        work_order_id,
    ):
        found.setdefault(row.item_id, []).append(row)
    return found


def _slice(stream: Sequence[Part], start: int, end: int) -> list[Part]:
    """What lies between two quantities of a stream."""
    parts, at = [], 0
    for stock_id, quantity in stream:
        first, last = max(at, start), min(at + quantity, end)
        if last > first:
            parts.append((stock_id, last - first))
        at += quantity
    return parts


def _dealt(parts: Sequence[Part], arrived: Sequence[Arrived], *, in_order: bool) -> list[tuple[Arrived, int, int]]:
    """Deal parts out over the outputs: one after the other, or each in proportion; the last output takes the rest."""
    total = sum(output.quantity for output in arrived)
    streams = [list(parts)] if in_order else [[part] for part in parts]
    dealt = []
    for stream in streams:
        have = sum(quantity for _stock, quantity in stream)
        behind = given = 0
        for output in arrived:
            behind += output.quantity
            upto = have * behind // total
            if in_order and behind < total:
                upto -= upto % MICRO  # a serial is in one piece
            dealt += [(output, stock_id, quantity) for stock_id, quantity in _slice(stream, given, upto)]
            given = upto
    return dealt


def _link(tx: Transaction, job: Row[Any], stock_id: int, output: Arrived, quantity: int) -> None:
    add(
        tx,
        Genealogy,
        work_order_id=job.work_order_id,
        component_stock_id=stock_id,
        output_stock_id=output.stock_id,
        quantity=quantity,
    )
