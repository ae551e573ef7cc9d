"""Kanban cards and labels: four to a page, on the stationer's sheet, every code its own."""

import pytest
from tests.builders import TODAY, add_item, add_kanban, add_location, add_stock, add_supplier_item, doing
from tests.documents.papers import assert_inside_page, lamp_job, lamp_shop, page_codes, page_sizes, page_texts

from pegboard import documents
from pegboard.domain.codes import ScanCode, code_text, parse_code
from pegboard.domain.errors import NotFound
from pegboard.services.kanban_loops import add_extra_card
from pegboard.storage.store import Store


def _print(store: Store, kind: str, *numbers: str, paper: str = "a4") -> bytes:
    with store.read(today=TODAY) as view:
        papers = documents.read(view, kind, numbers)
    return documents.draw(papers, {}, paper=paper, today=TODAY, now=store.clock()).content


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_cards_stand_four_to_a_page_with_a_code_each(store: Store, paper: str) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        add_supplier_item(tx, "KERN", "BULB", 3, supplier_sku="LED-27", lead_time_days=8)
        add_kanban(tx, "BULB", 24, cards=6, supplier="KERN", location="A-01")
    pdf = _print(store, "kanban-cards", "BULB", paper=paper)
    first, second = page_texts(pdf)
    for words in ("KANBAN BUY", "24 ea", "Card 4 of 6", "A-01", "Kern Lackierung, LED-27", "8 days", "KANBAN:BULB:4"):
        assert words in first
    assert "Card 6 of 6" in second
    codes = page_codes(pdf)
    assert [len(page) for page in codes] == [4, 2]
    read = [parse_code(code) for page in codes for code in page]
    assert sorted(code.number for code in read) == [f"BULB:{card}" for card in range(1, 7)]
    assert_inside_page(pdf, 3)


def test_a_single_card_can_be_printed_anew(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        add_kanban(tx, "ARM", 8, cards=3, location="BENCH")
    (text,) = page_texts(_print(store, "kanban-cards", "KANBAN:ARM:2"))
    assert "KANBAN MAKE" in text
    assert "our own shop" in text
    assert "Card 2 of 3" in text
    assert "Card 1" not in text
    with store.read() as view, pytest.raises(NotFound, match="KANBAN:ARM:9"):
        documents.read(view, "kanban-cards", ["KANBAN:ARM:9"])


def test_cards_come_on_labels_of_4_by_6_inches_too(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        add_kanban(tx, "ARM", 8, cards=2, location="BENCH")
    pdf = _print(store, "kanban-labels", "ARM")
    assert page_sizes(pdf) == {(102, 152)}
    assert [[parse_code(code).number for code in page] for page in page_codes(pdf)] == [["ARM:1"], ["ARM:2"]]
    assert_inside_page(pdf, 5)


def test_an_extra_card_says_that_it_goes_round_once(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        name = add_extra_card(tx, add_kanban(tx, "ARM", 8, cards=2, location="BENCH"))
    (text,) = page_texts(_print(store, "kanban-cards", name))
    assert "KANBAN EXTRA" in text
    assert "Goes round once." in text


@pytest.mark.parametrize(("paper", "on_a_page"), [("a4", 14), ("letter", 10)])
def test_labels_fill_the_stationer_s_sheet(store: Store, paper: str, on_a_page: int) -> None:
    with doing(store) as tx:
        bins = [f"SHELF-{bin_}" for bin_ in range(on_a_page + 1)]
        for bin_ in bins:
            add_location(tx, bin_)
    codes = page_codes(_print(store, "labels", *bins, paper=paper))
    assert [len(page) for page in codes] == [on_a_page, 1]
    assert sorted(codes[0] + codes[1]) == sorted(code_text(ScanCode("BN", bin_)) for bin_ in bins)


def test_a_label_says_what_it_is_stuck_on(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
        add_item(tx, "PAINT", description="Lacquer, matt", unit="l", tracking="lot")
        add_stock(tx, "PAINT", "2.5", location="A-01", lot="L7", expires_on="2026-06-30")
    pdf = _print(store, "labels", "WO-0001", "A-01", "PAINT", "STOCK:A-01:PAINT:L7")
    (text,) = page_texts(pdf)
    for words in ("12 ea · rev C · WO-0001", "Bin A-01", "Part PAINT", "Lot L7 PAINT", "2.5 l · use by 2026-06-30"):
        assert words in text
    codes = [ScanCode("WO", "WO-0001"), ScanCode("BN", "A-01"), ScanCode("IT", "PAINT"), ScanCode("IT", "PAINT:L7")]
    assert page_codes(pdf) == [sorted(map(code_text, codes))]
    with store.read() as view, pytest.raises(NotFound, match="NOWHERE"):
        documents.read(view, "labels", ["A-01", "NOWHERE"])
