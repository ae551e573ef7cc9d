"""Turns the columns of any report into columns of a list on the screen."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pegboard.domain.quantity import MICRO, Money, Price, Quantity, divide_half_up
from pegboard.domain.report_table import Kind, NotAvailable, ReportColumn, ReportRow, Value
from pegboard.i18n import tr
from pegboard.ui import formats, theme
from pegboard.ui.columns import Align, Column

WIDTHS = {Kind.TEXT: 118, Kind.DAY: 110, Kind.MONEY: 100}
LETTER = 6  # pixels of a letter in a head
FIRST = 110  # pixels: the first column names the row; it and other texts grow with their content


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a report with its place, which names it."""

    place: int
    row: ReportRow


def list_columns(columns: Sequence[ReportColumn]) -> tuple[Column[ShownRow], ...]:
    """The columns of a list for the columns of a report."""
    return tuple(_column(place, column) for place, column in enumerate(columns))


def _column(place: int, column: ReportColumn) -> Column[ShownRow]:
    def value(row: ShownRow) -> Value:
        return row.row.cells[place]

    return Column(
        column.name,
        column.title,
        lambda row: shown(value(row)),
        sort=lambda row: _order(value(row)),
        align=Align.RIGHT if column.kind.is_number else Align.LEFT,
        width=_width(place, column),
        help=column.help,
        value=lambda row: _exported(value(row)),
        tip=lambda row: _tip(value(row)),
        total=_total(value) if column.is_totalled else None,
        is_money=column.kind in (Kind.MONEY, Kind.PRICE),
    )


def _width(place: int, column: ReportColumn) -> int:
    """Pixels: what the kind needs, and room for the title."""
    usual = WIDTHS.get(column.kind, 90) if place else FIRST
    return max(usual, LETTER * len(column.title) + 2 * theme.GAP)


def shown(value: Value) -> str:
    """One value as the reader's language writes it."""
    if value is None:
        return ""
    if isinstance(value, NotAvailable):
        return tr("n/a")
    if isinstance(value, datetime.date):
        return formats.day(value)
    if isinstance(value, Quantity):
        return formats.quantity(value)
    if isinstance(value, Price):
        return formats.price(value)
    if isinstance(value, Money):
        return formats.money(value)
    if isinstance(value, Fraction):
        return formats.decimal(tenths(value), 1)
    return str(value)


def tenths(value: Fraction) -> Any:
    """A fraction as a decimal with one place, halves away from zero."""
    from decimal import Decimal

    return Decimal(divide_half_up(value.numerator * 10, value.denominator)) / 10


def _order(value: Value) -> Any:
    if isinstance(value, NotAvailable):
        return None
    if isinstance(value, Money):
        return value.minor
    return value.micro if isinstance(value, Quantity | Price) else value


def _exported(value: Value) -> Any:
    if isinstance(value, NotAvailable):
        return None
    if isinstance(value, Fraction):
        return Quantity(divide_half_up(value.numerator * MICRO, value.denominator))
    return value


def _tip(value: Value) -> str:
    if isinstance(value, NotAvailable):
        return value.reason
    return value if isinstance(value, str) else ""


def _total(value: Callable[[ShownRow], Value]) -> Callable[[Sequence[ShownRow]], str]:
    def total(rows: Sequence[ShownRow]) -> str:
        values = [found for row in rows if (found := value(row)) is not None]
        amounts = [found for found in values if isinstance(found, Money)]
        if amounts:
            return formats.total(amounts)
        quantities = [found.micro for found in values if isinstance(found, Quantity)]
        if quantities:
            return formats.quantity(Quantity(sum(quantities)))
        return str(sum(found for found in values if isinstance(found, int)))

    return total
