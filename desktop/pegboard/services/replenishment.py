"""Sets the levels of shelves, and gives out what is scarce in complete sets."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import LIMIT, MICRO, Quantity
from pegboard.i18n import tr
from pegboard.services.seats import require_seen
from pegboard.storage.rows import add, change, first, number
from pegboard.storage.store import Transaction
from pegboard.storage.tables.inventory import Location
from pegboard.storage.tables.signals import Replenishment


@dataclass(frozen=True, slots=True)
class LevelSet:
    """What a new level did: before is None where there was none."""

    item: str
    location: str
    before: Quantity | None
    after: Quantity


def set_level(
    tx: Transaction, item: str, location: str, level: Quantity, *, seen: tuple[Quantity | None] | None = None
) -> LevelSet:
    """Set what a shelf is filled up to; what a level rises by pulls with the next explosion.

    The first level of a shelf is no raise: it pulls when something is sold. A new location is made. Raises InvalidInput
    for an unknown item, a level below 0 or one that does not fit the item, ChangedMeanwhile where the level is not the
    one that was `seen` any more (in a tuple, since there may have been none).
    """
    row = _item(tx, item)
    if level.micro < 0 or (row.whole_units and level.micro % MICRO):
        raise InvalidInput(
            tr("{item} cannot be filled up to {level}.", item=item, level=level),
            hint=tr("Give a whole number from 0.") if row.whole_units else tr("Give a number from 0."),
        )
    place = _location(tx, location)
    old = first(tx, "SELECT * FROM replenishment WHERE item_id = ? AND location_id = ?", row.item_id, place)
    now = None if old is None else Quantity(old.order_up_to)
    if seen is not None and now != level:
        name = tr("{item} at {location}", item=item, location=location)
        require_seen(tx, "replenishment", name, tr("level"), seen=seen[0], now=now)
    if old is None:
        sold = number(
            tx,
            "SELECT sum(quantity) FROM pos_sale WHERE signalled = 0 AND item_id = ? AND location_id = ?",
            row.item_id,
            place,
        )
        add(
            tx,
            Replenishment,
            item_id=row.item_id,
            location_id=place,
            order_up_to=level.micro,
            unsignalled_sold=min(max(0, sold), LIMIT),
        )
    else:
        raised = min(max(0, old.raised + level.micro - old.order_up_to), LIMIT)
        change(tx, Replenishment, old.replenishment_id, order_up_to=level.micro, raised=raised)
    tx.changed("replenishment")
    tx.note(tr("{item} at {location} is filled up to {level}.", item=item, location=location, level=level))
    return LevelSet(item, location, None if old is None else Quantity(old.order_up_to), level)


def _item(tx: Transaction, code: str) -> Row[Any]:
    row = first(tx, "SELECT item_id, source, whole_units FROM item WHERE code = ?", code)
    if row is None:
        raise InvalidInput(tr("There is no item {code}.", code=code), hint=tr("Choose one from the list."))
    if row.source == "phantom":
        raise InvalidInput(
            tr("{code} is never stocked: its parts are.", code=code), hint=tr("Set levels of its parts.")
        )
    return row


def _location(tx: Transaction, code: str) -> int:
    found = number(tx, "SELECT location_id FROM location WHERE code = ?", code)
    if not found and (not code.strip() or any(letter in code for letter in ";=:") or code != code.strip()):
        raise InvalidInput(tr('"{code}" cannot name a location.', code=code), hint=tr("Leave out ; = and :"))
    return found or add(tx, Location, code=code, description="")
