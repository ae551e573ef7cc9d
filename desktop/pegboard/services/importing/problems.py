"""What is wrong with the files of an import: each problem says where it stands and what is allowed there."""

from collections.abc import Sequence
from typing import NamedTuple

from pegboard.domain.errors import PegboardError
from pegboard.i18n import tr

LISTED = 200  # problems that are told; the rest is only counted
_KEPT = 20_000  # problems that are kept to be sorted; a file with more than these is hopeless anyway
_SHOWN = 80  # characters of a value that are shown
_SAID = 1_000  # and of what is allowed, which may name values of the file itself


class Problem(NamedTuple):
    """One thing that an import refuses.

    Attributes: file: as the user knows it; row: the header is row 1, 0 for the file as a whole; column: "" for the
    whole row; value: as it stands in the file; allowed: what would be right, in words.
    """

    file: str
    row: int
    column: str
    value: str
    allowed: str

    def text(self) -> str:
        """The problem as one line of text."""
        file, allowed = one_line(self.file), one_line(self.allowed, _SAID)  # a sheet's name may hold line ends
        if not self.row:
            return tr("{file}: {allowed}", file=file, allowed=allowed)
        if not self.column:
            return tr("{file}, row {row}: {allowed}", file=file, row=self.row, allowed=allowed)
        return tr(
            '{file}, row {row}, column {column}: "{value}" is refused; allowed: {allowed}',
            file=file,
            row=self.row,
            column=one_line(self.column),
            value=one_line(self.value),
            allowed=allowed,
        )


class ImportRefused(PegboardError):
    """The files cannot be imported; nothing was changed.

    Attributes: errors: up to 200 problems, by file and row; total: how many there are.
    """

    def __init__(self, errors: Sequence[Problem], total: int) -> None:
        """Keep the problems that are told and how many there are in all."""
        self.errors = tuple(errors)
        self.total = total
        if total == 1:
            message = tr("Nothing was imported: 1 error.")
        else:
            message = tr("Nothing was imported: {total} errors.", total=total)
        if total > len(self.errors):
            hint = tr("The first {listed} are listed. Mend the files and import them again.", listed=len(self.errors))
        else:
            hint = tr("Mend the files and import them again.")
        super().__init__(message, hint=hint)


class Problems:
    """Gathers the problems of one import."""

    def __init__(self) -> None:
        self.total = 0
        self._kept: list[tuple[int, Problem]] = []

    def add(self, order: int, problem: Problem) -> None:
        """Take a problem of the file that is the `order`-th of the import."""
        self.total += 1
        if len(self._kept) < _KEPT:
            self._kept.append((order, problem))

    def refuse(self) -> None:
        """Raise ImportRefused where there is any problem."""
        if self.total:
            self._kept.sort(key=lambda entry: (entry[0], entry[1].row))
            raise ImportRefused([problem for _, problem in self._kept[:LISTED]], self.total)


def one_line(value: str, most: int = _SHOWN) -> str:
    """A value as one short line: line ends and other control characters are spelled out."""
    shown = value if len(value) <= most else value[:most] + "…"
    return "".join(character if character.isprintable() else _spelled(character) for character in shown)


def _spelled(character: str) -> str:
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character, f"\\u{ord(character):04x}")
