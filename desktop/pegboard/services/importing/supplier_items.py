"""Imports what suppliers sell, with its price breaks."""

from pegboard.i18n import tr
from pegboard.services.importing.merging import Merge, given_columns, merge, stored_rows
from pegboard.services.importing.rows import FileRows, Values
from pegboard.services.importing.state import Import
from pegboard.storage.tables.suppliers import PriceBreak, SupplierItem

_ARTICLE = {
    name: name
    for name in (
        "purchase_unit",
        "units_per_purchase_unit",
        "minimum_quantity",
        "order_multiple",
        "maximum_quantity",
        "lead_time_days",
        "manufacturer",
        "manufacturer_part",
        "rank",
        "active",
    )
}


def prepare_supplier_items(imp: Import) -> None:
    """Check supplier_items.csv: one row for each price break of an article."""
    rows = imp.file("supplier_items")
    if rows is None:
        return
    imp.check_suppliers(rows)
    imp.check_items(rows)
    articles = list(zip(rows.values("supplier"), rows.values("item"), rows.values("supplier_sku"), strict=True))
    breaks = list(zip(articles, rows.values("price_from_quantity"), strict=True))
    rows.check_keys("supplier, item, supplier_sku, price_from_quantity", breaks)
    _check_factors(imp, rows)
    rows.check_agreement(tuple(_ARTICLE), articles, tr("supplier, item and supplier_sku"))
    merged = _merge_articles(imp, rows)
    prices = _merge_breaks(imp, rows, merged)
    imp.count(rows, prices.new, {*prices.changed, *merged.changed, *_repeats_of_changed(merged)})


def _repeats_of_changed(merged: Merge) -> set[int]:
    ids = {merged.ids[index] for index in merged.changed}
    return {index for index, row_id in enumerate(merged.ids) if row_id in ids} if ids else set()


def _check_factors(imp: Import, rows: FileRows) -> None:
    """A purchase unit other than the item's needs to say how many of the item's units it is."""
    units = rows.columns.get("purchase_unit")
    if units is not None:
        factors = rows.columns.get("units_per_purchase_unit")
        items = rows.values("item")
        for index, unit in enumerate(units):
            if unit and (factors is None or factors[index] is None) and unit != imp.unit.get(items[index], unit):
                column = "units_per_purchase_unit" if factors else "purchase_unit"
                allowed = tr(
                    "a factor in units_per_purchase_unit, as {unit} is not the unit of {item}",
                    unit=unit,
                    item=items[index],
                )
                rows.refuse(index, column, allowed)
    if rows.has("units_per_purchase_unit"):
        given = rows.columns["units_per_purchase_unit"]
        rows.columns["units_per_purchase_unit"] = [1_000_000 if factor is None else factor for factor in given]


def _merge_articles(imp: Import, rows: FileRows) -> Merge:
    supplier_ids = [imp.suppliers.get(code, 0) for code in rows.values("supplier")]
    item_ids = imp.item_ids(rows.values("item"))
    skus = rows.values("supplier_sku")
    columns: dict[str, Values | None] = {
        "supplier_id": supplier_ids,
        "item_id": item_ids,
        "supplier_sku": skus,
        **given_columns(rows, _ARTICLE),
    }
    stored = stored_rows(imp.reading, SupplierItem, ("supplier_id", "item_id", "supplier_sku"), list(columns))
    defaults = {name: rows.defaults[name] for name in _ARTICLE} | {"units_per_purchase_unit": 1_000_000}
    keys = list(zip(supplier_ids, item_ids, skus, strict=True))
    merged = merge(imp.reading, SupplierItem, keys, stored, columns, defaults)
    imp.write(merged, "supplier_item")
    return merged


def _merge_breaks(imp: Import, rows: FileRows, articles: Merge) -> Merge:
    quantities = rows.values("price_from_quantity")
    columns: dict[str, Values | None] = {
        "supplier_item_id": list(articles.ids),
        "from_quantity": quantities,
        "price": rows.columns.get("price"),
    }
    stored = stored_rows(imp.reading, PriceBreak, ("supplier_item_id", "from_quantity"), list(columns))
    keys = list(zip(articles.ids, quantities, strict=True))
    merged = merge(imp.reading, PriceBreak, keys, stored, columns, {"price": None})
    imp.write(merged, "supplier_item")
    return merged
