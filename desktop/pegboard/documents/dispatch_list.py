"""The dispatch list: what a work center does next, in the order in which demand pulls it, each line with its code."""

from pegboard.documents.codes import SMALLEST_QR
from pegboard.documents.flow import Block, Choice
from pegboard.documents.formats import Formats
from pegboard.documents.furniture import Furniture, Title
from pegboard.documents.paper import Laid, Layout, Printing
from pegboard.documents.pull_words import short_puller_words
from pegboard.documents.sheet import Sheet
from pegboard.documents.table import Cell, Column, Drawn, Table, Words, tick_box
from pegboard.domain.codes import WORK_ORDER, ScanCode, code_text
from pegboard.domain.prints import Content
from pegboard.i18n import tr
from pegboard.queries.dispatch import DispatchLine, DispatchList

_QUIET = 2.4  # mm around the smallest symbol
_ROW = SMALLEST_QR + _QUIET  # high enough that two codes below each other keep their distance


def title_of(row: DispatchList) -> Title:
    """Title and the work center."""
    return Title(tr("Dispatch list"), row.code)


def content_of(row: DispatchList) -> Content:
    """What is to be done, in its order."""
    lines = {f"{line.job}/{line.sequence}": (str(line.quantity), str(line.needed)) for line in row.lines}
    return Content(row.code, lines)


def lay(row: DispatchList, furniture: Furniture, _printing: Printing) -> Laid:
    """Lay the list out: how much work it is, then a row for each operation."""
    formats, prefix = furniture.company.formats, furniture.company.settings.code_prefix
    words = tr("{count} operations, {time} in all", count=len(row.lines), time=formats.minutes(row.minutes))
    if not row.lines:
        words = tr("Nothing waits here: no released job has an operation left at this work center.")
    flow: list[Block | Choice] = [_sentence(f"{row.description}   {words}" if row.description else words)]
    if row.lines:
        table = _table()
        flow.append(table.head)
        flow += [
            table.row(_cells(place, line, formats, prefix), mark=f"{line.job}/{line.sequence}")
            for place, line in enumerate(row.lines, 1)
        ]
    return Layout(furniture.title, flow)


def _table() -> Table:
    return Table(
        (
            Column("", 9, "right"),
            Column(tr("Job, operation"), 34),
            Column(tr("Item"), 44),
            Column(tr("Quantity"), 22, "right"),
            Column(tr("Needed"), 24),
            Column(tr("For"), 34),
            Column(tr("Done"), 10, "center"),
            Column("", 13, "center"),
        ),
        least=_ROW,
    )


def _cells(place: int, line: DispatchLine, formats: Formats, prefix: str) -> tuple[Cell, ...]:
    job = [Words(f"{line.job} / {line.sequence}", 11, True, whole=True), Words(line.description, 8.5, most=2)]
    item = [Words(line.item, 10, True, whole=True, most=2), Words(line.item_description, 8.5, most=2)]
    quantity = [Words(formats.quantity(line.quantity, line.unit), 11, True, whole=True)]
    if line.minutes:
        quantity.append(Words(formats.minutes(line.minutes), 8.5))
    needed = [
        Words(formats.short_day(line.needed), 10, True, whole=True),
        Words(state_words(line, formats), 8.5, most=3),
    ]
    pulled = [Words(", ".join(map(short_puller_words, line.pulled)), 8.5, most=3)]
    code = code_text(ScanCode(WORK_ORDER, line.job, line.sequence), prefix)
    return ([Words(str(place), 10)], job, item, quantity, needed, pulled, tick_box(), _code(code))


def state_words(line: DispatchLine, formats: Formats) -> str:
    """Say whether the operation is under way, can begin, or what it waits for."""
    if line.is_started:
        return tr("under way")
    if line.before:
        return tr("after {steps}", steps=", ".join(map(str, line.before)))
    if line.cover.kind == "coming" and line.cover.by is not None:
        return tr("parts {day}", day=formats.short_day(line.cover.by))
    return tr("parts missing") if line.cover.kind == "short" else tr("can begin")


def _code(text: str) -> Drawn:
    def draw(sheet: Sheet, x: float, y: float, wide: float, high: float) -> None:
        sheet.qr(x + (wide - SMALLEST_QR) / 2, y + (high - SMALLEST_QR) / 2, SMALLEST_QR, text)

    return Drawn(_ROW, draw)


def _sentence(text: str) -> Block:
    return Block(7, lambda sheet, y: sheet.text(0, y + 5, text, 10))
