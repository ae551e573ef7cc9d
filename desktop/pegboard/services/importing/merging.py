"""Puts the rows of a file beside what the workshop has: which are new, which change something, which do not."""

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any

from sqlalchemy import inspect

from pegboard.services.importing.rows import FileRows, Values
from pegboard.storage.bulk import fetch, insert_rows, next_id, update_rows
from pegboard.storage.store import Reading
from pegboard.storage.types import Base

Stored = dict[Any, tuple[Any, ...]]  # key -> (id, the values of the columns)


def id_name(table: type[Base]) -> str:
    """The name of a table's primary key."""
    return str(inspect(table).primary_key[0].name)


def found(reading: Reading, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
    """All rows of a statement as plain tuples, values as they lie in the file."""
    return list(fetch(reading, statement, parameters))


def stored_rows(
    reading: Reading, table: type[Base], key: Sequence[str], columns: Sequence[str], where: str = ""
) -> Stored:
    """All rows of a table by key (one column: its value; several: a tuple)."""
    names = [id_name(table), *columns]
    rows = fetch(reading, f"SELECT {', '.join([*names, *key])} FROM {table.__tablename__} {where}")
    width = len(names)
    if len(key) == 1:
        return {row[width]: row[:width] for row in rows}
    return {row[width:]: row[:width] for row in rows}


class Merge:
    """Rows to insert and to update in one table.

    Attributes: ids: the primary key of each file row; rows: each file row's values after the import, in the order of
    `columns`; before: what the workshop had for it, or None; new, changed: places of the rows that are.
    """

    def __init__(self, table: type[Base], columns: tuple[str, ...]) -> None:
        self.table = table
        self.columns = columns
        self.ids: Sequence[int] = ()
        self.rows: list[tuple[Any, ...]] = []
        self.before: Sequence[tuple[Any, ...] | None] = ()
        self.new: Sequence[int] | set[int] = ()
        self.changed: set[int] = set()

    def column(self, name: str) -> list[Any]:
        """The values of one column after the import."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    def write(self, tx: Reading) -> None:
        """Write the new and the changed rows."""
        key = id_name(self.table)
        if len(self.new) == len(self.rows):
            inserts = [(row_id, *row) for row_id, row in zip(self.ids, self.rows, strict=True)]
        else:
            inserts = [(self.ids[index], *self.rows[index]) for index in sorted(self.new)]
        insert_rows(tx, self.table, (key, *self.columns), inserts)
        updates = [(*self.rows[index], self.ids[index]) for index in sorted(self.changed)]
        update_rows(tx, self.table, self.columns, key, updates)


def merge(
    reading: Reading,
    table: type[Base],
    keys: Sequence[Any],
    stored: Stored,
    columns: Mapping[str, Values | None],
    defaults: Mapping[str, Any],
) -> Merge:
    """Put rows beside what is stored.

    `columns` are the table's columns in the order that `stored` has them; None keeps what is stored and gives a new row
    the default of that name. Equal keys may stand together: they are one row, the first one's values count.
    """
    result = Merge(table, tuple(columns))
    first = next_id(reading, table)
    if not stored and len(set(keys)) == len(keys):
        result.ids = range(first, first + len(keys))
        fresh = [repeat(defaults[name], len(keys)) if values is None else values for name, values in columns.items()]
        result.rows = list(zip(*fresh, strict=False))
        result.before = [None] * len(keys)
        result.new = range(len(keys))
        return result
    return _merge_slowly(result, keys, stored, columns, defaults, first)


def _merge_slowly(
    result: Merge,
    keys: Sequence[Any],
    stored: Stored,
    columns: Mapping[str, Values | None],
    defaults: Mapping[str, Any],
    free_id: int,
) -> Merge:
    places = list(enumerate(columns.items()))
    version = result.columns.index("row_version") if "row_version" in columns else None
    ids: list[int] = []
    before: list[tuple[Any, ...] | None] = []
    new: set[int] = set()
    seen: dict[Any, int] = {}
    for index, key in enumerate(keys):
        old = stored.get(key)
        if key in seen:
            earlier = seen[key]
            ids.append(ids[earlier])
            result.rows.append(result.rows[earlier])
            before.append(before[earlier])
            continue
        seen[key] = index
        before.append(None if old is None else old[1:])
        if old is None:
            ids.append(free_id)
            free_id += 1
            new.add(index)
            row = tuple(defaults[name] if values is None else values[index] for _, (name, values) in places)
        else:
            ids.append(old[0])
            row = tuple(old[place + 1] if values is None else values[index] for place, (_, values) in places)
            if row != old[1:]:
                result.changed.add(index)
                row = _next_version(row, version)
        result.rows.append(row)
    result.ids, result.before, result.new = ids, before, new
    return result


def _next_version(row: tuple[Any, ...], place: int | None) -> tuple[Any, ...]:
    """A changed row gets the next version, so that a seat that still shows the old one does not overwrite it."""
    return row if place is None else (*row[:place], row[place] + 1, *row[place + 1 :])


def given_columns(rows: FileRows, mapping: Mapping[str, str]) -> dict[str, Values | None]:
    """The values of a file for the columns of a table: `mapping` names the file's column for each of the table's."""
    return {name: rows.columns.get(column) for name, column in mapping.items()}
