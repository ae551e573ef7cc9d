"""How long an explosion takes, against bare netting in memory and a bare insert of the same rows."""

import gc
import resource
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pegboard.bench import Figure, bare, workload
from pegboard.domain.explosion import explode as plan_demand
from pegboard.domain.explosion import processing_order
from pegboard.domain.snapshot import PlanningSnapshot
from pegboard.exchange.workshop_folder import import_paths
from pegboard.services.explosion import explode
from pegboard.storage.snapshots import Scope, planning_snapshot
from pegboard.storage.store import Store, Transaction

RUNS = 3
COLUMNS = {
    "work_order": "work_order_id, number, item_id, bom_id, quantity, start_quantity, start_date, due_date,"
    " surplus_reason, completed_quantity, scrapped_quantity, state, components_issued, row_version",
    "purchase_order": "purchase_order_id, number, supplier_id, state, revision, row_version",
    "purchase_line": "purchase_line_id, purchase_order_id, line, item_id, supplier_item_id, quantity, unit_price,"
    " need_date, order_by_date, due_date, surplus_reason, received_quantity, state",
    "requirement": "requirement_id, demand_id, work_order_id, item_id, quantity, need_date, operation,"
    " alternate_for_id",
    "peg": "peg_id, requirement_id, stock_id, work_order_id, purchase_line_id, quantity",
}


def figures(size: str) -> Iterator[Figure]:
    """Yield the planner's and the whole explosion's figures, that of one more order, and the memory used."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        workload.write_folder(folder / "workload", size)
        path = folder / "bench.pegboard"
        with Store.create(path) as store:
            with store.transaction("import", today=workload.DAY_0) as tx:
                import_paths(tx, [folder / "workload"])
            yield from _whole_plan(store, folder, size)
            yield from _one_more(store)
    yield Figure("peak memory, GB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, None, 2.0, "not seconds")


def _whole_plan(store: Store, folder: Path, size: str) -> Iterator[Figure]:
    with store.transaction("look", today=workload.DAY_0) as tx:
        snapshot = planning_snapshot(tx, Scope(), combining_days=5, deposit_gates_pull=True)
    order = processing_order(snapshot)
    bare_seconds, rows = min((_timed_bare(snapshot, order) for _run in range(RUNS)), key=lambda run: run[0])
    plan_seconds = min(_timed_plan(snapshot) for _run in range(RUNS))
    count = sum(len(part) for part in rows.values())
    yield Figure(f"planner alone, {size}", plan_seconds, bare_seconds, 1.5, f"{count:,} rows")
    empty = folder / "empty.pegboard"
    _copy(store.path, empty)
    insert_seconds = min(_timed_insert(empty, rows) for _run in range(RUNS))
    rows.clear()
    seconds = _timed_explosion(store, folder)
    yield Figure(f"explode and apply, {size}", seconds, bare_seconds + insert_seconds, 3.0)


def _timed_bare(snapshot: PlanningSnapshot, order: list[int]) -> tuple[float, bare.Rows]:
    gc.collect()
    gc.disable()
    start = time.perf_counter()
    rows = bare.explode_bare(snapshot, order)
    seconds = time.perf_counter() - start
    gc.enable()
    return seconds, rows


def _timed_plan(snapshot: PlanningSnapshot) -> float:
    gc.collect()
    gc.disable()
    start = time.perf_counter()
    plan_demand(snapshot)
    seconds = time.perf_counter() - start
    gc.enable()
    return seconds


def _copy(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    old.close()
    new.close()


def _timed_insert(path: Path, rows: bare.Rows) -> float:
    """Insert the rows into the same tables, indexed, in one transaction that is rolled back afterwards."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -200000", "foreign_keys = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN ('requirement', 'peg', 'work_order', 'purchase_line')"
    ).fetchall()
    # The guards are the program's own work: the floor is the bare database.
    guards = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('work_order', 'purchase_line')"
    ).fetchall()
    for name, _sql in guards:
        connection.execute(f"DROP TRIGGER {name}")
    start = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for name, _sql in indexes:
        connection.execute(f"DROP INDEX {name}")
    for table, columns in COLUMNS.items():
        marks = ", ".join("?" * len(columns.split(",")))
        connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows[table])
    for _name, sql in indexes:
        connection.execute(sql)
    connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.execute("BEGIN IMMEDIATE")
    for table in reversed(COLUMNS):
        connection.execute(f"DELETE FROM {table}")
    for _name, sql in guards:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.close()
    return seconds


def _timed_explosion(store: Store, folder: Path) -> float:
    """The best of a few explosions, each on a copy but the last."""
    best = float("inf")
    for run in range(RUNS - 1):
        copy = folder / f"copy-{run}.pegboard"
        _copy(store.path, copy)
        with Store.open(copy) as other:
            best = min(best, _timed_once(other))
        copy.unlink()
    return min(best, _timed_once(store))


def _timed_once(store: Store) -> float:
    gc.collect()
    start = time.perf_counter()
    with store.transaction("explode", today=workload.DAY_0) as tx:
        explode(tx)
    return time.perf_counter() - start


def _one_more(store: Store) -> Iterator[Figure]:
    """Confirming one more order of four lines on top of the whole plan."""
    best = float("inf")
    for run in range(5):
        with store.transaction("order.enter", today=workload.DAY_0) as tx:
            number = _add_order(tx, run)
        start = time.perf_counter()
        with store.transaction("explode", today=workload.DAY_0) as tx:
            explode(tx, [number])
        best = min(best, time.perf_counter() - start)
    yield Figure("one more order on top", best, None, 0.1, "bar in seconds")


def _add_order(tx: Transaction, run: int) -> str:
    number = f"MORE-{run}"
    connection = tx.connection
    order_id = connection.exec_driver_sql(
        "INSERT INTO customer_order (number, customer_id, order_date, revision, row_version)"
        " SELECT ?, min(customer_id), ?, 0, 1 FROM customer",
        (number, workload.DAY_0.isoformat()),
    ).lastrowid
    for line in range(1, 5):
        connection.exec_driver_sql(
            "INSERT INTO order_line (order_id, line, item_id, quantity, shipped_quantity, due_date, status, hold)"
            " SELECT ?, ?, item_id, 2000000, 0, '2026-02-20', 'confirmed', 0 FROM item WHERE code = ?",
            (order_id, line, f"FG{line * 10 + run:05d}"),
        )
    return number
