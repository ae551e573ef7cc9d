"""Kanban cards, four to a page to be cut apart, and labels on sheets from the stationer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pegboard.documents.flow import Block, Choice
from pegboard.documents.fonts import fitting_size, line_height, shortened, width, wrapped
from pegboard.documents.formats import Formats
from pegboard.documents.furniture import Furniture, Title
from pegboard.documents.paper import Laid, Printing
from pegboard.documents.sheet import TOP, PaperSize, Sheet
from pegboard.domain.codes import code_text
from pegboard.domain.prints import Content
from pegboard.i18n import tr
from pegboard.queries.card_papers import CardPaper, LabelPaper, Several

DrawPart = Callable[[Sheet, float, float, Any], None]


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the cards or labels stand on a sheet of paper, in millimetres from its top left corner."""

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    pitch: float

    def places(self) -> list[tuple[float, float]]:
        """Top left corners, row by row."""
        return [
            (self.left + column * self.pitch, self.top + row * self.height)
            for row in range(self.rows)
            for column in range(self.columns)
        ]


# Avery L7163 and 5163.
LABEL_GRIDS = {
    "a4": Grid(2, 7, 99.1, 38.1, 4.65, 15.15, 101.6),
    "letter": Grid(2, 5, 101.6, 50.8, 4.13, 12.7, 106.4),
}


def card_grid(paper: PaperSize) -> Grid:
    """Four cards in the middle of the paper, cut at its middle lines."""
    wide, high = 100.0, 133.0
    return Grid(2, 2, wide, high, paper.width / 2 - wide, paper.height / 2 - high, wide)


@dataclass(slots=True)
class SheetsOfParts:
    """Pages of cards or labels: no head and no foot."""

    title: Title
    flow: Sequence[Block | Choice]
    head_height: float = 0.0
    is_bare: bool = True

    def draw_head(self, furniture: Furniture, sheet: Sheet, page: int, pages: int) -> None:
        """Nothing stands above (called for the first page)."""


LABEL_4X6 = PaperSize("4x6", 101.6, 152.4)  # a roll of shipping labels, 203 or 300 dots per inch


def title_of_cards(row: Several) -> Title:
    """Title and numbers."""
    return Title(tr("Kanban cards"), row.number)


def title_of_labels(row: Several) -> Title:
    """Title and numbers."""
    return Title(tr("Labels"), row.number)


def content_of(row: Several) -> Content:
    """Cards and labels are not counted: the same one may be printed anew when it is worn."""
    return Content(row.number, {})


def lay_cards(row: Several, furniture: Furniture, printing: Printing) -> Laid:
    """Lay the cards out with lines to cut along."""
    formats, prefix = furniture.company.formats, furniture.company.settings.code_prefix
    day = formats.day(printing.today)

    def draw(sheet: Sheet, x: float, y: float, card: CardPaper) -> None:
        _draw_card(sheet, x, y, card, formats, code_text(card.code, prefix), day)

    return _sheets(furniture.title, row.parts, card_grid(printing.paper), printing.paper, draw)


def lay_card_labels(row: Several, furniture: Furniture, printing: Printing) -> Laid:
    """Lay each card out on a label of its own, 4 by 6 inches; there is nothing to cut."""
    formats, prefix = furniture.company.formats, furniture.company.settings.code_prefix
    day, paper = formats.day(printing.today), printing.paper
    left, top = (paper.width - _CARD_WIDTH) / 2, (paper.height - _CARD_HEIGHT) / 2
    grid = Grid(1, 1, paper.width, paper.height, left, top, paper.width)

    def draw(sheet: Sheet, x: float, y: float, card: CardPaper) -> None:
        _draw_card(sheet, x, y, card, formats, code_text(card.code, prefix), day, is_cut=False)

    return _sheets(furniture.title, row.parts, grid, paper, draw)


def lay_labels(row: Several, furniture: Furniture, printing: Printing) -> Laid:
    """Lay the labels out on the stationer's sheet for this paper size."""
    grid = LABEL_GRIDS[printing.paper.name]
    prefix = furniture.company.settings.code_prefix

    def draw(sheet: Sheet, x: float, y: float, label: LabelPaper) -> None:
        _draw_label(sheet, x, y, grid, label, code_text(label.code, prefix))

    return _sheets(furniture.title, row.parts, grid, printing.paper, draw)


def _sheets(title: Title, parts: Sequence[Any], grid: Grid, paper: PaperSize, draw: DrawPart) -> Laid:
    places = grid.places()
    flow: list[Block | Choice] = []
    for start in range(0, len(parts), len(places)):
        page = list(zip(places, parts[start : start + len(places)], strict=False))
        flow.append(Block(paper.content_height, _Page(page, paper, draw)))
    return SheetsOfParts(title, flow)


class _Page:
    """Draws the parts of one sheet; coordinates are those of the paper, not of the content box."""

    def __init__(self, parts: Sequence[tuple[tuple[float, float], Any]], paper: PaperSize, draw: DrawPart) -> None:
        self._parts, self._paper, self._draw = parts, paper, draw

    def __call__(self, sheet: Sheet, _y: float) -> None:
        for (x, y), part in self._parts:
            self._draw(sheet, x - self._paper.left, y - TOP, part)


_CARD_MARGIN = 6.0
_CARD_WIDTH, _CARD_HEIGHT = 100.0, 133.0
_CARD_CODE = 30.0


def _draw_card(
    sheet: Sheet, x: float, y: float, card: CardPaper, formats: Formats, code: str, day: str, *, is_cut: bool = True
) -> None:
    if is_cut:
        sheet.box(x, y, _CARD_WIDTH, _CARD_HEIGHT, 0.1)
    left, room = x + _CARD_MARGIN, _CARD_WIDTH - 2 * _CARD_MARGIN
    loop = tr("BUY") if card.supplier else tr("MAKE")
    sheet.fill(left, y + 5, room, 9)
    sheet.text(left + 3, y + 11.7, tr("KANBAN EXTRA") if card.is_extra else tr("KANBAN"), 15, True, is_white=True)
    sheet.text(left + room - 3, y + 11.7, loop, 15, True, "right", is_white=True)
    sheet.fitted(left, y + 23.5, room, card.item, 22, 12, True)
    for place, line in enumerate(wrapped(card.description, room, 11, most=2)):
        sheet.text(left, y + 29 + place * line_height(11), line, 11)
    sheet.line(left, y + 37, left + room, y + 37, 0.3)
    sheet.text(left, y + 41.5, tr("One container"), 9, True)
    number = formats.quantity(card.quantity)
    size = fitting_size(number, 46, 36, 16, True)
    sheet.text(left, y + 55, number, size, True)
    sheet.text(left + width(number, size, True) + 2, y + 55, card.unit, 14)
    counted = tr("Card {number} of {count}", number=card.number, count=card.of)
    sheet.text(left, y + 62.5, tr("Extra card {number}", number=card.number) if card.is_extra else counted, 13, True)
    sheet.qr(left + room - _CARD_CODE - 1, y + 40, _CARD_CODE, code, "q")
    sheet.text(left + room - _CARD_CODE / 2 - 1, y + 73.6, shortened(code, 46, 7), 7, align="center")
    _draw_card_facts(sheet, left, y + 78, room, card)
    trigger = (
        tr("Goes round once. Container empty? Scan this card and hand it in: it orders nothing more.")
        if card.is_extra
        else tr("Container empty? Scan this card or bring it to the board: it orders exactly one container.")
    )
    sheet.box(left, y + 110, room, 13, 0.5)
    for place, line in enumerate(wrapped(trigger, room - 6, 10.5, True, 2)):
        sheet.text(left + 3, y + 115.4 + place * 4.8, line, 10.5, True)
    sheet.text(left, y + 128.5, tr("issued {day}", day=day), 8)
    sheet.text(left + room, y + 128.5, shortened(card.name, room - 32, 8), 8, align="right")


def _draw_card_facts(sheet: Sheet, left: float, y: float, room: float, card: CardPaper) -> None:
    source = card.supplier or tr("our own shop")
    if card.supplier_sku:
        source = tr("{supplier}, {sku}", supplier=source, sku=card.supplier_sku)
    facts = [(tr("Used at"), card.location), (tr("Refilled by"), source)]
    if card.lead_time_days is not None:
        facts.append((tr("Lead time"), tr("{count} days", count=card.lead_time_days)))
    sheet.line(left, y - 1.5, left + room, y - 1.5, 0.3)
    for place, (label, text) in enumerate(facts):
        at = y + 5 + place * 9
        sheet.text(left, at, label, 9, True)
        sheet.fitted(left + 26, at, room - 26, text, 13, 9, not place)
        sheet.line(left, at + 3, left + room, at + 3, 0.12)


def _draw_label(sheet: Sheet, x: float, y: float, grid: Grid, label: LabelPaper, code: str) -> None:
    """Code left, name as large as fits, details below; nothing within 4 mm of the edge, where sheets drift."""
    size = min(24.0, grid.height - 14)
    sheet.qr(x + 5, y + (grid.height - size) / 2 - 1.5, size, code, "q")
    sheet.text(
        x + 5 + size / 2, y + (grid.height + size) / 2 + 2.2, shortened(code, size + 9, 6.5), 6.5, align="center"
    )
    left, room = x + size + 11, grid.width - size - 15
    sheet.text(left, y + 7.2, shortened(label.title, room, 9), 9)
    sheet.fitted(left, y + 17.5, room, label.name, 26, 11, True)
    at = y + 23
    for detail in label.details:
        for line in wrapped(detail, room, 9.5, most=2) if detail else ():
            if at + 3 < y + grid.height:
                sheet.text(left, at, line, 9.5)
            at += line_height(9.5)
