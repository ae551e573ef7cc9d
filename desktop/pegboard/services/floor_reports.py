"""Keeps what the floor reports of jobs, and takes it back while nothing else has happened to them.

Each report holds the rows it changed, before and after, as JSON. To take it back, the rows must be as it left them:
then they are set to what they were. What it booked in the stock stays in the ledger and is booked back by others.
"""

import datetime
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import Refused
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.i18n import tr
from pegboard.queries.lookups import work_order_numbered
from pegboard.services.movements import Movement, put_in, take_back_out
from pegboard.storage.rows import add, change, first, number, rows, run
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.floor import FloorReport

UNDO_WITHIN = datetime.timedelta(minutes=10)
_LEDGER = "ledger_entry"
# What a report on a job may change, by table: its key, and the rows that belong to the job ({wanted}: the requirements
# that its output is for). References are before what refers to them, the job itself last: when its quantity is raised
# again, the pegs must stand.
_ROWS: dict[str, tuple[str, str]] = {
    "work_order_operation": (
        "work_order_operation_id",
        "SELECT * FROM work_order_operation WHERE work_order_id = ?",
    ),
    "time_entry": (
        "time_entry_id",
        "SELECT * FROM time_entry WHERE work_order_operation_id IN"
        " (SELECT work_order_operation_id FROM work_order_operation WHERE work_order_id = ?)",
    ),
    "requirement": ("requirement_id", "SELECT * FROM requirement WHERE work_order_id = ?{or_wanted}"),
    "genealogy": ("genealogy_id", "SELECT * FROM genealogy WHERE work_order_id = ?"),
    "peg": (
        "peg_id",
        "SELECT * FROM peg WHERE requirement_id IN (SELECT requirement_id FROM requirement WHERE work_order_id = ?)"
        "{or_wanted}{or_beside}",
    ),
    "work_order": ("work_order_id", "SELECT * FROM work_order WHERE work_order_id = ?"),
}
Snapshot = dict[str, dict[str, dict[str, Any]]]


@dataclass(slots=True)
class Said:
    """What somebody says of a job, as it is kept; a service may fill in what it finds out while it is done."""

    kind: str
    person: str = ""
    operation: int | None = None
    item_id: int | None = None
    good: Quantity = field(default_factory=lambda: Quantity(0))
    scrap: Quantity = field(default_factory=lambda: Quantity(0))
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A report that was taken back."""

    kind: str
    number: str
    operation: int | None


@contextmanager
def reported(tx: Transaction, job: str, said: Said) -> Iterator[Said]:
    """Do what somebody says of a job inside this, and keep it with what it changed."""
    key = int(work_order_numbered(tx, job).work_order_id)
    scope = _Scope.of(tx, key, said.person)
    before, booked = scope.snapshot(tx), number(tx, "SELECT max(ledger_entry_id) FROM ledger_entry")
    yield said
    after = scope.snapshot(tx)
    was, became = _difference(before, after)
    entries = rows(tx, "SELECT ledger_entry_id FROM ledger_entry WHERE ledger_entry_id > ?", booked)
    became[_LEDGER] = {str(row.ledger_entry_id): {} for row in entries}
    add(
        tx,
        FloorReport,
        at=tx.now,
        kind=said.kind,
        person=said.person,
        work_order_id=key,
        operation=said.operation,
        item_id=said.item_id,
        good_quantity=said.good.micro,
        scrap_quantity=said.scrap.micro,
        reason=said.reason,
        rows_before=json.dumps(was),
        rows_after=json.dumps(became),
    )
    tx.changed("floor_report")


def last_report(reading: Reading, person: str, now: datetime.datetime) -> Row[Any] | None:
    """The last thing that a person reported and can still take back."""
    since = (now - UNDO_WITHIN).astimezone(datetime.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return first(
        reading,
        "SELECT f.*, w.number FROM floor_report f JOIN work_order w ON w.work_order_id = f.work_order_id"
        " WHERE f.person = ? AND f.at >= ? AND f.undone_at IS NULL AND f.settled_at IS NULL"
        " ORDER BY f.floor_report_id DESC LIMIT 1",
        person,
        since,
    )


def take_back(tx: Transaction, person: str) -> TakenBack:
    """Take back the last thing that a person reported within ten minutes.

    Raises Refused where there is none, or something else has happened to the job since.
    """
    report = last_report(tx, person, tx.now)
    if report is None:
        raise Refused(
            tr("There is nothing to take back."), hint=tr("Only what you reported in the last ten minutes can be.")
        )
    scope = _Scope.of(tx, report.work_order_id, person)
    was, became = json.loads(report.rows_before), json.loads(report.rows_after)
    entries = became.pop(_LEDGER, {})
    _require_untouched(tx, report, scope, became)
    _book_back(tx, report, [int(key) for key in entries])
    _restore(tx, was, became)
    change(tx, FloorReport, report.floor_report_id, undone_at=tx.now)
    tx.changed("work_order", "requirement", "peg", "stock", "floor_report")
    tx.note(tr("Taken back: {kind} of {number}.", kind=report.kind, number=report.number))
    return TakenBack(report.kind, report.number, report.operation)


@dataclass(frozen=True, slots=True)
class _Scope:
    """The rows that a report on one job may change.

    Attributes: wanted: requirements that its output is pegged to; beside: stock that its components are pegged to,
    whose other pegs lose when less is found there; person: whose running times end when they begin something else.
    """

    work_order_id: int
    wanted: tuple[int, ...]
    beside: tuple[int, ...]
    person: str

    @classmethod
    def of(cls, reading: Reading, work_order_id: int, person: str) -> "_Scope":
        """Find them as they are now."""
        wanted = rows(reading, "SELECT DISTINCT requirement_id FROM peg WHERE work_order_id = ?", work_order_id)
        beside = rows(
            reading,
            "SELECT DISTINCT p.stock_id FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
            " WHERE r.work_order_id = ? AND p.stock_id IS NOT NULL",
            work_order_id,
        )
        return cls(work_order_id, tuple(row[0] for row in wanted), tuple(row[0] for row in beside), person)

    def snapshot(self, reading: Reading) -> Snapshot:
        """Read them all."""
        parts = {"or_wanted": _or_among("requirement_id", self.wanted), "or_beside": _or_among("stock_id", self.beside)}
        found = {
            table: {str(row[0]): row._asdict() for row in rows(reading, statement.format(**parts), self.work_order_id)}
            for table, (_key, statement) in _ROWS.items()
        }
        others = rows(reading, "SELECT * FROM time_entry WHERE person = ? AND ended_at IS NULL", self.person)
        found["time_entry"] |= {str(row[0]): row._asdict() for row in others}
        return found


def _or_among(column: str, keys: tuple[int, ...]) -> str:
    return f" OR {column} IN ({', '.join(map(str, keys))})" if keys else ""


def _difference(before: Snapshot, after: Snapshot) -> tuple[Snapshot, Snapshot]:
    """The rows that differ, as they were and as they became; a row that is missing on one side did not exist."""
    was: Snapshot = {}
    became: Snapshot = {}
    for table, old in before.items():
        new = after[table]
        # A time of the person on another job that has ended is not among the running ones any more.
        differing = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        was[table] = {key: old[key] for key in differing if key in old}
        became[table] = {key: new[key] for key in differing if key in new}
    return was, became


def _require_untouched(tx: Transaction, report: Row[Any], scope: _Scope, became: Snapshot) -> None:
    now = {table: _rows_of(tx, table, became.get(table, {})) for table in _ROWS}
    later = number(
        tx,
        "SELECT count(*) FROM floor_report WHERE work_order_id = ? AND floor_report_id > ? AND undone_at IS NULL"
        " AND kind <> 'problem'",
        scope.work_order_id,
        report.floor_report_id,
    )
    if later or any(now[table] != became.get(table, {}) for table in _ROWS):
        raise Refused(
            tr("{number} has changed since; this cannot be taken back.", number=report.number),
            hint=tr("Report what is true now, or ask the office."),
        )


def _rows_of(reading: Reading, table: str, wanted: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    key, _statement = _ROWS[table]
    if not wanted:
        return {}
    found = rows(reading, f"SELECT * FROM {table} WHERE {key} IN ({', '.join(str(int(each)) for each in wanted)})")
    return {str(row[0]): row._asdict() for row in found}


def _book_back(tx: Transaction, report: Row[Any], entries: list[int]) -> None:
    """Reverse what was booked, the last first, at the values with which it went."""
    for key in sorted(entries, reverse=True):
        entry = first(tx, "SELECT * FROM ledger_entry WHERE ledger_entry_id = ?", key)
        assert entry is not None
        links = {"reverses_id": key}
        if entry.work_order_id is not None:
            links["work_order_id"] = entry.work_order_id
        kind = "return" if entry.kind == "issue" else entry.kind
        movement = Movement(kind, entry.document, tr("taken back"), links)
        if entry.quantity > 0:
            _require_undelivered(tx, report, entry)
            take_back_out(tx, entry.stock_id, entry.quantity, movement)
        else:
            cost = None if entry.value is None else entry.value * MICRO // entry.quantity
            put_in(tx, entry.stock_id, [(-entry.quantity, cost)], movement)


def _require_undelivered(tx: Transaction, report: Row[Any], entry: Row[Any]) -> None:
    """Goods that have gone on, to a card's place or out of the house, do not come back by taking back a report."""
    have = number(tx, "SELECT quantity FROM stock WHERE stock_id = ?", entry.stock_id)
    if have < entry.quantity:
        raise Refused(
            tr("The pieces of {number} have gone on already.", number=report.number),
            hint=tr("Book a correction in the stock instead."),
        )


def _restore(tx: Transaction, was: Snapshot, became: Snapshot) -> None:
    """Set rows to what they were: first those go that were not there, what refers before what is referred to."""
    for table in reversed(_ROWS):
        key, _statement = _ROWS[table]
        for row in became.get(table, {}):
            if row not in was.get(table, {}):
                run(tx, f"DELETE FROM {table} WHERE {key} = ?", int(row))
    for table, (key, _statement) in _ROWS.items():
        for row, values in was.get(table, {}).items():
            _write_row(tx, table, key, values, is_new=row not in became.get(table, {}))


def _write_row(tx: Transaction, table: str, key: str, values: Mapping[str, Any], *, is_new: bool) -> None:
    columns = list(values)
    if is_new and not number(tx, f"SELECT count(*) FROM {table} WHERE {key} = ?", values[key]):
        marks = ", ".join("?" * len(columns))
        run(tx, f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", *values.values())
        return
    setting = ", ".join(f"{column} = ?" for column in columns)
    run(tx, f"UPDATE {table} SET {setting} WHERE {key} = ?", *values.values(), values[key])
