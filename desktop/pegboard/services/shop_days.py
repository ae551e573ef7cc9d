"""Keeps the working calendar: days off, and days that are worked though their week does not say so."""

import datetime
from collections.abc import Sequence

from pegboard.domain.errors import ChangedMeanwhile, InvalidInput
from pegboard.i18n import tr
from pegboard.queries.setup import DaysRow, calendar_rows
from pegboard.services.seats import require_seen
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
    tx.note(_told(first, last, _words(working=working), note))
    return len(differing)


def clear_days(tx: Transaction, first: datetime.date, last: datetime.date) -> int:
    """Let the days from `first` to `last` be as their week says again; return how many entries went."""
    _days(first, last)
    gone = run(tx, "DELETE FROM calendar_day WHERE day >= ? AND day <= ?", first.isoformat(), last.isoformat())
    tx.changed("calendar")
    tx.note(_told(first, last, tr("as usual"), ""))
    return gone


def change_days(
    tx: Transaction,
    was: DaysRow | None,
    first: datetime.date,
    last: datetime.date,
    *,
    working: bool,
    note: str = "",
    seen: Sequence[DaysRow] | None = None,
) -> int:
    """Put days in the place of those that stood as `was` in the list, None for new ones; return as `set_days` does.

    `seen` are the days that the list showed. Raises ChangedMeanwhile where another seat changed any that are touched.
    """
    spans = [(first, last)] if was is None else [(was.first, was.last), (first, last)]
    require_days_seen(tx, spans, seen)
    if was is not None:
        clear_days(tx, was.first, was.last)
    return set_days(tx, first, last, working=working, note=note)


def require_days_seen(
    tx: Transaction, spans: Sequence[tuple[datetime.date, datetime.date]], seen: Sequence[DaysRow] | None
) -> None:
    """Refuse a change of days within `spans` that are not as the list showed them; None: whatever stands goes."""
    if seen is None:
        return
    there = calendar_rows(tx)
    before, now = _each(seen, spans), _each(there, spans)
    changed = dict(before.items() ^ now.items())
    if not changed:
        return
    told = "; ".join(
        _told(row.first, row.last, _words(working=row.working), row.note)
        for row in there
        if any(row.first <= day <= row.last for day in changed)
    )
    try:
        require_seen(tx, "calendar", min(changed).isoformat(), tr("days"), seen=None, now=told or tr("as usual"))
    except ChangedMeanwhile as error:
        error.now = there
        raise


def _each(
    listed: Sequence[DaysRow], spans: Sequence[tuple[datetime.date, datetime.date]]
) -> dict[datetime.date, tuple[bool, str]]:
    """What is said of each day within `spans`."""
    found = {}
    for first, last in spans:
        for place in range((last - first).days + 1):
            day = first + datetime.timedelta(days=place)
            row = next((row for row in listed if row.first <= day <= row.last), None)
            if row is not None:
                found[day] = (row.working, row.note)
    return found


def _days(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    if last < first:
        raise InvalidInput(tr("The last day is before the first."), hint=tr("Type the later day as the last."))
    if (last - first).days >= LONGEST:
        raise InvalidInput(
            tr("{count} days are more than a year.", count=(last - first).days + 1), hint=tr("Enter them in parts.")
        )
    return [first + datetime.timedelta(days=place) for place in range((last - first).days + 1)]


def _told(first: datetime.date, last: datetime.date, what: str, note: str) -> str:
    return tr("{days}: {what}. {note}", days=_span(first, last), what=what, note=note).strip()


def _span(first: datetime.date, last: datetime.date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} - {last.isoformat()}"


def _words(*, working: bool) -> str:
    return tr("worked") if working else tr("off")
