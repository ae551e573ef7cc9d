"""Goods that a customer returns."""

import pytest
from tests.builders import add_bom, add_customer, add_item, add_order, add_stock, doing, quantity, reading
from tests.services.shop import on_hand, require_whole

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.queries.valuation import stock_value
from pegboard.services.changes import change_line
from pegboard.services.explosion import explode
from pegboard.services.returns import take_back
from pegboard.services.shipping import ship
from pegboard.storage.rows import rows
from pegboard.storage.store import Store


@pytest.fixture
def shipped(store: Store) -> Store:
    """6 of 10 lamps were shipped; they had cost 4 each."""
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_item(tx, "LAMP")
        add_stock(tx, "LAMP", 6, unit_cost=4)
        add_order(tx, "SO-1", [("LAMP", 10, None)])
        explode(tx)
        ship(tx, "SO-1")
    return store


def test_returned_goods_are_stock_again_at_what_they_cost(shipped: Store) -> None:
    with doing(shipped) as tx:
        take_back(tx, "SO-1/1", quantity(2), reason="wrong colour")
    with reading(shipped) as view:
        assert (on_hand(view, "LAMP"), str(stock_value(view))) == ("2", "8")
        assert rows(view, "SELECT quantity, shipped_quantity FROM order_line") == [(8_000_000, 4_000_000)]
        assert rows(view, "SELECT quantity, returned_quantity FROM shipment_line") == [(6_000_000, 2_000_000)]
    require_whole(shipped)


def test_goods_to_be_replaced_are_open_again(shipped: Store) -> None:
    with doing(shipped) as tx:
        take_back(tx, "SO-1/1", quantity(2), reason="broken", replace=True, quarantine=True)
        explode(tx)
    with reading(shipped) as view:
        assert (on_hand(view, "LAMP"), on_hand(view, "LAMP", "QUARANTINE")) == ("0", "2")
        assert rows(view, "SELECT quantity, shipped_quantity FROM order_line") == [(10_000_000, 4_000_000)]
    require_whole(shipped)


def test_after_the_return_the_order_can_be_smaller(shipped: Store) -> None:
    with doing(shipped) as tx, pytest.raises(Refused, match="return of 1 first"):
        change_line(tx, "SO-1/1", quantity=quantity(5))
    with doing(shipped) as tx:
        take_back(tx, "SO-1/1", quantity(1), reason="not wanted")
        change_line(tx, "SO-1/1", quantity=quantity(5))
    with reading(shipped) as view:
        assert rows(view, "SELECT status, shipped_quantity FROM order_line") == [("shipped", 5_000_000)]
    require_whole(shipped)


def test_all_of_a_kit_comes_back(store: Store) -> None:
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_item(tx, "KIT", "phantom")
        add_item(tx, "PATCH")
        add_item(tx, "GLUE")
        add_bom(tx, "KIT", {"PATCH": 3, "GLUE": 1})
        add_stock(tx, "PATCH", 9)
        add_stock(tx, "GLUE", 3)
        add_order(tx, "SO-1", [("KIT", 3, None)])
        explode(tx)
        ship(tx, "SO-1")
        take_back(tx, "SO-1/1", quantity(3), reason="not wanted")
    with reading(store) as view:
        assert (on_hand(view, "PATCH"), on_hand(view, "GLUE")) == ("9", "3")
        assert rows(view, "SELECT status FROM order_line") == [("cancelled",)]
    require_whole(store)


def test_no_more_comes_back_than_has_left(shipped: Store) -> None:
    with doing(shipped) as tx, pytest.raises(Refused, match="Only 6"):
        take_back(tx, "SO-1/1", quantity(7), reason="broken")
    with doing(shipped) as tx, pytest.raises(InvalidInput, match="reason"):
        take_back(tx, "SO-1/1", quantity(1), reason="")
