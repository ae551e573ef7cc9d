"""Stock counts: blind, while goods move on, and booked in one go."""

import pytest
from tests.builders import (
    add_item,
    add_location,
    add_order,
    add_stock,
    demand_of,
    doing,
    peg,
    quantity,
    reading,
)
from tests.services.shop import on_hand, require_whole

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.queries.counts import count_lines, count_rows
from pegboard.services.counts import approve_count, cancel_count, count_again, enter_count, start_count
from pegboard.services.inventory import transfer
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Store


@pytest.fixture
def shelves(store: Store) -> Store:
    """20 bolts on SHELF, 8 of them for SO-1, 5 nuts in MAIN, and 3 m of cord in lot C1."""
    with doing(store) as tx:
        add_item(tx, "BOLT")
        add_item(tx, "NUT")
        add_item(tx, "CORD", unit="m", tracking="lot")
        add_location(tx, "SHELF")
        add_order(tx, "SO-1", [("BOLT", 8, None)])
        peg(tx, demand_of(tx, "SO-1"), 8, stock=add_stock(tx, "BOLT", 20, location="SHELF", unit_cost=2))
        add_stock(tx, "NUT", 5, unit_cost="0.5")
        add_stock(tx, "CORD", 3, lot="C1", unit_cost=1)
    return store


def test_a_count_books_all_differences_in_one_go(shelves: Store) -> None:
    with doing(shelves) as tx:
        count = start_count(tx)
        enter_count(tx, count, "BOLT", quantity(17), "SHELF", person="Bob")
        enter_count(tx, count, "NUT", quantity(6))
        enter_count(tx, count, "CORD", quantity(3), lot="C1")
    with reading(shelves) as view:
        assert on_hand(view, "BOLT", "SHELF") == "20", "nothing is booked before it is approved"
        lines = {line.item: (str(line.difference), line.counted_by) for line in count_lines(view, count)}
    assert lines == {"BOLT": ("-3", "Bob"), "NUT": ("1", "Ann"), "CORD": ("0", "Ann")}
    with doing(shelves) as tx:
        booked = approve_count(tx, count, reason="year's end")
    assert [(line.stock, str(line.after)) for line in booked.lines] == [
        ("STOCK:MAIN:NUT", "6"),
        ("STOCK:SHELF:BOLT", "17"),
    ]
    with reading(shelves) as view:
        entries = rows(view, "SELECT kind, quantity, document FROM ledger_entry WHERE document = ?", count)
    assert sorted(tuple(row) for row in entries) == [("count", -3_000_000, "CT-0001"), ("count", 1_000_000, "CT-0001")]
    require_whole(shelves)


def test_who_had_what_is_not_there_is_named(shelves: Store) -> None:
    with doing(shelves) as tx:
        count = start_count(tx, ["SHELF"])
        enter_count(tx, count, "BOLT", quantity(6), "SHELF")
        booked = approve_count(tx, count)
    assert [(loss.demand, str(loss.quantity)) for loss in booked.short] == [("SO-1/1", "2")]
    require_whole(shelves)


def test_goods_move_on_while_others_count(shelves: Store) -> None:
    with doing(shelves) as tx:
        count = start_count(tx, ["SHELF"])
        enter_count(tx, count, "BOLT", quantity(19), "SHELF")
        transfer(tx, "BOLT", "SHELF", "MAIN", quantity(10))
        approve_count(tx, count)
    with reading(shelves) as view:
        assert (on_hand(view, "BOLT", "SHELF"), on_hand(view, "BOLT", "MAIN")) == ("9", "10")


def test_what_left_after_it_was_not_found_is_counted_again(shelves: Store) -> None:
    with doing(shelves) as tx:
        count = start_count(tx, ["SHELF"])
        enter_count(tx, count, "BOLT", quantity(2), "SHELF")
        transfer(tx, "BOLT", "SHELF", "MAIN", quantity(10))
    with pytest.raises(Refused, match="left the place after it was counted"), doing(shelves) as tx:
        approve_count(tx, count)
    with doing(shelves) as tx:
        count_again(tx, count, "BOLT", "SHELF")
        enter_count(tx, count, "BOLT", quantity(2), "SHELF")
        approve_count(tx, count)
    with reading(shelves) as view:
        assert on_hand(view, "BOLT", "SHELF") == "2"
    require_whole(shelves)


def test_what_nobody_expected_joins_the_count(shelves: Store) -> None:
    with doing(shelves) as tx:
        count = start_count(tx, ["MAIN"], ["NUT"])
        enter_count(tx, count, "NUT", quantity(5))
        enter_count(tx, count, "CORD", quantity("1.5"), "SHELF", lot="C9")
        approve_count(tx, count)
    with reading(shelves) as view:
        assert number(view, "SELECT quantity FROM stock WHERE lot = 'C9'") == 1_500_000
        assert [(row.number, row.state, row.places, row.differ) for row in count_rows(view)] == [
            ("CT-0001", "done", 2, 1)
        ]
    require_whole(shelves)


def test_places_that_were_not_counted_stay_as_they_are_only_when_told(shelves: Store) -> None:
    with doing(shelves) as tx:
        count = start_count(tx)
        enter_count(tx, count, "NUT", quantity(4))
    with pytest.raises(Refused, match="2 of 3 places of CT-0001 are not counted"), doing(shelves) as tx:
        approve_count(tx, count)
    with doing(shelves) as tx:
        approve_count(tx, count, leave_uncounted=True)
    with reading(shelves) as view:
        assert (on_hand(view, "NUT"), on_hand(view, "BOLT", "SHELF")) == ("4", "20")


def test_impossible_counts_are_refused(shelves: Store) -> None:
    with doing(shelves) as tx:
        count = start_count(tx)
    for item, amount, lot in (("NUT", "1.5", ""), ("NUT", -1, ""), ("CORD", 1, ""), ("NUT", 1, "L")):
        with pytest.raises(InvalidInput), doing(shelves) as tx:
            enter_count(tx, count, item, quantity(amount), lot=lot)


def test_a_place_is_on_one_open_count_alone(shelves: Store) -> None:
    with doing(shelves) as tx:
        count = start_count(tx, ["SHELF"])
    with pytest.raises(Refused, match="BOLT at SHELF is on count CT-0001"), doing(shelves) as tx:
        start_count(tx)
    with doing(shelves) as tx:
        cancel_count(tx, count)
        assert start_count(tx) == "CT-0002"
    with pytest.raises(Refused, match="has ended"), doing(shelves) as tx:
        enter_count(tx, count, "BOLT", quantity(1), "SHELF")
    require_whole(shelves)
