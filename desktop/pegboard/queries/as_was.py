"""A document as it was on the evening of a day: today's rows, with all that the trail holds since taken back."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pegboard.domain.errors import NotFound, Refused
from pegboard.i18n import tr
from pegboard.queries.audit import NUMBERED, added_by, instant, start_of
from pegboard.queries.audit_values import HIDDEN, Codes, Value, codes_in, value_of
from pegboard.queries.audit_words import field_words, place_words
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading
from pegboard.storage.tracing import TRACED

Rows = dict[int, dict[str, Any]]

_TRACED = {traced.table: traced for traced in TRACED}
# What belongs to a document: its lines, with the column that says whose they are.
_LINES = {"customer_order": ("order_line", "order_id"), "purchase_order": ("purchase_line", "purchase_order_id")}


@dataclass(frozen=True, slots=True)
class Fact:
    """One field: as it was, and as it is now."""

    field: str
    title: str
    then: Value
    now: Value

    @property
    def has_changed(self) -> bool:
        """Whether it is another today."""
        return self.then != self.now


@dataclass(frozen=True, slots=True)
class LineAsWas:
    """One line of the document. Attributes: is_gone: whether it is not there any more; facts: in the columns' order."""

    line: int
    is_gone: bool
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class AsWas:
    """A document as it was.

    Attributes: kind: in words; entered_at: when it came into the workshop, None where the trail began later; added:
    lines that came after that day; changes: how many changes since were taken back; missing: what it does not show.
    """

    number: str
    kind: str
    day: datetime.date
    entered_at: datetime.datetime | None
    facts: tuple[Fact, ...]
    lines: tuple[LineAsWas, ...]
    added: tuple[int, ...]
    changes: int
    missing: str


@dataclass(frozen=True, slots=True)
class _Past:
    """The rows of one table then and now, by key."""

    then: Rows
    now: Rows
    changes: int


def as_was(reading: Reading, number: str, day: datetime.date) -> AsWas:
    """Show an order, a purchase order, a job or a record as it was when `day` ended, in local time.

    Raises NotFound where there is no such number, Refused where it or the trail did not exist yet.
    """
    table, key, name = _found(reading, number)
    entry = _last_entry(reading, day)
    entered = added_by(reading, table, key)
    if entered is not None and entered > entry:
        raise Refused(
            tr("{number} was not in the workshop yet on {day}.", number=name, day=day),
            hint=tr("It came on {day}.", day=_at(reading, entered).astimezone().date()),
        )
    head = _past(reading, table, _TRACED[table].key, key, name, entry)
    lines, place = _Past({}, {}, 0), ""
    if table in _LINES:
        place, owner = _LINES[table]
        lines = _past(reading, place, owner, key, name, entry)
    codes = codes_in(reading, [row for rows in (head.then, head.now, lines.then, lines.now) for row in rows.values()])
    options = _options(reading, lines, name, entry) if place == "order_line" else {}
    return AsWas(
        name,
        place_words(table),
        day,
        _at(reading, entered) if entered is not None else None,
        _facts(_TRACED[table].columns, head.then.get(key, {}), head.now.get(key, {}), codes),
        tuple(
            LineAsWas(row["line"], row_key not in lines.now, _line_facts(place, row_key, lines, codes, options))
            for row_key, row in sorted(lines.then.items(), key=lambda found: found[1]["line"])
        ),
        tuple(sorted(row["line"] for row_key, row in lines.now.items() if row_key not in lines.then)),
        head.changes + lines.changes,
        _missing(table),
    )


def _found(reading: Reading, number: str) -> tuple[str, int, str]:
    """Table and key of a record by what people call it."""
    for table, key, name in NUMBERED:
        for row_key, exact in fetch(
            reading, f"SELECT {key}, {name} FROM {table} WHERE lower({name}) = lower(?)", (number.strip(),)
        ):
            return table, int(row_key), str(exact)
    raise NotFound(
        tr("There is no {number}.", number=number[:80]),
        hint=tr("Give the number of an order, a purchase order or a job, or a code."),
    )


def _last_entry(reading: Reading, day: datetime.date) -> int:
    """The last line of the trail of that day or of one before."""
    end = start_of(day + datetime.timedelta(days=1))
    ((entry,),) = fetch(reading, "SELECT max(audit_entry_id) FROM audit_entry WHERE at < ?", (end,))
    if entry is not None:
        return int(entry)
    ((first,),) = fetch(reading, "SELECT min(at) FROM audit_entry")
    begun = tr("It begins on {day}.", day=instant(first).astimezone().date()) if first else tr("It is empty.")
    raise Refused(tr("The audit trail does not go back to {day}.", day=day), hint=begun)


def _at(reading: Reading, entry: int) -> datetime.datetime:
    ((at,),) = fetch(reading, "SELECT at FROM audit_entry WHERE audit_entry_id = ?", (entry,))
    return instant(at)


def _past(reading: Reading, place: str, owner: str, owner_key: int, number: str, entry: int) -> _Past:
    """The rows of a table that belong to a document: as they are, and as they were after the line `entry`."""
    traced = _TRACED[place]
    columns = (traced.key, *traced.columns)
    found = fetch(reading, f"SELECT {', '.join(columns)} FROM {place} WHERE {owner} = ?", (owner_key,))
    now = {row[0]: dict(zip(columns, row, strict=True)) for row in found}
    then = {key: dict(row) for key, row in now.items()}
    changes = _take_back(reading, then, place, number, entry)
    known = _highest_key(reading, place, entry)
    kept = {key: row for key, row in then.items() if key <= known and row.get(owner, owner_key) == owner_key}
    return _Past(kept, now, changes)


def _take_back(reading: Reading, rows: Rows, place: str, number: str, entry: int) -> int:
    """Undo in memory what happened to these rows after the line `entry`, the latest first; say how much it was."""
    found = fetch(
        reading,
        "SELECT row_key, before, after FROM audit_change WHERE number = ? AND place = ? AND audit_entry_id > ?"
        " ORDER BY audit_change_id DESC",
        (number, place, entry),
    )
    for key, before, after in found:
        if not after:
            rows[key] = json.loads(before)
        elif key in rows:
            rows[key].update(json.loads(before))
    return len(found)


def _highest_key(reading: Reading, place: str, entry: int) -> int:
    """The highest key of a table after a line: rows above it came later."""
    found = fetch(
        reading,
        "SELECT last_key FROM audit_mark WHERE place = ? AND audit_entry_id <= ? ORDER BY audit_entry_id DESC LIMIT 1",
        (place, entry),
    )
    return int(found[0][0]) if found else 0


def _options(reading: Reading, lines: _Past, number: str, entry: int) -> Mapping[int, tuple[str, str]]:
    """What was chosen on each line then, and now."""
    then: dict[int, list[str]] = {}
    now: dict[int, list[str]] = {}
    for line in lines.then:
        past = _past(reading, "order_line_option", "order_line_id", line, number, entry)
        for kept, rows in ((then, past.then), (now, past.now)):
            kept[line] = [
                f"{row['option_group']}={row['option_choice']}"
                for _key, row in sorted(rows.items())
                if row["order_line_id"] == line
            ]
    return {line: ("; ".join(then[line]), "; ".join(now[line])) for line in lines.then}


def _line_facts(
    place: str, key: int, lines: _Past, codes: Codes, options: Mapping[int, tuple[str, str]]
) -> tuple[Fact, ...]:
    facts = _facts(_TRACED[place].columns, lines.then[key], lines.now.get(key, {}), codes)
    if not any(map(any, options.values())):
        return facts
    return (*facts, Fact("options", tr("options"), *options.get(key, ("", ""))))


def _facts(columns: Sequence[str], then: Mapping[str, Any], now: Mapping[str, Any], codes: Codes) -> tuple[Fact, ...]:
    return tuple(
        Fact(
            column,
            field_words(column),
            value_of(column, then.get(column), codes),
            value_of(column, now.get(column), codes),
        )
        for column in columns
        if column not in HIDDEN
    )


def _missing(table: str) -> str:
    """What the trail cannot tell of such a document."""
    shared = tr("Names and descriptions of what it refers to are today's.")
    of_table = {
        "customer_order": tr("Promise dates, jobs and purchases behind it, and its money are not shown as they were."),
        "purchase_order": tr("What it was pegged to is not shown as it was."),
        "work_order": tr("Components, steps, pegs and times of the job are not shown as they were."),
    }
    return " ".join(filter(None, (of_table.get(table, ""), shared)))
