"""Suppliers and what they sell."""

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pegboard.storage.types import Base, Code, Key, Micro, Words, reference


class Supplier(Base):
    """Who sells to the shop; `calendar_lead_time` counts every day, otherwise working days.

    `discount_percent` (millionths of a percent) comes off a bill that is paid in `discount_days`.
    """

    __tablename__ = "supplier"

    supplier_id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Words]
    contact: Mapped[Words]
    email: Mapped[Words]
    phone: Mapped[Words]
    address: Mapped[Words]
    lead_time_days: Mapped[int | None]
    calendar_lead_time: Mapped[bool] = mapped_column(default=False)
    payment_terms_days: Mapped[int] = mapped_column(default=30)
    discount_percent: Mapped[Micro | None]
    discount_days: Mapped[int | None]
    currency: Mapped[Words]
    active: Mapped[bool] = mapped_column(default=True)
    row_version: Mapped[int] = mapped_column(default=1)


class SupplierItem(Base):
    """An article of a supplier. Quantities are in the item's own unit, millionths; rank 1 is preferred."""

    __tablename__ = "supplier_item"
    __table_args__ = (
        UniqueConstraint("supplier_id", "item_id", "supplier_sku"),
        Index("ix_supplier_item_item", "item_id", "rank"),
    )

    supplier_item_id: Mapped[Key]
    supplier_id: Mapped[int] = mapped_column(reference("supplier.supplier_id"))
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    supplier_sku: Mapped[Words]
    purchase_unit: Mapped[Words]
    units_per_purchase_unit: Mapped[Micro] = mapped_column(default=1_000_000)
    minimum_quantity: Mapped[Micro | None]
    order_multiple: Mapped[Micro | None]
    maximum_quantity: Mapped[Micro | None]
    lead_time_days: Mapped[int | None]
    manufacturer: Mapped[Words]
    manufacturer_part: Mapped[Words]
    rank: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)


class PriceBreak(Base):
    """The price of one item unit from a quantity on; empty is unknown, not 0."""

    __tablename__ = "price_break"
    __table_args__ = (UniqueConstraint("supplier_item_id", "from_quantity"),)

    price_break_id: Mapped[Key]
    supplier_item_id: Mapped[int] = mapped_column(reference("supplier_item.supplier_item_id", owned=True))
    from_quantity: Mapped[Micro] = mapped_column(default=0)
    price: Mapped[Micro | None]
