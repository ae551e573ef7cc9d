"""Reads up to which day the books are closed, and what a currency was worth on a day."""

import datetime

from pegboard.domain.quantity import Price
from pegboard.queries.settings import settings
from pegboard.storage.rows import first
from pegboard.storage.store import Reading


def closed_through(reading: Reading) -> datetime.date | None:
    """The last day of the closed books; None while they were never closed."""
    row = first(reading, "SELECT closed_through FROM books_closed ORDER BY books_closed_id DESC LIMIT 1")
    return None if row is None else datetime.date.fromisoformat(row.closed_through)


def rate_on(reading: Reading, currency: str, day: datetime.date) -> Price | None:
    """What one unit of a currency was worth in the shop's on a day; None where no rate is known."""
    if currency == settings(reading).currency:
        return Price(1_000_000)
    row = first(
        reading,
        "SELECT rate FROM exchange_rate WHERE currency = ? AND valid_from <= ? ORDER BY valid_from DESC LIMIT 1",
        currency,
        day.isoformat(),
    )
    return None if row is None else Price(row.rate)
