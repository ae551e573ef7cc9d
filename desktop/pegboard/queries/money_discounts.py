"""Reads what comes off an invoice or bill that is paid early."""

import datetime
from typing import Any

from sqlalchemy import Row

from pegboard.domain.settlement import Totals, share
from pegboard.storage.rows import first
from pegboard.storage.store import Reading


def bill_discount(reading: Reading, bill: Row[Any], day: datetime.date) -> Totals | None:
    """What the supplier takes off a bill that is paid whole on this day; None where nothing is."""
    terms = first(
        reading, "SELECT discount_percent, discount_days FROM supplier WHERE supplier_id = ?", bill.supplier_id
    )
    return _allowed(terms, bill, bill.billed_on, day)


def invoice_discount(reading: Reading, invoice: Row[Any], day: datetime.date) -> Totals | None:
    """What we take off an invoice that is paid whole on this day; None where nothing is."""
    terms = first(
        reading, "SELECT discount_percent, discount_days FROM customer WHERE customer_id = ?", invoice.customer_id
    )
    return _allowed(terms, invoice, invoice.issued_on, day)


def _allowed(terms: Row[Any] | None, row: Row[Any], issued: str, day: datetime.date) -> Totals | None:
    """The discount counts on the whole document, and only while nothing of it was paid or credited."""
    if terms is None or not terms.discount_percent or terms.discount_days is None or row.open != row.due:
        return None
    last = datetime.date.fromisoformat(issued) + datetime.timedelta(days=terms.discount_days)
    if day > last or row.due <= 0:
        return None
    net, tax = share(row.net_amount, terms.discount_percent), share(row.tax_amount, terms.discount_percent)
    return Totals(net, tax) if net + tax > 0 else None
