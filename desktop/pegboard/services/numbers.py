"""Numbers of documents: SO-0001, WO-0001 and so on, without gaps, taken in the transaction that uses them."""

import re

from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading, Transaction

# Where numbers of each series stand; the history of purchases counts, so that no purchase order gets an old number.
SERIES = {
    "SO": (("customer_order", "number"),),
    "WO": (("work_order", "number"),),
    "PO": (("purchase_order", "number"), ("purchase_history", "purchase_order")),
    "REC": (("receipt", "number"),),
    "SHP": (("shipment", "number"),),
    "INV": (("invoice", "number"),),
    "CT": (("stock_count", "number"),),
    "CN": (("invoice", "number"),),
    "BIL": (("bill", "number"),),
    "PAY": (("payment", "number"),),
    "INF": (("inference", "number"),),
}
_DIGITS = 15  # a longer number is a code that only looks like one of a series


def take(tx: Transaction, prefix: str, count: int = 1) -> list[str]:
    """Take the next `count` numbers of a series."""
    if not count:
        return []
    first = _next_number(tx, prefix)
    _set(tx, prefix, first + count)
    return [f"{prefix}-{number:04d}" for number in range(first, first + count)]


def continue_above(tx: Transaction) -> None:
    """Let every series go on above the highest number of its form, PREFIX-digits, that the workshop has."""
    for prefix, places in SERIES.items():
        highest = max(_highest(tx, prefix, table, column) for table, column in places)
        if highest >= _next_number(tx, prefix):
            _set(tx, prefix, highest + 1, unbroken_from=highest + 1)


def _highest(reading: Reading, prefix: str, table: str, column: str) -> int:
    form = re.compile(rf"{prefix}-([0-9]{{1,{_DIGITS}}})")
    rows = fetch(reading, f"SELECT DISTINCT {column} FROM {table} WHERE {column} LIKE ?", (f"{prefix}-%",))
    found = (form.fullmatch(str(number)) for (number,) in rows)
    return max((int(match[1]) for match in found if match), default=0)


def _next_number(reading: Reading, prefix: str) -> int:
    rows = fetch(reading, "SELECT next_number FROM number_series WHERE prefix = ?", (prefix,))
    return int(str(rows[0][0])) if rows else 1


def _set(tx: Transaction, prefix: str, number: int, unbroken_from: int | None = None) -> None:
    tx.connection.exec_driver_sql(
        "INSERT INTO number_series (prefix, next_number, unbroken_from) VALUES (?, ?, ?) ON CONFLICT (prefix)"
        " DO UPDATE SET next_number = excluded.next_number, unbroken_from = coalesce(?, number_series.unbroken_from)",
        (prefix, number, unbroken_from or 1, unbroken_from),
    )
