"""The first tables of a workshop."""

REVISION = "0001"


def upgrade() -> None:
    """Every file begins with these tables."""
