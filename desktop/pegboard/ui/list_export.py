"""Writes the rows and columns that a list shows as CSV or xlsx, off the GUI thread."""

import csv
import datetime
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pegboard.domain.errors import Refused
from pegboard.domain.quantity import Money, Price, Quantity
from pegboard.i18n import tr
from pegboard.ui.columns import Column
from pegboard.ui.desk import Desk
from pegboard.ui.list_view import ListPane

RISKY = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run as a formula
WIDEST = 60  # characters of a column in a workbook


def export_list(desk: Desk, pane: "ListPane[Any]") -> None:
    """Ask for a file and write what `pane` shows; its suffix decides the form."""
    kinds = tr("Spreadsheet (*.xlsx);;CSV (*.csv)")
    path = desk.messages.save_file(tr("Export list"), kinds, f"{pane.title}.xlsx")
    if path is None:
        return
    columns, rows = pane.view.visible_columns, pane.model.rows
    said = tr("{count} rows written to {path}.", count=len(rows), path=path)
    desk.runner.compute(f"export.{pane.name}", lambda: write(path, columns, rows), lambda _: desk.messages.notice(said))


def write(path: Path, columns: Sequence[Column[Any]], rows: Sequence[Any]) -> None:
    """Write the file beside its place, then put it there; Refused where the disk says no."""
    beside = path.with_name(f".{path.name}.new")
    table = [[column.export(row) for column in columns] for row in rows]
    heads = [column.title for column in columns]
    try:
        if path.suffix.casefold() == ".xlsx":
            _write_workbook(beside, heads, table)
        else:
            _write_csv(beside, heads, table)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise Refused(
            tr("{path} cannot be written: {reason}.", path=path, reason=reason), hint=tr("Choose another place.")
        ) from error


def _write_csv(path: Path, heads: Sequence[str], table: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads)
        writer.writerows([[csv_text(value) for value in row] for row in table])


def csv_text(value: Any) -> str:
    """Return a value as CSV holds it: ISO days, plain decimals, and no text that a spreadsheet would run.

    >>> csv_text("=1+1"), csv_text(Quantity.parse("-1.50"))
    ("'=1+1", '-1.5')
    """
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(RISKY):
        return f"'{value}"
    return str(value)


def _write_workbook(path: Path, heads: Sequence[str], table: Sequence[Sequence[Any]]) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.append(list(heads))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in table:
        sheet.append([sheet_value(value) for value in row])
    for place, head in enumerate(heads, start=1):
        longest = max((len(csv_text(row[place - 1])) for row in table), default=0)
        sheet.column_dimensions[get_column_letter(place)].width = min(max(longest, len(head)) + 2, WIDEST)
        for line in range(2, len(table) + 2):
            cell = sheet.cell(line, place)
            if isinstance(cell.value, str):
                cell.data_type = "s"  # never a formula
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    book.save(path)


def sheet_value(value: Any) -> Any:
    """Return a value as a workbook holds it: numbers and days as such."""
    if isinstance(value, Quantity | Price | Money):
        return value.decimal
    if value is None or isinstance(value, bool | int | Decimal | datetime.date):
        return value
    from pegboard.reports.workbook import writable

    return writable(str(value))
