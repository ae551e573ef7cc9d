"""Joins two people's edits of one record: what one left alone is taken from the other; both at one place is a clash."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass, replace
from typing import Any

Key = Callable[[Any], Hashable]


@dataclass(frozen=True, slots=True)
class Clash:
    """One place that both changed: `field` names it, `now` is what the other one made of it, None where it is gone."""

    field: str
    now: Any


def merged(seen: Any, now: Any, wanted: Any, rows: Mapping[str, Key] | None = None) -> tuple[Any, tuple[Clash, ...]]:
    """Join two edits of the draft `seen`: `now` is the other one's, `wanted` ours; return the joined draft and clashes.

    `rows` says for fields that are lists what tells their rows apart. Where there is a clash, ours stands in the draft.

    >>> from pegboard.domain.customer import CustomerDraft
    >>> merged(CustomerDraft(code="A"), CustomerDraft(code="A", name="Ann"), CustomerDraft(code="A", phone="1"))[0]
    ... # doctest: +ELLIPSIS
    CustomerDraft(code='A', name='Ann', ... phone='1', ...)
    """
    values: dict[str, Any] = {}
    clashes: list[Clash] = []
    for name in wanted.__dataclass_fields__:
        key = (rows or {}).get(name)
        join = _joined if key is None else _rows_joined(key)
        values[name], found = join(name, getattr(seen, name), getattr(now, name), getattr(wanted, name))
        clashes += found
    return replace(wanted, **values), tuple(clashes)


def _joined(name: str, seen: Any, now: Any, wanted: Any) -> tuple[Any, list[Clash]]:
    if wanted in (seen, now):
        return now, []
    if now == seen:
        return wanted, []
    return wanted, [Clash(name, now)]


def _rows_joined(key: Key) -> Callable[[str, Any, Any, Any], tuple[Any, list[Clash]]]:
    def join(name: str, seen: Any, now: Any, wanted: Any) -> tuple[Any, list[Clash]]:
        if wanted in (seen, now):
            return now, []
        if now == seen:
            return wanted, []
        before, there, ours = (_by_key(rows, key) for rows in (seen, now, wanted))
        kept: dict[Hashable, Any] = {}
        clashes: list[Clash] = []
        for place in dict.fromkeys((*there, *ours)):
            row, found = _row(name, place, before.get(place), there.get(place), ours.get(place))
            clashes += found
            if row is not None:
                kept[place] = row
        is_ours_in_order = [place for place in ours if place in before] == [place for place in before if place in ours]
        first, second = (there, ours) if is_ours_in_order else (ours, there)
        return tuple(kept[place] for place in _arranged(list(first), list(second), kept)), clashes

    return join


def _row(name: str, place: Hashable, before: Any, there: Any, ours: Any) -> tuple[Any, list[Clash]]:
    """Join one row of a list; None stands for a row that is not there."""
    if None not in (before, there, ours) and is_dataclass(ours):
        row, clashes = merged(before, there, ours)
        words = _words(place)
        return row, [Clash(f"{words} {each.field}", each.now) for each in clashes]
    row, found = _joined(name, before, there, ours)
    return row, [Clash(_words(place), each.now) for each in found]


def _by_key(rows: Iterable[Any], key: Key) -> dict[Hashable, Any]:
    """The rows by key; where several have the same, by their place among those."""
    found: dict[Hashable, Any] = {}
    for row in rows:
        place, count = key(row), 0
        while (place, count) in found:
            count += 1
        found[(place, count)] = row
    return found


def _arranged(first: Sequence[Hashable], second: Sequence[Hashable], kept: Mapping[Hashable, Any]) -> list[Hashable]:
    """All kept keys in the order of `first`; those of `second` alone stand behind the one that they follow there."""
    order = list(first)
    for place, key in enumerate(second):
        if key not in order:
            before = second[place - 1] if place else None
            order.insert(order.index(before) + 1 if before is not None else 0, key)
    return [key for key in order if key in kept]


def _words(place: Any) -> str:
    parts = place[0] if isinstance(place[0], tuple) else (place[0],)
    return " ".join(str(part) for part in parts if part not in ("", None))
