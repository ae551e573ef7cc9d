"""Money: what is to be invoiced and billed, the invoices, bills and payments, and what is open of them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.money_books import books_state
from pegboard.queries.money_details import (
    BillDetail,
    InvoiceDetail,
    PaymentDetail,
    bill_detail,
    invoice_detail,
    payment_detail,
)
from pegboard.queries.money_lists import (
    DocumentRow,
    PaymentRow,
    document_key,
    document_keys,
    document_rows,
    payment_keys,
    payment_rows,
)
from pegboard.queries.money_to_bill import ToBill, receipts_to_bill
from pegboard.queries.money_to_invoice import ToInvoice, to_invoice
from pegboard.storage.store import Reading
from pegboard.ui import theme
from pegboard.ui.button import Button
from pegboard.ui.command import Command, page_command
from pegboard.ui.desk import Desk
from pegboard.ui.detail import CommandButton, Split
from pegboard.ui.list_view import Chip, Empty, ListPane
from pegboard.ui.money.beginning import BeginningCommands
from pegboard.ui.money.books_line import BooksLine
from pegboard.ui.money.columns import document_columns, payment_columns, to_bill_columns, to_invoice_columns
from pegboard.ui.money.commands import SCOPE, MoneyCommands
from pegboard.ui.money.panes import BillPane, InvoicePane, PaymentPane
from pegboard.ui.paged import PagedListPane
from pegboard.ui.workspace import Workspace

TO_INVOICE, INVOICES, PAYMENTS, TO_BILL, BILLS = range(5)
SHARES = (11, 10)  # of list and detail
VIEW_OF = {"invoice": INVOICES, "payment": PAYMENTS, "bill": BILLS}
NOUNS = frozenset(
    {
        "invoice",
        "payment",
        "bill",
        "order",
        "shipment",
        "receipt",
        "purchase_order",
        "customer",
        "supplier",
        "books",
        "rate",
    }
)


def workspace(desk: Desk) -> Workspace:
    """Make the page."""
    return MoneyPage(desk)


class DocumentSource:
    """Reads the list of invoices or of bills."""

    def __init__(self, table: str) -> None:
        self._table = table

    def keys(
        self, reading: Reading, chip: str, words: tuple[str, ...], sort_key: str, descending: bool
    ) -> Sequence[int]:
        """Return the keys of the documents of a filter."""
        return document_keys(reading, self._table, chip, words, sort_key, descending)

    def rows(self, reading: Reading, keys: Sequence[int]) -> Sequence[DocumentRow]:
        """Return the documents with these keys."""
        return document_rows(reading, self._table, keys)


class PaymentSource:
    """Reads the list of payments."""

    def keys(
        self, reading: Reading, chip: str, words: tuple[str, ...], sort_key: str, descending: bool
    ) -> Sequence[int]:
        """Return the keys of the payments of a filter."""
        return payment_keys(reading, chip, words, sort_key, descending)

    def rows(self, reading: Reading, keys: Sequence[int]) -> Sequence[PaymentRow]:
        """Return the payments with these keys."""
        return payment_rows(reading, keys)


class MoneyPage(Workspace):
    """Five views over the documents, each with the verbs that move it on."""

    nouns = NOUNS

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Money"))
        self._wanted: int | None = None  # the key of the document to select when the list has been read
        self._make_lists()
        self._commands = MoneyCommands(desk, self)
        beginning = BeginningCommands(desk, self.show_record)
        made = (*self._commands.commands(), *beginning.commands(), *self._view_commands())
        self._by_id = {command.id: command for command in made}
        self._feet: list[CommandButton] = []
        self.invoice_pane.set_verbs(self._named("payment.book", "payment.discount", "invoice.credit", "invoice.print"))
        self.bill_pane.set_verbs(self._named("payment.book", "payment.discount", "invoice.credit"))
        self.payment_pane.set_verbs(self._named("payment.use_credit", "payment.take_back"))
        self._views = QStackedWidget()
        for view in (
            self._with_foot(self.to_invoice, "invoice.issue"),
            Split(desk, "money_invoices", self.invoices, self.invoice_pane, SHARES),
            Split(desk, "money_payments", self.payments, self.payment_pane),
            self._with_foot(self.to_bill, "bill.enter"),
            Split(desk, "money_bills", self.bills, self.bill_pane, SHARES),
        ):
            self._views.addWidget(view)
        self._chips = QButtonGroup(self)
        self.state = BooksLine()
        self.state.close_asked.connect(self._commands.close_books)
        self.state.rate_asked.connect(self._commands.set_rate)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._chip_bar())
        layout.addWidget(self._views, 1)
        self._connect()
        self._turn_to(INVOICES)

    def _make_lists(self) -> None:
        desk = self.desk
        self.to_invoice: ListPane[ToInvoice] = ListPane(
            desk, "money_to_invoice", tr("To invoice"), to_invoice_columns(), key=lambda row: row.order,
            query=to_invoice, empty=Empty(tr("What has shipped and is not invoiced stands here.")),
        )  # fmt: skip
        self.to_bill: ListPane[ToBill] = ListPane(
            desk, "money_to_bill", tr("To bill"), to_bill_columns(), key=lambda row: row.receipt,
            query=receipts_to_bill, empty=Empty(tr("What was received and the supplier has not billed stands here.")),
        )  # fmt: skip
        chips: tuple[Chip[DocumentRow], ...] = (
            Chip("open", tr("Open")),
            Chip("overdue", tr("Overdue")),
            Chip("credits", tr("Credit notes")),
        )
        self.invoices: PagedListPane[DocumentRow] = PagedListPane(
            desk, "money_invoices", tr("Invoices"), document_columns(tr("Customer"), tr("Order")),
            key=lambda row: row.key, source=DocumentSource("invoice"), chips=(*chips, Chip("all", tr("All"))),
            empty=Empty(tr("What customers owe stands here."), tr("See what is to be invoiced"), self._see_to_invoice),
        )  # fmt: skip
        self.bills: PagedListPane[DocumentRow] = PagedListPane(
            desk, "money_bills", tr("Bills"), document_columns(tr("Supplier"), tr("Their number")),
            key=lambda row: row.key, source=DocumentSource("bill"), chips=(*chips, Chip("all", tr("All"))),
            empty=Empty(tr("What the shop owes stands here."), tr("See what is to be billed"), self._see_to_bill),
        )  # fmt: skip
        money_chips: tuple[Chip[PaymentRow], ...] = (
            Chip("recent", tr("Last 90 days")),
            Chip("in", tr("In")),
            Chip("out", tr("Out")),
            Chip("unused", tr("Unused")),
        )
        self.payments: PagedListPane[PaymentRow] = PagedListPane(
            desk, "money_payments", tr("Payments"), payment_columns(), key=lambda row: row.key,
            source=PaymentSource(), chips=(*money_chips, Chip("all", tr("All"))),
            empty=Empty(tr("Money that came in and went out stands here.")),
        )  # fmt: skip
        self.invoice_pane, self.bill_pane, self.payment_pane = InvoicePane(desk), BillPane(desk), PaymentPane(desk)

    def _connect(self) -> None:
        for pane in (self.to_invoice, self.invoices, self.payments, self.to_bill, self.bills):
            pane.rows_shown.connect(self.say_ready)
        for pane in (self.invoices, self.payments, self.bills):
            pane.rows_shown.connect(self._reveal_wanted)
        self.to_invoice.current_changed.connect(self._chosen)
        self.to_bill.current_changed.connect(self._chosen)
        self.to_invoice.opened.connect(self._open_order)
        self.to_bill.opened.connect(self._open_receipt)
        self.invoices.current_changed.connect(self._show_invoice)
        self.bills.current_changed.connect(self._show_bill)
        self.payments.current_changed.connect(self._show_payment)
        self.to_invoice.set_menu(("invoice.issue",))
        self.to_bill.set_menu(("bill.enter",))
        self.invoices.set_menu(("payment.book", "payment.discount", "invoice.credit", "payment.use_credit",
                                "payment.pay_back", "invoice.print"))  # fmt: skip
        self.bills.set_menu(("payment.book", "payment.discount", "invoice.credit", "payment.use_credit"))
        self.payments.set_menu(("payment.use_credit", "payment.free_deposit", "payment.pay_back", "payment.take_back"))

    def _titles(self) -> tuple[str, ...]:
        return tr("To invoice"), tr("Invoices"), tr("Payments"), tr("To bill"), tr("Bills")

    def _chip_bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        bar.setSpacing(theme.STEP)
        for place, title in enumerate(self._titles()):
            chip = Button(title)
            chip.setCheckable(True)
            chip.setProperty("chip", True)
            self._chips.addButton(chip, place)
            bar.addWidget(chip)
        bar.addStretch(1)
        bar.addWidget(self.state)
        self._chips.idClicked.connect(self._choose)
        return bar

    def _with_foot(self, pane: QWidget, command_id: str) -> QWidget:
        """A list with its verb below, for views without a detail."""
        view = QWidget()
        layout = QVBoxLayout(view)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(pane, 1)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        button = CommandButton(self._by_id[command_id])
        self._feet.append(button)
        bar.addWidget(button)
        bar.addStretch(1)
        layout.addLayout(bar)
        view.setFocusProxy(pane)
        return view

    def _view_commands(self) -> tuple[Command, ...]:
        make = partial(page_command, SCOPE, tr("Show"))
        icons = ("ship", "note", "price", "receive", "buy")
        names = ("to_invoice", "invoices", "payments", "to_bill", "bills")
        return tuple(
            make(f"view.{name}", title, partial(self._choose, place), icon, f"Alt+{place + 1}", _always,
                 tr("Shows the view {title}.", title=title))
            for place, (name, title, icon) in enumerate(zip(names, self._titles(), icons, strict=True))
        )  # fmt: skip

    def _named(self, *ids: str) -> list[Command]:
        return [self._by_id[each] for each in ids]

    # --- the page

    def commands(self) -> tuple[Command, ...]:
        """Return what can be done with money."""
        return tuple(self._by_id.values())

    def refresh(self) -> None:
        """Read again what is shown."""
        self._list().refresh()
        self.desk.runner.read("money.state", books_state, self.state.show_state)
        if (sale := self.invoice()) is not None:
            self._read_invoice(sale.row.number)
        if (bought := self.bill()) is not None:
            self._read_bill(bought.row.number)
        if (paid := self.payment()) is not None:
            self._read_payment(paid.key)

    def _list(self) -> ListPane[Any]:
        lists = (self.to_invoice, self.invoices, self.payments, self.to_bill, self.bills)
        return lists[self._views.currentIndex()]

    def _turn_to(self, place: int) -> None:
        self._views.setCurrentIndex(place)
        self._chips.button(place).setChecked(True)
        self.setFocusProxy(self._list())

    @Slot(int)
    def _choose(self, place: int) -> None:
        self._turn_to(place)
        self.refresh()
        self.setFocus()
        self._chosen()

    def _see_to_invoice(self) -> None:
        self._choose(TO_INVOICE)

    def _see_to_bill(self) -> None:
        self._choose(TO_BILL)

    def show_record(self, noun: str, number: str) -> None:
        """Go to an invoice, a bill or a payment."""
        place = VIEW_OF.get(noun)
        if place is None:
            return
        if place != self._views.currentIndex():
            self._turn_to(place)
        pane = self._list()
        self.desk.runner.read(
            "money.find", lambda reading: document_key(reading, noun, number), lambda key: self._go_to(pane, key)
        )
        self.record_shown.emit(noun, number)

    def _go_to(self, pane: ListPane[Any], key: int | None) -> None:
        """Select a document once the list is read anew: until then it may not know it."""
        self._wanted = key
        pane.refresh()
        self._chosen()

    @Slot()
    def _reveal_wanted(self) -> None:
        if self._wanted is not None:
            key, self._wanted = self._wanted, None
            self._list().select(key)

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        below = {
            INVOICES: self.invoice_pane.panes(),
            PAYMENTS: self.payment_pane.panes(),
            BILLS: self.bill_pane.panes(),
        }
        return (self._list(), *below.get(self._views.currentIndex(), ()))

    def focus_find(self) -> None:
        """Go to the find box of the list shown."""
        self._list().focus_find()

    # --- what is chosen

    def _is_shown(self, place: int) -> bool:
        return self._views.currentIndex() == place

    def orders_to_invoice(self) -> Sequence[ToInvoice]:
        """The orders chosen in the list of what is to be invoiced."""
        return _picked(self.to_invoice) if self._is_shown(TO_INVOICE) else ()

    def receipts_to_bill(self) -> Sequence[ToBill]:
        """The receipts chosen in the list of what is to be billed."""
        return _picked(self.to_bill) if self._is_shown(TO_BILL) else ()

    def invoice(self) -> InvoiceDetail | None:
        """The invoice that is shown."""
        return self.invoice_pane.detail if self._is_shown(INVOICES) else None

    def bill(self) -> BillDetail | None:
        """The bill that is shown."""
        return self.bill_pane.detail if self._is_shown(BILLS) else None

    def payment(self) -> PaymentRow | None:
        """The payment that is shown."""
        detail = self.payment_pane.detail
        return detail.row if detail is not None and self._is_shown(PAYMENTS) else None

    def invoice_numbers(self) -> Sequence[str]:
        """The numbers of the invoices chosen."""
        return [row.number for row in _picked(self.invoices)] if self._is_shown(INVOICES) else []

    @Slot()
    def _chosen(self) -> None:
        for button in self._feet:
            button.refresh()
        self.commands_changed.emit()

    @Slot(object)
    def _show_invoice(self, row: DocumentRow | None) -> None:
        if row is None:
            self._invoice_read(None)
        else:
            self._read_invoice(row.number)

    def _read_invoice(self, number: str) -> None:
        self.desk.runner.read("money.invoice", lambda reading: invoice_detail(reading, number), self._invoice_read)

    def _invoice_read(self, detail: InvoiceDetail | None) -> None:
        self.invoice_pane.show_detail(detail)
        self._chosen()

    @Slot(object)
    def _show_bill(self, row: DocumentRow | None) -> None:
        if row is None:
            self._bill_read(None)
        else:
            self._read_bill(row.number)

    def _read_bill(self, number: str) -> None:
        self.desk.runner.read("money.bill_shown", lambda reading: bill_detail(reading, number), self._bill_read)

    def _bill_read(self, detail: BillDetail | None) -> None:
        self.bill_pane.show_detail(detail)
        self._chosen()

    @Slot(object)
    def _show_payment(self, row: PaymentRow | None) -> None:
        if row is None:
            self._payment_read(None)
        else:
            self._read_payment(row.key)

    def _read_payment(self, key: int) -> None:
        self.desk.runner.read("money.payment", lambda reading: payment_detail(reading, key), self._payment_read)

    def _payment_read(self, detail: PaymentDetail | None) -> None:
        self.payment_pane.show_detail(detail)
        self._chosen()

    @Slot(object)
    def _open_order(self, row: ToInvoice) -> None:
        self.desk.show_record("order", row.order)

    @Slot(object)
    def _open_receipt(self, row: ToBill) -> None:
        self.desk.show_record("purchase_line", row.purchase_line)


def _picked(pane: ListPane[Any]) -> Sequence[Any]:
    found = pane.selected()
    current = pane.current()
    return found or ((current,) if current is not None else ())


def _always() -> bool:
    return True
