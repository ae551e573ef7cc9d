"""What is attached goes with the traveler: the item's picture on it, drawings as pages behind it, as pictures only."""

import zlib
from io import BytesIO

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from tests.builders import add_bom, day, doing
from tests.documents.papers import assert_inside_page, lamp_job, lamp_shop, page_codes, page_texts, print_papers

from pegboard import documents
from pegboard.documents.drawings import MOST_PAGES
from pegboard.domain.attachment import Owner, owner_of
from pegboard.domain.errors import InvalidInput
from pegboard.domain.pdf_bounds import is_bounded
from pegboard.services import attachments as service
from pegboard.services.settings import set_logo
from pegboard.storage.rows import run
from pegboard.storage.store import Store, Transaction

LAMP = Owner("item", "LAMP")


def a_drawing(pages: int = 1, words: str = "SECTION A-A", size: tuple[float, float] = (842, 595)) -> bytes:
    """A PDF of so many pages."""
    made = BytesIO()
    canvas = Canvas(made, pagesize=size, invariant=1)
    for page in range(pages):
        canvas.drawString(size[0] / 10, size[1] / 2, f"{words} {page + 1}")
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def a_pdf(stream: bytes, filters: bytes = b"/FlateDecode", media: bytes = b"[0 0 595 842]") -> bytes:
    """A PDF of one page with this content stream, as someone would write it who means harm."""
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox " + media + b" /Contents 4 0 R /Resources << >> >>",
        b"<< /Length %d /Filter [%s] >>\nstream\n%s\nendstream" % (len(stream), filters, stream),
    )
    written, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return written + b"xref\n0 5\n0000000000 65535 f \n%strailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(written),
    )


def a_photo(wide: int, high: int, form: str = "JPEG") -> bytes:
    """A photograph."""
    made = BytesIO()
    Image.new("RGB", (wide, high), (180, 120, 60)).save(made, form)
    return made.getvalue()


@pytest.fixture
def shop(store: Store) -> Store:
    """A released job for 12 lamps, revision C, of which BOM revisions B and C are known."""
    with doing(store) as tx:
        lamp_shop(tx)
        lamp_job(tx)
        add_bom(tx, "LAMP", {"BULB": 1}, revision="B", valid_to=day("2025-12-31"))
        add_bom(tx, "LAMP", {"BULB": 1}, revision="C", valid_from=day("2026-01-01"))
    return store


def pages_of(store: Store, paper: str = "a4") -> list[str]:
    """The text of the traveler's pages."""
    printed = print_papers(store, "traveler", "WO-0001", paper=paper)
    assert_inside_page(printed.content)
    return page_texts(printed.content)


def images_of(pdf: bytes) -> list[int]:
    """How many pictures stand on each page."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    counts = [sum(1 for _image in page.get_objects(filter=[3])) for page in document]
    document.close()
    return counts


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_drawings_follow_the_traveler_with_their_revision(shop: Store, paper: str) -> None:
    with doing(shop) as tx:
        service.attach(tx, LAMP, "D-88.pdf", a_drawing(2), revision="4", prints=True)
        service.attach(tx, LAMP, "offer.pdf", a_drawing(3, "PRICES"))
    texts = pages_of(shop, paper)
    assert len(texts) == 3, "what is not marked is not printed"
    assert "WO-0001 rev C · drawing D-88.pdf rev 4 · page 2 of 2" in texts[2]
    assert "printed" in texts[2]
    assert "PRICES" not in " ".join(texts)


def test_the_codes_of_the_traveler_still_decode(shop: Store) -> None:
    with doing(shop) as tx:
        service.attach(tx, LAMP, "photo.jpg", a_photo(4000, 3000))
    before, after = (page_codes(print_papers(shop, "traveler", number).content)[0] for number in ("WO-0001", "WO-0001"))
    assert len(after) == len(before) > 4


def test_the_first_picture_stands_on_the_traveler(shop: Store) -> None:
    assert images_of(print_papers(shop, "traveler", "WO-0001").content) == [0]
    with doing(shop) as tx:
        service.attach(tx, LAMP, "photo.jpg", a_photo(4000, 3000))
    printed = print_papers(shop, "traveler", "WO-0001")
    assert images_of(printed.content) == [1]
    assert len(printed.content) < 200_000, "a photograph is printed as small as it is shown"
    assert_inside_page(printed.content)


def test_only_drawings_of_the_jobs_own_revision_are_printed(shop: Store) -> None:
    with doing(shop) as tx:
        service.attach(tx, owner_of("BOM:LAMP:B"), "old.pdf", a_drawing(words="OLD"), prints=True)
        service.attach(tx, owner_of("BOM:LAMP:C"), "new.pdf", a_drawing(words="NEW"), prints=True)
    texts = pages_of(shop)
    assert len(texts) == 2
    assert "drawing new.pdf" in texts[1]


def test_what_hangs_on_the_order_and_the_job_is_printed_too(shop: Store) -> None:
    with doing(shop) as tx:
        service.attach(tx, owner_of("ORDER:SO-0456"), "customer.pdf", a_drawing(words="CUSTOMER"), prints=True)
        service.attach(tx, owner_of("JOB:WO-0001"), "rework.png", a_photo(600, 400, "PNG"), prints=True)
    texts = pages_of(shop)
    assert ["customer.pdf" in texts[1], "rework.png" in texts[2]] == [True, True]


def test_another_drawing_makes_the_paper_outdated_and_a_photograph_does_not(shop: Store) -> None:
    with doing(shop) as tx:
        key = service.attach(tx, LAMP, "D-88.pdf", a_drawing(), revision="4", prints=True)
    code = print_papers(shop, "traveler", "WO-0001").marks["WO-0001"].print_code

    def is_outdated() -> bool:
        with shop.read() as reading:
            return documents.is_outdated(reading, code)

    with doing(shop) as tx:
        service.attach(tx, LAMP, "photo.jpg", a_photo(40, 30))
    assert not is_outdated()
    with doing(shop) as tx:
        service.replace(tx, key, "D-88.pdf", a_drawing(words="SECTION B-B"), revision="5")
    assert is_outdated()
    assert "rev 5" in pages_of(shop)[1]


def test_thousands_of_pages_are_cut_short_and_it_is_said(shop: Store) -> None:
    with doing(shop) as tx:
        service.attach(tx, LAMP, "book.pdf", a_drawing(400), prints=True)
    texts = pages_of(shop)
    assert len(texts) == 1 + MOST_PAGES
    assert "page 12 of 400, the rest is not printed" in texts[-1]


@pytest.mark.parametrize("media", [b"[0 0 9e9 1]", b"[0 0 14400 14400]", b"[0 0 0 0]", b"[0 0 -1e38 1e38]", b"[]"])
def test_a_page_of_any_size_is_one_page(shop: Store, media: bytes) -> None:
    with doing(shop) as tx:
        line = zlib.compress(b"0 0 m 500 700 l S")
        service.attach(tx, LAMP, "D.pdf", a_pdf(line, media=media), prints=True)
    assert len(pages_of(shop)) == 2


def test_scripts_in_a_pdf_do_not_come_onto_paper(shop: Store) -> None:
    active = a_drawing().replace(
        b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>"
    )
    with doing(shop) as tx:
        service.attach(tx, LAMP, "D.pdf", active, prints=True)
    printed = print_papers(shop, "traveler", "WO-0001")
    assert b"JavaScript" not in printed.content
    assert b"/JS" not in printed.content


@pytest.mark.parametrize(
    ("stream", "filters"),
    [
        (zlib.compress(bytes(300_000_000), 9), b"/FlateDecode"),
        (zlib.compress(zlib.compress(bytes(300_000_000), 9), 9), b"/FlateDecode /FlateDecode"),
        (zlib.compress(b"\x80" * 5_000_000, 9), b"/FlateDecode /RunLengthDecode"),
        (b"\x80" * 200_000, b"/LZWDecode"),
    ],
)
def test_a_pdf_that_unpacks_to_more_than_memory_is_refused(shop: Store, stream: bytes, filters: bytes) -> None:
    bomb = a_pdf(stream, filters)
    assert not is_bounded(bomb)
    with pytest.raises(InvalidInput, match="would unpack to more than 256 MB"), doing(shop) as tx:
        service.attach(tx, LAMP, "D.pdf", bomb)


def test_one_that_came_in_another_way_is_named_on_the_paper(shop: Store) -> None:
    with doing(shop) as tx:
        key = service.attach(tx, LAMP, "D.pdf", a_drawing(), prints=True)
        _swap(tx, key, a_pdf(zlib.compress(bytes(300_000_000))))
    assert "Drawing D.pdf cannot be shown: it would unpack to more than 256 MB." in pages_of(shop)[0]


@pytest.mark.parametrize("wide", [40_000, 10])
def test_a_picture_that_lies_about_its_size_is_named_on_the_paper(shop: Store, wide: int) -> None:
    with doing(shop) as tx:
        key = service.attach(tx, LAMP, "D.png", a_photo(100, 100, "PNG"), prints=True)
        honest = a_photo(100, 100, "PNG")
        _swap(tx, key, honest[:16] + wide.to_bytes(4, "big") + honest[20:])
    assert "Drawing D.png cannot be shown: the picture is damaged or too large." in pages_of(shop)[0]


def _swap(tx: Transaction, key: int, content: bytes) -> None:
    """Put a content into the file that the services would not have taken."""
    import hashlib

    content_hash = hashlib.sha256(content).hexdigest()
    run(tx, "INSERT INTO stored_file (content_hash, size, content) VALUES (?, ?, ?)", content_hash, 1, content)
    run(tx, "UPDATE attachment SET content_hash = ? WHERE attachment_id = ?", content_hash, key)


@pytest.mark.parametrize("cut", [0, 40])
def test_a_damaged_logo_does_not_stop_a_paper(shop: Store, cut: int) -> None:
    logo = a_photo(300, 100, "PNG")
    with doing(shop) as tx:
        set_logo(tx, "logo.png", logo[: len(logo) - cut] if cut else logo)
    counts = images_of(print_papers(shop, "traveler", "WO-0001").content)
    assert counts == ([0] if cut else [1])


def test_a_monstrous_logo_is_refused(shop: Store) -> None:
    honest = a_photo(100, 100, "PNG")
    monster = honest[:16] + (60_000).to_bytes(4, "big") * 2 + honest[24:]
    with pytest.raises(InvalidInput, match="would unpack to 60000 × 60000 points"), doing(shop) as tx:
        set_logo(tx, "logo.png", monster)
