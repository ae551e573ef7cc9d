"""An import of items, orders and stock is one step that is undone and done again by name."""

from pathlib import Path

import pytest
from tests.builders import doing, reading
from tests.services.shop import require_whole

from pegboard.domain.errors import Refused
from pegboard.exchange.workshop_folder import import_paths
from pegboard.services.explosion import explode
from pegboard.services.inventory import adjust
from pegboard.services.undo import next_undo, recording, redo, undo
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Store

FILES = {
    "items": "code,source,standard_cost\nLAMP,make,\nSHADE,buy,4\n",
    "boms": "item,revision\nLAMP,A\n",
    "bom_lines": "parent,revision,component,quantity\nLAMP,A,SHADE,2\n",
    "customers": "code\nACME\n",
    "orders": "order,line,customer,item,quantity,due_date\nSO-1,1,ACME,LAMP,3,2026-02-02\n",
    "stock": "item,location,quantity,unit_cost\nSHADE,SHELF,7,4.5\n",
}


def bring(store: Store, tmp_path: Path, **files: str) -> None:
    """Import files as the window does."""
    folder = tmp_path / f"in{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    for name, text in (files or FILES).items():
        (folder / f"{name}.csv").write_text(text)
    with doing(store, "import") as tx, recording(tx, "import"):
        import_paths(tx, [folder])


def counts(store: Store) -> dict[str, int]:
    """Rows of some tables, and what lies there."""
    with reading(store) as view:
        found = {
            table: number(view, f"SELECT count(*) FROM {table}")
            for table in ("bom", "bom_line", "customer", "customer_order", "order_line")
        }
        found["item"] = number(view, "SELECT count(*) FROM item WHERE active = 1")
        found["on hand"] = number(view, "SELECT coalesce(sum(quantity), 0) FROM stock") // 1_000_000
    return found


def test_an_import_is_undone_and_done_again_as_one_step(store: Store, tmp_path: Path) -> None:
    nothing = counts(store)
    bring(store, tmp_path)
    all_there = counts(store)
    with reading(store) as view:
        assert next_undo(view) == "import of 2 items, 1 order, 1 customer, 1 BOM line, stock at 1 place"
    for _time in range(2):
        with doing(store, "entry.undo") as tx:
            undo(tx)
        assert counts(store) == nothing
        require_whole(store)
        with doing(store, "entry.redo") as tx:
            redo(tx)
        assert counts(store) == all_there
        require_whole(store)
    with reading(store) as view:
        costs = rows(view, "SELECT unit_cost FROM cost_layer WHERE remaining_quantity > 0")
        assert [row.unit_cost for row in costs] == [4_500_000]


def test_a_second_import_gives_back_what_it_changed(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path)
    bring(
        store,
        tmp_path,
        orders="order,line,customer,item,quantity,due_date\nSO-1,1,ACME,LAMP,9,2026-02-02\nSO-2,1,ACME,LAMP,1,\n",
        stock="item,location,quantity\nSHADE,SHELF,2\n",
    )
    with doing(store, "entry.undo") as tx:
        undo(tx)
    with reading(store) as view:
        assert number(view, "SELECT quantity FROM order_line") == 3_000_000
    assert counts(store)["on hand"] == 7
    require_whole(store)


def test_orders_that_have_pulled_are_cancelled_rather_than_undone(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path)
    with doing(store) as tx:
        explode(tx)
    with doing(store, "entry.undo") as tx, pytest.raises(Refused):
        undo(tx)
    assert counts(store)["order_line"] == 1
    require_whole(store)


def test_stock_that_was_used_since_is_not_booked_back(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path)
    with doing(store) as tx:
        adjust(tx, "SHADE", "SHELF", by=_units(-3), reason="broken")
    with doing(store, "entry.undo") as tx, pytest.raises(Refused, match="SHADE at SHELF was used or promised since"):
        undo(tx)
    require_whole(store)


def test_an_import_of_what_suppliers_know_is_no_step(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path)
    bring(
        store,
        tmp_path,
        suppliers="code\nKERN\n",
        open_purchases="purchase_order,supplier,item,quantity\nPO-0001,KERN,SHADE,5\n",
    )
    with reading(store) as view:
        assert next_undo(view).startswith("import of 2 items")


def _units(count: int):
    from pegboard.domain.quantity import Quantity

    return Quantity(count * 1_000_000)
