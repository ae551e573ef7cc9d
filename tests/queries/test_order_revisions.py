"""How an order changed under its number."""

from tests.builders import add_customer, add_order, doing, quantity, reading
from tests.services.shop import bicycle_shop

from pegboard.domain.order import OrderLineDraft
from pegboard.queries.order_revisions import revisions
from pegboard.services.changes import cancel, change_line
from pegboard.services.explosion import explode
from pegboard.services.order_lines import add_line
from pegboard.storage.store import Store


def test_each_revision_tells_what_differs(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_order(tx, "SO-1", [("BIKE", 10, "2026-03-02")])
        explode(tx)
        change_line(tx, "SO-1/1", quantity=quantity(12))
        add_line(tx, "SO-1", OrderLineDraft("WHEEL", quantity(3)))
        cancel(tx, "SO-1/1")
    with reading(store) as view:
        told = [(each.revision, each.line, each.before, each.after) for each in revisions(view, "SO-1")]
    assert told == [
        (3, "SO-1/1", "confirmed", "cancelled"),
        (2, "SO-1/2", "", "3 WHEEL as soon as possible confirmed"),
        (1, "SO-1/1", "10", "12"),
    ]
