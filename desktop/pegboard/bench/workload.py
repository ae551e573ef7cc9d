"""A made-up shop of a chosen size, the same for the same seed: products over shared sub-assemblies over parts.

Part draws have a long tail: a fifth of them come from the three percent commonest parts. Every made item has as many
components as the fan-out says, one or two of them made on the next level.
"""

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

DAY_0 = date(2026, 1, 5)


class Shape(NamedTuple):
    """How large a workload is: `horizon` in working days after the first ten."""

    products: int
    levels: int
    fan_out: int
    suppliers: int
    parts: int
    lines: int
    horizon: int
    customers: int


SHAPES = {
    "small": Shape(50, 3, 4, 10, 150, 200, 20, 20),
    "medium": Shape(200, 4, 5, 25, 600, 2_000, 40, 100),
    "large": Shape(1_000, 5, 5, 60, 3_000, 20_000, 60, 500),
}


def write_folder(folder: Path, size: str, seed: int = 7) -> None:
    """Write the workshop folder of a workload."""
    chance = random.Random(seed)
    shape = SHAPES[size]
    levels = _levels(shape)
    boms = list(_boms(chance, shape, levels))
    lead = {part: chance.choice((2, 3, 5, 7, 10, 14)) for part in levels[-1]}
    cost = {part: f"{chance.lognormvariate(0.7, 1.0) + 0.05:.2f}" for part in levels[-1]}
    made = [code for level in levels[:-1] for code in level]
    folder.mkdir(parents=True, exist_ok=True)
    write_file(
        folder,
        "items",
        "code,description,source,lead_time_days,standard_cost,list_price,batching",
        [(code, f"Made {code}", "make", 1, "", "100" if code[0] == "F" else "", "per_order") for code in made]
        + [(code, f"Part {code}", "buy", "", cost[code], "", "") for code in levels[-1]],
    )
    write_file(folder, "bom_lines", "parent,line,component,quantity", boms)
    write_file(folder, "work_centers", "code,machines,hourly_rate", [(f"WC{n:02d}", 400, 45) for n in range(1, 7)])
    write_file(folder, "routings", "item,sequence,work_center,setup_minutes,run_minutes", list(_routings(chance, made)))
    write_file(folder, "suppliers", "code,name", [(f"SUP{n:03d}", f"Supplier {n}") for n in range(shape.suppliers)])
    write_file(
        folder,
        "supplier_items",
        "supplier,item,lead_time_days,minimum_quantity,order_multiple,price,rank",
        list(_articles(chance, shape, lead, cost)),
    )
    write_file(folder, "customers", "code,name", [(f"CUST{n:04d}", f"Customer {n}") for n in range(shape.customers)])
    write_file(folder, "stock", "item,quantity,unit_cost", list(_stock(chance, levels, cost)))
    write_file(
        folder,
        "orders",
        "order,line,customer,order_date,item,quantity,due_date,unit_price",
        list(_orders(chance, shape, levels[0])),
    )


def _levels(shape: Shape) -> list[list[str]]:
    levels = [[f"FG{n:05d}" for n in range(shape.products)]]
    for level in range(1, shape.levels):
        levels.append([f"SA{level}-{n:05d}" for n in range(max(10, shape.products // (level + 1)))])
    return [*levels, [f"PT{n:05d}" for n in range(shape.parts)]]


def _boms(chance: random.Random, shape: Shape, levels: list[list[str]]) -> Iterable[tuple[object, ...]]:
    parts = levels[-1]
    common = parts[: max(5, len(parts) * 3 // 100)]
    for level in range(shape.levels - 1, -1, -1):
        for parent in levels[level]:
            below = 0 if level == shape.levels - 1 else 2 if chance.random() < 0.3 else 1
            components = dict.fromkeys(chance.sample(levels[level + 1], below) if below else ())
            while len(components) < shape.fan_out:
                components[chance.choice(common if chance.random() < 0.2 else parts)] = None
            for place, component in enumerate(components, 1):
                single = component[0] == "S" and chance.random() < 0.8
                yield parent, place * 10, component, 1 if single else chance.choice((1, 1, 2, 2, 3, 4, 6))


def _routings(chance: random.Random, made: Sequence[str]) -> Iterable[tuple[object, ...]]:
    for code in made:
        for step in range(1, chance.randint(1, 3) + 1):
            center = f"WC{chance.randint(1, 6):02d}"
            yield code, step * 10, center, chance.choice((5, 10, 15, 30)), chance.choice((1, 2, 3, 5, 8))


def _articles(
    chance: random.Random, shape: Shape, lead: dict[str, int], cost: dict[str, str]
) -> Iterable[tuple[object, ...]]:
    for part, days in lead.items():
        for rank, supplier in enumerate(chance.sample(range(shape.suppliers), chance.choice((1, 1, 2))), 1):
            lots = chance.choice((1, 1, 10, 50)), chance.choice((1, 1, 5, 10))
            yield f"SUP{supplier:03d}", part, days + 2 * (rank - 1), *lots, cost[part], rank


def _stock(chance: random.Random, levels: list[list[str]], cost: dict[str, str]) -> Iterable[tuple[object, ...]]:
    for depth, level in enumerate(levels):
        share, most = (0.1, 5) if depth == 0 else (0.3, 200 if depth == len(levels) - 1 else 20)
        for code in level:
            if chance.random() < share:
                yield code, chance.randint(1, most), cost.get(code, "")


def _orders(chance: random.Random, shape: Shape, products: list[str]) -> Iterable[tuple[object, ...]]:
    left, number = shape.lines, 0
    while left:
        number += 1
        count = min(left, chance.randint(1, 7))
        left -= count
        customer, ordered = f"CUST{chance.randrange(shape.customers):04d}", _working_day(chance.randint(0, 4))
        due = _working_day(10 + chance.randint(0, shape.horizon))
        for line in range(1, count + 1):
            quantity = chance.choice((1, 1, 1, 2, 3, 5, 10))
            yield f"SO-{number:05d}", line, customer, ordered, chance.choice(products), quantity, due, 100


def _working_day(number: int) -> str:
    weeks, days = divmod(number, 5)
    return (DAY_0 + timedelta(weeks=weeks, days=days)).isoformat()


def write_file(folder: Path, name: str, header: str, rows: Sequence[Sequence[object]]) -> None:
    """Write one file of a workshop folder."""
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
