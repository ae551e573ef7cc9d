"""Stock: corrected, moved, quarantined, valued first in first out, and never below zero."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.builders import add_item, add_location, add_order, add_stock, demand_of, doing, peg, quantity, reading
from tests.services.shop import on_hand, require_whole

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.portions import layers_worth, used_up, value_of
from pegboard.queries.valuation import stock_valuation, stock_value
from pegboard.services.inventory import add_location as make_location
from pegboard.services.inventory import adjust, set_status, transfer
from pegboard.services.movements import Movement, place, put_in, take_out
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Store


@pytest.fixture
def shelf(store: Store) -> Store:
    """10 bolts at 2, of which SO-1 (due 12 January) has 4 and SO-2 (due 9 January) 3."""
    with doing(store) as tx:
        add_item(tx, "BOLT", standard_cost=3)
        stock = add_stock(tx, "BOLT", 10, unit_cost=2)
        for order, bolts, due in (("SO-1", 4, "2026-01-12"), ("SO-2", 3, "2026-01-09")):
            add_order(tx, order, [("BOLT", bolts, due)])
            peg(tx, demand_of(tx, order), bolts, stock=stock)
    return store


def test_a_count_books_the_difference(shelf: Store) -> None:
    with doing(shelf) as tx:
        done = adjust(tx, "BOLT", counted=quantity(12), reason="counted")
    assert (str(done.before), str(done.after)) == ("10", "12")
    with reading(shelf) as view:
        assert rows(view, "SELECT kind, quantity, value, reason FROM ledger_entry ORDER BY ledger_entry_id DESC")[
            0
        ] == ("count", 2_000_000, 4_000_000, "counted")
    require_whole(shelf)


def test_what_is_not_there_takes_the_pegs_of_the_latest_need_and_says_so(shelf: Store) -> None:
    with doing(shelf) as tx:
        done = adjust(tx, "BOLT", by=quantity(-5), reason="rusty")
    assert [(each.demand, str(each.quantity)) for each in done.short] == [("SO-1/1", "2")]
    with reading(shelf) as view:
        assert on_hand(view, "BOLT") == "5"
        assert (
            "Short again: 2 BOLT (SO-1/1)"
            in rows(view, "SELECT note FROM audit_entry ORDER BY audit_entry_id DESC")[0].note
        )
    require_whole(shelf)


def test_on_hand_never_goes_below_zero(shelf: Store) -> None:
    with doing(shelf) as tx, pytest.raises(Refused, match="Only 10 BOLT"):
        adjust(tx, "BOLT", by=quantity(-11), reason="rusty")
    with doing(shelf) as tx, pytest.raises(InvalidInput, match="whole units"):
        adjust(tx, "BOLT", counted=quantity("1.5"), reason="counted")
    with doing(shelf) as tx, pytest.raises(InvalidInput, match="needs a reason"):
        adjust(tx, "BOLT", counted=quantity(1), reason="")


def test_goods_that_were_found_get_a_place_and_the_standard_cost(shelf: Store) -> None:
    with doing(shelf) as tx:
        make_location(tx, "SHELF2")
        adjust(tx, "BOLT", "SHELF2", counted=quantity(4), reason="found")
    with reading(shelf) as view:
        assert on_hand(view, "BOLT", "SHELF2") == "4"
        assert str(stock_value(view)) == "32"
    require_whole(shelf)


def test_free_goods_move_first_and_the_earliest_need_stays(shelf: Store) -> None:
    with doing(shelf) as tx:
        add_location(tx, "LINE")
        transfer(tx, "BOLT", "MAIN", "LINE", quantity(5))
    with reading(shelf) as view:
        found = rows(
            view,
            "SELECT l.code, d.name, p.quantity FROM peg p JOIN stock s ON s.stock_id = p.stock_id JOIN location l"
            " ON l.location_id = s.location_id JOIN requirement r ON r.requirement_id = p.requirement_id"
            " JOIN demand d ON d.demand_id = r.demand_id ORDER BY 1, 2",
        )
        assert [tuple(row) for row in found] == [
            ("LINE", "SO-1/1", 2_000_000),
            ("MAIN", "SO-1/1", 2_000_000),
            ("MAIN", "SO-2/1", 3_000_000),
        ]
        assert str(stock_value(view)) == "20"
    require_whole(shelf)
    with doing(shelf) as tx, pytest.raises(Refused, match="Only 5 BOLT"):
        transfer(tx, "BOLT", "LINE", "MAIN", quantity(6))
    with doing(shelf) as tx, pytest.raises(NotFound):
        transfer(tx, "BOLT", "QUARANTINE", "MAIN", quantity(1))


def test_quarantined_stock_serves_nobody(shelf: Store) -> None:
    with doing(shelf) as tx:
        short = set_status(tx, "BOLT", "MAIN", "", "quarantine", reason="wrong alloy")
    assert {each.demand for each in short} == {"SO-1/1", "SO-2/1"}
    require_whole(shelf)


def test_stock_is_worth_what_its_layers_cost_first_in_first_out(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "BOLT")
        stock = add_stock(tx, "BOLT", 10, unit_cost=2, received_on="2025-12-01")
        put_in(tx, stock, [(5_000_000, 3_000_000)], Movement("receipt"))
        assert take_out(tx, stock, 12_000_000, Movement("issue")) == [(10_000_000, 2_000_000), (2_000_000, 3_000_000)]
    with reading(store) as view:
        [valued] = stock_valuation(view)
    assert (str(valued.quantity), str(valued.value)) == ("3", "9")
    require_whole(store)


def test_the_ledger_is_never_rewritten(shelf: Store) -> None:
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError, match="append only"), doing(shelf) as tx:
        tx.connection.exec_driver_sql("UPDATE ledger_entry SET quantity = 0")


movements = st.lists(
    st.tuples(st.booleans(), st.integers(1, 10**10), st.one_of(st.none(), st.integers(0, 10**12))),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(movements)
def test_whatever_moves_quantity_and_value_stay_with_their_ledger(
    store: Store, moves: list[tuple[bool, int, int | None]]
) -> None:
    with doing(store) as tx:
        item = number(tx, "SELECT item_id FROM item WHERE code = 'SALT'") or add_item(tx, "SALT", unit="kg")
        stock = place(tx, item, number(tx, "SELECT location_id FROM location"))
        for is_in, amount, cost in moves:
            have = number(tx, "SELECT quantity FROM stock WHERE stock_id = ?", stock)
            if is_in:
                put_in(tx, stock, [(amount, cost)], Movement("receipt"))
            elif min(have, amount):
                take_out(tx, stock, min(have, amount), Movement("issue"))
    require_whole(store)


@example(2_981_906, 31_805)
@given(st.integers(1, 10**13), st.integers(0, 10**15))
def test_layers_hold_exactly_the_value_they_are_made_of(amount: int, value: int) -> None:
    layers = layers_worth(amount, value)
    assert sum(quantity for quantity, _cost in layers) == amount
    lost = value - sum(value_of(quantity, cost) for quantity, cost in layers)
    assert lost == 0 or (amount < 1_000_000 and abs(lost) <= 1)


@given(st.integers(0, 10**12), st.lists(st.integers(1, 10**9), min_size=1, max_size=20), st.sampled_from([1, 10**6]))
def test_back_flush_uses_up_the_whole_in_the_end_and_never_goes_back(total: int, parts: list[int], step: int) -> None:
    total -= total % step
    whole, done, used = sum(parts), 0, 0
    for part in parts:
        done += part
        now = used_up(total, done, whole, step)
        assert used <= now <= total
        assert now % step == 0
        assert now * whole >= total * done
        used = now
    assert used == total
