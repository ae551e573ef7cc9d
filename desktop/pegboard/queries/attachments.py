"""Reads the files that hang on records: what is there, their content, and what of it goes with a job's traveler."""

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from pegboard.domain.attachment import PICTURES, PRINTED, Owner
from pegboard.domain.errors import NotFound, WorkshopFileError
from pegboard.i18n import tr
from pegboard.queries.drawings import DrawingFile
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading

# The table of each kind of record, its key, and the column that people know it by.
TABLES = {
    "item": ("item", "item_id", "code"),
    "bom": ("bom", "bom_id", "revision"),
    "order": ("customer_order", "order_id", "number"),
    "work_order": ("work_order", "work_order_id", "number"),
    "purchase_order": ("purchase_order", "purchase_order_id", "number"),
}


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A file on a record.

    Attributes: place: its rank among them, from 1; form: pdf, png, jpeg or other; revision: the drawing's own; prints:
    with the traveler of a job; size: bytes; is_picture: the one that stands for the item.
    """

    key: int
    owner: Owner
    place: int
    name: str
    form: str
    revision: str
    prints: bool
    size: int
    content_hash: str
    added_at: datetime.datetime
    added_by: str
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class StoredContent:
    """The bytes of an attached file, checked against their hash, and its name."""

    name: str
    form: str
    content: bytes
    content_hash: str


def owner_key(reading: Reading, owner: Owner) -> int:
    """The key of the record that a file hangs on. NotFound where there is none."""
    if owner.kind == "bom":
        row = first(
            reading,
            "SELECT b.bom_id FROM bom b JOIN item i ON i.item_id = b.item_id WHERE i.code = ? AND b.revision = ?",
            owner.number,
            owner.revision,
        )
    else:
        table, key, name = TABLES[owner.kind]
        row = first(reading, f"SELECT {key} FROM {table} WHERE {name} = ?", owner.number)
    if row is None:
        raise NotFound(tr("There is no {record}.", record=owner.text), hint=tr("Check the number; case matters."))
    return int(row[0])


_ROW = (
    "SELECT a.attachment_id, a.kind, a.place, a.name, a.form, a.revision, a.prints, a.content_hash, a.added_at,"
    " a.added_by, f.size, coalesce(i.code, o.number, w.number, p.number, bi.code, '') AS number,"
    " coalesce(b.revision, '') AS bom_revision FROM attachment a JOIN stored_file f ON f.content_hash = a.content_hash"
    " LEFT JOIN item i ON i.item_id = a.item_id LEFT JOIN customer_order o ON o.order_id = a.order_id"
    " LEFT JOIN work_order w ON w.work_order_id = a.work_order_id"
    " LEFT JOIN purchase_order p ON p.purchase_order_id = a.purchase_order_id"
    " LEFT JOIN bom b ON b.bom_id = a.bom_id LEFT JOIN item bi ON bi.item_id = b.item_id"
)


def attachments(reading: Reading, owner: Owner) -> tuple[AttachmentRow, ...]:
    """Return the files of a record in their order; none where there is no such record."""
    try:
        key = owner_key(reading, owner)
    except NotFound:
        return ()
    _table, column, _name = TABLES[owner.kind]
    return _marked(rows(reading, f"{_ROW} WHERE a.{column} = ? ORDER BY a.place, a.attachment_id", key))


def all_attachments(reading: Reading) -> tuple[AttachmentRow, ...]:
    """Return every file of every record, by kind and number."""
    found = rows(reading, f"{_ROW} WHERE a.kind <> 'company' ORDER BY a.kind, number, bom_revision, a.place")
    return _marked(found)


def attachment(reading: Reading, key: int) -> AttachmentRow:
    """Return one file of a record. NotFound where it is no more."""
    row = first(reading, f"{_ROW} WHERE a.attachment_id = ? AND a.kind <> 'company'", key)
    if row is None:
        raise NotFound(tr("This file is not attached any more."), hint=tr("Look at the record again."))
    return _attachment(row)


def bom_revisions(reading: Reading, item: str) -> tuple[str, ...]:
    """Return the names of the revisions of an item's BOM, the newest first."""
    found = rows(
        reading,
        "SELECT b.revision FROM bom b JOIN item i ON i.item_id = b.item_id WHERE i.code = ?"
        " ORDER BY coalesce(b.valid_from, '') DESC, b.bom_id DESC",
        item,
    )
    return tuple(row.revision for row in found)


def stored(reading: Reading, content_hash: str) -> bytes:
    """Return the content with this hash. Raises WorkshopFileError where it is not what was kept."""
    row = first(reading, "SELECT content FROM stored_file WHERE content_hash = ?", content_hash)
    content = b"" if row is None else bytes(row.content)
    if hashlib.sha256(content).hexdigest() != content_hash:
        raise WorkshopFileError(
            tr("An attached file is damaged in the workshop."),
            hint=tr("Attach it anew, or restore a backup; pegboard doctor says whether more is damaged."),
        )
    return content


def content_of(reading: Reading, key: int) -> StoredContent:
    """Return a file with its content. NotFound, and WorkshopFileError as `stored`."""
    row = attachment(reading, key)
    return StoredContent(row.name, row.form, stored(reading, row.content_hash), row.content_hash)


def pictures_of(reading: Reading, item_ids: Iterable[int]) -> dict[int, str]:
    """Return the hash of the picture of each of these items that has one."""
    found = rows(
        reading,
        "SELECT item_id, content_hash FROM attachment WHERE form IN (?, ?)"
        " AND item_id IN (SELECT value FROM json_each(?)) ORDER BY prints DESC, place DESC, attachment_id DESC",
        *PICTURES,
        json.dumps(list(item_ids)),
    )
    return {row.item_id: row.content_hash for row in found}  # the last one counts


# A job takes the drawings of its item, of its own revision of the BOM, of the orders that it is made for, and its own.
_OF_JOBS = (
    "SELECT w.work_order_id, a.attachment_id, 1 AS rank FROM work_order w JOIN attachment a ON a.item_id = w.item_id"
    " WHERE a.prints = 1 AND w.work_order_id IN (SELECT value FROM json_each(?))"
    " UNION SELECT w.work_order_id, a.attachment_id, 2 FROM work_order w"
    " JOIN bom b ON b.item_id = w.item_id AND b.revision = w.revision JOIN attachment a ON a.bom_id = b.bom_id"
    " WHERE a.prints = 1 AND w.work_order_id IN (SELECT value FROM json_each(?))"
    " UNION SELECT p.work_order_id, a.attachment_id, 3 FROM peg p"
    " JOIN requirement r ON r.requirement_id = p.requirement_id JOIN demand d ON d.demand_id = r.demand_id"
    " JOIN order_line l ON l.order_line_id = d.order_line_id JOIN attachment a ON a.order_id = l.order_id"
    " WHERE a.prints = 1 AND p.work_order_id IN (SELECT value FROM json_each(?))"
    " UNION SELECT a.work_order_id, a.attachment_id, 4 FROM attachment a"
    " WHERE a.prints = 1 AND a.work_order_id IN (SELECT value FROM json_each(?))"
)


def drawings_of_jobs(reading: Reading, work_order_ids: Iterable[int]) -> dict[int, tuple[DrawingFile, ...]]:
    """Return what is printed with the traveler of each of these jobs, in order; each content is read once."""
    wanted = json.dumps(list(work_order_ids))
    found = rows(
        reading,
        f"SELECT j.work_order_id, j.rank, a.name, a.form, a.revision, a.content_hash FROM ({_OF_JOBS}) j"
        " JOIN attachment a ON a.attachment_id = j.attachment_id WHERE a.form IN (?, ?, ?)"
        " ORDER BY j.work_order_id, j.rank, a.place, a.attachment_id",
        *[wanted] * 4,
        *PRINTED,
    )
    contents = {row.content_hash: stored(reading, row.content_hash) for row in found}
    return {key: _drawings(group, contents) for key, group in groupby(found, key=lambda row: int(row.work_order_id))}


def _drawings(found: Iterable[Row[Any]], contents: Mapping[str, bytes]) -> tuple[DrawingFile, ...]:
    files = {
        row.content_hash: DrawingFile(
            row.name, row.form == "pdf", contents[row.content_hash], row.content_hash, row.revision
        )
        for row in found
    }
    return tuple(files.values())


def _marked(found: Iterable[Row[Any]]) -> tuple[AttachmentRow, ...]:
    """The rows, with the picture of each item told."""
    made = [_attachment(row) for row in found]
    pictures: dict[Owner, int] = {}
    for each in sorted(made, key=lambda row: (row.prints, row.place, row.key)):
        if each.owner.kind == "item" and each.form in PICTURES:
            pictures.setdefault(each.owner, each.key)
    return tuple(_as_picture(each) if pictures.get(each.owner) == each.key else each for each in made)


def _as_picture(row: AttachmentRow) -> AttachmentRow:
    return replace(row, is_picture=True)


def _attachment(row: Row[Any]) -> AttachmentRow:
    return AttachmentRow(
        key=row.attachment_id,
        owner=Owner(row.kind, row.number, row.bom_revision),
        place=row.place,
        name=row.name,
        form=row.form,
        revision=row.revision,
        prints=bool(row.prints),
        size=row.size,
        content_hash=row.content_hash,
        added_at=datetime.datetime.fromisoformat(row.added_at).replace(tzinfo=datetime.UTC),
        added_by=row.added_by,
    )
