"""Imports open purchase orders, and the history of what was bought."""

import datetime
from typing import Any

from pegboard.domain.scheduling import arrival
from pegboard.domain.shop_calendar import ShopCalendar
from pegboard.domain.snapshot import Article
from pegboard.i18n import tr
from pegboard.services.importing.merging import Merge, found, given_columns, merge, stored_rows
from pegboard.services.importing.rows import FileRows, Values
from pegboard.services.importing.state import Import, iso_day, line_numbers
from pegboard.services.importing.supplies import fit_pegs, surplus_reasons
from pegboard.services.pegs import purchase
from pegboard.storage.bulk import update_rows
from pegboard.storage.store import Transaction
from pegboard.storage.tables.purchasing import PurchaseHistory, PurchaseLine, PurchaseOrder

_HISTORY = {
    name: name
    for name in ("quantity", "unit_price", "ordered_on", "promised_on", "received_on", "billed_on", "paid_on")
}
_LINE_DEFAULTS = {
    "supplier_item_id": None,
    "received_quantity": 0,
    "unit_price": None,
    "order_by_date": None,
    "promised_date": None,
    "state": "open",
    "surplus_reason": "imported",
    "quantity_set_by": "",
    "work_order_id": None,
    "operation": None,
}


def prepare_open_purchases(imp: Import) -> None:
    """Check open_purchases.csv: what is still to come."""
    rows = imp.file("open_purchases")
    if rows is None:
        return
    imp.check_suppliers(rows)
    imp.check_items(rows)
    imp.check_whole(rows)
    numbers = rows.values("purchase_order")
    lines = line_numbers(rows, numbers)
    rows.check_keys("purchase_order, line", list(zip(numbers, lines, strict=True)))
    rows.check_agreement(("supplier", "ordered_on", "status"), numbers, tr("purchase_order"))
    heads = _merge_heads(imp, rows, numbers)
    merged = _merge_lines(imp, rows, list(zip(heads.ids, lines, strict=True)))
    imp.write(heads, "purchase_order")
    imp.write(merged, "purchase_order")
    touched = {heads.ids[index] for index in heads.changed}
    imp.count(rows, merged.new, {*merged.changed, *(i for i, head in enumerate(heads.ids) if head in touched)})
    _settle(imp, rows, merged)


def _merge_heads(imp: Import, rows: FileRows, numbers: list[str]) -> Merge:
    columns: dict[str, Values | None] = {
        "number": numbers,
        "supplier_id": [imp.suppliers.get(code, 0) for code in rows.values("supplier")],
        "state": rows.columns.get("status"),
        "ordered_on": rows.columns.get("ordered_on"),
        "revision": None,
        "note": None,
        "row_version": None,
    }
    stored = stored_rows(imp.reading, PurchaseOrder, ("number",), list(columns))
    defaults = {"state": "sent", "ordered_on": None, "revision": 0, "note": "", "row_version": 1}
    return merge(imp.reading, PurchaseOrder, numbers, stored, columns, defaults)


def _merge_lines(imp: Import, rows: FileRows, keys: list[tuple[int, int]]) -> Merge:
    names = ("purchase_order_id", "line", "item_id", "quantity", "due_date", *_LINE_DEFAULTS)
    stored = stored_rows(imp.reading, PurchaseLine, ("purchase_order_id", "line"), names)
    received, service = names.index("received_quantity") + 1, names.index("work_order_id") + 1
    quantities, dues = list(rows.values("quantity")), list(rows.values("due_date"))
    due_place = names.index("due_date") + 1
    for index, key in enumerate(keys):
        old = stored.get(key)
        if old is not None:
            quantities[index] += old[received]
            if not rows.has("due_date"):
                dues[index] = old[due_place]
            if old[service] is not None:
                rows.refuse(index, "line", tr("a line that buys goods; this one buys an operation of a work order"))
    columns: dict[str, Values | None] = {
        "purchase_order_id": [order for order, _ in keys],
        "line": [line for _, line in keys],
        "item_id": imp.item_ids(rows.values("item")),
        "quantity": quantities,
        "due_date": [due or imp.today.isoformat() for due in dues],
        **dict.fromkeys(_LINE_DEFAULTS),
        # Once what was received already is counted in: the file states what is still to come.
        "surplus_reason": surplus_reasons(names, [stored.get(key) for key in keys], quantities),
        "unit_price": rows.columns.get("unit_price"),
    }
    return merge(imp.reading, PurchaseLine, keys, stored, columns, _LINE_DEFAULTS)


def _settle(imp: Import, rows: FileRows, merged: Merge) -> None:
    """Find the article and the due date of new lines; let pegs of changed lines follow."""
    dues = rows.values("due_date")
    undated = [
        merged.ids[index]
        for index, due in enumerate(dues)
        if due is None and (rows.has("due_date") or merged.before[index] is None)
    ]
    if undated:
        imp.then(lambda tx: _date_lines(tx, imp.calendar, undated))
    new = [merged.ids[index] for index in merged.new]
    if new:
        imp.then(lambda tx: _find_articles(tx, new))
    place, width = merged.columns.index("item_id"), len(rows)
    changed = [index for index in range(width) if index in merged.changed]
    if changed:
        others = {merged.ids[index] for index in changed if merged.before[index][place] != merged.rows[index][place]}  # type: ignore[index]
        lines = [merged.ids[index] for index in changed]
        imp.then(lambda tx: fit_pegs(tx, purchase, lines, others))


def _find_articles(tx: Transaction, line_ids: list[int]) -> None:
    best: dict[tuple[int, int], int] = {}
    for article, supplier, item in found(
        tx,
        "SELECT supplier_item_id, supplier_id, item_id FROM supplier_item ORDER BY active DESC, rank, supplier_item_id",
    ):
        best.setdefault((supplier, item), article)
    wanted = set(line_ids)
    articles = [
        (best[supplier, item], line)
        for line, supplier, item in found(
            tx,
            "SELECT purchase_line_id, supplier_id, item_id FROM purchase_line"
            " JOIN purchase_order USING (purchase_order_id)",
        )
        if line in wanted and (supplier, item) in best
    ]
    update_rows(tx, PurchaseLine, ("supplier_item_id",), "purchase_line_id", articles)


def _date_lines(tx: Transaction, calendar: ShopCalendar, line_ids: list[int]) -> None:
    """Lines without a due date come a lead time after they were ordered, or after today."""
    wanted = set(line_ids)
    dates = []
    for line, ordered_on, of_article, of_supplier, of_item, is_calendar in found(
        tx,
        "SELECT purchase_line_id, ordered_on, (SELECT lead_time_days FROM supplier_item a"
        " WHERE a.supplier_id = o.supplier_id AND a.item_id = l.item_id"
        " ORDER BY lead_time_days IS NULL, a.active DESC, a.rank LIMIT 1), s.lead_time_days, i.lead_time_days,"
        " s.calendar_lead_time FROM purchase_line l JOIN purchase_order o USING (purchase_order_id)"
        " JOIN supplier s USING (supplier_id) JOIN item i USING (item_id)",
    ):
        if line in wanted:
            days = next((lead for lead in (of_article, of_supplier, of_item) if lead is not None), 0)
            by_calendar = bool(is_calendar) and (of_article is not None or of_supplier is not None)
            start = datetime.date.fromisoformat(ordered_on) if ordered_on else tx.today
            day = arrival(calendar, start.toordinal(), _article(days, by_calendar))
            dates.append((iso_day(day), line))
    update_rows(tx, PurchaseLine, ("due_date",), "purchase_line_id", dates)


def _article(days: int, calendar_lead_time: bool) -> Article:
    return Article(0, 0, "", None, None, None, 1, "", days, calendar_lead_time, ())


def prepare_purchase_history(imp: Import) -> None:
    """Check purchase_history.csv: purchases of the past, which move no stock."""
    rows = imp.file("purchase_history")
    if rows is None:
        return
    imp.check_suppliers(rows)
    imp.check_items(rows)
    imp.check_whole(rows)
    numbers = rows.values("purchase_order")
    lines = line_numbers(rows, numbers)
    keys: list[Any] = list(zip(numbers, lines, strict=True))
    rows.check_keys("purchase_order, line", keys)
    columns: dict[str, Values | None] = {
        "purchase_order": numbers,
        "line": lines,
        "supplier_id": [imp.suppliers.get(code, 0) for code in rows.values("supplier")],
        "item_id": imp.item_ids(rows.values("item")),
        **given_columns(rows, _HISTORY),
    }
    stored = stored_rows(imp.reading, PurchaseHistory, ("purchase_order", "line"), list(columns))
    merged = merge(imp.reading, PurchaseHistory, keys, stored, columns, rows.defaults)
    imp.write(merged, "purchase_history")
    imp.count(rows, merged.new, merged.changed)
