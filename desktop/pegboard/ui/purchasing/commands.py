"""What can be done with purchase orders: send, receive, decide a quantity, note a promise."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.prints import kept_pdf
from pegboard.queries.purchase_line import PurchaseLineDetail
from pegboard.queries.purchasing import PurchaseOrderRow, line_keys, lines
from pegboard.services import purchase_quantities, purchasing
from pegboard.services.promises import Promise
from pegboard.storage.store import Transaction
from pegboard.ui import formats
from pegboard.ui.command import Command, page_command
from pegboard.ui.desk import Desk
from pegboard.ui.papers import drawn_together, paper, print_papers
from pegboard.ui.purchasing import mail_draft
from pegboard.ui.purchasing.afterwards import Afterwards, letter_of, say_promises, say_saved
from pegboard.ui.purchasing.forms import PromiseForm, QuantityForm, ReceiveForm
from pegboard.ui.purchasing.mail_draft import Letter
from pegboard.ui.purchasing.order_pane import OrderPane

SCOPE = "purchasing"
KIND = "purchase-order"


@dataclass(frozen=True, slots=True)
class Sent:
    """A purchase order on its way: what the mail says and the PDF it carries."""

    letter: Letter
    pdf: bytes


class PurchasesOnScreen(Protocol):
    """What the commands are about."""

    @property
    def pane(self) -> OrderPane:
        """The order in full, with the line that is chosen."""

    def chosen(self) -> tuple[PurchaseOrderRow, ...]:
        """Return the selected orders, from the top."""


class PurchaseCommands:
    """The commands of the page, for the order and the line that are shown."""

    def __init__(self, desk: Desk, page: PurchasesOnScreen) -> None:
        self._desk = desk
        self._page = page
        self._command = partial(page_command, SCOPE, tr("Purchase"))
        self._afterwards = Afterwards(desk, page)

    def commands(self) -> tuple[Command, ...]:
        """Return them all."""
        return (*self._order_commands(), *self._line_commands(), *self._afterwards.commands())

    def _order_commands(self) -> tuple[Command, ...]:
        return (
            self._command(
                "purchase.send",
                tr("Send"),
                self.send,
                "send",
                "F8; Ctrl+Return",
                self.can_send,
                tr("Marks the draft as sent, shows its PDF and opens a mail draft with it attached."),
                primary=True,
            ),
            self._command(
                "purchase.mail",
                tr("Mail draft"),
                self.mail,
                "mail",
                "Ctrl+M",
                self.can_mail,
                tr("Opens a mail draft with the PDF that was sent, once more."),
            ),
            self._command(
                "purchase.print",
                tr("Print purchase order"),
                self.print_orders,
                "print",
                "Ctrl+P",
                self.has_order,
                tr("Prints the chosen purchase orders; a draft is marked as one."),
                toolbar=True,
            ),
        )

    def _line_commands(self) -> tuple[Command, ...]:
        return (
            self._command(
                "purchase.receive",
                tr("Receive…"),
                self.receive,
                "receive",
                "Shift+F8; Ctrl+R",
                self.has_open_line,
                tr("Takes in what came for the chosen line, all or a part of it."),
            ),
            self._command(
                "purchase.receive_all",
                tr("Receive all lines"),
                self.receive_all,
                "receive",
                "Ctrl+Shift+F8",
                self.can_receive_all,
                tr("Takes in all that is open on this order; lines with lots or serials are left for you."),
            ),
            self._command(
                "purchase.set_quantity",
                tr("Change quantity…"),
                self.set_quantity,
                "edit",
                "F2",
                self.can_set_quantity,
                tr("Decides how much the chosen draft line buys; no explosion changes it then."),
            ),
            self._command(
                "purchase.promise",
                tr("Supplier's date…"),
                self.promise,
                "calendar",
                "Shift+F2",
                self.has_open_line,
                tr("Notes the day that the supplier has promised for the chosen line."),
            ),
            self._command(
                "purchase.close_short",
                tr("Close line short…"),
                self.close_short,
                "close",
                "",
                self.has_open_line,
                tr("Ends the chosen line with what has come; who waits for the rest is short."),
            ),
        )

    # --- when

    def _order(self) -> PurchaseOrderRow | None:
        detail = self._page.pane.detail
        return None if detail is None else detail.order

    def _line(self) -> PurchaseLineDetail | None:
        return self._page.pane.line

    def has_order(self) -> bool:
        """Whether there is an order to print."""
        return self._order() is not None

    def can_send(self) -> bool:
        """Whether the order shown is a draft with something on it."""
        order = self._order()
        return order is not None and order.state == "draft" and order.open_lines > 0

    def can_mail(self) -> bool:
        """Whether the order shown was sent."""
        order = self._order()
        return order is not None and order.state == "sent"

    def has_open_line(self) -> bool:
        """Whether something is still to come for the line shown."""
        line = self._line()
        return line is not None and line.row.is_open

    def can_receive_all(self) -> bool:
        """Whether the order shown was sent and something is still to come."""
        order = self._order()
        return order is not None and order.state == "sent" and order.open_lines > 0

    def can_set_quantity(self) -> bool:
        """Whether the line shown is on a draft and buys goods."""
        line = self._line()
        return line is not None and line.row.is_open and line.row.order_state == "draft" and not line.row.job

    # --- the order

    def send(self) -> None:
        """Send the draft that is shown: its PDF is kept and shown, a mail draft opens."""
        order = self._order()
        if order is None or not self.can_send():
            return
        number = order.number

        def work(tx: Transaction) -> Sent:
            purchasing.send(tx, number)
            pdf = drawn_together(tx, KIND, [number])
            return Sent(letter_of(tx, number), pdf)

        self._desk.runner.write("purchase_order.send", work, self._sent)

    def _sent(self, sent: Sent) -> None:
        number = sent.letter.number
        self._desk.preview(tr("Purchase order {number}", number=number), [paper(KIND, [number], sent.pdf)])
        self._open_draft(sent)

    def mail(self) -> None:
        """Open a mail draft with the PDF that was printed last."""
        detail = self._page.pane.detail
        if detail is None or not self.can_mail():
            return
        number, printed = detail.order.number, detail.last_print
        if printed is None:
            self._desk.runner.write(
                "document.purchase-order",
                lambda tx: Sent(letter_of(tx, number), drawn_together(tx, KIND, [number])),
                self._open_draft,
            )
            return
        code = printed[0]
        self._desk.runner.read(
            "purchasing.mail",
            lambda reading: Sent(letter_of(reading, number), kept_pdf(reading, code) or b""),
            self._open_draft,
        )

    def _open_draft(self, sent: Sent) -> None:
        store = self._desk.store.path.resolve()
        folder = store.parent / f"{store.stem} mail"
        self._desk.runner.compute(
            "purchasing.draft", lambda: mail_draft.save(folder, sent.letter, sent.pdf), self._draft_saved
        )

    def _draft_saved(self, path: Path) -> None:
        say_saved(self._desk, path)

    def print_orders(self) -> None:
        """Print the chosen orders."""
        numbers = [order.number for order in self._page.chosen()]
        if numbers:
            title = (
                tr("Purchase order {number}", number=numbers[0])
                if len(numbers) == 1
                else tr("{count} purchase orders", count=len(numbers))
            )
            print_papers(self._desk, KIND, numbers, title)

    # --- the line

    def receive(self) -> None:
        """Ask what came for the line that is shown, and take it in."""
        detail = self._line()
        if detail is None:
            return
        form = ReceiveForm(detail, self._desk.today)
        if not self._desk.messages.run_dialog(form):
            return
        name, came = detail.row.name, form.receipt()
        self._desk.runner.write(
            "purchase_order.receive",
            lambda tx: purchasing.receive(
                tx,
                name,
                came.quantity,
                came.lot,
                rejected=came.rejected,
                reason=came.reason,
                location=came.location,
                expires_on=came.expires_on,
                surplus=came.surplus,
            ),
            self._received,
        )

    def _received(self, received: purchasing.Received) -> None:
        numbers = ", ".join(received.receipts)
        if received.open:
            text = tr(
                "{receipts}: {line} received, {open} still to come.",
                receipts=numbers,
                line=received.line,
                open=formats.quantity(received.open),
            )
        else:
            text = tr("{receipts}: {line} is complete.", receipts=numbers, line=received.line)
        self._desk.messages.notice(text, tr("Undo"), lambda: self._afterwards.undo(received.receipts))

    def receive_all(self) -> None:
        """Ask, then take in everything that is open on the order and carries no lot."""
        order = self._order()
        if order is None or not self.can_receive_all():
            return
        number, key = order.number, order.key
        self._desk.messages.confirm(
            tr("Receive everything of {number}?", number=number),
            tr("All {count} open lines are booked into stock in full, as of today.", count=order.open_lines),
            tr("Receive all"),
            lambda: self._desk.runner.write(
                "purchase_order.receive", lambda tx: received_in_full(tx, key), self._received_all
            ),
        )

    def _received_all(self, result: tuple[int, tuple[str, ...]]) -> None:
        count, left = result
        if left:
            self._desk.messages.warn(
                tr(
                    "{count} lines received. {lines} need a lot or serials: receive them one by one.",
                    count=count,
                    lines=", ".join(left[:10]),
                )
            )
        else:
            self._desk.messages.notice(tr("{count} lines received.", count=count))

    def set_quantity(self) -> None:
        """Ask how much the line is to buy."""
        detail = self._line()
        if detail is None or not self.can_set_quantity():
            return
        form = QuantityForm(detail)
        if self._desk.messages.run_dialog(form):
            self._set_quantity(detail, form.quantity.value())

    def take_break(self) -> None:
        """Buy as many as the next price break asks for."""
        detail = self._line()
        if detail is not None and detail.cheaper is not None:
            self._set_quantity(detail, detail.cheaper.quantity)

    def _set_quantity(self, detail: PurchaseLineDetail, quantity: Quantity) -> None:
        line, seen = detail.row.name, detail.row.quantity
        self._desk.runner.write(
            "purchase_line.set_quantity",
            lambda tx: purchase_quantities.set_quantity(tx, line, quantity, seen=seen),
            lambda short: self._quantity_set(line, quantity, len(short)),
        )

    def _quantity_set(self, line: str, quantity: Quantity, short: int) -> None:
        if short:
            self._desk.messages.warn(
                tr(
                    "{line} buys {quantity} now; {count} who wanted more are short until the next explosion.",
                    line=line,
                    quantity=formats.quantity(quantity),
                    count=short,
                )
            )
        else:
            self._desk.messages.notice(
                tr("{line} buys {quantity} now.", line=line, quantity=formats.quantity(quantity))
            )

    def promise(self) -> None:
        """Ask when the supplier delivers."""
        detail = self._line()
        if detail is None:
            return
        form = PromiseForm(detail, self._desk.today)
        if self._desk.messages.run_dialog(form):
            name, day, seen = detail.row.name, form.day.value(), (detail.row.promised,)
            self._desk.runner.write(
                "purchase_line.promise",
                lambda tx: purchasing.set_promised_date(tx, name, day, seen=seen),
                self._promised,
            )

    def _promised(self, moved: list[Promise]) -> None:
        say_promises(self._desk, moved)

    def close_short(self) -> None:
        """Ask, then end the line with what has come."""
        detail = self._line()
        if detail is None:
            return
        name = detail.row.name
        self._desk.messages.confirm(
            tr("Close {line} short?", line=name),
            tr(
                "{open} {unit} of {item} will not come any more. Who waits for them is short until the next explosion.",
                open=formats.quantity(detail.row.open),
                unit=detail.row.unit,
                item=detail.row.item,
            ),
            tr("Close short"),
            lambda: self._desk.runner.write("purchase_line.close_short", lambda tx: purchasing.close_short(tx, name)),
        )


def received_in_full(tx: Transaction, order_key: int) -> tuple[int, tuple[str, ...]]:
    """Receive all open lines of an order; returns how many, and the names of those that need a lot or serials."""
    open_lines = [line for line in lines(tx, line_keys(tx, order_key)) if line.is_open]
    ready = [line for line in open_lines if line.tracking == "none" or line.job]
    for line in ready:
        purchasing.receive(tx, line.name, line.open)
    return len(ready), tuple(line.name for line in open_lines if line not in ready)
