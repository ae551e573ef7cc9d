"""The columns of the page Shops: shelves, sales of one shelf, shares of what is scarce."""

from collections.abc import Callable

from pegboard.i18n import tr
from pegboard.queries.replenishment import SaleRow, ShelfRow
from pegboard.services.replenishment_shares import ShareRow
from pegboard.ui import formats
from pegboard.ui.columns import Align, Column, mark_column, price_column, quantity_column, text_column, whole_column
from pegboard.ui.marks import Mark, State
from pegboard.ui.pos import words


def _figure(
    key: str, title: str, get: Callable[[ShelfRow], float | None], text: Callable[[float | None], str], help_: str
) -> Column[ShelfRow]:
    return Column(
        key,
        title,
        lambda row: text(get(row)),
        sort=get,
        align=Align.RIGHT,
        width=64,
        help=help_,
    )


def shelf_columns() -> tuple[Column[ShelfRow], ...]:
    """Return the list of shelves."""
    return (
        text_column("item", tr("Item"), lambda row: row.item, width=110, tip=lambda row: row.description),
        text_column("location", tr("Shop"), lambda row: row.location, width=90),
        mark_column("state", tr("State"), words.shelf_mark, width=100),
        quantity_column("on_hand", tr("On hand"), lambda row: row.on_hand, width=64),
        quantity_column("level", tr("Level"), lambda row: row.level, width=56, help=tr("What it is filled up to.")),
        quantity_column(
            "proposed",
            tr("Proposed"),
            lambda row: row.proposed if words.has_proposal(row) else None,
            width=64,
            help=tr("The level by the shelf's own sales, where it differs; only a person changes it."),
        ),
        quantity_column("sold", tr("Sold"), lambda row: row.sold, width=56, help=tr("In the last 28 days, net.")),
        _figure(
            "cover", tr("Weeks"), lambda row: row.weeks_of_cover, words.weeks, tr("How long what lies there lasts.")
        ),
        _figure(
            "sell_through",
            tr("Sold of it"),
            lambda row: row.sell_through,
            words.percent,
            tr("Sell-through: what share of what was there in the last 28 days was sold."),
        ),
        _figure(
            "markdown",
            tr("Marked down"),
            lambda row: row.markdown,
            words.percent,
            tr("What share of the list price was given away."),
        ),
        _figure(
            "write_off",
            tr("Written off"),
            lambda row: row.write_off,
            words.percent,
            tr("What share of what left the shelf was written off."),
        ),
        quantity_column("on_order", tr("Coming"), lambda row: row.on_order, width=64, hidden=True),
        quantity_column("waiting", tr("To be pulled"), lambda row: row.waiting, width=64, hidden=True),
        text_column("description", tr("Description"), lambda row: row.description, width=180, hidden=True),
    )


def sale_columns() -> tuple[Column[SaleRow], ...]:
    """Return the newest sales of a shelf."""
    return (
        Column(
            "sold_at",
            tr("Sold"),
            lambda row: formats.instant(row.sold_at),
            sort=lambda row: row.sold_at,
            width=112,
        ),
        quantity_column("quantity", tr("Qty"), lambda row: row.quantity, width=56, help=tr("Negative for a return.")),
        price_column("unit_price", tr("Price"), lambda row: row.unit_price, width=72),
        mark_column("state", tr("Signal"), _sale_mark, width=72),
        text_column("reference", tr("Receipt"), lambda row: row.reference, width=140),
    )


def _sale_mark(row: SaleRow) -> Mark:
    return Mark(State.DONE, tr("pulled")) if row.is_signalled else Mark(State.WAITING, tr("waits"))


def share_columns() -> tuple[Column[ShareRow], ...]:
    """Return what is scarce, and who gets what."""
    return (
        text_column("item", tr("Item"), lambda row: row.item, width=120),
        text_column("location", tr("Shop"), lambda row: row.location, width=140),
        quantity_column("asked", tr("Asks for"), lambda row: row.asked, width=80),
        quantity_column("before", tr("Has of it now"), lambda row: row.before, width=100),
        quantity_column("now", tr("Gets"), lambda row: row.now, width=80),
        mark_column("change", tr("Change"), _change_mark, width=110),
        text_column("kit", tr("Set"), lambda row: row.kit or tr("alone"), width=110),
        whole_column("sets", tr("Complete sets"), lambda row: row.sets, width=100),
    )


def _change_mark(row: ShareRow) -> Mark:
    if row.now > row.before:
        return Mark(State.READY, tr("more"))
    if row.now < row.before:
        return Mark(State.SHORT, tr("less"))
    return Mark(State.DONE, tr("as it is"))
