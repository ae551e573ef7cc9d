"""Reads the audit trail: who did what and when, what a command changed of which record, before and after."""

import datetime
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pegboard.i18n import tr
from pegboard.queries.audit_values import HIDDEN, Value, codes_in, value_of
from pegboard.queries.audit_words import field_words, place_words
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading

# Records that people call by a number or a code: table, key, and the column of that name.
NUMBERED = (
    ("customer_order", "order_id", "number"),
    ("purchase_order", "purchase_order_id", "number"),
    ("work_order", "work_order_id", "number"),
    ("item", "item_id", "code"),
    ("customer", "customer_id", "code"),
    ("supplier", "supplier_id", "code"),
    ("work_center", "work_center_id", "code"),
)
OF_LATE = 20_000  # lines
MOST_CHANGES = 1_000_000  # at once
NAMES_SHOWN = 3  # records that a line without words of its own names


@dataclass(frozen=True, slots=True)
class AuditLines:
    """What was written since a line.

    Attributes: last: the newest line's id, 0 where there is none; count: how many lines are newer than the one asked
    for; nouns: the kinds of record that they changed; last_at: when the newest was written.
    """

    last: int
    count: int
    nouns: frozenset[str]
    last_at: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are wanted; empty parts want all.

    Attributes: words: each is somewhere in the line or in what it changed; person: who did it, whole and as entered;
    first, last: days in local time; number: of the document or record that the line changed or names.
    """

    words: tuple[str, ...] = ()
    person: str = ""
    first: datetime.date | None = None
    last: datetime.date | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One command that changed the workshop.

    Attributes: entry: its place in the trail; what: in words; changes: how many records it changed that stood before;
    added: how many records of which kind it added, in words.
    """

    entry: int
    at: datetime.datetime
    person: str
    command: str
    what: str
    changes: int
    added: str


class ChangeRow(NamedTuple):
    """One field that a command changed. A record taken away has its fields with nothing after them.

    `kind` and `field` are words for `place` and `column`, which stay the same in every language.
    """

    entry: int
    place: str
    kind: str
    name: str
    column: str
    field: str
    before: Value
    after: Value
    is_gone: bool


def lines_after(reading: Reading, line: int | None, at: str = "") -> AuditLines:
    """Sum up the lines after `line`; with None only the newest line is looked up.

    `at` is when that line was written, where that is known: if another stands there now, or none, somebody went back to
    a backup, and all lines count.
    """
    newest = fetch(reading, "SELECT audit_entry_id, at FROM audit_entry ORDER BY audit_entry_id DESC LIMIT 1")
    last, last_at = (int(newest[0][0]), str(newest[0][1])) if newest else (0, "")
    if line is None or (last, last_at) == (line, at or last_at):
        return AuditLines(last, 0, frozenset(), last_at)
    if at and fetch(reading, "SELECT at FROM audit_entry WHERE audit_entry_id = ?", (line,)) != [(at,)]:
        line = 0
    found = fetch(reading, "SELECT changed FROM audit_entry WHERE audit_entry_id > ?", (line,))
    return AuditLines(last, len(found), frozenset(noun for (changed,) in found for noun in changed.split()), last_at)


def people_in_trail(reading: Reading) -> tuple[str, ...]:
    """Who works or worked here, and whoever did something of late, by name."""
    found = fetch(
        reading,
        "SELECT actor FROM audit_entry WHERE audit_entry_id > (SELECT max(audit_entry_id) FROM audit_entry) - ?"
        " UNION SELECT name FROM person ORDER BY 1",
        (OF_LATE,),
    )
    return tuple(name for (name,) in found if name)


def missing_lines(reading: Reading) -> int:
    """How many lines the trail lacks: they are numbered one by one, so that one that was taken out leaves a gap."""
    ((count, newest),) = fetch(reading, "SELECT count(*), COALESCE(max(audit_entry_id), 0) FROM audit_entry")
    return int(newest - count)


def missing_words(count: int) -> str:
    """That so many lines are missing, and how that can be."""
    return tr(
        "{count} lines of the audit trail are missing: lost with a damaged file, or taken out by another program.",
        count=count,
    )


def entries_wanted(reading: Reading, wanted: Wanted, *, oldest_first: bool = False) -> list[int]:
    """The ids of the lines that are wanted, newest first."""
    conditions, parameters = _conditions(wanted)
    touched: set[int] = set()
    if wanted.number:
        touched = _entries_of(reading, wanted.number)
        conditions.append("(a.note LIKE ? ESCAPE '!' OR a.audit_entry_id IN (SELECT value FROM json_each(?)))")
        parameters += [_like(wanted.number), json.dumps(sorted(touched))]
    direction = "ASC" if oldest_first else "DESC"
    found = fetch(
        reading,
        f"SELECT a.audit_entry_id{', a.note' if wanted.number else ''} FROM audit_entry a"
        f" WHERE {' AND '.join(conditions) or '1 = 1'} ORDER BY a.audit_entry_id {direction}",
        parameters,
    )
    if not wanted.number:
        return [row[0] for row in found]
    named = re.compile(rf"(?<![\w-]){re.escape(wanted.number)}(?![\w-])", re.IGNORECASE)
    return [entry for entry, note in found if entry in touched or named.search(note)]


def audit_rows(reading: Reading, entries: Sequence[int]) -> tuple[AuditRow, ...]:
    """The lines with these ids, in the order given."""
    keys = json.dumps(list(entries))
    among = "audit_entry_id IN (SELECT value FROM json_each(?))"
    lines = {row.audit_entry_id: row for row in rows(reading, f"SELECT * FROM audit_entry WHERE {among}", keys)}
    counts = dict(
        fetch(
            reading, f"SELECT audit_entry_id, count(*) FROM audit_change WHERE {among} GROUP BY audit_entry_id", (keys,)
        )
    )
    added, named = _added(reading, keys), _named(reading, [entry for entry in lines if not lines[entry].note])
    return tuple(
        AuditRow(
            entry,
            instant(line.at),
            line.actor,
            line.command,
            line.note or named.get(entry, "") or _nouns(line.changed),
            counts.get(entry, 0),
            added.get(entry, ""),
        )
        for entry in entries
        if (line := lines.get(entry)) is not None
    )


def changes_of(
    reading: Reading, entries: Sequence[int], number: str = "", most: int = MOST_CHANGES
) -> tuple[ChangeRow, ...]:
    """What these lines changed, field by field, in the order in which it happened; of one record where it is named.

    `most` is how many rows of the trail are looked at.
    """
    found = rows(
        reading,
        "SELECT * FROM audit_change WHERE audit_entry_id IN (SELECT value FROM json_each(?))"
        + (" AND number = ?" if number else "")
        + " ORDER BY audit_change_id LIMIT ?",
        json.dumps(list(entries)),
        *((number,) if number else ()),
        most,
    )
    told_rows = [(row, json.loads(row.before), json.loads(row.after) if row.after else None) for row in found]
    codes = codes_in(reading, [fields for _row, before, after in told_rows for fields in (before, after or {})])
    return tuple(
        ChangeRow(
            row.audit_entry_id,
            row.place,
            place_words(row.place),
            name_of(row.number, row.line),
            field,
            field_words(field),
            value_of(field, before[field], codes),
            None if after is None else value_of(field, after[field], codes),
            after is None,
        )
        for row, before, after in told_rows
        for field in before
        if field not in HIDDEN and (after is not None or before[field] not in (None, "", 0))
    )


def name_of(number: str, line: str) -> str:
    """NUMBER/LINE, or the number alone."""
    return f"{number}/{line}" if line else number


def instant(text: str) -> datetime.datetime:
    """An instant as it lies in the file, aware."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


def start_of(day: datetime.date) -> str:
    """The instant at which a day begins here, as instants lie in the file."""
    local = datetime.datetime.combine(day, datetime.time()).astimezone(datetime.UTC)
    return local.replace(tzinfo=None).isoformat(" ", "microseconds")


def _conditions(wanted: Wanted) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    parameters: list[Any] = []
    if wanted.first is not None:
        conditions.append("a.at >= ?")
        parameters.append(start_of(wanted.first))
    if wanted.last is not None:
        conditions.append("a.at < ?")
        parameters.append(start_of(wanted.last + datetime.timedelta(days=1)))
    if wanted.person:
        conditions.append("a.actor = ?")
        parameters.append(wanted.person)
    for word in wanted.words:
        among = " OR ".join(f"{column} LIKE ? ESCAPE '!'" for column in ("c.number", "c.before", "c.after"))
        conditions.append(
            "(a.note LIKE ? ESCAPE '!' OR a.actor LIKE ? ESCAPE '!' OR a.command LIKE ? ESCAPE '!'"
            f" OR a.audit_entry_id IN (SELECT c.audit_entry_id FROM audit_change c WHERE {among}))"
        )
        parameters += [_like(word)] * 6
    return conditions, parameters


def _like(word: str) -> str:
    """A pattern that finds a word anywhere; what is special in a pattern stands for itself."""
    bare = "".join(f"!{letter}" if letter in "!%_" else letter for letter in word.lower())
    return f"%{bare}%"


def _entries_of(reading: Reading, number: str) -> set[int]:
    """The lines that added or changed a record of this number, or changed a line of it."""
    found = fetch(reading, "SELECT DISTINCT audit_entry_id FROM audit_change WHERE number = ?", (number,))
    entries = {entry for (entry,) in found}
    for table, key, name in NUMBERED:
        for (row_key,) in fetch(reading, f"SELECT {key} FROM {table} WHERE {name} = ?", (number,)):
            added = added_by(reading, table, row_key)
            entries |= {added} if added else set()
    return entries


def added_by(reading: Reading, place: str, row_key: int) -> int | None:
    """The line of the command that added a row; None where the trail began later."""
    ((entry,),) = fetch(
        reading, "SELECT min(audit_entry_id) FROM audit_mark WHERE place = ? AND last_key >= ?", (place, row_key)
    )
    return None if entry is None else int(entry)


def _added(reading: Reading, keys: str) -> dict[int, str]:
    """What each of these lines added, such as "1 order, 3 order lines"."""
    found = rows(
        reading,
        "SELECT m.audit_entry_id, m.place, m.last_key - COALESCE((SELECT b.last_key FROM audit_mark b"
        " WHERE b.place = m.place AND b.audit_entry_id < m.audit_entry_id ORDER BY b.audit_entry_id DESC LIMIT 1), 0)"
        " AS more FROM audit_mark m WHERE m.audit_entry_id IN (SELECT value FROM json_each(?))"
        " ORDER BY m.audit_mark_id",
        keys,
    )
    parts: dict[int, list[str]] = {}
    for row in found:
        if row.more > 0:
            parts.setdefault(row.audit_entry_id, []).append(f"{row.more} × {place_words(row.place)}")
    return {entry: ", ".join(told_parts) for entry, told_parts in parts.items()}


def _named(reading: Reading, entries: Sequence[int]) -> dict[int, str]:
    """For lines without words: which records they changed, the first few by name."""
    names: dict[int, list[str]] = {}
    for entry, place, number, line in fetch(
        reading,
        "SELECT audit_entry_id, place, number, line FROM audit_change"
        " WHERE audit_entry_id IN (SELECT value FROM json_each(?)) ORDER BY audit_change_id",
        (json.dumps(list(entries)),),
    ):
        name = f"{place_words(place)} {name_of(number, line)}"
        if name not in names.setdefault(entry, []):
            names[entry].append(name)
    return {
        entry: tr("Changed: {names}", names=", ".join(found[:NAMES_SHOWN]) + (" …" if found[NAMES_SHOWN:] else ""))
        for entry, found in names.items()
    }


def _nouns(changed: str) -> str:
    return ", ".join(place_words(noun) for noun in changed.split())
