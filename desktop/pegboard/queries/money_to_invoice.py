"""Reads what has shipped and is not invoiced yet: by order, by line and by shipment."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Money, Quantity, extended_amount
from pegboard.queries.settings import settings
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading

# A line that was invoiced whole has `invoiced_on`; credit notes have negative quantities and clear it again.
_OPEN_LINES = (
    "SELECT l.*, o.number, i.code AS item, i.description AS item_description, l.shipped_quantity"
    " - coalesce((SELECT sum(n.quantity) FROM invoice_line n WHERE n.order_line_id = l.order_line_id"
    " AND n.kind = ''), 0) AS to_invoice FROM order_line l JOIN customer_order o ON o.order_id = l.order_id"
    " JOIN item i ON i.item_id = l.item_id WHERE l.shipped_quantity > 0 AND l.invoiced_on IS NULL"
    " AND l.status IN ('confirmed', 'shipped')"
)

# A shipment that no invoice names, or only one that was taken back whole.
_NOT_INVOICED = (
    "NOT EXISTS (SELECT 1 FROM invoice n WHERE n.shipment_id = s.shipment_id AND n.credits_id IS NULL"
    " AND n.net_amount + coalesce((SELECT sum(k.net_amount) FROM invoice k WHERE k.credits_id = n.invoice_id), 0) <> 0)"
)


@dataclass(frozen=True, slots=True)
class ToInvoice:
    """An order of which something has left and is not invoiced; `amount` is net, without freight.

    Attributes: since, until: the days of the first and the last shipment that still waits; slips: the packing slips of
    the order without an invoice of their own; unpriced: how many lines have no price.
    """

    order: str
    customer: str
    customer_name: str
    slips: tuple[str, ...]
    since: datetime.date | None
    until: datetime.date | None
    lines: int
    amount: Money
    deposit: Money
    unpriced: int


def lines_to_invoice(reading: Reading, order_id: int) -> Sequence[Row[Any]]:
    """The lines of an order of which something shipped is not invoiced, with `to_invoice` in millionths."""
    return rows(
        reading, f"SELECT * FROM ({_OPEN_LINES} AND l.order_id = ?) AS l WHERE to_invoice > 0 ORDER BY line", order_id
    )


def open_slips(reading: Reading, order_id: int) -> Sequence[Row[Any]]:
    """The shipments of an order that no invoice names, or only credited ones, oldest first."""
    statement = f"SELECT s.* FROM shipment s WHERE s.order_id = ? AND {_NOT_INVOICED} ORDER BY s.shipment_id"
    return rows(reading, statement, order_id)


def to_invoice(reading: Reading) -> tuple[ToInvoice, ...]:
    """All orders with something to invoice, the longest waiting first."""
    found = rows(
        reading,
        "SELECT l.*, c.code AS customer, c.name AS customer_name, c.currency,"
        " coalesce(d.held, 0) - coalesce(t.taken, 0) AS deposit"
        f" FROM ({_OPEN_LINES}) AS l JOIN customer_order o ON o.order_id = l.order_id"
        " JOIN customer c ON c.customer_id = o.customer_id"
        " LEFT JOIN (SELECT order_id, sum(amount) AS held FROM payment WHERE kind = 'deposit' GROUP BY order_id) AS d"
        " ON d.order_id = l.order_id"
        " LEFT JOIN (SELECT order_id, sum(deposit_amount) AS taken FROM invoice GROUP BY order_id) AS t"
        " ON t.order_id = l.order_id WHERE to_invoice > 0 ORDER BY l.order_id, l.line",
    )
    slips: dict[int, list[Row[Any]]] = {}
    for slip in rows(reading, f"SELECT s.* FROM shipment s WHERE {_NOT_INVOICED} ORDER BY s.shipment_id"):
        slips.setdefault(slip.order_id, []).append(slip)
    shop = settings(reading).currency
    orders: dict[int, list[Row[Any]]] = {}
    for row in found:
        orders.setdefault(row.order_id, []).append(row)
    waiting = [_order(lines, slips.get(order_id, []), shop) for order_id, lines in orders.items()]
    return tuple(sorted(waiting, key=lambda each: (each.since is None, each.since or datetime.date.max, each.order)))


def _order(lines: list[Row[Any]], slips: list[Row[Any]], shop: str) -> ToInvoice:
    head = lines[0]
    currency = head.currency or shop
    net = sum(extended_amount(line.to_invoice, line.unit_price or 0, currency).minor for line in lines)
    days = sorted(datetime.date.fromisoformat(row.shipped_on) for row in (*slips, *lines) if row.shipped_on)
    return ToInvoice(
        order=head.number,
        customer=head.customer,
        customer_name=head.customer_name or head.customer,
        slips=tuple(slip.number for slip in slips),
        since=days[0] if days else None,
        until=days[-1] if days else None,
        lines=len(lines),
        amount=Money(net, currency),
        deposit=Money(head.deposit, currency),
        unpriced=sum(line.unit_price is None for line in lines),
    )


def shipped_on_slip(reading: Reading, slip: str) -> dict[int, Quantity]:
    """What a packing slip delivered of each order line, by line number; of a kit the sets."""
    from pegboard.queries.shipment_papers import shipment_papers

    [paper] = shipment_papers(reading, [slip])
    return {line.line: line.now for line in paper.lines if line.now}
