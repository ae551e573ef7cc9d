"""Stock in memory while sales and counts of an import pass over it; what changed is written in bulk at the end.

The rules are those of `services.movements`: layers are used up first in, first out, a value is the difference of two
rounded values, and on hand never goes below zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pegboard.domain.portions import mean_cost, value_of
from pegboard.services import pegs
from pegboard.storage.bulk import fetch, insert_rows, next_id, update_rows
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.inventory import CostLayer, LedgerEntry, Stock

Key = tuple[int, int, str]  # item, location, lot
_COLUMNS = ("item_id", "location_id", "lot", "quantity", "unit_cost", "received_on", "expires_on", "status")
_LAYER = ("stock_id", "received_on", "remaining_quantity", "unit_cost")
_ENTRY = ("stock_id", "at", "kind", "quantity", "value", "document", "reason", "actor")


@dataclass(slots=True)
class Layer:
    """A cost layer; `layer_id` 0 is not written yet."""

    layer_id: int
    received_on: str | None
    quantity: int
    unit_cost: int | None
    touched: bool = False

    @property
    def worth(self) -> int:
        """Its value in millionths of the currency, 0 where the cost is not known."""
        return 0 if self.unit_cost is None else value_of(self.quantity, self.unit_cost)


@dataclass(slots=True)
class Place:
    """One stock row; `touched` where it must be written, `is_lower` where pegs may have lost their goods."""

    stock_id: int
    item_id: int
    location_id: int
    lot: str
    quantity: int = 0
    unit_cost: int | None = None
    received_on: str | None = None
    expires_on: str | None = None
    status: str = "available"
    layers: list[Layer] = field(default_factory=list)
    is_new: bool = False
    touched: bool = False
    is_lower: bool = False

    def values(self) -> tuple[Any, ...]:
        """The values of the row's columns."""
        return (
            self.item_id,
            self.location_id,
            self.lot,
            self.quantity,
            self.unit_cost,
            self.received_on,
            self.expires_on,
            self.status,
        )


class Book:
    """All stock rows by (item, location, lot), and the ledger entries that the import makes."""

    def __init__(self, reading: Reading) -> None:
        self.places: dict[Key, Place] = {}
        self.entries: list[tuple[Any, ...]] = []
        self._free_id = next_id(reading, Stock)
        by_id: dict[int, Place] = {}
        found: Any = fetch(reading, f"SELECT stock_id, {', '.join(_COLUMNS)} FROM stock")
        for row in found:
            by_id[row[0]] = self.places[row[1:4]] = Place(*row)
        layers: Any = fetch(
            reading,
            "SELECT stock_id, cost_layer_id, received_on, remaining_quantity, unit_cost FROM cost_layer "
            "WHERE remaining_quantity > 0 ORDER BY received_on, cost_layer_id",
        )
        for stock_id, *layer in layers:
            by_id[stock_id].layers.append(Layer(*layer))

    def place(self, key: Key) -> Place:
        """The row of an item, location and lot; made where it is missing."""
        place = self.places.get(key)
        if place is None:
            place = self.places[key] = Place(self._free_id, *key, is_new=True, touched=True)
            self._free_id += 1
        return place

    def put_in(
        self, place: Place, quantity: int, unit_cost: int | None, received_on: str | None, kind: str, **why: Any
    ) -> None:
        """Book goods in with a layer of their own."""
        place.layers.append(Layer(0, received_on, quantity, unit_cost))
        place.quantity += quantity
        place.touched = True
        self.enter(place, kind, quantity, None if unit_cost is None else value_of(quantity, unit_cost), **why)

    def take_out(self, place: Place, quantity: int, kind: str, **why: Any) -> None:
        """Book goods out, oldest layer first; the caller takes no more than there is."""
        before = sum(layer.worth for layer in place.layers)
        is_known = any(layer.unit_cost is not None for layer in place.layers)
        left = quantity
        for layer in place.layers:
            part = min(left, layer.quantity)
            if part:
                layer.quantity -= part
                layer.touched = True
                left -= part
        after = sum(layer.worth for layer in place.layers)
        place.quantity -= quantity
        place.touched = place.is_lower = True
        self.enter(place, kind, -quantity, after - before if is_known else None, **why)

    def revalue(self, place: Place, unit_cost: int | None, reason: str) -> None:
        """Give everything that lies there one cost."""
        before = sum(layer.worth for layer in place.layers)
        for layer in place.layers:
            if layer.unit_cost != unit_cost:
                layer.unit_cost = unit_cost
                layer.touched = True
        after = sum(layer.worth for layer in place.layers)
        if after != before:
            self.enter(place, "count", 0, after - before, reason=reason)
        place.unit_cost = unit_cost
        place.touched = True

    def average(self, place: Place) -> None:
        """Set a row's unit cost to the mean of its layers; it stays where no layer has one."""
        cost = mean_cost((layer.quantity, layer.unit_cost) for layer in place.layers)
        place.unit_cost = place.unit_cost if cost is None else cost

    def write(self, tx: Transaction) -> None:
        """Write rows, entries and layers; take pegs off what is no longer there."""
        touched = [place for place in self.places.values() if place.touched]
        insert_rows(
            tx, Stock, ("stock_id", *_COLUMNS), [(place.stock_id, *place.values()) for place in touched if place.is_new]
        )
        update_rows(
            tx,
            Stock,
            _COLUMNS,
            "stock_id",
            [(*place.values(), place.stock_id) for place in touched if not place.is_new],
        )
        now = tx.now.replace(tzinfo=None).isoformat(" ", "microseconds")
        insert_rows(tx, LedgerEntry, _ENTRY, [(row[0], row[1] or now, *row[2:], tx.actor) for row in self.entries])
        layers = [(place.stock_id, layer) for place in touched for layer in place.layers]
        insert_rows(
            tx, CostLayer, _LAYER, _layer_rows((stock_id, layer) for stock_id, layer in layers if not layer.layer_id)
        )
        update_rows(
            tx,
            CostLayer,
            ("remaining_quantity", "unit_cost"),
            "cost_layer_id",
            [
                (layer.quantity, layer.unit_cost, layer.layer_id)
                for _, layer in layers
                if layer.layer_id and layer.touched
            ],
        )
        for place in touched:
            if not place.is_new and (place.is_lower or place.status != "available"):
                _loosen(tx, place)

    def enter(
        self,
        place: Place,
        kind: str,
        quantity: int,
        value: int | None,
        *,
        at: str = "",
        document: str = "",
        reason: str = "",
    ) -> None:
        """Add a ledger entry; `at` is UTC as text, empty for now."""
        self.entries.append((place.stock_id, at, kind, quantity, value, document, reason))


def _layer_rows(layers: Any) -> Sequence[tuple[Any, ...]]:
    return [
        (stock_id, layer.received_on, layer.quantity, layer.unit_cost) for stock_id, layer in layers if layer.quantity
    ]


def _loosen(tx: Transaction, place: Place) -> None:
    supply = pegs.stock(place.stock_id)
    held = place.quantity if place.status == "available" else 0
    too_many = pegs.pegged(tx, supply) - held
    if too_many > 0:
        tx.note(pegs.say(pegs.loosen(tx, supply, too_many)))
        tx.changed("peg")
