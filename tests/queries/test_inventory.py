"""Stock by item, and what stands behind its figures."""

import datetime

import pytest
from tests.builders import (
    add_bom,
    add_item,
    add_order,
    add_purchase,
    add_stock,
    add_supplier,
    add_work_order,
    demand_of,
    doing,
    micro,
    need,
    peg,
    reading,
)

from pegboard.queries.inventory import item_key, lot_rows, stock_keys, stock_rows, total_value
from pegboard.queries.stock_movements import (
    Scope,
    claim_keys,
    claims,
    missing,
    missing_keys,
    movement_keys,
    movements,
    supplies,
    supply_keys,
    surplus_to_come,
)
from pegboard.services.inventory import adjust
from pegboard.storage.rows import add, run
from pegboard.storage.store import Reading, Store
from pegboard.storage.tables.inventory import Buffer

TODAY = datetime.date(2026, 1, 5)


@pytest.fixture
def shop(store: Store) -> Store:
    """Tubes: 10 at MAIN of which 4 are for a job, 3 in quarantine, 2 expired; 7 to come, of which 5 are wanted."""
    with doing(store) as tx:
        add_item(tx, "LAMP", "make")
        tube = add_item(tx, "TUBE", description="Brass tube")
        add_item(tx, "BULB")
        add_bom(tx, "LAMP", {"TUBE": 1})
        lying = add_stock(tx, "TUBE", 10, unit_cost="1.50", received_on="2025-12-01")
        add_stock(tx, "TUBE", 3, location="QUARANTINE", status="quarantine", unit_cost="1")
        add_stock(tx, "TUBE", 2, location="SHELF", lot="A", expires_on="2026-01-04")
        add(tx, Buffer, item_id=tube, quantity=micro(1))
        add_supplier(tx, "KERN", name="Kern & Sons")
        [line] = add_purchase(tx, "PO-0001", "KERN", [("TUBE", 7, "1.50")])
        add_order(tx, "SO-0001", [("LAMP", 9, "2026-01-20")])
        add_work_order(tx, "WO-0001", "LAMP", 9)
        peg(tx, demand_of(tx, "SO-0001"), 9, work_order="WO-0001")
        wanted = need(tx, "WO-0001", "TUBE", 9)
        peg(tx, wanted, 4, stock=lying)
        peg(tx, wanted, 5, purchase_line=line)
        need(tx, "WO-0001", "BULB", 9)
    return store


def only(view: Reading, code: str):
    """The stock of one item."""
    [row] = stock_rows(view, [item_key(view, code)])
    return row


def test_the_figures_of_an_item_leave_out_what_nobody_can_take(shop: Store) -> None:
    with reading(shop) as view:
        row = only(view, "TUBE")
    assert [str(each) for each in (row.on_hand, row.allocated, row.free, row.on_order, row.short, row.blocked)] == [
        *("15", "4", "5", "7", "0", "5"),
    ]
    assert (str(row.buffer), str(row.value), str(row.unknown)) == ("1", "18.00", "2")
    assert row.oldest == datetime.date(2025, 12, 1)


def test_what_nothing_covers_is_short(shop: Store) -> None:
    with reading(shop) as view:
        assert str(only(view, "BULB").short) == "9"
        [row] = missing(view, missing_keys(view, Scope(item_key(view, "BULB"))))
    assert (row.number, row.kind, row.item, str(row.quantity)) == ("WO-0001", "job", "LAMP", "9")
    assert [top.name for top in row.tops] == ["SO-0001/1"]


@pytest.mark.parametrize(
    ("chip", "codes"),
    [
        ("stock", ["TUBE"]),
        ("short", ["BULB"]),
        ("surplus", ["TUBE"]),
        ("blocked", ["TUBE"]),
        ("no_cost", ["TUBE"]),
        ("all", ["BULB", "LAMP", "TUBE"]),
    ],
)
def test_filters(shop: Store, chip: str, codes: list[str]) -> None:
    with reading(shop) as view:
        assert [row.item for row in stock_rows(view, stock_keys(view, chip))] == codes


def test_words_are_found_in_items_locations_and_lots(shop: Store) -> None:
    with reading(shop) as view:
        for word in ("brass", "shelf", "tub"):
            assert stock_keys(view, "all", (word,)) == [item_key(view, "TUBE")], word
        assert stock_keys(view, "all", ("brass", "bulb")) == []


def test_each_column_orders_both_ways(shop: Store) -> None:
    with reading(shop) as view:
        for column in ("item", "on_hand", "allocated", "free", "on_order", "short", "value", "oldest", "state"):
            up, down = stock_keys(view, "all", (), column), stock_keys(view, "all", (), column, True)
            assert sorted(up) == sorted(down)
        assert stock_keys(view, "all", (), "on_hand", True)[0] == item_key(view, "TUBE")


def test_lots_say_what_is_free_of_them(shop: Store) -> None:
    with reading(shop) as view:
        lots = lot_rows(view, item_key(view, "TUBE"))
        assert total_value(view) == only(view, "TUBE").value
    assert [(lot.name, str(lot.quantity), str(lot.pegged), str(lot.free), lot.is_expired) for lot in lots] == [
        ("STOCK:MAIN:TUBE", "10", "4", "6", False),
        ("STOCK:QUARANTINE:TUBE", "3", "0", "0", False),
        ("STOCK:SHELF:TUBE:A", "2", "0", "0", True),
    ]


def test_the_ledger_adds_up_to_what_is_on_hand(shop: Store) -> None:
    with doing(shop) as tx:
        adjust(tx, "TUBE", counted=only(tx, "LAMP").on_hand, reason="Flooded")
    with reading(shop) as view:
        scope = Scope(item_key(view, "TUBE"))
        entries = movements(view, scope, movement_keys(view, scope))
        main = Scope(scope.item_key, lot_rows(view, scope.item_key)[0].key)
        assert [str(each.balance) for each in entries] == ["5", "15", "13", "10"]
        assert (str(entries[0].quantity), entries[0].reason, entries[0].actor) == ("-10", "Flooded", "Ann")
        assert movement_keys(view, scope, ("flood",)) == [entries[0].key]
        assert len(movements(view, main, movement_keys(view, main))) == 1


def test_stock_says_whose_it_is_and_supply_how_much_is_wanted(shop: Store) -> None:
    with reading(shop) as view:
        scope = Scope(item_key(view, "TUBE"))
        [claim] = claims(view, claim_keys(view, scope))
        [supply] = supplies(view, scope, supply_keys(view, scope))
    assert (claim.number, str(claim.quantity), claim.location) == ("WO-0001", "4", "MAIN")
    assert (supply.number, supply.source, str(supply.quantity), str(supply.surplus)) == (
        *("PO-0001/1", "Kern & Sons", "7", "2"),
    )


def test_what_nobody_wants_of_what_is_to_come_has_its_reason(shop: Store) -> None:
    with doing(shop) as tx:
        run(tx, "UPDATE purchase_line SET surplus_reason = 'minimum'")
    with reading(shop) as view:
        [(reason, quantity)] = surplus_to_come(view, item_key(view, "TUBE"))
    assert (reason, str(quantity)) == ("minimum", "2")
