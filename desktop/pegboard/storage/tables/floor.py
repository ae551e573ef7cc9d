"""What the floor reports of jobs, and stock counts."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pegboard.storage.types import Base, Code, Instant, Key, Micro, Words, reference


class FloorReport(Base):
    """One thing that somebody on the floor said of a job: work begun or ended, pieces, scrap and why, a problem.

    `kind`: start, stop, finish, scrap, complete, issue, short, substitute, rework, send_out, problem. `operation` is
    the sequence, none for the job as a whole; `item_id` the component that it is about. `rows_before` and `rows_after`
    hold what it changed, as JSON, so that it can be taken back while nothing else has happened; `undone_at` says that
    it was. A problem stands until `settled_at`.
    """

    __tablename__ = "floor_report"
    __table_args__ = (
        Index("ix_floor_report_work_order", "work_order_id"),
        # Open problems are few among all that was ever reported.
        Index(
            "ix_floor_report_problem",
            "kind",
            sqlite_where=text("kind = 'problem' AND settled_at IS NULL"),
            postgresql_where=text("kind = 'problem' AND settled_at IS NULL"),
        ),
    )

    floor_report_id: Mapped[Key]
    at: Mapped[Instant]
    kind: Mapped[str]
    person: Mapped[Words]
    work_order_id: Mapped[int | None] = mapped_column(reference("work_order.work_order_id"))
    operation: Mapped[int | None]
    item_id: Mapped[int | None] = mapped_column(reference("item.item_id"))
    good_quantity: Mapped[Micro] = mapped_column(default=0)
    scrap_quantity: Mapped[Micro] = mapped_column(default=0)
    reason: Mapped[Words]
    rows_before: Mapped[Words]
    rows_after: Mapped[Words]
    undone_at: Mapped[Instant | None]
    settled_at: Mapped[Instant | None]
    settled_by: Mapped[Words]


class StockCount(Base):
    """A stock count: its lines are counted blind, looked through, and booked in one go.

    `state`: open, done, cancelled.
    """

    __tablename__ = "stock_count"
    __table_args__ = (CheckConstraint("state IN ('open', 'done', 'cancelled')", name="stock_count_state"),)

    stock_count_id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="open")
    made_at: Mapped[Instant]
    made_by: Mapped[Words]
    ended_at: Mapped[Instant | None]
    ended_by: Mapped[Words]
    note: Mapped[Words]


class StockCountLine(Base):
    """One place of a count: what lies there of an item under one lot.

    `counted_quantity` is what somebody found, `booked_quantity` what the books said at that moment; both are unknown
    before.
    """

    __tablename__ = "stock_count_line"
    __table_args__ = (UniqueConstraint("stock_count_id", "item_id", "location_id", "lot"),)

    stock_count_line_id: Mapped[Key]
    stock_count_id: Mapped[int] = mapped_column(reference("stock_count.stock_count_id", owned=True))
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    location_id: Mapped[int] = mapped_column(reference("location.location_id"))
    lot: Mapped[Words]
    booked_quantity: Mapped[Micro | None]
    counted_quantity: Mapped[Micro | None]
    counted_at: Mapped[Instant | None]
    counted_by: Mapped[Words]
