"""Two seats at one record: edits that do not touch are joined, those that do are refused with who was first."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pegboard.domain.errors import ChangedMeanwhile
from pegboard.domain.merging import Clash, Key, merged
from pegboard.i18n import tr
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading, Transaction

Draft = TypeVar("Draft")
Row = TypeVar("Row")

LINES_LOOKED_AT = 300  # newest lines of the audit trail, to tell who changed a record


def joined(
    tx: Transaction,
    noun: str,
    name: str,
    wanted: Draft,
    *,
    seen: Draft | None,
    now: Draft,
    lists: Mapping[str, Key] | None = None,
) -> Draft:
    """Return `wanted` with what another seat changed since it was `seen` (None: whatever stands is overwritten).

    `noun` and `name` are the record's, such as item LAMP. `lists` says for fields that are lists what tells their rows
    apart. Raises ChangedMeanwhile where both changed the same.
    """
    if seen is None or now == seen:
        return wanted
    result: Draft
    result, clashes = merged(seen, now, wanted, lists)
    if clashes:
        raise changed_meanwhile(tx, noun, name, clashes, now)
    return result


def joined_rows(
    tx: Transaction,
    noun: str,
    name: str,
    wanted: Sequence[Row],
    *,
    seen: Sequence[Row] | None,
    now: Sequence[Row],
    key: Key,
) -> tuple[Row, ...]:
    """The same for a list of rows that is kept as a whole; `key` tells its rows apart."""
    before = None if seen is None else _Rows(tuple(seen))
    try:
        return joined(
            tx, noun, name, _Rows(tuple(wanted)), seen=before, now=_Rows(tuple(now)), lists={"rows": key}
        ).rows
    except ChangedMeanwhile as error:
        error.now = tuple(now)
        raise


@dataclass(frozen=True, slots=True)
class _Rows:
    """A draft that is a list alone."""

    rows: tuple[Any, ...]


def require_seen(tx: Transaction, noun: str, name: str, field: str, *, seen: object, now: object) -> None:
    """Refuse a change of one value that another seat changed since it was `seen`."""
    if seen != now:
        raise changed_meanwhile(tx, noun, name, (Clash(field, now),), now)


def changed_meanwhile(
    reading: Reading, noun: str, name: str, clashes: tuple[Clash, ...], now: object
) -> ChangedMeanwhile:
    """The refusal in words: who changed what to what."""
    who = who_changed(reading, noun, name) or tr("Another seat")
    told = "; ".join(f"{clash.field.replace('_', ' ')}: {in_words(clash.now)}" for clash in clashes[:3])
    return ChangedMeanwhile(
        tr("{who} changed {name} meanwhile. It says now: {values}.", who=who, name=name, values=told),
        hint=tr("Nothing of yours was kept yet. Look at it, then keep yours or take theirs."),
        who=who,
        clashes={clash.field: in_words(clash.now) for clash in clashes},
        now=now,
    )


def who_changed(reading: Reading, noun: str, name: str) -> str:
    """Who changed a record last, as the audit trail tells; "" where it does not."""
    newest = rows(
        reading,
        "SELECT actor, changed, note FROM audit_entry WHERE audit_entry_id >"
        " (SELECT max(audit_entry_id) FROM audit_entry) - ? ORDER BY audit_entry_id DESC",
        LINES_LOOKED_AT,
    )
    of_noun = [line for line in newest if noun in line.changed.split()]
    named = [line for line in of_noun if name in line.note]
    return str(named[0].actor) if named else ""


def in_words(value: object) -> str:
    """A value of a draft as a sentence has it."""
    if value is None or value in ("", ()):
        return tr("blank")
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return ", ".join(in_words(each) for each in value)
    if hasattr(value, "__dataclass_fields__") and not hasattr(value, "micro"):
        return tr("changed")
    return str(value)
