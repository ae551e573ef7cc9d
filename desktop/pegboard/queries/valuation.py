"""What the stock is worth, by the cost layers that are still there, first in, first out."""

from dataclasses import dataclass
from datetime import date

from pegboard.domain.portions import value_of
from pegboard.domain.quantity import Price, Quantity
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class ValuedStock:
    """What lies of an item at a location under one lot.

    Attributes: value: exact, None where no cost is known; unknown: how much of it has no known cost; oldest: the first
    receipt that is still there, None where it is not known.
    """

    item: str
    location: str
    lot: str
    status: str
    quantity: Quantity
    pegged: Quantity
    value: Price | None
    unknown: Quantity
    oldest: date | None


def stock_valuation(reading: Reading) -> tuple[ValuedStock, ...]:
    """All stock that is there, by item, location and lot; three queries, however much there is."""
    layers: dict[int, list[tuple[int, int | None, str | None]]] = {}
    for row in rows(
        reading,
        "SELECT stock_id, remaining_quantity, unit_cost, received_on FROM cost_layer WHERE remaining_quantity > 0"
        " ORDER BY stock_id, received_on, cost_layer_id",
    ):
        layers.setdefault(row.stock_id, []).append((row.remaining_quantity, row.unit_cost, row.received_on))
    pegged = {
        row.stock_id: row.total
        for row in rows(
            reading, "SELECT stock_id, sum(quantity) AS total FROM peg WHERE stock_id IS NOT NULL GROUP BY stock_id"
        )
    }
    found = rows(
        reading,
        "SELECT s.*, i.code AS item, l.code AS location FROM stock s JOIN item i ON i.item_id = s.item_id"
        " JOIN location l ON l.location_id = s.location_id WHERE s.quantity > 0 ORDER BY i.code, l.code, s.lot",
    )
    valued = []
    for row in found:
        lying = layers.get(row.stock_id, [])
        known = [value_of(quantity, cost) for quantity, cost, _received in lying if cost is not None]
        received = [day for _quantity, _cost, day in lying]
        valued.append(
            ValuedStock(
                row.item,
                row.location,
                row.lot,
                row.status,
                Quantity(row.quantity),
                Quantity(pegged.get(row.stock_id, 0)),
                Price(sum(known)) if known else None,
                Quantity(sum(quantity for quantity, cost, _received in lying if cost is None)),
                date.fromisoformat(received[0]) if received and received[0] else None,
            )
        )
    return tuple(valued)


def stock_value(reading: Reading) -> Price:
    """What all stock is worth, as far as its cost is known."""
    return Price(sum(stock.value.micro for stock in stock_valuation(reading) if stock.value is not None))
