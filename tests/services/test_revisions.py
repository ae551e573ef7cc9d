"""Open jobs when a new BOM revision comes: keep, update, update where nothing was issued."""

import datetime

import pytest
from tests.builders import (
    add_bom,
    add_customer,
    add_item,
    add_order,
    add_stock,
    add_supplier_item,
    add_work_order,
    doing,
    quantity,
    reading,
)
from tests.services.shop import bicycle_shop, jobs, lines, require_whole

from pegboard.domain.errors import Refused
from pegboard.queries.production import revisions_at_start
from pegboard.services.changes import DecisionNeeded
from pegboard.services.explosion import explode
from pegboard.services.items import load_bom, new_revision, save_bom
from pegboard.services.production import complete, release_work_order
from pegboard.services.purchasing import send
from pegboard.services.revisions import jobs_on_other_revisions, to_update, update_job
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Store


@pytest.fixture
def shop(store: Store) -> Store:
    """10 bikes by revision A (two wheels, a frame); from February revision B has one wheel and a bell."""
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_item(tx, "BELL")
        add_supplier_item(tx, "ACME", "BELL", 3)
        add_item(tx, "CYCLE", "make", lead_time_days=1)
        add_bom(tx, "CYCLE", {"FRAME": 1, "WHEEL": 2}, revision="A")
        add_order(tx, "SO-1", [("CYCLE", 10, "2026-03-02")])
        explode(tx)
        new_revision(tx, "CYCLE", "A", "B", datetime.date(2026, 2, 1))
        draft = load_bom(tx, "CYCLE", "B")
        wheel, bell = draft.lines[1], draft.lines[1]
        one = type(wheel)(component="WHEEL", quantity=quantity(1))
        save_bom(
            tx,
            type(draft)(
                item="CYCLE",
                revision="B",
                valid_from=draft.valid_from,
                lines=(draft.lines[0], one, type(bell)(component="BELL", quantity=quantity(1))),
            ),
        )
    return store


def needs(store: Store) -> dict[str, int]:
    """Components of the bicycle job, whole units."""
    with reading(store) as view:
        found = rows(
            view,
            "SELECT i.code, r.quantity FROM requirement r JOIN work_order w ON w.work_order_id = r.work_order_id"
            " JOIN item i ON i.item_id = r.item_id WHERE w.number = 'WO-0001'",
        )
    return {row.code: row.quantity // 1_000_000 for row in found}


def test_open_jobs_of_the_old_revision_are_listed(shop: Store) -> None:
    with reading(shop) as view:
        [listed] = jobs_on_other_revisions(view, "CYCLE", "B")
        assert jobs_on_other_revisions(view, "CYCLE", "A") == ()
    assert (listed.number, listed.revision, str(listed.open), listed.has_issues) == ("WO-0001", "A", "10", False)


def test_an_updated_job_has_the_components_of_the_new_revision(shop: Store) -> None:
    with doing(shop) as tx:
        result = update_job(tx, "WO-0001", "B")
        explode(tx)
    assert needs(shop) == {"FRAME": 10, "WHEEL": 10, "BELL": 10}
    assert [(each.kind, each.item, each.after, str(each.money)) for each in result.consequences] == [
        ("draft_cut", "WHEEL", "10", "70.00"),
        ("parts_needed", "BELL", "10", "30.00"),
    ]
    with reading(shop) as view:
        assert {line[:2] for line in lines(view).values()} == {("WHEEL", "10"), ("TUBE", "30"), ("BELL", "10")}
    require_whole(shop)


def test_a_look_at_it_changes_nothing(shop: Store) -> None:
    with doing(shop) as tx:
        assert update_job(tx, "WO-0001", "B", dry_run=True).consequences
    assert needs(shop) == {"FRAME": 10, "WHEEL": 20}
    require_whole(shop)


def test_a_job_with_parts_in_it_stays_where_only_others_are_updated(shop: Store) -> None:
    with doing(shop) as tx:
        release_work_order(tx, "WO-0001")
        add_stock(tx, "FRAME", 1)
        add_stock(tx, "WHEEL", 2)
        tx.connection.exec_driver_sql(
            "DELETE FROM peg WHERE requirement_id IN (SELECT requirement_id FROM requirement WHERE work_order_id = 1)"
        )
        tx.connection.exec_driver_sql("UPDATE purchase_line SET surplus_reason = 'imported'")
        tx.connection.exec_driver_sql("UPDATE work_order SET surplus_reason = 'imported' WHERE work_order_id <> 1")
        complete(tx, "WO-0001", quantity(1))
        assert to_update(tx, [("WO-0001", "B")], only_if_nothing_issued=True) == ()
        assert to_update(tx, [("WO-0001", "B")]) == (("WO-0001", "B"),)
    with reading(shop) as view:
        assert jobs(view)["WO-0001"][1] == "9"
        assert jobs_on_other_revisions(view, "CYCLE", "B")[0].has_issues
    require_whole(shop)


def test_what_was_sent_is_a_decision(shop: Store) -> None:
    with doing(shop) as tx:
        send(tx, "PO-0001")
    with doing(shop) as tx, pytest.raises(DecisionNeeded, match="10 WHEEL"):
        update_job(tx, "WO-0001", "B")
    with doing(shop) as tx:
        update_job(tx, "WO-0001", "B", decide="keep")
        explode(tx)
    require_whole(shop)


def test_a_job_that_is_ended_is_not_updated(shop: Store) -> None:
    with doing(shop) as tx:
        tx.connection.exec_driver_sql("UPDATE work_order SET state = 'cancelled', surplus_reason = ''")
        tx.connection.exec_driver_sql("DELETE FROM peg")
    with doing(shop) as tx, pytest.raises(Refused, match="is cancelled"):
        update_job(tx, "WO-0001", "B")


def test_imported_jobs_follow_by_themselves_or_have_their_parts(shop: Store) -> None:
    with doing(shop) as tx:
        old = number(tx, "SELECT bom_id FROM bom WHERE revision = 'A'")
        imported = {"surplus_reason": "imported", "bom_id": old, "revision": "A", "state": "released"}
        start = datetime.date(2026, 2, 10)
        add_work_order(tx, "WO-0100", "CYCLE", 3, start_date=start, **imported)
        add_work_order(tx, "WO-0101", "CYCLE", 3, start_date=start, components_issued=True, **imported)
        assert revisions_at_start(tx, ["WO-0001", "WO-0100", "WO-0101"]) == (("WO-0001", "B"), ("WO-0101", "B"))
        assert to_update(tx, [("WO-0101", "B")], only_if_nothing_issued=True) == ()
        with pytest.raises(Refused, match="WO-0100 was imported"):
            update_job(tx, "WO-0100", "B")
