"""A workshop goes to another place whole, or not at all."""

import datetime
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders import add_customer, add_item, add_order, add_stock, clock, doing, reading, workshop
from tests.server import databases

from pegboard.domain.errors import PegboardError
from pegboard.queries.audit import lines_after
from pegboard.queries.integrity import check
from pegboard.queries.search import search
from pegboard.services.explosion import explode
from pegboard.services.search import refresh
from pegboard.storage.backup import backup, restore
from pegboard.storage.bulk import fetch
from pegboard.storage.integrity import contents
from pegboard.storage.moving import move
from pegboard.storage.store import Store
from pegboard.storage.watching import Watch


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Store]:
    """A workshop with letters of many scripts, an order that was exploded, and an index of words."""
    with workshop(tmp_path) as store:
        with doing(store) as tx:
            add_item(tx, "LAMP", "make", description='Lämpchen "groß", 灯 \\ \t tab')
            add_item(tx, "BULB", lead_time_days=3)
            add_customer(tx, "ZIN", name="Zinnia & Søn")
            add_stock(tx, "LAMP", 2, unit_cost="1.5")
            add_order(tx, "SO-0001", [("LAMP", 5, "2026-02-02"), ("BULB", 1, None)])
            tx.changed("item")
        with doing(store) as tx:
            explode(tx)
            refresh(tx)
        yield store


class StopsAt:
    """Somebody who presses Ctrl+C in the middle."""

    def step(self, done: int, total: int, _text: str) -> None:
        """Stop halfway."""
        if done == total // 2:
            raise KeyboardInterrupt


def numbers(store: Store) -> list[object]:
    """What was ordered, to compare."""
    with reading(store) as view:
        return list(fetch(view, "SELECT number, item_id, quantity FROM work_order ORDER BY number"))


def test_a_workshop_goes_into_a_file_with_every_row(shop: Store, tmp_path: Path) -> None:
    moved = move(shop, tmp_path / "copy.pegboard", clock)
    assert sum(table.rows for table in moved) >= 20
    with Store.open(tmp_path / "copy.pegboard", clock) as copy, reading(copy) as view:
        assert check(view).ok
        assert [hit.number for hit in search(view, "lampchen")] == ["LAMP"]
        assert numbers(copy) == numbers(shop)


def test_nothing_is_overwritten(shop: Store, tmp_path: Path) -> None:
    target = tmp_path / "other.pegboard"
    Store.create(target, clock).close()
    before = target.read_bytes()
    with pytest.raises(PegboardError, match="exists already"):
        move(shop, target, clock)
    assert target.read_bytes() == before


def test_what_is_stopped_halfway_leaves_no_file(shop: Store, tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    with pytest.raises(KeyboardInterrupt):
        move(shop, folder / "copy.pegboard", clock, StopsAt())
    assert list(folder.iterdir()) == []


@pytest.mark.server
def test_a_workshop_goes_to_a_server_and_back_the_same(shop: Store, tmp_path: Path) -> None:
    there = databases().empty()
    moved = move(shop, there, clock)
    with Store.open(there, clock) as copy, reading(copy) as view:
        assert check(view).ok
        assert [hit.number for hit in search(view, "lampchen")] == ["LAMP"]
        back = move(copy, tmp_path / "back.pegboard", clock)
        assert back == moved
        with doing(copy) as tx:  # keys go on above the highest
            add_order(tx, "SO-0002", [("LAMP", 1, None)])
            explode(tx)
    with pytest.raises(PegboardError, match="holds a workshop already"):
        move(shop, there, clock)


@pytest.mark.server
def test_what_is_stopped_halfway_leaves_nothing_on_the_server(shop: Store) -> None:
    there = databases().empty()
    with pytest.raises(KeyboardInterrupt):
        move(shop, there, clock, StopsAt())
    with pytest.raises(PegboardError, match="no workshop"):
        Store.open(there, clock)
    move(shop, there, clock)


@pytest.mark.server
def test_a_backup_of_a_server_opens_without_one_and_goes_back(shop: Store, tmp_path: Path) -> None:
    there = databases().empty()
    move(shop, there, clock)
    with Store.open(there, clock) as store:
        saved = backup(store, tmp_path / "saved.pegboard")
        assert contents(saved).newest_order == "SO-0001"
        with doing(store) as tx:
            add_order(tx, "SO-0009", [("LAMP", 1, None)])
        backup(store, tmp_path / "later.pegboard")
        backup(store, tmp_path / "later.pegboard")
    kept = restore(there, saved, clock)
    assert kept is not None
    with Store.open(there, clock) as store, reading(store) as view:
        assert fetch(view, "SELECT number FROM customer_order") == [("SO-0001",)]
        assert fetch(view, f"SELECT count(*) FROM {kept}.customer_order") == [(2,)]
        assert check(view).ok


@pytest.mark.server
def test_seats_hear_that_somebody_went_back_to_a_backup(shop: Store, tmp_path: Path) -> None:
    there = databases().empty()
    move(shop, there, clock)
    with Store.open(there, clock) as seat:
        saved = backup(seat, tmp_path / "saved.pegboard")
        with doing(seat) as tx:
            add_order(tx, "SO-0009", [("LAMP", 1, None)])
            tx.changed("order")
        with reading(seat) as view:
            seen = lines_after(view, None)
        heard = threading.Event()
        watch = Watch(seat, heard.set, lambda _is_there: None)
        try:
            restore(there, saved, lambda: clock() + datetime.timedelta(hours=1))
            assert heard.wait(5)
        finally:
            watch.stop()
        with reading(seat) as view:  # the line of going back has the number that the order's had
            now = lines_after(view, seen.last, seen.last_at)
            assert now.last == seen.last
            assert {"item", "workshop"} <= now.nouns
            assert lines_after(view, now.last, now.last_at).count == 0
