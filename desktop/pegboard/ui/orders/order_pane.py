"""The right half of Orders: one order with its lines, what hangs on it, and its history."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from pegboard.domain.attachment import Owner
from pegboard.domain.errors import PegboardError
from pegboard.i18n import tr
from pegboard.queries.order_costs import OrderCost, order_cost
from pegboard.queries.order_detail import HistoryEntry, OrderDetail, OrderLineRow
from pegboard.queries.order_preview import Preview
from pegboard.queries.order_pulls import Pull
from pegboard.queries.orders import OrderState
from pegboard.ui import formats, theme
from pegboard.ui.attachments import AttachmentsPart
from pegboard.ui.desk import Desk
from pegboard.ui.detail import DetailPane, Fact, Facts
from pegboard.ui.detail_table import DetailTable
from pegboard.ui.orders import words
from pegboard.ui.orders.columns import history_columns, line_columns
from pegboard.ui.orders.configuring import quoted_order
from pegboard.ui.orders.pull_tree import PullTree
from pegboard.ui.orders.revisions_panel import RevisionsPanel

TREE_ROWS = 12


class OrderPane(DetailPane):
    """Shows an OrderDetail."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Order"))
        self._desk = desk
        self.detail: OrderDetail | None = None
        self.cost: OrderCost | None = None  # of the order `_costed`
        self.quoted: Preview | None = None  # what a quote would pull, once worked out
        self._costed = ""
        self.facts = Facts()
        self.lines: DetailTable[OrderLineRow] = DetailTable(
            desk, "order_lines", tr("Order lines"), line_columns(), key=lambda line: line.line
        )
        self.tree = PullTree(desk, "order_pulls", tr("What hangs on it"), open_levels=2, item_width=168)
        self.tree.setMinimumHeight(TREE_ROWS * theme.ROW_HEIGHT)
        self.history: DetailTable[HistoryEntry] = DetailTable(
            desk, "order_history", tr("History"), history_columns(), key=lambda entry: (entry.at, entry.text)
        )
        self.add("", self.facts)
        self.add(tr("Lines"), self.lines)
        self._hanging = self.add(tr("What hangs on it"), self.tree, 1)
        self.revisions = RevisionsPanel(desk)
        self._revised = self.add(tr("Revisions"), self.revisions)
        self.files = AttachmentsPart(desk, "order_files")
        self.add(tr("Files"), self.files)
        self._past = self.add(tr("History"), self.history)
        self.end()
        self.lines.row_opened.connect(self._open_item)

    def tables(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.lines, self.tree, self.revisions, self.files, self.history)

    def show_detail(self, detail: OrderDetail | None) -> None:
        """Show an order; None says that it is no more."""
        self.detail = detail
        if detail is None:
            self.show_nothing(tr("Choose an order on the left."))
            return
        row = detail.row
        self.show_heading(f"{row.number}   {row.customer}", _subtitle(detail), words.state_mark(row.state))
        if self._costed != row.number:
            self.cost = None
        if self._costed != row.number or row.state is not OrderState.QUOTE:
            self.quoted = None
        self._costed = row.number
        self._show_facts()
        self._read_cost(row.number)
        if row.state is OrderState.QUOTE:
            work = partial(quoted_order, number=row.number)
            self._desk.runner.read("orders.quoted", work, partial(self._take_quoted, row.number), self._no_quoted)
        self.lines.show_rows(detail.lines)
        pulls = [_line_pull(line) for line in detail.lines if line.is_open]
        self.tree.show_pulls(pulls)
        self._hanging.setVisible(any(line.is_exploded for line in detail.lines))
        tells_all = self._desk.runner.rights.sees_money  # what happened is told in sentences, with prices in them
        self._revised.setVisible(detail.revision > 0 and tells_all)
        if detail.revision:
            self.revisions.show_order(row.number)
        self.files.show_owner(Owner("order", row.number))
        self.history.show_rows(detail.history)
        self._past.setVisible(bool(detail.history) and tells_all)

    def _read_cost(self, number: str) -> None:
        """Work the cost out after the order is on the screen: it goes through all its levels."""
        if self._desk.runner.rights.sees_money:
            work = partial(order_cost, number=number)
            self._desk.runner.read("orders.cost", work, partial(self._take_cost, number))

    def _take_cost(self, number: str, cost: OrderCost) -> None:
        if self.detail is not None and self.detail.row.number == number and cost != self.cost:
            self.cost = cost
            self._show_facts()

    def _take_quoted(self, number: str, quoted: Preview) -> None:
        """Show when a quote could ship and what it would pull, as of now."""
        if self.detail is None or self.detail.row.number != number or self.detail.row.state is not OrderState.QUOTE:
            return
        self.quoted = quoted
        self._show_facts()
        self.tree.show_pulls(quoted.pulls)
        self._hanging.setVisible(bool(quoted.pulls))

    def _no_quoted(self, _error: PegboardError) -> None:
        """A quote that cannot be exploded, such as for an item without a BOM, tells no date."""

    def _show_facts(self) -> None:
        if self.detail is not None:
            self.facts.show_facts(_facts(self.detail, self.cost, self.quoted))

    def refresh_verbs(self) -> None:
        """Show the verbs that can be run now; the others are in the menu."""
        super().refresh_verbs()
        for button in self._buttons:
            button.setVisible(button.isEnabled())

    @property
    def currency(self) -> str:
        """The currency of the order shown."""
        value = self.detail.row.value if self.detail is not None else None
        return value.currency if value is not None else ""

    def current_line(self) -> OrderLineRow | None:
        """Return the line that is chosen."""
        return self.lines.current() if self.detail is not None else None

    @Slot(object)
    def _open_item(self, line: OrderLineRow) -> None:
        self._desk.show_record("item", line.item)


def _line_pull(line: OrderLineRow) -> Pull:
    """A line as the top of its tree: its own need, or the parts of a kit."""
    own = line.pulls[0] if len(line.pulls) == 1 else None
    if own is not None and own.item == line.item:
        return replace(own, line=line.line, name=line.name)
    return Pull(
        line.name, line.item, line.description, line.unit, line.quantity, line.due, parts=line.pulls, line=line.line
    )


def _subtitle(detail: OrderDetail) -> str:
    row = detail.row
    due = tr("due {day}", day=formats.day(row.due)) if row.due else ""
    ready = tr("ready {day}", day=formats.day(row.ready)) if row.ready else ""
    return ", ".join(part for part in (due, ready, words.progress_text(row)) if part)


def _facts(detail: OrderDetail, cost: OrderCost | None, quoted: Preview | None) -> Sequence[Fact]:
    row = detail.row
    late = [(line.item, _line_pull(line)) for line in detail.lines if line.is_late]
    causes = [f"{item}: {words.latest_cause(pull)}" for item, pull in late if words.latest_cause(pull)]
    chains = [words.chain_text(pull) for _item, pull in late]
    return (
        Fact(tr("Late because"), "\n".join(causes), tip="\n".join(chains)),
        Fact(
            tr("Could ship"), _could_ship(quoted), tip=tr("Were it confirmed today, by what is here and on order now.")
        ),
        Fact(tr("Their reference"), row.reference),
        Fact(tr("Ordered"), formats.day(row.order_date)),
        Fact(tr("Value"), formats.money(row.value, currency=True)),
        Fact(
            tr("Cost"),
            _cost(cost),
            tip=tr("Rolled up from today's BOMs, routings and supplier prices."),
        ),
        Fact(tr("Deposit"), _deposit(detail)),
        Fact(tr("Freight"), formats.price(detail.freight)),
        Fact(tr("Ship to"), detail.ship_to),
        Fact(tr("Note"), detail.note),
        Fact(tr("Changed"), tr("{count} times", count=detail.revision) if detail.revision else ""),
    )


def _could_ship(quoted: Preview | None) -> str:
    if quoted is None or not quoted.promises:
        return ""
    day = formats.day(max(promise.ready for _line, promise in quoted.promises))
    if any(promise.is_late for _line, promise in quoted.promises):
        return tr("{day}, later than asked for", day=day)
    return day


def _cost(found: OrderCost | None) -> str:
    if found is None or found.cost is None:
        return ""
    cost = formats.money(found.cost, currency=True)
    if found.margin is None:
        return cost
    return tr("{cost}, margin {percent} %", cost=cost, percent=found.margin)


def _deposit(detail: OrderDetail) -> str:
    if not detail.deposit_percent:
        return ""
    amount = formats.money(detail.deposit, currency=True)
    share = tr("{percent} % = {amount}", percent=formats.quantity(detail.deposit_percent), amount=amount)
    if detail.deposit_paid_on is not None:
        return tr("{share}, paid {day}", share=share, day=formats.day(detail.deposit_paid_on))
    if detail.row.state is OrderState.DEPOSIT:
        return tr("{share}, not paid yet: the order pulls nothing until it is", share=share)
    return tr("{share}, not paid yet", share=share)
