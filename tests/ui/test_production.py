"""Make: what a person sees of the jobs, and what the keys do."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
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
    need,
    peg,
)

from pegboard.services.kanban_caps import set_cap
from pegboard.storage.bulk import fetch
from pegboard.ui import messages as messages_module
from pegboard.ui.command import problems
from pegboard.ui.detail import MarkLabel
from pegboard.ui.production.forms import CompleteForm, FinishForm
from pegboard.ui.production.workspace import ProductionPage, workspace

TODAY = day("2026-11-23")


@pytest.fixture
def jobs(workshop):
    """Twelve jobs for lamps; the first has one part here, one on the way and one short; the second is late."""
    with doing(workshop, today=TODAY) as tx:
        add_item(tx, "LAMP", "make", description="Desk lamp")
        for code in ("SHADE", "TUBE", "BULB"):
            add_item(tx, code)
        add_bom(tx, "LAMP", {"SHADE": 1, "TUBE": 1, "BULB": 1})
        add_work_center(tx, "BENCH")
        add_operation(tx, "LAMP", 10, work_center="BENCH", description="Bend")
        add_operation(tx, "LAMP", 20, work_center="BENCH", description="Wire")
        add_supplier(tx, "KERN", name="Kern")
        add_order(tx, "SO-0001", [("LAMP", 5, "2026-12-04")])
        for place in range(1, 13):
            due = "2026-11-20" if place == 2 else f"2026-12-{place:02d}"
            add_work_order(tx, f"WO-{place:04d}", "LAMP", 5, start_date=day("2026-11-18"), due_date=day(due))
        peg(tx, demand_of(tx, "SO-0001"), 5, work_order="WO-0001")
        peg(tx, need(tx, "WO-0001", "SHADE", 5), 5, stock=add_stock(tx, "SHADE", 9))
        [tube] = add_purchase(tx, "PO-0001", "KERN", [("TUBE", 5, 1)])
        peg(tx, need(tx, "WO-0001", "TUBE", 5), 5, purchase_line=tube)
        need(tx, "WO-0001", "BULB", 5)
    return workshop


@pytest.fixture
def page(qtbot, desk, jobs, settle) -> ProductionPage:
    made = workspace(desk)
    qtbot.addWidget(made)
    made.resize(1240, 800)
    with qtbot.waitExposed(made):
        made.show()
    settle(desk)
    go_to(made, "WO-0001", settle)
    return made


def go_to(page: ProductionPage, number: str, settle) -> None:
    page.show_record("work_order", number)
    settle(page.desk)
    settle(page.desk)


def press(qtbot, widget, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    widget.setFocus()
    qtbot.keyClick(widget, key, modifier)


def state_of(workshop, number: str) -> str:
    with workshop.read(today=TODAY) as view:
        return str(fetch(view, "SELECT state FROM work_order WHERE number = ?", (number,))[0][0])


def texts(page: ProductionPage) -> list[list[str]]:
    model = page.list.model
    return [
        [str(model.index(row, column).data() or "") for column in page.list.view.visible_sections()]
        for row in range(model.rowCount())
    ]


def answer(monkeypatch, fill) -> list:
    """Let the next dialog be filled by `fill` and accepted."""
    seen = []

    def run(dialog) -> int:
        seen.append(dialog)
        fill(dialog)
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(messages_module, "run_modal", run)
    return seen


def test_the_list_says_who_pulled_a_job_and_how_its_parts_stand(page: ProductionPage, settle) -> None:
    rows = {row[0]: row for row in texts(page)}
    assert rows["WO-0001"] == [
        "WO-0001",
        "planned",
        "LAMP",
        "5 ea",
        "SO-0001/1 ZIN",
        "1 Dec",
        "short: BULB",
        "0 of 2",
    ]
    assert rows["WO-0002"][5] == "late, 20 Nov"


def test_the_filters_narrow_the_list(page: ProductionPage, settle) -> None:
    for chip, count in (("late", 1), ("short", 1), ("released", 0), ("open", 12)):
        page.list.choose_chip(chip)
        settle(page.desk)
        assert page.list.model.rowCount() == count, chip


def test_the_detail_names_what_covers_each_part(page: ProductionPage) -> None:
    table = page.pane.components.table
    said = {table.index(row, 0).data(): table.index(row, 3).data() for row in range(table.rowCount())}
    assert said == {
        "SHADE": "stock at MAIN",
        "TUBE": "PO-0001/1 due 30 Nov (Kern)",
        "BULB": "short 5",
    }
    assert page.why_number() == "WO-0001"


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_F8])
def test_space_and_f8_release_and_show_the_traveler(qtbot, page: ProductionPage, shell, settle, jobs, key) -> None:
    if key == Qt.Key.Key_F8:  # the window's own key: its action runs the command
        page._by_id["job.release"].run()
    else:
        press(qtbot, page.list.view, key)
    settle(page.desk)
    assert state_of(jobs, "WO-0001") == "released"
    assert ("preview", "Traveler WO-0001") in shell.asked
    with jobs.read(today=TODAY) as view:
        assert shell.papers[0].draw(view).startswith(b"%PDF")
    assert shell.notices == [("plain", "Released, though parts are short: WO-0001 lack BULB.")]


def test_several_chosen_jobs_are_released_together(qtbot, page: ProductionPage, shell, settle, jobs) -> None:
    page.list.view.selectAll()
    press(qtbot, page.list.view, Qt.Key.Key_Space)
    settle(page.desk)
    with jobs.read(today=TODAY) as view:
        assert fetch(view, "SELECT count(*) FROM work_order WHERE state = 'released'")[0][0] == 12
        assert fetch(view, "SELECT count(*) FROM print")[0][0] == 12
    assert ("preview", "12 travelers") in shell.asked


def test_p_prints_the_traveler_and_says_copy_the_second_time(qtbot, page: ProductionPage, shell, settle, jobs) -> None:
    for _time in range(2):
        press(qtbot, page.list.view, Qt.Key.Key_P)
        settle(page.desk)
    with jobs.read(today=TODAY) as view:
        kinds = fetch(view, "SELECT copy FROM print ORDER BY print_id")
    assert [row[0] for row in kinds] == [1, 2]


def test_all_released_jobs_are_printed_in_one_go(page: ProductionPage, shell, settle, jobs) -> None:
    page._by_id["job.print_released"].run()
    settle(page.desk)
    assert shell.notices == [("good", "No job is released.")]
    with jobs.transaction("test", today=TODAY) as tx:
        tx.connection.exec_driver_sql("UPDATE work_order SET state = 'released' WHERE number < 'WO-0004'")
        tx.changed("work_order")
    page._by_id["job.print_released"].run()
    settle(page.desk)
    assert [paper.number for paper in shell.papers] == ["WO-0002 – WO-0003"]


def test_a_cancelled_print_keeps_nothing(page: ProductionPage, jobs, settle, monkeypatch) -> None:
    from pegboard.ui import papers

    monkeypatch.setattr(papers, "AT_ONCE", 4)
    drawn = papers.drawn_together

    def cancel_after_the_first(tx, kind, numbers):
        progress.cancel()
        return drawn(tx, kind, numbers)

    progress = papers.Progress("Printing")
    monkeypatch.setattr(papers, "drawn_together", cancel_after_the_first)
    numbers = [f"WO-{place:04d}" for place in range(1, 13)]
    page.desk.runner.write(
        "document.traveler", lambda tx: papers.drawn(tx, "traveler", numbers, progress), progress=progress
    )
    settle(page.desk)
    with jobs.read(today=TODAY) as view:
        assert fetch(view, "SELECT count(*) FROM print")[0][0] == 0


def test_operations_are_started_and_finished(page: ProductionPage, settle, jobs, monkeypatch) -> None:
    page._by_id["job.start_operation"].run()
    settle(page.desk)
    assert state_of(jobs, "WO-0001") == "in_progress"
    assert page.pane.detail.job.operations == ("started", "waiting")
    forms = answer(monkeypatch, lambda form: None)
    page._by_id["job.finish_operation"].run()
    settle(page.desk)
    assert isinstance(forms[0], FinishForm)
    assert page.pane.detail.job.operations == ("finished", "waiting")


def test_completing_takes_the_good_ones_into_stock(page: ProductionPage, settle, jobs, monkeypatch, shell) -> None:
    go_to(page, "WO-0003", settle)
    forms = answer(monkeypatch, lambda form: form.good.setText("3"))
    page._by_id["job.complete"].run()
    settle(page.desk)
    assert isinstance(forms[0], CompleteForm)
    assert shell.notices[-1] == ("good", "WO-0003: 2 still open.")
    with jobs.read(today=TODAY) as view:
        found = fetch(view, "SELECT quantity FROM stock JOIN item USING (item_id) WHERE code = 'LAMP'")
    assert found[0][0] == 3_000_000


def test_what_cannot_be_is_said_in_the_form(qtbot, page: ProductionPage, settle, monkeypatch) -> None:
    form = CompleteForm(page.pane.detail)
    qtbot.addWidget(form)
    form.good.setText("6")
    assert form.problems() == ("Only 5 are open. Give 5, or say that more is welcome.",)
    form.good.setText("4")
    form.scrap.setText("1")
    assert form.problems() == ("Say why 1 are scrap.",)


def test_completing_without_parts_is_refused_in_words(page: ProductionPage, settle, monkeypatch, shell, jobs) -> None:
    answer(monkeypatch, lambda form: None)
    page._by_id["job.complete"].run()
    settle(page.desk)
    [(kind, text)] = shell.notices
    assert kind == "error"
    assert "BULB" in text
    assert state_of(jobs, "WO-0001") == "planned"


# --- the board


@pytest.fixture
def board(page: ProductionPage, settle):
    page.switch_view()
    settle(page.desk)
    return page.board


def test_the_board_says_how_many_customer_jobs_are_at_work_of_those_allowed(page, board, settle, jobs) -> None:
    assert board.cap_line.isHidden()
    with jobs.transaction("test", today=TODAY) as tx:
        set_cap(tx, "", 3)
        set_cap(tx, "BENCH", 2)
    settle(page.desk)
    assert not board.cap_line.isHidden()
    assert [mark.findChildren(QLabel)[1].text() for mark in board.cap_line.findChildren(MarkLabel)] == [
        "whole shop 0 of 3",
        "BENCH 0 of 2",
    ]


def test_the_board_moves_by_arrow_keys_and_opens_with_enter(qtbot, page: ProductionPage, board, settle, jobs) -> None:
    with jobs.transaction("test", today=TODAY) as tx:
        tx.connection.exec_driver_sql("UPDATE work_order SET state = 'done' WHERE number = 'WO-0012'")
        tx.changed("work_order")
    qtbot.waitUntil(lambda: len(board.lists["done"].cards.jobs) == 1)
    planned = board.lists["planned"]
    planned.select_row(0)
    press(qtbot, planned, Qt.Key.Key_Down)
    assert board.current().number == "WO-0001", "WO-0002 is late and stands first"
    qtbot.keyClick(planned, Qt.Key.Key_Right)
    assert board.current().number == "WO-0012", "the empty columns between are skipped"
    assert page.focusWidget() is board.lists["done"]
    assert not page.pane.isVisible()
    qtbot.keyClick(board.lists["done"], Qt.Key.Key_Return)
    settle(page.desk)
    assert page.pane.isVisible()
    assert page.why_number() == "WO-0012"
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.pane.isVisible()


def test_a_card_released_by_space_goes_to_the_next_column(qtbot, page: ProductionPage, board, settle) -> None:
    planned = board.lists["planned"]
    planned.select_row(1)
    press(qtbot, planned, Qt.Key.Key_Space)
    settle(page.desk)
    settle(page.desk)
    assert [job.number for job in board.lists["released"].cards.jobs] == ["WO-0001"]
    assert planned.current().number == "WO-0003", "the card that took its place"


def test_the_board_reads_on_as_one_scrolls(qtbot, page: ProductionPage, board, settle, jobs) -> None:
    with doing(jobs, today=TODAY) as tx:
        for place in range(100, 240):
            add_work_order(tx, f"WO-{place:04d}", "LAMP", 1, due_date=day("2027-01-10"))
        tx.changed("work_order")
    planned = board.lists["planned"]
    qtbot.waitUntil(lambda: len(planned.cards.jobs) == 50)
    for _page in range(4):
        planned.scrollToBottom()
        planned.cards.fetchMore(planned.rootIndex())
        settle(page.desk)
    assert len({job.key for job in planned.cards.jobs}) == len(planned.cards.jobs) == 152


def test_list_or_board_is_remembered(qtbot, page: ProductionPage, board, desk, settle) -> None:
    again = workspace(desk)
    qtbot.addWidget(again)
    assert again.view == "board"
    again.switch_view()
    settle(desk)
    assert desk.state.get("production.view") == "list"


def test_a_card_tells_a_screen_reader_all_it_shows(board) -> None:
    planned = board.lists["planned"].cards
    said = planned.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "WO-0001, 5 ea LAMP, planned, for SO-0001/1 ZIN, due 1 Dec, short: BULB, operations 0 of 2"


def test_the_commands_are_in_order(page: ProductionPage) -> None:
    assert problems(page.commands()) == ()
