"""The triggers that keep before and after of changes, as this revision made them."""

from dataclasses import dataclass

from alembic import op

_NEXT_ENTRY = "(SELECT COALESCE(max(audit_entry_id), 0) + 1 FROM audit_entry)"

_NOTHING = "''"
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
class _Traced:
    """A table that the trail follows, as this revision made it: columns whose change is kept, and what names a row."""

    table: str
    key: str
    number: str
    columns: tuple[str, ...]
    line: str = "''"


_TRACED = (
    _Traced(
        "customer_order",
        "order_id",
        "{row}.number",
        (
            *("number", "customer_id", "order_date", "customer_reference", "ship_to", "freight"),
            *("deposit_percent", "deposit_paid_on", "note"),
        ),
    ),
    _Traced(
        "order_line",
        "order_line_id",
        "(SELECT number FROM customer_order WHERE order_id = {row}.order_id)",
        (
            *("order_id", "line", "item_id", "quantity", "shipped_quantity", "due_date", "unit_price", "tax_percent"),
            *("description", "status", "hold", "shipped_on", "invoiced_on", "paid_on"),
        ),
        line="{row}.line",
    ),
    _Traced(
        "order_line_option",
        "order_line_option_id",
        _ORDER_OF_LINE,
        ("order_line_id", "option_group", "option_choice"),
        line="(SELECT line FROM order_line WHERE order_line_id = {row}.order_line_id)",
    ),
    _Traced(
        "purchase_order",
        "purchase_order_id",
        "{row}.number",
        ("number", "supplier_id", "state", "ordered_on", "note"),
    ),
    _Traced(
        "purchase_line",
        "purchase_line_id",
        "(SELECT number FROM purchase_order WHERE purchase_order_id = {row}.purchase_order_id)",
        (
            *("purchase_order_id", "line", "item_id", "quantity", "received_quantity", "unit_price", "due_date"),
            *("promised_date", "state", "quantity_set_by", "operation"),
        ),
        line="{row}.line",
    ),
    _Traced(
        "work_order",
        "work_order_id",
        "{row}.number",
        (
            *("number", "item_id", "revision", "choices", "quantity", "start_quantity", "completed_quantity"),
            *("scrapped_quantity", "start_date", "due_date", "state", "quantity_set_by", "released_at", "note"),
        ),
    ),
    _Traced(
        "customer",
        "customer_id",
        "{row}.code",
        (
            *("code", "name", "contact", "email", "phone", "billing_address", "shipping_address"),
            *("payment_terms_days", "deposit_percent", "discount_percent", "discount_days", "currency", "retired_on"),
        ),
    ),
    _Traced(
        "supplier",
        "supplier_id",
        "{row}.code",
        (
            *("code", "name", "contact", "email", "phone", "address", "lead_time_days", "calendar_lead_time"),
            *("payment_terms_days", "discount_percent", "discount_days", "currency", "active"),
        ),
    ),
    _Traced(
        "item",
        "item_id",
        "{row}.code",
        (
            *("code", "description", "source", "unit", "whole_units", "lead_time_days", "standard_cost", "list_price"),
            *("tracking", "batching", "loss_percent", "minimum_quantity", "order_multiple", "revision", "drawing"),
            *("active", "backflush", "over_receipt_percent"),
        ),
    ),
    _Traced("bom", "bom_id", _ITEM, ("item_id", "revision", "output_quantity", "valid_from", "valid_to")),
    _Traced(
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
    _Traced(
        "routing_operation",
        "routing_operation_id",
        _ITEM,
        (
            *("item_id", "revision", "sequence", "work_center_id", "supplier_id", "description", "instructions"),
            *("setup_minutes", "run_minutes", "lead_time_days", "price", "option_group", "option_choice"),
        ),
        line="{row}.sequence",
    ),
    _Traced(
        "supplier_item",
        "supplier_item_id",
        _ITEM,
        (
            *("supplier_id", "item_id", "supplier_sku", "purchase_unit", "units_per_purchase_unit"),
            *("minimum_quantity", "order_multiple", "maximum_quantity", "lead_time_days", "manufacturer"),
            *("manufacturer_part", "rank", "active"),
        ),
    ),
    _Traced("price_break", "price_break_id", _SUPPLIER_ITEM, ("supplier_item_id", "from_quantity", "price")),
    _Traced(
        "work_center",
        "work_center_id",
        "{row}.code",
        ("code", "description", "hours_per_day", "machines", "hourly_rate", "queue_days", "wip_cap", "retired_on"),
    ),
    _Traced("kanban_loop", "kanban_loop_id", _ITEM, ("container_quantity", "cards")),
    _Traced("replenishment", "replenishment_id", _ITEM, ("location_id", "order_up_to")),
    _Traced("buffer", "buffer_id", _ITEM, ("item_id", "quantity", "reason")),
    _Traced("exchange_rate", "exchange_rate_id", "{row}.currency", ("currency", "valid_from", "rate")),
    _Traced("setting", "", "{row}.name", ("name", "value")),
    _Traced("person", "person_id", "{row}.name", ("name", "role", "badge", "active")),
)


def create() -> None:
    """Make them for all tables of documents and master data."""
    for traced in _TRACED:
        changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in traced.columns)
        op.execute(
            f"CREATE TRIGGER {traced.table}_traced AFTER UPDATE OF {', '.join(traced.columns)} ON {traced.table}"
            f" WHEN {changed} BEGIN {_append(traced, 'NEW', _changed(traced, 'OLD'), _changed(traced, 'NEW'))}; END"
        )
        op.execute(
            f"CREATE TRIGGER {traced.table}_traced_out AFTER DELETE ON {traced.table}"
            f" BEGIN {_append(traced, 'OLD', _whole(traced), _NOTHING)}; END"
        )


def _append(traced: _Traced, row: str, before: str, after: str) -> str:
    number, line = (
        f"COALESCE(CAST({expression.format(row=row)} AS TEXT), '')" for expression in (traced.number, traced.line)
    )
    key = f"{row}.{traced.key}" if traced.key else "0"
    return (
        "INSERT INTO audit_change (audit_entry_id, place, row_key, number, line, before, after)"
        f" VALUES ({_NEXT_ENTRY}, '{traced.table}', {key}, {number}, {line}, {before}, {after})"
    )


def _changed(traced: _Traced, row: str) -> str:
    parts = (
        f"CASE WHEN OLD.{column} IS NOT NEW.{column} THEN ',\"{column}\":' || json_quote({row}.{column}) ELSE '' END"
        for column in traced.columns
    )
    return "'{' || substr(" + " || ".join(parts) + ", 2) || '}'"


def _whole(traced: _Traced) -> str:
    parts = (f"'\"{column}\":' || json_quote(OLD.{column})" for column in traced.columns)
    return "'{' || " + " || ',' || ".join(parts) + " || '}'"
