"""Order in bills of material: cycles and low-level codes.

The low-level code of an item is the length of the longest way down to it from an item that nothing uses (Orlicky,
Material Requirements Planning, 1975): 0 for finished goods. Working through items in this order, all gross
requirements of an item are known before it is netted. Edges are (parent, component) pairs of any hashable values;
alternates count as components.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from pegboard.domain.errors import Refused
from pegboard.i18n import tr

T = TypeVar("T", bound=Hashable)


class CyclicBom(Refused):
    """An item would be a component of itself.

    Attributes: codes: the items of the cycle, the first one again at the end.
    """

    def __init__(self, codes: Iterable[str]) -> None:
        """Name the codes of the cycle, the first one again at the end."""
        self.codes = tuple(codes)
        super().__init__(
            tr("The BOM is cyclic: {codes}.", codes=" > ".join(self.codes)),
            hint=tr("Take one of these items out of the BOM of the one before it."),
        )


def components_of(edges: Iterable[tuple[T, T]]) -> dict[T, list[T]]:
    """Components by parent, each once, in the order of the edges."""
    found: dict[T, list[T]] = {}
    for parent, component in dict.fromkeys(edges):
        found.setdefault(parent, []).append(component)
    return found


def low_level_codes(components: Mapping[T, Iterable[T]]) -> dict[T, int]:
    """Low-level code of each item in a BOM; items of a cycle and all below them are left out.

    >>> low_level_codes({"LAMP": ["BASE", "BULB"], "BASE": ["SCREW"], "BOX": ["SCREW"]})
    {'LAMP': 0, 'BOX': 0, 'BASE': 1, 'BULB': 1, 'SCREW': 2}
    """
    waiting: dict[T, int] = {}
    for parts in components.values():
        for part in parts:
            waiting[part] = waiting.get(part, 0) + 1
    level = [parent for parent in components if parent not in waiting]
    codes: dict[T, int] = {}
    depth = 0
    while level:
        below = []
        for item in level:
            codes[item] = depth
            for part in components.get(item, ()):
                waiting[part] -= 1
                if not waiting[part]:
                    below.append(part)
        level = below
        depth += 1
    return codes


def find_cycle(components: Mapping[T, Iterable[T]]) -> list[T]:
    """One cycle, its first item again at the end; empty where there is none.

    >>> find_cycle({"A": ["B"], "B": ["C", "A"]})
    ['A', 'B', 'A']
    """
    settled = low_level_codes(components)
    left = [parent for parent in components if parent not in settled]
    # What is left has a user that is left too (else it would be settled), so every walk up ends in a cycle.
    users: dict[T, T] = {}
    for parent in left:
        for part in components[parent]:
            users[part] = parent
    if not left:
        return []
    item = left[0]
    seen: dict[T, int] = {}
    while item not in seen:
        seen[item] = len(seen)
        item = users[item]
    way = list(seen)[seen[item] :]
    way.reverse()
    first = way.index(item)
    way = way[first:] + way[:first]
    return [*way, way[0]]


def find_cycles(components: Mapping[T, Iterable[T]]) -> list[list[T]]:
    """Cycles that share no item, as many as are found by taking out one after the other; empty where there is none."""
    rest = {parent: list(parts) for parent, parts in components.items()}
    found = []
    while cycle := find_cycle(rest):
        found.append(cycle)
        gone = set(cycle)
        rest = {
            parent: [part for part in parts if part not in gone] for parent, parts in rest.items() if parent not in gone
        }
    return found
