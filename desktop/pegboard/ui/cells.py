"""What can be typed into the cells of entry grids, and how it is shown again."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from pegboard.domain.configuration import names_a_choice
from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Price, Quantity
from pegboard.i18n import tr
from pegboard.ui import entry_text, formats
from pegboard.ui.completion import Choice, only_meaning
from pegboard.ui.entry_grid import EntryRow
from pegboard.ui.fields import number_locale

Parse = Callable[[str, EntryRow], Any]
YES, NO = "yes", "no"


def quantity(text: str, _row: EntryRow) -> Quantity:
    """Read a quantity above 0."""
    return entry_text.parse_quantity(text, number_locale())


def not_negative(text: str, _row: EntryRow) -> Quantity:
    """Read a quantity, a number of minutes or a percentage; 0 will do."""
    found = entry_text.parse_quantity(text, number_locale(), positive=False)
    if found.micro < 0:
        raise InvalidInput(tr("{text} is less than zero.", text=text.strip()))
    return found


def price(text: str, _row: EntryRow) -> Price:
    """Read a unit price."""
    return entry_text.parse_price(text, number_locale())


def whole(least: int = 0, most: int = 1_000_000) -> Parse:
    """Read a whole number."""
    return lambda text, _row: entry_text.parse_whole(text, number_locale(), least=least, most=most)


def day(today: Callable[[], datetime.date]) -> Parse:
    """Read a day, as "4.12" or "+2w"."""
    return lambda text, _row: entry_text.parse_day(text, today(), number_locale())


def plain(text: str, _row: EntryRow) -> str:
    """Read any text."""
    return text


def yes_no(text: str, _row: EntryRow) -> bool:
    """Read yes or no, by a letter or in the person's own language."""
    wanted = text.casefold()
    for value, words in ((True, (YES, "y", "1", tr("yes"))), (False, (NO, "n", "0", tr("no")))):
        if wanted in words:
            return value
    raise InvalidInput(tr("Type yes or no."))


def show_yes_no(value: bool) -> str:
    """Write yes or no."""
    return tr("yes") if value else tr("no")


def code(title: str, choices: Callable[[], Sequence[Choice]]) -> Parse:
    """Read a code that one of the choices has."""

    def parse(text: str, _row: EntryRow) -> str:
        found = only_meaning(text, choices())
        if found is None:
            raise InvalidInput(tr("There is no {title} {text}.", title=title, text=text), hint=tr("F4 shows all."))
        return found.code

    return parse


def option(choices: Callable[[], Sequence[Choice]]) -> Parse:
    """Read GROUP=CHOICE, which some item has, or a part of a range of numbers such as CORD=3..5."""

    def parse(text: str, row: EntryRow) -> str:
        group, _sign, choice = text.replace(" ", "").partition("=")
        known = {(name, picked) for name, _equals, picked in (each.code.partition("=") for each in choices())}
        if names_a_choice(group, choice, known):
            return f"{group}={choice}"
        return str(code(tr("option"), choices)(text, row))

    return parse


def prices(text: str, _row: EntryRow) -> tuple[tuple[Quantity, Price | None], ...]:
    """Read price breaks: "9.60; 24: 8.90" is 9.60 each, and 8.90 from 24 on."""
    found: dict[Quantity, Price | None] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        start, colon, amount = part.rpartition(":")
        first = entry_text.parse_quantity(start, number_locale()) if colon else Quantity(0)
        if first in found:
            raise InvalidInput(tr("Two prices begin at {quantity}.", quantity=formats.quantity(first)))
        found[first] = entry_text.parse_price(amount, number_locale()) if amount.strip() not in ("", "?") else None
    return tuple(sorted(found.items()))


def show_prices(breaks: Sequence[tuple[Quantity, Price | None]]) -> str:
    """Write price breaks as they can be typed."""
    return "; ".join(
        (f"{formats.quantity(start)}: " if start else "") + (formats.price(price) if price is not None else "?")
        for start, price in breaks
    )


def iso(value: datetime.date) -> str:
    """Write a day so that it reads the same tomorrow."""
    return value.isoformat()


def text_of(value: Quantity | Price | int | datetime.date | None) -> str:
    """Write a value as its cell keeps it; not known is blank."""
    if value is None:
        return ""
    if isinstance(value, Quantity):
        return formats.quantity(value)
    if isinstance(value, Price):
        return formats.price(value)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def unless_nothing(value: Quantity) -> str:
    """Write a quantity whose default is 0; 0 is blank."""
    return formats.quantity(value) if value else ""
