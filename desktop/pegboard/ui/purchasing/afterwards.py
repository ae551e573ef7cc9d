"""What is done about a purchase line afterwards: a receipt taken back, a question mailed, its answer booked."""

from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from pegboard.i18n import tr
from pegboard.queries.purchase_line import PurchaseLineDetail
from pegboard.queries.purchasing import PurchaseOrderDetail, order_detail
from pegboard.queries.settings import settings
from pegboard.services.decisions import answer
from pegboard.services.promises import Promise
from pegboard.services.receipt_undo import undo_receipt
from pegboard.storage.store import Reading, Transaction
from pegboard.ui import formats
from pegboard.ui.command import Command, page_command
from pegboard.ui.desk import Desk
from pegboard.ui.papers import print_papers
from pegboard.ui.purchasing import mail_draft
from pegboard.ui.purchasing.forms import AnswerForm
from pegboard.ui.purchasing.mail_draft import Letter
from pegboard.ui.purchasing.order_pane import OrderPane

SCOPE = "purchasing"


class LineOnScreen(Protocol):
    """Where the line that is meant is shown."""

    @property
    def pane(self) -> OrderPane:
        """The order in full, with the line that is chosen."""


class Afterwards:
    """The commands, for the line that is shown."""

    def __init__(self, desk: Desk, page: LineOnScreen) -> None:
        self._desk = desk
        self._page = page
        self._command = partial(page_command, SCOPE, tr("Purchase"))

    def commands(self) -> tuple[Command, ...]:
        """Return them all."""
        return (
            self._command(
                "purchase.undo_receipt",
                tr("Take receipt back"),
                self.undo_receipt,
                "undo",
                "Ctrl+Shift+R",
                self.can_undo_receipt,
                tr("Reverses the newest receipt of the chosen line, while nothing of it was used."),
            ),
            self._command(
                "purchase.slip",
                tr("Print receiving slip"),
                self.print_slip,
                "print",
                "Shift+F9",
                self.has_receipt,
                tr("Prints what came of the order, where it lies, and which job waits for each part."),
            ),
            self._command(
                "purchase.labels",
                tr("Print labels"),
                self.print_labels,
                "label",
                "",
                self.has_stock,
                tr("Prints a label for each lot that came for the chosen line."),
            ),
            self._command(
                "purchase.ask",
                tr("Mail the question"),
                self.ask,
                "mail",
                "",
                self.has_question,
                tr("Opens a mail draft that asks the supplier what was decided to be asked."),
            ),
            self._command(
                "purchase.answer",
                tr("Supplier's answer…"),
                self.answer,
                "done",
                "Shift+F4",
                self.has_question,
                tr("Books what the supplier says: accepted, it is taken off or comes earlier; declined, it stays."),
            ),
        )

    def can_undo_receipt(self) -> bool:
        """Whether something was received for the line shown that was not taken back."""
        detail = self._line()
        return detail is not None and bool(newest_receipt(detail))

    def has_receipt(self) -> bool:
        """Whether something of the line shown has come and stayed."""
        detail = self._line()
        return detail is not None and bool(newest_receipt(detail))

    def has_stock(self) -> bool:
        """Whether what came for the line shown lies in the stock."""
        detail = self._line()
        return detail is not None and bool(_places(detail))

    def print_slip(self) -> None:
        """Show the receiving slip of the order, to be printed."""
        detail = self._line()
        if detail is not None:
            number = detail.row.name.rpartition("/")[0]
            print_papers(self._desk, "receiving-slip", [number], tr("Receiving slip {number}", number=number))

    def print_labels(self) -> None:
        """Show the labels of what came for the line, to be printed."""
        detail = self._line()
        if detail is not None and _places(detail):
            print_papers(self._desk, "labels", _places(detail), tr("Labels"))

    def has_question(self) -> bool:
        """Whether a question to the supplier about the line shown is open."""
        return self._page.pane.question is not None

    def _line(self) -> PurchaseLineDetail | None:
        return self._page.pane.line

    def undo_receipt(self) -> None:
        """Take back the newest receipt of the line that is shown."""
        detail = self._line()
        if detail is not None and self.can_undo_receipt():
            self.undo((newest_receipt(detail),))

    def undo(self, receipts: tuple[str, ...]) -> None:
        """Take receipts back, the newest first."""

        def work(tx: Transaction) -> None:
            for receipt in reversed(receipts):
                undo_receipt(tx, receipt)

        self._desk.runner.write("receipt.undo", work, partial(self._undone, ", ".join(receipts)))

    def _undone(self, receipts: str, _nothing: object) -> None:
        self._desk.messages.notice(tr("{receipts} taken back by counter entries.", receipts=receipts))

    def ask(self) -> None:
        """Open a mail draft with the question to the supplier."""
        detail, asked = self._line(), self._page.pane.question
        if detail is None or asked is None:
            return
        name = detail.row.name
        self._desk.runner.read(
            "purchasing.ask", partial(letter_of, number=name.rpartition("/")[0]), self._open_question
        )

    def _open_question(self, letter: Letter) -> None:
        asked = self._page.pane.question
        if asked is None:
            return
        store = self._desk.store.path.resolve()
        folder = store.parent / f"{store.stem} mail"
        self._desk.runner.compute(
            "purchasing.draft",
            lambda: mail_draft.save_question(folder, letter, asked.subject(), asked.text()),
            partial(say_saved, self._desk),
        )

    def answer(self) -> None:
        """Ask what the supplier says, and book it."""
        detail, asked = self._line(), self._page.pane.question
        if detail is None or asked is None:
            return
        form = AnswerForm(asked, self._desk.today)
        if not self._desk.messages.run_dialog(form):
            return
        name, accepted, day = detail.row.name, form.is_accepted(), form.day.value() if form.asks_day else None
        self._desk.runner.write(
            "decision.answer", lambda tx: answer(tx, name, accepted=accepted, promised=day), self._answered
        )

    def _answered(self, moved: list[Promise]) -> None:
        if moved:
            say_promises(self._desk, moved)
        else:
            self._desk.messages.notice(tr("The supplier's answer is booked."))


def say_promises(desk: Desk, moved: list[Promise]) -> None:
    """Say what a supplier's date has moved, and who is late now."""
    late = [f"{each.line} ({formats.short_day(each.after)})" for each in moved if each.is_late]
    if late:
        desk.messages.warn(tr("The supplier's date is noted. Late now: {lines}.", lines=", ".join(late[:8])))
    elif moved:
        desk.messages.notice(tr("The supplier's date is noted; {count} promises moved with it.", count=len(moved)))
    else:
        desk.messages.notice(tr("The supplier's date is noted."))


def say_saved(desk: Desk, path: Path) -> None:
    """Open a mail draft with the mail program, or say where it is."""
    if open_outside(path):
        desk.messages.notice(tr("The mail draft is open: {path}.", path=path))
    else:
        desk.messages.notice(
            tr("The mail draft is in {path}.", path=path), tr("Show folder"), lambda: show_folder(path)
        )


def letter_of(reading: Reading, number: str) -> Letter:
    """Return what the mail with a purchase order says."""
    detail: PurchaseOrderDetail | None = order_detail(reading, number)
    assert detail is not None
    shop = settings(reading)
    return Letter(number, detail.email, detail.contact, detail.order.supplier, shop.company_email, shop.company_name)


def _places(detail: PurchaseLineDetail) -> list[str]:
    """The stock that came for a line, as labels name it."""
    names = {
        ":".join(filter(None, ("STOCK", receipt.location, detail.row.item, receipt.lot)))
        for receipt in detail.receipts
        if receipt.location and receipt.quantity.micro > 0
    }
    return sorted(names)


def newest_receipt(detail: PurchaseLineDetail) -> str:
    """The number of the newest receipt of a line that was not taken back; "" where there is none."""
    reversed_ones = {receipt.reverses for receipt in detail.receipts if receipt.reverses}
    standing = [each for each in detail.receipts if not each.reverses and each.number not in reversed_ones]
    return standing[-1].number if standing and not detail.row.job else ""


def open_outside(path: Path) -> bool:
    """Open a file with the program that the computer has for it; False where there is none."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def show_folder(path: Path) -> None:
    """Show the folder of a file."""
    open_outside(path.parent)
