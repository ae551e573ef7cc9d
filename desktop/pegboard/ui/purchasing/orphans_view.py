"""Supply that nobody wants: what it is worth, how old it is, why it is there, and who could use it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.orphans import Orphan, Served, orphans
from pegboard.services.repegging import Repegged, repeg
from pegboard.storage.store import Transaction
from pegboard.ui import formats, theme
from pegboard.ui.columns import Column, date_column, money_column, quantity_column, text_column, whole_column
from pegboard.ui.desk import Desk
from pegboard.ui.fields import QuantityField
from pegboard.ui.form import Form
from pegboard.ui.list_view import Chip, Empty, ListPane
from pegboard.ui.purchasing import words
from pegboard.ui.purchasing.served_table import DragOut, ServedTable

MOST_NAMED = 3  # demands in a cell
PAGES = {"job": "work_order", "line": "purchase_line", "stock": "stock"}


def columns() -> tuple[Column[Orphan], ...]:
    """Return the columns of the list."""
    return (
        text_column("number", tr("Supply"), lambda orphan: orphan.number, width=150),
        text_column("item", tr("Item"), lambda orphan: orphan.item, width=110, tip=lambda orphan: orphan.description),
        quantity_column(
            "quantity", tr("Nobody's"), lambda orphan: orphan.quantity, unit=lambda orphan: orphan.unit, width=84
        ),
        money_column("value", tr("Value"), lambda orphan: orphan.value, width=96, totalled=True),
        whole_column("age", tr("Days"), lambda orphan: orphan.age, width=54, help=tr("Since it came or was ordered.")),
        text_column("reason", tr("Why"), why_text, width=170),
        text_column("serves", tr("Could serve"), serves_text, width=220, tip=serves_tip),
        date_column("due", tr("Comes"), lambda orphan: orphan.due, width=96),
    )


def why_text(orphan: Orphan) -> str:
    """Say why it is there."""
    if orphan.reason:
        return words.reason_word(orphan.reason)
    return tr("in stock, free") if orphan.noun == "stock" else orphan.state


def serves_text(orphan: Orphan) -> str:
    """Name the first demands that could use it."""
    named = ", ".join(served.demand for served in orphan.serves[:MOST_NAMED])
    more = len(orphan.serves) - MOST_NAMED
    return tr("{names} and {count} more", names=named, count=more) if more > 0 else named


def serves_tip(orphan: Orphan) -> str:
    """Say of each how much it could use and by when."""
    return "\n".join(served_text(served) for served in orphan.serves)


def served_text(served: Served) -> str:
    """Say how much a demand could use, and why."""
    values = {
        "demand": served.demand,
        "quantity": formats.quantity(served.quantity),
        "day": formats.short_day(served.needed),
    }
    if served.is_short:
        return tr("{demand} is short of {quantity} by {day}", **values)
    return tr("{demand} waits for {quantity} on a draft or planned job, by {day}", **values)


class GiveForm(Form):
    """Asks which demand gets a supply, the most urgent first, and how much of it."""

    def __init__(self, orphan: Orphan) -> None:
        super().__init__(
            tr("Give {number} to a demand", number=orphan.number),
            tr("Give it"),
            explain=tr(
                "{quantity} {unit} of {item} belong to nobody. What a draft or planned job covers is cut in return.",
                quantity=formats.quantity(orphan.quantity),
                unit=orphan.unit,
                item=orphan.item,
            ),
        )
        self.demand = QComboBox()
        self.demand.setAccessibleName(tr("Demand"))
        for served in orphan.serves:
            self.demand.addItem(served_text(served), served.demand)
        self.quantity = QuantityField(tr("Quantity"))
        self.quantity.set_value(orphan.quantity)
        self.add(tr("Demand"), self.demand)
        self.add(tr("Quantity"), self.quantity)
        self.demand.setFocus()


class OrphansView(QWidget):
    """The list, and what can be done with it.

    Signals: chosen(): another supply is chosen, or the list changed.
    """

    chosen = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.list: ListPane[Orphan] = ListPane(
            desk,
            "orphans",
            tr("Supply nobody wants"),
            columns(),
            lambda orphan: (orphan.column, orphan.key),
            query=orphans,
            chips=(
                Chip("ordered", tr("On order"), lambda orphan: orphan.noun != "stock"),
                Chip("useful", tr("Could serve somebody"), lambda orphan: bool(orphan.serves)),
                Chip("stock", tr("In stock"), lambda orphan: orphan.noun == "stock"),
                Chip("all", tr("All")),
            ),
            empty=Empty(tr("Every supply has an owner. What a cancelled or smaller order leaves behind stands here.")),
        )
        self.list.set_menu(("orphan.give", "orphan.give_first", "orphan.open"))
        self.serves = ServedTable(desk)
        self._hint = QLabel()
        self._hint.setProperty("secondary", True)
        self._hint.setContentsMargins(theme.GAP, theme.STEP, theme.GAP, theme.STEP)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._hint)
        layout.addWidget(self.serves)
        self.setFocusProxy(self.list)
        self._drag = DragOut(self.list.view, self._dragged)
        self.list.current_changed.connect(self._tell)
        self.list.rows_shown.connect(self._tell_shown)
        self.list.opened.connect(self._give)
        self.serves.row_opened.connect(self._give_to)
        self.serves.dropped.connect(self._take_dropped)
        self._show_serves()

    def refresh(self) -> None:
        """Read the list again."""
        self.list.refresh()

    def can_give(self) -> bool:
        """Whether somebody could use the chosen supply."""
        orphan = self.list.current()
        return self.isVisible() and orphan is not None and bool(orphan.serves)

    def has_current(self) -> bool:
        """Whether a supply is chosen."""
        return self.isVisible() and self.list.current() is not None

    def give(self) -> None:
        """Ask which demand gets the chosen supply."""
        orphan = self.list.current()
        if orphan is None or not orphan.serves:
            return
        form = GiveForm(orphan)
        if self._desk.messages.run_dialog(form):
            self._write(orphan.number, str(form.demand.currentData()), form.quantity.value())

    def give_first(self) -> None:
        """Give the chosen supply to the most urgent demand that could use it."""
        orphan = self.list.current()
        if orphan is not None and orphan.serves:
            self._write(orphan.number, orphan.serves[0].demand, None)

    def open_supply(self) -> None:
        """Go to the job, the purchase line or the stock."""
        orphan = self.list.current()
        if orphan is not None:
            self._desk.show_record(PAGES[orphan.noun], orphan.item if orphan.noun == "stock" else orphan.number)

    def _write(self, supply: str, demand: str, quantity: Quantity | None) -> None:
        def work(tx: Transaction) -> Repegged:
            return repeg(tx, supply, demand, quantity)

        self._desk.runner.write("supply.repeg", work, self._given)

    def _given(self, given: Repegged) -> None:
        self._desk.messages.notice(
            tr(
                "{quantity} {item} of {supply} belong to {demand} now.",
                quantity=formats.quantity(given.quantity),
                item=given.item,
                supply=given.supply,
                demand=given.demand,
            )
        )

    # --- who could use it

    def _show_serves(self) -> None:
        orphan = self.list.current()
        serves = orphan.serves if orphan is not None else ()
        self.serves.show_rows(serves)
        self.serves.setVisible(bool(serves))
        self._hint.setVisible(orphan is not None)
        if orphan is not None:
            self._hint.setText(
                tr("These could use {number}: drag it onto one, or press Enter there.", number=orphan.number)
                if serves
                else tr("Nobody needs {item} now.", item=orphan.item)
            )

    def _dragged(self) -> str:
        orphan = self.list.current()
        return orphan.number if orphan is not None and orphan.serves else ""

    @Slot(object)
    def _give_to(self, served: Served) -> None:
        orphan = self.list.current()
        if orphan is not None:
            self._write(orphan.number, served.demand, None)

    @Slot(str, object)
    def _take_dropped(self, supply: str, served: Served) -> None:
        self._write(supply, served.demand, None)

    @Slot(object)
    def _tell(self, _orphan: Orphan | None) -> None:
        self._tell_shown()

    @Slot()
    def _tell_shown(self) -> None:
        self._show_serves()
        self.chosen.emit()

    @Slot(object)
    def _give(self, _orphan: Orphan | None) -> None:
        self.give()
