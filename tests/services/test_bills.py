"""Supplier bills beside receipts, supplier payments, expenses and opening balances."""

import datetime

import pytest
from tests.builders import (
    TODAY,
    add_customer,
    add_item,
    add_operation,
    add_purchase,
    add_supplier,
    add_work_order,
    doing,
    micro,
    quantity,
    reading,
)
from tests.services.shop import require_whole

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.quantity import Money, Price
from pegboard.queries.money_lookups import bill_numbered, invoice_numbered
from pegboard.queries.money_to_bill import bill_variances, receipts_to_bill
from pegboard.queries.search import search
from pegboard.services.money.bills import BillDraftLine, credit_bill, enter_bill
from pegboard.services.money.openings import open_cash, open_payable, open_receivable
from pegboard.services.money.paying import pay_invoice
from pegboard.services.money.reversal import reverse_payment
from pegboard.services.money.supplier_payments import pay_bill, pay_supplier, record_expense, use_supplier_credit
from pegboard.services.purchasing import receive
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading, Store

YESTERDAY = TODAY - datetime.timedelta(days=1)


def euros(text: str) -> Money:
    """An amount in euros."""
    return Money(int(text.replace(".", "")), "EUR")


@pytest.fixture
def shop(store: Store) -> Store:
    """ACME (2 % within 8 days, 30 net) delivered 10 of 12 wheels at 7.00, in two receipts of 6 and 4."""
    with doing(store) as tx:
        add_supplier(tx, "ACME", discount_percent=micro(2), discount_days=8)
        add_item(tx, "WHEEL", description="Wheel 28")
        add_purchase(tx, "PO-1", "ACME", [("WHEEL", 12, 7)])
        receive(tx, "PO-1/1", quantity(6))
        receive(tx, "PO-1/1", quantity(4))
    return store


def opened(view: Reading, number: str) -> str:
    """What is open of a bill."""
    return str(Money(bill_numbered(view, number).open, "EUR"))


def test_a_bill_for_a_purchase_line_is_laid_over_its_receipts(shop: Store) -> None:
    with doing(shop) as tx:
        assert [(str(each.quantity), str(each.amount)) for each in receipts_to_bill(tx)] == [
            ("6", "42.00"),
            ("4", "28.00"),
        ]
        number = enter_bill(tx, "ACME", [BillDraftLine(purchase_line="PO-1/1")], supplier_number="R-77", tax=1330)
        assert (number, opened(tx, number)) == ("BIL-0001", "83.30")
        assert not receipts_to_bill(tx)
        assert all(each.is_clean for each in bill_variances(tx, number))
        assert first(tx, "SELECT due_on FROM bill") == ("2026-02-04",)
    require_whole(shop)


def test_price_and_quantity_variance_are_told_and_the_bill_is_kept_as_it_came(shop: Store) -> None:
    with doing(shop) as tx:
        line = BillDraftLine(receipt="REC-0001", quantity=quantity(7), unit_price=Price.parse("7.25"))
        number = enter_bill(tx, "ACME", [line, BillDraftLine(kind="freight", unit_price=Price.parse("5"))])
        dearer, freight = bill_variances(tx, number)
        # 7 x 0.25 dearer, and one more than came at 7.00
        assert (str(dearer.price), str(dearer.quantity), dearer.is_clean) == ("1.75", "7.00", False)
        assert (freight.price, freight.quantity) == (None, None)
        assert opened(tx, number) == "55.75"
    require_whole(shop)


def test_what_is_billed_before_it_comes_is_told(shop: Store) -> None:
    with doing(shop) as tx:
        number = enter_bill(tx, "ACME", [BillDraftLine(purchase_line="PO-1/1", quantity=quantity(12))])
        assert [str(each.billed) for each in bill_variances(tx, number)] == ["6", "4", "2"]
    require_whole(shop)


def test_a_suppliers_bill_is_entered_once(shop: Store) -> None:
    with doing(shop) as tx:
        number = enter_bill(tx, "ACME", [BillDraftLine(receipt="REC-0001")], supplier_number="R-77")
        with pytest.raises(Refused, match="R-77 is entered as BIL-0001"):
            enter_bill(tx, "ACME", [BillDraftLine(receipt="REC-0002")], supplier_number="R-77")
        credit_bill(tx, number, reason="typed wrongly")
        assert (opened(tx, number), opened(tx, "BIL-0002")) == ("0.00", "0.00")
        enter_bill(tx, "ACME", [BillDraftLine(receipt="REC-0001")], supplier_number="R-77")
        with pytest.raises(InvalidInput, match="must be above 0"):
            enter_bill(tx, "ACME", [BillDraftLine(receipt="REC-0001")])
    require_whole(shop)


def test_paying_early_takes_the_discount_as_a_credit_note(shop: Store) -> None:
    with doing(shop) as tx:
        number = enter_bill(tx, "ACME", [BillDraftLine(purchase_line="PO-1/1")], tax=1330)
    with doing(shop, today=TODAY + datetime.timedelta(days=8)) as tx:
        paid = pay_bill(tx, number, discount=True)
        assert (str(paid.amount), opened(tx, number), opened(tx, "BIL-0002")) == ("81.63", "0.00", "0.00")
        assert first(tx, "SELECT net_amount, tax_amount FROM bill WHERE credits_id IS NOT NULL") == (-140, -27)
        with pytest.raises(Refused, match="is paid"):
            pay_bill(tx, number)
    require_whole(shop)


def test_there_is_no_discount_after_its_days_or_on_what_is_partly_paid(shop: Store) -> None:
    with doing(shop) as tx:
        number = enter_bill(tx, "ACME", [BillDraftLine(purchase_line="PO-1/1")])
    with doing(shop, today=TODAY + datetime.timedelta(days=9)) as tx, pytest.raises(Refused, match="no discount"):
        pay_bill(tx, number, discount=True)
    with doing(shop) as tx:
        pay_supplier(tx, "ACME", euros("10.00"))
        with pytest.raises(Refused, match="no discount"):
            pay_bill(tx, number, discount=True)


def test_one_payment_settles_several_bills_and_the_rest_is_used_later(shop: Store) -> None:
    with doing(shop) as tx:
        enter_bill(tx, "ACME", [BillDraftLine(receipt="REC-0001")])
        paid = pay_supplier(tx, "ACME", euros("50.00"))
        assert ([number for number, _ in paid.settled], str(paid.rest)) == (["BIL-0001"], "8.00")
        enter_bill(tx, "ACME", [BillDraftLine(receipt="REC-0002")])
        assert use_supplier_credit(tx, "ACME") == ("BIL-0002",)
        assert opened(tx, "BIL-0002") == "20.00"
        reverse_payment(tx, paid.number)
        assert (opened(tx, "BIL-0001"), opened(tx, "BIL-0002")) == ("42.00", "28.00")
        with pytest.raises(Refused, match="No credit with ACME"):
            use_supplier_credit(tx, "ACME")
    require_whole(shop)


def test_a_payment_settles_no_more_than_is_open(shop: Store) -> None:
    with doing(shop) as tx:
        enter_bill(tx, "ACME", [BillDraftLine(receipt="REC-0001")])
        with pytest.raises(Refused, match=r"Of BIL-0001 42\.00 is open"):
            pay_supplier(tx, "ACME", euros("50.00"), settles=[("BIL-0001", euros("43.00"))])
        with pytest.raises(Refused, match="paid in EUR"):
            pay_supplier(tx, "ACME", Money(100, "USD"))


def test_a_service_is_billed_like_goods(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "FRAME", "make")
        add_supplier(tx)
        add_operation(tx, "FRAME", 10, supplier="ACME", price=4)
        job = add_work_order(tx, "WO-1", "FRAME", 5, surplus_reason="imported")
        add_purchase(tx, "PO-1", "ACME", [("FRAME", 5, 4)], work_order_id=job, operation=10)
        receive(tx, "PO-1/1", quantity(3))
        [waiting] = receipts_to_bill(tx)
        assert (waiting.is_service, str(waiting.amount)) == (True, "12.00")
        number = enter_bill(tx, "ACME", [BillDraftLine(purchase_line="PO-1/1", unit_price=Price.parse("4.5"))])
        assert [str(each.price) for each in bill_variances(tx, number)] == ["1.50"]
    require_whole(store)


def test_documents_are_found_by_their_numbers(shop: Store) -> None:
    with doing(shop) as tx:
        enter_bill(tx, "ACME", [BillDraftLine(receipt="REC-0001")], supplier_number="R-77")
        pay_bill(tx, "BIL-0001", reference="SEPA 9")
    with reading(shop) as view:
        assert [(hit.kind, hit.number, hit.detail) for hit in search(view, "bil-0001")] == [
            ("bill", "BIL-0001", "R-77")
        ]
        assert [(hit.kind, hit.detail) for hit in search(view, "PAY-0001")] == [("payment", "SEPA 9")]


def test_an_expense_has_a_category(shop: Store) -> None:
    with doing(shop) as tx:
        record_expense(tx, "rent", euros("900.00"), paid_on=YESTERDAY, reference="January")
        with pytest.raises(InvalidInput, match="needs a category"):
            record_expense(tx, " ", euros("1.00"))
    with reading(shop) as view:
        assert rows(view, "SELECT kind, category, amount FROM payment") == [("expense", "rent", 90_000)]
    require_whole(shop)


def test_a_shop_begins_with_what_was_open(shop: Store) -> None:
    with doing(shop) as tx:
        add_customer(tx, "ZIN")
        open_receivable(tx, "ZIN", "INV-0412", euros("250.00"), YESTERDAY, TODAY)
        assert open_payable(tx, "ACME", "R-1", euros("80.00"), YESTERDAY, TODAY) == "BIL-0001"
        open_cash(tx, euros("1234.56"), TODAY)
        with pytest.raises(Refused, match="opening cash in EUR is PAY-0001"):
            open_cash(tx, euros("1.00"), TODAY)
        with pytest.raises(Refused, match="INV-0412 is there already"):
            open_receivable(tx, "ZIN", "INV-0412", euros("250.00"), YESTERDAY, TODAY)
        pay_invoice(tx, "INV-0412", euros("300.00"))
        assert invoice_numbered(tx, "INV-0412").open == 0
        pay_bill(tx, "BIL-0001")
    require_whole(shop)


def test_a_customer_who_pays_early_gets_the_discount_at_each_rate(shop: Store) -> None:
    with doing(shop) as tx:
        add_customer(tx, "ZIN", discount_percent=micro(3), discount_days=10)
        open_receivable(tx, "ZIN", "OLD-1", euros("99.99"), YESTERDAY, TODAY)
        paid = pay_invoice(tx, "OLD-1", discount=True)
        assert (str(paid.amount), invoice_numbered(tx, "OLD-1").open) == ("96.99", 0)
        with pytest.raises(Refused, match="no discount"):
            pay_invoice(tx, "OLD-1", discount=True)
    require_whole(shop)
