"""The receiving slip names the job that waits for each part."""

import pytest
from tests.builders import add_customer, add_order, doing, quantity, reading
from tests.documents.papers import page_texts, print_papers
from tests.services.shop import bicycle_shop

from pegboard import documents
from pegboard.domain.errors import NotFound
from pegboard.services.explosion import explode
from pegboard.services.purchasing import receive, send
from pegboard.services.receipt_undo import undo_receipt
from pegboard.storage.store import Store


@pytest.fixture
def shop(store: Store) -> Store:
    """The bicycle shop with two orders, of which wheels and tubes came in part."""
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_order(tx, "SO-1", [("BIKE", 4, "2026-03-02"), ("WHEEL", 3, "2026-03-04")])
        explode(tx)
        send(tx, "PO-0001")
    return store


def test_it_says_where_the_goods_lie_and_who_waits_for_them(shop: Store) -> None:
    with doing(shop) as tx:
        lines = [row[0] for row in tx.connection.exec_driver_sql("SELECT line FROM purchase_line ORDER BY line")]
        for line in lines:
            receive(tx, f"PO-0001/{line}", quantity(9), rejected=quantity(1), reason="bent", surplus=True)
    [text] = page_texts(print_papers(shop, "receiving-slip", "PO-0001").content)
    for said in (
        "Receiving slip",
        "WO-0001 BIKE: 8 ea",
        "SO-1/2",
        "WO-0002 FRAME: 9 ea",
        "MAIN",
        "in quarantine: bent",
    ):
        assert said.lower() in text.lower(), text
    assert "7.00" not in text


def test_what_was_taken_back_is_not_on_it(shop: Store) -> None:
    with doing(shop) as tx:
        [receipt] = receive(tx, "PO-0001/1", quantity(2)).receipts
        undo_receipt(tx, receipt)
    with reading(shop) as view, pytest.raises(NotFound, match="no receipt PO-0001"):
        documents.read(view, "receiving-slip", ["PO-0001"])
