"""Customers."""

from sqlalchemy.orm import Mapped, mapped_column

from pegboard.storage.types import Base, Code, Day, Key, Micro, Words


class Customer(Base):
    """Who orders from the shop; percentages in millionths of one.

    `discount_percent` comes off an invoice that is paid in `discount_days`.

    A retired customer keeps its papers, but new orders no longer find it.
    """

    __tablename__ = "customer"

    customer_id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Words]
    contact: Mapped[Words]
    email: Mapped[Words]
    phone: Mapped[Words]
    billing_address: Mapped[Words]
    shipping_address: Mapped[Words]
    payment_terms_days: Mapped[int] = mapped_column(default=30)
    deposit_percent: Mapped[Micro] = mapped_column(default=0)
    discount_percent: Mapped[Micro | None]
    discount_days: Mapped[int | None]
    currency: Mapped[Words]
    retired_on: Mapped[Day | None]
    row_version: Mapped[int] = mapped_column(default=1)
