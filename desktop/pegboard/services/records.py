"""What keeping customers, suppliers and work centers has in common."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.problem import Problem
from pegboard.i18n import tr
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Reading
from pegboard.storage.tables import metadata


def require(problems: Sequence[Problem]) -> None:
    """Raise InvalidInput with all problems, if there are any."""
    if problems:
        told = " ".join(f"{problem.field}: {problem.message}" for problem in problems)
        raise InvalidInput(told, hint=tr("Nothing was kept."))


def codes_of(reading: Reading, table: str) -> set[str]:
    """The codes of all rows of a table."""
    return {row.code for row in rows(reading, f"SELECT code FROM {table}")}


def refuse_used(reading: Reading, table: str, code: str, key: int) -> None:
    """Raise Refused where any other table names a row, saying what does."""
    used = {column.table.name for column in _naming(table) if _count(reading, column, key)}
    if used:
        words = ", ".join(sorted(_words(name) for name in used))
        raise Refused(
            tr("{code} is named by {places}.", code=code, places=words),
            hint=tr("Retire it: what names it stays, and nothing new does."),
        )


def _naming(table: str) -> list[Column[Any]]:
    """The columns of other tables that refer to a table."""
    return [
        key.parent
        for other in metadata.tables.values()
        for key in other.foreign_keys
        if key.column.table.name == table and key.ondelete != "CASCADE"
    ]


def _count(reading: Reading, column: Column[Any], key: int) -> int:
    return number(reading, f"SELECT count(*) FROM {column.table.name} WHERE {column.name} = ?", key)


def _words(table: str) -> str:
    known = {
        "customer_order": tr("orders"),
        "invoice": tr("invoices"),
        "payment": tr("payments"),
        "supplier_item": tr("articles"),
        "routing_operation": tr("routings"),
        "work_order_operation": tr("jobs"),
        "purchase_order": tr("purchase orders"),
        "purchase_history": tr("earlier purchases"),
        "bill": tr("bills"),
        "kanban_loop": tr("kanban loops"),
    }
    return known.get(table, table.replace("_", " "))


def columns_of(draft: Any) -> dict[str, Any]:
    """The columns of a draft as they lie in its table: exact values as millionths."""
    values = {name: getattr(draft, name) for name in draft.__dataclass_fields__}
    return {name: value.micro if hasattr(value, "micro") else value for name, value in values.items()}
