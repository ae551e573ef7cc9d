"""The columns of the list of purchase orders, of their lines, and of what claims a line."""

from pegboard.i18n import tr
from pegboard.queries.purchasing import PurchaseLineRow, PurchaseOrderRow
from pegboard.ui import formats
from pegboard.ui.columns import (
    Align,
    Column,
    date_column,
    mark_column,
    money_column,
    price_column,
    quantity_column,
    text_column,
    whole_column,
)
from pegboard.ui.purchasing import words


def order_columns() -> tuple[Column[PurchaseOrderRow], ...]:
    """Return the columns of the list of purchase orders."""
    return (
        text_column("number", tr("Order"), lambda order: order.number, width=84),
        text_column("supplier", tr("Supplier"), lambda order: order.supplier_name, width=136, tip=_supplier_tip),
        mark_column("state", tr("State"), words.order_mark, width=94),
        whole_column("lines", tr("Lines"), lambda order: order.lines, width=46, tip=_open_lines, hidden=True),
        Column(
            "amount",
            tr("Amount"),
            words.amount_text,
            sort=lambda order: order.known_amount.minor,
            value=lambda order: order.known_amount,
            align=Align.RIGHT,
            width=108,
            is_money=True,
        ),
        Column(
            "order_by",
            tr("Next step"),
            words.next_step,
            sort=lambda order: order.order_by or order.due,
            value=lambda order: order.order_by or order.due,
            help=tr("The last day to send a draft; when the next line of a sent order comes."),
            width=116,
        ),
        date_column("due", tr("Next due"), lambda order: order.due, width=90, hidden=True),
        date_column("ordered_on", tr("Ordered"), lambda order: order.ordered_on, width=90, hidden=True),
    )


def _supplier_tip(order: PurchaseOrderRow) -> str:
    return f"{order.supplier_name} ({order.supplier})"


def _open_lines(order: PurchaseOrderRow) -> str:
    return tr("{open} of {all} lines are open.", open=order.open_lines, all=order.lines)


def line_columns() -> tuple[Column[PurchaseLineRow], ...]:
    """Return the columns of the lines of a purchase order."""
    return (
        whole_column("line", "#", lambda line: line.line, width=38),
        text_column("item", tr("Item"), lambda line: line.item, width=104, tip=_item_tip),
        text_column("description", tr("Description"), lambda line: line.description, width=160, hidden=True),
        quantity_column(
            "quantity", tr("Qty"), lambda line: line.quantity, unit=lambda line: line.unit, width=64, tip=_quantity_tip
        ),
        price_column("price", tr("Price"), lambda line: line.unit_price, width=50),
        money_column("amount", tr("Amount"), lambda line: line.amount, width=64),
        text_column("wanted", tr("Wanted by"), words.wanted_text, width=150, tip=words.wanted_text),
        quantity_column("surplus", tr("Surplus"), lambda line: line.surplus or None, width=62, tip=words.surplus_text),
        Column(
            "due",
            tr("Due"),
            _due_text,
            sort=lambda line: line.promised or line.due,
            value=lambda line: line.promised or line.due,
            mark=words.late_mark,
            tip=_due_tip,
            width=78,
        ),
        Column(
            "order_by",
            tr("Order by"),
            lambda line: formats.short_day(line.order_by),
            sort=lambda line: line.order_by,
            value=lambda line: line.order_by,
            width=72,
        ),
        mark_column("state", tr("State"), words.line_mark, width=96, hidden=True),
        quantity_column("open", tr("Open"), lambda line: line.open or None, width=60, hidden=True),
        text_column("sku", tr("Their number"), lambda line: line.sku, width=110, hidden=True),
    )


def _item_tip(line: PurchaseLineRow) -> str:
    return " ".join(filter(None, (line.description, f"({line.sku})" if line.sku else "")))


def _quantity_tip(line: PurchaseLineRow) -> str:
    return tr("Set by {person}.", person=line.set_by) if line.set_by else ""


def _due_text(line: PurchaseLineRow) -> str:
    day = formats.short_day(line.promised or line.due)
    return tr("{date} promised", date=day) if line.promised is not None else day


def _due_tip(line: PurchaseLineRow) -> str:
    parts = []
    if line.promised is not None:
        parts.append(tr("Asked for {due}.", due=formats.day(line.due)))
    if line.needed is not None:
        parts.append(tr("First needed on {date}.", date=formats.day(line.needed)))
    return " ".join(parts)
