"""A report table as JSON and as CSV."""

import csv
import io
from datetime import date
from fractions import Fraction

from pegboard.domain.quantity import MICRO, Money, Price, Quantity, divide_half_up, micro_text
from pegboard.domain.report_table import NotAvailable, ReportTable, Value

RUNS = ("=", "+", "-", "@", "\t", "\r")  # how a text begins that a spreadsheet would run as a formula


def as_json(table: ReportTable) -> dict[str, object]:
    """The table for machines: exact decimals as text, ISO days; null where a figure is not available."""
    names = [column.name for column in table.columns]
    return {
        "name": table.name,
        "from": table.period.first.isoformat(),
        "to": table.period.last.isoformat(),
        "columns": names,
        "rows": [dict(zip(names, map(json_value, row.cells), strict=True)) for row in table.rows],
        "totals": {name: json_value(value) for name, value in table.totals.items()},
    }


def json_value(value: Value) -> str | int | None:
    """One cell for machines."""
    if value is None or isinstance(value, NotAvailable):
        return None
    if isinstance(value, str | int):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return decimal_text(value)
    return str(value)


def decimal_text(value: Fraction) -> str:
    """A fraction as a decimal of at most six places, halves up.

    >>> decimal_text(Fraction(2, 3)), decimal_text(Fraction(25))
    ('0.666667', '25')
    """
    return micro_text(divide_half_up(value.numerator * MICRO, value.denominator))


def csv_text(table: ReportTable) -> str:
    """The table as CSV under its columns' names, without totals, which whoever reads it would count twice."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([_cell(value) for value in row.cells] for row in table.rows)
    return text.getvalue()


def _cell(value: Value) -> str:
    if isinstance(value, str):
        # A bare carriage return would not be quoted, and begin a row in which a formula could stand.
        return guarded(value).replace("\r\n", "\n").replace("\r", "\n")
    shown = json_value(value)
    return "" if shown is None else str(shown)


def guarded(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(RUNS) else text


def number(value: Value) -> Fraction | None:
    """The value as an exact number; None where it is none."""
    if isinstance(value, Quantity | Price | Money):
        return Fraction(value.decimal)
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return None
    return Fraction(value)
