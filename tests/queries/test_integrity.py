"""The invariants: each is proved on a whole workshop, and broken on purpose once."""

import json

import pytest
from tests.builders import (
    add_customer,
    add_order,
    add_stock,
    add_work_order,
    doing,
    quantity,
    reading,
)
from tests.services.shop import bicycle_shop

from pegboard.queries.integrity import Check, check
from pegboard.services.explosion import explode
from pegboard.services.inventory import adjust
from pegboard.services.numbers import continue_above, take
from pegboard.storage.rows import run
from pegboard.storage.store import Store


@pytest.fixture
def shop(store: Store) -> Store:
    """The bicycle shop with an exploded order and some stock."""
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_stock(tx, "TUBE", 5, unit_cost="1.333333")
        add_order(tx, "SO-1", [("BIKE", 4, "2026-03-02")])
        explode(tx)
    return store


def checked(store: Store) -> Check:
    """The result of the check."""
    with reading(store) as view:
        return check(view)


def broken(store: Store) -> dict[int, tuple[str, ...]]:
    """Breaches by the invariant's place, from 1."""
    return {place: each.breaches for place, each in enumerate(checked(store).invariants, 1) if not each.ok}


def test_a_whole_workshop_is_whole(shop: Store) -> None:
    found = checked(shop)
    assert found.ok
    told = json.loads(json.dumps(found.as_json()))
    assert set(told) == {"ok", "invariants"}
    assert [set(each) for each in told["invariants"]] == [{"name", "ok", "breaches"}] * 7


_GATE = "DROP TRIGGER purchase_line_stays_pulled"  # the file itself would refuse what comes next


@pytest.mark.parametrize(
    ("place", "statements", "words"),
    [
        (1, ["UPDATE work_order SET quantity = 3000000 WHERE number = 'WO-0001'"], "WO-0001: 4 are pegged, but only 3"),
        (1, [_GATE, "UPDATE purchase_line SET surplus_reason = ''"], "of 10 open only 8 are pegged"),
        (2, ["UPDATE requirement SET quantity = 1000000 WHERE demand_id IS NOT NULL"], "SO-1/1: 4 BIKE are pegged"),
        (2, ["UPDATE stock SET quantity = 2000000"], "STOCK:MAIN:TUBE: 5 are pegged, but only 2 are on hand"),
        (3, ["UPDATE stock SET quantity = 7000000"], "7 on hand, but the ledger adds up to 5"),
        (4, ["UPDATE demand SET state = 'cancelled'"], "4 BIKE are pegged to SO-1/1"),
        (4, ["DELETE FROM peg WHERE work_order_id = 1"], "FRAME are pegged to WO-0001"),
        (5, ["UPDATE cost_layer SET unit_cost = 1000000"], "worth 5, but the ledger adds up to 6.666665"),
        (5, ["UPDATE cost_layer SET remaining_quantity = 1000000"], "5 on hand, but its cost layers hold 1"),
        (6, ["UPDATE work_order SET number = 'WO-0009' WHERE number = 'WO-0001'"], "WO-0001 is missing"),
        (6, ["UPDATE work_order SET number = 'WO-0009' WHERE number = 'WO-0001'"], "WO-0009 is beyond the end"),
    ],
)
def test_what_is_broken_is_named_with_its_document_and_quantity(
    shop: Store, place: int, statements: list[str], words: str
) -> None:
    with doing(shop) as tx:
        for statement in statements:
            run(
                tx,
                statement
                + (" ON purchase_line" if statement == _GATE and tx.connection.dialect.name != "sqlite" else ""),
            )
    found = broken(shop)
    assert place in found
    assert any(words in breach for breach in found[place]), found


@pytest.mark.file
def test_a_reference_to_nothing_is_found(shop: Store) -> None:
    import sqlite3

    shop.close()
    file = sqlite3.connect(shop.path)
    file.execute("UPDATE peg SET work_order_id = 999 WHERE work_order_id = 1")
    file.commit()
    file.close()
    assert "refers to a missing work_order" in " ".join(broken(shop)[7])


def test_a_job_that_is_surplus_may_keep_its_components(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_work_order(tx, "WO-77", "BIKE", 4, surplus_reason="imported")
    assert checked(store).ok


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (["WO-0001", "WO-0002"], None),
        (["WO-0001", "WO-0004"], "WO-0002 to WO-0003 are missing"),
        (["WO-0002", "WO-0003", "WO-0004"], "WO-0001 is missing"),
    ],
)
def test_numbers_of_a_series_have_no_gap(store: Store, numbers: list[str], words: str | None) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        take(tx, "WO", int(numbers[-1][3:]))
        for number in numbers:
            add_work_order(tx, number, "BIKE", 1, surplus_reason="imported")
    found = broken(store)
    assert found == ({6: (f"{words}.",)} if words else {})


def test_imported_numbers_may_have_gaps(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        for number in ("WO-0007", "WO-0031", "JOB 5"):
            add_work_order(tx, number, "BIKE", 1, surplus_reason="imported")
        continue_above(tx)
        assert take(tx, "WO") == ["WO-0032"]
        add_work_order(tx, "WO-0032", "BIKE", 1, surplus_reason="imported")
    assert checked(store).ok


def test_a_correction_keeps_it_whole(shop: Store) -> None:
    with doing(shop) as tx:
        adjust(tx, "TUBE", counted=quantity(2), reason="counted")
    assert checked(shop).ok
