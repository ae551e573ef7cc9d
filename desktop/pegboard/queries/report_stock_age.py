"""How old the stock is, what it is worth, and why it lies there.

A stock row's oldest goods are taken to be those that are pegged: first in, first out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from pegboard.domain.quantity import MICRO
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

AGES = (30, 90, 180)  # days: the last day of each age but the oldest


class Reason(IntEnum):
    """Why stock lies there, in the order in which a stock row's goods are spoken for."""

    PEGGED = 0
    QUARANTINE = 1
    SHELF = 2
    CARD = 3
    BUFFER = 4
    SURPLUS = 5


@dataclass(slots=True)
class AgedStock:
    """What lies of an item for one reason.

    Attributes: quantity: millionths; value: by age, in millionths of the currency times millionths, the last for goods
    of unknown age; unknown: millionths without a known cost; oldest: None where no day is known.
    """

    item: str
    description: str
    reason: Reason
    quantity: int = 0
    values: list[int] = field(default_factory=lambda: [0] * (len(AGES) + 2))
    unknown: int = 0
    oldest: date | None = None

    @property
    def value(self) -> int:
        """Of all ages together."""
        return sum(self.values)


LAYERS = (
    "SELECT y.stock_id, y.remaining_quantity, y.unit_cost, y.received_on FROM cost_layer y"
    " WHERE y.remaining_quantity > 0 ORDER BY y.stock_id, CASE WHEN y.received_on IS NULL THEN 0 ELSE 1 END,"
    " y.received_on, y.cost_layer_id"
)
STOCK = (
    "SELECT s.stock_id, s.item_id, i.code, i.description, s.location_id, s.quantity, s.status FROM stock s"
    " JOIN item i ON i.item_id = s.item_id WHERE s.quantity > 0 ORDER BY i.code, s.received_on, s.stock_id"
)
PEGGED = "SELECT stock_id, sum(quantity) FROM peg WHERE stock_id IS NOT NULL GROUP BY stock_id"
SHELVES = "SELECT item_id, location_id, order_up_to FROM replenishment"
CARDS = (
    "SELECT k.item_id, k.location_id, sum(k.container_quantity) FROM kanban_loop k JOIN kanban_card c"
    " ON c.kanban_loop_id = k.kanban_loop_id WHERE c.state = 'full' GROUP BY k.item_id, k.location_id"
)
BUFFERS = "SELECT item_id, quantity FROM buffer"


def aged_stock(reading: Reading) -> tuple[AgedStock, ...]:
    """All stock that is there now, by item and reason, the most valuable first; six queries, however much there is."""
    layers: dict[int, list[tuple[int, int | None, str | None]]] = {}
    for key, quantity, cost, received in fetch(reading, LAYERS):
        layers.setdefault(key, []).append((quantity, cost, received))
    claims = _Claims(reading)
    found: dict[tuple[int, Reason], AgedStock] = {}
    for key, item_id, code, description, location_id, quantity, status in fetch(reading, STOCK):
        slices = _Layers(layers.get(key, []), quantity)
        for reason, claimed in claims.of(key, item_id, location_id, quantity, status):
            aged = found.setdefault((item_id, reason), AgedStock(code, description, reason))
            slices.give(aged, claimed, reading.today)
    return tuple(sorted(found.values(), key=lambda aged: (-aged.value, aged.item, aged.reason)))


class _Claims:
    """What speaks for a stock row's goods."""

    def __init__(self, reading: Reading) -> None:
        self._pegged = dict(_pairs(reading, PEGGED))
        self._buffers = dict(_pairs(reading, BUFFERS))
        self._shelves = {(item, place): amount for item, place, amount in fetch(reading, SHELVES)}
        self._cards = {(item, place): int(amount) for item, place, amount in fetch(reading, CARDS)}

    def of(
        self, stock_id: int, item_id: int, location_id: int, quantity: int, status: str
    ) -> Iterator[tuple[Reason, int]]:
        """So much for each reason; what nothing speaks for is surplus."""
        left = quantity
        place = item_id, location_id
        for reason, wanted in (
            (Reason.PEGGED, self._pegged.get(stock_id, 0)),
            (Reason.QUARANTINE, quantity if status != "available" else 0),
            (Reason.SHELF, self._shelves.get(place, 0)),
            (Reason.CARD, self._cards.get(place, 0)),
            (Reason.BUFFER, self._buffers.get(item_id, 0)),
            (Reason.SURPLUS, quantity),
        ):
            taken = min(left, wanted)
            if taken <= 0:
                continue
            left -= taken
            self._note(reason, place, taken)
            yield reason, taken

    def _note(self, reason: Reason, place: tuple[int, int], taken: int) -> None:
        """What one lot of an item satisfies, the next one need not."""
        if reason is Reason.SHELF:
            self._shelves[place] -= taken
        elif reason is Reason.CARD:
            self._cards[place] -= taken
        elif reason is Reason.BUFFER:
            self._buffers[place[0]] -= taken


class _Layers:
    """A stock row's cost layers, given out oldest first; goods without a layer have no known cost nor age."""

    def __init__(self, layers: list[tuple[int, int | None, str | None]], quantity: int) -> None:
        missing = quantity - sum(layer[0] for layer in layers)
        self._left = [*layers, *([(missing, None, None)] if missing > 0 else [])]

    def give(self, aged: AgedStock, wanted: int, today: date) -> None:
        aged.quantity += wanted
        while wanted and self._left:
            quantity, cost, received = self._left[0]
            taken = min(quantity, wanted)
            wanted -= taken
            self._left[0] = (quantity - taken, cost, received)
            if taken == quantity:
                del self._left[0]
            self._add(aged, taken, cost, date.fromisoformat(received) if received else None, today)

    @staticmethod
    def _add(aged: AgedStock, taken: int, cost: int | None, received: date | None, today: date) -> None:
        if cost is None:
            aged.unknown += taken
        else:
            aged.values[_age(received, today)] += taken * cost
        if received is not None and (aged.oldest is None or received < aged.oldest):
            aged.oldest = received


def _age(received: date | None, today: date) -> int:
    """The place of an age among the values; the last one for goods of unknown age."""
    if received is None:
        return len(AGES) + 1
    days = (today - received).days
    return next((place for place, last in enumerate(AGES) if days <= last), len(AGES))


def _pairs(reading: Reading, statement: str) -> Iterator[tuple[int, int]]:
    return ((key, int(amount)) for key, amount in fetch(reading, statement))


SCALE = MICRO * MICRO  # what the values are divided by to give units of the currency
