"""A changed row of an order line that is exploded already is a change order.

Quantity, due date and cancellation are applied by `services.changes` once all files are written, so that freed supply
meets what the import brought; what needs a person's decision refuses the whole import. Prices, texts and dates of money
change freely. What else matters to planning (item, choices, hold, a status that says goods have left) is refused with
what to do instead.
"""

import datetime
from collections.abc import Callable
from typing import Any

from pegboard.domain.errors import Refused
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.services.changes import cancel, change_line
from pegboard.services.importing.merging import Merge, found
from pegboard.services.importing.rows import FileRows
from pegboard.services.importing.state import Import
from pegboard.storage.store import Transaction

PLANNED = {"item_id": "item", "quantity": "quantity", "due_date": "due_date", "status": "status", "hold": "hold"}
_FOLLOWS = {"quantity", "due_date"}


def check_exploded_lines(imp: Import, rows: FileRows, merged: Merge, chosen: set[int]) -> None:
    """Turn changes of exploded lines into change orders; let the demand of other changed lines be raised anew.

    `chosen` are the rows whose options change.
    """
    touched = {index for index in merged.changed | chosen if merged.before[index] is not None}
    if not touched:
        return
    exploded = _exploded_lines(imp)
    stale = []
    for index in sorted(touched):
        columns = changed_columns(merged, index) | ({"options"} if index in chosen else set())
        line_id = merged.ids[index]
        if not columns or line_id not in exploded:
            continue
        if not exploded[line_id]:
            stale.append((line_id,))
        elif not _change_order(imp, rows, merged, index, columns):
            _refuse(rows, merged, index, columns)
    if stale:
        imp.then(lambda tx: _withdraw_demand(tx, stale))


def _exploded_lines(imp: Import) -> dict[int, int]:
    """Order lines with an open demand: id -> whether requirements hang on it."""
    return dict(
        found(
            imp.reading,
            "SELECT order_line_id, max(EXISTS (SELECT 1 FROM requirement r WHERE r.demand_id = demand.demand_id))"
            " FROM demand WHERE order_line_id IS NOT NULL AND state = 'open' GROUP BY order_line_id",
        )
    )


def changed_columns(merged: Merge, index: int) -> set[str]:
    """Columns of a row that matter to planning and differ from what is stored."""
    before, after = merged.before[index], merged.rows[index]
    assert before is not None
    places = [(merged.columns.index(name), column) for name, column in PLANNED.items()]
    return {column for place, column in places if before[place] != after[place]}


def _change_order(imp: Import, rows: FileRows, merged: Merge, index: int, columns: set[str]) -> bool:
    """Prepare the change order of a row; say whether there is one for what changes."""
    row = dict(zip(merged.columns, merged.rows[index], strict=True))
    name = f"{rows.values('order')[index]}/{row['line']}"
    if columns <= _FOLLOWS:
        due = None if row["due_date"] is None else datetime.date.fromisoformat(row["due_date"])
        quantity = Quantity(row["quantity"])
        column = "quantity" if "quantity" in columns else "due_date"
        _later(imp, rows, index, column, lambda tx: change_line(tx, name, quantity=quantity, due=due))
    elif columns == {"status"} and row["status"] == "cancelled":
        _later(imp, rows, index, "status", lambda tx: cancel(tx, name))
    else:
        return False
    _keep_planned(merged, index)
    return True


def _keep_planned(merged: Merge, index: int) -> None:
    """Leave what matters to planning as it is stored: the change order writes it."""
    before = merged.before[index]
    assert before is not None
    row = list(merged.rows[index])
    for name in PLANNED:
        place = merged.columns.index(name)
        row[place] = before[place]
    merged.rows[index] = tuple(row)
    if merged.rows[index] == before:
        merged.changed.discard(index)


def _later(imp: Import, rows: FileRows, index: int, column: str, change: Callable[[Transaction], object]) -> None:
    def apply(tx: Transaction) -> None:
        try:
            change(tx)
        except Refused as refused:
            rows.refuse(index, column, tr("what stands, or what a person decides. {reason}", reason=refused))

    imp.change_orders.append(apply)


def _refuse(rows: FileRows, merged: Merge, index: int, columns: set[str]) -> None:
    """Tell that this change of an exploded line is not made by an import, and what to do."""
    name = f"{rows.values('order')[index]}/{merged.rows[index][merged.columns.index('line')]}"
    if "status" in columns:
        allowed = tr(
            "what stands, as {name} is exploded already; ship it with: pegboard ship {name}, or take it back with:"
            " pegboard cancel {name}",
            name=name,
        )
    else:
        allowed = tr(
            "what stands, as {name} is exploded already; cancel it with: pegboard cancel {name}, and enter a new line",
            name=name,
        )
    for column in sorted(columns - _FOLLOWS or columns):
        rows.refuse(index, column, allowed)


def _withdraw_demand(tx: Transaction, line_ids: list[tuple[Any, ...]]) -> None:
    # Nothing hangs on this demand yet; what the line is now is raised again at the end of the import.
    tx.connection.exec_driver_sql("DELETE FROM demand WHERE order_line_id = ? AND state = 'open'", line_ids)
