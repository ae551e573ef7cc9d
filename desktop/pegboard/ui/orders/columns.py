"""The columns of the Orders page: the list, an order's lines, what they pull, the history."""

from pegboard.i18n import tr
from pegboard.queries.order_detail import HistoryEntry, OrderLineRow
from pegboard.queries.order_pulls import Pull
from pegboard.queries.orders import OrderRow
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
from pegboard.ui.orders import words


def order_columns() -> tuple[Column[OrderRow], ...]:
    """Return the columns of the list; their keys are those by which the file sorts."""
    return (
        text_column("number", tr("Order"), lambda row: row.number or tr("draft"), width=72),
        text_column("customer", tr("Customer"), lambda row: row.customer, width=140, tip=lambda row: row.customer_code),
        mark_column("state", tr("State"), lambda row: words.state_mark(row.state), width=116),
        date_column("due", tr("Due"), lambda row: row.due, width=104),
        date_column("ready", tr("Ready"), lambda row: row.ready, width=104, help=tr("When all of it can ship.")),
        text_column(
            "progress",
            tr("Done"),
            words.short_progress,
            width=62,
            tip=words.progress_text,
            help=tr("Operations of its jobs that are done."),
        ),
        text_column("reference", tr("Reference"), lambda row: row.reference, width=104, help=tr("Their own number.")),
        whole_column("lines", tr("Lines"), lambda row: row.lines, width=50, help=tr("Lines still open.")),
        money_column("value", tr("Value"), lambda row: row.value, width=86),
        date_column("order_date", tr("Ordered"), lambda row: row.order_date, hidden=True),
    )


def line_columns() -> tuple[Column[OrderLineRow], ...]:
    """Return the columns of an order's lines."""
    return (
        whole_column("line", "#", lambda line: line.line, width=32),
        text_column("item", tr("Item"), lambda line: line.item, width=112, tip=lambda line: line.description),
        quantity_column("quantity", tr("Qty"), lambda line: line.quantity, width=46),
        mark_column("state", tr("Cover"), words.line_mark, width=104, tip=lambda line: line.because),
        date_column("due", tr("Due"), lambda line: line.due, width=96),
        date_column("promise", tr("Ready"), lambda line: line.promise, width=100, help=tr("When it can ship.")),
        money_column("amount", tr("Amount"), lambda line: line.amount, width=78),
        text_column("options", tr("Options"), lambda line: words.options_text(line.options), width=150),
        quantity_column("shipped", tr("Shipped"), lambda line: line.shipped, hidden=True),
        price_column("price", tr("Price"), lambda line: line.price, hidden=True),
        date_column("first_promise", tr("First told"), lambda line: line.first_promise, hidden=True),
        text_column("description", tr("Description"), lambda line: line.description, hidden=True),
    )


def pull_columns(item_width: int) -> tuple[Column[Pull], ...]:
    """Return the columns of the tree of needs."""
    return (
        Column(
            "item",
            tr("Item"),
            lambda pull: f"{pull.line}  {pull.item}" if pull.line else pull.item,
            width=item_width,
            tip=lambda pull: pull.description,
        ),
        Column(
            "quantity",
            tr("Qty"),
            lambda pull: f"{formats.quantity(pull.quantity)} {pull.unit}",
            align=Align.RIGHT,
            width=74,
        ),
        Column(
            "supply",
            tr("From"),
            words.pull_text,
            mark=words.pull_mark,
            width=110,
            tip=words.pull_tip,
        ),
    )


def history_columns() -> tuple[Column[HistoryEntry], ...]:
    """Return the columns of the history."""
    return (
        Column("at", tr("When"), lambda entry: formats.instant(entry.at), sort=lambda entry: entry.at, width=120),
        text_column("actor", tr("Who"), lambda entry: entry.actor, width=60),
        text_column("text", tr("What"), lambda entry: entry.text, width=300, tip=lambda entry: entry.text),
    )
