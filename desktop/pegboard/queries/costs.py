"""What items cost by their BOMs, routings and prices: rolled up through all levels in a handful of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Row

from pegboard.domain.configuration import ANY, Chosen, is_chosen, joined, number_range, times
from pegboard.domain.costing import ONCE, CostItem, CostLine, CostStep, RolledCost, roll_up
from pegboard.domain.quantity import MICRO, Price, divide_half_up, micro_text
from pegboard.queries.settings import settings
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class ItemCost:
    """Cost of one unit, rounded half up to six decimals once; None where something in it is not known.

    Attributes: standard: the cost that was entered; material, labour, subcontract, total: rolled up.
    """

    item: str
    standard: Price | None
    material: Price | None
    labour: Price | None
    subcontract: Price | None
    total: Price | None


def item_costs(
    reading: Reading,
    batch: int = MICRO,
    top: int | None = None,
    choices: Chosen = (),
    only_of: Collection[str] | None = None,
) -> dict[str, ItemCost]:
    """Costs of items by code, by the revisions that hold today, for jobs of `batch` millionths.

    Of all items, or of the item with the key `top` and of all that any revision of its BOM leads down to. Where nothing
    is chosen, the default counts, or the first choice of what must be chosen. `only_of` names the codes that are
    asked for.
    """
    known, items = _tree(reading, top, choices)
    costs = roll_up(items, [row.item_id for row in known], batch)
    return {
        row.code: _priced(row.code, row.standard_cost, costs[row.item_id])
        for row in known
        if only_of is None or row.code in only_of
    }


def _tree(reading: Reading, top: int | None, choices: Chosen) -> tuple[Sequence[Row[Any]], dict[int, CostItem]]:
    """The items, components before what they go into, and what a roll-up needs of them."""
    chosen = _usual_choices(reading) | dict(joined(choices))
    only = "" if top is None else _BELOW.format(top=int(top))
    known = rows(
        reading, f"SELECT i.* FROM item i WHERE 1{only.format(of='i')} ORDER BY i.low_level_code DESC, i.item_id"
    )
    bought, lines = _bought(reading, only), _lines(reading, only, chosen)
    outputs, steps = _outputs(reading, only), _steps(reading, only, chosen)
    items = {
        row.item_id: CostItem(
            source=row.source,
            own_cost=bought.get(row.item_id, row.standard_cost) if row.source == "buy" else row.standard_cost,
            loss_percent=row.loss_percent,
            output_quantity=outputs.get(row.item_id, MICRO),
            lines=tuple(lines.get(row.item_id, ())),
            steps=tuple(steps.get(row.item_id, ())),
        )
        for row in known
    }
    return known, items


class CostBook:
    """Costs of many items in jobs of many sizes: everything is read once, and only what is asked for is rolled up."""

    def __init__(self, reading: Reading) -> None:
        known, self._items = _tree(reading, None, ())
        self._rows = {row.code: row for row in known}
        self._place = {row.item_id: place for place, row in enumerate(known)}
        self._found: dict[tuple[str, int], ItemCost] = {}

    def cost(self, code: str, batch: int) -> ItemCost:
        """The cost of one unit of an item where `batch` millionths are made together."""
        row = self._rows[code]
        key = (code, 0 if row.source == "buy" else max(1, batch))
        if key not in self._found:
            below = self._below(row.item_id)
            rolled = roll_up(self._items, sorted(below, key=self._place.__getitem__), key[1] or MICRO)
            self._found[key] = _priced(code, row.standard_cost, rolled[row.item_id])
        return self._found[key]

    def _below(self, item_id: int) -> set[int]:
        """The item and all that it is made of."""
        found, waiting = {item_id}, [item_id]
        while waiting:
            for line in self._items[waiting.pop()].lines:
                if line.component_id not in found:
                    found.add(line.component_id)
                    waiting.append(line.component_id)
        return found


def item_cost(reading: Reading, code: str, batch: int = MICRO, choices: Chosen = ()) -> ItemCost:
    """The cost of one item with these choices; KeyError where there is none of this code."""
    found = first(reading, "SELECT item_id FROM item WHERE code = ?", code)
    return item_costs(reading, batch, found.item_id if found is not None else None, choices)[code]


# A condition on the item of `{{of}}`: the one with the key {top} or one below it.
_BELOW = (
    " AND {{of}}.item_id IN (WITH RECURSIVE below(item_id) AS (SELECT {top} UNION SELECT l.component_id FROM below"
    " JOIN bom b ON b.item_id = below.item_id JOIN bom_line l ON l.bom_id = b.bom_id) SELECT item_id FROM below)"
)


def _priced(code: str, standard: int | None, cost: RolledCost) -> ItemCost:
    return ItemCost(
        code,
        None if standard is None else Price(standard),
        *(_rounded(part) for part in (cost.material, cost.labour, cost.subcontract, cost.total)),
    )


def _rounded(value: Fraction | None) -> Price | None:
    return None if value is None else Price(divide_half_up(value.numerator, value.denominator))


def _bought(reading: Reading, only: str) -> dict[int, int | None]:
    """Price of the preferred supplier's first break, by item."""
    found: dict[int, int | None] = {}
    for row in rows(
        reading,
        "SELECT a.item_id, p.price FROM supplier_item a JOIN supplier s ON s.supplier_id = a.supplier_id"
        " JOIN price_break p ON p.supplier_item_id = a.supplier_item_id WHERE a.active AND s.active"
        f" AND p.price IS NOT NULL{only.format(of='a')}"
        " ORDER BY a.item_id, a.rank, s.code, a.supplier_sku, p.from_quantity",
    ):
        found.setdefault(row.item_id, row.price)
    return found


_VALID = "(b.valid_from IS NULL OR b.valid_from <= ?) AND (b.valid_to IS NULL OR b.valid_to >= ?)"


def _outputs(reading: Reading, only: str) -> dict[int, int]:
    today = reading.today.isoformat()
    valid = _VALID + only.format(of="b")
    found = rows(reading, f"SELECT b.item_id, b.output_quantity FROM bom b WHERE {valid}", today, today)
    return {row.item_id: row.output_quantity for row in found}


def _lines(reading: Reading, only: str, chosen: Mapping[str, str]) -> dict[int, list[CostLine]]:
    """BOM lines that hold today and that these choices use."""
    today = reading.today.isoformat()
    lines: dict[int, list[CostLine]] = defaultdict(list)
    for row in rows(
        reading,
        f"SELECT b.item_id, l.* FROM bom b JOIN bom_line l ON l.bom_id = b.bom_id WHERE {_VALID}"
        f"{only.format(of='b')} AND (l.valid_from IS NULL OR l.valid_from <= ?)"
        " AND (l.valid_to IS NULL OR l.valid_to >= ?)"
        " ORDER BY b.item_id, l.line",
        *(today,) * 4,
    ):
        picked = chosen.get(row.option_group)
        if row.option_group and not is_chosen(row.option_choice, picked):
            continue
        lines[row.item_id].append(
            CostLine(
                row.component_id,
                row.quantity,
                row.pieces_per_stock,
                bool(row.per_batch),
                row.scrap_percent,
                row.setup_quantity,
                times(row.option_choice, picked) if row.option_group else ONCE,
            )
        )
    return lines


def _usual_choices(reading: Reading) -> dict[str, str]:
    """The default of each group; of one that must be chosen and has none its first choice, or its smallest number."""
    found: dict[str, str] = {}
    for row in rows(
        reading,
        'SELECT g.code AS "group", c.code AS choice FROM option_group g JOIN option_choice c'
        " ON c.option_group_id = g.option_group_id WHERE c.is_default = 1 OR g.required = 1"
        " ORDER BY c.is_default DESC, c.option_choice_id",
    ):
        numbers = number_range(row.choice)
        if row.choice != ANY:
            found.setdefault(row.group, row.choice if numbers is None else micro_text(numbers.low))
    return found


def _steps(reading: Reading, only: str, chosen: Mapping[str, str]) -> dict[int, list[CostStep]]:
    """Routing of the revision that holds today, else the one without a revision, with the steps these choices use."""
    today = reading.today.isoformat()
    current = {
        row.item_id: row.revision
        for row in rows(
            reading, f"SELECT b.item_id, b.revision FROM bom b WHERE {_VALID}{only.format(of='b')}", today, today
        )
    }
    overhead = settings(reading).overhead_per_hour.micro
    routings: dict[tuple[int, str], list[CostStep]] = defaultdict(list)
    for row in rows(
        reading,
        "SELECT r.*, c.hourly_rate FROM routing_operation r LEFT JOIN work_center c"
        f" ON c.work_center_id = r.work_center_id WHERE 1{only.format(of='r')} ORDER BY r.item_id, r.sequence",
    ):
        if row.option_group and not is_chosen(row.option_choice, chosen.get(row.option_group)):
            continue
        rate = None if row.hourly_rate is None else row.hourly_rate + overhead
        step = CostStep(row.setup_minutes, row.run_minutes, rate, row.supplier_id is not None, row.price)
        routings[row.item_id, row.revision].append(step)
    return {
        item_id: routings.get((item_id, current.get(item_id, "")), routings.get((item_id, ""), []))
        for item_id in _ids(routings)
    }


def _ids(routings: Iterable[tuple[int, str]]) -> set[int]:
    return {item_id for item_id, _revision in routings}
