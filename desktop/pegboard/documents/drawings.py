"""Draws the pages of a drawing into frames of a paper: as pictures, so that nothing in a foreign file can act.

pdfium is not thread-safe: `PDFIUM` is the one lock for all that use it.
"""

import threading
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

from pegboard.documents.flow import Block
from pegboard.documents.sheet import CONTENT_WIDTH, Sheet
from pegboard.i18n import tr
from pegboard.queries.drawings import DrawingFile

PDFIUM = threading.Lock()
MOST_PAGES = 12  # of one drawing; the rest is named
DPI = 150
LARGEST_SIDE = 2400  # pixels; finer lines than that no office printer shows on A4
STAMP = 9.0  # mm below the frame
_LARGEST_PICTURE = 60_000_000  # pixels; a picture that unpacks to more is refused


def drawing_blocks(file: DrawingFile, stamp: str, height: float) -> list[Block]:
    """A page for each page of a drawing: as large as fits into `height`, in a frame, with a stamp below."""
    try:
        pictures = _pages(file.content_hash, file)
    except Exception as error:  # a damaged file must not stop the traveler
        words = tr("Drawing {name} cannot be shown: {reason}.", name=file.name, reason=type(error).__name__)
        return [Block(6.0, lambda sheet, y: sheet.text(0, y + 4.2, words, 10, True))]
    count = len(pictures)
    return [
        _framed(picture, _stamped(stamp, file.name, place, count), height) for place, picture in enumerate(pictures, 1)
    ]


def _stamped(stamp: str, name: str, page: int, pages: int) -> str:
    which = tr("page {page} of {pages}", page=page, pages=pages)
    return tr("{stamp} · drawing {name} · {which}", stamp=stamp, name=name, which=which)


def _framed(picture: bytes, stamp: str, height: float) -> Block:
    room = height - STAMP

    def draw(sheet: Sheet, y: float) -> None:
        from reportlab.lib.utils import ImageReader

        image = ImageReader(BytesIO(picture))
        sheet.box(0, y, CONTENT_WIDTH, room, 0.3)
        wide, high = image.getSize()
        scale = min((CONTENT_WIDTH - 4) / wide, (room - 4) / high)
        left, top = (CONTENT_WIDTH - wide * scale) / 2, y + (room - high * scale) / 2
        sheet.picture(image, left, top, wide * scale, high * scale)
        sheet.text(0, y + room + 5.2, stamp, 9, True)

    return Block(height, draw)


@lru_cache(maxsize=8)
def _pages(_content_hash: str, file: DrawingFile) -> tuple[bytes, ...]:
    """Each page as a JPEG; the same drawing stands on many travelers."""
    return tuple(_packed(image) for image in (_pdf_images(file.content) if file.is_pdf else _picture(file.content)))


def _pdf_images(content: bytes) -> Iterator[Any]:
    import pypdfium2

    with PDFIUM:
        document = pypdfium2.PdfDocument(content)
        try:
            for place in range(min(len(document), MOST_PAGES)):
                page = document[place]
                scale = min(DPI / 72, LARGEST_SIDE / max(*page.get_size(), 1.0))
                yield page.render(scale=scale).to_pil()
        finally:
            document.close()


def _picture(content: bytes) -> Iterator[Any]:
    from PIL import Image

    with Image.open(BytesIO(content)) as image:
        if image.width * image.height > _LARGEST_PICTURE:
            raise ValueError("too many pixels")
        image.load()
        made = image.convert("RGBA") if image.mode in ("P", "LA", "RGBA") else image.convert("RGB")
        if made.mode == "RGBA":
            ground = Image.new("RGB", made.size, "white")
            ground.paste(made, mask=made.getchannel("A"))
            made = ground
        made.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        yield made


def _packed(image: Any) -> bytes:
    packed = BytesIO()
    image.convert("RGB").save(packed, "JPEG", quality=80)
    return packed.getvalue()
