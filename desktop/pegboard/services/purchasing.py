"""Sends purchase orders and takes in what comes for them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.purchase_order import LineFigures, PurchaseOrderState, can_move
from pegboard.domain.quantity import MICRO, Quantity, divide_half_up
from pegboard.i18n import tr
from pegboard.queries.lookups import purchase_line_named, purchase_order_numbered
from pegboard.queries.pegging import why
from pegboard.queries.settings import settings
from pegboard.services import pegs
from pegboard.services.arrivals import Arrived, arrive, to_quarantine
from pegboard.services.explosion import explode
from pegboard.services.kanban import mark_on_order
from pegboard.services.movements import Movement, lots_of, require_new_serials
from pegboard.services.numbers import take
from pegboard.services.promises import Promise, follow
from pegboard.services.release import release_work_order
from pegboard.services.seats import require_seen
from pegboard.storage.reading_rows import among
from pegboard.storage.rows import add, change, first, number, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.purchasing import PurchaseLine, PurchaseOrder, Receipt

NOTHING = Quantity(0)
STATE_WORDS = {
    "draft": lambda: tr("a draft"),
    "sent": lambda: tr("sent"),
    "closed": lambda: tr("closed"),
    "cancelled": lambda: tr("cancelled"),
}


@dataclass(frozen=True, slots=True)
class Received:
    """What a receipt did.

    Attributes: line: PURCHASE_ORDER/LINE; receipts: their numbers; surplus: what came beyond the open quantity; open:
    what is still to come.
    """

    line: str
    receipts: tuple[str, ...]
    quantity: Quantity
    rejected: Quantity
    surplus: Quantity
    open: Quantity


def send(tx: Transaction, number: str) -> None:
    """Send a draft purchase order: it is ordered today and no explosion changes it any more.

    Raises Refused where it is no draft or nothing on it is open.
    """
    order = purchase_order_numbered(tx, number)
    if not can_move(order.state, PurchaseOrderState.SENT):
        raise Refused(
            tr("Purchase order {number} is {state}.", number=number, state=STATE_WORDS[order.state]()),
            hint=tr("Only a draft can be sent."),
        )
    if not _open_lines(tx, order.purchase_order_id):
        raise Refused(
            tr("Purchase order {number} has no open line.", number=number), hint=tr("There is nothing to send.")
        )
    _mark_sent(tx, order.purchase_order_id)
    tx.note(tr("Sent {number}.", number=number))


def receive(
    tx: Transaction,
    line: str,
    quantity: Quantity,
    lot: str = "",
    *,
    rejected: Quantity = NOTHING,
    reason: str = "",
    location: str = "",
    expires_on: datetime.date | None = None,
    surplus: bool = False,
) -> Received:
    """Take in `quantity` good ones for PURCHASE_ORDER/LINE, and `rejected` ones into quarantine.

    Receiving a draft marks it sent. A service line finishes its operation instead of moving stock. `lot` is the lot, or
    serials separated by `;`; `surplus` accepts more than the tolerance.
    Raises Refused where the line is closed or more comes than is ordered and tolerated.
    """
    row = purchase_line_named(tx, line)
    _require_open(row)
    _require_quantities(row, quantity, rejected, reason)
    over = _over(tx, row, quantity, surplus=surplus)
    if row.order_state == PurchaseOrderState.DRAFT:
        _mark_sent(tx, row.purchase_order_id)
    if row.work_order_id is None:
        receipts = _take_in(tx, row, quantity.micro, rejected.micro, lot, reason, location, expires_on)
    else:
        receipts = _finish_service(tx, row, quantity.micro, rejected.micro, reason)
    total = row.received_quantity + quantity.micro
    is_complete = total >= row.quantity
    change(tx, PurchaseLine, row.purchase_line_id, received_quantity=total, state="closed" if is_complete else "open")
    if not is_complete and row.work_order_id is None:
        pegs.surplus_needs_reason(tx, pegs.purchase(row.purchase_line_id), "imported")
    _close_when_done(tx, row.purchase_order_id)
    tx.changed("purchase_order", "receipt", "peg")
    tx.note(_receipt_note(line, row.item, quantity, rejected, reason))
    return Received(line, tuple(receipts), quantity, rejected, Quantity(over), Quantity(max(0, row.quantity - total)))


def close_short(tx: Transaction, line: str) -> tuple[pegs.Loosened, ...]:
    """Close a line with what has come; the orders that waited for the rest are exploded again.

    Returns what lost its pegs. Cards, tills and inferences that waited are served by the next explosion.
    """
    row = purchase_line_named(tx, line)
    _require_open(row)
    orders = _orders_above(tx, line)
    short = tuple(pegs.loosen(tx, pegs.purchase(row.purchase_line_id), row.quantity))
    change(tx, PurchaseLine, row.purchase_line_id, state="closed", surplus_reason="")
    _close_when_done(tx, row.purchase_order_id)
    tx.changed("purchase_order", "peg")
    tx.note(tr("Closed {line} short. {short}", line=line, short=pegs.say(short)).strip())
    if short and orders:
        explode(tx, orders)
    return short


def end_line(tx: Transaction, row: Row[Any], quantity: int) -> None:
    """End a line with what has come of it: closed, or cancelled where nothing has. Nobody is pegged to the rest."""
    state = "closed" if row.received_quantity else "cancelled"
    values: dict[str, object] = {"quantity": quantity} if quantity else {}
    change(tx, PurchaseLine, row.purchase_line_id, state=state, surplus_reason="", **values)
    _close_when_done(tx, row.purchase_order_id)
    tx.changed("purchase_order")


def set_promised_date(
    tx: Transaction, line: str, promised: datetime.date | None, *, seen: tuple[datetime.date | None] | None = None
) -> list[Promise]:
    """Note the day that the supplier has promised for a line; None takes the promise back.

    Jobs that wait for it and have not begun follow. Returns the order lines whose promise has moved. Raises
    ChangedMeanwhile where it is not the `seen` one any more that another day shall take the place of.
    """
    row = purchase_line_named(tx, line)
    _require_open(row)
    if seen is not None:
        now = None if row.promised_date is None else datetime.date.fromisoformat(row.promised_date)
        require_seen(tx, "purchase_order", line, tr("promised for"), seen=seen[0], now=now)
    change(tx, PurchaseLine, row.purchase_line_id, promised_date=promised)
    run(
        tx,
        "UPDATE purchase_order SET row_version = row_version + 1 WHERE purchase_order_id = ?",
        row.purchase_order_id,
    )
    tx.changed("purchase_order", "work_order")
    moved = follow(tx, row.purchase_line_id)
    said = (
        tr("{line} promised for {date}.", line=line, date=promised)
        if promised
        else tr("{line} is promised no more.", line=line)
    )
    late = ", ".join(f"{each.line} ({each.after})" for each in moved if each.is_late)
    tx.note(tr("{said} Late now: {lines}.", said=said, lines=late) if late else said)
    return moved


def _orders_above(tx: Transaction, line: str) -> list[str]:
    """The orders at the top of a line's pegs."""
    found = among(
        tx,
        "SELECT o.order_id, o.number FROM demand d JOIN order_line l ON l.order_line_id = d.order_line_id"
        " JOIN customer_order o ON o.order_id = l.order_id WHERE d.state = 'open' AND {among}",
        "d.name",
        {hop.demand for hop in why(tx, line).up},
    )
    return [order for _order_id, order in sorted(set(found))]


def _require_open(row: Row[Any]) -> None:
    if row.state != "open" or row.order_state in (PurchaseOrderState.CLOSED, PurchaseOrderState.CANCELLED):
        state = row.state if row.state != "open" else row.order_state
        raise Refused(
            tr("{number}/{line} is {state}.", number=row.number, line=row.line, state=STATE_WORDS[state]()),
            hint=tr("Take the goods into stock by a count, or receive them on another line."),
        )


def _require_quantities(row: Row[Any], quantity: Quantity, rejected: Quantity, reason: str) -> None:
    if quantity.micro < 0 or rejected.micro < 0 or not (quantity or rejected):
        raise InvalidInput(tr("A receipt needs a quantity above 0."), hint=tr("Say how many came."))
    if row.whole_units and (quantity.micro % MICRO or rejected.micro % MICRO):
        raise InvalidInput(tr("{item} is counted in whole units.", item=row.item), hint=tr("Give a whole number."))
    if rejected and not reason:
        raise InvalidInput(tr("Rejected goods need a reason."), hint=tr("Say what is wrong with them."))


def _over(tx: Transaction, row: Row[Any], quantity: Quantity, *, surplus: bool) -> int:
    """What comes beyond the open quantity; Refused where that is more than the tolerance."""
    percent = row.over_receipt_percent
    if percent is None:
        percent = settings(tx).over_receipt_percent.micro
    figures = LineFigures(row.quantity, row.received_quantity, percent)
    if quantity.micro > figures.acceptable and not surplus:
        raise Refused(
            tr(
                "{quantity} {item} are more than {number}/{line} may bring: {acceptable}.",
                quantity=quantity,
                item=row.item,
                number=row.number,
                line=row.line,
                acceptable=Quantity(figures.acceptable),
            ),
            hint=tr("Send the rest back, or accept it as surplus."),
        )
    return max(0, quantity.micro - figures.open)


def _mark_sent(tx: Transaction, purchase_order_id: int) -> None:
    change(tx, PurchaseOrder, purchase_order_id, state=PurchaseOrderState.SENT.value, ordered_on=tx.today)
    run(tx, "UPDATE purchase_order SET row_version = row_version + 1 WHERE purchase_order_id = ?", purchase_order_id)
    mark_on_order(tx)  # containers that this order brings are on their way now
    tx.changed("purchase_order")


def _take_in(
    tx: Transaction,
    row: Row[Any],
    good: int,
    bad: int,
    lot: str,
    reason: str,
    location: str,
    expires_on: datetime.date | None,
) -> list[str]:
    lots = lots_of(row, good, lot) if good else []
    bad_lots = _rejected_lots(row, good, bad, lot)
    require_new_serials(tx, row.item_id, row.tracking, lots)
    links = {"purchase_line_id": row.purchase_line_id}
    supply, document = pegs.purchase(row.purchase_line_id), f"{row.number}/{row.line}"
    layers = [(good, _shop_cost(tx, row))] if good else []
    arrived = arrive(
        tx,
        supply,
        row.item_id,
        lots,
        layers,
        Movement("receipt", document, links=links),
        location=location,
        expires_on=expires_on,
    )
    refused = to_quarantine(tx, row.item_id, bad_lots, Movement("reject", document, reason, links=links))
    return _write_receipts(tx, row, arrived, refused, reason)


def _rejected_lots(row: Row[Any], good: int, bad: int, lot: str) -> list[tuple[str, int]]:
    """Rejects keep their lot; serials do where they are the only ones that were named."""
    if not bad:
        return []
    if row.tracking == "serial":
        return lots_of(row, bad, lot) if lot and not good else [("", bad)]
    return [(lot if row.tracking == "lot" else "", bad)]


def _write_receipts(
    tx: Transaction, row: Row[Any], arrived: Sequence[Arrived], refused: Sequence[Arrived], reason: str
) -> list[str]:
    """One receipt for each stock row; rejects are noted on the first, or on one of their own where nothing was good."""
    bad = sum(each.quantity for each in refused)
    parts = list(arrived) or list(refused)[:1]
    numbers = take(tx, "REC", len(parts))
    for place, (part, receipt) in enumerate(zip(parts, numbers, strict=True)):
        _write_receipt(
            tx,
            row,
            receipt,
            stock_id=part.stock_id,
            quantity=part.quantity if arrived else 0,
            rejected=bad if place == 0 else 0,
            reason=reason,
        )
    return numbers


def _write_receipt(
    tx: Transaction, row: Row[Any], receipt: str, *, stock_id: int | None, quantity: int, rejected: int, reason: str
) -> None:
    add(
        tx,
        Receipt,
        number=receipt,
        purchase_line_id=row.purchase_line_id,
        stock_id=stock_id,
        quantity=quantity,
        rejected_quantity=rejected,
        reason=reason,
        received_on=tx.today,
        received_by=tx.actor,
    )


def _finish_service(tx: Transaction, row: Row[Any], good: int, bad: int, reason: str) -> list[str]:
    """Book a subcontract operation as done; the last receipt finishes it."""
    job = first(tx, "SELECT * FROM work_order WHERE work_order_id = ?", row.work_order_id)
    assert job is not None
    if job.state == "planned":
        release_work_order(tx, job.number, keeps_caps=False)
    is_finished = row.received_quantity + good >= row.quantity
    run(
        tx,
        "UPDATE work_order_operation SET good_quantity = good_quantity + ?, scrap_quantity = scrap_quantity + ?,"
        " state = CASE WHEN ? THEN 'finished' ELSE 'started' END,"
        " started_at = coalesce(started_at, ?), finished_at = CASE WHEN ? THEN ? END"
        " WHERE work_order_id = ? AND sequence = ?",
        good,
        bad,
        is_finished,
        _text(tx.now),
        is_finished,
        _text(tx.now),
        row.work_order_id,
        row.operation,
    )
    run(
        tx,
        "UPDATE work_order SET state = 'in_progress' WHERE work_order_id = ? AND state = 'released'",
        row.work_order_id,
    )
    tx.changed("work_order")
    [receipt] = take(tx, "REC", 1)
    _write_receipt(tx, row, receipt, stock_id=None, quantity=good, rejected=bad, reason=reason)
    return [receipt]


def _shop_cost(tx: Transaction, row: Row[Any]) -> int | None:
    """The line's price in the shop's currency, by the rate of the day; None where price or rate is unknown."""
    if row.unit_price is None:
        return None
    currency = first(tx, "SELECT currency FROM supplier WHERE supplier_id = ?", row.supplier_id)
    if currency is None or currency[0] in ("", settings(tx).currency):
        return int(row.unit_price)
    rate = first(
        tx,
        "SELECT rate FROM exchange_rate WHERE currency = ? AND valid_from <= ? ORDER BY valid_from DESC LIMIT 1",
        currency[0],
        tx.today.isoformat(),
    )
    return None if rate is None else divide_half_up(row.unit_price * rate[0], MICRO)


def _open_lines(tx: Transaction, purchase_order_id: int) -> int:
    return number(
        tx, "SELECT count(*) FROM purchase_line WHERE purchase_order_id = ? AND state = 'open'", purchase_order_id
    )


def _close_when_done(tx: Transaction, purchase_order_id: int) -> None:
    if not _open_lines(tx, purchase_order_id):
        run(
            tx,
            "UPDATE purchase_order SET state = 'closed', row_version = row_version + 1 WHERE purchase_order_id = ?",
            purchase_order_id,
        )


def _receipt_note(line: str, item: str, quantity: Quantity, rejected: Quantity, reason: str) -> str:
    said = tr("Received {quantity} {item} for {line}.", quantity=quantity, item=item, line=line)
    if rejected:
        said += " " + tr("{rejected} rejected: {reason}.", rejected=rejected, reason=reason)
    return said


def _text(instant: datetime.datetime) -> str:
    return instant.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
