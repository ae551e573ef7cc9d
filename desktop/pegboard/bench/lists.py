"""How long the lists of orders, jobs and stock take to open, sort and filter, and the search, on an exploded workload.

What is timed is what runs between a key and the rows on the screen: all keys in order, then the rows of one page.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pegboard.bench import Figure, workload
from pegboard.exchange.workshop_folder import import_paths
from pegboard.queries.inventory import stock_keys, stock_rows
from pegboard.queries.orders import order_keys, order_rows
from pegboard.queries.production import job_keys, jobs
from pegboard.queries.search import search
from pegboard.services.explosion import explode
from pegboard.services.search import refresh
from pegboard.storage.store import Reading, Store

RUNS = 5
PAGE = 40  # rows that the window reads at once (ui/paged.py)
BAR = 0.1  # seconds


def figures(size: str) -> Iterator[Figure]:
    """Yield the figures of opening, sorting, filtering and searching, in seconds."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        workload.write_folder(folder / "workload", size)
        with Store.create(folder / "lists.pegboard") as store:
            with store.transaction("import", today=workload.DAY_0) as tx:
                import_paths(tx, [folder / "workload"])
            with store.transaction("explode", today=workload.DAY_0) as tx:
                explode(tx)
            with store.transaction("search", today=workload.DAY_0) as tx:
                refresh(tx)
            with store.read(today=workload.DAY_0) as reading:
                for what, ask in _questions(reading):
                    yield Figure(f"{what}, {size}", _best(ask), None, BAR, "bar in seconds")


def _questions(reading: Reading) -> Iterator[tuple[str, Callable[[], object]]]:
    def listed(chip: str, words: tuple[str, ...], sort: str, *, descending: bool = False) -> Callable[[], object]:
        def ask() -> object:
            return order_rows(reading, order_keys(reading, chip, words, sort, descending=descending)[:PAGE])

        return ask

    yield "open the order list", listed("open", (), "")
    yield "sort it by value", listed("open", (), "value", descending=True)
    yield "filter it by two words", listed("open", ("FG0001", "customer"), "")
    yield "show the late ones", listed("late", (), "due")
    yield "open the job list", lambda: jobs(reading, job_keys(reading)[:PAGE])
    yield "sort it by item", lambda: jobs(reading, job_keys(reading, sort_key="item")[:PAGE])
    yield "show the late jobs", lambda: jobs(reading, job_keys(reading, "late")[:PAGE])
    yield "open the stock list", lambda: stock_rows(reading, stock_keys(reading)[:PAGE])
    yield "sort it by what is on order", lambda: stock_rows(reading, stock_keys(reading, sort_key="on_order")[:PAGE])
    yield "search everything", lambda: search(reading, "SO-0012")


def _best(ask: Callable[[], object]) -> float:
    best = float("inf")
    for _run in range(RUNS):
        start = time.perf_counter()
        ask()
        best = min(best, time.perf_counter() - start)
    return best
