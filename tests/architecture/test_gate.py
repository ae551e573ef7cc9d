"""One gate: demand is let in by one module, supply is written by one module, imports of what stood before aside."""

import re
from pathlib import Path

import pytest

import pegboard

ROOT = Path(pegboard.__file__).parent
WRITES = r"(?:INSERT INTO {table}\b|\b(?:insert_rows|add|insert)\(\s*(?:\w+,\s*)?{name}\b)"
# Benchmarks fill files of their own; what an import brings in stands already and says "imported".
ALLOWED = {
    ("demand", "Demand"): ("services/demand.py", "bench/"),
    ("work_order", "WorkOrder"): ("services/plan_writing.py", "services/importing/work_orders.py", "bench/"),
    ("purchase_line", "PurchaseLine"): ("services/plan_writing.py", "services/importing/purchasing.py", "bench/"),
}


@pytest.mark.parametrize(("table", "name"), ALLOWED)
def test_nothing_else_writes_new_rows(table: str, name: str) -> None:
    writes = re.compile(WRITES.format(table=table, name=name))
    found = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if writes.search(path.read_text(encoding="utf-8"))
    }
    strangers = {path for path in found if not path.startswith(ALLOWED[table, name])}
    assert not strangers
    assert any(path.startswith("services/") for path in found)
