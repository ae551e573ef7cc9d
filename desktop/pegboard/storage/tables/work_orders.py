"""Work orders and their operations."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pegboard.storage.types import Base, Code, Day, Instant, Key, Micro, Words, reference


class WorkOrder(Base):
    """A job that makes one item.

    `quantity` is the good quantity it is to deliver, `start_quantity` what it starts with, `completed_quantity` what is
    in stock already, `scrapped_quantity` what was lost. Open = quantity - completed. What no peg claims of the open
    quantity is surplus, and `surplus_reason` says why. `pulled_quantity` is what demand pulled of it when it was
    written. `choices` are the option choices that matter below, `GROUP=CHOICE;...`. `quantity_set_by` names the person
    who overrode the system's quantity. With `components_issued` it pulls no components.
    """

    __tablename__ = "work_order"
    __table_args__ = (
        CheckConstraint(
            "state IN ('planned', 'released', 'in_progress', 'done', 'closed', 'cancelled')",
            name="work_order_state",
        ),
        # What has surplus is few: netting finds it without looking at all that is open.
        Index(
            "ix_work_order_surplus",
            "item_id",
            sqlite_where=text("surplus_reason <> ''"),
            postgresql_where=text("surplus_reason <> ''"),
        ),
        Index("ix_work_order_item", "item_id"),
        Index("ix_work_order_state", "state", "due_date"),
        Index("ix_work_order_start", "state", "start_date"),
    )

    work_order_id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True)
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    bom_id: Mapped[int | None] = mapped_column(reference("bom.bom_id"))
    revision: Mapped[Words]
    choices: Mapped[Words]
    quantity: Mapped[Micro]
    start_quantity: Mapped[Micro]
    completed_quantity: Mapped[Micro] = mapped_column(default=0)
    scrapped_quantity: Mapped[Micro] = mapped_column(default=0)
    start_date: Mapped[Day]
    due_date: Mapped[Day]
    state: Mapped[str] = mapped_column(default="planned")
    surplus_reason: Mapped[Words]
    pulled_quantity: Mapped[Micro] = mapped_column(default=0, server_default="0")
    quantity_set_by: Mapped[Words]
    components_issued: Mapped[bool] = mapped_column(default=False)
    released_at: Mapped[Instant | None]
    note: Mapped[Words]
    row_version: Mapped[int] = mapped_column(default=1)


class WorkOrderOperation(Base):
    """A job's own copy of a routing step, made when the job is released. `state`: waiting, started, finished.

    A step that was added to mend pieces says why in `rework_reason`.
    """

    __tablename__ = "work_order_operation"
    __table_args__ = (
        UniqueConstraint("work_order_id", "sequence"),
        Index("ix_work_order_operation_center", "work_center_id", "state"),
    )

    work_order_operation_id: Mapped[Key]
    work_order_id: Mapped[int] = mapped_column(reference("work_order.work_order_id"))
    sequence: Mapped[int]
    work_center_id: Mapped[int | None] = mapped_column(reference("work_center.work_center_id"))
    supplier_id: Mapped[int | None] = mapped_column(reference("supplier.supplier_id"))
    description: Mapped[Words]
    instructions: Mapped[Words]
    setup_minutes: Mapped[Micro] = mapped_column(default=0)
    run_minutes: Mapped[Micro] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="waiting")
    good_quantity: Mapped[Micro] = mapped_column(default=0)
    scrap_quantity: Mapped[Micro] = mapped_column(default=0)
    started_at: Mapped[Instant | None]
    finished_at: Mapped[Instant | None]
    rework_reason: Mapped[Words]


class TimeEntry(Base):
    """Time that a person spent on an operation; `cost` (millionths of the currency) is fixed when it ends.

    `overhead` is the part of `cost` that carries the shop's other expenses; both come of the rates of an hour that
    held then, which are kept with them.
    `note` says why it is not as the clock says, such as a stop that was forgotten.
    """

    __tablename__ = "time_entry"
    __table_args__ = (
        Index("ix_time_entry_operation", "work_order_operation_id"),
        # Who is at work now: a handful of all the times ever.
        Index(
            "ix_time_entry_running",
            "person",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    time_entry_id: Mapped[Key]
    work_order_operation_id: Mapped[int] = mapped_column(reference("work_order_operation.work_order_operation_id"))
    person: Mapped[Words]
    started_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    cost: Mapped[Micro | None]
    overhead: Mapped[Micro | None]
    hourly_rate: Mapped[Micro | None]
    overhead_rate: Mapped[Micro | None]
    note: Mapped[Words]
