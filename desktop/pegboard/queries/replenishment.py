"""Reads shelves of shops: what lies there, what sold, how long it lasts, what was marked down or written off.

Figures are over the last `WINDOW_DAYS` days; levels are proposed from up to `HISTORY_DAYS` days of the shelf's own
sales, returns netted, days without a sale included.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pegboard.domain.quantity import MICRO, Price, Quantity
from pegboard.domain.replenishment import LEAST_DAYS, LevelTerms
from pegboard.queries.routing_days import Routings
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

WINDOW_DAYS = 28
HISTORY_DAYS = 90
Shelf = tuple[int, int]  # item, location


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """One item at one location that sells it.

    Attributes: level: order-up-to, None where nobody set one; on_hand; on_order: pulled and not there yet; waiting:
    sold and not pulled yet; sold: in the window, returns netted; revenue, list_value: of the sales whose price and
    list price are known, in units of the currency; written_off: in the window; terms: of a proposed level, None while
    there are too few days; days: of sales that are known.
    """

    key: Shelf
    item: str
    description: str
    unit: str
    location: str
    level: Quantity | None
    on_hand: Quantity
    on_order: Quantity
    waiting: Quantity
    sold: Quantity
    revenue: float
    list_value: float
    written_off: Quantity
    terms: LevelTerms | None
    days: int

    @property
    def name(self) -> str:
        """How its demand is called."""
        return f"POS:{self.location}:{self.item}"

    @property
    def weekly(self) -> float:
        """Units sold in a week."""
        return self.sold.micro / MICRO * 7 / WINDOW_DAYS

    @property
    def weeks_of_cover(self) -> float | None:
        """Weeks that what lies there lasts; None while nothing sells."""
        return self.on_hand.micro / MICRO / self.weekly if self.sold.micro > 0 else None

    @property
    def sell_through(self) -> float | None:
        """Share of what was there in the window that was sold; None where nothing was there."""
        there = self.sold.micro + self.on_hand.micro + self.written_off.micro
        return self.sold.micro / there if there > 0 and self.sold.micro >= 0 else None

    @property
    def markdown(self) -> float | None:
        """Share of the list price that was given away; None where prices are not known."""
        return 1 - self.revenue / self.list_value if self.list_value > 0 else None

    @property
    def write_off(self) -> float | None:
        """Share of what left the shelf that was written off and not sold."""
        left = self.sold.micro + self.written_off.micro
        return self.written_off.micro / left if left > 0 and self.sold.micro >= 0 else None

    @property
    def proposed(self) -> Quantity | None:
        """The level that the terms lead to."""
        return None if self.terms is None else Quantity(self.terms.level)


@dataclass(slots=True)
class _Sales:
    """What one shelf sold, day by day (ordinals), and what it brought in the window."""

    by_day: dict[int, int]
    sold: int = 0
    revenue: int = 0
    list_value: int = 0
    first: int = 0


def shelf_rows(reading: Reading) -> list[ShelfRow]:
    """Every shelf that has a level or sold something, by item and location; a few statements in all."""
    sales = _sales(reading)
    levels = {(row[0], row[1]): row[2:] for row in fetch(reading, _LEVELS)}
    shelves = sorted(levels.keys() | sales.keys())
    items = _items(reading, {item for item, _place in shelves})
    places = dict(fetch(reading, "SELECT location_id, code FROM location"))
    on_hand = _sums(fetch(reading, _ON_HAND))
    on_order = dict(fetch(reading, _ON_ORDER))
    lost = _sums(fetch(reading, _WRITTEN_OFF, _window(reading, WINDOW_DAYS)))
    leads = _lead_days(reading)
    chosen = _Chosen(reading)
    rows = []
    for shelf in shelves:
        code, description, unit, whole = items[shelf[0]]
        level, waiting, key = levels.get(shelf, (None, 0, None))
        sold = sales.get(shelf, _Sales({}))
        rows.append(
            ShelfRow(
                key=shelf,
                item=code,
                description=description,
                unit=unit,
                location=places[shelf[1]],
                level=None if level is None else Quantity(level),
                on_hand=Quantity(on_hand.get(shelf, 0)),
                on_order=Quantity(max(0, int(on_order.get(key, 0)))),
                waiting=Quantity(waiting),
                sold=Quantity(sold.sold),
                revenue=sold.revenue / MICRO**2,
                list_value=sold.list_value / MICRO**2,
                written_off=Quantity(max(0, -lost.get(shelf, 0))),
                terms=chosen.terms(sold, leads.get(shelf[0], 0), whole=whole),
                days=chosen.days(sold),
            )
        )
    return sorted(rows, key=lambda row: (row.item, row.location))


_LEVELS = "SELECT item_id, location_id, order_up_to, unsignalled_sold + raised, replenishment_id FROM replenishment"
_ON_HAND = (
    "SELECT item_id, location_id, sum(quantity) FROM stock WHERE status = 'available' GROUP BY item_id, location_id"
)
_ON_ORDER = (
    "SELECT d.replenishment_id, sum(d.quantity - COALESCE((SELECT sum(r.issued_quantity) FROM requirement r"
    " WHERE r.demand_id = d.demand_id AND r.item_id = d.item_id), 0))"
    " FROM demand d WHERE d.kind = 'pos' AND d.state = 'open' GROUP BY d.replenishment_id"
)
# What was counted away or scrapped; a till that sold more than the books had is no write-off (its entries have a
# document).
_WRITTEN_OFF = (
    "SELECT s.item_id, s.location_id, sum(e.quantity) FROM ledger_entry e JOIN stock s ON s.stock_id = e.stock_id"
    " WHERE e.kind IN ('count', 'adjust', 'scrap') AND e.document = '' AND e.quantity < 0 AND e.at >= ? AND e.at < ?"
    " GROUP BY s.item_id, s.location_id"
)
_SALES = (
    "SELECT p.item_id, p.location_id, p.sold_at, p.quantity, p.unit_price, i.list_price FROM pos_sale p"
    " JOIN item i ON i.item_id = p.item_id WHERE p.sold_at >= ? AND p.sold_at < ?"
)
_FIRST = "SELECT item_id, location_id, min(sold_at) FROM pos_sale GROUP BY item_id, location_id"


def _window(reading: Reading, days: int) -> tuple[str, str]:
    """The last `days` days, today included, as instants of the tables (UTC)."""
    start = reading.today - datetime.timedelta(days=days - 1)
    return _midnight(start), _midnight(reading.today + datetime.timedelta(days=1))


def _midnight(day: datetime.date) -> str:
    """When a day of the shop begins, in UTC as the tables keep it."""
    local = datetime.datetime.combine(day, datetime.time()).astimezone(datetime.UTC)
    return local.replace(tzinfo=None).isoformat(" ", "microseconds")


def _sales(reading: Reading) -> dict[Shelf, _Sales]:
    found: dict[Shelf, _Sales] = defaultdict(lambda: _Sales({}))
    window = _window(reading, WINDOW_DAYS)[0]
    days = _Days()
    for item, place, at, quantity, price, list_price in fetch(reading, _SALES, _window(reading, HISTORY_DAYS)):
        sales = found[item, place]
        day = days.of(at)
        sales.by_day[day] = sales.by_day.get(day, 0) + quantity
        if at >= window:
            sales.sold += quantity
            if price is not None and list_price:
                sales.revenue += quantity * price
                sales.list_value += quantity * list_price
    for item, place, at in fetch(reading, _FIRST):
        if (item, place) in found:
            found[item, place].first = days.of(at)
    return dict(found)


class _Days:
    """Turns instants of the tables into the shop's days; each hour of UTC is looked up once."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def of(self, at: Any) -> int:
        """The ordinal of the local day of an instant."""
        hour = str(at)[:16]
        day = self._known.get(hour)
        if day is None:
            moment = datetime.datetime.fromisoformat(hour).replace(tzinfo=datetime.UTC)
            day = self._known[hour] = moment.astimezone().date().toordinal()
        return day


class _Chosen:
    """The workshop's settings for levels, and the days that count."""

    def __init__(self, reading: Reading) -> None:
        chosen = settings(reading)
        self._service = chosen.pos_service_percent.micro / MICRO / 100
        self._review = chosen.pos_review_days
        self._today = reading.today.toordinal()

    def days(self, sales: _Sales) -> int:
        """Whole days of sales that are known: not today, which is not over, and not before the first sale."""
        return min(HISTORY_DAYS - 1, self._today - sales.first) if sales.first else 0

    def terms(self, sales: _Sales, lead_days: int, *, whole: bool) -> LevelTerms | None:
        """Mean and variance of a day's sales; None while the days are too few."""
        days = self.days(sales)
        if days < LEAST_DAYS:
            return None
        start = self._today - days
        units = [micro / MICRO for day, micro in sales.by_day.items() if start <= day < self._today]
        mean = sum(units) / days
        square = sum((unit - mean) ** 2 for unit in units) + (days - len(units)) * mean**2
        return LevelTerms(max(0.0, mean), square / (days - 1), self._review, lead_days, self._service, whole)


def _lead_days(reading: Reading) -> Mapping[int, int]:
    """Calendar days until an item can be there again: working days of its best source, five to a week.

    A made item without a lead time of its own takes what its routing says for one unit.
    """
    routings = Routings(reading)
    found = fetch(
        reading,
        "SELECT i.item_id, i.source, CASE WHEN i.source = 'make' THEN i.lead_time_days ELSE coalesce("
        "(SELECT min(coalesce(a.lead_time_days, v.lead_time_days)) FROM supplier_item a"
        " JOIN supplier v ON v.supplier_id = a.supplier_id WHERE a.item_id = i.item_id AND a.active = 1"
        " AND a.rank = (SELECT min(x.rank) FROM supplier_item x WHERE x.item_id = i.item_id AND x.active = 1)),"
        " i.lead_time_days) END FROM item i",
    )
    working = {
        item: routings.days(item, MICRO) if days is None and source == "make" else int(days or 0)
        for item, source, days in found
    }
    return {item: -(-days * 7 // 5) for item, days in working.items()}


def _items(reading: Reading, wanted: Iterable[int]) -> dict[int, tuple[str, str, str, bool]]:
    keys = set(wanted)
    found = fetch(reading, "SELECT item_id, code, description, unit, whole_units FROM item")
    return {row[0]: (row[1], row[2], row[3], bool(row[4])) for row in found if row[0] in keys}


def _sums(rows: Iterable[tuple[Any, ...]]) -> dict[Shelf, int]:
    return {(item, place): int(quantity) for item, place, quantity in rows}


@dataclass(frozen=True, slots=True)
class SaleRow:
    """One sale of a shelf; a negative quantity is a return."""

    key: int
    reference: str
    sold_at: datetime.datetime
    quantity: Quantity
    unit_price: Price | None
    is_signalled: bool


def sale_rows(reading: Reading, shelf: Shelf, most: int = 20) -> list[SaleRow]:
    """The newest sales of a shelf, newest first."""
    found = fetch(
        reading,
        "SELECT pos_sale_id, reference, line, sold_at, quantity, unit_price, signalled FROM pos_sale"
        " WHERE item_id = ? AND location_id = ? ORDER BY sold_at DESC, pos_sale_id DESC LIMIT ?",
        (*shelf, most),
    )
    return [
        SaleRow(
            key,
            f"{reference}/{line}",
            datetime.datetime.fromisoformat(str(at)).replace(tzinfo=datetime.UTC),
            Quantity(quantity),
            None if price is None else Price(price),
            bool(signalled),
        )
        for key, reference, line, at, quantity, price, signalled in found
    ]


@dataclass(frozen=True, slots=True)
class ShopChoices:
    """What the forms of the page offer: (code, words) of items that can be sold, and of locations."""

    items: tuple[tuple[str, str], ...]
    locations: tuple[tuple[str, str], ...]


def shop_choices(reading: Reading) -> ShopChoices:
    """Codes and words for the forms of the page, by code."""
    items = fetch(reading, "SELECT code, description FROM item WHERE source <> 'phantom' ORDER BY code")
    places = fetch(reading, "SELECT code, description FROM location ORDER BY code")
    return ShopChoices(tuple((code, words) for code, words in items), tuple((code, words) for code, words in places))
