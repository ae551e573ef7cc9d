"""Reads and writes the CSV form: UTF-8, commas, a header row, minimal quotes."""

import csv
import io
from collections.abc import Iterable, Sequence

from pegboard.exchange.sheets import LARGEST_CELL, Sheet, Unreadable, sheet_of
from pegboard.i18n import tr
from pegboard.services.importing.problems import Problem


def read_csv(name: str, label: str, content: bytes) -> Sheet:
    """Read the bytes of a CSV file; raises Unreadable with row and reason where they are no such file."""
    text = _decoded(label, content)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Sequence[str]] = []
    try:
        rows.extend(reader)
    except csv.Error as error:
        raise Unreadable(Problem(label, len(rows) + 1, "", "", _syntax(str(error)))) from error
    _check_separator(label, rows)
    return sheet_of(name, label, rows)


def _decoded(label: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", "replace")
        row = _rows_begun(before)
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            found = tr("this is UTF-16")
        else:
            found = tr(
                "byte {byte} at position {position} is not", byte=hex(content[error.start]), position=error.start
            )
        raise Unreadable(
            Problem(label, row, "", "", tr("the file must be UTF-8 text; {found}. Save it as CSV UTF-8", found=found))
        ) from error
    if "\0" in text:
        row = _rows_begun(text[: text.index("\0")])
        raise Unreadable(Problem(label, row, "", "", tr("text without NUL bytes; is this a CSV file?")))
    return text


def _rows_begun(text: str) -> int:
    """The number of the row in which `text` ends."""
    inside = text.count('"') % 2
    try:
        rows = sum(1 for _ in csv.reader(io.StringIO(text + '"' * inside + "x", newline="")))
    except csv.Error:
        rows = text.count("\n") + 1
    return max(rows, 1)


def _syntax(reason: str) -> str:
    if "field limit" in reason:
        return _too_large()
    if "unexpected end of data" in reason:
        return tr("every quote must be closed; this row's last one is not")
    if "expected after" in reason:
        return tr("a closing quote must be followed by a comma; quotes within quotes are doubled")
    return tr("rows as RFC 4180 has them ({reason})", reason=reason)


def _too_large() -> str:
    return tr("cells of at most {limit} characters; is a closing quote missing?", limit=LARGEST_CELL)


def _check_separator(label: str, rows: list[Sequence[str]]) -> None:
    if rows and len(rows[0]) == 1:
        for separator, name in ((";", tr("semicolons")), ("\t", tr("tabs")), ("|", tr("bars"))):
            if separator in rows[0][0]:
                allowed = tr("commas between the cells; this file has {name}", name=name)
                raise Unreadable(Problem(label, 1, "", "", allowed))


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table as CSV: LF, quotes only where a cell needs them."""
    width = len(header) - 1
    lines = [",".join(header)]
    for row in rows:
        line = ",".join(row)
        if line.count(",") != width or '"' in line or "\n" in line or "\r" in line:
            line = ",".join(map(_quoted, row))
        lines.append(line)
    lines.append("")
    return "\n".join(lines)


def _quoted(cell: str) -> str:
    if "," in cell or '"' in cell or "\n" in cell or "\r" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell
