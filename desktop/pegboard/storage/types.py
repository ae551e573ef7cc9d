"""How exact values lie in a workshop.

Quantities, unit prices and percentages are whole millionths, amounts are whole minor units: SQLite would keep decimals
as binary floats without a word. Days are ISO text, instants are ISO text in UTC, booleans are 0 and 1. They lie like
that on PostgreSQL too, whole numbers in 64 bits and text sorted by its code points, so that one statement means the
same on both.
"""

import datetime
from typing import Annotated, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeEngine

from pegboard.storage.dialects import SERVER

_SERVER_TEXT = Text(collation="C")


class IsoDay(TypeDecorator[datetime.date]):
    """A day as ISO text, where the database would keep it otherwise."""

    impl = _SERVER_TEXT
    cache_ok = True

    def process_bind_param(self, value: datetime.date | str | None, dialect: Dialect) -> str | None:
        """Turn a day into its text (SQLAlchemy hook)."""
        return value.isoformat() if isinstance(value, datetime.date) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime.date | None:
        """Turn the text into a day (SQLAlchemy hook)."""
        return None if value is None else datetime.date.fromisoformat(value)


class ZeroOrOne(TypeDecorator[bool]):
    """A boolean as 0 or 1, where the database would keep it otherwise."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: bool | int | None, dialect: Dialect) -> int | None:
        """Turn a boolean into 0 or 1 (SQLAlchemy hook)."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        """Turn 0 or 1 into a boolean (SQLAlchemy hook)."""
        return None if value is None else bool(value)


class UtcInstant(TypeDecorator[datetime.datetime]):
    """An aware instant; kept without its zone, in UTC."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime.datetime]:
        """Say what the database keeps (SQLAlchemy hook)."""
        if dialect.name == SERVER:
            return cast(TypeEngine[datetime.datetime], _SERVER_TEXT)
        return dialect.type_descriptor(DateTime())

    def process_bind_param(
        self, value: datetime.datetime | str | None, dialect: Dialect
    ) -> datetime.datetime | str | None:
        """Turn an aware instant into UTC without zone (SQLAlchemy hook)."""
        if not isinstance(value, datetime.datetime):
            return value
        bare = value.astimezone(datetime.UTC).replace(tzinfo=None) if value.tzinfo is not None else value
        return bare.isoformat(" ", "microseconds") if dialect.name == SERVER else bare

    def process_result_value(self, value: datetime.datetime | str | None, dialect: Dialect) -> datetime.datetime | None:
        """Give the instant its zone back (SQLAlchemy hook)."""
        if value is None:
            return None
        bare = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
        return bare.replace(tzinfo=datetime.UTC)


WHOLE = Integer().with_variant(BigInteger(), SERVER)
TEXT = Text().with_variant(_SERVER_TEXT, SERVER)
NAME = String().with_variant(_SERVER_TEXT, SERVER)
DAY = Date().with_variant(IsoDay(), SERVER)
FLAG = Boolean().with_variant(ZeroOrOne(), SERVER)
KEY = BigInteger().with_variant(Integer(), "sqlite")  # BIGINT would cost SQLite a second index: not its own row id


class Base(DeclarativeBase):
    """Root of all tables of a workshop."""

    type_annotation_map = {int: WHOLE, str: NAME, bool: FLAG}  # noqa: RUF012  SQLAlchemy's own name and form


Key = Annotated[int, mapped_column(KEY, primary_key=True)]
Micro = Annotated[int, mapped_column(BigInteger)]
Minor = Annotated[int, mapped_column(BigInteger)]
Words = Annotated[str, mapped_column(TEXT, default="", server_default="")]
Code = Annotated[str, mapped_column(TEXT)]
Day = Annotated[datetime.date, mapped_column(DAY)]
Instant = Annotated[datetime.datetime, mapped_column(UtcInstant)]


def reference(target: str, *, owned: bool = False) -> ForeignKey:
    """A foreign key to `target` ("table.column"); an owned row goes when its owner goes."""
    return ForeignKey(target, ondelete="CASCADE" if owned else "RESTRICT")
