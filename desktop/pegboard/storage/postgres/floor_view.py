"""What a login of the floor sees of a workshop on a server: all of it but the money, by views of the same names.

The views lie in a schema of their own that stands before the tables for such a login, which has no right to the tables
themselves. Columns that hold money are blank there and some tables are empty, so that no program, psql neither, reads
an amount. What the floor books still gets its cost: functions of the server put it in, from what the floor cannot see.
"""

from pegboard.storage.postgres.driver import FLOOR_SCHEMA
from pegboard.storage.postgres.floor_costs import COSTED, cost_functions

SCHEMA = FLOOR_SCHEMA
TABLES = "pegboard"

# Columns that hold money, by table.
MONEY: dict[str, tuple[str, ...]] = {
    "cost_layer": ("unit_cost",),
    "customer": ("discount_percent",),
    "customer_order": ("freight",),
    "inference": ("committed_amount",),
    "item": ("standard_cost", "list_price"),
    "ledger_entry": ("value",),
    "option_choice": ("price_extra",),
    "order_line": ("unit_price",),
    "pos_sale": ("unit_price",),
    "price_break": ("price",),
    "purchase_history": ("unit_price",),
    "purchase_line": ("unit_price",),
    "routing_operation": ("price",),
    "stock": ("unit_cost",),
    "supplier": ("discount_percent",),
    "time_entry": ("cost", "overhead", "hourly_rate", "overhead_rate"),
    "work_center": ("hourly_rate",),
}
# Tables that are money, or that keep what others were before: empty for the floor.
HIDDEN = frozenset(
    {
        *("bill", "bill_line", "exchange_rate", "invoice", "invoice_line", "payment", "payment_allocation"),
        *("audit_change", "order_draft", "order_revision", "undo_step"),
    }
)
# Texts in which amounts may stand: what the floor reads instead.
TEXTS: dict[str, dict[str, str]] = {
    "audit_entry": {"note": "''::text"},
    "floor_report": {
        column: rf"""regexp_replace({column}, '"(cost|overhead|\w+_rate)": [0-9]+', '"\1": null', 'g')"""
        for column in ("rows_before", "rows_after")
    },
}
# Rows that the floor sees, where not all of them.
ROWS: dict[str, str] = {
    "print": "kind NOT IN ('invoice', 'credit-note', 'acknowledgement', 'purchase-order')",
    "setting": "name NOT LIKE '%cash%' AND name NOT LIKE '%bank%' AND name NOT LIKE 'overhead%'",
    "attachment": "kind IN ('company', 'item', 'bom', 'work_order')",
    "stored_file": f"EXISTS (SELECT 1 FROM {TABLES}.attachment a WHERE a.content_hash = stored_file.content_hash"
    " AND a.kind IN ('company', 'item', 'bom', 'work_order'))",
}
# What the floor only looks at: people, settings and what the shop makes and buys.
LOOKED_AT = frozenset(
    {
        *("alembic_version", "bom", "bom_alternate", "bom_line", "books_closed", "buffer", "calendar_day", "customer"),
        *("item", "kanban_loop", "option_choice", "option_group", "option_rule", "order_line_option", "person"),
        *("pos_sale", "price_break", "purchase_history", "routing_operation", "setting", "sku_alias", "stock_build"),
        *("stored_file", "supplier", "supplier_item", "work_center", "attachment"),
    }
)


def statements(tables: dict[str, list[tuple[str, bool, str]]], role: str) -> list[str]:
    """Make the views for `role`; `tables` are the columns of each: name, whether it may be NULL, its default."""
    made = [
        f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE",
        f"CREATE SCHEMA {SCHEMA}",
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO {role}",
    ]
    for table, columns in sorted(tables.items()):
        made += _view(table, columns)
    made += cost_functions(
        {table: [name for name, _null, _default in columns if name not in MONEY.get(table, ())]
         for table, columns in tables.items()}
    )  # fmt: skip
    made.append(f"REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA {SCHEMA} FROM PUBLIC")
    for table in sorted(tables):
        right = "SELECT" if table in HIDDEN | LOOKED_AT else "SELECT, INSERT, UPDATE, DELETE"
        made.append(f"GRANT {right} ON {SCHEMA}.{table} TO {role}")
    return made


def _view(table: str, columns: list[tuple[str, bool, str]]) -> list[str]:
    seen = ", ".join(_column(table, name, may_be_null=null) for name, null, _default in columns)
    where = " WHERE false" if table in HIDDEN else f" WHERE {ROWS[table]}" if table in ROWS else ""
    # A barrier keeps functions of one's own away from hidden rows; elsewhere it would only keep indexes away.
    barrier = " WITH (security_barrier)" if table in ROWS else ""
    made = [f"CREATE VIEW {SCHEMA}.{table}{barrier} AS SELECT {seen} FROM {TABLES}.{table}{where}"]
    if table in COSTED:
        made += [
            f"ALTER VIEW {SCHEMA}.{table} ALTER COLUMN {name} SET DEFAULT {default}"
            for name, _null, default in columns
            if default
        ]
    return made


def _column(table: str, name: str, *, may_be_null: bool) -> str:
    if name in MONEY.get(table, ()):
        return f"{'NULL' if may_be_null else '0'}::bigint AS {name}"
    if name in TEXTS.get(table, {}):
        return f"{TEXTS[table][name]} AS {name}"
    return name
