"""The beginning of the books, what was open then, and credit for goods that came back."""

import datetime
from collections.abc import Callable, Sequence
from functools import partial

from pegboard.domain.quantity import Money
from pegboard.i18n import tr
from pegboard.queries.money_details import OpenOf, open_of_customer, open_of_supplier, party_choices
from pegboard.queries.money_returns import orders_to_credit
from pegboard.queries.settings import settings
from pegboard.services.money import openings
from pegboard.services.money.crediting import credit_return
from pegboard.storage.store import Reading, Transaction
from pegboard.ui.command import Command, page_command
from pegboard.ui.completion import Choice
from pegboard.ui.desk import Desk
from pegboard.ui.fields import CodeField, DayField, TextField
from pegboard.ui.form import Form
from pegboard.ui.money.amounts import AmountField
from pegboard.ui.money.payment_form import PartyForm, Today

SCOPE = "money"


class OpeningForm(Form):
    """What was open of one document when the books began."""

    def __init__(self, name: str, currency: str, today: Today, *, is_sale: bool) -> None:
        super().__init__(
            tr("{name} owed us", name=name) if is_sale else tr("We owed {name}", name=name),
            tr("Enter"),
            explain=tr(
                "What was still open of it when these books began. It counts in no period's sales or purchases."
            ),
        )
        self.number = TextField(tr("Number on the document"))
        self.amount = AmountField(tr("Still open in {currency}", currency=currency), currency)
        self.dated = DayField(tr("Dated"), today)
        self.due = DayField(tr("Due on"), today)
        self.dated.set_value(today())
        self.due.set_value(today())
        for field in (self.number, self.amount, self.dated, self.due):
            self.add(field.title, field)

    def value(self) -> tuple[str, Money, datetime.date, datetime.date]:
        """Number, amount, its day and when it is due."""
        dated, due = self.dated.value(), self.due.value()
        assert dated is not None
        assert due is not None, "the form does not close without its days"
        return str(self.number.value()), self.amount.money(), dated, due


class CashForm(Form):
    """How much cash there was."""

    def __init__(self, currency: str, today: Today) -> None:
        super().__init__(
            tr("Opening cash"), tr("Enter"), explain=tr("In the till and at the bank at the beginning of that day.")
        )
        self.amount = AmountField(tr("Cash in {currency}", currency=currency), currency)
        self.on = DayField(tr("At the beginning of"), today)
        self.on.set_value(today())
        self.add(self.amount.title, self.amount)
        self.add(self.on.title, self.on)


class ReturnForm(Form):
    """Which order's goods came back, and why."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__(
            tr("Credit returned goods"),
            tr("Issue credit note"),
            explain=tr("As much of the order as was invoiced and came back, the newest invoice first."),
        )
        self.order = CodeField(tr("Order"), lambda: choices)
        self.reason = TextField(tr("Reason"))
        self.order.set_value(choices[0].code)
        self.reason.set_value(tr("Goods returned"))
        self.add(self.order.title, self.order)
        self.add(self.reason.title, self.reason)


class BeginningCommands:
    """The commands; `go` shows a document by noun and number."""

    def __init__(self, desk: Desk, go: Callable[[str, str], None]) -> None:
        self._desk = desk
        self._go = go

    def commands(self) -> tuple[Command, ...]:
        """Return them all."""
        make = partial(page_command, SCOPE, tr("Books"))
        return (
            make("books.opening_receivable", tr("What a customer owed…"), partial(self._ask_party, "customer"), "note",
                 "", _always, tr("Enters an invoice of before these books began, with what was open of it.")),
            make("books.opening_payable", tr("What we owed a supplier…"), partial(self._ask_party, "supplier"), "buy",
                 "", _always, tr("Enters a bill of before these books began, with what was open of it.")),
            make("books.opening_cash", tr("Opening cash…"), self.open_cash, "cash", "", _always,
                 tr("Says what cash there was when these books began.")),
            page_command(SCOPE, tr("Document"), "invoice.credit_return", tr("Credit returned goods…"),
                         self.credit_return, "back", "", _always,
                         tr("Credits what of an order was invoiced and came back.")),
        )  # fmt: skip

    # --- what was open

    def _ask_party(self, kind: str) -> None:
        self._desk.runner.read(
            "money.opening", lambda reading: party_choices(reading, kind), partial(self._choose_party, kind)
        )

    def _choose_party(self, kind: str, found: Sequence[tuple[str, str]]) -> None:
        is_sale = kind == "customer"
        title = tr("What a customer owed") if is_sale else tr("What we owed a supplier")
        form = PartyForm(
            title, tr("Customer") if is_sale else tr("Supplier"), [Choice(code, words) for code, words in found]
        )
        if not self._desk.messages.run_dialog(form):
            return
        party = form.value()
        read: Callable[[Reading, str], OpenOf] = open_of_customer if is_sale else open_of_supplier
        self._desk.runner.read(
            "money.opening_of", lambda reading: read(reading, party), partial(self._ask_opening, is_sale)
        )

    def _ask_opening(self, is_sale: bool, found: OpenOf) -> None:
        form = OpeningForm(found.name, found.currency, self._desk.today, is_sale=is_sale)
        if not self._desk.messages.run_dialog(form):
            return
        number, amount, dated, due = form.value()

        def work(tx: Transaction) -> str:
            if is_sale:
                return openings.open_receivable(tx, found.party, number, amount, dated, due).number
            return openings.open_payable(tx, found.party, number, amount, dated, due)

        self._desk.runner.write("books.opening", work, partial(self._go, "invoice" if is_sale else "bill"))

    def open_cash(self) -> None:
        """Ask what cash there was."""
        self._desk.runner.read("money.opening", lambda reading: settings(reading).currency, self._ask_cash)

    def _ask_cash(self, currency: str) -> None:
        form = CashForm(currency, self._desk.today)
        if self._desk.messages.run_dialog(form):
            amount, on = form.amount.money(), form.on.value()
            self._desk.runner.write(
                "books.opening", lambda tx: openings.open_cash(tx, amount, on or tx.today), partial(self._go, "payment")
            )

    # --- goods that came back

    def credit_return(self) -> None:
        """Ask whose goods came back."""
        self._desk.runner.read("money.returns", orders_to_credit, self._ask_return)

    def _ask_return(self, found: Sequence[tuple[str, str]]) -> None:
        if not found:
            self._desk.messages.notice(tr("Nothing that was invoiced came back."))
            return
        form = ReturnForm([Choice(number, words) for number, words in found])
        if self._desk.messages.run_dialog(form):
            order, reason = str(form.order.value()), str(form.reason.value())
            self._desk.runner.write(
                "invoice.credit",
                lambda tx: credit_return(tx, order, reason=reason)[-1].number,
                partial(self._go, "invoice"),
            )


def _always() -> bool:
    return True
