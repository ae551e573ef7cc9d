"""The one gate through which demand comes in. Nothing is made or bought without a row that these functions wrote."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from pegboard.queries.settings import settings
from pegboard.services.inference_ends import settle_inferences
from pegboard.storage.bulk import fetch, insert_rows
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.demand import Demand

_RAISED = ", 'open', ?, ?"


def raise_order_demand(tx: Transaction, order_ids: Sequence[int] | None = None) -> int:
    """Raise the demand of every confirmed order line that is not on hold and has none yet; returns how many.

    With `order_ids` only those orders are looked at. Accepted inferences whose day is over end here, and what they
    pulled goes to the orders that they foresaw.
    """
    named = "" if order_ids is None else f" AND l.order_id IN ({', '.join('?' * len(order_ids))})"
    raised = _raise(
        tx,
        "INSERT INTO demand (kind, name, order_line_id, item_id, quantity, need_date, state, raised_at, raised_by)"
        " SELECT 'order', o.number || '/' || l.line, l.order_line_id, l.item_id, l.quantity - l.shipped_quantity,"
        f" l.due_date{_RAISED}"
        " FROM order_line l JOIN customer_order o ON o.order_id = l.order_id"
        " WHERE l.status = 'confirmed' AND l.hold = 0 AND l.quantity > l.shipped_quantity AND NOT EXISTS"
        " (SELECT 1 FROM demand d WHERE d.order_line_id = l.order_line_id AND d.state IN ('open', 'done'))"
        f"{named} ORDER BY l.order_line_id",
        *(order_ids or ()),
    )
    settle_inferences(tx, order_ids)
    return raised


def raise_card_demand(tx: Transaction, card_id: int) -> int:
    """Raise the demand of an emptied kanban card for one container; a card that pulls already pulls no second time."""
    return _raise(
        tx,
        "INSERT INTO demand (kind, name, kanban_card_id, item_id, location_id, quantity, need_date, state,"
        " raised_at, raised_by)"
        " SELECT 'kanban', 'KANBAN:' || i.code || ':' || c.number, c.kanban_card_id, k.item_id, k.location_id,"
        f" k.container_quantity, NULL{_RAISED}"
        " FROM kanban_card c JOIN kanban_loop k ON k.kanban_loop_id = c.kanban_loop_id"
        " JOIN item i ON i.item_id = k.item_id"
        " WHERE c.kanban_card_id = ? AND NOT EXISTS"
        " (SELECT 1 FROM demand d WHERE d.kanban_card_id = c.kanban_card_id AND +d.state = 'open')",
        card_id,
    )


def hand_card_demand(tx: Transaction, lost_card_id: int, new_card_id: int) -> int:
    """Let a new card take over what a lost one has pulled and not got yet; returns how many demands."""
    handed = tx.connection.exec_driver_sql(
        "UPDATE demand SET kanban_card_id = ?, name = (SELECT 'KANBAN:' || i.code || ':' || c.number"
        " FROM kanban_card c JOIN kanban_loop k ON k.kanban_loop_id = c.kanban_loop_id"
        " JOIN item i ON i.item_id = k.item_id WHERE c.kanban_card_id = ?)"
        " WHERE kanban_card_id = ? AND state = 'open'",
        (new_card_id, new_card_id, lost_card_id),
    ).rowcount
    if handed:
        tx.changed("demand")
    return handed


def raise_sale_demand(tx: Transaction) -> int:
    """Raise what the tills pull: order-up-to less what is there or coming, at most what was sold or the level rose by.

    What was sold counts as signalled once it has pulled; while the shelf is full it waits for the next sale.
    """
    signals = sale_signals(tx)
    stamp = _stamp(tx)
    rows = [(name, key, item, place, quantity, *stamp) for key, name, item, place, quantity in signals]
    if rows:
        tx.connection.exec_driver_sql(
            "INSERT INTO demand (kind, name, replenishment_id, item_id, location_id, quantity, need_date, state,"
            " raised_at, raised_by) VALUES ('pos', ?, ?, ?, ?, ?, NULL, 'open', ?, ?)",
            rows,
        )
        tx.changed("demand")
        done = [(key,) for key, _name, _item, _place, _quantity in signals]
        tx.connection.exec_driver_sql(
            "UPDATE pos_sale SET signalled = 1 WHERE signalled = 0 AND (item_id, location_id) ="
            " (SELECT item_id, location_id FROM replenishment WHERE replenishment_id = ?)",
            done,
        )
        today = tx.today.isoformat()
        tx.connection.exec_driver_sql(
            "UPDATE replenishment SET unsignalled_sold = 0, raised = 0, signalled_on = ? WHERE replenishment_id = ?",
            [(today, *key) for key in done],
        )
    return len(rows)


@dataclass(frozen=True, slots=True)
class InferredNeed:
    """What an accepted inference asks for: the item itself, or one of its long-lead parts; quantity in millionths."""

    item_id: int
    quantity: int
    need_date: datetime.date


def raise_inferred_demand(tx: Transaction, inference_id: int, needs: Sequence[InferredNeed]) -> int:
    """Raise the demand of an inference that a person has accepted; one that pulls already pulls no second time."""
    (number,) = fetch(
        tx, "SELECT number FROM inference WHERE inference_id = ? AND state = 'accepted'", (inference_id,)
    )[0]
    if fetch(tx, "SELECT 1 FROM demand WHERE inference_id = ? LIMIT 1", (inference_id,)):
        return 0
    stamp = _stamp(tx)
    rows = [
        (
            "inferred",
            f"INFERRED:{number}",
            inference_id,
            need.item_id,
            need.quantity,
            need.need_date.isoformat(),
            "open",
        )
        for need in needs
        if need.quantity > 0
    ]
    columns = ("kind", "name", "inference_id", "item_id", "quantity", "need_date", "state", "raised_at", "raised_by")
    tx.changed("demand")
    return insert_rows(tx, Demand, columns, [(*row, *stamp) for row in rows])


def sale_signals(reading: Reading) -> list[tuple[int, str, int, int, int]]:
    """What the tills would pull now: replenishment, name of the demand, item, location, quantity in millionths.

    Where the shop pulls daily, a shelf that has pulled today waits until tomorrow.
    """
    found = fetch(reading, _SHELVES)
    if found and settings(reading).pos_pulls == "daily":
        today = reading.today.isoformat()
        found = [row for row in found if row[-1] is None or str(row[-1]) < today]
    on_order = dict(fetch(reading, _ON_ORDER)) if found else {}
    signals = []
    for key, name, item, place, wanted, level, on_hand, _day in found:
        quantity = min(wanted, level - int(on_hand) - int(on_order.get(key, 0)))
        if quantity > 0:
            signals.append((key, name, item, place, quantity))
    return signals


_SHELVES = (
    "SELECT n.replenishment_id, 'POS:' || place.code || ':' || i.code, n.item_id, n.location_id,"
    " n.unsignalled_sold + n.raised, n.order_up_to,"
    " COALESCE((SELECT sum(s.quantity) FROM stock s WHERE s.item_id = n.item_id AND s.location_id = n.location_id"
    " AND s.status = 'available'), 0), n.signalled_on"
    " FROM replenishment n JOIN item i ON i.item_id = n.item_id"
    " JOIN location place ON place.location_id = n.location_id WHERE n.unsignalled_sold + n.raised > 0"
    " ORDER BY n.replenishment_id"
)
# What open demand of each shelf has not brought yet.
_ON_ORDER = (
    "SELECT d.replenishment_id, sum(d.quantity - COALESCE((SELECT sum(r.issued_quantity) FROM requirement r"
    " WHERE r.demand_id = d.demand_id AND r.item_id = d.item_id), 0))"
    " FROM demand d WHERE d.kind = 'pos' AND d.state = 'open' GROUP BY d.replenishment_id"
)


def _raise(tx: Transaction, statement: str, *parameters: object) -> int:
    raised = tx.connection.exec_driver_sql(statement, (*_stamp(tx), *parameters)).rowcount
    if raised:
        tx.changed("demand")
    return raised


def _stamp(tx: Transaction) -> tuple[str, str]:
    return tx.now.replace(tzinfo=None).isoformat(" ", "microseconds"), tx.actor
