"""Undo and redo of data entry: master data and settings, by the images of the rows that a step changed.

An import of master data, orders and stock is one step, too: orders that have pulled nothing yet go again, stock is
booked back by counter entries. What else the outside world knows (purchases, jobs, money, sales) is never undone this
way: it is reversed by a counter document. An undo is refused when a row has been changed since, so that nobody's later
work is lost.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy.exc import IntegrityError

from pegboard.domain.errors import Refused
from pegboard.i18n import tr
from pegboard.services.rights import require_settings
from pegboard.services.undo_stock import TABLE, book, booked, changes, lies_somewhere
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import add, first, run
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.workshop import UndoStep

# Tables of master data with their key, parents before children.
TABLES: dict[str, str] = {
    "setting": "name",
    "calendar_day": "day",
    "customer": "customer_id",
    "supplier": "supplier_id",
    "work_center": "work_center_id",
    "item": "item_id",
    "option_group": "option_group_id",
    "option_choice": "option_choice_id",
    "bom": "bom_id",
    "bom_line": "bom_line_id",
    "bom_alternate": "bom_alternate_id",
    "routing_operation": "routing_operation_id",
    "supplier_item": "supplier_item_id",
    "price_break": "price_break_id",
    "location": "location_id",
    "customer_order": "order_id",
    "order_line": "order_line_id",
    "order_line_option": "order_line_option_id",
    "demand": "demand_id",
    "kanban_loop": "kanban_loop_id",
    "kanban_card": "kanban_card_id",
    "replenishment": "replenishment_id",
    "buffer": "buffer_id",
    "attachment": "attachment_id",
}
_ITEM = ("item", "bom", "bom_line", "bom_alternate", "routing_operation", "supplier_item", "price_break")
# What a step of data entry may change, by the noun of its command.
ENTRY: dict[str, tuple[str, ...]] = {
    "item": (*_ITEM, "option_group", "option_choice"),
    "bom": _ITEM,
    "routing": _ITEM,
    "supplier_item": _ITEM,
    "suppliers": _ITEM,
    "options": ("item", "option_group", "option_choice"),
    "customer": ("customer",),
    "supplier": ("supplier",),
    "work_center": ("work_center",),
    "calendar": ("calendar_day",),
    "setting": ("setting",),
    "attachment": ("attachment",),
    "import": tuple(TABLES),
}
IMPORT = "import"
# What else an import may write is known outside: it is reversed by what the trade has for that.
OUTSIDE = ("purchase_line", "work_order", "pos_sale", "purchase_history", "invoice", "bill", "payment")
MOST_KEPT = 100  # steps
MOST_ROWS = 60_000  # of the tables of an import; a larger shop goes back to the backup of before
SHOWN = {
    "item": "code",
    "customer": "code",
    "supplier": "code",
    "work_center": "code",
    "setting": "name",
    "attachment": "name",
}

KEPT = ("item", "location")  # what the ledger names stays in the file, an item as an inactive one

Image = dict[Any, dict[str, Any]]


class Changed(NamedTuple):
    """One row of a step: as it was and as it became; None where it was not there."""

    table: str
    key: Any
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def is_entry(command: str) -> bool:
    """Say whether a command, such as item.change, is data entry that can be undone."""
    return command.partition(".")[0] in ENTRY


@contextmanager
def recording(tx: Transaction, command: str) -> Iterator[None]:
    """Keep what a step of data entry changes within, so that it can be undone; other commands pass through."""
    tables = ENTRY.get(command.partition(".")[0], ())
    if command == IMPORT and _rows_of(tx, tables) > MOST_ROWS:
        yield
        return
    before = {table: _image(tx, table) for table in tables}
    lying, outside = (booked(tx), _rows_of(tx, OUTSIDE)) if command == IMPORT else ({}, 0)
    yield
    if command == IMPORT and _rows_of(tx, OUTSIDE) != outside:
        return
    changed = [each for table in tables for each in _difference(table, before[table], _image(tx, table))]
    if command == IMPORT:
        moved = changes(lying, booked(tx))
        changed += [Changed(TABLE, list(at), was._asdict(), now._asdict()) for at, was, now in moved]
    if changed:
        _keep(tx, _import_name(changed) if command == IMPORT else _name(tx, command, changed), changed)


def _rows_of(reading: Reading, tables: Sequence[str]) -> int:
    return sum(int(fetch(reading, f"SELECT count(*) FROM {table}")[0][0]) for table in tables)


def next_undo(reading: Reading) -> str:
    """The name of the step that undo would take back; "" where there is none."""
    row = first(reading, "SELECT name FROM undo_step WHERE undone = 0 ORDER BY undo_step_id DESC LIMIT 1")
    return "" if row is None else str(row.name)


def next_redo(reading: Reading) -> str:
    """The name of the step that redo would do again; "" where there is none."""
    row = _redoable(reading)
    return "" if row is None else str(row.name)


def undo(tx: Transaction) -> str:
    """Take the newest step of data entry back; return its name.

    Raises Refused where there is none, or where a row was changed or is used since.
    """
    row = first(tx, "SELECT * FROM undo_step WHERE undone = 0 ORDER BY undo_step_id DESC LIMIT 1")
    if row is None:
        raise Refused(
            tr("There is nothing to undo."),
            hint=tr("Orders, jobs, purchases and stock are reversed on their own pages."),
        )
    changed = _read(row.rows)
    _swap(tx, [Changed(each.table, each.key, each.after, each.before) for each in reversed(changed)], row.name)
    run(tx, "UPDATE undo_step SET undone = 1 WHERE undo_step_id = ?", row.undo_step_id)
    tx.note(tr("Undid: {name}.", name=row.name))
    return str(row.name)


def redo(tx: Transaction) -> str:
    """Do the step again that was undone last; return its name. Raises Refused as `undo` does."""
    row = _redoable(tx)
    if row is None:
        raise Refused(tr("There is nothing to do again."), hint=tr("Undo something first."))
    _swap(tx, _read(row.rows), row.name)
    run(tx, "UPDATE undo_step SET undone = 0 WHERE undo_step_id = ?", row.undo_step_id)
    tx.note(tr("Did again: {name}.", name=row.name))
    return str(row.name)


def _redoable(reading: Reading) -> Any:
    return first(
        reading,
        "SELECT * FROM undo_step WHERE undone = 1 AND undo_step_id >"
        " COALESCE((SELECT max(undo_step_id) FROM undo_step WHERE undone = 0), 0) ORDER BY undo_step_id LIMIT 1",
    )


def _image(reading: Reading, table: str) -> Image:
    result = reading.connection.exec_driver_sql(f"SELECT * FROM {table}")
    columns = list(result.keys())
    place = columns.index(TABLES[table])
    return {row[place]: dict(zip(columns, row, strict=True)) for row in result.fetchall()}


def _difference(table: str, before: Image, after: Image) -> list[Changed]:
    if before == after:
        return []
    keys = dict.fromkeys((*before, *after))
    found = (Changed(table, key, before.get(key), after.get(key)) for key in keys)
    return [each for each in found if each.before != each.after]


def _keep(tx: Transaction, name: str, changed: list[Changed]) -> None:
    """Keep a step; what was undone before it can not be done again, and the oldest steps are forgotten."""
    run(tx, "DELETE FROM undo_step WHERE undone = 1")
    add(tx, UndoStep, name=name, at=tx.now, actor=tx.actor, rows=json.dumps(changed, default=str))
    run(
        tx,
        "DELETE FROM undo_step WHERE undo_step_id <= (SELECT max(undo_step_id) FROM undo_step) - ?",
        MOST_KEPT,
    )


def _read(text: str) -> list[Changed]:
    return [Changed(*each) for each in json.loads(text)]


def _name(tx: Transaction, command: str, changed: list[Changed]) -> str:
    """Name a step by what it changed, such as "item LAMP-HB"."""
    for each in changed:
        column = SHOWN.get(each.table)
        row = each.after or each.before
        if column is not None and row is not None:
            verb = tr("new") if each.before is None else tr("deleted") if each.after is None else tr("changed")
            return f"{_noun(each.table)} {row[column]} {verb}"
    for each in changed:
        code = _item_of(tx, each.after or each.before or {})
        if code:
            return tr("{noun} of {item} changed", noun=_noun(each.table), item=code)
    return tr("{noun} changed", noun=_noun(changed[0].table or command))


def _import_name(changed: list[Changed]) -> str:
    """Name an import by what came of it, such as "import of 12 orders, 3 items"."""
    words: dict[str, Callable[[int], str]] = {
        "item": lambda count: tr("1 item") if count == 1 else tr("{count} items", count=count),
        "customer_order": lambda count: tr("1 order") if count == 1 else tr("{count} orders", count=count),
        "customer": lambda count: tr("1 customer") if count == 1 else tr("{count} customers", count=count),
        "supplier": lambda count: tr("1 supplier") if count == 1 else tr("{count} suppliers", count=count),
        "bom_line": lambda count: tr("1 BOM line") if count == 1 else tr("{count} BOM lines", count=count),
        TABLE: lambda count: tr("stock at 1 place") if count == 1 else tr("stock at {count} places", count=count),
    }
    counts = Counter(each.table for each in changed)
    parts = [say(counts[table]) for table, say in words.items() if counts[table]]
    return tr("import of {parts}", parts=", ".join(parts) or tr("{count} rows", count=len(changed)))


def _item_of(tx: Transaction, row: Mapping[str, Any]) -> str:
    """The code of the item that a row belongs to, "" where it belongs to none."""
    if "bom_id" in row and "item_id" not in row:
        found = fetch(
            tx, "SELECT i.code FROM bom b JOIN item i ON i.item_id = b.item_id WHERE b.bom_id = ?", (row["bom_id"],)
        )
    else:
        found = fetch(tx, "SELECT code FROM item WHERE item_id = ?", (row.get("item_id"),))
    return str(found[0][0]) if found else ""


def _noun(table: str) -> str:
    return {
        "setting": tr("setting"),
        "calendar_day": tr("calendar"),
        "customer": tr("customer"),
        "supplier": tr("supplier"),
        "work_center": tr("work center"),
        "item": tr("item"),
        "option_group": tr("options"),
        "option_choice": tr("options"),
        "bom": tr("BOM"),
        "bom_line": tr("BOM"),
        "bom_alternate": tr("BOM"),
        "routing_operation": tr("routing"),
        "attachment": tr("file"),
    }.get(table, tr("supplier's price"))


def _swap(tx: Transaction, steps: list[Changed], name: str) -> None:
    """Bring rows from `before` to `after`; what lies in stock by counter entries, less before and more after the rest.

    Deletes go first, children before parents; then parents before children.
    """
    require_settings(tx, [str(each.key) for each in steps if each.table == "setting"])
    moves = [_move(each) for each in steps if each.table == TABLE]
    steps = [each for each in steps if each.table != TABLE]
    for each in steps:
        if not _stands(tx, each):
            raise Refused(
                tr("{name} cannot be undone: it was changed again since.", name=name),
                hint=tr("Change it by hand to what it should be."),
            )
        _require_not_exploded(tx, each)
    book(tx, [move for move in moves if move[1] < 0], name)
    try:
        with tx.connection.begin_nested():
            _write_all(tx, steps)
    except IntegrityError as error:
        raise Refused(
            tr("{name} cannot be undone: it is used by now.", name=name),
            hint=tr("Retire it or change it instead."),
        ) from error
    book(tx, [move for move in moves if move[1] > 0], name)
    tx.changed(*{_changed_noun(each.table) for each in steps})


def _write_all(tx: Transaction, steps: list[Changed]) -> None:
    order = {table: place for place, table in enumerate(TABLES)}
    gone = sorted((each for each in steps if each.after is None), key=lambda each: -order[each.table])
    come = sorted((each for each in steps if each.after is not None), key=lambda each: order[each.table])
    for each in gone:
        if each.table not in KEPT or not lies_somewhere(tx, each.table, each.key):
            run(tx, f"DELETE FROM {each.table} WHERE {TABLES[each.table]} = ?", each.key)
        elif each.table == "item":
            run(tx, "UPDATE item SET active = 0 WHERE item_id = ?", each.key)
    for each in come:
        assert each.after is not None
        is_new = each.before is None and (each.table not in KEPT or _row(tx, each) is None)
        _write(tx, each.table, each.key, each.after, is_new=is_new)


def _move(each: Changed) -> tuple[tuple[str, str, str], int, int | None]:
    assert each.before is not None
    assert each.after is not None
    item, location, lot = each.key
    return (item, location, lot), each.after["quantity"] - each.before["quantity"], each.after["unit_cost"]


def _stands(tx: Transaction, each: Changed) -> bool:
    """Whether a row is still as the step left it; what the ledger kept of an item or location may be there."""
    row = _row(tx, each)
    if each.before is None and each.table in KEPT and row is not None:
        return each.table == "location" or not row["active"]
    return row == each.before


def _require_not_exploded(tx: Transaction, each: Changed) -> None:
    if each.table != "order_line":
        return
    pulled = first(
        tx,
        "SELECT d.name FROM demand d JOIN requirement r ON r.demand_id = d.demand_id WHERE d.order_line_id = ? LIMIT 1",
        each.key,
    )
    if pulled is not None:
        raise Refused(
            tr("{line} has pulled already: it cannot be undone as if it had never come.", line=pulled.name),
            hint=tr("Change or cancel it on the page Orders; that shows first what it does."),
        )


def _row(reading: Reading, each: Changed) -> dict[str, Any] | None:
    result = reading.connection.exec_driver_sql(
        f"SELECT * FROM {each.table} WHERE {TABLES[each.table]} = ?", (each.key,)
    )
    columns = list(result.keys())
    row = result.first()
    return None if row is None else dict(zip(columns, row, strict=True))


def _write(tx: Transaction, table: str, key: Any, values: Mapping[str, Any], *, is_new: bool) -> None:
    names = list(values)
    if is_new:
        marks = ", ".join("?" * len(names))
        run(tx, f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", *values.values())
        return
    setting = ", ".join(f"{name} = ?" for name in names)
    run(tx, f"UPDATE {table} SET {setting} WHERE {TABLES[table]} = ?", *values.values(), key)


def _changed_noun(table: str) -> str:
    return {
        "calendar_day": "calendar",
        "option_group": "item",
        "option_choice": "item",
        "bom_line": "bom",
        "bom_alternate": "bom",
        "routing_operation": "routing",
        "price_break": "supplier_item",
        "customer_order": "order",
        "order_line": "order",
        "order_line_option": "order",
        "demand": "order",
        "kanban_loop": "kanban",
        "kanban_card": "kanban",
    }.get(table, table)
