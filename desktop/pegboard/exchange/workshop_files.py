"""The files of the workshop folder, in the order in which they are read and written."""

from typing import Any

from pegboard.domain.quantity import MICRO
from pegboard.exchange.columns import Column, FileForm, Kind

_LONGEST = 36_500  # days of a lead time or of payment terms: a century
_MOST = 10**9  # of whole numbers that count something


def _text(name: str, default: str = "") -> Column:
    return Column(name, Kind.TEXT, default=default)


def _code(name: str, kind: Kind = Kind.CODE, *, required: bool = False, key: bool = False, default: str = "") -> Column:
    return Column(name, kind, required=required, key=key, default=default)


def _item(name: str = "item", *, key: bool = False) -> Column:
    return Column(name, Kind.PLACE, required=True, key=key)


def _quantity(name: str, *, required: bool = False, default: int | None = None) -> Column:
    """A quantity above 0."""
    return Column(name, Kind.NUMBER, required=required, default=default, low=0, above=True)


def _amount(name: str, default: int | None = None, **limits: Any) -> Column:
    """A number that is not negative."""
    return Column(name, Kind.NUMBER, default=default, low=0, **limits)


def _days(name: str, default: int | None = None) -> Column:
    return Column(name, Kind.WHOLE, default=default, low=0, high=_LONGEST)


def _line() -> Column:
    return Column("line", Kind.WHOLE, key=True, low=0, high=_MOST)


def _date(name: str, *, required: bool = False, key: bool = False) -> Column:
    return Column(name, Kind.DATE, required=required, key=key)


def _yes_no(name: str, default: int | None = None, *, required: bool = False) -> Column:
    return Column(name, Kind.YES_NO, required=required, default=default)


def _choice(name: str, *choices: str, default: str = "", required: bool = False) -> Column:
    return Column(name, Kind.CHOICE, required=required, default=default, choices=choices)


_SETTINGS = FileForm("settings", (Column("name", required=True, key=True), _text("value")))
_ITEMS = FileForm(
    "items",
    (
        _item("code", key=True),
        _text("description"),
        _choice("source", "make", "buy", "phantom", required=True),
        _text("unit", "ea"),
        _yes_no("whole_units"),
        _days("lead_time_days"),
        _amount("standard_cost"),
        _amount("list_price"),
        _choice("tracking", "none", "lot", "serial", default="none"),
        _choice("batching", "per_order", "combined"),
        _amount("loss_percent", 0, high=100 * MICRO, below=True),
        _quantity("minimum_quantity"),
        _quantity("order_multiple"),
        _code("revision"),
        _text("drawing"),
        _yes_no("active", 1),
    ),
)
_BOMS = FileForm(
    "boms",
    (
        _item(key=True),
        _code("revision", key=True),
        _quantity("output_quantity", default=MICRO),
        _date("valid_from"),
        _date("valid_to"),
    ),
)
_BOM_LINES = FileForm(
    "bom_lines",
    (
        _item("parent", key=True),
        _code("revision", key=True),
        _line(),
        _item("component"),
        _quantity("quantity"),
        _choice("per", "unit", "batch", default="unit"),
        _amount("scrap_percent", 0, high=1000 * MICRO),
        _amount("setup_quantity", 0),
        _quantity("rounding_multiple"),
        _quantity("pieces_per_stock"),
        Column("operation", Kind.WHOLE, low=0, high=_MOST),
        _text("position"),
        Column("option", Kind.OPTION, default=("", "")),
        Column("alternates", Kind.CODES, default=()),
        _date("valid_from"),
        _date("valid_to"),
    ),
)
_OPTIONS = FileForm(
    "options",
    (
        _item(key=True),
        _code("group", required=True, key=True),
        _code("choice", required=True, key=True),
        _text("description"),
        _amount("price_extra", 0),
        _yes_no("default", 0),
        _yes_no("required", 1),
    ),
)
_WORK_CENTERS = FileForm(
    "work_centers",
    (
        _code("code", required=True, key=True),
        _text("description"),
        _quantity("hours_per_day", default=8 * MICRO),
        Column("machines", Kind.WHOLE, default=1, low=1, high=_MOST),
        _amount("hourly_rate"),
        _amount("queue_days", 0),
    ),
)
_ROUTINGS = FileForm(
    "routings",
    (
        _item(key=True),
        _code("revision", key=True),
        Column("sequence", Kind.WHOLE, required=True, key=True, low=0, high=_MOST),
        _code("work_center"),
        _text("description"),
        _text("instructions"),
        _amount("setup_minutes", 0),
        _amount("run_minutes", 0),
        _code("supplier"),
        _days("lead_time_days"),
        _amount("price"),
    ),
)
_SUPPLIERS = FileForm(
    "suppliers",
    (
        _code("code", required=True, key=True),
        _text("name"),
        _text("contact"),
        _text("email"),
        _text("phone"),
        _text("address"),
        _days("lead_time_days"),
        _choice("lead_time_kind", "working", "calendar", default="working"),
        _days("payment_terms_days", 30),
        Column("currency", Kind.CURRENCY, default=""),
        _yes_no("active", 1),
    ),
)
_SUPPLIER_ITEMS = FileForm(
    "supplier_items",
    (
        _code("supplier", required=True, key=True),
        _item(key=True),
        Column("supplier_sku", Kind.TEXT, key=True, default=""),
        Column("price_from_quantity", Kind.NUMBER, key=True, default=0, low=0),
        _text("purchase_unit"),
        _quantity("units_per_purchase_unit"),
        _quantity("minimum_quantity"),
        _quantity("order_multiple"),
        _quantity("maximum_quantity"),
        _days("lead_time_days"),
        _amount("price"),
        _text("manufacturer"),
        _text("manufacturer_part"),
        Column("rank", Kind.WHOLE, default=1, low=1, high=_MOST),
        _yes_no("active", 1),
    ),
)
_CUSTOMERS = FileForm(
    "customers",
    (
        _code("code", required=True, key=True),
        _text("name"),
        _text("contact"),
        _text("email"),
        _text("phone"),
        _text("billing_address"),
        _text("shipping_address"),
        _days("payment_terms_days", 30),
        _amount("deposit_percent", 0, high=100 * MICRO),
        Column("currency", Kind.CURRENCY, default=""),
    ),
)
_STOCK = FileForm(
    "stock",
    (
        _item(key=True),
        _code("location", Kind.PLACE, key=True, default="MAIN"),
        _code("lot", key=True),
        Column("quantity", Kind.NUMBER, required=True, low=0),
        _amount("unit_cost"),
        _date("received_on"),
        _date("expires_on"),
        _choice("status", "available", "quarantine", default="available"),
    ),
)
_ORDERS = FileForm(
    "orders",
    (
        _code("order", required=True, key=True),
        _line(),
        _code("customer", required=True),
        _date("order_date"),
        _item(),
        _quantity("quantity", required=True),
        _date("due_date"),
        _amount("unit_price"),
        _amount("tax_percent"),
        Column("options", Kind.OPTIONS, default=()),
        _text("description"),
        _text("customer_reference"),
        _text("ship_to"),
        _amount("freight"),
        _amount("deposit_percent", high=100 * MICRO),
        _date("deposit_paid_on"),
        _choice("status", "quote", "confirmed", "shipped", "closed", "cancelled", default="confirmed"),
        _yes_no("hold", 0),
        _date("shipped_on"),
        _date("invoiced_on"),
        _date("paid_on"),
    ),
)
_OPEN_PURCHASES = FileForm(
    "open_purchases",
    (
        _code("purchase_order", required=True, key=True),
        _line(),
        _code("supplier", required=True),
        _item(),
        _quantity("quantity", required=True),
        _date("due_date"),
        _amount("unit_price"),
        _date("ordered_on"),
        _choice("status", "draft", "sent", default="sent"),
    ),
)
_PURCHASE_HISTORY = FileForm(
    "purchase_history",
    (
        _code("purchase_order", required=True, key=True),
        _line(),
        _code("supplier", required=True),
        _item(),
        _quantity("quantity", required=True),
        _amount("unit_price"),
        _date("ordered_on"),
        _date("promised_on"),
        _date("received_on"),
        _date("billed_on"),
        _date("paid_on"),
    ),
)
_OPEN_WORK_ORDERS = FileForm(
    "open_work_orders",
    (
        _code("work_order", required=True, key=True),
        _item(),
        _quantity("quantity", required=True),
        _date("start_date"),
        _date("due_date", required=True),
        _yes_no("components_issued", 1),
    ),
)
_KANBAN_LOOPS = FileForm(
    "kanban_loops",
    (
        _item(key=True),
        _code("supplied_by", required=True, key=True),
        _code("consuming_location", Kind.PLACE, key=True, default="MAIN"),
        _quantity("container_quantity", required=True),
        Column("cards", Kind.WHOLE, low=1, high=10_000),
    ),
)
_REPLENISHMENT = FileForm(
    "replenishment",
    (
        _item(key=True),
        _code("location", Kind.PLACE, required=True, key=True),
        Column("order_up_to", Kind.NUMBER, required=True, low=0),
    ),
)
_BUFFERS = FileForm("buffers", (_item(key=True), _quantity("quantity", required=True), _text("reason")))
_POS_SALES = FileForm(
    "pos_sales",
    (
        _code("reference", required=True, key=True),
        _line(),
        Column("sold_at", Kind.INSTANT, required=True),
        _code("location", Kind.PLACE, required=True),
        _item(),
        Column("quantity", Kind.NUMBER, required=True),
        _amount("unit_price"),
        _yes_no("signalled", 0),
    ),
)
_CALENDAR = FileForm(
    "calendar", (_date("date", required=True, key=True), _yes_no("working", required=True), _text("note"))
)

FILES = (
    _SETTINGS,
    _ITEMS,
    _BOMS,
    _BOM_LINES,
    _OPTIONS,
    _WORK_CENTERS,
    _ROUTINGS,
    _SUPPLIERS,
    _SUPPLIER_ITEMS,
    _CUSTOMERS,
    _STOCK,
    _ORDERS,
    _OPEN_PURCHASES,
    _PURCHASE_HISTORY,
    _OPEN_WORK_ORDERS,
    _KANBAN_LOOPS,
    _REPLENISHMENT,
    _BUFFERS,
    _POS_SALES,
    _CALENDAR,
)
BY_NAME = {form.name: form for form in FILES}
