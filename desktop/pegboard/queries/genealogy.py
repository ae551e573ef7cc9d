"""As built, both ways: what went into a lot or serial, and where a lot went, from suppliers to customers.

A lot is an item with its lot or serial number, wherever it lies. Parts without a lot are followed too: what came out of
an untracked heap may have come from any of what went in, and is told so (`is_certain`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Quantity
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading

MOST = 2_000  # links of one tree: beyond it a person asks another question


@dataclass(frozen=True, slots=True)
class Lot:
    """An item and its lot or serial number; "" for what is not tracked."""

    item: str
    lot: str


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a tree.

    Attributes: level: 1 for what is next to the lot that was asked for; of: the lot it hangs on; number: the job, the
    purchase order or the packing slip of the step; kind: job, receipt or shipment; partner: supplier or customer;
    quantity: of the part that went in, or of the goods that came or left; is_certain: False where an untracked heap
    lies between.
    """

    level: int
    kind: str
    number: str
    lot: Lot
    of: Lot
    description: str
    unit: str
    quantity: Quantity
    partner: str
    is_certain: bool

    @property
    def key(self) -> tuple[object, ...]:
        """Unlike that of any other link of its tree."""
        return (self.kind, self.number, self.lot, self.of)


def made_from(reading: Reading, item: str, lot: str = "") -> tuple[Link, ...]:
    """All that went into a lot: the parts of its jobs, theirs in turn, and who supplied what was bought."""
    return _walk(reading, Lot(item, lot), _UP, _received)


def went_into(reading: Reading, item: str, lot: str = "") -> tuple[Link, ...]:
    """Where a lot went: into which pieces, those into which in turn, and to which customers."""
    return _walk(reading, Lot(item, lot), _DOWN, _shipped)


_LINKS = (
    "SELECT w.number, fi.code AS item, f.lot, fi.description, fi.unit, ti.code AS of_item, t.lot AS of_lot,"
    " sum(g.quantity) AS quantity FROM genealogy g JOIN work_order w ON w.work_order_id = g.work_order_id"
    " JOIN stock f ON f.stock_id = g.{found}_stock_id JOIN item fi ON fi.item_id = f.item_id"
    " JOIN stock t ON t.stock_id = g.{of}_stock_id JOIN item ti ON ti.item_id = t.item_id"
    " WHERE ti.code = ? AND t.lot = ?"
    " GROUP BY w.number, fi.code, f.lot, fi.description, fi.unit, ti.code, t.lot, g.work_order_id"
    " ORDER BY g.work_order_id, fi.code, f.lot"
)
_UP = _LINKS.format(found="component", of="output")
_DOWN = _LINKS.format(found="output", of="component")
Ends = Callable[[Reading, Lot], Sequence[Row[Any]]]


def _walk(reading: Reading, top: Lot, statement: str, ends: Ends) -> tuple[Link, ...]:
    """Depth first; a lot is opened once, so that a heap that feeds itself ends."""
    found: list[Link] = []
    opened: set[Lot] = set()

    def visit(at: Lot, level: int, *, is_certain: bool) -> None:
        if at in opened or len(found) >= MOST:
            return
        opened.add(at)
        below = rows(reading, statement, at.item, at.lot)
        for row in ends(reading, at):
            found.append(_end(row, at, level, is_certain=is_certain))
        for row in below:
            lot = Lot(row.item, row.lot)
            found.append(_link(row, lot, at, level, is_certain=is_certain))
            visit(lot, level + 1, is_certain=is_certain and bool(row.lot))

    visit(top, 1, is_certain=bool(top.lot))
    return tuple(found[:MOST])


def _link(row: Row[Any], lot: Lot, of: Lot, level: int, *, is_certain: bool) -> Link:
    return Link(level, "job", row.number, lot, of, row.description, row.unit, Quantity(row.quantity), "", is_certain)


def _end(row: Row[Any], at: Lot, level: int, *, is_certain: bool) -> Link:
    return Link(
        level, row.kind, row.number, at, at, row.description, row.unit, Quantity(row.quantity), row.partner, is_certain
    )


def _received(reading: Reading, lot: Lot) -> Sequence[Row[Any]]:
    """The receipts of a lot with who supplied it."""
    return rows(
        reading,
        "SELECT 'receipt' AS kind, e.document AS number, i.description, i.unit, sum(e.quantity) AS quantity,"
        " coalesce(nullif(v.name, ''), v.code) AS partner FROM ledger_entry e JOIN stock s ON s.stock_id = e.stock_id"
        " JOIN item i ON i.item_id = s.item_id JOIN purchase_line l ON l.purchase_line_id = e.purchase_line_id"
        " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " JOIN supplier v ON v.supplier_id = o.supplier_id"
        " WHERE e.kind IN ('receipt', 'reject') AND i.code = ? AND s.lot = ?"
        " GROUP BY e.document, i.description, i.unit, v.name, v.code HAVING sum(e.quantity) > 0"
        " ORDER BY min(e.ledger_entry_id)",
        lot.item,
        lot.lot,
    )


def _shipped(reading: Reading, lot: Lot) -> Sequence[Row[Any]]:
    """The shipments of a lot with who got it, less what came back."""
    return rows(
        reading,
        "SELECT 'shipment' AS kind, h.number, i.description, i.unit, sum(l.quantity - l.returned_quantity) AS quantity,"
        " coalesce(nullif(c.name, ''), c.code) AS partner FROM shipment_line l"
        " JOIN shipment h ON h.shipment_id = l.shipment_id JOIN stock s ON s.stock_id = l.stock_id"
        " JOIN item i ON i.item_id = s.item_id JOIN order_line ol ON ol.order_line_id = l.order_line_id"
        " JOIN customer_order o ON o.order_id = ol.order_id JOIN customer c ON c.customer_id = o.customer_id"
        " WHERE i.code = ? AND s.lot = ? GROUP BY h.number, i.description, i.unit, c.name, c.code"
        " HAVING sum(l.quantity - l.returned_quantity) > 0 ORDER BY h.number",
        lot.item,
        lot.lot,
    )


def lot_of(reading: Reading, item_key: int, stock_key: int | None = None) -> Lot | None:
    """The lot that a stock row is of, or an item without lots as a whole; None where one lot must be chosen."""
    if stock_key is not None:
        found = rows(
            reading,
            "SELECT i.code, s.lot FROM stock s JOIN item i ON i.item_id = s.item_id WHERE s.stock_id = ?",
            stock_key,
        )
        return Lot(found[0].code, found[0].lot) if found else None
    lots = rows(
        reading,
        "SELECT DISTINCT i.code, i.tracking, coalesce(s.lot, '') AS lot FROM item i LEFT JOIN stock s"
        " ON s.item_id = i.item_id AND s.quantity > 0 WHERE i.item_id = ?",
        item_key,
    )
    if len(lots) == 1 and (lots[0].lot or lots[0].tracking == "none"):
        return Lot(lots[0].code, lots[0].lot)
    return None


def known_lots(reading: Reading, words: str = "", limit: int = 500) -> tuple[Lot, ...]:
    """Lots and serials that ever were here, the newest first, also those that have gone."""
    found = rows(
        reading,
        "SELECT i.code, s.lot FROM stock s JOIN item i ON i.item_id = s.item_id WHERE s.lot <> ''"
        " AND (s.lot LIKE ? OR i.code LIKE ?) GROUP BY i.code, s.lot ORDER BY max(s.stock_id) DESC LIMIT ?",
        f"%{words}%",
        f"%{words}%",
        limit,
    )
    return tuple(Lot(row.code, row.lot) for row in found)


def stock_row_of(reading: Reading, lot: Lot) -> tuple[int, int] | None:
    """The keys of a lot's item and of one of its stock rows; None where it never was here."""
    found = rows(
        reading,
        "SELECT s.item_id, s.stock_id FROM stock s JOIN item i ON i.item_id = s.item_id"
        " WHERE i.code = ? AND s.lot = ? ORDER BY s.quantity DESC, s.stock_id LIMIT 1",
        lot.item,
        lot.lot,
    )
    return (int(found[0].item_id), int(found[0].stock_id)) if found else None
