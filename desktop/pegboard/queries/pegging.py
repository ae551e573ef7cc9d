"""Why something is made, bought or kept: the chain of pegs up to the demand, and down to all that hangs on it.

Both directions are walked level by level, with a few queries for each level whatever its width.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, NotFound
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.lookups import (
    item_named,
    location_named,
    order_line_named,
    purchase_line_named,
)
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading

STOCK = "STOCK:"


@dataclass(frozen=True, slots=True)
class Hop:
    """One peg in a chain: `quantity` of `item` of a supply belongs to a demand; `level` counts from 1.

    Supplies are work orders, PURCHASE_ORDER/LINE or STOCK:LOCATION:ITEM[:LOT]; demands are ORDER/LINE, KANBAN:...,
    POS:..., INFERRED:... or the work order whose component it is.
    """

    supply: str
    demand: str
    item: str
    quantity: Quantity
    level: int

    def as_json(self) -> dict[str, Any]:
        """The hop as `pegboard why --json` prints it."""
        return {
            "supply": self.supply,
            "demand": self.demand,
            "item": self.item,
            "quantity": str(self.quantity),
            "level": self.level,
        }


@dataclass(frozen=True, slots=True)
class Why:
    """Where a supply or demand stands: `up` to the demands that pulled it, `down` to the supplies that serve it."""

    number: str
    item: str
    quantity: Quantity
    up: tuple[Hop, ...]
    down: tuple[Hop, ...]

    def as_json(self) -> dict[str, Any]:
        """The result as `pegboard why --json` prints it."""
        return {
            "number": self.number,
            "item": self.item,
            "quantity": str(self.quantity),
            "up": [hop.as_json() for hop in self.up],
            "down": [hop.as_json() for hop in self.down],
        }


@dataclass(frozen=True, slots=True)
class _Start:
    """What was asked for, with its rows: stock, jobs, purchase lines, or a demand."""

    number: str
    item: str
    quantity: int
    column: str
    keys: tuple[int, ...]


_DEMANDED_BY = "coalesce(d.name, parent.number)"
_SUPPLIED_BY = (
    "coalesce(w.number, o.number || '/' || l.line,"
    " 'STOCK:' || place.code || ':' || kept.code || CASE WHEN s.lot = '' THEN '' ELSE ':' || s.lot END)"
)
_PEGS = f"""
    SELECT {_SUPPLIED_BY} AS supply, {_DEMANDED_BY} AS demand, i.code AS item, sum(p.quantity) AS quantity,
           p.work_order_id AS below, r.work_order_id AS above
      FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id JOIN item i ON i.item_id = r.item_id
      LEFT JOIN demand d ON d.demand_id = r.demand_id
      LEFT JOIN work_order parent ON parent.work_order_id = r.work_order_id
      LEFT JOIN work_order w ON w.work_order_id = p.work_order_id
      LEFT JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id
      LEFT JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id
      LEFT JOIN stock s ON s.stock_id = p.stock_id LEFT JOIN location place ON place.location_id = s.location_id
      LEFT JOIN item kept ON kept.item_id = s.item_id
     WHERE {{where}} GROUP BY 1, 2, 3, 5, 6 ORDER BY min(p.peg_id)
"""
_SERVICES = """
    SELECT o.number || '/' || l.line AS supply, w.number AS demand, i.code AS item,
           max(0, l.quantity - l.received_quantity) AS quantity, NULL AS below, l.work_order_id AS above
      FROM purchase_line l JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id
      JOIN work_order w ON w.work_order_id = l.work_order_id JOIN item i ON i.item_id = l.item_id
     WHERE {where} AND l.state = 'open' AND o.state IN ('draft', 'sent') ORDER BY l.purchase_line_id
"""
_BATCH = 500  # keys in one statement; SQLite takes far more, but a statement's text has its limits too


def why(reading: Reading, number: str) -> Why:
    """Return the chains of a work order, PURCHASE_ORDER/LINE, ORDER/LINE, stock, card, till, inference or lot.

    Stock is STOCK:LOCATION:ITEM[:LOT]; a lot or serial alone names all stock of it. Raises NotFound.
    """
    start = _start(reading, number)
    return Why(start.number, start.item, Quantity(start.quantity), _up(reading, start), _down(reading, start))


def _start(reading: Reading, number: str) -> _Start:
    if number.startswith(STOCK):
        return _stock_start(reading, number)
    job = first(
        reading,
        "SELECT w.*, i.code AS item FROM work_order w JOIN item i ON i.item_id = w.item_id WHERE w.number = ?",
        number,
    )
    if job is not None:
        return _Start(number, job.item, job.quantity, "work_order_id", (job.work_order_id,))
    demands = rows(
        reading,
        "SELECT d.*, i.code AS item FROM demand d JOIN item i ON i.item_id = d.item_id WHERE d.name = ?"
        " ORDER BY d.state = 'open' DESC, d.demand_id DESC",
        number,
    )
    if demands:
        return _demand_start(number, demands)
    if lots := rows(
        reading,
        "SELECT s.*, i.code AS item FROM stock s JOIN item i ON i.item_id = s.item_id WHERE s.lot = ? AND s.lot <> ''",
        number,
    ):
        return _of_stock(number, lots)
    return _line_start(reading, number)


def _demand_start(number: str, demands: Sequence[Row[Any]]) -> _Start:
    """The demands of one name, newest first; only one of a line or card is open at a time.

    An inference accepted for its long-lead parts has a demand for each of them, a till one for each signal.
    """
    newest = demands[0]
    open_ones = [row for row in demands if row.state == newest.state]
    if newest.kind == "pos" and newest.state == "open":
        total = sum(row.quantity for row in open_ones)
        return _Start(number, newest.item, total, "demand_id", tuple(row.demand_id for row in open_ones))
    same = tuple(row.demand_id for row in open_ones if row.kind == "inferred")
    return _Start(number, newest.item, newest.quantity, "demand_id", same or (newest.demand_id,))


def _line_start(reading: Reading, number: str) -> _Start:
    for found in (_purchase_start, _order_start):
        try:
            return found(reading, number)
        except (NotFound, InvalidInput):
            continue
    raise NotFound(
        tr("There is no {number}.", number=number),
        hint=tr(
            "Give a work order (WO-0001), a purchase line (PO-0001/2), an order line (SO-0001/1)"
            " or stock (STOCK:MAIN:ITEM)."
        ),
    )


def _purchase_start(reading: Reading, number: str) -> _Start:
    line = purchase_line_named(reading, number)
    return _Start(number, line.item, line.quantity, "purchase_line_id", (line.purchase_line_id,))


def _order_start(reading: Reading, number: str) -> _Start:
    """An order line that has raised no demand: nothing hangs on it."""
    line = order_line_named(reading, number)
    return _Start(number, line.item, line.quantity, "demand_id", ())


def _stock_start(reading: Reading, name: str) -> _Start:
    location, _, rest = name.removeprefix(STOCK).partition(":")
    item, colon, lot = rest.partition(":")
    if not item:
        raise InvalidInput(tr('"{name}" names no stock.', name=name), hint=tr("Name it STOCK:LOCATION:ITEM[:LOT]."))
    kept, place = item_named(reading, item), location_named(reading, location)
    lots = rows(
        reading,
        "SELECT s.*, i.code AS item FROM stock s JOIN item i ON i.item_id = s.item_id"
        " WHERE s.item_id = ? AND s.location_id = ? AND (s.lot = ? OR NOT ?) ORDER BY s.stock_id",
        kept.item_id,
        place.location_id,
        lot,
        bool(colon),
    )
    if not lots:
        raise NotFound(tr("There is no stock {name}.", name=name), hint=tr("Look up what lies at that location."))
    return _of_stock(name, lots)


def _of_stock(name: str, lots: Sequence[Row[Any]]) -> _Start:
    total = sum(lot.quantity for lot in lots)
    return _Start(name, lots[0].item, total, "stock_id", tuple(lot.stock_id for lot in lots))


def _up(reading: Reading, start: _Start) -> tuple[Hop, ...]:
    if start.column == "demand_id":
        return ()
    found = _pegs_of(reading, f"p.{start.column}", start.keys)
    if start.column == "purchase_line_id":
        found += _lines(reading, _SERVICES, "l.purchase_line_id", start.keys)
    return _walk(found, lambda jobs: _pegs_of(reading, "p.work_order_id", jobs), lambda peg: peg.above)


def _down(reading: Reading, start: _Start) -> tuple[Hop, ...]:
    def below(jobs: Iterable[int]) -> list[Row[Any]]:
        """What hangs on these jobs: their components' supply, and what suppliers do on them."""
        return _pegs_of(reading, "r.work_order_id", jobs) + _lines(reading, _SERVICES, "l.work_order_id", jobs)

    if start.column == "demand_id":
        found = _pegs_of(reading, "r.demand_id", start.keys)
    elif start.column == "work_order_id":
        found = below(start.keys)
    else:
        return ()
    return _walk(found, below, lambda peg: peg.below)


def _walk(
    found: list[Row[Any]],
    further: Callable[[Iterable[int]], list[Row[Any]]],
    job_of: Callable[[Row[Any]], int | None],
) -> tuple[Hop, ...]:
    """Follow pegs from job to job; a job that several ways lead to is followed once, at its first level."""
    hops: list[Hop] = []
    seen: set[int] = set()
    level = 1
    while found:
        hops += [Hop(peg.supply, peg.demand, peg.item, Quantity(peg.quantity), level) for peg in found]
        jobs = {job for peg in found if (job := job_of(peg)) is not None and job not in seen}
        seen |= jobs
        found = further(sorted(jobs)) if jobs else []
        level += 1
    return tuple(hops)


def _pegs_of(reading: Reading, column: str, keys: Iterable[int]) -> list[Row[Any]]:
    return _lines(reading, _PEGS, column, keys)


def _lines(reading: Reading, statement: str, column: str, keys: Iterable[int]) -> list[Row[Any]]:
    wanted = list(keys)
    found: list[Row[Any]] = []
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        where = f"{column} IN ({', '.join('?' * len(batch))})"
        found += rows(reading, statement.format(where=where), *batch)
    return found
