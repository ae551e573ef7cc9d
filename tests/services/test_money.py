"""Invoices, credit notes, customer payments and deposits."""

import datetime

import pytest
from tests.builders import TODAY, add_customer, add_item, add_order, add_stock, doing, micro, quantity, reading
from tests.services.shop import require_whole

from pegboard.domain.cash_plan import CashKind
from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.quantity import Money, Price
from pegboard.queries.money_books import rate_on
from pegboard.queries.money_lookups import deposit_held, invoice_numbered, payment_numbered
from pegboard.queries.money_to_invoice import to_invoice
from pegboard.queries.order_papers import order_papers
from pegboard.queries.report_cash_plan import cash_plan
from pegboard.services.explosion import explode
from pegboard.services.money.books import close_books, reopen_books, set_rate
from pegboard.services.money.crediting import credit_amount, credit_invoice, credit_return
from pegboard.services.money.deposits import free_deposit, receive_deposit
from pegboard.services.money.invoicing import invoice
from pegboard.services.money.payments import apply_credit, pay_back, receive_payment
from pegboard.services.money.reversal import reverse_payment
from pegboard.services.returns import take_back
from pegboard.services.settings import set_setting
from pegboard.services.shipping import ship
from pegboard.storage.rows import first, rows, run
from pegboard.storage.store import Reading, Store

LATER = TODAY + datetime.timedelta(days=40)


def euros(text: str) -> Money:
    """An amount in euros."""
    return Money(int(text.replace(".", "")), "EUR")


@pytest.fixture
def shop(store: Store) -> Store:
    """ZIN ordered 10 lamps at 12.35 with 19 % tax and 8.50 freight, 30 % deposit; 6 lie in stock."""
    with doing(store) as tx:
        add_customer(tx, "ZIN", payment_terms_days=14)
        add_item(tx, "LAMP", description="Desk lamp")
        add_stock(tx, "LAMP", 6, unit_cost=4)
        add_order(tx, "SO-1", [("LAMP", 10, None)], freight=micro("8.5"), deposit_percent=micro(30))
        run(tx, "UPDATE order_line SET unit_price = 12350000, tax_percent = 19000000")
    return store


def lamps(store: Store, count: int) -> None:
    """So many more lamps arrive and what is pegged is shipped."""
    with doing(store) as tx:
        add_stock(tx, "LAMP", count, unit_cost=4, lot="B2")
        explode(tx)
        ship(tx, "SO-1")


def shipped(store: Store, *, deposit: bool = True) -> Store:
    """6 of the 10 lamps have left on SHP-0001."""
    with doing(store) as tx:
        if deposit:
            receive_deposit(tx, "SO-1")
        else:
            run(tx, "UPDATE customer_order SET deposit_percent = 0")
        explode(tx)
        ship(tx, "SO-1")
    return store


def opened(view: Reading, number: str) -> str:
    """What is open of an invoice."""
    return str(Money(invoice_numbered(view, number).open, "EUR"))


def test_a_deposit_is_asked_of_the_total_with_tax_and_freight_and_opens_the_gate(shop: Store) -> None:
    with doing(shop) as tx:
        assert explode(tx).plan.is_empty
        number = receive_deposit(tx, "SO-1")
        assert not explode(tx).plan.is_empty
    with reading(shop) as view:
        # 123.50 + 23.47 tax + 8.50 = 155.47, of which 30 % are 46.64
        assert Money(payment_numbered(view, number).amount, "EUR") == euros("46.64")
        assert first(view, "SELECT deposit_paid_on FROM customer_order") == (TODAY.isoformat(),)


def test_freight_bears_the_highest_tax_of_the_order_where_the_shop_says_so(shop: Store) -> None:
    with doing(shop) as tx:
        set_setting(tx, "tax_on_freight", "yes")
        [paper] = order_papers(tx, ["SO-1"])
    # 123.50 and 8.50 with 19 % each: tax 23.47 + 1.62; the deposit is 30 % of it all.
    assert (str(paper.total), str(paper.deposit)) == ("157.09", "47.13")
    with reading(shipped(shop, deposit=False)) as view:
        expected = [event for event in cash_plan(view).events if event.kind is CashKind.TO_INVOICE]
    with doing(shop) as tx:
        issued = invoice(tx, "SO-1")
    assert str(issued.total) == "98.30"  # 74.10 + 14.08 + 8.50 + 1.62
    assert sum(event.minor for event in expected) == 157_09
    require_whole(shop)


def test_a_deposit_in_two_parts_opens_the_gate_with_the_second(shop: Store) -> None:
    with doing(shop) as tx:
        receive_deposit(tx, "SO-1", euros("40.00"))
        assert first(tx, "SELECT deposit_paid_on FROM customer_order") == (None,)
        receive_deposit(tx, "SO-1")
        assert first(tx, "SELECT deposit_paid_on FROM customer_order") == (TODAY.isoformat(),)
        assert [row.amount for row in rows(tx, "SELECT amount FROM payment ORDER BY payment_id")] == [4000, 664]
        with pytest.raises(Refused, match="deposit of SO-1 is paid"):
            receive_deposit(tx, "SO-1")
        with pytest.raises(Refused, match=r"comes to 155\.47"):
            receive_deposit(tx, "SO-1", euros("150.00"))


def test_a_deposit_that_bounces_closes_the_gate_again(shop: Store) -> None:
    with doing(shop) as tx:
        number = receive_deposit(tx, "SO-1")
        reverse_payment(tx, number)
        assert first(tx, "SELECT deposit_paid_on FROM customer_order") == (None,)
        with pytest.raises(Refused, match="was taken back by PAY-0002"):
            reverse_payment(tx, number)
    require_whole(shop)


def test_each_shipment_is_invoiced_and_the_deposit_comes_off_the_oldest_first(shop: Store) -> None:
    shipped(shop)
    with doing(shop) as tx:
        issued = invoice(tx, "SHP-0001")
        # 6 x 12.35 = 74.10, tax 14.08, freight 8.50 = 96.68 less the whole deposit of 46.64
        assert (issued.number, str(issued.total), str(issued.due)) == ("INV-0001", "96.68", "50.04")
        head = first(tx, "SELECT due_on, shipment_id, net_amount, tax_amount FROM invoice")
        assert head == ("2026-01-19", 1, 8260, 1408)
        assert first(tx, "SELECT invoiced_on FROM order_line") == (None,)
    lamps(shop, 4)
    with doing(shop) as tx:
        last = invoice(tx, "SO-1")
        assert (str(last.total), str(last.due)) == ("58.79", "58.79")
        assert first(tx, "SELECT invoiced_on, paid_on, status FROM order_line") == (TODAY.isoformat(), None, "shipped")
        assert not to_invoice(tx)
    require_whole(shop)


def test_a_deposit_larger_than_the_first_invoice_is_taken_off_the_next(shop: Store) -> None:
    with doing(shop) as tx:
        receive_deposit(tx, "SO-1", euros("120.00"))
    shipped_again = shipped_rest(shop)
    assert shipped_again == [("96.68", "0.00"), ("58.79", "35.47")]
    require_whole(shop)


def shipped_rest(store: Store) -> list[tuple[str, str]]:
    """Ship and invoice in two parts."""
    said = []
    with doing(store) as tx:
        explode(tx)
        ship(tx, "SO-1")
        said.append(invoice(tx, "SO-1"))
    lamps(store, 4)
    with doing(store) as tx:
        said.append(invoice(tx, "SO-1"))
    return [(str(each.total), str(each.due)) for each in said]


def test_nothing_is_invoiced_twice_or_without_a_price(shop: Store) -> None:
    shipped(shop)
    with doing(shop) as tx:
        run(tx, "UPDATE order_line SET unit_price = NULL")
        with pytest.raises(Refused, match="SO-1/1 has no price"):
            invoice(tx, "SO-1")
        run(tx, "UPDATE order_line SET unit_price = 1000000")
        invoice(tx, "SO-1")
        with pytest.raises(Refused, match="Nothing of SO-1 is to be invoiced"):
            invoice(tx, "SO-1")
        with pytest.raises(Refused, match="SHP-0001 is invoiced on INV-0001"):
            invoice(tx, "SHP-0001")


def test_a_payment_settles_the_oldest_first_and_the_rest_is_credit(shop: Store) -> None:
    shipped(shop)
    with doing(shop) as tx:
        invoice(tx, "SO-1")
    lamps(shop, 4)
    with doing(shop) as tx:
        paid = receive_payment(tx, "ZIN", euros("60.00"))
        assert [(number, str(amount)) for number, amount in paid.settled] == [("INV-0001", "50.04")]
        assert str(paid.rest) == "9.96"
        invoice(tx, "SO-1")
        assert [(number, str(amount)) for number, amount in apply_credit(tx, "ZIN")] == [("INV-0002", "9.96")]
        assert opened(tx, "INV-0002") == "48.83"
        receive_payment(tx, "ZIN", euros("48.83"), settles=[("INV-0002", euros("48.83"))])
        assert first(tx, "SELECT status, paid_on FROM order_line") == ("closed", TODAY.isoformat())
        with pytest.raises(Refused, match="no credit"):
            apply_credit(tx, "ZIN")
    require_whole(shop)


def test_a_payment_settles_no_more_than_is_open_or_was_paid(shop: Store) -> None:
    shipped(shop)
    with doing(shop) as tx:
        invoice(tx, "SO-1")
        with pytest.raises(Refused, match=r"Of INV-0001 50\.04 is open"):
            receive_payment(tx, "ZIN", euros("60.00"), settles=[("INV-0001", euros("50.05"))])
        with pytest.raises(Refused, match=r"40\.00 are to be settled with a payment of 30\.00"):
            receive_payment(tx, "ZIN", euros("30.00"), settles=[("INV-0001", euros("40.00"))])
        with pytest.raises(Refused, match="pays in EUR"):
            receive_payment(tx, "ZIN", Money(100, "USD"))
        with pytest.raises(InvalidInput, match="above 0"):
            receive_payment(tx, "ZIN", euros("0.00"))


def test_a_payment_taken_back_opens_what_it_settled(shop: Store) -> None:
    shipped(shop, deposit=False)
    with doing(shop) as tx:
        invoice(tx, "SO-1")
    lamps(shop, 4)
    with doing(shop) as tx:
        invoice(tx, "SO-1")
        paid = receive_payment(tx, "ZIN", euros("155.47"))
        assert first(tx, "SELECT status FROM order_line") == ("closed",)
        reverse_payment(tx, paid.number)
        assert (opened(tx, "INV-0001"), opened(tx, "INV-0002")) == ("96.68", "58.79")
        assert first(tx, "SELECT status, paid_on FROM order_line") == ("shipped", None)
        assert payment_numbered(tx, paid.number).rest == 0
    require_whole(shop)


def test_a_whole_credit_note_frees_the_deposit_and_the_order_can_be_invoiced_again(shop: Store) -> None:
    shipped(shop)
    with doing(shop) as tx:
        invoice(tx, "SO-1")
        credited = credit_invoice(tx, "INV-0001", reason="wrong address")
        assert (credited.number, str(credited.total), str(credited.due)) == ("CN-0001", "-96.68", "-50.04")
        assert opened(tx, "INV-0001") == opened(tx, "CN-0001") == "0.00"
        assert deposit_held(tx, 1) == 4664
        with pytest.raises(Refused, match="credited whole"):
            credit_invoice(tx, "INV-0001", reason="again")
        assert str(invoice(tx, "SHP-0001").due) == "50.04"
    require_whole(shop)


def test_parts_that_are_credited_add_up_to_the_invoice_to_the_cent(shop: Store) -> None:
    shipped(shop, deposit=False)
    with doing(shop) as tx:
        run(tx, "UPDATE order_line SET unit_price = 500000, tax_percent = 19000000")
        run(tx, "UPDATE customer_order SET freight = NULL")
        issued = invoice(tx, "SO-1")  # 3.00 and 0.57; a sixth of it is 0.50 and 0.095
        for _ in range(6):
            credit_invoice(tx, issued.number, quantities={1: quantity(1)}, reason="not wanted")
        assert first(tx, "SELECT sum(net_amount), sum(tax_amount) FROM invoice") == (0, 0)
        assert opened(tx, issued.number) == "0.00"
    require_whole(shop)


def test_a_credit_note_on_a_paid_invoice_is_credit_that_can_be_paid_back(shop: Store) -> None:
    shipped(shop, deposit=False)
    with doing(shop) as tx:
        invoice(tx, "SO-1")
        receive_payment(tx, "ZIN", euros("100.00"))
        credit_invoice(tx, "INV-0001", quantities={1: quantity(2)}, reason="scratched")
        assert opened(tx, "CN-0001") == "-29.39"
        with pytest.raises(Refused, match=r"a credit of 32\.71"):
            pay_back(tx, "ZIN", euros("40.00"))
        pay_back(tx, "ZIN", euros("30.00"))
        assert opened(tx, "CN-0001") == "-2.71"
        assert payment_numbered(tx, "PAY-0001").rest == 0
    require_whole(shop)


def test_returned_goods_are_credited_from_the_newest_invoice(shop: Store) -> None:
    shipped(shop, deposit=False)
    with doing(shop) as tx:
        invoice(tx, "SO-1")
    lamps(shop, 4)
    with doing(shop) as tx:
        invoice(tx, "SO-1")
        take_back(tx, "SO-1/1", quantity(5), reason="not wanted")
        notes = credit_return(tx, "SO-1")
        credits = [
            row.number
            for row in rows(
                tx, "SELECT i.number FROM invoice n JOIN invoice i ON i.invoice_id = n.credits_id ORDER BY n.invoice_id"
            )
        ]
        assert ([str(note.total) for note in notes], credits) == (["-58.79", "-14.70"], ["INV-0002", "INV-0001"])
        with pytest.raises(Refused, match="Nothing of SO-1 is to be credited"):
            credit_return(tx, "SO-1")
    require_whole(shop)


def test_a_credited_line_is_invoiced_again_only_where_that_is_said(shop: Store) -> None:
    shipped(shop, deposit=False)
    with doing(shop) as tx:
        invoice(tx, "SO-1")
        credit_invoice(tx, "INV-0001", quantities={1: quantity(1)}, reason="scratched")
        assert not to_invoice(tx)
        credit_invoice(tx, "INV-0001", quantities={1: quantity(2)}, reason="wrong price", again=True)
        assert [(row.order, str(row.amount)) for row in to_invoice(tx)] == [("SO-1", "24.70")]
        take_back(tx, "SO-1/1", quantity(3), reason="scratched after all")
        with pytest.raises(Refused, match="Nothing of SO-1 is to be credited"):
            credit_return(tx, "SO-1")
    require_whole(shop)


def test_an_allowance_lowers_what_is_open_and_goes_with_the_whole_invoice(shop: Store) -> None:
    shipped(shop, deposit=False)
    with doing(shop) as tx:
        invoice(tx, "SO-1")
        credit_amount(tx, "INV-0001", 1, euros("10.00"), reason="scratch")
        assert opened(tx, "INV-0001") == "84.78"
        credit_invoice(tx, "INV-0001", reason="sent back")
        assert opened(tx, "INV-0001") == "0.00"
        assert first(tx, "SELECT sum(net_amount), sum(tax_amount) FROM invoice") == (0, 0)
        with pytest.raises(Refused, match=r"0\.00 can still be credited"):
            credit_amount(tx, "INV-0001", 1, euros("1.00"), reason="again")
    require_whole(shop)


def test_what_is_left_of_a_deposit_becomes_credit(shop: Store) -> None:
    with doing(shop) as tx:
        receive_deposit(tx, "SO-1")
        with pytest.raises(Refused, match="not invoiced yet"):
            free_deposit(tx, "SO-1")
        run(tx, "UPDATE order_line SET status = 'cancelled'")
        assert free_deposit(tx, "SO-1") == ("PAY-0002", "PAY-0003")
        for half in ("PAY-0002", "PAY-0003"):
            with pytest.raises(Refused, match="turned a deposit into credit"):
                reverse_payment(tx, half)
        pay_back(tx, "ZIN", euros("46.64"))
        assert first(tx, "SELECT sum(amount) FROM payment") == (0,)
    require_whole(shop)


def test_nothing_is_dated_within_closed_books(shop: Store) -> None:
    shipped(shop)
    with doing(shop) as tx:
        with pytest.raises(InvalidInput, match="still to come"):
            invoice(tx, "SO-1", issued_on=LATER)
        close_books(tx, TODAY)
        with pytest.raises(Refused, match="closed through 2026-01-05"):
            invoice(tx, "SO-1")
        with pytest.raises(InvalidInput, match="needs a reason"):
            reopen_books(tx, TODAY - datetime.timedelta(days=1), "")
        reopen_books(tx, TODAY - datetime.timedelta(days=1), "forgot an invoice")
        invoice(tx, "SO-1")


def test_a_rate_holds_from_its_day_on(shop: Store) -> None:
    with doing(shop) as tx:
        set_rate(tx, "USD", TODAY, Price.parse("0.92"))
        set_rate(tx, "USD", TODAY, Price.parse("0.93"))
        assert rate_on(tx, "USD", TODAY) == Price.parse("0.93")
        assert rate_on(tx, "USD", TODAY - datetime.timedelta(days=1)) is None
        assert rate_on(tx, "EUR", TODAY) == Price.parse("1")
        with pytest.raises(InvalidInput, match="no currency"):
            set_rate(tx, "dollar", TODAY, Price.parse("1"))
        with pytest.raises(InvalidInput, match="own currency"):
            set_rate(tx, "EUR", TODAY, Price.parse("1"))


def test_an_invoice_is_in_the_customers_currency(shop: Store) -> None:
    shipped(shop, deposit=False)
    with doing(shop) as tx:
        run(tx, "UPDATE customer SET currency = 'JPY'")
        issued = invoice(tx, "SO-1")
        assert (str(issued.total), issued.total.currency) == ("97", "JPY")  # 74 + 14 tax + 9 freight
        receive_payment(tx, "ZIN", Money(97, "JPY"))
    require_whole(shop)
