"""Gives scarce stock to shops in complete sets: several ask for an item, and what lies here is not enough for all.

Only pegs of till demand move, among the shops that ask for the same item: each supply keeps as much pegged as before,
and each shop as much covered as before; who gets the stock that is here now, and who waits for what comes, is decided
by sets and sales. Pegs of customer orders, cards and jobs are not touched.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pegboard.domain.quantity import MICRO, Quantity
from pegboard.domain.replenishment import ShopAsk, share_out
from pegboard.i18n import tr
from pegboard.queries.kits import kit_parts
from pegboard.queries.replenishment import shelf_rows
from pegboard.services import pegs
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import run
from pegboard.storage.store import Reading, Transaction

_PEGS = (
    "SELECT p.peg_id, p.quantity, p.stock_id, p.work_order_id, p.purchase_line_id, r.requirement_id, i.code,"
    " place.code FROM demand d JOIN requirement r ON r.demand_id = d.demand_id"
    " JOIN peg p ON p.requirement_id = r.requirement_id JOIN item i ON i.item_id = r.item_id"
    " JOIN location place ON place.location_id = d.location_id"
    " WHERE d.kind = 'pos' AND d.state = 'open' AND r.item_id = d.item_id"
    " ORDER BY r.need_date, r.requirement_id, p.peg_id"
)


@dataclass(frozen=True, slots=True)
class ShareRow:
    """What one shop gets of one scarce item.

    Attributes: asked: pulled and not there yet; now: of the stock that is here; before: as it stood; kit: the set the
    item belongs to, "" where it stands alone; sets: complete sets on the shop's shelf with it.
    """

    item: str
    location: str
    asked: Quantity
    before: Quantity
    now: Quantity
    kit: str
    sets: int


@dataclass(slots=True)
class _Shop:
    """Pegs of one shop for one item: what of its ask stock covers and what other supply does."""

    requirements: list[int]
    stock: int = 0
    covered: int = 0


def proposed_shares(reading: Reading) -> list[ShareRow]:
    """What each shop would get of the items that several shops ask for and that are not here for all of them."""
    asks = _asks(reading)
    scarce = {item: shops for item, shops in asks.items() if _is_scarce(shops)}
    if not scarce:
        return []
    shelves = {(row.item, row.location): row for row in shelf_rows(reading)}
    found: list[ShareRow] = []
    for kit, recipe in _sets(reading, scarce):
        free = {item: sum(shop.stock for shop in scarce[item].values()) for item in recipe if item in scarce}
        places = sorted({place for item in recipe if item in scarce for place in scarce[item]})
        asking = [
            ShopAsk(
                place,
                {item: scarce[item][place].covered for item in recipe if place in scarce.get(item, {})},
                {item: _has(shelves, item, place, asks, scarce) for item in recipe},
                min((shelves[item, place].weekly for item in recipe if (item, place) in shelves), default=1.0),
            )
            for place in places
        ]
        for share in share_out(free, recipe, asking):
            for item in recipe:
                shop = scarce.get(item, {}).get(share.shop)
                if shop is not None:
                    now = Quantity(share.given[item])
                    found.append(
                        ShareRow(item, share.shop, Quantity(shop.covered), Quantity(shop.stock), now, kit, share.sets)
                    )
    return sorted(found, key=lambda row: (row.kit, row.item, row.location))


def share_scarce(tx: Transaction) -> list[ShareRow]:
    """Move stock between the shops as `proposed_shares` says; returns the rows that changed."""
    moved = [row for row in proposed_shares(tx) if row.before != row.now]
    by_item: dict[str, dict[str, int]] = defaultdict(dict)
    for row in moved:
        by_item[row.item][row.location] = row.now.micro
    for item, wanted in by_item.items():
        _deal(tx, item, wanted)
    if moved:
        tx.changed("peg", "demand")
        items = ", ".join(sorted(by_item))
        tx.note(tr("Shared out what is scarce: {items}.", items=items))
    return moved


def _asks(reading: Reading) -> dict[str, dict[str, _Shop]]:
    """By item and shop: what pegs of till demand cover, and what of it is stock."""
    asks: dict[str, dict[str, _Shop]] = defaultdict(dict)
    for _peg, quantity, stock_id, _job, _line, requirement, item, place in fetch(reading, _PEGS):
        shop = asks[item].setdefault(place, _Shop([]))
        if requirement not in shop.requirements:
            shop.requirements.append(requirement)
        shop.covered += quantity
        if stock_id is not None:
            shop.stock += quantity
    return asks


def _is_scarce(shops: Mapping[str, _Shop]) -> bool:
    here = sum(shop.stock for shop in shops.values())
    return len(shops) > 1 and 0 < here < sum(shop.covered for shop in shops.values())


def _sets(reading: Reading, scarce: Mapping[str, Any]) -> list[tuple[str, dict[str, int]]]:
    """Kits that a scarce item belongs to, each item in one set alone; then the items that stand alone."""
    kits = {
        kit: {item: int(each * MICRO) for item, each in parts.items() if int(each * MICRO)}
        for kit, parts in kit_parts(reading).items()
    }
    found: list[tuple[str, dict[str, int]]] = []
    taken: set[str] = set()
    for kit, recipe in kits.items():
        if recipe.keys() & scarce.keys() and not recipe.keys() & taken:
            found.append((kit, recipe))
            taken |= recipe.keys()
    return found + [("", {item: MICRO}) for item in sorted(scarce.keys() - taken)]


def _has(
    shelves: Mapping[tuple[str, str], Any],
    item: str,
    place: str,
    asks: Mapping[str, Mapping[str, _Shop]],
    scarce: Mapping[str, Any],
) -> int:
    """What stands on a shop's shelf of an item, with the stock that is its own beyond dispute."""
    row = shelves.get((item, place))
    there = 0 if row is None else int(row.on_hand.micro)
    if item not in scarce and place in asks.get(item, {}):
        there += asks[item][place].stock
    return there


def _deal(tx: Transaction, item: str, wanted: Mapping[str, int]) -> None:
    """Deal the stock pegs of an item out anew; what is not stock fills up what each requirement had covered."""
    rows = [row for row in fetch(tx, _PEGS) if row[6] == item]
    covered: dict[int, int] = defaultdict(int)
    owner: dict[int, str] = {}
    for _peg, quantity, _stock, _job, _line, requirement, _item, place in rows:
        covered[requirement] += quantity
        owner[requirement] = place
    stock = [(pegs.stock(row[2]), row[1]) for row in rows if row[2] is not None]
    other = [
        (pegs.job(row[3]) if row[3] is not None else pegs.purchase(row[4]), row[1]) for row in rows if row[2] is None
    ]
    for place, kept in _kept(rows, wanted).items():
        wanted = {**wanted, place: kept}
    for row in rows:
        run(tx, "DELETE FROM peg WHERE peg_id = ?", row[0])
    for requirement, whole in covered.items():
        part = min(whole, wanted.get(owner[requirement], 0))
        wanted = {**wanted, owner[requirement]: wanted.get(owner[requirement], 0) - part}
        _hand(tx, requirement, stock, part)
        _hand(tx, requirement, other, whole - part)


def _kept(rows: Sequence[Any], wanted: Mapping[str, int]) -> dict[str, int]:
    """The stock of shops whose share does not change."""
    kept: dict[str, int] = defaultdict(int)
    for row in rows:
        if row[2] is not None and row[7] not in wanted:
            kept[row[7]] += row[1]
    return kept


def _hand(tx: Transaction, requirement: int, supplies: list[tuple[pegs.Supply, int]], quantity: int) -> None:
    """Peg so much off the front of a list of supplies."""
    while quantity:
        supply, have = supplies.pop(0)
        part = min(have, quantity)
        pegs.put(tx, requirement, supply, part)
        quantity -= part
        if have > part:
            supplies.insert(0, (supply, have - part))
