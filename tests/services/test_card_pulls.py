"""A card whose container is ordered while somebody stands before it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders import add_kanban, add_order, doing, reading, workshop
from tests.services.shop import bicycle_shop, jobs, lines

from pegboard.domain.kanban import CardState
from pegboard.queries.integrity import check
from pegboard.services.card_pulls import pull, pull_extra
from pegboard.services.explosion import explode
from pegboard.services.kanban import scan
from pegboard.storage.rows import number
from pegboard.storage.store import Store


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Store]:
    with workshop(tmp_path) as store:
        yield bicycle_shop(store)


def test_a_scanned_card_is_on_order_at_once_and_nothing_else_is(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "WHEEL", 10, cards=2, supplier="ACME")
        add_order(tx, "SO-1", [("BIKE", 5, None)])
    with doing(shop) as tx:
        done = pull(tx, "KANBAN:WHEEL:1")
    assert (done.scanned.did, done.jobs, done.lines) == ("pulled", 0, 1)
    assert f"{done.scanned.supply} brings it on" in done.text
    with reading(shop) as view:
        assert [row[:2] for row in lines(view).values()] == [("WHEEL", "10")]
        assert not jobs(view)  # the order waits for the explosion of all
        assert check(view).ok
    with doing(shop) as tx:
        assert pull(tx, "KANBAN:WHEEL:1").text.startswith("KANBAN:WHEEL:1 pulls already")
        assert number(tx, "SELECT count(*) FROM demand WHERE kind = 'kanban'") == 1


def test_a_card_that_nobody_has_ordered_for_is_ordered_when_it_is_scanned_again(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "WHEEL", 10, cards=2, supplier="ACME")
        assert scan(tx, "KANBAN:WHEEL:1").state is CardState.EMPTY
        done = pull(tx, "KANBAN:WHEEL:1")
    assert (done.scanned.did, done.lines) == ("waits", 1)


def test_a_draft_grows_with_the_next_card(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "WHEEL", 10, cards=2, supplier="ACME")
        pull(tx, "KANBAN:WHEEL:1")
        pull(tx, "KANBAN:WHEEL:2")
    with reading(shop) as view:
        assert [row[:2] for row in lines(view).values()] == [("WHEEL", "20")]
        assert check(view).ok


def test_an_extra_card_is_ordered_at_once(shop: Store) -> None:
    with doing(shop) as tx:
        loop = add_kanban(tx, "FRAME", 4, cards=1)
        done = pull_extra(tx, loop)
    assert (done.scanned.name, done.jobs) == ("KANBAN:FRAME:2", 1)
    with doing(shop) as tx:
        assert not explode(tx).plan.jobs
