"""What one import knows while it is checked: the files, the codes of the workshop, and the writes it has prepared."""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pegboard.domain.shop_calendar import FURTHEST, ShopCalendar
from pegboard.i18n import tr
from pegboard.services.importing.merging import Merge, Stored, found, merge
from pegboard.services.importing.problems import Problems
from pegboard.services.importing.rows import FileRows, Values
from pegboard.storage.bulk import insert_rows, next_id
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.inventory import Location
from pegboard.storage.types import Base

MAIN = "MAIN"  # where stock lies when a file says nothing


@dataclass(frozen=True, slots=True)
class FileCount:
    """What became of the rows of one file.

    Attributes: name: the file without `.csv`; new, changed, unchanged: rows.
    """

    name: str
    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Result:
    """The receipt of an import.

    Attributes: counts: one for each file, in the order of the files; notes: sentences on what a person should know,
    such as count differences.
    """

    counts: tuple[FileCount, ...]
    notes: tuple[str, ...] = ()


class Import:
    """One import on its way from parsed files to the tables.

    Nouns prepare themselves in order: each checks its file, tells problems, and leaves its writes in `writes`. Nothing
    is written before all have been checked.

    Attributes: unreadable: files that cannot be read whole, so that nobody knows all their codes; items, suppliers,
    customers, work_centers, locations: code -> id, of the workshop and the files together; whole, unit, tracking,
    loss: of each item, by code; change_orders: changes of exploded lines, made when all else is written; nouns:
    kinds of record that change.
    """

    def __init__(
        self, reading: Reading, files: Mapping[str, FileRows], problems: Problems, unreadable: Collection[str] = ()
    ) -> None:
        self.reading = reading
        self.today: datetime.date = reading.today
        self.files = files
        self.unreadable = unreadable
        self.problems = problems
        self.items: dict[str, int] = {}
        self.whole: dict[str, int] = {}
        self.unit: dict[str, str] = {}
        self.tracking: dict[str, str] = {}
        self.loss: dict[str, int] = {}
        self.suppliers: dict[str, int] = {}
        self.customers: dict[str, int] = {}
        self.work_centers: dict[str, int] = {}
        self.writes: list[Callable[[Transaction], object]] = []
        self.change_orders: list[Callable[[Transaction], object]] = []
        self.counts: list[FileCount] = []
        self.notes: list[str] = []
        self.nouns: set[str] = set()

    def file(self, name: str) -> FileRows | None:
        """The rows of a file, or None where the import does not have it."""
        return self.files.get(name)

    def write(self, merged: Merge, noun: str) -> None:
        """Write a merge once everything is checked."""
        if merged.new or merged.changed:
            self.writes.append(merged.write)
            self.nouns.add(noun)

    def insert(self, table: type[Base], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows once everything is checked."""
        if kept := list(rows):
            self.writes.append(lambda tx: insert_rows(tx, table, columns, kept))

    def then(self, write: Callable[[Transaction], object]) -> None:
        """Do a write of another kind once everything is checked."""
        self.writes.append(write)

    def count(self, rows: FileRows, new: Iterable[int], changed: Iterable[int]) -> None:
        """Keep for the receipt which rows of a file are new and which change something."""
        new = set(new)
        changed = set(changed) - new
        self.counts.append(FileCount(rows.name, len(new), len(changed), len(rows) - len(new) - len(changed)))

    def merge_coded(
        self, rows: FileRows, table: type[Base], mapping: Mapping[str, str], stored: Stored, noun: str, **fixed: Any
    ) -> Merge:
        """Merge a file whose key is `code` into its table; `fixed` are columns that new rows get and files lack."""
        codes = rows.values("code")
        rows.check_keys("code", codes)
        columns: dict[str, Values | None] = {name: rows.columns.get(column) for name, column in mapping.items()}
        columns |= dict.fromkeys(fixed)
        defaults = {name: rows.defaults[column] for name, column in mapping.items()} | fixed
        merged = merge(self.reading, table, codes, stored, columns, defaults)
        self.write(merged, noun)
        self.count(rows, merged.new, merged.changed)
        return merged

    @cached_property
    def locations(self) -> dict[str, int]:
        """Locations by code; `location_ids` makes those that are missing."""
        return {code: row_id for row_id, code in found(self.reading, "SELECT location_id, code FROM location")}

    def location_ids(self, codes: Sequence[str]) -> list[int]:
        """The ids of locations; those that the workshop does not have yet are made."""
        missing = [code for code in dict.fromkeys(codes) if code not in self.locations]
        if missing:
            first = max([*self.locations.values(), next_id(self.reading, Location) - 1]) + 1
            made = dict(zip(missing, range(first, first + len(missing)), strict=True))
            self.locations.update(made)
            self.insert(Location, ("location_id", "code"), [(row_id, code) for code, row_id in made.items()])
            self.nouns.add("location")
        return [self.locations[code] for code in codes]

    def item_ids(self, codes: Iterable[str]) -> list[int]:
        """The ids of items; 0 for a code that is not known, which has been told already."""
        return [self.items.get(code, 0) for code in codes]

    def check_items(self, rows: FileRows, column: str = "item") -> None:
        """Refuse codes that are no item's."""
        what = tr("the code of an item in items.csv or in the workshop")
        self.check_codes(rows, column, self.items, what, "items")

    def check_suppliers(self, rows: FileRows, column: str = "supplier") -> None:
        """Refuse codes that are no supplier's."""
        what = tr("the code of a supplier in suppliers.csv or in the workshop")
        self.check_codes(rows, column, self.suppliers, what, "suppliers")

    def check_codes(self, rows: FileRows, column: str, known: Collection[str], what: str, source: str) -> None:
        """Refuse codes that are not known, unless the file `source` that may name them cannot be read."""
        if source not in self.unreadable:
            rows.check_references(column, known, what)

    def check_whole(self, rows: FileRows, column: str = "quantity", item_column: str = "item") -> None:
        """Refuse broken quantities of items that come in whole units."""
        quantities = rows.columns.get(column)
        if quantities is None:
            return
        for index, quantity in enumerate(quantities):
            if quantity is not None and quantity % 1_000_000:
                code = rows.values(item_column)[index]
                if self.whole.get(code):
                    rows.refuse(index, column, tr("a whole number, as {item} comes in whole units", item=code))

    @cached_property
    def calendar(self) -> ShopCalendar:
        """The working calendar with the days of the files."""
        days: dict[str, int] = dict(found(self.reading, "SELECT day, working FROM calendar_day"))
        rows = self.file("calendar")
        if rows is not None:
            days.update(zip(rows.values("date"), rows.values("working"), strict=True))
        return ShopCalendar(
            {datetime.date.fromisoformat(day).toordinal(): bool(working) for day, working in days.items() if day}
        )


def iso_day(ordinal: int) -> str:
    """The day as text; the first or the last of the calendar where a lead time leads beyond it."""
    return datetime.date.fromordinal(min(max(ordinal, 1), FURTHEST)).isoformat()


def line_numbers(rows: FileRows, parents: Sequence[Any]) -> list[int]:
    """The line number of each row: as given, else the row's place among the rows of the same parent."""
    given = rows.values("line")
    if None not in given:
        return given
    places: dict[Any, int] = {}
    numbers = []
    for parent, line in zip(parents, given, strict=True):
        place = places[parent] = places.get(parent, 0) + 1
        numbers.append(place if line is None else line)
    return numbers
