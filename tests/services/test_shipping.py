"""What leaves for customers: several lines on one slip, what was counted on the way, and goods that come back."""

import pytest
from tests.builders import add_customer, add_item, add_order, add_stock, doing, quantity, reading
from tests.services.shop import require_whole

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.services.changes import change_line
from pegboard.services.explosion import explode
from pegboard.services.inventory import adjust
from pegboard.services.money.invoicing import invoice
from pegboard.services.returns import take_back
from pegboard.services.shipping import lines_to_ship, ship_lines
from pegboard.storage.rows import number, run
from pegboard.storage.store import Store


@pytest.fixture
def shop(store: Store) -> Store:
    """An order of 5 lamps, of which 3 are here, and 4 bulbs, which are all here."""
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_item(tx, "LAMP")
        add_item(tx, "BULB")
        add_item(tx, "SERIAL", tracking="serial")
        add_stock(tx, "LAMP", 3, unit_cost=4)
        add_stock(tx, "BULB", 4, unit_cost=1)
        add_order(tx, "SO-1", [("LAMP", 5, "2026-02-02"), ("BULB", 4, "2026-02-02"), ("SERIAL", 1, "2026-02-02")])
        explode(tx)
    return store


def on_hand(shop: Store, item: str) -> int:
    with reading(shop) as view:
        statement = "SELECT sum(quantity) FROM stock s JOIN item i ON i.item_id = s.item_id WHERE i.code = ?"
        return number(view, statement, item) // 1_000_000


def test_the_open_lines_say_what_is_ready(shop: Store) -> None:
    with reading(shop) as view:
        found = [(line.name, str(line.open), str(line.ready)) for line in lines_to_ship(view, "SO-1")]
    assert found == [("SO-1/1", "5", "3"), ("SO-1/2", "4", "4"), ("SO-1/3", "1", "0")]


def test_several_lines_leave_on_one_packing_slip(shop: Store) -> None:
    with doing(shop) as tx:
        shipped = ship_lines(tx, {"SO-1/1": quantity(2), "SO-1/2": quantity(4), "SO-1/3": quantity(0)}, carrier="DHL")
    assert [(each.line, str(each.quantity), str(each.to_follow)) for each in shipped.lines] == [
        ("SO-1/1", "2", "3"),
        ("SO-1/2", "4", "0"),
    ]
    with reading(shop) as view:
        assert number(view, "SELECT count(*) FROM shipment WHERE carrier = 'DHL'") == 1
    require_whole(shop)


def test_more_than_the_books_know_is_refused_unless_it_was_counted(shop: Store) -> None:
    with doing(shop) as tx, pytest.raises(Refused, match="only 3 are pegged to it and in stock"):
        ship_lines(tx, {"SO-1/1": quantity(5)})
    with doing(shop) as tx:
        ship_lines(tx, {"SO-1/1": quantity(5)}, counted=True)
    assert on_hand(shop, "LAMP") == 0
    with reading(shop) as view:
        booked = "SELECT count(*) FROM ledger_entry WHERE reason = 'counted to ship SO-1/1' AND quantity = 2000000"
        assert number(view, booked) == 1
    require_whole(shop)


def test_free_goods_that_lie_there_are_not_counted_twice(shop: Store) -> None:
    with doing(shop) as tx:
        adjust(tx, "LAMP", by=quantity(1), reason="found")
    with doing(shop) as tx:
        ship_lines(tx, {"SO-1/1": quantity(5)}, counted=True)
    assert on_hand(shop, "LAMP") == 0
    require_whole(shop)


def test_serial_numbers_are_not_counted_on_the_way(shop: Store) -> None:
    with doing(shop) as tx, pytest.raises(Refused, match="it has lots or options, or is a kit"):
        ship_lines(tx, {"SO-1/3": quantity(1)}, counted=True)
    with doing(shop) as tx, pytest.raises(InvalidInput, match="Nothing would be shipped"):
        ship_lines(tx, {"SO-1/1": quantity(0)})


def test_goods_that_come_back_for_scrap_leave_the_stock_again(shop: Store) -> None:
    with doing(shop) as tx:
        ship_lines(tx, {"SO-1/2": quantity(4)})
        back = take_back(tx, "SO-1/2", quantity(3), reason="broken", scrap=True)
    assert (str(back.quantity), str(back.to_follow)) == ("3", "0")
    assert on_hand(shop, "BULB") == 0
    with reading(shop) as view:
        assert number(view, "SELECT sum(quantity) FROM ledger_entry WHERE kind = 'scrap'") == -3_000_000
    require_whole(shop)


def test_a_line_raised_after_its_invoice_is_to_be_invoiced_again(shop: Store) -> None:
    with doing(shop) as tx:
        run(tx, "UPDATE order_line SET unit_price = 9000000")
        ship_lines(tx, {"SO-1/1": quantity(3)})
        invoice(tx, "SO-1")
        take_back(tx, "SO-1/1", quantity(1), reason="broken", replace=True)
        change_line(tx, "SO-1/1", quantity=quantity(3))
        assert number(tx, "SELECT count(*) FROM order_line WHERE invoiced_on IS NOT NULL") == 1
        change_line(tx, "SO-1/1", quantity=quantity(5))
        assert number(tx, "SELECT count(*) FROM order_line WHERE invoiced_on IS NOT NULL") == 0
    require_whole(shop)
