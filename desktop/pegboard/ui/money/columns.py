"""The columns of the money page."""

from pegboard.i18n import tr
from pegboard.queries.invoice_papers import InvoicePaperLine
from pegboard.queries.money_details import Settlement
from pegboard.queries.money_lists import DocumentRow, PaymentRow
from pegboard.queries.money_to_bill import ToBill, Variance
from pegboard.queries.money_to_invoice import ToInvoice
from pegboard.ui.columns import (
    Column,
    date_column,
    mark_column,
    money_column,
    price_column,
    quantity_column,
    text_column,
    whole_column,
)
from pegboard.ui.money import words


def document_columns(party: str, theirs: str) -> tuple[Column[DocumentRow], ...]:
    """Return the columns of a list of invoices or bills."""
    return (
        text_column("number", tr("Number"), lambda row: row.number, width=80),
        text_column("party", party, lambda row: row.party_name, width=132, tip=lambda row: row.party),
        mark_column("state", tr("State"), words.document_mark, width=118),
        date_column("due", tr("Due"), lambda row: row.due_on, width=86),
        money_column("open", tr("Open"), lambda row: row.open, width=80),
        money_column("total", tr("Total"), lambda row: row.total, width=80, hidden=True),
        text_column("currency", tr("Currency"), lambda row: row.total.currency, width=60, hidden=True),
        date_column("dated", tr("Dated"), lambda row: row.dated, width=96, hidden=True),
        text_column("theirs", theirs, lambda row: row.theirs, width=76),
    )


def payment_columns() -> tuple[Column[PaymentRow], ...]:
    """Return the columns of the list of payments; what went out is negative."""
    return (
        text_column("number", tr("Number"), lambda row: row.number, width=92),
        date_column("paid_on", tr("Paid"), lambda row: row.paid_on, width=96),
        text_column("kind", tr("Kind"), words.kind_words, width=104),
        text_column("party", tr("From or to"), lambda row: row.party_name, width=140, tip=lambda row: row.party),
        text_column("what", tr("For"), lambda row: row.what, width=84),
        money_column("amount", tr("Amount"), lambda row: row.amount, width=96),
        mark_column("state", tr("State"), words.payment_mark, width=110),
        text_column("reference", tr("Reference"), lambda row: row.reference, width=96, hidden=True),
    )


def to_invoice_columns() -> tuple[Column[ToInvoice], ...]:
    """Return the columns of what has shipped and is not invoiced."""
    return (
        text_column("order", tr("Order"), lambda row: row.order, width=86),
        text_column("customer", tr("Customer"), lambda row: row.customer_name, width=160, tip=lambda row: row.customer),
        date_column("since", tr("Shipped"), lambda row: row.since, width=96),
        text_column("slips", tr("Packing slips"), lambda row: ", ".join(row.slips), width=130),
        whole_column("lines", tr("Lines"), lambda row: row.lines, width=52),
        money_column("amount", tr("Net"), lambda row: row.amount, totalled=True, width=96),
        money_column("deposit", tr("Deposit"), lambda row: row.deposit if row.deposit.minor else None, width=86),
        text_column(
            "hint",
            tr("Before"),
            lambda row: tr("{count} without a price", count=row.unpriced) if row.unpriced else "",
            width=130,
        ),
    )


def to_bill_columns() -> tuple[Column[ToBill], ...]:
    """Return the columns of what was received and is not billed."""
    return (
        text_column("supplier", tr("Supplier"), lambda row: row.supplier, width=96),
        text_column("line", tr("Ordered on"), lambda row: row.purchase_line, width=88),
        text_column("receipt", tr("Receipt"), lambda row: row.receipt, width=88),
        date_column("received", tr("Received"), lambda row: row.received_on, width=96),
        text_column("item", tr("Item"), lambda row: row.item, width=110, tip=lambda row: row.description),
        text_column("service", tr("What"), lambda row: tr("service") if row.is_service else "", width=64, hidden=True),
        quantity_column("quantity", tr("Quantity"), lambda row: row.quantity, lambda row: row.unit, width=84),
        price_column("price", tr("Ordered at"), lambda row: row.unit_price, width=84),
        money_column("amount", tr("Amount"), lambda row: row.amount, totalled=True, width=92),
    )


def invoice_line_columns() -> tuple[Column[InvoicePaperLine], ...]:
    """Return the columns of the lines of an invoice."""
    return (
        whole_column("line", tr("Line"), lambda line: line.line, width=34, hidden=True),
        text_column("item", tr("Item"), lambda line: line.item or line.description, width=120, tip=_description),
        quantity_column("quantity", tr("Quantity"), lambda line: line.quantity, lambda line: line.unit, width=76),
        price_column("price", tr("Price"), lambda line: line.unit_price, width=76),
        quantity_column("tax", tr("Tax %"), lambda line: line.tax_percent, width=50),
        money_column("net", tr("Net"), lambda line: line.net, width=84),
    )


def _description(line: InvoicePaperLine) -> str:
    return line.description


def bill_line_columns() -> tuple[Column[Variance], ...]:
    """Return the columns of the lines of a bill."""
    return (
        text_column("item", tr("Item"), lambda line: line.item or line.description, width=92, tip=_billed_words),
        quantity_column("billed", tr("Billed"), lambda line: line.billed, width=48),
        quantity_column("received", tr("Received"), lambda line: line.received, width=60),
        price_column("price", tr("Price"), lambda line: line.unit_price, width=54),
        price_column("ordered", tr("Ordered at"), lambda line: line.ordered_price, width=70),
        mark_column("variance", tr("Difference"), words.variance_mark, width=140),
        money_column("net", tr("Net"), lambda line: line.net, width=70, hidden=True),
        text_column("line", tr("Ordered on"), lambda line: line.purchase_line, width=80, hidden=True),
    )


def _billed_words(line: Variance) -> str:
    return line.description


def settlement_columns(number: str) -> tuple[Column[Settlement], ...]:
    """Return the columns of what settles a document, or what a payment settles."""
    return (
        text_column("number", number, lambda row: row.number, width=110),
        date_column("on", tr("On"), lambda row: row.on, width=110),
        money_column("amount", tr("Amount"), lambda row: row.amount, width=90),
    )
