"""Reads orders that are still being typed: their cells, as they were kept at each committed cell.

`cells` is JSON: {"customer", "reference", "due", "deposit", "lines": [{column: text}]}, all of them texts.
"""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pegboard.domain.errors import NotFound
from pegboard.i18n import tr
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading

DRAFT = "draft:"  # before a draft's key in lists of orders


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in the list.

    Attributes: key: its name in the list; draft_id; customer: name, or what was typed; due: None where it is not
    readable; lines: how many were typed; changed_at: in UTC; changed_by.
    """

    key: str
    draft_id: int
    customer: str
    customer_code: str
    reference: str
    due: datetime.date | None
    lines: int
    changed_at: datetime.datetime
    changed_by: str


def draft_texts(reading: Reading) -> tuple[tuple[int, str], ...]:
    """Key and all words of each draft, in lower case, the newest first."""
    found = rows(reading, "SELECT order_draft_id, cells FROM order_draft ORDER BY changed_at DESC, order_draft_id DESC")
    return tuple((row.order_draft_id, json.dumps(_cells(row.cells), ensure_ascii=False).casefold()) for row in found)


def draft_rows(reading: Reading, keys: Sequence[str]) -> tuple[DraftRow, ...]:
    """The drafts with these keys (`draft:7`); those that are gone are left out."""
    ids = [int(key.removeprefix(DRAFT)) for key in keys]
    if not ids:
        return ()
    found = rows(
        reading, "SELECT * FROM order_draft WHERE order_draft_id IN (SELECT value FROM json_each(?))", json.dumps(ids)
    )
    return tuple(_draft_row(reading, row) for row in found)


def draft_cells(reading: Reading, draft_id: int) -> dict[str, Any]:
    """What was typed in a draft; NotFound where it is gone."""
    row = first(reading, "SELECT cells FROM order_draft WHERE order_draft_id = ?", draft_id)
    if row is None:
        raise NotFound(tr("This draft is gone."), hint=tr("It was confirmed or thrown away meanwhile."))
    return _cells(row.cells)


def _cells(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _draft_row(reading: Reading, row: Any) -> DraftRow:
    cells = _cells(row.cells)
    code = str(cells.get("customer", ""))
    customer = first(reading, "SELECT code, name FROM customer WHERE code = ?", code)
    return DraftRow(
        key=f"{DRAFT}{row.order_draft_id}",
        draft_id=row.order_draft_id,
        customer=(customer.name or code) if customer else code,
        customer_code=code,
        reference=str(cells.get("reference", "")),
        due=_due(cells),
        lines=len(cells.get("lines", ())),
        changed_at=datetime.datetime.fromisoformat(row.changed_at).replace(tzinfo=datetime.UTC),
        changed_by=row.changed_by,
    )


def _due(cells: Mapping[str, Any]) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(cells.get("due", "")))
    except ValueError:
        return None
