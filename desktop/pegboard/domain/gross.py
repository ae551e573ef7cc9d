"""What a whole job needs of each component, through phantoms: to compare one quantity of it with another."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from pegboard.domain.quantity import MICRO
from pegboard.domain.recipe import RecipeLine, ceil_to, recipe, round_up
from pegboard.domain.snapshot import Choices, PlanBom, PlanningSnapshot

Component = tuple[int, int | None]  # item, operation at which it is used


def gross(
    snapshot: PlanningSnapshot, item_id: int, bom: PlanBom, choices: Choices, day: int, quantity: int
) -> dict[Component, int]:
    """Millionths of each component for `quantity` millionths started on `day`, rounded up once by its own unit."""
    return gross_of(snapshot, item_id, bom, choices, day, (quantity,))[0]


def gross_of(
    snapshot: PlanningSnapshot, item_id: int, bom: PlanBom, choices: Choices, day: int, quantities: Sequence[int]
) -> list[dict[Component, int]]:
    """The same for several quantities, the recipe worked out once."""
    chosen = {**snapshot.option_defaults.get(item_id, {}), **dict(choices)}
    lines = recipe(bom, chosen, day)
    items = snapshot.items
    if any(items[line.component_id].source == "phantom" for line in lines):
        return [_rounded(snapshot, _exact(snapshot, item_id, bom, choices, day, each)) for each in quantities]
    return [
        {
            (line.component_id, line.operation): _taken(line, each, whole=items[line.component_id].whole_units)
            for line in lines
        }
        if each
        else {}
        for each in quantities
    ]


def _taken(line: RecipeLine, start: int, *, whole: bool) -> int:
    if line.rounded:
        return round_up(line.exact(start), whole=whole)
    micro = ceil_to(start * line.a + line.f, line.b)
    return ceil_to(micro, MICRO) * MICRO if whole else micro


def _rounded(snapshot: PlanningSnapshot, exact: Mapping[Component, Fraction]) -> dict[Component, int]:
    return {key: round_up(amount, whole=snapshot.items[key[0]].whole_units) for key, amount in exact.items()}


def difference(before: Mapping[Component, int], after: Mapping[Component, int]) -> dict[Component, int]:
    """What each component needs more (above 0) or less (below 0)."""
    changes = {key: after.get(key, 0) - before.get(key, 0) for key in {**before, **after}}
    return {key: change for key, change in changes.items() if change}


def bom_on(snapshot: PlanningSnapshot, item_id: int, day: int) -> PlanBom | None:
    """The BOM revision of an item that is valid on a day."""
    return next((bom for bom in snapshot.boms.get(item_id, ()) if bom.holds_on(day)), None)


def _exact(
    snapshot: PlanningSnapshot, item_id: int, bom: PlanBom, choices: Choices, day: int, quantity: int
) -> dict[Component, Fraction]:
    chosen = {**snapshot.option_defaults.get(item_id, {}), **dict(choices)}
    needed: dict[Component, Fraction] = {}
    for line in recipe(bom, chosen, day) if quantity else ():
        amount = line.exact(quantity)
        component = snapshot.items[line.component_id]
        below = bom_on(snapshot, component.item_id, day) if component.source == "phantom" else None
        if below is None:
            parts = {(line.component_id, line.operation): amount}
        else:
            whole = round_up(amount, whole=component.whole_units)
            inner = _exact(snapshot, component.item_id, below, choices, day, whole)
            parts = {}
            for (part, _operation), part_amount in inner.items():
                key = (part, line.operation)
                parts[key] = parts.get(key, Fraction(0)) + part_amount
        for key, part_amount in parts.items():
            needed[key] = needed.get(key, Fraction(0)) + part_amount
    return needed
