"""The tables of a workshop, one module for each noun."""

from pegboard.storage.tables import (
    boms,
    customers,
    demand,
    floor,
    inventory,
    items,
    money,
    orders,
    purchasing,
    search,
    signals,
    suppliers,
    work_orders,
    workshop,
)
from pegboard.storage.types import Base

metadata = Base.metadata

__all__ = [
    "Base",
    "boms",
    "customers",
    "demand",
    "floor",
    "inventory",
    "items",
    "metadata",
    "money",
    "orders",
    "purchasing",
    "search",
    "signals",
    "suppliers",
    "work_orders",
    "workshop",
]
