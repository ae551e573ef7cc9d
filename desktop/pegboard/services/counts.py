"""Stock counts: a list of places is counted blind, the differences are looked through, and all are booked in one go.

What was counted is compared with what the books said at that moment, so that goods may move on while others count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.i18n import tr
from pegboard.queries.lookups import item_named, location_named
from pegboard.services import pegs
from pegboard.services.inventory import Adjusted, adjust
from pegboard.services.movements import require_lot
from pegboard.services.numbers import take
from pegboard.storage.rows import add, change, first, number, rows
from pegboard.storage.store import Transaction
from pegboard.storage.tables.floor import StockCount, StockCountLine

SERIES = "CT"


@dataclass(frozen=True, slots=True)
class Booked:
    """What an approved count booked: each place that differed; demands that lost their pegs with it."""

    number: str
    lines: tuple[Adjusted, ...]
    short: tuple[pegs.Loosened, ...]


def start_count(tx: Transaction, locations: Sequence[str] = (), items: Sequence[str] = (), note: str = "") -> str:
    """Begin a count of what lies at these locations, of these items (all where none are named); return its number.

    Raises Refused where nothing lies there, or a place is on another open count.
    """
    places = [int(location_named(tx, code).location_id) for code in locations]
    wanted = [int(item_named(tx, code).item_id) for code in items]
    found = _lying(tx, places, wanted)
    if not found:
        raise Refused(tr("Nothing lies there."), hint=tr("Choose other locations or items."))
    _require_uncounted(tx, found)
    [number_] = take(tx, SERIES)
    count_id = add(tx, StockCount, number=number_, made_at=tx.now, made_by=tx.actor, note=note)
    for row in found:
        add(
            tx,
            StockCountLine,
            stock_count_id=count_id,
            item_id=row.item_id,
            location_id=row.location_id,
            lot=row.lot,
        )
    tx.changed("stock_count")
    tx.note(tr("Count {number} of {count} places.", number=number_, count=len(found)))
    return number_


def enter_count(
    tx: Transaction, count: str, item: str, quantity: Quantity, location: str = "MAIN", lot: str = "", person: str = ""
) -> None:
    """Say what was counted of an item at a location; what nobody expected there is added to the count.

    Counting again replaces what was said before. Raises InvalidInput for a quantity that cannot be.
    """
    row = _open_count(tx, count)
    what = item_named(tx, item)
    place = location_named(tx, location)
    _require_possible(what, quantity, lot)
    line = first(
        tx,
        "SELECT * FROM stock_count_line WHERE stock_count_id = ? AND item_id = ? AND location_id = ? AND lot = ?",
        row.stock_count_id,
        what.item_id,
        place.location_id,
        lot,
    )
    key = line.stock_count_line_id if line is not None else _found(tx, row, what, place, lot)
    change(
        tx,
        StockCountLine,
        key,
        counted_quantity=quantity.micro,
        booked_quantity=_on_hand(tx, what.item_id, place.location_id, lot),
        counted_at=tx.now,
        counted_by=person or tx.actor,
    )
    tx.changed("stock_count")


def count_again(tx: Transaction, count: str, item: str, location: str = "MAIN", lot: str = "") -> None:
    """Forget what was counted at a place: somebody is to look again."""
    row = _open_count(tx, count)
    line = first(
        tx,
        "SELECT l.* FROM stock_count_line l JOIN item i ON i.item_id = l.item_id JOIN location p"
        " ON p.location_id = l.location_id WHERE l.stock_count_id = ? AND i.code = ? AND p.code = ? AND l.lot = ?",
        row.stock_count_id,
        item,
        location,
        lot,
    )
    if line is None:
        raise NotFound(tr("{item} at {location} is not on {count}.", item=item, location=location, count=count))
    change(
        tx,
        StockCountLine,
        line.stock_count_line_id,
        counted_quantity=None,
        booked_quantity=None,
        counted_at=None,
        counted_by="",
    )
    tx.changed("stock_count")


def approve_count(tx: Transaction, count: str, *, leave_uncounted: bool = False, reason: str = "") -> Booked:
    """Book all differences of a count in one go; who had pegs on what is not there is short, and named.

    Raises Refused where places are not counted, unless they may be left as they are, or where goods have gone that
    the count did not find (count that place again).
    """
    row = _open_count(tx, count)
    lines = _lines(tx, row.stock_count_id)
    uncounted = [line for line in lines if line.counted_quantity is None]
    if uncounted and not leave_uncounted:
        raise Refused(
            tr(
                "{open} of {all} places of {count} are not counted, the first is {item} at {location}.",
                open=len(uncounted),
                all=len(lines),
                count=count,
                item=uncounted[0].item,
                location=uncounted[0].location,
            ),
            hint=tr("Count them, or leave them as they are booked."),
        )
    booked = [_book(tx, count, line, reason) for line in lines if line.counted_quantity is not None]
    change(tx, StockCount, row.stock_count_id, state="done", ended_at=tx.now, ended_by=tx.actor)
    tx.changed("stock_count", "stock", "peg")
    changed = tuple(each for each in booked if each.before != each.after)
    short = tuple(loss for each in booked for loss in each.short)
    tx.note(tr("Count {count}: {changed} of {all} differ.", count=count, changed=len(changed), all=len(lines)))
    return Booked(count, changed, short)


def cancel_count(tx: Transaction, count: str) -> None:
    """End a count without booking anything."""
    row = _open_count(tx, count)
    change(tx, StockCount, row.stock_count_id, state="cancelled", ended_at=tx.now, ended_by=tx.actor)
    tx.changed("stock_count")
    tx.note(tr("Count {count} is cancelled.", count=count))


def _lying(tx: Transaction, places: Sequence[int], items: Sequence[int]) -> Sequence[Row[Any]]:
    condition = "s.quantity > 0"
    parameters: list[int] = []
    for column, keys in (("s.location_id", places), ("s.item_id", items)):
        if keys:
            condition += f" AND {column} IN ({', '.join('?' * len(keys))})"
            parameters += keys
    return rows(
        tx,
        "SELECT s.*, i.code AS item, l.code AS location FROM stock s JOIN item i ON i.item_id = s.item_id"
        f" JOIN location l ON l.location_id = s.location_id WHERE {condition} ORDER BY l.code, i.code, s.lot",
        *parameters,
    )


def _require_uncounted(tx: Transaction, found: Sequence[Row[Any]]) -> None:
    counted = {
        (row.item_id, row.location_id, row.lot): row.number
        for row in rows(
            tx,
            "SELECT l.*, c.number FROM stock_count c JOIN stock_count_line l ON l.stock_count_id = c.stock_count_id"
            " WHERE c.state = 'open'",
        )
    }
    for row in found:
        other = counted.get((row.item_id, row.location_id, row.lot))
        if other:
            raise Refused(
                tr("{item} at {location} is on count {other}.", item=row.item, location=row.location, other=other),
                hint=tr("Finish or cancel that one first."),
            )


def _open_count(tx: Transaction, count: str) -> Row[Any]:
    row = first(tx, "SELECT * FROM stock_count WHERE number = ?", count)
    if row is None:
        raise NotFound(tr("There is no count {count}.", count=count), hint=tr("Counts look like CT-0001."))
    if row.state != "open":
        raise Refused(tr("Count {count} has ended.", count=count), hint=tr("Begin another one."))
    return row


def _lines(tx: Transaction, count_id: int) -> Sequence[Row[Any]]:
    return rows(
        tx,
        "SELECT c.*, i.code AS item, l.code AS location FROM stock_count_line c JOIN item i ON i.item_id = c.item_id"
        " JOIN location l ON l.location_id = c.location_id WHERE c.stock_count_id = ? ORDER BY l.code, i.code, c.lot",
        count_id,
    )


def _found(tx: Transaction, count: Row[Any], item: Row[Any], place: Row[Any], lot: str) -> int:
    return add(
        tx,
        StockCountLine,
        stock_count_id=count.stock_count_id,
        item_id=item.item_id,
        location_id=place.location_id,
        lot=lot,
    )


def _on_hand(tx: Transaction, item_id: int, location_id: int, lot: str) -> int:
    return number(
        tx,
        "SELECT quantity FROM stock WHERE item_id = ? AND location_id = ? AND lot = ?",
        item_id,
        location_id,
        lot,
    )


def _require_possible(item: Row[Any], quantity: Quantity, lot: str) -> None:
    require_lot(item.code, item.tracking, lot)
    if quantity.micro < 0 or (item.whole_units and quantity.micro % MICRO):
        raise InvalidInput(
            tr("{quantity} {item} cannot have been counted.", quantity=quantity, item=item.code),
            hint=tr("Give 0 or more, whole where the item is counted in whole units."),
        )
    if item.tracking == "serial" and quantity.micro > MICRO:
        raise InvalidInput(
            tr("A serial number of {item} is one unit.", item=item.code), hint=tr("Count 1, or 0 where it is gone.")
        )


def _book(tx: Transaction, count: str, line: Row[Any], reason: str) -> Adjusted:
    difference = line.counted_quantity - line.booked_quantity
    on_hand = _on_hand(tx, line.item_id, line.location_id, line.lot)
    if on_hand + difference < 0:
        raise Refused(
            tr(
                "{item} at {location}: {gone} left the place after it was counted.",
                item=line.item,
                location=line.location,
                gone=Quantity(line.booked_quantity - on_hand),
            ),
            hint=tr("Count it again."),
        )
    why = tr("count {count}, {reason}", count=count, reason=reason) if reason else tr("count {count}", count=count)
    return adjust(
        tx, line.item, line.location, line.lot, counted=Quantity(on_hand + difference), reason=why, document=count
    )


def count_now(tx: Transaction, item: str, counted: Quantity, *, reason: str = "") -> Adjusted:
    """Book what somebody counts where most of an untracked item lies, because the books say too little to go on.

    Raises Refused for an item with lots or serials, which are counted one by one.
    """
    row = item_named(tx, item)
    if row.tracking != "none":
        raise Refused(
            tr("{item} has lots or serial numbers.", item=item), hint=tr("Correct them one by one on the Stock page.")
        )
    where = first(
        tx,
        "SELECT l.code FROM stock s JOIN location l ON l.location_id = s.location_id WHERE s.item_id = ?"
        " AND s.status = 'available' AND NOT EXISTS (SELECT 1 FROM replenishment n WHERE n.item_id = s.item_id"
        " AND n.location_id = s.location_id) ORDER BY s.quantity DESC, s.stock_id",
        row.item_id,
    )
    _require_possible(row, counted, "")
    place = where.code if where is not None else "MAIN"
    return adjust(tx, item, place, counted=counted, reason=reason or tr("counted to go on"))
