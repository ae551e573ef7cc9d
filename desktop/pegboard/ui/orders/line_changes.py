"""Adds a line to an order that stands, or exchanges the item or options of one: shown first, then done."""

import datetime
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from pegboard.domain.errors import InvalidInput
from pegboard.domain.order import OrderLineDraft
from pegboard.domain.quantity import Price
from pegboard.i18n import tr
from pegboard.queries.order_detail import OrderDetail, OrderLineRow
from pegboard.services.consequences import ChangeResult
from pegboard.services.order_lines import add_line, exchange_line
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading
from pegboard.ui.command import Command, page_command
from pegboard.ui.completion import Choice
from pegboard.ui.desk import Desk
from pegboard.ui.fields import CodeField, DayField, PriceField, QuantityField, TextField
from pegboard.ui.form import Form

SCOPE = "orders"
Prices = dict[str, Price | None]
LookFirst = Callable[[str, str, Callable[..., ChangeResult]], None]


class OrderOnScreen(Protocol):
    """What the commands are about."""

    @property
    def shown_order(self) -> OrderDetail | None:
        """The order shown, None while one is being typed."""

    @property
    def shown_line(self) -> OrderLineRow | None:
        """Its chosen line."""


class LineForm(Form):
    """Asks for an item and its options; for a new line also for quantity, day and price."""

    def __init__(
        self, title: str, items: Sequence[Choice], today: Callable[[], datetime.date], line: OrderLineRow | None = None
    ) -> None:
        super().__init__(title, tr("Show what it does"), explain="" if line is None else f"{line.name}   {line.item}")
        self.item = CodeField(tr("Item"), lambda: items)
        self.quantity = QuantityField(tr("Quantity"))
        self.due = DayField(tr("Due"), today, is_needed=False)
        self.price = PriceField(tr("Price"), is_needed=False)
        self.options = TextField(tr("Options"), is_needed=False)
        self.options.setPlaceholderText("GROUP=CHOICE; GROUP=CHOICE")
        self.add(tr("Item"), self.item)
        if line is None:
            self.add(tr("Quantity"), self.quantity)
            self.add(tr("Due"), self.due)
            self.add(tr("Price"), self.price)
        else:
            self.item.setText(line.item)
            self.options.setText("; ".join(f"{group}={choice}" for group, choice in line.options))
        self.add(tr("Options"), self.options)
        self.item.setFocus()
        self.item.selectAll()

    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return the options as they were typed. Raises InvalidInput."""
        return options_of(str(self.options.value() or ""))


def options_of(text: str) -> tuple[tuple[str, str], ...]:
    """Read `GROUP=CHOICE; GROUP=CHOICE`. Raises InvalidInput."""
    pairs = []
    for part in filter(None, (each.strip() for each in text.split(";"))):
        group, sign, choice = (each.strip() for each in part.partition("="))
        if not (group and sign and choice):
            raise InvalidInput(tr('"{part}" is no option.', part=part), hint=tr("Write GROUP=CHOICE."))
        pairs.append((group, choice))
    return tuple(pairs)


class LineChanges:
    """The commands, for the order that is shown."""

    def __init__(self, desk: Desk, page: OrderOnScreen, look_first: LookFirst) -> None:
        self._desk = desk
        self._page = page
        self._look_first = look_first

    def commands(self) -> tuple[Command, ...]:
        """Return them all."""
        make = partial(page_command, SCOPE, tr("Order"))
        return (
            make("order.add_line", tr("Add line…"), self.add, "new", "Ctrl+Shift+L", self.can_add,
                 tr("Adds a line to the order shown, after showing what that pulls.")),
            make("order.exchange", tr("Exchange item or options…"), self.exchange, "change", "Shift+F2",
                 self.can_exchange, tr("Puts another item or other options on the chosen line, after showing it.")),
        )  # fmt: skip

    def can_add(self) -> bool:
        """Whether the order shown is confirmed."""
        order = self._page.shown_order
        return order is not None and any(line.status != "quote" for line in order.lines)

    def can_exchange(self) -> bool:
        """Whether the chosen line is confirmed and still to be shipped."""
        line = self._page.shown_line
        return line is not None and line.is_open and line.status == "confirmed"

    def add(self) -> None:
        """Ask for the line, show what it pulls, and add it."""
        self._desk.runner.read("orders.items", _items, self._ask_new)

    def exchange(self) -> None:
        """Ask for the item and options, show what that does, and do it."""
        self._desk.runner.read("orders.items", _items, self._ask_other)

    def _ask_new(self, found: tuple[Sequence[Choice], Prices]) -> None:
        order, (items, prices) = self._page.shown_order, found
        if order is None:
            return
        number = order.row.number
        form = LineForm(tr("Add a line to {number}", number=number), items, self._desk.today)
        if not self._desk.messages.run_dialog(form):
            return
        item = str(form.item.value())
        price = form.price.value()
        line = OrderLineDraft(
            item=item,
            quantity=form.quantity.value(),
            due_date=form.due.value(),
            unit_price=price if price is not None else prices.get(item),
            options=form.choices(),
        )

        def work(tx: Any, *, decide: object = "", dry_run: bool = False) -> ChangeResult:
            del decide  # a new line leaves nothing to decide
            return add_line(tx, number, line, dry_run=dry_run)

        self._look_first(tr("Add {item} to {number}", item=item, number=number), tr("Add the line"), work)

    def _ask_other(self, found: tuple[Sequence[Choice], Prices]) -> None:
        line = self._page.shown_line
        if line is None:
            return
        form = LineForm(tr("Exchange {name}", name=line.name), found[0], self._desk.today, line)
        if self._desk.messages.run_dialog(form):
            work = partial(exchange_line, name=line.name, item=str(form.item.value()), options=form.choices())
            self._look_first(tr("Exchange {name}", name=line.name), tr("Exchange it"), work)


def _items(reading: Reading) -> tuple[Sequence[Choice], Prices]:
    """Items that can be ordered, with their list prices."""
    found = fetch(reading, "SELECT code, description, list_price FROM item WHERE active = 1 ORDER BY code")
    choices = tuple(Choice(code, description) for code, description, _price in found)
    return choices, {code: None if price is None else Price(price) for code, _description, price in found}
