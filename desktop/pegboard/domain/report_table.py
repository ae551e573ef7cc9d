"""The neutral form of a report: named columns, rows of exact values, totals and notes.

Screen, paper, workbook, CSV and JSON are all made from it, so a report says only what it found, never how it looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from fractions import Fraction
from itertools import compress

from pegboard.domain.period import Period
from pegboard.domain.quantity import Money, Price, Quantity


class Kind(Enum):
    """What the cells of a column hold.

    TEXT str; WHOLE int; QUANTITY, PRICE, MONEY the exact types; DAY a date; PERCENT a Fraction in percent (25 is 25 %);
    NUMBER a Fraction such as days or turns, shown with one decimal.
    """

    TEXT = "text"
    WHOLE = "whole"
    QUANTITY = "quantity"
    PRICE = "price"
    MONEY = "money"
    DAY = "day"
    PERCENT = "percent"
    NUMBER = "number"

    @property
    def is_number(self) -> bool:
        """Whether its cells are aligned to the right."""
        return self not in (Kind.TEXT, Kind.DAY)


@dataclass(frozen=True, slots=True)
class NotAvailable:
    """Stands where a figure would be wild or meaningless, and says why in a sentence."""

    reason: str


Value = str | int | Quantity | Price | Money | date | Fraction | NotAvailable | None


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a report.

    Attributes: name: for machines, such as "on_time_percent"; title: translated; kind; is_totalled: its cells are
    summed in the foot; help: what it means, for the head's tooltip; formula: how a workbook computes it from other
    columns of the same row, such as "{late} / {shipped} * 100" ("" where the values are simply written); width:
    a weight for paper, 0 as the kind usually needs; is_for_machines: a name that people see in words beside it.
    """

    name: str
    title: str
    kind: Kind = Kind.TEXT
    is_totalled: bool = False
    help: str = ""
    formula: str = ""
    width: float = 0.0
    is_for_machines: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """The record behind a row: its noun and number, as the window opens them ("invoice", "INV-0007").

    Attributes: find: what to look for where it is a report.
    """

    noun: str
    number: str
    find: str = ""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row: a cell for each column, and the record it opens, if any."""

    cells: tuple[Value, ...]
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """What a report found.

    Attributes: name, title: of the report; period; columns; rows; totals: by column name; notes: sentences that stand
    below the table: how it was computed, what it leaves out.
    """

    name: str
    title: str
    period: Period
    columns: tuple[ReportColumn, ...]
    rows: tuple[ReportRow, ...]
    totals: Mapping[str, Value] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def for_people(self) -> "ReportTable":
        """The same without what only machines read."""
        shown = [not column.is_for_machines for column in self.columns]
        if all(shown):
            return self
        rows = tuple(replace(row, cells=tuple(compress(row.cells, shown))) for row in self.rows)
        return replace(self, columns=tuple(compress(self.columns, shown)), rows=rows)


def summed(columns: Sequence[ReportColumn], rows: Sequence[ReportRow]) -> dict[str, Value]:
    """The totals of the totalled columns: unknown cells are left out, amounts of several currencies have no total."""
    totals: dict[str, Value] = {}
    for place, column in enumerate(columns):
        if column.is_totalled:
            total = _sum([row.cells[place] for row in rows])
            if total is not None:
                totals[column.name] = total
    return totals


def _sum(cells: Sequence[Value]) -> Value:
    if cells and all(type(cell) is Money for cell in cells):  # thousands of rows: summed as the whole numbers they are
        amounts = [cell for cell in cells if isinstance(cell, Money)]
        currency = amounts[0].currency
        is_one = all(amount.currency == currency for amount in amounts)
        return Money(sum(amount.minor for amount in amounts), currency) if is_one else None
    total: Value = None
    for cell in cells:
        if cell is None or isinstance(cell, NotAvailable | str | date):
            continue
        if total is None:
            total = cell
        elif isinstance(cell, Money) and isinstance(total, Money) and cell.currency != total.currency:
            return None
        else:
            total = total + cell  # type: ignore[operator]  # the cells of a column are of one kind
    return total
