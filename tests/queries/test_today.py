"""Today names what needs a person, most urgent first, and lets go of what is done."""

from tests.builders import (
    TODAY,
    add_item,
    add_order,
    add_purchase,
    add_stock,
    add_supplier,
    add_work_order,
    day,
    demand_of,
    doing,
    need,
    peg,
    reading,
    workshop,
)
from tests.services.shop import bicycle_shop

from pegboard.queries.today import TaskKind, tasks, waiting_counts
from pegboard.services.changes import cancel
from pegboard.services.explosion import explode
from pegboard.services.purchasing import send
from pegboard.storage.rows import add, run
from pegboard.storage.tables.workshop import Decision


def test_an_empty_workshop_needs_nobody(tmp_path):
    with workshop(tmp_path) as store, reading(store) as view:
        assert tasks(view) == ()


def test_confirmed_demand_that_pulls_nothing_is_one_task(tmp_path):
    with workshop(tmp_path) as store, doing(store) as tx:
        add_item(tx, "LAMP", "make")
        add_order(tx, "SO-0001", [("LAMP", 2, "2026-12-04"), ("LAMP", 1, None)])
        add_order(tx, "SO-0002", [("LAMP", 1, None)], status="quote")
        add_order(tx, "SO-0003", [("LAMP", 1, None)], hold=True)
        (task,) = tasks(tx)
        assert (task.kind, task.lines) == (TaskKind.EXPLODE, 2)


def test_what_waits_for_its_deposit_is_no_task(tmp_path):
    with workshop(tmp_path) as store, doing(store) as tx:
        add_item(tx, "LAMP", "make")
        add_order(tx, "SO-0001", [("LAMP", 2, "2026-12-04")], deposit_percent=40_000_000)
        demand = demand_of(tx, "SO-0001")
        run(tx, "DELETE FROM requirement WHERE requirement_id = ?", demand)
        assert tasks(tx) == ()
        run(tx, "INSERT INTO setting (name, value) VALUES ('deposit_gates_pull', 'no')")
        assert [task.kind for task in tasks(tx)] == [TaskKind.EXPLODE]


def test_a_promise_after_its_due_date_is_late(tmp_path):
    with workshop(tmp_path) as store, doing(store) as tx:
        add_item(tx, "LAMP", "make")
        add_order(tx, "SO-0001", [("LAMP", 2, "2026-12-04")])
        demand_of(tx, "SO-0001")
        assert tasks(tx) == ()
        run(tx, "UPDATE order_line SET promise_date = '2026-12-09'")
        (task,) = tasks(tx)
        assert (task.kind, task.number, task.day, task.why) == (
            TaskKind.LATE,
            "SO-0001",
            day("2026-12-04"),
            "SO-0001/1",
        )


def test_a_draft_is_ordered_by_its_last_day_and_says_what_it_costs(tmp_path):
    with workshop(tmp_path) as store, doing(store) as tx:
        add_item(tx, "TUBE")
        add_supplier(tx, "KERN", name="Kern")
        add_purchase(tx, "PO-0001", "KERN", [("TUBE", 4, "2.50"), ("TUBE", 2, 1)], state="draft", order_by_date=TODAY)
        add_purchase(tx, "PO-0002", "KERN", [("TUBE", 4, None)], state="draft", order_by_date=day("2026-12-24"))
        add_purchase(tx, "PO-0003", "KERN", [("TUBE", 4, None)], state="draft", order_by_date=TODAY)
        first, second = tasks(tx)
        assert (first.kind, first.number, first.subject, first.lines) == (TaskKind.ORDER, "PO-0001", "Kern", 2)
        assert str(first.amount) == "12.00"
        assert (second.number, second.amount) == ("PO-0003", None)


def test_what_should_have_come_is_received(tmp_path):
    with workshop(tmp_path) as store, doing(store) as tx:
        add_item(tx, "TUBE")
        add_supplier(tx, "KERN", name="Kern")
        add_purchase(tx, "PO-0001", "KERN", [("TUBE", 4, 1)], due_date=TODAY)
        add_purchase(tx, "PO-0002", "KERN", [("TUBE", 4, 1)], due_date=TODAY, promised_date=day("2026-12-24"))
        assert [(task.kind, task.number, task.why) for task in tasks(tx)] == [
            (TaskKind.RECEIVE, "PO-0001", "PO-0001/1")
        ]


def test_what_lies_ready_for_its_order_is_shipped(tmp_path):
    with workshop(tmp_path) as store, doing(store) as tx:
        add_item(tx, "LAMP", "make")
        stock = add_stock(tx, "LAMP", 5)
        add_order(tx, "SO-0001", [("LAMP", 2, None)])
        add_order(tx, "SO-0002", [("LAMP", 5, None)])
        peg(tx, demand_of(tx, "SO-0001"), 2, stock=stock)
        peg(tx, demand_of(tx, "SO-0002"), 3, stock=stock)
        assert [(task.kind, task.number) for task in tasks(tx)] == [(TaskKind.SHIP, "SO-0001")]


def test_a_job_is_released_when_it_is_time_and_its_parts_are_there(tmp_path):
    with workshop(tmp_path) as store, doing(store) as tx:
        add_item(tx, "LAMP", "make", description="Harbor lamp")
        add_item(tx, "TUBE")
        stock = add_stock(tx, "TUBE", 5)
        for number in ("WO-0001", "WO-0002", "WO-0003"):
            add_work_order(tx, number, "LAMP", 2, start_date=TODAY)
        add_work_order(tx, "WO-0004", "LAMP", 2, start_date=day("2027-02-01"))
        peg(tx, need(tx, "WO-0001", "TUBE", 4), 4, stock=stock)
        need(tx, "WO-0002", "TUBE", 4)
        assert [(task.kind, task.number) for task in tasks(tx)] == [
            (TaskKind.RELEASE, "WO-0001"),
            (TaskKind.RELEASE, "WO-0003"),
        ]


def test_a_decision_waits_until_it_is_made(tmp_path):
    with workshop(tmp_path) as store, doing(store) as tx:
        add(
            tx,
            Decision,
            kind="change_after_sent",
            number="PO-0001/1",
            quantity=2_000_000,
            cause="SO-0001 cancelled",
            raised_at=tx.now,
        )
        (task,) = tasks(tx)
        assert (task.kind, task.noun, task.subject) == (TaskKind.DECIDE, "purchase_order", "SO-0001 cancelled")
        run(tx, "UPDATE decision SET decided_at = raised_at")
        assert tasks(tx) == ()


def test_the_pages_count_what_waits_on_them(tmp_path):
    with workshop(tmp_path) as store, doing(store) as tx:
        add_item(tx, "LAMP", "make")
        add_work_order(tx, "WO-0001", "LAMP", 2, start_date=TODAY)
        add_order(tx, "SO-0001", [("LAMP", 2, None)])
        assert waiting_counts(tx) == {"production": 1, "today": 2}


def test_supply_that_a_cancelled_order_left_behind_is_one_task(tmp_path):
    store = bicycle_shop(workshop(tmp_path))
    with doing(store) as tx:
        add_order(tx, "SO-1", [("BIKE", 10, "2026-03-02")])
        explode(tx)
        send(tx, "PO-0001")
        cancel(tx, "SO-1", decide="keep")
    with reading(store) as view:
        [task] = [task for task in tasks(view) if task.kind is TaskKind.ORPHAN]
    store.close()
    assert (task.noun, task.lines, str(task.amount)) == ("orphans", 2, "200.00")
