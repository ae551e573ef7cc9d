"""Imports stock.csv: it states what is there, and the difference to the books is a count."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pegboard.domain.configuration import is_configuration
from pegboard.domain.portions import mean_cost
from pegboard.domain.quantity import LIMIT, MICRO
from pegboard.i18n import tr
from pegboard.services.importing.rows import FileRows
from pegboard.services.importing.state import Import
from pegboard.services.importing.stock_book import Book, Key, Place

_KEPT = ("received_on", "expires_on", "status")


def prepare_stock(imp: Import, book: Book) -> None:
    """Check stock.csv and count what it states, after the sales of the same import."""
    rows = imp.file("stock")
    if rows is None:
        return
    imp.check_items(rows)
    imp.check_whole(rows)
    items, locations, lots = (rows.values(name) for name in ("item", "location", "lot"))
    rows.check_keys("item, location, lot", list(zip(items, locations, lots, strict=True)))
    _check_lots(imp, rows)
    _check_values(rows)
    keys = list(zip(imp.item_ids(items), imp.location_ids(locations), lots, strict=True))
    cells = list(zip(*(rows.values(name) for name in ("quantity", "unit_cost", *_KEPT)), strict=True))
    given = {name for name in ("unit_cost", *_KEPT) if rows.has(name)}
    new, changed = [], []
    made_to_options = _made_to_options(book)
    for index, (key, row) in enumerate(zip(keys, cells, strict=True)):
        others = made_to_options.get(key, [])
        if others:
            row = _less(book, row, others, book.places.get(key), given)
        if key in book.places or row[0]:
            place = book.place(key)
            before = (place.quantity, place.unit_cost, *place.values()[5:])
            _count(book, place, row, given)
            if place.is_new:
                new.append(index)
            elif before != (place.quantity, place.unit_cost, *place.values()[5:]):
                changed.append(index)
    imp.count(rows, new, changed)
    if new or changed:
        imp.nouns.add("stock")


def _made_to_options(book: Book) -> dict[Key, list[Place]]:
    """What lies of untracked items under the options to which it was made, by the key that a file has for all of it."""
    found: dict[Key, list[Place]] = defaultdict(list)
    for (item, location, lot), place in book.places.items():
        if is_configuration(lot) and place.quantity:
            found[item, location, ""].append(place)
    return found


def _less(
    book: Book, row: tuple[Any, ...], others: Sequence[Place], plain: Place | None, given: set[str]
) -> tuple[Any, ...]:
    """What a row leaves for goods without options: less those made to options, of which go what it does not state."""
    left, unit_cost = row[:2]
    held = [*others, plain] if plain is not None else others
    if "unit_cost" in given:
        if unit_cost == mean_cost((place.quantity, place.unit_cost) for place in held):
            unit_cost = plain.unit_cost if plain is not None else unit_cost
        else:
            for place in others:
                book.revalue(place, unit_cost, tr("Cost as counted"))
    for place in others:
        if place.quantity > left:
            book.take_out(place, place.quantity - left, "count")
            book.average(place)
        left -= place.quantity
    return (left, unit_cost, *row[2:])


def _count(book: Book, place: Place, row: tuple[Any, ...], given: set[str]) -> None:
    """Make a place hold what its row states."""
    quantity, unit_cost, received_on, expires_on, status = row
    if place.is_new or "received_on" in given:
        place.touched |= place.received_on != received_on
        place.received_on = received_on
    if place.is_new or "expires_on" in given:
        place.touched |= place.expires_on != expires_on
        place.expires_on = expires_on
    if place.is_new or "status" in given:
        place.touched |= place.status != status
        place.status = status
    cost = unit_cost if place.is_new or "unit_cost" in given else place.unit_cost
    difference = quantity - place.quantity
    if difference > 0:
        book.put_in(place, difference, cost, place.received_on, "count")
    elif difference < 0:
        book.take_out(place, -difference, "count")
    if cost != place.unit_cost and (place.is_new or "unit_cost" in given):
        book.revalue(place, cost, tr("Cost as counted"))
    elif difference:
        book.average(place)


def _check_values(rows: FileRows) -> None:
    """What lies there is worth less than a number may say."""
    worth = zip(rows.values("quantity"), rows.values("unit_cost"), strict=True)
    too_much = [bool(cost) and quantity * cost >= LIMIT * MICRO for quantity, cost in worth]
    rows.refuse_where(
        "unit_cost", too_much, lambda _index: tr("a cost at which quantity x unit_cost is below 1000000000000")
    )


def _check_lots(imp: Import, rows: FileRows) -> None:
    """Lots are for tracked items alone; under a serial lies one unit."""
    lots = rows.columns.get("lot")
    if lots is None or not any(lots):
        return
    quantities = rows.values("quantity")
    for index, (item, lot) in enumerate(zip(rows.values("item"), lots, strict=True)):
        tracking = imp.tracking.get(item)
        if lot and tracking == "none":
            rows.refuse(index, "lot", tr("nothing, as {item} is not tracked by lots or serials", item=item))
        elif lot and tracking == "serial" and quantities[index] not in (0, MICRO) and index not in rows.bad:
            rows.refuse(index, "quantity", tr("1 for the serial {lot}", lot=lot))
