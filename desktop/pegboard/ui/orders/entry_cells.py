"""Reads the cells of an order line as they are typed, and what a line costs by default."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pegboard.domain.configuration import OptionGroup, extras, values_of
from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Price, Quantity
from pegboard.i18n import tr
from pegboard.queries.order_lookups import EntryFacts, EntryItem, Habits
from pegboard.ui import formats
from pegboard.ui.columns import Align
from pegboard.ui.completion import Choice, only_meaning, proposals
from pegboard.ui.entry_grid import EntryColumn, EntryRow
from pegboard.ui.entry_text import Ambiguous, parse_day, parse_price, parse_quantity
from pegboard.ui.fields import number_locale
from pegboard.ui.orders.percent import parse_percent

Chosen = tuple[tuple[str, str], ...]


class UnknownItem(Ambiguous):
    """Nothing has this code; what is spelled alike is offered.

    Attributes: readings: codes it may have meant.
    """

    def __init__(self, text: str, readings: Sequence[str]) -> None:
        self.readings = tuple(readings)
        hint = tr("Choose one of these, or F4.") if readings else tr("Choose one with F4.")
        InvalidInput.__init__(self, tr("There is no item {text}.", text=text), hint=hint)


@dataclass(slots=True)
class EntryBook:
    """What the cells of one entry are looked up in; filled when it has been read.

    Attributes: facts: customers and items; habits: what the customer did before; choices: of items.
    """

    facts: EntryFacts = field(default_factory=EntryFacts)
    habits: Habits = field(default_factory=Habits)
    choices: tuple[Choice, ...] = ()

    def take(self, facts: EntryFacts) -> None:
        """Look things up in `facts` from now on."""
        self.facts = facts
        self.choices = tuple(Choice(item.code, item.description) for item in facts.items.values())

    def item(self, row: EntryRow) -> EntryItem | None:
        """Return the item of a line, None while it is not known."""
        return self.facts.items.get(row.value("item") or "")

    def chosen(self, row: EntryRow) -> Chosen:
        """Return the choices of a line with the defaults of the groups that were left alone."""
        item = self.item(row)
        if item is None:
            return ()
        values = values_of(item.by_group, row.value("options") or ())
        return tuple((group, choice) for group in item.by_group for choice in values.get(group, ()))

    def default_price(self, row: EntryRow) -> Price | None:
        """What this customer paid last for it, else the list price, with the extras of the choices."""
        item = self.item(row)
        return self.price_of(item, self.chosen(row)) if item is not None else None

    def price_of(self, item: EntryItem, chosen: Chosen) -> Price | None:
        """The price of one of an item so configured, None where it has none."""
        if not item.groups and item.code in self.habits.prices:
            return self.habits.prices[item.code]
        last = self.habits.configurations.get(item.code)
        if last is not None and last.price is not None and sorted(last.options) == sorted(chosen):
            return last.price
        if item.list_price is None:
            return None
        return Price(item.list_price.micro + extras(item.by_group, chosen))

    # --- reading cells

    def parse_item(self, text: str, _row: EntryRow) -> str:
        """Read a code, or words that mean one item alone."""
        if text in self.facts.items:
            return text
        found = only_meaning(text, self.choices)
        if found is None:
            raise UnknownItem(text, [choice.code for choice in proposals(text, self.choices, 3)])
        return found.code

    def parse_quantity(self, text: str, row: EntryRow) -> Quantity:
        """Read a quantity in the item's own unit."""
        item = self.item(row)
        return parse_quantity(text, number_locale(), whole=item is not None and item.is_whole)

    def parse_options(self, text: str, row: EntryRow) -> Chosen:
        """Read choices as "SHADE=RED; CORD=2M" or "red, 2m"; each must be one of the item's."""
        item = self.item(row)
        if item is None:
            raise InvalidInput(tr("Name the item first."))
        parts = [part.strip() for part in (text if ";" in text else text.replace(",", ";")).split(";") if part.strip()]
        return tuple(_choice(part, item) for part in parts)

    def item_label(self, code: str) -> str:
        """Show an item as its code and what it is."""
        item = self.facts.items.get(code)
        return f"{code}   {item.description}" if item is not None and item.description else code

    def item_choices(self, _row: EntryRow) -> Sequence[Choice]:
        """Return all items, those most often ordered first."""
        return self.choices


def _choice(text: str, item: EntryItem) -> tuple[str, str]:
    if not item.groups:
        raise InvalidInput(tr("{item} has no options.", item=item.code))
    name, is_named, word = text.replace(":", "=", 1).partition("=")
    wanted = (word if is_named else name).strip()
    groups = [group for group in item.groups if not is_named or group.code.casefold() == name.strip().casefold()]
    for group in groups:
        for choice in group.choices:
            if wanted.casefold() in (choice.code.casefold(), choice.description.casefold()):
                return group.code, choice.code
    for group in groups:
        number = _number(wanted, group)
        if number:
            return group.code, number
    allowed = "; ".join(f"{group.code}: {group.allowed()}." for group in groups or item.groups)
    raise InvalidInput(tr("{item} has no option {text}.", item=item.code, text=text), hint=allowed)


def _number(text: str, group: OptionGroup) -> str:
    """The number that a text means in a group of numbers, "" where it is none."""
    if group.number is None:
        return ""
    try:
        read = str(parse_quantity(text, number_locale(), positive=False))
    except InvalidInput:
        return ""
    return "" if group.problem(read) else read


def options_code(chosen: Chosen) -> str:
    """Write choices so that they are read again alike."""
    return "; ".join(f"{group}={choice}" for group, choice in chosen)


def line_columns(book: EntryBook, today: Callable[[], datetime.date]) -> tuple[EntryColumn, ...]:
    """Return the columns of the grid of order lines."""
    return (*_what(book), *_how(book, today))


def _what(book: EntryBook) -> tuple[EntryColumn, ...]:
    """What is ordered: item, quantity, price."""
    return (
        EntryColumn(
            "item",
            tr("Item"),
            parse=book.parse_item,
            choices=book.item_choices,
            show=book.item_label,
            keep=str,
            required=True,
            width=164,
            aliases=("sku", "part", "part number", "article", "product", "item code", "artikel"),
        ),
        EntryColumn(
            "quantity",
            tr("Qty"),
            parse=book.parse_quantity,
            show=formats.quantity,
            required=True,
            align=Align.RIGHT,
            width=52,
            aliases=("quantity", "count", "pcs", "pieces", "amount", "menge"),
        ),
        EntryColumn(
            "price",
            tr("Price"),
            parse=lambda text, _row: parse_price(text, number_locale()),
            show=formats.price,
            align=Align.RIGHT,
            width=74,
            help=tr("For one; the list price with the options' extras, or what this customer paid last."),
            aliases=("unit price", "price each", "preis"),
        ),
    )


def _how(book: EntryBook, today: Callable[[], datetime.date]) -> tuple[EntryColumn, ...]:
    """How and when: options, due date, tax; and what the program says of the line."""
    return (
        EntryColumn(
            "options",
            tr("Options"),
            parse=book.parse_options,
            show=_shown_options,
            keep=options_code,
            width=72,
            help=tr("Enter shows what can be chosen; the defaults hold for what is left out."),
            aliases=("option", "variant", "configuration"),
        ),
        EntryColumn(
            "due",
            tr("Line due"),
            parse=lambda text, _row: parse_day(text, today(), number_locale()),
            show=formats.day,
            keep=lambda day: str(day.isoformat()),
            is_day=True,
            width=78,
            help=tr("Where it differs from the order's."),
            aliases=("due", "due date", "date", "delivery", "wanted"),
        ),
        EntryColumn(
            "tax",
            tr("Tax %"),
            parse=lambda text, _row: parse_percent(text, tr("Tax")),
            show=formats.quantity,
            align=Align.RIGHT,
            width=48,
            help=tr("Where it differs from the order's."),
            aliases=("tax", "vat", "tax percent", "mwst"),
        ),
        EntryColumn("can_ship", tr("Can ship"), width=124, help=tr("When the line can leave, and what it waits for.")),
        EntryColumn("amount", tr("Amount"), align=Align.RIGHT, width=76),
    )


def _shown_options(chosen: Chosen) -> str:
    return ", ".join(choice.lower() for _group, choice in chosen)
