"""A signed build for stock: the one supply without demand, with who, when and why."""

import datetime

import pytest
from tests.builders import add_customer, add_order, add_stock, doing, quantity, reading
from tests.services.shop import bicycle_shop, require_whole

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.services.changes import cancel
from pegboard.services.explosion import explode
from pegboard.services.stock_builds import build_for_stock
from pegboard.storage.rows import rows
from pegboard.storage.store import Store

WHY = "trade fair in March"


@pytest.fixture
def shop(store: Store) -> Store:
    """The bicycle shop, with two bikes in stock."""
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_stock(tx, "BIKE", 2)
    return store


def jobs(shop: Store) -> list[tuple[str, str, int, str, str]]:
    """Jobs: number, item, quantity, surplus reason, who set the quantity."""
    with reading(shop) as view:
        return [
            (row.number, row.code, row.quantity // 10**6, row.surplus_reason, row.quantity_set_by)
            for row in rows(
                view,
                "SELECT w.*, i.code FROM work_order w JOIN item i ON i.item_id = w.item_id"
                " WHERE w.state <> 'cancelled' ORDER BY w.work_order_id",
            )
        ]


def test_a_build_is_dated_signed_and_has_its_reason(shop: Store) -> None:
    with doing(shop) as tx:
        assert build_for_stock(tx, "BIKE", quantity(3), WHY) == ("WO-0001",)
    first = jobs(shop)[0]
    assert first == ("WO-0001", "BIKE", 3, "stock build", "Ann")
    with reading(shop) as view:
        [signed] = rows(view, "SELECT * FROM stock_build")
        [line] = rows(view, "SELECT * FROM audit_entry ORDER BY audit_entry_id DESC LIMIT 1")
    assert (signed.quantity, signed.reason, signed.signed_by, signed.signed_on, signed.work_order_id) == (
        *(3_000_000, WHY, "Ann"),
        *("2026-01-05", 1),
    )
    assert WHY in line.note
    require_whole(shop)


def test_what_is_below_it_is_pulled_and_pegged(shop: Store) -> None:
    with doing(shop) as tx:
        build_for_stock(tx, "BIKE", quantity(3), WHY)
        below = rows(tx, "SELECT count(*) AS pegs FROM peg")
    assert below[0].pegs > 0
    assert all(reason != "stock build" for _number, item, _quantity, reason, _by in jobs(shop) if item != "BIKE")
    with doing(shop) as tx:
        assert explode(tx).plan.is_empty


def test_a_bought_item_is_bought(shop: Store) -> None:
    with doing(shop) as tx:
        assert build_for_stock(tx, "TUBE", quantity(7), WHY) == ("PO-0001/1",)
        [line] = rows(tx, "SELECT * FROM purchase_line")
    assert (line.surplus_reason, line.quantity_set_by) == ("stock build", "Ann")
    assert line.quantity >= 7_000_000
    require_whole(shop)


def test_a_draft_that_nobody_sent_comes_later_before_anything_is_pegged_to_it(shop: Store) -> None:
    with doing(shop) as tx:
        build_for_stock(tx, "TUBE", quantity(7), WHY)
    asked = "SELECT order_by_date, due_date FROM purchase_line"
    with reading(shop) as view:
        [before] = rows(view, asked)
    with shop.transaction("explode", today=datetime.date(2026, 1, 8)) as tx:
        explode(tx)
        [after] = rows(tx, asked)
    assert before.order_by_date < "2026-01-08" == after.order_by_date
    assert after.due_date > before.due_date


def test_the_first_real_demand_takes_it(shop: Store) -> None:
    with doing(shop) as tx:
        build_for_stock(tx, "BIKE", quantity(3), WHY)
        add_order(tx, "SO-1", [("BIKE", 5, "2026-06-01")])
        explode(tx)
    assert [each for each in jobs(shop) if each[1] == "BIKE"] == [("WO-0001", "BIKE", 3, "", "Ann")]
    require_whole(shop)
    with doing(shop) as tx:
        cancel(tx, "SO-1", decide="keep")
    assert jobs(shop)[0][2] == 3
    require_whole(shop)


def test_without_reason_signature_or_sense_it_is_refused(shop: Store) -> None:
    with doing(shop) as tx, pytest.raises(InvalidInput, match="needs a reason"):
        build_for_stock(tx, "BIKE", quantity(3), " x ")
    with doing(shop, actor="") as tx, pytest.raises(Refused, match="Nobody signs"):
        build_for_stock(tx, "BIKE", quantity(3), WHY)
    with doing(shop) as tx:
        for amount in (0, -1, "1.5"):
            with pytest.raises(InvalidInput):
                build_for_stock(tx, "BIKE", quantity(amount), WHY)
        with pytest.raises(NotFound):
            build_for_stock(tx, "NOTHING", quantity(1), WHY)
        tx.connection.exec_driver_sql("UPDATE item SET active = 0 WHERE code = 'BIKE'")
        with pytest.raises(Refused, match="inactive"):
            build_for_stock(tx, "BIKE", quantity(1), WHY)
    assert jobs(shop) == []


def test_what_nobody_makes_or_sells_cannot_be_built(shop: Store) -> None:
    with doing(shop, today=datetime.date(2026, 1, 6)) as tx:
        tx.connection.exec_driver_sql("DELETE FROM price_break")
        tx.connection.exec_driver_sql("DELETE FROM supplier_item")
        with pytest.raises(Refused, match="neither made nor bought"):
            build_for_stock(tx, "TUBE", quantity(1), WHY)
