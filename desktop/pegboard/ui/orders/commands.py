"""What can be done with orders."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from pegboard.domain.configuration import extras
from pegboard.domain.quantity import Price
from pegboard.i18n import tr
from pegboard.queries.order_detail import OrderDetail, OrderLineRow
from pegboard.queries.order_drafts import DRAFT, draft_cells
from pegboard.queries.orders import OrderRow, OrderState
from pegboard.services import changes, explosion, orders
from pegboard.services.consequences import ChangeResult
from pegboard.services.explosion import TypedLine
from pegboard.services.order_lines import exchange_line
from pegboard.services.release import release_work_order
from pegboard.storage.store import Transaction
from pegboard.ui.command import Command, always, page_command
from pegboard.ui.consequences_form import ConsequencesForm
from pegboard.ui.desk import Desk, Paper
from pegboard.ui.orders.configure_form import ConfigureForm
from pegboard.ui.orders.configuring import configured
from pegboard.ui.orders.entry import OrderEntry
from pegboard.ui.orders.forms import CallOffForm, ChangeForm, DepositForm
from pegboard.ui.orders.line_changes import LineChanges
from pegboard.ui.orders.order_pane import OrderPane
from pegboard.ui.orders.shipping import ShippingCommands
from pegboard.ui.papers import drawn, print_papers, show_papers
from pegboard.ui.runner import Progress

SCOPE = "orders"


class OrdersOnScreen(Protocol):
    """What the commands are about."""

    entry: OrderEntry
    pane: OrderPane

    @property
    def is_entering(self) -> bool:
        """Whether an order is being typed."""

    def current(self) -> OrderRow | None:
        """Return the chosen order or draft."""

    def enter(self, cells: dict[str, Any] | None = None, draft_id: int | None = None) -> None:
        """Show the entry."""


class OrderCommands:
    """The commands of the page."""

    def __init__(self, desk: Desk, page: OrdersOnScreen) -> None:
        self._desk = desk
        self._page = page
        self._command = partial(page_command, SCOPE, tr("Order"))

    def commands(self) -> tuple[Command, ...]:
        """Return them all."""
        lines = LineChanges(self._desk, self, self._look_first).commands()
        shipping = ShippingCommands(self._desk, self).commands()
        return (*self._entering(), *self._moving(), *shipping, *self._changing(), *lines, *self._holding())

    def _entering(self) -> tuple[Command, ...]:
        make = self._command
        return (
            make("order.new", tr("New order"), self.new, "new", "Ctrl+N", always,
                 tr("Types an order; what it pulls shows beside it."), toolbar=True),
            make("order.confirm", tr("Confirm and explode"), self.confirm, "confirm", "Ctrl+Return", self.can_confirm,
                 tr("Confirms the order typed, or the quote chosen, and pulls what it needs."), primary=True),
            make("order.quote", tr("Keep as quote"), self.quote, "note", "Ctrl+Shift+Return", self.is_entering,
                 tr("Enters the order typed as a quote, which pulls nothing until it is confirmed.")),
            make("order.keep_draft", tr("Keep as draft"), self._leave, "save", "", self.is_entering,
                 tr("Leaves the order as it is, to be gone on with later; Esc does it.")),
            make("order.options", tr("Options of the line…"), self._options, "edit", "Ctrl+Shift+O", self.can_configure,
                 tr("Configures the line; of a confirmed order after showing what the change does.")),
            make("order.same_options", tr("Options as last time"), self._same_options, "duplicate", "Ctrl+L",
                 self.is_entering, tr("Configures the line as this customer had the item last.")),
            make("order.more", tr("Freight, tax, address, note"), self._more, "edit", "Ctrl+M", self.is_entering,
                 tr("Shows the rarer fields of the order: freight, tax, deposit, ship-to address and a note.")),
            make("order.discard_draft", tr("Throw draft away"), self.discard, "delete", "Ctrl+Shift+Delete",
                 self.has_draft, tr("Throws away the draft that is chosen or being typed; it can be undone.")),
            make("order.duplicate", tr("Duplicate"), self.duplicate, "duplicate", "Ctrl+Shift+D", self.has_order,
                 tr("Begins a new order with the lines of this one.")),
        )  # fmt: skip

    def _moving(self) -> tuple[Command, ...]:
        make = self._command
        return (
            make("order.explode", tr("Explode"), self.explode, "explode", "Ctrl+Shift+X", self.can_explode,
                 tr("Pulls what the order still lacks.")),
            make("order.release_jobs", tr("Release its jobs"), self.release_jobs, "release", "F8",
                 self.can_release_jobs, tr("Gives all planned jobs below the order to the floor, with travelers.")),
            make("order.deposit", tr("Record deposit…"), self.record_deposit, "price", "Ctrl+D",
                 self.can_record_deposit, tr("Books that the deposit was paid, so that the order may pull.")),
            make("order.print", tr("Print acknowledgement"), self.print_paper, "print", "Ctrl+P", self.has_order,
                 tr("Shows the order confirmation, or the quotation, to be printed."), toolbar=True),
        )  # fmt: skip

    def _changing(self) -> tuple[Command, ...]:
        make = self._command
        return (
            make("order.change", tr("Change line…"), self.change, "change", "F2", self.can_change,
                 tr("Changes quantity or due date of the chosen line, after showing what that does.")),
            make("order.cancel_line", tr("Cancel line…"), self.cancel_line, "cancel", "Ctrl+Delete", self.can_change,
                 tr("Cancels the chosen line, after showing what that does.")),
            make("order.cancel", tr("Cancel order…"), self.cancel_order, "cancel", "", self.is_open,
                 tr("Cancels the whole order, after showing what that does.")),
        )  # fmt: skip

    def _holding(self) -> tuple[Command, ...]:
        make = self._command
        return (
            make("order.hold", tr("Hold line"), self.hold, "pause", "", self.can_hold,
                 tr("Holds the chosen line back: it pulls nothing until it is called off.")),
            make("order.call_off", tr("Release call-off…"), self.call_off, "start", "", self.can_call_off,
                 tr("Releases the chosen held line: it pulls from now on.")),
        )  # fmt: skip

    # --- when

    @property
    def _detail(self) -> OrderDetail | None:
        return None if self._page.is_entering else self._page.pane.detail

    @property
    def _line(self) -> OrderLineRow | None:
        return None if self._page.is_entering else self._page.pane.current_line()

    @property
    def shown_order(self) -> OrderDetail | None:
        """The order shown, None while one is being typed."""
        return self._detail

    @property
    def shown_line(self) -> OrderLineRow | None:
        """The chosen line of the order shown."""
        return self._line

    def is_entering(self) -> bool:
        """Whether an order is being typed."""
        return self._page.is_entering

    def can_configure(self) -> bool:
        """Whether the line typed, or the confirmed one chosen, can have other options."""
        line = self._line
        if line is None:
            return self._page.is_entering
        item = self._page.entry.book.facts.items.get(line.item)
        return line.status == "confirmed" and item is not None and bool(item.groups)

    def has_order(self) -> bool:
        """Whether an order is shown."""
        return self._detail is not None

    def is_open(self) -> bool:
        """Whether the order shown has lines that are still to be shipped."""
        detail = self._detail
        return detail is not None and any(line.is_open for line in detail.lines)

    def has_draft(self) -> bool:
        """Whether a draft is chosen or being typed."""
        row = self._page.current()
        return self._page.is_entering or (row is not None and row.state is OrderState.DRAFT)

    def can_confirm(self) -> bool:
        """Whether there is an order to confirm: typed, quoted, or a draft to go on with."""
        detail = self._detail
        return self.has_draft() or (detail is not None and any(line.status == "quote" for line in detail.lines))

    def can_explode(self) -> bool:
        """Whether something of the order pulls nothing yet, or is short."""
        detail = self._detail
        lines = detail.lines if detail is not None else ()
        wanted = [line for line in lines if line.status == "confirmed" and not line.hold]
        return any(not line.is_exploded or any(pull.is_short for pull in line.pulls) for line in wanted)

    def can_release_jobs(self) -> bool:
        """Whether planned jobs hang on the order."""
        detail = self._detail
        return detail is not None and bool(detail.planned_jobs)

    def can_record_deposit(self) -> bool:
        """Whether the order asks for a deposit that was not paid."""
        detail = self._detail
        return detail is not None and bool(detail.deposit_percent.micro) and detail.deposit_paid_on is None

    def can_change(self) -> bool:
        """Whether the chosen line is still to be shipped."""
        return self._line is not None and self._line.is_open

    def can_hold(self) -> bool:
        """Whether the chosen line can be held back."""
        line = self._line
        return line is not None and line.is_open and not line.hold and not line.is_exploded

    def can_call_off(self) -> bool:
        """Whether the chosen line is held back."""
        return self._line is not None and self._line.is_open and self._line.hold

    # --- entering

    def new(self) -> None:
        """Begin a new order; what is being typed stays as a draft."""
        if self._page.is_entering:
            self._page.entry.keep_now()
        self._page.enter()

    def confirm(self) -> None:
        """Confirm what is typed or quoted; go on with a draft."""
        if self._page.is_entering:
            self._page.entry.confirm()
            return
        row, detail = self._page.current(), self._detail
        if row is not None and row.state is OrderState.DRAFT:
            self.open_draft(row)
        elif detail is not None:
            number = detail.row.number
            self._desk.runner.write("order.confirm", partial(_confirm_quote, number=number), partial(self._say, number))

    def quote(self) -> None:
        """Enter what is typed as a quote."""
        self._page.entry.confirm(quote=True)

    def _leave(self) -> None:
        self._page.entry.leave()

    def _options(self) -> None:
        if self._page.is_entering:
            self._page.entry.choose_options()
        elif self._line is not None:
            self._configure(self._line)

    def _configure(self, line: OrderLineRow) -> None:
        """Ask for other options of a confirmed line, show what that does, and put a line with them in its place."""
        item = self._page.entry.book.facts.items[line.item]
        typed = TypedLine(item.item_id, line.quantity.micro, line.due)

        def price(chosen: tuple[tuple[str, str], ...]) -> Price | None:
            """What the line costs, with what the new options add or take."""
            more = extras(item.by_group, chosen) - extras(item.by_group, line.options)
            return None if line.price is None else Price(line.price.micro + more)

        form = ConfigureForm(
            self._desk,
            item,
            line.options,
            worked_out=lambda chosen: partial(
                configured, item=item.code, line=replace(typed, choices=chosen), others=()
            ),
            price=price,
            last=None,
            currency=self._page.pane.currency,
        )
        if self._desk.messages.run_dialog(form):
            chosen = form.chosen()
            work = partial(exchange_line, name=line.name, options=chosen, unit_price=price(chosen))
            self._look_first(tr("Other options for {name}", name=line.name), tr("Change them"), work)

    def _same_options(self) -> None:
        self._page.entry.same_as_last_time()

    def _more(self) -> None:
        self._page.entry.head.show_more()

    def open_draft(self, row: OrderRow) -> None:
        """Go on with a draft."""
        draft_id = int(row.key.removeprefix(DRAFT))
        self._desk.runner.read(
            "orders.draft",
            partial(draft_cells, draft_id=draft_id),
            lambda cells: self._page.enter(cells, draft_id),
        )

    def discard(self) -> None:
        """Throw away the draft that is typed or chosen, with a way back."""
        if self._page.is_entering:
            self._page.entry.discard()
            return
        row = self._page.current()
        if row is not None and row.state is OrderState.DRAFT:
            draft_id = int(row.key.removeprefix(DRAFT))
            self._desk.runner.write("order.discard_draft", partial(_discard, draft_id=draft_id), self.offer_undo)

    def offer_undo(self, cells: dict[str, Any]) -> None:
        """Say that a draft is gone, and offer it back."""
        self._desk.messages.notice(
            tr("The draft was thrown away."),
            tr("Undo"),
            lambda: self._desk.runner.write("order.keep_draft", lambda tx: orders.save_draft(tx, cells)),
        )

    def duplicate(self) -> None:
        """Begin a new order with the same lines."""
        if self._detail is not None:
            self._page.enter(_cells_of(self._detail))

    # --- moving on

    def _say(self, number: str, told: tuple[int, int]) -> None:
        jobs, lines = told
        self._desk.messages.notice(
            tr("{number}: {jobs} new jobs, {lines} lines to buy.", number=number, jobs=jobs, lines=lines)
        )

    def explode(self) -> None:
        """Pull what the order lacks."""
        if self._detail is not None:
            number = self._detail.row.number
            self._desk.runner.write("order.explode", partial(_explode, number=number), partial(self._say, number))

    def release_jobs(self) -> None:
        """Release the planned jobs of the order and show their travelers."""
        if self._detail is None:
            return
        numbers = self._detail.planned_jobs
        progress = Progress(tr("Releasing {count} jobs", count=len(numbers)))
        self._desk.runner.write(
            "order.release_jobs",
            partial(_release, numbers=numbers, progress=progress),
            partial(self._released, len(numbers)),
            progress=progress,
        )

    def _released(self, count: int, papers: list[Paper]) -> None:
        self._desk.messages.notice(tr("Released 1 job.") if count == 1 else tr("Released {count} jobs.", count=count))
        show_papers(self._desk, tr("Travelers"), papers)

    def record_deposit(self) -> None:
        """Ask when the deposit was paid; the order pulls from then on."""
        if self._detail is None:
            return
        form, number = DepositForm(self._detail, self._desk.today), self._detail.row.number
        if not self._desk.messages.run_dialog(form):
            return
        paid_on = form.paid_on.value()

        def work(tx: Transaction) -> tuple[int, int]:
            orders.record_deposit(tx, number, paid_on)  # type: ignore[arg-type]  # the form does not close without
            return _explode(tx, number)

        self._desk.runner.write("order.deposit", work, partial(self._say, number))

    def print_paper(self) -> None:
        """Show the acknowledgement or quotation."""
        if self._detail is not None:
            number = self._detail.row.number
            print_papers(self._desk, "acknowledgement", [number], tr("Order {number}", number=number))

    # --- changing

    def change(self) -> None:
        """Ask for the line's new quantity and date, show what that does, and do it."""
        line = self._line
        if line is None:
            return
        form = ChangeForm(line, self._desk.today)
        if not self._desk.messages.run_dialog(form):
            return
        wanted = {"quantity": form.quantity.value(), "due": form.due.value()}
        work = partial(changes.change_line, name=line.name, seen=(line.quantity, line.due), **wanted)
        self._look_first(tr("Change {name}", name=line.name), tr("Change it"), work)

    def cancel_line(self) -> None:
        """Show what cancelling the line does, and do it."""
        if self._line is not None:
            name = self._line.name
            self._look_first(tr("Cancel {name}", name=name), tr("Cancel the line"), partial(changes.cancel, name=name))

    def cancel_order(self) -> None:
        """Show what cancelling the order does, and do it."""
        if self._detail is not None:
            name = self._detail.row.number
            self._look_first(tr("Cancel {name}", name=name), tr("Cancel the order"), partial(changes.cancel, name=name))

    def _look_first(self, title: str, verb: str, work: Callable[..., ChangeResult]) -> None:
        """Work it out without keeping it, show the consequences, then keep it."""

        shown = self._detail
        if shown is None:
            return
        number = shown.row.number

        def look(tx: Transaction) -> tuple[ChangeResult, tuple[tuple[Any, ...], ...]]:
            return work(tx, dry_run=True), changes.lines_as_they_stand(tx, number)

        def keep(tx: Transaction, seen: tuple[tuple[Any, ...], ...], choices: Any) -> ChangeResult:
            changes.require_lines_as(tx, number, seen)
            return work(tx, decide=choices)

        def decide(found: tuple[ChangeResult, tuple[tuple[Any, ...], ...]]) -> None:
            result, seen = found
            form = ConsequencesForm(title, verb, result, sees_money=self._desk.runner.rights.sees_money)
            if self._desk.messages.run_dialog(form):
                done = partial(self._changed, title, form.asked())
                self._desk.runner.write("order.change", partial(keep, seen=seen, choices=form.choices()), done)

        self._desk.runner.write("order.look_at_change", look, decide)

    def _changed(self, title: str, asked: tuple[str, ...], _result: object) -> None:
        """Say that it is done; a supplier who is to be asked gets a mail from the purchase line."""
        if asked:
            line = asked[0]
            self._desk.messages.notice(
                tr("{title}: {count} questions to suppliers.", title=title, count=len(asked)),
                tr("Go to {line}", line=line),
                lambda: self._desk.show_record("purchase_line", line),
            )
        else:
            self._desk.messages.notice(title)

    # --- call-offs

    def hold(self) -> None:
        """Hold the chosen line back."""
        if self._line is not None:
            name = self._line.name
            self._desk.runner.write(
                "order.hold",
                lambda tx: orders.hold(tx, name),
                lambda _done: self._desk.messages.notice(tr("{name} is on hold.", name=name)),
            )

    def call_off(self) -> None:
        """Release the chosen held line, with the day on which it is wanted."""
        line = self._line
        if line is None:
            return
        form = CallOffForm(line.name, line.due, self._desk.today)
        if not self._desk.messages.run_dialog(form):
            return
        name, number, due = line.name, line.name.rpartition("/")[0], form.due.value()

        def work(tx: Transaction) -> tuple[int, int]:
            orders.release_call_off(tx, name, due)
            return _explode(tx, number)

        self._desk.runner.write("order.call_off", work, partial(self._say, name))


def _cells_of(detail: OrderDetail) -> dict[str, Any]:
    """The cells of a new order like this one; dates are left open."""
    from pegboard.ui import formats

    more = {
        "ship_to": detail.ship_to,
        "freight": formats.price(detail.freight),
        "deposit": formats.quantity(detail.own_deposit_percent),
        "note": detail.note,
    }
    return {
        "customer": detail.row.customer_code,
        **{key: text for key, text in more.items() if text},
        "lines": [
            {
                "item": line.item,
                "quantity": formats.quantity(line.quantity),
                "price": formats.price(line.price),
                "options": "; ".join(f"{group}={choice}" for group, choice in line.options),
                "tax": formats.quantity(line.tax_percent),
            }
            for line in detail.lines
            if line.status != "cancelled"
        ],
    }


def _explode(tx: Transaction, number: str) -> tuple[int, int]:
    plan = explosion.explode(tx, (number,)).plan
    return len(plan.jobs), len(plan.lines)


def _confirm_quote(tx: Transaction, number: str) -> tuple[int, int]:
    orders.confirm_quote(tx, number)
    return _explode(tx, number)


def _discard(tx: Transaction, draft_id: int) -> dict[str, Any]:
    cells = draft_cells(tx, draft_id)
    orders.delete_draft(tx, draft_id)
    return cells


def _release(tx: Transaction, numbers: tuple[str, ...], progress: Progress) -> list[Paper]:
    for place, number in enumerate(numbers):
        progress.step(place, 2 * len(numbers), number)
        release_work_order(tx, number)
    return drawn(tx, "traveler", numbers, progress)
