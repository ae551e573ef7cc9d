"""Lets a person decide how much a draft line buys; from then on no explosion and no change touches it."""

from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.lots import price_at
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.i18n import tr
from pegboard.queries.lookups import purchase_line_named
from pegboard.queries.purchase_line import article_of
from pegboard.services import pegs
from pegboard.services.seats import require_seen
from pegboard.storage.rows import change, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.purchasing import PurchaseLine

BY_A_PERSON = "set by a person"  # why more is bought than demands want, where no price break is the reason


def set_quantity(
    tx: Transaction, line: str, quantity: Quantity, *, seen: Quantity | None = None
) -> tuple[pegs.Loosened, ...]:
    """Set the quantity of PURCHASE_ORDER/LINE and who decided it; the price follows the breaks.

    What demands want beyond it is short again, latest need first, and is returned. Raises Refused where the order was
    sent or the line buys an operation, InvalidInput for a quantity that cannot be, ChangedMeanwhile where the line does
    not buy what was `seen` any more.
    """
    row = purchase_line_named(tx, line)
    _require_changeable(row)
    if seen is not None:
        require_seen(tx, "purchase_order", line, tr("quantity"), seen=seen, now=Quantity(row.quantity))
    _require_possible(row, quantity)
    supply = pegs.purchase(row.purchase_line_id)
    short = tuple(pegs.loosen(tx, supply, pegs.pegged(tx, supply) - quantity.micro))
    article = article_of(tx, row.purchase_line_id)
    price = row.unit_price if article is None or not article.breaks else price_at(article, quantity.micro)
    is_cheaper = price is not None and row.unit_price is not None and price < row.unit_price
    is_surplus = quantity.micro > pegs.pegged(tx, supply)
    change(
        tx,
        PurchaseLine,
        row.purchase_line_id,
        quantity=quantity.micro,
        unit_price=price,
        quantity_set_by=tx.actor or tr("somebody"),
        surplus_reason=("break" if is_cheaper else BY_A_PERSON) if is_surplus else "",
    )
    run(
        tx,
        "UPDATE purchase_order SET row_version = row_version + 1 WHERE purchase_order_id = ?",
        row.purchase_order_id,
    )
    tx.changed("purchase_order", "peg")
    tx.note(tr("{line}: {quantity} {item}.", line=line, quantity=quantity, item=row.item) + _told(short))
    return short


def _told(short: tuple[pegs.Loosened, ...]) -> str:
    return f" {pegs.say(short)}" if short else ""


def _require_changeable(row: Row[Any]) -> None:
    name = f"{row.number}/{row.line}"
    if row.work_order_id is not None:
        raise Refused(
            tr("{line} buys an operation of a job.", line=name),
            hint=tr("Its quantity follows the job; change the order."),
        )
    if row.order_state != "draft" or row.state != "open":
        raise Refused(
            tr("{line} was sent already.", line=name), hint=tr("Ask the supplier, and change the order that wants it.")
        )


def _require_possible(row: Row[Any], quantity: Quantity) -> None:
    if quantity.micro <= 0:
        raise InvalidInput(tr("A purchase needs a quantity above 0."), hint=tr("Say how many to buy."))
    if row.whole_units and quantity.micro % MICRO:
        raise InvalidInput(tr("{item} is counted in whole units.", item=row.item), hint=tr("Give a whole number."))
