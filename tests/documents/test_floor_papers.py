"""Papers of the floor: count sheet, command sheet, drawings and inspection on the traveler."""

import datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from tests.builders import (
    add_item,
    add_location,
    add_operation,
    add_stock,
    add_work_center,
    add_work_order,
    doing,
    need,
)
from tests.documents.papers import assert_inside_page, page_codes, page_texts, print_papers

from pegboard import documents
from pegboard.domain.codes import ScanCode, code_text
from pegboard.domain.errors import NotFound
from pegboard.services.counts import start_count
from pegboard.services.release import release_work_order
from pegboard.services.settings import set_setting
from pegboard.storage.rows import add
from pegboard.storage.store import Store
from pegboard.storage.tables.workshop import Person

pytestmark = pytest.mark.file


def folder_of(store: Store) -> Path:
    """Where the workshop lies."""
    return Path(store.path).parent


def a_drawing(pages: int = 1, words: str = "SECTION A-A") -> bytes:
    """A PDF of so many pages."""
    made = BytesIO()
    canvas = Canvas(made, pagesize=(842, 595))
    for page in range(pages):
        canvas.drawString(100, 300, f"{words} {page + 1}")
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def lamp_with(store: Store, drawing: str, instructions: str = "") -> None:
    """A released job for a lamp with this drawing."""
    with doing(store) as tx:
        add_item(tx, "LAMP", "make", drawing=drawing)
        add_work_center(tx, "BENCH")
        add_operation(tx, "LAMP", 10, work_center="BENCH", description="Bend", instructions=instructions)
        add_work_order(tx, "WO-1", "LAMP", 5, surplus_reason="minimum")
        release_work_order(tx, "WO-1")


def test_a_count_sheet_goes_from_bin_to_bin_and_never_says_what_is_booked(store: Store) -> None:
    with doing(store) as tx:
        add_location(tx, "SHELF-1")
        add_item(tx, "BOLT", description="M4 x 12")
        add_item(tx, "CORD", unit="m", tracking="lot")
        add_stock(tx, "BOLT", 4711, location="SHELF-1")
        add_stock(tx, "CORD", 815, lot="C-7")
        start_count(tx, note="Year's end")
    printed = print_papers(store, "count-sheet", "CT-0001")
    text = " ".join(page_texts(printed.content))
    for words in ("COUNT SHEET", "CT-0001", "Year's end", "MAIN", "SHELF-1", "BOLT", "M4 x 12", "CORD", "C-7"):
        assert words in text
    assert text.index("CORD") < text.index("SHELF-1") < text.index("BOLT")
    assert "4711" not in text
    assert "815" not in text
    assert sorted(page_codes(printed.content)[0]) == [code_text(ScanCode("BN", place)) for place in ("MAIN", "SHELF-1")]
    assert_inside_page(printed.content)


def test_the_command_sheet_has_every_verb_and_badge_as_a_code(store: Store) -> None:
    with doing(store) as tx:
        add(tx, Person, name="Ann", badge="B-7")
        papers = documents.read(tx, "command-sheet", ["FLOOR"])
        pdf = documents.draw(papers, {}, today=tx.today, now=tx.now).content
    codes = {code for page in page_codes(pdf) for code in page}
    wanted = [ScanCode("CM", verb) for verb in ("START", "STOP", "DONE", "SCRAP", "PROBLEM", "UNDO", "OK", "+10", "R5")]
    assert {code_text(code) for code in (*wanted, ScanCode("PN", "B-7"))} <= codes
    assert "Ann" in " ".join(page_texts(pdf))
    assert_inside_page(pdf)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_pages_of_a_drawing_stand_behind_the_traveler(store: Store, paper: str) -> None:
    folder = folder_of(store) / "drawings"
    folder.mkdir()
    (folder / "D-88.pdf").write_bytes(a_drawing(2))
    lamp_with(store, "drawings/D-88.pdf")
    printed = print_papers(store, "traveler", "WO-1", paper=paper)
    texts = page_texts(printed.content)
    assert len(texts) == 3
    assert "WO-1 rev - · drawing drawings/D-88.pdf · page 2 of 2" in texts[2]
    assert_inside_page(printed.content)


def test_a_changed_drawing_makes_the_traveler_outdated(store: Store) -> None:
    file = folder_of(store) / "D-88.png"
    Image.new("RGBA", (300, 200), (0, 80, 160, 128)).save(file)
    lamp_with(store, "D-88.png")
    printed = print_papers(store, "traveler", "WO-1")
    code = printed.marks["WO-1"].print_code
    with store.read() as reading:
        assert not documents.is_outdated(reading, code)
    Image.new("RGB", (300, 200), "red").save(file)
    with store.read() as reading:
        assert documents.is_outdated(reading, code)


def test_a_folder_of_drawings_can_be_set(store: Store, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "D-1.pdf").write_bytes(a_drawing())
    lamp_with(store, "D-1.pdf")
    assert print_papers(store, "traveler", "WO-1").pages["WO-1"] == 1
    with doing(store) as tx:
        set_setting(tx, "drawing_folder", str(elsewhere))
    assert print_papers(store, "traveler", "WO-1").pages["WO-1"] == 2


@pytest.mark.parametrize(
    "name",
    ["../secret.pdf", "/etc/secret.pdf", "a/../../secret.pdf", "link.pdf", "..\\secret.pdf", "C:secret.pdf", "x\0.pdf"],
)
def test_nothing_outside_the_folder_is_printed(store: Store, tmp_path: Path, name: str) -> None:
    inside = tmp_path / "drawings"
    inside.mkdir()
    (tmp_path / "secret.pdf").write_bytes(a_drawing())
    (inside / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    (inside / "a").mkdir()
    with doing(store) as tx:
        set_setting(tx, "drawing_folder", str(inside))
    lamp_with(store, name.replace("\0", ""))
    assert print_papers(store, "traveler", "WO-1").pages["WO-1"] == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("D.pdf", b"MZ no drawing"),
        ("D.pdf", b"%PDF-1.7 cut off"),
        ("D.png", b"\x89PNG\r\n\x1a\nnothing"),
        ("D.exe", b"MZ"),
    ],
)
def test_a_damaged_drawing_does_not_stop_the_traveler(store: Store, name: str, content: bytes) -> None:
    (folder_of(store) / name).write_bytes(content)
    lamp_with(store, name)
    texts = page_texts(print_papers(store, "traveler", "WO-1").content)
    assert "Bend" in texts[0]


def test_what_is_to_be_measured_has_boxes(store: Store) -> None:
    lamp_with(store, "", "Bend to the stop.\nCheck: width; 220; ±0.5; caliper\nCheck: angle; 90°")
    [text] = page_texts(print_papers(store, "traveler", "WO-1").content)
    for words in ("Inspect", "width", "220", "±0.5", "caliper", "angle", "90°", "Inspected by", "Bend to the stop."):
        assert words in text
    assert "Check:" not in text


def test_a_dispatch_list_runs_in_pull_order_and_says_what_can_begin(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "LAMP", "make")
        add_item(tx, "BOLT")
        add_work_center(tx, "BENCH", description="Wiring benches")
        add_operation(tx, "LAMP", 10, work_center="BENCH", description="Bend", run_minutes=3)
        add_operation(tx, "LAMP", 20, work_center="BENCH", description="Wire")
        for number, days in (("WO-1", 9), ("WO-2", 5), ("WO-10", 9)):
            due = tx.today + datetime.timedelta(days=days)
            add_work_order(tx, number, "LAMP", 5, surplus_reason="minimum", due_date=due)
            if number != "WO-10":
                release_work_order(tx, number)
        need(tx, "WO-1", "BOLT", 3)
    printed = print_papers(store, "dispatch-list", "BENCH")
    [text] = page_texts(printed.content)
    for words in ("DISPATCH LIST", "BENCH", "Wiring benches", "4 operations, 30 min in all", "Bend", "can begin"):
        assert words in text
    assert text.index("WO-2 / 10") < text.index("WO-2 / 20") < text.index("WO-1 / 10")
    assert text.count("after 10") == 2
    assert text.count("parts missing") == 1
    assert "WO-10" not in text
    assert code_text(ScanCode("WO", "WO-2", 20)) in page_codes(printed.content)[0]
    assert_inside_page(printed.content)
    with pytest.raises(NotFound, match="no work center SAW"):
        print_papers(store, "dispatch-list", "SAW")
