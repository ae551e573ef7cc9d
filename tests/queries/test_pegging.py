"""Why: the chain of pegs up to the demand and down to all that hangs on it."""

import pytest
from tests.builders import (
    add_item,
    add_order,
    add_purchase,
    add_stock,
    add_supplier,
    add_work_order,
    demand_of,
    doing,
    id_of,
    need,
    peg,
    reading,
)

from pegboard.domain.errors import NotFound
from pegboard.queries.pegging import Why, why
from pegboard.storage.rows import run
from pegboard.storage.store import Store


@pytest.fixture
def pegged_shop(store: Store) -> Store:
    """Two orders of bikes; the frames of both come out of one job, its tubes out of stock and one purchase line."""
    with doing(store) as tx:
        for code in ("BIKE", "FRAME"):
            add_item(tx, code, "make")
        add_item(tx, "TUBE")
        add_supplier(tx)
        for order, bikes, job in (("SO-1", 2, "WO-1"), ("SO-2", 3, "WO-2")):
            add_order(tx, order, [("BIKE", bikes, "2026-02-02")])
            add_work_order(tx, job, "BIKE", bikes)
            peg(tx, demand_of(tx, order), bikes, work_order=job)
        add_work_order(tx, "WO-3", "FRAME", 5)
        peg(tx, need(tx, "WO-1", "FRAME", 2), 2, work_order="WO-3")
        peg(tx, need(tx, "WO-2", "FRAME", 3), 3, work_order="WO-3")
        [line] = add_purchase(tx, "PO-1", "ACME", [("TUBE", 15, 2)])
        tubes = need(tx, "WO-3", "TUBE", 20)
        peg(tx, tubes, 15, purchase_line=line)
        peg(tx, tubes, 5, stock=add_stock(tx, "TUBE", 8))
    return store


def asked(store: Store, number: str) -> Why:
    """The chains of a number."""
    with reading(store) as view:
        return why(view, number)


def told(hops: list[dict[str, object]]) -> list[tuple[object, ...]]:
    """Hops as tuples in the order of their JSON."""
    return [tuple(hop.values()) for hop in hops]


def test_a_purchase_line_leads_level_by_level_up_to_both_orders(pegged_shop: Store) -> None:
    found = asked(pegged_shop, "PO-1/1").as_json()
    assert (found["number"], found["item"], found["quantity"], found["down"]) == ("PO-1/1", "TUBE", "15", [])
    assert told(found["up"]) == [
        ("PO-1/1", "WO-3", "TUBE", "15", 1),
        ("WO-3", "WO-1", "FRAME", "2", 2),
        ("WO-3", "WO-2", "FRAME", "3", 2),
        ("WO-1", "SO-1/1", "BIKE", "2", 3),
        ("WO-2", "SO-2/1", "BIKE", "3", 3),
    ]


def test_an_order_line_leads_down_to_stock_and_purchase(pegged_shop: Store) -> None:
    found = asked(pegged_shop, "SO-1/1").as_json()
    assert found["up"] == []
    assert told(found["down"]) == [
        ("WO-1", "SO-1/1", "BIKE", "2", 1),
        ("WO-3", "WO-1", "FRAME", "2", 2),
        ("PO-1/1", "WO-3", "TUBE", "15", 3),
        ("STOCK:MAIN:TUBE", "WO-3", "TUBE", "5", 3),
    ]


def test_a_job_has_both_directions(pegged_shop: Store) -> None:
    found = asked(pegged_shop, "WO-3")
    assert [hop.demand for hop in found.up] == ["WO-1", "WO-2", "SO-1/1", "SO-2/1"]
    assert [hop.supply for hop in found.down] == ["PO-1/1", "STOCK:MAIN:TUBE"]
    assert str(found.quantity) == "5"


def test_stock_is_asked_by_location_and_item(pegged_shop: Store) -> None:
    found = asked(pegged_shop, "STOCK:MAIN:TUBE")
    assert str(found.quantity) == "8"
    assert found.up[0].demand == "WO-3"
    assert {hop.demand for hop in found.up if hop.level == 3} == {"SO-1/1", "SO-2/1"}


def test_a_subcontract_line_hangs_on_its_job(pegged_shop: Store) -> None:
    with doing(pegged_shop) as tx:
        job = id_of(tx, "work_order", "WO-3")
        add_purchase(tx, "PO-2", "ACME", [("FRAME", 5, 4)], work_order_id=job, operation=20)
    assert [hop.supply for hop in asked(pegged_shop, "WO-3").down] == ["PO-1/1", "STOCK:MAIN:TUBE", "PO-2/1"]
    up = asked(pegged_shop, "PO-2/1").up
    assert (up[0].demand, up[0].level, up[-1].demand) == ("WO-3", 1, "SO-2/1")


def test_a_lot_alone_names_its_stock(pegged_shop: Store) -> None:
    with doing(pegged_shop) as tx:
        run(tx, "UPDATE stock SET lot = 'HEAT7'")
    assert asked(pegged_shop, "HEAT7").up[0].supply == "STOCK:MAIN:TUBE:HEAT7"
    assert asked(pegged_shop, "STOCK:MAIN:TUBE:HEAT7").up[0].demand == "WO-3"


def test_an_order_line_that_pulls_nothing_yet_has_no_chain(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "BIKE", "make")
        add_order(tx, "SO-1", [("BIKE", 2, None)], status="quote")
    assert asked(store, "SO-1/1").as_json() == {
        "number": "SO-1/1",
        "item": "BIKE",
        "quantity": "2",
        "up": [],
        "down": [],
    }


def test_what_nobody_knows_is_not_found(store: Store) -> None:
    for name in ("WO-9", "PO-9/1", "nonsense", "STOCK:MAIN:NOTHING"):
        with pytest.raises(NotFound):
            asked(store, name)
