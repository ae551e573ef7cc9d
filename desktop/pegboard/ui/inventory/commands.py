"""What can be done with stock: correct it, move it, block it."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.genealogy import Lot, known_lots, stock_row_of
from pegboard.queries.inventory import LotRow, StockRow
from pegboard.services import inventory
from pegboard.services.inventory import Adjusted
from pegboard.services.pegs import Loosened
from pegboard.storage.store import Transaction
from pegboard.ui import formats
from pegboard.ui.command import Command, page_command
from pegboard.ui.completion import Choice
from pegboard.ui.desk import Desk
from pegboard.ui.inventory.count_forms import TraceForm
from pegboard.ui.inventory.forms import AdjustForm, LocationForm, StatusForm, TransferForm
from pegboard.ui.inventory.item_pane import ItemPane

SCOPE = "inventory"
MOST_NAMED = 4  # demands that lost something, in one sentence


class StockOnScreen(Protocol):
    """What the commands are about."""

    @property
    def pane(self) -> ItemPane:
        """The item in full, with the lot that is chosen."""

    def locations(self) -> Sequence[Choice]:
        """Return all locations."""

    def trace(self, item_key: int, stock_key: int) -> None:
        """Show what went into one lot, and where it went."""


class StockCommands:
    """The commands of the page, for the item and the lot that are shown."""

    def __init__(self, desk: Desk, page: StockOnScreen) -> None:
        self._desk = desk
        self._page = page

    def commands(self) -> tuple[Command, ...]:
        """Return them all."""
        return (*self._moving(), *self._looking())

    def _moving(self) -> tuple[Command, ...]:
        declare = partial(page_command, SCOPE, tr("Stock"))
        return (
            declare(
                "stock.adjust",
                tr("Correct…"),
                self.adjust,
                "adjust",
                "F2; Ctrl+Return",
                self.has_item,
                tr("Books what was counted, or how much is more or less there, with the reason."),
                primary=True,
                toolbar=True,
            ),
            declare(
                "stock.transfer",
                tr("Move…"),
                self.transfer,
                "transfer",
                "Shift+F2",
                self.has_lot,
                tr("Moves goods to another location, with their age and cost."),
            ),
            declare(
                "stock.block",
                tr("Put into quarantine…"),
                self.block,
                "lock",
                "",
                self.can_block,
                tr("Blocks the chosen lot; nothing takes from it until it is available again."),
            ),
            declare(
                "stock.unblock",
                tr("Make available…"),
                self.unblock,
                "done",
                "",
                self.can_unblock,
                tr("Makes a lot in quarantine available again."),
            ),
        )

    def _looking(self) -> tuple[Command, ...]:
        declare = partial(page_command, SCOPE, tr("Stock"))
        return (
            declare(
                "stock.item",
                tr("Open item"),
                self.open_item,
                "items",
                "Ctrl+I",
                self.has_item,
                tr("Shows what the item is, its BOM and its suppliers."),
            ),
            declare(
                "stock.trace",
                tr("Trace a lot or serial…"),
                self.trace,
                "tree",
                "Ctrl+Shift+T",
                lambda: True,
                tr("Shows what went into a lot and where it went, also one that has left the house."),
            ),
            declare(
                "location.new",
                tr("New location…"),
                self.new_location,
                "new",
                "Ctrl+N",
                lambda: True,
                tr("Makes a place where stock can lie."),
            ),
        )

    # --- when

    def _row(self) -> StockRow | None:
        detail = self._page.pane.detail
        return None if detail is None else detail.row

    def _lot(self) -> LotRow | None:
        return self._page.pane.lot()

    def has_item(self) -> bool:
        """Whether an item is shown."""
        return self._row() is not None

    def has_lot(self) -> bool:
        """Whether one lot is chosen."""
        return self._lot() is not None

    def can_block(self) -> bool:
        """Whether the chosen lot is available."""
        lot = self._lot()
        return lot is not None and lot.status == "available"

    def can_unblock(self) -> bool:
        """Whether the chosen lot is in quarantine."""
        lot = self._lot()
        return lot is not None and lot.status == "quarantine"

    # --- correct

    def adjust(self) -> None:
        """Ask what lies there, and book it."""
        row = self._row()
        if row is None:
            return
        form = AdjustForm(row, self._lot(), self._page.locations())
        if not self._desk.messages.run_dialog(form):
            return
        item, found = row.item, form.correction()
        self._desk.runner.write(
            "stock.adjust",
            lambda tx: inventory.adjust(
                tx, item, found.location, found.lot, by=found.by, counted=found.counted, reason=found.reason
            ),
            lambda done: self._adjusted(done, item, found.location, found.lot),
        )

    def _adjusted(self, done: Adjusted, item: str, location: str, lot: str) -> None:
        text = tr(
            "{item} at {place}: {before} became {after}.",
            item=item,
            place=f"{location} {lot}".strip(),
            before=formats.quantity(done.before),
            after=formats.quantity(done.after),
        )
        if done.before == done.after:
            self._desk.messages.notice(tr("{item} is as it was booked.", item=item))
        elif done.short:
            self._desk.messages.warn(f"{text} {lost(done.short)}")
        else:
            back = Quantity(done.before.micro - done.after.micro)
            self._desk.messages.notice(text, tr("Undo"), lambda: self._take_back(item, location, lot, back))

    def _take_back(self, item: str, location: str, lot: str, by: Quantity) -> None:
        reason = tr("Correction taken back")
        self._desk.runner.write(
            "stock.adjust",
            lambda tx: inventory.adjust(tx, item, location, lot, by=by, reason=reason),
            lambda _done: self._desk.messages.notice(tr("The correction is taken back.")),
        )

    # --- move and block

    def transfer(self) -> None:
        """Ask where to and how much, and move it."""
        row, lot = self._row(), self._lot()
        if row is None or lot is None:
            return
        form = TransferForm(row, lot, self._page.locations())
        if self._desk.messages.run_dialog(form):
            quantity = form.quantity.value()
            found = quantity if form.counted.isChecked() and quantity > lot.quantity else None
            reason = str(form.reason.value() or "")
            self._move(row.item, lot.location, form.target.value(), quantity, lot.lot, reason, found=found)

    def _move(
        self,
        item: str,
        source: str,
        target: str,
        quantity: Quantity,
        lot: str,
        reason: str,
        *,
        found: Quantity | None = None,
    ) -> None:
        """Move goods; where more was `found` than the books say, that is booked first."""

        def work(tx: Transaction) -> None:
            if found is not None:
                inventory.adjust(tx, item, source, lot, counted=found, reason=tr("counted to be moved"))
            inventory.transfer(tx, item, source, target, quantity, lot, reason=reason)

        text = tr(
            "{quantity} {item} lie at {location} now.", quantity=formats.quantity(quantity), item=item, location=target
        )
        self._desk.runner.write(
            "stock.transfer",
            work,
            lambda _done: self._desk.messages.notice(
                text, tr("Undo"), lambda: self._move(item, target, source, quantity, lot, tr("Moved back"))
            ),
        )

    def block(self) -> None:
        """Ask why, and put the lot into quarantine."""
        self._set_status("quarantine")

    def unblock(self) -> None:
        """Ask why, and make the lot available."""
        self._set_status("available")

    def _set_status(self, status: str) -> None:
        row, lot = self._row(), self._lot()
        if row is None or lot is None:
            return
        form = StatusForm(row, lot, is_blocking=status == "quarantine")
        if not self._desk.messages.run_dialog(form):
            return
        item, location, code, reason = row.item, lot.location, lot.lot, str(form.reason.value())
        self._desk.runner.write(
            "stock.status",
            lambda tx: inventory.set_status(tx, item, location, code, status, reason=reason),
            lambda short: self._status_set(item, status, short),
        )

    def _status_set(self, item: str, status: str, short: Sequence[Loosened]) -> None:
        if short:
            self._desk.messages.warn(lost(short))
        elif status == "quarantine":
            self._desk.messages.notice(tr("{item} is in quarantine.", item=item))
        else:
            self._desk.messages.notice(tr("{item} is available again.", item=item))

    # --- trace

    def trace(self) -> None:
        """Read the lots, ask which one, and show its history."""
        self._desk.runner.read("inventory.lots", known_lots, self._ask_lot)

    def _ask_lot(self, lots: Sequence[Lot]) -> None:
        if not lots:
            self._desk.messages.notice(tr("Nothing here has lots or serial numbers yet."))
            return
        form = TraceForm(lots)
        if not self._desk.messages.run_dialog(form):
            return
        lot = form.found()
        if lot is not None:
            self._desk.runner.read("inventory.trace", lambda reading: stock_row_of(reading, lot), self._show_trace)

    def _show_trace(self, found: tuple[int, int] | None) -> None:
        if found is not None:
            self._page.trace(*found)

    # --- other

    def open_item(self) -> None:
        """Go to the item."""
        row = self._row()
        if row is not None:
            self._desk.show_record("item", row.item)

    def new_location(self) -> None:
        """Ask for a code, and make a location."""
        form = LocationForm()
        if self._desk.messages.run_dialog(form):
            code, words = str(form.code.value()), str(form.words.value() or "")
            self._desk.runner.write(
                "location.new",
                lambda tx: inventory.add_location(tx, code, words),
                lambda _done: self._desk.messages.notice(tr("Stock can lie at {location} now.", location=code)),
            )


def lost(short: Sequence[Loosened]) -> str:
    """Say who lost goods that were allocated to them."""
    named = ", ".join(f"{each.demand} ({formats.quantity(each.quantity)})" for each in short[:MOST_NAMED])
    if len(short) > MOST_NAMED:
        named = tr("{names} and {count} more", names=named, count=len(short) - MOST_NAMED)
    return tr("Short until the next explosion: {names}.", names=named)
