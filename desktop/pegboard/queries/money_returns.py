"""Reads which orders have goods back that their invoices still ask for."""

from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


def orders_to_credit(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Number and customer of every order with returned goods of which more is invoiced than is with the customer."""
    found = rows(
        reading,
        "SELECT DISTINCT o.order_id, o.number, c.name FROM shipment_line s JOIN order_line l"
        " ON l.order_line_id = s.order_line_id JOIN customer_order o ON o.order_id = l.order_id"
        " JOIN customer c ON c.customer_id = o.customer_id WHERE s.returned_quantity > 0"
        " AND coalesce((SELECT sum(n.quantity) FROM invoice_line n WHERE n.order_line_id = l.order_line_id"
        " AND n.kind IN ('', 'waived')), 0) > l.shipped_quantity ORDER BY o.order_id",
    )
    return tuple((row.number, row.name) for row in found)
