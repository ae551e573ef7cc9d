"""The pick list: by bin, what is to come, what is short; for one job and for a wave."""

from tests.builders import (
    add_item,
    add_order,
    add_purchase,
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
    page_texts,
    print_papers,
)

from pegboard.domain.codes import ScanCode, code_text
from pegboard.storage.store import Store, Transaction


def _lamp_parts(tx: Transaction) -> None:
    """13 bulbs: 4 in A-01, 3 in B-02, 4 on PO-0003, 2 short; a socket that stands in for another."""
    lamp_shop(tx)
    lamp_job(tx)
    add_item(tx, "SOCKET")
    add_item(tx, "SOCKET-2", description="Socket of another maker", tracking="lot")
    bulbs = need(tx, "WO-0001", "BULB", 13, operation=30)
    peg(tx, bulbs, 3, stock=add_stock(tx, "BULB", 3, location="B-02"))
    peg(tx, bulbs, 4, stock=add_stock(tx, "BULB", 10, location="A-01"))
    (line,) = add_purchase(tx, "PO-0003", "KERN", [("BULB", 4, 1)])
    peg(tx, bulbs, 4, purchase_line=line)
    socket = need(tx, "WO-0001", "SOCKET-2", 13, operation=10, alternate_for_id=id_of(tx, "item", "SOCKET"))
    peg(tx, socket, 13, stock=add_stock(tx, "SOCKET-2", 20, location="A-01", lot="L7", expires_on="2026-06-30"))


def test_a_pick_list_goes_bin_by_bin_then_what_is_to_come_then_what_is_short(store: Store) -> None:
    with doing(store) as tx:
        _lamp_parts(tx)
    printed = print_papers(store, "pick-list", "WO-0001")
    (text,) = page_texts(printed.content)
    places = [text.index(words) for words in ("A-01", "B-02", "PO-0003/1", "SHORT")]
    assert places == sorted(places)
    for words in (
        "PICK LIST",
        "SO-0456 line 2, Acme Interiors",
        "4 ea",
        "6 ea",  # left in A-01
        "3 ea",
        "Kern Lackierung due Mon 12 Jan 2026",
        "2 ea",
        "instead of SOCKET",
        "L7",
        "until Tue 30 Jun",
        "known: 1",
    ):
        assert words in text
    assert_inside_page(printed.content)


def test_a_pick_list_has_the_job_s_code_and_one_for_each_bin(store: Store) -> None:
    with doing(store) as tx:
        _lamp_parts(tx)
    printed = print_papers(store, "pick-list", "WO-0001", paper="letter")
    job = code_text(ScanCode("WO", "WO-0001", None, printed.marks["WO-0001"].print_code))
    bins = [code_text(ScanCode("BN", code)) for code in ("A-01", "B-02")]
    assert page_codes(printed.content) == [sorted([job, *bins])]


def test_issued_parts_are_no_longer_on_the_list(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
        need(tx, "WO-0001", "BULB", 13, issued_quantity=13_000_000)
    (text,) = page_texts(print_papers(store, "pick-list", "WO-0001").content)
    assert "BULB" not in text
    assert "Nothing is left to pick" in text


def test_a_planned_job_s_list_is_marked_and_has_no_codes(store: Store) -> None:
    with doing(store) as tx:
        _lamp_parts(tx)
        tx.connection.exec_driver_sql("UPDATE work_order SET state = 'planned'")
    printed = print_papers(store, "pick-list", "WO-0001")
    assert "NOT RELEASED" in page_texts(printed.content)[0]
    assert page_codes(printed.content) == [[]]


def test_a_wave_visits_each_bin_once_and_says_how_much_goes_into_which_tote(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        add_order(tx, "SO-0001", [("LAMP", 5, "2026-02-02")])
        stock = add_stock(tx, "BULB", 30, location="A-01")
        for number, quantity in (("WO-0001", 2), ("WO-0002", 3)):
            add_work_order(tx, number, "LAMP", quantity, state="released")
            peg(tx, need(tx, number, "BULB", 2 * quantity, operation=30), 2 * quantity, stock=stock)
        peg(tx, demand_of(tx, "SO-0001"), 2, work_order="WO-0001")
    printed = print_papers(store, "pick-wave", "WO-0001", "WO-0002")
    (text,) = page_texts(printed.content)
    assert text.count("A-01") == 1
    assert "10 ea 20 left after 4 6" in text  # both, tote A, tote B
    assert page_codes(printed.content) == [[code_text(ScanCode("BN", "A-01"))]]


def test_a_long_list_repeats_its_head_and_keeps_bins_together(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
        for part in range(60):
            add_item(tx, f"PART-{part:02d}", description="A part with a name that takes its place " * 3)
            stock = add_stock(tx, f"PART-{part:02d}", 100, location=f"BIN-{part // 9}")
            peg(tx, need(tx, "WO-0001", f"PART-{part:02d}", 13), 13, stock=stock)
    for paper in ("a4", "letter"):
        printed = print_papers(store, "pick-list", "WO-0001", paper=paper)
        texts = page_texts(printed.content)
        assert len(texts) == printed.pages["WO-0001"] > 3
        assert all("Picked" in text for text in texts[:-1])
        together = " ".join(texts)
        assert all(together.count(f"PART-{part:02d}") == 1 for part in range(60))
        assert "continued" in together
        assert_inside_page(printed.content)
