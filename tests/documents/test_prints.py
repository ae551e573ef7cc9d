"""First print, copy, reissue: every print is kept and says which it is."""

import datetime

import pypdfium2
from tests.builders import TODAY, add_customer, doing
from tests.command_line import CommandLine
from tests.documents.papers import lamp_job, lamp_shop, page_codes, page_texts, print_papers

from pegboard import documents
from pegboard.queries.prints import find_print, kept_pdf, prints_of
from pegboard.storage.store import Store


def _lamp(store: Store, state: str = "released") -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx, state=state)


def _make(store: Store, quantity: int) -> None:
    with doing(store) as tx:
        tx.connection.exec_driver_sql(
            "UPDATE work_order SET quantity = ?, surplus_reason = 'multiple'", (quantity * 1_000_000,)
        )


def test_the_first_print_is_neither_copy_nor_reissue(store: Store) -> None:
    _lamp(store)
    (text,) = page_texts(print_papers(store, "traveler", "WO-0001").content)
    assert "print P223" in text
    assert "COPY" not in text
    assert "REISSUE" not in text


def test_a_second_print_of_the_same_is_a_copy_also_on_another_day(store: Store) -> None:
    _lamp(store)
    print_papers(store, "traveler", "WO-0001")
    later = print_papers(store, "traveler", "WO-0001", today=TODAY + datetime.timedelta(days=3))
    (text,) = page_texts(later.content)
    assert "COPY 2" in text
    assert "copy 2 of print P223" in text
    assert "supersedes" not in text
    third = print_papers(store, "traveler", "WO-0001")
    assert "copy 3 of print P223" in page_texts(third.content)[0]


def test_a_print_of_changed_data_is_a_reissue_with_a_bar_beside_the_change(store: Store) -> None:
    _lamp(store)
    first = print_papers(store, "traveler", "WO-0001")
    assert not _ink_left_of_content(first.content)
    _make(store, 20)
    second = print_papers(store, "traveler", "WO-0001")
    (text,) = page_texts(second.content)
    assert "REISSUE 1" in text
    assert "supersedes print P223" in text
    assert _ink_left_of_content(second.content)
    copy = print_papers(store, "traveler", "WO-0001")
    assert "REISSUE 1 · COPY 2" in page_texts(copy.content)[0]
    assert _ink_left_of_content(copy.content)
    _make(store, 21)
    assert "REISSUE 2" in page_texts(print_papers(store, "traveler", "WO-0001").content)[0]


def _ink_left_of_content(pdf: bytes) -> bool:
    """Whether anything is drawn in the left margin, where change bars stand."""
    document = pypdfium2.PdfDocument(pdf)
    image = document[0].render(scale=2).to_pil().convert("L")
    document.close()
    margin = image.crop((0, 0, int(9 / 25.4 * 144), image.height - int(20 / 25.4 * 144)))
    return margin.getextrema()[0] < 128


def test_picking_and_progress_do_not_make_a_traveler_stale(store: Store) -> None:
    _lamp(store)
    print_papers(store, "traveler", "WO-0001")
    with doing(store) as tx:
        tx.connection.exec_driver_sql("UPDATE work_order SET state = 'in_progress', completed_quantity = 1000000")
    assert "COPY 2" in page_texts(print_papers(store, "traveler", "WO-0001").content)[0]


def test_prints_of_a_draft_are_counted_apart_from_those_of_the_real_paper(store: Store) -> None:
    _lamp(store, state="planned")
    print_papers(store, "traveler", "WO-0001")
    with doing(store) as tx:
        tx.connection.exec_driver_sql("UPDATE work_order SET state = 'released'")
    (text,) = page_texts(print_papers(store, "traveler", "WO-0001").content)
    assert "REISSUE" not in text
    assert "COPY" not in text


def test_the_code_on_the_paper_leads_to_its_print(store: Store) -> None:
    _lamp(store)
    printed = print_papers(store, "traveler", "WO-0001")
    code = printed.marks["WO-0001"].print_code
    assert all(f"-{code[1:]}" in text for text in page_codes(printed.content)[0])
    with store.read() as view:
        found = find_print(view, code)
    assert found is not None
    assert (found.kind, found.number, found.pages, found.printed_by) == ("traveler", "WO-0001", 1, "Ann")
    assert not found.is_stale
    _make(store, 20)
    print_papers(store, "traveler", "WO-0001")
    with store.read() as view:
        stale = find_print(view, code)
        assert stale is not None
        assert stale.is_stale
        assert [row.is_stale for row in prints_of(view, "WO-0001")] == [False, True]
        assert find_print(view, "P999") is None


def test_a_paper_that_would_say_something_else_today_is_outdated(store: Store) -> None:
    _lamp(store)
    code = print_papers(store, "traveler", "WO-0001").marks["WO-0001"].print_code
    with store.read() as view:
        assert not documents.is_outdated(view, code)
        assert not documents.is_outdated(view, "P999")
    _make(store, 20)
    with store.read() as view:
        assert documents.is_outdated(view, code)


def test_every_print_is_kept_as_it_was_one_pdf_for_papers_printed_in_one_go(store: Store) -> None:
    _lamp(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        tx.connection.exec_driver_sql(
            "INSERT INTO work_order (number, item_id, revision, choices, quantity, start_quantity, completed_quantity,"
            " scrapped_quantity, start_date, due_date, state, surplus_reason, quantity_set_by, components_issued, note,"
            " row_version) SELECT 'WO-0002', item_id, revision, choices, quantity, start_quantity, 0, 0, start_date,"
            " due_date, 'released', 'imported', '', 0, '', 1 FROM work_order"
        )
    printed = print_papers(store, "traveler", "WO-0002", "WO-0001")
    with store.read() as view:
        for mark in printed.marks.values():
            assert kept_pdf(view, mark.print_code) == printed.content
        kept = view.connection.exec_driver_sql("SELECT count(pdf), count(*) FROM print").one()
    assert tuple(kept) == (1, 2)
    assert [text.split("rev C")[0][-8:].strip() for text in page_texts(printed.content)] == ["WO-0002", "WO-0001"]


def test_the_same_content_gives_the_same_bytes(store: Store) -> None:
    _lamp(store)
    first = print_papers(store, "pick-list", "WO-0001")
    with doing(store) as tx:
        tx.connection.exec_driver_sql("DELETE FROM print")
    assert print_papers(store, "pick-list", "WO-0001").content == first.content


def test_scanning_an_outdated_traveler_says_so(store: Store, command_line: CommandLine) -> None:
    _lamp(store)
    (codes,) = page_codes(print_papers(store, "traveler", "WO-0001").content)
    head = next(code for code in codes if "." not in code)
    fresh = command_line.does("--workshop", store.address, "scan", head)
    assert "out of date" not in fresh.out
    _make(store, 20)
    stale = command_line.does("--workshop", store.address, "scan", head)
    assert "out of date" in stale.out
    assert "WO-0001" in stale.out
