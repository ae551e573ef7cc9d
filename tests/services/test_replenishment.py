"""Shelves of shops: what sales pull, what levels are proposed, and who gets what is scarce."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders import TODAY, add_bom, add_item, add_location, add_stock, doing, id_of, micro, quantity, reading
from tests.builders import workshop as new_workshop
from tests.services.shop import bicycle_shop, jobs, lines, on_hand, pegged_to, require_whole

from pegboard.domain.errors import InvalidInput
from pegboard.domain.replenishment import Demand
from pegboard.queries.replenishment import ShelfRow, shelf_rows
from pegboard.services.demand import sale_signals
from pegboard.services.explosion import explode
from pegboard.services.inventory import adjust
from pegboard.services.kanban import bring
from pegboard.services.replenishment import set_level
from pegboard.services.replenishment_shares import proposed_shares, share_scarce
from pegboard.services.settings import set_setting
from pegboard.storage.rows import add, rows, run
from pegboard.storage.store import Store, Transaction
from pegboard.storage.tables.signals import PosSale


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Store]:
    with new_workshop(tmp_path) as store:
        with doing(bicycle_shop(store)) as tx:
            for place in ("NORTH", "SOUTH"):
                add_location(tx, place)
        yield store


def sell(tx: Transaction, item: str, place: str, amount: int, *, days_ago: int = 0, price: int | None = None) -> None:
    """Ring up a sale and count it as not signalled yet, as an import does (the stock is not touched)."""
    count = len(rows(tx, "SELECT 1 FROM pos_sale"))
    add(
        tx,
        PosSale,
        sale=f"R{count}",
        line=1,
        sold_at=tx.now - datetime.timedelta(days=days_ago),
        location_id=id_of(tx, "location", place),
        item_id=id_of(tx, "item", item),
        quantity=micro(amount),
        unit_price=None if price is None else micro(price),
    )
    run(
        tx,
        "UPDATE replenishment SET unsignalled_sold = unsignalled_sold + ? WHERE item_id = ? AND location_id = ?",
        micro(amount),
        id_of(tx, "item", item),
        id_of(tx, "location", place),
    )


def shelf(store: Store, item: str, place: str, today: datetime.date = TODAY) -> ShelfRow:
    """One shelf."""
    with reading(store, today) as view:
        (row,) = (row for row in shelf_rows(view) if (row.item, row.location) == (item, place))
    return row


def test_a_sale_pulls_what_was_sold_and_no_more(shop: Store) -> None:
    with doing(shop) as tx:
        set_level(tx, "WHEEL", "NORTH", quantity(20))
        explode(tx)
        assert lines(tx) == {}  # the first level is no raise
        sell(tx, "WHEEL", "NORTH", 3)
        explode(tx)
    with reading(shop) as view:
        assert rows(view, "SELECT name, quantity FROM demand") == [("POS:NORTH:WHEEL", 3_000_000)]
    row = shelf(shop, "WHEEL", "NORTH")
    assert (row.on_order, row.waiting) == (quantity(3), quantity(0))


def test_a_raised_level_pulls_the_raise_and_a_lowered_one_nothing(shop: Store) -> None:
    with doing(shop) as tx:
        set_level(tx, "WHEEL", "NORTH", quantity(5))
        assert set_level(tx, "WHEEL", "NORTH", quantity(8)).before == quantity(5)
        assert [signal[4] for signal in sale_signals(tx)] == [3_000_000]
        set_level(tx, "WHEEL", "NORTH", quantity(4))
        assert sale_signals(tx) == []


def test_a_shop_that_pulls_daily_waits_until_tomorrow(shop: Store) -> None:
    with doing(shop) as tx:
        set_setting(tx, "pos_pulls", "daily")
        set_level(tx, "WHEEL", "NORTH", quantity(20))
        sell(tx, "WHEEL", "NORTH", 3)
        explode(tx)
        sell(tx, "WHEEL", "NORTH", 2)
        explode(tx)
        assert rows(tx, "SELECT quantity FROM demand") == [(3_000_000,)]
    with doing(shop, today=TODAY + datetime.timedelta(days=1)) as tx:
        explode(tx)
        assert rows(tx, "SELECT quantity FROM demand ORDER BY demand_id") == [(3_000_000,), (2_000_000,)]


def test_what_was_brought_in_part_is_not_on_order_any_more(shop: Store) -> None:
    """A shelf of 10 that has got 4 of 10 and sold those 4 again asks for 4 more."""
    with doing(shop) as tx:
        set_level(tx, "WHEEL", "NORTH", quantity(10))
        sell(tx, "WHEEL", "NORTH", 10)
        add_stock(tx, "WHEEL", 4, unit_cost=7)
        explode(tx)
        assert bring(tx, "POS:NORTH:WHEEL") == quantity(4)
        adjust(tx, "WHEEL", "NORTH", by=quantity(-4), reason="sold")
        sell(tx, "WHEEL", "NORTH", 4)
        assert [signal[4] for signal in sale_signals(tx)] == [4_000_000]


def test_stock_of_a_shelf_with_a_level_is_not_free_for_orders_and_a_pegged_order_pulls_once(shop: Store) -> None:
    from tests.builders import add_customer, add_order

    with doing(shop) as tx:
        set_level(tx, "WHEEL", "NORTH", quantity(5))
        add_stock(tx, "WHEEL", 5, location="NORTH", unit_cost=7)
        add_customer(tx)
        add_order(tx, "SO-1", [("WHEEL", 5, None)])
        explode(tx)
        explode(tx)
        assert [(supply, amount) for supply, amount in pegged_to(tx, "SO-1/1")] == [("PO-0001/1", "5")]
        assert rows(tx, "SELECT kind FROM demand") == [("order",)]
    assert shelf(shop, "WHEEL", "NORTH").on_hand == quantity(5)


def test_a_level_that_does_not_fit_is_refused(shop: Store) -> None:
    for item, level in (("WHEEL", "1.5"), ("NIL", "1")):
        with doing(shop) as tx, pytest.raises(InvalidInput):
            set_level(tx, item, "NORTH", quantity(level))


def test_a_level_is_proposed_from_the_shelf_s_own_sales(shop: Store) -> None:
    with doing(shop) as tx:
        set_level(tx, "WHEEL", "NORTH", quantity(1))
        for day in range(1, 31):
            sell(tx, "WHEEL", "NORTH", 1, days_ago=day)
    row = shelf(shop, "WHEEL", "NORTH")
    assert row.days == 30
    assert row.terms is not None
    assert (row.terms.mean, row.terms.variance, row.terms.interval) == (1.0, 0.0, 8)  # 1 + 5 working days = 7
    assert (row.terms.demand, row.proposed) == (
        Demand.POISSON,
        quantity(13),
    )  # F(12) = .936, F(13) = .966
    assert row.level == quantity(1)  # only a person changes it


def test_sales_in_bursts_are_seen_as_such(shop: Store) -> None:
    with doing(shop) as tx:
        for day in range(1, 61):
            sell(tx, "WHEEL", "NORTH", 6 if day % 6 == 0 else 1, days_ago=day)
        for day in range(1, 61, 6):
            sell(tx, "WHEEL", "NORTH", 12, days_ago=day)
    terms = shelf(shop, "WHEEL", "NORTH").terms
    assert terms is not None
    assert terms.variance > terms.mean


def test_too_few_days_propose_nothing(shop: Store) -> None:
    with doing(shop) as tx:
        sell(tx, "WHEEL", "NORTH", 5, days_ago=5)
    row = shelf(shop, "WHEEL", "NORTH")
    assert (row.terms, row.proposed, row.level) == (None, None, None)


def test_sell_through_cover_markdown_and_write_off(shop: Store) -> None:
    with doing(shop) as tx:
        run(tx, "UPDATE item SET list_price = 10000000 WHERE code = 'WHEEL'")
        add_stock(tx, "WHEEL", 10, location="NORTH", unit_cost=7)
        sell(tx, "WHEEL", "NORTH", 6, days_ago=3, price=10)
        sell(tx, "WHEEL", "NORTH", 2, days_ago=2, price=5)
        adjust(tx, "WHEEL", "NORTH", by=quantity(-2), reason="broken")
    row = shelf(shop, "WHEEL", "NORTH")
    assert (row.sold, row.on_hand, row.written_off) == (quantity(8), quantity(8), quantity(2))
    assert row.sell_through == pytest.approx(8 / 18)
    assert row.weeks_of_cover == pytest.approx(4)  # 2 a week
    assert row.markdown == pytest.approx(1 - 70 / 80)
    assert row.write_off == pytest.approx(0.2)


def asking(tx: Transaction, item: str, **shops: int) -> None:
    """Let shops ask for so much of an item, each having sold all it had."""
    for place, amount in shops.items():
        set_level(tx, item, place, quantity(amount))
        sell(tx, item, place, amount)


def test_scarce_stock_goes_to_the_shops_by_sales_and_nothing_else_moves(shop: Store) -> None:
    with doing(shop) as tx:
        add_stock(tx, "WHEEL", 10, unit_cost=7)
        asking(tx, "WHEEL", NORTH=10, SOUTH=10)
        explode(tx)
        before = rows(tx, "SELECT stock_id, purchase_line_id, sum(quantity) FROM peg GROUP BY 1, 2 ORDER BY 1, 2")
        assert pegged_to(tx, "POS:NORTH:WHEEL") == [("STOCK:MAIN:WHEEL", "10")]
        moved = share_scarce(tx)
        after = rows(tx, "SELECT stock_id, purchase_line_id, sum(quantity) FROM peg GROUP BY 1, 2 ORDER BY 1, 2")
        assert before == after
        for place in ("NORTH", "SOUTH"):
            assert pegged_to(tx, f"POS:{place}:WHEEL") == [("STOCK:MAIN:WHEEL", "5"), ("PO-0001/1", "5")]
        assert [(row.location, row.before, row.now) for row in moved] == [
            ("NORTH", quantity(10), quantity(5)),
            ("SOUTH", quantity(0), quantity(5)),
        ]
        assert share_scarce(tx) == []
    require_whole(shop)


def test_scarce_kits_are_completed_and_not_spread_thin(shop: Store) -> None:
    """CUP and POT make the kit SET; two cups and one pot are here, which is one set, and it goes to one shop."""
    with doing(shop) as tx:
        from tests.builders import add_supplier_item

        for code in ("CUP", "POT"):
            add_item(tx, code, lead_time_days=5)
            add_supplier_item(tx, "ACME", code, 1)
        add_item(tx, "SET", "phantom")
        add_bom(tx, "SET", {"CUP": 2, "POT": 1})
        add_stock(tx, "CUP", 2, unit_cost=1)
        add_stock(tx, "POT", 1, unit_cost=1)
        asking(tx, "CUP", SOUTH=2, NORTH=2)
        asking(tx, "POT", NORTH=1, SOUTH=1)
        explode(tx)
        share_scarce(tx)
        given = {(row.item, row.location): (row.now, row.sets) for row in proposed_shares(tx)}
    assert given == {
        ("CUP", "NORTH"): (quantity(2), 1),
        ("POT", "NORTH"): (quantity(1), 1),
        ("CUP", "SOUTH"): (quantity(0), 0),
        ("POT", "SOUTH"): (quantity(0), 0),
    }
    require_whole(shop)


def test_what_is_here_for_all_is_not_scarce(shop: Store) -> None:
    with doing(shop) as tx:
        add_stock(tx, "WHEEL", 20, unit_cost=7)
        asking(tx, "WHEEL", NORTH=10, SOUTH=10)
        explode(tx)
        assert proposed_shares(tx) == []


def test_a_made_item_is_pulled_by_sales_through_all_levels(shop: Store) -> None:
    with doing(shop) as tx:
        set_level(tx, "BIKE", "NORTH", quantity(2))
        sell(tx, "BIKE", "NORTH", 1)
        explode(tx)
        assert {job[0] for job in jobs(tx).values()} == {"BIKE", "FRAME"}
        assert on_hand(tx, "BIKE", "NORTH") == "0"
