"""Columns are declarations: a list on the screen is frozen rows and a tuple of `Column`."""

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from pegboard.domain.quantity import Money, Price, Quantity
from pegboard.ui import formats
from pegboard.ui.marks import Mark

Row = TypeVar("Row")


class Align(Enum):
    """Where a cell's text stands."""

    LEFT = "left"
    RIGHT = "right"
    CENTER = "center"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a list or tree.

    Attributes: key: name in code, in saved layouts and for sorting in the database; title: the head, translated;
    text: what the cell shows; sort: what rows are ordered by (None sorts last), by default the text with its numbers
    read as numbers; value: what an exported sheet holds (str, int, Decimal, date, Quantity, Price, Money), by default
    the text; width: pixels at 100 %; help: a sentence shown over the head; mark: the state mark before the text;
    tip: longer text over the cell; total: what the foot says of the rows shown;
    hidden: not shown until the user asks for it; is_money: not there at all for who may not see money.
    """

    key: str
    title: str
    text: Callable[[Row], str]
    sort: Callable[[Row], Any] | None = None
    align: Align = Align.LEFT
    width: int = 120
    help: str = ""
    mark: Callable[[Row], Mark | None] | None = None
    value: Callable[[Row], Any] | None = None
    tip: Callable[[Row], str] | None = None
    total: Callable[[Sequence[Row]], str] | None = None
    hidden: bool = False
    is_money: bool = False

    def sort_key(self, row: Row) -> tuple[Any, ...]:
        """Return what `row` is ordered by in this column; unknown values come last."""
        if self.sort is None:
            return (0, natural(self.text(row)))
        value = self.sort(row)
        if value is None:
            return (1,)
        return (0, natural(value) if isinstance(value, str) else value)

    def export(self, row: Row) -> Any:
        """Return what an exported sheet holds for `row`."""
        return self.value(row) if self.value is not None else self.text(row)


def natural(text: str) -> tuple[Any, ...]:
    """Order texts so that WO-9 comes before WO-10.

    >>> sorted(["WO-10", "WO-9", "wo-1"], key=natural)
    ['wo-1', 'WO-9', 'WO-10']
    """
    parts = re.split(r"([0-9]+)", text.casefold())
    return tuple((1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts if part)


def text_column(key: str, title: str, get: Callable[[Row], str | None], **options: Any) -> Column[Row]:
    """Declare a column of text; unknown shows as nothing."""
    return Column(key, title, lambda row: get(row) or "", **options)


def quantity_column(
    key: str,
    title: str,
    get: Callable[[Row], Quantity | None],
    unit: Callable[[Row], str] | None = None,
    **options: Any,
) -> Column[Row]:
    """Declare a right-aligned column of quantities, with their unit where `unit` is given."""

    def text(row: Row) -> str:
        shown = formats.quantity(get(row))
        return f"{shown} {unit(row)}" if unit and shown else shown

    def micro(row: Row) -> int | None:
        found = get(row)
        return None if found is None else found.micro

    return Column(key, title, text, sort=micro, value=get, align=Align.RIGHT, **{"width": 90, **options})


def price_column(key: str, title: str, get: Callable[[Row], Price | None], **options: Any) -> Column[Row]:
    """Declare a right-aligned column of unit prices."""

    def micro(row: Row) -> int | None:
        found = get(row)
        return None if found is None else found.micro

    return Column(
        key,
        title,
        lambda row: formats.price(get(row)),
        sort=micro,
        value=get,
        align=Align.RIGHT,
        is_money=True,
        **{"width": 90, **options},
    )


def money_column(
    key: str, title: str, get: Callable[[Row], Money | None], *, totalled: bool = False, **options: Any
) -> Column[Row]:
    """Declare a right-aligned column of amounts; `totalled` ones are summed in the foot, each currency alone."""

    def minor(row: Row) -> int | None:
        found = get(row)
        return None if found is None else found.minor

    def text(row: Row) -> str:
        return formats.money(get(row))

    def total(rows: Sequence[Row]) -> str:
        return formats.total(get(row) for row in rows)

    options = {"width": 100, "total": total if totalled else None, **options}
    return Column(key, title, text, sort=minor, value=get, align=Align.RIGHT, is_money=True, **options)


def whole_column(key: str, title: str, get: Callable[[Row], int | None], **options: Any) -> Column[Row]:
    """Declare a right-aligned column of whole numbers, such as counts and days."""

    def text(row: Row) -> str:
        found = get(row)
        return "" if found is None else str(found)

    return Column(key, title, text, sort=get, value=get, align=Align.RIGHT, **{"width": 70, **options})


def date_column(key: str, title: str, get: Callable[[Row], datetime.date | None], **options: Any) -> Column[Row]:
    """Declare a column of days, shown as "Fri 4 Dec" and with the year where it is not the current one's."""
    return Column(key, title, lambda row: formats.day(get(row)), sort=get, value=get, **{"width": 140, **options})


def mark_column(key: str, title: str, get: Callable[[Row], Mark | None], **options: Any) -> Column[Row]:
    """Declare a column of state marks: the shape, then the word."""

    def word(row: Row) -> str:
        mark = get(row)
        return mark.word if mark else ""

    return Column(key, title, word, mark=get, **{"width": 120, **options})
