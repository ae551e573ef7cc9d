"""Imports till sales: they lower stock, and what no signal has pulled yet waits for the next one."""

from collections import defaultdict
from typing import Any

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.services.importing.kits import taken_apart
from pegboard.services.importing.merging import Merge, merge, stored_rows
from pegboard.services.importing.rows import FileRows, Values
from pegboard.services.importing.state import Import, line_numbers
from pegboard.services.importing.stock_book import Book, Place
from pegboard.storage.tables.signals import PosSale

_COLUMNS = ("reference", "line", "sold_at", "location_id", "item_id", "quantity", "unit_price", "signalled")
Shelf = tuple[int, int]  # item, location


def prepare_sales(imp: Import, book: Book) -> dict[Shelf, int]:
    """Check pos_sales.csv and book what was sold; return what of it is not signalled yet."""
    rows = imp.file("pos_sales")
    if rows is None:
        return {}
    imp.check_items(rows)
    imp.check_whole(rows)
    references = rows.values("reference")
    lines = line_numbers(rows, references)
    rows.check_keys("reference, line", list(zip(references, lines, strict=True)))
    rows.refuse_where(
        "quantity", [not quantity for quantity in rows.values("quantity")], lambda _index: tr("a number other than 0")
    )
    if not imp.problems.total:
        rows, lines = taken_apart(imp, rows, lines)
    merged = _merge(imp, rows, rows.values("reference"), lines)
    imp.write(merged, "pos_sale")
    imp.count(rows, merged.new, merged.changed)
    # Rows that are refused hold stand-ins, which no book understands; nothing will be written anyway.
    return {} if imp.problems.total else _book_sales(imp, rows, merged, book)


def _merge(imp: Import, rows: FileRows, references: list[str], lines: list[int]) -> Merge:
    columns: dict[str, Values | None] = {
        "reference": references,
        "line": lines,
        "sold_at": rows.values("sold_at"),
        "location_id": imp.location_ids(rows.values("location")),
        "item_id": imp.item_ids(rows.values("item")),
        "quantity": rows.values("quantity"),
        "unit_price": rows.columns.get("unit_price"),
        "signalled": rows.columns.get("signalled"),
    }
    stored = stored_rows(imp.reading, PosSale, ("reference", "line"), list(columns))
    keys = list(zip(references, lines, strict=True))
    return merge(imp.reading, PosSale, keys, stored, columns, {"unit_price": None, "signalled": 0})


def _book_sales(imp: Import, rows: FileRows, merged: Merge, book: Book) -> dict[Shelf, int]:
    """Book new sales; a changed one is taken back first and booked as it is now."""
    unsignalled: dict[Shelf, int] = defaultdict(int)
    excess: dict[Shelf, int] = defaultdict(int)
    shelves = _shelves(book)
    items, locations = rows.values("item"), rows.values("location")
    names: dict[Shelf, tuple[str, str]] = {}
    moves: list[tuple[int, Any]] = []
    for index in sorted({*merged.new, *merged.changed}):
        before = merged.before[index]
        if before is not None:
            moves.append((-1, before))
        moves.append((1, merged.rows[index]))
        names[merged.rows[index][4], merged.rows[index][3]] = (items[index], locations[index])
    for sign, (reference, line, sold_at, location, item, quantity, _price, signalled) in moves:
        shelf = (item, location)
        if not signalled:
            unsignalled[shelf] += sign * quantity
        excess[shelf] += _move(book, shelves, shelf, sign * quantity, sold_at, f"{reference}/{line}")
    _tell(imp, excess, names)
    if moves:
        imp.nouns.add("stock")
    return unsignalled


def _shelves(book: Book) -> dict[Shelf, list[Place]]:
    """The places of each item and location, oldest receipt first; one that is not known is the oldest."""
    shelves: dict[Shelf, list[Place]] = defaultdict(list)
    for (item, location, _lot), place in book.places.items():
        shelves[item, location].append(place)
    for places in shelves.values():
        places.sort(key=lambda place: (place.received_on or "", place.stock_id))
    return shelves


def _move(book: Book, shelves: dict[Shelf, list[Place]], shelf: Shelf, quantity: int, at: str, document: str) -> int:
    """Book one sale; return how much of it the books did not have."""
    places = [place for place in shelves[shelf] if place.status == "available"]
    if quantity < 0:
        # What lot comes back is not known.
        place = next((place for place in places if not place.lot), None) or _new_place(book, shelves, shelf)
        book.put_in(place, -quantity, place.unit_cost, at[:10], "sale", at=at, document=document)
        book.average(place)
        return 0
    left = quantity
    for place in places:
        part = min(left, place.quantity)
        if part:
            book.take_out(place, part, "sale", at=at, document=document)
            book.average(place)
            left -= part
    if left:
        place = places[0] if places else _new_place(book, shelves, shelf)
        reason = tr("Sold more than the books had")
        book.enter(place, "sale", -left, None, at=at, document=document)
        book.enter(place, "count", left, None, at=at, document=document, reason=reason)
    return left


def _new_place(book: Book, shelves: dict[Shelf, list[Place]], shelf: Shelf) -> Place:
    place = book.place((*shelf, ""))
    if place not in shelves[shelf]:
        shelves[shelf].append(place)
    return place


def _tell(imp: Import, excess: dict[Shelf, int], names: dict[Shelf, tuple[str, str]]) -> None:
    """Tell count differences, but for what stock.csv states anyway."""
    counted: set[tuple[Any, Any]] = set()
    if (stock := imp.file("stock")) is not None:
        counted = set(zip(stock.values("item"), stock.values("location"), strict=True))
    for shelf, quantity in excess.items():
        if quantity > 0 and shelf in names and names[shelf] not in counted:
            item, location = names[shelf]
            imp.notes.append(
                tr(
                    "{location} sold {quantity} {item} more than the books had: count what is there.",
                    location=location,
                    quantity=Quantity(quantity),
                    item=item,
                )
            )
