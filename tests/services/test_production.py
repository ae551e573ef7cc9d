"""Jobs: release, back-flush, output, scrap and its make-up, lots and serials."""

import pytest
from tests.builders import (
    add_bom,
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
    need,
    peg,
    quantity,
    reading,
)

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.queries.integrity import check
from pegboard.queries.job_costs import job_cost
from pegboard.services.production import close_short, complete, finish_operation, release_work_order, start_operation
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Store


@pytest.fixture
def bike_shop(store: Store) -> Store:
    """An order of 10 bikes, due 19 January, made by one job out of 20 wheels and 15 bolts that are all in stock."""
    with doing(store) as tx:
        add_item(tx, "BIKE", "make")
        add_item(tx, "WHEEL")
        add_item(tx, "BOLT")
        add_bom(tx, "BIKE", {"WHEEL": 2, "BOLT": "1.5"})
        add_work_center(tx, "BENCH", 60)
        add_operation(tx, "BIKE", 10, work_center="BENCH", run_minutes=6)
        add_operation(tx, "BIKE", 20, work_center="BENCH")
        add_order(tx, "SO-1", [("BIKE", 10, "2026-01-19")])
        requirement = demand_of(tx, "SO-1")
        add_work_order(tx, "WO-1", "BIKE", 10)
        peg(tx, requirement, 10, work_order="WO-1")
        wheels = add_stock(tx, "WHEEL", 24, unit_cost=7)
        bolts = add_stock(tx, "BOLT", 20, unit_cost="0.1")
        peg(tx, need(tx, "WO-1", "WHEEL", 20), 20, stock=wheels)
        peg(tx, need(tx, "WO-1", "BOLT", 15), 15, stock=bolts)
    return store


def on_hand(store: Store, item: str, location: str = "MAIN") -> str:
    """What lies of an item at a location."""
    with reading(store) as view:
        micro = number(
            view,
            "SELECT sum(quantity) FROM stock s JOIN item i ON i.item_id = s.item_id JOIN location l"
            " ON l.location_id = s.location_id WHERE i.code = ? AND l.code = ?",
            item,
            location,
        )
    return str(quantity(0) + type(quantity(0))(micro))


def require_whole(store: Store) -> None:
    """All invariants hold."""
    with reading(store) as view:
        result = check(view)
    assert result.ok, [breach for invariant in result.invariants for breach in invariant.breaches]


def test_release_copies_the_routing_into_the_job(bike_shop: Store) -> None:
    with doing(bike_shop) as tx:
        release_work_order(tx, "WO-1")
        release_work_order(tx, "WO-1")
    with reading(bike_shop) as view:
        copied = rows(view, "SELECT sequence, run_minutes, state FROM work_order_operation ORDER BY sequence")
    assert [tuple(row) for row in copied] == [(10, 6_000_000, "waiting"), (20, 0, "waiting")]


def test_half_a_job_uses_half_its_parts_whole_ones_rounded_up_and_the_last_completion_takes_the_rest(
    bike_shop: Store,
) -> None:
    with doing(bike_shop) as tx:
        first = complete(tx, "WO-1", quantity(5))
    assert [(each.item, str(each.quantity)) for each in first.issued] == [("WHEEL", "10"), ("BOLT", "8")]
    assert on_hand(bike_shop, "BIKE") == "5"
    require_whole(bike_shop)
    with doing(bike_shop) as tx:
        last = complete(tx, "WO-1", quantity(5))
    assert [(each.item, str(each.quantity)) for each in last.issued] == [("WHEEL", "10"), ("BOLT", "7")]
    assert last.is_done
    assert (on_hand(bike_shop, "WHEEL"), on_hand(bike_shop, "BOLT")) == ("4", "5")
    require_whole(bike_shop)


def test_completing_an_unreleased_job_releases_it_and_its_pegs_follow_the_goods(bike_shop: Store) -> None:
    with doing(bike_shop) as tx:
        complete(tx, "WO-1", quantity(4))
    with reading(bike_shop) as view:
        assert number(view, "SELECT count(*) FROM work_order_operation") == 2
        pegs = rows(
            view,
            "SELECT p.quantity, s.quantity AS stock FROM peg p JOIN stock s ON s.stock_id = p.stock_id"
            " JOIN requirement r ON r.requirement_id = p.requirement_id WHERE r.demand_id IS NOT NULL",
        )
        left = number(view, "SELECT quantity FROM peg WHERE work_order_id IS NOT NULL")
    assert [tuple(row) for row in pegs] == [(4_000_000, 4_000_000)]
    assert left == 6_000_000


def test_the_output_costs_what_its_parts_and_its_labour_cost(bike_shop: Store) -> None:
    with doing(bike_shop) as tx:
        release_work_order(tx, "WO-1")
        finish_operation(tx, "WO-1", 10, person="Bob", minutes=quantity(30))
        complete(tx, "WO-1", quantity(10))
    with reading(bike_shop) as view:
        cost = job_cost(view, "WO-1")
        value = number(view, "SELECT value FROM ledger_entry WHERE kind = 'completion'")
    assert (str(cost.issues), str(cost.labour)) == ("141.5", "30")
    assert value == cost.total.micro == 171_500_000


def test_without_the_parts_in_stock_a_job_is_not_completed_and_all_missing_parts_are_named(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "BIKE", "make")
        add_item(tx, "WHEEL")
        add_item(tx, "BOLT")
        add_supplier(tx)
        add_work_order(tx, "WO-1", "BIKE", 10, surplus_reason="imported")
        [line] = add_purchase(tx, "PO-1", "ACME", [("WHEEL", 20, 7)])
        wheels = need(tx, "WO-1", "WHEEL", 20)
        peg(tx, wheels, 12, purchase_line=line)
        peg(tx, wheels, 8, stock=add_stock(tx, "WHEEL", 8))
        need(tx, "WO-1", "BOLT", 10)
    with doing(store) as tx, pytest.raises(Refused, match=r"12 WHEEL \(waits for PO-1/1\); 10 BOLT"):
        complete(tx, "WO-1", quantity(10))
    with reading(store) as view:
        assert number(view, "SELECT count(*) FROM ledger_entry WHERE kind = 'issue'") == 0


def test_what_nothing_covers_is_issued_out_of_free_stock(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "BIKE", "make")
        add_item(tx, "WHEEL")
        add_stock(tx, "WHEEL", 10, unit_cost=1)
        add_work_order(tx, "WO-1", "BIKE", 2, surplus_reason="imported")
        need(tx, "WO-1", "WHEEL", 4)
        complete(tx, "WO-1", quantity(2))
    assert on_hand(store, "WHEEL") == "6"
    require_whole(store)


def test_scrap_pulls_its_make_up_for_the_same_demand(bike_shop: Store) -> None:
    with doing(bike_shop) as tx:
        done = complete(tx, "WO-1", quantity(8), quantity(2), "scratched")
    assert (str(done.open), str(done.make_up), done.is_done) == ("2", "2", False)
    with reading(bike_shop) as view:
        job = rows(view, "SELECT quantity, start_quantity, scrapped_quantity FROM work_order")[0]
        wheels = rows(
            view,
            "SELECT quantity, issued_quantity FROM requirement WHERE work_order_id IS NOT NULL ORDER BY requirement_id",
        )
        assert number(view, "SELECT quantity FROM peg WHERE work_order_id IS NOT NULL") == 2_000_000
    assert tuple(job) == (10_000_000, 12_000_000, 2_000_000)
    assert tuple(wheels[0]) == (24_000_000, 20_000_000)
    require_whole(bike_shop)


def test_scrap_that_is_not_made_up_leaves_its_demand_short(bike_shop: Store) -> None:
    with doing(bike_shop) as tx:
        done = complete(tx, "WO-1", quantity(8), quantity(2), "scratched", make_up=False)
    assert done.is_done
    assert [(each.demand, str(each.quantity)) for each in done.short] == [("SO-1/1", "2")]
    require_whole(bike_shop)


def test_scrap_within_the_planned_loss_costs_nothing_more(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "CASTING", "make", loss_percent=15)
        add_item(tx, "BRONZE", unit="kg")
        add_work_order(tx, "WO-1", "CASTING", 10, start=12, surplus_reason="imported")
        add_stock(tx, "BRONZE", 100)
        need(tx, "WO-1", "BRONZE", 12)
        half = complete(tx, "WO-1", quantity(5), quantity(1), "cold run")
    assert not half.make_up
    assert [str(each.quantity) for each in half.issued] == ["6"]
    require_whole(store)


def test_scrap_needs_a_reason(bike_shop: Store) -> None:
    with doing(bike_shop) as tx, pytest.raises(InvalidInput, match="reason"):
        complete(tx, "WO-1", quantity(8), quantity(2))


def test_more_than_is_open_is_refused_unless_it_is_taken_as_surplus(bike_shop: Store) -> None:
    with doing(bike_shop) as tx, pytest.raises(Refused, match="11 are more than the 10"):
        complete(tx, "WO-1", quantity(11))
    with doing(bike_shop) as tx:
        assert complete(tx, "WO-1", quantity(11), surplus=True).is_done
    assert (on_hand(bike_shop, "BIKE"), on_hand(bike_shop, "WHEEL")) == ("11", "2")
    require_whole(bike_shop)


def test_a_job_that_is_done_takes_no_more(bike_shop: Store) -> None:
    with doing(bike_shop) as tx:
        complete(tx, "WO-1", quantity(10))
    with doing(bike_shop) as tx, pytest.raises(Refused, match="is done"):
        complete(tx, "WO-1", quantity(1))
    with doing(bike_shop) as tx, pytest.raises(Refused, match="is done"):
        release_work_order(tx, "WO-1")


def test_an_imported_job_with_its_components_issued_needs_none(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "BIKE", "make", standard_cost=150)
        add_item(tx, "WHEEL")
        add_bom(tx, "BIKE", {"WHEEL": 2})
        add_work_order(tx, "WO-1", "BIKE", 3, components_issued=True, surplus_reason="imported")
        complete(tx, "WO-1", quantity(3))
    assert on_hand(store, "BIKE") == "3"
    require_whole(store)


def test_serials_link_what_went_in_to_what_came_out(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "BIKE", "make", tracking="serial")
        add_item(tx, "FRAME", tracking="lot")
        add_work_order(tx, "WO-1", "BIKE", 2, surplus_reason="imported")
        frames = add_stock(tx, "FRAME", 2, lot="HEAT7")
        peg(tx, need(tx, "WO-1", "FRAME", 2), 2, stock=frames)
    with doing(store) as tx, pytest.raises(InvalidInput, match="needs a serial number"):
        complete(tx, "WO-1", quantity(2))
    with doing(store) as tx:
        complete(tx, "WO-1", quantity(2), lot="B1;B2")
    with reading(store) as view:
        linked = rows(
            view,
            "SELECT c.lot AS component, o.lot AS output, g.quantity FROM genealogy g JOIN stock c"
            " ON c.stock_id = g.component_stock_id JOIN stock o ON o.stock_id = g.output_stock_id ORDER BY o.lot",
        )
    assert [tuple(row) for row in linked] == [("HEAT7", "B1", 1_000_000), ("HEAT7", "B2", 1_000_000)]


def test_scrap_at_an_operation_reopens_it_for_the_make_up(bike_shop: Store) -> None:
    with doing(bike_shop) as tx:
        start_operation(tx, "WO-1", 10, "Bob")
        finish_operation(tx, "WO-1", 10, quantity(8), quantity(2), "Bob", reason="bent")
    with reading(bike_shop) as view:
        states = rows(view, "SELECT state, good_quantity FROM work_order_operation ORDER BY sequence")
        assert number(view, "SELECT count(*) FROM time_entry WHERE ended_at IS NULL") == 0
    assert [tuple(row) for row in states] == [("started", 8_000_000), ("waiting", 0)]
    require_whole(bike_shop)


def test_a_job_closed_short_leaves_its_demand_short_and_its_parts_free(bike_shop: Store) -> None:
    with doing(bike_shop) as tx:
        complete(tx, "WO-1", quantity(4))
        short = close_short(tx, "WO-1", "no time")
    assert [(each.demand, str(each.quantity)) for each in short] == [("SO-1/1", "6")]
    require_whole(bike_shop)
