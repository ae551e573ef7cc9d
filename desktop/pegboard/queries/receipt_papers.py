"""Reads what a receiving slip says: what came, where it lies, and who waits for each part of it."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import NotFound
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class WaitingFor:
    """So much of what came belongs to a job or demand that waits for it, with what the job makes and its start."""

    number: str
    quantity: Quantity
    item: str
    needed: datetime.date


@dataclass(frozen=True, slots=True)
class ReceiptPaperLine:
    """One receipt: what is good and where it lies, what was rejected and why, and who waits for it, earliest first."""

    receipt: str
    line: int
    item: str
    description: str
    unit: str
    quantity: Quantity
    rejected: Quantity
    reason: str
    location: str
    lot: str
    to_come: Quantity
    waiting: tuple[WaitingFor, ...]


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """What came of one purchase order."""

    number: str
    order: str
    supplier: str
    received_on: datetime.date
    received_by: str
    lines: tuple[ReceiptPaperLine, ...]


def receipt_papers(reading: Reading, numbers: Sequence[str]) -> tuple[ReceiptPaper, ...]:
    """Return a slip for each purchase order of these receipts; an order's number stands for all its receipts.

    What was taken back is left out. NotFound names what is neither.
    """
    found = rows(
        reading,
        "SELECT r.*, o.number AS purchase, s.name AS supplier_name, s.code AS supplier, l.line, i.code AS item,"
        " i.description, i.unit, l.quantity - l.received_quantity AS to_come, coalesce(k.lot, '') AS lot,"
        " coalesce(place.code, '') AS location FROM receipt r"
        " JOIN purchase_line l ON l.purchase_line_id = r.purchase_line_id"
        " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " JOIN supplier s ON s.supplier_id = o.supplier_id JOIN item i ON i.item_id = l.item_id"
        " LEFT JOIN stock k ON k.stock_id = r.stock_id LEFT JOIN location place ON place.location_id = k.location_id"
        " WHERE (r.number IN (SELECT value FROM json_each(?)) OR o.number IN (SELECT value FROM json_each(?)))"
        " AND r.reverses_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM receipt back WHERE back.reverses_id = r.receipt_id) ORDER BY r.receipt_id",
        *[json.dumps(list(numbers))] * 2,
    )
    known = {name for row in found for name in (row.number, row.purchase)}
    if missing := [number for number in numbers if number not in known]:
        raise NotFound(
            tr("There is no receipt {numbers}.", numbers=", ".join(missing)),
            hint=tr("Give a receipt's number, or that of a purchase order of which something has come."),
        )
    orders = dict.fromkeys(row.purchase for row in found)
    return tuple(_paper(reading, [row for row in found if row.purchase == order]) for order in orders)


def _paper(reading: Reading, found: Sequence[Row[Any]]) -> ReceiptPaper:
    first = found[0]
    return ReceiptPaper(
        number=first.number if len(found) == 1 else first.purchase,
        order=first.purchase,
        supplier=first.supplier_name or first.supplier,
        received_on=datetime.date.fromisoformat(max(row.received_on for row in found)),
        received_by=", ".join(dict.fromkeys(row.received_by for row in found if row.received_by)),
        lines=tuple(_line(reading, row) for row in found),
    )


def _line(reading: Reading, row: Row[Any]) -> ReceiptPaperLine:
    return ReceiptPaperLine(
        receipt=row.number,
        line=row.line,
        item=row.item,
        description=row.description,
        unit=row.unit,
        quantity=Quantity(row.quantity),
        rejected=Quantity(row.rejected_quantity),
        reason=row.reason,
        location=row.location,
        lot=row.lot,
        to_come=Quantity(max(0, row.to_come)),
        waiting=_waiting(reading, row),
    )


def _waiting(reading: Reading, row: Row[Any]) -> tuple[WaitingFor, ...]:
    """Who the goods belong to, as far as what came with this receipt goes."""
    left, waiting = row.quantity, []
    for peg in rows(
        reading,
        "SELECT coalesce(w.number, d.name) AS number, coalesce(made.code, '') AS item, p.quantity, r.need_date"
        " FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
        " LEFT JOIN demand d ON d.demand_id = r.demand_id LEFT JOIN work_order w ON w.work_order_id = r.work_order_id"
        " LEFT JOIN item made ON made.item_id = w.item_id WHERE p.stock_id = ? ORDER BY r.need_date, r.requirement_id",
        row.stock_id,
    ):
        part = min(left, peg.quantity)
        if part <= 0:
            break
        needed = datetime.date.fromisoformat(peg.need_date)
        waiting.append(WaitingFor(peg.number, Quantity(part), peg.item, needed))
        left -= part
    return tuple(waiting)
