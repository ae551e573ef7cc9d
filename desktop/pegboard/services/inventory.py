"""Corrects and moves stock. The ledger is append only: what was booked wrongly is booked back by another entry."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.i18n import tr
from pegboard.queries.lookups import item_named
from pegboard.services import pegs
from pegboard.services.movements import Movement, carry, location_id, place, put_in, require_lot, take_out
from pegboard.storage.rows import add, change, first, number
from pegboard.storage.store import Transaction
from pegboard.storage.tables.inventory import Location, Stock

MAIN = "MAIN"


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What a correction did.

    Attributes: before, after: on hand; short: demands that lost their pegs because the goods are not there.
    """

    stock: str
    before: Quantity
    after: Quantity
    short: tuple[pegs.Loosened, ...]


def adjust(
    tx: Transaction,
    item: str,
    location: str = MAIN,
    lot: str = "",
    *,
    by: Quantity | None = None,
    counted: Quantity | None = None,
    reason: str,
    document: str = "",
) -> Adjusted:
    """Correct what lies of an item at a location: `by` so much, or to what was `counted`.

    What is taken away below what is pegged takes the latest needs' pegs first, and says so. Found goods have the
    average cost of what lies there, else the item's standard cost. `document` is the count it belongs to.
    Raises Refused below zero, InvalidInput without a reason.
    """
    row = item_named(tx, item)
    if not reason:
        raise InvalidInput(tr("A correction needs a reason."), hint=tr("Say why the stock is not as it was booked."))
    if (by is None) == (counted is None):
        raise InvalidInput(tr("Give the difference or what was counted."), hint=tr("One of the two."))
    stock = _stock(tx, row, location, lot, is_found=(by or counted or Quantity(0)).micro > 0)
    have = stock.quantity if stock is not None else 0
    target = counted.micro if counted is not None else have + (by.micro if by is not None else 0)
    _require_possible(row, have, target)
    if stock is None or target == have:
        return Adjusted(_name(location, item, lot), Quantity(have), Quantity(have), ())
    movement = Movement("adjust" if counted is None else "count", document, reason)
    short = _book_correction(tx, row, stock, target, movement)
    tx.changed("stock", "peg")
    tx.note(
        tr(
            "{stock}: {before} to {after}, {reason}. {short}",
            stock=_name(location, item, lot),
            before=Quantity(have),
            after=Quantity(target),
            reason=reason,
            short=pegs.say(short),
        ).strip()
    )
    return Adjusted(_name(location, item, lot), Quantity(have), Quantity(target), tuple(short))


def transfer(
    tx: Transaction, item: str, source: str, target: str, quantity: Quantity, lot: str = "", *, reason: str = ""
) -> None:
    """Move goods from one location to another with their age and cost; free ones first, then with their pegs.

    Raises Refused where less lies there.
    """
    row = item_named(tx, item)
    if quantity.micro <= 0 or source == target:
        raise InvalidInput(tr("Nothing would be moved."), hint=tr("Give a quantity above 0 and another location."))
    _require_whole(row, quantity.micro)
    stock = _stock(tx, row, source, lot)
    if stock is None:
        raise NotFound(
            tr("There is no stock {name}.", name=_name(source, item, lot)), hint=tr("Look up where it lies.")
        )
    free = max(0, stock.quantity - pegs.pegged(tx, pegs.stock(stock.stock_id)))
    with_pegs = max(0, quantity.micro - free)
    movement = Movement("transfer", reason=reason)
    moved_to = carry(tx, stock.stock_id, location_id(tx, target), quantity.micro, movement)
    if with_pegs:
        _move_latest_pegs(tx, stock.stock_id, moved_to, with_pegs)
    tx.changed("stock", "peg")
    tx.note(
        tr(
            "Moved {quantity} {item} from {source} to {target}.",
            quantity=quantity,
            item=item,
            source=source,
            target=target,
        )
    )


def set_status(tx: Transaction, item: str, location: str, lot: str, status: str, *, reason: str) -> list[pegs.Loosened]:
    """Put stock into quarantine, or make it available again; what was pegged to quarantined stock is short."""
    row = item_named(tx, item)
    stock = _stock(tx, row, location, lot)
    if stock is None:
        raise NotFound(
            tr("There is no stock {name}.", name=_name(location, item, lot)), hint=tr("Look up where it lies.")
        )
    if status not in ("available", "quarantine"):
        raise InvalidInput(tr('"{status}" is no status.', status=status), hint=tr("Use available or quarantine."))
    short = pegs.loosen(tx, pegs.stock(stock.stock_id), stock.quantity) if status == "quarantine" else []
    change(tx, Stock, stock.stock_id, status=status)
    tx.changed("stock", "peg")
    tx.note(f"{_name(location, item, lot)}: {status}, {reason}. {pegs.say(short)}".strip())
    return short


def add_location(tx: Transaction, code: str, description: str = "") -> None:
    """Make a new location. Raises InvalidInput for a code that is taken or has a colon."""
    if not code or code != code.strip() or any(sign in code for sign in ":;="):
        raise InvalidInput(
            tr('"{code}" cannot be a location.', code=code), hint=tr("Use a code without blanks around it, : ; and =.")
        )
    if number(tx, "SELECT count(*) FROM location WHERE code = ?", code):
        raise InvalidInput(tr("There is a location {code} already.", code=code), hint=tr("Choose another code."))
    add(tx, Location, code=code, description=description)
    tx.changed("location")
    tx.note(tr("Location {code}.", code=code))


def _book_correction(
    tx: Transaction, item: Row[Any], stock: Row[Any], target: int, movement: Movement
) -> list[pegs.Loosened]:
    supply = pegs.stock(stock.stock_id)
    if target > stock.quantity:
        cost = stock.unit_cost if stock.unit_cost is not None else item.standard_cost
        put_in(tx, stock.stock_id, [(target - stock.quantity, cost)], movement)
        return []
    short = pegs.loosen(tx, supply, pegs.pegged(tx, supply) - target)
    take_out(tx, stock.stock_id, stock.quantity - target, movement)
    return short


def _move_latest_pegs(tx: Transaction, source: int, target: int, quantity: int) -> None:
    """The earliest needs keep what stays where it was."""
    for peg in reversed(pegs.pegs_on(tx, pegs.stock(source))):
        part = min(quantity, peg.quantity)
        if not part:
            return
        pegs.take(tx, peg.peg_id, part)
        pegs.put(tx, peg.requirement_id, pegs.stock(target), part)
        quantity -= part


def _stock(tx: Transaction, item: Row[Any], location: str, lot: str, *, is_found: bool = False) -> Row[Any] | None:
    """The stock row; where goods were found it is made."""
    place_id = location_id(tx, location)
    statement = "SELECT * FROM stock WHERE item_id = ? AND location_id = ? AND lot = ?"
    row = first(tx, statement, item.item_id, place_id, lot)
    if (row is None or row.quantity == 0) and is_found:
        if item.tracking != "none" or lot:
            require_lot(item.code, item.tracking, lot)
        place(tx, item.item_id, place_id, lot, status=row.status if row is not None else "available")
        row = first(tx, statement, item.item_id, place_id, lot)
    return row


def _require_possible(item: Row[Any], have: int, target: int) -> None:
    if target < 0:
        raise Refused(
            tr("Only {have} {item} are there.", have=Quantity(have), item=item.code),
            hint=tr("On hand never goes below 0: count what lies there."),
        )
    _require_whole(item, target)
    if item.tracking == "serial" and target > MICRO:
        raise Refused(
            tr("A serial number of {item} is one unit.", item=item.code), hint=tr("Give each unit its own number.")
        )


def _require_whole(item: Row[Any], quantity: int) -> None:
    if item.whole_units and quantity % MICRO:
        raise InvalidInput(tr("{item} is counted in whole units.", item=item.code), hint=tr("Give a whole number."))


def _name(location: str, item: str, lot: str) -> str:
    return f"STOCK:{location}:{item}" + (f":{lot}" if lot else "")
