"""A receipt that was wrong is taken back while nothing of it was used."""

import pytest
from tests.builders import add_customer, add_order, doing, quantity, reading
from tests.services.shop import bicycle_shop, lines, on_hand, pegged_to, require_whole

from pegboard.domain.errors import NotFound, Refused
from pegboard.services.explosion import explode
from pegboard.services.production import complete
from pegboard.services.purchasing import receive, send
from pegboard.services.receipt_undo import undo_receipt
from pegboard.storage.rows import rows
from pegboard.storage.store import Store


@pytest.fixture
def shop(store: Store) -> Store:
    """The bicycle shop with an order of 10 bikes, exploded, and all bought."""
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_order(tx, "SO-1", [("BIKE", 10, "2026-03-02")])
        explode(tx)
        send(tx, "PO-0001")
    return store


def line_of(store: Store, item: str) -> str:
    """The open purchase line of an item."""
    with reading(store) as view:
        return next(name for name, line in lines(view).items() if line[0] == item)


def test_pegs_go_back_to_the_line_and_the_ledger_keeps_both_entries(shop: Store) -> None:
    tubes = line_of(shop, "TUBE")
    with reading(shop) as view:
        before = (lines(view), pegged_to(view, "WO-0002"))
    with doing(shop) as tx:
        [receipt] = receive(tx, tubes, quantity(12), rejected=quantity(2), reason="bent").receipts
    with doing(shop) as tx:
        counter = undo_receipt(tx, receipt)
    with reading(shop) as view:
        assert (lines(view), pegged_to(view, "WO-0002")) == before
        assert (on_hand(view, "TUBE"), on_hand(view, "TUBE", "QUARANTINE")) == ("0", "0")
        found = rows(view, "SELECT kind, quantity, value FROM ledger_entry ORDER BY ledger_entry_id")
        assert [tuple(row) for row in found] == [
            ("receipt", 12_000_000, 24_000_000),
            ("reject", 2_000_000, None),
            ("receipt", -12_000_000, -24_000_000),
            ("reject", -2_000_000, None),
        ]
        assert rows(view, "SELECT quantity FROM receipt WHERE number = ?", counter) == [(-12_000_000,)]
    require_whole(shop)


def test_a_complete_line_is_open_again(shop: Store) -> None:
    tubes, wheels = line_of(shop, "TUBE"), line_of(shop, "WHEEL")
    with doing(shop) as tx:
        receive(tx, wheels, quantity(20))
        [receipt] = receive(tx, tubes, quantity(31), surplus=True).receipts
        undo_receipt(tx, receipt)
    with reading(shop) as view:
        assert lines(view) == {tubes: ("TUBE", "30", "")}
    require_whole(shop)


def test_what_was_used_or_taken_back_already_is_refused(shop: Store) -> None:
    tubes = line_of(shop, "TUBE")
    with doing(shop) as tx:
        [receipt] = receive(tx, tubes, quantity(30)).receipts
        complete(tx, "WO-0002", quantity(1))
    with doing(shop) as tx, pytest.raises(Refused, match="Something has happened"):
        undo_receipt(tx, receipt)
    wheels = line_of(shop, "WHEEL")
    with doing(shop) as tx:
        [receipt] = receive(tx, wheels, quantity(20)).receipts
        counter = undo_receipt(tx, receipt)
    for number in (receipt, counter):
        with doing(shop) as tx, pytest.raises(Refused, match="taken back already"):
            undo_receipt(tx, number)
    with doing(shop) as tx, pytest.raises(NotFound):
        undo_receipt(tx, "REC-9999")
    require_whole(shop)


def test_what_came_beyond_the_order_and_was_given_away_stays(shop: Store) -> None:
    tubes = line_of(shop, "TUBE")
    with doing(shop) as tx:
        [receipt] = receive(tx, tubes, quantity(36), surplus=True).receipts
        add_order(tx, "SO-2", [("BIKE", 2, "2026-03-09")])
        explode(tx)  # takes the six that are free
    with doing(shop) as tx, pytest.raises(Refused, match="was given to somebody"):
        undo_receipt(tx, receipt)
    require_whole(shop)
