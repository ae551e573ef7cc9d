"""Small helps for reading rows in bulk."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from pegboard.domain.shop_calendar import ShopCalendar
from pegboard.storage.bulk import fetch
from pegboard.storage.dialects import SERVER
from pegboard.storage.store import Reading

CHUNK = 5_000  # SQLite takes up to 32,766 parameters in one statement


def among(reading: Reading, statement: str, column: str, values: Iterable[int | str]) -> Iterator[tuple[Any, ...]]:
    """Rows of `statement`, whose `{among}` becomes "column is one of values"; a few statements, however many values."""
    wanted = list(values)
    if wanted and reading.connection.dialect.name == SERVER:
        yield from fetch(reading, statement.format(among=f"{column} = ANY (?)"), (wanted,))
        return
    for first in range(0, len(wanted), CHUNK):
        part = wanted[first : first + CHUNK]
        condition = f"{column} IN ({', '.join('?' * len(part))})"
        cursor = reading.connection.exec_driver_sql(statement.format(among=condition), tuple(part)).cursor
        assert cursor is not None
        yield from cursor.fetchall()


def day_number(text: str | None) -> int | None:
    """The ordinal of an ISO day as it lies in the file."""
    return None if text is None else date.fromisoformat(text).toordinal()


def calendar(reading: Reading) -> ShopCalendar:
    """The shop's working calendar."""
    rows = fetch(reading, "SELECT day, working FROM calendar_day")
    return ShopCalendar({date.fromisoformat(day).toordinal(): bool(working) for day, working in rows})
