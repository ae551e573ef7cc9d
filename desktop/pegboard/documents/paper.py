"""Draws papers into one PDF file: pages, heads, feet, watermarks and change bars."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol

from pegboard.documents.flow import Block, Choice, paginate
from pegboard.documents.fonts import MM
from pegboard.documents.furniture import HEAD_HEIGHT, NEXT_HEAD_HEIGHT, Company, Furniture, Title
from pegboard.documents.sheet import TOP, PaperSize, Sheet
from pegboard.domain.prints import Content, PrintMark


class Laid(Protocol):
    """A paper ready for its pages: its blocks, its head, and whether pages are bare of later heads and feet."""

    title: Title
    flow: Sequence[Block | Choice]
    head_height: float
    is_bare: bool

    def draw_head(self, furniture: Furniture, sheet: Sheet, page: int, pages: int) -> None:
        """Draw the head of the first page."""


@dataclass(slots=True)
class Layout:
    """A paper with the common head."""

    title: Title
    flow: Sequence[Block | Choice]
    head_height: float = HEAD_HEIGHT
    is_bare: bool = False

    def draw_head(self, furniture: Furniture, sheet: Sheet, page: int, pages: int) -> None:
        """Draw the head of the first page."""
        furniture.draw_head(sheet, page, pages)


@dataclass(frozen=True, slots=True)
class Printing:
    """The occasion of a print: paper size, the day it is for, the instant, who prints, whose paper."""

    paper: PaperSize
    today: datetime.date
    now: datetime.datetime
    printed_by: str
    company: Company


class PdfFile:
    """A PDF file being written."""

    def __init__(self, printing: Printing, title: str, sheet: type[Sheet] = Sheet) -> None:
        from reportlab import rl_config
        from reportlab.pdfgen.canvas import Canvas

        rl_config.useA85 = 0  # streams as text are a quarter larger and cost a quarter of the time

        self._printing = printing
        self._bytes = BytesIO()
        paper = printing.paper
        # The identifier and dates inside follow the content, so that the same print has the same bytes.
        self._canvas: Any = Canvas(
            self._bytes, pagesize=(paper.width * MM, paper.height * MM), pageCompression=1, invariant=1
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor(printing.company.settings.company_name)
        self._canvas.setCreator("Pegboard")
        self._canvas.setViewerPreference("PrintScaling", "None")
        self._image = printing.company.image
        self.sheet = sheet(self._canvas, paper.left, TOP)

    def furniture(self, title: Title, mark: PrintMark) -> Furniture:
        """Head and foot of one paper in this file."""
        printing = self._printing
        return Furniture(printing.company, self._image, title, mark, printing.now, printing.printed_by)

    def add(self, laid: Laid, furniture: Furniture) -> int:
        """Draw one paper; return its pages."""
        paper = self._printing.paper
        next_top = 0.0 if laid.is_bare else NEXT_HEAD_HEIGHT
        pages = paginate(laid.flow, laid.head_height, next_top, paper.content_height)
        for number, page in enumerate(pages, 1):
            if laid.title.watermark:
                self.sheet.watermark(laid.title.watermark, paper)
            if number == 1:
                laid.draw_head(furniture, self.sheet, number, len(pages))
            elif not laid.is_bare:
                furniture.draw_next_head(self.sheet, number, len(pages))
            for y, block in page.placed:
                block.draw(self.sheet, y)
                if block.mark and furniture.mark.has_changed(block.mark):
                    self.sheet.fill(-4.0, y + 0.5, 1.2, block.height - 1.0)
            if not laid.is_bare:
                furniture.draw_foot(self.sheet, paper, number, len(pages))
            self._canvas.showPage()
        return len(pages)

    def content(self) -> bytes:
        """Close the file and return it."""
        self._canvas.save()
        return self._bytes.getvalue()


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF file and how many pages each paper in it has, by number."""

    content: bytes
    pages: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Papers:
    """Papers of one kind, read and ready to be drawn.

    Attributes: kind: name of the document; rows: one frozen row for each; contents: what they say, for the print's
    mark.
    """

    kind: str
    rows: Sequence[Any]
    contents: Sequence[Content]
    company: Company
