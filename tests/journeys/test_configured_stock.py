"""What was made to options lies in stock under them, and serves nobody who chose otherwise."""

from pathlib import Path

import pytest
from tests.builders import doing, id_of, quantity, reading
from tests.journeys.test_configured_order import RED_LONG, TODAY, bought, lamps, said
from tests.journeys.test_configured_order import shop as lamp_shop
from tests.services.shop import require_whole

from pegboard.domain.quantity import Quantity
from pegboard.exchange.export import export_folder
from pegboard.exchange.workshop_folder import import_paths
from pegboard.queries.inventory import lot_rows
from pegboard.services.changes import cancel
from pegboard.services.counts import approve_count, enter_count, start_count
from pegboard.services.explosion import explode
from pegboard.services.inventory import add_location, adjust, transfer
from pegboard.services.orders import confirm
from pegboard.services.production import complete
from pegboard.services.purchasing import receive, send
from pegboard.services.shipping import ship
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Store, Transaction

shop = lamp_shop  # the fixture
RED = "CORD=2.5;EXTRA=DIMMER;SHADE=RED"
SHORT_WHITE = (("CORD", "2"),)


def make_all(tx: Transaction) -> None:
    """Receive and complete whatever is open."""
    for purchase in rows(tx, "SELECT * FROM purchase_order WHERE state = 'draft' ORDER BY purchase_order_id"):
        send(tx, purchase.number)
        key = purchase.purchase_order_id
        for each in rows(tx, "SELECT * FROM purchase_line WHERE purchase_order_id = ? AND state = 'open'", key):
            receive(tx, f"{purchase.number}/{each.line}", Quantity(each.quantity))
    for job in rows(tx, "SELECT * FROM work_order WHERE state = 'planned' ORDER BY work_order_id"):
        lot = (
            f"L-{job.number}"
            if number(tx, "SELECT count(*) FROM item WHERE code = 'LAMP' AND tracking = 'lot'")
            else ""
        )
        complete(tx, job.number, Quantity(job.quantity), lot=lot)


def pulled(store: Store) -> list[tuple[str, str, str]]:
    """What is pegged to each open order line: line, supply, quantity."""
    with reading(store, today=TODAY) as view:
        found = rows(
            view,
            "SELECT d.name, COALESCE(w.number, s.lot) AS supply, p.quantity FROM demand d JOIN requirement r"
            " ON r.demand_id = d.demand_id JOIN peg p ON p.requirement_id = r.requirement_id LEFT JOIN stock s"
            " ON s.stock_id = p.stock_id LEFT JOIN work_order w ON w.work_order_id = p.work_order_id"
            " WHERE d.state = 'open' ORDER BY d.demand_id, p.peg_id",
        )
    return [(row.name, row.supply, str(Quantity(row.quantity))) for row in found]


@pytest.fixture
def red_left_over(shop: Store) -> Store:
    """Six red lamps were made, two of them for an order that has shipped."""
    with doing(shop, today=TODAY) as tx:
        tx.connection.exec_driver_sql("UPDATE item SET order_multiple = 6000000 WHERE code = 'LAMP'")
        order = confirm(tx, lamps(2, RED_LONG))
        explode(tx)
        make_all(tx)
        ship(tx, order)
        tx.connection.exec_driver_sql("UPDATE item SET order_multiple = NULL WHERE code = 'LAMP'")
    return shop


def test_red_lamps_left_over_serve_no_order_for_white_ones(red_left_over: Store) -> None:
    with doing(red_left_over, today=TODAY) as tx:
        confirm(tx, lamps(3, SHORT_WHITE))
        confirm(tx, lamps(3, RED_LONG))
        explode(tx)
        assert not explode(tx).plan.pegs
    assert pulled(red_left_over) == [("SO-0002/1", "WO-0002", "3"), ("SO-0003/1", RED, "3")]
    require_whole(red_left_over)
    assert "EXTRA=DIMMER" not in said(red_left_over, "packing-slip", "SO-0001")


def test_what_was_made_to_options_is_taken_before_what_serves_everybody(red_left_over: Store) -> None:
    with doing(red_left_over, today=TODAY) as tx:
        adjust(tx, "LAMP", "MAIN", "", counted=quantity(3), reason="found")
        confirm(tx, lamps(3, RED_LONG))
        confirm(tx, lamps(3, SHORT_WHITE))
        explode(tx)
    assert pulled(red_left_over) == [("SO-0002/1", RED, "3"), ("SO-0003/1", "", "3")]


def test_lots_remember_what_they_were_made_to(shop: Store) -> None:
    with doing(shop, today=TODAY) as tx:
        tx.connection.exec_driver_sql("UPDATE item SET order_multiple = 6000000, tracking = 'lot' WHERE code = 'LAMP'")
        confirm(tx, lamps(2, RED_LONG))
        explode(tx)
        make_all(tx)
        tx.connection.exec_driver_sql("UPDATE item SET order_multiple = NULL WHERE code = 'LAMP'")
        confirm(tx, lamps(3, SHORT_WHITE))
        confirm(tx, lamps(3, RED_LONG))
        explode(tx)
    assert pulled(shop)[1:] == [("SO-0002/1", "WO-0002", "3"), ("SO-0003/1", "L-WO-0001", "3")]


def test_lamps_of_a_cancelled_order_go_to_nobody_who_chose_otherwise(shop: Store) -> None:
    with doing(shop, today=TODAY) as tx:
        confirm(tx, lamps(2, RED_LONG))
        explode(tx)
        make_all(tx)
        confirm(tx, lamps(2, SHORT_WHITE))
        explode(tx)
        tx.connection.exec_driver_sql("DELETE FROM peg WHERE work_order_id IS NOT NULL")
        tx.connection.exec_driver_sql(
            "UPDATE work_order SET surplus_reason = 'cancelled demand' WHERE state = 'planned'"
        )
        cancel(tx, "SO-0001", decide="keep")
    assert not pulled(shop)
    with doing(shop, today=TODAY) as tx:
        confirm(tx, lamps(2, RED_LONG))
        explode(tx, ["SO-0003"])
    assert pulled(shop) == [("SO-0003/1", RED, "2")]


def test_what_lies_there_without_options_serves_everybody(shop: Store) -> None:
    with doing(shop, today=TODAY) as tx:
        adjust(tx, "LAMP", "MAIN", "", counted=quantity(4), reason="found")
        confirm(tx, lamps(3, RED_LONG))
        explode(tx)
    assert pulled(shop) == [("SO-0001/1", "", "3")]
    assert bought(shop) == {}


def test_the_folder_tells_all_that_is_there_and_reads_it_back(red_left_over: Store, tmp_path: Path) -> None:
    with doing(red_left_over, today=TODAY) as tx:
        adjust(tx, "LAMP", "MAIN", "", counted=quantity(3), reason="found")
    with reading(red_left_over, today=TODAY) as view:
        export_folder(view, tmp_path / "first")
    text = (tmp_path / "first" / "stock.csv").read_text("utf-8")
    assert "LAMP,MAIN,,7," in text
    with doing(red_left_over, today=TODAY) as tx:
        [count] = import_paths(tx, [tmp_path / "first" / "stock.csv"]).counts
        assert (count.new, count.changed) == (0, 0)
        (tmp_path / "stock.csv").write_text("item,quantity\nLAMP,2\n", "utf-8")
        import_paths(tx, [tmp_path / "stock.csv"])
        left = rows(tx, "SELECT lot, quantity FROM stock WHERE quantity > 0 AND item_id = ?", id_of(tx, "item", "LAMP"))
    assert [(row.lot, row.quantity) for row in left] == [(RED, 2_000_000)]
    require_whole(red_left_over)


def test_they_are_counted_moved_and_told_under_their_options(red_left_over: Store) -> None:
    with doing(red_left_over, today=TODAY) as tx:
        add_location(tx, "SHELF")
        transfer(tx, "LAMP", "MAIN", "SHELF", quantity(1), RED)
        count = start_count(tx, items=["LAMP"])
        enter_count(tx, count, "LAMP", quantity(2), "MAIN", RED)
        enter_count(tx, count, "LAMP", quantity(1), "SHELF", RED)
        approve_count(tx, count, leave_uncounted=True)
        found = lot_rows(tx, id_of(tx, "item", "LAMP"))
    assert [(lot.location, lot.lot, str(lot.quantity)) for lot in found if lot.quantity] == [
        ("MAIN", RED, "2"),
        ("SHELF", RED, "1"),
    ]
    require_whole(red_left_over)
