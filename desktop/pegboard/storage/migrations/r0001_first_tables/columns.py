"""The columns of the first tables, as a revision must keep them: today's tables may change, these never do."""

import datetime

import sqlalchemy as sa
from alembic import op


def key(name: str) -> sa.Column[int]:
    """The primary key, which on SQLite is the row's own number."""
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True)


def micro(name: str, *, null: bool = False, server_default: str | None = None) -> sa.Column[int]:
    """A whole number of millionths."""
    return sa.Column(name, sa.BigInteger(), server_default=server_default, nullable=null)


def whole(name: str, *, null: bool = False) -> sa.Column[int]:
    """A whole number."""
    return sa.Column(name, sa.Integer(), nullable=null)


def text(name: str, *, null: bool = False) -> sa.Column[str]:
    """Text of any length."""
    return sa.Column(name, sa.Text(), nullable=null)


def words(name: str) -> sa.Column[str]:
    """Text that is empty where nothing is said."""
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def name(name: str, *, null: bool = False, primary: bool = False) -> sa.Column[str]:
    """One word of a fixed set, or a name."""
    return sa.Column(name, sa.String(), nullable=null, primary_key=primary)


def flag(name: str) -> sa.Column[bool]:
    """Yes or no."""
    return sa.Column(name, sa.Boolean(), nullable=False)


def day(name: str, *, null: bool = False, primary: bool = False) -> sa.Column[datetime.date]:
    """A day."""
    return sa.Column(name, sa.Date(), nullable=null, primary_key=primary)


def instant(name: str, *, null: bool = False) -> sa.Column[datetime.datetime]:
    """An instant in UTC."""
    return sa.Column(name, sa.DateTime(), nullable=null)


def blob(name: str, *, null: bool = False) -> sa.Column[bytes]:
    """Bytes of a file."""
    return sa.Column(name, sa.LargeBinary(), nullable=null)


def refer(name: str, target: str, *, null: bool = False, owned: bool = False) -> sa.Column[int]:
    """A reference; an owned row goes when its owner goes."""
    reference = sa.ForeignKey(target, ondelete="CASCADE" if owned else "RESTRICT")
    return sa.Column(name, sa.Integer(), reference, nullable=null)


def refer_by_name(name: str, target: str) -> sa.Column[str]:
    """A reference to a record that is found by a text."""
    return sa.Column(name, sa.String(), sa.ForeignKey(target, ondelete="RESTRICT"), nullable=False)


def unique(*columns: str) -> sa.UniqueConstraint:
    """Columns that together are unique."""
    return sa.UniqueConstraint(*columns)


def check(condition: str, name: str) -> sa.CheckConstraint:
    """A condition that every row meets."""
    return sa.CheckConstraint(condition, name=name)


def index(name: str, table: str, *columns: str, unique: bool = False, where: str = "") -> None:
    """Make an index, of the rows that meet `where`."""
    condition = sa.text(where) if where else None
    op.create_index(name, table, list(columns), unique=unique, sqlite_where=condition, postgresql_where=condition)
