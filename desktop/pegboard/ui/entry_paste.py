"""Reads what a spreadsheet, a mail or a web page left on the clipboard as rows of cells. No Qt in this module."""

import csv
import re
from collections.abc import Mapping, Sequence


def read_block(text: str) -> tuple[tuple[str, ...], ...]:
    """Split clipboard text into rows of cells.

    Tabs separate cells, as spreadsheets write them, with quoted cells that may hold line breaks; without tabs, two or
    more blanks do, as in mails. Blank rows at the end are left out.

    >>> read_block('LAMP-HB\\t12\\n"a ""b"" c"\\t3\\n')
    (('LAMP-HB', '12'), ('a "b" c', '3'))
    >>> read_block("LAMP-HB    12\\nARM-A  3")
    (('LAMP-HB', '12'), ('ARM-A', '3'))
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if "\t" in text:
        rows = [tuple(cell.strip() for cell in row) for row in csv.reader(_lines(text), delimiter="\t")]
    else:
        rows = [tuple(re.split(r"\s{2,}", line.strip())) for line in text.split("\n")]
    while rows and not any(rows[-1]):
        rows.pop()
    return tuple(rows)


def _lines(text: str) -> list[str]:
    return [f"{line}\n" for line in text.split("\n")]


def head_of(block: Sequence[Sequence[str]], names: Mapping[str, Sequence[str]]) -> dict[int, str] | None:
    """Return place -> column key where the first row of `block` is a row of heads, else None.

    `names` are the heads that each key goes by, in any case. A row counts as heads when at least half of its filled
    cells are known and at least one is.
    """
    if len(block) < 2:
        return None
    known = {_plain(name): key for key, its_names in names.items() for name in its_names}
    filled = [cell for cell in block[0] if cell]
    found = {place: known[_plain(cell)] for place, cell in enumerate(block[0]) if _plain(cell) in known}
    return found if found and 2 * len(found) >= len(filled) else None


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
