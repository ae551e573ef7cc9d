"""Words for what the audit trail names: the kinds of records, their fields and states, and commands."""

from pegboard.i18n import tr


def place_words(place: str) -> str:
    """What people call the records of a table; the table's own name where nobody gave it words."""
    return {
        "customer_order": tr("order"),
        "order_line": tr("order line"),
        "order_line_option": tr("option of an order line"),
        "purchase_order": tr("purchase order"),
        "purchase_line": tr("purchase line"),
        "work_order": tr("job"),
        "customer": tr("customer"),
        "supplier": tr("supplier"),
        "item": tr("item"),
        "bom": tr("BOM"),
        "bom_line": tr("BOM line"),
        "routing_operation": tr("routing step"),
        "supplier_item": tr("supplier's offer"),
        "price_break": tr("supplier's price"),
        "work_center": tr("work center"),
        "kanban_loop": tr("kanban loop"),
        "replenishment": tr("shelf level"),
        "buffer": tr("buffer"),
        "exchange_rate": tr("exchange rate"),
        "setting": tr("setting"),
        "person": tr("person"),
    }.get(place, place.replace("_", " "))


def state_words(state: str) -> str:
    """A state of an order line, a purchase or a job."""
    return {
        "quote": tr("quote"),
        "confirmed": tr("confirmed"),
        "shipped": tr("shipped"),
        "closed": tr("closed"),
        "cancelled": tr("cancelled"),
        "draft": tr("draft"),
        "sent": tr("sent"),
        "open": tr("open"),
        "planned": tr("planned"),
        "released": tr("released"),
        "in_progress": tr("in progress"),
        "done": tr("done"),
    }.get(state, state)


def field_words(field: str) -> str:
    """What people call a field; where nobody gave it words, its name says it."""
    return (_document_fields() | _master_fields()).get(field, field.removesuffix("_id").replace("_", " "))


def _document_fields() -> dict[str, str]:
    """Fields of orders, purchases and jobs."""
    return {
        "number": tr("number"),
        "order_date": tr("order date"),
        "customer_reference": tr("customer's reference"),
        "ship_to": tr("ship to"),
        "deposit_percent": tr("deposit %"),
        "deposit_paid_on": tr("deposit paid"),
        "shipped_quantity": tr("shipped"),
        "due_date": tr("due"),
        "unit_price": tr("price"),
        "tax_percent": tr("tax %"),
        "shipped_on": tr("shipped on"),
        "invoiced_on": tr("invoiced on"),
        "paid_on": tr("paid on"),
        "ordered_on": tr("ordered on"),
        "received_quantity": tr("received"),
        "promised_date": tr("promised by the supplier"),
        "quantity_set_by": tr("quantity set by"),
        "start_quantity": tr("starts with"),
        "completed_quantity": tr("completed"),
        "scrapped_quantity": tr("scrapped"),
        "start_date": tr("start"),
        "released_at": tr("released"),
        "choices": tr("options"),
        "option_group": tr("option"),
        "option_choice": tr("choice"),
        "state": tr("state"),
        "status": tr("state"),
        "hold": tr("on hold"),
    }


def _master_fields() -> dict[str, str]:
    """Fields of items, BOMs, routings, customers, suppliers and the rest of what the shop is set up with."""
    return {
        "whole_units": tr("whole units"),
        "calendar_lead_time": tr("lead time in calendar days"),
        "over_receipt_percent": tr("over-receipt %"),
        "loss_percent": tr("loss %"),
        "scrap_percent": tr("scrap %"),
        "discount_percent": tr("discount %"),
        "discount_days": tr("discount days"),
        "retired_on": tr("retired"),
        "component_id": tr("component"),
        "work_center_id": tr("work center"),
        "per_batch": tr("per batch"),
        "output_quantity": tr("output"),
        "container_quantity": tr("container"),
        "order_up_to": tr("fill up to"),
        "from_quantity": tr("from quantity"),
        "units_per_purchase_unit": tr("units per purchase unit"),
        "wip_cap": tr("most jobs at once"),
        "supplier_sku": tr("supplier's code"),
        "manufacturer_part": tr("manufacturer's part"),
        "hours_per_day": tr("hours a day"),
        "hourly_rate": tr("rate an hour"),
    }
