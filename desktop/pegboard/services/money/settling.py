"""Writes allocations, and keeps what order lines say of their money: invoiced_on, paid_on, closed once paid."""

import datetime
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from pegboard.storage.rows import add, change, rows
from pegboard.storage.store import Transaction
from pegboard.storage.tables.money import PaymentAllocation
from pegboard.storage.tables.orders import OrderLine


def allocate(
    tx: Transaction,
    payment_id: int,
    amount: int,
    day: datetime.date,
    *,
    invoice_id: int | None = None,
    bill_id: int | None = None,
) -> None:
    """Settle so much (minor units) of one invoice or bill with a payment."""
    if amount:
        add(
            tx,
            PaymentAllocation,
            payment_id=payment_id,
            invoice_id=invoice_id,
            bill_id=bill_id,
            amount=amount,
            allocated_on=day,
        )


def mark_order_lines(tx: Transaction, order_ids: Iterable[int | None]) -> None:
    """Say on the lines of these orders when they were invoiced and paid, as their documents have it.

    A line is invoiced once its whole quantity is, paid once all its invoices are settled; a shipped line that is paid
    is closed. Lines without any invoice are left as they are.
    """
    for order_id in sorted({order_id for order_id in order_ids if order_id is not None}):
        for line in _lines(tx, order_id):
            _mark(tx, line)
        tx.changed("order")


def _lines(tx: Transaction, order_id: int) -> list[Row[Any]]:
    """Each line with what was invoiced of it, when last, what is open of its invoices, and when they were settled."""
    found = rows(
        tx,
        "SELECT l.order_line_id, l.quantity, l.status, l.invoiced_on, l.paid_on, m.invoiced, m.last_on, m.open,"
        " m.settled_on FROM order_line l JOIN (SELECT x.order_line_id, sum(x.quantity) AS invoiced,"
        " max(CASE WHEN x.quantity > 0 THEN n.issued_on END) AS last_on,"
        " sum(CASE WHEN n.credits_id IS NULL THEN n.net_amount + n.tax_amount - n.deposit_amount"
        " - coalesce(a.settled, 0) ELSE 0 END) AS open, max(coalesce(a.last_on, n.issued_on)) AS settled_on"
        " FROM invoice_line x JOIN invoice n ON n.invoice_id = x.invoice_id"
        " LEFT JOIN (SELECT invoice_id, sum(amount) AS settled, max(allocated_on) AS last_on FROM payment_allocation"
        " WHERE invoice_id IN (SELECT invoice_id FROM invoice WHERE order_id = ?) GROUP BY invoice_id) AS a"
        " ON a.invoice_id = n.invoice_id WHERE x.kind = '' AND x.order_line_id IN"
        " (SELECT order_line_id FROM order_line WHERE order_id = ?) GROUP BY x.order_line_id) AS m"
        " ON m.order_line_id = l.order_line_id WHERE l.order_id = ? ORDER BY l.line",
        *[order_id] * 3,
    )
    return list(found)


def _mark(tx: Transaction, line: Row[Any]) -> None:
    invoiced_on = line.last_on if line.invoiced and line.invoiced >= line.quantity else None
    paid_on = line.settled_on if invoiced_on is not None and line.open == 0 else None
    status = line.status
    if paid_on is not None and status == "shipped":
        status = "closed"
    elif paid_on is None and line.paid_on is not None and status == "closed":
        status = "shipped"
    if (invoiced_on, paid_on, status) != (line.invoiced_on, line.paid_on, line.status):
        change(tx, OrderLine, line.order_line_id, invoiced_on=_day(invoiced_on), paid_on=_day(paid_on), status=status)


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
