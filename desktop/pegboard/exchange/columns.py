"""How columns of the workshop folder are declared: one declaration drives import, export, sheets and error texts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pegboard.domain.quantity import MICRO, micro_text
from pegboard.i18n import tr

LEAST_LIKENESS = 65  # percent of the letters that agree: "item" may be meant for items, "Sheet1" for nothing


class Kind(Enum):
    """What the cells of a column hold; a cell lies in the tables as the value in brackets."""

    TEXT = "text"  # (text)
    CODE = "code"  # (text)
    PLACE = "place"  # code of an item or a location: no colon either (text)
    CURRENCY = "currency"  # (text)
    NUMBER = "number"  # (whole millionths)
    WHOLE = "whole"  # (integer)
    DATE = "date"  # (ISO day)
    INSTANT = "instant"  # local time (UTC as text)
    YES_NO = "yes_no"  # (0 or 1)
    CHOICE = "choice"  # (text)
    OPTION = "option"  # GROUP=CHOICE (pair of texts)
    OPTIONS = "options"  # (tuple of pairs)
    CODES = "codes"  # codes separated by semicolons (tuple of texts)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file.

    Attributes: default: what an empty cell means, as it lies in the tables; low, high: range of a number, in millionths
    for NUMBER; above, below: `low` and `high` themselves are out; choices: of a CHOICE.
    """

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    key: bool = False
    default: Any = None
    low: int | None = None
    high: int | None = None
    above: bool = False
    below: bool = False
    choices: tuple[str, ...] = ()

    def allowed(self) -> str:
        """What a cell of this column may hold, in words."""
        return _WORDS[self.kind](self)


@dataclass(frozen=True, slots=True)
class FileForm:
    """One file of the workshop folder: its name without `.csv`, which is the name of its sheet too, and its columns."""

    name: str
    columns: tuple[Column, ...]
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, in the order of an export."""
        return tuple(column.name for column in self.columns)


def _number_words(column: Column) -> str:
    return tr(
        "a number{range} with a decimal point, at most six decimals, below 1000000000000", range=_range(column, MICRO)
    )


def _whole_words(column: Column) -> str:
    return tr("a whole number{range}", range=_range(column, 1))


def _range(column: Column, scale: int) -> str:
    words = ""
    if column.low is not None:
        low = micro_text(column.low * MICRO // scale)
        words += tr(" above {low}", low=low) if column.above else tr(" from {low}", low=low)
    if column.high is not None:
        high = micro_text(column.high * MICRO // scale)
        words += tr(" to under {high}", high=high) if column.below else tr(" to {high}", high=high)
    return words


_CODE_WORDS = "a code without leading or trailing blanks, control characters, ; and ="

_WORDS: dict[Kind, Callable[[Column], str]] = {
    Kind.TEXT: lambda _column: tr("text"),
    Kind.CODE: lambda _column: tr(_CODE_WORDS),
    Kind.PLACE: lambda _column: tr("a code without leading or trailing blanks, control characters, ; = and :"),
    Kind.CURRENCY: lambda _column: tr("a currency code of three capital letters, such as EUR"),
    Kind.NUMBER: _number_words,
    Kind.WHOLE: _whole_words,
    Kind.DATE: lambda _column: tr("a day as YYYY-MM-DD"),
    Kind.INSTANT: lambda _column: tr("an instant as YYYY-MM-DDTHH:MM:SS, with or without an offset such as +01:00"),
    Kind.YES_NO: lambda _column: tr("yes or no"),
    Kind.CHOICE: lambda column: tr("one of {choices}", choices=", ".join(column.choices)),
    Kind.OPTION: lambda _column: tr("GROUP=CHOICE, both codes"),
    Kind.OPTIONS: lambda _column: tr("GROUP=CHOICE;GROUP=CHOICE, each group once"),
    Kind.CODES: lambda _column: tr("codes separated by ; without blanks"),
}
