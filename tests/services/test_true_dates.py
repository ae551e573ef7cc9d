"""Dates of standing supply: pushed on when they no longer hold, and the promise with them."""

import datetime

import pytest
from tests.builders import add_customer, add_order, doing, quantity, reading
from tests.services.shop import bicycle_shop, lines, require_whole

from pegboard.domain.plan import Plan
from pegboard.services.explosion import explode, preview
from pegboard.services.production import release_work_order
from pegboard.services.purchasing import close_short, receive, send, set_promised_date
from pegboard.storage.rows import rows, run
from pegboard.storage.store import Store

DUE = datetime.date(2026, 1, 16)  # the first day on which it can be met: tubes 12, frame 14, bike 16 January


@pytest.fixture
def shop(store: Store) -> Store:
    """The bicycle shop with an order of one bike that is due as early as can be, exploded and all bought."""
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_order(tx, "SO-1", [("BIKE", 1, DUE.isoformat())])
        explode(tx)
        for order in rows(tx, "SELECT number FROM purchase_order WHERE state = 'draft'"):
            send(tx, order.number)
    return store


def on(store: Store, day: datetime.date) -> Plan:
    """Explode on a day."""
    with store.transaction("explode", today=day) as tx:
        return explode(tx).plan


def late(plan: Plan) -> list[tuple[str | None, str]]:
    """What is told to be late: demand and day."""
    return [
        (told.demand, datetime.date.fromordinal(told.date or 1).isoformat())
        for told in plan.exceptions
        if told.kind == "late"
    ]


def promise(store: Store) -> str:
    """The promise of the one order line."""
    with reading(store) as view:
        return str(rows(view, "SELECT promise_date FROM order_line")[0][0])


def test_an_overdue_supplier_pushes_the_jobs_that_wait_and_the_promise(shop: Store) -> None:
    assert promise(shop) == "2026-01-16"
    plan = on(shop, datetime.date(2026, 1, 15))  # nothing has come
    assert late(plan) == [("SO-1/1", "2026-01-21")]
    assert promise(shop) == "2026-01-21"
    with reading(shop) as view:
        dates = rows(view, "SELECT start_date, due_date FROM work_order ORDER BY number")
        assert [tuple(row) for row in dates] == [("2026-01-19", "2026-01-21"), ("2026-01-15", "2026-01-19")]
    message = next(told.message for told in plan.exceptions if told.kind == "late")
    assert "WO-0001 BIKE done 2026-01-21" in message
    assert "from ACME 2026-01-15" in message
    assert late(on(shop, datetime.date(2026, 1, 15))) == [("SO-1/1", "2026-01-21")]
    require_whole(shop)


def test_a_preview_says_the_same_and_writes_nothing(shop: Store) -> None:
    day = datetime.date(2026, 1, 15)
    with shop.read(today=day) as view:
        told = late(preview(view).plan)
    assert promise(shop) == "2026-01-16"
    assert told == late(on(shop, day))


def test_a_component_that_is_covered_late_pushes_the_jobs_above_it(shop: Store) -> None:
    with reading(shop) as view:
        tubes = next(name for name, line in lines(view).items() if line[0] == "TUBE")
    with doing(shop) as tx:
        receive(tx, tubes, quantity(1))
        close_short(tx, tubes)  # two tubes are bought anew: five working days from today
    assert promise(shop) == "2026-01-16"
    day = datetime.date(2026, 1, 8)
    with shop.transaction("short", today=day) as tx:
        run(
            tx,
            "DELETE FROM peg WHERE purchase_line_id IN (SELECT purchase_line_id FROM purchase_line WHERE state = 'open'"
            " AND item_id = (SELECT item_id FROM item WHERE code = 'TUBE'))",
        )
        run(
            tx,
            "UPDATE purchase_line SET state = 'cancelled' WHERE state = 'open' AND item_id ="
            " (SELECT item_id FROM item WHERE code = 'TUBE')",
        )
    assert late(on(shop, day)) == [("SO-1/1", "2026-01-21")]
    assert promise(shop) == "2026-01-21"
    require_whole(shop)


def test_a_draft_that_was_not_sent_in_time_comes_its_lead_time_from_today(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_order(tx, "SO-1", [("BIKE", 1, DUE.isoformat())])
        explode(tx)
    assert late(on(store, datetime.date(2026, 1, 7))) == [("SO-1/1", "2026-01-20")]
    with reading(store) as view:
        assert rows(view, "SELECT min(due_date) FROM purchase_line")[0][0] == "2026-01-14"


def test_a_new_date_of_the_supplier_moves_what_hangs_on_it_and_says_who_is_late(shop: Store) -> None:
    with reading(shop) as view:
        tubes = next(name for name, line in lines(view).items() if line[0] == "TUBE")
    with doing(shop) as tx:
        release_work_order(tx, "WO-0002")
        [moved] = set_promised_date(tx, tubes, datetime.date(2026, 1, 19))
    assert (moved.line, str(moved.before), str(moved.after), moved.is_late) == (
        "SO-1/1",
        "2026-01-16",
        "2026-01-23",
        True,
    )
    assert promise(shop) == "2026-01-23"
    with doing(shop) as tx:
        [back] = set_promised_date(tx, tubes, datetime.date(2026, 1, 12))
    assert (str(back.after), back.is_late) == ("2026-01-16", False)
    with reading(shop) as view:
        dates = rows(view, "SELECT start_date, due_date FROM work_order ORDER BY number")
        assert [tuple(row) for row in dates] == [("2026-01-14", "2026-01-16"), ("2026-01-12", "2026-01-14")]
