"""Keeps an import from changing an order line whose needs are already exploded: that is a change order."""

from typing import Any

from pegboard.i18n import tr
from pegboard.services.importing.merging import Merge
from pegboard.services.importing.rows import FileRows
from pegboard.services.importing.state import Import
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Transaction

PLANNED = {"item_id": "item", "quantity": "quantity", "due_date": "due_date", "status": "status", "hold": "hold"}


def check_exploded_lines(imp: Import, rows: FileRows, merged: Merge, chosen: set[int]) -> None:
    """Refuse what would change the plan of an exploded line; let the demand of other changed lines be raised anew.

    `chosen` are the rows whose options change. Prices, texts and dates of money change freely.
    """
    touched = {index for index in merged.changed | chosen if merged.before[index] is not None}
    if not touched:
        return
    state: Any = fetch(
        imp.reading,
        "SELECT order_line_id, max(EXISTS (SELECT 1 FROM requirement WHERE requirement.demand_id = demand.demand_id)) "
        "FROM demand WHERE order_line_id IS NOT NULL AND state = 'open' GROUP BY order_line_id",
    )
    exploded = dict(state)
    stale = []
    for index in sorted(touched):
        columns = changed_columns(merged, index) + (["options"] if index in chosen else [])
        line_id = merged.ids[index]
        if columns and line_id in exploded:
            if exploded[line_id]:
                refuse_change(imp, rows, merged, index, columns)
            else:
                stale.append((line_id,))
    if stale:
        imp.then(lambda tx: _withdraw_demand(tx, stale))


def changed_columns(merged: Merge, index: int) -> list[str]:
    """Columns of a row that matter to planning and differ from what is stored."""
    before, after = merged.before[index], merged.rows[index]
    assert before is not None
    places = [(merged.columns.index(name), column) for name, column in PLANNED.items()]
    return [column for place, column in places if before[place] != after[place]]


def refuse_change(imp: Import, rows: FileRows, merged: Merge, index: int, columns: list[str]) -> None:
    """Tell that a change of an exploded line needs a person's look at its consequences."""
    number = rows.values("order")[index]
    line = merged.rows[index][merged.columns.index("line")]
    allowed = tr(
        "what stands, as {order}/{line} is exploded already; change it with: pegboard change {order}/{line}",
        order=number,
        line=line,
    )
    if "status" in columns:
        allowed = tr(
            "what stands, as {order}/{line} is exploded already; ship it with: pegboard ship {order}/{line}, "
            "or take it back with: pegboard cancel {order}/{line}",
            order=number,
            line=line,
        )
    for column in columns:
        rows.refuse(index, column, allowed)


def _withdraw_demand(tx: Transaction, line_ids: list[tuple[int]]) -> None:
    # Nothing hangs on this demand yet; what the line is now is raised again at the end of the import.
    tx.connection.exec_driver_sql("DELETE FROM demand WHERE order_line_id = ? AND state = 'open'", line_ids)
