"""Issues components to a job: out of the stock that is pegged to it, and out of free stock for what nothing covers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.configuration import is_configuration
from pegboard.domain.errors import Refused
from pegboard.domain.portions import round_up, step_of
from pegboard.domain.quantity import Quantity
from pegboard.domain.snapshot import Choices
from pegboard.domain.work_order import Completed
from pegboard.i18n import tr
from pegboard.services import pegs
from pegboard.services.movements import Movement, take_out
from pegboard.storage.open_positions import choices_of
from pegboard.storage.rows import number, rows, run
from pegboard.storage.store import Reading, Transaction

_OLDEST_FIRST = "ORDER BY s.received_on, s.stock_id"  # an unknown receipt is the oldest


@dataclass(frozen=True, slots=True)
class Issued:
    """So much of a component that went into a job from one stock row."""

    stock_id: int
    item: str
    lot: str
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Pick:
    """So much to be taken from one stock row for a pick line, out of its peg (`peg_id`) or out of what is free."""

    requirement_id: int
    stock_id: int
    item: str
    lot: str
    quantity: int
    peg_id: int | None


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not there to be issued, and what it waits for (a purchase line or work order, or nothing)."""

    item: str
    quantity: Quantity
    waits_for: str


class MissingParts(Refused):
    """Parts that a job needs are not in stock, as far as the books know; `missing` names them all."""

    def __init__(self, message: str, *, hint: str, missing: Sequence[Missing]) -> None:
        super().__init__(message, hint=hint)
        self.missing = tuple(missing)


def pick_lines(reading: Reading, work_order_id: int) -> Sequence[Row[Any]]:
    """A job's components in pick order."""
    return rows(
        reading,
        "SELECT r.*, i.code AS item, i.whole_units, i.backflush FROM requirement r JOIN item i ON i.item_id = r.item_id"
        " WHERE r.work_order_id = ? ORDER BY r.operation, r.requirement_id",
        work_order_id,
    )


def grow_pick_lines(tx: Transaction, job: Row[Any], completed: Completed) -> None:
    """Add the components of what a job starts in addition; setup and per-batch quantities count once for a job.

    What grows is uncovered until the next explosion, unless it is used at once out of free stock.
    """
    if not completed.make_up:
        return
    fixed = _counted_once(tx, job.bom_id)
    for line in pick_lines(tx, job.work_order_id):
        per_start = max(0, line.quantity - fixed.get(line.alternate_for_id or line.item_id, 0))
        more = round_up(per_start * completed.make_up, job.start_quantity, step_of(line.whole_units))
        run(tx, "UPDATE requirement SET quantity = quantity + ? WHERE requirement_id = ?", more, line.requirement_id)
    tx.changed("requirement")


def issue(tx: Transaction, job: Row[Any], amounts: Iterable[tuple[Row[Any], int]]) -> list[Issued]:
    """Issue so much of each pick line to a job.

    Raises MissingParts where they are not in stock, naming all that is missing and how much.
    """
    picks: list[Pick] = []
    missing: list[Missing] = []
    spoken_for: dict[int, int] = {}
    for line, amount in amounts:
        found = _picks(tx, line, amount, spoken_for, choices_of(job.choices))
        picks += found
        short = amount - sum(pick.quantity for pick in found)
        if short:
            missing.append(Missing(line.item, Quantity(short), _waits_for(tx, line.requirement_id)))
    if missing:
        raise MissingParts(
            _missing_sentence(job.number, missing), hint=tr("Receive, make or count the parts first."), missing=missing
        )
    for pick in picks:
        hand_out(tx, job, pick)
    return [Issued(pick.stock_id, pick.item, pick.lot, Quantity(pick.quantity)) for pick in picks]


def free_stock(reading: Reading, item_id: int) -> list[tuple[Row[Any], int]]:
    """Stock of an item that belongs to nobody, oldest first, as (row with its lot, free quantity).

    Not free are: quarantined and expired lots, locations with a replenishment level, and the strategic buffer.
    """
    found = rows(
        reading,
        "SELECT s.stock_id, s.lot, s.quantity - coalesce((SELECT sum(p.quantity) FROM peg p"
        " WHERE p.stock_id = s.stock_id), 0) AS free FROM stock s WHERE s.item_id = ? AND s.quantity > 0"
        " AND s.status = 'available' AND (s.expires_on IS NULL OR s.expires_on >= ?) AND NOT EXISTS"
        " (SELECT 1 FROM replenishment n WHERE n.item_id = s.item_id AND n.location_id = s.location_id)"
        f" {_OLDEST_FIRST}",
        item_id,
        reading.today.isoformat(),
    )
    kept_back = number(reading, "SELECT quantity FROM buffer WHERE item_id = ?", item_id)
    free = []
    for row in reversed(found):  # the newest stock is the buffer
        held = min(kept_back, row.free)
        kept_back -= held
        if row.free > held:
            free.append((row, row.free - held))
    return free[::-1]


def _picks(tx: Transaction, line: Row[Any], amount: int, spoken_for: dict[int, int], choices: Choices) -> list[Pick]:
    picks = []
    for peg in _pegged_stock(tx, line.requirement_id):
        part = min(amount, peg.quantity)
        if part:
            picks.append(Pick(line.requirement_id, peg.stock_id, line.item, peg.lot, part, peg.peg_id))
            amount -= part
    uncovered = line.quantity - line.issued_quantity - pegs.covered(tx, line.requirement_id)
    amount = min(amount, max(0, uncovered))
    for row, free in free_stock(tx, line.item_id) if amount else ():
        if is_configuration(row.lot) and not set(choices_of(row.lot)) <= set(choices):
            continue  # made to other options
        part = min(amount, free - spoken_for.get(row.stock_id, 0))
        if part > 0:
            picks.append(Pick(line.requirement_id, row.stock_id, line.item, row.lot, part, None))
            spoken_for[row.stock_id] = spoken_for.get(row.stock_id, 0) + part
            amount -= part
    return picks


def _pegged_stock(tx: Transaction, requirement_id: int) -> Sequence[Row[Any]]:
    return rows(
        tx,
        "SELECT p.peg_id, p.stock_id, p.quantity, s.lot FROM peg p JOIN stock s ON s.stock_id = p.stock_id"
        f" WHERE p.requirement_id = ? AND s.status = 'available' {_OLDEST_FIRST}",
        requirement_id,
    )


def hand_out(tx: Transaction, job: Row[Any], pick: Pick) -> None:
    """Book one pick out of the stock into a job."""
    links = {"work_order_id": job.work_order_id}
    take_out(tx, pick.stock_id, pick.quantity, Movement("issue", job.number, links=links))
    if pick.peg_id is not None:
        pegs.take(tx, pick.peg_id, pick.quantity)
    run(
        tx,
        "UPDATE requirement SET issued_quantity = issued_quantity + ? WHERE requirement_id = ?",
        pick.quantity,
        pick.requirement_id,
    )


def _counted_once(tx: Transaction, bom_id: int | None) -> dict[int, int]:
    """Setup and per-batch quantities of a BOM's components."""
    found = rows(
        tx,
        "SELECT component_id, sum(setup_quantity + CASE WHEN per_batch THEN coalesce(quantity, 0) ELSE 0 END) AS once"
        " FROM bom_line WHERE bom_id = ? GROUP BY component_id",
        bom_id,
    )
    return {row.component_id: row.once for row in found}


def _waits_for(tx: Transaction, requirement_id: int) -> str:
    found = rows(
        tx,
        "SELECT coalesce(w.number, o.number || '/' || l.line) AS supply FROM peg p"
        " LEFT JOIN work_order w ON w.work_order_id = p.work_order_id"
        " LEFT JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id"
        " LEFT JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " WHERE p.requirement_id = ? AND p.stock_id IS NULL ORDER BY p.peg_id",
        requirement_id,
    )
    return ", ".join(row.supply for row in found)


def _missing_sentence(number: str, missing: Sequence[Missing]) -> str:
    parts = [
        tr("{quantity} {item} (waits for {supply})", quantity=each.quantity, item=each.item, supply=each.waits_for)
        if each.waits_for
        else tr("{quantity} {item}", quantity=each.quantity, item=each.item)
        for each in missing
    ]
    return tr("Parts for {number} are missing in stock: {parts}.", number=number, parts="; ".join(parts))
