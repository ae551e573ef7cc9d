"""What the list of purchase orders and their lines show."""

import pytest
from tests.builders import (
    TODAY,
    add_bom,
    add_item,
    add_order,
    add_purchase,
    add_supplier,
    add_supplier_item,
    add_work_order,
    day,
    demand_of,
    doing,
    need,
    peg,
    quantity,
    reading,
)

from pegboard.domain.quantity import Money, Price
from pegboard.queries.purchase_line import line_detail
from pegboard.queries.purchasing import line_keys, lines, order_detail, order_key, order_keys, orders
from pegboard.services.purchasing import receive
from pegboard.storage.store import Store


@pytest.fixture
def shop(store: Store) -> Store:
    """A draft at Kern: 7 tubes of which a job for SO-0001 wants 5, and bulbs without a price; a sent order at Voss."""
    with doing(store) as tx:
        add_item(tx, "LAMP", "make")
        add_item(tx, "TUBE", description="Brass tube")
        add_item(tx, "BULB")
        add_bom(tx, "LAMP", {"TUBE": 1})
        add_supplier(tx, "VOSS", name="Voss Metals")
        add_supplier(tx, "KERN", name="Kern", email="orders@kern.example")
        add_supplier_item(tx, "KERN", "TUBE", breaks={0: "1.50", 10: "1.00"}, minimum_quantity=7)
        [tube, _bulb] = add_purchase(
            tx,
            "PO-0001",
            "KERN",
            [("TUBE", 7, "1.505"), ("BULB", 3, None)],
            state="draft",
            order_by_date=day("2026-01-05"),
        )
        add_purchase(tx, "PO-0002", "VOSS", [("TUBE", 4, "2")])
        add_order(tx, "SO-0001", [("LAMP", 5, "2026-01-19")])
        add_work_order(tx, "WO-0001", "LAMP", 5)
        peg(tx, demand_of(tx, "SO-0001"), 5, work_order="WO-0001")
        peg(tx, need(tx, "WO-0001", "TUBE", 5, need_date=day("2026-01-14")), 5, purchase_line=tube)
        tx.connection.exec_driver_sql("UPDATE purchase_line SET surplus_reason = 'minimum' WHERE line = 1")
    return store


def the_lines(store: Store, number: str = "PO-0001"):
    with reading(store) as view:
        return lines(view, line_keys(view, order_key(view, number)))


def numbers(store: Store, chip: str = "open", words: tuple[str, ...] = (), sort: str = "", today=TODAY) -> list[str]:
    with reading(store, today) as view:
        return [row.number for row in orders(view, order_keys(view, chip, words, sort))]


def test_drafts_come_first(shop: Store) -> None:
    assert numbers(shop) == ["PO-0001", "PO-0002"]
    assert numbers(shop, sort="supplier") == ["PO-0001", "PO-0002"]


def test_an_order_tells_its_supplier_amount_and_last_day_to_send(shop: Store) -> None:
    with reading(shop) as view:
        draft, sent = orders(view, order_keys(view))
        detail = order_detail(view, "PO-0001")
    assert (draft.supplier_name, draft.lines, draft.order_by) == ("Kern", 2, TODAY)
    assert draft.amount is None, "the bulbs have no price"
    assert draft.known_amount == Money(1054, "EUR"), "7 x 1.505 = 10.535, rounded half up"
    assert (sent.amount, sent.order_by) == (Money(800, "EUR"), None)
    assert detail is not None
    assert detail.email == "orders@kern.example"


def test_filters_show_what_must_be_ordered_and_what_is_overdue(shop: Store) -> None:
    assert numbers(shop, "today") == ["PO-0001"]
    assert numbers(shop, "draft") == ["PO-0001"]
    assert numbers(shop, "overdue") == []
    assert numbers(shop, "overdue", today=day("2026-01-13")) == ["PO-0002"]
    assert numbers(shop, "closed") == []


@pytest.mark.parametrize(("word", "found"), [("voss", ["PO-0002"]), ("bulb", ["PO-0001"]), ("po-0002", ["PO-0002"])])
def test_an_order_is_found_by_number_supplier_and_item(shop: Store, word: str, found: list[str]) -> None:
    assert numbers(shop, "all", (word,)) == found


def test_a_line_names_who_claims_it_and_what_is_nobodys(shop: Store) -> None:
    tube, bulb = the_lines(shop)
    assert (tube.name, tube.pegged, tube.surplus, tube.surplus_reason) == (
        "PO-0001/1",
        quantity(5),
        quantity(2),
        "minimum",
    )
    assert (tube.wanted_by, tube.wanted_count, tube.needed) == (("WO-0001",), 1, day("2026-01-14"))
    assert (tube.unit_price, tube.amount) == (Price.parse("1.505"), Money(1054, "EUR"))
    assert (bulb.unit_price, bulb.amount, bulb.wanted_by) == (None, None, ())


def test_the_claims_of_a_line_lead_to_the_customers_order(shop: Store) -> None:
    with reading(shop) as view:
        detail = line_detail(view, the_lines(shop)[0].key)
    [claim] = detail.claims
    assert (claim.kind, claim.number, claim.item, claim.quantity) == ("job", "WO-0001", "LAMP", quantity(5))
    assert [puller.name for puller in claim.demands] == ["SO-0001/1"]


def test_the_next_price_break_is_a_hint_while_the_order_is_a_draft(shop: Store) -> None:
    with reading(shop) as view:
        cheaper = line_detail(view, the_lines(shop)[0].key).cheaper
        assert line_detail(view, the_lines(shop, "PO-0002")[0].key).cheaper is None
    assert cheaper is not None
    assert (cheaper.quantity, cheaper.unit_price) == (quantity(10), Price.parse("1"))
    assert cheaper.saving == Money(50, "EUR"), "7 x 1.50 = 10.50 against 10 x 1.00"


def test_receipts_stand_with_their_line(shop: Store) -> None:
    with doing(shop) as tx:
        receive(tx, "PO-0002/1", quantity(3))
    [line] = the_lines(shop, "PO-0002")
    assert (line.received, line.open) == (quantity(3), quantity(1))
    with reading(shop) as view:
        [receipt] = line_detail(view, line.key).receipts
    assert (receipt.quantity, receipt.location, receipt.received_by) == (quantity(3), "MAIN", "Ann")


def test_amounts_too_large_for_the_database_stay_exact(shop: Store) -> None:
    with doing(shop) as tx:
        add_purchase(tx, "PO-0003", "VOSS", [("TUBE", "9999999", "12345.678901")])
    with reading(shop) as view:
        [row] = orders(view, [order_key(view, "PO-0003")])
    assert row.amount == Money(12345677666432, "EUR")
