"""How much a workbook unpacks to, looked at before anybody reads it: a file of a kilobyte can name a cell so far away
that all between would fill any memory, or hold gigabytes of blanks.

What a package says of its own sizes is not believed: each part is unpacked piece by piece, counted, and thrown away.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr

MEGABYTE = 1024 * 1024
MOST_UNPACKED = 256 * MEGABYTE  # bytes of all parts
MOST_PARTS = 2_000
MOST_CELLS = 10_000_000  # of a sheet, blank ones between others too: half a million rows of twenty columns
MOST_FILE = 128 * MEGABYTE  # bytes of a CSV file, which lies in memory several times while it is read
_PIECE = 1024 * 1024
_LONGEST_HEAD = 1_000  # bytes of a cell's or row's attributes; programs write some fifty
# A row, or a cell that holds something: one that is only styled ends at once, or holds nothing but its end.
_PLACE = re.compile(rb"<(?:\w{1,40}:)?(?:row\b([^<>]{0,1001})|c\b([^<>]{0,1001}+)(?:(?<!/)>\s{0,99}+<(?!/)|(?=[^<>])))")
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{0,8})(\d{1,12})")
_OVERLAP = 2_048  # bytes that two pieces share, so that no cell falls between them
_LOCAL_HEAD = 30


def require_bounded(path: Path) -> None:
    """Refuse a workbook that unpacks to more than memory has room for; what is no package at all is left to others."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS:
                raise _too_large(path)
            left = MOST_UNPACKED
            for part in parts:
                left -= _require_part(path, file, part, left)
    except (zipfile.BadZipFile, OSError, NotImplementedError, UnicodeDecodeError, ValueError):
        return  # who reads it says what is wrong with it


def _require_part(path: Path, file: BinaryIO, part: zipfile.ZipInfo, most: int) -> int:
    """The size of a part. Raises InvalidInput where it, or a sheet in it, is too large."""
    total, extent = 0, _Extent()
    is_sheet = part.filename.lower().endswith((".xml", ".bin")) and "sheet" in part.filename.lower()
    for piece in _pieces(file, part):
        total += len(piece)
        if is_sheet:
            extent.see(piece)
        if total > most or extent.cells > MOST_CELLS or extent.is_strange:
            raise _too_large(path)
    extent.see(b"")
    if extent.cells > MOST_CELLS or extent.is_strange:
        raise _too_large(path)
    return total


def _pieces(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a part, as its packed bytes give it and not as its head says."""
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile("packed in an unusual way")
    file.seek(part.header_offset)
    head = file.read(_LOCAL_HEAD)
    file.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
    inflater = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    left = part.compress_size
    while left > 0 and (packed := file.read(min(left, _PIECE))):
        left -= len(packed)
        while packed:
            try:
                piece = packed if inflater is None else inflater.decompress(packed, _PIECE)
            except zlib.error:
                return
            packed = b"" if inflater is None else inflater.unconsumed_tail
            yield piece


class _Extent:
    """How far the cells of a sheet reach that hold something."""

    def __init__(self) -> None:
        self._rest = b""
        self._row = self._column = 0
        self._first = self._last = self._columns = 0
        self.is_strange = False

    @property
    def cells(self) -> int:
        """All cells of the rectangle that holds them."""
        return (self._last - self._first + 1) * self._columns

    def see(self, piece: bytes) -> None:
        """Look at the next piece of the sheet, b"" at its end."""
        text = self._rest + piece
        stop = len(text) - _OVERLAP if piece else len(text)
        self.is_strange |= text.startswith((b"\xff\xfe", b"\xfe\xff"))
        end = 0
        for found in _PLACE.finditer(text):
            if found.start() >= stop:
                break
            self._place(found)
            end = found.end()
        self._rest = text[max(end, stop, 0) :]

    def _place(self, found: re.Match[bytes]) -> None:
        is_row = found[2] is None
        head = found[1] if is_row else found[2]
        self.is_strange |= len(head) > _LONGEST_HEAD
        reference = _REFERENCE.search(head)
        if is_row:
            self._row = int(reference[2]) if reference else self._row + 1
            self._column = 0
            return
        self._column += 1
        if reference:
            self._row, self._column = int(reference[2]), _number(reference[1]) or self._column
        self._first = min(self._first or self._row, self._row)
        self._last = max(self._last, self._row)
        self._columns = max(self._columns, self._column)


def _number(letters: bytes) -> int:
    """The number of a column: 1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _too_large(path: Path) -> InvalidInput:
    return InvalidInput(
        tr("{path} is too large to be read: it would unpack to more than memory has room for.", path=path.name),
        hint=tr("Delete what is far below or beside the table, or save the sheets as CSV files."),
    )


def require_readable_size(path: Path) -> None:
    """Refuse a CSV file that is too large to be held. OSError passes."""
    size = path.stat().st_size
    if size > MOST_FILE:
        raise InvalidInput(
            tr("{path} has {size} MB; at most {limit} can be read.", path=path.name, size=size // MEGABYTE, limit=128),
            hint=tr("Divide it into several files and import them one after the other."),
        )
