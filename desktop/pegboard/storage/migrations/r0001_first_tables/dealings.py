"""The first tables, part 2 of 4, in the order in which they refer to each other."""

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
    _bill()
    _bom()
    _buffer()
    _customer_order()
    _decision()
    _inference()
    _kanban_loop()
    _option_group()
    _pos_sale()
    _purchase_history()
    _purchase_order()
    _replenishment()


def _bill() -> None:
    op.create_table(
        "bill",
        key("bill_id"),
        text("number"),
        refer("supplier_id", "supplier.supplier_id"),
        words("supplier_number"),
        refer("credits_id", "bill.bill_id", null=True),
        day("billed_on"),
        day("due_on"),
        name("currency"),
        micro("net_amount"),
        micro("tax_amount"),
        words("origin"),
        words("note"),
        unique("number"),
    )
    index("ix_bill_billed", "bill", "billed_on")
    index("ix_bill_credits", "bill", "credits_id")
    index("ix_bill_supplier", "bill", "supplier_id")


def _bom() -> None:
    op.create_table(
        "bom",
        key("bom_id"),
        refer("item_id", "item.item_id"),
        words("revision"),
        micro("output_quantity"),
        day("valid_from", null=True),
        day("valid_to", null=True),
        unique("item_id", "revision"),
    )


def _buffer() -> None:
    op.create_table(
        "buffer",
        key("buffer_id"),
        refer("item_id", "item.item_id"),
        micro("quantity"),
        words("reason"),
        unique("item_id"),
    )


def _customer_order() -> None:
    op.create_table(
        "customer_order",
        key("order_id"),
        text("number"),
        refer("customer_id", "customer.customer_id"),
        day("order_date"),
        words("customer_reference"),
        words("ship_to"),
        micro("freight", null=True),
        micro("deposit_percent", null=True),
        day("deposit_paid_on", null=True),
        words("note"),
        whole("revision"),
        whole("row_version"),
        unique("number"),
    )
    index("ix_customer_order_customer", "customer_order", "customer_id")


def _decision() -> None:
    op.create_table(
        "decision",
        key("decision_id"),
        name("kind"),
        name("number"),
        refer("item_id", "item.item_id", null=True),
        micro("quantity"),
        words("cause"),
        instant("raised_at"),
        instant("decided_at", null=True),
        words("decided_by"),
        words("outcome"),
    )
    index("ix_decision_open", "decision", "decided_at")


def _inference() -> None:
    op.create_table(
        "inference",
        key("inference_id"),
        text("number"),
        refer("customer_id", "customer.customer_id", null=True),
        refer("item_id", "item.item_id"),
        micro("quantity"),
        micro("probability"),
        words("evidence"),
        day("need_date"),
        day("expires_on"),
        flag("long_lead_only"),
        name("state"),
        micro("committed_amount"),
        micro("taken_quantity"),
        instant("accepted_at", null=True),
        words("accepted_by"),
        instant("ended_at", null=True),
        words("ended_by"),
        check("state IN ('accepted', 'declined', 'taken', 'expired', 'withdrawn')", "inference_state"),
        unique("number"),
    )
    index("ix_inference_state", "inference", "state")


def _kanban_loop() -> None:
    op.create_table(
        "kanban_loop",
        key("kanban_loop_id"),
        refer("item_id", "item.item_id"),
        refer("supplier_id", "supplier.supplier_id", null=True),
        refer("location_id", "location.location_id"),
        micro("container_quantity"),
        whole("cards", null=True),
        unique("item_id", "supplier_id", "location_id"),
    )


def _option_group() -> None:
    op.create_table(
        "option_group",
        key("option_group_id"),
        refer("item_id", "item.item_id"),
        text("code"),
        flag("required"),
        unique("item_id", "code"),
    )


def _pos_sale() -> None:
    op.create_table(
        "pos_sale",
        key("pos_sale_id"),
        text("reference"),
        whole("line"),
        instant("sold_at"),
        refer("location_id", "location.location_id"),
        refer("item_id", "item.item_id"),
        micro("quantity"),
        micro("unit_price", null=True),
        flag("signalled"),
        unique("reference", "line"),
    )
    index("ix_pos_sale_shelf", "pos_sale", "item_id", "location_id", "signalled")


def _purchase_history() -> None:
    op.create_table(
        "purchase_history",
        key("purchase_history_id"),
        text("purchase_order"),
        whole("line"),
        refer("supplier_id", "supplier.supplier_id"),
        refer("item_id", "item.item_id"),
        micro("quantity"),
        micro("unit_price", null=True),
        day("ordered_on", null=True),
        day("promised_on", null=True),
        day("received_on", null=True),
        day("billed_on", null=True),
        day("paid_on", null=True),
        unique("purchase_order", "line"),
    )


def _purchase_order() -> None:
    op.create_table(
        "purchase_order",
        key("purchase_order_id"),
        text("number"),
        refer("supplier_id", "supplier.supplier_id"),
        name("state"),
        day("ordered_on", null=True),
        whole("revision"),
        words("note"),
        whole("row_version"),
        check("state IN ('draft', 'sent', 'closed', 'cancelled')", "purchase_order_state"),
        unique("number"),
    )
    index("ix_purchase_order_supplier", "purchase_order", "supplier_id", "state")


def _replenishment() -> None:
    op.create_table(
        "replenishment",
        key("replenishment_id"),
        refer("item_id", "item.item_id"),
        refer("location_id", "location.location_id"),
        micro("order_up_to"),
        micro("unsignalled_sold"),
        micro("raised"),
        day("signalled_on", null=True),
        unique("item_id", "location_id"),
    )
