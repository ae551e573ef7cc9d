"""Suggestions: accepted within the cash cap, taken over by real orders, surplus when their day is over."""

import datetime

import pytest
from tests.builders import (
    TODAY,
    add_item,
    add_order,
    add_stock,
    add_supplier,
    add_supplier_item,
    doing,
    id_of,
    reading,
)
from tests.reports.money import add_bill, add_payment
from tests.services.foreseen import lamp_maker
from tests.services.shop import require_whole

from pegboard.domain.errors import NotFound, Refused
from pegboard.queries.inference import Suggestion, cash_cap, decided, outlook
from pegboard.queries.pegging import why
from pegboard.queries.usage import usages
from pegboard.services.explosion import explode
from pegboard.services.inference import accept, decline, find, pulls_of
from pegboard.services.inference_ends import withdraw_inference
from pegboard.services.picking import pick_all
from pegboard.services.purchasing import send
from pegboard.services.release import release_work_order
from pegboard.services.settings import set_setting
from pegboard.storage.rows import rows
from pegboard.storage.store import Store

NEXT_MONTH = TODAY + datetime.timedelta(days=35)


@pytest.fixture
def shop(store: Store) -> Store:
    """The lamp maker, whose C0 is expected to order ten lamps within days."""
    lamp_maker(store)
    return store


def suggestion(shop: Store, key: str = "C0:LAMP") -> Suggestion:
    """The suggestion of a customer and item."""
    with reading(shop) as view:
        return find(view, key)


def accepted(shop: Store, *, long_lead_only: bool = False) -> str:
    """Accept what is suggested for C0, and explode."""
    chosen = suggestion(shop)
    with doing(shop) as tx:
        number = accept(tx, chosen, long_lead_only=long_lead_only)
        explode(tx)
    require_whole(shop)
    return number


def demands(shop: Store) -> list[tuple[str, str, int, str]]:
    """Name, item, quantity and state of every demand."""
    with reading(shop) as view:
        found = rows(
            view,
            "SELECT d.name, i.code, d.quantity, d.state FROM demand d JOIN item i ON i.item_id = d.item_id"
            " ORDER BY d.demand_id",
        )
    return [(row.name, row.code, row.quantity // 10**6, row.state) for row in found]


def pegged(shop: Store) -> dict[tuple[str, str], int]:
    """How much of each supply is pegged to each independent demand."""
    with reading(shop) as view:
        found = rows(
            view,
            "SELECT COALESCE(w.number, o.number || '/' || l.line, 'stock') AS supply, d.name, sum(p.quantity) AS total"
            " FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
            " JOIN demand d ON d.demand_id = r.demand_id LEFT JOIN work_order w ON w.work_order_id = p.work_order_id"
            " LEFT JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id"
            " LEFT JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id GROUP BY 1, 2",
        )
    return {(row.supply, row.name): row.total // 10**6 for row in found}


def surplus(shop: Store) -> list[tuple[str, str]]:
    """Open jobs and purchase lines with their surplus reason."""
    with reading(shop) as view:
        return [
            (row.number, row.surplus_reason)
            for row in rows(
                view,
                "SELECT number, surplus_reason FROM work_order WHERE surplus_reason <> '' AND state = 'planned'"
                " UNION ALL SELECT o.number || '/' || l.line, l.surplus_reason FROM purchase_line l JOIN purchase_order"
                " o ON o.purchase_order_id = l.purchase_order_id WHERE l.surplus_reason <> '' AND l.state = 'open'"
                " ORDER BY 1",
            )
        ]


def test_a_regular_customer_is_suggested_with_its_evidence(shop: Store) -> None:
    with reading(shop) as view:
        seen = outlook(view)
    assert seen.is_on
    assert "doing nothing 0" in seen.verdict
    found = next(each for each in seen.suggestions if each.key == "C0:LAMP")
    assert (str(found.quantity), found.customer_name, found.kind) == ("10", "Customer 0", "repeat")
    assert found.probability > 0.8
    assert "Ordered 24 times" in found.evidence
    assert "27 days ago" in found.evidence
    assert str(found.cost) == "90.00"  # ten lamps of two arms at 4 and a bulb at 1
    assert found.expires_on == TODAY + datetime.timedelta(days=28)


def test_what_accepting_would_pull_is_known_before(shop: Store) -> None:
    with doing(shop) as tx:
        add_stock(tx, "BULB", 4)
    with reading(shop) as view:
        pulls = pulls_of(view, find(view, "C0:LAMP"))
    assert pulls.jobs == 1
    arm, bulb = pulls.parts
    assert (arm.item, str(arm.quantity), arm.lead_days, arm.is_long_lead, str(arm.cost)) == (
        *("ARM", "20", 30),
        *(True, "80.00"),
    )
    assert (bulb.item, str(bulb.quantity), str(bulb.bought), bulb.is_long_lead) == ("BULB", "10", "6", False)
    assert str(pulls.cost(long_lead_only=False)) == "90.00"
    assert str(pulls.cost(long_lead_only=True)) == "80.00"


def test_accepted_in_whole_it_pulls_like_an_order(shop: Store) -> None:
    assert accepted(shop) == "INF-0001"
    assert demands(shop) == [("INFERRED:INF-0001", "LAMP", 10, "open")]
    assert pegged(shop) == {("WO-0001", "INFERRED:INF-0001"): 10}
    with reading(shop) as view:
        [row] = decided(view)
        assert str(cash_cap(view).committed) == "90.00"
        assert "C0:LAMP" not in {each.key for each in outlook(view).suggestions}
    assert (row.state, row.person, str(row.committed)) == ("accepted", "Ann", "90.00")


def test_accepted_for_long_lead_parts_it_pulls_no_labour(shop: Store) -> None:
    accepted(shop, long_lead_only=True)
    assert demands(shop) == [("INFERRED:INF-0001", "ARM", 20, "open")]
    assert pegged(shop) == {("PO-0001/1", "INFERRED:INF-0001"): 20}


def test_what_stock_covers_is_not_kept_from_real_orders(shop: Store) -> None:
    with doing(shop) as tx:
        add_stock(tx, "LAMP", 12)
    chosen = suggestion(shop)
    with doing(shop) as tx, pytest.raises(Refused, match="cover C0:LAMP already"):
        accept(tx, chosen)
    assert demands(shop) == []


def test_nothing_is_accepted_twice(shop: Store) -> None:
    chosen = suggestion(shop)
    accepted(shop)
    with doing(shop) as tx, pytest.raises(Refused, match="decided on already"):
        accept(tx, chosen)


def test_who_has_ordered_meanwhile_is_not_foreseen_any_more(shop: Store) -> None:
    chosen = suggestion(shop)
    with doing(shop) as tx:
        add_order(tx, "SO-1", [("LAMP", 10, "2026-04-10")], customer="C0")
    with doing(shop) as tx, pytest.raises(Refused, match="Customer 0 has ordered LAMP meanwhile"):
        accept(tx, chosen)
    with doing(shop) as tx:
        accept(tx, suggestion(shop, "C1:LAMP"))


def test_the_cash_cap_refuses_what_exceeds_it(shop: Store) -> None:
    with doing(shop) as tx:
        set_setting(tx, "inference_cash_cap", "89.99")
    chosen = suggestion(shop)
    with doing(shop) as tx, pytest.raises(Refused, match=r"only 89\.99 is left"):
        accept(tx, chosen)
    with doing(shop) as tx:
        accept(tx, chosen, long_lead_only=True)
    with reading(shop) as view:
        assert str(cash_cap(view).left) == "9.99"
    assert [name for name, _item, _quantity, _state in demands(shop)] == ["INFERRED:INF-0001"]


def test_the_cap_may_be_a_share_of_the_cash_that_nobody_is_owed(shop: Store) -> None:
    """1000 came in and a bill of 700 is open: a quarter of what is left is 75."""
    with doing(shop) as tx:
        set_setting(tx, "inference_cash_percent", "25")
        assert str(cash_cap(tx).cap) == "0.00"  # no cash was ever booked
        day = TODAY.isoformat()
        add_payment(tx, "PAY-1", 1000, day, customer="C0")
        add_bill(tx, "B-1", 700, day, supplier="KERN")
        assert str(cash_cap(tx).cap) == "75.00"
        set_setting(tx, "inference_cash_cap", "50")
        assert str(cash_cap(tx).cap) == "50.00"  # the smaller one holds
        set_setting(tx, "inference_cash_cap", "1000")
    with doing(shop) as tx, pytest.raises(Refused, match=r"of the cash cap of 75\.00"):
        accept(tx, suggestion(shop))


def test_without_a_price_the_cap_cannot_be_kept(shop: Store) -> None:
    with doing(shop) as tx:
        tx.connection.exec_driver_sql("DELETE FROM price_break")
    chosen = suggestion(shop)
    with doing(shop) as tx, pytest.raises(Refused, match="No price is known for ARM, BULB"):
        accept(tx, chosen)


def test_a_declined_suggestion_stays_away_until_its_day_is_over(shop: Store) -> None:
    with doing(shop) as tx:
        decline(tx, find(tx, "C0:LAMP"))
    with reading(shop) as view:
        assert "C0:LAMP" not in {each.key for each in outlook(view).suggestions}
        with pytest.raises(NotFound, match="Nothing is suggested"):
            find(view, "C0:LAMP")
    assert demands(shop) == []


def test_a_real_order_takes_the_pegs_over(shop: Store) -> None:
    accepted(shop)
    with doing(shop) as tx:
        add_order(tx, "SO-1", [("LAMP", 10, "2026-04-10")], customer="C0")
        explode(tx)
    assert pegged(shop) == {("WO-0001", "SO-1/1"): 10}
    assert demands(shop)[0][3] == "done"
    with reading(shop) as view:
        assert [row.state for row in decided(view)] == ["taken"]
        assert cash_cap(view).committed.minor == 0
    require_whole(shop)


def test_a_larger_order_takes_all_and_pulls_the_rest(shop: Store) -> None:
    accepted(shop)
    with doing(shop) as tx:
        add_order(tx, "SO-1", [("LAMP", 14, "2026-04-10")], customer="C0")
        explode(tx)
    assert pegged(shop) == {("WO-0001", "SO-1/1"): 10, ("WO-0002", "SO-1/1"): 4}
    require_whole(shop)


def test_a_smaller_order_leaves_the_rest_to_the_inference(shop: Store) -> None:
    accepted(shop)
    with doing(shop) as tx:
        add_order(tx, "SO-1", [("LAMP", 4, "2026-04-10")], customer="C0")
        explode(tx)
    assert pegged(shop) == {("WO-0001", "SO-1/1"): 4, ("WO-0001", "INFERRED:INF-0001"): 6}
    with reading(shop) as view:
        assert str(cash_cap(view).committed) == "54.00"
    require_whole(shop)


def test_an_order_that_is_due_earlier_moves_what_is_only_planned(shop: Store) -> None:
    accepted(shop)
    with doing(shop) as tx:
        tx.connection.exec_driver_sql("UPDATE work_order SET start_date = '2026-04-20', due_date = '2026-04-22'")
        tx.connection.exec_driver_sql("UPDATE requirement SET need_date = '2026-04-22' WHERE demand_id IS NOT NULL")
        add_order(tx, "SO-1", [("LAMP", 10, "2026-03-20")], customer="C0")
        explode(tx)
        [job] = rows(tx, "SELECT * FROM work_order")
    assert job.due_date == "2026-03-20"
    assert pegged(shop) == {("WO-0001", "SO-1/1"): 10}
    require_whole(shop)


def test_what_came_for_long_lead_parts_goes_into_the_orders_job(shop: Store) -> None:
    accepted(shop, long_lead_only=True)
    with doing(shop) as tx:
        send(tx, "PO-0001")
        add_order(tx, "SO-1", [("LAMP", 10, "2026-04-10")], customer="C0")
        explode(tx)
        arms = rows(
            tx,
            "SELECT w.number, p.quantity FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
            " JOIN work_order w ON w.work_order_id = r.work_order_id WHERE p.purchase_line_id = 1",
        )
    assert [(row.number, row.quantity) for row in arms] == [("WO-0001", 20_000_000)]
    assert surplus(shop) == []
    require_whole(shop)


def test_parts_that_come_too_late_for_the_order_are_drawn_up_anew(shop: Store) -> None:
    accepted(shop, long_lead_only=True)
    with doing(shop) as tx:
        tx.connection.exec_driver_sql("UPDATE purchase_line SET due_date = '2026-05-29'")
        tx.connection.exec_driver_sql("UPDATE demand SET need_date = '2026-05-29'")
        add_order(tx, "SO-1", [("LAMP", 10, "2026-04-10")], customer="C0")
        explode(tx)
        lines = rows(tx, "SELECT l.*, i.code FROM purchase_line l JOIN item i ON i.item_id = l.item_id")
    assert [(row.code, row.state, row.quantity // 10**6) for row in lines if row.code == "ARM"] == [
        ("ARM", "cancelled", 20),
        ("ARM", "open", 20),
    ]
    assert surplus(shop) == []
    require_whole(shop)


def test_another_customers_order_takes_nothing(shop: Store) -> None:
    accepted(shop)
    with doing(shop) as tx:
        add_order(tx, "SO-1", [("LAMP", 10, "2026-04-10")], customer="C5")
        explode(tx)
    assert pegged(shop) == {("WO-0001", "INFERRED:INF-0001"): 10, ("WO-0002", "SO-1/1"): 10}


def test_an_order_that_waits_for_its_deposit_takes_nothing_yet(shop: Store) -> None:
    accepted(shop)
    with doing(shop) as tx:
        add_order(tx, "SO-1", [("LAMP", 10, "2026-04-10")], customer="C0", deposit_percent=30_000_000)
        explode(tx)
    assert pegged(shop) == {("WO-0001", "INFERRED:INF-0001"): 10}
    with doing(shop) as tx:
        tx.connection.exec_driver_sql("UPDATE customer_order SET deposit_paid_on = '2026-01-05' WHERE number = 'SO-1'")
        explode(tx)
    assert pegged(shop) == {("WO-0001", "SO-1/1"): 10}
    require_whole(shop)


def test_what_an_expired_inference_pulled_is_surplus(shop: Store) -> None:
    accepted(shop)
    with doing(shop, today=NEXT_MONTH) as tx:
        explode(tx)
    assert demands(shop)[0][3] == "expired"
    assert surplus(shop) == [("WO-0001", "expired")]
    assert pegged(shop) == {}
    require_whole(shop)
    with doing(shop, today=NEXT_MONTH) as tx:
        add_order(tx, "SO-1", [("LAMP", 10, "2026-06-10")], customer="C5")
        explode(tx)
    assert pegged(shop) == {("WO-0001", "SO-1/1"): 10}
    require_whole(shop)


def test_a_withdrawn_inference_takes_its_drafts_along(shop: Store) -> None:
    number = accepted(shop)
    with doing(shop) as tx:
        withdraw_inference(tx, number)
        open_jobs = rows(tx, "SELECT 1 FROM work_order WHERE state = 'planned'")
        open_lines = rows(tx, "SELECT 1 FROM purchase_line WHERE state = 'open'")
    assert (list(open_jobs), list(open_lines), surplus(shop)) == ([], [], [])
    require_whole(shop)
    with doing(shop) as tx, pytest.raises(Refused, match="pulls nothing any more"):
        withdraw_inference(tx, number)
    with doing(shop) as tx, pytest.raises(NotFound):
        withdraw_inference(tx, "INF-0099")


def test_what_was_sent_is_surplus_when_it_is_withdrawn(shop: Store) -> None:
    number = accepted(shop, long_lead_only=True)
    with doing(shop) as tx:
        send(tx, "PO-0001")
        withdraw_inference(tx, number)
    assert surplus(shop) == [("PO-0001/1", "cancelled demand")]
    require_whole(shop)


def test_a_shop_without_a_past_is_told_so(store: Store) -> None:
    with reading(store) as view:
        seen = outlook(view)
    assert not seen.is_on
    assert "three are needed" in seen.verdict
    assert seen.suggestions == ()


def test_what_an_inference_uses_up_is_no_usage(shop: Store) -> None:
    """Usage sizes card loops and buffers: a guess must not feed the next guess."""
    with doing(shop) as tx:
        add_stock(tx, "ARM", 100, unit_cost=4)
        add_stock(tx, "BULB", 100, unit_cost=1)
        bulb = id_of(tx, "item", "BULB")
    accepted(shop)
    with doing(shop) as tx:
        release_work_order(tx, "WO-0001")
        pick_all(tx, "WO-0001", back_flushed=True)
        assert usages(tx, [bulb])[bulb].quantity == 0
        add_order(tx, "SO-1", [("LAMP", 10, "2026-04-10")], customer="C0")
        explode(tx)
        assert usages(tx, [bulb])[bulb].quantity == 10_000_000


def test_an_inference_has_no_promise_date(shop: Store) -> None:
    accepted(shop)
    with reading(shop) as view:
        assert not rows(view, "SELECT 1 FROM order_line WHERE promise_date IS NOT NULL AND status = 'confirmed'")


def test_why_shows_all_long_lead_parts(shop: Store) -> None:
    with doing(shop) as tx:
        tx.connection.exec_driver_sql("UPDATE supplier_item SET lead_time_days = 30")
    number = accepted(shop, long_lead_only=True)
    with reading(shop) as view:
        chain = why(view, f"INFERRED:{number}")
    assert {(link.supply, link.item) for link in chain.down} == {("PO-0001/1", "ARM"), ("PO-0001/2", "BULB")}


def test_the_past_is_replayed_again_only_once_orders_have_changed(shop: Store) -> None:
    with reading(shop) as view:
        first = outlook(view)
    with doing(shop) as tx:
        decline(tx, find(tx, "C0:LAMP", first))
    with reading(shop) as view:
        second = outlook(view, before=first)
    assert second.score is first.score
    assert len(second.suggestions) == len(first.suggestions) - 1
    with doing(shop) as tx:
        add_order(tx, "SO-1", [("LAMP", 10, "2026-04-10")], customer="C0")
        tx.changed("order")
    with reading(shop) as view:
        assert outlook(view, before=second).score is not first.score


def test_what_somebody_always_wants_is_anybodys_to_take(store: Store) -> None:
    """A hundred customers who each order once: no repeats, but every week somebody orders."""
    with doing(store) as tx:
        add_item(tx, "SHADE", lead_time_days=5)
        add_supplier(tx, "KERN", lead_time_days=5)
        add_supplier_item(tx, "KERN", "SHADE", 2)
        for week in range(100):
            day = TODAY - datetime.timedelta(days=7 * (100 - week))
            add_order(tx, f"OLD-{week}", [("SHADE", 3, None)], customer=f"C{week}", status="shipped", order_date=day)
        tx.connection.exec_driver_sql("UPDATE order_line SET unit_price = 9000000")
    chosen = suggestion(store, ":SHADE")
    assert (chosen.kind, chosen.customer, str(chosen.quantity)) == ("rate", "", "12")
    assert "100 of 100 weeks" in chosen.evidence
    with doing(store) as tx:
        accept(tx, chosen)
        explode(tx)
        add_order(tx, "SO-1", [("SHADE", 5, None)], customer="C99")
        add_order(tx, "SO-2", [("SHADE", 5, None)], customer="C98")
        explode(tx)
    assert pegged(store) == {
        ("PO-0001/1", "SO-1/1"): 5,
        ("PO-0001/1", "SO-2/1"): 5,
        ("PO-0001/1", "INFERRED:INF-0001"): 2,
    }
    require_whole(store)


def test_below_the_naive_rule_suggestions_are_hidden_with_the_reason(shop: Store) -> None:
    """All customers left eleven months ago: who had gone on believing would have lost money."""
    left = (TODAY - datetime.timedelta(days=325)).isoformat()
    with doing(shop) as tx:
        old = "SELECT order_id FROM customer_order WHERE order_date > ?"
        tx.connection.exec_driver_sql(f"DELETE FROM order_line WHERE order_id IN ({old})", (left,))
        tx.connection.exec_driver_sql("DELETE FROM customer_order WHERE order_date > ?", (left,))
    with reading(shop) as view:
        seen = outlook(view)
        assert seen.score.is_below_naive
        assert seen.score.money < 0
        assert seen.suggestions == ()
        assert seen.verdict.startswith("Suggestions are off: over 12 rounds")
        with pytest.raises(NotFound, match="Suggestions are off"):
            find(view, "C0:LAMP")
