"""Reads the audit trail."""

from dataclasses import dataclass

from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class AuditLines:
    """What was written since a line.

    Attributes: last: the newest line's id, 0 where there is none; count: how many lines are newer than the one asked
    for; nouns: the kinds of record that they changed.
    """

    last: int
    count: int
    nouns: frozenset[str]


def lines_after(reading: Reading, line: int | None) -> AuditLines:
    """Sum up the lines after `line`; with None only the newest line's id is looked up."""
    ((newest,),) = fetch(reading, "SELECT max(audit_entry_id) FROM audit_entry")
    last = newest or 0
    if line is None or last == line:
        return AuditLines(last, 0, frozenset())
    rows = fetch(reading, "SELECT changed FROM audit_entry WHERE audit_entry_id > ?", (line,))
    return AuditLines(last, len(rows), frozenset(noun for (changed,) in rows for noun in changed.split()))
