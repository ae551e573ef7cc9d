"""Keeps the books: closes a period so that no document is dated in it any more, and dates exchange rates."""

import datetime

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.quantity import Price
from pegboard.i18n import tr
from pegboard.queries.money_books import closed_through
from pegboard.queries.settings import settings
from pegboard.settings import CURRENCY
from pegboard.storage.rows import add, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.money import BooksClosed


def document_day(tx: Transaction, day: datetime.date | None) -> datetime.date:
    """The day of a new money document: today unless another is given.

    Raises Refused in a closed period, InvalidInput for a day to come.
    """
    day = day or tx.today
    if day > tx.today:
        raise InvalidInput(tr("{day} is still to come.", day=day), hint=tr("Date the document today or before."))
    closed = closed_through(tx)
    if closed is not None and day <= closed:
        raise Refused(
            tr("The books are closed through {closed}, and {day} lies within.", closed=closed, day=day),
            hint=tr("Date the document later, or open the period again."),
        )
    return day


def close_books(tx: Transaction, through: datetime.date, note: str = "") -> None:
    """Close the books through a day. Raises Refused where they are closed as far, InvalidInput for a day to come."""
    if through > tx.today:
        raise InvalidInput(tr("{day} is still to come.", day=through), hint=tr("Close a period that is over."))
    closed = closed_through(tx)
    if closed is not None and through <= closed:
        raise Refused(
            tr("The books are closed through {closed} already.", closed=closed),
            hint=tr("Close a later day, or open the period again."),
        )
    _set(tx, through, note)
    tx.note(tr("Books closed through {day}.", day=through))


def reopen_books(tx: Transaction, through: datetime.date, note: str) -> None:
    """Open the books again after `through`, with the reason. Raises Refused where they are open there."""
    closed = closed_through(tx)
    if closed is None or through >= closed:
        raise Refused(tr("The books are open after {day}.", day=through), hint=tr("There is nothing to open."))
    if not note.strip():
        raise InvalidInput(tr("Opening a closed period needs a reason."), hint=tr("Say why it is opened."))
    _set(tx, through, note)
    tx.note(tr("Books opened again after {day}: {note}.", day=through, note=note))


def _set(tx: Transaction, through: datetime.date, note: str) -> None:
    add(tx, BooksClosed, closed_through=through, changed_at=tx.now, changed_by=tx.actor, note=note)
    tx.changed("books")


def set_rate(tx: Transaction, currency: str, valid_from: datetime.date, rate: Price) -> None:
    """Say what one unit of a currency is worth in the shop's from a day on.

    Raises InvalidInput for a bad currency or rate, Refused within closed books.
    """
    try:
        CURRENCY.read(currency)
    except ValueError as error:
        raise InvalidInput(
            tr('"{currency}" is no currency.', currency=currency),
            hint=tr("Give {allowed}.", allowed=CURRENCY.allowed()),
        ) from error
    if not currency or currency == settings(tx).currency:
        raise InvalidInput(tr("The shop's own currency has no rate."), hint=tr("Name another currency."))
    if rate.micro <= 0:
        raise InvalidInput(tr("A rate must be above 0."), hint=tr("Give the worth of 1 {currency}.", currency=currency))
    document_day(tx, min(valid_from, tx.today))
    run(
        tx,
        "INSERT INTO exchange_rate (currency, valid_from, rate) VALUES (?, ?, ?)"
        " ON CONFLICT (currency, valid_from) DO UPDATE SET rate = excluded.rate",
        currency,
        valid_from.isoformat(),
        rate.micro,
    )
    tx.changed("rate")
    tx.note(tr("1 {currency} is worth {rate} from {day} on.", currency=currency, rate=rate, day=valid_from))
