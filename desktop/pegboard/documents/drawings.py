"""Draws the pages of drawings into frames of a paper: as pictures, so that nothing in a foreign file can act.

A page laid over as it stands would bring its fonts, its forms and its faults into our own file; as a picture it is what
the eye saw. It is drawn as finely as an office printer prints. pdfium is not thread-safe: `PDFIUM` is the one lock for
all that use it.
"""

import math
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pegboard.documents.flow import Block
from pegboard.documents.fonts import shortened
from pegboard.documents.pictures import Kept, UnreadablePicture, unpacked
from pegboard.documents.sheet import CONTENT_WIDTH, Sheet
from pegboard.domain.attachment import MEGABYTE
from pegboard.domain.pdf_bounds import MOST_UNPACKED, is_bounded
from pegboard.i18n import tr
from pegboard.queries.drawings import DrawingFile

PDFIUM = threading.Lock()
LONGEST_SECONDS = 20  # for all pages of a drawing; a dense one takes about one
MOST_PAGES = 12  # of one drawing; how many more there are is said
DPI = 220  # on our paper, whatever the size of the drawing's own
LARGEST_SIDE = 2400  # pixels: 250 mm at that fineness, and the bound for pages of any size
STAMP = 9.0  # mm below the frame
_NAME_ROOM = 48.0  # mm: a long name must not push revision and page out of the stamp
_EDGE = 4.0  # mm between the frame and the drawing, both sides together
_FEW = 64  # grey tones up to which a page is line work: packed without loss, sharp and small


class TooSlow(Exception):
    """A drawing is not drawn within the time that anybody would wait."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a drawing as pictures, and how many it has in all; `fault` says why there are none."""

    pictures: tuple[bytes, ...]
    count: int
    fault: str = ""


def drawing_blocks(file: DrawingFile, stamp: str, printed: str, height: float) -> list[Block]:
    """A page for each page of a drawing: as large as fits into `height`, in a frame, with a stamp below.

    `stamp` is the job with its revision, `printed` when it was printed.
    """
    pages = drawing_pages(file)
    if pages.fault:
        words = tr("Drawing {name} cannot be shown: {reason}.", name=file.name, reason=pages.fault)
        words = shortened(words, CONTENT_WIDTH, 10, True)
        return [Block(6.0, lambda sheet, y: sheet.text(0, y + 4.2, words, 10, True))]
    return [
        _framed(picture, _stamped(file, stamp, place, pages.count), printed, height)
        for place, picture in enumerate(pages.pictures, 1)
    ]


def _stamped(file: DrawingFile, stamp: str, page: int, pages: int) -> str:
    drawing = shortened(file.name, _NAME_ROOM, 9, True)
    if file.revision:
        drawing = tr("{name} rev {revision}", name=drawing, revision=shortened(file.revision, 20, 9, True))
    which = tr("page {page} of {pages}", page=page, pages=pages)
    if page == MOST_PAGES < pages:
        which = tr("page {page} of {pages}, the rest is not printed", page=page, pages=pages)
    return tr("{stamp} · drawing {name} · {which}", stamp=stamp, name=drawing, which=which)


def _framed(picture: bytes, stamp: str, printed: str, height: float) -> Block:
    room = height - STAMP

    def draw(sheet: Sheet, y: float) -> None:
        from reportlab.lib.utils import ImageReader

        image = ImageReader(BytesIO(picture))
        sheet.box(0, y, CONTENT_WIDTH, room, 0.3)
        wide, high = image.getSize()
        scale = min((CONTENT_WIDTH - _EDGE) / wide, (room - _EDGE) / high)
        left, top = (CONTENT_WIDTH - wide * scale) / 2, y + (room - high * scale) / 2
        sheet.picture(image, left, top, wide * scale, high * scale)
        sheet.text(0, y + room + 5.2, shortened(stamp, CONTENT_WIDTH - 50, 9, True), 9, True)
        sheet.text(CONTENT_WIDTH, y + room + 5.2, printed, 9, align="right")

    return Block(height, draw)


_PAGES: Kept[Pages] = Kept(16)  # the same drawing stands on many travelers


def drawing_pages(file: DrawingFile) -> Pages:
    """Each page of a drawing as a picture."""
    return _PAGES.get(file.content_hash, lambda: _pages(file))


def _pages(file: DrawingFile) -> Pages:
    try:
        if not file.is_pdf:
            return Pages((_packed(_turned(unpacked(file.content, LARGEST_SIDE))),), 1)
        if not is_bounded(file.content):
            return Pages((), 0, tr("it would unpack to more than {limit} MB", limit=MOST_UNPACKED // MEGABYTE))
        if b"/Encrypt" in file.content:  # its packed parts cannot be looked at
            return Pages((), 0, tr("it is locked; save it without a password"))
        with PDFIUM:
            return _pdf_pages(file.content)
    except UnreadablePicture:
        return Pages((), 0, tr("the picture is damaged or too large"))


def _pdf_pages(content: bytes) -> Pages:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return Pages((), 0, tr("it is no readable PDF"))
    try:
        count = len(document)
        pictures = tuple(_packed(_turned(image)) for image in _rendered(document, min(count, MOST_PAGES)))
        return Pages(pictures, count, "" if count else tr("it has no pages"))
    except pypdfium2.PdfiumError:
        return Pages((), 0, tr("one of its pages is damaged"))
    except TooSlow:
        return Pages((), 0, tr("it takes longer than {seconds} s to draw", seconds=LONGEST_SECONDS))
    finally:
        document.close()


def _rendered(document: Any, count: int) -> Iterator[Any]:
    """The first pages as pictures, none larger than the paper prints. Raises TooSlow."""
    deadline = time.monotonic() + LONGEST_SECONDS
    room = (CONTENT_WIDTH - _EDGE) / 25.4 * DPI
    for place in range(count):
        page = document[place]
        try:
            sides: tuple[float, float] = page.get_size()
            yield _drawn(page, min(room / max(min(sides), 1.0), LARGEST_SIDE / max(*sides, 1.0)), deadline)
        finally:
            page.close()


def _drawn(page: Any, scale: float, deadline: float) -> Any:
    """A page as a Pillow image; drawn in steps, so that a page without end comes to one."""
    import pypdfium2
    from pypdfium2 import raw

    wide, high = (max(1, math.ceil(side * scale)) for side in page.get_size())
    bitmap = pypdfium2.PdfBitmap.new_native(wide, high, raw.FPDFBitmap_BGR)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, wide, high)
    pause = raw.IFSDK_PAUSE(version=1)
    asked = type(pause.NeedToPauseNow)(lambda _pause: int(time.monotonic() > deadline))
    pause.NeedToPauseNow = asked
    state = raw.FPDF_RenderPageBitmap_Start(bitmap, page, 0, 0, wide, high, 0, raw.FPDF_ANNOT, pause)
    raw.FPDF_RenderPage_Close(page)
    if state != raw.FPDF_RENDER_DONE:
        raise TooSlow
    return bitmap.to_pil()


def _turned(image: Any) -> Any:
    """A wide drawing stands upright on the page, where it is a third larger."""
    from PIL import Image

    return image.transpose(Image.Transpose.ROTATE_90) if image.width > 1.2 * image.height else image


def _packed(image: Any) -> bytes:
    """Line work without loss, photographs as JPEG."""
    grey = image.convert("L")
    packed = BytesIO()
    if _is_grey(image) and len(grey.getcolors(256) or ()) <= 256 and _is_line_work(grey):
        grey.quantize(16).convert("L").save(packed, "PNG", optimize=False)
    else:
        image.convert("RGB").save(packed, "JPEG", quality=85)
    return packed.getvalue()


def _is_grey(image: Any) -> bool:
    """Whether a picture has no colour to speak of, by a small copy of it."""
    from PIL import ImageChops

    small = image.convert("RGB").resize((64, 64))
    red, green, blue = small.split()
    return all(max(ImageChops.difference(red, other).tobytes()) < _FEW for other in (green, blue))


def _is_line_work(grey: Any) -> bool:
    """Whether nearly all of a page is paper."""
    return bool(sum(grey.histogram()[240:]) > 0.8 * grey.width * grey.height)
