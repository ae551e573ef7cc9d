"""The time that people spend on operations: it begins, pauses and ends, and is mended where a stop was forgotten.

A time never has a negative length: where the computer's clock was set back, it ends when it began.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.quantity import Quantity, divide_half_up
from pegboard.i18n import tr
from pegboard.queries.settings import settings
from pegboard.services.seats import require_seen
from pegboard.storage.rows import add, change, first, rows
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.work_orders import TimeEntry

HOUR = 3_600_000_000  # microseconds
LONGEST = datetime.timedelta(hours=12)  # nobody works longer on one thing: the stop was forgotten
_ENTRY = (
    "SELECT t.*, c.hourly_rate, c.hours_per_day, o.sequence, w.number FROM time_entry t JOIN work_order_operation o"
    " ON o.work_order_operation_id = t.work_order_operation_id"
    " JOIN work_order w ON w.work_order_id = o.work_order_id"
    " LEFT JOIN work_center c ON c.work_center_id = o.work_center_id"
)


def begin(tx: Transaction, operation_id: int, person: str) -> None:
    """Let the time of a person on an operation run. Raises Refused where it runs already."""
    if running_on(tx, operation_id, person) is not None:
        raise Refused(
            tr("{person} is at work on it already.", person=person or tr("Somebody")), hint=tr("Finish it first.")
        )
    add(tx, TimeEntry, work_order_operation_id=operation_id, person=person, started_at=tx.now)


def running_on(reading: Reading, operation_id: int, person: str) -> Row[Any] | None:
    """The time of a person that runs on an operation."""
    return first(
        reading,
        "SELECT * FROM time_entry WHERE work_order_operation_id = ? AND person = ? AND ended_at IS NULL",
        operation_id,
        person,
    )


def running_of(reading: Reading, person: str) -> Sequence[Row[Any]]:
    """All that a person is at, with the job's `number` and the operation's `sequence`, the oldest first."""
    return rows(reading, f"{_ENTRY} WHERE t.person = ? AND t.ended_at IS NULL ORDER BY t.time_entry_id", person)


def end(tx: Transaction, entry: Row[Any], hourly_rate: int | None, at: datetime.datetime, note: str = "") -> None:
    """End a running time; its cost is fixed by the work center's rate and the overhead, unknown without a rate."""
    started = instant(entry.started_at)
    ended = max(started, at)
    change(
        tx,
        TimeEntry,
        entry.time_entry_id,
        ended_at=ended,
        **_costs(tx, ended - started, hourly_rate),
        note=note or entry.note,
    )
    tx.changed("work_order")


def state_time(tx: Transaction, operation: Row[Any], person: str, minutes: Quantity) -> None:
    """Say how long a person was at an operation, in place of what the clock says; it ends now."""
    if minutes.micro < 0:
        raise InvalidInput(tr("A time cannot be negative."), hint=tr("Give the minutes that it took."))
    took = datetime.timedelta(microseconds=minutes.micro * 60)
    values: dict[str, Any] = {
        "started_at": tx.now - took,
        "ended_at": tx.now,
        **_costs(tx, took, operation.hourly_rate),
    }
    running = running_on(tx, operation.work_order_operation_id, person)
    if running is None:
        add(tx, TimeEntry, work_order_operation_id=operation.work_order_operation_id, person=person, **values)
    else:
        change(tx, TimeEntry, running.time_entry_id, **values)


def end_all_of_operation(tx: Transaction, operation: Row[Any], person: str) -> None:
    """End the time of a person on an operation, if it runs."""
    running = running_on(tx, operation.work_order_operation_id, person)
    if running is not None:
        end(tx, running, operation.hourly_rate, tx.now)


def end_all_of_job(tx: Transaction, work_order_id: int) -> None:
    """End every time that runs on a job."""
    for entry in rows(tx, f"{_ENTRY} WHERE o.work_order_id = ? AND t.ended_at IS NULL", work_order_id):
        end(tx, entry, entry.hourly_rate, tx.now)


def end_forgotten(tx: Transaction, person: str) -> list[tuple[str, int]]:
    """End what a person forgot to stop, a working day after it began; return (job, operation) of each.

    Forgotten is what has run for more than twelve hours.
    """
    ended = []
    for entry in running_of(tx, person):
        started = instant(entry.started_at)
        if tx.now - started > LONGEST:
            day = datetime.timedelta(microseconds=(entry.hours_per_day or 8_000_000) * 3_600)
            end(tx, entry, entry.hourly_rate, started + day, tr("stop was forgotten"))
            ended.append((str(entry.number), int(entry.sequence)))
    if ended:
        tx.note(tr("Ended for {person}: {times}.", person=person, times=", ".join(f"{job}/{op}" for job, op in ended)))
    return ended


def correct_time(
    tx: Transaction, time_entry_id: int, minutes: Quantity, reason: str, *, seen: tuple[str] | None = None
) -> None:
    """Say how long a time that has ended really was; its cost follows. The reason is kept with it.

    Raises InvalidInput without a reason or for a negative time, Refused while it runs, ChangedMeanwhile where somebody
    else corrected it since its reason was `seen`.
    """
    entry = first(tx, f"{_ENTRY} WHERE t.time_entry_id = ?", time_entry_id)
    if entry is None:
        raise NotFound(tr("This time is no more."), hint=tr("Refresh the job."))
    if entry.ended_at is None:
        raise Refused(tr("This time still runs."), hint=tr("Stop it first."))
    if not reason or minutes.micro < 0:
        raise InvalidInput(
            tr("A corrected time needs a reason and cannot be negative."), hint=tr("Say why the clock was wrong.")
        )
    if seen is not None and entry.note != reason:
        require_seen(tx, "work_order", str(entry.number), tr("reason"), seen=seen[0], now=entry.note)
    took = datetime.timedelta(microseconds=minutes.micro * 60)
    started = instant(entry.started_at)
    change(
        tx,
        TimeEntry,
        time_entry_id,
        ended_at=started + took,
        **_costs(tx, took, entry.hourly_rate),
        note=reason,
    )
    tx.changed("work_order")
    tx.note(
        tr(
            "{person} on {number}/{sequence}: {minutes} minutes, {reason}.",
            person=entry.person,
            number=entry.number,
            sequence=entry.sequence,
            minutes=minutes,
            reason=reason,
        )
    )


def _costs(tx: Transaction, took: datetime.timedelta, hourly_rate: int | None) -> dict[str, int | None]:
    """Cost of a time with the overhead that it carries, and the rates of today that it comes of."""
    labour = cost_of(took, hourly_rate)
    if labour is None:
        return {"cost": None, "overhead": None, "hourly_rate": None, "overhead_rate": None}
    rate = settings(tx).overhead_per_hour.micro
    overhead = cost_of(took, rate) or 0
    return {"cost": labour + overhead, "overhead": overhead, "hourly_rate": hourly_rate, "overhead_rate": rate}


def cost_of(took: datetime.timedelta, hourly_rate: int | None) -> int | None:
    """Cost of a time in millionths; None where the work center's rate is unknown."""
    if hourly_rate is None:
        return None
    microseconds = max(0, took // datetime.timedelta(microseconds=1))
    return divide_half_up(microseconds * hourly_rate, HOUR)


def instant(text: str) -> datetime.datetime:
    """An instant as it lies in the file."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
