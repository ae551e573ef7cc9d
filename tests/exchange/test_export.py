"""What an export writes: order of rows, what is left out, and a folder that is never half written."""

from pathlib import Path

import pytest
from tests.builders import TODAY, add_item, add_order, add_stock, quantity
from tests.exchange.folders import CUSTOMERS, ITEMS, SUPPLIERS, bring_in, everything, exported

from pegboard.domain.errors import InvalidInput, PegboardError, Refused
from pegboard.exchange import export
from pegboard.exchange.columns import FileForm
from pegboard.exchange.export import export_folder
from pegboard.exchange.workshop_files import FILES
from pegboard.exchange.workshop_folder import import_paths
from pegboard.queries.workshop_export import file_rows
from pegboard.resources import resource
from pegboard.services.explosion import explode
from pegboard.services.shipping import ship
from pegboard.storage.rows import number
from pegboard.storage.store import Reading, Store

BASIS = {"items": ITEMS, "suppliers": SUPPLIERS, "customers": CUSTOMERS}


def body(text: str) -> list[str]:
    """Rows of a file without its header."""
    return text.splitlines()[1:]


def test_every_file_has_its_header_even_without_rows(store: Store, tmp_path: Path) -> None:
    out = exported(store, tmp_path / "out")
    assert out == {form.name: ",".join(form.header) + "\n" for form in FILES}


def test_the_statements_give_the_columns_of_every_file(store: Store) -> None:
    with store.transaction("import", today=TODAY) as tx:
        import_paths(tx, [resource("samples", "harbor-lamps")])
    with store.read(today=TODAY) as reading:
        for form in FILES:
            assert {len(row) for row in file_rows(reading, form.name)} == {len(form.columns)}, form.name


def test_orders_and_sales_come_in_entry_order_and_other_files_by_key(store: Store, tmp_path: Path) -> None:
    bring_in(
        store,
        {
            **BASIS,
            "orders": "order,customer,item,quantity\nZ,SHOP,LAMP,1\nA,SHOP,LAMP,1\nZ,SHOP,BASE,1\n",
            "bom_lines": "parent,line,component,quantity\nLAMP,10,CORD,1\nLAMP,9,BULB,1\nBASE,1,CORD,1\n",
            "supplier_items": "supplier,item,price_from_quantity\nACME,BULB,100\nACME,BULB,20\nACME,BULB,0\n",
            "pos_sales": "reference,sold_at,location,item,quantity\nR2,2026-01-05T10:00:00,MAIN,BULB,1\n"
            "R1,2026-01-05T09:00:00,MAIN,BULB,1\n",
        },
    )
    out = exported(store, tmp_path / "out")
    assert [row.split(",")[:2] for row in body(out["orders"])] == [["Z", "1"], ["A", "1"], ["Z", "2"]]
    assert [row.split(",")[:3] for row in body(out["bom_lines"])] == [
        ["BASE", "", "1"],
        ["LAMP", "", "9"],
        ["LAMP", "", "10"],
    ]
    assert [row.split(",")[3] for row in body(out["supplier_items"])] == ["0", "20", "100"]
    assert [row.split(",")[0] for row in body(out["pos_sales"])] == ["R2", "R1"]
    assert [row.split(",")[0] for row in body(out["items"])] == ["BASE", "BULB", "CORD", "LAMP"]


def test_numbers_have_no_trailing_zeros_and_no_plus(store: Store, tmp_path: Path) -> None:
    bring_in(store, {"items": "code,source,unit,standard_cost,list_price\nA,buy,m,+1.500000,0000.10\nB,buy,m,.5,5.\n"})
    rows = [row.split(",") for row in body(exported(store, tmp_path / "out")["items"])]
    assert [(row[6], row[7]) for row in rows] == [("1.5", "0.1"), ("0.5", "5")]


def test_what_is_gone_is_left_out(store: Store, tmp_path: Path) -> None:
    bring_in(
        store,
        {
            **BASIS,
            "stock": "item,quantity\nBULB,5\nCORD,3\n",
            "open_purchases": "purchase_order,supplier,item,quantity\nP1,ACME,BULB,5\nP2,ACME,CORD,4\n",
            "open_work_orders": "work_order,item,quantity,due_date\nW1,LAMP,5,2026-02-02\nW2,BASE,2,2026-02-02\n",
        },
    )
    bring_in(store, {"stock": "item,quantity\nBULB,0\n"})
    with store.transaction("test", today=TODAY) as tx:
        for statement in (
            "UPDATE purchase_line SET received_quantity = 2000000 WHERE purchase_line_id = 1",
            "UPDATE purchase_line SET received_quantity = 4000000, state = 'closed' WHERE purchase_line_id = 2",
            "UPDATE work_order SET completed_quantity = 1000000 WHERE number = 'W1'",
            "UPDATE work_order SET completed_quantity = 2000000, state = 'done' WHERE number = 'W2'",
        ):
            tx.connection.exec_driver_sql(statement)
    out = exported(store, tmp_path / "out")
    assert [row.split(",")[0] for row in body(out["stock"])] == ["CORD"]
    assert [row.split(",")[0:5:4] for row in body(out["open_purchases"])] == [["P1", "3"]]
    assert [row.split(",")[0:3] for row in body(out["open_work_orders"])] == [["W1", "LAMP", "4"]]


def test_an_exploded_workshop_survives_its_export(store: Store, tmp_path: Path) -> None:
    with store.transaction("import", today=TODAY) as tx:
        import_paths(tx, [resource("samples", "harbor-lamps")])
        explode(tx)
    first = exported(store, tmp_path / "first")
    assert "WO-0" in first["open_work_orders"]
    assert ",no\n" in first["open_work_orders"]
    before = everything(store)
    again = bring_in(store, first)
    assert all(count.new == count.changed == 0 for count in again.counts), again.counts
    changed = [name for (name, *rows), (_, *old) in zip(everything(store), before, strict=True) if rows != old]
    assert changed == ["audit_entry"]


def test_a_folder_that_is_not_empty_is_refused_unless_forced(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "items.csv").write_text("old")
    with store.read(today=TODAY) as reading:
        with pytest.raises(Refused, match="not empty"):
            export_folder(reading, folder)
        assert (folder / "items.csv").read_text() == "old"
        export_folder(reading, folder, force=True)
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "items.csv").read_text().startswith("code,")
    assert {path.name for path in folder.iterdir()} == {"notes.txt", *(f"{form.name}.csv" for form in FILES)}


def test_a_failure_leaves_what_was_there(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    exported(store, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    real = export.rows_as_text

    def full_disk(reading: Reading, form: FileForm) -> list[tuple[str, ...]]:
        if form.name == "stock":
            raise OSError(28, "No space left on device")
        return real(reading, form)

    monkeypatch.setattr(export, "rows_as_text", full_disk)
    bring_in(store, BASIS)
    for target in (folder, tmp_path / "new"):
        with store.read(today=TODAY) as reading, pytest.raises(InvalidInput, match="No space left"):
            export_folder(reading, target, force=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("stays_away", [False, True])
def test_a_file_that_cannot_be_replaced_is_never_lost(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stays_away: bool
) -> None:
    folder = tmp_path / "out"
    exported(store, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    real = Path.replace

    def held_open(path: Path, target: Path) -> Path:
        if path == folder / "stock.csv" or (stays_away and path.parent.name == "replaced"):
            raise PermissionError(13, "held open by a spreadsheet")
        return real(path, target)

    bring_in(store, BASIS)
    monkeypatch.setattr(Path, "replace", held_open)
    with store.read(today=TODAY) as reading, pytest.raises(InvalidInput, match="held open"):
        export_folder(reading, folder, force=True)
    kept = {path.name: path.read_bytes() for path in folder.glob(".export-*/replaced/*")}
    there = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert {**there, **kept} == before
    assert bool(kept) == stays_away


def test_a_file_is_no_folder_to_write_to(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with store.read(today=TODAY) as reading, pytest.raises(PegboardError):
        export_folder(reading, tmp_path / "file", force=True)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_line_shipped_in_part_is_exported_with_what_is_still_to_come(store: Store, tmp_path: Path) -> None:
    with store.transaction("set up", today=TODAY) as tx:
        add_item(tx, "LAMP")
        add_stock(tx, "LAMP", 4)
        add_order(tx, "SO-1", [("LAMP", 10, "2026-03-02")])
        explode(tx)
        ship(tx, "SO-1/1", quantity(4))
    files = exported(store, tmp_path / "first")
    assert "SO-1,1,ZIN,2026-01-05,LAMP,6,2026-03-02" in files["orders"]
    again = bring_in(store, files)
    assert all(count.new == count.changed == 0 for count in again.counts), again.counts
    with store.read(today=TODAY) as reading:
        assert number(reading, "SELECT quantity FROM order_line") == 10_000_000
