"""The receiving slip: goes with the goods, says where they lie and which job waits for each part. No prices."""

from pegboard.documents.flow import Block, Choice, space
from pegboard.documents.formats import Formats
from pegboard.documents.furniture import Furniture, Title
from pegboard.documents.letter import Fact, address_block, address_lines, signature_block
from pegboard.documents.paper import Laid, Layout, Printing
from pegboard.documents.table import Column, Table, Words, tick_box
from pegboard.domain.codes import PURCHASE_ORDER
from pegboard.domain.prints import Content
from pegboard.i18n import tr
from pegboard.queries.receipt_papers import ReceiptPaper, ReceiptPaperLine


def title_of(row: ReceiptPaper) -> Title:
    """Title and number; its code is that of the purchase order."""
    return Title(tr("Receiving slip"), row.order, PURCHASE_ORDER)


def content_of(row: ReceiptPaper) -> Content:
    """What came and for whom it is."""
    lines: dict[str, tuple[str, ...]] = {"head": (row.supplier, str(row.received_on))}
    for line in row.lines:
        waiting = tuple(f"{each.number} {each.quantity}" for each in line.waiting)
        lines[line.receipt] = (line.item, str(line.quantity), str(line.rejected), line.location, line.lot, *waiting)
    return Content(row.order, lines)


def lay(row: ReceiptPaper, furniture: Furniture, _printing: Printing) -> Laid:
    """Lay the slip out."""
    formats = furniture.company.formats
    facts: list[Fact] = [
        (tr("Our order"), row.order),
        (tr("Receipts"), ", ".join(line.receipt for line in row.lines[:4])),
        (tr("Received"), formats.day(row.received_on)),
        (tr("Received by"), row.received_by),
    ]
    flow: list[Block | Choice] = [
        address_block(tr("From"), address_lines(row.supplier, "", ""), facts),
        space(3),
        *_lines(row, formats),
        space(6),
        signature_block((tr("Counted by"), tr("Put away, date"))),
    ]
    return Layout(furniture.title, flow)


def _lines(row: ReceiptPaper, formats: Formats) -> list[Block]:
    table = Table(
        (
            Column(tr("Line"), 11),
            Column(tr("Item"), 54),
            Column(tr("Good"), 22, "right"),
            Column(tr("Put at"), 30),
            Column(tr("Waits for it"), 61),
            Column(tr("Check"), 12, "center"),
        )
    )
    rows = [
        table.row(
            (
                [Words(str(line.line), 10, True)],
                _item_words(line, formats),
                [Words(formats.quantity(line.quantity, line.unit), 11, True, whole=True)],
                [Words(line.location or tr("the job"), 10, True), Words(line.lot, 9)],
                _waiting_words(line, formats),
                tick_box(),
            ),
            mark=line.receipt,
            keeps_next=line is row.lines[-1],
        )
        for line in row.lines
    ]
    return [table.head, *rows]


def _item_words(line: ReceiptPaperLine, formats: Formats) -> list[Words]:
    words = [Words(line.item, 10.5, True), Words(line.description, 9)]
    if line.rejected:
        quantity = formats.quantity(line.rejected, line.unit)
        words.append(Words(tr("{quantity} in quarantine: {reason}", quantity=quantity, reason=line.reason), 9, True))
    if line.to_come:
        words.append(Words(tr("{quantity} still to come", quantity=formats.quantity(line.to_come, line.unit)), 9))
    return words


def _waiting_words(line: ReceiptPaperLine, formats: Formats) -> list[Words]:
    if not line.waiting:
        return [Words(tr("nobody: free stock"), 9)] if line.quantity else []
    return [
        Words(
            tr(
                "{number} {item}: {quantity}, {day}",
                number=each.number,
                item=each.item,
                quantity=formats.quantity(each.quantity, line.unit),
                day=formats.day(each.needed),
            ),
            9.5,
            True,
        )
        for each in line.waiting
    ]
