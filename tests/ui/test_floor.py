"""The floor station: everything by scanner alone, told by words, shape and colour, and never a price."""

import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from tests.builders import (
    add_bom,
    add_item,
    add_kanban,
    add_operation,
    add_order,
    add_stock,
    add_work_center,
    add_work_order,
    demand_of,
    need,
    peg,
)

from pegboard import documents
from pegboard.domain.codes import ScanCode, code_text
from pegboard.services import printing
from pegboard.services.release import release_work_order
from pegboard.storage.rows import add, number, run
from pegboard.storage.tables.workshop import Person
from pegboard.ui import theme
from pegboard.ui.floor import face as face_module
from pegboard.ui.floor.state import Mode, Tone
from pegboard.ui.floor.station import FloorStation
from pegboard.ui.window_state import WindowState

TODAY = datetime.date(2026, 11, 23)
COST = "1234.5"


@pytest.fixture
def shop(workshop):
    """WO-1 makes 10 lamps of 20 bulbs that lie here and 10 shades that the books do not know; Ann and Bob work here."""
    with workshop.transaction("test", today=TODAY, actor="office") as tx:
        add_item(tx, "LAMP", "make", description="Desk lamp", standard_cost=COST)
        add_item(tx, "BULB", standard_cost=COST)
        add_item(tx, "LED")
        add_item(tx, "SHADE", backflush=True)
        lines = [{"component": "BULB", "quantity": 2, "alternates": ["LED"]}, {"component": "SHADE", "quantity": 1}]
        bom = add_bom(tx, "LAMP", lines)
        add_work_center(tx, "BENCH", 60)
        for sequence, words in ((10, "Wire"), (20, "Test")):
            add_operation(tx, "LAMP", sequence, work_center="BENCH", description=words, run_minutes=3)
        add_order(tx, "SO-1", [("LAMP", 10, "2026-12-04")])
        add_work_order(tx, "WO-1", "LAMP", 10, bom_id=bom)
        peg(tx, demand_of(tx, "SO-1"), 10, work_order="WO-1")
        peg(tx, need(tx, "WO-1", "BULB", 20), 20, stock=add_stock(tx, "BULB", 20, unit_cost=COST))
        need(tx, "WO-1", "SHADE", 10)
        add_kanban(tx, "BULB", 50, cards=1)
        for name in ("Ann", "Bob"):
            add(tx, Person, name=name, badge=f"B-{name}")
        release_work_order(tx, "WO-1")
    return workshop


@pytest.fixture
def station(qtbot, desk, shop, settle):
    made = FloorStation(desk.runner, desk.bus, WindowState(None))
    qtbot.addWidget(made)
    made.resize(1280, 800)
    with qtbot.waitSignal(made.first_painted):
        made.show()
    settle(desk)
    yield made
    made.close()


@pytest.fixture
def scan(qtbot, desk, station, settle):
    """Type a code as fast as a scanner does, with its Enter, and wait for the answer."""

    def enter(kind: str, number: str, operation: int | None = None, print_code: str = "") -> None:
        station._last_scan = ("", 0.0)  # as if a second had passed
        qtbot.keyClicks(station, code_text(ScanCode(kind, number, operation, print_code)))
        qtbot.keyClick(station, Qt.Key.Key_Return)
        settle(desk)

    return enter


@pytest.fixture
def verb(scan):
    def enter(*names: str) -> None:
        for name in names:
            scan("CM", name)

    return enter


def words(station) -> str:
    """All that a person can read."""
    labels = [label.text() for label in station.findChildren(QLabel) if label.isVisibleTo(station)]
    buttons = [button.text() for button in station.findChildren(QPushButton) if button.isVisibleTo(station)]
    return "\n".join(labels + buttons)


def count(shop, statement: str, *parameters: object) -> int:
    with shop.read(today=TODAY) as reading:
        return number(reading, statement, *parameters)


def on_hand(shop, item: str) -> int:
    statement = "SELECT sum(s.quantity) / 1000000 FROM stock s JOIN item i ON i.item_id = s.item_id WHERE i.code = ?"
    return count(shop, statement, item)


def test_a_job_goes_through_the_shop_by_scanner_alone(station, scan, verb, shop):
    assert station.view.face.title == "Scan your badge, or touch your name"
    scan("PN", "B-Ann")
    assert station.view.face.title == "Scan a traveler, card or bin"
    scan("WO", "WO-1", 10)
    assert (station.view.face.tone, station.view.face.title) == (Tone.GOOD, "Started WO-1 step 10")
    verb("DONE", "OK")
    assert station.view.face.title == "Done: WO-1 step 10"
    scan("WO", "WO-1", 20)
    verb("+5", "+1", "+1", "DONE")
    assert station.view.face.lines == ("7 good.", "3 are left for this step.")
    verb("DONE", "OK")
    assert "That was the last step" in words(station)
    verb("DONE", "OK")
    assert station.view.face.title == "Parts are missing in the books"
    verb("COUNT", "+10", "OK")
    assert station.view.face.title == "Counted: 10 in place of 0"
    verb("DONE", "OK")
    assert (station.view.face.title, station.view.face.lines) == ("10 into stock", ("WO-1 is done.",))
    assert (on_hand(shop, "LAMP"), on_hand(shop, "BULB"), on_hand(shop, "SHADE")) == (10, 0, 0)
    assert count(shop, "SELECT count(*) FROM time_entry WHERE person = 'Ann' AND ended_at IS NOT NULL") == 2


def test_who_is_not_known_yet_is_asked_and_then_it_goes_on(station, scan, verb, shop):
    scan("WO", "WO-1", 10)
    assert "Ann" in words(station)
    scan("PN", "B-Bob")
    assert station.view.face.title == "Started WO-1 step 10"
    assert count(shop, "SELECT count(*) FROM audit_entry WHERE command = 'operation.start' AND actor = 'Bob'") == 1


def test_who_has_a_pin_signs_in_by_badge_alone(desk, station, scan, verb, shop, settle):
    with shop.transaction("test", today=TODAY) as tx:
        run(tx, "UPDATE person SET secret_hash = 'x' WHERE name = 'Bob'")
        run(tx, "UPDATE person SET secret_hash = 'x', badge = '' WHERE name = 'Ann'")
    station.session.begin()
    settle(desk)
    assert station.view.face.title == "Scan your badge"
    verb("PERSON:Bob")
    scan("PN", "Ann")
    assert station.session.state.person == ""
    scan("KB", "BULB:1")
    assert count(shop, "SELECT count(*) FROM demand WHERE kind = 'kanban'") == 0, "a card waits for a badge too"
    scan("PN", "B-Bob")
    assert station.session.state.person == "Bob"
    assert count(shop, "SELECT count(*) FROM demand WHERE kind = 'kanban'") == 1


def test_scrap_takes_a_number_and_a_reason(station, scan, verb, shop):
    with shop.transaction("test", today=TODAY) as tx:
        add_stock(tx, "SHADE", 20)
    scan("PN", "B-Ann")
    scan("WO", "WO-1", 10)
    verb("SCRAP", "+1", "+1", "OK", "R3")
    assert station.view.face.title == "2 scrap: damaged"
    assert count(shop, "SELECT scrapped_quantity FROM work_order") == 2_000_000
    assert count(shop, "SELECT count(*) FROM floor_report WHERE kind = 'scrap' AND reason = 'damaged'") == 1
    assert count(shop, "SELECT count(*) FROM time_entry WHERE ended_at IS NULL") == 1, "the work goes on"
    verb("UNDO")
    assert station.view.face.title == "Taken back: the scrap"
    assert count(shop, "SELECT scrapped_quantity FROM work_order") == 0


def test_a_step_out_of_order_stops_and_goes_on_with_a_reason(station, scan, verb):
    scan("PN", "B-Ann")
    scan("WO", "WO-1", 20)
    assert (station.view.face.tone, station.session.state.mode) == (Tone.WARN, Mode.OUT_OF_ORDER)
    assert "operation 10 is not done yet" in words(station)
    verb("ANYWAY", "R1")
    assert station.view.face.title == "Started WO-1 step 20"


def printed(shop) -> str:
    """Print the traveler; return its print code."""
    with shop.transaction("document.traveler", today=TODAY, actor="office") as tx:
        papers = documents.read(tx, "traveler", ["WO-1"])
        marks = printing.reserve(tx, papers.kind, papers.contents)
        pdf = documents.draw(papers, marks, today=TODAY, now=tx.now)
        printing.keep(tx, marks, pdf.content, pdf.pages)
    return marks["WO-1"].print_code


def test_old_paper_stops_with_a_red_page(station, scan, verb, shop):
    code = printed(shop)
    scan("PN", "B-Ann")
    scan("WO", "WO-1", 10, code)
    assert station.view.face.title == "Started WO-1 step 10", "fresh paper is no matter"
    verb("BACK")
    with shop.transaction("test", today=TODAY) as tx:
        run(tx, "UPDATE work_order SET due_date = '2026-12-01'")
    scan("WO", "WO-1", 20, code)
    assert (station.view.face.tone, station.view.face.title) == (Tone.BAD, "OLD PAPER")
    assert f"Print {code} of" in words(station)
    verb("START", "DONE")
    assert station.view.face.title == "OLD PAPER"
    verb("PRINT")
    assert station.view.face.title in ("No printer is set up here", "Printed")
    assert count(shop, "SELECT count(*) FROM print WHERE reissue = 1") == 1


def test_parts_are_picked_some_are_short_and_others_stand_in(station, scan, verb, shop):
    with shop.transaction("test", today=TODAY) as tx:
        add_stock(tx, "LED", 4)
    scan("PN", "B-Ann")
    scan("WO", "WO-1")
    verb("PARTS")
    assert station.view.face.title == "Take 20 ea of BULB"
    assert "20 at MAIN" in words(station)
    verb("ALTERNATE")
    assert station.view.face.targets[0].title == "LED"
    verb("USE:LED")
    assert station.view.face.title == "4 LED instead"
    scan("IT", "LED")
    assert (station.view.face.title, on_hand(shop, "LED")) == ("4 handed out", 0)
    verb("SHORT", "+10", "OK")
    assert (station.view.face.tone, station.view.face.title) == (Tone.WARN, "Only 10 BULB")
    assert "6 are short" in words(station)
    scan("IT", "LAMP")
    assert station.view.face.title == "LAMP is not for this job"


def test_a_card_that_is_scanned_twice_orders_once(station, scan, shop):
    scan("KB", "BULB:1")
    assert (station.view.face.tone, station.view.face.title) == (Tone.GOOD, "Ordered")
    scan("WO", "WO-1")
    scan("KB", "BULB:1")
    assert station.view.face.title == "Ordered already"
    assert "since" in words(station)
    assert count(shop, "SELECT count(*) FROM demand WHERE kind = 'kanban'") == 1


def test_bins_and_labels_say_what_lies_where(station, scan):
    scan("BN", "MAIN")
    assert "20 ea  BULB" in words(station)
    scan("IT", "BULB")
    assert "20  MAIN" in words(station)


def test_what_nobody_knows_explains_itself_and_the_next_scan_works(qtbot, desk, station, scan, settle):
    scan("PN", "nobody")
    assert (station.view.face.tone, station.view.face.title) == (Tone.BAD, "Nobody here has this badge")
    qtbot.keyClicks(station, "PGBWO:WO-1.10-X")  # a wrong check character
    qtbot.keyClick(station, Qt.Key.Key_Return)
    settle(desk)
    assert "misread" in words(station) or station.view.face.tone is Tone.BAD
    scan("WO", "WO-9999", 10)
    assert station.view.face.title == "There is no job WO-9999"
    scan("PN", "B-Ann")
    assert station.view.face.title == "Scan a traveler, card or bin"


def test_a_number_can_be_typed_and_enter_takes_it(qtbot, desk, station, scan, settle):
    scan("PN", "B-Ann")
    for letter in "WO-1/10":
        qtbot.keyClicks(station, letter)
        qtbot.wait(50)
    assert "WO-1/10, then Enter" in words(station)
    qtbot.keyClick(station, Qt.Key.Key_Return)
    settle(desk)
    assert station.view.face.title == "Started WO-1 step 10"
    station._last_scan = ("", 0.0)  # as if a second had passed
    qtbot.keyClick(station, Qt.Key.Key_F1)  # Done
    qtbot.keyClicks(station, "4")
    assert station.view.face.figure == "4"
    qtbot.keyClick(station, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: station.view.face.lines[:1] == ("4 good.",), timeout=5_000)


@pytest.mark.parametrize("gap", [0, 60])
def test_a_scanner_may_be_slow_press_enter_first_or_not_at_all(qtbot, desk, station, scan, settle, gap):
    scan("PN", "B-Ann")
    scan("WO", "WO-1", 10)
    scan("CM", "DONE")
    for letter in "\r" + code_text(ScanCode("CM", "BACK")):
        station._last_scan = ("", 0.0)
        if letter == "\r":
            qtbot.keyClick(station, Qt.Key.Key_Return)
        else:
            qtbot.keyClicks(station, letter)
        qtbot.wait(gap)
    qtbot.waitUntil(lambda: station.session.state.mode is Mode.JOB, timeout=5_000)
    assert "0 good, 10 left" in words(station), "the Enter before the code has agreed to nothing"


def test_a_stuttering_scanner_is_heard_once(qtbot, desk, station, scan, settle, shop):
    scan("PN", "B-Ann")
    for _time in range(2):
        qtbot.keyClicks(station, code_text(ScanCode("WO", "WO-1", 10)))
        qtbot.keyClick(station, Qt.Key.Key_Return)
    settle(desk)
    assert station.view.face.title == "Started WO-1 step 10"
    assert count(shop, "SELECT count(*) FROM time_entry") == 1


def test_a_fault_is_told_and_the_station_goes_on(desk, station, scan, settle, monkeypatch):
    scan("PN", "B-Ann")
    station.say_fault()
    assert (station.view.face.tone, station.view.face.title) == (Tone.BAD, "That went wrong")
    scan("WO", "WO-1", 10)
    assert station.view.face.title == "Started WO-1 step 10"


def test_a_problem_is_seen_by_the_office(station, scan, verb, shop):
    scan("PN", "B-Ann")
    scan("WO", "WO-1", 10)
    verb("PROBLEM", "R3")
    assert station.view.face.title == "Problem noted: machine down"
    assert count(shop, "SELECT count(*) FROM floor_report WHERE kind = 'problem' AND settled_at IS NULL") == 1
    scan("WO", "WO-1")
    assert "machine down" in words(station)


def test_what_others_change_is_seen_without_a_key(qtbot, station, scan, shop):
    scan("PN", "B-Ann")
    scan("WO", "WO-1")
    with shop.transaction("operation.finish", today=TODAY, actor="Bob") as tx:
        from pegboard.services import floor

        floor.done(tx, "WO-1", 10, "Bob")
    qtbot.waitUntil(lambda: "10 good, 0 left" in words(station), timeout=5_000)


def test_who_has_gone_is_signed_out(desk, station, scan, settle):
    scan("PN", "B-Ann")
    scan("WO", "WO-1", 10)
    station._sign_out()
    settle(desk)
    assert station.view.face.title == "Scan your badge, or touch your name"
    assert desk.runner.actor != "Ann"


def test_no_face_shows_money_or_more_than_six_targets_or_small_ones(qtbot, desk, station, scan, verb):
    scan("PN", "B-Ann")
    least = face_module.pixels(face_module.TARGET_MM) - 1
    seen = []
    for step in (
        "START",
        "STOP",
        "DONE",
        "BACK",
        "SCRAP",
        "OK",
        "BACK",
        "PARTS",
        "SHORT",
        "BACK",
        "STEPS",
        "BACK",
        "PROBLEM",
    ):
        if not seen:
            scan("WO", "WO-1")
        verb(step)
        qtbot.wait(1)
        seen.append(words(station))
        assert "1234" not in seen[-1]
        assert "EUR" not in seen[-1]
        shown = [button for button in station.view.buttons if button.isVisible()]
        assert 0 < len(shown) <= 6
        assert all(button.height() >= least and button.width() >= least for button in shown)
        assert all(button.accessibleName() for button in shown)
        assert all(button.focusPolicy() == Qt.FocusPolicy.NoFocus for button in shown)


@pytest.mark.parametrize("look", theme.LOOKS.values())
@pytest.mark.parametrize("tone", Tone)
def test_words_stand_out_on_every_ground(qapp, look, tone):
    theme.apply(qapp, look)
    assert theme.contrast(look.text, face_module.ground(tone)) >= theme.LEAST_CONTRAST
