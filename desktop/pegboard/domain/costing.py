"""Cost roll-up: what one unit of an item costs by its BOM and routing, level by level, in exact fractions.

Material of one made unit = sum over BOM lines of quantity per unit x (1 + scrap) x cost of the component, for a batch
of `batch` units that bears setup and per-batch quantities once; all divided by (1 - loss). Labour = (setup / batch +
run) x hourly rate, subcontracting = price. An unknown cost makes the whole unknown rather than too cheap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from pegboard.domain.quantity import MICRO

HUNDRED = 100 * MICRO
HOUR = 60 * MICRO  # minutes, in millionths
_NOTHING = Fraction(0)
ONCE = Fraction(1)


@dataclass(frozen=True, slots=True)
class CostLine:
    """A BOM line; quantities in millionths, `pieces_per_stock` instead of a quantity.

    `times`: how many times the quantity is taken, the number chosen of a number option.
    """

    component_id: int
    quantity: int | None
    pieces_per_stock: int | None
    per_batch: bool
    scrap_percent: int
    setup_quantity: int
    times: Fraction = ONCE


@dataclass(frozen=True, slots=True)
class CostStep:
    """A routing step: minutes and an hourly rate in millionths, or a supplier's price for each unit."""

    setup_minutes: int
    run_minutes: int
    hourly_rate: int | None
    is_subcontracted: bool
    price: int | None


@dataclass(frozen=True, slots=True)
class CostItem:
    """What a roll-up needs of one item; `own_cost` is what it is bought for, or its standard cost, in millionths."""

    source: str
    own_cost: int | None
    loss_percent: int
    output_quantity: int
    lines: tuple[CostLine, ...]
    steps: tuple[CostStep, ...]


@dataclass(frozen=True, slots=True)
class RolledCost:
    """Cost of one unit in millionths, exact; a part is None where something in it is not known."""

    material: Fraction | None
    labour: Fraction | None
    subcontract: Fraction | None

    @property
    def total(self) -> Fraction | None:
        """All three, None where one is not known."""
        if self.material is None or self.labour is None or self.subcontract is None:
            return None
        total = self.material
        for part in (self.labour, self.subcontract):
            total = total + part if part else total
        return total


def roll_up(items: Mapping[int, CostItem], order: list[int], batch: int = MICRO) -> dict[int, RolledCost]:
    """Roll up all items; `order` has components before what they go into, `batch` is the size of a job (millionths)."""
    costs: dict[int, RolledCost] = {}
    for item_id in order:
        item = items[item_id]
        if item.source == "buy" or not item.lines:
            costs[item_id] = RolledCost(_known(item.own_cost), _NOTHING, _NOTHING)
        else:
            costs[item_id] = _made(item, costs, batch)
    return costs


def _known(cost: int | None) -> Fraction | None:
    return None if cost is None else Fraction(cost)


def _made(item: CostItem, costs: Mapping[int, RolledCost], batch: int) -> RolledCost:
    good = Fraction(HUNDRED - item.loss_percent, HUNDRED)
    amounts = [(costs[line.component_id], per_unit(line, item.output_quantity, batch)) for line in item.lines]
    if good != 1:
        amounts = [(cost, amount / good) for cost, amount in amounts]
    return RolledCost(
        _summed([(cost.material, amount) for cost, amount in amounts]),
        _plus(_summed([(cost.labour, amount) for cost, amount in amounts]), _labour(item, batch, good)),
        _plus(_summed([(cost.subcontract, amount) for cost, amount in amounts]), _subcontract(item, good)),
    )


def per_unit(line: CostLine, output: int, batch: int) -> Fraction:
    """Units of a component for one unit started, setup and per-batch quantities shared by `batch` (millionths)."""
    amount, pieces = (
        (MICRO, line.pieces_per_stock) if line.pieces_per_stock is not None else (line.quantity or 0, MICRO)
    )
    shared = batch if line.per_batch else output
    numerator = amount * line.times.numerator * (HUNDRED + line.scrap_percent) * MICRO
    each = Fraction(numerator, pieces * line.times.denominator * HUNDRED * shared)
    return each + Fraction(line.setup_quantity, batch) if line.setup_quantity else each


def _labour(item: CostItem, batch: int, good: Fraction) -> Fraction | None:
    total = _NOTHING
    for step in item.steps:
        minutes = Fraction(step.setup_minutes * MICRO, batch) + step.run_minutes
        if step.is_subcontracted or not minutes:
            continue
        if step.hourly_rate is None:
            return None
        total += minutes * step.hourly_rate / HOUR
    return total / good if total else total


def _subcontract(item: CostItem, good: Fraction) -> Fraction | None:
    prices = [step.price for step in item.steps if step.is_subcontracted]
    if None in prices:
        return None
    return Fraction(sum(price for price in prices if price is not None)) / good if prices else _NOTHING


def _summed(parts: list[tuple[Fraction | None, Fraction]]) -> Fraction | None:
    numerator, denominator = 0, 1  # one reduction at the end: a fraction is reduced at each step otherwise
    for cost, amount in parts:
        if cost is None:
            return None
        if cost:
            below = cost.denominator * amount.denominator
            numerator = numerator * below + cost.numerator * amount.numerator * denominator
            denominator *= below
    return Fraction(numerator, denominator) if numerator else _NOTHING


def _plus(left: Fraction | None, right: Fraction | None) -> Fraction | None:
    if left is None or right is None:
        return None
    return left + right if right else left
