"""A day on the floor: picking, bending, coating outside, rework, and back to the parcel and its lots."""

import pytest
from tests.builders import (
    add_bom,
    add_customer,
    add_item,
    add_operation,
    add_order,
    add_stock,
    add_supplier,
    add_supplier_item,
    add_work_center,
    day,
    doing,
    quantity,
    reading,
)
from tests.documents.papers import page_texts, print_papers
from tests.services.shop import on_hand, require_whole

from pegboard import documents
from pegboard.queries.genealogy import made_from, went_into
from pegboard.queries.job_books import job_books
from pegboard.queries.shortages import shortages
from pegboard.queries.today import TaskKind, tasks
from pegboard.services import floor
from pegboard.services.counts import approve_count, enter_count, start_count
from pegboard.services.explosion import explode
from pegboard.services.purchasing import receive, send
from pegboard.services.shipping import ship
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Store

TODAY = day("2026-11-23")


@pytest.fixture
def shop(store: Store) -> Store:
    """Four lamps for Zinn of a glass in lots and two arms each; bent here, coated by COAT, packed here."""
    with doing(store, today=TODAY) as tx:
        add_item(tx, "LAMP", "make", tracking="serial", description="Desk lamp")
        add_item(tx, "GLASS", tracking="lot", lead_time_days=5)
        add_item(tx, "ARM", lead_time_days=2)
        add_item(tx, "ARM-2")
        lines = [{"component": "GLASS", "quantity": 1}, {"component": "ARM", "quantity": 2, "alternates": ["ARM-2"]}]
        add_bom(tx, "LAMP", lines)
        add_work_center(tx, "BENCH", 60)
        add_supplier(tx, "KILN", name="Kiln & Co")
        add_supplier(tx, "COAT", name="Coaters")
        add_supplier_item(tx, "KILN", "GLASS", 5)
        add_supplier_item(tx, "KILN", "ARM", 2)
        add_operation(tx, "LAMP", 10, work_center="BENCH", run_minutes=15, description="Bend")
        add_operation(tx, "LAMP", 20, supplier="COAT", price=3, lead_time_days=2, description="Coat")
        add_operation(tx, "LAMP", 30, work_center="BENCH", run_minutes=5, description="Pack")
        add_stock(tx, "ARM", 8, unit_cost=2)
        add_customer(tx, "ZIN", name="Zinn")
        add_order(tx, "SO-1", [("LAMP", 4, "2027-01-15")])
        explode(tx)
    return store


def test_a_day_on_the_floor(shop: Store) -> None:
    # The glass comes in two lots, and the coater's order goes out.
    with reading(shop, TODAY) as view:
        bought = {row.code: row.name for row in rows(view, _LINES)}
    with doing(shop, today=TODAY) as tx:
        for order in {name.partition("/")[0] for name in bought.values()}:
            send(tx, order)
        receive(tx, bought["GLASS"], quantity(3), "G1")
        receive(tx, bought["GLASS"], quantity(1), "G2")
        floor.production.release_work_order(tx, "WO-0001")
    traveler = print_papers(shop, "traveler", "WO-0001", today=TODAY).marks["WO-0001"].print_code

    # Picking: only seven of eight arms are in the bin; an approved alternate stands in for the last.
    with doing(shop, today=TODAY) as tx:
        arms = number(tx, "SELECT requirement_id FROM requirement r JOIN item i ON i.item_id = r.item_id"
                          " WHERE i.code = 'ARM' AND r.work_order_id = 1")  # fmt: skip
        short = floor.hand_out_short(tx, "WO-0001", "Ann", arms, quantity(7))
        assert str(short.short) == "1"
        assert shortages(tx).jobs == {1}
        add_stock(tx, "ARM-2", 1, unit_cost="2.5")
        floor.use_alternate(tx, "WO-0001", "Ann", arms, "ARM-2")
        floor.hand_out_all(tx, "WO-0001", "Ann")
        assert shortages(tx).rows == ()

    # Bending with two people; a machine stops, and the office hears of it.
    with doing(shop, today=TODAY) as tx:
        floor.start(tx, "WO-0001", 10, "Ann")
        floor.start(tx, "WO-0001", 10, "Bob")
        problem = floor.raise_problem(tx, "WO-0001", 10, "Bob", "machine down")
    with reading(shop, TODAY) as view:
        assert [task.number for task in tasks(view) if task.kind is TaskKind.PROBLEM] == ["WO-0001"]
    with doing(shop, today=TODAY) as tx:
        floor.settle_problem(tx, problem, "office")
        floor.done(tx, "WO-0001", 10, "Ann", minutes=quantity(40))
        floor.stop(tx, "WO-0001", 10, "Bob")

    # Two are scratched: rework makes the paper on the bench outdated.
    with doing(shop, today=TODAY) as tx:
        rework = floor.order_rework(tx, "WO-0001", "Bob", 10, reason="two scratched", minutes=quantity(20))
    with reading(shop, TODAY) as view:
        assert documents.is_outdated(view, traveler)
    text = " ".join(page_texts(print_papers(shop, "traveler", "WO-0001", today=TODAY).content))
    assert "Rework: two scratched" in text
    assert "REISSUE 1" in text
    with doing(shop, today=TODAY) as tx:
        floor.done(tx, "WO-0001", rework, "Bob", minutes=quantity(20))

    # Out to the coater and back, then packed; a report is taken back and said right.
    with doing(shop, today=TODAY) as tx:
        line = floor.send_to_supplier(tx, "WO-0001", 20, "Ann")
        receive(tx, line, quantity(4))
        floor.done(tx, "WO-0001", 30, "Ann", quantity(3))
        floor.undo_last(tx, "Ann")
        done = floor.done(tx, "WO-0001", 30, "Ann")
        assert (str(done.good), done.is_last) == ("4", True)
        serials = floor.proposed_lots(tx, "WO-0001", quantity(4))
        completion = floor.complete(tx, "WO-0001", "Ann", quantity(4), lot=serials)
        assert completion.is_done

    # Parcel, lots both ways, cost, and a count that finds nothing wrong.
    with doing(shop, today=TODAY) as tx:
        ship(tx, "SO-1/1")
        count = start_count(tx, ["MAIN"]) if number(tx, "SELECT sum(quantity) FROM stock") else ""
        if count:
            for row in rows(tx, _LYING):
                enter_count(tx, count, row.code, quantity(str(row.quantity // 1_000_000)), lot=row.lot)
            assert approve_count(tx, count).lines == ()
    with reading(shop, TODAY) as view:
        parts = {(link.lot.item, link.lot.lot) for link in made_from(view, "LAMP", "WO-0001-4") if link.kind == "job"}
        assert parts >= {("GLASS", "G1"), ("ARM", ""), ("ARM-2", "")}
        gone = [link for link in went_into(view, "GLASS", "G2") if link.kind == "shipment"]
        assert {link.partner for link in gone} == {"Zinn"}
        costs = {line.kind: str(line.actual.decimal) for line in job_books(view, "WO-0001").costs}
        assert costs == {"material": "36.50", "labour": "60.00", "subcontract": "12.00", "total": "108.50"}
        assert on_hand(view, "LAMP") == "0"
    require_whole(shop)


_LINES = (
    "SELECT i.code, o.number || '/' || l.line AS name FROM purchase_line l JOIN item i ON i.item_id = l.item_id"
    " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
)
_LYING = "SELECT i.code, s.lot, s.quantity FROM stock s JOIN item i ON i.item_id = s.item_id WHERE s.quantity > 0"
