"""What the tables say of their columns, for the translation of statements."""

from functools import cache


def is_column(name: str) -> bool:
    """Whether any table has a column of this name."""
    return name.lower() in _columns()


@cache
def columns_never_null() -> frozenset[str]:
    """Names of columns that hold no NULL in any table."""
    return frozenset(_columns()) - frozenset(name for name, kinds in _columns().items() if "null" in kinds)


@cache
def columns_of_flags() -> frozenset[str]:
    """Names of columns that hold 0 and 1 wherever they stand."""
    return frozenset(name for name, kinds in _columns().items() if "flag" in kinds and "other" not in kinds)


@cache
def _columns() -> dict[str, set[str]]:
    from sqlalchemy import Boolean

    from pegboard.storage.tables import metadata

    columns: dict[str, set[str]] = {}
    for table in metadata.tables.values():
        for column in table.columns:
            kinds = columns.setdefault(column.name, set())
            kinds.add("flag" if isinstance(column.type, Boolean) else "other")
            if column.nullable:
                kinds.add("null")
    return columns
