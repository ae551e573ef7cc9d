"""Reads up to which day the books are closed, what a currency was worth on a day, and where no rate says so."""

import datetime
from dataclasses import dataclass

from pegboard.domain.quantity import Price
from pegboard.queries.settings import settings
from pegboard.storage.rows import first, rows
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


@dataclass(frozen=True, slots=True)
class RateGap:
    """A currency, and the day of the oldest document in it for which no rate is known yet."""

    currency: str
    since: datetime.date


@dataclass(frozen=True, slots=True)
class BooksState:
    """Up to which day the books are closed, None while they never were, and where an exchange rate is missing."""

    closed: datetime.date | None
    gaps: tuple[RateGap, ...]


_FIRST_RATES = "SELECT currency, min(valid_from) AS day FROM exchange_rate GROUP BY currency"
_DATED = (("invoice", "issued_on"), ("bill", "billed_on"), ("payment", "paid_on"))


def books_state(reading: Reading) -> BooksState:
    """Read what a person who books should know."""
    return BooksState(closed_through(reading), rate_gaps(reading))


def rate_gaps(reading: Reading) -> tuple[RateGap, ...]:
    """Currencies of documents that are older than the first rate: reports cannot value them on their day."""
    own = settings(reading).currency
    used = first(
        reading,
        "SELECT 1 AS found WHERE EXISTS (SELECT 1 FROM customer WHERE currency NOT IN ('', ?))"
        " OR EXISTS (SELECT 1 FROM supplier WHERE currency NOT IN ('', ?))",
        own,
        own,
    )
    if used is None:
        return ()
    known = {row.currency: row.day for row in rows(reading, _FIRST_RATES)}
    oldest: dict[str, str] = {}
    for table, day in _DATED:
        statement = f"SELECT currency, min({day}) AS day FROM {table} WHERE currency <> ? GROUP BY currency"
        for row in rows(reading, statement, own):
            oldest[row.currency] = min(row.day, oldest.get(row.currency, row.day))
    return tuple(
        RateGap(currency, datetime.date.fromisoformat(day))
        for currency, day in sorted(oldest.items())
        if day < known.get(currency, "9999")
    )
