"""What the rows of a workshop folder mean: defaults, updates, lines, stock, sales, cards, open supply."""

import datetime
from pathlib import Path

import pytest
from tests.builders import TODAY
from tests.exchange.folders import CUSTOMERS, ITEMS, SUPPLIERS, bring_in, everything, exported, problems, select

from pegboard.domain.quantity import Quantity
from pegboard.queries.integrity import check
from pegboard.services.explosion import explode
from pegboard.services.importing import FileCount, ImportRefused
from pegboard.services.numbers import take
from pegboard.services.purchasing import receive
from pegboard.storage.store import Store

BASIS = {"items": ITEMS, "suppliers": SUPPLIERS, "customers": CUSTOMERS}


SALES = "reference,sold_at,location,item,quantity,signalled\n"


def cells(text: str) -> list[dict[str, str]]:
    """Rows of a simple CSV text by column."""
    header, *rows = text.splitlines()
    return [dict(zip(header.split(","), row.split(","), strict=True)) for row in rows]


def test_pieces_come_in_whole_units_and_litres_do_not(store: Store, tmp_path: Path) -> None:
    bring_in(store, {"items": "code,source,unit\nBULB,buy,\nPAINT,buy,l\n"})
    out = cells(exported(store, tmp_path / "out")["items"])
    assert [(row["unit"], row["whole_units"]) for row in out] == [("ea", "yes"), ("l", "no")]


def test_a_column_that_the_file_lacks_is_kept_and_an_empty_cell_is_the_default(store: Store, tmp_path: Path) -> None:
    bring_in(store, {"items": "code,source,description,lead_time_days,active\nBULB,buy,Warm bulb,5,no\n"})
    result = bring_in(store, {"items": "code,source,lead_time_days\nBULB,buy,\n"})
    assert result.counts == (FileCount("items", 0, 1, 0),)
    (row,) = cells(exported(store, tmp_path / "out")["items"])
    assert (row["description"], row["lead_time_days"], row["active"]) == ("Warm bulb", "", "no")


def test_an_empty_setting_goes_back_to_its_default(store: Store, tmp_path: Path) -> None:
    bring_in(store, {"settings": "name,value\ncurrency,USD\ncombining_days,3\n"})
    bring_in(store, {"settings": "name,value\ncombining_days,\n"})
    assert exported(store, tmp_path / "out")["settings"] == "name,value\ncurrency,USD\n"


def test_importing_the_same_folder_again_changes_nothing(store: Store) -> None:
    files = {**BASIS, "stock": "item,quantity\nBULB,5\n", "orders": "order,customer,item,quantity\nO,SHOP,LAMP,1\n"}
    bring_in(store, files)
    again = bring_in(store, files)
    assert all(count.new == count.changed == 0 for count in again.counts)
    assert select(store, "SELECT count(*) FROM ledger_entry") == [(1,)]


def test_lines_without_numbers_count_the_rows_of_their_order(store: Store) -> None:
    bring_in(
        store,
        {**BASIS, "orders": "order,customer,item,quantity\nB,SHOP,LAMP,1\nA,SHOP,LAMP,2\nB,SHOP,BASE,3\n"},
    )
    found = select(
        store,
        "SELECT number, line, quantity FROM order_line JOIN customer_order USING (order_id) ORDER BY order_line_id",
    )
    assert found == [("B", 1, 1_000_000), ("A", 1, 2_000_000), ("B", 2, 3_000_000)]


def test_a_bom_without_a_head_has_one_with_the_defaults(store: Store, tmp_path: Path) -> None:
    bring_in(store, {**BASIS, "bom_lines": "parent,component,quantity\nLAMP,BULB,1\n"})
    assert exported(store, tmp_path / "out")["boms"].splitlines()[1:] == ["LAMP,,1,,"]


def test_low_level_codes_follow_the_bom(store: Store) -> None:
    bring_in(store, {**BASIS, "bom_lines": "parent,component,quantity\nLAMP,BASE,1\nLAMP,CORD,1\nBASE,CORD,1\n"})
    assert select(store, "SELECT code, low_level_code FROM item ORDER BY code") == [
        ("BASE", 1),
        ("BULB", 0),
        ("CORD", 2),
        ("LAMP", 0),
    ]


def test_an_order_is_dated_today_or_when_it_was_due_if_that_was_earlier(store: Store) -> None:
    orders = (
        "order,customer,item,quantity,due_date\nA,SHOP,LAMP,1,2025-12-01\nB,SHOP,LAMP,1,2026-03-01\nC,SHOP,LAMP,1,\n"
    )
    bring_in(store, {**BASIS, "orders": orders})
    assert select(store, "SELECT number, order_date FROM customer_order ORDER BY number") == [
        ("A", "2025-12-01"),
        ("B", "2026-01-05"),
        ("C", "2026-01-05"),
    ]


def test_an_order_keeps_the_deposit_that_its_customer_had(store: Store) -> None:
    customers = "code,deposit_percent\nSHOP,30\n"
    bring_in(store, {**BASIS, "customers": customers, "orders": "order,customer,item,quantity\nA,SHOP,LAMP,1\n"})
    assert select(store, "SELECT deposit_percent FROM customer_order") == [(None,)]
    bring_in(store, {"customers": "code,deposit_percent\nSHOP,50\n"})
    assert select(store, "SELECT deposit_percent FROM customer_order") == [(30_000_000,)]


def test_confirmed_lines_raise_demand_and_quotes_held_lines_and_history_do_not(store: Store) -> None:
    orders = (
        "order,customer,item,quantity,status,hold\nA,SHOP,LAMP,1,,\nB,SHOP,LAMP,1,quote,\nC,SHOP,LAMP,1,confirmed,yes\n"
        "D,SHOP,LAMP,1,shipped,\n"
    )
    bring_in(store, {**BASIS, "orders": orders})
    assert select(store, "SELECT name FROM demand") == [("A/1",)]
    assert select(store, "SELECT quantity - shipped_quantity FROM order_line WHERE status = 'shipped'") == [(0,)]


def test_a_changed_line_that_is_not_exploded_yet_raises_its_demand_anew(store: Store) -> None:
    orders = "order,customer,item,quantity\nA,SHOP,LAMP,{}\n"
    bring_in(store, {**BASIS, "orders": orders.format(2)})
    bring_in(store, {"orders": orders.format(5)})
    assert select(store, "SELECT name, quantity, state FROM demand") == [("A/1", 5_000_000, "open")]


EXPLODED = {
    **BASIS,
    "bom_lines": "parent,component,quantity\nLAMP,BULB,1\n",
    "supplier_items": "supplier,item,lead_time_days\nACME,BULB,2\n",
    "orders": "order,customer,item,quantity,unit_price,due_date\nA,SHOP,LAMP,2,10,2026-02-02\n",
}


@pytest.fixture
def exploded(store: Store) -> Store:
    """A workshop with one order that is exploded: a job for two lamps, a draft line for two bulbs."""
    bring_in(store, EXPLODED)
    with store.transaction("explode", today=TODAY) as tx:
        explode(tx)
    return store


def test_prices_of_an_exploded_line_change_freely(exploded: Store) -> None:
    bring_in(exploded, {"orders": "order,customer,item,quantity,unit_price\nA,SHOP,LAMP,2,12\n"})
    assert select(exploded, "SELECT unit_price FROM order_line") == [(12_000_000,)]


def test_a_changed_row_of_an_exploded_line_is_a_change_order(exploded: Store) -> None:
    result = bring_in(exploded, {"orders": "order,customer,item,quantity,unit_price\nA,SHOP,LAMP,5,11\n"})
    assert result.counts == (FileCount("orders", 0, 1, 0),)
    assert select(exploded, "SELECT quantity, unit_price FROM order_line") == [(5_000_000, 11_000_000)]
    assert select(exploded, "SELECT sum(quantity) FROM work_order") == [(5_000_000,)]
    assert select(exploded, "SELECT sum(quantity) FROM purchase_line") == [(5_000_000,)]
    assert select(exploded, "SELECT count(*) FROM order_revision") == [(1,)]


def test_a_cancelled_row_of_an_exploded_line_cancels_its_supply(exploded: Store) -> None:
    bring_in(exploded, {"orders": "order,customer,item,quantity,status\nA,SHOP,LAMP,2,cancelled\n"})
    assert select(exploded, "SELECT status FROM order_line") == [("cancelled",)]
    assert select(exploded, "SELECT count(*) FROM peg") == [(0,)]


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_change_order_that_needs_a_decision_refuses_the_import(exploded: Store, dry_run: bool) -> None:
    with exploded.transaction("send", today=TODAY) as tx:
        tx.connection.exec_driver_sql("UPDATE purchase_order SET state = 'sent', ordered_on = '2026-01-05'")
    before = everything(exploded)
    with pytest.raises(ImportRefused) as refused:
        bring_in(exploded, {"orders": "order,customer,item,quantity\nA,SHOP,LAMP,1\n"}, dry_run=dry_run)
    (problem,) = refused.value.errors
    assert (problem.row, problem.column, problem.value) == (2, "quantity", "1")
    assert "PO-0001/1" in problem.allowed
    assert everything(exploded) == before


def test_a_dry_run_of_a_change_order_writes_nothing(exploded: Store) -> None:
    before = everything(exploded)
    bring_in(exploded, {"orders": "order,customer,item,quantity\nA,SHOP,LAMP,5\n"}, dry_run=True)
    assert everything(exploded) == before


REFUSED_CHANGES = {
    "item": ("order,customer,item,quantity\nA,SHOP,BASE,2\n", "pegboard cancel A/1"),
    "hold": ("order,customer,item,quantity,hold\nA,SHOP,LAMP,2,yes\n", "pegboard cancel A/1"),
    "status": ("order,customer,item,quantity,status\nA,SHOP,LAMP,2,shipped\n", "pegboard ship A/1"),
}


@pytest.mark.parametrize("column", REFUSED_CHANGES)
def test_other_changes_of_an_exploded_line_are_refused_with_what_to_do(exploded: Store, column: str) -> None:
    orders, advice = REFUSED_CHANGES[column]
    (problem,) = problems(exploded, {"orders": orders})
    assert (problem.row, problem.column) == (2, column)
    assert advice in problem.allowed


def test_options_are_kept_in_the_order_in_which_they_were_given(store: Store, tmp_path: Path) -> None:
    options = "item,group,choice\nLAMP,SIZE,big\nLAMP,COLOUR,red\n"
    orders = "order,customer,item,quantity,options\nA,SHOP,LAMP,1,SIZE=big;COLOUR=red\n"
    bring_in(store, {**BASIS, "options": options, "orders": orders})
    assert "SIZE=big;COLOUR=red" in exported(store, tmp_path / "out")["orders"]


def test_choices_pass_down_to_the_components_that_ask_for_them(store: Store) -> None:
    options = "item,group,choice,required\nBASE,FOOT,wide,yes\n"
    lines = "parent,component,quantity\nLAMP,BASE,1\n"
    orders = "order,customer,item,quantity,options\nA,SHOP,LAMP,1,{}\n"
    (problem,) = problems(store, {**BASIS, "options": options, "bom_lines": lines, "orders": orders.format("")})
    assert "FOOT" in problem.allowed
    bring_in(store, {**BASIS, "options": options, "bom_lines": lines, "orders": orders.format("FOOT=wide")})


def test_a_quote_that_is_confirmed_needs_its_required_choices(store: Store) -> None:
    options = "item,group,choice\nLAMP,COLOUR,red\n"
    bring_in(
        store, {**BASIS, "options": options, "orders": "order,customer,item,quantity,status\nA,SHOP,LAMP,1,quote\n"}
    )
    confirmed = "order,customer,item,quantity,status{}\nA,SHOP,LAMP,1,confirmed{}\n"
    (problem,) = problems(store, {"orders": confirmed.format("", "")})
    assert (problem.column, problem.row) == ("options", 2)
    bring_in(store, {"orders": confirmed.format(",options", ",COLOUR=red")})
    bring_in(store, {"orders": confirmed.format("", "")})
    assert select(store, "SELECT option_choice FROM order_line_option") == [("red",)]


def test_an_item_cannot_lose_what_its_stock_needs(store: Store) -> None:
    items = "code,source,unit,whole_units,tracking\nPAINT,buy,l,{},{}\n"
    bring_in(store, {"items": items.format("no", "lot"), "stock": "item,lot,quantity\nPAINT,L1,1.5\n"})
    found = problems(store, {"items": items.format("yes", "none")})
    assert [problem.column for problem in found] == ["whole_units", "tracking"]


def test_stock_states_what_is_there_and_the_difference_is_a_count(store: Store) -> None:
    bring_in(store, {**BASIS, "stock": "item,quantity,unit_cost\nBULB,10,2\n"})
    bring_in(store, {"stock": "item,quantity\nBULB,7\n"})
    bring_in(store, {"stock": "item,quantity\nBULB,9\n"})
    assert select(store, "SELECT kind, quantity, value FROM ledger_entry ORDER BY ledger_entry_id") == [
        ("count", 10_000_000, 20_000_000),
        ("count", -3_000_000, -6_000_000),
        ("count", 2_000_000, 4_000_000),
    ]
    assert select(store, "SELECT quantity, unit_cost FROM stock") == [(9_000_000, 2_000_000)]
    assert select(store, "SELECT sum(remaining_quantity) FROM cost_layer") == [(9_000_000,)]


def test_goods_that_are_not_there_belong_to_nobody_any_more(exploded: Store) -> None:
    bring_in(exploded, {"stock": "item,quantity\nBULB,9\n", "orders": "order,customer,item,quantity\nB,SHOP,BULB,8\n"})
    with exploded.transaction("explode", today=TODAY) as tx:
        explode(tx)
    pegged = "SELECT sum(quantity) FROM peg WHERE stock_id IS NOT NULL"
    assert select(exploded, pegged) == [(8_000_000,)]
    bring_in(exploded, {"stock": "item,quantity\nBULB,5\n"})
    assert select(exploded, pegged) == [(5_000_000,)]
    bring_in(exploded, {"pos_sales": SALES + "R,2026-01-05T10:00:00,MAIN,BULB,2,no\n"})
    assert select(exploded, pegged) == [(3_000_000,)]
    bring_in(exploded, {"stock": "item,quantity,status\nBULB,3,quarantine\n"})
    assert select(exploded, pegged) == [(None,)]
    with exploded.read(today=TODAY) as reading:
        assert check(reading).ok


def test_a_count_can_give_stock_another_cost(store: Store) -> None:
    bring_in(store, {**BASIS, "stock": "item,quantity,unit_cost\nBULB,10,2\n"})
    bring_in(store, {"stock": "item,quantity,unit_cost\nBULB,10,2.5\n"})
    assert select(store, "SELECT sum(quantity), sum(value) FROM ledger_entry") == [(10_000_000, 25_000_000)]


def test_locations_are_made_on_import(store: Store) -> None:
    bring_in(store, {**BASIS, "stock": "item,location,quantity\nBULB,A1,1\nCORD,,2\n"})
    assert select(store, "SELECT code FROM location ORDER BY location_id") == [("MAIN",), ("A1",)]


def test_sales_come_before_the_count_of_the_same_folder(store: Store) -> None:
    bring_in(store, {**BASIS, "stock": "item,quantity\nBULB,10\n"})
    result = bring_in(
        store,
        {"pos_sales": SALES + "R,2026-01-05T10:00:00,MAIN,BULB,4,no\n", "stock": "item,quantity\nBULB,5\n"},
    )
    assert result.notes == ()
    assert select(store, "SELECT kind, quantity FROM ledger_entry ORDER BY ledger_entry_id") == [
        ("count", 10_000_000),
        ("sale", -4_000_000),
        ("count", -1_000_000),
    ]


def test_a_sale_of_more_than_the_books_hold_stops_at_zero_and_is_told(store: Store) -> None:
    bring_in(store, {**BASIS, "stock": "item,quantity\nBULB,3\n"})
    result = bring_in(store, {"pos_sales": SALES + "R,2026-01-05T10:00:00,MAIN,BULB,5,no\n"})
    assert result.notes == ("MAIN sold 2 BULB more than the books had: count what is there.",)
    assert select(store, "SELECT quantity FROM stock") == [(0,)]
    assert select(store, "SELECT kind, quantity FROM ledger_entry ORDER BY ledger_entry_id") == [
        ("count", 3_000_000),
        ("sale", -3_000_000),
        ("sale", -2_000_000),
        ("count", 2_000_000),
    ]


def test_the_same_sale_twice_lowers_stock_once_and_a_corrected_one_by_the_difference(store: Store) -> None:
    bring_in(store, {**BASIS, "stock": "item,quantity\nBULB,10\n"})
    for sold in ("4", "4", "3"):
        bring_in(store, {"pos_sales": SALES + f"R,2026-01-05T10:00:00,MAIN,BULB,{sold},no\n"})
    assert select(store, "SELECT quantity FROM stock") == [(7_000_000,)]


def test_only_sales_that_have_not_pulled_yet_wait_for_the_next_signal(store: Store) -> None:
    bring_in(
        store,
        {
            **BASIS,
            "stock": "item,quantity\nBULB,10\n",
            "replenishment": "item,location,order_up_to\nBULB,MAIN,10\n",
            "pos_sales": SALES + "A,2026-01-05T10:00:00,MAIN,BULB,4,no\nB,2026-01-05T11:00:00,MAIN,BULB,2,yes\n",
        },
    )
    assert select(store, "SELECT unsignalled_sold, raised FROM replenishment") == [(4_000_000, 0)]
    bring_in(store, {"pos_sales": SALES + "C,2026-01-05T12:00:00,MAIN,BULB,-1,no\n"})
    assert select(store, "SELECT unsignalled_sold FROM replenishment") == [(3_000_000,)]


def test_a_raised_level_pulls_what_it_was_raised_by(store: Store) -> None:
    for level in (10, 14, 12):
        bring_in(store, {**BASIS, "replenishment": f"item,location,order_up_to\nBULB,MAIN,{level}\n"})
    assert select(store, "SELECT order_up_to, raised FROM replenishment") == [(12_000_000, 2_000_000)]


def test_new_cards_are_full_and_numbered_across_the_loops_of_an_item(store: Store) -> None:
    loops = "item,supplied_by,consuming_location,container_quantity,cards\nBULB,ACME,A,5,2\nBULB,make,B,5,\n"
    bring_in(store, {**BASIS, "kanban_loops": loops})
    assert select(store, "SELECT number, state FROM kanban_card ORDER BY number") == [
        (1, "full"),
        (2, "full"),
        (3, "full"),
        (4, "full"),
    ]


def test_fewer_cards_retire_the_last_full_ones(store: Store) -> None:
    loops = "item,supplied_by,container_quantity,cards\nBULB,ACME,5,{}\n"
    bring_in(store, {**BASIS, "kanban_loops": loops.format(3)})
    bring_in(store, {"kanban_loops": loops.format(2)})
    assert select(store, "SELECT state FROM kanban_card ORDER BY number") == [("full",), ("full",), ("retired",)]


def test_cards_follow_usage_where_it_is_known(store: Store) -> None:
    sold = "".join(f"R{day},2026-01-{day:02d}T10:00:00,MAIN,BULB,64,yes\n" for day in range(1, 5))
    files = {
        "suppliers": "code,lead_time_days\nACME,10\n",
        "kanban_loops": "item,supplied_by,container_quantity\nBULB,ACME,10\n",
        "pos_sales": SALES + sold,
    }
    bring_in(store, {**BASIS, **files})  # 256 in 64 working days: 4 a day x 10 days x 1.1 / 10
    assert select(store, "SELECT count(*) FROM kanban_card") == [(5,)]


def test_imported_supply_that_nobody_wants_is_surplus_with_its_reason(store: Store) -> None:
    bring_in(
        store,
        {
            **BASIS,
            "open_purchases": "purchase_order,supplier,item,quantity,due_date\nPO-0007,ACME,BULB,5,2026-02-02\n",
            "open_work_orders": "work_order,item,quantity,due_date\nWO-0009,LAMP,2,2026-02-02\n",
        },
    )
    assert select(store, "SELECT surplus_reason, state FROM purchase_line") == [("imported", "open")]
    assert select(store, "SELECT surplus_reason, state, components_issued FROM work_order") == [
        ("imported", "released", 1)
    ]


def test_a_purchase_without_a_due_date_comes_a_lead_time_after_it_was_ordered(store: Store) -> None:
    files = {
        "items": "code,source,lead_time_days\nBULB,buy,3\nCORD,buy,\nPLUG,buy,1\n",
        "suppliers": "code,lead_time_days,lead_time_kind\nACME,7,calendar\nBOLT,,\n",
        "supplier_items": "supplier,item,lead_time_days\nACME,CORD,5\n",
        "open_purchases": "purchase_order,supplier,item,quantity,ordered_on\n"
        "A,ACME,CORD,1,2026-01-05\nB,ACME,PLUG,1,\nC,BOLT,BULB,1,2026-01-02\n",
        "calendar": "date,working\n2026-01-12,no\n",
    }
    bring_in(store, {**BASIS, **files})
    assert select(store, "SELECT due_date FROM purchase_line ORDER BY purchase_line_id") == [
        ("2026-01-13",),  # five calendar days are a Saturday, and that Monday is closed
        ("2026-01-13",),  # seven days after today, the same Monday
        ("2026-01-07",),  # three working days after Friday
    ]


def test_a_job_without_a_start_date_starts_its_lead_time_before_it_is_due(store: Store) -> None:
    files = {
        "items": "code,source,lead_time_days,loss_percent\nLAMP,make,,10\nBASE,make,3,\nBULB,buy,,\n",
        "work_centers": "code,queue_days\nSAW,1\n",
        "routings": "item,sequence,work_center,setup_minutes,run_minutes\nLAMP,10,SAW,60,60\n",
        "bom_lines": "parent,component,quantity\nLAMP,BULB,1\n",
        "open_work_orders": "work_order,item,quantity,due_date,start_date\n"
        "W1,LAMP,9,2026-01-16,\nW2,BASE,1,2026-01-16,\nW3,BASE,1,2026-01-16,2026-01-14\n",
    }
    bring_in(store, {**BASIS, **files})
    assert select(store, "SELECT number, start_date, start_quantity FROM work_order ORDER BY number") == [
        ("W1", "2026-01-13", 10_000_000),  # 1 + (60 + 600) / 60 / 8 = 2.375 days
        ("W2", "2026-01-13", 1_000_000),
        ("W3", "2026-01-14", 1_000_000),
    ]
    assert select(store, "SELECT count(*) FROM work_order_operation") == [(1,)]
    assert select(store, "SELECT bom_id IS NOT NULL FROM work_order ORDER BY number") == [(1,), (0,), (0,)]


def test_a_smaller_open_quantity_takes_pegs_off(store: Store) -> None:
    purchases = "purchase_order,supplier,item,quantity,due_date\nP,ACME,BULB,{},2026-02-02\n"
    orders = "order,customer,item,quantity\nA,SHOP,BULB,5\n"
    bring_in(store, {**BASIS, "open_purchases": purchases.format(5), "orders": orders})
    with store.transaction("test", today=TODAY) as tx:
        for statement in (
            "INSERT INTO requirement (demand_id, item_id, quantity, issued_quantity, need_date, position)"
            " SELECT demand_id, item_id, quantity, 0, '2026-01-09', '' FROM demand",
            "INSERT INTO peg (requirement_id, purchase_line_id, quantity) VALUES (1, 1, 5000000)",
            "UPDATE purchase_line SET surplus_reason = ''",
        ):
            tx.connection.exec_driver_sql(statement)
    bring_in(store, {"open_purchases": purchases.format(3)})
    assert select(store, "SELECT quantity FROM peg") == [(3_000_000,)]
    bring_in(store, {"open_purchases": purchases.format(8)})
    assert select(store, "SELECT quantity, surplus_reason FROM purchase_line") == [(8_000_000, "imported")]


def test_what_the_file_states_beyond_what_came_already_is_imported_surplus(store: Store) -> None:
    purchases = "purchase_order,supplier,item,quantity,due_date\nP,ACME,BULB,5,2026-02-02\n"
    bring_in(store, {**BASIS, "open_purchases": purchases, "orders": "order,customer,item,quantity\nA,SHOP,BULB,5\n"})
    with store.transaction("explode", today=TODAY) as tx:
        explode(tx)
    with store.transaction("receive", today=TODAY) as tx:
        receive(tx, "P/1", Quantity.parse("2"))
    assert select(store, "SELECT surplus_reason FROM purchase_line") == [("",)]
    bring_in(store, {"open_purchases": purchases})
    assert select(store, "SELECT quantity, received_quantity, surplus_reason FROM purchase_line") == [
        (7_000_000, 2_000_000, "imported")
    ]
    with store.read(today=TODAY) as reading:
        assert check(reading).ok


def test_numbers_go_on_above_the_highest_of_their_form(store: Store) -> None:
    bring_in(
        store,
        {
            **BASIS,
            "orders": "order,customer,item,quantity\nSO-0041,SHOP,LAMP,1\nSO-12A,SHOP,LAMP,1\nX-99,SHOP,LAMP,1\n",
            "open_purchases": "purchase_order,supplier,item,quantity\nPO-7,ACME,BULB,5\n",
            "purchase_history": "purchase_order,supplier,item,quantity\nPO-0012,ACME,BULB,5\n",
        },
    )
    with store.transaction("test", today=TODAY) as tx:
        assert take(tx, "SO", 2) == ["SO-0042", "SO-0043"]
        assert take(tx, "PO", 1) == ["PO-0013"]
        assert take(tx, "WO", 1) == ["WO-0001"]


def test_a_dry_run_counts_and_writes_nothing(store: Store) -> None:
    result = bring_in(store, {**BASIS, "stock": "item,location,quantity\nBULB,A1,5\n"}, dry_run=True)
    assert FileCount("stock", 1, 0, 0) in result.counts
    assert select(store, "SELECT count(*) FROM item") == [(0,)]
    assert select(store, "SELECT count(*) FROM audit_entry") == [(0,)]


@pytest.mark.parametrize("sold_at", ["2026-01-05T10:00:00+02:00", "2026-01-05T08:00:00Z"])
def test_an_instant_with_an_offset_is_converted(store: Store, sold_at: str) -> None:
    bring_in(store, {**BASIS, "pos_sales": SALES + f"R,{sold_at},MAIN,BULB,1,no\n"})
    assert select(store, "SELECT sold_at FROM pos_sale") == [("2026-01-05 08:00:00.000000",)]


def test_a_deposit_percentage_of_an_order_is_not_its_customers_any_more(store: Store, tmp_path: Path) -> None:
    orders = "order,customer,item,quantity,deposit_percent\nA,SHOP,LAMP,1,0\nB,SHOP,LAMP,1,12.5\n"
    bring_in(store, {**BASIS, "orders": orders}, datetime.date(2026, 2, 1))
    assert [row["deposit_percent"] for row in cells(exported(store, tmp_path / "out")["orders"])] == ["0", "12.5"]
