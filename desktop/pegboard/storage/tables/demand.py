"""Demand, the requirements it makes, and the pegs that cover them."""

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from pegboard.storage.types import Base, Day, Instant, Key, Micro, Words, reference


def _partial_index(table: str, column: str, *with_it: str) -> Index:
    """Index the rows in which a column is given; `with_it` are columns that are read along with it."""
    given, name = text(f"{column} IS NOT NULL"), f"ix_{table}_{column.removesuffix('_id')}"
    return Index(name, column, *with_it, sqlite_where=given, postgresql_where=given)


class Demand(Base):
    """An independent demand: the only thing that may pull. Made by `services.demand.raise_demand` alone.

    `kind` is order, kanban, pos or inferred and says which origin column is filled. `name` is how people and JSON call
    it: ORDER/LINE, KANBAN:ITEM:CARD, POS:LOCATION:ITEM, INFERRED:NUMBER. `state`: open, done (delivered),
    cancelled, expired.
    An order line without due date has no `need_date`: as soon as possible.
    """

    __tablename__ = "demand"
    __table_args__ = (
        CheckConstraint("kind IN ('order', 'kanban', 'pos', 'inferred')", name="demand_kind"),
        CheckConstraint("state IN ('open', 'done', 'cancelled', 'expired')", name="demand_state"),
        Index("ix_demand_order_line", "order_line_id", "state"),
        Index("ix_demand_state", "state", "kind"),
        Index("ix_demand_name", "name"),
        _partial_index("demand", "kanban_card_id"),
    )

    demand_id: Mapped[Key]
    kind: Mapped[str]
    name: Mapped[str]
    order_line_id: Mapped[int | None] = mapped_column(reference("order_line.order_line_id"))
    kanban_card_id: Mapped[int | None] = mapped_column(reference("kanban_card.kanban_card_id"))
    replenishment_id: Mapped[int | None] = mapped_column(reference("replenishment.replenishment_id"))
    inference_id: Mapped[int | None] = mapped_column(reference("inference.inference_id"))
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    location_id: Mapped[int | None] = mapped_column(reference("location.location_id"))
    quantity: Mapped[Micro]
    need_date: Mapped[Day | None]
    state: Mapped[str] = mapped_column(default="open")
    raised_at: Mapped[Instant]
    raised_by: Mapped[Words]


class Requirement(Base):
    """A quantity of one item that must be there on a day; a pick line where it belongs to a work order.

    It hangs on an independent demand (`demand_id`) or on a work order (`work_order_id`), never on both.
    `issued_quantity`
    has been handed out already; what of the rest no peg covers is short. `alternate_for_id` names the component that
    this item stands in for.
    """

    __tablename__ = "requirement"
    __table_args__ = (
        CheckConstraint("(demand_id IS NULL) <> (work_order_id IS NULL)", name="requirement_parent"),
        CheckConstraint("quantity >= 0 AND issued_quantity >= 0", name="requirement_quantity"),
        _partial_index("requirement", "demand_id"),
        _partial_index("requirement", "work_order_id", "quantity", "issued_quantity"),
        Index("ix_requirement_item", "item_id"),
    )

    requirement_id: Mapped[Key]
    demand_id: Mapped[int | None] = mapped_column(reference("demand.demand_id"))
    work_order_id: Mapped[int | None] = mapped_column(reference("work_order.work_order_id"))
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    quantity: Mapped[Micro]
    issued_quantity: Mapped[Micro] = mapped_column(default=0, server_default="0")
    need_date: Mapped[Day]
    operation: Mapped[int | None]
    position: Mapped[Words]
    alternate_for_id: Mapped[int | None] = mapped_column(reference("item.item_id"))


class Peg(Base):
    """So much of one supply belongs to one requirement: a stock lot, a work order or a purchase line.

    A peg is what is still to come or to be taken: issue, receipt and completion move or end it.
    """

    __tablename__ = "peg"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN stock_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN work_order_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN purchase_line_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="peg_supply",
        ),
        CheckConstraint("quantity > 0", name="peg_quantity"),
        # The walk from an order down to the leaves and what covers a requirement are read from it alone.
        Index("ix_peg_requirement", "requirement_id", "work_order_id", "stock_id", "quantity"),
        # Partial: a peg stands in one of the three, so two of three entries are never written.
        _partial_index("peg", "stock_id"),
        _partial_index("peg", "work_order_id"),
        _partial_index("peg", "purchase_line_id"),
    )

    peg_id: Mapped[Key]
    requirement_id: Mapped[int] = mapped_column(reference("requirement.requirement_id"))
    stock_id: Mapped[int | None] = mapped_column(reference("stock.stock_id"))
    work_order_id: Mapped[int | None] = mapped_column(reference("work_order.work_order_id"))
    purchase_line_id: Mapped[int | None] = mapped_column(reference("purchase_line.purchase_line_id"))
    quantity: Mapped[Micro]
