"""Reads what a purchase order says to its supplier."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import NotFound
from pegboard.domain.quantity import MICRO, Money, Price, Quantity, divide_half_up, extended_amount
from pegboard.i18n import tr
from pegboard.queries.settings import settings
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class PurchasePaperLine:
    """One line to the supplier.

    Attributes: quantity, unit_price: in the item's own unit; purchase_quantity, purchase_unit: in the supplier's, six
    places, halves up; total: rounded half up once, None where the price is unknown; due: on our dock; job, operation,
    work: of a subcontracted step; wanted_for: the demands or jobs behind it, only where the shop shows them.
    """

    line: int
    item: str
    description: str
    revision: str
    drawing: str
    unit: str
    quantity: Quantity
    purchase_quantity: Quantity
    purchase_unit: str
    supplier_sku: str
    manufacturer: str
    manufacturer_part: str
    unit_price: Price | None
    total: Money | None
    due: datetime.date
    state: str
    job: str
    operation: int | None
    work: str
    wanted_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PurchasePaper:
    """A purchase order as the supplier reads it. `total` adds the lines whose price is known."""

    number: str
    state: str
    revision: int
    ordered_on: datetime.date | None
    supplier: str
    supplier_name: str
    contact: str
    email: str
    phone: str
    address: str
    payment_terms_days: int
    currency: str
    note: str
    lines: tuple[PurchasePaperLine, ...]
    total: Money

    @property
    def has_open_prices(self) -> bool:
        """Whether the price of a line is unknown."""
        return any(line.unit_price is None for line in self.lines)


def purchase_papers(reading: Reading, numbers: Sequence[str]) -> tuple[PurchasePaper, ...]:
    """Return these purchase orders in this order, cancelled lines left out; NotFound names the unknown ones."""
    wanted = json.dumps(list(numbers))
    found = rows(
        reading,
        "SELECT o.*, v.code, v.name, v.contact, v.email, v.phone, v.address, v.payment_terms_days, v.currency"
        " FROM purchase_order o JOIN supplier v ON v.supplier_id = o.supplier_id"
        " WHERE o.number IN (SELECT value FROM json_each(?))",
        wanted,
    )
    orders = {row.number: row for row in found}
    if missing := [number for number in numbers if number not in orders]:
        raise NotFound(tr("There is no purchase order {numbers}.", numbers=", ".join(missing)))
    shop = settings(reading)
    behind = _wanted_for(reading, wanted) if shop.purchase_order_shows_demand else {}
    by_order = {
        key: list(group) for key, group in groupby(_line_rows(reading, wanted), key=lambda row: str(row.number))
    }
    return tuple(_paper(orders[number], by_order.get(number, []), shop.currency, behind) for number in numbers)


def _line_rows(reading: Reading, wanted: str) -> Sequence[Row[Any]]:
    return rows(
        reading,
        "SELECT o.number, l.*, i.code, i.description, i.revision AS item_revision, i.drawing, i.unit,"
        " coalesce(s.supplier_sku, '') AS sku, coalesce(nullif(s.purchase_unit, ''), i.unit) AS purchase_unit,"
        " coalesce(s.units_per_purchase_unit, 1000000) AS pack, coalesce(s.manufacturer, '') AS maker,"
        " coalesce(s.manufacturer_part, '') AS maker_part, coalesce(w.number, '') AS job,"
        " coalesce(own.description, routed.description, '') AS work, w.revision AS job_revision"
        " FROM purchase_line l JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " JOIN item i ON i.item_id = l.item_id"
        " LEFT JOIN supplier_item s ON s.supplier_item_id = l.supplier_item_id"
        " LEFT JOIN work_order w ON w.work_order_id = l.work_order_id"
        " LEFT JOIN work_order_operation own ON own.work_order_id = w.work_order_id AND own.sequence = l.operation"
        " LEFT JOIN routing_operation routed ON routed.item_id = w.item_id AND routed.sequence = l.operation"
        " AND routed.revision = CASE WHEN EXISTS (SELECT 1 FROM routing_operation x WHERE x.item_id = w.item_id"
        " AND x.revision = w.revision) THEN w.revision ELSE '' END"
        " WHERE l.state <> 'cancelled' AND o.number IN (SELECT value FROM json_each(?)) ORDER BY o.number, l.line",
        wanted,
    )


def _paper(order: Row[Any], found: Sequence[Row[Any]], currency: str, behind: dict[int, list[str]]) -> PurchasePaper:
    currency = order.currency or currency
    lines = tuple(_line(row, currency, behind.get(row.purchase_line_id, [])) for row in found)
    total = sum((line.total.minor for line in lines if line.total), 0)
    return PurchasePaper(
        number=order.number,
        state=order.state,
        revision=order.revision,
        ordered_on=datetime.date.fromisoformat(order.ordered_on) if order.ordered_on else None,
        supplier=order.code,
        supplier_name=order.name or order.code,
        contact=order.contact,
        email=order.email,
        phone=order.phone,
        address=order.address,
        payment_terms_days=order.payment_terms_days,
        currency=currency,
        note=order.note,
        lines=lines,
        total=Money(total, currency),
    )


def _line(row: Row[Any], currency: str, behind: list[str]) -> PurchasePaperLine:
    price = None if row.unit_price is None else Price(row.unit_price)
    return PurchasePaperLine(
        line=row.line,
        item=row.code,
        description=row.description,
        revision=row.job_revision or row.item_revision,
        drawing=row.drawing,
        unit=row.unit,
        quantity=Quantity(row.quantity),
        purchase_quantity=Quantity(divide_half_up(row.quantity * MICRO, row.pack)),
        purchase_unit=row.purchase_unit,
        supplier_sku=row.sku,
        manufacturer=row.maker,
        manufacturer_part=row.maker_part,
        unit_price=price,
        total=None if price is None else extended_amount(row.quantity, price.micro, currency),
        due=datetime.date.fromisoformat(row.due_date),
        state=row.state,
        job=row.job,
        operation=row.operation,
        work=row.work,
        wanted_for=tuple(behind),
    )


def _wanted_for(reading: Reading, wanted: str) -> dict[int, list[str]]:
    """Names of the demands and jobs directly behind each line."""
    found = rows(
        reading,
        "SELECT DISTINCT l.purchase_line_id, coalesce(d.name, w.number) AS name FROM purchase_line l"
        " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " JOIN peg p ON p.purchase_line_id = l.purchase_line_id"
        " JOIN requirement r ON r.requirement_id = p.requirement_id"
        " LEFT JOIN demand d ON d.demand_id = r.demand_id LEFT JOIN work_order w ON w.work_order_id = r.work_order_id"
        " WHERE o.number IN (SELECT value FROM json_each(?)) ORDER BY l.purchase_line_id, name",
        wanted,
    )
    names: dict[int, list[str]] = {}
    for row in found:
        names.setdefault(row.purchase_line_id, []).append(row.name)
    return names
