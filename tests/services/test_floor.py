"""The floor's reports: order of operations, times of people, picking, substitutes, rework, and taking back."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.builders import (
    NOW,
    add_bom,
    add_item,
    add_operation,
    add_order,
    add_purchase,
    add_stock,
    add_supplier,
    add_work_center,
    add_work_order,
    demand_of,
    doing,
    id_of,
    need,
    peg,
    quantity,
    reading,
)
from tests.services.shop import on_hand, require_whole

from pegboard.domain.errors import ChangedMeanwhile, InvalidInput, Refused
from pegboard.queries.job_costs import job_cost
from pegboard.queries.today import TaskKind, tasks
from pegboard.services import floor, operations, picking, purchasing, work_times
from pegboard.services.movements import Movement, NotEnough, take_out
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Store, Transaction


class Clock:
    """The shop's clock, which a test moves on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime.datetime:
        return self.now

    def on(self, **time: float) -> None:
        self.now += datetime.timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop(store: Store, clock: Clock) -> Store:
    """Ten bikes of WO-1: 20 wheels and 15 bolts lie here; cut, paint outside, assemble; the bench costs 60 an hour."""
    store.clock = clock
    with doing(store) as tx:
        _build(tx)
    return store


def _build(tx: Transaction) -> None:
    add_item(tx, "BIKE", "make")
    add_item(tx, "WHEEL")
    add_item(tx, "RIM")
    add_item(tx, "BOLT", backflush=True)
    add_bom(
        tx,
        "BIKE",
        [{"component": "WHEEL", "quantity": 2, "alternates": ["RIM"]}, {"component": "BOLT", "quantity": "1.5"}],
    )
    add_work_center(tx, "BENCH", 60)
    add_supplier(tx, "PAINT")
    add_operation(tx, "BIKE", 10, work_center="BENCH", run_minutes=6)
    add_operation(tx, "BIKE", 20, supplier="PAINT", price=3)
    add_operation(tx, "BIKE", 30, work_center="BENCH")
    add_order(tx, "SO-1", [("BIKE", 10, "2026-01-19")])
    add_work_order(tx, "WO-1", "BIKE", 10, bom_id=number(tx, "SELECT bom_id FROM bom"))
    peg(tx, demand_of(tx, "SO-1"), 10, work_order="WO-1")
    peg(tx, need(tx, "WO-1", "WHEEL", 20), 20, stock=add_stock(tx, "WHEEL", 20, unit_cost=7))
    peg(tx, need(tx, "WO-1", "BOLT", 15), 15, stock=add_stock(tx, "BOLT", 20, unit_cost="0.1"))
    add_purchase(tx, "PO-1", "PAINT", [("BIKE", 10, 3)], work_order_id=id_of(tx, "work_order", "WO-1"), operation=20)


def line_of(store: Store, item: str) -> int:
    """The pick line of an item."""
    with reading(store) as view:
        return number(
            view,
            "SELECT requirement_id FROM requirement r JOIN item i USING (item_id) WHERE i.code = ?"
            " AND work_order_id IS NOT NULL",
            item,
        )


@contextmanager
def unchanged(store: Store) -> Iterator[None]:
    """All that a report may change is afterwards as it was before; the ledger alone goes on."""
    before = everything(store)
    yield
    assert everything(store) == before
    require_whole(store)


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Jobs, operations, times, components, pegs, links and what lies where."""
    tables = ("work_order_operation", "time_entry", "requirement", "peg", "genealogy")
    with reading(store) as view:
        found = {table: [tuple(row) for row in rows(view, f"SELECT * FROM {table} ORDER BY 1")] for table in tables}
        found["job"] = [
            tuple(row)
            for row in rows(
                view, "SELECT quantity, start_quantity, completed_quantity, scrapped_quantity, state FROM work_order"
            )
        ]
        found["stock"] = [
            tuple(row) for row in rows(view, "SELECT stock_id, quantity FROM stock WHERE quantity > 0 ORDER BY 1")
        ]
        found["worth"] = [(number(view, "SELECT sum(value) FROM ledger_entry"),)]
        found["cost"] = [(job_cost(view, "WO-1").issues, job_cost(view, "WO-1").completed)]
    return found


def times(store: Store) -> list[tuple[str, bool, str]]:
    """Whose time it is, whether it runs, and its note."""
    with reading(store) as view:
        found = rows(view, "SELECT person, ended_at IS NULL, note FROM time_entry ORDER BY time_entry_id")
    return [(row[0], bool(row[1]), row[2]) for row in found]


def test_work_out_of_order_is_stopped_and_goes_on_with_a_reason(shop: Store) -> None:
    with pytest.raises(floor.OutOfOrder, match="operation 10 is not done yet"), doing(shop) as tx:
        floor.start(tx, "WO-1", 30, "Ann")
    with doing(shop) as tx:
        floor.start(tx, "WO-1", 30, "Ann", anyway="the paint is here")
    with reading(shop) as view:
        assert number(view, "SELECT count(*) FROM floor_report WHERE reason = 'the paint is here'") == 1


def test_several_people_are_at_one_job_and_pauses_are_not_paid(shop: Store, clock: Clock) -> None:
    with doing(shop) as tx:
        floor.start(tx, "WO-1", 10, "Ann")
        floor.start(tx, "WO-1", 10, "Bob")
    clock.on(minutes=30)
    with doing(shop) as tx:
        floor.stop(tx, "WO-1", 10, "Ann")
    clock.on(minutes=30)
    with doing(shop) as tx:
        floor.start(tx, "WO-1", 10, "Ann")
    clock.on(minutes=15)
    with doing(shop) as tx:
        report = floor.done(tx, "WO-1", 10, "Ann")
        floor.stop(tx, "WO-1", 10, "Bob")
    assert (str(report.good), str(report.left), report.is_last) == ("10", "0", False)
    with reading(shop) as view:
        assert str(job_cost(view, "WO-1").labour) == str(30 + 15 + 75)


def test_who_begins_elsewhere_pauses_where_they_were(shop: Store) -> None:
    with doing(shop) as tx:
        add_work_order(tx, "WO-2", "BIKE", 1)
        floor.start(tx, "WO-1", 10, "Ann")
        begun = floor.start(tx, "WO-2", 10, "Ann")
    assert begun.paused == (("WO-1", 10),)
    assert times(shop) == [("Ann", False, ""), ("Ann", True, "")]
    with doing(shop) as tx:
        floor.undo_last(tx, "Ann")
    assert times(shop) == [("Ann", True, "")]


def test_a_forgotten_stop_ends_after_a_working_day(shop: Store, clock: Clock) -> None:
    with doing(shop) as tx:
        floor.start(tx, "WO-1", 10, "Ann")
    clock.on(hours=20)
    with doing(shop) as tx:
        begun = floor.start(tx, "WO-1", 10, "Ann")
    assert begun.forgotten == (("WO-1", 10),)
    assert times(shop) == [("Ann", False, "stop was forgotten"), ("Ann", True, "")]
    with reading(shop) as view:
        assert str(job_cost(view, "WO-1").labour) == "480"
        entry = number(view, "SELECT min(time_entry_id) FROM time_entry")
    with doing(shop) as tx:
        with pytest.raises(ChangedMeanwhile, match="stop was forgotten"):
            work_times.correct_time(tx, entry, quantity(30), "left early", seen=("",))
        work_times.correct_time(tx, entry, quantity(45), "left at ten", seen=("stop was forgotten",))
    with reading(shop) as view:
        assert str(job_cost(view, "WO-1").labour) == "45"
    with pytest.raises(InvalidInput, match="reason"), doing(shop) as tx:
        work_times.correct_time(tx, entry, quantity(45), "")


def test_no_time_is_negative_when_the_clock_is_set_back(shop: Store, clock: Clock) -> None:
    with doing(shop) as tx:
        floor.start(tx, "WO-1", 10, "Ann")
    clock.on(hours=-1)
    with doing(shop) as tx:
        floor.stop(tx, "WO-1", 10, "Ann")
    with reading(shop) as view:
        assert number(view, "SELECT count(*) FROM time_entry WHERE ended_at < started_at OR cost < 0") == 0


def test_each_report_can_be_taken_back(shop: Store, clock: Clock) -> None:
    wheels = line_of(shop, "WHEEL")
    with doing(shop) as tx:
        add_stock(tx, "RIM", 6, unit_cost=5)
        operations.release_work_order(tx, "WO-1")
    reports = (
        lambda tx: floor.start(tx, "WO-1", 10, "Ann"),
        lambda tx: floor.scrap(tx, "WO-1", 10, "Ann", quantity(2), "bent"),
        lambda tx: floor.done(tx, "WO-1", 10, "Ann", quantity(4), quantity(1), "bent"),
        lambda tx: floor.hand_out_all(tx, "WO-1", "Ann"),
        lambda tx: floor.hand_out(tx, "WO-1", "Ann", wheels, quantity(3)),
        lambda tx: floor.hand_out_short(tx, "WO-1", "Ann", wheels, quantity(7)),
        lambda tx: floor.use_alternate(tx, "WO-1", "Ann", wheels, "RIM"),
        lambda tx: floor.order_rework(tx, "WO-1", "Ann", 10, reason="scratched"),
        lambda tx: floor.complete(tx, "WO-1", "Ann", quantity(3), quantity(1), "bent"),
        lambda tx: floor.complete(tx, "WO-1", "Ann", quantity(10)),
        lambda tx: floor.raise_problem(tx, "WO-1", 10, "Ann", "drawing unclear"),
    )
    for report in reports:
        with unchanged(shop):
            with doing(shop) as tx:
                report(tx)
            clock.on(minutes=5)
            with doing(shop) as tx:
                floor.undo_last(tx, "Ann")


def test_what_is_older_or_has_moved_on_is_not_taken_back(shop: Store, clock: Clock) -> None:
    with doing(shop) as tx:
        floor.start(tx, "WO-1", 10, "Ann")
    with pytest.raises(Refused, match="nothing to take back"), doing(shop) as tx:
        floor.undo_last(tx, "Bob")
    with doing(shop) as tx:
        floor.done(tx, "WO-1", 10, "Bob")
    with pytest.raises(Refused, match="has changed since"), doing(shop) as tx:
        floor.undo_last(tx, "Ann")
    clock.on(minutes=11)
    with pytest.raises(Refused, match="nothing to take back"), doing(shop) as tx:
        floor.undo_last(tx, "Bob")


def test_a_short_pick_is_booked_as_counted_and_pulled_again(shop: Store) -> None:
    with doing(shop) as tx:
        short = floor.hand_out_short(tx, "WO-1", "Ann", line_of(shop, "WHEEL"), quantity(7))
    assert (str(short.issued), str(short.short)) == ("7", "13")
    with reading(shop) as view:
        assert on_hand(view, "WHEEL") == "0"
        assert (
            number(
                view,
                "SELECT count(*) FROM peg WHERE requirement_id = ?",
                line_of(shop, "WHEEL"),
            )
            == 0
        )
    require_whole(shop)


def test_what_is_handed_out_before_is_not_taken_again_on_completion(shop: Store) -> None:
    with doing(shop) as tx:
        picked = floor.hand_out_all(tx, "WO-1", "Ann")
        assert [(part.item, str(part.quantity)) for part in picked.issued] == [("WHEEL", "20")]
        done = floor.complete(tx, "WO-1", "Ann", quantity(10))
    assert [(part.item, str(part.quantity)) for part in done.issued] == [("BOLT", "15")]
    with reading(shop) as view:
        assert (on_hand(view, "WHEEL"), on_hand(view, "BOLT"), on_hand(view, "BIKE")) == ("0", "5", "10")
    require_whole(shop)


def test_an_approved_alternate_stands_in_and_the_component_comes_free(shop: Store) -> None:
    wheels = line_of(shop, "WHEEL")
    with doing(shop) as tx:
        add_stock(tx, "RIM", 6, unit_cost=5)
        add_item(tx, "HOOP")
        assert picking.approved_alternates(tx, "WO-1", wheels) == ("RIM",)
        assert str(floor.use_alternate(tx, "WO-1", "Ann", wheels, "RIM")) == "6"
    with reading(shop) as view:
        line = rows(
            view,
            "SELECT r.quantity, p.quantity AS pegged FROM requirement r JOIN peg p"
            " ON p.requirement_id = r.requirement_id WHERE r.alternate_for_id IS NOT NULL",
        )
        assert [tuple(row) for row in line] == [(6_000_000, 6_000_000)]
        assert number(view, "SELECT quantity FROM peg WHERE requirement_id = ?", wheels) == 14_000_000
    with pytest.raises(Refused, match="no approved alternate"), doing(shop) as tx:
        floor.use_alternate(tx, "WO-1", "Ann", wheels, "HOOP")
    require_whole(shop)


def test_rework_is_an_operation_of_its_own(shop: Store) -> None:
    with doing(shop) as tx:
        floor.done(tx, "WO-1", 10, "Ann")
        sequence = floor.order_rework(tx, "WO-1", "Ann", 10, reason="scratched", minutes=quantity(20))
    assert sequence == 15
    with pytest.raises(Refused, match="operation 15"), doing(shop) as tx:
        floor.start(tx, "WO-1", 30, "Ann")
    with doing(shop) as tx:
        floor.done(tx, "WO-1", 15, "Ann", minutes=quantity(30))
    with reading(shop) as view:
        assert str(job_cost(view, "WO-1").labour) == "30"


def test_a_subcontract_operation_goes_out_and_comes_back(shop: Store) -> None:
    with pytest.raises(Refused, match="Operation 10 of WO-1 is not done yet"), doing(shop) as tx:
        floor.send_to_supplier(tx, "WO-1", 20, "Ann")
    with doing(shop) as tx:
        floor.done(tx, "WO-1", 10, "Ann")
        assert floor.send_to_supplier(tx, "WO-1", 20, "Ann") == "PO-1/1"
    with pytest.raises(Refused, match="went out already"), doing(shop) as tx:
        floor.send_to_supplier(tx, "WO-1", 20, "Ann")
    with pytest.raises(Refused, match="No open purchase line"), doing(shop) as tx:
        floor.send_to_supplier(tx, "WO-1", 10, "Ann")
    with doing(shop) as tx:
        purchasing.receive(tx, "PO-1/1", quantity(10))
    with reading(shop) as view:
        assert str(job_cost(view, "WO-1").subcontract) == "30"
        assert number(view, "SELECT count(*) FROM work_order_operation WHERE state = 'finished'") == 2


def test_a_problem_stands_until_it_is_settled(shop: Store) -> None:
    with doing(shop) as tx:
        key = floor.raise_problem(tx, "WO-1", 10, "Ann", "machine down")
        floor.settle_problem(tx, key, "Bob")
    with pytest.raises(Refused.__base__, match="settled already"), doing(shop) as tx:
        floor.settle_problem(tx, key, "Bob")


def test_serials_of_the_output_are_proposed_from_the_job(shop: Store) -> None:
    with doing(shop) as tx:
        add_item(tx, "LAMP", "make", tracking="serial")
        add_work_order(tx, "WO-9", "LAMP", 3)
        assert floor.proposed_lots(tx, "WO-9", quantity(2)) == "WO-9-1;WO-9-2"
        floor.complete(tx, "WO-9", "Ann", quantity(2), lot="WO-9-1;WO-9-2")
        assert floor.proposed_lots(tx, "WO-9", quantity(1)) == "WO-9-3"


def test_stock_says_that_it_must_be_counted(shop: Store) -> None:
    with reading(shop) as view:
        wheels = number(view, "SELECT stock_id FROM peg WHERE requirement_id = ?", line_of(shop, "WHEEL"))
    with pytest.raises(NotEnough, match="Only 20 WHEEL"), doing(shop) as tx:
        take_out(tx, wheels, 21_000_000, Movement("issue"))


def test_a_problem_is_a_task_of_today_until_it_is_settled(shop: Store) -> None:
    with doing(shop) as tx:
        key = floor.raise_problem(tx, "WO-1", 10, "Ann", "machine down")
        floor.raise_problem(tx, "WO-1", 10, "Bob", "bad part")
    with reading(shop) as view:
        [task] = [task for task in tasks(view) if task.kind is TaskKind.PROBLEM]
    assert (task.number, task.subject, task.lines, task.item) == ("WO-1", "machine down", 2, "BIKE")
    with doing(shop) as tx:
        floor.settle_problem(tx, key, "Ann")
        floor.undo_last(tx, "Bob")
    with reading(shop) as view:
        assert not [task for task in tasks(view) if task.kind is TaskKind.PROBLEM]
