"""Keeps before and after of what commands change, in the database itself: whoever writes, the trail follows.

A trigger on each table of documents and master data appends to `audit_change` what an update changed of a row and what
a deleted row was. It fires only where one of the columns below became another value, so that planning in bulk, which
mostly adds rows, pays nothing for it. Rows that are added leave no entry each: after a command `audit_mark` keeps the
highest key of each table that grew, so that it is known which command added a row.

What the planner reckons anew whenever it runs (promises, pegs, levels of BOMs, reasons for surplus) is not traced, nor
are stock and money: the stock ledger, invoices and payments are append only themselves.

Entries are numbered by the one command that writes at a time: the next after the newest line of the trail, which that
command writes at its end.
"""

from collections.abc import Callable
from dataclasses import dataclass

NEXT_ENTRY = "(SELECT COALESCE(max(audit_entry_id), 0) + 1 FROM audit_entry)"

_ITEM = "(SELECT code FROM item WHERE item_id = {row}.item_id)"
_BOM = "(SELECT i.code FROM bom b JOIN item i ON i.item_id = b.item_id WHERE b.bom_id = {row}.bom_id)"
_SUPPLIER_ITEM = (
    "(SELECT i.code FROM supplier_item s JOIN item i ON i.item_id = s.item_id"
    " WHERE s.supplier_item_id = {row}.supplier_item_id)"
)
_ORDER_OF_LINE = (
    "(SELECT o.number FROM order_line l JOIN customer_order o ON o.order_id = l.order_id"
    " WHERE l.order_line_id = {row}.order_line_id)"
)


@dataclass(frozen=True, slots=True)
class Traced:
    """A table that the trail follows.

    Attributes: key: its primary key, "" where that is text; number: what people call the record, an expression over a
    row called {row}; line: the same for a line of it; columns: those whose change is kept.
    """

    table: str
    key: str
    number: str
    columns: tuple[str, ...]
    line: str = "''"


TRACED = (
    Traced(
        "customer_order",
        "order_id",
        "{row}.number",
        (
            *("number", "customer_id", "order_date", "customer_reference", "ship_to", "freight"),
            *("deposit_percent", "deposit_paid_on", "note"),
        ),
    ),
    Traced(
        "order_line",
        "order_line_id",
        "(SELECT number FROM customer_order WHERE order_id = {row}.order_id)",
        (
            *("order_id", "line", "item_id", "quantity", "shipped_quantity", "due_date", "unit_price", "tax_percent"),
            *("description", "status", "hold", "shipped_on", "invoiced_on", "paid_on"),
        ),
        line="{row}.line",
    ),
    Traced(
        "order_line_option",
        "order_line_option_id",
        _ORDER_OF_LINE,
        ("order_line_id", "option_group", "option_choice"),
        line="(SELECT line FROM order_line WHERE order_line_id = {row}.order_line_id)",
    ),
    Traced(
        "purchase_order",
        "purchase_order_id",
        "{row}.number",
        ("number", "supplier_id", "state", "ordered_on", "note"),
    ),
    Traced(
        "purchase_line",
        "purchase_line_id",
        "(SELECT number FROM purchase_order WHERE purchase_order_id = {row}.purchase_order_id)",
        (
            *("purchase_order_id", "line", "item_id", "quantity", "received_quantity", "unit_price", "due_date"),
            *("promised_date", "state", "quantity_set_by", "operation"),
        ),
        line="{row}.line",
    ),
    Traced(
        "work_order",
        "work_order_id",
        "{row}.number",
        (
            *("number", "item_id", "revision", "choices", "quantity", "start_quantity", "completed_quantity"),
            *("scrapped_quantity", "start_date", "due_date", "state", "quantity_set_by", "released_at", "note"),
        ),
    ),
    Traced(
        "customer",
        "customer_id",
        "{row}.code",
        (
            *("code", "name", "contact", "email", "phone", "billing_address", "shipping_address"),
            *("payment_terms_days", "deposit_percent", "discount_percent", "discount_days", "currency", "retired_on"),
        ),
    ),
    Traced(
        "supplier",
        "supplier_id",
        "{row}.code",
        (
            *("code", "name", "contact", "email", "phone", "address", "lead_time_days", "calendar_lead_time"),
            *("payment_terms_days", "discount_percent", "discount_days", "currency", "active"),
        ),
    ),
    Traced(
        "item",
        "item_id",
        "{row}.code",
        (
            *("code", "description", "source", "unit", "whole_units", "lead_time_days", "standard_cost", "list_price"),
            *("tracking", "batching", "loss_percent", "minimum_quantity", "order_multiple", "revision", "drawing"),
            *("active", "backflush", "over_receipt_percent"),
        ),
    ),
    Traced("bom", "bom_id", _ITEM, ("item_id", "revision", "output_quantity", "valid_from", "valid_to")),
    Traced(
        "bom_line",
        "bom_line_id",
        _BOM,
        (
            *("bom_id", "line", "component_id", "quantity", "pieces_per_stock", "per_batch", "scrap_percent"),
            *("setup_quantity", "rounding_multiple", "operation", "position", "option_group", "option_choice"),
            *("valid_from", "valid_to"),
        ),
        line="{row}.line",
    ),
    Traced(
        "routing_operation",
        "routing_operation_id",
        _ITEM,
        (
            *("item_id", "revision", "sequence", "work_center_id", "supplier_id", "description", "instructions"),
            *("setup_minutes", "run_minutes", "lead_time_days", "price", "option_group", "option_choice"),
        ),
        line="{row}.sequence",
    ),
    Traced(
        "supplier_item",
        "supplier_item_id",
        _ITEM,
        (
            *("supplier_id", "item_id", "supplier_sku", "purchase_unit", "units_per_purchase_unit"),
            *("minimum_quantity", "order_multiple", "maximum_quantity", "lead_time_days", "manufacturer"),
            *("manufacturer_part", "rank", "active"),
        ),
    ),
    Traced("price_break", "price_break_id", _SUPPLIER_ITEM, ("supplier_item_id", "from_quantity", "price")),
    Traced(
        "work_center",
        "work_center_id",
        "{row}.code",
        ("code", "description", "hours_per_day", "machines", "hourly_rate", "queue_days", "wip_cap", "retired_on"),
    ),
    Traced("kanban_loop", "kanban_loop_id", _ITEM, ("container_quantity", "cards")),
    Traced("replenishment", "replenishment_id", _ITEM, ("location_id", "order_up_to")),
    Traced("buffer", "buffer_id", _ITEM, ("item_id", "quantity", "reason")),
    Traced("exchange_rate", "exchange_rate_id", "{row}.currency", ("currency", "valid_from", "rate")),
    Traced("setting", "", "{row}.name", ("name", "value")),
    Traced("person", "person_id", "{row}.name", ("name", "role", "badge", "active")),
)


def trace_triggers() -> tuple[str, ...]:
    """The statements that let SQLite follow the tables."""
    return tuple(statement for traced in TRACED for statement in (_on_update(traced), _on_delete(traced)))


def postgresql_trace() -> tuple[str, ...]:
    """The statements that let PostgreSQL follow the tables: two functions and two triggers for each.

    The functions run with the rights of whoever made the workshop: who may change a record need not be able to write
    the trail in any other way.
    """
    return tuple(statement for traced in TRACED for statement in _postgresql(traced))


def _on_update(traced: Traced) -> str:
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in traced.columns)
    return (
        f"CREATE TRIGGER {traced.table}_traced AFTER UPDATE OF {', '.join(traced.columns)} ON {traced.table}"
        f" WHEN {changed} BEGIN "
        + _append(traced, "NEW", _changed(traced, "OLD", _lite), _changed(traced, "NEW", _lite))
        + "; END"
    )


def _on_delete(traced: Traced) -> str:
    return (
        f"CREATE TRIGGER {traced.table}_traced_out AFTER DELETE ON {traced.table} BEGIN "
        + _append(traced, "OLD", _whole(traced, _lite), "''")
        + "; END"
    )


def _postgresql(traced: Traced) -> tuple[str, ...]:
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in traced.columns)
    update, delete = f"{traced.table}_traced", f"{traced.table}_traced_out"
    function = (
        "CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN {}; RETURN NULL; END $$"
    )
    return (
        function.format(
            update, _append(traced, "NEW", _changed(traced, "OLD", _server), _changed(traced, "NEW", _server))
        ),
        f"CREATE TRIGGER {update} AFTER UPDATE OF {', '.join(traced.columns)} ON {traced.table} FOR EACH ROW"
        f" WHEN ({changed}) EXECUTE FUNCTION {update}()",
        function.format(delete, _append(traced, "OLD", _whole(traced, _server), "''")),
        f"CREATE TRIGGER {delete} AFTER DELETE ON {traced.table} FOR EACH ROW EXECUTE FUNCTION {delete}()",
    )


def _append(traced: Traced, row: str, before: str, after: str) -> str:
    """The statement that keeps one change of a row; what it hung on may be gone already."""
    number, line = (
        f"COALESCE(CAST({expression.format(row=row)} AS TEXT), '')" for expression in (traced.number, traced.line)
    )
    key = f"{row}.{traced.key}" if traced.key else "0"
    return (
        "INSERT INTO audit_change (audit_entry_id, place, row_key, number, line, before, after)"
        f" VALUES ({NEXT_ENTRY}, '{traced.table}', {key}, {number}, {line}, {before}, {after})"
    )


def _lite(value: str) -> str:
    return f"json_quote({value})"


def _server(value: str) -> str:
    return f"COALESCE(to_json({value})::text, 'null')"


def _changed(traced: Traced, row: str, quoted: Callable[[str], str]) -> str:
    """Expression for the columns that differ, as a JSON object of what they are in `row`, OLD or NEW."""
    differs = "IS NOT" if quoted is _lite else "IS DISTINCT FROM"
    parts = (
        f"CASE WHEN OLD.{column} {differs} NEW.{column}"
        f" THEN ',\"{column}\":' || {quoted(f'{row}.{column}')} ELSE '' END"
        for column in traced.columns
    )
    return "'{' || substr(" + " || ".join(parts) + ", 2) || '}'"


def _whole(traced: Traced, quoted: Callable[[str], str]) -> str:
    """Expression for all columns of the deleted row as a JSON object."""
    parts = (f"'\"{column}\":' || {quoted(f'OLD.{column}')}" for column in traced.columns)
    return "'{' || " + " || ',' || ".join(parts) + " || '}'"
