"""How long the import of a workshop folder takes, against a bare csv reader and a bare insert of the same rows."""

import csv
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pegboard.bench import Figure, workload
from pegboard.exchange.workshop_folder import import_paths
from pegboard.storage.store import Store

RUNS = 3
# What an import of the workload fills; the floor copies these very rows into an empty file.
TABLES = (
    *("item", "bom", "bom_line", "work_center", "routing_operation", "supplier", "supplier_item", "price_break"),
    *("customer", "location", "stock", "ledger_entry", "cost_layer", "customer_order", "order_line", "demand"),
)


def figures(size: str) -> Iterator[Figure]:
    """Yield the figure of one import into an empty workshop."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        workload.write_folder(folder / "workload", size)
        best, floor = float("inf"), float("inf")
        for run in range(RUNS):
            path = folder / f"import-{run}.pegboard"
            with Store.create(path) as store:
                start = time.perf_counter()
                with store.transaction("import", today=workload.DAY_0) as tx:
                    import_paths(tx, [folder / "workload"])
                best = min(best, time.perf_counter() - start)
            floor = min(floor, _timed_bare(folder, path))
        rows = sum(1 for file in (folder / "workload").glob("*.csv") for _line in file.open(encoding="utf-8")) - 9
    yield Figure(f"import, {size}", best, floor, 4.0, f"{rows:,} rows of csv")


def _timed_bare(folder: Path, filled: Path) -> float:
    """Read the csv files, then insert the rows that the import made."""
    with sqlite3.connect(filled) as source:
        rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    source.close()
    path = folder / "bare.pegboard"
    with Store.create(path):
        pass
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("DELETE FROM location")
    start = time.perf_counter()
    for file in sorted((folder / "workload").glob("*.csv")):
        with file.open(newline="", encoding="utf-8") as text:
            list(csv.reader(text))
    connection.execute("BEGIN IMMEDIATE")
    for table, values in rows.items():
        if values:
            marks = ", ".join("?" * len(values[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
    connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.close()
    for name in ("", "-wal", "-shm"):
        Path(f"{path}{name}").unlink(missing_ok=True)
    return seconds
