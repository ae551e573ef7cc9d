"""Reads what stands behind the stock figures of one item: the ledger, who claims it, what is to come, what is missing.

Each list has its keys first, then the rows of the page that is seen; a `Scope` says which lots it is about.
"""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Money, Quantity
from pegboard.queries.inventory import IS_WANTED, OPEN_JOBS, UNCOVERED, money
from pegboard.queries.pulled_by import Puller, pulled_by
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at: all stock of an item, or one lot of it (the key of its stock row)."""

    item_key: int
    stock_key: int | None = None

    @property
    def condition(self) -> str:
        """SQL on the stock `s`, with one parameter."""
        return "s.item_id = ?" if self.stock_key is None else "s.stock_id = ?"

    @property
    def parameter(self) -> int:
        """What the condition asks for."""
        return self.item_key if self.stock_key is None else self.stock_key


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One entry of the ledger.

    Attributes: kind: as in the ledger; quantity: signed; balance: on hand of the scope after it; value: signed, None
    where no cost was known; document: the number of what moved it; actor: who did it.
    """

    key: int
    at: datetime.datetime
    kind: str
    quantity: Quantity
    balance: Quantity
    value: Money | None
    document: str
    reason: str
    actor: str
    location: str
    lot: str


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A demand or job that needs the item: what of it a lot covers, or what nothing covers.

    Attributes: number: of the job, or the demand's name as in `pegboard why`; kind: job, order, kanban, pos or
    inferred; item: what the job makes or the order sells; needed: the day; location, lot: where it is reserved; tops:
    the demands at the top of a job, most urgent first.
    """

    key: int
    number: str
    kind: str
    item: str
    quantity: Quantity
    needed: datetime.date
    location: str = ""
    lot: str = ""
    tops: tuple[Puller, ...] = ()


@dataclass(frozen=True, slots=True)
class SupplyRow:
    """An open purchase line or job that brings the item.

    Attributes: key: p or w with its key; number: PO-0001/2 or WO-0001; source: the supplier's name, "" for a job;
    state: of the purchase order or job; quantity: still to come; pegged: claimed of it; reason: why nobody claims the
    rest; due: promised or planned.
    """

    key: str
    number: str
    source: str
    state: str
    quantity: Quantity
    pegged: Quantity
    reason: str
    due: datetime.date
    is_late: bool

    @property
    def surplus(self) -> Quantity:
        """What nobody claims."""
        return Quantity(max(0, self.quantity.micro - self.pegged.micro))


# --- the ledger


def movement_keys(reading: Reading, scope: Scope, words: Sequence[str] = ()) -> list[int]:
    """Return the keys of the scope's ledger entries, the newest first."""
    condition = scope.condition
    parameters: list[object] = [scope.parameter]
    for word in words:
        condition += " AND (e.document LIKE ? OR e.reason LIKE ? OR e.actor LIKE ? OR e.kind LIKE ? OR s.lot LIKE ?)"
        parameters += [f"%{word}%"] * 5
    found = fetch(
        reading,
        "SELECT e.ledger_entry_id FROM stock s JOIN ledger_entry e ON e.stock_id = s.stock_id"
        f" WHERE {condition} ORDER BY e.ledger_entry_id DESC",
        parameters,
    )
    return [row[0] for row in found]


def movements(reading: Reading, scope: Scope, keys: Sequence[int]) -> list[MovementRow]:
    """Return the entries with these keys, in their order, each with the balance of the scope after it."""
    currency = settings(reading).currency
    balances = _balances(reading, scope, keys)
    found = rows(
        reading,
        "SELECT e.*, place.code AS location, s.lot FROM ledger_entry e JOIN stock s ON s.stock_id = e.stock_id"
        " JOIN location place ON place.location_id = s.location_id"
        " WHERE e.ledger_entry_id IN (SELECT value FROM json_each(?))",
        json.dumps(list(keys)),
    )
    made = {row.ledger_entry_id: _movement(row, balances.get(row.ledger_entry_id, 0), currency) for row in found}
    return [made[key] for key in keys if key in made]


def _balances(reading: Reading, scope: Scope, keys: Sequence[int]) -> dict[int, int]:
    """On hand of the scope after each of its entries from the earliest key on: counted back from what is there now."""
    if not keys:
        return {}
    balance = number(reading, f"SELECT sum(s.quantity) FROM stock s WHERE {scope.condition}", scope.parameter)
    balances = {}
    later = fetch(
        reading,
        "SELECT e.ledger_entry_id, e.quantity FROM stock s JOIN ledger_entry e ON e.stock_id = s.stock_id"
        f" WHERE {scope.condition} AND e.ledger_entry_id >= ? ORDER BY e.ledger_entry_id DESC",
        (scope.parameter, min(keys)),
    )
    for key, quantity in later:
        balances[key] = balance
        balance -= quantity
    return balances


def _movement(row: Row[Any], balance: int, currency: str) -> MovementRow:
    return MovementRow(
        key=row.ledger_entry_id,
        at=datetime.datetime.fromisoformat(row.at).replace(tzinfo=datetime.UTC),
        kind=row.kind,
        quantity=Quantity(row.quantity),
        balance=Quantity(balance),
        value=money(row.value, currency),
        document=row.document,
        reason=row.reason,
        actor=row.actor,
        location=row.location,
        lot=row.lot,
    )


# --- who claims it, and what is missing

_CLAIM = (
    " coalesce(d.name, w.number) AS number, coalesce(d.kind, 'job') AS kind, coalesce(j.code, k.code) AS item,"
    " r.need_date, r.work_order_id"
)


def claim_keys(reading: Reading, scope: Scope) -> list[int]:
    """Return the keys of the pegs on the scope's stock, the earliest need first."""
    found = fetch(
        reading,
        "SELECT p.peg_id FROM stock s JOIN peg p ON p.stock_id = s.stock_id"
        f" JOIN requirement r ON r.requirement_id = p.requirement_id WHERE {scope.condition}"
        " ORDER BY r.need_date, p.peg_id",
        (scope.parameter,),
    )
    return [row[0] for row in found]


def claims(reading: Reading, keys: Sequence[int]) -> list[ClaimRow]:
    """Return who the pegs with these keys belong to, in their order."""
    return _claims(
        reading,
        f"SELECT p.peg_id AS key, p.quantity, place.code AS location, s.lot,{_CLAIM} FROM peg p"
        " JOIN stock s ON s.stock_id = p.stock_id JOIN location place ON place.location_id = s.location_id"
        " JOIN requirement r ON r.requirement_id = p.requirement_id"
        " LEFT JOIN demand d ON d.demand_id = r.demand_id LEFT JOIN item k ON k.item_id = d.item_id"
        " LEFT JOIN work_order w ON w.work_order_id = r.work_order_id LEFT JOIN item j ON j.item_id = w.item_id"
        " WHERE p.peg_id IN (SELECT value FROM json_each(?))",
        keys,
    )


def missing_keys(reading: Reading, scope: Scope) -> list[int]:
    """Return the keys of the item's requirements that nothing covers in full, the earliest first."""
    found = fetch(
        reading,
        "SELECT r.requirement_id FROM requirement r WHERE r.item_id = ? AND r.quantity > r.issued_quantity"
        f" AND {UNCOVERED} > 0 AND {IS_WANTED} ORDER BY r.need_date, r.requirement_id",
        (scope.item_key,),
    )
    return [row[0] for row in found]


def missing(reading: Reading, keys: Sequence[int]) -> list[ClaimRow]:
    """Return who needs what nothing covers, in the order of the keys."""
    return _claims(
        reading,
        f"SELECT r.requirement_id AS key, {UNCOVERED} AS quantity, '' AS location, '' AS lot,{_CLAIM}"
        " FROM requirement r"
        " LEFT JOIN demand d ON d.demand_id = r.demand_id LEFT JOIN item k ON k.item_id = d.item_id"
        " LEFT JOIN work_order w ON w.work_order_id = r.work_order_id LEFT JOIN item j ON j.item_id = w.item_id"
        " WHERE r.requirement_id IN (SELECT value FROM json_each(?))",
        keys,
    )


def _claims(reading: Reading, statement: str, keys: Sequence[int]) -> list[ClaimRow]:
    found = {row.key: row for row in rows(reading, statement, json.dumps(list(keys)))}
    pulled = pulled_by(reading, {row.work_order_id for row in found.values() if row.work_order_id is not None})
    return [
        ClaimRow(
            key=key,
            number=row.number,
            kind=row.kind,
            item=row.item,
            quantity=Quantity(row.quantity),
            needed=datetime.date.fromisoformat(row.need_date),
            location=row.location,
            lot=row.lot,
            tops=pulled[row.work_order_id].demands if row.work_order_id is not None else (),
        )
        for key, row in ((key, found[key]) for key in keys if key in found)
    ]


# --- what is to come

_TO_COME = (
    "SELECT 'p' || l.purchase_line_id AS key, o.number || '/' || l.line AS number,"
    " coalesce(nullif(v.name, ''), v.code) AS source, o.state, l.quantity - l.received_quantity AS quantity,"
    " coalesce((SELECT sum(p.quantity) FROM peg p WHERE p.purchase_line_id = l.purchase_line_id), 0) AS pegged,"
    " l.surplus_reason AS reason, coalesce(l.promised_date, l.due_date) AS due FROM purchase_line l"
    " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
    " JOIN supplier v ON v.supplier_id = o.supplier_id"
    " WHERE l.state = 'open' AND l.work_order_id IS NULL AND o.state IN ('draft', 'sent') AND l.item_id = ?"
    " UNION ALL"
    " SELECT 'w' || w.work_order_id, w.number, '', w.state, w.quantity - w.completed_quantity,"
    " coalesce((SELECT sum(p.quantity) FROM peg p WHERE p.work_order_id = w.work_order_id), 0), w.surplus_reason,"
    f" w.due_date FROM work_order w WHERE w.state IN {OPEN_JOBS} AND w.item_id = ?"
)


def supply_keys(reading: Reading, scope: Scope) -> list[str]:
    """Return the keys of all open supply of the item, what comes first first."""
    found = fetch(
        reading, f"SELECT key FROM ({_TO_COME}) ORDER BY due, length(number), number", (scope.item_key, scope.item_key)
    )
    return [str(row[0]) for row in found]


def supplies(reading: Reading, scope: Scope, keys: Sequence[str]) -> list[SupplyRow]:
    """Return the open supply with these keys, in their order."""
    found = rows(
        reading,
        f"SELECT * FROM ({_TO_COME}) WHERE key IN (SELECT value FROM json_each(?))",
        scope.item_key,
        scope.item_key,
        json.dumps(list(keys)),
    )
    made = {
        row.key: SupplyRow(
            key=row.key,
            number=row.number,
            source=row.source,
            state=row.state,
            quantity=Quantity(row.quantity),
            pegged=Quantity(row.pegged),
            reason=row.reason,
            due=datetime.date.fromisoformat(row.due),
            is_late=row.due < reading.today.isoformat(),
        )
        for row in found
    }
    return [made[key] for key in keys if key in made]


def surplus_to_come(reading: Reading, item_key: int) -> tuple[tuple[str, Quantity], ...]:
    """Return, by reason, how much of what is to come nobody claims."""
    found = fetch(
        reading,
        f"SELECT reason, sum(quantity - pegged) FROM ({_TO_COME}) WHERE reason <> '' AND quantity > pegged"
        " GROUP BY reason ORDER BY 2 DESC",
        (item_key, item_key),
    )
    return tuple((str(reason), Quantity(quantity)) for reason, quantity in found)
