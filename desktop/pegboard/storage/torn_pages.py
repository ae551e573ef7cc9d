"""Finds the rows below a torn inner page of a damaged workshop, and puts a new inner page over them.

SQLite reaches the rows of a table through inner pages; where one is torn, whole pages full of rows lie in the file and
nothing leads to them. They are told by what is on them: a page of rows that no table reaches and that is not on the
list of free pages belongs to the one torn table whose columns its rows fit. The format is the one that
sqlite.org/fileformat2.html tells.
"""

import shutil
import sqlite3
from bisect import insort
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

INNER, LEAF = 5, 13  # kinds of pages of a table
FILE_HEAD = 100  # bytes
CHILDREN = 250  # that certainly go on one inner page
MOST_CELLS = 2000  # on a page of up to 64 KB that holds rows of ours


@dataclass(frozen=True, slots=True, order=True)
class Leaf:
    """A page of rows: its first and last row id, and where it lies."""

    first: int
    last: int
    page: int


@dataclass(slots=True)
class Tree:
    """A table as far as it can be reached.

    Attributes: columns: as `PRAGMA table_info` tells them; is_torn: whether an inner page of it cannot be read.
    """

    root: int
    columns: Sequence[tuple[str, bool, bool]]
    leaves: list[Leaf] = field(default_factory=list)
    is_torn: bool = False
    found: int = 0


def mend(damaged: Path, copy: Path) -> bool:
    """Copy the file `damaged` to `copy` with the rows below its torn inner pages in reach again.

    False where there are none: then `copy` is not needed.
    """
    _copy_whole(damaged, copy)
    with suppress(sqlite3.DatabaseError):
        trees = _trees(copy)
        pages = Pages(bytearray(copy.read_bytes()))
        for tree in trees:
            pages.walk(tree)
        if any(tree.is_torn for tree in trees) and _adopt(pages, trees):
            for tree in trees:
                if tree.found:
                    pages.rebuild(tree)
            pages.write(copy)
            return True
    return False


def schema_pages(path: Path) -> dict[int, bytes]:
    """The pages of a whole file that say which tables there are, but for the first one."""
    pages, tree = Pages(bytearray(path.read_bytes())), Tree(1, ())
    reached = pages.walk(tree).union(leaf.page for leaf in tree.leaves)
    return {number: bytes(pages.page(number)) for number in reached if number > 1}


def is_plausible(path: Path) -> bool:
    """Whether the first rows of every table can be of that table: else the file's own tables lie elsewhere."""
    try:
        trees, pages = _trees(path), Pages(bytearray(path.read_bytes()))
    except sqlite3.DatabaseError:
        return False
    for tree in trees:
        pages.walk(tree)
        if tree.leaves and not _are_kinds(tree, pages.rows(tree.leaves[0].page)):
            return False
    return True


def _copy_whole(damaged: Path, copy: Path) -> None:
    """Copy the file with what its write-ahead log holds."""
    shutil.copyfile(damaged, copy)
    log = damaged.with_name(damaged.name + "-wal")
    if log.exists():
        shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _trees(path: Path) -> list[Tree]:
    """Every table of the file with its columns: declared type, whether it may be empty, whether it is the row id."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        found = []
        for name, root in connection.execute(
            "SELECT name, rootpage FROM sqlite_master WHERE type = 'table' AND rootpage > 1"
        ).fetchall():
            told = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
            keys = [column for column in told if column[5]]
            columns = [
                (str(column[2]).upper(), not column[3], bool(column[5]) and len(keys) == 1 and column[2] == "INTEGER")
                for column in told
            ]
            found.append(Tree(root, columns))
    return found


def _adopt(pages: "Pages", trees: Sequence[Tree]) -> int:
    """Give pages that nothing leads to to the torn tables whose rows they hold; return how many."""
    free = pages.free()
    if free is None:  # rows that were deleted would come back
        return 0
    taken = free.union(leaf.page for tree in trees for leaf in tree.leaves)
    torn = [tree for tree in trees if tree.is_torn]
    for page in range(2, pages.count + 1):
        if page in taken or pages.kind(page) != LEAF:
            continue
        rows = pages.rows(page)
        if not rows:
            continue
        leaf = Leaf(rows[0][0], rows[-1][0], page)
        fitting = [tree for tree in torn if _fits(tree, leaf, rows)]
        if len(fitting) == 1:
            insort(fitting[0].leaves, leaf)
            fitting[0].found += 1
    return sum(tree.found for tree in torn)


def _fits(tree: Tree, leaf: Leaf, rows: Sequence[tuple[int, list[int]]]) -> bool:
    """Whether all rows of a page can be of this table, and none of their ids is there already."""
    if any(other.first <= leaf.last and leaf.first <= other.last for other in tree.leaves):
        return False
    return _are_kinds(tree, rows) and all(len(kinds) == len(tree.columns) for _row, kinds in rows)


def _are_kinds(tree: Tree, rows: Sequence[tuple[int, list[int]]]) -> bool:
    """Whether all rows can be of this table; those from before a column was added lack its value."""
    return all(
        len(kinds) <= len(tree.columns)
        and all(_is_kind(kind, *column) for kind, column in zip(kinds, tree.columns, strict=False))
        for _row, kinds in rows
    )


def _is_kind(kind: int, declared: str, is_optional: bool, is_row_id: bool) -> bool:
    """Whether a value of this serial type can stand in a column."""
    if is_row_id or kind == 0:
        return kind == 0 and (is_row_id or is_optional)
    if "INT" in declared or declared == "BOOLEAN":
        return kind in (1, 2, 3, 4, 5, 6, 8, 9)
    if "CHAR" in declared or declared == "TEXT":
        return kind >= 13 and kind % 2 == 1
    return True


class Pages:
    """The pages of a file, numbered from 1."""

    def __init__(self, content: bytearray) -> None:
        self._content = content
        size = int.from_bytes(content[16:18], "big")
        self._size = 65536 if size == 1 else size
        if self._size < 512:
            raise sqlite3.DatabaseError("no size of a page")
        self._usable = self._size - content[20]
        told = int.from_bytes(content[28:32], "big")
        whole = len(content) // self._size
        # Where the file was cut off, pages beyond its end are still named: none of ours may take their numbers.
        self.count = whole if told > 4 * whole + 1000 else max(told, whole)
        self._content.extend(bytes(self.count * self._size - len(content)))

    def page(self, number: int) -> memoryview:
        """The bytes of a page; none where there is no such page."""
        start = (number - 1) * self._size
        return memoryview(self._content)[start : start + self._size] if 1 <= number <= self.count else memoryview(b"")

    def kind(self, number: int) -> int:
        """What kind of page it says it is."""
        page = self.page(number)
        return page[_start(number)] if page else 0

    def walk(self, tree: Tree) -> set[int]:
        """Find the pages of rows that the table's inner pages lead to; return those inner ones."""
        waiting, seen, inner = [tree.root], set[int](), set[int]()
        while waiting:
            number = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            if self.kind(number) == LEAF:
                ends = self._ends(number)
                if ends is not None:
                    tree.leaves.append(Leaf(*ends, number))
                tree.is_torn |= ends is None and number != tree.root  # without any rows the root is such a page
                continue
            children = self._children(number)
            tree.is_torn |= children is None
            waiting += children or ()
            inner.add(number)
        tree.leaves.sort()
        return inner

    def free(self) -> set[int] | None:
        """The pages on the list of free ones, None where that list cannot be followed."""
        found: set[int] = set()
        number, told = (int.from_bytes(self._content[at : at + 4], "big") for at in (32, 36))
        while number:
            page = self.page(number)
            if number in found or not page:
                return None
            found.add(number)
            count = int.from_bytes(page[4:8], "big")
            if count > self._usable // 4 - 2:
                return None
            found.update(int.from_bytes(page[8 + 4 * at : 12 + 4 * at], "big") for at in range(count))
            number = int.from_bytes(page[:4], "big")
        return found if len(found) == told else None

    def rows(self, number: int) -> list[tuple[int, list[int]]]:
        """The row ids of a page of rows with the serial types of their values; empty where it is no such page."""
        page = self.page(number)
        try:
            found = [self._row(page, at) for at in self._cells(page, 0, 8)]
        except (IndexError, ValueError):
            return []
        ascend = all(before[0] < after[0] for before, after in pairwise(found))
        return found if ascend else []

    def _row(self, page: memoryview, at: int) -> tuple[int, list[int]]:
        length, at = _varint(page, at)
        row, at = _varint(page, at)
        head, place = _varint(page, at)
        end = at + head
        if end > self._usable or head > length:
            raise ValueError
        kinds = []
        while place < end:
            kind, place = _varint(page, place)
            kinds.append(kind)
        if place != end or head + sum(map(_width, kinds)) != length:
            raise ValueError
        return row, kinds

    def _ends(self, number: int) -> tuple[int, int] | None:
        """The first and last row id of a page of rows."""
        page = self.page(number)
        try:
            cells = list(self._cells(page, _start(number), 8))
            first, last = (_varint(page, _varint(page, at)[1])[0] for at in (cells[0], cells[-1]))
        except (IndexError, ValueError):
            return None
        return (first, last) if first <= last else None

    def _children(self, number: int) -> list[int] | None:
        """The pages below an inner one, None where it is none."""
        if self.kind(number) != INNER:
            return None
        page = self.page(number)
        try:
            below = [int.from_bytes(page[at : at + 4], "big") for at in self._cells(page, _start(number), 12)]
        except ValueError:
            return None
        below.append(int.from_bytes(page[_start(number) + 8 : _start(number) + 12], "big"))
        return below if all(1 < child <= self.count for child in below) and len(set(below)) == len(below) else None

    def _cells(self, page: memoryview, start: int, head: int) -> Iterator[int]:
        """Where the cells of a page begin whose head of so many bytes starts there; ValueError where that cannot be."""
        count = int.from_bytes(page[start + 3 : start + 5], "big")
        head += start
        if count > MOST_CELLS:
            raise ValueError
        for place in range(count):
            at = int.from_bytes(page[head + 2 * place : head + 2 * place + 2], "big")
            if not head + 2 * count <= at < self._usable - 3:
                raise ValueError
            yield at

    # --- new inner pages

    def rebuild(self, tree: Tree) -> None:
        """Let the table's root lead to all of its pages of rows."""
        below = [(leaf.last, leaf.page) for leaf in tree.leaves]
        while len(below) > CHILDREN:
            parts = -(-len(below) // CHILDREN)
            ends = [len(below) * part // parts for part in range(parts + 1)]
            groups = [below[start:end] for start, end in pairwise(ends)]
            below = [(group[-1][0], self._add(self._inner(group))) for group in groups]
        if len(below) == 1:  # an inner page leads to two at least
            self._put(tree.root, bytes(self.page(below[0][1])))
        else:
            self._put(tree.root, self._inner(below))

    def _inner(self, below: Sequence[tuple[int, int]]) -> bytes:
        """An inner page over these pages, each with its last row id."""
        cells = [child.to_bytes(4, "big") + _as_varint(last) for last, child in below[:-1]]
        content, pointers = bytearray(self._size), b""
        at = self._usable
        for cell in cells:
            at -= len(cell)
            content[at : at + len(cell)] = cell
            pointers += at.to_bytes(2, "big")
        head = bytes([INNER, 0, 0]) + len(cells).to_bytes(2, "big") + (at % 65536).to_bytes(2, "big") + b"\0"
        head += below[-1][1].to_bytes(4, "big") + pointers
        content[: len(head)] = head
        return bytes(content)

    def _add(self, page: bytes) -> int:
        self._content.extend(page)
        self.count += 1
        return self.count

    def _put(self, number: int, page: bytes) -> None:
        self._content[(number - 1) * self._size : number * self._size] = page

    def write(self, path: Path) -> None:
        """Write all pages, and how many they are."""
        self._content[28:32] = self.count.to_bytes(4, "big")
        self._content[92:96] = self._content[24:28]  # else the number of pages is not believed
        path.write_bytes(self._content)


def _start(number: int) -> int:
    """Where a page's own head is: the first page begins with that of the file."""
    return FILE_HEAD if number == 1 else 0


def _varint(page: memoryview, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where the next begins."""
    value = 0
    for place in range(8):
        byte = page[at + place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    value = value << 8 | page[at + 8]
    return value - (1 << 64) if value >> 63 else value, at + 9


def _as_varint(value: int) -> bytes:
    """A row id as the file has it; ours are below 2 ** 56."""
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))


def _width(kind: int) -> int:
    """How many bytes a value of a serial type takes; ValueError for one that there is not."""
    if kind >= 12:
        return (kind - 12) // 2
    if kind in (10, 11) or kind < 0:
        raise ValueError
    return (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)[kind]
