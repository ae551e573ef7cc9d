"""Reads what a packing slip says: what is in this shipment, what went before, what is to follow."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.configuration import is_configuration
from pegboard.domain.errors import NotFound
from pegboard.domain.quantity import Quantity, divide_half_up
from pegboard.i18n import tr
from pegboard.queries.configurations import configurations
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class ShipmentPaperLine:
    """One order line on the slip.

    Attributes: now: in this shipment; before: in earlier ones, less what came back; to_follow: the rest of what was
    ordered; lots: lots or serials sent now, of a kit its parts; options: how it is configured, in words.
    """

    line: int
    item: str
    their_item: str
    description: str
    unit: str
    ordered: Quantity
    now: Quantity
    before: Quantity
    to_follow: Quantity
    lots: tuple[str, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShipmentPaper:
    """A shipment as its recipient reads it."""

    number: str
    order: str
    reference: str
    customer_name: str
    contact: str
    ship_to: str
    shipped_on: datetime.date
    carrier: str
    tracking: str
    lines: tuple[ShipmentPaperLine, ...]


def slips_of(reading: Reading, order: str) -> tuple[str, ...]:
    """The numbers of an order's packing slips, oldest first."""
    found = rows(
        reading,
        "SELECT s.number FROM shipment s JOIN customer_order o ON o.order_id = s.order_id WHERE o.number = ?"
        " ORDER BY s.shipment_id",
        order,
    )
    return tuple(str(row.number) for row in found)


def shipment_papers(reading: Reading, numbers: Sequence[str]) -> tuple[ShipmentPaper, ...]:
    """Return these shipments; an order's number stands for all its shipments. NotFound names what is neither."""
    found = rows(
        reading,
        "SELECT s.*, o.number AS order_number, o.customer_reference, o.ship_to, c.code, c.name, c.contact,"
        " c.shipping_address, c.billing_address FROM shipment s JOIN customer_order o ON o.order_id = s.order_id"
        " JOIN customer c ON c.customer_id = o.customer_id"
        " WHERE s.number IN (SELECT value FROM json_each(?)) OR o.number IN (SELECT value FROM json_each(?))"
        " ORDER BY s.shipment_id",
        *[json.dumps(list(numbers))] * 2,
    )
    known = {name for row in found for name in (row.number, row.order_number)}
    if missing := [number for number in numbers if number not in known]:
        raise NotFound(
            tr("There is no shipment {numbers}.", numbers=", ".join(missing)),
            hint=tr("Give a packing slip's number, or an order's that has shipped."),
        )
    ordered = [row for number in numbers for row in found if number in (row.number, row.order_number)]
    return tuple(_paper(reading, row) for row in dict.fromkeys(ordered))


def _paper(reading: Reading, row: Row[Any]) -> ShipmentPaper:
    return ShipmentPaper(
        number=row.number,
        order=row.order_number,
        reference=row.customer_reference,
        customer_name=row.name or row.code,
        contact=row.contact,
        ship_to=row.ship_to or row.shipping_address or row.billing_address,
        shipped_on=datetime.date.fromisoformat(row.shipped_on),
        carrier=row.carrier,
        tracking=row.tracking,
        lines=_lines(reading, row.shipment_id, row.order_id),
    )


def _lines(reading: Reading, shipment_id: int, order_id: int) -> tuple[ShipmentPaperLine, ...]:
    """The order's lines, those in this shipment first; one with nothing now and nothing to come is left out."""
    found = rows(
        reading,
        "SELECT l.order_line_id, l.line, l.item_id, i.code, i.unit, l.quantity, l.status,"
        " trim(i.description || CASE l.description WHEN i.description THEN '' ELSE char(10) || l.description END,"
        " char(10)) AS words, coalesce((SELECT min(a.sku) FROM sku_alias a"
        " WHERE a.item_id = i.item_id AND a.origin = c.code), '') AS theirs FROM order_line l"
        " JOIN item i ON i.item_id = l.item_id JOIN customer_order o ON o.order_id = l.order_id"
        " JOIN customer c ON c.customer_id = o.customer_id WHERE l.order_id = ? AND l.status <> 'cancelled'"
        " ORDER BY l.line",
        order_id,
    )
    sent = _sent(reading, shipment_id, order_id)
    chosen = configurations(reading, [row.order_line_id for row in found])
    lines = [
        _line(
            row,
            [part for part in sent if part.order_line_id == row.order_line_id],
            shipment_id,
            tuple(map(str, chosen.get(row.order_line_id, ()))),
        )
        for row in found
    ]
    return tuple(line for line in sorted(lines, key=lambda line: not line.now) if line.now or line.to_follow)


def _sent(reading: Reading, shipment_id: int, order_id: int) -> Sequence[Row[Any]]:
    """What has left for the order up to this shipment, by item and lot; `needed` is the whole need of a kit's part."""
    return rows(
        reading,
        "SELECT x.order_line_id, x.shipment_id, s.item_id, p.code, p.unit, s.lot, sum(x.quantity) AS quantity,"
        " sum(x.quantity - x.returned_quantity) AS kept, (SELECT sum(r.quantity) FROM requirement r"
        " JOIN demand d ON d.demand_id = r.demand_id WHERE d.order_line_id = x.order_line_id AND r.item_id = s.item_id)"
        " AS needed FROM shipment_line x JOIN shipment h ON h.shipment_id = x.shipment_id"
        " JOIN stock s ON s.stock_id = x.stock_id JOIN item p ON p.item_id = s.item_id"
        " WHERE h.order_id = ? AND x.shipment_id <= ? GROUP BY x.order_line_id, x.shipment_id, s.item_id, s.lot"
        " ORDER BY x.order_line_id, p.code, s.lot",
        order_id,
        shipment_id,
    )


def _line(row: Row[Any], sent: Sequence[Row[Any]], shipment_id: int, options: tuple[str, ...]) -> ShipmentPaperLine:
    here = [part for part in sent if part.shipment_id == shipment_id]
    now = _of_line(row, [(part, part.quantity) for part in here])
    before = _of_line(row, [(part, part.kept) for part in sent if part.shipment_id != shipment_id])
    still_open = row.status in ("confirmed", "shipped")
    return ShipmentPaperLine(
        line=row.line,
        item=row.code,
        their_item=row.theirs,
        description=row.words,
        unit=row.unit,
        ordered=Quantity(row.quantity),
        now=Quantity(now),
        before=Quantity(before),
        to_follow=Quantity(max(0, row.quantity - now - before) if still_open else 0),
        lots=tuple(_part_words(row, part) for part in here if _lot(part) or part.item_id != row.item_id),
        options=options,
    )


def _of_line(row: Row[Any], parts: Sequence[tuple[Row[Any], int]]) -> int:
    """How much of the line the parts are: their sum, or of a kit the sets that any one of its parts makes."""
    whole = sum(quantity for part, quantity in parts if part.item_id == row.item_id)
    sent: dict[int, int] = {}
    needed: dict[int, int] = {}
    for part, quantity in parts:
        if part.item_id != row.item_id and part.needed:
            sent[part.item_id] = sent.get(part.item_id, 0) + quantity
            needed[part.item_id] = part.needed
    sets = [divide_half_up(row.quantity * quantity, needed[item]) for item, quantity in sent.items()]
    return whole or max(sets, default=0)


def _part_words(row: Row[Any], part: Row[Any]) -> str:
    """The lot that was sent; of a kit the part with its quantity too."""
    if part.item_id == row.item_id:
        return _lot(part)
    return f"{Quantity(part.quantity)} {part.unit} {part.code} {_lot(part)}".rstrip()


def _lot(part: Row[Any]) -> str:
    """Its lot; what it was made to instead is said by the line's options."""
    return "" if is_configuration(part.lot) else str(part.lot)
