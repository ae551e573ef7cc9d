"""Bills of material, work centers and routings."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pegboard.storage.types import Base, Code, Day, Key, Micro, Words, reference


class Bom(Base):
    """One revision of an item's bill of material; `output_quantity` units come out of one set of its lines."""

    __tablename__ = "bom"
    __table_args__ = (UniqueConstraint("item_id", "revision"),)

    bom_id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    revision: Mapped[Words]
    output_quantity: Mapped[Micro] = mapped_column(default=1_000_000)
    valid_from: Mapped[Day | None]
    valid_to: Mapped[Day | None]


class BomLine(Base):
    """A component of a BOM.

    `quantity` per unit or per batch of the parent (millionths), or `pieces_per_stock` (millionths): so many parents'
    pieces are cut from one whole unit. `scrap_percent` in millionths of a percent. A line with an option is used only
    where the order line chose it.
    """

    __tablename__ = "bom_line"
    __table_args__ = (
        UniqueConstraint("bom_id", "line"),
        CheckConstraint("(quantity IS NULL) <> (pieces_per_stock IS NULL)", name="bom_line_quantity"),
        Index("ix_bom_line_component", "component_id"),
    )

    bom_line_id: Mapped[Key]
    bom_id: Mapped[int] = mapped_column(reference("bom.bom_id", owned=True))
    line: Mapped[int]
    component_id: Mapped[int] = mapped_column(reference("item.item_id"))
    quantity: Mapped[Micro | None]
    pieces_per_stock: Mapped[Micro | None]
    per_batch: Mapped[bool] = mapped_column(default=False)
    scrap_percent: Mapped[Micro] = mapped_column(default=0)
    setup_quantity: Mapped[Micro] = mapped_column(default=0)
    rounding_multiple: Mapped[Micro | None]
    operation: Mapped[int | None]
    position: Mapped[Words]
    option_group: Mapped[Words]
    option_choice: Mapped[Words]
    valid_from: Mapped[Day | None]
    valid_to: Mapped[Day | None]


class BomAlternate(Base):
    """An item that may stand in for a line's component, best (lowest rank) first."""

    __tablename__ = "bom_alternate"
    __table_args__ = (UniqueConstraint("bom_line_id", "item_id"), Index("ix_bom_alternate_item", "item_id"))

    bom_alternate_id: Mapped[Key]
    bom_line_id: Mapped[int] = mapped_column(reference("bom_line.bom_line_id", owned=True))
    rank: Mapped[int]
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))


class WorkCenter(Base):
    """A place where operations are done. Hours, rate (for an hour) and queue days in millionths.

    New routings no longer name one that is retired.
    """

    __tablename__ = "work_center"

    work_center_id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    description: Mapped[Words]
    hours_per_day: Mapped[Micro] = mapped_column(default=8_000_000)
    machines: Mapped[int] = mapped_column(default=1)
    hourly_rate: Mapped[Micro | None]
    queue_days: Mapped[Micro] = mapped_column(default=0)
    wip_cap: Mapped[int | None]
    retired_on: Mapped[Day | None]


class RoutingOperation(Base):
    """One step in making an item, for one BOM revision; done at a work center or by a supplier.

    `setup_minutes` for a job, `run_minutes` for each unit (millionths); `price` for each unit when subcontracted.
    A step with an option is done only where the order line chose it.
    """

    __tablename__ = "routing_operation"
    __table_args__ = (UniqueConstraint("item_id", "revision", "sequence"),)

    routing_operation_id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    revision: Mapped[Words]
    sequence: Mapped[int]
    work_center_id: Mapped[int | None] = mapped_column(reference("work_center.work_center_id"))
    supplier_id: Mapped[int | None] = mapped_column(reference("supplier.supplier_id"))
    description: Mapped[Words]
    instructions: Mapped[Words]
    setup_minutes: Mapped[Micro] = mapped_column(default=0)
    run_minutes: Mapped[Micro] = mapped_column(default=0)
    lead_time_days: Mapped[int | None]
    price: Mapped[Micro | None]
    option_group: Mapped[Words]
    option_choice: Mapped[Words]
