"""Purchase orders: sent, received in part, over and under, rejected, subcontracted."""

import datetime

import pytest
from tests.builders import (
    TODAY,
    add_item,
    add_operation,
    add_order,
    add_purchase,
    add_supplier,
    add_work_order,
    demand_of,
    doing,
    need,
    peg,
    quantity,
    reading,
)
from tests.services.shop import bicycle_shop, lines, on_hand, require_whole

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.services.explosion import explode
from pegboard.services.production import complete
from pegboard.services.purchasing import close_short, receive, send, set_promised_date
from pegboard.services.settings import set_setting
from pegboard.storage.rows import number, rows, run
from pegboard.storage.store import Store


@pytest.fixture
def wheels_on_order(store: Store) -> Store:
    """Draft PO-1/1 of 20 wheels at 7: 8 for SO-1, due 12 January, 6 for SO-2, due 9 January, 6 to the multiple."""
    with doing(store) as tx:
        add_item(tx, "WHEEL")
        add_supplier(tx)
        [line] = add_purchase(tx, "PO-1", "ACME", [("WHEEL", 20, 7)], state="draft", surplus_reason="multiple")
        for order, wheels, due in (("SO-1", 8, "2026-01-12"), ("SO-2", 6, "2026-01-09")):
            add_order(tx, order, [("WHEEL", wheels, due)])
            peg(tx, demand_of(tx, order), wheels, purchase_line=line)
    return store


def stock_pegs(store: Store) -> dict[str, int]:
    """What is pegged in stock by demand, whole units."""
    with reading(store) as view:
        found = rows(
            view,
            "SELECT d.name, p.quantity FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
            " JOIN demand d ON d.demand_id = r.demand_id WHERE p.stock_id IS NOT NULL",
        )
    return {row.name: row.quantity // 1_000_000 for row in found}


def test_a_sent_order_is_ordered_today_and_is_sent_once(wheels_on_order: Store) -> None:
    with doing(wheels_on_order) as tx:
        send(tx, "PO-1")
    with reading(wheels_on_order) as view:
        assert rows(view, "SELECT state, ordered_on FROM purchase_order") == [("sent", TODAY.isoformat())]
    with doing(wheels_on_order) as tx, pytest.raises(Refused, match="PO-1 is sent"):
        send(tx, "PO-1")
    with doing(wheels_on_order) as tx, pytest.raises(NotFound, match="PO-7"):
        send(tx, "PO-7")


def test_what_comes_first_goes_to_the_earliest_need(wheels_on_order: Store) -> None:
    with doing(wheels_on_order) as tx:
        got = receive(tx, "PO-1/1", quantity(10))
    assert got.receipts == ("REC-0001",)
    assert stock_pegs(wheels_on_order) == {"SO-2/1": 6, "SO-1/1": 4}
    with reading(wheels_on_order) as view:
        assert lines(view) == {"PO-1/1": ("WHEEL", "10", "multiple")}
        assert rows(view, "SELECT state FROM purchase_order") == [("sent",)]
    require_whole(wheels_on_order)


def test_the_last_receipt_closes_line_and_order_and_the_rest_is_free(wheels_on_order: Store) -> None:
    with doing(wheels_on_order) as tx:
        receive(tx, "PO-1/1", quantity(10))
        receive(tx, "PO-1/1", quantity(10))
    assert stock_pegs(wheels_on_order) == {"SO-2/1": 6, "SO-1/1": 8}
    with reading(wheels_on_order) as view:
        assert rows(view, "SELECT state FROM purchase_order") == [("closed",)]
        assert on_hand(view, "WHEEL") == "20"
        assert number(view, "SELECT sum(value) FROM ledger_entry") == 140_000_000
    with doing(wheels_on_order) as tx, pytest.raises(Refused, match="PO-1/1 is closed"):
        receive(tx, "PO-1/1", quantity(1))
    require_whole(wheels_on_order)


def test_more_than_ordered_comes_in_only_within_the_tolerance_or_as_surplus(wheels_on_order: Store) -> None:
    with doing(wheels_on_order) as tx, pytest.raises(Refused, match="may bring: 20"):
        receive(tx, "PO-1/1", quantity(22))
    with doing(wheels_on_order) as tx:
        set_setting(tx, "over_receipt_percent", "10")
        run(tx, "UPDATE item SET over_receipt_percent = 5000000")
    with doing(wheels_on_order) as tx, pytest.raises(Refused, match="may bring: 21"):
        receive(tx, "PO-1/1", quantity(22))
    with doing(wheels_on_order) as tx:
        assert str(receive(tx, "PO-1/1", quantity(22), surplus=True).surplus) == "2"
    require_whole(wheels_on_order)


def test_rejects_go_to_quarantine_and_the_line_stays_open_for_them(wheels_on_order: Store) -> None:
    with doing(wheels_on_order) as tx, pytest.raises(InvalidInput, match="reason"):
        receive(tx, "PO-1/1", quantity(17), rejected=quantity(3))
    with doing(wheels_on_order) as tx:
        got = receive(tx, "PO-1/1", quantity(17), rejected=quantity(3), reason="buckled")
    assert str(got.open) == "3"
    with reading(wheels_on_order) as view:
        assert on_hand(view, "WHEEL", "QUARANTINE") == "3"
        assert lines(view)["PO-1/1"][1] == "3"
    require_whole(wheels_on_order)


def test_a_line_closed_short_leaves_its_demand_short(wheels_on_order: Store) -> None:
    with doing(wheels_on_order) as tx:
        receive(tx, "PO-1/1", quantity(10))
        short = close_short(tx, "PO-1/1")
    assert [(each.demand, str(each.quantity)) for each in short] == [("SO-1/1", "4")]
    require_whole(wheels_on_order)


def test_closing_short_buys_anew_for_the_orders_that_waited(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_order(tx, "SO-1", [("BIKE", 10, "2026-03-02")])
        explode(tx)
        send(tx, "PO-0001")
        [wheels] = [name for name, line in lines(tx).items() if line[0] == "WHEEL"]
        receive(tx, wheels, quantity(5))
        close_short(tx, wheels)
    with reading(store) as view:
        assert {name: line[:2] for name, line in lines(view).items()} == {
            "PO-0001/1": ("TUBE", "30"),
            "PO-0002/1": ("WHEEL", "20"),
        }
    require_whole(store)


def test_lots_are_asked_for_and_kept(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "TUBE", tracking="lot")
        add_supplier(tx)
        add_purchase(tx, "PO-1", "ACME", [("TUBE", 10, 2)], surplus_reason="imported")
    with doing(store) as tx, pytest.raises(InvalidInput, match="needs a lot"):
        receive(tx, "PO-1/1", quantity(4))
    with doing(store) as tx:
        receive(tx, "PO-1/1", quantity(4), "HEAT7", expires_on=datetime.date(2027, 1, 1))
    with reading(store) as view:
        assert rows(view, "SELECT lot, expires_on FROM stock") == [("HEAT7", "2027-01-01")]
    require_whole(store)


def test_serials_are_one_for_each_unit_and_new(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "MOTOR", tracking="serial")
        add_supplier(tx)
        add_purchase(tx, "PO-1", "ACME", [("MOTOR", 5, 80)], surplus_reason="imported")
    with doing(store) as tx, pytest.raises(InvalidInput, match="one serial number for each"):
        receive(tx, "PO-1/1", quantity(2), "S1")
    with doing(store) as tx:
        assert receive(tx, "PO-1/1", quantity(2), "S1; S2").receipts == ("REC-0001", "REC-0002")
    with doing(store) as tx, pytest.raises(Refused, match="S2 is in stock already"):
        receive(tx, "PO-1/1", quantity(1), "S2")
    require_whole(store)


def test_a_subcontract_line_finishes_its_operation_and_costs_the_job(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "FRAME", "make")
        add_item(tx, "TUBE")
        add_supplier(tx)
        add_operation(tx, "FRAME", 10, supplier="ACME", price=4)
        job = add_work_order(tx, "WO-1", "FRAME", 5, surplus_reason="imported")
        add_purchase(tx, "PO-1", "ACME", [("FRAME", 5, 4)], work_order_id=job, operation=10)
        receive(tx, "PO-1/1", quantity(3))
    with reading(store) as view:
        assert rows(view, "SELECT state, good_quantity FROM work_order_operation") == [("started", 3_000_000)]
        assert on_hand(view, "FRAME") == "0"
    with doing(store) as tx:
        receive(tx, "PO-1/1", quantity(2))
        complete(tx, "WO-1", quantity(5))
    with reading(store) as view:
        assert rows(view, "SELECT state FROM work_order_operation") == [("finished",)]
        assert number(view, "SELECT value FROM ledger_entry WHERE kind = 'completion'") == 20_000_000
    require_whole(store)


def test_a_promised_date_is_noted(wheels_on_order: Store) -> None:
    with doing(wheels_on_order) as tx:
        set_promised_date(tx, "PO-1/1", datetime.date(2026, 1, 20))
    with reading(wheels_on_order) as view:
        assert rows(view, "SELECT promised_date FROM purchase_line") == [("2026-01-20",)]


def test_a_name_that_is_no_line_says_how_lines_look(wheels_on_order: Store) -> None:
    with doing(wheels_on_order) as tx, pytest.raises(InvalidInput, match="PO-0001/2"):
        receive(tx, "PO-1", quantity(1))
    with doing(wheels_on_order) as tx, pytest.raises(NotFound, match="no line 9"):
        receive(tx, "PO-1/9", quantity(1))


def test_a_need_of_a_job_is_served_too(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "BIKE", "make")
        add_item(tx, "WHEEL")
        add_supplier(tx)
        add_order(tx, "SO-1", [("BIKE", 2, None)])
        add_work_order(tx, "WO-1", "BIKE", 2)
        peg(tx, demand_of(tx, "SO-1"), 2, work_order="WO-1")
        [line] = add_purchase(tx, "PO-1", "ACME", [("WHEEL", 4, 7)])
        peg(tx, need(tx, "WO-1", "WHEEL", 4), 4, purchase_line=line)
        receive(tx, "PO-1/1", quantity(4))
        complete(tx, "WO-1", quantity(2))
    require_whole(store)
