"""Shipments, invoices, bills, payments and deposits. Amounts are whole minor units of the document's currency.

Documents are never edited. What takes one back is a document of the same kind with negative quantities and amounts, so
that sums over a table are right as they stand:

- due of an invoice = net_amount + tax_amount - deposit_amount; of a bill = net_amount + tax_amount;
- open = due - sum of its allocations;
- receivables of a customer = sum of due - sum of `customer` payments;
- payables of a supplier = sum of due - sum of `supplier` payments;
- deposits held of an order = sum of its `deposit` payments - sum of deposit_amount of its invoices;
- cash in = `customer` + `deposit` + `opening` payments, cash out = `supplier` + `expense` payments.
"""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pegboard.storage.types import Base, Code, Day, Instant, Key, Micro, Minor, Words, reference


class Shipment(Base):
    """Goods that left for a customer on one packing slip."""

    __tablename__ = "shipment"

    shipment_id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(reference("customer_order.order_id"))
    shipped_on: Mapped[Day]
    carrier: Mapped[Words]
    tracking: Mapped[Words]


class ShipmentLine(Base):
    """So much of an order line from one lot on a shipment; returned goods count against it."""

    __tablename__ = "shipment_line"
    __table_args__ = (Index("ix_shipment_line_order_line", "order_line_id"),)

    shipment_line_id: Mapped[Key]
    shipment_id: Mapped[int] = mapped_column(reference("shipment.shipment_id"))
    order_line_id: Mapped[int] = mapped_column(reference("order_line.order_line_id"))
    stock_id: Mapped[int] = mapped_column(reference("stock.stock_id"))
    quantity: Mapped[Micro]
    returned_quantity: Mapped[Micro] = mapped_column(default=0)


class Invoice(Base):
    """What a customer owes, or is owed back on a credit note (`credits_id`, negative); never edited after issue.

    `deposit_amount` is the part of the order's deposit that was taken off. `origin`: '' issued here, 'imported' from
    the history of orders, 'opening' what was open when the books began (a sale of the past, in no period's sales).
    """

    __tablename__ = "invoice"
    __table_args__ = (
        Index("ix_invoice_customer", "customer_id"),
        Index("ix_invoice_order", "order_id"),
        Index("ix_invoice_shipment", "shipment_id"),
        Index("ix_invoice_credits", "credits_id"),
        Index("ix_invoice_issued", "issued_on"),
    )

    invoice_id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(reference("customer.customer_id"))
    order_id: Mapped[int | None] = mapped_column(reference("customer_order.order_id"))
    shipment_id: Mapped[int | None] = mapped_column(reference("shipment.shipment_id"))
    credits_id: Mapped[int | None] = mapped_column(reference("invoice.invoice_id"))
    issued_on: Mapped[Day]
    due_on: Mapped[Day]
    currency: Mapped[str]
    net_amount: Mapped[Minor]
    tax_amount: Mapped[Minor]
    deposit_amount: Mapped[Minor] = mapped_column(default=0)
    origin: Mapped[Words]
    note: Mapped[Words]


class InvoiceLine(Base):
    """One line of an invoice; its amount was rounded half up once, and so was its tax.

    `kind`: '' goods, 'freight', 'allowance' (a price taken off without goods), 'discount' (for early payment),
    'opening', 'waived' (credited goods or freight that are not to be invoiced again). On a credit note quantity and
    amount are negative and `credits_line_id` is the line that it takes back.
    """

    __tablename__ = "invoice_line"
    __table_args__ = (
        Index("ix_invoice_line_invoice", "invoice_id"),
        Index("ix_invoice_line_order_line", "order_line_id"),
        Index("ix_invoice_line_credits", "credits_line_id"),
    )

    invoice_line_id: Mapped[Key]
    invoice_id: Mapped[int] = mapped_column(reference("invoice.invoice_id"))
    order_line_id: Mapped[int | None] = mapped_column(reference("order_line.order_line_id"))
    credits_line_id: Mapped[int | None] = mapped_column(reference("invoice_line.invoice_line_id"))
    kind: Mapped[Words]
    description: Mapped[Words]
    quantity: Mapped[Micro]
    unit_price: Mapped[Micro]
    tax_percent: Mapped[Micro] = mapped_column(default=0)
    net_amount: Mapped[Minor]
    tax_amount: Mapped[Minor] = mapped_column(default=0)


class Bill(Base):
    """A supplier's invoice, or credit note (`credits_id`, amounts negative); `origin` as of an invoice."""

    __tablename__ = "bill"
    __table_args__ = (
        Index("ix_bill_supplier", "supplier_id"),
        Index("ix_bill_credits", "credits_id"),
        Index("ix_bill_billed", "billed_on"),
    )

    bill_id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True)
    supplier_id: Mapped[int] = mapped_column(reference("supplier.supplier_id"))
    supplier_number: Mapped[Words]
    credits_id: Mapped[int | None] = mapped_column(reference("bill.bill_id"))
    billed_on: Mapped[Day]
    due_on: Mapped[Day]
    currency: Mapped[str]
    net_amount: Mapped[Minor]
    tax_amount: Mapped[Minor] = mapped_column(default=0)
    origin: Mapped[Words]
    note: Mapped[Words]


class BillLine(Base):
    """One line of a bill, matched to a receipt where there is one, or to the history it was imported with.

    `kind`: '' goods and services that were ordered, 'freight', 'other', 'discount' (for early payment), 'opening'.
    """

    __tablename__ = "bill_line"
    __table_args__ = (
        Index("ix_bill_line_bill", "bill_id"),
        Index("ix_bill_line_purchase_line", "purchase_line_id"),
        Index("ix_bill_line_receipt", "receipt_id"),
        Index("ix_bill_line_history", "purchase_history_id"),
    )

    bill_line_id: Mapped[Key]
    bill_id: Mapped[int] = mapped_column(reference("bill.bill_id"))
    purchase_line_id: Mapped[int | None] = mapped_column(reference("purchase_line.purchase_line_id"))
    receipt_id: Mapped[int | None] = mapped_column(reference("receipt.receipt_id"))
    purchase_history_id: Mapped[int | None] = mapped_column(reference("purchase_history.purchase_history_id"))
    credits_line_id: Mapped[int | None] = mapped_column(reference("bill_line.bill_line_id"))
    kind: Mapped[Words]
    description: Mapped[Words]
    quantity: Mapped[Micro]
    unit_price: Mapped[Micro]
    net_amount: Mapped[Minor]


class Payment(Base):
    """Money that came in from a customer or went out to a supplier; kind deposit comes before any invoice.

    Kind opening is the cash at the beginning of `paid_on`, when the books began. A negative amount went the other way
    (paid back to a customer, or the counter document of `reverses_id`); 0 sets credit notes off against invoices.
    `category` is that of an expense, `reference` the bank's or the cheque's.
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("kind IN ('customer', 'supplier', 'deposit', 'expense', 'opening')", name="payment_kind"),
        Index("ix_payment_customer", "customer_id"),
        Index("ix_payment_supplier", "supplier_id"),
        Index("ix_payment_order", "order_id"),
        Index("ix_payment_paid", "paid_on"),
        # Balances add up all payments of a kind: along the index alone.
        Index("ix_payment_kind", "kind", "paid_on", "currency", "amount"),
        Index("ix_payment_reverses", "reverses_id"),
    )

    payment_id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(reference("customer.customer_id"))
    supplier_id: Mapped[int | None] = mapped_column(reference("supplier.supplier_id"))
    order_id: Mapped[int | None] = mapped_column(reference("customer_order.order_id"))
    category: Mapped[Words]
    paid_on: Mapped[Day]
    currency: Mapped[str]
    amount: Mapped[Minor]
    reverses_id: Mapped[int | None] = mapped_column(reference("payment.payment_id"))
    reference: Mapped[Words]


class PaymentAllocation(Base):
    """So much of a payment settles one invoice or bill, from `allocated_on` on; negative against a credit note."""

    __tablename__ = "payment_allocation"
    __table_args__ = (
        Index("ix_payment_allocation_payment", "payment_id", "allocated_on", "amount"),
        Index("ix_payment_allocation_invoice", "invoice_id", "allocated_on", "amount"),
        Index("ix_payment_allocation_bill", "bill_id", "allocated_on", "amount"),
    )

    payment_allocation_id: Mapped[Key]
    payment_id: Mapped[int] = mapped_column(reference("payment.payment_id"))
    invoice_id: Mapped[int | None] = mapped_column(reference("invoice.invoice_id"))
    bill_id: Mapped[int | None] = mapped_column(reference("bill.bill_id"))
    amount: Mapped[Minor]
    allocated_on: Mapped[Day]


class ExchangeRate(Base):
    """Units of the shop's currency for one unit of another from a day on, in millionths."""

    __tablename__ = "exchange_rate"
    __table_args__ = (UniqueConstraint("currency", "valid_from"),)

    exchange_rate_id: Mapped[Key]
    currency: Mapped[str]
    valid_from: Mapped[Day]
    rate: Mapped[Micro]


class BooksClosed(Base):
    """No money document is dated `closed_through` or before; the latest row counts, an earlier day reopens."""

    __tablename__ = "books_closed"

    books_closed_id: Mapped[Key]
    closed_through: Mapped[Day]
    changed_at: Mapped[Instant]
    changed_by: Mapped[Words]
    note: Mapped[Words]
