"""Gross requirements: what a job of a start quantity takes of each component, exactly.

For one BOM line: start / output x quantity x (1 + scrap / 100) + setup; a batch line's quantity counts once; a rounding
multiple raises the line; pieces per stock takes whole units; a line that names a number option takes its quantity as
many times as the number chosen. Lines of the same item at the same operation are summed and rounded up once by the
component's own unit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from pegboard.domain.configuration import is_chosen, times
from pegboard.domain.quantity import MICRO
from pegboard.domain.snapshot import PlanBom, PlanBomLine, PlanOperation

HUNDRED_PERCENT = 100 * MICRO
ONCE = Fraction(1)

Used = tuple[PlanBomLine, Fraction]  # a line and how many times its quantity is taken


class RoundedLine(NamedTuple):
    """A line that is rounded by itself: ceil((start x a + f) / b, step) + setup, then up to the multiple."""

    a: int
    f: int
    b: int
    step: int
    setup: int
    multiple: int

    def quantity(self, start: int) -> int:
        """Millionths of the component for `start` millionths of the parent."""
        amount = ceil_to(start * self.a + self.f, self.b * self.step) * self.step + self.setup
        return ceil_to(amount, self.multiple) * self.multiple


class RecipeLine(NamedTuple):
    """All lines of a component at one operation: (start x a + f) / b plus the lines that are rounded by themselves."""

    component_id: int
    operation: int | None
    a: int
    f: int
    b: int
    rounded: tuple[RoundedLine, ...]
    alternates: tuple[int, ...]

    def exact(self, start: int) -> Fraction:
        """Millionths of the component, before it is rounded by its unit."""
        return Fraction(start * self.a + self.f, self.b) + sum(line.quantity(start) for line in self.rounded)


def ceil_to(numerator: int, denominator: int) -> int:
    """Divide whole numbers, rounding up."""
    return -(-numerator // denominator)


def round_up(amount: Fraction | int, *, whole: bool) -> int:
    """Round a need up to whole units, or to millionths."""
    micro = -(-amount.numerator // amount.denominator)
    return ceil_to(micro, MICRO) * MICRO if whole else micro


def start_quantity(good: int, loss_percent: int, *, whole: bool) -> int:
    """What a job must start with to deliver `good` when it loses `loss_percent` (millionths of a percent).

    >>> start_quantity(10_000_000, 5_000_000, whole=True)
    11000000
    """
    if not loss_percent:
        return good
    return round_up(Fraction(good * HUNDRED_PERCENT, HUNDRED_PERCENT - loss_percent), whole=whole)


def recipe(bom: PlanBom, chosen: Mapping[str, str], day: int) -> tuple[RecipeLine, ...]:
    """Sum up a BOM's lines that are valid on `day` and hang on no option or on a chosen one."""
    lines: dict[tuple[int, int | None], list[Used]] = {}
    for line in bom.lines:
        if _is_used(line, chosen, day):
            often = times(line.option_choice, chosen.get(line.option_group)) if line.option_group else ONCE
            lines.setdefault((line.component_id, line.operation), []).append((line, often))
    return tuple(_sum_up(key[0], key[1], same, bom.output_quantity) for key, same in lines.items())


def is_dated(bom: PlanBom) -> bool:
    """Say whether any line has a validity of its own."""
    return any(line.valid_from is not None or line.valid_to is not None for line in bom.lines)


def _is_used(line: PlanBomLine, chosen: Mapping[str, str], day: int) -> bool:
    if line.option_group and not is_chosen(line.option_choice, chosen.get(line.option_group)):
        return False
    return (line.valid_from is None or line.valid_from <= day) and (line.valid_to is None or day <= line.valid_to)


def _sum_up(component_id: int, operation: int | None, lines: list[Used], output: int) -> RecipeLine:
    slope: Fraction | int = 0  # whole numbers as long as they do: most components have one line
    fixed: Fraction | int = 0
    rounded = []
    alternates: dict[int, None] = {}
    for line, often in lines:
        each = _each(line, often, output)
        if line.pieces_per_stock is not None or line.rounding_multiple:
            rounded.append(_rounded_line(line, each))
        elif line.per_batch:
            fixed += each + line.setup_quantity
        else:
            slope = slope + each if slope else each
            fixed += line.setup_quantity
        if line.alternates:
            alternates.update(dict.fromkeys(line.alternates))
    common = slope.denominator * fixed.denominator
    return RecipeLine(
        component_id, operation, int(slope * common), int(fixed * common), common, tuple(rounded), tuple(alternates)
    )


def _each(line: PlanBomLine, often: Fraction, output: int) -> Fraction:
    """Millionths for each millionth started, or for the whole batch where the line says so; scrap included, not setup.

    Worked out in whole numbers, reduced once: this is done for every line of every BOM.
    """
    pieces = line.pieces_per_stock
    above = MICRO * MICRO if pieces is not None else line.quantity or 0
    below = (1 if pieces is None else pieces) * (1 if line.per_batch else output)
    if line.scrap_percent:
        above, below = above * (HUNDRED_PERCENT + line.scrap_percent), below * HUNDRED_PERCENT
    if often is not ONCE:
        above, below = above * often.numerator, below * often.denominator
    return Fraction(above, below)


def _rounded_line(line: PlanBomLine, each: Fraction) -> RoundedLine:
    common, step = each.denominator, MICRO if line.pieces_per_stock is not None else 1
    a, f = (0, each.numerator) if line.per_batch else (each.numerator, 0)
    if step == 1:  # nothing is rounded before the multiple, so that it is rounded once
        return RoundedLine(a, f + line.setup_quantity * common, common, line.rounding_multiple or 1, 0, 1)
    return RoundedLine(a, f, common, step, line.setup_quantity, line.rounding_multiple or 1)


def groups_below(
    boms: Mapping[int, tuple[PlanBom, ...]],
    is_exploded: Callable[[int], bool],
    routings: Mapping[tuple[int, str], Sequence[PlanOperation]],
) -> Mapping[int, frozenset[str]]:
    """The option groups that some line or operation in or below each item asks for; items without any are left out."""
    own: dict[int, set[str]] = {}
    for (item_id, _revision), steps in routings.items():
        own.setdefault(item_id, set()).update(step.option_group for step in steps if step.option_group)
    known: dict[int, frozenset[str]] = {}
    for item_id in boms:
        for below in _children_first(item_id, boms, known, is_exploded):
            known[below] = _groups_of(below, boms, known) | own.get(below, set())
    return {item_id: groups for item_id, groups in known.items() if groups}


def _groups_of(
    item_id: int, boms: Mapping[int, tuple[PlanBom, ...]], known: Mapping[int, frozenset[str]]
) -> frozenset[str]:
    groups: set[str] = set()
    for bom in boms.get(item_id, ()):
        for line in bom.lines:
            if line.option_group:
                groups.add(line.option_group)
            groups |= known.get(line.component_id, frozenset())
    return frozenset(groups)


def _children_first(
    item_id: int,
    boms: Mapping[int, tuple[PlanBom, ...]],
    known: Mapping[int, object],
    is_exploded: Callable[[int], bool],
) -> Iterable[int]:
    """Item ids at and below `item_id` that are not known yet, components before parents (BOMs have no cycle)."""
    stack = [(item_id, False)]
    while stack:
        current, expanded = stack.pop()
        if current in known:
            continue
        if expanded or not is_exploded(current):
            yield current
            continue
        stack.append((current, True))
        stack.extend((line.component_id, False) for bom in boms.get(current, ()) for line in bom.lines)
