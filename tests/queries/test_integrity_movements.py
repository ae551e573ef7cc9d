"""Whatever is changed in one row behind the program's back, the check names the document."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders import (
    add_item,
    add_operation,
    add_order,
    add_purchase,
    add_stock,
    add_supplier,
    add_work_center,
    add_work_order,
    demand_of,
    doing,
    micro,
    need,
    peg,
    quantity,
    reading,
    workshop,
)

from pegboard.queries.integrity import check
from pegboard.services.money.bills import BillDraftLine, enter_bill
from pegboard.services.money.invoicing import invoice
from pegboard.services.money.paying import pay_invoice
from pegboard.services.production import complete
from pegboard.services.purchasing import receive
from pegboard.services.release import release_work_order
from pegboard.services.settings import set_setting
from pegboard.services.shipping import ship
from pegboard.services.work_times import state_time
from pegboard.storage.rows import first
from pegboard.storage.store import Store

pytestmark = pytest.mark.file  # rows are changed with the file's own tools


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Tubes were bought and billed, a job made two lamps of them, the lamps were shipped, invoiced and paid."""
    with workshop(tmp_path_factory.mktemp("lived")) as store:
        with doing(store) as tx:
            set_setting(tx, "overhead_per_hour", "12")
            add_supplier(tx)
            add_work_center(tx, "BENCH", 60)
            add_item(tx, "TUBE", standard_cost=3)
            add_item(tx, "LAMP", "make")
            add_operation(tx, "LAMP", 10, work_center="BENCH", run_minutes=15)
            add_stock(tx, "TUBE", 4, unit_cost=3)
            add_order(tx, "SO-1", [("LAMP", 2, "2026-03-10"), ("LAMP", 1, "2026-04-10")])
            tx.connection.exec_driver_sql("UPDATE order_line SET unit_price = ?", (micro(100),))
            add_work_order(tx, "WO-1", "LAMP", 2)
            peg(tx, demand_of(tx, "SO-1"), 2, work_order="WO-1")
            peg(tx, need(tx, "WO-1", "TUBE", 4), 4, stock=1)
            add_purchase(tx, "PO-1", "ACME", [("TUBE", 8, 3)], surplus_reason="imported")
            release_work_order(tx, "WO-1")
        with doing(store) as tx:
            step = first(tx, "SELECT o.work_order_operation_id, 60000000 AS hourly_rate FROM work_order_operation o")
            assert step is not None
            state_time(tx, step, "MK", quantity(50))
            complete(tx, "WO-1", quantity(2))
            receive(tx, "PO-1/1", quantity(8))
            enter_bill(tx, "ACME", [BillDraftLine(receipt="REC-0001")])
            ship(tx, "SO-1")
            pay_invoice(tx, invoice(tx, "SO-1").number)
        with reading(store) as view:
            found = check(view)
        assert found.ok, found.as_json()
        yield store.path


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE work_order SET completed_quantity = 1000000", "WO-1: 1 are completed, but 2 came into stock from it"),
        ("UPDATE requirement SET issued_quantity = 3000000 WHERE work_order_id = 1", "WO-1: 3 of TUBE are issued"),
        ("UPDATE receipt SET quantity = 9000000", "PO-1/1: 8 are received, but its receipts say 9"),
        ("UPDATE purchase_line SET received_quantity = 7000000", "PO-1/1: 7 are received, but its receipts say 8"),
        ("UPDATE shipment_line SET quantity = 3000000", "SHP-0001: 3 stand on it, but 2 left stock on it"),
        ("UPDATE order_line SET shipped_quantity = 1000000 WHERE line = 1", "SO-1/1: 1 are shipped"),
        ("UPDATE order_line SET quantity = 5000000 WHERE line = 1", "SO-1/1 says it is invoiced, but only 2 of 5"),
        ("UPDATE time_entry SET cost = cost + 1", "WO-1/10: a time of MK costs 60.000001, but its minutes come to 60"),
        ("UPDATE time_entry SET overhead = overhead + 1", "WO-1/10: a time of MK"),
        ("UPDATE time_entry SET ended_at = started_at", "WO-1/10: a time of MK costs 60, but its minutes come to 0"),
        ("UPDATE cost_layer SET unit_cost = unit_cost + 1000000 WHERE remaining_quantity > 0", "worth"),
        ("UPDATE stock SET quantity = quantity + 1000000 WHERE stock_id = 1", "on hand"),
        ("UPDATE invoice SET net_amount = net_amount + 1", "its foot says"),
        ("UPDATE bill_line SET net_amount = net_amount + 1", "its lines add up to"),
        ("UPDATE payment_allocation SET amount = amount - 1", "says it is paid, but"),
        ("DELETE FROM payment_allocation", "says it is paid, but"),
    ],
)
def test_a_changed_row_is_named(lived: Path, tmp_path: Path, statement: str, said: str) -> None:
    copy = tmp_path / "copy.pegboard"
    with sqlite3.connect(lived) as source, sqlite3.connect(copy) as target:
        source.backup(target)
        for (trigger,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            target.execute(f'DROP TRIGGER "{trigger}"')
        changed = target.execute(statement).rowcount
    source.close()
    target.close()
    assert changed
    with Store.open(copy) as store, reading(store) as view:
        found = check(view)
    breaches = " ".join(breach for invariant in found.invariants for breach in invariant.breaches)
    assert said in breaches
