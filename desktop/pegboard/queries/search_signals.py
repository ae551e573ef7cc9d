"""Finds kanban loops, their cards and the shelves of shops: by their own names, and beside the items they carry."""

import json
import re
from collections.abc import Iterable, Sequence

from pegboard.i18n import tr
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

Found = tuple[str, str, str, str, int]  # kind, number, title, detail, key
_CARD = re.compile(r"(?:KANBAN:)?(.+):([0-9]{1,9})", re.ASCII)
_SHELF = re.compile(r"POS:([^:]+):(.+)")


def named(reading: Reading, text: str) -> list[Found]:
    """The card, shelf or inference that is called so: KANBAN:ITEM:CARD, ITEM:CARD, POS:LOCATION:ITEM, INF-0001."""
    card, shelf = _CARD.fullmatch(text), _SHELF.fullmatch(text)
    if shelf is not None:
        return _shelves(reading, "place.code = ? AND i.code = ?", shelf.groups())
    if card is not None:
        return _cards(reading, card[1], int(card[2]))
    return [
        ("inference", number, item, words, key)
        for number, item, words, key in fetch(
            reading,
            "SELECT f.number, i.code, i.description, f.inference_id FROM inference f"
            " JOIN item i ON i.item_id = f.item_id WHERE f.number = ?",
            (text.upper(),),
        )
    ]


def of_items(reading: Reading, item_ids: Iterable[int]) -> list[Found]:
    """The loops and shelves that carry these items."""
    keys = list(item_ids)
    if not keys:
        return []
    marks = ", ".join("?" * len(keys))
    loops = fetch(
        reading,
        "SELECT i.code, i.description, place.code, k.kanban_loop_id, (SELECT count(*) FROM kanban_card c"
        " WHERE c.kanban_loop_id = k.kanban_loop_id AND c.state <> 'retired') AS cards FROM kanban_loop k"
        " JOIN item i ON i.item_id = k.item_id JOIN location place ON place.location_id = k.location_id"
        f" WHERE k.item_id IN ({marks}) AND COALESCE(k.cards, 1) > 0 ORDER BY i.code, k.kanban_loop_id",
        keys,
    )
    found: list[Found] = [
        ("kanban_loop", code, words, tr("{count} cards at {place}", count=cards, place=place), key)
        for code, words, place, key, cards in loops
    ]
    return found + _shelves(reading, f"n.item_id IN ({marks})", keys)


def _cards(reading: Reading, item: str, number: int) -> list[Found]:
    rows = fetch(
        reading,
        "SELECT i.code, c.number, i.description, place.code, c.kanban_card_id FROM kanban_card c"
        " JOIN kanban_loop k ON k.kanban_loop_id = c.kanban_loop_id JOIN item i ON i.item_id = k.item_id"
        " JOIN location place ON place.location_id = k.location_id"
        " WHERE i.code IN (SELECT value FROM json_each(?)) AND c.number = ? ORDER BY i.code",
        (json.dumps([item, item.upper()]), number),
    )
    return [
        ("kanban_card", f"KANBAN:{code}:{card}", words, tr("card at {place}", place=place), key)
        for code, card, words, place, key in rows
    ]


def _shelves(reading: Reading, condition: str, values: Sequence[object]) -> list[Found]:
    rows = fetch(
        reading,
        "SELECT place.code, i.code, i.description, n.replenishment_id FROM replenishment n"
        " JOIN item i ON i.item_id = n.item_id JOIN location place ON place.location_id = n.location_id"
        f" WHERE {condition} ORDER BY i.code, place.code",
        values,
    )
    return [
        ("replenishment", f"POS:{place}:{code}", words, tr("shelf at {place}", place=place), key)
        for place, code, words, key in rows
    ]
