"""The purchase order: the supplier's article, units and prices, and what changed since the last print."""

from tests.builders import add_item, add_purchase, add_supplier, add_supplier_item, demand_of, doing, id_of, peg
from tests.documents.papers import (
    assert_inside_page,
    lamp_job,
    lamp_shop,
    page_codes,
    page_texts,
    print_papers,
)

from pegboard.domain.codes import ScanCode, code_text
from pegboard.services.settings import set_setting
from pegboard.storage.store import Store, Transaction


def _screws(tx: Transaction, *, state: str = "sent", pack: int = 200, quantity: int = 600) -> None:
    """Screws in boxes from Kern, with a second line of an unknown price."""
    lamp_shop(tx)
    add_item(tx, "SCREW", description="Screw M4 x 12")
    sold = add_supplier_item(
        tx,
        "KERN",
        "SCREW",
        "0.0325",
        supplier_sku="DIN84-M4",
        purchase_unit="box",
        units_per_purchase_unit=pack,
        manufacturer="Würth",
        manufacturer_part="0084 4 12",
    )
    lines = add_purchase(tx, "PO-0003", "KERN", [("SCREW", quantity, "0.0325"), ("BULB", 3, None)], state=state)
    tx.connection.exec_driver_sql(
        "UPDATE purchase_line SET supplier_item_id = ? WHERE purchase_line_id = ?", (sold, lines[0])
    )


def test_a_purchase_order_speaks_the_supplier_s_units_and_numbers(store: Store) -> None:
    with doing(store) as tx:
        _screws(tx)
        set_setting(tx, "purchase_order_terms", "Deliver to gate 2.")
    printed = print_papers(store, "purchase-order", "PO-0003")
    (text,) = page_texts(printed.content)
    for words in (
        "PURCHASE ORDER",
        "Kern Lackierung",
        "30 days net",
        "EUR",
        "DIN84-M4",
        "our item SCREW",
        "Würth 0084 4 12",
        "3 box",
        "= 600 ea",
        "0.0325 per ea",
        "Mon 12 Jan 2026",
        "19.50",
        "to be quoted",
        "Total without open prices EUR 19.50",
        "Deliver to gate 2.",
        "by Wed 7 Jan 2026",
        "Your confirmation",
    ):
        assert words in text
    assert_inside_page(printed.content)
    code = code_text(ScanCode("PO", "PO-0003", None, printed.marks["PO-0003"].print_code))
    assert page_codes(printed.content) == [[code]]


def test_purchase_units_are_rounded_half_up_to_six_places(store: Store) -> None:
    with doing(store) as tx:
        _screws(tx, pack=7, quantity=10)
    (text,) = page_texts(print_papers(store, "purchase-order", "PO-0003").content)
    assert "1.428571 box" in text


def test_each_line_is_rounded_half_up_once_in_the_supplier_s_currency(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "PART")
        add_supplier(tx, "JAP", name="Tokyo Parts", currency="USD")
        add_purchase(tx, "PO-0001", "JAP", [("PART", 1, "0.005"), ("PART", 3, "0.335")])
    (text,) = page_texts(print_papers(store, "purchase-order", "PO-0001").content)
    assert "0.01" in text
    assert "1.01" in text  # 1.005 up
    assert "Total USD 1.02" in text


def test_a_draft_is_marked_and_has_no_code(store: Store) -> None:
    with doing(store) as tx:
        _screws(tx, state="draft")
    printed = print_papers(store, "purchase-order", "PO-0003")
    assert "DRAFT" in page_texts(printed.content)[0]
    assert page_codes(printed.content) == [[]]


def test_a_service_line_names_the_work_and_the_job(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
        (line,) = add_purchase(tx, "PO-0005", "KERN", [("LAMP", 13, "4.2")])
        tx.connection.exec_driver_sql(
            "UPDATE purchase_line SET work_order_id = ?, operation = 20 WHERE purchase_line_id = ?",
            (id_of(tx, "work_order", "WO-0001"), line),
        )
    (text,) = page_texts(print_papers(store, "purchase-order", "PO-0005").content)
    assert "Work step 2" in text
    assert "on our job WO-0001, operation 20" in text
    assert "our item LAMP rev C" in text
    assert "54.60" in text
    (traveler,) = page_texts(print_papers(store, "traveler", "WO-0001").content)
    assert "outside, PO-0005/1" in traveler


def test_customers_are_named_to_a_supplier_only_where_the_shop_wants_it(store: Store) -> None:
    with doing(store) as tx:
        _screws(tx)
        lamp_job(tx)
        line = tx.connection.exec_driver_sql("SELECT min(purchase_line_id) FROM purchase_line").scalar()
        peg(tx, demand_of(tx, "SO-0456", 1), 1, purchase_line=line)
    assert "SO-0456" not in page_texts(print_papers(store, "purchase-order", "PO-0003").content)[0]
    with doing(store) as tx:
        set_setting(tx, "purchase_order_shows_demand", "yes")
    assert "for SO-0456/1" in page_texts(print_papers(store, "purchase-order", "PO-0003").content)[0]


def test_a_reissue_shows_what_was_and_what_is_gone(store: Store) -> None:
    with doing(store) as tx:
        _screws(tx)
    first = print_papers(store, "purchase-order", "PO-0003").marks["PO-0003"]
    with doing(store) as tx:
        tx.connection.exec_driver_sql(
            "UPDATE purchase_line SET quantity = 800000000, surplus_reason = 'multiple', due_date = '2026-01-20'"
            " WHERE line = 1"
        )
        tx.connection.exec_driver_sql("UPDATE purchase_line SET state = 'cancelled' WHERE line = 2")
    (text,) = page_texts(print_papers(store, "purchase-order", "PO-0003").content)
    for words in (
        "REISSUE 1",
        "4 box",
        "was 3 box",
        "was Mon 12 Jan",
        f"supersedes print {first.print_code}",
        f"Cancelled since print {first.print_code}: line 2, 3 ea BULB.",
    ):
        assert words in text


def test_the_total_never_stands_alone_on_a_page(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "PART", description="A part")
        add_supplier(tx, "KERN", name="Kern")
        for count in range(14, 30):
            add_purchase(tx, f"PO-{count}", "KERN", [("PART", 1, 1)] * count)
    for count in range(14, 30):
        texts = page_texts(print_papers(store, "purchase-order", f"PO-{count}").content)
        (with_total,) = [text for text in texts if f"Total EUR {count}.00" in text]
        assert f"{count} PART A part" in with_total
