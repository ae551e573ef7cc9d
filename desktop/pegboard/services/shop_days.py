"""Keeps the working calendar: days off, and days that are worked though their week does not say so."""

import datetime

from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr
from pegboard.storage.bulk import insert_rows
from pegboard.storage.rows import run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.workshop import CalendarDay

LONGEST = 366  # days that one entry may name


def set_days(tx: Transaction, first: datetime.date, last: datetime.date, *, working: bool, note: str = "") -> int:
    """Say that the days from `first` to `last` are worked or not; return how many now differ from their week.

    Of several days those that do as their week says need no entry: of days off the weekends are left out, of worked
    days the others. A day that is named alone is entered as it is said.
    Raises InvalidInput where the last is before the first, or too many are named.
    """
    days = _days(first, last)
    run(tx, "DELETE FROM calendar_day WHERE day >= ? AND day <= ?", first.isoformat(), last.isoformat())
    differing = [day for day in days if first == last or (day.weekday() < 5) != working]
    insert_rows(
        tx, CalendarDay, ("day", "working", "note"), [(day.isoformat(), int(working), note) for day in differing]
    )
    tx.changed("calendar")
    tx.note(_told(first, last, tr("worked") if working else tr("off"), note))
    return len(differing)


def clear_days(tx: Transaction, first: datetime.date, last: datetime.date) -> int:
    """Let the days from `first` to `last` be as their week says again; return how many entries went."""
    _days(first, last)
    gone = run(tx, "DELETE FROM calendar_day WHERE day >= ? AND day <= ?", first.isoformat(), last.isoformat())
    tx.changed("calendar")
    tx.note(_told(first, last, tr("as usual"), ""))
    return gone


def _days(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    if last < first:
        raise InvalidInput(tr("The last day is before the first."), hint=tr("Type the later day as the last."))
    if (last - first).days >= LONGEST:
        raise InvalidInput(
            tr("{count} days are more than a year.", count=(last - first).days + 1), hint=tr("Enter them in parts.")
        )
    return [first + datetime.timedelta(days=place) for place in range((last - first).days + 1)]


def _told(first: datetime.date, last: datetime.date, what: str, note: str) -> str:
    span = first.isoformat() if first == last else f"{first.isoformat()} - {last.isoformat()}"
    return tr("{days}: {what}. {note}", days=span, what=what, note=note).strip()
