"""The right half of the money page: one invoice, bill or payment in full."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from pegboard.domain.quantity import Money
from pegboard.i18n import tr
from pegboard.queries.invoice_papers import InvoicePaperLine
from pegboard.queries.money_details import BillDetail, InvoiceDetail, PaymentDetail, Settlement
from pegboard.queries.money_lists import DocumentRow
from pegboard.queries.money_to_bill import Variance
from pegboard.ui import formats
from pegboard.ui.desk import Desk
from pegboard.ui.detail import DetailPane, Fact, Facts
from pegboard.ui.detail_table import DetailTable
from pegboard.ui.money import words
from pegboard.ui.money.columns import bill_line_columns, invoice_line_columns, settlement_columns


class InvoicePane(DetailPane):
    """Shows an InvoiceDetail."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Invoice"))
        self._desk = desk
        self.detail: InvoiceDetail | None = None
        self.facts = Facts()
        self.lines: DetailTable[InvoicePaperLine] = DetailTable(
            desk, "money_invoice_lines", tr("Lines"), invoice_line_columns(), lambda line: line.line
        )
        self.settled: DetailTable[Settlement] = DetailTable(
            desk, "money_invoice_settled", tr("Settled by"), settlement_columns(tr("Payment")), lambda row: row.key
        )
        self.add("", self.facts)
        self.add(tr("Lines"), self.lines)
        self._settled = self.add(tr("Settled by"), self.settled)
        self.end()
        self.settled.row_opened.connect(partial(_open_payment, desk))
        self.show_nothing(tr("Choose an invoice on the left."))

    def show_detail(self, detail: InvoiceDetail | None) -> None:
        """Show an invoice or credit note."""
        self.detail = detail
        if detail is None:
            self.show_nothing(tr("Choose an invoice on the left."))
            return
        row = detail.row
        self.show_heading(f"{row.number}   {row.party_name}", row.party, words.document_mark(row))
        self.facts.show_facts(self._facts(detail))
        self.lines.show_rows(detail.paper.lines)
        self.settled.show_rows(detail.settlements)
        self._settled.setVisible(bool(detail.settlements))
        self.refresh_verbs()

    def _facts(self, detail: InvoiceDetail) -> Sequence[Fact]:
        paper, row = detail.paper, detail.row
        deposit = formats.money(paper.deposit) if paper.deposit.minor else ""
        return (
            *_amounts(row, paper.net, paper.tax),
            Fact(tr("Deposit freed") if row.is_credit else tr("Deposit taken off"), deposit),
            *_dates(row, detail.discount),
            Fact(tr("Takes back"), row.credits, link=partial(self._desk.show_record, "invoice", row.credits)),
            Fact(tr("Taken back by"), ", ".join(detail.credited_by)),
            Fact(tr("Order"), paper.order, link=partial(self._desk.show_record, "order", paper.order)),
            Fact(tr("Packing slip"), paper.shipment),
            Fact(tr("Reason") if row.is_credit else tr("Note"), paper.note),
            Fact(tr("Origin"), _origin(row)),
        )

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.lines,)


class BillPane(DetailPane):
    """Shows a BillDetail: each line beside what was ordered and received."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Bill"))
        self._desk = desk
        self.detail: BillDetail | None = None
        self.facts = Facts()
        self.lines: DetailTable[Variance] = DetailTable(
            desk, "money_bill_lines", tr("Lines"), bill_line_columns(), lambda line: line.line
        )
        self.settled: DetailTable[Settlement] = DetailTable(
            desk, "money_bill_settled", tr("Settled by"), settlement_columns(tr("Payment")), lambda row: row.key
        )
        self.add("", self.facts)
        self.add(tr("Lines"), self.lines)
        self._settled = self.add(tr("Settled by"), self.settled)
        self.end()
        self.lines.row_opened.connect(self._open_line)
        self.settled.row_opened.connect(partial(_open_payment, desk))
        self.show_nothing(tr("Choose a bill on the left."))

    def show_detail(self, detail: BillDetail | None) -> None:
        """Show a bill."""
        self.detail = detail
        if detail is None:
            self.show_nothing(tr("Choose a bill on the left."))
            return
        row = detail.row
        self.show_heading(f"{row.number}   {row.party_name}", row.party, words.document_mark(row))
        self.facts.show_facts(
            (
                *_amounts(row, detail.net, detail.tax),
                *_dates(row, detail.discount),
                Fact(tr("Their number"), row.theirs),
                Fact(tr("Takes back"), row.credits, link=partial(self._desk.show_record, "bill", row.credits)),
                Fact(tr("Taken back by"), ", ".join(detail.credited_by)),
                Fact(tr("Difference"), _difference(detail.lines)),
                Fact(tr("Reason") if row.is_credit else tr("Note"), detail.note),
                Fact(tr("Origin"), _origin(row)),
            )
        )
        self.lines.show_rows(detail.lines)
        self.settled.show_rows(detail.settlements)
        self._settled.setVisible(bool(detail.settlements))
        self.refresh_verbs()

    def _open_line(self, line: Variance) -> None:
        if line.purchase_line and line.receipt:
            self._desk.show_record("purchase_line", line.purchase_line)

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.lines,)


class PaymentPane(DetailPane):
    """Shows a PaymentDetail."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Payment"))
        self._desk = desk
        self.detail: PaymentDetail | None = None
        self.facts = Facts()
        self.settles: DetailTable[Settlement] = DetailTable(
            desk, "money_payment_settles", tr("Settles"), settlement_columns(tr("Document")), lambda row: row.key
        )
        self.add("", self.facts)
        self._settles = self.add(tr("Settles"), self.settles)
        self.end()
        self.settles.row_opened.connect(self._open_document)
        self.show_nothing(tr("Choose a payment on the left."))

    def show_detail(self, detail: PaymentDetail | None) -> None:
        """Show a payment."""
        self.detail = detail
        if detail is None:
            self.show_nothing(tr("Choose a payment on the left."))
            return
        row = detail.row
        self.show_heading(f"{row.number}   {row.party_name}".rstrip(), row.party, words.payment_mark(row))
        is_deposit = row.kind == "deposit"
        self.facts.show_facts(
            (
                Fact(tr("Amount"), formats.money(row.amount, currency=True)),
                Fact(tr("Kind"), words.kind_words(row)),
                Fact(tr("Paid"), formats.long_day(row.paid_on)),
                Fact(
                    tr("Order") if is_deposit else tr("For"),
                    row.what,
                    link=partial(self._desk.show_record, "order", row.what) if is_deposit else None,
                ),
                Fact(tr("Unused"), formats.money(row.rest) if row.rest.minor else ""),
                Fact(tr("Reference"), row.reference),
                Fact(tr("Taken back by"), row.reversed_by),
            )
        )
        self.settles.show_rows(detail.settlements)
        self._settles.setVisible(bool(detail.settlements))
        self.refresh_verbs()

    def _open_document(self, row: Settlement) -> None:
        is_sale = self.detail is not None and self.detail.row.kind == "customer"
        self._desk.show_record("invoice" if is_sale else "bill", row.number)

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.settles,)


def _amounts(row: DocumentRow, net: Money, tax: Money) -> tuple[Fact, ...]:
    return (
        Fact(tr("Open"), formats.money(row.open, currency=True)),
        Fact(
            tr("Total"),
            tr("{total} = {net} and {tax} tax", total=_plain(net + tax), net=_plain(net), tax=_plain(tax)),
        ),
    )


def _plain(amount: Money) -> str:
    return formats.money(amount)


def _dates(row: DocumentRow, discount: Money | None) -> tuple[Fact, ...]:
    saved = tr("{amount} less when paid today", amount=formats.money(discount)) if discount is not None else ""
    return (
        Fact(tr("Dated"), formats.long_day(row.dated)),
        Fact(tr("Due"), formats.long_day(row.due_on) if not row.is_credit else ""),
        Fact(tr("Discount"), saved),
    )


def _difference(lines: Sequence[Variance]) -> str:
    """The whole difference to what was ordered and received, in words; "" where there is none."""
    price = sum(line.price.minor for line in lines if line.price is not None)
    quantity = sum(line.quantity.minor for line in lines if line.quantity is not None)
    if all(line.is_clean for line in lines):
        return ""
    currency = lines[0].net.currency
    return tr(
        "{price} by price, {quantity} by quantity",
        price=words.signed(Money(price, currency)),
        quantity=words.signed(Money(quantity, currency)),
    )


def _origin(row: DocumentRow) -> str:
    return {"": "", "imported": tr("imported history"), "opening": tr("opening balance")}[row.origin]


def _open_payment(desk: Desk, row: Settlement) -> None:
    desk.show_record("payment", row.number)
