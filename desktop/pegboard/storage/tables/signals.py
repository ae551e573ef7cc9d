"""Where demand other than orders comes from: kanban loops and cards, replenishment levels, sales, inferences."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pegboard.storage.types import Base, Code, Day, Instant, Key, Micro, Minor, Words, reference


class KanbanLoop(Base):
    """Cards that carry one item from its supplier (or the shop itself, without supplier) to where it is used.

    `cards` empty: the number follows the formula.
    """

    __tablename__ = "kanban_loop"
    __table_args__ = (UniqueConstraint("item_id", "supplier_id", "location_id"),)

    kanban_loop_id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    supplier_id: Mapped[int | None] = mapped_column(reference("supplier.supplier_id"))
    location_id: Mapped[int] = mapped_column(reference("location.location_id"))
    container_quantity: Mapped[Micro]
    cards: Mapped[int | None]


class KanbanCard(Base):
    """One container's card; `number` counts the item's cards over all its loops.

    `state`: full, empty, ordered, in_transit, retired; `state_at` since when. An extra card goes round once.
    `retired_because`: why it is out of the shop, such as "lost".
    """

    __tablename__ = "kanban_card"
    __table_args__ = (
        CheckConstraint("state IN ('full', 'empty', 'ordered', 'in_transit', 'retired')", name="card_state"),
    )

    kanban_card_id: Mapped[Key]
    kanban_loop_id: Mapped[int] = mapped_column(reference("kanban_loop.kanban_loop_id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default="full")
    state_at: Mapped[Instant | None]
    is_extra: Mapped[bool] = mapped_column(default=False)
    retired_because: Mapped[Words]


class CardCycle(Base):
    """One round of a card: when it was emptied and when its container was full again; the loop's lead time is measured
    by it."""

    __tablename__ = "card_cycle"
    __table_args__ = (Index("ix_card_cycle_card", "kanban_card_id"),)

    card_cycle_id: Mapped[Key]
    kanban_card_id: Mapped[int] = mapped_column(reference("kanban_card.kanban_card_id"))
    emptied_at: Mapped[Instant]
    filled_at: Mapped[Instant]


class Replenishment(Base):
    """The order-up-to level of an item at a location. `unsignalled_sold` was sold since the last signal, `raised` is
    what the level was raised by since then; `signalled_on` is the day of that signal."""

    __tablename__ = "replenishment"
    __table_args__ = (UniqueConstraint("item_id", "location_id"),)

    replenishment_id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    location_id: Mapped[int] = mapped_column(reference("location.location_id"))
    order_up_to: Mapped[Micro]
    unsignalled_sold: Mapped[Micro] = mapped_column(default=0)
    raised: Mapped[Micro] = mapped_column(default=0)
    signalled_on: Mapped[Day | None]


class PosSale(Base):
    """One sale (or return: negative) at a till; ids grow in entry order."""

    __tablename__ = "pos_sale"
    __table_args__ = (
        UniqueConstraint("reference", "line"),
        Index("ix_pos_sale_shelf", "item_id", "location_id", "signalled"),
    )

    pos_sale_id: Mapped[Key]
    sale: Mapped[Code] = mapped_column("reference")
    line: Mapped[int]
    sold_at: Mapped[Instant]
    location_id: Mapped[int] = mapped_column(reference("location.location_id"))
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    quantity: Mapped[Micro]
    unit_price: Mapped[Micro | None]
    signalled: Mapped[bool] = mapped_column(default=False)


class Inference(Base):
    """A predicted need with its evidence; it pulls only once a person accepts it, and until it expires.

    `state`: accepted (it pulls), declined, taken (a real order took all of it over), expired, withdrawn by a person.
    `committed_amount` is the cash that accepting it ties up, in minor units of the shop's currency; `taken_quantity`
    of `quantity` belongs to real orders by now. A suggestion that nobody has decided on is not in the file.
    """

    __tablename__ = "inference"
    __table_args__ = (
        CheckConstraint(
            "state IN ('accepted', 'declined', 'taken', 'expired', 'withdrawn')",
            name="inference_state",
        ),
        Index("ix_inference_state", "state"),
    )

    inference_id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True)
    customer_id: Mapped[int | None] = mapped_column(reference("customer.customer_id"))
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    quantity: Mapped[Micro]
    probability: Mapped[Micro]
    evidence: Mapped[Words]
    need_date: Mapped[Day]
    expires_on: Mapped[Day]
    long_lead_only: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="accepted")
    committed_amount: Mapped[Minor] = mapped_column(default=0)
    taken_quantity: Mapped[Micro] = mapped_column(default=0)
    accepted_at: Mapped[Instant | None]
    accepted_by: Mapped[Words]
    ended_at: Mapped[Instant | None]
    ended_by: Mapped[Words]


class SkuAlias(Base):
    """A foreign code, of a till, a shop or a customer, that stands for one of our items; without an item it is known
    and passed over."""

    __tablename__ = "sku_alias"
    __table_args__ = (UniqueConstraint("origin", "sku"),)

    sku_alias_id: Mapped[Key]
    origin: Mapped[Words]
    sku: Mapped[Code]
    item_id: Mapped[int | None] = mapped_column(reference("item.item_id"))
