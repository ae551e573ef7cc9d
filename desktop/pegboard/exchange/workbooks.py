"""Reads and writes the workshop folder as one .xlsx workbook whose sheets bear the names of the files."""

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pegboard.domain.errors import InvalidInput, PegboardError
from pegboard.exchange.columns import Kind
from pegboard.exchange.packages import require_bounded
from pegboard.exchange.sheets import ERROR_MARK, LARGEST_CELL, Sheet, Unreadable, sheet_of
from pegboard.exchange.workshop_files import BY_NAME
from pegboard.i18n import tr
from pegboard.services.importing.problems import Problem

LONGEST_TEXT = 32_767  # characters in a cell of a workbook
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*\bt=[\"']e[\"'][^>]*>")


def read_workbook(path: Path) -> list[tuple[str, list[list[Any]]]]:
    """All sheets of a workbook by name, cells as calamine gives them; raises PegboardError where it is none."""
    import python_calamine

    require_bounded(path)
    try:
        with python_calamine.load_workbook(str(path)) as book:
            return [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (
        python_calamine.CalamineError,
        python_calamine.PasswordError,
        python_calamine.XmlError,
        python_calamine.ZipError,
        OSError,
        ValueError,
    ) as error:
        raise InvalidInput(
            tr("{path} is not a readable .xlsx workbook: {reason}.", path=path, reason=error),
            hint=tr("Open it in a spreadsheet, save it as .xlsx without a password, and try again."),
        ) from error
    except BaseException as error:  # a fault of calamine's own, which its language does not tell as an Exception
        if type(error).__name__ != "PanicException":
            raise
        raise InvalidInput(
            tr("{path} is not a readable .xlsx workbook.", path=path),
            hint=tr("Open it in a spreadsheet, save it as .xlsx without a password, and try again."),
        ) from error


def workbook_sheet(name: str, label: str, cells: list[list[Any]], errors: dict[tuple[int, int], str]) -> Sheet:
    """Turn the cells of one sheet into text; raises Unreadable where it has no header.

    `errors` are its error values by row and column; they become cells that no column takes.
    """
    instants = _instant_places(name, cells)
    rows: list[list[str]] = [[cell_text(cell) for cell in row] for row in cells]
    for number, texts in enumerate(rows, 1):
        if max(map(len, texts), default=0) > LARGEST_CELL:
            allowed = tr("cells of at most {limit} characters", limit=LARGEST_CELL)
            raise Unreadable(Problem(label, number, "", "", allowed))
    for stored, texts in zip(cells[1:], rows[1:], strict=True):
        for place in instants:
            if isinstance(stored[place], datetime.date) and not isinstance(stored[place], datetime.datetime):
                texts[place] += "T00:00:00"
    for (row, column), value in errors.items():
        if row <= len(rows) and column <= len(rows[row - 1]):
            rows[row - 1][column - 1] = ERROR_MARK + value
    width = max((place + 1 for texts in rows for place, cell in enumerate(texts) if cell), default=0)
    return sheet_of(name, label, [texts[:width] for texts in rows])


def _instant_places(name: str, cells: list[list[Any]]) -> list[int]:
    """Columns of instants: calamine gives midnight as a day without a time."""
    columns = BY_NAME[name].by_name
    names = cells[0] if cells else []
    return [place for place, title in enumerate(names) if title in columns and columns[title].kind is Kind.INSTANT]


def cell_text(cell: Any) -> str:
    """The text of a cell: numbers as the shortest decimal of what is stored, days as ISO, TRUE and FALSE as yes, no."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, datetime.datetime):
        return _instant_text(cell)
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _instant_text(moment: datetime.datetime) -> str:
    # The fraction of a day that is stored is seldom a whole second.
    if moment.microsecond >= 500_000 and moment < datetime.datetime(9999, 12, 31):
        moment += datetime.timedelta(seconds=1)
    moment = moment.replace(microsecond=0)
    return moment.isoformat("T") if moment.time() != datetime.time() else moment.date().isoformat()


def number_text(number: float) -> str:
    """The shortest decimal that stands for a stored number, without an exponent."""
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return format(Decimal(repr(number)).normalize(), "f")


def error_cells(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """Error values such as #REF! by sheet name and (row, column); calamine gives them as empty cells."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    try:
        with zipfile.ZipFile(path) as package:
            for sheet, part in _sheet_parts(package):
                content = package.read(part)
                if _ERROR_CELL.search(content):
                    found[sheet] = dict(_errors_in(content))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, OSError):
        return found  # not a package of this kind: calamine says what is wrong with it
    return found


def _sheet_parts(package: zipfile.ZipFile) -> Iterable[tuple[str, str]]:
    targets = {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    }
    for sheet in ElementTree.fromstring(package.read("xl/workbook.xml")).iter():
        if sheet.tag.endswith("}sheet"):
            key = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
            target = targets.get(key, "")
            yield sheet.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _errors_in(content: bytes) -> Iterable[tuple[tuple[int, int], str]]:
    for _, cell in ElementTree.iterparse(io.BytesIO(content)):
        if cell.tag.endswith("}c") and cell.get("t") == "e":
            value = next((part.text or "" for part in cell if part.tag.endswith("}v")), "")
            yield _place(cell.get("r", "A1")), value


def _place(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter.upper()) - 64
    return int(reference[len(letters) :] or 1), column


# What XML cannot hold is spelled _xHHHH_, and so is an underscore that only looks like the beginning of such a word.
_SPELLED = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def write_workbook(path: Path, sheets: Iterable[tuple[str, Sequence[str], Sequence[Sequence[str]]]]) -> None:
    """Write sheets (name, header, rows of text); every cell is text, so that codes such as 007 stay what they are.

    Raises PegboardError where a text is too long for a cell.
    """
    from openpyxl import Workbook

    kept = list(sheets)
    for name, _header, rows in kept:
        _check_lengths(name, rows)
    book = Workbook(write_only=True)
    for name, header, rows in kept:
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.append(list(header))
        for row in rows:
            sheet.append([_spelled(cell) if cell else None for cell in row])
    book.save(path)


def _spelled(text: str) -> str:
    """The text as a workbook keeps it; openpyxl lets go of text that is nothing but blanks, unless lxml is there."""
    if text.isspace():
        return "".join(f"_x{ord(sign):04X}_" for sign in text)
    return _SPELLED.sub(_spell, text)


def _spell(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def _check_lengths(name: str, rows: Sequence[Sequence[str]]) -> None:
    for number, row in enumerate(rows, 2):
        if max(map(len, row), default=0) > LONGEST_TEXT:
            raise PegboardError(
                tr(
                    "Row {row} of {name} has a text of more than {limit} characters.",
                    row=number,
                    name=name,
                    limit=LONGEST_TEXT,
                ),
                hint=tr("A workbook cannot hold it; export the folder instead."),
            )
