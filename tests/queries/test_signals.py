"""The one list: every open demand in pull order, with its state and what it pulls."""

import datetime

import pytest
from tests.builders import (
    add_customer,
    add_kanban,
    add_order,
    add_stock,
    doing,
    id_of,
    quantity,
    reading,
)
from tests.services.foreseen import lamp_maker
from tests.services.shop import bicycle_shop

from pegboard.domain.explosion import Explosion
from pegboard.queries.signals import SignalRow, SignalState, first_signals, signals
from pegboard.services.explosion import explode
from pegboard.services.inference import accept, find
from pegboard.services.kanban import scan_card
from pegboard.services.stock_builds import build_for_stock
from pegboard.storage.rows import run
from pegboard.storage.snapshots import Scope, planning_snapshot
from pegboard.storage.store import Store


@pytest.fixture
def shop(store: Store) -> Store:
    """The bicycle shop with one customer."""
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN", name="Zinn and Sons")
    return store


def listed(shop: Store, today: datetime.date = datetime.date(2026, 1, 5)) -> dict[str, SignalRow]:
    """The list by name, in its order."""
    with reading(shop, today) as view:
        return {row.name: row for row in signals(view)}


def test_all_kinds_stand_in_pull_order(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "TUBE", 20)
        scan_card(tx, "KANBAN:TUBE:1")
        add_order(tx, "SO-1", [("BIKE", 1, "2026-03-02")])
        add_order(tx, "SO-2", [("BIKE", 2, "2026-02-02"), ("BIKE", 1, None)])
        explode(tx)
        add_order(tx, "SO-3", [("BIKE", 1, "2026-02-20")], hold=True)
        add_order(tx, "SO-4", [("BIKE", 1, "2026-02-20")])
    found = listed(shop)
    assert list(found) == ["KANBAN:TUBE:1", "SO-2/2", "SO-2/1", "SO-1/1", "SO-4/1", "SO-3/1"]
    assert [row.place for row in found.values()] == [1, 2, 3, 4, 5, None]
    assert found["SO-4/1"].state is SignalState.NEW
    assert found["SO-3/1"].state is SignalState.HOLD
    assert found["SO-1/1"].origin == "Zinn and Sons"


def test_the_order_is_the_planners(shop: Store) -> None:
    with doing(shop) as tx:
        for number, due in enumerate(["2026-03-02", None, "2026-01-01", "2026-02-02", None, "2026-02-02"], 1):
            add_order(tx, f"SO-{number}", [("BIKE", 1, due)])
        explode(tx)
        snapshot = planning_snapshot(tx, Scope(), combining_days=5, deposit_gates_pull=True)
        explosion = Explosion(snapshot)
        explosion._rank_demands()
        names = {demand.demand_id: demand.name for demand in snapshot.demands}
    ranked = sorted(names, key=explosion.ranks.__getitem__)
    assert list(listed(shop)) == [names[key] for key in ranked]


def test_the_first_ones_are_the_same_as_in_the_whole_list(shop: Store) -> None:
    with doing(shop) as tx:
        add_stock(tx, "BIKE", 2)
        add_kanban(tx, "TUBE", 20)
        scan_card(tx, "KANBAN:TUBE:1")
        for number, due in enumerate(["2026-03-02", None, "2026-01-01", "2026-01-10", None, "2026-02-02"], 1):
            add_order(tx, f"SO-{number}", [("BIKE", 2, due)])
        run(tx, "DELETE FROM price_break")
        run(tx, "DELETE FROM supplier_item")  # nothing can be bought: some are short far below
        explode(tx)
    with reading(shop) as view:
        whole = signals(view)
        assert {row.state for row in whole} >= {SignalState.LATE, SignalState.SHORT}
        for count in range(1, len(whole)):
            assert first_signals(view, count) == (whole[:count], False)
        assert first_signals(view, len(whole)) == (whole, True)


def test_the_state_says_how_it_stands(shop: Store) -> None:
    with doing(shop) as tx:
        add_stock(tx, "BIKE", 3)
        add_order(tx, "SO-1", [("BIKE", 3, "2026-01-05")])  # all in stock
        add_order(tx, "SO-2", [("BIKE", 1, "2026-06-01")])  # to be made
        add_order(tx, "SO-3", [("BIKE", 1, "2026-01-06")])  # cannot be made in time
        add_order(tx, "SO-4", [("BIKE", 1, "2026-06-01")], deposit_percent=30_000_000)
        explode(tx)
    found = {name: row.state for name, row in listed(shop).items()}
    assert found == {
        "SO-1/1": SignalState.COVERED,
        "SO-2/1": SignalState.EXPLODED,
        "SO-3/1": SignalState.LATE,
        "SO-4/1": SignalState.DEPOSIT,
    }
    assert listed(shop)["SO-3/1"].reason
    assert [(pulled.kind, pulled.number) for pulled in listed(shop)["SO-1/1"].pulls] == [("stock", "MAIN")]
    assert listed(shop)["SO-2/1"].pulls[0].kind == "job"


def test_what_is_missing_far_below_makes_it_short(shop: Store) -> None:
    with doing(shop) as tx:
        add_order(tx, "SO-1", [("BIKE", 1, "2026-06-01")])
        add_order(tx, "SO-2", [("BIKE", 1, "2026-09-01")])
        explode(tx)
        run(
            tx,
            "DELETE FROM peg WHERE peg_id IN (SELECT p.peg_id FROM peg p JOIN requirement r ON r.requirement_id ="
            " p.requirement_id WHERE r.item_id = ? AND p.purchase_line_id IS NOT NULL ORDER BY r.need_date LIMIT 1)",
            id_of(tx, "item", "TUBE"),
        )
    found = {name: row.state for name, row in listed(shop).items()}
    assert found == {"SO-1/1": SignalState.SHORT, "SO-2/1": SignalState.EXPLODED}


def test_an_inference_stands_in_the_list_until_it_expires(store: Store) -> None:
    lamp_maker(store)
    with doing(store) as tx:
        number = accept(tx, find(tx, "C0:LAMP"))
    row = listed(store)[f"INFERRED:{number}"]
    assert (row.kind, row.state, row.origin, row.item, str(row.quantity), row.person) == (
        *("inferred", SignalState.NEW, "Customer 0"),
        *("LAMP", "10", "Ann"),
    )
    later = datetime.date(2026, 3, 1)
    assert listed(store, later)[f"INFERRED:{number}"].state is SignalState.EXPIRED
    with doing(store, today=later) as tx:
        explode(tx)
    assert listed(store, later) == {}


def test_a_build_for_stock_is_shown_with_who_signed_and_why(shop: Store) -> None:
    with doing(shop) as tx:
        [number] = build_for_stock(tx, "BIKE", quantity(3), "trade fair in March")
    row = listed(shop)[number]
    assert (row.kind, row.state, row.place, row.person, row.reason) == (
        *("stock_build", SignalState.BUILD, None),
        *("Ann", "trade fair in March"),
    )


def test_nothing_open_is_an_empty_list(shop: Store) -> None:
    assert listed(shop) == {}
