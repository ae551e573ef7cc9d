"""Kanban cards on their round: what they pull, when they are full, and what becomes of lost, extra and retired ones."""

import datetime
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from tests.builders import NOW, add_kanban, add_order, add_stock, doing, quantity, reading, workshop
from tests.services.shop import bicycle_shop, jobs, lines, on_hand, pegged_to, require_whole

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.kanban import CardState
from pegboard.queries.kanban import LoopRow, card_rows, loop_rows
from pegboard.queries.workshop_export import file_rows
from pegboard.services.explosion import explode
from pegboard.services.kanban import bring, scan, scan_card
from pegboard.services.kanban_loops import (
    LoopDraft,
    add_extra_card,
    change_container,
    end_loop,
    lose_card,
    new_loop,
    retire_card,
    set_cards,
)
from pegboard.services.production import complete
from pegboard.services.purchasing import receive, send
from pegboard.storage.rows import add, number, rows, run
from pegboard.storage.store import Store, Transaction
from pegboard.storage.tables.inventory import Buffer
from pegboard.storage.tables.purchasing import PurchaseHistory


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Store]:
    with workshop(tmp_path) as store:
        yield bicycle_shop(store)


def the_loop(store: Store) -> LoopRow:
    """The only loop of the shop."""
    with reading(store) as view:
        (loop,) = loop_rows(view)
    return loop


def states(store: Store) -> list[str]:
    """The states of all cards, by number."""
    with reading(store) as view:
        return [card.state.value for card in card_rows(view, retired=True)]


def key_of(tx: Transaction, card: int) -> int:
    """The key of a card by its number."""
    return number(tx, "SELECT kanban_card_id FROM kanban_card WHERE number = ?", card)


def used(tx: Transaction, item: str, amount: int, days_ago: int = 10) -> None:
    """Book that so much of an item was sold at a till some days ago."""
    at = (tx.now - datetime.timedelta(days=days_ago)).replace(tzinfo=None).isoformat(" ", "microseconds")
    run(
        tx,
        "INSERT INTO pos_sale (reference, line, sold_at, location_id, item_id, quantity, signalled)"
        " SELECT 'R' || ?, 1, ?, (SELECT location_id FROM location WHERE code = 'MAIN'), item_id, ?, 1"
        " FROM item WHERE code = ?",
        str(amount),
        at,
        amount * 1_000_000,
        item,
    )


def test_a_bought_card_goes_from_empty_over_ordered_and_in_transit_to_full(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "WHEEL", 10, supplier="ACME", location="LINE")
        assert scan(tx, "KANBAN:WHEEL:1").did == "pulled"
    assert states(shop) == ["empty", "full"]
    with doing(shop) as tx:
        explode(tx)
    assert states(shop) == ["ordered", "full"]
    card = the_loop(shop).cards[0]
    assert card.supply == "PO-0001/1"
    assert card.due == datetime.date(2026, 1, 12)
    with doing(shop) as tx:
        send(tx, "PO-0001")
    assert states(shop) == ["in_transit", "full"]
    with doing(shop) as tx:
        receive(tx, "PO-0001/1", quantity(10))
        assert rows(tx, "SELECT count(*) FROM card_cycle") == [(1,)]
    assert states(shop) == ["full", "full"]
    require_whole(shop)


def test_completing_the_job_turns_a_made_card_full(shop: Store) -> None:
    with doing(shop) as tx:
        add_stock(tx, "TUBE", 30, unit_cost=2)
        add_kanban(tx, "FRAME", 5, location="LINE")
        scan_card(tx, "KANBAN:FRAME:2")
        explode(tx)
    with reading(shop) as view:
        assert jobs(view) == {"WO-0001": ("FRAME", "5", "")}
    with doing(shop) as tx:
        complete(tx, "WO-0001", quantity(5))
    assert states(shop) == ["full", "full"]
    with reading(shop) as view:
        assert on_hand(view, "FRAME", "LINE") == "5"
    require_whole(shop)


def test_a_container_that_lies_elsewhere_is_in_transit_until_it_is_brought(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "WHEEL", 10, supplier="ACME", location="LINE")
        add_stock(tx, "WHEEL", 12, unit_cost=7)
        scan_card(tx, "KANBAN:WHEEL:1")
        explode(tx)
    assert the_loop(shop).cards[0].state is CardState.IN_TRANSIT
    assert the_loop(shop).cards[0].supply == "MAIN"
    with doing(shop) as tx:
        bring(tx, "KANBAN:WHEEL:1")
    assert states(shop) == ["full", "full"]


def test_scanning_a_card_that_is_on_order_says_since_when(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "WHEEL", 10, supplier="ACME")
        scan(tx, "KANBAN:WHEEL:1")
        explode(tx)
        again = scan(tx, "KANBAN:WHEEL:1")
    assert again.did == "waits"
    since = f"{NOW.astimezone():%Y-%m-%d %H:%M}"
    assert again.text == f"KANBAN:WHEEL:1 pulls already, since {since}: PO-0001/1 brings it on 2026-01-12."
    with reading(shop) as view:
        assert len(lines(view)) == 1


def test_without_a_scan_nothing_is_pulled_however_empty_the_shelf(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "FRAME", 5, cards=1)
        explode(tx)
    with reading(shop) as view:
        assert jobs(view) == {}
    with doing(shop) as tx:
        assert scan_card(tx, "KANBAN:FRAME:1")
        assert not scan_card(tx, "KANBAN:FRAME:1")  # no free card, no job
        explode(tx)
    with reading(shop) as view:
        assert jobs(view) == {"WO-0001": ("FRAME", "5", "")}


def test_the_formula_shows_usage_lead_time_safety_and_container(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "WHEEL", 10, cards=3, supplier="ACME")
        used(tx, "WHEEL", 128)
    loop = the_loop(shop)
    terms = loop.terms.terms
    assert (terms.daily_usage, terms.lead_time_days) == (2_000_000, 5)  # 128 in 64 working days; ACME needs 5 days
    assert (loop.terms.lead_time.source, terms.safety_percent) == ("declared", 10)
    assert terms.exact == Fraction(11, 10)  # 2 x 5 x 1.1 / 10
    assert (loop.proposed, loop.standing) == (2, 3)


def test_what_purchases_took_counts_before_what_the_supplier_says(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "WHEEL", 10, supplier="ACME")
        supplier = number(tx, "SELECT supplier_id FROM supplier")
        item = number(tx, "SELECT item_id FROM item WHERE code = 'WHEEL'")
        for line, received in enumerate(("2025-12-03", "2025-12-04", "2025-12-05"), 1):
            add(
                tx,
                PurchaseHistory,
                purchase_order="OLD",
                line=line,
                supplier_id=supplier,
                item_id=item,
                quantity=1_000_000,
                ordered_on=datetime.date(2025, 12, 1),
                received_on=datetime.date.fromisoformat(received),
            )
    lead = the_loop(shop).terms.lead_time
    assert (lead.days, lead.source, lead.samples) == (3, "purchases", 3)


def test_the_rounds_of_the_cards_count_before_all_else(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "WHEEL", 10, supplier="ACME")
        for days in (1, 2, 3):
            run(
                tx,
                "INSERT INTO card_cycle (kanban_card_id, emptied_at, filled_at) VALUES (?, '2025-12-01 08:00:00', ?)",
                key_of(tx, 1),
                f"2025-12-0{1 + days} 16:00:00",
            )
    lead = the_loop(shop).terms.lead_time
    assert (lead.days, lead.source) == (2, "rounds")


def test_a_person_alone_changes_the_number_of_cards(shop: Store) -> None:
    with doing(shop) as tx:
        loop_id = new_loop(tx, LoopDraft("WHEEL", "ACME", "LINE", quantity(10)))
    assert the_loop(shop).standing == 2  # two bins, as nothing is known yet
    with doing(shop) as tx:
        used(tx, "WHEEL", 1280)
    assert (the_loop(shop).proposed, the_loop(shop).standing) == (11, 2)
    with doing(shop) as tx:
        explode(tx)
        assert set_cards(tx, loop_id, 11) == (9, 0)
    assert the_loop(shop).standing == 11
    assert the_loop(shop).most == quantity(110)


def test_fewer_cards_let_full_ones_go_now_and_others_after_their_round(shop: Store) -> None:
    with doing(shop) as tx:
        loop_id = add_kanban(tx, "WHEEL", 10, cards=3, supplier="ACME")
        for card in (1, 2):
            scan_card(tx, f"KANBAN:WHEEL:{card}")
        explode(tx)
        assert set_cards(tx, loop_id, 1) == (0, 2)
    assert states(shop) == ["ordered", "ordered", "retired"]
    assert the_loop(shop).standing == 1
    with reading(shop) as view:
        [name] = lines(view)
    with doing(shop) as tx:
        receive(tx, name, quantity(20))
        assert scan(tx, "KANBAN:WHEEL:2").did == "retired"
        assert scan(tx, "KANBAN:WHEEL:1").did == "pulled"


def test_an_extra_card_goes_round_once(shop: Store) -> None:
    with doing(shop) as tx:
        loop_id = add_kanban(tx, "WHEEL", 10, cards=1, supplier="ACME")
        assert add_extra_card(tx, loop_id) == "KANBAN:WHEEL:2"
        explode(tx)
    with reading(shop) as view:
        [(name, (_item, amount, _reason))] = lines(view).items()
    assert amount == "10"
    with doing(shop) as tx:
        receive(tx, name, quantity(10))
        gone = scan(tx, "KANBAN:WHEEL:2")
        assert gone.did == "retired"
        explode(tx)
    with reading(shop) as view:
        assert lines(view) == {}
    with doing(shop) as tx, pytest.raises(Refused, match="gone round"):
        scan(tx, "KANBAN:WHEEL:2")


def test_a_lost_card_is_replaced_and_pulls_no_second_container(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "WHEEL", 10, cards=1, supplier="ACME")
        scan_card(tx, "KANBAN:WHEEL:1")
        explode(tx)
        assert lose_card(tx, key_of(tx, 1)) == "KANBAN:WHEEL:2"
        assert not scan_card(tx, "KANBAN:WHEEL:2")
    with doing(shop) as tx, pytest.raises(Refused, match="lost"):
        scan(tx, "KANBAN:WHEEL:1")
    with reading(shop) as view:
        [name] = lines(view)
    with doing(shop) as tx:
        receive(tx, name, quantity(10))
    assert states(shop) == ["retired", "full"]
    require_whole(shop)


def test_a_retired_card_leaves_the_loop_and_the_last_one_stays(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "WHEEL", 10, cards=2, supplier="ACME")
        assert retire_card(tx, key_of(tx, 2))
    assert the_loop(shop).wanted == 1
    with doing(shop) as tx, pytest.raises(Refused, match="last card"):
        retire_card(tx, key_of(tx, 1))


def test_a_changed_container_holds_from_the_next_pull_on(shop: Store) -> None:
    with doing(shop) as tx:
        loop_id = add_kanban(tx, "WHEEL", 10, cards=2, supplier="ACME")
        scan_card(tx, "KANBAN:WHEEL:1")
        change_container(tx, loop_id, quantity(20))
        scan_card(tx, "KANBAN:WHEEL:2")
        assert rows(tx, "SELECT quantity FROM demand ORDER BY demand_id") == [(10_000_000,), (20_000_000,)]


@pytest.mark.parametrize(
    ("draft", "problem"),
    [
        (LoopDraft("NIL", "make", "MAIN", quantity(1)), "no item"),
        (LoopDraft("WHEEL", "make", "MAIN", quantity(1)), "bought, not made"),
        (LoopDraft("FRAME", "ACME", "MAIN", quantity(1)), "made, not bought"),
        (LoopDraft("WHEEL", "NIL", "MAIN", quantity(1)), "no supplier"),
        (LoopDraft("WHEEL", "ACME", "MAIN", quantity("1.5")), "cannot hold"),
        (LoopDraft("WHEEL", "ACME", "A:B", quantity(1)), "cannot name a location"),
        (LoopDraft("WHEEL", "ACME", "MAIN", quantity(1), 0), "0 cards"),
    ],
)
def test_a_loop_that_cannot_be_is_refused_in_words(shop: Store, draft: LoopDraft, problem: str) -> None:
    with pytest.raises(InvalidInput, match=problem), doing(shop) as tx:
        new_loop(tx, draft)


def test_the_same_loop_twice_is_refused(shop: Store) -> None:
    draft = LoopDraft("WHEEL", "ACME", "MAIN", quantity(1))
    with doing(shop) as tx:
        new_loop(tx, draft)
    with pytest.raises(Refused, match="already"), doing(shop) as tx:
        new_loop(tx, draft)


def test_an_ended_loop_runs_out_is_not_exported_and_may_begin_anew(shop: Store) -> None:
    with doing(shop) as tx:
        loop_id = add_kanban(tx, "WHEEL", 10, cards=3, supplier="ACME", location="LINE")
        scan_card(tx, "KANBAN:WHEEL:1")
        explode(tx)
        assert end_loop(tx, loop_id) == 1
        assert list(file_rows(tx, "kanban_loops")) == []
    assert states(shop) == ["ordered", "retired", "retired"]
    with reading(shop) as view:
        [name] = lines(view)
    with doing(shop) as tx:
        receive(tx, name, quantity(10))
        assert scan(tx, "KANBAN:WHEEL:1").did == "retired"
    with reading(shop) as view:
        assert loop_rows(view) == []
    with doing(shop) as tx:
        assert new_loop(tx, LoopDraft("WHEEL", "ACME", "LINE", quantity(5), 2)) == loop_id
    assert [card.name for card in the_loop(shop).cards] == ["KANBAN:WHEEL:4", "KANBAN:WHEEL:5"]


def test_an_order_that_is_pegged_pulls_neither_from_the_loop_nor_from_the_buffer(shop: Store) -> None:
    """Its own wheels come for it; the loop's card stays full and the buffer stays what it is."""
    with doing(shop) as tx:
        add_kanban(tx, "WHEEL", 10, cards=1, supplier="ACME", location="LINE")
        add_stock(tx, "WHEEL", 20, unit_cost=7)
        add(
            tx,
            Buffer,
            item_id=number(tx, "SELECT item_id FROM item WHERE code = 'WHEEL'"),
            quantity=20_000_000,
            reason="flood",
        )
        add_order(tx, "SO-1", [("WHEEL", 10, "2026-02-02")])
        for _ in range(2):
            explode(tx)
        assert [row.kind for row in rows(tx, "SELECT kind FROM demand")] == ["order"]
        assert pegged_to(tx, "SO-1/1") == [("PO-0001/1", "10")]
        assert lines(tx) == {"PO-0001/1": ("WHEEL", "10", "")}
    assert states(shop) == ["full"]


def test_a_container_that_does_not_fit_the_suppliers_multiple_is_told(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "WHEEL", 15, supplier="ACME")  # ACME sells wheels in tens
    assert the_loop(shop).lot == quantity(20)
