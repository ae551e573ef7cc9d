"""Money agrees with its documents: each proof is broken on purpose once, and says which document by how much."""

import pytest
from tests.builders import TODAY, add_customer, add_item, add_order, add_stock, add_supplier, doing, micro, reading

from pegboard.domain.quantity import Money
from pegboard.queries.integrity_money import money_breaches
from pegboard.services.explosion import explode
from pegboard.services.money.crediting import credit_amount
from pegboard.services.money.deposits import receive_deposit
from pegboard.services.money.invoicing import invoice
from pegboard.services.money.openings import open_payable, open_receivable
from pegboard.services.money.payments import receive_payment
from pegboard.services.money.supplier_payments import pay_bill
from pegboard.services.shipping import ship
from pegboard.storage.rows import run
from pegboard.storage.store import Store


@pytest.fixture
def books(store: Store) -> Store:
    """An order of 238.00 with a deposit of 71.40, invoiced, partly credited and paid in part; a paid bill of 30.00."""
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_customer(tx, "BERT")
        add_supplier(tx, "KERN")
        add_item(tx, "LAMP")
        add_stock(tx, "LAMP", 4, unit_cost=4)
        add_order(tx, "SO-1", [("LAMP", 4, None)], deposit_percent=micro(30))
        run(tx, "UPDATE order_line SET unit_price = 50000000, tax_percent = 19000000")
        receive_deposit(tx, "SO-1")
        explode(tx)
        ship(tx, "SO-1")
        invoice(tx, "SO-1")
        credit_amount(tx, "INV-0001", 1, Money(1000, "EUR"), reason="scratch")
        receive_payment(tx, "ZIN", Money(10_000, "EUR"))
        open_receivable(tx, "BERT", "B-1", Money(5_000, "EUR"), TODAY, TODAY)
        open_payable(tx, "KERN", "R-1", Money(3_000, "EUR"), TODAY, TODAY)
        pay_bill(tx, "BIL-0001")
    return store


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE invoice SET tax_amount = tax_amount + 1 WHERE number = 'INV-0001'", "INV-0001: its foot says"),
        ("UPDATE bill SET net_amount = 2999 WHERE number = 'BIL-0001'", "BIL-0001: its foot says 29.99"),
        ("UPDATE invoice_line SET unit_price = 49000000 WHERE order_line_id = 1", "INV-0001: a line of 200.00"),
        ("UPDATE invoice_line SET tax_percent = 7000000 WHERE order_line_id = 1", "INV-0001: a line of 200.00"),
        ("UPDATE payment SET customer_id = 2 WHERE kind = 'customer' AND amount > 0", "settles INV-0001, which is not"),
        ("UPDATE payment SET currency = 'USD' WHERE kind = 'supplier'", "settles BIL-0001, which is not"),
        ("UPDATE payment SET amount = 9000 WHERE amount = 10000", "100.00 are settled of only 90.00"),
        ("UPDATE payment_allocation SET amount = 3001 WHERE bill_id = 1", "BIL-0001: 30.01 are settled of only 30.00"),
        ("UPDATE invoice SET credits_id = 1 WHERE number = 'B-1'", "INV-0001: -38.10 are credited of only 238.00"),
        ("DELETE FROM payment WHERE kind = 'deposit'", "SO-1: a deposit of 71.40 is taken off its invoices, but 0.00"),
        ("UPDATE order_line SET paid_on = '2026-01-05'", "SO-1/1 says it is paid, but 54.70 of INV-0001 are open"),
    ],
)
def test_what_does_not_agree_is_named(books: Store, statement: str, told: str) -> None:
    with reading(books) as view:
        assert list(money_breaches(view)) == []
    with doing(books) as tx:
        run(tx, statement)
    with reading(books) as view:
        assert any(told in breach for breach in money_breaches(view)), list(money_breaches(view))
