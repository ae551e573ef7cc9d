"""What can be read of a damaged workshop is saved, and what was lost is said."""

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.builders import add_customer, add_item, add_order, doing, workshop

from pegboard.domain.errors import WorkshopFileError
from pegboard.queries.integrity import check
from pegboard.storage.integrity import is_damaged, problems_of
from pegboard.storage.salvage import salvage
from pegboard.storage.store import Store
from pegboard.storage.torn_pages import schema_pages

pytestmark = pytest.mark.file

PAGE = 4096
ORDERS = 400


@pytest.fixture
def damaged(tmp_path: Path) -> Callable[[str], Path]:
    """A workshop of 400 orders in which the middle of one table is noise."""

    def make(table: str) -> Path:
        with workshop(tmp_path) as store, doing(store) as tx:
            add_item(tx, "LAMP")
            add_customer(tx, "ZIN")
            for order in range(ORDERS):
                add_order(tx, f"SO-{order:04}", [("LAMP", 1, "2026-03-10")])
        path = tmp_path / "shop.pegboard"
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        connection.close()
        content = bytearray(path.read_bytes())
        place = (root - 1) * PAGE
        leaf = int.from_bytes(content[place + 12 : place + 14], "big")  # the first cell of an interior page
        child = int.from_bytes(content[place + leaf : place + leaf + 4], "big")
        noise = random.Random(1)
        content[(child - 1) * PAGE : child * PAGE] = bytes(noise.randrange(256) for _ in range(PAGE))
        path.write_bytes(content)
        return path

    return make


def test_a_torn_page_costs_its_own_rows_alone(damaged: Callable[[str], Path], tmp_path: Path) -> None:
    path = damaged("order_line")
    assert is_damaged(path)
    found = {table.table: table for table in salvage(path, tmp_path / "saved.pegboard")}
    assert found["customer_order"].saved == ORDERS
    assert 0 < found["order_line"].saved < ORDERS
    assert found["order_line"].unreadable > 0
    assert not problems_of(tmp_path / "saved.pegboard")
    with Store.open(tmp_path / "saved.pegboard") as store, store.read() as reading:
        saved = reading.connection.exec_driver_sql("SELECT count(*) FROM order_line").scalar_one()
    assert saved == found["order_line"].saved


def test_lines_of_a_lost_order_are_left_out(damaged: Callable[[str], Path], tmp_path: Path) -> None:
    found = {table.table: table for table in salvage(damaged("customer_order"), tmp_path / "saved.pegboard")}
    assert found["order_line"].lost == ORDERS - found["customer_order"].saved
    assert found["order_line"].saved == found["customer_order"].saved
    assert not problems_of(tmp_path / "saved.pegboard")


@pytest.mark.parametrize("length", [16, 100, 4096])
def test_a_file_without_its_beginning_is_read_all_the_same(tmp_path: Path, length: int) -> None:
    with workshop(tmp_path) as store, doing(store) as tx:
        add_item(tx, "LAMP")
        add_customer(tx, "ZIN")
        for order in range(30):
            add_order(tx, f"SO-{order:04}", [("LAMP", 1, "2026-03-10")])
    path = tmp_path / "shop.pegboard"
    with path.open("r+b") as file:
        file.write(b"\xa5" * length)
    damaged = path.read_bytes()
    found = {table.table: table for table in salvage(path, tmp_path / "saved.pegboard")}
    assert (found["order_line"].saved, found["order_line"].lost) == (30, 0)
    assert not problems_of(tmp_path / "saved.pegboard")
    assert path.read_bytes() == damaged
    with Store.open(tmp_path / "saved.pegboard") as store, store.read() as reading:
        assert check(reading).ok


def test_what_is_left_of_a_file_that_was_cut_off_is_read(tmp_path: Path) -> None:
    with workshop(tmp_path) as store, doing(store) as tx:
        add_item(tx, "LAMP")
        add_customer(tx, "ZIN")
        for order in range(ORDERS):
            add_order(tx, f"SO-{order:04}", [("LAMP", 1, "2026-03-10")])
    path = tmp_path / "shop.pegboard"
    os.truncate(path, path.stat().st_size - 3 * PAGE)
    found = {table.table: table for table in salvage(path, tmp_path / "saved.pegboard")}
    assert found["item"].saved == 1
    assert sum(table.saved for table in found.values()) > 100
    assert not problems_of(tmp_path / "saved.pegboard")


def test_a_file_that_is_none_and_one_that_is_there_already_are_refused(tmp_path: Path) -> None:
    noise = tmp_path / "noise.pegboard"
    noise.write_bytes(b"no workshop at all" * 1000)
    with pytest.raises(WorkshopFileError, match="can be read"):
        salvage(noise, tmp_path / "saved.pegboard")
    assert not (tmp_path / "saved.pegboard").exists()
    with workshop(tmp_path, "there.pegboard"):
        pass
    with pytest.raises(WorkshopFileError, match="exists already"):
        salvage(noise, tmp_path / "there.pegboard")


def made_of(tmp_path: Path, orders: int) -> Path:
    """A workshop of many orders, in one file without a log."""
    with workshop(tmp_path) as store, doing(store) as tx:
        add_item(tx, "LAMP")
        add_customer(tx, "ZIN")
        for order in range(orders):
            add_order(tx, f"SO-{order:05}", [("LAMP", 1, "2026-03-10"), ("LAMP", 2, "2026-03-11")])
    path = tmp_path / "shop.pegboard"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return path


def root_of(path: Path, table: str) -> int:
    """The page that a table begins with."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0])


def tear(path: Path, *pages: int) -> None:
    """Fill pages with noise."""
    noise = random.Random(7)
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * PAGE)
            file.write(bytes(noise.randrange(256) for _ in range(PAGE)))


@pytest.mark.parametrize("table", ["order_line", "customer_order"])
def test_all_rows_below_a_torn_inner_page_are_found(tmp_path: Path, table: str) -> None:
    path = made_of(tmp_path, 900)
    tear(path, root_of(path, table))
    found = {each.table: each for each in salvage(path, tmp_path / "saved.pegboard")}
    assert (found["order_line"].saved, found["order_line"].lost, found["order_line"].unreadable) == (1800, 0, 0)
    assert found["customer_order"].saved == 900
    assert not problems_of(tmp_path / "saved.pegboard")
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_rows_of_two_tables_with_torn_inner_pages_are_told_apart(tmp_path: Path) -> None:
    path = made_of(tmp_path, 900)
    tear(path, root_of(path, "order_line"), root_of(path, "customer_order"))
    found = {each.table: each for each in salvage(path, tmp_path / "saved.pegboard")}
    assert (found["order_line"].saved, found["customer_order"].saved) == (1800, 900)


def test_rows_that_were_deleted_do_not_come_back(tmp_path: Path) -> None:
    path = made_of(tmp_path, 900)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM order_line WHERE order_line_id > 1200")
    tear(path, root_of(path, "order_line"))
    found = {each.table: each for each in salvage(path, tmp_path / "saved.pegboard")}
    assert found["order_line"].saved == 1200


def test_a_large_table_gets_several_new_inner_pages(tmp_path: Path) -> None:
    path = made_of(tmp_path, 10)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO audit_entry (at, actor, command, changed, note) VALUES (?, 'MK', 'order.draft', 'order', ?)",
            [(f"2026-03-{1 + place % 28:02} 10:00:00.000000", "x" * 300) for place in range(9000)],
        )
        connection.execute("COMMIT")
        (there,) = connection.execute("SELECT count(*) FROM audit_entry").fetchone()
    tear(path, root_of(path, "audit_entry"))
    found = {each.table: each for each in salvage(path, tmp_path / "saved.pegboard")}
    assert (found["audit_entry"].saved, found["audit_entry"].unreadable) == (there, 0)
    assert not problems_of(tmp_path / "saved.pegboard")


def test_a_torn_page_that_says_which_tables_there_are_costs_nothing(tmp_path: Path) -> None:
    path = made_of(tmp_path, 100)
    pages = sorted(schema_pages(path))
    assert len(pages) > 3
    tear(path, pages[len(pages) // 2])
    found = {each.table: each for each in salvage(path, tmp_path / "saved.pegboard")}
    assert (found["order_line"].saved, found["order_line"].lost) == (200, 0)
    with Store.open(tmp_path / "saved.pegboard") as store, store.read() as reading:
        assert check(reading).ok
