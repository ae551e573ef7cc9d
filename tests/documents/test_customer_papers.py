"""What customers read: confirmation, packing slip, invoice."""

from pathlib import Path

import pytest
from tests.builders import add_item, add_order, add_stock, day, demand_of, doing, id_of, micro, need
from tests.documents.papers import assert_inside_page, lamp_job, lamp_shop, page_codes, page_texts, print_papers

from pegboard import documents
from pegboard.domain.codes import ScanCode, code_text
from pegboard.domain.errors import InvalidInput, NotFound
from pegboard.services.settings import set_logo, set_setting
from pegboard.storage.rows import add, number
from pegboard.storage.store import Store, Transaction
from pegboard.storage.tables.demand import Requirement
from pegboard.storage.tables.money import Invoice, InvoiceLine, Shipment, ShipmentLine
from pegboard.storage.tables.signals import SkuAlias

IBAN = "DE89 3704 0044 0532 0130 00"


def _priced_order(tx: Transaction) -> None:
    """An arm at 100.28 with 7 % and 12 lamps at 148 with 19 %, freight 35, 30 % deposit; the lamps a week late."""
    lamp_shop(tx)
    lamp_job(tx)
    change = tx.connection.exec_driver_sql
    change("UPDATE order_line SET unit_price = 100280000, tax_percent = 7000000 WHERE line = 1")
    change(
        "UPDATE order_line SET unit_price = 148000000, tax_percent = 19000000,"
        " promise_date = '2026-02-06' WHERE line = 2"
    )
    change("UPDATE customer_order SET freight = 35000000, deposit_percent = 30000000")
    change("UPDATE customer SET billing_address = ?", ("Rue de l'Été 12\n75011 Paris",))


def _ship(tx: Transaction, slip: str, quantity: int, *, item: str = "LAMP", line: int = 2, lot: str = "") -> None:
    shipment = add(
        tx, Shipment, number=slip, order_id=id_of(tx, "customer_order", "SO-0456"), shipped_on=tx.today, carrier="DHL"
    )
    _pack(tx, shipment, quantity, item=item, line=line, lot=lot)


def _pack(tx: Transaction, shipment: int, quantity: int, *, item: str, line: int, lot: str = "") -> None:
    line_id = number(tx, "SELECT order_line_id FROM order_line WHERE line = ?", line)
    stock = number(tx, "SELECT stock_id FROM stock s JOIN item i ON i.item_id = s.item_id WHERE i.code = ?", item)
    stock = stock or add_stock(tx, item, 100, lot=lot)
    add(tx, ShipmentLine, shipment_id=shipment, order_line_id=line_id, stock_id=stock, quantity=micro(quantity))


def test_a_confirmation_tells_dates_prices_and_what_differs(store: Store) -> None:
    with doing(store) as tx:
        _priced_order(tx)
        add(tx, SkuAlias, origin="ACME", sku="A-4711", item_id=id_of(tx, "item", "LAMP"))
    printed = print_papers(store, "acknowledgement", "SO-0456")
    (text,) = page_texts(printed.content)
    for words in (
        "ORDER CONFIRMATION",
        "Acme Interiors",
        "Rue de l'Été 12",
        "PO 7781",
        "your A-4711 our LAMP",
        "Fri 6 Feb 2026",
        "you asked for Fri 30 Jan",
        "1,776.00",
        "Tax 7 % on 100.28 7.02",
        "Tax 19 % on 1,776.00 337.44",
        "Freight 35.00",
        "Total EUR 2,255.74",
        "Deposit: 30 % = EUR 676.72",
    ):
        assert words in text
    code = code_text(ScanCode("SO", "SO-0456", None, printed.marks["SO-0456"].print_code))
    assert page_codes(printed.content) == [[code]]


def test_while_nothing_is_ordered_it_is_a_quotation(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "LAMP", "make")
        add_order(tx, "SO-0001", [("LAMP", 1, None)], status="quote")
    (text,) = page_texts(print_papers(store, "acknowledgement", "SO-0001").content)
    assert "QUOTATION" in text
    assert "to be scheduled" in text
    assert "to be quoted" in text


def test_a_packing_slip_shows_what_came_before_and_what_follows_but_no_prices(store: Store) -> None:
    with doing(store) as tx:
        _priced_order(tx)
        _ship(tx, "SHP-0001", 5, lot="L7")
        _ship(tx, "SHP-0002", 4)
    first, second = page_texts(print_papers(store, "packing-slip", "SO-0456").content)
    assert "12 ea 5 ea – 7" in first
    assert "L7" in first
    assert "12 ea 4 ea 5 3" in second
    assert "1 ea – – 1" in second  # the arm is to follow
    assert "148" not in first
    (again,) = page_texts(print_papers(store, "packing-slip", "SHP-0002").content)
    assert "COPY 2" in again
    with store.read() as view, pytest.raises(NotFound, match="SHP-0009"):
        documents.read(view, "packing-slip", ["SHP-0009"])


def test_a_kit_ships_in_sets_and_names_its_parts(store: Store) -> None:
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
        need_of_kit = demand_of(tx, "SO-0456", 1)
        demand = number(tx, "SELECT demand_id FROM requirement WHERE requirement_id = ?", need_of_kit)
        tx.connection.exec_driver_sql("DELETE FROM requirement WHERE requirement_id = ?", (need_of_kit,))
        tx.connection.exec_driver_sql("UPDATE order_line SET quantity = 4000000 WHERE line = 1")
        bulb = id_of(tx, "item", "BULB")
        add(tx, Requirement, demand_id=demand, item_id=bulb, quantity=micro(8), need_date=tx.today)
        _ship(tx, "SHP-0001", 6, item="BULB", line=1)
    (text,) = page_texts(print_papers(store, "packing-slip", "SHP-0001").content)
    assert "4 ea 3 ea – 1" in text
    assert "6 ea BULB" in text


def _invoice(tx: Transaction, *, tax: int, rate: int = 19, credits: int | None = None, number: str = "INV-0001") -> int:
    order = id_of(tx, "customer_order", "SO-0456")
    customer = id_of(tx, "customer", "ACME")
    sign = -1 if credits else 1
    invoice = add(
        tx,
        Invoice,
        number=number,
        customer_id=customer,
        order_id=order,
        credits_id=credits,
        issued_on=tx.today,
        due_on=day("2026-02-04"),
        currency="EUR",
        net_amount=sign * 74000,
        tax_amount=sign * tax,
        deposit_amount=0 if credits else 20000,
        note="wrong address" if credits else "",
    )
    add(
        tx,
        InvoiceLine,
        invoice_id=invoice,
        description="Desk lamp",
        quantity=sign * micro(5),
        unit_price=micro(148),
        tax_percent=micro(rate),
        net_amount=sign * 74000,
        tax_amount=sign * tax,
    )
    return invoice


def test_an_invoice_shows_tax_deposit_and_how_to_pay(store: Store) -> None:
    with doing(store) as tx:
        _priced_order(tx)
        set_setting(tx, "company_bank", f"Förde Sparkasse\nIBAN {IBAN}\nBIC COBADEFFXXX")
        set_setting(tx, "company_vat_number", "DE123456789")
        _invoice(tx, tax=14060)
    printed = print_papers(store, "invoice", "INV-0001")
    (text,) = page_texts(printed.content)
    for words in ("INVOICE", "Tax 19 % on 740.00 140.60", "−200.00", "To pay EUR 680.60", "by Wed 4 Feb 2026", IBAN):
        assert words in text
    assert "DE123456789" in text
    ((code,),) = page_codes(printed.content)
    assert code.split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "COBADEFFXXX",
        "Harbor Lamps",
        IBAN.replace(" ", ""),
        "EUR680.60",
        "",
        "",
        "INV-0001",
    ]


def test_a_credit_note_names_its_invoice_and_asks_for_no_money(store: Store) -> None:
    with doing(store) as tx:
        _priced_order(tx)
        set_setting(tx, "company_bank", f"IBAN {IBAN}")
        first = _invoice(tx, tax=14060)
        _invoice(tx, tax=14061, credits=first, number="INV-0002")
    for kind in ("credit-note", "invoice"):
        printed = print_papers(store, kind, "INV-0002")
        (text,) = page_texts(printed.content)
        for words in ("CREDIT NOTE", "Takes back INV-0001", "wrong address", "740.00 140.61", "Credited EUR 880.61"):
            assert words in text
        assert page_codes(printed.content) == [[]]
    with pytest.raises(InvalidInput, match="is an invoice"):
        print_papers(store, "credit-note", "INV-0001")


def test_a_wrong_account_number_makes_no_payment_code(store: Store) -> None:
    with doing(store) as tx:
        _priced_order(tx)
        set_setting(tx, "company_bank", "IBAN DE00 3704 0044 0532 0130 00")
        _invoice(tx, tax=14060)
    assert page_codes(print_papers(store, "invoice", "SO-0456").content) == [[]]


def test_the_logo_stands_on_every_kind_of_paper_and_keeps_inside(store: Store, tmp_path: Path) -> None:
    from PIL import Image

    picture = tmp_path / "logo.png"
    Image.new("RGBA", (900, 100), (0, 0, 0, 255)).save(picture)
    with doing(store) as tx:
        _priced_order(tx)
        need(tx, "WO-0001", "BULB", 13)
        set_logo(tx, "logo.png", picture.read_bytes())
        set_setting(tx, "company_email", "a-rather-long-mail-address-of-the-office@harbor-lamps-of-flensburg.example")
    for kind, name in (("traveler", "WO-0001"), ("pick-list", "WO-0001"), ("acknowledgement", "SO-0456")):
        printed = print_papers(store, kind, name)
        assert "Harbor Lamps" in page_texts(printed.content)[0]
        assert_inside_page(printed.content)
