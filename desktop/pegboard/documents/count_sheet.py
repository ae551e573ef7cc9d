"""The count sheet: bin by bin, what to count, and a box to write in; never what the books say."""

from itertools import groupby

from pegboard.documents.codes import SMALLEST_QR
from pegboard.documents.flow import Block, Choice, space
from pegboard.documents.furniture import Furniture, Title
from pegboard.documents.paper import Laid, Layout, Printing
from pegboard.documents.sheet import CONTENT_WIDTH, Sheet
from pegboard.documents.table import Column, Table, Words, pen_box
from pegboard.domain.codes import LOCATION, ScanCode, code_text
from pegboard.domain.prints import Content
from pegboard.i18n import tr
from pegboard.queries.floor_papers import CountSheet

_BIN_HEIGHT = SMALLEST_QR + 5.0
EMPTY_ROWS = 2  # for what nobody expected there


def title_of(row: CountSheet) -> Title:
    """Title and number; of a count that has ended nothing is to be counted."""
    ended = {"done": tr("BOOKED"), "cancelled": tr("CANCELLED")}.get(row.count.state, "")
    return Title(tr("Count sheet"), row.count.number, "", ended)


def content_of(row: CountSheet) -> Content:
    """Which places are to be counted."""
    lines = {f"{line.location} {line.item} {line.lot}": (line.unit,) for line in row.lines}
    return Content(row.count.number, lines, is_draft=row.count.state != "open")


def lay(row: CountSheet, furniture: Furniture, _printing: Printing) -> Laid:
    """Lay the sheet out: a heading with its code for each location, then its rows."""
    flow: list[Block | Choice] = []
    if row.count.note:
        flow.append(_sentence(row.count.note))
    for location, lines in groupby(row.lines, key=lambda line: line.location):
        table = _table()
        flow += [_bin(location, furniture), table.head]
        for line in lines:
            words = [Words(line.item, 11, True, whole=True, most=2), Words(line.description, 9, most=2)]
            lot = [Words(line.lot, 10, True, most=2)]
            flow.append(table.row((words, lot, line.unit, pen_box(), pen_box())))
        flow += [table.row(("", "", "", pen_box(), pen_box())) for _place in range(EMPTY_ROWS)]
        flow.append(space(4))
    flow.append(_foot())
    return Layout(furniture.title, flow)


def _table() -> Table:
    return Table(
        (
            Column(tr("Item"), 84),
            Column(tr("Lot"), 34),
            Column(tr("Unit"), 14),
            Column(tr("Counted"), 34, "center"),
            Column(tr("By"), 24, "center"),
        ),
        least=10.0,
    )


def _bin(location: str, furniture: Furniture) -> Block:
    code = code_text(ScanCode(LOCATION, location), furniture.company.settings.code_prefix)

    def draw(sheet: Sheet, y: float) -> None:
        sheet.fitted(0, y + 10.5, CONTENT_WIDTH - SMALLEST_QR - 10, location, 16, 10, True)
        if not furniture.title.watermark:
            sheet.qr(CONTENT_WIDTH - SMALLEST_QR - 3, y + 1.5, SMALLEST_QR, code)

    return Block(_BIN_HEIGHT, draw, keeps_next=True)


def _sentence(text: str) -> Block:
    return Block(7, lambda sheet, y: sheet.text(0, y + 5, text, 10))


def _foot() -> Block:
    boxes = (tr("Counted by"), tr("Date, time"), tr("Entered by"))
    room, height = CONTENT_WIDTH / len(boxes), 13.0

    def draw(sheet: Sheet, y: float) -> None:
        sheet.box(0, y, CONTENT_WIDTH, height, 0.4)
        for place, label in enumerate(boxes):
            if place:
                sheet.line(place * room, y, place * room, y + height, 0.2)
            sheet.text(place * room + 1.5, y + 3.4, label, 8, True)

    return Block(height, draw)
