"""What other programs get wrong once an order has been exploded, as stories that must go well here."""

import datetime

import pytest
from tests.builders import (
    add_bom,
    add_customer,
    add_item,
    add_order,
    add_stock,
    add_supplier_item,
    doing,
    quantity,
    reading,
)
from tests.services.shop import bicycle_shop, jobs, lines, on_hand, pegged_to, require_whole

from pegboard.domain.errors import Refused
from pegboard.domain.order import OrderLineDraft
from pegboard.domain.quantity import Quantity
from pegboard.services.changes import DecisionNeeded, cancel, change_line
from pegboard.services.explosion import explode
from pegboard.services.inventory import adjust
from pegboard.services.order_lines import add_line, exchange_line
from pegboard.services.production import complete, release_work_order
from pegboard.services.purchase_quantities import set_quantity
from pegboard.services.purchasing import close_short, receive, send
from pegboard.services.shipping import ship
from pegboard.storage.rows import number, rows, run
from pegboard.storage.store import Store

DUE = "2026-03-02"


@pytest.fixture
def shop(store: Store) -> Store:
    """The bicycle shop with an order of 10 bikes, exploded: frames, wheels, tubes, three levels."""
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_order(tx, "SO-1", [("BIKE", 10, DUE)])
        explode(tx)
    return store


@pytest.fixture(autouse=True)
def books_that_add_up(store: Store):
    """After every story all invariants hold."""
    yield
    require_whole(store)


def line_of(store: Store, item: str) -> str:
    """The open purchase line of an item."""
    with reading(store) as view:
        return next(name for name, line in lines(view).items() if line[0] == item)


def receive_all(store: Store) -> None:
    """Everything on order comes."""
    with reading(store) as view:
        coming = list(lines(view).items())
    with doing(store) as tx:
        for name, (_item, amount, _reason) in coming:
            receive(tx, name, quantity(amount))


def test_cancelling_the_order_leaves_no_job_and_no_purchase_running(shop: Store) -> None:
    with doing(shop) as tx:
        cancel(tx, "SO-1")
    with reading(shop) as view:
        assert (jobs(view), lines(view)) == ({}, {})
        assert rows(view, "SELECT DISTINCT state FROM work_order") == [("cancelled",)]


def test_cancelling_walks_down_to_the_leaves_not_one_level(shop: Store) -> None:
    with doing(shop) as tx:
        release_work_order(tx, "WO-0001")  # the bike's job goes on, by decision; its frame's job follows nobody
        result = cancel(tx, "SO-1", decide={"WO-0001": "scrap"})
    told = {(each.kind, each.item) for each in result.consequences}
    assert {("job_cancelled", "FRAME"), ("draft_cancelled", "TUBE"), ("draft_cancelled", "WHEEL")} <= told


def test_a_raised_quantity_enlarges_the_first_job_and_makes_no_second_one(shop: Store) -> None:
    with doing(shop) as tx:
        change_line(tx, "SO-1/1", quantity=quantity(14))
    with reading(shop) as view:
        assert jobs(view) == {"WO-0001": ("BIKE", "14", ""), "WO-0002": ("FRAME", "14", "")}


def test_a_lowered_quantity_lowers_the_draft_but_not_what_the_buyer_set_by_hand(shop: Store) -> None:
    tubes, wheels = line_of(shop, "TUBE"), line_of(shop, "WHEEL")
    with doing(shop) as tx:
        set_quantity(tx, wheels, quantity(50))
    with doing(shop) as tx, pytest.raises(DecisionNeeded, match=f"{wheels} \\(10 WHEEL\\)"):
        change_line(tx, "SO-1/1", quantity=quantity(5))
    with doing(shop) as tx:
        change_line(tx, "SO-1/1", quantity=quantity(5), decide="keep")
    with reading(shop) as view:
        assert lines(view)[tubes][1] == "15"
        assert lines(view)[wheels] == ("WHEEL", "50", "cancelled demand")


def test_an_order_that_was_cancelled_and_came_again_is_bought_again(shop: Store) -> None:
    with doing(shop) as tx:
        cancel(tx, "SO-1")
        add_order(tx, "SO-2", [("BIKE", 10, DUE)])
        explode(tx)
    with reading(shop) as view:
        assert {line[:2] for line in lines(view).values()} == {("WHEEL", "20"), ("TUBE", "30")}


def test_a_line_added_after_purchases_were_sent_stays_on_the_same_order_number(shop: Store) -> None:
    with doing(shop) as tx:
        send(tx, "PO-0001")
        looked = add_line(tx, "SO-1", OrderLineDraft("WHEEL", quantity(3), datetime.date(2026, 3, 2)), dry_run=True)
        assert number(tx, "SELECT count(*) FROM order_line") == 1
        added = add_line(tx, "SO-1", OrderLineDraft("WHEEL", quantity(3), datetime.date(2026, 3, 2)))
    assert looked.as_json() == added.as_json()
    assert {(each.kind, each.item) for each in added.consequences} == {("line_added", "WHEEL")}
    with reading(shop) as view:
        assert pegged_to(view, "SO-1/2") == [("PO-0002/1", "3")]
        assert number(view, "SELECT revision FROM customer_order") == 1


def test_another_item_on_a_line_frees_the_old_and_pulls_the_new(shop: Store) -> None:
    with doing(shop) as tx:
        result = exchange_line(tx, "SO-1/1", item="FRAME")
    told = {(each.kind, each.item) for each in result.consequences}
    assert {("job_cancelled", "BIKE"), ("draft_cancelled", "WHEEL")} <= told
    with reading(shop) as view:
        assert {job[:2] for job in jobs(view).values()} == {("FRAME", "10")}
        assert [tuple(row) for row in rows(view, "SELECT line, status FROM order_line")] == [
            (1, "cancelled"),
            (2, "confirmed"),
        ]


def test_a_minimum_is_applied_once_to_three_orders_together(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_item(tx, "BOLT", lead_time_days=5)
        add_supplier_item(tx, "ACME", "BOLT", 1, minimum_quantity=100)
        for order in ("SO-1", "SO-2", "SO-3"):
            add_order(tx, order, [("BOLT", 20, DUE)])
        explode(tx)
    with reading(store) as view:
        assert list(lines(view).values()) == [("BOLT", "100", "minimum")]


def test_a_second_explosion_uses_no_stock_and_no_order_of_the_first(shop: Store) -> None:
    with doing(shop) as tx:
        add_stock(tx, "WHEEL", 6)
        add_order(tx, "SO-2", [("BIKE", 4, DUE)])
        explode(tx)
    with reading(shop) as view:
        assert [line[1] for line in lines(view).values() if line[0] == "WHEEL"] == ["30"]  # 20 and 2, in tens
        assert len(pegged_to(view, "SO-1/1")) == 1
        assert jobs(view)["WO-0001"][1] == "10"


def test_exploding_one_order_ten_times_makes_one_plan(shop: Store) -> None:
    with reading(shop) as view:
        before = (jobs(view), lines(view))
    with doing(shop) as tx:
        for _time in range(10):
            explode(tx, ["SO-1"])
    with reading(shop) as view:
        assert (jobs(view), lines(view)) == before


def test_what_has_shipped_is_not_planned_again(shop: Store) -> None:
    receive_all(shop)
    with doing(shop) as tx:
        complete(tx, "WO-0002", quantity(10))
        complete(tx, "WO-0001", quantity(10))
        ship(tx, "SO-1/1", quantity(6))
        plan = explode(tx).plan
    assert plan.is_empty
    with reading(shop) as view:
        assert on_hand(view, "BIKE") == "4"


def test_open_jobs_always_count_however_far_away_they_are(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        for order, due in (("SO-1", "2026-03-02"), ("SO-2", "2026-08-03"), ("SO-3", "2027-03-01")):
            add_order(tx, order, [("BIKE", 15, due)])
            explode(tx)
    with reading(store) as view:
        assert sum(int(job[1]) for job in jobs(view).values() if job[0] == "BIKE") == 45


def test_a_part_of_several_subassemblies_and_operations_adds_up(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_item(tx, "CART", "make")
        add_bom(
            tx,
            "CART",
            [
                {"component": "BIKE", "quantity": 2},
                {"component": "FRAME", "quantity": 1},
                {"component": "TUBE", "quantity": 2, "operation": 10},
                {"component": "TUBE", "quantity": 4, "operation": 20},
            ],
        )
        add_order(tx, "SO-1", [("CART", 2, DUE)])
        explode(tx)
    with reading(store) as view:
        assert [line[1] for line in lines(view).values() if line[0] == "TUBE"] == ["30"]  # 6 frames of 3, and 12


def test_cut_stock_counts_whole_lengths(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_item(tx, "PIPE5M")
        add_supplier_item(tx, "ACME", "PIPE5M", 20)
        add_item(tx, "LEG", "make")
        add_bom(tx, "LEG", [{"component": "PIPE5M", "pieces_per_stock": 4}])
        add_order(tx, "SO-1", [("LEG", 100, DUE)])
        explode(tx)
    with reading(store) as view:
        assert list(lines(view).values()) == [("PIPE5M", "25", "")]


def test_more_than_ordered_is_refused_at_the_door_unless_somebody_wants_it(shop: Store) -> None:
    tubes = line_of(shop, "TUBE")
    with doing(shop) as tx, pytest.raises(Refused, match="more than"):
        receive(tx, tubes, quantity(31))
    with doing(shop) as tx:
        done = receive(tx, tubes, quantity(31), surplus=True)
    assert str(done.surplus) == "1"
    with reading(shop) as view:
        assert number(view, "SELECT sum(quantity) FROM peg WHERE stock_id IS NOT NULL") == 30_000_000


def test_a_line_closed_short_is_short_for_the_latest_need_and_bought_again(shop: Store) -> None:
    with doing(shop) as tx:
        add_order(tx, "SO-2", [("FRAME", 2, "2026-03-04")])
        explode(tx)
        tubes = next(name for name, line in lines(tx).items() if line[0] == "TUBE")
        send(tx, tubes.split("/")[0])
        receive(tx, tubes, quantity(30))
        short = close_short(tx, tubes)
    assert [(each.demand, str(each.quantity)) for each in short] == [("WO-0003", "6")]
    with reading(shop) as view:
        assert [line[:2] for line in lines(view).values() if line[0] == "TUBE"] == [("TUBE", "6")]


def test_a_job_is_done_by_its_good_pieces_alone_and_scrap_is_made_up(shop: Store) -> None:
    receive_all(shop)
    with doing(shop) as tx:
        done = complete(tx, "WO-0002", quantity(8), quantity(2), "bent")
    assert not done.is_done
    assert str(done.make_up) == "2"
    with doing(shop) as tx:
        explode(tx)
    with reading(shop) as view:
        assert jobs(view)["WO-0002"] == ("FRAME", "2", "")
        assert [line[:2] for line in lines(view).values()] == [("TUBE", "6")]  # for the same job and order
        assert dict(pegged_to(view, "WO-0001"))["WO-0002"] == "2"


def test_a_changed_bom_rewrites_no_open_job(shop: Store) -> None:
    with doing(shop) as tx:
        release_work_order(tx, "WO-0002")
        run(tx, "UPDATE bom_line SET quantity = 5000000 WHERE component_id = (SELECT item_id FROM item"
                " WHERE code = 'TUBE')")  # fmt: skip
        explode(tx)
    with reading(shop) as view:
        assert [line[1] for line in lines(view).values() if line[0] == "TUBE"] == ["30"]


def test_less_than_has_shipped_names_the_return(shop: Store) -> None:
    receive_all(shop)
    with doing(shop) as tx:
        complete(tx, "WO-0002", quantity(10))
        complete(tx, "WO-0001", quantity(10))
        ship(tx, "SO-1/1", quantity(7))
    with doing(shop) as tx, pytest.raises(Refused, match="Book the return of 2 first"):
        change_line(tx, "SO-1/1", quantity=quantity(5))


def test_stock_is_never_negative_and_never_quietly_cut_to_zero(shop: Store) -> None:
    with doing(shop) as tx:
        add_stock(tx, "TUBE", 2)
    with doing(shop) as tx, pytest.raises(Refused, match="Only 2 TUBE"):
        adjust(tx, "TUBE", by=Quantity(-3_000_000), reason="lost")
    with reading(shop) as view:
        assert on_hand(view, "TUBE") == "2"


def test_a_back_order_keeps_its_peg_and_its_first_promise(shop: Store) -> None:
    receive_all(shop)
    with doing(shop) as tx:
        complete(tx, "WO-0002", quantity(10))
        complete(tx, "WO-0001", quantity(6))
        ship(tx, "SO-1/1")
    with shop.transaction("explode", today=datetime.date(2026, 3, 9)) as tx:
        plan = explode(tx).plan
    assert [told.kind for told in plan.exceptions if told.demand == "SO-1/1"] == ["late"]
    with reading(shop) as view:
        assert pegged_to(view, "SO-1/1") == [("WO-0001", "4")]
        assert rows(view, "SELECT first_promise_date FROM order_line") == [(DUE,)]


def test_a_quote_that_was_looked_at_leaves_nothing_behind(shop: Store) -> None:
    with doing(shop) as tx:
        add_order(tx, "SO-2", [("BIKE", 5, DUE)], status="quote")
        explode(tx)
    with reading(shop) as view:
        assert len(jobs(view)) == 2
        assert number(view, "SELECT count(*) FROM demand WHERE name LIKE 'SO-2%'") == 0
