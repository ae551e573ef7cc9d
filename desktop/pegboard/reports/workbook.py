"""A report table as an .xlsx workbook with live formulas: totals add up what stands above them, and so on."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

from pegboard.domain.quantity import Money, minor_digits
from pegboard.domain.report_table import Kind, NotAvailable, ReportColumn, ReportTable, Value
from pegboard.i18n import tr
from pegboard.reports.forms import decimal_text, number
from pegboard.reports.report import Report
from pegboard.storage.store import Reading

HEAD_ROW = 4
WIDEST = 60  # characters of a column
NARROWEST = 8
MOST_TEXT = 32_767  # characters in a cell
_NAME = re.compile(r"\{(\w+)\}")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
FORMATS = {
    Kind.WHOLE: "#,##0",
    Kind.QUANTITY: "#,##0.######",
    Kind.PRICE: "#,##0.00####",
    Kind.DAY: "yyyy-mm-dd",
    Kind.PERCENT: "0.0",
    Kind.NUMBER: "#,##0.0",
}


def report_workbook(reading: Reading, report: Report, table: ReportTable) -> bytes:
    """Return what `report` found as a workbook: its own kind where it has one, else its table."""
    return report.workbook(reading, table.period) if report.workbook else table_workbook(table)


def table_workbook(table: ReportTable) -> bytes:
    """Return the table as a workbook of one sheet."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = sheet_name(table.name)
    put_text(sheet.cell(1, 1), table.title).font = Font(bold=True, size=14)
    put_text(sheet.cell(2, 1), period_words(table))
    last = put_table(sheet, table, HEAD_ROW)
    for place, note in enumerate(table.notes, last + 2):
        put_text(sheet.cell(place, 1), note)
    sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, 1)
    return content(book)


def content(book: Any) -> bytes:
    """The bytes of an openpyxl workbook."""
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def period_words(table: ReportTable) -> str:
    """The days that the report is about."""
    return tr("{first} to {last}", first=table.period.first.isoformat(), last=table.period.last.isoformat())


def sheet_name(name: str) -> str:
    """The name as a sheet may bear it."""
    return re.sub(r"[\[\]:*?/\\]", " ", name)[:31]


def put_table(sheet: Any, table: ReportTable, head_row: int) -> int:
    """Write head, rows and totals from `head_row` down; return the last row that was written."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    letters = {column.name: get_column_letter(place) for place, column in enumerate(table.columns, 1)}
    for place, column in enumerate(table.columns, 1):
        head = put_text(sheet.cell(head_row, place), column.title)
        head.font = Font(bold=True)
        head.alignment = Alignment(horizontal="right" if column.kind.is_number else "left", wrap_text=True)
    for line, row in enumerate(table.rows, head_row + 1):
        for place, (column, value) in enumerate(zip(table.columns, row.cells, strict=True), 1):
            _put_cell(sheet.cell(line, place), column, value, letters)
    last = head_row + len(table.rows)
    if table.totals and table.rows:
        _put_totals(sheet, table, letters, head_row + 1, last)
        last += 1
    _set_widths(sheet, table, letters)
    return last


def _put_cell(cell: Any, column: ReportColumn, value: Value, letters: Mapping[str, str]) -> None:
    if column.formula and number(value) is not None:
        cell.value = row_formula(column.formula, letters, cell.row)
        cell.number_format = number_format(column.kind, value)
    else:
        put_value(cell, value, column.kind)


def row_formula(formula: str, letters: Mapping[str, str], line: int) -> str:
    """A column's formula with the cells of one row; 0 where it would divide by nothing."""
    return f"=IFERROR({_NAME.sub(lambda found: f'{letters[found[1]]}{line}', formula)},0)"


def _put_totals(sheet: Any, table: ReportTable, letters: Mapping[str, str], first: int, last: int) -> None:
    from openpyxl.styles import Border, Font, Side

    line = last + 1
    for place, column in enumerate(table.columns, 1):
        cell = sheet.cell(line, place)
        cell.font = Font(bold=True)
        cell.border = Border(top=Side(style="thin"))
        value = table.totals.get(column.name)
        if value is None:
            continue
        if column.formula:
            cell.value = row_formula(column.formula, letters, line)
        elif column.is_totalled:
            letter = letters[column.name]
            cell.value = f"=SUM({letter}{first}:{letter}{last})"
        else:
            put_value(cell, value, column.kind)
        cell.number_format = number_format(column.kind, value)
    if table.columns[0].name not in table.totals:
        put_text(sheet.cell(line, 1), tr("Total"))


def put_value(cell: Any, value: Value, kind: Kind) -> None:
    """Write one value: numbers and days as such, text never as a formula."""
    if value is None:
        return
    if isinstance(value, NotAvailable):
        put_text(cell, tr("n/a"))
    elif isinstance(value, str):
        put_text(cell, value)
    else:
        cell.value = sheet_number(value)
        cell.number_format = number_format(kind, value)


def sheet_number(value: Value) -> Any:
    """A number or day as a workbook holds it."""
    if isinstance(value, date | int):
        return value
    if isinstance(value, Fraction):
        return Decimal(decimal_text(value))
    exact = number(value)
    return None if exact is None else Decimal(decimal_text(exact))


def number_format(kind: Kind, value: Value) -> str:
    """How a spreadsheet shows such a value."""
    if isinstance(value, Money):
        digits = minor_digits(value.currency)
        return "#,##0" + ("." + "0" * digits if digits else "")
    return FORMATS.get(kind, "General")


def put_text(cell: Any, text: str) -> Any:
    """Write text that no spreadsheet runs; returns the cell."""
    cell.value = writable(text)
    cell.data_type = "s"
    return cell


def writable(text: str) -> str:
    """The text without what a workbook cannot hold."""
    return _UNWRITABLE.sub(" ", text)[:MOST_TEXT]


def _set_widths(sheet: Any, table: ReportTable, letters: Mapping[str, str]) -> None:
    for place, column in enumerate(table.columns):
        longest = max((len(_shown(row.cells[place])) for row in table.rows), default=0)
        widest = max(longest, len(column.title), NARROWEST) + 2
        sheet.column_dimensions[letters[column.name]].width = min(widest, WIDEST)


def _shown(value: Value) -> str:
    if isinstance(value, Fraction):
        return f"{float(value):,.1f}"
    return "" if value is None or isinstance(value, NotAvailable) else str(value)
