"""The list of orders as it is filtered, sorted and summed in the file."""

import json

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
    doing,
    micro,
    quantity,
    reading,
)

from pegboard.queries.order_detail import order_detail
from pegboard.queries.order_lookups import entry_facts, last_prices
from pegboard.queries.order_preview import preview_of
from pegboard.queries.orders import OrderState, order_counts, order_keys, order_rows
from pegboard.services import explosion, orders
from pegboard.services.explosion import TypedLine
from pegboard.services.production import complete
from pegboard.services.release import release_work_order


@pytest.fixture
def shop(store):
    """A lamp of a base that is made here and a bulb; two operations each; today is Monday, 5 January."""
    with doing(store) as tx:
        for code in ("LAMP", "BASE"):
            add_item(tx, code, "make", lead_time_days=1)
        add_item(tx, "PLATE")
        add_item(tx, "BULB")
        add_bom(tx, "BASE", {"PLATE": 1})
        add_bom(tx, "LAMP", {"BASE": 1, "BULB": 1})
        add_work_center(tx, "BENCH")
        for code in ("LAMP", "BASE"):
            add_operation(tx, code, 10, work_center="BENCH")
            add_operation(tx, code, 20, work_center="BENCH")
        add_stock(tx, "PLATE", 100)
        add_stock(tx, "BULB", 100)
        add_customer(tx, "ZIN", name="Zinnia & Co")
        add_customer(tx, "DEPO", name="Depositors", deposit_percent=micro(30))
    return store


def keys(store, chip="all", *words, sort="", descending=False):
    with reading(store) as view:
        return order_keys(view, chip, words, sort, descending=descending)


def row(store, number):
    with reading(store) as view:
        return order_rows(view, [number])[0]


def test_open_orders_come_by_due_date_then_those_without_and_history_last(shop):
    with doing(shop) as tx:
        add_order(tx, "SO-1", [("LAMP", 1, None)])
        add_order(tx, "SO-2", [("LAMP", 1, "2026-02-02")])
        add_order(tx, "SO-3", [("LAMP", 1, "2026-01-20")])
        add_order(tx, "SO-4", [("LAMP", 1, "2025-12-01")], status="closed")
    assert keys(shop) == ("SO-3", "SO-2", "SO-1", "SO-4")
    assert keys(shop, "open") == ("SO-3", "SO-2", "SO-1")


def test_numbers_sort_as_numbers(shop):
    with doing(shop) as tx:
        for number in ("SO-10", "SO-9", "SO-100"):
            add_order(tx, number, [("LAMP", 1, None)])
    assert keys(shop, sort="number") == ("SO-9", "SO-10", "SO-100")
    assert keys(shop, sort="number", descending=True) == ("SO-100", "SO-10", "SO-9")


def test_every_word_must_be_found_in_number_customer_reference_or_item(shop):
    with doing(shop) as tx:
        add_order(tx, "SO-1", [("LAMP", 1, None)], customer_reference="PO 100%")
        add_order(tx, "SO-2", [("BULB", 1, None)], customer="DEPO")
    assert keys(shop, "open", "zinnia", "lamp") == ("SO-1",)
    assert keys(shop, "open", "bulb") == ("SO-2",)
    assert keys(shop, "open", "100%") == ("SO-1",)
    assert keys(shop, "open", "lamp", "depo") == ()


def test_filters_count_what_they_show(shop):
    with doing(shop) as tx:
        add_order(tx, "SO-1", [("LAMP", 1, "2026-01-02")])
        add_order(tx, "SO-2", [("LAMP", 1, None)], status="quote")
        add_order(tx, "SO-3", [("LAMP", 1, None)], customer="DEPO")
        add_order(tx, "SO-4", [("LAMP", 1, None)], status="shipped")
        orders.save_draft(tx, {"customer": "ZIN", "lines": [{"item": "LAMP"}]})
    with reading(shop) as view:
        counts = order_counts(view)
    assert counts == {"open": 4, "late": 1, "quotes": 1, "deposit": 1, "drafts": 1, "all": 5}
    assert {chip: len(keys(shop, chip)) for chip in counts} == counts


def test_a_draft_stands_before_the_orders_as_it_was_typed(shop):
    with doing(shop) as tx:
        add_order(tx, "SO-1", [("LAMP", 1, None)])
        cells = {"customer": "ZIN", "reference": "A1", "due": "2026-02-02", "lines": [{"item": "LAMP"}]}
        draft_id = orders.save_draft(tx, cells)
    assert keys(shop, "open") == (f"draft:{draft_id}", "SO-1")
    found = row(shop, f"draft:{draft_id}")
    assert (found.state, found.customer, found.reference, found.lines) == (OrderState.DRAFT, "Zinnia & Co", "A1", 1)


def test_a_draft_that_cannot_be_read_is_shown_as_an_empty_one(shop):
    with doing(shop) as tx:
        draft_id = orders.save_draft(tx, {})
        tx.connection.exec_driver_sql("UPDATE order_draft SET cells = ?", (json.dumps([1])[:-1],))
    assert row(shop, f"draft:{draft_id}").lines == 0


def test_progress_grows_from_the_first_operation_to_the_last_and_never_runs_back(shop):
    with doing(shop) as tx:
        add_order(tx, "SO-1", [("LAMP", 2, "2026-02-02")])
        explosion.explode(tx)
    seen = [row(shop, "SO-1")]
    numbers = {}
    with reading(shop) as view:
        [lamp] = order_detail(view, "SO-1").lines[0].pulls
        numbers["LAMP"] = lamp.covers[0].number
        numbers["BASE"] = next(pull for pull in lamp.covers[0].pulls if pull.item == "BASE").covers[0].number
    for item in ("BASE", "LAMP"):
        with doing(shop) as tx:
            release_work_order(tx, numbers[item])
            complete(tx, numbers[item], quantity(2))
        seen.append(row(shop, "SO-1"))
    assert [(each.operations_done, each.operations) for each in seen] == [(0, 4), (2, 4), (4, 4)]
    assert [each.state for each in seen] == [OrderState.WAITING, OrderState.IN_PROGRESS, OrderState.READY]


def test_a_part_that_nothing_covers_makes_the_order_short(shop):
    with doing(shop) as tx:
        add_item(tx, "GLASS")
        add_order(tx, "SO-1", [("GLASS", 3, None)])
        explosion.explode(tx)
    assert row(shop, "SO-1").state is OrderState.SHORT
    with reading(shop) as view:
        [pull] = order_detail(view, "SO-1").lines[0].pulls
    assert [(cover.kind, str(cover.quantity)) for cover in pull.covers] == [("short", "3")]


def test_the_preview_leaves_nothing_behind_and_says_when_it_can_ship(shop):
    with doing(shop) as tx:
        add_item(tx, "SHADE")
        add_item(tx, "KIT", "phantom")
        add_bom(tx, "KIT", {"SHADE": 1})
        add_supplier(tx, "KERN", lead_time_days=5)
        add_supplier_item(tx, "KERN", "SHADE", 10, minimum_quantity=4)
    with reading(shop) as view:
        items = entry_facts(view).items
        typed = (TypedLine(items["KIT"].item_id, 3_000_000, view.today),)
        computed = explosion.preview_draft(view, typed)
        preview = preview_of(view, computed.snapshot, computed.plan)
    [(place, promise)] = preview.promises
    assert (place, str(promise.ready), promise.is_late) == (1, "2026-01-12", True)
    [kit] = preview.pulls
    assert [(part.item, part.covers[0].supplier) for part in kit.parts] == [("SHADE", "KERN")]
    assert [str(amount) for amount in preview.amounts] == ["40.00"]
    assert [(each.item, str(each.quantity), each.reason) for each in preview.surplus] == [("SHADE", "1", "minimum")]
    with reading(shop) as view:
        assert view.connection.exec_driver_sql("SELECT count(*) FROM purchase_line").scalar() == 0


def test_the_last_price_of_a_customer_is_the_newest_without_options(shop):
    with doing(shop) as tx:
        for number, price, day in (("SO-1", 10, "2025-01-02"), ("SO-2", 12, "2025-06-02")):
            add_order(tx, number, [("BULB", 1, day)], status="closed", order_date=tx.today)
            tx.connection.exec_driver_sql(
                "UPDATE order_line SET unit_price = ? WHERE order_id = (SELECT max(order_id) FROM customer_order)",
                (micro(price),),
            )
    with reading(shop) as view:
        assert {code: str(price) for code, price in last_prices(view, "ZIN").items()} == {"BULB": "12"}
        assert last_prices(view, "DEPO") == {}


def test_history_does_not_take_one_number_for_another(shop):
    with doing(shop) as tx:
        add_order(tx, "SO-1", [("BULB", 1, None)])
        add_order(tx, "SO-10", [("BULB", 1, None)], status="quote")
        orders.confirm_quote(tx, "SO-10")
    with reading(shop) as view:
        assert order_detail(view, "SO-1").history == ()
        assert len(order_detail(view, "SO-10").history) == 1
