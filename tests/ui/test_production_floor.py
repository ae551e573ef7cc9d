"""Make, seen by the office: parts handed out and replaced, scrap, rework, outside work, cost, lots, revisions."""

import datetime

import pytest
from tests.builders import (
    add_bom,
    add_item,
    add_operation,
    add_order,
    add_purchase,
    add_stock,
    add_supplier,
    add_work_center,
    add_work_order,
    day,
    demand_of,
    doing,
    id_of,
    need,
    peg,
    quantity,
)

from pegboard.queries.job_books import job_books
from pegboard.queries.production import job_keys
from pegboard.services import floor
from pegboard.services.inventory import adjust
from pegboard.storage.rows import number
from pegboard.ui import messages as messages_module
from pegboard.ui.command import problems
from pegboard.ui.production.workspace import ProductionPage, workspace

TODAY = datetime.date(2026, 11, 23)


@pytest.fixture
def shop(workshop):
    """Ten lamps, serial numbered, of 10 glasses in lot G1 and 20 clips; bent here, coated by COAT, which PO-1 buys."""
    with doing(workshop, today=TODAY) as tx:
        add_item(tx, "LAMP", "make", tracking="lot")
        add_item(tx, "GLASS", tracking="lot", standard_cost=5)
        add_item(tx, "CLIP", standard_cost="0.5")
        add_item(tx, "HOOK")
        lines = [{"component": "GLASS", "quantity": 1}, {"component": "CLIP", "quantity": 2, "alternates": ["HOOK"]}]
        bom = add_bom(tx, "LAMP", lines, revision="A", valid_to=day("2026-10-31"))
        add_bom(tx, "LAMP", {"GLASS": 1, "HOOK": 2}, revision="B", valid_from=day("2026-11-01"))
        add_work_center(tx, "BENCH", 60)
        add_supplier(tx, "COAT", name="Coaters")
        add_operation(tx, "LAMP", 10, work_center="BENCH", run_minutes=6, revision="A")
        add_operation(tx, "LAMP", 20, supplier="COAT", price=3, revision="A")
        add_order(tx, "SO-1", [("LAMP", 10, "2026-12-04")])
        requirement = demand_of(tx, "SO-1")
        add_work_order(
            tx, "WO-1", "LAMP", 10, bom_id=bom, revision="A", surplus_reason="minimum", due_date=day("2026-12-01")
        )
        peg(tx, requirement, 10, work_order="WO-1")
        peg(tx, need(tx, "WO-1", "GLASS", 10), 10, stock=add_stock(tx, "GLASS", 10, lot="G1", unit_cost=4))
        peg(tx, need(tx, "WO-1", "CLIP", 20), 20, stock=add_stock(tx, "CLIP", 20, unit_cost="0.5"))
        job = id_of(tx, "work_order", "WO-1")
        add_purchase(tx, "PO-1", "COAT", [("LAMP", 10, 3)], work_order_id=job, operation=20)
        floor.production.release_work_order(tx, "WO-1")
    return workshop


@pytest.fixture
def page(qtbot, desk, shop, settle) -> ProductionPage:
    made = workspace(desk)
    qtbot.addWidget(made)
    made.resize(1240, 1400)
    with qtbot.waitExposed(made):
        made.show()
    settle(desk)
    show(made, settle)
    return made


def show(page: ProductionPage, settle) -> None:
    page.show_record("work_order", "WO-1")
    settle(page.desk)
    settle(page.desk)


def answer(monkeypatch, fill) -> None:
    """Let every dialog be filled by `fill` and accepted."""

    def run(dialog) -> int:
        fill(dialog)
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(messages_module, "run_modal", run)


def run(page: ProductionPage, command: str, settle) -> None:
    assert page._by_id[command].enabled_when(), command
    page._by_id[command].run()
    settle(page.desk)
    settle(page.desk)


def count(shop, statement: str) -> int:
    with shop.read(today=TODAY) as reading:
        return number(reading, statement)


def test_the_page_s_commands_are_whole(page: ProductionPage) -> None:
    assert not problems(page.commands())


def test_parts_are_handed_out_and_taken_back(page: ProductionPage, settle, shop, shell) -> None:
    run(page, "job.issue", settle)
    assert count(shop, "SELECT sum(issued_quantity) FROM requirement WHERE work_order_id IS NOT NULL") == 30_000_000
    shell.last_action()
    settle(page.desk)
    assert count(shop, "SELECT sum(issued_quantity) FROM requirement WHERE work_order_id IS NOT NULL") == 0


def choose(page: ProductionPage, item: str) -> None:
    lines = page.pane.components.table
    for place in range(lines.rowCount()):
        if lines.row_at(place).item == item:
            page.pane.components.select_place(place)


def test_a_short_part_and_one_that_is_replaced(page: ProductionPage, settle, shop, monkeypatch) -> None:
    choose(page, "CLIP")
    answer(monkeypatch, lambda form: form.found.set_value(quantity(15)))
    run(page, "job.short", settle)
    assert count(shop, "SELECT sum(quantity) FROM stock s JOIN item i USING (item_id) WHERE i.code = 'CLIP'") == 0
    with doing(shop, today=TODAY) as tx:
        add_stock(tx, "HOOK", 9)
    choose(page, "CLIP")
    answer(monkeypatch, lambda form: None)
    run(page, "job.substitute", settle)
    assert count(shop, "SELECT quantity FROM requirement WHERE alternate_for_id IS NOT NULL") == 5_000_000


def test_scrap_and_rework_are_asked_for(page: ProductionPage, settle, shop, monkeypatch) -> None:
    def fill(form) -> None:
        if hasattr(form, "quantity"):
            form.quantity.set_value(quantity(1))
            form.reason.set_value("bent")
        else:
            form.reason.set_value("scratched")
            form.minutes.set_value(quantity(10))

    answer(monkeypatch, fill)
    run(page, "operation.scrap", settle)
    assert count(shop, "SELECT scrapped_quantity FROM work_order") == 1_000_000
    run(page, "operation.rework", settle)
    assert count(shop, "SELECT count(*) FROM work_order_operation WHERE rework_reason = 'scratched'") == 1


def test_pieces_go_out_and_come_back(page: ProductionPage, settle, shop, monkeypatch) -> None:
    with doing(shop, today=TODAY) as tx:
        floor.done(tx, "WO-1", 10, "Ann")
    show(page, settle)
    run(page, "operation.send_out", settle)
    answer(monkeypatch, lambda form: form.good.set_value(quantity(10)))
    run(page, "operation.receive", settle)
    assert count(shop, "SELECT received_quantity FROM purchase_line") == 10_000_000


def test_cost_grows_beside_its_plan_and_lots_are_named(page: ProductionPage, settle, shop) -> None:
    with doing(shop, today=TODAY) as tx:
        floor.done(tx, "WO-1", 10, "Ann", minutes=quantity(30))
        floor.complete(tx, "WO-1", "Ann", quantity(10), lot="L1")
    show(page, settle)
    shown = {line.kind: (str(line.planned.decimal), str(line.actual.decimal)) for line in page.pane.costs.table.rows}
    assert shown == {
        "material": ("60.00", "50.00"),
        "labour": ("60.00", "30.00"),
        "subcontract": ("30.00", "0.00"),
        "total": ("150.00", "80.00"),
    }
    assert [(row.output, row.item, row.lot) for row in page.pane.built.table.rows] == [
        ("L1", "CLIP", ""),
        ("L1", "GLASS", "G1"),
    ]
    assert [(row.person, str(row.minutes)) for row in page.pane.times.table.rows] == [("Ann", "30")]


def test_a_time_is_corrected_with_a_reason(page: ProductionPage, settle, shop, monkeypatch) -> None:
    with doing(shop, today=TODAY) as tx:
        floor.done(tx, "WO-1", 10, "Ann", minutes=quantity(480))
    show(page, settle)

    def fill(form) -> None:
        form.minutes.set_value(quantity(45))
        form.reason.set_value("stop was forgotten")

    answer(monkeypatch, fill)
    run(page, "operation.correct_time", settle)
    assert [(str(row.minutes), row.note) for row in page.pane.times.table.rows] == [("45", "stop was forgotten")]
    assert count(shop, "SELECT cost FROM time_entry") == 45_000_000


def test_money_hides_from_who_may_not_see_it(page: ProductionPage, settle, shop) -> None:
    with shop.read(today=TODAY) as reading:
        books = job_books(reading, "WO-1")
    page.pane.show_books(books, lambda _key: None, sees_money=False)
    assert not page.pane.costs.isVisibleTo(page)


def test_a_problem_is_settled_by_its_link(page: ProductionPage, settle, shop) -> None:
    with doing(shop, today=TODAY) as tx:
        floor.raise_problem(tx, "WO-1", 10, "Ann", "machine down")
    show(page, settle)
    assert page.pane.problems.isVisibleTo(page)
    page._settle(1)
    settle(page.desk)
    assert count(shop, "SELECT count(*) FROM floor_report WHERE settled_at IS NULL AND kind = 'problem'") == 0


def test_jobs_of_an_old_revision_are_listed_and_updated(page: ProductionPage, settle, shop, monkeypatch) -> None:
    with shop.read(today=TODAY) as reading:
        assert len(job_keys(reading, "revision")) == 1
    shown = []

    def fill(form) -> None:
        shown.append(form)
        for chooser in getattr(form, "choosers", {}).values():
            chooser.setCurrentIndex(chooser.findData("keep"))

    answer(monkeypatch, fill)
    run(page, "job.update_revision", settle)
    asked, consequences = shown
    assert asked.untouched.isChecked()
    assert consequences.windowTitle() == "Update WO-1"
    assert count(shop, "SELECT count(*) FROM work_order WHERE revision = 'B'") == 1
    assert count(shop, "SELECT count(*) FROM requirement r JOIN item i USING (item_id) WHERE i.code = 'HOOK'") == 1


def test_missing_parts_can_be_counted_in_the_same_go(page: ProductionPage, settle, shop, monkeypatch) -> None:
    with doing(shop, today=TODAY) as tx:
        tx.connection.exec_driver_sql("DELETE FROM peg WHERE stock_id IS NOT NULL")
        adjust(tx, "CLIP", by=quantity(-5), reason="lost")

    def fill(form) -> None:
        if hasattr(form, "lot"):
            form.lot.set_value("L1")
        for _part, field in getattr(form, "_fields_by_item", ()):
            field.set_value(quantity(20))

    show(page, settle)
    answer(monkeypatch, fill)
    run(page, "job.complete", settle)
    settle(page.desk)
    assert count(shop, "SELECT completed_quantity FROM work_order") == 10_000_000
