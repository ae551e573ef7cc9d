"""Enters an order by keys alone: customer, reference, due, lines; what it pulls shows beside it as it is typed.

Every committed cell is kept in the workshop, so that a crash loses nothing; Esc leaves the order as a draft.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from pegboard.domain.errors import InvalidInput, PegboardError
from pegboard.domain.order import OrderDraft, OrderLineDraft
from pegboard.domain.quantity import Money, divide_half_up, extended_amount
from pegboard.i18n import tr
from pegboard.queries.order_lookups import EntryCustomer, EntryFacts, entry_facts, last_prices
from pegboard.queries.order_preview import Preview, preview_of
from pegboard.services import explosion, orders
from pegboard.services.explosion import TypedLine
from pegboard.storage.store import Reading, Transaction
from pegboard.ui import formats, theme
from pegboard.ui.completion import Choice
from pegboard.ui.desk import Desk
from pegboard.ui.detail import line
from pegboard.ui.entry_grid import Computed, EntryGrid, EntryRow
from pegboard.ui.fields import CodeField, DayField, TextField
from pegboard.ui.marks import Mark, State
from pegboard.ui.orders.entry_cells import EntryBook, line_columns, options_code
from pegboard.ui.orders.options_form import OptionsForm
from pegboard.ui.orders.preview_panel import PreviewPanel
from pegboard.ui.orders.words import chain_text, latest_cause

PREVIEW_AFTER = 250  # milliseconds after the last committed cell
NEW: dict[str, Any] = {"customer": "", "reference": "", "due": "", "lines": []}


class KeptAs:
    """Under which id the draft is kept; set on the writer's thread, so that a second save makes no second draft."""

    def __init__(self, draft_id: int | None) -> None:
        self.draft_id = draft_id

    def keep(self, tx: Transaction, cells: Mapping[str, Any]) -> None:
        """Keep the cells under the id, or under a new one."""
        self.draft_id = orders.save_draft(tx, cells, self.draft_id)

    def forget(self, tx: Transaction) -> None:
        """Throw the draft away."""
        if self.draft_id is not None:
            orders.delete_draft(tx, self.draft_id)
            self.draft_id = None


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
        self._typed: tuple[TypedLine, ...] = ()
        self.customer = CodeField(tr("Customer"), self._customer_choices)
        self.reference = TextField(tr("Their reference"), is_needed=False)
        self.due = DayField(tr("Due"), desk.today, is_needed=False)
        self.grid = EntryGrid("new_order", tr("Order lines"), line_columns(self.book, desk.today), today=desk.today)
        self.panel = PreviewPanel(desk)
        self._who = QLabel()
        self._who.setProperty("secondary", True)
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
        head = QHBoxLayout()
        head.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        head.setSpacing(theme.GAP)
        for title, field, width in (
            (tr("&Customer"), self.customer, 150),
            (tr("Their &ref"), self.reference, 130),
            (tr("&Due"), self.due, 330),
        ):
            label = QLabel(title)
            label.setBuddy(field)
            head.addWidget(label)
            field.setFixedWidth(width) if field is not self.due else field.setMaximumWidth(width)
            head.addWidget(field)
            if field is self.customer:
                head.addWidget(self._who)
        head.addStretch(1)
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
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addWidget(split, 1)
        layout.addWidget(line())
        layout.addLayout(self.foot)
        QWidget.setTabOrder(self.customer, self.reference)
        QWidget.setTabOrder(self.reference, self.due.line)
        QWidget.setTabOrder(self.due.line, self.grid.view)

    def _connect(self) -> None:
        self.customer.committed.connect(self._customer_known)
        self.customer.committed.connect(self._keep)
        self.reference.committed.connect(self._keep)
        self.due.committed.connect(self._keep)
        self.due.committed.connect(self._timer.start)
        self.grid.changed.connect(self._lines_changed)
        self.grid.current_changed.connect(self._explain_line)
        self.grid.view.installEventFilter(self)

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
        self._kept = KeptAs(draft_id)
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
        self.book.prices = {}
        self.customer.set_value(str(cells["customer"]) or None)
        self.reference.set_value(str(cells["reference"]) or None)
        self.due.line.set_value(None)
        self.due.line.setText(str(cells["due"]))
        self.due.line.settle()
        self.grid.set_texts(cells["lines"])
        self._signatures = {row.id: self._signature(row) for row in self.grid.rows() if row.text("price")}
        self._is_loading = False
        self._last_cells = self.cells()
        self._customer_known()
        self._lines_changed()
        view = self.grid.view
        view.setCurrentIndex(view.model().index(len(self.grid.rows()), 0))

    def cells(self) -> dict[str, Any]:
        """Return what was typed, as a draft keeps it."""
        return {
            "customer": self.customer.text().strip(),
            "reference": self.reference.text().strip(),
            "due": self.due.line.text().strip(),
            "lines": self.grid.texts(),
        }

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
        for field in (self.customer, self.reference, self.due.line):
            field.settle()
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
        self._who.setText(found.name if found is not None else "")
        if found is not None:
            self._desk.runner.read("orders.last_prices", partial(last_prices, customer=found.code), self._take_prices)
        self._show_totals()

    def _take_prices(self, prices: Mapping[str, Any]) -> None:
        self.book.prices = dict(prices)
        self._lines_changed()

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

    def _show_totals(self) -> None:
        self._totals.setText(self._totals_text())

    def _totals_text(self) -> str:
        rows, currency = self.grid.rows(), self._currency()
        total = sum((each.minor for each in map(self._amount, rows) if each is not None), 0)
        parts = [tr("Total {amount}", amount=formats.money(Money(total, currency), currency=True))]
        costs = [self._cost(row) for row in rows if row.value("quantity") is not None]
        if costs and None not in costs and total and currency == self.book.facts.currency:
            cost = sum(each for each in costs if each is not None)
            margin = divide_half_up((total - cost) * 100, total)
            parts += [
                tr("cost {amount}", amount=formats.money(Money(cost, currency))),
                tr("margin {percent} %", percent=margin),
            ]
        found = self._known_customer()
        if found is not None and found.deposit_percent:
            deposit = Money(divide_half_up(total * found.deposit_percent.micro, 100_000_000), currency)
            percent = formats.quantity(found.deposit_percent)
            parts.append(tr("deposit {percent} % = {amount}", percent=percent, amount=formats.money(deposit)))
        return "    ".join(parts)

    def _cost(self, row: EntryRow) -> int | None:
        item, quantity = self.book.item(row), row.value("quantity")
        if item is None or item.cost is None:
            return None
        return extended_amount(quantity.micro, item.cost.micro, self.book.facts.currency).minor

    # --- options

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Qt: F4 in the options column shows the groups of the item."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_F4:
            view = self.grid.view
            if self.grid.model.columns[max(0, view.currentIndex().column())].key != "item":
                return self.choose_options()
        return False

    def choose_options(self) -> bool:
        """Show the options of the current line; False where its item has none."""
        row = self.grid.current_row()
        item = self.book.item(row) if row is not None else None
        if row is None or item is None or not item.groups:
            return False
        form = OptionsForm(item, self.book.chosen(row))
        if self._desk.messages.run_dialog(form):
            place = self.grid.view.currentIndex().row()
            self.grid.model.change(tr("Choose options"), {(place, "options"): options_code(form.chosen())})
        self.grid.view.setFocus()
        return True

    # --- the preview

    def _order_due(self) -> Any:
        try:
            return self.due.value()
        except InvalidInput:
            return None

    def _typed_rows(self) -> list[EntryRow]:
        return [row for row in self.grid.rows() if self.book.item(row) and row.value("quantity") is not None]

    @Slot()
    def _ask_preview(self) -> None:
        rows, due = self._typed_rows(), self._order_due()
        lines = tuple(
            TypedLine(
                self.book.facts.items[row.value("item")].item_id,
                row.value("quantity").micro,
                row.value("due") or due,
                tuple(sorted(self.book.chosen(row))),
            )
            for row in rows
        )
        if not lines:
            self._desk.runner.forget("orders.preview")
            self.panel.show_preview(Preview())
            return
        show = partial(self._show_preview, tuple(row.id for row in rows))
        self._desk.runner.read("orders.preview", partial(_preview, lines=lines), show, self._no_preview)

    def _show_preview(self, row_ids: Sequence[int], preview: Preview) -> None:
        self.panel.show_preview(preview)
        for place, promise in preview.promises:
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
        self._why.setText(tr("Can ship {day}", day=said.text) if said is not None and said.text else "")
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
        for field in (self.customer, self.due):
            if problem := field.check():
                field.setFocus()
                return problem
        if not self.grid.rows():
            self.grid.view.setFocus()
            return tr("An order needs at least one line.")
        return self.grid.problems()[0][2] if self.grid.show_first_problem() else ""

    def _draft(self) -> OrderDraft:
        due = self._order_due()
        return OrderDraft(
            customer=str(self.customer.value()),
            customer_reference=self.reference.text().strip(),
            order_date=self._desk.today(),
            lines=tuple(
                OrderLineDraft(
                    item=row.value("item"),
                    quantity=row.value("quantity"),
                    due_date=row.value("due") or due,
                    unit_price=row.value("price"),
                    options=self.book.chosen(row),
                )
                for row in self.grid.rows()
            ),
        )

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


def _preview(reading: Reading, lines: Sequence[TypedLine]) -> Preview:
    computed = explosion.preview_draft(reading, lines)
    return preview_of(reading, computed.snapshot, computed.plan)


def _enter(tx: Transaction, draft: OrderDraft, kept: KeptAs, *, quote: bool) -> str:
    """One transaction: the order, what it pulls, and the end of its draft."""
    number = orders.enter_order(tx, draft, quote=quote)
    if not quote:
        explosion.explode(tx, (number,))
    kept.forget(tx)
    return number
