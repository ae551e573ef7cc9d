"""The first tables, part 3 of 4, in the order in which they refer to each other."""

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
    text,
    unique,
    whole,
    words,
)


def create() -> None:
    """Make the tables of this part."""
    _routing_operation()
    _sku_alias()
    _stock()
    _supplier_item()
    _bom_line()
    _cost_layer()
    _kanban_card()
    _option_choice()
    _option_rule()
    _order_line()
    _order_revision()
    _payment()
    _price_break()
    _shipment()
    _work_order()
    _bom_alternate()
    _demand()
    _card_cycle()
    _genealogy()
    _invoice()
    _order_line_option()
    _purchase_line()
    _stock_build()
    _shipment_line()


def _routing_operation() -> None:
    op.create_table(
        "routing_operation",
        key("routing_operation_id"),
        refer("item_id", "item.item_id"),
        words("revision"),
        whole("sequence"),
        refer("work_center_id", "work_center.work_center_id", null=True),
        refer("supplier_id", "supplier.supplier_id", null=True),
        words("description"),
        words("instructions"),
        micro("setup_minutes"),
        micro("run_minutes"),
        whole("lead_time_days", null=True),
        micro("price", null=True),
        words("option_group"),
        words("option_choice"),
        unique("item_id", "revision", "sequence"),
    )


def _sku_alias() -> None:
    op.create_table(
        "sku_alias",
        key("sku_alias_id"),
        words("origin"),
        text("sku"),
        refer("item_id", "item.item_id", null=True),
        unique("origin", "sku"),
    )


def _stock() -> None:
    op.create_table(
        "stock",
        key("stock_id"),
        refer("item_id", "item.item_id"),
        refer("location_id", "location.location_id"),
        words("lot"),
        micro("quantity"),
        micro("unit_cost", null=True),
        day("received_on", null=True),
        day("expires_on", null=True),
        name("status"),
        unique("item_id", "location_id", "lot"),
        check("quantity >= 0", "stock_not_negative"),
        check("status IN ('available', 'quarantine')", "stock_status"),
    )


def _stock_build() -> None:
    op.create_table(
        "stock_build",
        key("stock_build_id"),
        refer("item_id", "item.item_id"),
        micro("quantity"),
        words("reason"),
        name("signed_by"),
        day("signed_on"),
        refer("work_order_id", "work_order.work_order_id", null=True),
        refer("purchase_line_id", "purchase_line.purchase_line_id", null=True),
    )


def _supplier_item() -> None:
    op.create_table(
        "supplier_item",
        key("supplier_item_id"),
        refer("supplier_id", "supplier.supplier_id"),
        refer("item_id", "item.item_id"),
        words("supplier_sku"),
        words("purchase_unit"),
        micro("units_per_purchase_unit"),
        micro("minimum_quantity", null=True),
        micro("order_multiple", null=True),
        micro("maximum_quantity", null=True),
        whole("lead_time_days", null=True),
        words("manufacturer"),
        words("manufacturer_part"),
        whole("rank"),
        flag("active"),
        unique("supplier_id", "item_id", "supplier_sku"),
    )
    index("ix_supplier_item_item", "supplier_item", "item_id", "rank")


def _bom_line() -> None:
    op.create_table(
        "bom_line",
        key("bom_line_id"),
        refer("bom_id", "bom.bom_id", owned=True),
        whole("line"),
        refer("component_id", "item.item_id"),
        micro("quantity", null=True),
        micro("pieces_per_stock", null=True),
        flag("per_batch"),
        micro("scrap_percent"),
        micro("setup_quantity"),
        micro("rounding_multiple", null=True),
        whole("operation", null=True),
        words("position"),
        words("option_group"),
        words("option_choice"),
        day("valid_from", null=True),
        day("valid_to", null=True),
        unique("bom_id", "line"),
        check("(quantity IS NULL) <> (pieces_per_stock IS NULL)", "bom_line_quantity"),
    )
    index("ix_bom_line_component", "bom_line", "component_id")


def _cost_layer() -> None:
    op.create_table(
        "cost_layer",
        key("cost_layer_id"),
        refer("stock_id", "stock.stock_id"),
        day("received_on", null=True),
        micro("remaining_quantity"),
        micro("unit_cost", null=True),
    )
    index("ix_cost_layer_stock", "cost_layer", "stock_id")


def _kanban_card() -> None:
    op.create_table(
        "kanban_card",
        key("kanban_card_id"),
        refer("kanban_loop_id", "kanban_loop.kanban_loop_id"),
        whole("number"),
        name("state"),
        instant("state_at", null=True),
        flag("is_extra"),
        words("retired_because"),
        check("state IN ('full', 'empty', 'ordered', 'in_transit', 'retired')", "card_state"),
    )


def _option_choice() -> None:
    op.create_table(
        "option_choice",
        key("option_choice_id"),
        refer("option_group_id", "option_group.option_group_id", owned=True),
        text("code"),
        words("description"),
        micro("price_extra"),
        flag("is_default"),
        unique("option_group_id", "code"),
    )


def _option_rule() -> None:
    op.create_table(
        "option_rule",
        key("option_rule_id"),
        refer("item_id", "item.item_id"),
        name("kind"),
        text("option_group"),
        text("option_choice"),
        text("other_group"),
        text("other_choice"),
        words("reason"),
        check("kind IN ('excludes', 'requires')", "option_rule_kind"),
        unique("item_id", "kind", "option_group", "option_choice", "other_group", "other_choice"),
    )


def _order_line() -> None:
    op.create_table(
        "order_line",
        key("order_line_id"),
        refer("order_id", "customer_order.order_id"),
        whole("line"),
        refer("item_id", "item.item_id"),
        micro("quantity"),
        micro("shipped_quantity"),
        day("due_date", null=True),
        micro("unit_price", null=True),
        micro("tax_percent", null=True),
        words("description"),
        name("status"),
        flag("hold"),
        day("shipped_on", null=True),
        day("invoiced_on", null=True),
        day("paid_on", null=True),
        day("promise_date", null=True),
        day("first_promise_date", null=True),
        unique("order_id", "line"),
        check("status IN ('quote', 'confirmed', 'shipped', 'closed', 'cancelled')", "order_line_status"),
    )
    index("ix_order_line_item", "order_line", "item_id")
    index("ix_order_line_status", "order_line", "status", "due_date")


def _order_revision() -> None:
    op.create_table(
        "order_revision",
        key("order_revision_id"),
        refer("order_id", "customer_order.order_id"),
        whole("revision"),
        instant("changed_at"),
        words("changed_by"),
        name("before"),
        name("after"),
        unique("order_id", "revision"),
    )


def _payment() -> None:
    op.create_table(
        "payment",
        key("payment_id"),
        text("number"),
        name("kind"),
        refer("customer_id", "customer.customer_id", null=True),
        refer("supplier_id", "supplier.supplier_id", null=True),
        refer("order_id", "customer_order.order_id", null=True),
        words("category"),
        day("paid_on"),
        name("currency"),
        micro("amount"),
        refer("reverses_id", "payment.payment_id", null=True),
        words("reference"),
        check("kind IN ('customer', 'supplier', 'deposit', 'expense', 'opening')", "payment_kind"),
        unique("number"),
    )
    index("ix_payment_customer", "payment", "customer_id")
    index("ix_payment_order", "payment", "order_id")
    index("ix_payment_paid", "payment", "paid_on")
    index("ix_payment_kind", "payment", "kind", "paid_on", "currency", "amount")
    index("ix_payment_reverses", "payment", "reverses_id")
    index("ix_payment_supplier", "payment", "supplier_id")


def _price_break() -> None:
    op.create_table(
        "price_break",
        key("price_break_id"),
        refer("supplier_item_id", "supplier_item.supplier_item_id", owned=True),
        micro("from_quantity"),
        micro("price", null=True),
        unique("supplier_item_id", "from_quantity"),
    )


def _shipment() -> None:
    op.create_table(
        "shipment",
        key("shipment_id"),
        text("number"),
        refer("order_id", "customer_order.order_id"),
        day("shipped_on"),
        words("carrier"),
        words("tracking"),
        unique("number"),
    )


def _work_order() -> None:
    op.create_table(
        "work_order",
        key("work_order_id"),
        text("number"),
        refer("item_id", "item.item_id"),
        refer("bom_id", "bom.bom_id", null=True),
        words("revision"),
        words("choices"),
        micro("quantity"),
        micro("start_quantity"),
        micro("completed_quantity"),
        micro("scrapped_quantity"),
        day("start_date"),
        day("due_date"),
        name("state"),
        words("surplus_reason"),
        micro("pulled_quantity", server_default="0"),
        words("quantity_set_by"),
        flag("components_issued"),
        instant("released_at", null=True),
        words("note"),
        whole("row_version"),
        check("state IN ('planned', 'released', 'in_progress', 'done', 'closed', 'cancelled')", "work_order_state"),
        unique("number"),
    )
    index("ix_work_order_item", "work_order", "item_id")
    index("ix_work_order_state", "work_order", "state", "due_date")
    index("ix_work_order_start", "work_order", "state", "start_date")
    index("ix_work_order_surplus", "work_order", "item_id", where="surplus_reason <> ''")


def _bom_alternate() -> None:
    op.create_table(
        "bom_alternate",
        key("bom_alternate_id"),
        refer("bom_line_id", "bom_line.bom_line_id", owned=True),
        whole("rank"),
        refer("item_id", "item.item_id"),
        unique("bom_line_id", "item_id"),
    )
    index("ix_bom_alternate_item", "bom_alternate", "item_id")


def _demand() -> None:
    op.create_table(
        "demand",
        key("demand_id"),
        name("kind"),
        name("name"),
        refer("order_line_id", "order_line.order_line_id", null=True),
        refer("kanban_card_id", "kanban_card.kanban_card_id", null=True),
        refer("replenishment_id", "replenishment.replenishment_id", null=True),
        refer("inference_id", "inference.inference_id", null=True),
        refer("item_id", "item.item_id"),
        refer("location_id", "location.location_id", null=True),
        micro("quantity"),
        day("need_date", null=True),
        name("state"),
        instant("raised_at"),
        words("raised_by"),
        check("kind IN ('order', 'kanban', 'pos', 'inferred')", "demand_kind"),
        check("state IN ('open', 'done', 'cancelled', 'expired')", "demand_state"),
    )
    index("ix_demand_kanban_card", "demand", "kanban_card_id", where="kanban_card_id IS NOT NULL")
    index("ix_demand_name", "demand", "name")
    index("ix_demand_order_line", "demand", "order_line_id", "state")
    index("ix_demand_state", "demand", "state", "kind")


def _card_cycle() -> None:
    op.create_table(
        "card_cycle",
        key("card_cycle_id"),
        refer("kanban_card_id", "kanban_card.kanban_card_id"),
        instant("emptied_at"),
        instant("filled_at"),
    )
    index("ix_card_cycle_card", "card_cycle", "kanban_card_id")


def _genealogy() -> None:
    op.create_table(
        "genealogy",
        key("genealogy_id"),
        refer("work_order_id", "work_order.work_order_id"),
        refer("component_stock_id", "stock.stock_id"),
        refer("output_stock_id", "stock.stock_id"),
        micro("quantity"),
    )
    index("ix_genealogy_component", "genealogy", "component_stock_id")
    index("ix_genealogy_output", "genealogy", "output_stock_id")


def _invoice() -> None:
    op.create_table(
        "invoice",
        key("invoice_id"),
        text("number"),
        refer("customer_id", "customer.customer_id"),
        refer("order_id", "customer_order.order_id", null=True),
        refer("shipment_id", "shipment.shipment_id", null=True),
        refer("credits_id", "invoice.invoice_id", null=True),
        day("issued_on"),
        day("due_on"),
        name("currency"),
        micro("net_amount"),
        micro("tax_amount"),
        micro("deposit_amount"),
        words("origin"),
        words("note"),
        unique("number"),
    )
    index("ix_invoice_credits", "invoice", "credits_id")
    index("ix_invoice_customer", "invoice", "customer_id")
    index("ix_invoice_issued", "invoice", "issued_on")
    index("ix_invoice_order", "invoice", "order_id")
    index("ix_invoice_shipment", "invoice", "shipment_id")


def _order_line_option() -> None:
    op.create_table(
        "order_line_option",
        key("order_line_option_id"),
        refer("order_line_id", "order_line.order_line_id", owned=True),
        name("option_group"),
        name("option_choice"),
        unique("order_line_id", "option_group", "option_choice"),
    )


def _purchase_line() -> None:
    op.create_table(
        "purchase_line",
        key("purchase_line_id"),
        refer("purchase_order_id", "purchase_order.purchase_order_id"),
        whole("line"),
        refer("item_id", "item.item_id"),
        refer("supplier_item_id", "supplier_item.supplier_item_id", null=True),
        micro("quantity"),
        micro("received_quantity"),
        micro("unit_price", null=True),
        day("need_date", null=True),
        day("order_by_date", null=True),
        day("due_date"),
        day("promised_date", null=True),
        name("state"),
        words("surplus_reason"),
        micro("pulled_quantity", server_default="0"),
        words("quantity_set_by"),
        refer("work_order_id", "work_order.work_order_id", null=True),
        whole("operation", null=True),
        unique("purchase_order_id", "line"),
        check("state IN ('open', 'closed', 'cancelled')", "purchase_line_state"),
    )
    index("ix_purchase_line_item", "purchase_line", "item_id", "state")
    index("ix_purchase_line_surplus", "purchase_line", "item_id", where="surplus_reason <> ''")
    index("ix_purchase_line_work_order", "purchase_line", "work_order_id")


def _shipment_line() -> None:
    op.create_table(
        "shipment_line",
        key("shipment_line_id"),
        refer("shipment_id", "shipment.shipment_id"),
        refer("order_line_id", "order_line.order_line_id"),
        refer("stock_id", "stock.stock_id"),
        micro("quantity"),
        micro("returned_quantity"),
    )
    index("ix_shipment_line_order_line", "shipment_line", "order_line_id")
