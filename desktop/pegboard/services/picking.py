"""Hands components out to a job against its pick list: all that is here, some of a line, fewer than asked, or others.

What a back-flushed item needs is not picked: it goes out on completion.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.domain.work_order import WorkOrderState
from pegboard.i18n import tr
from pegboard.services import pegs
from pegboard.services.inventory import adjust
from pegboard.services.issues import Issued, Pick, free_stock, hand_out, issue, pick_lines
from pegboard.services.operations import open_job
from pegboard.services.release import release_work_order
from pegboard.storage.rows import add, first, rows, run
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.demand import Requirement


@dataclass(frozen=True, slots=True)
class Picked:
    """What was handed out; `waiting` names the items of which something is still to come."""

    number: str
    issued: tuple[Issued, ...]
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShortPick:
    """Fewer lay there than the books said.

    Attributes: short: of the line, for the next explosion to pull; lost: whoever had pegs on what is not there.
    """

    number: str
    item: str
    issued: Quantity
    short: Quantity
    lost: tuple[pegs.Loosened, ...]


def pick_all(tx: Transaction, number: str, *, back_flushed: bool = False) -> Picked:
    """Hand out all of a job's components that lie here for it; what is on its way or short waits.

    With `back_flushed` also the items that usually go out on completion. An unreleased job is released.
    """
    job = _released(tx, number)
    amounts: list[tuple[Row[Any], int]] = []
    waiting: list[str] = []
    for line in _lines(tx, job):
        if line.backflush and not back_flushed:
            continue
        wanted = line.quantity - line.issued_quantity
        here = min(wanted, _here(tx, line))
        if here > 0:
            amounts.append((line, here))
        if wanted > here:
            waiting.append(line.item)
    issued = issue(tx, job, amounts)
    _tell(tx, job, issued)
    return Picked(number, tuple(issued), tuple(dict.fromkeys(waiting)))


def pick(
    tx: Transaction, number: str, line: int, quantity: Quantity, stock_id: int | None = None
) -> tuple[Issued, ...]:
    """Hand out so much of one pick line (the key of its requirement), out of the lot `stock_id` where one is named.

    Raises Refused for more than is open, MissingParts where it is not here, Refused where the lot belongs to others.
    """
    job = _released(tx, number)
    row = _line(tx, job, line)
    _require_open(row, quantity)
    if stock_id is None:
        issued = issue(tx, job, [(row, quantity.micro)])
    else:
        issued = _out_of_lot(tx, job, row, quantity.micro, stock_id)
    _tell(tx, job, issued)
    return tuple(issued)


def pick_short(tx: Transaction, number: str, line: int, found: Quantity, *, reason: str = "") -> ShortPick:
    """Hand out what was found of a pick line, though the books say that all of it is here.

    What is not there is booked out of the stock as counted, and is short: the next explosion pulls it. Raises Refused
    where the books do not promise more than was found.
    """
    job = _released(tx, number)
    row = _line(tx, job, line)
    promised = sum(peg.quantity for peg in _stock_pegs(tx, row))
    if found.micro < 0 or found.micro >= promised:
        raise Refused(
            tr("{found} {item} are not fewer than the books say are here.", found=found, item=row.item),
            hint=tr("Hand them out as usual."),
        )
    issued = issue(tx, job, [(row, found.micro)]) if found else []
    lost: list[pegs.Loosened] = []
    for peg in _stock_pegs(tx, row):
        lost += _book_missing(tx, row, peg, reason or tr("not found when picking"))
    own = [loss for loss in lost if loss.demand == number]
    others = tuple(loss for loss in lost if loss.demand != number)
    short = Quantity(sum(loss.quantity.micro for loss in own))
    tx.note(
        tr(
            "{number}: only {found} {item} found, {short} short.",
            number=number,
            found=found,
            item=row.item,
            short=short,
        )
    )
    _tell(tx, job, issued)
    return ShortPick(number, row.item, found, short, others)


def substitute(tx: Transaction, number: str, line: int, alternate: str, quantity: Quantity | None = None) -> Quantity:
    """Let an approved alternate stand in for a component of a job, one for one, out of free stock; return how much.

    Without `quantity` as much as is open and free. What the component had pegged comes free, what nobody wants then is
    surplus. Raises Refused for an item that the BOM does not name as an alternate, or of which nothing is free.
    """
    job = _released(tx, number)
    row = _line(tx, job, line)
    other = _approved(tx, job, row, alternate)
    free = free_stock(tx, other.item_id)
    left = row.quantity - row.issued_quantity
    wanted = min(left, sum(each for _stock, each in free)) if quantity is None else quantity.micro
    if other.whole_units:
        wanted -= wanted % MICRO if quantity is None else 0
    if wanted <= 0 or wanted > left or wanted > sum(each for _stock, each in free):
        raise Refused(
            tr(
                "{free} {item} are free, {open} of {component} are open.",
                free=Quantity(sum(each for _stock, each in free)),
                item=alternate,
                open=Quantity(left),
                component=row.item,
            ),
            hint=tr("Take no more than that."),
        )
    _give_back(tx, row, wanted)
    _peg_alternate(tx, job, row, other, wanted)
    tx.changed("requirement", "peg", "work_order")
    tx.note(
        tr(
            "{number}: {quantity} {item} instead of {component}.",
            number=number,
            quantity=Quantity(wanted),
            item=alternate,
            component=row.item,
        )
    )
    return Quantity(wanted)


def approved_alternates(tx: Reading, number: str, line: int) -> tuple[str, ...]:
    """The items that may stand in for a pick line's component, the best first."""
    job = open_job(tx, number)
    return tuple(row.code for row in _alternates(tx, job, _line(tx, job, line)))


def _released(tx: Transaction, number: str) -> Row[Any]:
    job = open_job(tx, number)
    if job.state == WorkOrderState.PLANNED:
        release_work_order(tx, number)
    return job


def _lines(tx: Reading, job: Row[Any]) -> Sequence[Row[Any]]:
    return pick_lines(tx, job.work_order_id)


def _line(tx: Reading, job: Row[Any], line: int) -> Row[Any]:
    for row in _lines(tx, job):
        if row.requirement_id == line:
            return row
    raise NotFound(tr("{number} has no such component.", number=job.number), hint=tr("Look at its pick list."))


def _require_open(row: Row[Any], quantity: Quantity) -> None:
    if quantity.micro <= 0 or (row.whole_units and quantity.micro % MICRO):
        raise InvalidInput(tr("{quantity} {item} cannot be handed out.", quantity=quantity, item=row.item))
    left = Quantity(row.quantity - row.issued_quantity)
    if quantity > left:
        raise Refused(
            tr("Only {left} {item} are still to be handed out.", left=left, item=row.item),
            hint=tr("Hand out {left}.", left=left),
        )


def _stock_pegs(tx: Transaction, row: Row[Any]) -> Sequence[Row[Any]]:
    return rows(
        tx,
        "SELECT p.*, s.quantity AS on_hand, s.lot, l.code AS location FROM peg p JOIN stock s"
        " ON s.stock_id = p.stock_id JOIN location l ON l.location_id = s.location_id"
        " WHERE p.requirement_id = ? AND s.status = 'available' ORDER BY s.received_on, s.stock_id",
        row.requirement_id,
    )


def _here(tx: Transaction, row: Row[Any]) -> int:
    """What of a line lies here: pegged to it, or free for what nothing covers."""
    pegged: int = sum(peg.quantity for peg in _stock_pegs(tx, row))
    uncovered = max(0, row.quantity - row.issued_quantity - pegs.covered(tx, row.requirement_id))
    free: int = sum(each for _stock, each in free_stock(tx, row.item_id)) if uncovered else 0
    return pegged + int(min(uncovered, free))


def _out_of_lot(tx: Transaction, job: Row[Any], row: Row[Any], amount: int, stock_id: int) -> list[Issued]:
    """Hand out of one lot: what of it is pegged to the line, then what is free, for which other pegs come free."""
    stock = first(tx, "SELECT * FROM stock WHERE stock_id = ? AND item_id = ?", stock_id, row.item_id)
    if stock is None:
        raise Refused(tr("That is not {item}.", item=row.item), hint=tr("Scan a lot of the component."))
    own = [peg for peg in _stock_pegs(tx, row) if peg.stock_id == stock_id]
    pegged = sum(peg.quantity for peg in own)
    free = {each.stock_id: left for each, left in free_stock(tx, row.item_id)}.get(stock_id, 0)
    if amount > pegged + free:
        raise Refused(
            tr(
                "Only {free} of lot {lot} are for this job or free.", free=Quantity(pegged + free), lot=stock.lot or "-"
            ),
            hint=tr("Take the lot on the pick list."),
        )
    picks = []
    for peg in own:
        part = min(amount, peg.quantity)
        if part:
            picks.append(Pick(row.requirement_id, stock_id, row.item, stock.lot, part, peg.peg_id))
            amount -= part
    if amount:
        uncovered = max(0, row.quantity - row.issued_quantity - pegs.covered(tx, row.requirement_id))
        _loosen_line(tx, row, amount - uncovered)
        picks.append(Pick(row.requirement_id, stock_id, row.item, stock.lot, amount, None))
    for each in picks:
        hand_out(tx, job, each)
    tx.changed("peg")
    return [Issued(each.stock_id, each.item, each.lot, Quantity(each.quantity)) for each in picks]


def _loosen_line(tx: Transaction, row: Row[Any], amount: int) -> None:
    """Let go of pegs of a line: what is still on order first, then the stock that came last."""
    standing = rows(
        tx,
        "SELECT p.* FROM peg p LEFT JOIN stock s ON s.stock_id = p.stock_id WHERE p.requirement_id = ?"
        " ORDER BY CASE WHEN p.stock_id IS NULL THEN 0 ELSE 1 END, s.received_on DESC, p.peg_id DESC",
        row.requirement_id,
    )
    for peg in standing:
        part = min(amount, peg.quantity)
        if part <= 0:
            return
        pegs.take(tx, peg.peg_id, part)
        amount -= part
        if peg.work_order_id is not None:
            pegs.surplus_needs_reason(tx, pegs.job(peg.work_order_id), "cancelled demand")
        elif peg.purchase_line_id is not None:
            pegs.surplus_needs_reason(tx, pegs.purchase(peg.purchase_line_id), "cancelled demand")


def _book_missing(tx: Transaction, row: Row[Any], peg: Row[Any], reason: str) -> list[pegs.Loosened]:
    """Book out what a peg promises and is not there; the line's own peg goes first, then those of others."""
    pegs.take(tx, peg.peg_id, peg.quantity)
    done = adjust(tx, row.item, peg.location, peg.lot, by=Quantity(-peg.quantity), reason=reason)
    number = first(tx, "SELECT number FROM work_order WHERE work_order_id = ?", row.work_order_id)
    assert number is not None
    return [pegs.Loosened(number.number, row.item, Quantity(peg.quantity)), *done.short]


def _alternates(tx: Reading, job: Row[Any], row: Row[Any]) -> Sequence[Row[Any]]:
    return rows(
        tx,
        "SELECT i.item_id, i.code, i.whole_units, min(a.rank) AS best FROM bom_line l JOIN bom_alternate a"
        " ON a.bom_line_id = l.bom_line_id JOIN item i ON i.item_id = a.item_id"
        " WHERE l.bom_id = ? AND l.component_id = ? GROUP BY i.item_id, i.code, i.whole_units ORDER BY best, i.code",
        job.bom_id,
        row.item_id,
    )


def _approved(tx: Transaction, job: Row[Any], row: Row[Any], alternate: str) -> Row[Any]:
    approved = _alternates(tx, job, row)
    for each in approved:
        if each.code == alternate:
            return each
    names = ", ".join(each.code for each in approved) or tr("none")
    raise Refused(
        tr("{item} is no approved alternate of {component}.", item=alternate, component=row.item),
        hint=tr("Approved are: {names}.", names=names),
    )


def _give_back(tx: Transaction, row: Row[Any], amount: int) -> None:
    uncovered = max(0, row.quantity - row.issued_quantity - pegs.covered(tx, row.requirement_id))
    _loosen_line(tx, row, amount - uncovered)
    run(tx, "UPDATE requirement SET quantity = quantity - ? WHERE requirement_id = ?", amount, row.requirement_id)


def _peg_alternate(tx: Transaction, job: Row[Any], row: Row[Any], other: Row[Any], amount: int) -> None:
    standing = first(
        tx,
        "SELECT requirement_id FROM requirement WHERE work_order_id = ? AND item_id = ? AND alternate_for_id = ?"
        " AND coalesce(operation, -1) = ?",
        job.work_order_id,
        other.item_id,
        row.item_id,
        -1 if row.operation is None else row.operation,
    )
    if standing is not None:
        key = int(standing.requirement_id)
        run(tx, "UPDATE requirement SET quantity = quantity + ? WHERE requirement_id = ?", amount, key)
    else:
        key = add(
            tx,
            Requirement,
            work_order_id=job.work_order_id,
            item_id=other.item_id,
            quantity=amount,
            need_date=datetime.date.fromisoformat(row.need_date),
            operation=row.operation,
            position=row.position,
            alternate_for_id=row.item_id,
        )
    for stock, free in free_stock(tx, other.item_id):
        part = min(amount, free)
        pegs.put(tx, key, pegs.stock(stock.stock_id), part)
        amount -= part


def _tell(tx: Transaction, job: Row[Any], issued: Sequence[Issued]) -> None:
    if not issued:
        return
    run(
        tx,
        "UPDATE work_order SET state = 'in_progress', row_version = row_version + 1"
        " WHERE work_order_id = ? AND state = 'released'",
        job.work_order_id,
    )
    tx.changed("requirement", "peg", "stock", "work_order")
    parts = ", ".join(f"{each.quantity} {each.item} {each.lot}".strip() for each in issued)
    tx.note(tr("Issued to {number}: {parts}.", number=job.number, parts=parts))
