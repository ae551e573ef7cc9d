"""Proves that document numbers have no duplicate and, in the shop's own series, no silent gap."""

import re
from collections.abc import Iterator

from pegboard.i18n import tr
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading

_TABLES = (
    ("customer_order", "number"),
    ("work_order", "number"),
    ("purchase_order", "number"),
    ("receipt", "number"),
    ("shipment", "number"),
    ("invoice", "number"),
    ("bill", "number"),
    ("payment", "number"),
    ("inference", "number"),
    ("stock_count", "number"),
)


def number_breaches(reading: Reading) -> Iterator[str]:
    """Tell each duplicate and each gap; imported numbers, below a series' own beginning, may have gaps."""
    series = {row.prefix: (row.unbroken_from, row.next_number) for row in rows(reading, "SELECT * FROM number_series")}
    seen: dict[str, set[int]] = {prefix: set() for prefix in series}
    form = re.compile(r"(.+)-([0-9]{1,15})")
    for table, column in _TABLES:
        found: set[str] = set()
        for (number,) in fetch(reading, f"SELECT {column} FROM {table}"):
            if number in found:
                yield tr("{number} was given twice.", number=number)
            found.add(number)
            match = form.fullmatch(number)
            if match and match[1] in seen:
                seen[match[1]].add(int(match[2]))
    for prefix, (first, following) in sorted(series.items()):
        yield from _gaps(prefix, first, following, seen[prefix])


def _gaps(prefix: str, first: int, following: int, seen: set[int]) -> Iterator[str]:
    missing = [number for number in range(first, following) if number not in seen] if seen or first < following else []
    start = previous = None
    for number in [*missing, None]:
        if previous is not None and number != previous + 1:
            yield (
                tr("{number} is missing.", number=f"{prefix}-{start:04d}")
                if start == previous
                else tr(
                    "{first} to {last} are missing.", first=f"{prefix}-{start:04d}", last=f"{prefix}-{previous:04d}"
                )
            )
            start = number
        if start is None:
            start = number
        previous = number
    beyond = sorted(number for number in seen if number >= following)
    for number in beyond:
        yield tr("{number} is beyond the end of its series.", number=f"{prefix}-{number:04d}")
