"""Items and their options."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pegboard.storage.types import Base, Code, Key, Micro, Words, reference


class Item(Base):
    """Something that is made, bought, or a phantom that only groups components.

    Quantities are in the item's own unit, millionths; costs and prices for one unit, millionths of the shop's currency.
    `batching` empty is decided in each explosion; `low_level_code` is 0 for items that no BOM uses.
    """

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("source IN ('make', 'buy', 'phantom')", name="item_source"),
        CheckConstraint("tracking IN ('none', 'lot', 'serial')", name="item_tracking"),
        Index("ix_item_code", "code", unique=True),
    )

    item_id: Mapped[Key]
    code: Mapped[Code]
    description: Mapped[Words]
    source: Mapped[str]
    unit: Mapped[str] = mapped_column(default="ea")
    whole_units: Mapped[bool] = mapped_column(default=True)
    lead_time_days: Mapped[int | None]
    standard_cost: Mapped[Micro | None]
    list_price: Mapped[Micro | None]
    tracking: Mapped[str] = mapped_column(default="none")
    batching: Mapped[Words]
    loss_percent: Mapped[Micro] = mapped_column(default=0)
    minimum_quantity: Mapped[Micro | None]
    order_multiple: Mapped[Micro | None]
    revision: Mapped[Words]
    drawing: Mapped[Words]
    active: Mapped[bool] = mapped_column(default=True)
    low_level_code: Mapped[int] = mapped_column(default=0)
    backflush: Mapped[bool] = mapped_column(default=False)
    over_receipt_percent: Mapped[Micro | None]
    row_version: Mapped[int] = mapped_column(default=1)


class OptionGroup(Base):
    """A choice that an order line makes for a configurable item, such as its colour.

    What may be chosen its choices say: one of them; several, where one is called `*`; or any number within a range,
    where one is called as in `0.5..3/0.1` (`pegboard.domain.configuration`).
    """

    __tablename__ = "option_group"
    __table_args__ = (UniqueConstraint("item_id", "code"),)

    option_group_id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    code: Mapped[Code]
    required: Mapped[bool] = mapped_column(default=True)


class OptionChoice(Base):
    """One choice within a group; `price_extra` in millionths for each unit of the item, of a range for each 1 of it."""

    __tablename__ = "option_choice"
    __table_args__ = (UniqueConstraint("option_group_id", "code"),)

    option_choice_id: Mapped[Key]
    option_group_id: Mapped[int] = mapped_column(reference("option_group.option_group_id", owned=True))
    code: Mapped[Code]
    description: Mapped[Words]
    price_extra: Mapped[Micro] = mapped_column(default=0)
    is_default: Mapped[bool] = mapped_column(default=False)


class OptionRule(Base):
    """What one choice of an item forbids or asks for: `excludes` or `requires` the other one.

    A choice is a code, `*` for any of its group, or a range such as `2..3` of a number. `reason` is told with it.
    """

    __tablename__ = "option_rule"
    __table_args__ = (
        CheckConstraint("kind IN ('excludes', 'requires')", name="option_rule_kind"),
        UniqueConstraint("item_id", "kind", "option_group", "option_choice", "other_group", "other_choice"),
    )

    option_rule_id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(reference("item.item_id"))
    kind: Mapped[str]
    option_group: Mapped[Code]
    option_choice: Mapped[Code]
    other_group: Mapped[Code]
    other_choice: Mapped[Code]
    reason: Mapped[Words]
