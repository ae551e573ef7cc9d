"""Ships orders and takes goods back: what is ready, what of it goes out, and the packing slip that goes with it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox

from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.order_detail import OrderLineRow
from pegboard.queries.shipment_papers import slips_of
from pegboard.services.returns import Returned, take_back
from pegboard.services.shipping import LineToShip, Shipped, lines_to_ship, ship_lines
from pegboard.storage.store import Transaction
from pegboard.ui import formats
from pegboard.ui.command import Command, page_command
from pegboard.ui.completion import Choice
from pegboard.ui.desk import Desk, Paper
from pegboard.ui.fields import CodeField, QuantityField, TextField
from pegboard.ui.form import Form
from pegboard.ui.orders.line_changes import SCOPE, OrderOnScreen
from pegboard.ui.papers import drawn, print_papers, show_papers

MOST_LINES = 14  # fields of one form; of an order with more, those that are ready


class ShipForm(Form):
    """Asks how much of each open line goes out, and how; what the books lack can be counted in the same go."""

    def __init__(self, order: str, lines: Sequence[LineToShip]) -> None:
        super().__init__(
            tr("Ship {order}", order=order),
            tr("Ship"),
            explain=tr("What is in stock for the order goes out; the rest stays as a back order with its promise."),
            check=self._problem_together,
        )
        shown = lines if len(lines) <= MOST_LINES else [line for line in lines if line.ready][:MOST_LINES]
        self.amounts: list[tuple[LineToShip, QuantityField]] = []
        for line in shown:
            field = QuantityField(line.name, whole=line.is_whole, positive=False, is_needed=False)
            field.set_value(line.ready if line.ready else None)
            values = {"name": line.name, "item": line.item, "open": formats.quantity(line.open)}
            self.add(tr("{name}  {item}, {ready} of {open}", ready=formats.quantity(line.ready), **values), field)
            self.amounts.append((line, field))
        self.carrier = TextField(tr("Carrier"), is_needed=False)
        self.tracking = TextField(tr("Tracking number"), is_needed=False)
        self.counted = QCheckBox(tr("What the books lack was counted here: book it and ship it"))
        self.add(self.carrier.title, self.carrier)
        self.add(self.tracking.title, self.tracking)
        self.add("", self.counted)

    def _problem_together(self) -> str:
        try:
            wanted = self.quantities()
        except InvalidInput as error:
            return str(error)
        if not wanted:
            return tr("Say how many of a line to ship.")
        for line, _field in self.amounts:
            amount = wanted.get(line.name, Quantity(0))
            values = {"name": line.name, "open": formats.quantity(line.open), "ready": formats.quantity(line.ready)}
            if amount.micro < 0:
                return tr("{name}: a quantity cannot be negative.", **values)
            if amount > line.open:
                return tr("{name}: only {open} are still to be shipped.", **values)
            if amount > line.ready and not self.counted.isChecked():
                return tr("{name}: the books know {ready} here. Ship those, or tick what was counted.", **values)
        return ""

    def quantities(self) -> dict[str, Quantity]:
        """Return how much of each line goes out."""
        found = ((line.name, field.value()) for line, field in self.amounts)
        return {name: amount for name, amount in found if amount}


class BackForm(Form):
    """Asks what of a line came back, why, and what becomes of it."""

    def __init__(self, line: OrderLineRow) -> None:
        super().__init__(
            tr("Goods of {name} came back", name=line.name),
            tr("Take them back"),
            explain=tr(
                "{shipped} {unit} of {item} have shipped. What was invoiced is credited on the page Cash.",
                shipped=formats.quantity(line.shipped),
                unit=line.unit,
                item=line.item,
            ),
            check=self._problem_together,
        )
        self._shipped = line.shipped
        self.quantity = QuantityField(tr("Quantity"), whole=line.is_whole)
        self.quantity.set_value(line.shipped)
        self.reason = CodeField(tr("Reason"), usual_reasons, is_new_ok=True)
        self.place = QComboBox()
        self.place.addItem(tr("Into stock, to be used again"), "stock")
        self.place.addItem(tr("Into quarantine, to be looked at"), "quarantine")
        self.place.addItem(tr("Scrap: booked in and out again"), "scrap")
        self.replace = QCheckBox(tr("Deliver as many again"))
        self.add(self.quantity.title, self.quantity)
        self.add(self.reason.title, self.reason)
        self.add(tr("They go"), self.place)
        self.add("", self.replace)

    def _problem_together(self) -> str:
        if self.quantity.value() > self._shipped:
            return tr("Only {shipped} have shipped.", shipped=formats.quantity(self._shipped))
        return ""


def usual_reasons() -> tuple[Choice, ...]:
    """Return why goods come back, most of the time; any other text will do as well."""
    return tuple(map(Choice, (tr("Broken"), tr("Wrong goods"), tr("Too many"), tr("Not wanted"))))


class ShippingCommands:
    """The commands, for the order that is shown."""

    def __init__(self, desk: Desk, page: OrderOnScreen) -> None:
        self._desk = desk
        self._page = page

    def commands(self) -> tuple[Command, ...]:
        """Return them all."""
        make = partial(page_command, SCOPE, tr("Order"))
        return (
            make("order.ship", tr("Ship…"), self.ship, "ship", "F9", self.can_ship,
                 tr("Ships what is in stock for the order, whole or in part, with its packing slip.")),
            make("order.take_back", tr("Goods came back…"), self.take_back, "receive", "Shift+F9", self.can_take_back,
                 tr("Takes goods of the chosen line back into stock, into quarantine or to scrap.")),
            make("order.print_slips", tr("Print packing slips"), self.print_slips, "print", "Ctrl+Shift+K",
                 self.has_shipped, tr("Shows the packing slips of the order, to be printed again.")),
        )  # fmt: skip

    # --- when

    def can_ship(self) -> bool:
        """Whether the order shown has confirmed lines that are still to be shipped."""
        order = self._page.shown_order
        return order is not None and any(line.status == "confirmed" and not line.hold for line in order.lines)

    def has_shipped(self) -> bool:
        """Whether something of the order shown has shipped."""
        order = self._page.shown_order
        return order is not None and any(line.shipped for line in order.lines)

    def can_take_back(self) -> bool:
        """Whether something of the chosen line has shipped."""
        line = self._page.shown_line
        return line is not None and bool(line.shipped)

    # --- what they do

    def ship(self) -> None:
        """Read what is ready, ask what goes out, and ship it."""
        order = self._page.shown_order
        if order is not None:
            number = order.row.number
            self._desk.runner.read("orders.ready", partial(lines_to_ship, order=number), partial(self._ask, number))

    def _ask(self, number: str, lines: Sequence[LineToShip]) -> None:
        if not lines:
            self._desk.messages.notice(tr("Nothing of {number} is still to be shipped.", number=number))
            return
        form = ShipForm(number, lines)
        if not self._desk.messages.run_dialog(form):
            return
        work = partial(
            _ship,
            quantities=form.quantities(),
            carrier=str(form.carrier.value() or ""),
            tracking=str(form.tracking.value() or ""),
            counted=form.counted.isChecked(),
        )
        self._desk.runner.write("order.ship", work, self._shipped)

    def _shipped(self, answer: tuple[Shipped, list[Paper]]) -> None:
        shipped, papers = answer
        rest = [each for each in shipped.lines if each.to_follow]
        said = tr("{slip} has left.", slip=shipped.number)
        if rest:
            said += " " + tr("To follow: {lines}.", lines=", ".join(
                f"{formats.quantity(each.to_follow)} {each.item}" for each in rest))  # fmt: skip
        self._desk.messages.notice(said)
        show_papers(self._desk, tr("Packing slip {number}", number=shipped.number), papers)

    def take_back(self) -> None:
        """Ask what came back and why, and book it."""
        line = self._page.shown_line
        if line is None or not line.shipped:
            return
        form = BackForm(line)
        if not self._desk.messages.run_dialog(form):
            return
        goes = form.place.currentData()
        work: Any = partial(
            take_back,
            name=line.name,
            quantity=form.quantity.value(),
            reason=str(form.reason.value()),
            replace=form.replace.isChecked(),
            quarantine=goes == "quarantine",
            scrap=goes == "scrap",
        )
        self._desk.runner.write("order.take_back", work, self._came_back)

    def _came_back(self, back: Returned) -> None:
        said = tr("{quantity} of {name} came back.", quantity=formats.quantity(back.quantity), name=back.line)
        if back.to_follow:
            said += " " + tr("As many are delivered again.")
        self._desk.messages.notice(said)

    def print_slips(self) -> None:
        """Show the packing slips of the order."""
        order = self._page.shown_order
        if order is not None:
            number = order.row.number
            self._desk.runner.read("orders.slips", partial(slips_of, order=number), partial(self._print, number))

    def _print(self, number: str, slips: Sequence[str]) -> None:
        print_papers(self._desk, "packing-slip", slips, tr("Packing slips of {number}", number=number))


def _ship(
    tx: Transaction, quantities: dict[str, Quantity], carrier: str, tracking: str, *, counted: bool
) -> tuple[Shipped, list[Paper]]:
    """Ship, and draw the packing slip."""
    shipped = ship_lines(tx, quantities, carrier=carrier, tracking=tracking, counted=counted)
    return shipped, drawn(tx, "packing-slip", [shipped.number])
