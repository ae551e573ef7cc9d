"""Imports levels that are held: buffers, order-up-to levels, kanban loops with their cards."""

from typing import Any

from pegboard.domain.quantity import LIMIT
from pegboard.i18n import tr
from pegboard.queries.kanban_terms import loop_terms
from pegboard.services.importing.merging import Merge, found, given_columns, merge, stored_rows
from pegboard.services.importing.rows import FileRows, Values
from pegboard.services.importing.state import Import
from pegboard.storage.bulk import insert_rows
from pegboard.storage.store import Transaction
from pegboard.storage.tables.inventory import Buffer
from pegboard.storage.tables.signals import KanbanCard, KanbanLoop, Replenishment

MAKE = "make"  # a loop that the shop itself fills


def prepare_buffers(imp: Import) -> None:
    """Check buffers.csv: stock that is held against a disruption."""
    rows = imp.file("buffers")
    if rows is None:
        return
    imp.check_items(rows)
    rows.check_keys("item", rows.values("item"))
    keys = imp.item_ids(rows.values("item"))
    columns: dict[str, Values | None] = {
        "item_id": keys,
        **given_columns(rows, {"quantity": "quantity", "reason": "reason"}),
    }
    stored = stored_rows(imp.reading, Buffer, ("item_id",), list(columns))
    merged = merge(imp.reading, Buffer, keys, stored, columns, rows.defaults)
    imp.write(merged, "buffer")
    imp.count(rows, merged.new, merged.changed)


def prepare_replenishment(imp: Import, sold: dict[tuple[int, int], int]) -> None:
    """Check replenishment.csv. What a level rises by is kept in `raised`.

    `sold` by item and location is what this import sold and no signal has pulled yet.
    """
    rows = imp.file("replenishment")
    columns = ("item_id", "location_id", "order_up_to", "unsignalled_sold", "raised")
    stored = stored_rows(imp.reading, Replenishment, ("item_id", "location_id"), columns)
    _add_sold(imp, stored, sold)
    if rows is None:
        return
    imp.check_items(rows)
    rows.check_keys("item, location", list(zip(rows.values("item"), rows.values("location"), strict=True)))
    keys = list(zip(imp.item_ids(rows.values("item")), imp.location_ids(rows.values("location")), strict=True))
    levels = rows.values("order_up_to")
    sold_before = _unsignalled(imp) if any(key not in stored for key in keys) else {}
    values = []
    for key, level in zip(keys, levels, strict=True):
        old = stored.get(key)
        if old is None:
            values.append((_sold(sold_before.get(key, 0) + sold.get(key, 0)), 0))
        else:
            values.append((_sold(old[4] + sold.get(key, 0)), min(max(0, old[5] + level - old[3]), LIMIT)))
    merged = merge(
        imp.reading,
        Replenishment,
        keys,
        stored,
        {
            "item_id": [item for item, _ in keys],
            "location_id": [location for _, location in keys],
            "order_up_to": levels,
            "unsignalled_sold": [unsignalled for unsignalled, _ in values],
            "raised": [raised for _, raised in values],
        },
        {},
    )
    imp.write(merged, "replenishment")
    imp.count(rows, merged.new, merged.changed)


def _sold(quantity: int) -> int:
    """More returns than sales pull nothing; no shelf waits for more than a number may say."""
    return min(max(0, quantity), LIMIT)


def _add_sold(imp: Import, stored: dict[Any, tuple[Any, ...]], sold: dict[tuple[int, int], int]) -> None:
    updates = [(_sold(stored[key][4] + quantity), stored[key][0]) for key, quantity in sold.items() if key in stored]
    if updates:
        statement = "UPDATE replenishment SET unsignalled_sold = ? WHERE replenishment_id = ?"
        imp.then(lambda tx: tx.connection.exec_driver_sql(statement, updates))
        imp.nouns.add("replenishment")


def _unsignalled(imp: Import) -> dict[tuple[int, int], int]:
    rows = found(
        imp.reading, "SELECT item_id, location_id, sum(quantity) FROM pos_sale WHERE signalled = 0 GROUP BY 1, 2"
    )
    return {(item, location): quantity for item, location, quantity in rows}


def prepare_kanban_loops(imp: Import) -> None:
    """Check kanban_loops.csv; new loops get their cards, all full."""
    rows = imp.file("kanban_loops")
    if rows is None:
        return
    imp.check_items(rows)
    imp.check_whole(rows, "container_quantity")
    what = tr("make, or the code of a supplier in suppliers.csv or in the workshop")
    imp.check_codes(rows, "supplied_by", {MAKE, *imp.suppliers}, what, "suppliers")
    names = ("item", "supplied_by", "consuming_location")
    rows.check_keys(", ".join(names), list(zip(*map(rows.values, names), strict=True)))
    supplier_ids = [None if code == MAKE else imp.suppliers.get(code, 0) for code in rows.values("supplied_by")]
    keys = list(
        zip(
            imp.item_ids(rows.values("item")),
            supplier_ids,
            imp.location_ids(rows.values("consuming_location")),
            strict=True,
        )
    )
    merged = _merge_loops(imp, rows, keys)
    imp.write(merged, "kanban_card")
    imp.count(rows, merged.new, merged.changed)
    touched = {merged.ids[index] for index in {*merged.new, *merged.changed}}
    if touched:
        imp.then(lambda tx: _make_cards(tx, touched))


def _merge_loops(imp: Import, rows: FileRows, keys: list[tuple[int, int | None, int]]) -> Merge:
    columns: dict[str, Values | None] = {
        "item_id": [item for item, _, _ in keys],
        "supplier_id": [supplier for _, supplier, _ in keys],
        "location_id": [location for _, _, location in keys],
        **given_columns(rows, {"container_quantity": "container_quantity", "cards": "cards"}),
    }
    stored = stored_rows(imp.reading, KanbanLoop, ("item_id", "supplier_id", "location_id"), list(columns))
    return merge(imp.reading, KanbanLoop, keys, stored, columns, rows.defaults)


def _make_cards(tx: Transaction, loop_ids: set[int]) -> None:
    """Give loops the number of cards they ask for: new ones full, full ones too many retired."""
    highest = dict(
        found(
            tx, "SELECT item_id, max(number) FROM kanban_card JOIN kanban_loop USING (kanban_loop_id) GROUP BY item_id"
        )
    )
    cards: list[tuple[int, int, str, int]] = []
    terms = loop_terms(tx)
    for loop_id, item_id, wanted in found(
        tx, "SELECT kanban_loop_id, item_id, cards FROM kanban_loop ORDER BY kanban_loop_id"
    ):
        if loop_id not in loop_ids:
            continue
        count = wanted or terms[loop_id].terms.cards
        standing = found(
            tx,
            "SELECT kanban_card_id, state FROM kanban_card WHERE kanban_loop_id = ? AND state <> 'retired'"
            " AND is_extra = 0 ORDER BY number",
            (loop_id,),
        )
        for _ in range(count - len(standing)):
            highest[item_id] = highest.get(item_id, 0) + 1
            cards.append((loop_id, highest[item_id], "full", 0))
        _retire(tx, [card for card, state in reversed(standing) if state == "full"], len(standing) - count)
    insert_rows(tx, KanbanCard, ("kanban_loop_id", "number", "state", "is_extra"), cards)


def _retire(tx: Transaction, full: list[int], count: int) -> None:
    for card in full[: max(0, count)]:
        tx.connection.exec_driver_sql("UPDATE kanban_card SET state = 'retired' WHERE kanban_card_id = ?", (card,))
