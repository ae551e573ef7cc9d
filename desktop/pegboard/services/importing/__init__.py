"""Imports a workshop folder: checks every file against the others and the workshop, then writes in bulk.

Nothing is written before everything has been checked, so that all errors are told at once and a dry run writes nothing.
"""

from collections.abc import Callable, Collection, Mapping

from pegboard.services import numbers
from pegboard.services.demand import raise_order_demand
from pegboard.services.importing.basics import (
    prepare_calendar,
    prepare_customers,
    prepare_settings,
    prepare_suppliers,
    prepare_work_centers,
)
from pegboard.services.importing.boms import prepare_boms
from pegboard.services.importing.items import prepare_items, prepare_options
from pegboard.services.importing.levels import prepare_buffers, prepare_kanban_loops, prepare_replenishment
from pegboard.services.importing.money import prepare_money_history
from pegboard.services.importing.order_options import check_bom_options
from pegboard.services.importing.orders import prepare_orders
from pegboard.services.importing.problems import ImportRefused, Problem, Problems
from pegboard.services.importing.purchasing import prepare_open_purchases, prepare_purchase_history
from pegboard.services.importing.routings import prepare_routings
from pegboard.services.importing.rows import FileRows
from pegboard.services.importing.sales import prepare_sales
from pegboard.services.importing.state import FileCount, Import, Result
from pegboard.services.importing.stock import prepare_stock
from pegboard.services.importing.stock_book import Book
from pegboard.services.importing.supplier_items import prepare_supplier_items
from pegboard.services.importing.work_orders import prepare_open_work_orders
from pegboard.storage.store import Reading, Transaction

__all__ = ["FileCount", "FileRows", "Import", "ImportRefused", "Problem", "Problems", "Result", "check", "write"]


def _prepare_stock(imp: Import) -> None:
    """Sales come before the count, which states what is there after them."""
    book = Book(imp.reading)
    sold = prepare_sales(imp, book)
    prepare_stock(imp, book)
    imp.then(book.write)
    prepare_replenishment(imp, sold)


NOUNS: tuple[Callable[[Import], None], ...] = (
    prepare_settings,
    prepare_calendar,
    prepare_items,
    prepare_work_centers,
    prepare_suppliers,
    prepare_customers,
    prepare_options,
    prepare_boms,
    check_bom_options,
    prepare_routings,
    prepare_supplier_items,
    prepare_orders,
    prepare_open_purchases,
    prepare_purchase_history,
    prepare_money_history,
    prepare_open_work_orders,
    _prepare_stock,
    prepare_buffers,
    prepare_kanban_loops,
)


def check(
    reading: Reading, files: Mapping[str, FileRows], problems: Problems, unreadable: Collection[str] = ()
) -> Import:
    """Check all files together and prepare their writes; problems are told to `problems`.

    `unreadable` names files that are there and cannot be read: what refers to them is not told as dangling.
    """
    imp = Import(reading, files, problems, unreadable)
    for prepare in NOUNS:
        prepare(imp)
    return imp


def write(tx: Transaction, imp: Import) -> None:
    """Write what was prepared, raise the demand of confirmed orders, and let number series go on above the highest.

    Raises ImportRefused where a change order needs a person's decision; the transaction must not be committed then.
    """
    for step in imp.writes:
        step(tx)
    tx.changed(*imp.nouns)
    if "order" in imp.nouns:
        raise_order_demand(tx)
    numbers.continue_above(tx)
    for change in imp.change_orders:
        change(tx)
    imp.problems.refuse()
