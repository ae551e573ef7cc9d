"""What can be done with money: invoice, credit, book, take back, enter a bill, close the books."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from pegboard.domain.quantity import Money
from pegboard.i18n import tr
from pegboard.queries.money_books import closed_through
from pegboard.queries.money_details import (
    BillDetail,
    InvoiceDetail,
    OpenOf,
    customer_credit,
    open_of_customer,
    open_of_supplier,
    party_choices,
    supplier_currency,
)
from pegboard.queries.money_lists import PaymentRow
from pegboard.queries.money_to_bill import ToBill
from pegboard.queries.money_to_invoice import ToInvoice
from pegboard.queries.settings import settings
from pegboard.services.money import books, crediting, deposits, payments, supplier_payments, terms
from pegboard.services.money.bills import credit_bill, enter_bill
from pegboard.services.money.drafts import Issued
from pegboard.services.money.invoicing import invoice
from pegboard.services.money.paying import pay_invoice
from pegboard.services.money.reversal import reverse_payment
from pegboard.storage.store import Reading, Transaction
from pegboard.ui import formats
from pegboard.ui.command import Command, page_command
from pegboard.ui.completion import Choice
from pegboard.ui.desk import Desk
from pegboard.ui.money.bill_form import BillForm
from pegboard.ui.money.forms import BackForm, BooksForm, CreditForm, DiscountForm, ExpenseForm, RateForm, ReasonForm
from pegboard.ui.money.payment_form import Booked, PartyForm, PaymentForm
from pegboard.ui.papers import print_papers

SCOPE = "money"


class MoneyOnScreen(Protocol):
    """What the commands are about."""

    def orders_to_invoice(self) -> Sequence[ToInvoice]:
        """The orders chosen in the list of what is to be invoiced; none on another view."""

    def receipts_to_bill(self) -> Sequence[ToBill]:
        """The receipts chosen in the list of what is to be billed; none on another view."""

    def invoice(self) -> InvoiceDetail | None:
        """The invoice that is shown; None on another view."""

    def bill(self) -> BillDetail | None:
        """The bill that is shown; None on another view."""

    def payment(self) -> PaymentRow | None:
        """The payment that is shown; None on another view."""

    def invoice_numbers(self) -> Sequence[str]:
        """The numbers of the invoices chosen, from the top."""

    def show_record(self, noun: str, number: str) -> None:
        """Go to a document."""


class MoneyCommands:
    """The commands of the page, for what is chosen on the view that is shown."""

    def __init__(self, desk: Desk, page: MoneyOnScreen) -> None:
        self._desk = desk
        self._page = page

    def commands(self) -> tuple[Command, ...]:
        """Return them all."""
        return (*self._documents(), *self._payments(), *self._books())

    def _documents(self) -> tuple[Command, ...]:
        make = partial(page_command, SCOPE, tr("Document"))
        return (
            make("invoice.issue", tr("Invoice"), self.issue, "note", "Ctrl+Return", self.can_issue,
                 tr("Invoices all of the chosen orders that has shipped; the deposit comes off."), primary=True),
            make("invoice.credit", tr("Credit note…"), self.credit, "revert", "Ctrl+Shift+C", self.can_credit,
                 tr("Takes the invoice or bill that is shown back, whole or by line.")),
            make("invoice.print", tr("Print"), self.print_invoices, "print", "Ctrl+P", self.can_print,
                 tr("Prints the chosen invoices and credit notes."), toolbar=True),
            make("bill.enter", tr("Enter bill…"), self.enter_bill, "receive", "Ctrl+B", self.can_enter_bill,
                 tr("Enters the supplier's bill for the chosen receipts and shows how it differs.")),
        )  # fmt: skip

    def _payments(self) -> tuple[Command, ...]:
        make = partial(page_command, SCOPE, tr("Payment"))
        return (
            make("payment.book", tr("Book payment…"), self.book, "price", "F8", self.can_book,
                 tr("Books what was paid on the document that is shown; the rest settles the oldest first.")),
            make("payment.discount", tr("Paid with discount"), self.pay_early, "confirm", "Shift+F8",
                 self.can_pay_early, tr("Books it as paid today less the discount for paying early.")),
            make("payment.customer", tr("Payment of a customer…"), self.new_customer, "new", "Ctrl+N", _always,
                 tr("Books money that came in, over the oldest invoices first."), toolbar=True),
            make("payment.supplier", tr("Payment to a supplier…"), self.new_supplier, "new", "Ctrl+Shift+S", _always,
                 tr("Books money that went out, over the oldest bills first.")),
            make("expense.book", tr("Expense…"), self.expense, "cash", "Ctrl+Shift+E", _always,
                 tr("Books money spent on rent, wages and the like.")),
            make("payment.use_credit", tr("Use credit"), self.use_credit, "link", "", self.has_party,
                 tr("Uses what was paid over, and credit notes, on the oldest open documents.")),
            make("payment.free_deposit", tr("Deposit into credit"), self.free_deposit, "transfer", "",
                 self.can_free_deposit, tr("Turns what is left of the deposit of a finished order into credit.")),
            make("payment.pay_back", tr("Pay credit back…"), self.pay_back, "back", "", self.has_customer,
                 tr("Pays a customer's credit back.")),
            make("payment.take_back", tr("Take payment back…"), self.take_back, "undo", "Del", self.can_take_back,
                 tr("Takes the payment that is shown back; what it settled is open again.")),
        )  # fmt: skip

    def _books(self) -> tuple[Command, ...]:
        make = partial(page_command, SCOPE, tr("Books"))
        return (
            make("books.close", tr("Close the books…"), self.close_books, "lock", "", _always,
                 tr("Locks a period: no document is dated in it any more.")),
            make("payment.terms", tr("Discount for paying early…"), self.set_discount, "people", "", self.has_party,
                 tr("Says what comes off when the customer or supplier in view is paid early.")),
            make("rate.set", tr("Exchange rate…"), self.set_rate, "adjust", "", _always,
                 tr("Says what a currency is worth from a day on.")),
        )  # fmt: skip

    # --- when

    def can_issue(self) -> bool:
        """Whether orders to invoice are chosen."""
        return bool(self._page.orders_to_invoice())

    def can_credit(self) -> bool:
        """Whether an invoice or bill is shown that can be taken back."""
        detail = self._page.invoice() or self._page.bill()
        if detail is None or detail.row.is_credit:
            return False
        return not isinstance(detail, InvoiceDetail) or any(detail.left)

    def can_print(self) -> bool:
        """Whether an invoice is chosen."""
        return bool(self._page.invoice_numbers())

    def can_enter_bill(self) -> bool:
        """Whether receipts of one supplier are chosen."""
        return len({each.supplier for each in self._page.receipts_to_bill()}) == 1

    def can_book(self) -> bool:
        """Whether something of the document shown is to be paid."""
        detail = self._page.invoice() or self._page.bill()
        return detail is not None and detail.row.open.minor > 0

    def can_pay_early(self) -> bool:
        """Whether the document shown has a discount today."""
        detail = self._page.invoice() or self._page.bill()
        return detail is not None and detail.discount is not None

    def has_party(self) -> bool:
        """Whether a customer or supplier is in view."""
        return bool(self._party()[1])

    def has_customer(self) -> bool:
        """Whether a customer is in view."""
        return self._party()[0] == "customer"

    def can_take_back(self) -> bool:
        """Whether a payment is shown that stands."""
        row = self._page.payment()
        return row is not None and not row.reverses and not row.reversed_by

    def can_free_deposit(self) -> bool:
        """Whether a deposit is shown that stands."""
        row = self._page.payment()
        return row is not None and row.kind == "deposit" and row.amount.minor > 0 and not row.reversed_by

    def _party(self) -> tuple[str, str]:
        """Whose document is shown: customer or supplier, and the code."""
        if (sale := self._page.invoice()) is not None:
            return "customer", sale.row.party
        if (bought := self._page.bill()) is not None:
            return "supplier", bought.row.party
        row = self._page.payment()
        if row is None or not row.party or row.kind == "expense":
            return "", ""
        return ("supplier" if row.kind == "supplier" else "customer"), row.party

    # --- documents

    def issue(self) -> None:
        """Invoice the chosen orders."""
        orders = [each.order for each in self._page.orders_to_invoice()]

        def work(tx: Transaction) -> list[Issued]:
            return [invoice(tx, order) for order in orders]

        if orders:
            self._desk.runner.write("invoice.issue", work, self._issued)

    def _issued(self, issued: list[Issued]) -> None:
        numbers = [each.number for each in issued]
        total = formats.total(each.total for each in issued)
        self._desk.messages.notice(
            tr("Invoiced {total} on {numbers}.", total=total, numbers=", ".join(numbers)),
            tr("Print"),
            lambda: print_papers(self._desk, "invoice", numbers, tr("Invoices")),
        )

    def print_invoices(self) -> None:
        """Print the chosen invoices and credit notes."""
        numbers = list(self._page.invoice_numbers())
        print_papers(self._desk, "invoice", numbers, ", ".join(numbers[:3]))

    def credit(self) -> None:
        """Take the invoice or bill shown back."""
        sale, bought = self._page.invoice(), self._page.bill()
        if sale is not None:
            form = CreditForm(sale)
            if self._desk.messages.run_dialog(form):
                self._write_credit(sale.row.number, form)
        elif bought is not None:
            number = bought.row.number
            ask = ReasonForm(
                tr("Credit note for {number}", number=number),
                tr("Enter credit note"),
                tr("All that is left of the bill is taken back and set off against what is open of it."),
            )
            if self._desk.messages.run_dialog(ask):
                reason = str(ask.reason.value())
                self._desk.runner.write(
                    "bill.credit", lambda tx: credit_bill(tx, number, reason=reason), partial(self._go, "bill")
                )

    def _write_credit(self, number: str, form: CreditForm) -> None:
        quantities, reason, again = form.value(), str(form.reason.value()), form.again.isChecked()
        self._desk.runner.write(
            "invoice.credit",
            lambda tx: crediting.credit_invoice(tx, number, quantities=quantities, reason=reason, again=again).number,
            partial(self._go, "invoice"),
        )

    def enter_bill(self) -> None:
        """Enter the bill for the chosen receipts."""
        receipts = tuple(self._page.receipts_to_bill())
        if not self.can_enter_bill():
            return
        supplier = receipts[0].supplier
        self._desk.runner.read(
            "money.bill",
            lambda reading: supplier_currency(reading, supplier),
            lambda currency: self._ask_bill(supplier, currency, receipts),
        )

    def _ask_bill(self, supplier: str, currency: str, receipts: tuple[ToBill, ...]) -> None:
        form = BillForm(supplier, currency, receipts, self._desk.today)
        if not self._desk.messages.run_dialog(form):
            return
        said = form.value()
        self._desk.runner.write(
            "bill.enter",
            lambda tx: enter_bill(
                tx, supplier, said.lines, supplier_number=said.number, tax=said.tax, billed_on=said.billed_on
            ),
            partial(self._go, "bill"),
        )

    # --- payments

    def book(self) -> None:
        """Book a payment, first of all of the document shown."""
        kind, party = self._party()
        detail = self._page.invoice() or self._page.bill()
        if detail is not None and self.can_book():
            self._read_open(kind, party, detail.row.number)

    def new_customer(self) -> None:
        """Ask for the customer who paid, then for the payment."""
        self._ask_party("customer")

    def new_supplier(self) -> None:
        """Ask for the supplier who was paid, then for the payment."""
        self._ask_party("supplier")

    def _ask_party(self, kind: str) -> None:
        self._desk.runner.read(
            "money.parties", lambda reading: party_choices(reading, kind), lambda found: self._choose_party(kind, found)
        )

    def _choose_party(self, kind: str, found: Sequence[tuple[str, str]]) -> None:
        is_sale = kind == "customer"
        form = PartyForm(
            tr("Payment of a customer") if is_sale else tr("Payment to a supplier"),
            tr("Customer") if is_sale else tr("Supplier"),
            [Choice(code, words) for code, words in found],
        )
        if self._desk.messages.run_dialog(form):
            self._read_open(kind, form.value(), "")

    def _read_open(self, kind: str, party: str, first: str) -> None:
        read: Callable[[Reading, str], OpenOf] = open_of_customer if kind == "customer" else open_of_supplier
        self._desk.runner.read(
            "money.open", lambda reading: read(reading, party), lambda found: self._ask_payment(kind, found, first)
        )

    def _ask_payment(self, kind: str, found: OpenOf, first: str) -> None:
        form = PaymentForm(found, self._desk.today, is_sale=kind == "customer", first=first)
        if not self._desk.messages.run_dialog(form):
            return
        said = form.value()
        self._desk.runner.write("payment.book", lambda tx: _book(tx, kind, found.party, said), self._booked)

    def _booked(self, paid: payments.Paid) -> None:
        said = tr("{amount} booked as {number}.", amount=formats.money(paid.amount, currency=True), number=paid.number)
        if paid.rest.minor:
            said += " " + tr("{rest} stays as credit.", rest=formats.money(paid.rest))
        self._desk.messages.notice(said, tr("Take back"), lambda: self._reverse(paid.number))

    def pay_early(self) -> None:
        """Book the document shown as paid today less its discount."""
        sale, bought = self._page.invoice(), self._page.bill()
        if not self.can_pay_early():
            return
        if sale is not None:
            number = sale.row.number
            self._desk.runner.write("payment.book", lambda tx: pay_invoice(tx, number, discount=True), self._booked)
        elif bought is not None:
            number = bought.row.number
            self._desk.runner.write(
                "payment.book", lambda tx: supplier_payments.pay_bill(tx, number, discount=True), self._booked
            )

    def expense(self) -> None:
        """Ask what was spent on what."""
        self._desk.runner.read("money.expense", lambda reading: settings(reading).currency, self._ask_expense)

    def _ask_expense(self, currency: str) -> None:
        form = ExpenseForm(currency, self._desk.today)
        if self._desk.messages.run_dialog(form):
            category, amount, on = str(form.category.value()), form.amount.money(), form.paid_on.value()
            reference = str(form.reference.value() or "")
            self._desk.runner.write(
                "expense.book",
                lambda tx: supplier_payments.record_expense(tx, category, amount, paid_on=on, reference=reference),
                partial(self._go, "payment"),
            )

    def use_credit(self) -> None:
        """Use the credit of the party in view on its oldest open documents."""
        kind, party = self._party()

        def work(tx: Transaction) -> str:
            if kind == "supplier":
                return ", ".join(supplier_payments.use_supplier_credit(tx, party))
            return ", ".join(f"{number} {amount}" for number, amount in payments.apply_credit(tx, party))

        if party:
            self._desk.runner.write("payment.use_credit", work, self._used)

    def _used(self, numbers: str) -> None:
        self._desk.messages.notice(tr("Credit used: {numbers}.", numbers=numbers))

    def free_deposit(self) -> None:
        """Turn what is left of the deposit shown into credit of its customer."""
        row = self._page.payment()
        if row is not None and self.can_free_deposit():
            order = row.what
            self._desk.runner.write(
                "payment.free_deposit",
                lambda tx: deposits.free_deposit(tx, order)[1],
                partial(self._go, "payment"),
            )

    def pay_back(self) -> None:
        """Pay the credit of the customer in view back."""
        kind, party = self._party()
        if kind == "customer":
            self._desk.runner.read(
                "money.credit",
                lambda reading: customer_credit(reading, party),
                lambda credit: self._ask_back(party, credit),
            )

    def _ask_back(self, party: str, credit: Money) -> None:
        if credit.minor <= 0:
            self._desk.messages.notice(tr("{customer} has no credit.", customer=party))
            return
        form = BackForm(party, credit, self._desk.today)
        if self._desk.messages.run_dialog(form):
            amount, on = form.amount.money(), form.paid_on.value()
            self._desk.runner.write(
                "payment.pay_back",
                lambda tx: payments.pay_back(tx, party, amount, paid_on=on)[-1],
                partial(self._go, "payment"),
            )

    def take_back(self) -> None:
        """Take the payment shown back, after a question."""
        row = self._page.payment()
        if row is not None and self.can_take_back():
            self._desk.messages.confirm(
                tr("Take {number} back?", number=row.number),
                tr("What it settled is open again. A counter document stays in the books."),
                tr("Take back"),
                partial(self._reverse, row.number),
            )

    def _reverse(self, number: str) -> None:
        self._desk.runner.write("payment.take_back", lambda tx: reverse_payment(tx, number), self._reversed)

    def _reversed(self, counter: str) -> None:
        self._desk.messages.notice(tr("Taken back by {counter}.", counter=counter))

    # --- the books

    def close_books(self) -> None:
        """Ask up to which day the books are closed."""
        self._desk.runner.read("money.books", closed_through, self._ask_books)

    def _ask_books(self, closed: Any) -> None:
        form = BooksForm(closed, self._desk.today)
        if not self._desk.messages.run_dialog(form):
            return
        through, reason, opens = form.through.value(), str(form.reason.value() or ""), form.opens
        assert through is not None, "the form does not close without a day"
        change = books.reopen_books if opens else books.close_books
        self._desk.runner.write(
            "books.reopen" if opens else "books.close",
            lambda tx: change(tx, through, reason),
            lambda _nothing: self._desk.messages.notice(
                tr("The books are closed through {day}.", day=formats.long_day(through))
            ),
        )

    def set_discount(self) -> None:
        """Ask what comes off for the party in view when it is paid early."""
        kind, party = self._party()
        if not party:
            return
        form = DiscountForm(party)
        if self._desk.messages.run_dialog(form):
            percent, days = form.percent.value(), form.days.value()
            self._desk.runner.write(
                "payment.terms",
                lambda tx: terms.set_discount(tx, kind, party, percent, days),
                lambda _nothing: self._desk.messages.notice(tr("The discount of {code} is kept.", code=party)),
            )

    def set_rate(self) -> None:
        """Ask what a currency is worth."""
        self._desk.runner.read("money.rate", lambda reading: settings(reading).currency, self._ask_rate)

    def _ask_rate(self, shop: str) -> None:
        form = RateForm(shop, self._desk.today)
        if self._desk.messages.run_dialog(form):
            currency, rate, since = str(form.currency.value()).upper(), form.rate.value(), form.since.value()
            self._desk.runner.write(
                "rate.set",
                lambda tx: books.set_rate(tx, currency, since or tx.today, rate),
                lambda _nothing: self._desk.messages.notice(tr("The rate of {currency} is kept.", currency=currency)),
            )

    def _go(self, noun: str, number: str) -> None:
        self._page.show_record(noun, number)


def _book(tx: Transaction, kind: str, party: str, said: Booked) -> payments.Paid:
    if kind == "customer":
        return payments.receive_payment(
            tx, party, said.amount, settles=said.settles, paid_on=said.paid_on, reference=said.reference
        )
    return supplier_payments.pay_supplier(
        tx, party, said.amount, settles=said.settles, paid_on=said.paid_on, reference=said.reference
    )


def _always() -> bool:
    return True
