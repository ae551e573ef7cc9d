"""Reads stock counts: the list of them, the places of one in the order in which people walk, and what differs."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import NotFound
from pegboard.domain.portions import value_of
from pegboard.domain.quantity import Money, Quantity
from pegboard.i18n import tr
from pegboard.queries.inventory import money
from pegboard.queries.settings import settings
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class CountRow:
    """A count: `state` is open, done or cancelled; `places` of it, of which `counted` are counted and `differ`."""

    number: str
    state: str
    made: datetime.datetime
    made_by: str
    note: str
    places: int
    counted: int
    differ: int


@dataclass(frozen=True, slots=True)
class CountLine:
    """One place of a count.

    Attributes: booked: by the books when it was counted; counted: None before; value: of the difference at what lies
    there has cost, None where that is not known or nothing differs; pegged: of what lies there, to demands.
    """

    key: int
    item: str
    description: str
    unit: str
    is_whole: bool
    tracking: str
    location: str
    lot: str
    booked: Quantity | None
    counted: Quantity | None
    counted_by: str
    value: Money | None
    pegged: Quantity

    @property
    def difference(self) -> Quantity | None:
        """Counted less booked, None before it was counted."""
        if self.counted is None or self.booked is None:
            return None
        return self.counted - self.booked


def count_rows(reading: Reading) -> tuple[CountRow, ...]:
    """Return all counts, the newest first."""
    found = rows(
        reading,
        "SELECT c.*, (SELECT count(*) FROM stock_count_line l WHERE l.stock_count_id = c.stock_count_id) AS places,"
        " (SELECT count(*) FROM stock_count_line l WHERE l.stock_count_id = c.stock_count_id"
        " AND l.counted_quantity IS NOT NULL) AS counted,"
        " (SELECT count(*) FROM stock_count_line l WHERE l.stock_count_id = c.stock_count_id"
        " AND l.counted_quantity <> l.booked_quantity) AS differ FROM stock_count c ORDER BY c.stock_count_id DESC",
    )
    return tuple(_count(row) for row in found)


def count_named(reading: Reading, number: str) -> CountRow:
    """The count with this number; NotFound where there is none."""
    for row in count_rows(reading):
        if row.number == number:
            return row
    raise NotFound(tr("There is no count {count}.", count=number), hint=tr("Counts look like CT-0001."))


def count_lines(reading: Reading, number: str) -> tuple[CountLine, ...]:
    """Return the places of a count, location by location. NotFound for an unknown number."""
    if first(reading, "SELECT 1 FROM stock_count WHERE number = ?", number) is None:
        raise NotFound(tr("There is no count {count}.", count=number), hint=tr("Counts look like CT-0001."))
    currency = settings(reading).currency
    return tuple(_line(row, currency) for row in _line_rows(reading, number))


def _line_rows(reading: Reading, number: str) -> Sequence[Row[Any]]:
    return rows(
        reading,
        "SELECT l.*, i.code AS item, i.description, i.unit, i.whole_units, i.tracking, i.standard_cost,"
        " p.code AS location, s.unit_cost, coalesce((SELECT sum(g.quantity) FROM peg g WHERE g.stock_id = s.stock_id),"
        " 0) AS pegged FROM stock_count c JOIN stock_count_line l ON l.stock_count_id = c.stock_count_id"
        " JOIN item i ON i.item_id = l.item_id JOIN location p ON p.location_id = l.location_id"
        " LEFT JOIN stock s ON s.item_id = l.item_id AND s.location_id = l.location_id AND s.lot = l.lot"
        " WHERE c.number = ? ORDER BY p.code, i.code, l.lot",
        number,
    )


def _line(row: Row[Any], currency: str) -> CountLine:
    booked, counted = row.booked_quantity, row.counted_quantity
    cost = row.unit_cost if row.unit_cost is not None else row.standard_cost
    difference = 0 if booked is None or counted is None else counted - booked
    value = money(value_of(difference, cost), currency) if difference and cost is not None else None
    return CountLine(
        key=row.stock_count_line_id,
        item=row.item,
        description=row.description,
        unit=row.unit,
        is_whole=bool(row.whole_units),
        tracking=row.tracking,
        location=row.location,
        lot=row.lot,
        booked=None if booked is None else Quantity(booked),
        counted=None if counted is None else Quantity(counted),
        counted_by=row.counted_by,
        value=value,
        pegged=Quantity(row.pegged),
    )


def _count(row: Row[Any]) -> CountRow:
    made = datetime.datetime.fromisoformat(row.made_at).replace(tzinfo=datetime.UTC)
    return CountRow(row.number, row.state, made, row.made_by, row.note, row.places, row.counted, row.differ)
