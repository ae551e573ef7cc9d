"""Undo of imported stock: what an import booked is booked back by counter entries, the newest layers first."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from pegboard.domain.errors import Refused
from pegboard.i18n import tr
from pegboard.queries.lookups import item_named
from pegboard.services.movements import Movement, location_id, place, put_in, take_out
from pegboard.services.pegs import pegged, stock
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading, Transaction

Place = tuple[str, str, str]  # item, location, lot
TABLE = "stock"


class Booked(NamedTuple):
    """How much lay at a place, and at what cost the last came."""

    quantity: int
    unit_cost: int | None


def booked(reading: Reading) -> dict[Place, Booked]:
    """What lies where."""
    found = rows(
        reading,
        "SELECT i.code AS item, p.code AS location, s.lot, s.quantity, s.unit_cost FROM stock s"
        " JOIN item i ON i.item_id = s.item_id JOIN location p ON p.location_id = s.location_id",
    )
    return {(row.item, row.location, row.lot): Booked(row.quantity, row.unit_cost) for row in found}


def changes(before: dict[Place, Booked], after: dict[Place, Booked]) -> list[tuple[Place, Booked, Booked]]:
    """The places at which another quantity lies now, with both."""
    nothing = Booked(0, None)
    found = ((at, before.get(at, nothing), now) for at, now in after.items())
    return [(at, was, now) for at, was, now in found if was.quantity != now.quantity]


def book(tx: Transaction, moves: Iterable[tuple[Place, int, int | None]], reason: str) -> None:
    """Book so much more or less at places. Raises Refused where less lies there free than is to go."""
    for (code, location, lot), by, unit_cost in moves:
        item, movement = item_named(tx, code), Movement("count", "", reason)
        at = location_id(tx, location)
        if by > 0:
            put_in(tx, place(tx, item.item_id, at, lot), [(by, unit_cost)], movement)
            continue
        found = first(
            tx, "SELECT * FROM stock WHERE item_id = ? AND location_id = ? AND lot = ?", item.item_id, at, lot
        )
        free = found.quantity - pegged(tx, stock(found.stock_id)) if found is not None else 0
        if found is None or free < -by:
            raise Refused(
                tr("{item} at {place} was used or promised since.", item=code, place=f"{location} {lot}".strip()),
                hint=tr("Correct it on the Stock page."),
            )
        take_out(tx, found.stock_id, -by, movement, newest_first=True)
    tx.changed("stock")


def lies_somewhere(reading: Reading, table: str, key: Any) -> bool:
    """Whether the ledger names a place of this item or location, so that it cannot be taken out of the file."""
    column = f"{table}_id"
    return first(reading, f"SELECT 1 FROM stock WHERE {column} = ? LIMIT 1", key) is not None
