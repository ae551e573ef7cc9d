"""Completes GROUP BY with the columns that stand in SELECT as they are.

SQLite takes them from any row of the group, which is right where the group decides them, such as an order's number
where its key is grouped by. PostgreSQL knows that of the grouped table alone and not of those joined to it.
"""

from collections.abc import Iterator

from pegboard.storage.postgres.columns import is_column
from pegboard.storage.postgres.words import Words

_AGGREGATES = frozenset({"SUM", "MIN", "MAX", "COUNT", "AVG", "TOTAL", "GROUP_CONCAT", "STRING_AGG"})
_ENDS = frozenset({"", ")", "HAVING", "ORDER", "LIMIT", "UNION", "WINDOW", "EXCEPT"})


def complete_groups(words: Words) -> None:
    """Add to each GROUP BY of the statement what it lacks."""
    for place, word in enumerate(words.folded):
        if word == "GROUP" and words.at(words.after(place)) == "BY":
            _complete(words, place)


def _complete(words: Words, group: int) -> None:
    first = words.after(words.after(group))
    last = _end(words, first)
    terms = ["".join(words.texts[start : end + 1]).strip() for start, end in words.parts(first, last)]
    if any(term.isdigit() for term in terms):  # columns by place: they are all named
        return
    grouped = {term.lower() for term in terms}
    bare = {column: None for column in _bare_columns(words, group) if column.lower() not in grouped}
    if bare:
        while words.is_blank(last):
            last -= 1
        words.add_after(last, "".join(f", {column}" for column in bare))


def _end(words: Words, place: int) -> int:
    while words.at(place) not in _ENDS:
        place = words.partners.get(place, place) + 1
    return place - 1


def _bare_columns(words: Words, group: int) -> Iterator[str]:
    """The columns in the SELECT of this GROUP BY that stand outside aggregates and inner queries."""
    select = _back_to(words, group, "SELECT")
    end = _forth_to(words, select, "FROM")
    place = words.after(select)
    while place < end:
        following = words.after(place)
        if words.at(following) == "(" and words.at(place) in _AGGREGATES | {"FILTER", "OVER"}:
            place = words.partners[following]
        elif words.at(place) == "(" and words.at(following) in ("SELECT", "WITH"):
            place = words.partners[place]
        elif words.is_name(place) and words.at(following) == ".":
            column = words.after(following)
            if words.at(column) != "*":
                yield f"{words.texts[place]}.{words.texts[column]}"
            place = column
        elif _is_bare(words, place):
            yield words.texts[place]
        place = words.after(place)


def _is_bare(words: Words, place: int) -> bool:
    """Whether a column stands here without its table."""
    is_alias = words.at(words.before(place)) in ("AS", ")") or words.at(words.after(place)) == "("
    return not is_alias and words.is_name(place) and is_column(words.texts[place])


def _back_to(words: Words, place: int, wanted: str) -> int:
    """The last such word before `place` in the same brackets."""
    while place > 0 and words.at(place) != wanted:
        place = words.before(place)
        if words.at(place) == ")":
            place = words.partners[place]
    return place


def _forth_to(words: Words, place: int, wanted: str) -> int:
    """The next such word after `place` in the same brackets."""
    while place < len(words) and words.at(place) != wanted:
        place = words.after(words.partners.get(place, place) if words.at(place) == "(" else place)
    return place
