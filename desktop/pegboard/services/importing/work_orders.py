"""Imports open work orders: released jobs with the good quantity that is still to come."""

import datetime
from typing import Any

from pegboard.domain.quantity import LIMIT
from pegboard.domain.recipe import start_quantity
from pegboard.domain.scheduling import LeadTimes
from pegboard.domain.shop_calendar import ShopCalendar
from pegboard.domain.snapshot import PlanItem, PlanOperation
from pegboard.i18n import tr
from pegboard.services.importing.merging import Merge, found, merge, stored_rows
from pegboard.services.importing.rows import FileRows, Values
from pegboard.services.importing.state import Import, iso_day
from pegboard.services.importing.supplies import fit_pegs, surplus_reasons
from pegboard.services.pegs import job
from pegboard.services.release import copy_routing
from pegboard.storage.bulk import update_rows
from pegboard.storage.rows import rows as named_rows
from pegboard.storage.store import Transaction
from pegboard.storage.tables.work_orders import WorkOrder

_DEFAULTS: dict[str, Any] = {
    "bom_id": None,
    "revision": "",
    "choices": "",
    "start_quantity": 0,
    "completed_quantity": 0,
    "scrapped_quantity": 0,
    "state": "released",
    "surplus_reason": "imported",
    "quantity_set_by": "",
    "components_issued": 1,
    "released_at": None,
    "note": "",
    "row_version": 1,
}


def prepare_open_work_orders(imp: Import) -> None:
    """Check open_work_orders.csv."""
    rows = imp.file("open_work_orders")
    if rows is None:
        return
    imp.check_items(rows)
    imp.check_whole(rows)
    numbers = rows.values("work_order")
    rows.check_keys("work_order", numbers)
    _check_start_quantities(imp, rows)
    merged = _merge(imp, rows, numbers)
    imp.write(merged, "work_order")
    imp.count(rows, merged.new, merged.changed)
    new = [merged.ids[index] for index in merged.new]
    undated = [merged.ids[index] for index in range(len(rows)) if not _has_start(rows, merged, index)]
    changed = sorted(merged.changed)
    place = merged.columns.index("item_id")
    others = {merged.ids[index] for index in changed if merged.before[index][place] != merged.rows[index][place]}  # type: ignore[index]
    touched = [merged.ids[index] for index in changed]
    if new or touched:
        imp.then(lambda tx: _settle(tx, imp.calendar, {*new, *touched}, set(undated)))
        imp.then(lambda tx: _release(tx, new))
        imp.then(lambda tx: fit_pegs(tx, job, touched, others))


def _check_start_quantities(imp: Import, rows: FileRows) -> None:
    """A job that loses nearly everything would start with more than a number may say."""
    jobs = zip(rows.values("item"), rows.values("quantity"), strict=True)
    too_many = [start_quantity(quantity, imp.loss.get(item, 0), whole=True) >= LIMIT for item, quantity in jobs]
    rows.refuse_where(
        "quantity",
        too_many,
        lambda _index: tr(
            "a quantity for which the job starts with less than 1000000000000, by the item's loss_percent"
        ),
    )


def _has_start(rows: FileRows, merged: Merge, index: int) -> bool:
    return rows.given("start_date", index) or (not rows.has("start_date") and merged.before[index] is not None)


def _merge(imp: Import, rows: FileRows, numbers: list[str]) -> Merge:
    names = ("number", "item_id", "quantity", "start_date", "due_date", *_DEFAULTS)
    stored = stored_rows(imp.reading, WorkOrder, ("number",), names)
    completed, start = names.index("completed_quantity") + 1, names.index("start_date") + 1
    quantities, starts = list(rows.values("quantity")), list(rows.values("start_date"))
    dues = rows.values("due_date")
    for index, number in enumerate(numbers):
        old = stored.get(number)
        if old is not None:
            quantities[index] += old[completed]
            if not rows.has("start_date"):
                starts[index] = old[start]
    columns: dict[str, Values | None] = {
        "number": numbers,
        "item_id": imp.item_ids(rows.values("item")),
        "quantity": quantities,
        "start_date": [given or due for given, due in zip(starts, dues, strict=True)],
        "due_date": dues,
        **dict.fromkeys(_DEFAULTS),
        "surplus_reason": surplus_reasons(names, [stored.get(number) for number in numbers], quantities),
        "components_issued": rows.columns.get("components_issued"),
    }
    return merge(imp.reading, WorkOrder, numbers, stored, columns, _DEFAULTS)


def _settle(tx: Transaction, calendar: ShopCalendar, keys: set[int], undated: set[int]) -> None:
    """Set start quantity, start date where none was given, and the BOM that holds on it."""
    leads = LeadTimes(_routings(tx))
    boms = _boms(tx)
    settled = []
    for row in named_rows(
        tx,
        "SELECT w.*, i.code, i.whole_units, i.lead_time_days, i.loss_percent"
        " FROM work_order w JOIN item i USING (item_id)",
    ):
        if row.work_order_id not in keys:
            continue
        starts_with = start_quantity(row.quantity, row.loss_percent, whole=bool(row.whole_units))
        start, (bom_id, revision) = row.start_date, _bom_on(boms, row.item_id, row.start_date)
        if row.work_order_id in undated:
            due = datetime.date.fromisoformat(row.due_date).toordinal()
            days = leads.days(_plan_item(row), revision, starts_with)
            start = iso_day(calendar.subtract(due, days))
            bom_id, revision = _bom_on(boms, row.item_id, start)
        settled.append((starts_with, start, bom_id, revision, row.work_order_id))
    update_rows(tx, WorkOrder, ("start_quantity", "start_date", "bom_id", "revision"), "work_order_id", settled)


def _plan_item(row: Any) -> PlanItem:
    return PlanItem(
        row.item_id, row.code, "make", bool(row.whole_units), row.lead_time_days, row.loss_percent, None, None, "", True
    )


def _routings(tx: Transaction) -> dict[tuple[int, str], list[PlanOperation]]:
    routings: dict[tuple[int, str], list[PlanOperation]] = {}
    for item_id, revision, *operation in found(
        tx,
        "SELECT r.item_id, r.revision, r.sequence, r.setup_minutes, r.run_minutes, coalesce(w.queue_days, 0),"
        " coalesce(w.hours_per_day, 0), coalesce(w.machines, 1), r.supplier_id, '', coalesce(r.lead_time_days, 0)"
        " FROM routing_operation r LEFT JOIN work_center w USING (work_center_id) ORDER BY r.sequence",
    ):
        routings.setdefault((item_id, revision), []).append(PlanOperation(*operation))
    return routings


def _boms(tx: Transaction) -> dict[int, list[tuple[Any, ...]]]:
    boms: dict[int, list[tuple[Any, ...]]] = {}
    for item_id, *bom in found(tx, "SELECT item_id, bom_id, revision, valid_from, valid_to FROM bom ORDER BY bom_id"):
        boms.setdefault(item_id, []).append(tuple(bom))
    return boms


def _bom_on(boms: dict[int, list[tuple[Any, ...]]], item_id: int, day: str) -> tuple[int | None, str]:
    for bom_id, revision, start, end in boms.get(item_id, ()):
        if (start or "") <= day <= (end or "9999-99-99"):
            return bom_id, revision
    return None, ""


def _release(tx: Transaction, keys: list[int]) -> None:
    """A job that stands is on the floor: it has its own copy of the routing."""
    update_rows(
        tx,
        WorkOrder,
        ("released_at",),
        "work_order_id",
        [(tx.now.replace(tzinfo=None).isoformat(" ", "microseconds"), key) for key in keys],
    )
    for key in keys:
        copy_routing(tx, named_rows(tx, "SELECT * FROM work_order WHERE work_order_id = ?", key)[0])
