"""The job traveler: what it says, its codes, its pages."""

import datetime

import pytest
from tests.builders import (
    add_item,
    add_operation,
    add_order,
    add_stock,
    add_work_order,
    demand_of,
    doing,
    id_of,
    need,
    peg,
)
from tests.documents.papers import (
    assert_inside_page,
    lamp_job,
    lamp_shop,
    page_codes,
    page_sizes,
    page_texts,
    print_papers,
)

from pegboard import documents
from pegboard.domain.codes import ScanCode, code_text
from pegboard.domain.errors import InvalidInput, NotFound
from pegboard.storage.rows import add
from pegboard.storage.store import Store
from pegboard.storage.tables.work_orders import WorkOrderOperation


def test_a_traveler_says_what_to_make_for_whom_and_how(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
    (text,) = page_texts(print_papers(store, "traveler", "WO-0001").content)
    for words in (
        "JOB TRAVELER",
        "WO-0001",
        "Harbor Lamps",
        "Kaistraße 14",
        "LAMP",
        "Desk lamp",
        "Drawing D-88",
        "SHADE: linen",
        "start with 13 ea",
        "SO-0456 line 2, Acme Interiors, their PO 7781, promised Fri 30 Jan 2026",
        "Kern Lackierung",
        "44 min",  # 5 + 13 x 3
        "page 1 of 1",
        "rev C",
        "printed Mon 5 Jan 2026",
        "by Ann",
    ):
        assert words in text
    assert text.index("Work step 1") < text.index("Work step 2") < text.index("Work step 3")


@pytest.mark.parametrize(("paper", "size"), [("a4", (210, 297)), ("letter", (216, 279))])
def test_every_code_on_a_traveler_reads_back_at_a_scanner_s_resolution(
    store: Store, paper: str, size: tuple[int, int]
) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
    printed = print_papers(store, "traveler", "WO-0001", paper=paper)
    code = printed.marks["WO-0001"].print_code
    whole = code_text(ScanCode("WO", "WO-0001", None, code))
    steps = [code_text(ScanCode("WO", "WO-0001", step, code)) for step in (10, 20, 30)]
    assert page_codes(printed.content) == [sorted([whole, whole, *steps])]
    assert page_sizes(printed.content) == {size}
    assert_inside_page(printed.content)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_twelve_operations_fit_one_page_and_all_codes_still_read(store: Store, paper: str) -> None:
    with doing(store) as tx:
        lamp_shop(tx, operations=12)
        lamp_job(tx)
    printed = print_papers(store, "traveler", "WO-0001", paper=paper)
    assert printed.pages == {"WO-0001": 1}
    assert len(set(page_codes(printed.content)[0])) == 13


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_many_operations_go_on_to_a_second_page_with_head_and_codes(store: Store, paper: str) -> None:
    with doing(store) as tx:
        lamp_shop(tx, operations=18)
        lamp_job(tx)
    printed = print_papers(store, "traveler", "WO-0001", paper=paper)
    texts, codes = page_texts(printed.content), page_codes(printed.content)
    assert printed.pages == {"WO-0001": 2}
    assert "page 1 of 2" in texts[0]
    assert "page 2 of 2" in texts[1]
    assert all("What to do" in text and "WO-0001" in text for text in texts)
    assert "Total good" in texts[1]
    # Head on both pages as QR, on the first as bars too; and each operation once.
    assert len(codes[0]) + len(codes[1]) == 3 + 18
    assert len({*codes[0], *codes[1]}) == 1 + 18
    assert_inside_page(printed.content)


def test_an_unreleased_job_is_marked_and_has_no_code_to_act_on(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx, state="planned")
    printed = print_papers(store, "traveler", "WO-0001")
    assert "not released" in page_texts(printed.content)[0].lower()
    assert page_codes(printed.content) == [[]]


def test_a_released_job_goes_by_its_own_copy_of_the_operations(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
        add(
            tx,
            WorkOrderOperation,
            work_order_id=id_of(tx, "work_order", "WO-0001"),
            sequence=15,
            work_center_id=id_of(tx, "work_center", "BENCH"),
            description="Only on this job",
        )
    printed = print_papers(store, "traveler", "WO-0001")
    (text,) = page_texts(printed.content)
    assert "Only on this job" in text
    assert "Work step 1" not in text
    assert any(".15-" in code for code in page_codes(printed.content)[0])


def test_the_peg_band_names_parents_children_and_the_demand_at_the_top(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
        add_work_order(tx, "WO-0002", "ARM", 26, state="released")
        peg(tx, need(tx, "WO-0001", "ARM", 26, operation=30), 26, work_order="WO-0002")
    lamp, arm = page_texts(print_papers(store, "traveler", "WO-0001", "WO-0002").content)
    assert "Waits for WO-0002 ARM (26)" in lamp
    assert "Uses 26 ARM" in lamp
    assert "Goes into WO-0001 LAMP (26)" in arm
    assert "Pulled by SO-0456 line 2, Acme Interiors" in arm


def test_a_combined_job_lists_its_most_urgent_demands_and_counts_the_rest(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        add_work_order(tx, "WO-0001", "LAMP", 5, state="released")
        for order in range(5):
            add_order(tx, f"SO-{order}", [("LAMP", 1, f"2026-02-0{6 - order}")])
            peg(tx, demand_of(tx, f"SO-{order}"), 1, work_order="WO-0001")
    (text,) = page_texts(print_papers(store, "traveler", "WO-0001").content)
    assert text.index("SO-4 line 1") < text.index("SO-3 line 1") < text.index("SO-2 line 1")
    assert "and 2 more" in text
    assert "SO-0 line" not in text


def test_components_say_where_they_lie_and_what_is_short(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
        peg(tx, need(tx, "WO-0001", "BULB", 13, operation=30), 9, stock=add_stock(tx, "BULB", 9, location="A-01"))
    (text,) = page_texts(print_papers(store, "traveler", "WO-0001").content)
    assert "A-01" in text
    assert "SHORT 4 ea" in text


def test_a_late_order_is_marked_by_word(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
        tx.connection.exec_driver_sql("UPDATE order_line SET promise_date = '2026-02-06'")
    (text,) = page_texts(print_papers(store, "traveler", "WO-0001").content)
    assert "LATE" in text
    assert "promised Fri 6 Feb 2026" in text


def test_long_and_foreign_words_stay_whole_and_inside_the_page(store: Store) -> None:
    name = "Lampe für den Kapitän, Łódź, Αθήνα, Київ, 12 € je Stück, " * 6
    with doing(store) as tx:
        lamp_shop(tx)
        add_item(tx, "ITEM-WITH-A-VERY-LONG-CODE/" * 3 + "END", "make", description=name, drawing="D" * 60)
        code = "ITEM-WITH-A-VERY-LONG-CODE/" * 3 + "END"
        add_operation(tx, code, 10, work_center="BENCH", description="Schweißen " * 20, instructions="Prüfen. " * 100)
        note = "\n".join(f"Line {line} of the instructions" for line in range(1, 31))
        add_work_order(tx, "WO-0001-a-rather-long-number", code, "123456789.123456", state="released", note=note)
    printed = print_papers(store, "traveler", "WO-0001-a-rather-long-number", paper="letter")
    text = " ".join(page_texts(printed.content))
    assert "Łódź, Αθήνα, Київ, 12 €" in text
    assert "Schweißen" in text
    assert "Line 30 of the instructions" in text
    assert_inside_page(printed.content)
    codes = {code for page in page_codes(printed.content) for code in page}
    mark = printed.marks["WO-0001-a-rather-long-number"].print_code
    assert code_text(ScanCode("WO", "WO-0001-a-rather-long-number", 10, mark)) in codes


def test_work_instructions_are_never_cut_short(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
        tx.connection.exec_driver_sql(
            "UPDATE routing_operation SET instructions = ?", ("Prüfen und messen. " * 60 + "Last word.",)
        )
    text = " ".join(page_texts(print_papers(store, "traveler", "WO-0001", paper="letter").content))
    assert text.count("Last word.") == 3


def test_line_ends_tabs_and_unknown_scripts_do_no_harm(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
        tx.connection.exec_driver_sql("UPDATE item SET description = ?", ("Lamp\tof\r\ntwo 港のランプ lines",))
        tx.connection.exec_driver_sql("UPDATE customer SET name = ?", ("港\n株式会社 & Söhne",))
    for kind in ("traveler", "pick-list"):
        printed = print_papers(store, kind, "WO-0001")
        assert "Söhne" in page_texts(printed.content)[0]
        assert_inside_page(printed.content)


def test_an_unknown_job_is_named(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
        with pytest.raises(NotFound, match="WO-0009"):
            documents.read(tx, "traveler", ["WO-0001", "WO-0009"])
        with pytest.raises(InvalidInput, match="traveler"):
            documents.read(tx, "travellers", ["WO-0001"])


def test_dates_and_numbers_follow_the_company_s_locale(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
        add_item(tx, "CORD", unit="m")
        need(tx, "WO-0001", "CORD", "2.5", operation=10)
        tx.connection.exec_driver_sql("INSERT INTO setting VALUES ('number_locale', 'de_DE')")
    (text,) = page_texts(print_papers(store, "traveler", "WO-0001").content)
    assert "2,5 m" in text
    assert "Fr. 30 Jan. 2026" in text


def test_a_preview_is_drawn_without_writing(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
    with store.read(today=datetime.date(2026, 1, 5)) as view:
        papers = documents.read(view, "traveler", ["WO-0001"])
    pdf = documents.draw(papers, {}, today=datetime.date(2026, 1, 5), now=store.clock())
    assert pdf.pages == {"WO-0001": 1}
    with store.read() as view:
        assert view.connection.exec_driver_sql("SELECT count(*) FROM print").scalar() == 0
