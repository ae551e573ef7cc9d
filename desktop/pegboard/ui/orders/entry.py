"""Enters an order by keys alone: customer, reference, due, lines; what it pulls shows beside it as it is typed.

Every committed cell is kept in the workshop, so that a crash loses nothing; Esc leaves the order as a draft.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from pegboard.domain.errors import PegboardError
from pegboard.domain.order import OrderDraft, OrderLineDraft
from pegboard.domain.quantity import MICRO, Money, Price, Quantity, extended_amount
from pegboard.i18n import tr
from pegboard.queries.order_lookups import EntryCustomer, EntryFacts, Habits, customer_habits, entry_facts
from pegboard.queries.order_preview import Preview
from pegboard.services import explosion, orders
from pegboard.services.explosion import TypedLine
from pegboard.storage.store import Transaction
from pegboard.ui import formats, theme
from pegboard.ui.completion import Choice
from pegboard.ui.desk import Desk
from pegboard.ui.detail import line
from pegboard.ui.entry_grid import Computed, EntryGrid, EntryRow
from pegboard.ui.marks import Mark, State
from pegboard.ui.orders.configure_form import ConfigureForm
from pegboard.ui.orders.configuring import TypedOrder, configured, typed_order
from pegboard.ui.orders.entry_cells import EntryBook, line_columns, options_code
from pegboard.ui.orders.entry_head import EntryHead
from pegboard.ui.orders.entry_kept import KeptAs
from pegboard.ui.orders.entry_totals import LineSum, totals_text
from pegboard.ui.orders.preview_panel import PreviewPanel
from pegboard.ui.orders.words import chain_text, latest_cause, options_text

CONFIGURE = (Qt.Key.Key_F2, Qt.Key.Key_F4, Qt.Key.Key_Return, Qt.Key.Key_Enter)
ITEM_WIDTH, TAX_WIDTH = 164, 48  # pixels, as the columns declare them
PREVIEW_AFTER = 250  # milliseconds after the last committed cell
NEW: dict[str, Any] = {"customer": "", "reference": "", "due": "", "lines": []}


class OrderEntry(QWidget):
    """The page on which orders are typed.

    Signals: entered(str number): the order was confirmed or quoted; left(int or None): it was kept as this draft;
    discarded(dict): it was thrown away, and these were its cells.
    """

    entered = Signal(str)
    left = Signal(object)
    discarded = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setAccessibleName(tr("New order"))
        self._desk = desk
        self.book = EntryBook()
        self._kept = KeptAs(None)
        self._waiting: dict[str, Any] | None = None
        self._is_loading = False
        self._is_busy = False
        self._last_cells: dict[str, Any] = dict(NEW)
        self._signatures: dict[int, tuple[Any, ...]] = {}
        self._costs: dict[int, tuple[TypedLine, Price | None]] = {}
        self.head = EntryHead(self._customer_choices, desk.today)
        self.customer, self.reference, self.due = self.head.customer, self.head.reference, self.head.due
        self.grid = EntryGrid("new_order", tr("Order lines"), line_columns(self.book, desk.today), today=desk.today)
        self.panel = PreviewPanel(desk)
        self._why = QLabel(wordWrap=True)
        self._why.setProperty("secondary", True)
        self._totals = QLabel(wordWrap=True)
        self._problem = QLabel(wordWrap=True)
        self._problem.setProperty("problem", True)
        self._timer = QTimer(self, singleShot=True, interval=PREVIEW_AFTER)
        self._timer.timeout.connect(self._ask_preview)
        self._build()
        self._connect()

    def _build(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.grid, 1)
        column.addWidget(line())
        self._totals.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.STEP)
        self._problem.setContentsMargins(theme.GAP, 0, theme.GAP, theme.STEP)
        self._why.setContentsMargins(theme.GAP, 0, theme.GAP, theme.STEP)
        column.addWidget(self._why)
        column.addWidget(self._totals)
        column.addWidget(self._problem)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self.panel)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 1)
        split.setSizes([700, 430])
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        self.foot.setSpacing(theme.GAP)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(line())
        layout.addWidget(split, 1)
        layout.addWidget(line())
        layout.addLayout(self.foot)
        self.head.tab_order(self.grid.view)
        self._show_tax()

    def _connect(self) -> None:
        self.head.customer_known.connect(self._customer_known)
        self.head.committed.connect(self._keep)
        self.head.committed.connect(self._show_totals)
        self.head.more_toggled.connect(self._show_tax)
        self.due.committed.connect(self._timer.start)
        self.grid.changed.connect(self._lines_changed)
        self.grid.current_changed.connect(self._explain_line)
        self.grid.view.installEventFilter(self)

    @Slot()
    def _show_tax(self) -> None:
        """Each line's own tax shows with the rarer fields, or where some line has one."""
        place = [column.key for column in self.grid.model.columns].index("tax")
        shown = self.head.has_more or any(row.text("tax") for row in self.grid.rows())
        self.grid.view.setColumnHidden(place, not shown)
        self.grid.view.setColumnWidth(0, ITEM_WIDTH - TAX_WIDTH if shown else ITEM_WIDTH)

    # --- opening and leaving

    def read_facts(self) -> None:
        """Read customers, items and options again."""
        self._desk.runner.read("orders.entry_facts", entry_facts, self._show_facts)

    def _show_facts(self, facts: EntryFacts) -> None:
        self.book.take(facts)
        if self._waiting is not None:
            cells, self._waiting = self._waiting, None
            self._fill(cells)

    def start(self, cells: Mapping[str, Any] | None = None, draft_id: int | None = None) -> None:
        """Begin a new order, or go on with these cells."""
        self._kept = KeptAs(draft_id, cells)
        self._is_busy = False
        self._problem.clear()
        self.panel.show_preview(Preview())
        given = {**NEW, **(cells or {})}
        if self.book.facts.items:
            self._fill(given)
        else:
            self._waiting = given
        self.customer.setFocus()

    def _fill(self, cells: Mapping[str, Any]) -> None:
        self._is_loading = True
        self._signatures.clear()
        self.book.habits = Habits()
        self.head.fill(cells)
        self.grid.set_texts(cells["lines"])
        self._signatures = {row.id: self._signature(row) for row in self.grid.rows() if row.text("price")}
        self._is_loading = False
        self._show_tax()
        self._last_cells = self.cells()
        self._customer_known()
        self._lines_changed()
        view = self.grid.view
        view.setCurrentIndex(view.model().index(len(self.grid.rows()), 0))

    def cells(self) -> dict[str, Any]:
        """Return what was typed, as a draft keeps it."""
        return {**self.head.cells(), "lines": self.grid.texts()}

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not any(self.cells().values())

    @Slot()
    def leave(self) -> None:
        """Keep what was typed as a draft, and go back to the list."""
        self.keep_now()
        if self.is_blank:
            self._desk.runner.write("order.discard_draft", self._kept.forget, lambda _done: self.left.emit(None))
        else:
            kept = self._kept
            self._desk.runner.write("order.keep_draft", lambda tx: kept.keep(tx, self._last_cells),
                                    lambda _done: self.left.emit(kept.draft_id))  # fmt: skip

    def discard(self) -> None:
        """Throw away what was typed, with a way back."""
        cells, kept = self.cells(), self._kept
        self._is_busy = True  # nothing is kept any more
        self._desk.runner.write("order.discard_draft", kept.forget, lambda _done: self.discarded.emit(cells))

    def keep_now(self) -> None:
        """Commit the cell that is being edited and keep it."""
        self.grid.finish_edit()
        self.head.settle()
        self._keep()

    @Slot()
    def _keep(self) -> None:
        """Keep every committed cell, in the order in which they were committed."""
        cells = self.cells()
        if self._is_loading or self._is_busy or cells == self._last_cells:
            return
        self._last_cells = cells
        self._problem.clear()
        self._desk.runner.write("order.keep_draft", partial(self._kept.keep, cells=cells))

    # --- the customer

    def _customer_choices(self) -> Sequence[Choice]:
        return tuple(Choice(each.code, each.name) for each in self.book.facts.customers.values())

    def _known_customer(self) -> EntryCustomer | None:
        return self.book.facts.customers.get(self.customer.text().strip())

    @Slot()
    def _customer_known(self) -> None:
        found = self._known_customer()
        if found is None:
            self.head.show_customer("", "", "")
        else:
            deposit = formats.quantity(found.deposit_percent) if found.deposit_percent else ""
            self.head.show_customer(found.name, found.shipping_address, deposit)
            self._desk.runner.read("orders.habits", partial(customer_habits, customer=found.code), self._take_habits)
        self._show_totals()

    def _take_habits(self, habits: Habits) -> None:
        self.book.habits = habits
        self.head.tax.setPlaceholderText(formats.quantity(self._usual_tax()) if self._usual_tax() else "")
        self._lines_changed()

    def _usual_tax(self) -> Quantity:
        """The tax where neither the line nor the order says one: the customer's last, else the shop's."""
        habit = self.book.habits.tax_percent
        return self.book.facts.tax_percent if habit is None else habit

    def _tax(self, row: EntryRow) -> Quantity:
        own, order = row.value("tax"), self.head.tax_percent()
        return own if own is not None else order if order is not None else self._usual_tax()

    def _kept_tax(self, row: EntryRow) -> Quantity | None:
        """The tax as it is written on the line: None where nobody speaks of one."""
        is_said = row.value("tax") is not None or self.head.tax_percent() is not None
        return self._tax(row) if is_said or self._tax(row) else None

    # --- the lines

    @Slot()
    def _lines_changed(self) -> None:
        if self._is_loading:
            return
        self._fill_prices()
        for row in self.grid.rows():
            self.grid.set_computed(row.id, {"amount": Computed(formats.money(self._amount(row)))})
        self._show_totals()
        self._keep()
        self._timer.start()

    def _fill_prices(self) -> None:
        """Give new items and new choices their price; one that a person typed stays."""
        wanted: dict[tuple[int, str], str] = {}
        for place, row in enumerate(self.grid.rows()):
            signature, before = self._signature(row), self._signatures.get(row.id)
            self._signatures[row.id] = signature
            written = row.text("price")
            is_ours = not written or (before is not None and written == before[2])
            if before != signature and is_ours and written != signature[2]:
                wanted[place, "price"] = signature[2]
        if wanted and not self.grid.model.undo_stack.canRedo():  # undo must not be answered by a new step
            self.grid.model.change(tr("Fill in price"), wanted)

    def _signature(self, row: EntryRow) -> tuple[Any, ...]:
        """Item, choices, and the price that belongs to them."""
        price = self.book.default_price(row)
        return (row.value("item"), self.book.chosen(row), "" if price is None else formats.price(price))

    def _currency(self) -> str:
        found = self._known_customer()
        return found.currency if found is not None else self.book.facts.currency

    def _amount(self, row: EntryRow) -> Money | None:
        quantity, price = row.value("quantity"), row.value("price")
        if quantity is None or price is None:
            return None
        return extended_amount(quantity.micro, price.micro, self._currency())

    @Slot()
    def _show_totals(self) -> None:
        found, own = self._known_customer(), self.head.deposit_percent()
        deposit = own if own is not None else found.deposit_percent if found is not None else Quantity(0)
        sums = [LineSum(self._amount(row), self._tax(row), self._cost(row)) for row in self.grid.rows()
                if row.value("quantity") is not None]  # fmt: skip
        currency, shops, taxed = self._currency(), self.book.facts.currency, self.book.facts.tax_on_freight
        freight = self.head.freight_price()
        self._totals.setText(totals_text(sums, currency, shops, freight, deposit, is_freight_taxed=taxed))

    def _cost(self, row: EntryRow) -> Money | None:
        """What the line costs as it was worked out last; its item's standard cost before that."""
        item, typed = self.book.item(row), self._typed_line(row)
        if item is None or typed is None or not self._desk.runner.rights.sees_money:
            return None
        line, cost = self._costs.get(row.id, (None, None))
        each = cost if line is not None and _same_make(line, typed) else item.cost
        return None if each is None else extended_amount(typed.quantity, each.micro, self.book.facts.currency)

    # --- options

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Qt: F2 and Enter in the options column configure the line; F4 does it in all but the item's."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or event.modifiers():
            return False
        column = self.grid.model.columns[max(0, self.grid.view.currentIndex().column())].key
        opens = CONFIGURE if column == "options" else (Qt.Key.Key_F4,)
        return event.key() in opens and column != "item" and self.choose_options()

    def choose_options(self) -> bool:
        """Show the options of the current line; False where its item has none."""
        row = self.grid.current_row()
        item = self.book.item(row) if row is not None else None
        if row is None or item is None or not item.groups:
            return False
        others = [line for each in self._typed_rows() if each is not row and (line := self._typed_line(each))]
        typed = self._typed_line(row) or TypedLine(item.item_id, MICRO, self.head.due_date())
        form = ConfigureForm(
            self._desk,
            item,
            self.book.chosen(row),
            worked_out=lambda chosen: partial(
                configured, item=item.code, line=replace(typed, choices=chosen), others=tuple(others)
            ),
            price=partial(self.book.price_of, item),
            last=self.book.habits.configurations.get(item.code),
            currency=self._currency(),
        )
        if self._desk.messages.run_dialog(form):
            place = self.grid.view.currentIndex().row()
            self.grid.model.change(tr("Choose options"), {(place, "options"): options_code(form.chosen())})
        self.grid.view.setFocus()
        return True

    def same_as_last_time(self) -> None:
        """Configure the current line as the customer had the item last."""
        row = self.grid.current_row()
        item = self.book.item(row) if row is not None else None
        last = self.book.habits.configurations.get(item.code) if item is not None else None
        if last is None:
            self._problem.setText(tr("This customer has not had the item with options before."))
            return
        place = self.grid.view.currentIndex().row()
        self.grid.model.change(tr("Options as last time"), {(place, "options"): options_code(last.options)})

    # --- the preview

    def _typed_rows(self) -> list[EntryRow]:
        return [row for row in self.grid.rows() if self.book.item(row) and row.value("quantity") is not None]

    def _typed_line(self, row: EntryRow) -> TypedLine | None:
        item, quantity = self.book.item(row), row.value("quantity")
        if item is None or quantity is None:
            return None
        due = row.value("due") or self.head.due_date()
        return TypedLine(item.item_id, quantity.micro, due, self.book.chosen(row))

    @Slot()
    def _ask_preview(self) -> None:
        rows = {row.id: line for row in self._typed_rows() if (line := self._typed_line(row)) is not None}
        if not rows:
            self._desk.runner.forget("orders.preview")
            self.panel.show_preview(Preview())
            return
        work = partial(typed_order, lines=tuple(rows.values()))
        self._desk.runner.read("orders.preview", work, partial(self._show_preview, rows), self._no_preview)

    def _show_preview(self, lines: Mapping[int, TypedLine], told: TypedOrder) -> None:
        preview, row_ids = told.preview, list(lines)
        self.panel.show_preview(preview)
        self._costs = {key: (line, cost) for (key, line), cost in zip(lines.items(), told.costs, strict=True)}
        self._show_totals()
        for row_id, refused in zip(row_ids, told.refused, strict=True):
            if refused:
                self.grid.set_computed(row_id, {"can_ship": Computed(refused, Mark(State.DECISION, tr("choose")))})
        for place, promise in preview.promises:
            if told.refused[place - 1]:
                continue
            pull = preview.pulls[place - 1]
            cause = latest_cause(pull) if promise.is_late else ""
            day = formats.day(promise.ready)
            text = tr("{day}, late: {cause}", day=day, cause=cause) if promise.is_late else day
            mark = Mark(State.LATE, tr("late")) if promise.is_late else Mark(State.READY, tr("in time"))
            self.grid.set_computed(row_ids[place - 1], {"can_ship": Computed(text, mark, chain_text(pull))})

        self._explain_line()

    @Slot()
    def _explain_line(self) -> None:
        """Say in full when the current line can ship, and what it waits for."""
        row = self.grid.current_row()
        said = row.computed.get("can_ship") if row is not None else None
        is_day = said is not None and said.mark is not None and said.mark.state is not State.DECISION
        text = said.text if said is not None else ""
        options = options_text(self.book.chosen(row)) if row is not None else ""
        ships = tr("Can ship {day}", day=text) if text and is_day else text
        self._why.setText("    ".join(part for part in (options, ships) if part))
        self._why.setToolTip(said.tip if said is not None else "")
        self._why.setVisible(bool(self._why.text()))

    def _no_preview(self, error: PegboardError) -> None:
        self.panel.show_problem(str(error))

    # --- confirming

    def confirm(self, *, quote: bool = False) -> None:
        """Enter the order and explode it; what is wrong is shown where it stands."""
        if self._is_busy:
            return
        self.keep_now()
        problem = self._first_problem()
        if problem:
            self._problem.setText(problem)
            return
        self._is_busy = True
        draft, kept = self._draft(), self._kept
        self._desk.runner.write(
            "order.quote" if quote else "order.confirm",
            partial(_enter, draft=draft, kept=kept, quote=quote),
            self._entered,
            self._refused,
        )

    def _first_problem(self) -> str:
        if problem := self.head.check():
            return problem
        if not self.grid.rows():
            self.grid.view.setFocus()
            return tr("An order needs at least one line.")
        return self.grid.problems()[0][2] if self.grid.show_first_problem() else ""

    def _draft(self) -> OrderDraft:
        due = self.head.due_date()
        return OrderDraft(
            customer=str(self.customer.value()),
            customer_reference=self.reference.text().strip(),
            order_date=self._desk.today(),
            lines=tuple(
                OrderLineDraft(
                    item=row.value("item"),
                    quantity=row.value("quantity"),
                    due_date=row.value("due") or due,
                    unit_price=self._price(row),
                    tax_percent=self._kept_tax(row),
                    options=self.book.chosen(row),
                )
                for row in self.grid.rows()
            ),
            ship_to=self.head.ship_to.text(),
            freight=self.head.freight_price(),
            deposit_percent=self.head.deposit_percent(),
            note=self.head.note.text(),
        )

    def _price(self, row: EntryRow) -> Price | None:
        """The price as typed; a seat that sees none enters the one that belongs to the line."""
        return row.value("price") if self._desk.runner.rights.sees_money else self.book.default_price(row)

    def _entered(self, number: str) -> None:
        self.entered.emit(number)

    def _refused(self, error: PegboardError) -> None:
        self._is_busy = False
        self._problem.setText(str(error))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc keeps the order as a draft."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)


def _same_make(one: TypedLine, other: TypedLine) -> bool:
    return (one.item_id, one.quantity, one.choices) == (other.item_id, other.quantity, other.choices)


def _enter(tx: Transaction, draft: OrderDraft, kept: KeptAs, *, quote: bool) -> str:
    """One transaction: the order, what it pulls, and the end of its draft."""
    kept.require_own(tx)
    number = orders.enter_order(tx, draft, quote=quote)
    if not quote:
        explosion.explode(tx, (number,))
    kept.forget(tx)
    return number
