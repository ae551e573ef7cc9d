"""Moves pegs: what belongs to whom when goods arrive, are used, or no longer come.

A requirement has at most one peg to each supply; quantities here are millionths.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.storage.reading_rows import among
from pegboard.storage.rows import add, first, number, rows, run
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.demand import Peg

Column = Literal["stock_id", "work_order_id", "purchase_line_id"]


@dataclass(frozen=True, slots=True)
class Supply:
    """Something that pegs can hang on.

    Attributes: column: which kind it is, as the peg's column; key: its row.
    """

    column: Column
    key: int


@dataclass(frozen=True, slots=True)
class Loosened:
    """A peg that was taken away or made smaller: `demand` (an order line, card or work order) lost `quantity`."""

    demand: str
    item: str
    quantity: Quantity


def stock(stock_id: int) -> Supply:
    """The supply of one stock row."""
    return Supply("stock_id", stock_id)


def job(work_order_id: int) -> Supply:
    """The supply of one work order."""
    return Supply("work_order_id", work_order_id)


def purchase(purchase_line_id: int) -> Supply:
    """The supply of one purchase line."""
    return Supply("purchase_line_id", purchase_line_id)


def pegs_on(reading: Reading, supply: Supply) -> Sequence[Row[Any]]:
    """The pegs on a supply in need-date order, with the demand or work order each serves (`wanted_by`)."""
    return rows(
        reading,
        "SELECT p.peg_id, p.requirement_id, p.quantity, r.item_id, r.demand_id, r.work_order_id, d.kind,"
        " d.location_id, coalesce(d.name, w.number) AS wanted_by, i.code AS item"
        " FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
        " JOIN item i ON i.item_id = r.item_id"
        " LEFT JOIN demand d ON d.demand_id = r.demand_id LEFT JOIN work_order w ON w.work_order_id = r.work_order_id"
        f" WHERE p.{supply.column} = ? ORDER BY r.need_date, r.requirement_id",
        supply.key,
    )


def pegged(reading: Reading, supply: Supply) -> int:
    """How much of a supply belongs to somebody."""
    return number(reading, f"SELECT sum(quantity) FROM peg WHERE {supply.column} = ?", supply.key)


def covered(reading: Reading, requirement_id: int) -> int:
    """How much of a requirement is pegged to any supply."""
    return number(reading, "SELECT sum(quantity) FROM peg WHERE requirement_id = ?", requirement_id)


def put(tx: Transaction, requirement_id: int, supply: Supply, quantity: int) -> None:
    """Peg so much of a supply to a requirement, adding to the peg that stands."""
    if quantity <= 0:
        return
    met = run(
        tx,
        "UPDATE peg SET quantity = quantity + ? WHERE peg_id ="
        f" (SELECT min(peg_id) FROM peg WHERE requirement_id = ? AND {supply.column} = ?)",
        quantity,
        requirement_id,
        supply.key,
    )
    if not met:
        add(tx, Peg, requirement_id=requirement_id, quantity=quantity, **{supply.column: supply.key})


def take(tx: Transaction, peg_id: int, quantity: int) -> None:
    """Make a peg smaller, or end it."""
    if not run(
        tx, "UPDATE peg SET quantity = quantity - ? WHERE peg_id = ? AND quantity > ?", quantity, peg_id, quantity
    ):
        run(tx, "DELETE FROM peg WHERE peg_id = ?", peg_id)


def loosen(tx: Transaction, supply: Supply, quantity: int) -> list[Loosened]:
    """Take pegs off a supply, latest need first, up to `quantity`; what they covered is short again."""
    loosened = []
    for peg in reversed(pegs_on(tx, supply)):
        if quantity <= 0:
            break
        taken = min(quantity, peg.quantity)
        take(tx, peg.peg_id, taken)
        loosened.append(Loosened(peg.wanted_by, peg.item, Quantity(taken)))
        quantity -= taken
    return loosened


def say(loosened: Sequence[Loosened]) -> str:
    """Tell in a sentence what is short now; nothing where nothing is."""
    if not loosened:
        return ""
    parts = ", ".join(f"{each.quantity} {each.item} ({each.demand})" for each in loosened)
    return tr("Short again: {parts}.", parts=parts)


def surplus_needs_reason(tx: Transaction, supply: Supply, reason: str) -> None:
    """Give an open supply a surplus reason where no peg claims all of it and none is said yet; else clear it."""
    if supply.column == "stock_id":
        return
    table, done = (
        ("work_order", "completed_quantity")
        if supply.column == "work_order_id"
        else ("purchase_line", "received_quantity")
    )
    row = first(
        tx, f"SELECT quantity - {done} AS open, surplus_reason FROM {table} WHERE {supply.column} = ?", supply.key
    )
    assert row is not None
    if max(0, row.open) <= pegged(tx, supply):
        reason = ""
    else:
        reason = row.surplus_reason or reason
    if reason != row.surplus_reason:
        run(tx, f"UPDATE {table} SET surplus_reason = ? WHERE {supply.column} = ?", reason, supply.key)


def merge_twins(tx: Transaction, requirement_ids: Iterable[int]) -> None:
    """A requirement that stood may have been given a second peg to what serves it already: they are one."""
    twins: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for row in among(
        tx,
        "SELECT requirement_id, coalesce(stock_id, 0), coalesce(work_order_id, 0), coalesce(purchase_line_id, 0),"
        " peg_id, quantity FROM peg WHERE {among} ORDER BY peg_id",
        "requirement_id",
        requirement_ids,
    ):
        twins.setdefault(row[:4], []).append(row[4:])
    merged = [found for found in twins.values() if len(found) > 1]
    if merged:
        kept = [(sum(quantity for _peg, quantity in found), found[-1][0]) for found in merged]
        gone = [(peg_id,) for found in merged for peg_id, _quantity in found[:-1]]
        tx.connection.exec_driver_sql("UPDATE peg SET quantity = ? WHERE peg_id = ?", kept)
        tx.connection.exec_driver_sql("DELETE FROM peg WHERE peg_id = ?", gone)


def release_requirement(tx: Transaction, requirement_id: int, reason: str) -> None:
    """Take away all pegs of a requirement; open supply that nobody wants then is surplus for `reason`."""
    found = rows(tx, "SELECT * FROM peg WHERE requirement_id = ?", requirement_id)
    run(tx, "DELETE FROM peg WHERE requirement_id = ?", requirement_id)
    for peg in found:
        if peg.work_order_id is not None:
            surplus_needs_reason(tx, job(peg.work_order_id), reason)
        elif peg.purchase_line_id is not None:
            surplus_needs_reason(tx, purchase(peg.purchase_line_id), reason)
