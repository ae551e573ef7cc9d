"""The first tables, part 4 of 4, in the order in which they refer to each other."""

from alembic import op

from pegboard.storage.migrations.r0001_first_tables.columns import (
    check,
    day,
    flag,
    index,
    instant,
    key,
    micro,
    name,
    refer,
    refer_by_name,
    text,
    unique,
    whole,
    words,
)


def create() -> None:
    """Make the tables of this part."""
    _work_order_operation()
    _invoice_line()
    _ledger_entry()
    _payment_allocation()
    _receipt()
    _requirement()
    _time_entry()
    _bill_line()
    _peg()
    _floor_report()
    _stock_count()
    _attachment()


def _work_order_operation() -> None:
    op.create_table(
        "work_order_operation",
        key("work_order_operation_id"),
        refer("work_order_id", "work_order.work_order_id"),
        whole("sequence"),
        refer("work_center_id", "work_center.work_center_id", null=True),
        refer("supplier_id", "supplier.supplier_id", null=True),
        words("description"),
        words("instructions"),
        micro("setup_minutes"),
        micro("run_minutes"),
        name("state"),
        micro("good_quantity"),
        micro("scrap_quantity"),
        instant("started_at", null=True),
        instant("finished_at", null=True),
        words("rework_reason"),
        unique("work_order_id", "sequence"),
    )
    index("ix_work_order_operation_center", "work_order_operation", "work_center_id", "state")


def _invoice_line() -> None:
    op.create_table(
        "invoice_line",
        key("invoice_line_id"),
        refer("invoice_id", "invoice.invoice_id"),
        refer("order_line_id", "order_line.order_line_id", null=True),
        refer("credits_line_id", "invoice_line.invoice_line_id", null=True),
        words("kind"),
        words("description"),
        micro("quantity"),
        micro("unit_price"),
        micro("tax_percent"),
        micro("net_amount"),
        micro("tax_amount"),
    )
    index("ix_invoice_line_credits", "invoice_line", "credits_line_id")
    index("ix_invoice_line_invoice", "invoice_line", "invoice_id")
    index("ix_invoice_line_order_line", "invoice_line", "order_line_id")


def _ledger_entry() -> None:
    op.create_table(
        "ledger_entry",
        key("ledger_entry_id"),
        refer("stock_id", "stock.stock_id"),
        instant("at"),
        name("kind"),
        micro("quantity"),
        micro("value", null=True),
        words("document"),
        words("reason"),
        words("actor"),
        refer("work_order_id", "work_order.work_order_id", null=True),
        refer("purchase_line_id", "purchase_line.purchase_line_id", null=True),
        refer("order_line_id", "order_line.order_line_id", null=True),
        refer("reverses_id", "ledger_entry.ledger_entry_id", null=True),
    )
    index("ix_ledger_entry_stock", "ledger_entry", "stock_id")
    index("ix_ledger_entry_work_order", "ledger_entry", "work_order_id")


def _payment_allocation() -> None:
    op.create_table(
        "payment_allocation",
        key("payment_allocation_id"),
        refer("payment_id", "payment.payment_id"),
        refer("invoice_id", "invoice.invoice_id", null=True),
        refer("bill_id", "bill.bill_id", null=True),
        micro("amount"),
        day("allocated_on"),
    )
    index("ix_payment_allocation_bill", "payment_allocation", "bill_id", "allocated_on", "amount")
    index("ix_payment_allocation_invoice", "payment_allocation", "invoice_id", "allocated_on", "amount")
    index("ix_payment_allocation_payment", "payment_allocation", "payment_id", "allocated_on", "amount")


def _receipt() -> None:
    op.create_table(
        "receipt",
        key("receipt_id"),
        text("number"),
        refer("purchase_line_id", "purchase_line.purchase_line_id"),
        refer("stock_id", "stock.stock_id", null=True),
        micro("quantity"),
        micro("rejected_quantity"),
        words("reason"),
        day("received_on"),
        words("received_by"),
        refer("reverses_id", "receipt.receipt_id", null=True),
        unique("number"),
    )
    index("ix_receipt_line", "receipt", "purchase_line_id")


def _requirement() -> None:
    op.create_table(
        "requirement",
        key("requirement_id"),
        refer("demand_id", "demand.demand_id", null=True),
        refer("work_order_id", "work_order.work_order_id", null=True),
        refer("item_id", "item.item_id"),
        micro("quantity"),
        micro("issued_quantity", server_default="0"),
        day("need_date"),
        whole("operation", null=True),
        words("position"),
        refer("alternate_for_id", "item.item_id", null=True),
        check("(demand_id IS NULL) <> (work_order_id IS NULL)", "requirement_parent"),
        check("quantity >= 0 AND issued_quantity >= 0", "requirement_quantity"),
    )
    index("ix_requirement_demand", "requirement", "demand_id", where="demand_id IS NOT NULL")
    index("ix_requirement_item", "requirement", "item_id")
    index(
        "ix_requirement_work_order",
        *("requirement", "work_order_id", "quantity", "issued_quantity"),
        where="work_order_id IS NOT NULL",
    )


def _time_entry() -> None:
    op.create_table(
        "time_entry",
        key("time_entry_id"),
        refer("work_order_operation_id", "work_order_operation.work_order_operation_id"),
        words("person"),
        instant("started_at"),
        instant("ended_at", null=True),
        micro("cost", null=True),
        micro("overhead", null=True),
        micro("hourly_rate", null=True),
        micro("overhead_rate", null=True),
        words("note"),
    )
    index("ix_time_entry_operation", "time_entry", "work_order_operation_id")
    index("ix_time_entry_running", "time_entry", "person", where="ended_at IS NULL")


def _bill_line() -> None:
    op.create_table(
        "bill_line",
        key("bill_line_id"),
        refer("bill_id", "bill.bill_id"),
        refer("purchase_line_id", "purchase_line.purchase_line_id", null=True),
        refer("receipt_id", "receipt.receipt_id", null=True),
        refer("purchase_history_id", "purchase_history.purchase_history_id", null=True),
        refer("credits_line_id", "bill_line.bill_line_id", null=True),
        words("kind"),
        words("description"),
        micro("quantity"),
        micro("unit_price"),
        micro("net_amount"),
    )
    index("ix_bill_line_bill", "bill_line", "bill_id")
    index("ix_bill_line_history", "bill_line", "purchase_history_id")
    index("ix_bill_line_purchase_line", "bill_line", "purchase_line_id")
    index("ix_bill_line_receipt", "bill_line", "receipt_id")


def _peg() -> None:
    op.create_table(
        "peg",
        key("peg_id"),
        refer("requirement_id", "requirement.requirement_id"),
        refer("stock_id", "stock.stock_id", null=True),
        refer("work_order_id", "work_order.work_order_id", null=True),
        refer("purchase_line_id", "purchase_line.purchase_line_id", null=True),
        micro("quantity"),
        check(
            "(CASE WHEN stock_id IS NULL THEN 0 ELSE 1 END) "
            "+ (CASE WHEN work_order_id IS NULL THEN 0 ELSE 1 END) "
            "+ (CASE WHEN purchase_line_id IS NULL THEN 0 ELSE 1 END) = 1",
            "peg_supply",
        ),
        check("quantity > 0", "peg_quantity"),
    )
    index("ix_peg_purchase_line", "peg", "purchase_line_id", where="purchase_line_id IS NOT NULL")
    index("ix_peg_requirement", "peg", "requirement_id", "work_order_id", "stock_id", "quantity")
    index("ix_peg_stock", "peg", "stock_id", where="stock_id IS NOT NULL")
    index("ix_peg_work_order", "peg", "work_order_id", where="work_order_id IS NOT NULL")


def _floor_report() -> None:
    op.create_table(
        "floor_report",
        key("floor_report_id"),
        instant("at"),
        name("kind"),
        words("person"),
        refer("work_order_id", "work_order.work_order_id", null=True),
        whole("operation", null=True),
        refer("item_id", "item.item_id", null=True),
        micro("good_quantity"),
        micro("scrap_quantity"),
        words("reason"),
        words("rows_before"),
        words("rows_after"),
        instant("undone_at", null=True),
        instant("settled_at", null=True),
        words("settled_by"),
    )
    index("ix_floor_report_problem", "floor_report", "kind", where="kind = 'problem' AND settled_at IS NULL")
    index("ix_floor_report_work_order", "floor_report", "work_order_id")


def _stock_count() -> None:
    op.create_table(
        "stock_count",
        key("stock_count_id"),
        text("number"),
        name("state"),
        instant("made_at"),
        words("made_by"),
        instant("ended_at", null=True),
        words("ended_by"),
        words("note"),
        check("state IN ('open', 'done', 'cancelled')", "stock_count_state"),
        unique("number"),
    )
    op.create_table(
        "stock_count_line",
        key("stock_count_line_id"),
        refer("stock_count_id", "stock_count.stock_count_id", owned=True),
        refer("item_id", "item.item_id"),
        refer("location_id", "location.location_id"),
        words("lot"),
        micro("booked_quantity", null=True),
        micro("counted_quantity", null=True),
        instant("counted_at", null=True),
        words("counted_by"),
        unique("stock_count_id", "item_id", "location_id", "lot"),
    )


def _attachment() -> None:
    op.create_table(
        "attachment",
        key("attachment_id"),
        name("kind"),
        refer("item_id", "item.item_id", null=True),
        refer("bom_id", "bom.bom_id", null=True),
        refer("order_id", "customer_order.order_id", null=True),
        refer("work_order_id", "work_order.work_order_id", null=True),
        refer("purchase_order_id", "purchase_order.purchase_order_id", null=True),
        whole("place"),
        name("name"),
        name("form"),
        words("revision"),
        flag("prints"),
        refer_by_name("content_hash", "stored_file.content_hash"),
        instant("added_at"),
        words("added_by"),
        check(
            "kind = 'company' AND item_id IS NULL AND bom_id IS NULL AND order_id IS NULL AND work_order_id IS NULL"
            " AND purchase_order_id IS NULL OR kind = 'item' AND item_id IS NOT NULL"
            " OR kind = 'bom' AND bom_id IS NOT NULL OR kind = 'order' AND order_id IS NOT NULL"
            " OR kind = 'work_order' AND work_order_id IS NOT NULL"
            " OR kind = 'purchase_order' AND purchase_order_id IS NOT NULL",
            "attachment_owner",
        ),
    )
    for owner in ("item", "bom", "order", "work_order", "purchase_order"):
        index(f"ix_attachment_{owner}", "attachment", f"{owner}_id")
    index("ix_attachment_content", "attachment", "content_hash")
