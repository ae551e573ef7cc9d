"""The workshop itself: settings, calendar, people, number series, audit trail, prints, decisions."""

from sqlalchemy import CheckConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from pegboard.storage.types import Base, Code, Day, Instant, Key, Micro, Words, reference


class Setting(Base):
    """A setting that was set; what was never set has its default in `pegboard.settings`."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Words]


class CalendarDay(Base):
    """A day that differs from Monday to Friday working."""

    __tablename__ = "calendar_day"

    day: Mapped[Day] = mapped_column(primary_key=True)
    working: Mapped[bool]
    note: Mapped[Words]


class NumberSeries(Base):
    """The next free number of a document series such as WO: taken in the transaction that uses it, so without gaps.

    From `unbroken_from` on every number was taken here; below it stand imported ones, which may have gaps.
    """

    __tablename__ = "number_series"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    next_number: Mapped[int] = mapped_column(default=1)
    unbroken_from: Mapped[int] = mapped_column(default=1)


class Person(Base):
    """Who works here."""

    __tablename__ = "person"

    person_id: Mapped[Key]
    name: Mapped[Code] = mapped_column(unique=True)
    role: Mapped[str] = mapped_column(default="office")
    badge: Mapped[Words]
    secret_hash: Mapped[Words]
    active: Mapped[bool] = mapped_column(default=True)


class AuditEntry(Base):
    """One command that changed the workshop: who, when, which, what. Append only."""

    __tablename__ = "audit_entry"

    audit_entry_id: Mapped[Key]
    at: Mapped[Instant]
    actor: Mapped[Words]
    command: Mapped[str]
    changed: Mapped[Words]
    note: Mapped[Words]


class AuditChange(Base):
    """A record that a command changed: `before` and `after` as JSON of what differs. Append only.

    `place` is its table and `row_key` its key there; people know it by `number` and `line`. A deleted row is kept whole
    in `before` and has no `after`. Written by the triggers of `storage.tracing`, before the command's own line.
    """

    __tablename__ = "audit_change"
    __table_args__ = (
        Index("ix_audit_change_entry", "audit_entry_id"),
        Index("ix_audit_change_number", "number"),
    )

    audit_change_id: Mapped[Key]
    audit_entry_id: Mapped[int]
    place: Mapped[str]
    row_key: Mapped[Micro]
    number: Mapped[Words]
    line: Mapped[Words]
    before: Mapped[Words]
    after: Mapped[Words]


class AuditMark(Base):
    """The highest key of a table (`place`) after a command that added rows to it or took some away. Append only."""

    __tablename__ = "audit_mark"
    __table_args__ = (Index("ix_audit_mark_place", "place", "audit_entry_id"),)

    audit_mark_id: Mapped[Key]
    audit_entry_id: Mapped[int]
    place: Mapped[str]
    last_key: Mapped[Micro]


class Print(Base):
    """A paper that was printed: its id is in its footer and code, its PDF is kept.

    `content` is what it said, as JSON, to mark what the next print changes. Papers printed in one go share one PDF: it
    is kept by the first of them, which the others name in `pdf_print_id`.
    """

    __tablename__ = "print"
    __table_args__ = (Index("ix_print_document", "kind", "number"),)

    print_id: Mapped[Key]
    print_code: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[str]
    number: Mapped[str]
    content_hash: Mapped[str]
    copy: Mapped[int] = mapped_column(default=1)
    reissue: Mapped[int] = mapped_column(default=0)
    supersedes: Mapped[Words]
    pages: Mapped[int]
    printed_at: Mapped[Instant]
    printed_by: Mapped[Words]
    content: Mapped[Words]
    pdf_print_id: Mapped[int | None] = mapped_column(reference("print.print_id"))
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary)


class Decision(Base):
    """Something that only a person can decide, such as what becomes of a sent purchase line nobody needs now."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_open", "decided_at"),)

    decision_id: Mapped[Key]
    kind: Mapped[str]
    number: Mapped[str]
    item_id: Mapped[int | None] = mapped_column(reference("item.item_id"))
    quantity: Mapped[Micro]
    cause: Mapped[Words]
    raised_at: Mapped[Instant]
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[Words]
    outcome: Mapped[Words]


class StockBuild(Base):
    """The one exception to pull: a dated, signed decision to make or buy for stock, with its reason.

    It names the job or the purchase line that came of it.
    """

    __tablename__ = "stock_build"

    stock_build_id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    quantity: Mapped[Micro]
    reason: Mapped[Words]
    signed_by: Mapped[str]
    signed_on: Mapped[Day]
    work_order_id: Mapped[int | None] = mapped_column(reference("work_order.work_order_id"))
    purchase_line_id: Mapped[int | None] = mapped_column(reference("purchase_line.purchase_line_id"))


class StoredFile(Base):
    """The content of attached files, found by its SHA-256: what hangs on several records is kept once.

    It lies in the workshop and not in a folder beside it: one file holds the shop, so that a backup, a move to a server
    and a restore carry the drawings without a word, and no copy can be half of both. The price is that each backup
    holds them again; hence the limits of `domain.attachment`. A row of its own keeps the bytes out of what undo reads.
    """

    __tablename__ = "stored_file"

    content_hash: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Attachment(Base):
    """A file that belongs to a record, or to the company itself (its logo): of the record's columns one is set.

    `form` is what the content is (pdf, png, jpeg, other); `revision` the drawing's own; `prints` says whether it is
    printed with the traveler of a job.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint(
            "kind = 'company' AND item_id IS NULL AND bom_id IS NULL AND order_id IS NULL AND work_order_id IS NULL"
            " AND purchase_order_id IS NULL OR kind = 'item' AND item_id IS NOT NULL"
            " OR kind = 'bom' AND bom_id IS NOT NULL OR kind = 'order' AND order_id IS NOT NULL"
            " OR kind = 'work_order' AND work_order_id IS NOT NULL"
            " OR kind = 'purchase_order' AND purchase_order_id IS NOT NULL",
            name="attachment_owner",
        ),
        Index("ix_attachment_item", "item_id"),
        Index("ix_attachment_bom", "bom_id"),
        Index("ix_attachment_order", "order_id"),
        Index("ix_attachment_work_order", "work_order_id"),
        Index("ix_attachment_purchase_order", "purchase_order_id"),
        Index("ix_attachment_content", "content_hash"),
    )

    attachment_id: Mapped[Key]
    kind: Mapped[str]
    item_id: Mapped[int | None] = mapped_column(reference("item.item_id"))
    bom_id: Mapped[int | None] = mapped_column(reference("bom.bom_id"))
    order_id: Mapped[int | None] = mapped_column(reference("customer_order.order_id"))
    work_order_id: Mapped[int | None] = mapped_column(reference("work_order.work_order_id"))
    purchase_order_id: Mapped[int | None] = mapped_column(reference("purchase_order.purchase_order_id"))
    place: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    form: Mapped[str]
    revision: Mapped[Words]
    prints: Mapped[bool] = mapped_column(default=False)
    content_hash: Mapped[str] = mapped_column(reference("stored_file.content_hash"))
    added_at: Mapped[Instant]
    added_by: Mapped[Words]


class UndoStep(Base):
    """A named step of data entry that can be undone: the rows before and after as JSON."""

    __tablename__ = "undo_step"

    undo_step_id: Mapped[Key]
    name: Mapped[str]
    at: Mapped[Instant]
    actor: Mapped[Words]
    rows: Mapped[str]
    undone: Mapped[bool] = mapped_column(default=False)
