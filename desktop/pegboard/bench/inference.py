"""How long replaying the past takes on a hundred thousand order lines, against the same figures worked out bare.

The floor reads the same lines with `sqlite3` and works the same rounds out with dictionaries alone: gaps of each
customer and item, chance of a repeat, weekly rates, pairs of a basket, hits. It is checked to give the same figures.
What the program does more: the BG/NBD model beside the gaps, the naive rule, Brier scores and money.
"""

import random
import sqlite3
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from pegboard.bench import Figure
from pegboard.bench.inference_floor import bare_score
from pegboard.domain.inference_backtest import Score
from pegboard.queries.inference import outlook, score
from pegboard.queries.signals import signals
from pegboard.services.demand import raise_order_demand
from pegboard.storage.bulk import insert_rows
from pegboard.storage.rows import add
from pegboard.storage.store import Store, Transaction
from pegboard.storage.tables.customers import Customer
from pegboard.storage.tables.items import Item
from pegboard.storage.tables.orders import CustomerOrder, OrderLine

TODAY = date(2026, 1, 5)
LINES = {"small": 5_000, "medium": 30_000, "large": 100_000}
DAYS = 730
ITEMS = 500
MOST = 2.5  # times the bare computation
OPEN = 5_000  # lines that pull, for the list of signals


def figures(size: str) -> Iterator[Figure]:
    """Yield the figures of the backtest, of the suggestions that come with it, and of the list of all that pulls."""
    count = LINES[size]
    with TemporaryDirectory() as name:
        path = Path(name) / "past.pegboard"
        with Store.create(path) as store:
            with store.transaction("past", today=TODAY) as tx:
                _write_past(tx, count)
            with store.read(today=TODAY) as reading:
                start = time.perf_counter()
                found = score(reading)
                taken = time.perf_counter() - start
                start = time.perf_counter()
                outlook(reading)
                shown = time.perf_counter() - start
            bare, floor = _bare(path)
            yield Figure(f"backtest, {count} lines", taken, floor, MOST, _note(found, bare))
            yield Figure("the same with suggestions", shown, None, None)
            with store.transaction("open", today=TODAY) as tx:
                _open_orders(tx)
            with store.read(today=TODAY) as reading:
                start = time.perf_counter()
                listed = len(signals(reading))
                yield Figure(f"list of {listed} signals", time.perf_counter() - start, None, None)


def _note(found: Score, bare: tuple[int, int, int]) -> str:
    ours = sum(each.candidates for each in found.rounds), found.suggested, found.hits
    return "same figures" if ours == bare else f"figures differ: {ours}, bare {bare}"


def _bare(path: Path) -> tuple[tuple[int, int, int], float]:
    start = time.perf_counter()
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT o.order_date, o.customer_id, l.item_id, l.quantity, l.unit_price, o.order_id FROM order_line l"
        " JOIN customer_order o ON o.order_id = l.order_id WHERE l.status = 'shipped'"
        " ORDER BY o.order_date, o.order_id, l.line"
    ).fetchall()
    connection.close()
    found = bare_score(rows, TODAY.toordinal() + 1)
    return found, time.perf_counter() - start


def _write_past(tx: Transaction, lines: int) -> None:
    """Orders of regular customers, each with a rhythm of its own for each of its items, over two years."""
    chance = random.Random(7)
    for key in range(1, ITEMS + 1):
        add(tx, Item, item_id=key, code=f"ITEM-{key:04d}", source="buy")
    days: list[tuple[str, int, int, int]] = []
    customers = 0
    while len(days) < lines:
        customers += 1
        for _item in range(4):
            gap = chance.uniform(20, 90)
            item, day = chance.randrange(1, ITEMS + 1), chance.uniform(0, gap)
            while day < DAYS:
                when = (TODAY - timedelta(days=DAYS - int(day))).isoformat()
                days.append((when, customers, item, chance.choice((5, 10, 10, 12)) * 1_000_000))
                day += max(1.0, chance.gauss(gap, 0.3 * gap))
    _write_orders(tx, customers, sorted(days)[-lines:])


def _write_orders(tx: Transaction, customers: int, days: list[tuple[str, int, int, int]]) -> None:
    for key in range(1, customers + 1):
        add(tx, Customer, customer_id=key, code=f"C{key}")
    heads: dict[tuple[str, int], int] = {}
    lines: list[tuple[object, ...]] = []
    for day, customer, item, quantity in days:
        order = heads.setdefault((day, customer), len(heads) + 1)
        lines.append((order, len(lines) + 1, item, quantity, quantity, "shipped", 0, day, 20_000_000))
    columns = ("order_id", "number", "customer_id", "order_date", "revision", "row_version")
    rows = [(order, f"OLD-{order}", customer, day, 0, 1) for (day, customer), order in heads.items()]
    insert_rows(tx, CustomerOrder, columns, rows)
    line_columns = ("order_id", "line", "item_id", "quantity", "shipped_quantity", "status", "hold", "shipped_on")
    insert_rows(tx, OrderLine, (*line_columns, "unit_price"), lines)


def _open_orders(tx: Transaction) -> None:
    """Confirmed lines that wait for the next explosion."""
    tx.connection.exec_driver_sql(
        "UPDATE order_line SET status = 'confirmed', shipped_quantity = 0, shipped_on = NULL WHERE order_line_id <= ?",
        (OPEN,),
    )
    raise_order_demand(tx)
