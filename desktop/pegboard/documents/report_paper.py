"""Any report on paper: its neutral table, with totals and notes."""

import datetime
from collections.abc import Sequence
from fractions import Fraction

from pegboard.documents.cash_paper import cash_layout, tenths
from pegboard.documents.flow import Block, Choice, space
from pegboard.documents.fonts import line_height, width, wrapped
from pegboard.documents.formats import Formats
from pegboard.documents.furniture import Company, Furniture, Title
from pegboard.documents.paper import Layout, PdfFile, Printing
from pegboard.documents.sheet import CONTENT_WIDTH, PAPER_SIZES, Sheet
from pegboard.documents.table import PADDING, Cell, Column, Table, Words
from pegboard.domain.prints import PrintMark
from pegboard.domain.quantity import Money, Price, Quantity
from pegboard.domain.report_table import Kind, NotAvailable, ReportTable, Value
from pegboard.i18n import tr
from pegboard.queries.report_cash_sheet import cash_sheet
from pegboard.queries.settings import logo, settings
from pegboard.storage.store import Reading

CASH_CYCLE = "cash-cycle"  # the report with a page of its own
_SIZE = 8.5
_WIDEST_TEXT = 62.0  # mm of a column of words, before it wraps
_LEAST = 12.0
_SAMPLE = 400  # rows that are measured


def report_pdf(
    reading: Reading, table: ReportTable, *, paper: str = "", now: datetime.datetime, printed_by: str = ""
) -> bytes:
    """Draw a report, the cash cycle as the owner's page. `paper` is a4 or letter, "" as the workshop is set."""
    company = Company(settings(reading), logo(reading))
    today = now.astimezone().date()
    size = PAPER_SIZES[paper or company.settings.paper]
    printing = Printing(size, today, now, printed_by, company)
    file = PdfFile(printing, table.title)
    title = Title(table.title, period_text(table, company.formats))
    furniture = ReportFurniture(company, company.image, title, PrintMark("", ""), now, printed_by)
    if table.name == CASH_CYCLE:
        file.add(cash_layout(cash_sheet(reading, table.period), furniture, size), furniture)
    else:
        file.add(Layout(title, _flow(table, company.formats)), furniture)
    return file.content()


class ReportFurniture(Furniture):
    """Head and foot of a report, which is no numbered print."""

    def _identity(self) -> str:
        formats = self.company.formats
        day, time = formats.day(self._now.astimezone().date()), formats.clock_time(self._now)
        printed = tr("printed {day} {time}", day=day, time=time)
        return " · ".join(filter(None, (self.title.title, self.title.number, printed, self._printed_by)))


def period_text(table: ReportTable, formats: Formats) -> str:
    """The days a report is about, as in "Thu 1 Jan 2026 – Sat 31 Jan 2026"."""
    first, last = table.period.first, table.period.last
    return formats.day(last) if first == last else f"{formats.day(first)} – {formats.day(last)}"


def _flow(table: ReportTable, formats: Formats) -> list[Block | Choice]:
    texts = [[cell_text(value, formats) for value in row.cells] for row in table.rows]
    totals = [cell_text(table.totals.get(column.name), formats) for column in table.columns]
    drawn = Table(_columns(table, [*texts[:_SAMPLE], totals]))
    flow: list[Block | Choice] = [drawn.head]
    flow += [drawn.row([_cell(table, place, text) for place, text in enumerate(row)]) for row in texts]
    if not texts:
        flow.append(_sentence(tr("Nothing to report in this period.")))
    elif any(totals):
        if not totals[0]:
            totals[0] = tr("Total")
        flow.append(drawn.row([_cell(table, place, text, bold=True) for place, text in enumerate(totals)]))
    return [*flow, space(4), *(_sentence(note) for note in table.notes)]


def _cell(table: ReportTable, place: int, text: str, *, bold: bool = False) -> Cell:
    is_whole = table.columns[place].kind is not Kind.TEXT
    return [Words(text, _SIZE, bold, whole=is_whole, most=0 if is_whole else 4)]


def _columns(table: ReportTable, texts: Sequence[Sequence[str]]) -> list[Column]:
    """Columns as wide as they need, words wrapped, stretched or squeezed to the width of the paper."""
    needed = []
    for place, column in enumerate(table.columns):
        longest = max((width(row[place], _SIZE) for row in texts), default=0.0)
        head = width(column.title, 8, True)
        room = max(min(longest, _WIDEST_TEXT), min(head, 26.0)) + 2 * PADDING + 0.5
        needed.append(max(column.width or room, _LEAST))
    scale = CONTENT_WIDTH / sum(needed)
    return [
        Column(column.title, room * scale, "right" if column.kind.is_number else "left")
        for column, room in zip(table.columns, needed, strict=True)
    ]


def _sentence(text: str) -> Block:
    lines = wrapped(text, CONTENT_WIDTH, 8.5)
    step = line_height(8.5)

    def draw(sheet: Sheet, y: float) -> None:
        for place, line in enumerate(lines, 1):
            sheet.text(0, y + place * step, line, 8.5)

    return Block(step * len(lines) + 1.2, draw)


def cell_text(value: Value, formats: Formats) -> str:
    """One value as people of the paper's language write it."""
    if value is None:
        return ""
    if isinstance(value, NotAvailable):
        return tr("n/a")
    if isinstance(value, datetime.date):
        return formats.day(value)
    if isinstance(value, Quantity):
        return formats.quantity(value)
    if isinstance(value, Price):
        return formats.price(value)
    if isinstance(value, Money):
        return formats.money(value)
    if isinstance(value, Fraction):
        return formats.number(tenths(value))
    return formats.number(str(value)) if isinstance(value, int) else value
