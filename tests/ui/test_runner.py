"""Work off the GUI thread: writes in order, late reads dropped, errors told, progress cancelled."""

import threading
import time

import pytest

from pegboard.domain.errors import Refused
from pegboard.storage.rows import number
from pegboard.ui.runner import Progress

from .conftest import TODAY


def set_name(name):
    def work(tx):
        tx.connection.exec_driver_sql(
            "INSERT OR REPLACE INTO setting (name, value) VALUES ('company_name', ?)", (name,)
        )
        tx.changed("setting")
        return name

    return work


def test_writes_run_in_the_order_in_which_they_were_asked_for(desk, settle):
    done = []
    for name in "abcdef":
        desk.runner.write("setting.set", set_name(name), done.append)
    settle(desk)
    assert done == list("abcdef")
    with desk.store.read() as reading:
        assert number(reading, "SELECT count(*) FROM audit_entry") == 6


def test_answers_come_on_the_gui_thread_and_work_runs_elsewhere(desk, settle):
    threads = []
    desk.runner.write("x", lambda _tx: threading.get_ident(), lambda got: threads.extend((got, threading.get_ident())))
    settle(desk)
    assert threads[0] != threads[1] == threading.get_ident()


def test_a_late_result_of_an_older_read_is_dropped(desk, settle):
    seen = []
    first_may_end = threading.Event()

    def slow(_reading):
        first_may_end.wait(5)
        return "old"

    desk.runner.read("list", slow, seen.append)
    desk.runner.read("list", lambda _reading: "new", seen.append)
    while not seen:
        from PySide6.QtTest import QTest

        QTest.qWait(5)
    first_may_end.set()
    settle(desk)
    assert seen == ["new"]


def test_the_day_of_the_shop_is_given_from_outside(desk, settle):
    days = []
    desk.runner.read("day", lambda reading: reading.today, days.append)
    desk.runner.write("day", lambda tx: tx.today, days.append)
    settle(desk)
    assert days == [TODAY, TODAY]
    assert desk.today() == TODAY


def test_what_the_person_can_mend_stands_in_the_bar_and_nothing_was_written(desk, shell, settle):
    def work(tx):
        set_name("half")(tx)
        raise Refused("The order is shipped.", hint="Enter a return.")

    desk.runner.write("order.change", work)
    settle(desk)
    assert shell.notices == [("error", "The order is shipped. Enter a return.")]
    with desk.store.read() as reading:
        assert number(reading, "SELECT count(*) FROM setting") == 0


def test_a_caller_that_takes_errors_gets_them_instead(desk, shell, settle):
    errors = []

    def work(_reading):
        raise Refused("No.")

    desk.runner.read("x", work, print, errors.append)
    settle(desk)
    assert [str(error) for error in errors] == ["No."]
    assert shell.notices == []


@pytest.mark.logs_warnings
def test_a_fault_of_ours_is_told_with_its_name_and_later_work_goes_on(qtbot, workshop, look):
    from pegboard.ui.runner import Runner

    runner = Runner(workshop, today=TODAY)
    with qtbot.waitSignal(runner.broke) as told:
        runner.write("order.break", lambda _tx: 1 / 0)
    assert told.args[0] == "order.break"
    assert isinstance(told.args[1], ZeroDivisionError)
    with qtbot.waitSignal(runner.idle):
        runner.write("order.fine", set_name("x"))
    runner.close()


def test_long_work_shows_its_progress_and_can_be_cancelled(qtbot, desk, settle):
    progress = Progress("Exploding")

    def work(tx):
        set_name("half")(tx)
        for step in range(2_000):
            progress.step(step, 2_000, "lines")
            time.sleep(0.01)

    with qtbot.waitSignals([desk.runner.progressed, desk.runner.cancelled], timeout=5_000):
        desk.runner.write("demand.explode", work, progress=progress)
        desk.runner.progressed.connect(lambda shown: shown.cancel())
    settle(desk)
    with desk.store.read() as reading:
        assert number(reading, "SELECT count(*) FROM setting") == 0


def test_quick_work_shows_no_progress(qtbot, desk, settle):
    seen = []
    desk.runner.progressed.connect(seen.append)
    desk.runner.write("quick", lambda _tx: None, progress=Progress("Quick"))
    settle(desk)
    qtbot.wait(700)
    assert seen == []


def test_closing_finishes_the_writes_that_were_asked_for(workshop, look):
    from pegboard.ui.runner import Runner

    runner = Runner(workshop, today=TODAY)
    for name in "abc":
        runner.write("setting.set", set_name(name))
    runner.close()
    with workshop.read() as reading:
        assert number(reading, "SELECT count(*) FROM audit_entry") == 3


def test_an_answer_for_a_widget_that_is_gone_is_dropped(qtbot, desk, settle):
    from PySide6.QtWidgets import QLabel

    label = QLabel()
    desk.runner.read("label", lambda _reading: "text", label.setText)
    import shiboken6

    shiboken6.delete(label)
    settle(desk)


@pytest.mark.parametrize("is_busy", [True])
def test_the_window_learns_whether_writes_are_under_way(desk, settle, is_busy):
    seen = []
    desk.runner.busy_changed.connect(seen.append)
    desk.runner.write("a", set_name("a"))
    desk.runner.write("b", set_name("b"))
    settle(desk)
    assert seen == [is_busy, not is_busy]
