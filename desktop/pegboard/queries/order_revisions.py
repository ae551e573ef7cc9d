"""Reads how an order changed under its number: for each revision what every line was and what it became."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pegboard.domain.quantity import Price, Quantity
from pegboard.i18n import tr
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LineChange:
    """One line of an order in one revision: what changed of it, in words, before and after."""

    revision: int
    at: datetime.datetime
    actor: str
    line: str
    before: str
    after: str


def revisions(reading: Reading, order: str) -> tuple[LineChange, ...]:
    """All changes of an order's lines, the newest revision first."""
    found = rows(
        reading,
        "SELECT r.* FROM order_revision r JOIN customer_order o ON o.order_id = r.order_id WHERE o.number = ?"
        " ORDER BY r.revision DESC",
        order,
    )
    items = dict(_codes(reading, order))
    changes = []
    for row in found:
        before = {line["line"]: line for line in json.loads(row.before)}
        after = {line["line"]: line for line in json.loads(row.after)}
        at = datetime.datetime.fromisoformat(row.changed_at).replace(tzinfo=datetime.UTC)
        for number in sorted({*before, *after}):
            old, new = _difference(before.get(number), after.get(number), items)
            changes.append(LineChange(row.revision, at, row.changed_by, f"{order}/{number}", old, new))
    return tuple(changes)


def _codes(reading: Reading, order: str) -> list[tuple[int, str]]:
    found = rows(
        reading,
        "SELECT DISTINCT i.item_id, i.code FROM item i JOIN order_line l ON l.item_id = i.item_id"
        " JOIN customer_order o ON o.order_id = l.order_id WHERE o.number = ?",
        order,
    )
    return [(row.item_id, row.code) for row in found]


def _difference(old: Line | None, new: Line | None, items: Mapping[int, str]) -> tuple[str, str]:
    """Only what differs, in words; a line that is new or gone is told whole."""
    if old is None or new is None:
        return _words(old, items, ()), _words(new, items, ())
    same = tuple(name for name in old if name != "line" and old.get(name) == new.get(name))
    return _words(old, items, same), _words(new, items, same)


def _words(line: Line | None, items: Mapping[int, str], without: tuple[str, ...]) -> str:
    if line is None:
        return ""
    price, due = line.get("unit_price"), line.get("due_date")
    told = {
        "quantity": str(Quantity(line["quantity"])),
        "item_id": items.get(line["item_id"], ""),
        "due_date": tr("due {day}", day=due) if due else tr("as soon as possible"),
        "unit_price": "" if price is None else tr("at {price}", price=Price(price)),
        "status": _state(line["status"]),
    }
    return " ".join(text for name, text in told.items() if name not in without and text)


def _state(status: str) -> str:
    return {
        "quote": tr("quoted"),
        "confirmed": tr("confirmed"),
        "shipped": tr("shipped"),
        "closed": tr("closed"),
        "cancelled": tr("cancelled"),
    }[status]
