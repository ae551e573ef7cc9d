"""Reads kanban loops and their cards: states, ages, what each card waits for, and what is in the loop."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from pegboard.domain.kanban import CardState
from pegboard.domain.lots import raise_lot
from pegboard.domain.quantity import Quantity
from pegboard.queries.kanban_terms import LoopTerms, loop_terms
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading

MAKE = "make"


@dataclass(frozen=True, slots=True)
class CardRow:
    """One card.

    Attributes: state: its CardState; since: when it came into this state, None for never moved; quantity: one
    container; supply: what its container comes with (job, purchase line, or where it lies), "" where nothing is on
    the way; due: when that comes; retired_because: why it is out of the shop.
    """

    key: int
    loop_id: int
    item: str
    number: int
    state: CardState
    since: datetime.datetime | None
    is_extra: bool
    quantity: Quantity
    retired_because: str
    supply: str = ""
    due: datetime.date | None = None

    @property
    def name(self) -> str:
        """How people and the command line call it."""
        return f"KANBAN:{self.item}:{self.number}"


@dataclass(frozen=True, slots=True)
class LoopRow:
    """One loop.

    Attributes: supplied_by: the supplier's code, or make; supplier: its name, "" for the shop; location: where it is
    used up; container: what one holds; cards: those in the shop, by number; wanted: the number a person set, None where
    the formula set it, 0 for a loop that has ended; terms: of the formula; on_hand: at the location; lot: what one pull
    makes or buys by the minimum and multiple in force, at least a container.
    """

    key: int
    item: str
    description: str
    unit: str
    whole_units: bool
    supplied_by: str
    supplier: str
    location: str
    container: Quantity
    wanted: int | None
    cards: tuple[CardRow, ...]
    terms: LoopTerms
    on_hand: Quantity
    lot: Quantity

    @property
    def is_made(self) -> bool:
        """Whether the shop itself fills it."""
        return self.supplied_by == MAKE

    @property
    def standing(self) -> int:
        """Cards that are there to stay."""
        return sum(not card.is_extra for card in self.cards)

    @property
    def proposed(self) -> int:
        """Cards by the formula."""
        return self.terms.terms.cards

    @property
    def has_proposal(self) -> bool:
        """Whether measured usage asks for another number of cards than there is; never for a loop that has ended."""
        if self.wanted == 0:
            return False
        return self.terms.terms.daily_usage is not None and self.proposed != self.standing

    def count(self, *states: CardState) -> int:
        """How many cards are in these states."""
        return sum(card.state in states for card in self.cards)

    @property
    def most(self) -> Quantity:
        """What can be in the loop at most: cards times container."""
        return Quantity(len(self.cards) * self.container.micro)

    @property
    def on_order(self) -> Quantity:
        """What its cards have asked for and not got yet."""
        pulling = self.count(CardState.EMPTY, CardState.ORDERED, CardState.IN_TRANSIT)
        return Quantity(pulling * self.container.micro)

    @property
    def oldest(self) -> datetime.datetime | None:
        """Since when the card that waits longest is pulling."""
        waiting = [card.since for card in self.cards if card.state is not CardState.FULL and card.since is not None]
        return min(waiting, default=None)


_LOOPS = (
    "SELECT l.kanban_loop_id, i.item_id, i.code, i.description, i.unit, i.whole_units, v.code AS supplier_code,"
    " v.name AS supplier, p.code AS location, l.container_quantity, l.cards,"
    " CASE WHEN l.supplier_id IS NULL THEN i.minimum_quantity ELSE a.minimum_quantity END AS least,"
    " CASE WHEN l.supplier_id IS NULL THEN i.order_multiple ELSE coalesce(a.order_multiple, a.units_per_purchase_unit)"
    " END AS multiple,"
    " coalesce((SELECT sum(s.quantity) FROM stock s WHERE s.item_id = l.item_id AND s.location_id = l.location_id"
    " AND s.status = 'available'), 0) AS on_hand"
    " FROM kanban_loop l JOIN item i ON i.item_id = l.item_id JOIN location p ON p.location_id = l.location_id"
    " LEFT JOIN supplier v ON v.supplier_id = l.supplier_id LEFT JOIN supplier_item a ON a.supplier_item_id ="
    " (SELECT min(x.supplier_item_id) FROM supplier_item x WHERE x.item_id = l.item_id"
    " AND x.supplier_id = l.supplier_id AND x.active = 1)"
    " ORDER BY i.code, p.code, l.kanban_loop_id"
)
_CARDS = (
    "SELECT c.kanban_card_id, c.kanban_loop_id, i.code, c.number, c.state, c.state_at, c.is_extra,"
    " c.retired_because, l.container_quantity FROM kanban_card c"
    " JOIN kanban_loop l ON l.kanban_loop_id = c.kanban_loop_id JOIN item i ON i.item_id = l.item_id"
    " {where} ORDER BY i.code, c.number"
)
_SUPPLIES = (
    "SELECT d.kanban_card_id, w.number, o.number, pl.line, place.code, w.due_date, pl.due_date"
    " FROM demand d JOIN requirement r ON r.demand_id = d.demand_id JOIN peg p ON p.requirement_id = r.requirement_id"
    " LEFT JOIN work_order w ON w.work_order_id = p.work_order_id"
    " LEFT JOIN purchase_line pl ON pl.purchase_line_id = p.purchase_line_id"
    " LEFT JOIN purchase_order o ON o.purchase_order_id = pl.purchase_order_id"
    " LEFT JOIN stock s ON s.stock_id = p.stock_id LEFT JOIN location place ON place.location_id = s.location_id"
    " WHERE d.kind = 'kanban' AND d.state = 'open' {more} ORDER BY p.peg_id"
)


def loop_rows(reading: Reading) -> list[LoopRow]:
    """Every loop with its standing cards, by item and location; one that has ended while cards of it go round."""
    terms = loop_terms(reading)
    by_loop: dict[int, list[CardRow]] = defaultdict(list)
    for card in card_rows(reading):
        by_loop[card.loop_id].append(card)
    found = [_loop(row, tuple(by_loop[row.kanban_loop_id]), terms) for row in rows(reading, _LOOPS)]
    return [loop for loop in found if loop.wanted != 0 or loop.cards]


def card_rows(reading: Reading, *, retired: bool = False) -> list[CardRow]:
    """Cards by item and number, with what each waits for; those out of the shop only where `retired`."""
    supplies = _supplies(reading)
    where = "" if retired else "WHERE c.state <> 'retired'"
    cards = []
    for row in fetch(reading, _CARDS.format(where=where)):
        key, loop_id, item, number, state, since, extra, because, quantity = row
        card = CardRow(
            key, loop_id, item, number, CardState(state), _instant(since), bool(extra), Quantity(quantity), because
        )
        if key in supplies:
            supply, due = supplies[key]
            card = replace(card, supply=supply, due=due)
        cards.append(card)
    return cards


def loop_of_card(reading: Reading, name: str) -> int | None:
    """The loop of a card called KANBAN:ITEM:CARD, or ITEM:CARD as in its code; None where there is none."""
    item, _, card = name.removeprefix("KANBAN:").rpartition(":")
    if not (card.isascii() and card.isdigit()):
        return None
    found = fetch(
        reading,
        "SELECT c.kanban_loop_id FROM kanban_card c JOIN kanban_loop l ON l.kanban_loop_id = c.kanban_loop_id"
        " JOIN item i ON i.item_id = l.item_id WHERE i.code = ? AND c.number = ?",
        (item, int(card)),
    )
    return int(found[0][0]) if found else None


def loop_of_item(reading: Reading, item: str) -> int | None:
    """The first loop of an item that has not ended, None without one."""
    found = fetch(
        reading,
        "SELECT k.kanban_loop_id FROM kanban_loop k JOIN item i ON i.item_id = k.item_id WHERE i.code = ?"
        " AND COALESCE(k.cards, 1) > 0 ORDER BY k.kanban_loop_id LIMIT 1",
        (item,),
    )
    return int(found[0][0]) if found else None


def _loop(row: Row[Any], cards: Sequence[CardRow], terms: dict[int, LoopTerms]) -> LoopRow:
    return LoopRow(
        key=row.kanban_loop_id,
        item=row.code,
        description=row.description,
        unit=row.unit,
        whole_units=bool(row.whole_units),
        supplied_by=row.supplier_code or MAKE,
        supplier=row.supplier or row.supplier_code or "",
        location=row.location,
        container=Quantity(row.container_quantity),
        wanted=row.cards,
        cards=tuple(cards),
        terms=terms[row.kanban_loop_id],
        on_hand=Quantity(int(row.on_hand)),
        lot=Quantity(raise_lot(row.container_quantity, row.least, row.multiple, whole=bool(row.whole_units)).quantity),
    )


def supply_of_card(reading: Reading, card_id: int) -> tuple[str, datetime.date | None]:
    """The last supply that a pulling card waits for, and when that comes; "" where nothing is on the way."""
    return _supplies(reading, "AND d.kanban_card_id = ?", (card_id,)).get(card_id, ("", None))


def _supplies(
    reading: Reading, more: str = "", parameters: Sequence[object] = ()
) -> dict[int, tuple[str, datetime.date | None]]:
    """What each pulling card waits for: the supply that comes last."""
    found: dict[int, tuple[str, datetime.date | None]] = {}
    for card, job, order, line, place, job_due, line_due in fetch(reading, _SUPPLIES.format(more=more), parameters):
        name = job or (f"{order}/{line}" if order else place)
        text = job_due or line_due
        due = datetime.date.fromisoformat(text) if text else None
        known = found.get(card)
        if known is None or (due or datetime.date.min) > (known[1] or datetime.date.min):
            found[card] = (name, due)
    return found


def _instant(text: Any) -> datetime.datetime | None:
    return None if text is None else datetime.datetime.fromisoformat(str(text)).replace(tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class LoopChoices:
    """What a loop may be made of: (code, words) of items, suppliers, locations, and work centers for caps.

    Attributes: made: codes of the items that the shop makes; sold_by: the best supplier of each bought item.
    """

    items: tuple[tuple[str, str], ...]
    suppliers: tuple[tuple[str, str], ...]
    locations: tuple[tuple[str, str], ...]
    work_centers: tuple[tuple[str, str], ...]
    made: frozenset[str]
    sold_by: Mapping[str, str]


def loop_choices(reading: Reading) -> LoopChoices:
    """Codes and words for the forms of the page, by code."""
    items = fetch(
        reading, "SELECT code, description, source FROM item WHERE active = 1 AND source <> 'phantom' ORDER BY code"
    )
    best = fetch(
        reading,
        "SELECT i.code, v.code FROM supplier_item a JOIN item i ON i.item_id = a.item_id"
        " JOIN supplier v ON v.supplier_id = a.supplier_id WHERE a.active = 1 ORDER BY a.rank DESC, a.supplier_item_id",
    )
    return LoopChoices(
        items=tuple((code, words) for code, words, _source in items),
        suppliers=_pairs(reading, "SELECT code, name FROM supplier WHERE active = 1 ORDER BY code"),
        locations=_pairs(reading, "SELECT code, description FROM location ORDER BY code"),
        work_centers=_pairs(reading, "SELECT code, description FROM work_center ORDER BY code"),
        made=frozenset(code for code, _words, source in items if source == "make"),
        sold_by=dict(best),
    )


def _pairs(reading: Reading, statement: str) -> tuple[tuple[str, str], ...]:
    return tuple((code, words) for code, words in fetch(reading, statement))
