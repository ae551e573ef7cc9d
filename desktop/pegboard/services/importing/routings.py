"""Imports routings: the operations in which an item is made."""

from pegboard.i18n import tr
from pegboard.services.importing.merging import Merge, given_columns, merge, stored_rows
from pegboard.services.importing.rows import FileRows, Values
from pegboard.services.importing.state import Import
from pegboard.storage.tables.boms import RoutingOperation

_OPERATION = {
    name: name for name in ("description", "instructions", "setup_minutes", "run_minutes", "lead_time_days", "price")
}


def prepare_routings(imp: Import) -> None:
    """Check routings.csv."""
    rows = imp.file("routings")
    if rows is None:
        return
    imp.check_items(rows)
    imp.check_suppliers(rows)
    work_center = tr("the code of a work center in work_centers.csv or in the workshop")
    imp.check_codes(rows, "work_center", imp.work_centers, work_center, "work_centers")
    item_ids = imp.item_ids(rows.values("item"))
    keys = list(zip(item_ids, rows.values("revision"), rows.values("sequence"), strict=True))
    rows.check_keys(
        "item, revision, sequence", list(zip(rows.values("item"), *list(zip(*keys, strict=True))[1:], strict=True))
    )
    columns: dict[str, Values | None] = {
        "item_id": item_ids,
        "revision": rows.values("revision"),
        "sequence": rows.values("sequence"),
        "work_center_id": _ids(rows, "work_center", imp.work_centers),
        "supplier_id": _ids(rows, "supplier", imp.suppliers),
        **given_columns(rows, _OPERATION),
    }
    stored = stored_rows(imp.reading, RoutingOperation, ("item_id", "revision", "sequence"), list(columns))
    defaults = {name: rows.defaults[name] for name in _OPERATION} | {"work_center_id": None, "supplier_id": None}
    merged = merge(imp.reading, RoutingOperation, keys, stored, columns, defaults)
    _check_places(rows, merged)
    imp.write(merged, "routing")
    imp.count(rows, merged.new, merged.changed)


def _ids(rows: FileRows, column: str, known: dict[str, int]) -> Values | None:
    codes = rows.columns.get(column)
    return None if codes is None else [known.get(code, 0) if code else None for code in codes]


def _check_places(rows: FileRows, merged: Merge) -> None:
    """An operation is done at a work center or by a supplier, not both."""
    places = zip(merged.column("work_center_id"), merged.column("supplier_id"), strict=True)
    wrong = [(work_center is None) == (supplier is None) for work_center, supplier in places]
    rows.refuse_where(
        "work_center, supplier", wrong, lambda _index: tr("either a work center or a supplier, and not both")
    )
