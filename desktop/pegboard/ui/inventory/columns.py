"""The columns of the stock list, of an item's lots, and of what stands behind its figures."""

import datetime
from collections.abc import Callable

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.counts import CountLine, CountRow
from pegboard.queries.genealogy import Link
from pegboard.queries.inventory import LotRow, StockRow
from pegboard.queries.stock_movements import ClaimRow, MovementRow, SupplyRow
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
)
from pegboard.ui.inventory import words


def _shown(value: Quantity) -> Quantity | None:
    """Zero is left blank, so that what is there stands out."""
    return value or None


def stock_columns() -> tuple[Column[StockRow], ...]:
    """Return the columns of the stock list."""
    return (
        text_column("item", tr("Item"), lambda row: row.item, width=112),
        text_column("description", tr("Description"), lambda row: row.description, width=150),
        quantity_column("on_hand", tr("On hand"), lambda row: _shown(row.on_hand), width=62),
        quantity_column(
            "allocated", tr("Allocated"), lambda row: _shown(row.allocated), width=66, help=tr("Pegged to demands.")
        ),
        quantity_column(
            "free",
            tr("Available"),
            lambda row: _shown(row.free),
            width=62,
            help=tr("What a new order could take: not pegged, not blocked, not held as a buffer."),
        ),
        quantity_column(
            "on_order",
            tr("On order"),
            lambda row: _shown(row.on_order),
            width=62,
            help=tr("Still to come from suppliers and jobs."),
        ),
        text_column("unit", tr("Unit"), lambda row: row.unit, width=40, hidden=True),
        mark_column("state", tr("State"), words.stock_mark, width=92),
        money_column("value", tr("Value"), lambda row: row.value, width=68, tip=_value_tip),
        date_column(
            "oldest",
            tr("Oldest"),
            lambda row: row.oldest,
            width=90,
            hidden=True,
            help=tr("When the oldest that is still there came."),
        ),
        quantity_column(
            "short", tr("Short"), lambda row: _shown(row.short), width=70, hidden=True, help=tr("What nothing covers.")
        ),
    )


def _value_tip(row: StockRow) -> str:
    if not row.unknown:
        return ""
    return tr("The cost of {quantity} {unit} is not known.", quantity=formats.quantity(row.unknown), unit=row.unit)


def lot_columns(today: datetime.date) -> tuple[Column[LotRow], ...]:
    """Return the columns of the lots of an item."""
    return (
        text_column("location", tr("Location"), lambda lot: lot.location, width=84),
        text_column(
            "lot",
            tr("Lot"),
            lambda lot: lot.lot,
            width=84,
            tip=lambda lot: lot.lot,
            help=tr("Its lot or serial, or the options to which it was made."),
        ),
        quantity_column("quantity", tr("On hand"), lambda lot: lot.quantity, width=62),
        quantity_column("pegged", tr("Allocated"), lambda lot: _shown(lot.pegged), width=66),
        quantity_column("free", tr("Available"), lambda lot: _shown(lot.free), width=66),
        mark_column("state", tr("State"), words.lot_mark, width=104),
        money_column("value", tr("Value"), lambda lot: lot.value, width=76),
        Column(
            "age",
            tr("Age"),
            lambda lot: words.age_text(lot.received, today),
            sort=lambda lot: lot.received,
            value=lambda lot: lot.received,
            tip=lambda lot: tr("Came on {date}.", date=formats.day(lot.received)) if lot.received else "",
            align=Align.RIGHT,
            width=70,
        ),
        date_column("expires", tr("Expires"), lambda lot: lot.expires, width=86),
        price_column(
            "unit_cost",
            tr("Cost"),
            lambda lot: lot.unit_cost,
            width=64,
            hidden=True,
            help=tr("On average, of one unit."),
        ),
    )


def movement_columns() -> tuple[Column[MovementRow], ...]:
    """Return the columns of the ledger."""
    return (
        Column(
            "at",
            tr("When"),
            lambda row: formats.day(row.at.astimezone().date()),
            sort=lambda row: row.key,
            value=lambda row: row.at.astimezone().date(),
            tip=lambda row: formats.instant(row.at),
            width=88,
        ),
        text_column("kind", tr("What"), words.movement_word, width=84),
        Column(
            "quantity",
            tr("+/−"),
            lambda row: ("+" if row.quantity.micro > 0 else "") + formats.quantity(row.quantity),
            value=lambda row: row.quantity,
            align=Align.RIGHT,
            width=62,
        ),
        quantity_column("balance", tr("On hand"), lambda row: row.balance, width=62),
        text_column("document", tr("Document"), lambda row: row.document, width=84),
        text_column("reason", tr("Reason"), lambda row: row.reason, width=130, tip=lambda row: row.reason),
        text_column("place", tr("Where"), lambda row: words.place_text(row.location, row.lot), width=110),
        text_column("actor", tr("Who"), lambda row: row.actor, width=80),
        money_column("value", tr("Value"), lambda row: row.value, width=76),
    )


def claim_columns() -> tuple[Column[ClaimRow], ...]:
    """Return the columns of who claims stock, or misses it."""
    return (
        text_column("number", tr("For"), lambda row: row.number, width=110),
        quantity_column("quantity", tr("Qty"), lambda row: row.quantity, width=64),
        date_column("needed", tr("Needed"), lambda row: row.needed, width=90),
        text_column("item", tr("To make or sell"), lambda row: row.item, width=120),
        text_column("top", tr("Demand"), words.claim_text, width=190, tip=words.claim_text),
        text_column("place", tr("From"), lambda row: words.place_text(row.location, row.lot), width=110),
    )


def supply_columns() -> tuple[Column[SupplyRow], ...]:
    """Return the columns of what is to come."""
    return (
        text_column("number", tr("Number"), lambda row: row.number, width=100),
        text_column("source", tr("From"), lambda row: row.source or tr("our shop"), width=130),
        quantity_column("quantity", tr("To come"), lambda row: row.quantity, width=70),
        quantity_column("pegged", tr("Claimed"), lambda row: _shown(row.pegged), width=70),
        text_column("surplus", tr("Surplus"), words.surplus_text, width=140, tip=words.surplus_text),
        date_column("due", tr("Due"), lambda row: row.due, width=90),
        mark_column("state", tr("State"), words.supply_mark, width=110),
    )


def lineage_columns() -> tuple[Column[Link], ...]:
    """Return the columns of what went into a lot, or where it went."""
    return (
        text_column("lot", tr("Lot or serial"), words.link_text, width=190, tip=lambda link: link.description),
        quantity_column("quantity", tr("Qty"), lambda link: link.quantity, unit=lambda link: link.unit, width=64),
        text_column("number", tr("By"), lambda link: link.number, width=90),
        text_column("partner", tr("From or to"), lambda link: link.partner, width=130),
        mark_column("certain", tr("Certain"), words.link_mark, width=90),
    )


def count_columns() -> tuple[Column[CountRow], ...]:
    """Return the columns of the list of counts."""
    return (
        text_column("number", tr("Count"), lambda row: row.number, width=84),
        mark_column("state", tr("State"), words.count_mark, width=100),
        text_column("made", tr("Begun"), lambda row: formats.instant(row.made), width=120),
        text_column("counted", tr("Counted"), words.counted_text, width=80),
        text_column("note", tr("Note"), lambda row: row.note, width=140),
    )


def count_line_columns(shows_difference: Callable[[], bool]) -> tuple[Column[CountLine], ...]:
    """Return the columns of the places of a count; what the books say is blank until it is asked for."""

    def difference(line: CountLine) -> str:
        if not shows_difference() or line.difference is None:
            return ""
        return ("+" if line.difference.micro > 0 else "") + formats.quantity(line.difference)

    return (
        text_column("location", tr("Location"), lambda line: line.location, width=80),
        text_column("item", tr("Item"), lambda line: line.item, width=110, tip=lambda line: line.description),
        text_column("lot", tr("Lot"), lambda line: line.lot, width=80),
        quantity_column("counted", tr("Counted"), lambda line: line.counted, unit=lambda line: line.unit, width=76),
        Column("difference", tr("Difference"), difference, align=Align.RIGHT, width=80),
        money_column("value", tr("Worth"), lambda line: line.value if shows_difference() else None, width=76),
        text_column("by", tr("By"), lambda line: line.counted_by, width=70),
    )
