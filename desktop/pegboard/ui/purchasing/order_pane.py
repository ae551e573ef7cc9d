"""The right half of Buy: one purchase order, its lines, and what hangs on the line that is chosen."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from pegboard.domain.attachment import Owner
from pegboard.i18n import tr
from pegboard.queries.purchase_line import PurchaseLineDetail, line_detail
from pegboard.queries.purchasing import PurchaseLineRow, PurchaseOrderDetail, line_keys, lines
from pegboard.services.decisions import Question, question
from pegboard.storage.store import Reading
from pegboard.ui import formats
from pegboard.ui.attachments import AttachmentsPart
from pegboard.ui.desk import Desk
from pegboard.ui.detail import DetailPane, Fact, Facts
from pegboard.ui.list_view import Empty
from pegboard.ui.paged import PagedListPane
from pegboard.ui.purchasing import words
from pegboard.ui.purchasing.columns import line_columns

MOST_CLAIMS = 8  # named; the rest is counted
LINES_HEIGHT = 300
LINES_TO_LOOK_THROUGH = 15  # without a find box


class LineSource:
    """Reads the lines of the order that is shown."""

    def __init__(self) -> None:
        self.order_key = -1

    def keys(
        self, reading: Reading, chip: str, words: tuple[str, ...], sort_key: str, descending: bool
    ) -> Sequence[int]:
        """Return the keys of the order's lines; it has no chips."""
        assert not chip
        return line_keys(reading, self.order_key, words, sort_key, descending)

    def rows(self, reading: Reading, keys: Sequence[int]) -> Sequence[PurchaseLineRow]:
        """Return the lines with these keys."""
        return lines(reading, keys)


class OrderPane(DetailPane):
    """Shows a PurchaseOrderDetail with its lines.

    Signals: line_shown(): another line is shown in full, or it changed.
    """

    line_shown = Signal()

    def __init__(self, desk: Desk, take_break: Callable[[], None]) -> None:
        super().__init__(tr("Purchase order"))
        self._desk = desk
        self._take_break = take_break
        self.detail: PurchaseOrderDetail | None = None
        self.line: PurchaseLineDetail | None = None
        self.question: Question | None = None
        self._source = LineSource()
        self.facts = Facts()
        self.lines: PagedListPane[PurchaseLineRow] = PagedListPane(
            desk,
            "purchase_lines",
            tr("Lines"),
            line_columns(),
            key=lambda line: line.key,
            source=self._source,
            empty=Empty(tr("This order has no line.")),
        )
        self.lines.setMinimumHeight(LINES_HEIGHT)
        self.line_facts = Facts()
        self.add("", self.facts)
        self.add(tr("Lines"), self.lines, 1)
        self._line = self.add(tr("The chosen line"), self.line_facts)
        self.files = AttachmentsPart(desk, "purchase_files")
        self.add(tr("Files"), self.files)
        self.lines.current_changed.connect(self._read_line)
        self.lines.rows_shown.connect(self._offer_find)

    def show_detail(self, detail: PurchaseOrderDetail | None) -> None:
        """Show a purchase order; None says that it is no more."""
        is_other = detail is None or self.detail is None or detail.order.key != self.detail.order.key
        self.detail = detail
        if detail is None:
            self.line = None
            self.show_nothing(tr("Choose a purchase order on the left."))
            return
        order = detail.order
        self.show_heading(f"{order.number}   {order.supplier_name}", order.supplier, words.order_mark(order))
        self.facts.show_facts(self._facts(detail))
        self.files.show_owner(Owner("purchase_order", order.number))
        if is_other:
            self.line = None
            self._line.hide()
            self._source.order_key = order.key
        self.lines.refresh()

    def select_line(self, key: int) -> None:
        """Go to a line."""
        self.lines.select(key)

    def _facts(self, detail: PurchaseOrderDetail) -> Sequence[Fact]:
        order = detail.order
        printed = ""
        if detail.last_print is not None:
            printed = tr("print {code}, {time}", code=detail.last_print[0], time=formats.instant(detail.last_print[1]))
        return (
            Fact(tr("Amount"), words.amount_text(order), tip=tr("Lines without a price are not in it.")),
            Fact(tr("Lines"), self._line_count(detail)),
            Fact(tr("Order by"), formats.day(order.order_by)),
            Fact(tr("Ordered"), formats.day(order.ordered_on)),
            Fact(tr("Next due"), formats.day(order.due)),
            Fact(tr("Goes to"), ", ".join(filter(None, (detail.contact, detail.email, detail.phone)))),
            Fact(tr("Terms"), tr("{days} days net", days=detail.terms_days)),
            Fact(tr("Printed"), printed),
            Fact(tr("Note"), detail.note),
        )

    def _line_count(self, detail: PurchaseOrderDetail) -> str:
        order = detail.order
        if order.open_lines == order.lines:
            return str(order.lines)
        return tr("{all}, {open} open", all=order.lines, open=order.open_lines)

    @Slot()
    def _offer_find(self) -> None:
        """A find box is for orders of many lines."""
        box = self.lines.find_box
        box.setVisible(bool(box.text()) or self.lines.model.rowCount() > LINES_TO_LOOK_THROUGH)

    # --- the line chosen

    @Slot(object)
    def _read_line(self, line: PurchaseLineRow | None) -> None:
        if line is None:
            if not self.lines.model.rowCount():
                self._show_line(None)
            return
        self._desk.runner.read("purchasing.line", partial(_line_and_question, key=line.key), self._show_line)

    def _show_line(self, found: tuple[PurchaseLineDetail, Question | None] | None) -> None:
        detail, self.question = found if found is not None else (None, None)
        self.line = detail
        self._line.setVisible(detail is not None)
        if detail is not None:
            self.line_facts.show_facts([*self._line_facts(detail), *self._claims(detail), *_receipts(detail)])
            self.lines.view.scrollTo(self.lines.view.currentIndex())  # the facts below may have covered it
        self.line_shown.emit()

    def _line_facts(self, detail: PurchaseLineDetail) -> Sequence[Fact]:
        row = detail.row
        return (
            Fact(row.name, f"{row.item}  {row.description}", link=partial(self._desk.show_record, "item", row.item)),
            Fact(tr("Quantity"), self._quantity(detail)),
            Fact(tr("Surplus"), words.surplus_text(row)),
            Fact(tr("Cheaper"), words.cheaper_text(detail), link=self._take_break, tip=tr("Buys that many.")),
            Fact(tr("Sold"), words.terms_text(detail)),
            Fact(tr("Their number"), row.sku),
            Fact(tr("Promised"), formats.long_day(row.promised) if row.promised else ""),
            Fact(tr("Asked"), self.question.text() if self.question is not None else ""),
        )

    def _quantity(self, detail: PurchaseLineDetail) -> str:
        row = detail.row
        parts = [f"{formats.quantity(row.quantity)} {row.unit}"]
        if row.received:
            parts.append(tr("{received} received", received=formats.quantity(row.received)))
        if row.is_open:
            parts.append(tr("{pegged} wanted", pegged=formats.quantity(row.pegged)))
        if row.set_by:
            parts.append(tr("set by {person}", person=row.set_by))
        return ", ".join(parts)

    def _claims(self, detail: PurchaseLineDetail) -> Sequence[Fact]:
        facts = []
        for claim in detail.claims[:MOST_CLAIMS]:
            noun, number = ("work_order", claim.number) if claim.kind == "job" else ("order", claim.number)
            facts.append(
                Fact(
                    claim.number,
                    words.claim_text(claim, detail.row.unit),
                    link=partial(self._desk.show_record, noun, number.rpartition("/")[0] or number),
                )
            )
        if detail.row.wanted_count > MOST_CLAIMS:
            facts.append(Fact("", tr("and {count} more", count=detail.row.wanted_count - MOST_CLAIMS)))
        return facts

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.lines,)


def _line_and_question(reading: Reading, key: int) -> tuple[PurchaseLineDetail, Question | None] | None:
    detail = line_detail(reading, key)
    return None if detail is None else (detail, question(reading, detail.row.name))


def _receipts(detail: PurchaseLineDetail) -> Sequence[Fact]:
    return [
        Fact(
            receipt.number,
            tr(
                "{quantity} on {date} to {location}",
                quantity=formats.quantity(receipt.quantity),
                date=formats.day(receipt.received_on),
                location=" ".join(filter(None, (receipt.location or tr("the job"), receipt.lot))),
            )
            + (
                tr(
                    ", {rejected} rejected: {reason}",
                    rejected=formats.quantity(receipt.rejected),
                    reason=receipt.reason,
                )
                if receipt.rejected
                else ""
            ),
        )
        for receipt in detail.receipts
    ]
