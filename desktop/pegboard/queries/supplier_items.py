"""Reads what suppliers sell of an item."""

from collections import defaultdict

from pegboard.domain.item import ArticleDraft
from pegboard.domain.quantity import Price, Quantity
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


def articles(reading: Reading, item: str) -> tuple[ArticleDraft, ...]:
    """Return the articles of an item with their price breaks, as they can be typed on, the preferred one first."""
    breaks: dict[int, list[tuple[Quantity, Price | None]]] = defaultdict(list)
    for row in rows(
        reading,
        "SELECT p.* FROM price_break p JOIN supplier_item a ON a.supplier_item_id = p.supplier_item_id"
        " JOIN item i ON i.item_id = a.item_id WHERE i.code = ? ORDER BY p.supplier_item_id, p.from_quantity",
        item,
    ):
        price = None if row.price is None else Price(row.price)
        breaks[row.supplier_item_id].append((Quantity(row.from_quantity), price))
    found = rows(
        reading,
        "SELECT a.*, v.code AS supplier FROM supplier_item a JOIN supplier v ON v.supplier_id = a.supplier_id"
        " JOIN item i ON i.item_id = a.item_id WHERE i.code = ? ORDER BY a.active DESC, a.rank, v.code, a.supplier_sku",
        item,
    )
    return tuple(
        ArticleDraft(
            supplier=row.supplier,
            item=item,
            supplier_sku=row.supplier_sku,
            purchase_unit=row.purchase_unit,
            units_per_purchase_unit=Quantity(row.units_per_purchase_unit),
            minimum_quantity=_quantity(row.minimum_quantity),
            order_multiple=_quantity(row.order_multiple),
            maximum_quantity=_quantity(row.maximum_quantity),
            lead_time_days=row.lead_time_days,
            manufacturer=row.manufacturer,
            manufacturer_part=row.manufacturer_part,
            rank=row.rank,
            active=bool(row.active),
            breaks=tuple(breaks[row.supplier_item_id]),
        )
        for row in found
    )


def _quantity(value: int | None) -> Quantity | None:
    return None if value is None else Quantity(value)
