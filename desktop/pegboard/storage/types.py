"""How exact values lie in the file.

Quantities, unit prices and percentages are whole millionths, amounts are whole minor units: SQLite would keep decimals
as binary floats without a word. Days are ISO text, instants are ISO text in UTC, booleans are 0 and 1.
"""

import datetime
from typing import Annotated

from sqlalchemy import BigInteger, Date, DateTime, Dialect, ForeignKey, Integer, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, mapped_column


class Base(DeclarativeBase):
    """Root of all tables of a workshop."""


class UtcInstant(TypeDecorator[datetime.datetime]):
    """An aware instant; kept without its zone, in UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        """Turn an aware instant into UTC without zone (SQLAlchemy hook)."""
        if value is None or value.tzinfo is None:
            return value
        return value.astimezone(datetime.UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        """Give the instant its zone back (SQLAlchemy hook)."""
        return None if value is None else value.replace(tzinfo=datetime.UTC)


# INTEGER PRIMARY KEY is the row id itself on SQLite; BIGINT would cost a second index.
Key = Annotated[int, mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)]
Micro = Annotated[int, mapped_column(BigInteger)]
Minor = Annotated[int, mapped_column(BigInteger)]
Words = Annotated[str, mapped_column(Text, default="", server_default="")]
Code = Annotated[str, mapped_column(Text)]
Day = Annotated[datetime.date, mapped_column(Date)]
Instant = Annotated[datetime.datetime, mapped_column(UtcInstant)]


def reference(target: str, *, owned: bool = False) -> ForeignKey:
    """A foreign key to `target` ("table.column"); an owned row goes when its owner goes."""
    return ForeignKey(target, ondelete="CASCADE" if owned else "RESTRICT")
