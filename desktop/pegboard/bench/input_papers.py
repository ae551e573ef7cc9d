"""Tries words on paper and attached files: whatever a name is, the paper is a paper; any file is kept within bounds."""

import contextlib
import random
import zlib
from io import BytesIO

from pegboard import documents
from pegboard.bench import hostile
from pegboard.bench.inputs import Fault, Place, Try
from pegboard.documents.drawings import PDFIUM, drawing_pages
from pegboard.documents.pictures import thumbnail
from pegboard.domain.attachment import Owner, refuse_open
from pegboard.domain.errors import PegboardError
from pegboard.queries.attachments import attachments, content_of
from pegboard.queries.drawings import DrawingFile
from pegboard.services import printing
from pegboard.services.attachments import attach
from pegboard.services.settings import set_setting
from pegboard.storage.rows import run
from pegboard.storage.store import Transaction

PAPERS = (
    ("traveler", "WO-0001"),
    ("pick-list", "WO-0001"),
    ("purchase-order", "PO-0001"),
    ("acknowledgement", "SO-0001"),
    ("labels", "BIKE"),
    ("kanban-cards", "KANBAN:WHEEL:1"),
)
MOST_PAGES = 80  # of a paper with the longest words
ACTIVE = (b"/JavaScript", b"/OpenAction", b"/Launch", b"/EmbeddedFile", b"/SubmitForm", b"/RichMedia")


def paper(place: Place) -> None:
    """A paper with any words on it is a PDF of a few pages that does nothing."""
    chance = place.chance
    kind, number = chance.choice(PAPERS)

    def act(tx: Transaction) -> None:
        _rename(tx, chance)
        papers = documents.read(tx, kind, [number])
        marks = printing.reserve(tx, papers.kind, papers.contents) if documents.named(kind).is_kept else {}
        drawn = documents.draw(
            papers, marks, paper=chance.choice(("a4", "letter")), today=tx.today, now=tx.now, printed_by=tx.actor
        )
        _require_paper(drawn.content, sum(drawn.pages.values()))

    place.changing("document.traveler", act)


def _rename(tx: Transaction, chance: random.Random) -> None:
    """Put words everywhere that a paper shows some."""

    def word(most: int = 5_000) -> str:
        return hostile.words(chance, most=most)

    run(tx, "UPDATE item SET description = ?, drawing = ?, unit = ?, revision = ?", word(), word(), word(60), word(60))
    run(tx, "UPDATE customer SET name = ?, billing_address = ?, shipping_address = ?", word(), word(), word())
    run(tx, "UPDATE supplier SET name = ?, address = ?, contact = ?", word(), word(), word())
    run(tx, "UPDATE customer_order SET customer_reference = ?, ship_to = ?, note = ?", word(), word(), word())
    run(tx, "UPDATE order_line SET description = ?", word())
    run(tx, "UPDATE work_order_operation SET description = ?, instructions = ?", word(), word())
    run(tx, "UPDATE work_order SET note = ?", word())
    run(tx, "UPDATE supplier_item SET manufacturer = ?, manufacturer_part = ?", word(), word())
    for name in ("company_name", "company_address", "company_email"):
        with contextlib.suppress(PegboardError):
            set_setting(tx, name, word(200))


def _require_paper(content: bytes, pages: int) -> None:
    import pypdfium2

    with PDFIUM:
        document = pypdfium2.PdfDocument(content)
        try:
            if len(document) != pages or not 0 < pages <= MOST_PAGES:
                raise Fault(f"the paper has {len(document)} pages")
            for page in document:
                page.get_textpage().get_text_range()
                page.close()
        finally:
            document.close()
    if any(name in content for name in ACTIVE):
        raise Fault("the paper holds more than what is drawn")


def attached(place: Place) -> None:
    """Any file on a record is refused, or kept as it is, shown within bounds, and opened only where it is harmless."""
    chance = place.chance
    name, content = _file(chance)
    owner = Owner("item", "BIKE")

    def act(tx: Transaction) -> None:
        key = attach(tx, owner, name, content, revision=hostile.text(chance, most=60), prints=chance.randrange(2) == 0)
        found = content_of(tx, key)
        if found.content != content or [row.key for row in attachments(tx, owner)] != [key]:
            raise Fault("a file is not kept as it was")
        if found.form != "other":
            pages = drawing_pages(DrawingFile(found.name, found.form == "pdf", content, found.content_hash))
            if not pages.fault and not pages.pictures:
                raise Fault("a drawing has neither pages nor a fault")
        refuse_open(found.name, content)

    place.changing("attachment.add", act)


def picture(place: Place) -> None:
    """A damaged or monstrous picture becomes a small one, or none."""
    _name, content = _file(place.chance)
    small = thumbnail(content)
    if len(small) > 200_000:
        raise Fault(f"a thumbnail of {len(small)} bytes")
    if not small:
        raise PegboardError("no picture")


def _file(chance: random.Random) -> tuple[str, bytes]:
    """A file that is often nearly right."""
    kind = chance.randrange(6)
    if kind == 0:
        name, content = "photo.jpg", _jpeg(chance)
    elif kind == 1:
        name, content = (
            "scan.png",
            hostile.png(*(chance.choice((0, 1, 7, 64, 4_000, 2**31, 2**32 - 1)) for _side in "wh")),
        )
    elif kind == 2:
        name, content = "drawing.pdf", _drawing(chance)
    elif kind == 3:
        name, content = "notes.txt", hostile.words(chance).encode()
    else:
        name, content = hostile.text(chance, most=200), chance.randbytes(chance.randrange(200))
    if chance.randrange(2):
        content = hostile.spoilt(chance, content)
    return name if chance.randrange(4) else hostile.text(chance, most=200) + name, content


def _jpeg(chance: random.Random) -> bytes:
    from PIL import Image

    made = BytesIO()
    sides = (chance.choice((1, 9, 300)), chance.choice((1, 9, 300)))
    Image.new(chance.choice(("RGB", "L", "CMYK")), sides).save(made, "JPEG", progressive=chance.randrange(2) == 0)
    return made.getvalue()


def _drawing(chance: random.Random) -> bytes:
    stream = chance.choice((b"0 0 m 500 700 l S", b"q " * 5_000, b"BT (x) Tj ET", hostile.words(chance).encode()))
    packed = zlib.compress(stream * chance.choice((1, 1, 1, 400)))
    media = chance.choice((b"[0 0 595 842]", b"[0 0 9e9 1]", b"[0 0 0 0]", b"[]", b"[5 5 1 1]", b"[0 0 14400 14400]"))
    catalog = chance.choice((b"", b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>", b"/Pages 1 0 R"))
    return hostile.pdf(
        packed, chance.choice((b"/FlateDecode", b"/LZWDecode", b"/DCTDecode", b"/Nothing")), media, catalog
    )


TRIES: dict[str, tuple[int, Try]] = {"paper": (3, paper), "attached": (5, attached), "picture": (4, picture)}
