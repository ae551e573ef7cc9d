"""The money of one order from its deposit to the last cent, over two shipments, a return and a bill that differs."""

import datetime

from tests.builders import (
    TODAY,
    add_bom,
    add_customer,
    add_item,
    add_supplier,
    add_supplier_item,
    doing,
    micro,
    quantity,
)
from tests.services.shop import require_whole

from pegboard.domain.order import OrderDraft, OrderLineDraft
from pegboard.domain.quantity import Money, Price
from pegboard.queries.money_lookups import bill_numbered, deposit_held, invoice_numbered
from pegboard.queries.money_to_bill import bill_variances
from pegboard.services.explosion import explode
from pegboard.services.money.bills import BillDraftLine, enter_bill
from pegboard.services.money.books import close_books
from pegboard.services.money.crediting import credit_return
from pegboard.services.money.deposits import receive_deposit
from pegboard.services.money.invoicing import invoice
from pegboard.services.money.paying import pay_invoice
from pegboard.services.money.payments import pay_back
from pegboard.services.money.supplier_payments import pay_bill
from pegboard.services.orders import confirm
from pegboard.services.production import complete
from pegboard.services.purchasing import receive
from pegboard.services.returns import take_back
from pegboard.services.shipping import ship
from pegboard.storage.rows import first, number
from pegboard.storage.store import Store


def on(days: int) -> datetime.date:
    """So many days after the order."""
    return TODAY + datetime.timedelta(days=days)


def shop(store: Store) -> None:
    """A lamp of one shade; Kern sells shades at 9.90 with 2 % off within 10 days."""
    with doing(store) as tx:
        add_customer(tx, "ZIN", payment_terms_days=14, deposit_percent=micro(30))
        add_item(tx, "LAMP", "make", lead_time_days=2)
        add_item(tx, "SHADE", lead_time_days=5)
        add_bom(tx, "LAMP", {"SHADE": 1})
        add_supplier(tx, "KERN", discount_percent=micro(2), discount_days=10)
        add_supplier_item(tx, "KERN", "SHADE", "9.90")


def test_from_the_deposit_to_the_last_cent(store: Store) -> None:
    shop(store)
    line = OrderLineDraft("LAMP", quantity(5), unit_price=Price.parse("49.99"), tax_percent=quantity(19))
    with doing(store) as tx:
        order = confirm(tx, OrderDraft("ZIN", (line,), freight=Price.parse("12.5")))
        assert explode(tx).plan.is_empty  # nothing is pulled before the deposit
    with doing(store, today=on(1)) as tx:
        receive_deposit(tx, order)  # 249.95 + 47.49 tax + 12.50 = 309.94, of which 30 % are 92.98
        assert deposit_held(tx, 1) == 9298
        explode(tx)
    with doing(store, today=on(6)) as tx:
        receive(tx, "PO-0001/1", quantity(5))
        bill = enter_bill(tx, "KERN", [BillDraftLine(purchase_line="PO-0001/1", unit_price=Price.parse("10.15"))])
        assert [str(each.price) for each in bill_variances(tx, bill)] == ["1.25"]
        complete(tx, "WO-0001", quantity(3))
        ship(tx, order)
        issued = invoice(tx, "SHP-0001")  # 149.97 + 28.49 + 12.50, less the deposit
        assert (str(issued.total), str(issued.due)) == ("190.96", "97.98")
    with doing(store, today=on(10)) as tx:
        assert str(pay_bill(tx, bill, discount=True).amount) == "49.73"  # 50.75 less 1.02
        assert bill_numbered(tx, bill).open == 0
        complete(tx, "WO-0001", quantity(2))
        ship(tx, order)
        assert str(invoice(tx, order).due) == "118.98"  # 99.98 + 19.00
    with doing(store, today=on(30)) as tx:
        pay_invoice(tx, "INV-0001")
        pay_invoice(tx, "INV-0002", Money(12_000, "EUR"))  # 1.02 too much
        assert first(tx, "SELECT status, paid_on FROM order_line") == ("closed", on(30).isoformat())
        take_back(tx, f"{order}/1", quantity(1), reason="chipped")
        [note] = credit_return(tx, order)
        assert (str(note.total), invoice_numbered(tx, note.number).open) == ("-59.49", -5949)
        pay_back(tx, "ZIN", Money(6_051, "EUR"))
        # In: 92.98 + 97.98 + 120.00, out: 49.73 and 60.51 back. Sold: four lamps with tax and freight, 250.45.
        cash = "SELECT sum(CASE WHEN kind = 'supplier' THEN -amount ELSE amount END) FROM payment"
        assert number(tx, cash) == 25_045 - 4_973
        assert number(tx, "SELECT sum(net_amount + tax_amount) FROM invoice") == 25_045
        assert number(tx, "SELECT sum(net_amount + tax_amount - deposit_amount) FROM invoice") == number(
            tx, "SELECT sum(amount) FROM payment WHERE kind = 'customer'"
        )
        assert deposit_held(tx, 1) == 0
        close_books(tx, on(30))
    require_whole(store)
