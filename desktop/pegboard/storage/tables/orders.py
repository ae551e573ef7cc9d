"""Customer orders, their lines and drafts."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pegboard.storage.types import Base, Code, Day, Instant, Key, Micro, Words, reference


class CustomerOrder(Base):
    """What belongs to a whole order; ids grow in entry order. Freight in millionths of the currency.

    `note` is for the customer to read: it is printed on the acknowledgement.
    """

    __tablename__ = "customer_order"
    __table_args__ = (Index("ix_customer_order_customer", "customer_id"),)

    order_id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(reference("customer.customer_id"))
    order_date: Mapped[Day]
    customer_reference: Mapped[Words]
    ship_to: Mapped[Words]
    freight: Mapped[Micro | None]
    deposit_percent: Mapped[Micro | None]
    deposit_paid_on: Mapped[Day | None]
    note: Mapped[Words]
    revision: Mapped[int] = mapped_column(default=0)
    row_version: Mapped[int] = mapped_column(default=1)


class OrderLine(Base):
    """One line of an order; ids grow in entry order.

    `shipped_quantity` of `quantity` has left the house. `promise_date` is the date after the last explosion's forward
    pass, `first_promise_date` the first one that was ever told.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "line"),
        CheckConstraint("status IN ('quote', 'confirmed', 'shipped', 'closed', 'cancelled')", name="order_line_status"),
        Index("ix_order_line_item", "item_id"),
        Index("ix_order_line_status", "status", "due_date"),
    )

    order_line_id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(reference("customer_order.order_id"))
    line: Mapped[int]
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    quantity: Mapped[Micro]
    shipped_quantity: Mapped[Micro] = mapped_column(default=0)
    due_date: Mapped[Day | None]
    unit_price: Mapped[Micro | None]
    tax_percent: Mapped[Micro | None]
    description: Mapped[Words]
    status: Mapped[str] = mapped_column(default="confirmed")
    hold: Mapped[bool] = mapped_column(default=False)
    shipped_on: Mapped[Day | None]
    invoiced_on: Mapped[Day | None]
    paid_on: Mapped[Day | None]
    promise_date: Mapped[Day | None]
    first_promise_date: Mapped[Day | None]


class OrderLineOption(Base):
    """A choice made on an order line: group and choice as codes, or the number chosen, in the order they were given."""

    __tablename__ = "order_line_option"
    __table_args__ = (UniqueConstraint("order_line_id", "option_group", "option_choice"),)

    order_line_option_id: Mapped[Key]
    order_line_id: Mapped[int] = mapped_column(reference("order_line.order_line_id", owned=True))
    option_group: Mapped[str]
    option_choice: Mapped[str]


class OrderDraft(Base):
    """An order that is still being typed: its cells as JSON, kept at each committed cell so that a crash loses none."""

    __tablename__ = "order_draft"

    order_draft_id: Mapped[Key]
    cells: Mapped[str]
    changed_at: Mapped[Instant]
    changed_by: Mapped[Words]


class OrderRevision(Base):
    """What an order was before a change: the old rows as JSON, for the history under one number."""

    __tablename__ = "order_revision"
    __table_args__ = (UniqueConstraint("order_id", "revision"),)

    order_revision_id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(reference("customer_order.order_id"))
    revision: Mapped[int]
    changed_at: Mapped[Instant]
    changed_by: Mapped[Words]
    before: Mapped[str]
    after: Mapped[str]
