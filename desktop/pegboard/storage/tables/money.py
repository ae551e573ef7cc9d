"""Shipments, invoices, bills, payments and deposits. Amounts are whole minor units of the document's currency."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pegboard.storage.types import Base, Code, Day, Key, Micro, Minor, Words, reference


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
    """What a customer owes, or is owed back on a credit note (`credits_id`); never edited after issue."""

    __tablename__ = "invoice"
    __table_args__ = (Index("ix_invoice_customer", "customer_id"),)

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


class InvoiceLine(Base):
    """One line of an invoice; its amount was rounded half up once."""

    __tablename__ = "invoice_line"
    __table_args__ = (Index("ix_invoice_line_invoice", "invoice_id"),)

    invoice_line_id: Mapped[Key]
    invoice_id: Mapped[int] = mapped_column(reference("invoice.invoice_id"))
    order_line_id: Mapped[int | None] = mapped_column(reference("order_line.order_line_id"))
    description: Mapped[Words]
    quantity: Mapped[Micro]
    unit_price: Mapped[Micro]
    tax_percent: Mapped[Micro] = mapped_column(default=0)
    net_amount: Mapped[Minor]


class Bill(Base):
    """A supplier's invoice."""

    __tablename__ = "bill"
    __table_args__ = (Index("ix_bill_supplier", "supplier_id"),)

    bill_id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True)
    supplier_id: Mapped[int] = mapped_column(reference("supplier.supplier_id"))
    supplier_number: Mapped[Words]
    billed_on: Mapped[Day]
    due_on: Mapped[Day]
    currency: Mapped[str]
    net_amount: Mapped[Minor]
    tax_amount: Mapped[Minor] = mapped_column(default=0)


class BillLine(Base):
    """One line of a bill, matched to a receipt where there is one."""

    __tablename__ = "bill_line"
    __table_args__ = (Index("ix_bill_line_bill", "bill_id"),)

    bill_line_id: Mapped[Key]
    bill_id: Mapped[int] = mapped_column(reference("bill.bill_id"))
    purchase_line_id: Mapped[int | None] = mapped_column(reference("purchase_line.purchase_line_id"))
    receipt_id: Mapped[int | None] = mapped_column(reference("receipt.receipt_id"))
    description: Mapped[Words]
    quantity: Mapped[Micro]
    unit_price: Mapped[Micro]
    net_amount: Mapped[Minor]


class Payment(Base):
    """Money that came in from a customer or went out to a supplier; kind deposit comes before any invoice."""

    __tablename__ = "payment"
    __table_args__ = (CheckConstraint("kind IN ('customer', 'supplier', 'deposit', 'expense')", name="payment_kind"),)

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


class PaymentAllocation(Base):
    """So much of a payment settles one invoice or bill."""

    __tablename__ = "payment_allocation"

    payment_allocation_id: Mapped[Key]
    payment_id: Mapped[int] = mapped_column(reference("payment.payment_id"))
    invoice_id: Mapped[int | None] = mapped_column(reference("invoice.invoice_id"))
    bill_id: Mapped[int | None] = mapped_column(reference("bill.bill_id"))
    amount: Mapped[Minor]


class ExchangeRate(Base):
    """Units of the shop's currency for one unit of another from a day on, in millionths."""

    __tablename__ = "exchange_rate"

    exchange_rate_id: Mapped[Key]
    currency: Mapped[str]
    valid_from: Mapped[Day]
    rate: Mapped[Micro]
