"""Reads cells of the workshop folder as values of the tables, and writes values as cells.

Every reader takes the text of a cell that is not empty and raises ValueError where it is not allowed; the column says
in words what is.
"""

import datetime
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pegboard.domain.quantity import LIMIT, MICRO, micro_text, parse_micro
from pegboard.exchange.columns import Column, Kind

# Text that a spreadsheet would run gets an apostrophe in front, and so does text that begins with apostrophes before
# such a character: so that taking one off always gives back what was written.
_RUNS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_CODE = re.compile(r"[^\x00-\x1f\x7f-\x9f;=]+")
_PLACE = re.compile(r"[^\x00-\x1f\x7f-\x9f;=:]+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,12}(\.0{0,6})?", re.ASCII)
_SHORT = 12  # digits of a whole number below 10^12


def unguarded(text: str) -> str:
    """The text without the apostrophe that kept a spreadsheet from running it."""
    return text[1:] if _GUARDED.match(text) else text


def guarded(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would run it as a formula."""
    return "'" + text if _RUNS.match(text) else text


def reader(column: Column) -> Callable[[str], Any]:
    """The function that reads a cell of `column` that is not empty."""
    read = _READERS[column.kind]
    if column.kind is Kind.CHOICE:
        return lambda text: _chosen(text, column.choices)
    if column.kind in (Kind.NUMBER, Kind.WHOLE):
        return lambda text: _in_range(read(text), column)
    return read


def _chosen(text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise ValueError(text)
    return text


def _in_range(number: int, column: Column) -> int:
    low, high = column.low, column.high
    if low is not None and (number < low or (column.above and number == low)):
        raise ValueError("too small")
    if high is not None and (number > high or (column.below and number == high)):
        raise ValueError("too large")
    return number


def _number(text: str) -> int:
    if text.isdigit() and text.isascii() and len(text) <= _SHORT:
        return int(text) * MICRO
    return parse_micro(text)


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    return int(text.partition(".")[0])


def _code(text: str) -> str:
    text = unguarded(text)
    if not _CODE.fullmatch(text) or text != text.strip():
        raise ValueError(text)
    return text


def _place(text: str) -> str:
    text = unguarded(text)
    if not _PLACE.fullmatch(text) or text != text.strip():
        raise ValueError(text)
    return text


def _currency(text: str) -> str:
    if not re.fullmatch("[A-Z]{3}", text):
        raise ValueError(text)
    return text


def _date(text: str) -> str:
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    datetime.date.fromisoformat(text)
    return text


def _instant(text: str) -> str:
    if not _INSTANT.fullmatch(text):
        raise ValueError(text)
    try:
        moment = datetime.datetime.fromisoformat(text).astimezone(datetime.UTC)
    except OverflowError as error:
        raise ValueError(text) from error
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def _yes_no(text: str) -> int:
    if text not in ("yes", "no"):
        raise ValueError(text)
    return int(text == "yes")


def _option(text: str) -> tuple[str, str]:
    group, equals, choice = unguarded(text).partition("=")
    if not equals:
        raise ValueError(text)
    return _bare_code(group), _bare_code(choice)


def _bare_code(text: str) -> str:
    if not _CODE.fullmatch(text) or text != text.strip():
        raise ValueError(text)
    return text


def _options(text: str) -> tuple[tuple[str, str], ...]:
    chosen = []
    for part in unguarded(text).split(";"):
        group, _, choice = part.partition("=")
        chosen.append((_bare_code(group), _bare_code(choice)))
    if len(set(chosen)) != len(chosen):
        raise ValueError(text)
    return tuple(chosen)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(_bare_code(code) for code in unguarded(text).split(";"))


_READERS: dict[Kind, Callable[[str], Any]] = {
    Kind.TEXT: unguarded,
    Kind.CODE: _code,
    Kind.PLACE: _place,
    Kind.CURRENCY: _currency,
    Kind.NUMBER: _number,
    Kind.WHOLE: _whole,
    Kind.DATE: _date,
    Kind.INSTANT: _instant,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: str,
    Kind.OPTION: _option,
    Kind.OPTIONS: _options,
    Kind.CODES: _codes,
}


def stand_in(column: Column, text: str) -> Any:
    """What a refused cell counts as, so that the other checks can go on without following errors."""
    if column.kind is Kind.NUMBER:
        return MICRO
    if column.kind is Kind.WHOLE:
        return None if column.default is None else column.default
    if column.kind in (Kind.CODE, Kind.PLACE, Kind.TEXT):
        return unguarded(text)
    if column.kind is Kind.CHOICE:
        return column.default or column.choices[0]
    return column.default


def writer(column: Column) -> Callable[[Any], str]:
    """The function that writes a value of `column` as a cell; None is an empty cell."""
    return _WRITERS.get(column.kind, _plain)


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _text_cell(value: Any) -> str:
    return guarded(value) if value else ""


@lru_cache(maxsize=65_536)
def _number_cell(value: int | None) -> str:
    return "" if value is None else micro_text(value)


def _yes_no_cell(value: Any) -> str:
    return "yes" if value else "no"


def _instant_cell(value: str) -> str:
    moment = datetime.datetime.fromisoformat(value).replace(tzinfo=datetime.UTC)
    return moment.astimezone().replace(tzinfo=None).isoformat("T", "seconds")


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: _text_cell,
    Kind.CODE: _text_cell,
    Kind.PLACE: _text_cell,
    Kind.OPTION: _text_cell,
    Kind.OPTIONS: _text_cell,
    Kind.CODES: _text_cell,
    Kind.NUMBER: _number_cell,
    Kind.YES_NO: _yes_no_cell,
    Kind.INSTANT: _instant_cell,
}
assert LIMIT == 10**_SHORT * MICRO
