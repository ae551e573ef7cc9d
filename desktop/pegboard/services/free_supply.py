"""Reads what of open supply and stock is free for a need that grows, for many items at once."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pegboard.domain.snapshot import PlanningSnapshot
from pegboard.services.standing import JOB, LINE
from pegboard.storage.open_positions import OPEN_JOBS
from pegboard.storage.reading_rows import among
from pegboard.storage.store import Reading


def unpegged_surplus(reading: Reading, item_ids: Iterable[int]) -> dict[int, list[tuple[str, int]]]:
    """Open jobs without choices and purchase lines that have surplus, by item, earliest due first: (column, key)."""
    found: list[tuple[Any, ...]] = []
    wanted = list(item_ids)
    for statement, column in (
        (
            "SELECT w.item_id, w.due_date, w.work_order_id FROM work_order w WHERE w.surplus_reason <> ''"
            f" AND w.choices = '' AND w.state IN {OPEN_JOBS} AND {{among}}",
            JOB,
        ),
        (
            "SELECT l.item_id, COALESCE(l.promised_date, l.due_date), l.purchase_line_id FROM purchase_line l"
            " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id WHERE l.surplus_reason <> ''"
            " AND l.state = 'open' AND l.work_order_id IS NULL AND o.state IN ('draft', 'sent') AND {among}",
            LINE,
        ),
    ):
        kind = "w.item_id" if column == JOB else "l.item_id"
        found += [(*row, column) for row in among(reading, statement, kind, wanted)]
    surplus: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for item_id, _due, key, column in sorted(found, key=lambda row: (row[1], row[2])):
        surplus[item_id].append((column, key))
    return surplus


def pegged_of_stock(reading: Reading, snapshot: PlanningSnapshot) -> dict[int, int]:
    """What is pegged of each stock row with something free."""
    ids = [row.stock_id for found in snapshot.stock.values() for row in found]
    statement = (
        "SELECT s.stock_id, COALESCE((SELECT sum(p.quantity) FROM peg p WHERE p.stock_id = s.stock_id), 0)"
        " FROM stock s WHERE {among}"
    )
    return dict(among(reading, statement, "s.stock_id", ids))
