"""History that is imported gives real invoices, bills, deposits and payments: of its days, to the cent, and once."""

import datetime
from pathlib import Path

import pytest
from tests.builders import doing
from tests.exchange.folders import ITEMS, bring_in, everything, exported, exported_again, select
from tests.services.shop import require_whole

from pegboard.domain.errors import Refused
from pegboard.services.money.books import close_books
from pegboard.services.money.paying import pay_invoice
from pegboard.storage.rows import run
from pegboard.storage.store import Store

CUSTOMERS = "code,payment_terms_days,deposit_percent,currency\nSHOP,14,30,\nYEN,30,0,JPY\n"
SUPPLIERS = "code,payment_terms_days\nACME,60\n"
ORDERS = """\
order,customer,order_date,item,quantity,unit_price,tax_percent,freight,deposit_paid_on,status,shipped_on,invoiced_on,paid_on
A,SHOP,2025-01-02,LAMP,3,33.33,19,7.5,2025-01-03,closed,2025-02-01,2025-02-02,2025-02-20
A,SHOP,2025-01-02,BASE,1,10,7,7.5,2025-01-03,closed,2025-03-01,2025-03-02,2025-03-20
B,SHOP,2025-01-02,LAMP,1,100,,,,shipped,2025-02-01,2025-02-02,
C,YEN,2025-01-02,LAMP,2,150.4,10,,,closed,2025-02-01,,2025-02-15
D,SHOP,2025-01-02,LAMP,2,,19,,,closed,2025-02-01,2025-02-02,2025-02-15
E,SHOP,2025-01-02,LAMP,2,5,,,,quote,,,
"""
PURCHASES = """\
purchase_order,supplier,item,quantity,unit_price,ordered_on,received_on,billed_on,paid_on
P1,ACME,BULB,10,1.255,2025-01-02,2025-01-10,2025-01-12,2025-02-01
P1,ACME,CORD,4,2,2025-01-02,2025-01-10,2025-01-12,2025-02-15
P2,ACME,BULB,1,9,2025-01-02,2025-01-10,2025-01-14,
"""
FILES = {
    "items": ITEMS,
    "customers": CUSTOMERS,
    "suppliers": SUPPLIERS,
    "orders": ORDERS,
    "purchase_history": PURCHASES,
}
INVOICES = (
    "SELECT number, issued_on, due_on, net_amount, tax_amount, deposit_amount, currency FROM invoice ORDER BY number"
)
PAYMENTS = "SELECT number, kind, paid_on, amount FROM payment ORDER BY number"


@pytest.fixture
def shop(store: Store) -> Store:
    """A shop with a past."""
    bring_in(store, FILES)
    return store


def test_an_order_of_the_past_has_an_invoice_for_each_day_that_it_was_invoiced(shop: Store) -> None:
    # A: 99.99 + 19.00 tax + 7.50 freight, then 10.00 + 0.70; 30 % of 137.19 is 41.16. C was invoiced when it shipped.
    assert select(shop, INVOICES) == [
        ("H-INV-A", "2025-02-02", "2025-02-16", 10749, 1900, 4116, "EUR"),
        ("H-INV-A.2", "2025-03-02", "2025-03-16", 1000, 70, 0, "EUR"),
        ("H-INV-B", "2025-02-02", "2025-02-16", 10000, 0, 0, "EUR"),
        ("H-INV-C", "2025-02-01", "2025-03-03", 301, 30, 0, "JPY"),
    ]
    require_whole(shop)


def test_what_was_paid_has_a_payment_of_its_day(shop: Store) -> None:
    assert select(shop, PAYMENTS) == [
        ("H-DEP-A", "deposit", "2025-01-03", 4116),
        ("H-PAY-A", "customer", "2025-02-20", 8533),
        ("H-PAY-A.2", "customer", "2025-03-20", 1070),
        ("H-PAY-C", "customer", "2025-02-15", 331),
        ("H-PAY-P1", "supplier", "2025-02-01", 1255),
        ("H-PAY-P1.2", "supplier", "2025-02-15", 800),
    ]


def test_purchases_of_the_past_have_bills(shop: Store) -> None:
    assert select(shop, "SELECT number, billed_on, due_on, net_amount, origin FROM bill ORDER BY number") == [
        ("H-BIL-P1", "2025-01-12", "2025-03-13", 2055, "imported"),
        ("H-BIL-P2", "2025-01-14", "2025-03-15", 900, "imported"),
    ]


def test_the_same_folder_again_adds_nothing(shop: Store) -> None:
    before = [rows for rows in everything(shop) if rows[0] != "audit_entry"]
    bring_in(shop, FILES)
    assert [rows for rows in everything(shop) if rows[0] != "audit_entry"] == before


def test_what_was_paid_since_is_booked_with_the_next_import(shop: Store) -> None:
    paid = ORDERS.replace("B,SHOP,2025-01-02,LAMP,1,100,,,,shipped,2025-02-01,2025-02-02,", "B,SHOP,2025-01-02,LAMP,1,"
                          "100,,,,closed,2025-02-01,2025-02-02,2025-04-01")  # fmt: skip
    bring_in(shop, {"orders": paid})
    assert ("H-PAY-B", "customer", "2025-04-01", 10000) in select(shop, PAYMENTS)
    require_whole(shop)


def test_history_goes_out_as_it_came_in(shop: Store, tmp_path: Path) -> None:
    first = exported(shop, tmp_path / "out")
    assert exported_again(first, tmp_path / "again") == first


def test_an_imported_invoice_is_paid_like_any_other(shop: Store) -> None:
    with doing(shop) as tx:
        assert str(pay_invoice(tx, "H-INV-B").amount) == "100.00"
    assert select(shop, "SELECT status, paid_on FROM order_line l JOIN customer_order o ON o.order_id = l.order_id"
                  " WHERE o.number = 'B'") == [("closed", "2026-01-05")]  # fmt: skip
    require_whole(shop)


def test_an_import_is_not_refused_for_what_is_not_in_it(store: Store) -> None:
    bring_in(store, FILES)
    with doing(store) as tx:
        run(tx, "UPDATE order_line SET unit_price = 1000000 WHERE unit_price IS NULL")  # D now could have an invoice
        close_books(tx, datetime.date(2025, 12, 31))
    bring_in(store, {"orders": "order,customer,item,quantity\nF,SHOP,LAMP,1\n"})
    assert len(select(store, INVOICES)) == 4


def test_history_within_closed_books_is_refused(store: Store) -> None:
    with doing(store) as tx:
        close_books(tx, datetime.date(2025, 2, 10))
    with pytest.raises(Refused, match="closed through 2025-02-10"):
        bring_in(store, FILES)
    assert select(store, PAYMENTS) == []
