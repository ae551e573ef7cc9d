"""Caps on customer jobs: refused at release by name, the next in due order released as work leaves (CONWIP)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders import (
    add_bom,
    add_customer,
    add_item,
    add_kanban,
    add_operation,
    add_order,
    add_stock,
    add_work_center,
    doing,
    quantity,
    reading,
    workshop,
)
from tests.services.shop import jobs, require_whole

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.queries.kanban_caps import caps
from pegboard.services.explosion import explode
from pegboard.services.kanban import scan_card
from pegboard.services.kanban_caps import release_next, set_cap
from pegboard.services.production import complete, finish_operation
from pegboard.services.release import release_work_order
from pegboard.services.settings import set_setting
from pegboard.storage.rows import rows
from pegboard.storage.store import Store


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Store]:
    """Three orders for a LAMP each, due on three days; a LAMP is turned and painted from one ROD."""
    with workshop(tmp_path) as store:
        with doing(store) as tx:
            add_item(tx, "LAMP", "make", lead_time_days=2)
            add_item(tx, "ROD")
            add_bom(tx, "LAMP", {"ROD": 1})
            add_stock(tx, "ROD", 10, unit_cost=1)
            add_customer(tx)
            for place, code in enumerate(("LATHE", "PAINT"), 1):
                add_work_center(tx, code)
                add_operation(tx, "LAMP", place * 10, work_center=code, run_minutes=5)
            for number, due in (("SO-1", "2026-01-19"), ("SO-2", "2026-01-15"), ("SO-3", "2026-01-29")):
                add_order(tx, number, [("LAMP", 1, due)])
            explode(tx)
        yield store


def by_order(store: Store) -> dict[str, str]:
    """The job of each order."""
    with reading(store) as view:
        return dict(
            rows(
                view,
                "SELECT d.name, w.number FROM work_order w JOIN peg p ON p.work_order_id = w.work_order_id"
                " JOIN requirement r ON r.requirement_id = p.requirement_id JOIN demand d ON d.demand_id = r.demand_id",
            )
        )


def released(store: Store) -> list[str]:
    """Jobs that were released, by number."""
    with reading(store) as view:
        found = rows(view, "SELECT number FROM work_order WHERE state IN ('released', 'in_progress') ORDER BY number")
    return [row.number for row in found]


def test_without_a_cap_a_person_releases_what_they_want(shop: Store) -> None:
    with doing(shop) as tx:
        for job in jobs(tx):
            release_work_order(tx, job)
        assert release_next(tx) == []


def test_the_cap_of_the_shop_refuses_by_name(shop: Store) -> None:
    job = by_order(shop)
    with doing(shop) as tx:
        set_cap(tx, "", 1)
        release_work_order(tx, job["SO-1/1"])
    with doing(shop) as tx, pytest.raises(Refused, match="the shop has 1 customer jobs at work, and its cap is 1"):
        release_work_order(tx, job["SO-2/1"])


def test_the_next_job_in_due_order_follows_as_work_leaves(shop: Store) -> None:
    job = by_order(shop)
    with doing(shop) as tx:
        set_cap(tx, "", 2)
        set_setting(tx, "wip_releases_next", "yes")
        assert release_next(tx) == [job["SO-2/1"], job["SO-1/1"]]
    with doing(shop) as tx:
        complete(tx, job["SO-2/1"], quantity(1))
    assert released(shop) == sorted([job["SO-1/1"], job["SO-3/1"]])
    require_whole(shop)


def test_a_work_center_has_room_again_once_the_job_has_passed_it(shop: Store) -> None:
    job = by_order(shop)
    with doing(shop) as tx:
        set_cap(tx, "LATHE", 1)
        release_work_order(tx, job["SO-2/1"])
    with doing(shop) as tx, pytest.raises(Refused, match="LATHE has 1 customer jobs"):
        release_work_order(tx, job["SO-1/1"])
    with doing(shop) as tx:
        finish_operation(tx, job["SO-2/1"], 10)
        release_work_order(tx, job["SO-1/1"])
    with reading(shop) as view:
        (cap,) = caps(view)
    assert [one.number for one in cap.jobs] == [job["SO-1/1"]]
    assert [one.number for one in cap.waiting] == [job["SO-3/1"]]


def test_cards_have_their_own_cap_and_do_not_count(shop: Store) -> None:
    customer_jobs = set(by_order(shop).values())
    with doing(shop) as tx:
        set_cap(tx, "", 1)
        release_next(tx)
        add_kanban(tx, "LAMP", 1, location="SHELF")
        scan_card(tx, "KANBAN:LAMP:1")
        explode(tx)
        (card_job,) = (number for number in jobs(tx) if number not in customer_jobs)
        release_work_order(tx, card_job)
    assert len(released(shop)) == 2


def test_a_job_that_lacks_parts_lets_the_next_one_pass(shop: Store) -> None:
    with doing(shop) as tx:
        add_item(tx, "BELL", "make", lead_time_days=1)
        add_bom(tx, "BELL", {"ROD": 100})
        add_order(tx, "SO-0", [("BELL", 1, "2026-01-07")])
        explode(tx)
        set_cap(tx, "", 1)
        (first,) = release_next(tx)
    assert first == by_order(shop)["SO-2/1"]


def test_completing_a_job_that_was_never_released_is_not_refused(shop: Store) -> None:
    job = by_order(shop)
    with doing(shop) as tx:
        set_cap(tx, "", 1)
        release_work_order(tx, job["SO-1/1"])
        complete(tx, job["SO-2/1"], quantity(1))


def test_a_cap_can_be_changed_and_lifted(shop: Store) -> None:
    with doing(shop) as tx:
        set_cap(tx, "LATHE", 3)
        set_cap(tx, "PAINT", 2)
        set_cap(tx, "LATHE", 4)
        assert [(cap.work_center, cap.limit) for cap in caps(tx)] == [("LATHE", 4), ("PAINT", 2)]
        set_cap(tx, "LATHE", None)
        assert [(cap.work_center, cap.limit) for cap in caps(tx)] == [("PAINT", 2)]
    with doing(shop) as tx, pytest.raises(InvalidInput, match="no work center"):
        set_cap(tx, "NIL", 3)
