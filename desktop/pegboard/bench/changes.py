"""How long a change of a large order takes, against exploding it: up, down, to another day, and its cancellation."""

import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pegboard.bench import Figure
from pegboard.bench.workload import DAY_0, write_file
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.exchange.workshop_folder import import_paths
from pegboard.services.changes import cancel, change_line
from pegboard.services.explosion import explode
from pegboard.storage.store import Store, Transaction

RUNS = 3
BAR = 2.0
GROUPS = {"small": (10, 10, 4), "medium": (50, 20, 4), "large": (100, 40, 4)}  # below the product, below each of those
ORDER = "SO-0001"


def figures(size: str) -> Iterator[Figure]:
    """Yield the figures of one order line whose supply spans all levels: medium pegs 5,051 supplies."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        supplies = _write_folder(folder / "shop", *GROUPS[size])
        best: dict[str, float] = {}
        for run in range(RUNS):
            with Store.create(folder / f"bench-{run}.pegboard") as store:
                with store.transaction("import", today=DAY_0) as tx:
                    import_paths(tx, [folder / "shop"])
                for step, seconds in _timed(store):
                    best[step] = min(seconds, best.get(step, seconds))
    floor = best.pop("explode")
    yield Figure(f"explode an order, {size}", floor, None, None, f"{supplies:,} supplies")
    for step, seconds in best.items():
        yield Figure(f"{step}, {size}", seconds, floor, BAR)


def _timed(store: Store) -> Iterator[tuple[str, float]]:
    """Each step on what the one before has left."""
    day = DAY_0.replace(month=11)
    steps: tuple[tuple[str, Callable[[Transaction], object]], ...] = (
        ("explode", lambda tx: explode(tx, [ORDER])),
        ("10 to 12", lambda tx: change_line(tx, f"{ORDER}/1", quantity=Quantity(12 * MICRO))),
        ("12 to 10", lambda tx: change_line(tx, f"{ORDER}/1", quantity=Quantity(10 * MICRO))),
        ("another day", lambda tx: change_line(tx, f"{ORDER}/1", due=day)),
        ("cancel", lambda tx: cancel(tx, ORDER)),
    )
    for step, work in steps:
        gc.collect()
        start = time.perf_counter()
        with store.transaction("bench", today=DAY_0) as tx:
            work(tx)
        yield step, time.perf_counter() - start


def _write_folder(folder: Path, groups: int, units: int, parts: int) -> int:
    """Write a shop with one product of so many groups, each of so many units, each of so many parts."""
    folder.mkdir()
    boms: list[tuple[object, ...]] = []
    made, bought = ["PRODUCT"], []
    for group in range(groups):
        made.append(f"GROUP{group:03d}")
        boms.append(("PRODUCT", made[-1], 1))
        for unit in range(units):
            made.append(f"UNIT{group:03d}-{unit:03d}")
            boms.append((f"GROUP{group:03d}", made[-1], 1))
            for part in range(parts):
                bought.append(f"PART{group:03d}-{unit:03d}-{part}")
                boms.append((made[-1], bought[-1], part + 1))
    items = [(code, "make", 2, "") for code in made] + [(code, "buy", 5, "1.25") for code in bought]
    write_file(folder, "items", "code,source,lead_time_days,standard_cost", items)
    write_file(folder, "bom_lines", "parent,component,quantity", boms)
    write_file(folder, "suppliers", "code", [(f"S{number:02d}",) for number in range(20)])
    articles = [(f"S{place % 20:02d}", code, 10, "1.25") for place, code in enumerate(bought)]
    write_file(folder, "supplier_items", "supplier,item,order_multiple,price", articles)
    write_file(folder, "customers", "code", [("C",)])
    due = DAY_0.replace(month=9).isoformat()
    write_file(folder, "orders", "order,customer,item,quantity,due_date", [(ORDER, "C", "PRODUCT", 10, due)])
    return len(made) + len(bought)
