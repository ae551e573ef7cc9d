"""One page to draw on: millimetres from the top left corner of the content box, y downwards.

Operators go to the page as literal text; that is several times faster than reportlab's text objects, and the strings of
one file are escaped once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pegboard.documents.codes import QUIET_128, bar_module, bar_symbol, qr_symbol
from pegboard.documents.fonts import MM, drawable, face, fitting_size, width, wrapped


@dataclass(frozen=True, slots=True)
class PaperSize:
    """A sheet of paper in millimetres; the content box is `CONTENT_WIDTH` wide and stands in its middle."""

    name: str
    width: float
    height: float

    @property
    def left(self) -> float:
        """Left edge of the content box."""
        return (self.width - CONTENT_WIDTH) / 2

    @property
    def content_height(self) -> float:
        """Height of the content box, footer not included."""
        return self.height - TOP - BOTTOM


CONTENT_WIDTH = 190.0
TOP = 10.0
BOTTOM = 17.0  # of it 9 for the footer
A4 = PaperSize("a4", 210.0, 297.0)
LETTER = PaperSize("letter", 215.9, 279.4)
PAPER_SIZES = {size.name: size for size in (A4, LETTER)}


class Sheet:
    """The current page of a PDF file."""

    def __init__(self, canvas: Any, left: float, top: float) -> None:
        """`left` and `top` are where the content box begins, in millimetres from the paper's top left corner."""
        self._canvas = canvas
        self._left = left * MM
        self._top = canvas._pagesize[1] - top * MM
        self._write = canvas.addLiteral
        self._shown: dict[tuple[str, bool], tuple[tuple[str, str], ...]] = {}

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        bold: bool = False,
        align: str = "left",
        *,
        is_white: bool = False,
    ) -> None:
        """Write one line with its baseline at y; `align` left, right or center says what x is."""
        if not text:
            return
        if align != "left":
            x -= width(text, size, bold) * (1 if align == "right" else 0.5)
        shown = self._shown.get((text, bold)) or self._show(text, bold)
        strings = " ".join(f"{font} {size:.2f} Tf ({string}) Tj" for font, string in shown)
        place = f"{self._left + x * MM:.2f} {self._top - y * MM:.2f}"
        before, after = ("1 g ", " 0 g") if is_white else ("", "")
        self._write(f"{before}BT 1 0 0 1 {place} Tm {strings} ET{after}")

    def _show(self, text: str, bold: bool) -> tuple[tuple[str, str], ...]:
        font, document = face(bold), self._canvas._doc
        # Line ends and tabs in a text that was not wrapped would print as boxes.
        plain = "".join(" " if character < " " else character for character in drawable(text, bold))
        shown = tuple(
            (font.getSubsetInternalName(subset, document), self._canvas._escape(codes))
            for subset, codes in font.splitString(plain, document)
        )
        self._shown[text, bold] = shown
        return shown

    def fitted(
        self, x: float, y: float, room: float, text: str, size: float, smallest: float = 7, bold: bool = False
    ) -> None:
        """Write one line, smaller where it would not fit into `room`, in two lines where even that does not help."""
        size = fitting_size(text, room, size, smallest, bold)
        lines = wrapped(text, room, size, bold, 2)
        for place, line in enumerate(lines):
            self.text(x, y + (place - (len(lines) - 1)) * size * 1.05 / MM, line, size, bold)

    def line(self, x: float, y: float, x2: float, y2: float, thickness: float = 0.2) -> None:
        """Draw a line."""
        start = f"{self._left + x * MM:.2f} {self._top - y * MM:.2f} m"
        self._write(f"{thickness * MM:.2f} w {start} {self._left + x2 * MM:.2f} {self._top - y2 * MM:.2f} l S")

    def polyline(
        self, points: Sequence[tuple[float, float]], thickness: float = 0.2, dashes: Sequence[float] = ()
    ) -> None:
        """Draw a line through points; `dashes` are the lengths of strokes and gaps in turn, none for a full line."""
        if len(points) > 1:
            path = [f"{self._left + x * MM:.2f} {self._top - y * MM:.2f}" for x, y in points]
            pattern = " ".join(f"{dash * MM:.2f}" for dash in dashes)
            self._write(f"q {thickness * MM:.2f} w [{pattern}] 0 d {path[0]} m {' l '.join(path[1:])} l S Q")

    def box(self, x: float, y: float, wide: float, high: float, thickness: float = 0.2) -> None:
        """Draw a frame whose top left corner is at x, y."""
        self._write(f"{thickness * MM:.2f} w {self._rectangle(x, y, wide, high)} S")

    def shade(self, x: float, y: float, wide: float, high: float, grey: float = 0.94) -> None:
        """Fill an area with a light grey that copies do not turn black."""
        self._write(f"q {grey:.2f} g {self._rectangle(x, y, wide, high)} f Q")

    def fill(self, x: float, y: float, wide: float, high: float) -> None:
        """Fill an area with black."""
        self._write(f"{self._rectangle(x, y, wide, high)} f")

    def _rectangle(self, x: float, y: float, wide: float, high: float) -> str:
        return f"{self._left + x * MM:.2f} {self._top - (y + high) * MM:.2f} {wide * MM:.2f} {high * MM:.2f} re"

    def triangle(self, x: float, y: float, size: float, *, up: bool = True) -> None:
        """Fill a triangle into a square of `size` with its top left corner at x, y."""
        base, tip = (y + size, y) if up else (y, y + size)
        points = [(x, base), (x + size, base), (x + size / 2, tip)]
        path = [f"{self._left + px * MM:.2f} {self._top - py * MM:.2f}" for px, py in points]
        self._write(f"{path[0]} m {path[1]} l {path[2]} l h f")

    def qr(self, x: float, y: float, size: float, text: str, level: str = "m") -> None:
        """Draw a QR code of `size` without its quiet zone, top left corner at x, y."""
        symbol = qr_symbol(text, level)
        scale = size * MM / symbol.modules
        self._write(
            f"q {scale:.5f} 0 0 {-scale:.5f} {self._left + x * MM:.3f} {self._top - y * MM:.3f} cm {symbol.path} Q"
        )

    def bars(self, x: float, y: float, room: float, high: float, text: str) -> bool:
        """Draw a Code 128 with its quiet zones within `room`; False, and nothing drawn, where it would be too fine."""
        symbol = bar_symbol(text)
        module = bar_module(symbol, room) if symbol else 0.0
        if not symbol or not module:
            return False
        left, bottom = self._left + (x + QUIET_128 * module) * MM, self._top - (y + high) * MM
        self._write(f"q {module * MM:.5f} 0 0 {high * MM:.3f} {left:.3f} {bottom:.3f} cm {symbol.path} Q")
        return True

    def picture(self, image: Any, x: float, y: float, room: float, high: float) -> tuple[float, float]:
        """Draw a reportlab ImageReader as large as fits, top left; return its width and height."""
        pixels_wide, pixels_high = image.getSize()
        scale = min(room / pixels_wide, high / pixels_high)
        wide, tall = pixels_wide * scale, pixels_high * scale
        left, bottom = self._left + x * MM, self._top - (y + tall) * MM
        self._canvas.drawImage(image, left, bottom, wide * MM, tall * MM, mask="auto")
        return wide, tall

    def watermark(self, text: str, paper: PaperSize) -> None:
        """Write a word across the page in light grey; call it before anything else is drawn."""
        self._canvas.saveState()
        self._canvas.setFillGray(0.87)
        self._canvas.translate(paper.width / 2 * MM, paper.height / 2 * MM)
        self._canvas.rotate(52)
        size = fitting_size(text, 240, 96, 20, True)
        face(True)
        self._canvas.setFont("Roboto-Bold", size)
        self._canvas.drawCentredString(0, -size / 3, text)
        self._canvas.restoreState()
