"""The parsed rows of one file of an import, column by column."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from pegboard.i18n import tr
from pegboard.services.importing.problems import Problem, Problems

Values = list[Any]  # of one column, as they lie in the tables: whole millionths, ISO days, 0 and 1, text, None


class FileRows:
    """One file: its columns as lists of values, and where each row stands.

    A cell that does not parse has been told already and holds a harmless stand-in; `bad` are the places of such rows,
    so that comparisons with other rows can leave them out; `bad_keys` those whose key is not known.

    Attributes: name: the file's name without `.csv`; label: as the user knows it; order: its place in the import;
    columns: values by column name, only those the file has; defaults: what an empty cell means; raw: the cells as they
    stand; row_numbers: the header is row 1.
    """

    def __init__(
        self,
        name: str,
        label: str,
        order: int,
        columns: dict[str, Values],
        defaults: Mapping[str, Any],
        raw: Mapping[str, Sequence[str]],
        row_numbers: Sequence[int],
        bad: Collection[int],
        bad_keys: Collection[int],
        problems: Problems,
    ) -> None:
        self.name = name
        self.label = label
        self.order = order
        self.columns = columns
        self.defaults = defaults
        self.raw = raw
        self.row_numbers = row_numbers
        self.bad = bad
        self.bad_keys = bad_keys
        self.problems = problems

    def __len__(self) -> int:
        return len(self.row_numbers)

    def has(self, column: str) -> bool:
        """Say whether the file has this column."""
        return column in self.columns

    def values(self, column: str) -> Values:
        """The values of a column; its default throughout where the file does not have it."""
        found = self.columns.get(column)
        return [self.defaults[column]] * len(self) if found is None else found

    def given(self, column: str, index: int) -> bool:
        """Say whether a cell has something in it."""
        cells = self.raw.get(column)
        return bool(cells and cells[index])

    def refuse(self, index: int, column: str, allowed: str) -> None:
        """Tell a problem of the row at `index`; `column` may join several names with a comma."""
        names = column.split(", ")
        value = ", ".join(self.raw[name][index] for name in names if name in self.raw)
        self.problems.add(self.order, Problem(self.label, self.row_numbers[index], column, value, allowed))

    def refuse_where(self, column: str, wrong: Iterable[bool], allowed: Callable[[int], str]) -> None:
        """Tell a problem for each row that is wrong."""
        for index, is_wrong in enumerate(wrong):
            if is_wrong:
                self.refuse(index, column, allowed(index))

    def check_keys(self, columns: str, keys: Sequence[Any]) -> None:
        """Refuse each row whose key an earlier row has; `columns` are the names of the key, joined with a comma."""
        if len(set(keys)) == len(keys):
            return
        first: dict[Any, int] = {}
        for index, key in enumerate(keys):
            earlier = first.setdefault(key, index)
            if earlier != index and index not in self.bad_keys and earlier not in self.bad_keys:
                self.refuse(
                    index, columns, tr("each key once in the file; row {row} has it", row=self.row_numbers[earlier])
                )

    def check_references(self, column: str, known: Collection[str], what: str) -> None:
        """Refuse each code that is not known; `what` says what kind of code it must be."""
        found = self.columns.get(column)
        if found is None:
            return
        unknown = set(found).difference(known, ("", None))  # None: the cell was refused already
        if unknown:
            hints = {code: _allowed_code(code, known, what) for code in unknown}
            for index, code in enumerate(found):
                if code in hints:
                    self.refuse(index, column, hints[code])

    def check_agreement(self, columns: Sequence[str], owners: Sequence[Any], whose: str) -> None:
        """Refuse each row whose cells differ from the first row of the same owner; `whose` names the owner's column."""
        present = [column for column in columns if column in self.columns]
        first: dict[Any, int] = {}
        for index, owner in enumerate(owners):
            if index not in self.bad:
                first.setdefault(owner, index)
        if len(first) == len(self):
            return
        for column in present:
            values = self.columns[column]
            for index, owner in enumerate(owners):
                start = first.get(owner, index)
                if values[index] != values[start] and index not in self.bad:
                    self.refuse(index, column, _same_as(self.raw[column][start], self.row_numbers[start], whose))


def _same_as(value: str, row: int, whose: str) -> str:
    return tr(
        'the same as in row {row} ("{value}"), which has the same {whose}', row=row, value=value[:80], whose=whose
    )


def _allowed_code(code: str, known: Collection[str], what: str) -> str:
    from rapidfuzz import process

    nearest = process.extractOne(code, list(known), score_cutoff=60) if len(known) < 50_000 else None
    if nearest is None:
        return what
    return tr("{what}; the nearest is {nearest}", what=what, nearest=nearest[0])
