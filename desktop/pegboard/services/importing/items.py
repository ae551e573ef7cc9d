"""Imports items and their options."""

from typing import Any

from pegboard.i18n import tr
from pegboard.services.importing.merging import Merge, found, merge, stored_rows
from pegboard.services.importing.rows import FileRows, Values
from pegboard.services.importing.state import Import
from pegboard.storage.tables.items import Item, OptionChoice, OptionGroup

_ITEM = {
    name: name
    for name in (
        "code",
        "description",
        "source",
        "unit",
        "whole_units",
        "lead_time_days",
        "standard_cost",
        "list_price",
        "tracking",
        "batching",
        "loss_percent",
        "minimum_quantity",
        "order_multiple",
        "revision",
        "drawing",
        "active",
    )
}
_KEPT = {"low_level_code": 0, "backflush": 0, "over_receipt_percent": None, "row_version": 1}


def prepare_items(imp: Import) -> None:
    """Check items.csv and learn what the other files must know of items."""
    stored = stored_rows(imp.reading, Item, ("code",), [*_ITEM, *_KEPT])
    imp.items = {code: row[0] for code, row in stored.items()}
    names = ["item_id", *_ITEM]
    for name, facts in _facts(imp):
        place = names.index(name)
        facts.update({code: row[place] for code, row in stored.items()})
    if (rows := imp.file("items")) is None:
        return
    _fill_whole_units(rows, imp)
    merged = imp.merge_coded(rows, Item, _ITEM, stored, "item", **_KEPT)
    _check_standing(imp, rows, merged)
    codes = rows.values("code")
    imp.items.update(zip(codes, merged.ids, strict=True))
    for name, facts in _facts(imp):
        facts.update(zip(codes, merged.column(name), strict=True))


_BROKEN = """
    SELECT item_id FROM stock WHERE quantity % 1000000 <> 0
    UNION SELECT item_id FROM order_line WHERE quantity % 1000000 <> 0
    UNION SELECT item_id FROM purchase_line WHERE quantity % 1000000 <> 0
    UNION SELECT item_id FROM work_order WHERE quantity % 1000000 <> 0
    UNION SELECT item_id FROM kanban_loop WHERE container_quantity % 1000000 <> 0
"""
_LOTS = "SELECT item_id FROM stock WHERE lot <> '' AND quantity > 0"


def _check_standing(imp: Import, rows: FileRows, merged: Merge) -> None:
    """What the workshop has of an item must still fit: broken quantities, lots."""
    whole, tracking = merged.columns.index("whole_units"), merged.columns.index("tracking")
    broken: set[int] | None = None
    lots: set[int] | None = None
    for index in sorted(merged.changed):
        before, after = merged.before[index], merged.rows[index]
        assert before is not None
        if after[whole] and not before[whole]:
            broken = {item for (item,) in found(imp.reading, _BROKEN)} if broken is None else broken
            if merged.ids[index] in broken:
                rows.refuse(index, "whole_units", tr("no, as broken quantities of this item stand in the workshop"))
        if after[tracking] == "none" != before[tracking]:
            lots = {item for (item,) in found(imp.reading, _LOTS)} if lots is None else lots
            if merged.ids[index] in lots:
                rows.refuse(
                    index, "tracking", tr("{tracking}, as lots of this item are in stock", tracking=before[tracking])
                )


def _facts(imp: Import) -> tuple[tuple[str, dict[str, Any]], ...]:
    return (
        ("whole_units", imp.whole),
        ("unit", imp.unit),
        ("tracking", imp.tracking),
        ("loss_percent", imp.loss),
    )


def _fill_whole_units(rows: FileRows, imp: Import) -> None:
    """An empty cell means whole units for pieces, broken ones for any other unit; a missing column keeps."""
    codes = rows.values("code")
    units = rows.columns.get("unit") or [imp.unit.get(code, "ea") for code in codes]
    given = rows.columns.get("whole_units") or [imp.whole.get(code) for code in codes]
    rows.columns["whole_units"] = [
        int(unit == "ea") if whole is None else whole for whole, unit in zip(given, units, strict=True)
    ]


def prepare_options(imp: Import) -> None:
    """Check options.csv: groups of choices of an item."""
    rows = imp.file("options")
    if rows is None:
        return
    imp.check_items(rows)
    items, groups, choices = (rows.values(name) for name in ("item", "group", "choice"))
    rows.check_keys("item, group, choice", list(zip(items, groups, choices, strict=True)))
    owners = list(zip(items, groups, strict=True))
    rows.check_agreement(("required",), owners, tr("item and group"))
    item_ids = imp.item_ids(items)
    group_merge = _merge_groups(imp, rows, list(zip(item_ids, groups, strict=True)))
    choice_keys = list(zip(group_merge.ids, choices, strict=True))
    columns: dict[str, Values | None] = {
        "option_group_id": list(group_merge.ids),
        "code": choices,
        "description": rows.columns.get("description"),
        "price_extra": rows.columns.get("price_extra"),
        "is_default": rows.columns.get("default"),
    }
    defaults = {"description": "", "price_extra": 0, "is_default": 0}
    stored = stored_rows(imp.reading, OptionChoice, ("option_group_id", "code"), list(columns))
    merged = merge(imp.reading, OptionChoice, choice_keys, stored, columns, defaults)
    imp.write(merged, "item")
    imp.count(rows, merged.new, {*merged.changed, *group_merge.changed})


def _merge_groups(imp: Import, rows: FileRows, keys: list[tuple[int, str]]) -> Merge:
    columns: dict[str, Values | None] = {
        "item_id": [item_id for item_id, _ in keys],
        "code": [code for _, code in keys],
        "required": rows.columns.get("required"),
    }
    stored = stored_rows(imp.reading, OptionGroup, ("item_id", "code"), list(columns))
    merged = merge(imp.reading, OptionGroup, keys, stored, columns, {"required": 1})
    imp.write(merged, "item")
    return merged
