"""Money: what a person sees of invoices, bills and payments, and what the keys do."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.builders import (
    add_customer,
    add_item,
    add_order,
    add_purchase,
    add_stock,
    add_supplier,
    day,
    doing,
    micro,
    quantity,
)

from pegboard.domain.quantity import Money, Price
from pegboard.services.explosion import explode
from pegboard.services.money.bills import BillDraftLine, enter_bill
from pegboard.services.money.books import close_books
from pegboard.services.money.deposits import receive_deposit
from pegboard.services.money.invoicing import invoice
from pegboard.services.money.payments import receive_payment
from pegboard.services.purchasing import receive
from pegboard.services.returns import take_back
from pegboard.services.shipping import ship
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import run
from pegboard.ui import messages as messages_module
from pegboard.ui.command import problems
from pegboard.ui.money.beginning import CashForm, OpeningForm
from pegboard.ui.money.bill_form import BillForm
from pegboard.ui.money.forms import BackForm, BooksForm, CreditForm, DiscountForm, ExpenseForm, RateForm
from pegboard.ui.money.payment_form import PartyForm, PaymentForm
from pegboard.ui.money.workspace import BILLS, INVOICES, PAYMENTS, TO_BILL, TO_INVOICE, workspace

TODAY = day("2026-11-23")
EARLIER = day("2026-10-01")


@pytest.fixture
def books(workshop):
    """Zinnia owes an old and a new invoice, has lamps shipped that are not invoiced; Kern delivered and billed."""
    with doing(workshop, today=EARLIER) as tx:
        add_customer(tx, "ZIN", name="Zinnia Interiors", payment_terms_days=14)
        add_item(tx, "LAMP", description="Desk lamp")
        add_item(tx, "TUBE", description="Brass tube")
        add_supplier(tx, "KERN", name="Kern & Sons", discount_percent=micro(2), discount_days=60)
        for number, lot in (("SO-1", "A"), ("SO-2", "B"), ("SO-3", "C")):
            add_stock(tx, "LAMP", 2, unit_cost=4, lot=lot)
            add_order(tx, number, [("LAMP", 2, None)])
        run(tx, "UPDATE order_line SET unit_price = 50000000, tax_percent = 19000000")
        explode(tx)
        ship(tx, "SO-1")
        invoice(tx, "SO-1")
    with doing(workshop, today=TODAY) as tx:
        ship(tx, "SO-2")
        invoice(tx, "SO-2")
        ship(tx, "SO-3")
        add_purchase(tx, "PO-1", "KERN", [("TUBE", 10, 7), ("TUBE", 5, 7)])
        receive(tx, "PO-1/1", quantity(10))
        receive(tx, "PO-1/2", quantity(5))
        enter_bill(tx, "KERN", [BillDraftLine(receipt="REC-0001", unit_price=Price(7_500_000))])
    return workshop


@pytest.fixture
def page(qtbot, books, desk, settle):
    shown = workspace(desk)
    qtbot.addWidget(shown)
    shown.resize(1200, 700)
    shown.show()
    settle(desk)
    return shown


@pytest.fixture
def filled(monkeypatch):
    """Fill each form that opens by a function of its own, and press its verb."""
    seen = []

    def open_with(fill):
        def run_dialog(_self, form):
            seen.append(form)
            fill(form)
            form.accept()
            return form.result() == 1

        monkeypatch.setattr(messages_module.Messages, "run_dialog", run_dialog)

    open_with(lambda form: None)
    return open_with


def do(page, settle, command_id):
    """Run a command of the page."""
    [command] = [each for each in page.commands() if each.id == command_id]
    assert command.enabled_when(), command_id
    command.run()
    at_rest(page, settle)


def at_rest(page, settle):
    """Wait until the answer to a write has turned to its document, and its rows and detail were read."""
    for _step in range(3):
        settle(page.desk)
        QTest.qWait(40)


def eventually(get):
    """What `get` gives, as soon as it gives something that is not empty."""
    for _step in range(100):
        found = get()
        if found:
            return found
        QTest.qWait(50)
    return get()


def turn(page, settle, place):
    """Turn to a view."""
    page._choose(place)
    at_rest(page, settle)


def texts(pane):
    """The cells of a list, row by row."""
    model = pane.model
    return [
        [model.data(model.index(row, column), Qt.ItemDataRole.DisplayRole) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def open_amounts(store):
    """What is open of each invoice, in cents."""
    with store.read() as view:
        return dict(
            fetch(
                view,
                "SELECT n.number, n.net_amount + n.tax_amount - coalesce((SELECT sum(a.amount)"
                " FROM payment_allocation a WHERE a.invoice_id = n.invoice_id), 0) FROM invoice n",
            )
        )


def test_what_is_overdue_says_so_by_shape_and_word(page):
    rows = texts(page.invoices)
    assert [row[:3] for row in rows] == [
        ["INV-0001", "Zinnia Interiors", "39 days overdue"],
        ["INV-0002", "Zinnia Interiors", "open"],
    ]
    assert page.invoice().row.number == "INV-0001"


def test_commands_have_keys_icons_and_sentences_of_their_own(page):
    assert problems(page.commands()) == ()


def test_what_has_shipped_is_invoiced_by_one_key(page, settle, shell):
    turn(page, settle, TO_INVOICE)
    assert [row[0] for row in texts(page.to_invoice)] == ["SO-3"]
    do(page, settle, "invoice.issue")
    assert "INV-0003" in shell.notices[-1][1]
    assert texts(page.to_invoice) == []


def test_a_payment_is_spread_over_the_oldest_first_unless_it_is_typed(page, settle, filled, books):
    def fill(form):
        assert isinstance(form, PaymentForm)
        assert form.parts[0].money() == Money(11_900, "EUR")  # the invoice that is shown comes first
        form.amount.setText("150")
        form.amount.settle()
        assert [part.money().minor for part in form.parts] == [11_900, 3_100]
        form.parts[0].setText("100")
        form.parts[0].settle()
        assert [part.money().minor for part in form.parts] == [10_000, 5_000]
        form.parts[1].setText("40")
        form.parts[1].settle()
        assert "10.00" in form.rest.text()

    filled(fill)
    do(page, settle, "payment.book")
    assert open_amounts(books) == {"INV-0001": 1_900, "INV-0002": 7_900}


def test_a_payment_of_a_customer_who_is_chosen_first(page, settle, filled, books):
    def fill(form):
        if isinstance(form, PartyForm):
            form.party.setText("zin")
        else:
            form.amount.setText("238")
            form.amount.settle()

    filled(fill)
    do(page, settle, "payment.customer")
    assert open_amounts(books) == {"INV-0001": 0, "INV-0002": 0}


def test_more_than_is_open_or_was_paid_is_refused_in_the_form(qtbot, page, settle, filled, books):
    def fill(form):
        form.amount.setText("10")
        form.amount.settle()
        form.parts[0].setText("500")
        form.parts[0].settle()
        assert form.problems() == ["Of INV-0001 119.00 is open."] or "119.00 is open" in form.problems()[-1]
        form.parts[0].setText("50")
        assert "More is settled" in form.problems()[-1]
        form.parts[0].setText("10")
        form.parts[0].settle()

    filled(fill)
    do(page, settle, "payment.book")
    assert open_amounts(books)["INV-0001"] == 10_900


def test_an_invoice_is_taken_back_by_line(page, settle, filled, books):
    def fill(form):
        assert isinstance(form, CreditForm)
        form.reason.setText("scratched")
        form.whole.setChecked(False)
        assert "how much of which line" in form.problems()[-1]
        form.quantities[0].setText("3")
        assert "Of line 1 2 can be credited" in form.problems()[-1]
        form.quantities[0].setText("1")

    filled(fill)
    do(page, settle, "invoice.credit")
    assert open_amounts(books) == {"INV-0001": 5_950, "INV-0002": 11_900, "CN-0001": 0}
    assert eventually(lambda: page.invoice() if page.invoice().row.is_credit else None).row.number == "CN-0001"


def test_a_bill_is_entered_from_receipts_and_shows_the_difference(page, settle, filled, books):
    turn(page, settle, TO_BILL)
    assert [row[2] for row in texts(page.to_bill)] == ["REC-0002"]

    def fill(form):
        assert isinstance(form, BillForm)
        assert "as ordered and received" in form.total.text()
        form.number.setText("R-7")
        form.prices[0].setText("7.2")
        form.prices[0].settle()
        assert "+1.00 against the order" in form.total.text()
        form.tax.setText("6.84")
        form.freight.setText("4")

    filled(fill)
    do(page, settle, "bill.enter")
    detail = eventually(page.bill)
    assert (detail.row.number, str(detail.row.total), detail.row.theirs) == ("BIL-0002", "46.84", "R-7")
    assert [str(line.price) for line in detail.lines if line.price] == ["1.00"]


def test_a_bill_is_paid_early_less_its_discount(page, settle, books):
    turn(page, settle, BILLS)
    assert page.bill_pane.lines.table.rowCount() == 1
    assert eventually(page.bill).discount == Money(150, "EUR")
    do(page, settle, "payment.discount")
    page.show_record("bill", "BIL-0001")
    at_rest(page, settle)
    assert eventually(lambda: page.bill() and not page.bill().row.open.minor)


def test_a_payment_is_taken_back(page, settle, books, monkeypatch):
    with doing(books, today=TODAY) as tx:
        receive_payment(tx, "ZIN", Money(11_900, "EUR"))
    turn(page, settle, PAYMENTS)
    monkeypatch.setattr(messages_module.Messages, "confirm", lambda _self, _title, _text, _verb, then: then())
    do(page, settle, "payment.take_back")
    assert open_amounts(books)["INV-0001"] == 11_900
    assert eventually(lambda: {row[6] for row in texts(page.payments)} & {"taken back"})


def test_credit_is_used_and_paid_back(page, settle, filled, books, shell):
    with doing(books, today=TODAY) as tx:
        receive_payment(tx, "ZIN", Money(30_000, "EUR"))
        ship_number = invoice(tx, "SO-3").number
    page.refresh()
    settle(page.desk)
    page.show_record("invoice", ship_number)
    at_rest(page, settle)
    do(page, settle, "payment.use_credit")
    assert open_amounts(books)[ship_number] == 5_700
    with doing(books, today=TODAY) as tx:
        receive_payment(tx, "ZIN", Money(6_000, "EUR"))
    filled(lambda form: None if isinstance(form, BackForm) else pytest.fail(repr(form)))
    do(page, settle, "payment.pay_back")
    assert eventually(lambda: texts(page.payments) and page.payment()).amount == Money(-300, "EUR")


def test_an_expense_a_rate_and_the_books(page, settle, filled, books, shell):
    def fill(form):
        if isinstance(form, ExpenseForm):
            form.category.setText("rent")
            form.amount.setText("900")
        elif isinstance(form, RateForm):
            form.currency.setText("usd")
            form.rate.setText("0.92")
        elif isinstance(form, BooksForm):
            assert form.through.value() == day("2026-10-31")

    filled(fill)
    do(page, settle, "expense.book")
    assert eventually(lambda: texts(page.payments) and page.payment()).what == "rent"
    do(page, settle, "rate.set")
    do(page, settle, "books.close")
    with books.read() as view:
        assert fetch(view, "SELECT closed_through FROM books_closed") == [("2026-10-31",)]
        assert fetch(view, "SELECT currency, rate FROM exchange_rate") == [("USD", 920_000)]


def test_what_comes_off_for_paying_early_is_kept(page, settle, filled, books):
    def fill(form):
        assert isinstance(form, DiscountForm)
        form.percent.setText("3")
        assert "its percentage and its days" in form.problems()[-1]
        form.days.setText("10")

    filled(fill)
    do(page, settle, "payment.terms")
    with books.read() as view:
        assert fetch(view, "SELECT discount_percent, discount_days FROM customer") == [(3_000_000, 10)]


def test_what_is_left_of_a_deposit_becomes_credit(page, settle, books):
    with doing(books, today=TODAY) as tx:
        receive_deposit(tx, "SO-1", Money(500, "EUR"))
    turn(page, settle, PAYMENTS)
    assert eventually(lambda: texts(page.payments) and page.payment()).kind == "deposit"
    do(page, settle, "payment.free_deposit")
    assert eventually(lambda: texts(page.payments) and page.payment() and page.payment().kind == "customer")
    assert page.payment().rest == Money(500, "EUR")


def test_an_invoice_is_printed(page, settle, shell):
    do(page, settle, "invoice.print")
    assert shell.papers[0].number == "INV-0001"


def test_a_payment_that_the_filter_hides_is_shown_all_the_same(page, settle, books):
    with doing(books, today=EARLIER) as tx:
        number = receive_payment(tx, "ZIN", Money(11_900, "EUR")).number
    turn(page, settle, PAYMENTS)
    page.payments.choose_chip("unused")
    at_rest(page, settle)
    page.show_record("payment", number)
    at_rest(page, settle)
    assert eventually(lambda: texts(page.payments) and page.payment()).number == number


def test_views_have_keys_and_f6_visits_their_parts(page, settle):
    for place in (TO_INVOICE, INVOICES, PAYMENTS, TO_BILL, BILLS):
        turn(page, settle, place)
        assert page.panes()[0] is page._list()


def test_what_was_open_when_the_books_began_is_entered_in_the_window(page, settle, filled, books):
    def fill(form):
        if isinstance(form, PartyForm):
            form.party.setText("ZIN" if "customer" in form.windowTitle().lower() else "KERN")
        elif isinstance(form, OpeningForm):
            form.number.setText("OLD-7")
            form.amount.setText("120")
        elif isinstance(form, CashForm):
            form.amount.setText("900")

    filled(fill)
    for command_id in ("books.opening_receivable", "books.opening_payable", "books.opening_cash"):
        do(page, settle, command_id)
    with books.read() as view:
        assert fetch(view, "SELECT number, net_amount FROM invoice WHERE origin = 'opening'") == [("OLD-7", 12_000)]
        assert fetch(view, "SELECT supplier_number FROM bill WHERE origin = 'opening'") == [("OLD-7",)]
        assert fetch(view, "SELECT amount FROM payment WHERE kind = 'opening'") == [(90_000,)]


def test_goods_that_came_back_are_credited_in_the_window(page, settle, filled, books):
    do(page, settle, "invoice.credit_return")  # nothing came back yet: no form opens
    with doing(books, today=TODAY) as tx:
        take_back(tx, "SO-2/1", quantity(1), reason="dented")
    filled(lambda form: form.order.setText("SO-2"))
    do(page, settle, "invoice.credit_return")
    assert eventually(page.invoice).row.is_credit


def test_the_page_says_how_far_the_books_are_closed_and_which_rate_is_missing(page, settle, books):
    assert page.state.closed.text() == "Books open"
    assert page.state.rate.isHidden()
    with doing(books, today=TODAY) as tx:
        close_books(tx, day("2026-09-30"))
        run(tx, "UPDATE customer SET currency = 'USD'")
        run(tx, "UPDATE invoice SET currency = 'USD'")
    page.refresh()
    settle(page.desk)
    assert "30 Sep 2026" in page.state.closed.text()
    assert "USD since" in page.state.rate.text()
