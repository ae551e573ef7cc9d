"""Orders for what also goes round in a loop and lies in a buffer: nothing is pulled twice for one need."""

from hypothesis import given
from hypothesis import strategies as st
from tests.builders import add_bom, add_item, add_kanban, add_order, add_stock, doing, id_of, micro, quantity, reading
from tests.services.shop import require_whole
from tests.services.test_signal_properties import few, shop

from pegboard.domain.errors import PegboardError
from pegboard.domain.quantity import Quantity
from pegboard.services.card_pulls import pull
from pegboard.services.explosion import explode
from pegboard.services.kanban import scan
from pegboard.services.production import complete
from pegboard.services.purchasing import receive, send
from pegboard.storage.rows import add, number, rows
from pegboard.storage.store import Store, Transaction
from pegboard.storage.tables.inventory import Buffer

CONTAINER, BUFFER = 10, 6
STEPS = ("lamps", "bulbs", "scan", "pull", "explode", "explode", "send", "receive", "make")


@few
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 12)), max_size=20), st.integers(0, 30))
def test_an_order_pulls_neither_from_the_loop_nor_from_the_buffer_what_is_pegged_to_it_already(
    steps: list[tuple[str, int]], on_hand: int
) -> None:
    with shop() as store:
        with doing(store) as tx:
            add_item(tx, "LAMP", "make", lead_time_days=1)
            add_bom(tx, "LAMP", {"BULB": 1})
            add_kanban(tx, "BULB", CONTAINER, cards=2, supplier="ACME", location="LINE")
            add(tx, Buffer, item_id=id_of(tx, "item", "BULB"), quantity=micro(BUFFER), reason="one furnace")
            if on_hand:
                add_stock(tx, "BULB", on_hand)
        for place, (step, count) in enumerate([*steps, ("explode", 1)]):
            before = nobodys(store)
            with doing(store) as tx:
                try:
                    take(tx, step, count, place)
                except PegboardError:
                    continue
            assert nobodys(store) >= min(before, micro(BUFFER))
            check_pulls(store)
        check_covered_once(store)
        require_whole(store)


def take(tx: Transaction, step: str, count: int, place: int) -> None:
    """Do one thing in the shop; what cannot be done now is refused."""
    if step in ("lamps", "bulbs"):
        add_order(tx, f"SO-{place}", [("LAMP" if step == "lamps" else "BULB", count, None)])
    elif step == "scan":
        scan(tx, f"KANBAN:BULB:{count % 2 + 1}")
    elif step == "pull":
        pull(tx, f"KANBAN:BULB:{count % 2 + 1}")
    elif step == "explode":
        explode(tx)
    elif step == "make":
        for job in rows(tx, "SELECT number, quantity - completed_quantity AS still FROM work_order LIMIT 1"):
            complete(tx, job.number, Quantity(job.still))
    else:
        open_lines = (
            "SELECT o.number, l.line, l.quantity - l.received_quantity AS still FROM purchase_line l"
            " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id WHERE l.state = 'open' LIMIT 1"
        )
        for row in rows(tx, open_lines):
            if step == "send":
                send(tx, row.number)
            else:
                receive(tx, f"{row.number}/{row.line}", quantity(min(count, row.still // 1_000_000)))


def check_pulls(store: Store) -> None:
    """No need has more than it asks for, and no card more than its container."""
    with reading(store) as view:
        covered = rows(
            view,
            "SELECT r.quantity - r.issued_quantity AS wanted, d.kind, COALESCE((SELECT sum(p.quantity) FROM peg p"
            " WHERE p.requirement_id = r.requirement_id), 0) AS pegged FROM requirement r"
            " LEFT JOIN demand d ON d.demand_id = r.demand_id",
        )
        assert all(need.pegged <= max(0, need.wanted) for need in covered)
        assert all(need.pegged <= micro(CONTAINER) for need in covered if need.kind == "kanban")


def nobodys(store: Store) -> int:
    """Bulbs that lie there and that nobody has claimed, the buffer among them."""
    with reading(store) as view:
        return number(
            view,
            "SELECT COALESCE(sum(s.quantity - COALESCE((SELECT sum(p.quantity) FROM peg p"
            " WHERE p.stock_id = s.stock_id), 0)), 0) FROM stock s WHERE s.item_id = ?",
            id_of(view, "item", "BULB"),
        )


def check_covered_once(store: Store) -> None:
    """After an explosion what is on order is just what orders and cards lack, and not a bulb more."""
    with reading(store) as view:
        on_order = number(
            view, "SELECT COALESCE(sum(quantity - received_quantity), 0) FROM purchase_line WHERE state = 'open'"
        )
        lacking = number(
            view,
            "SELECT COALESCE(sum(r.quantity - r.issued_quantity - COALESCE((SELECT sum(p.quantity) FROM peg p"
            " WHERE p.requirement_id = r.requirement_id AND p.stock_id IS NOT NULL), 0)), 0) FROM requirement r"
            " LEFT JOIN demand d ON d.demand_id = r.demand_id LEFT JOIN work_order w"
            " ON w.work_order_id = r.work_order_id WHERE r.item_id = ? AND (d.state = 'open' OR w.state IN"
            " ('planned', 'released', 'in_progress'))",
            id_of(view, "item", "BULB"),
        )
    assert on_order == lacking
