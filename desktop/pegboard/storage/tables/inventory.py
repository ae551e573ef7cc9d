"""Locations, stock, its ledger and cost layers."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pegboard.storage.types import Base, Code, Day, Instant, Key, Micro, Words, reference


class Location(Base):
    """A place where stock lies, such as MAIN or a shelf."""

    __tablename__ = "location"

    location_id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    description: Mapped[Words]


class Stock(Base):
    """What lies of one item at one location under one lot or serial ('' without tracking).

    An item without tracking that was made to options lies under these, as `GROUP=CHOICE;GROUP=CHOICE`.

    `quantity` is the sum of its ledger entries and never below zero; `unit_cost` the average cost of what lies there.
    """

    __tablename__ = "stock"
    __table_args__ = (
        UniqueConstraint("item_id", "location_id", "lot"),
        CheckConstraint("quantity >= 0", name="stock_not_negative"),
        CheckConstraint("status IN ('available', 'quarantine')", name="stock_status"),
    )

    stock_id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    location_id: Mapped[int] = mapped_column(reference("location.location_id"))
    lot: Mapped[Words]
    quantity: Mapped[Micro] = mapped_column(default=0)
    unit_cost: Mapped[Micro | None]
    received_on: Mapped[Day | None]
    expires_on: Mapped[Day | None]
    status: Mapped[str] = mapped_column(default="available")


class LedgerEntry(Base):
    """One movement of stock; append only: triggers refuse update and delete. A wrong one is reversed by another.

    `kind`: count, receipt, reject, issue, return, completion, scrap, ship, sale, transfer, adjust. `quantity` is
    signed,
    `value` signed (millionths of the currency) or unknown.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        Index("ix_ledger_entry_stock", "stock_id"),
        Index("ix_ledger_entry_work_order", "work_order_id"),
    )

    ledger_entry_id: Mapped[Key]
    stock_id: Mapped[int] = mapped_column(reference("stock.stock_id"))
    at: Mapped[Instant]
    kind: Mapped[str]
    quantity: Mapped[Micro]
    value: Mapped[Micro | None]
    document: Mapped[Words]
    reason: Mapped[Words]
    actor: Mapped[Words]
    work_order_id: Mapped[int | None] = mapped_column(reference("work_order.work_order_id"))
    purchase_line_id: Mapped[int | None] = mapped_column(reference("purchase_line.purchase_line_id"))
    order_line_id: Mapped[int | None] = mapped_column(reference("order_line.order_line_id"))
    reverses_id: Mapped[int | None] = mapped_column(reference("ledger_entry.ledger_entry_id"))


class CostLayer(Base):
    """A quantity that came in at one cost, used up first in, first out; `remaining_quantity` is still there."""

    __tablename__ = "cost_layer"
    __table_args__ = (Index("ix_cost_layer_stock", "stock_id"),)

    cost_layer_id: Mapped[Key]
    stock_id: Mapped[int] = mapped_column(reference("stock.stock_id"))
    received_on: Mapped[Day | None]
    remaining_quantity: Mapped[Micro]
    unit_cost: Mapped[Micro | None]


class Genealogy(Base):
    """What went into what came out: so much of an issued lot is in a completed lot or serial."""

    __tablename__ = "genealogy"
    __table_args__ = (
        Index("ix_genealogy_component", "component_stock_id"),
        Index("ix_genealogy_output", "output_stock_id"),
    )

    genealogy_id: Mapped[Key]
    work_order_id: Mapped[int] = mapped_column(reference("work_order.work_order_id"))
    component_stock_id: Mapped[int] = mapped_column(reference("stock.stock_id"))
    output_stock_id: Mapped[int] = mapped_column(reference("stock.stock_id"))
    quantity: Mapped[Micro]


class Buffer(Base):
    """Strategic stock held against a disruption; it is not free stock."""

    __tablename__ = "buffer"

    buffer_id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(reference("item.item_id"), unique=True)
    quantity: Mapped[Micro]
    reason: Mapped[Words]
