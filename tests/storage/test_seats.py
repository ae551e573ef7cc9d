"""Two seats on one workshop: nothing is pegged twice, nobody's change is lost, each hears of the other's."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.builders import (
    add_bom,
    add_customer,
    add_item,
    add_order,
    add_stock,
    add_supplier,
    add_supplier_item,
    clock,
    day,
    doing,
    quantity,
    reading,
    workshop,
)

from pegboard.domain.errors import ConnectionLost, PegboardError, Refused
from pegboard.queries.integrity import check
from pegboard.services.changes import change_line
from pegboard.services.demand import raise_order_demand
from pegboard.services.explosion import explode
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import number, run
from pegboard.storage.store import Store
from pegboard.storage.watching import Watch


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    """The first seat."""
    with workshop(tmp_path) as store:
        with doing(store) as tx:
            add_item(tx, "LAMP", "make", lead_time_days=1)
            add_item(tx, "BULB", lead_time_days=3)
            add_supplier(tx)
            add_supplier_item(tx, "ACME", "BULB", 2)
            add_bom(tx, "LAMP", {"BULB": 3})
            add_stock(tx, "BULB", 50)
            add_customer(tx)
        yield store


@pytest.fixture
def floor(office: Store) -> Iterator[Store]:
    """The second seat, on the same workshop."""
    with Store.open(office.address, clock) as store:
        yield store


def wait_until(done: Callable[[], bool], seconds: float = 5) -> None:
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def at_once(*works: Callable[[], None]) -> None:
    """Do things on threads that start together; an error of any of them is raised."""
    ready, errors = threading.Barrier(len(works)), list[BaseException]()

    def start(work: Callable[[], None]) -> None:
        ready.wait()
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=start, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_two_seats_that_explode_at_once_never_peg_the_same_stock_twice(office: Store, floor: Store) -> None:
    def works_at(store: Store, series: str) -> Callable[[], None]:
        def work() -> None:
            for count in range(8):
                with doing(store) as tx:
                    add_order(tx, f"{series}-{count}", [("LAMP", 2, "2026-02-02")])
                with doing(store) as tx:
                    explode(tx)

        return work

    at_once(works_at(office, "SO-A"), works_at(floor, "SO-B"))
    with reading(office) as view:
        assert check(view).ok
        assert number(view, "SELECT sum(quantity) FROM peg WHERE stock_id IS NOT NULL") == 50_000_000
        assert number(view, "SELECT count(*) FROM work_order") == 16
        numbers = [row[0] for row in fetch(view, "SELECT number FROM work_order")]
        assert len(set(numbers)) == 16


def test_a_reader_sees_one_moment_while_another_seat_writes(office: Store, floor: Store) -> None:
    with reading(office) as view:
        before = number(view, "SELECT count(*) FROM customer")
        with doing(floor) as tx:
            add_customer(tx, "NEW")
        assert number(view, "SELECT count(*) FROM customer") == before
    with reading(office) as view:
        assert number(view, "SELECT count(*) FROM customer") == before + 1


def test_a_reader_cannot_write(office: Store) -> None:
    with pytest.raises(PegboardError, match="read"), reading(office) as view:
        run(view, "UPDATE item SET description = 'x'")


def test_what_fails_leaves_nothing(office: Store, floor: Store) -> None:
    def fail() -> None:
        with doing(office) as tx:
            add_customer(tx, "LOST")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with reading(floor) as view:
        assert number(view, "SELECT count(*) FROM customer WHERE code = 'LOST'") == 0


def test_a_seat_hears_of_anothers_commit_within_a_second(office: Store, floor: Store) -> None:
    heard: list[float] = []
    watch = Watch(office, lambda: heard.append(time.monotonic()), lambda _is_there: None)
    try:
        time.sleep(0.5)  # it listens by now
        heard.clear()
        began = time.monotonic()
        with doing(floor) as tx:
            add_customer(tx, "NEW")
            tx.changed("customer")
        wait_until(lambda: bool(heard))
        assert heard[0] - began < 1
    finally:
        watch.stop()


@pytest.mark.server
@pytest.mark.logs_warnings
def test_a_lost_connection_is_told_and_comes_back(office: Store, floor: Store) -> None:
    told: list[bool] = []
    watch = Watch(office, lambda: None, told.append)
    try:
        time.sleep(0.5)
        with reading(office) as view:
            number(view, "SELECT 1")
        cut_off(floor)
        wait_until(lambda: told == [False, True], 10)
    finally:
        watch.stop()
    with doing(office) as tx:  # and goes on
        add_customer(tx, "NEW")


@pytest.mark.server
@pytest.mark.logs_warnings
def test_a_command_that_loses_its_connection_is_refused_in_words(office: Store, floor: Store) -> None:
    def write() -> None:
        with doing(office) as tx:
            add_customer(tx, "HALF")
            cut_off(floor)
            add_customer(tx, "OTHER")

    with pytest.raises(ConnectionLost, match=r"What you typed stays"):
        write()
    with doing(office) as tx:
        assert number(tx, "SELECT count(*) FROM customer WHERE code = 'HALF'") == 0
        add_customer(tx, "HALF")


def cut_off(seat: Store) -> None:
    """Let the server end every connection to this workshop but the one that asks."""
    with reading(seat) as view:
        fetch(
            view,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )


def test_an_order_line_that_another_seat_changed_is_not_changed_unseen(office: Store, floor: Store) -> None:
    with doing(office) as tx:
        add_order(tx, "SO-0001", [("LAMP", 5, "2026-02-02")])
        raise_order_demand(tx)
        explode(tx)
    seen = (quantity(5), day("2026-02-02"))
    with doing(floor) as tx:
        change_line(tx, "SO-0001/1", quantity=quantity(7), seen=seen)
    with doing(office) as tx, pytest.raises(Refused, match="Ann changed SO-0001/1 meanwhile: it is 7"):
        change_line(tx, "SO-0001/1", due=day("2026-03-03"), seen=seen)
    with doing(office) as tx:
        change_line(tx, "SO-0001/1", due=day("2026-03-03"), seen=(quantity(7), day("2026-02-02")))
    with reading(floor) as view:
        assert fetch(view, "SELECT quantity, due_date FROM order_line") == [(7_000_000, "2026-03-03")]
        assert check(view).ok
