"""Says a statement that is written for SQLite as PostgreSQL says it, with the same meaning.

Only what the two say differently is changed: marks for parameters, lists of values (`json_each`), `LIKE`, `IS` between
values, where NULL sorts, aggregates of text, casts, numbers as conditions. What a function can bridge is made as one
in the workshop's own schema instead, see `postgres.tables`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pegboard.storage.postgres.columns import columns_never_null, columns_of_flags
from pegboard.storage.postgres.grouping import complete_groups
from pegboard.storage.postgres.words import KEYWORDS, Words

Parameters = Sequence[Any] | Mapping[str, Any]

_PLAIN_INSERT = re.compile(r"INSERT INTO (\w+) \(([\w, ]+)\) VALUES \(\?(?:, ?\?)*\)\Z")
_CONDITION_BEFORE = frozenset({"WHERE", "AND", "OR", "NOT", "ON", "WHEN", "HAVING"})
_CONDITION_AFTER = frozenset({"", "AND", "OR", ")", "THEN", "GROUP", "ORDER", "LIMIT", "UNION", ";"})
_ORDER_ENDS = frozenset({"", "LIMIT", "OFFSET", "ROWS", "RANGE", "GROUPS", "UNION", "EXCEPT", "RETURNING"})
_VALUE_TESTS = frozenset({"NULL", "TRUE", "FALSE", "DISTINCT", "UNKNOWN", "NOT"})


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as PostgreSQL takes it.

    Attributes: text: with the driver's marks; lists: parameters (place or name) that hold a JSON list; numbered: the
    parameters are called by number.
    """

    text: str
    lists: tuple[int | str, ...]
    numbered: bool

    def parameters(self, given: Parameters) -> Parameters:
        """The parameters as the driver takes them."""
        if not given and not isinstance(given, Mapping):
            return ()
        if isinstance(given, Mapping):
            if not self.lists:
                return given
            return {name: json.loads(value) if name in self.lists else value for name, value in given.items()}
        values = list(given)
        for place in self.lists:
            assert isinstance(place, int)
            values[place] = json.loads(values[place])
        return {f"p{place}": value for place, value in enumerate(values, 1)} if self.numbered else tuple(values)


@lru_cache(maxsize=4096)
def said(statement: str) -> Said:
    """The statement as PostgreSQL says it."""
    words = Words(statement)
    complete_groups(words)
    lists = _value_lists(words)
    _functions(words)
    _comparisons(words)
    _nulls_in_order(words)
    _conditions(words)
    _numbers_in_recursion(words)
    _names_of_subqueries(words)
    return _with_marks(words, lists)


def plain_insert(statement: str) -> tuple[str, str] | None:
    """Table and columns where the statement inserts rows of parameters and nothing else: what COPY can do as well."""
    found = _PLAIN_INSERT.match(statement)
    return (found[1], found[2]) if found else None


def _with_marks(words: Words, lists: set[int]) -> Said:
    """Put the driver's marks for parameters; a per cent sign is doubled, as the driver wants it."""
    counted, places, numbered = 0, [], False
    for place, mark in enumerate(words.folded):
        text = words.texts[place].replace("%", "%%")
        if mark == "?":
            text = text.replace("?", "%s", 1)
            if place in lists:
                places.append(counted)
            counted += 1
        elif mark[0] == "?":
            numbered = True
            text = text.replace(mark, f"%(p{mark[1:]})s", 1)
            if place in lists:
                places.append(int(mark[1:]) - 1)
        elif mark[0] == ":" and len(mark) > 1 and mark != "::":
            name = mark[1:]
            text = text.replace(mark, f"%({name})s", 1)
            if place in lists:
                places.append(name)
        words.say(place, text)
    return Said(str(words), tuple(places), numbered)


def _value_lists(words: Words) -> set[int]:
    """`IN (SELECT value FROM json_each(?))` becomes `= ANY (?)` with a list; gives the places of those marks."""
    marks = set()
    for place, word in enumerate(words.folded):
        if word != "IN":
            continue
        found = words.run(words.after(place), "(", "SELECT", "VALUE", "FROM", "JSON_EACH", "(")
        if found is None:
            continue
        mark = words.after(found[-1])
        end = words.partners[found[0]]
        if words.after(words.after(mark)) != end:
            continue
        is_not = words.at(words.before(place)) == "NOT"
        if is_not:
            words.say(words.before(place), "")
        words.say(place, "<> ALL" if is_not else "= ANY")
        for gone in (*found[1:], words.partners[found[-1]]):
            words.say(gone, "")
        marks.add(mark)
    return marks


def _functions(words: Words) -> None:
    for place, word in enumerate(words.folded):
        if words.at(words.after(place)) != "(":
            continue
        opening = words.after(place)
        if word == "GROUP_CONCAT":
            _text_aggregate(words, place, opening)
        elif word == "CHAR" and words.at(words.after(opening)).isdigit():
            words.say(place, "chr")
        elif word == "CAST":
            _cast(words, place, opening)


def _text_aggregate(words: Words, place: int, opening: int) -> None:
    words.say(place, "string_agg")
    parts = list(words.parts(opening + 1, words.partners[opening] - 1))
    first, last = parts[0]
    if words.is_blank(first):
        first = words.after(first)
    if words.at(first) == "DISTINCT":
        first = words.after(first)
    order = next((at for at in range(first, last) if words.at(at) == "ORDER" and _is_outside(words, first, at)), None)
    end = last if order is None else words.before(order)
    words.add_before(first, "(")
    words.add_after(end, ")::text" + (", ','" if len(parts) == 1 else ""))


def _is_outside(words: Words, first: int, place: int) -> bool:
    """Whether no bracket that opens after `first` holds `place`."""
    return not any(opened < place < closed for opened, closed in words.partners.items() if first <= opened < closed)


def _cast(words: Words, place: int, opening: int) -> None:
    """SQLite reads the number that a text begins with, and 0 where there is none; PostgreSQL would refuse the text."""
    closing = words.partners[opening]
    kind = words.before(closing)
    if words.at(kind) == "INTEGER" and words.at(words.before(kind)) == "AS":
        words.say(place, "leading_number")
        words.say(words.before(kind), ")::text")
        words.add_after(opening, "(")
        words.say(kind, "")


def _comparisons(words: Words) -> None:
    for place, word in enumerate(words.folded):
        if word == "LIKE":
            _like(words, place)
        elif word == "COLLATE" and words.at(words.after(place)) == "NOCASE":
            last = words.before(place)
            words.add_before(words.operand_start(last), "lower(")
            words.add_after(last, ")")
            words.say(words.after(place), '"C"')
        elif word == "COLLATE" and words.at(words.after(place)) == "BINARY":
            words.say(words.after(place), '"C"')
        elif word == "IS":
            _is(words, place)
        elif word == "==":
            words.say(place, "=")
        elif word == "CROSS" and _has_condition(words, place):
            words.say(place, "")  # it only kept SQLite from changing the order of the tables
        elif word == "+" and _is_sign(words, place):
            words.say(place, "")  # it only kept SQLite from using an index
        elif word == "LIMIT" and words.at(words.after(place)) == "-":
            words.say(words.after(place), "ALL")
            words.say(words.after(words.after(place)), "")


def _has_condition(words: Words, cross: int) -> bool:
    """Whether a CROSS JOIN says how its tables belong together."""
    place = words.after(words.after(cross))
    while words.is_name(place) or words.at(place) in ("(", ".", "AS"):
        place = words.after(words.partners.get(place, place))
    return words.at(place) in ("ON", "USING")


def _is_sign(words: Words, place: int) -> bool:
    """Whether a plus stands before a single column and not between two."""
    before = words.before(place)
    is_first = words.at(before) in KEYWORDS or words.at(before) in ("(", ",", "=", "<", ">", "<=", ">=", "<>")
    return is_first and words.is_name(words.after(place))


def _like(words: Words, place: int) -> None:
    """SQLite's LIKE knows no capitals, and no escape but the one that is named."""
    words.say(place, "ILIKE")
    last = words.operand_end(words.after(place))
    if words.at(words.after(last)) != "ESCAPE":
        words.add_after(last, " ESCAPE ''")


def _is(words: Words, place: int) -> None:
    """`IS` and `IS NOT` between two values."""
    following = words.after(place)
    is_not = words.at(following) == "NOT"
    tested = words.after(following) if is_not else following
    if words.at(tested) in _VALUE_TESTS:
        return
    if is_not:
        words.say(following, "DISTINCT FROM")
    else:
        words.say(place, "IS NOT DISTINCT FROM")


def _nulls_in_order(words: Words) -> None:
    """NULL sorts first in SQLite, last in PostgreSQL; columns that never hold it keep the use of their index."""
    has_outer_join = "LEFT" in words.folded
    for place, word in enumerate(words.folded):
        if word == "ORDER" and words.at(words.after(place)) == "BY":
            first = words.after(words.after(place))
            for start, end in words.parts(first, _order_end(words, first)):
                _order_term(words, start, end, has_outer_join=has_outer_join)


def _order_end(words: Words, place: int) -> int:
    """The last word of an ORDER BY list that begins at `place`."""
    while words.at(place) not in _ORDER_ENDS and words.at(place) != ")":
        place = words.partners.get(place, place) + 1
    return place - 1


def _order_term(words: Words, start: int, end: int, *, has_outer_join: bool) -> None:
    last = end
    while last > start and words.is_blank(last):
        last -= 1
    if any(words.at(place) == "NULLS" for place in range(start, last + 1)):
        return
    direction = words.at(last)
    name = words.before(last) if direction in ("ASC", "DESC") else last
    first = words.after(start - 1)
    is_column = words.operand_start(name) == first and words.at(name)[:1].isalpha()
    if is_column and not has_outer_join and words.at(name).lower() in columns_never_null():
        return
    words.add_after(last, " NULLS LAST" if direction == "DESC" else " NULLS FIRST")


def _conditions(words: Words) -> None:
    """A number that stands as a condition, such as `WHERE active`, `NOT ?` or `WHERE 1`."""
    bounds, values = _ands_of_between(words), _whens_of_values(words)
    for place, word in enumerate(words.folded):
        is_number = word in ("0", "1") or word[0] == "?" or (word[0] == ":" and word not in (":", "::"))
        if not is_number and word.lower() not in columns_of_flags():
            continue
        following = words.at(words.after(place))
        before = words.before(words.operand_start(place))
        if following not in _CONDITION_AFTER or before in bounds or before in values:
            continue
        if _wants_condition(words, before, following):
            words.add_after(place, " <> 0")


def _wants_condition(words: Words, before: int, following: str) -> bool:
    """Whether what stands between the word at `before` and `following` is a condition."""
    word = words.at(before)
    if word == "NOT":
        return words.at(words.before(before)) != "IS"
    if word in _CONDITION_BEFORE:
        return True
    if word == "(" and following == ")":
        return words.at(words.before(before)) in _CONDITION_BEFORE
    return word in ("(", ",", "SELECT") and following in ("AND", "OR")


def _ands_of_between(words: Words) -> set[int]:
    """The places of AND between two bounds."""
    found = set()
    for place, word in enumerate(words.folded):
        if word == "BETWEEN":
            at = words.after(place)
            while words.at(at) not in ("AND", ""):
                at = words.after(words.partners.get(at, at))
            found.add(at)
    return found


def _whens_of_values(words: Words) -> set[int]:
    """The places of WHEN in `CASE x WHEN value THEN`."""
    cases: list[bool] = []
    found = set()
    for place, word in enumerate(words.folded):
        if word == "CASE":
            cases.append(words.at(words.after(place)) != "WHEN")
        elif word == "END" and cases:
            cases.pop()
        elif word == "WHEN" and cases and cases[-1]:
            found.add(place)
    return found


def _numbers_in_recursion(words: Words) -> None:
    """Columns of a recursive query have the type of its first row: literals get that of keys and quantities."""
    if "RECURSIVE" not in words.folded:
        return
    for place, word in enumerate(words.folded):
        before, following = words.at(words.before(place)), words.at(words.after(place))
        if word.isdigit() and before in ("SELECT", ",") and following in (",", "UNION", "FROM", "AS", ")"):
            words.add_after(place, "::bigint")


def _names_of_subqueries(words: Words) -> None:
    """PostgreSQL 15 wants a name for every query in FROM."""
    for place, word in enumerate(words.folded):
        if word != "(" or words.at(words.after(place)) not in ("SELECT", "VALUES", "WITH"):
            continue
        if words.at(words.before(place)) not in ("FROM", "JOIN"):
            continue
        closing = words.partners[place]
        following = words.after(closing)
        if words.at(following) != "AS" and not words.is_name(following):
            words.add_after(closing, f" AS query_{place}")
