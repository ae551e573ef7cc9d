"""A table as it stands in a file: header and rows of text, whether from CSV or from a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass

from pegboard.i18n import tr
from pegboard.services.importing.problems import Problem

ERROR_MARK = "\0"  # before an error value of a workbook such as #REF!; no text has this character
LARGEST_CELL = 131_072  # characters; a longer cell is a quote without its end, not a text


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table.

    Attributes: name: what it holds, a file name without `.csv`; label: as the user knows it; header: row 1; rows: as
    many cells each as the header, without empty rows; row_numbers: where each stands; problems: of rows left out, as
    they have more or fewer cells.
    """

    name: str
    label: str
    header: Sequence[str]
    rows: list[Sequence[str]]
    row_numbers: Sequence[int]
    problems: tuple[Problem, ...] = ()


class Unreadable(Exception):
    """A file or sheet that has no readable table.

    Attributes: problems: why; name: what it would hold, filled in by whoever knows.
    """

    def __init__(self, *problems: Problem, name: str = "") -> None:
        super().__init__()
        self.problems = problems
        self.name = name


def sheet_of(name: str, label: str, rows: list[Sequence[str]]) -> Sheet:
    """Make a sheet of all its rows, the header first; raises Unreadable where there is no header."""
    if not rows or not any(rows[0]):
        raise Unreadable(Problem(label, 1, "", "", tr("the first row must hold the names of the columns")))
    header = rows[0]
    width = len(header)
    body: list[Sequence[str]] = []
    numbers: list[int] = []
    problems = []
    for number, row in enumerate(rows[1:], 2):
        if len(row) == width and (row[0] or any(row)):
            body.append(row)
            numbers.append(number)
        elif any(row):
            allowed = tr("as many cells as the header, {width}; it has {found}", width=width, found=len(row))
            problems.append(Problem(label, number, "", "", allowed))
    return Sheet(name, label, header, body, numbers, tuple(problems))
