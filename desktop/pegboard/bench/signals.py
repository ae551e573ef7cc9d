"""How long till sales and kanban cards take, against the same figures computed bare and the same rows written bare.

The floor of the sales reads the file with `csv`, nets by shelf with a dict, and copies the rows that the program made
into an empty file; that of the scans updates a card and inserts its demand in a transaction of its own for each.
"""

import csv
import datetime
import random
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pegboard.bench import Figure
from pegboard.domain.quantity import MICRO
from pegboard.exchange.shop_sales import import_sales
from pegboard.services.card_pulls import pull
from pegboard.services.explosion import explode
from pegboard.services.importing.state import MAIN
from pegboard.services.kanban import scan
from pegboard.storage.rows import add, number
from pegboard.storage.store import Store, Transaction
from pegboard.storage.tables.inventory import CostLayer, LedgerEntry, Location, Stock
from pegboard.storage.tables.items import Item
from pegboard.storage.tables.signals import KanbanCard, KanbanLoop, Replenishment
from pegboard.storage.tables.suppliers import PriceBreak, Supplier, SupplierItem

DAY_0 = datetime.date(2026, 1, 5)
ITEMS, SHOPS, LEVEL = 100, 5, 200
ROWS = {"small": 1_000, "medium": 10_000, "large": 100_000}
SCANS = {"small": 100, "medium": 1_000, "large": 1_000}
IMPORTED = ("pos_sale", "ledger_entry")
PULLED = ("demand", "requirement", "purchase_order", "purchase_line", "peg")


@dataclass(slots=True)
class _Bare:
    """Seconds of the floor for the import and for what it pulls, and how many shelves pulled."""

    imported: float
    pulled: float
    signals: int


def figures(size: str) -> Iterator[Figure]:
    """Yield the figures of till sales and of card scans."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        yield from _sales(folder, ROWS[size])
        yield from _scans(folder, SCANS[size])


def _sales(folder: Path, count: int) -> Iterator[Figure]:
    path = folder / "sales.csv"
    _write_sales(path, count)
    with Store.create(folder / "sales.pegboard") as store:
        with store.transaction("bench", today=DAY_0) as tx:
            _make_shop(tx)
        before = _counts(folder / "sales.pegboard", (*IMPORTED, *PULLED))
        start = time.perf_counter()
        with store.transaction("bench.import", today=DAY_0) as tx:
            import_sales(tx, path)
        imported = time.perf_counter() - start
        start = time.perf_counter()
        with store.transaction("bench.explode", today=DAY_0) as tx:
            explode(tx)
            pulled = number(tx, "SELECT count(*) FROM demand")
        replenished = time.perf_counter() - start
    bare = _bare_sales(folder, path, before)
    assert bare.signals == pulled, "the floor and the program pull for the same shelves"
    yield Figure(f"import of {count:,} till rows", imported, bare.imported, None, f"{ITEMS * SHOPS} shelves")
    yield Figure("what they pull", replenished, bare.pulled, None, f"{pulled} signals, exploded")


def _make_shop(tx: Transaction) -> None:
    """Items of one supplier, and shops that keep each of them up to a level."""
    supplier = add(tx, Supplier, code="ACME", lead_time_days=5)
    places = [add(tx, Location, code=f"SHOP-{shop}") for shop in range(1, SHOPS + 1)]
    for place in range(1, ITEMS + 1):
        item = add(tx, Item, code=f"I-{place:03d}", source="buy")
        sold = add(tx, SupplierItem, supplier_id=supplier, item_id=item)
        add(tx, PriceBreak, supplier_item_id=sold, from_quantity=0, price=2 * MICRO)
        for shop in places:
            stock = add(tx, Stock, item_id=item, location_id=shop, lot="", quantity=LEVEL * MICRO, received_on=DAY_0)
            add(tx, CostLayer, stock_id=stock, received_on=DAY_0, remaining_quantity=LEVEL * MICRO, unit_cost=MICRO)
            add(tx, LedgerEntry, stock_id=stock, at=tx.now, kind="count", quantity=LEVEL * MICRO, value=LEVEL * MICRO)
            add(tx, Replenishment, item_id=item, location_id=shop, order_up_to=LEVEL * MICRO)


def _write_sales(path: Path, count: int) -> None:
    """Sales of all shops, one in twenty a return, each receipt with up to three lines."""
    chance = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as text:
        writer = csv.writer(text)
        writer.writerow(("reference", "line", "sold_at", "location", "item", "quantity", "unit_price"))
        for row in range(count):
            sold_at = f"2026-01-0{1 + row * 4 // count}T{8 + row % 10:02d}:00:00"
            quantity = -1 if row % 20 == 19 else chance.randint(1, 3)
            shop, item = chance.randint(1, SHOPS), chance.randint(1, ITEMS)
            receipt, line = f"R-{row // 3}", row % 3 + 1
            writer.writerow((receipt, line, sold_at, f"SHOP-{shop}", f"I-{item:03d}", quantity, "4.00"))


def _bare_sales(folder: Path, path: Path, before: dict[str, int]) -> _Bare:
    """Net the file, and write the rows that the program made into an empty file with the same tables."""
    rows = _rows_after(folder / "sales.pegboard", before)
    with Store.create(folder / "bare.pegboard"):
        pass
    connection = sqlite3.connect(folder / "bare.pegboard", isolation_level=None)
    start = time.perf_counter()
    sold: dict[tuple[str, str], int] = defaultdict(int)
    with path.open(newline="", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            sold[row["item"], row["location"]] += int(row["quantity"])
    on_hand = {shelf: max(0, LEVEL - quantity) for shelf, quantity in sold.items()}
    _insert(connection, {name: rows[name] for name in IMPORTED})
    imported = time.perf_counter() - start
    start = time.perf_counter()
    signals = [min(max(0, sold[shelf]), LEVEL - left) for shelf, left in on_hand.items()]
    _insert(connection, {name: rows[name] for name in PULLED})
    pulled = time.perf_counter() - start
    connection.close()
    return _Bare(imported, pulled, sum(quantity > 0 for quantity in signals))


def _counts(path: Path, tables: Sequence[str]) -> dict[str, int]:
    with sqlite3.connect(path) as source:
        found = {name: int(source.execute(f"SELECT count(*) FROM {name}").fetchone()[0]) for name in tables}
    source.close()
    return found


def _rows_after(path: Path, before: dict[str, int]) -> dict[str, list[tuple[object, ...]]]:
    """The rows that were added since `before` was counted, in the order of their keys."""
    with sqlite3.connect(path) as source:
        found = {
            name: source.execute(f"SELECT * FROM {name} ORDER BY 1 LIMIT -1 OFFSET {count}").fetchall()
            for name, count in before.items()
        }
    source.close()
    return found


def _insert(connection: sqlite3.Connection, rows: dict[str, list[tuple[object, ...]]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for name, values in rows.items():
        if values:
            marks = ", ".join("?" * len(values[0]))
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", values)
    connection.execute("COMMIT")


def _scans(folder: Path, count: int) -> Iterator[Figure]:
    """Scan so many cards, each in a transaction of its own, as on the floor; then with what each pulls ordered at once.

    The floor of the second is that of the first: it writes no order.
    """
    path = folder / "scans.pegboard"
    with Store.create(path) as store:
        with store.transaction("bench", today=DAY_0) as tx:
            names = _make_cards(tx, count)
        start = time.perf_counter()
        for name in names:
            with store.transaction("floor.scan", today=DAY_0) as tx:
                scan(tx, name)
        seconds = time.perf_counter() - start
    bare = _bare_scans(folder, path, count)
    yield Figure(f"{count:,} card scans", seconds, bare, None, "a transaction each")
    with Store.create(folder / "pulls.pegboard") as store:
        with store.transaction("bench", today=DAY_0) as tx:
            names = _make_cards(tx, count)
        start = time.perf_counter()
        for name in names:
            with store.transaction("card.scan", today=DAY_0) as tx:
                pull(tx, name)
        seconds = time.perf_counter() - start
    yield Figure(f"{count:,} card scans, each ordered at once", seconds, bare, None, "a transaction each")


def _make_cards(tx: Transaction, count: int) -> list[str]:
    supplier = add(tx, Supplier, code="ACME", lead_time_days=5)
    main = number(tx, "SELECT location_id FROM location WHERE code = ?", MAIN)
    names = []
    for loop in range(count // 10):
        item = add(tx, Item, code=f"I-{loop:03d}", source="buy")
        sold = add(tx, SupplierItem, supplier_id=supplier, item_id=item)
        add(tx, PriceBreak, supplier_item_id=sold, from_quantity=0, price=2 * MICRO)
        key = add(tx, KanbanLoop, item_id=item, supplier_id=supplier, location_id=main, container_quantity=10 * MICRO)
        for card in range(1, 11):
            add(tx, KanbanCard, kanban_loop_id=key, number=card)
            names.append(f"KANBAN:I-{loop:03d}:{card}")
    return names


def _bare_scans(folder: Path, filled: Path, count: int) -> float:
    """Update a card, insert its demand and an audit line, in as many transactions; synced to disk alike."""
    rows = _rows_after(filled, {"demand": 0})["demand"]
    with Store.create(folder / "bare-scans.pegboard") as store, store.transaction("bench", today=DAY_0) as tx:
        _make_cards(tx, count)
    connection = sqlite3.connect(folder / "bare-scans.pegboard", isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    marks, at = ", ".join("?" * len(rows[0])), DAY_0.isoformat()
    start = time.perf_counter()
    for card, row in enumerate(rows, 1):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE kanban_card SET state = 'empty', state_at = ? WHERE kanban_card_id = ?", (at, card))
        connection.execute(f"INSERT INTO demand VALUES ({marks})", row)
        connection.execute(
            "INSERT INTO audit_entry (at, actor, command, changed, note) VALUES (?, '', 'floor.scan', 'demand', ?)",
            (at, f"Card {card} pulls one container."),
        )
        connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.close()
    return seconds
