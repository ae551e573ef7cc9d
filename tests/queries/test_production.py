"""What the list of jobs and the board show."""

import datetime

import pytest
from tests.builders import (
    TODAY,
    add_bom,
    add_customer,
    add_item,
    add_operation,
    add_order,
    add_purchase,
    add_stock,
    add_supplier,
    add_work_center,
    add_work_order,
    day,
    demand_of,
    doing,
    need,
    peg,
    quantity,
    reading,
)

from pegboard.domain.quantity import Quantity
from pegboard.queries.job_detail import job_detail
from pegboard.queries.production import board_page, job_counts, job_key, job_keys, jobs
from pegboard.services.production import finish_operation, release_work_order, start_operation
from pegboard.storage.store import Store


@pytest.fixture
def shop(store: Store) -> Store:
    """Two lamps for Acme: one job with its shade here, its tube on the way and its bulb short, and a routing."""
    with doing(store) as tx:
        add_item(tx, "LAMP", "make", description="Desk lamp")
        for code in ("SHADE", "TUBE", "BULB"):
            add_item(tx, code)
        add_bom(tx, "LAMP", {"SHADE": 1, "TUBE": 1, "BULB": 1})
        add_work_center(tx, "BENCH")
        for sequence in (10, 20, 30):
            add_operation(tx, "LAMP", sequence, work_center="BENCH", run_minutes=5)
        add_supplier(tx, "KERN", name="Kern")
        add_customer(tx, "ACME", name="Acme Interiors")
        add_order(tx, "SO-0001", [("LAMP", 2, "2026-01-19")], customer="ACME", customer_reference="PO 7781")
        add_work_order(tx, "WO-0001", "LAMP", 2, due_date=day("2026-01-19"), start_date=day("2026-01-15"))
        peg(tx, demand_of(tx, "SO-0001"), 2, work_order="WO-0001")
        peg(tx, need(tx, "WO-0001", "SHADE", 2), 2, stock=add_stock(tx, "SHADE", 5))
        [tube] = add_purchase(tx, "PO-0001", "KERN", [("TUBE", 2, "1.50")])
        peg(tx, need(tx, "WO-0001", "TUBE", 2), 2, purchase_line=tube)
        need(tx, "WO-0001", "BULB", 2)
    return store


def the_job(store: Store, today: datetime.date = TODAY):
    with reading(store, today) as view:
        [row] = jobs(view, [job_key(view, "WO-0001")])
    return row


def test_a_job_says_who_pulled_it_and_how_far_it_is(shop: Store) -> None:
    with doing(shop) as tx:
        release_work_order(tx, "WO-0001")
        finish_operation(tx, "WO-0001", 10)
        start_operation(tx, "WO-0001", 20)
    row = the_job(shop)
    assert (row.number, row.item, row.quantity, row.state) == ("WO-0001", "LAMP", quantity(2), "in_progress")
    assert [(puller.name, puller.customer) for puller in row.pulled] == [("SO-0001/1", "Acme Interiors")]
    assert row.operations == ("finished", "started", "waiting")
    assert row.finished_operations == 1


def test_a_planned_job_counts_the_operations_of_its_routing(shop: Store) -> None:
    assert the_job(shop).operations == ("waiting",) * 3


def test_a_job_is_short_while_nothing_covers_one_of_its_parts(shop: Store) -> None:
    cover = the_job(shop).cover
    assert (cover.kind, cover.short) == ("short", ("BULB",))


def test_a_covered_job_waits_for_the_last_part_on_its_way(shop: Store) -> None:
    with doing(shop) as tx:
        bulbs = add_stock(tx, "BULB", 2)
        [key] = [
            row[0]
            for row in tx.connection.exec_driver_sql(
                "SELECT requirement_id FROM requirement r JOIN item i USING (item_id) WHERE i.code = 'BULB'"
            )
        ]
        peg(tx, key, 2, stock=bulbs)
    cover = the_job(shop).cover
    assert (cover.kind, cover.by, cover.is_overdue) == ("coming", TODAY + datetime.timedelta(days=7), False)
    assert the_job(shop, day("2026-01-14")).cover.is_overdue


def test_the_components_name_each_supply(shop: Store) -> None:
    with reading(shop) as view:
        detail = job_detail(view, "WO-0001")
    said = {line.item: ([(s.kind, s.name, s.quantity) for s in line.sources], line.short) for line in detail.components}
    assert said == {
        "SHADE": ([("stock", "MAIN", quantity(2))], Quantity(0)),
        "TUBE": ([("purchase", "PO-0001/1", quantity(2))], Quantity(0)),
        "BULB": ([], quantity(2)),
    }
    assert detail.next_operation().sequence == 10
    assert [(claim.kind, claim.number, claim.quantity) for claim in detail.claims] == [
        ("order", "SO-0001/1", quantity(2))
    ]
    assert detail.last_print is None


def test_a_job_due_in_the_past_is_late_and_so_is_one_due_after_it_is_needed(shop: Store) -> None:
    assert not the_job(shop).is_late
    assert the_job(shop, day("2026-01-20")).is_late
    with doing(shop) as tx:
        tx.connection.exec_driver_sql("UPDATE work_order SET due_date = '2026-01-21'")
    assert the_job(shop).is_late
    with reading(shop) as view:
        assert len(job_keys(view, "late")) == 1


def test_filters_show_the_jobs_of_their_state(shop: Store) -> None:
    with doing(shop) as tx:
        for number, state in (("WO-0002", "released"), ("WO-0003", "done"), ("WO-0004", "closed")):
            add_work_order(tx, number, "LAMP", 1, state=state)
    with reading(shop) as view:
        shown = {
            chip: [row.number for row in jobs(view, job_keys(view, chip, (), "number"))]
            for chip in ("open", "planned", "released", "late", "short", "done", "all")
        }
        counts = job_counts(view)
    assert shown == {
        "open": ["WO-0001", "WO-0002"],
        "planned": ["WO-0001"],
        "released": ["WO-0002"],
        "late": [],
        "short": ["WO-0001"],
        "done": ["WO-0003", "WO-0004"],
        "all": ["WO-0001", "WO-0002", "WO-0003", "WO-0004"],
    }
    assert (counts["open"], counts["done"], counts["all"]) == (2, 2, 4)


@pytest.mark.parametrize("word", ["wo-0001", "lamp", "desk", "so-0001", "acme", "7781"])
def test_a_job_is_found_by_its_number_its_item_and_who_pulled_it(shop: Store, word: str) -> None:
    with doing(shop) as tx:
        add_item(tx, "STOOL", "make")
        add_work_order(tx, "WO-0009", "STOOL", 1)
    with reading(shop) as view:
        assert [row.number for row in jobs(view, job_keys(view, "open", (word,)))] == ["WO-0001"]


def test_numbers_are_ordered_as_numbers(shop: Store) -> None:
    with doing(shop) as tx:
        for number in ("WO-10000", "WO-9999"):
            add_work_order(tx, number, "LAMP", 1)
    with reading(shop) as view:
        keys = job_keys(view, "all", (), "number", True)
        assert [row.number for row in jobs(view, keys)] == ["WO-10000", "WO-9999", "WO-0001"]


def test_the_board_gives_a_column_in_pages_without_gap_or_repeat(shop: Store) -> None:
    with doing(shop) as tx:
        for place in range(2, 12):
            add_work_order(tx, f"WO-{place:04d}", "LAMP", 1, due_date=day("2026-02-01"))
    found, after = [], None
    with reading(shop) as view:
        while True:
            page = board_page(view, "planned", after, 4)
            found += [row.number for row in page.jobs]
            after = page.after
            if after is None:
                break
    assert found == [f"WO-{place:04d}" for place in range(1, 12)]


def test_the_board_shows_what_was_done_last_first(shop: Store) -> None:
    with doing(shop) as tx:
        add_work_order(tx, "WO-0002", "LAMP", 1, state="done", due_date=day("2026-01-02"))
        add_work_order(tx, "WO-0003", "LAMP", 1, state="closed", due_date=day("2026-01-03"))
    with reading(shop) as view:
        assert [row.number for row in board_page(view, "done").jobs] == ["WO-0003", "WO-0002"]
