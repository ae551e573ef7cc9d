"""Proves that what documents say moved is what the ledger moved, and that times cost what their minutes come to."""

import datetime
from collections.abc import Iterator

from pegboard.domain.quantity import Price, Quantity, divide_half_up
from pegboard.i18n import tr
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading

HOUR = 3_600_000_000  # microseconds
_MICROSECOND = datetime.timedelta(microseconds=1)


def movement_breaches(reading: Reading) -> Iterator[str]:
    """Tell where a document and the ledger differ."""
    yield from _completed(reading)
    yield from _issued(reading)
    yield from _received(reading)
    yield from _shipped(reading)
    yield from _invoiced(reading)
    yield from _times(reading)


def _completed(reading: Reading) -> Iterator[str]:
    for row in rows(
        reading,
        "SELECT w.number, w.completed_quantity AS said, coalesce(e.moved, 0) AS moved FROM work_order w"
        " LEFT JOIN (SELECT work_order_id, sum(quantity) AS moved FROM ledger_entry WHERE kind = 'completion'"
        " GROUP BY work_order_id) e ON e.work_order_id = w.work_order_id"
        " WHERE w.completed_quantity <> coalesce(e.moved, 0)",
    ):
        yield tr(
            "{number}: {said} are completed, but {moved} came into stock from it.",
            number=row.number,
            said=Quantity(row.said),
            moved=Quantity(row.moved),
        )


def _issued(reading: Reading) -> Iterator[str]:
    """What was issued to a job of each item; a job that was imported with its parts had them before."""
    for row in rows(
        reading,
        "SELECT w.number, i.code, r.said, coalesce(e.moved, 0) AS moved FROM (SELECT work_order_id, item_id,"
        " sum(issued_quantity) AS said FROM requirement WHERE work_order_id IS NOT NULL"
        " GROUP BY work_order_id, item_id) r JOIN work_order w ON w.work_order_id = r.work_order_id"
        " JOIN item i ON i.item_id = r.item_id LEFT JOIN (SELECT l.work_order_id, s.item_id, -sum(l.quantity) AS moved"
        " FROM ledger_entry l JOIN stock s ON s.stock_id = l.stock_id WHERE l.kind IN ('issue', 'return')"
        " AND l.work_order_id IS NOT NULL GROUP BY l.work_order_id, s.item_id) e"
        " ON e.work_order_id = r.work_order_id AND e.item_id = r.item_id"
        " WHERE w.components_issued = 0 AND r.said <> coalesce(e.moved, 0)",
    ):
        yield tr(
            "{number}: {said} of {item} are issued to it, but {moved} left stock for it.",
            number=row.number,
            item=row.code,
            said=Quantity(row.said),
            moved=Quantity(row.moved),
        )


def _received(reading: Reading) -> Iterator[str]:
    """What a purchase line received is the sum of its receipts, and of goods that is what came into stock."""
    for row in rows(
        reading,
        "SELECT o.number, l.line, l.received_quantity AS said, coalesce(r.came, 0) AS came,"
        " coalesce(e.moved, 0) AS moved, l.work_order_id FROM purchase_line l"
        " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " LEFT JOIN (SELECT purchase_line_id, sum(quantity) AS came FROM receipt GROUP BY purchase_line_id) r"
        " ON r.purchase_line_id = l.purchase_line_id LEFT JOIN (SELECT purchase_line_id, sum(quantity) AS moved"
        " FROM ledger_entry WHERE kind = 'receipt' AND purchase_line_id IS NOT NULL GROUP BY purchase_line_id) e"
        " ON e.purchase_line_id = l.purchase_line_id WHERE l.received_quantity <> coalesce(r.came, 0)"
        " OR (l.work_order_id IS NULL AND coalesce(r.came, 0) <> coalesce(e.moved, 0))",
    ):
        yield tr(
            "{number}/{line}: {said} are received, but its receipts say {came} and {moved} came into stock.",
            number=row.number,
            line=row.line,
            said=Quantity(row.said),
            came=Quantity(row.came),
            moved=Quantity(row.moved),
        )


def _shipped(reading: Reading) -> Iterator[str]:
    """A packing slip says what left stock on it; a line's shipments less returns are what it has shipped."""
    for row in rows(
        reading,
        "SELECT h.number, s.said, coalesce(e.moved, 0) AS moved FROM (SELECT shipment_id, sum(quantity) AS said"
        " FROM shipment_line GROUP BY shipment_id) s JOIN shipment h ON h.shipment_id = s.shipment_id"
        " LEFT JOIN (SELECT document, -sum(quantity) AS moved FROM ledger_entry WHERE kind = 'ship'"
        " GROUP BY document) e ON e.document = h.number WHERE s.said <> coalesce(e.moved, 0)",
    ):
        yield tr(
            "{number}: {said} stand on it, but {moved} left stock on it.",
            number=row.number,
            said=Quantity(row.said),
            moved=Quantity(row.moved),
        )
    for row in rows(
        reading,
        "SELECT o.number, l.line, l.shipped_quantity AS said, s.left_shop FROM order_line l JOIN customer_order o"
        " ON o.order_id = l.order_id JOIN item i ON i.item_id = l.item_id JOIN (SELECT order_line_id,"
        " sum(quantity - returned_quantity) AS left_shop FROM shipment_line GROUP BY order_line_id) s"
        " ON s.order_line_id = l.order_line_id WHERE i.source <> 'phantom' AND l.shipped_quantity <> s.left_shop",
    ):
        yield tr(
            "{number}/{line}: {said} are shipped, but its packing slips less returns say {left}.",
            number=row.number,
            line=row.line,
            said=Quantity(row.said),
            left=Quantity(row.left_shop),
        )


def _invoiced(reading: Reading) -> Iterator[str]:
    """A line that says it is invoiced stands on its invoices with its whole quantity."""
    for row in rows(
        reading,
        "SELECT o.number, l.line, l.quantity, x.invoiced FROM order_line l JOIN customer_order o"
        " ON o.order_id = l.order_id JOIN (SELECT order_line_id, sum(quantity) AS invoiced FROM invoice_line"
        " WHERE kind = '' AND order_line_id IS NOT NULL GROUP BY order_line_id) x"
        " ON x.order_line_id = l.order_line_id WHERE l.invoiced_on IS NOT NULL AND x.invoiced < l.quantity",
    ):
        yield tr(
            "{number}/{line} says it is invoiced, but only {invoiced} of {quantity} stand on its invoices.",
            number=row.number,
            line=row.line,
            invoiced=Quantity(row.invoiced),
            quantity=Quantity(row.quantity),
        )


def _times(reading: Reading) -> Iterator[str]:
    """A time costs its minutes at the rates that were kept with it."""
    for row in rows(
        reading,
        "SELECT w.number, o.sequence, t.person, t.started_at, t.ended_at, t.cost, t.overhead, t.hourly_rate,"
        " t.overhead_rate FROM time_entry t JOIN work_order_operation o"
        " ON o.work_order_operation_id = t.work_order_operation_id JOIN work_order w"
        " ON w.work_order_id = o.work_order_id WHERE t.ended_at IS NOT NULL AND t.hourly_rate IS NOT NULL",
    ):
        took = datetime.datetime.fromisoformat(row.ended_at) - datetime.datetime.fromisoformat(row.started_at)
        length = max(0, took // _MICROSECOND)
        overhead = divide_half_up(length * (row.overhead_rate or 0), HOUR)
        cost = divide_half_up(length * row.hourly_rate, HOUR) + overhead
        if (row.cost, row.overhead or 0) != (cost, overhead):
            yield tr(
                "{number}/{sequence}: a time of {person} costs {said}, but its minutes come to {cost}.",
                number=row.number,
                sequence=row.sequence,
                person=row.person or tr("somebody"),
                said=Price(row.cost or 0),
                cost=Price(cost),
            )
