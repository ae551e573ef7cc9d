"""Orders changed and cancelled after the explosion: what follows, what comes free, what a person must decide."""

import datetime
from typing import Any

import pytest
from tests.builders import (
    add_bom,
    add_customer,
    add_item,
    add_operation,
    add_option,
    add_order,
    add_stock,
    add_supplier_item,
    doing,
    quantity,
    reading,
)
from tests.services.shop import bicycle_shop, jobs, lines, pegged_to, require_whole

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.services.changes import DecisionNeeded, cancel, change_line
from pegboard.services.demand import raise_order_demand
from pegboard.services.explosion import explode
from pegboard.services.production import complete, release_work_order
from pegboard.services.purchasing import receive, send
from pegboard.services.shipping import ship
from pegboard.storage.rows import number, rows, run
from pegboard.storage.store import Store


@pytest.fixture
def shop(store: Store) -> Store:
    """The bicycle shop with an order of 10 bikes, due 2 March, exploded."""
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_order(tx, "SO-1", [("BIKE", 10, "2026-03-02")])
        explode(tx)
    return store


def state(store: Store) -> dict[str, Any]:
    """Open jobs, lines, and all pegs: what an explosion has made."""
    with reading(store) as view:
        return {
            "jobs": jobs(view),
            "lines": lines(view),
            "needs": [
                tuple(row)
                for row in rows(
                    view,
                    "SELECT coalesce(d.name, w.number), i.code, r.quantity FROM requirement r JOIN item i"
                    " ON i.item_id = r.item_id LEFT JOIN demand d ON d.demand_id = r.demand_id"
                    " LEFT JOIN work_order w ON w.work_order_id = r.work_order_id WHERE r.quantity > 0 ORDER BY 1, 2",
                )
            ],
            "pegs": [
                tuple(row)
                for row in rows(
                    view,
                    "SELECT requirement_id, stock_id, work_order_id, purchase_line_id, quantity FROM peg"
                    " ORDER BY 1, 2, 3, 4",
                )
            ],
        }


def kinds(result: Any) -> dict[str, tuple[str, str, str]]:
    """Consequences by number: kind, from, to."""
    return {each["number"]: (each["kind"], each["from"], each["to"]) for each in result.as_json()["consequences"]}


def test_more_enlarges_the_jobs_and_draft_lines_that_the_order_pulled(shop: Store) -> None:
    with doing(shop) as tx:
        result = change_line(tx, "SO-1/1", quantity=quantity(12))
    after = state(shop)
    assert after["jobs"] == {"WO-0001": ("BIKE", "12", ""), "WO-0002": ("FRAME", "12", "")}
    assert {line[:2] for line in after["lines"].values()} == {("WHEEL", "30"), ("TUBE", "36")}
    assert kinds(result)["WO-0001"] == ("job_resized", "10", "12")
    assert {kind for kind, _before, _after in kinds(result).values()} == {"job_resized", "draft_raised"}
    require_whole(shop)


def test_ten_to_twelve_and_back_to_ten_leaves_what_ten_left(shop: Store) -> None:
    before = state(shop)
    with doing(shop) as tx:
        change_line(tx, "SO-1/1", quantity=quantity(12))
    require_whole(shop)
    with doing(shop) as tx:
        result = change_line(tx, "SO-1/1", quantity=quantity(10))
    assert state(shop) == before
    assert {kind for kind, _before, _after in kinds(result).values()} == {"job_resized", "draft_cut"}
    require_whole(shop)


def test_the_same_change_twice_does_nothing_the_second_time(shop: Store) -> None:
    with doing(shop) as tx:
        change_line(tx, "SO-1/1", quantity=quantity(7))
    before = state(shop)
    with doing(shop) as tx:
        assert change_line(tx, "SO-1/1", quantity=quantity(7)).as_json() == {"consequences": [], "decisions": []}
    assert state(shop) == before
    with doing(shop) as tx:
        explode(tx)
    assert state(shop) == before


def test_a_dry_run_tells_the_consequences_with_money_and_leaves_nothing(shop: Store) -> None:
    before = state(shop)
    with doing(shop) as tx:
        result = change_line(tx, "SO-1/1", quantity=quantity(4), dry_run=True)
    told = {each["item"]: each for each in result.as_json()["consequences"]}
    assert (told["WHEEL"]["from"], told["WHEEL"]["to"], told["WHEEL"]["money"]) == ("20", "10", "70.00")
    assert (told["TUBE"]["from"], told["TUBE"]["to"], told["TUBE"]["money"]) == ("30", "12", "36.00")
    assert state(shop) == before
    with reading(shop) as view:
        assert number(view, "SELECT quantity FROM order_line") == 10_000_000
        assert number(view, "SELECT revision FROM customer_order") == 0


def test_cancelling_takes_all_unsent_supply_back(shop: Store) -> None:
    with doing(shop) as tx:
        result = cancel(tx, "SO-1")
    assert {kind for kind, _before, _after in kinds(result).values()} == {"job_cancelled", "draft_cancelled"}
    after = state(shop)
    assert (after["jobs"], after["lines"], after["pegs"], after["needs"]) == ({}, {}, [], [])
    with reading(shop) as view:
        assert rows(view, "SELECT DISTINCT state FROM purchase_order") == [("cancelled",)]
        assert rows(view, "SELECT state FROM demand") == [("cancelled",)]
    require_whole(shop)
    with doing(shop) as tx:
        assert cancel(tx, "SO-1").consequences == ()
        explode(tx)
    assert state(shop) == after


def test_a_sent_line_is_a_decision_and_is_kept_as_surplus_only_when_told_so(shop: Store) -> None:
    with reading(shop) as view:
        wheels = next(name for name, line in lines(view).items() if line[0] == "WHEEL")
    with doing(shop) as tx:
        send(tx, wheels.split("/")[0])
    before = state(shop)
    with doing(shop) as tx, pytest.raises(DecisionNeeded) as raised:
        change_line(tx, "SO-1/1", quantity=quantity(6))
    decisions = raised.value.result.as_json()["decisions"]
    assert {"kind": "change_after_sent", "number": wheels, "item": "WHEEL", "quantity": "8"} in decisions
    assert state(shop) == before
    with doing(shop) as tx:
        change_line(tx, "SO-1/1", quantity=quantity(6), decide="keep")
    with reading(shop) as view:
        assert lines(view)[wheels] == ("WHEEL", "20", "cancelled demand")
        assert rows(view, "SELECT DISTINCT outcome FROM decision") == [("keep",)]
    require_whole(shop)


def test_a_released_job_is_a_decision_and_keeps_its_components(shop: Store) -> None:
    with doing(shop) as tx:
        release_work_order(tx, "WO-0002")
    with doing(shop) as tx, pytest.raises(DecisionNeeded, match=r"WO-0002 \(10 FRAME\)"):
        cancel(tx, "SO-1")
    with doing(shop) as tx:
        cancel(tx, "SO-1", decide="keep")
    after = state(shop)
    assert after["jobs"] == {"WO-0002": ("FRAME", "10", "cancelled demand")}
    assert [line[:2] for line in after["lines"].values()] == [("TUBE", "30")]
    require_whole(shop)


def test_a_quantity_that_a_person_set_is_a_decision(shop: Store) -> None:
    with doing(shop) as tx:
        run(tx, "UPDATE work_order SET quantity_set_by = 'Ann' WHERE number = 'WO-0002'")
    with doing(shop) as tx, pytest.raises(DecisionNeeded, match="WO-0002"):
        change_line(tx, "SO-1/1", quantity=quantity(6))


def test_what_was_received_for_the_order_is_stuck_and_a_decision(shop: Store) -> None:
    with reading(shop) as view:
        wheels = next(name for name, line in lines(view).items() if line[0] == "WHEEL")
    with doing(shop) as tx:
        receive(tx, wheels, quantity(5))
    with doing(shop) as tx, pytest.raises(DecisionNeeded) as raised:
        cancel(tx, "SO-1")
    assert {(each.number, str(each.quantity)) for each in raised.value.result.decisions if each.item == "WHEEL"} == {
        (wheels, "15"),
        ("STOCK:MAIN:WHEEL", "5"),
    }
    with doing(shop) as tx:
        result = cancel(tx, "SO-1", decide="keep")
    assert kinds(result)["STOCK:MAIN:WHEEL"] == ("received", "5", "0")
    require_whole(shop)


def test_stock_comes_free_without_a_question(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_stock(tx, "BIKE", 4, unit_cost=100)
        add_order(tx, "SO-1", [("BIKE", 10, "2026-03-02")])
        explode(tx)
        result = change_line(tx, "SO-1/1", quantity=quantity(3))
    assert kinds(result)["STOCK:MAIN:BIKE"] == ("parts_freed", "1", "0")
    assert kinds(result)["WO-0001"] == ("job_cancelled", "6", "0")
    require_whole(store)


def test_free_stock_serves_more_before_any_job_grows(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_order(tx, "SO-1", [("BIKE", 10, "2026-03-02")])
        explode(tx)
        add_stock(tx, "BIKE", 2)
        change_line(tx, "SO-1/1", quantity=quantity(12))
    with reading(store) as view:
        assert pegged_to(view, "SO-1/1") == [("WO-0001", "10"), ("STOCK:MAIN:BIKE", "2")]
    require_whole(store)
    with doing(store) as tx:
        change_line(tx, "SO-1/1", quantity=quantity(10))
    with reading(store) as view:
        assert pegged_to(view, "SO-1/1") == [("WO-0001", "10")]
    require_whole(store)


def test_freed_supply_goes_first_to_a_demand_that_is_still_short(shop: Store) -> None:
    with doing(shop) as tx:
        add_item(tx, "SPAREBIKE", "make")
        add_bom(tx, "SPAREBIKE", {"BIKE": 1})
        add_order(tx, "SO-2", [("SPAREBIKE", 4, "2026-03-09")])
        explode(tx)
        run(
            tx,
            "DELETE FROM peg WHERE requirement_id IN (SELECT requirement_id FROM requirement r JOIN work_order w"
            " ON w.work_order_id = r.work_order_id JOIN item i ON i.item_id = w.item_id WHERE i.code = 'SPAREBIKE')",
        )
        run(tx, "UPDATE work_order SET surplus_reason = 'imported' WHERE number NOT IN ('WO-0001', 'WO-0002')")
        result = change_line(tx, "SO-1/1", quantity=quantity(5))
    assert ("pegged_again", "WO-0001") in {(each.kind, each.number) for each in result.consequences}
    with reading(shop) as view:
        assert jobs(view)["WO-0001"] == ("BIKE", "9", "")
    require_whole(shop)


def test_subcontract_lines_follow_their_job(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_operation(tx, "FRAME", 20, supplier="ACME", price=4, lead_time_days=3)
        add_order(tx, "SO-1", [("BIKE", 10, "2026-03-02")])
        explode(tx)
        change_line(tx, "SO-1/1", quantity=quantity(12))
    with reading(store) as view:
        assert number(view, "SELECT quantity FROM purchase_line WHERE work_order_id IS NOT NULL") == 12_000_000
    with doing(store) as tx:
        send(tx, "PO-0001")
    with doing(store) as tx, pytest.raises(DecisionNeeded, match="WO-0002"):
        change_line(tx, "SO-1/1", quantity=quantity(10))
    require_whole(store)


def test_a_kit_changes_all_its_components(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_item(tx, "KIT", "phantom")
        add_bom(tx, "KIT", [{"component": "WHEEL", "quantity": 2}, {"component": "TUBE", "quantity": 1}])
        add_order(tx, "SO-1", [("KIT", 10, "2026-03-02")])
        explode(tx)
    before = state(store)
    with doing(store) as tx:
        change_line(tx, "SO-1/1", quantity=quantity(14))
    assert [need[2] for need in state(store)["needs"]] == [14_000_000, 28_000_000]
    require_whole(store)
    with doing(store) as tx:
        change_line(tx, "SO-1/1", quantity=quantity(10))
    assert state(store) == before
    with doing(store) as tx:
        cancel(tx, "SO-1/1")
    assert state(store)["lines"] == {}
    require_whole(store)


def test_choices_stay_with_the_order_line(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_item(tx, "TRIKE", "make")
        add_item(tx, "RED")
        add_item(tx, "BLUE")
        for paint in ("RED", "BLUE"):
            add_supplier_item(tx, "ACME", paint, 3)
        add_bom(
            tx,
            "TRIKE",
            [
                {"component": "RED", "quantity": 1, "option": "COLOUR=RED"},
                {"component": "BLUE", "quantity": 1, "option": "COLOUR=BLUE"},
            ],
        )
        add_option(tx, "TRIKE", "COLOUR", ["RED", "BLUE"])
        add_order(tx, "SO-1", [("TRIKE", 2, "2026-03-02")], options={1: "COLOUR=BLUE"})
        explode(tx)
        change_line(tx, "SO-1/1", quantity=quantity(5))
    assert state(store)["needs"] == [("SO-1/1", "TRIKE", 5_000_000), ("WO-0001", "BLUE", 5_000_000)]
    require_whole(store)


def test_below_what_has_shipped_is_refused_and_the_return_is_named(shop: Store) -> None:
    with reading(shop) as view:
        bought = list(lines(view).items())
    with doing(shop) as tx:
        for name, (_item, amount, _reason) in bought:
            receive(tx, name, quantity(amount))
        complete(tx, "WO-0002", quantity(10))
        complete(tx, "WO-0001", quantity(6))
        ship(tx, "SO-1/1", quantity(4))
    with doing(shop) as tx, pytest.raises(Refused, match="Book the return of 1 first"):
        change_line(tx, "SO-1/1", quantity=quantity(3))
    with doing(shop) as tx:
        change_line(tx, "SO-1/1", quantity=quantity(4), decide="keep")
    with reading(shop) as view:
        assert rows(view, "SELECT status FROM order_line") == [("shipped",)]
        assert rows(view, "SELECT state FROM demand") == [("done",)]
    require_whole(shop)


def test_cancelling_a_line_that_shipped_in_part_cancels_the_rest(shop: Store) -> None:
    with reading(shop) as view:
        bought = list(lines(view).items())
    with doing(shop) as tx:
        for name, (_item, amount, _reason) in bought:
            receive(tx, name, quantity(amount))
        complete(tx, "WO-0002", quantity(10))
        complete(tx, "WO-0001", quantity(6))
        ship(tx, "SO-1/1", quantity(4))
        cancel(tx, "SO-1", decide="keep")
    with reading(shop) as view:
        assert rows(view, "SELECT status, quantity FROM order_line") == [("shipped", 4_000_000)]
        assert rows(view, "SELECT state FROM demand") == [("done",)]
    require_whole(shop)
    with doing(shop) as tx, pytest.raises(Refused, match="Book their return first"):
        cancel(tx, "SO-1")


def test_the_money_of_a_draft_line_counts_the_price_break_on_both_sides(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_item(tx, "BELL")
        add_supplier_item(tx, "ACME", "BELL", breaks={0: 2, 50: "1.9"})
        add_order(tx, "SO-1", [("BELL", 50, "2026-03-02")])
        explode(tx)
        cut = change_line(tx, "SO-1/1", quantity=quantity(45))
        raised = change_line(tx, "SO-1/1", quantity=quantity(49))
        fewer_cost_more = change_line(tx, "SO-1/1", quantity=quantity(50))
    money = [str(result.consequences[0].money) for result in (cut, raised, fewer_cost_more)]
    assert money == ["5.00", "8.00", "-3.00"]


def test_a_nearer_date_for_a_released_job_is_told_with_its_days(shop: Store) -> None:
    with doing(shop) as tx:
        release_work_order(tx, "WO-0001")
    with doing(shop) as tx, pytest.raises(DecisionNeeded, match="WO-0001: 10 BIKE come on 2026-03-02, but would be"):
        change_line(tx, "SO-1/1", due=datetime.date(2026, 2, 9))


def test_another_order_keeps_its_share_of_a_common_draft_line(shop: Store) -> None:
    with doing(shop) as tx:
        add_order(tx, "SO-2", [("BIKE", 3, "2026-03-03")])
        explode(tx)
        cancel(tx, "SO-1")
    with reading(shop) as view:
        assert {line[:2] for line in lines(view).values()} == {("WHEEL", "10"), ("TUBE", "9")}
        assert len(pegged_to(view, "SO-2/1")) == 1
    require_whole(shop)


def test_a_later_due_date_moves_planned_jobs_and_draft_lines(shop: Store) -> None:
    with doing(shop) as tx:
        result = change_line(tx, "SO-1/1", due=datetime.date(2026, 3, 16))
    moved = {each.number: (each.before, each.after) for each in result.consequences if each.kind == "moved"}
    assert moved["WO-0001"] == ("2026-03-02", "2026-03-16")
    assert moved["WO-0002"] == ("2026-02-26", "2026-03-12")
    with reading(shop) as view:
        dates = rows(view, "SELECT need_date, due_date, order_by_date FROM purchase_line ORDER BY due_date")
        assert tuple(dates[0]) == ("2026-03-10", "2026-03-10", "2026-03-03")
        assert rows(view, "SELECT promise_date FROM order_line") == [("2026-03-16",)]
    with doing(shop) as tx:
        change_line(tx, "SO-1/1", due=datetime.date(2026, 3, 2))
    with reading(shop) as view:
        assert rows(view, "SELECT due_date FROM work_order ORDER BY number") == [("2026-03-02",), ("2026-02-26",)]
    require_whole(shop)


def test_a_date_too_near_is_met_as_early_as_it_can_be(shop: Store) -> None:
    with doing(shop) as tx:
        change_line(tx, "SO-1/1", due=datetime.date(2026, 1, 7))
    with reading(shop) as view:
        # Tubes take 5 working days, frames 2, bikes 2: 12, 14 and 16 January.
        assert rows(view, "SELECT due_date FROM work_order ORDER BY number") == [("2026-01-16",), ("2026-01-14",)]
        assert rows(view, "SELECT promise_date FROM order_line") == [("2026-01-16",)]


def test_a_sent_line_that_comes_too_late_for_a_nearer_date_is_a_decision(shop: Store) -> None:
    with doing(shop) as tx:
        for row in rows(tx, "SELECT number FROM purchase_order"):
            send(tx, row.number)
    with doing(shop) as tx, pytest.raises(DecisionNeeded):
        change_line(tx, "SO-1/1", due=datetime.date(2026, 2, 9))
    with doing(shop) as tx:
        change_line(tx, "SO-1/1", due=datetime.date(2026, 2, 9), decide="keep")
    require_whole(shop)


def test_an_order_that_was_not_exploded_only_changes_itself(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_order(tx, "SO-1", [("BIKE", 10, "2026-03-02")])
        raise_order_demand(tx)
        assert change_line(tx, "SO-1/1", quantity=quantity(4)).consequences == ()
    with reading(store) as view:
        assert rows(view, "SELECT quantity FROM demand") == [(4_000_000,)]
    with doing(store) as tx:
        explode(tx)
    with reading(store) as view:
        assert jobs(view)["WO-0001"][1] == "4"


def test_the_order_keeps_what_it_was_under_its_number(shop: Store) -> None:
    with doing(shop) as tx:
        change_line(tx, "SO-1/1", quantity=quantity(12))
        change_line(tx, "SO-1/1", quantity=quantity(9))
    with reading(shop) as view:
        assert number(view, "SELECT revision FROM customer_order") == 2
        assert number(view, "SELECT count(*) FROM order_revision") == 2


def test_what_makes_no_sense_is_refused(shop: Store) -> None:
    for wanted, message in (("0", "Cancel the line"), ("1.5", "whole units")):
        with doing(shop) as tx, pytest.raises(InvalidInput, match=message):
            change_line(tx, "SO-1/1", quantity=quantity(wanted))
    with doing(shop) as tx, pytest.raises(InvalidInput, match="no decision"):
        change_line(tx, "SO-1/1", quantity=quantity(3), decide="burn")


def test_a_requirement_has_one_peg_to_a_draft_line_that_grew(shop: Store) -> None:
    with doing(shop) as tx:
        run(tx, "UPDATE requirement SET quantity = quantity + 6000000 WHERE item_id = (SELECT item_id FROM item"
                " WHERE code = 'TUBE')")  # fmt: skip
        explode(tx)
    with reading(shop) as view:
        found = rows(
            view, "SELECT count(*) FROM peg GROUP BY requirement_id, purchase_line_id, work_order_id, stock_id"
        )
        assert {row[0] for row in found} == {1}
        assert [line[1] for line in lines(view).values() if line[0] == "TUBE"] == ["36"]
    require_whole(shop)
