"""What a commit changed reaches the screens: ours at once, another program's within a moment."""

import gc
import threading
from functools import partial
from weakref import ref

import shiboken6
from tests.builders import doing

from pegboard.storage.store import Store
from pegboard.ui.change_bus import ChangeBus, _pass_on

from .test_runner import set_name


def test_a_commit_tells_which_nouns_changed(qtbot, desk):
    with qtbot.waitSignal(desk.bus.changed) as told:
        desk.runner.write("setting.set", set_name("x"))
    assert told.args == [frozenset({"setting"})]


def test_a_commit_that_changed_nothing_is_quiet(qtbot, desk, settle):
    seen = []
    desk.bus.changed.connect(seen.append)
    desk.runner.write("nothing", lambda _tx: None)
    settle(desk)
    assert seen == []


def test_another_programs_commit_is_noticed(qtbot, desk, settle, today):
    desk.bus.look()
    settle(desk)
    with Store.open(desk.store.path) as other, other.transaction("setting.set", today=today) as tx:
        set_name("from outside")(tx)
    with qtbot.waitSignal(desk.bus.changed, timeout=5_000) as told:
        pass
    assert told.args == [frozenset({"setting"})]


def test_our_own_commit_is_told_once(qtbot, desk, settle):
    desk.bus.look()
    settle(desk)
    seen = []
    desk.bus.changed.connect(seen.append)
    desk.runner.write("setting.set", set_name("x"))
    settle(desk)
    desk.bus.look()
    settle(desk)
    assert len(seen) == 1


def test_a_lost_connection_is_told_and_everything_is_read_again_when_it_is_back(qtbot, desk, settle):
    desk.runner.write("setting.set", set_name("x"))
    settle(desk)
    with qtbot.waitSignal(desk.bus.connection_changed) as told:
        desk.bus._told.emit(False)
    assert told.args == [False]
    with qtbot.waitSignals([desk.bus.connection_changed, desk.bus.changed], timeout=5_000):
        desk.bus._told.emit(True)
        desk.bus._heard.emit()


def test_a_window_that_goes_away_unasked_is_told_nothing_more(qapp, desk, workshop):
    faults = []
    usual, threading.excepthook = threading.excepthook, lambda found: faults.append(found.exc_value)
    try:
        buses = [ChangeBus(desk.runner) for _each in range(4)]
        watches = [bus._watch for bus in buses]
        parted = [partial(_pass_on, ref(bus), "_told", False) for bus in buses]
        for bus in buses[:2]:
            shiboken6.delete(bus)  # as a window takes what belongs to it
        for tell in parted:
            tell()
        workshop.on_commit[:] = [hear for hear in workshop.on_commit if hear.__self__ not in buses[2:]]
        del buses, bus  # as garbage
        gc.collect()
        with doing(workshop) as tx:
            tx.changed("setting")
        for watch in watches:
            watch._thread.join(timeout=5)
        assert not any(watch._thread.is_alive() for watch in watches)
    finally:
        threading.excepthook = usual
    assert faults == []
