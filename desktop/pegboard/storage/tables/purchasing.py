"""Purchase orders, receipts, and the history of what was bought."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pegboard.storage.types import Base, Code, Day, Key, Micro, Words, reference


class PurchaseOrder(Base):
    """An order at a supplier. A draft grows with each explosion; a sent one is never changed silently."""

    __tablename__ = "purchase_order"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'sent', 'closed', 'cancelled')", name="purchase_order_state"),
        Index("ix_purchase_order_supplier", "supplier_id", "state"),
    )

    purchase_order_id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True)
    supplier_id: Mapped[int] = mapped_column(reference("supplier.supplier_id"))
    state: Mapped[str] = mapped_column(default="draft")
    ordered_on: Mapped[Day | None]
    revision: Mapped[int] = mapped_column(default=0)
    note: Mapped[Words]
    row_version: Mapped[int] = mapped_column(default=1)


class PurchaseLine(Base):
    """One line of a purchase order, in the item's own unit.

    Open = quantity - received; what is rejected stays open. A service line buys an `operation` of a work order: its
    item is the made item. `need_date` is the first need it was made for, `order_by_date` the last day to send it,
    `promised_date` what the supplier said. `pulled_quantity` is what demand pulled of it when it was written.
    """

    __tablename__ = "purchase_line"
    __table_args__ = (
        UniqueConstraint("purchase_order_id", "line"),
        CheckConstraint("state IN ('open', 'closed', 'cancelled')", name="purchase_line_state"),
        # What has surplus is few: netting finds it without looking at all that is open.
        Index(
            "ix_purchase_line_surplus",
            "item_id",
            sqlite_where=text("surplus_reason <> ''"),
            postgresql_where=text("surplus_reason <> ''"),
        ),
        Index("ix_purchase_line_item", "item_id", "state"),
        Index("ix_purchase_line_work_order", "work_order_id"),
    )

    purchase_line_id: Mapped[Key]
    purchase_order_id: Mapped[int] = mapped_column(reference("purchase_order.purchase_order_id"))
    line: Mapped[int]
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    supplier_item_id: Mapped[int | None] = mapped_column(reference("supplier_item.supplier_item_id"))
    quantity: Mapped[Micro]
    received_quantity: Mapped[Micro] = mapped_column(default=0)
    unit_price: Mapped[Micro | None]
    need_date: Mapped[Day | None]
    order_by_date: Mapped[Day | None]
    due_date: Mapped[Day]
    promised_date: Mapped[Day | None]
    state: Mapped[str] = mapped_column(default="open")
    surplus_reason: Mapped[Words]
    pulled_quantity: Mapped[Micro] = mapped_column(default=0, server_default="0")
    quantity_set_by: Mapped[Words]
    work_order_id: Mapped[int | None] = mapped_column(reference("work_order.work_order_id"))
    operation: Mapped[int | None]


class Receipt(Base):
    """Goods that came for a purchase line on one day: accepted into stock, or rejected to quarantine."""

    __tablename__ = "receipt"
    __table_args__ = (Index("ix_receipt_line", "purchase_line_id"),)

    receipt_id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True)
    purchase_line_id: Mapped[int] = mapped_column(reference("purchase_line.purchase_line_id"))
    stock_id: Mapped[int | None] = mapped_column(reference("stock.stock_id"))
    quantity: Mapped[Micro]
    rejected_quantity: Mapped[Micro] = mapped_column(default=0)
    reason: Mapped[Words]
    received_on: Mapped[Day]
    received_by: Mapped[Words]
    reverses_id: Mapped[int | None] = mapped_column(reference("receipt.receipt_id"))


class PurchaseHistory(Base):
    """A purchase of the past as it was imported: for reports, usage and measured lead times; it moves no stock."""

    __tablename__ = "purchase_history"
    __table_args__ = (UniqueConstraint("purchase_order", "line"),)

    purchase_history_id: Mapped[Key]
    purchase_order: Mapped[Code]
    line: Mapped[int]
    supplier_id: Mapped[int] = mapped_column(reference("supplier.supplier_id"))
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    quantity: Mapped[Micro]
    unit_price: Mapped[Micro | None]
    ordered_on: Mapped[Day | None]
    promised_on: Mapped[Day | None]
    received_on: Mapped[Day | None]
    billed_on: Mapped[Day | None]
    paid_on: Mapped[Day | None]
