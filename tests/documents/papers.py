"""What the tests of papers share: a lamp workshop, printing as the command line does it, and reading a PDF back."""

import datetime
from dataclasses import dataclass

import pypdfium2
import zxingcpp
from tests.builders import (
    TODAY,
    add_customer,
    add_item,
    add_operation,
    add_order,
    add_supplier,
    add_work_center,
    add_work_order,
    demand_of,
    doing,
    peg,
)

from pegboard import documents
from pegboard.domain.prints import PrintMark
from pegboard.services import printing
from pegboard.services.settings import set_setting
from pegboard.storage.store import Store, Transaction

SCANNER_DPI = 203


@dataclass
class Printed:
    """A PDF with the marks and pages of its papers."""

    content: bytes
    marks: dict[str, PrintMark]
    pages: dict[str, int]


def print_papers(store: Store, kind: str, *numbers: str, paper: str = "a4", today: datetime.date = TODAY) -> Printed:
    """Print and keep papers in one transaction."""
    with doing(store, "document.print", today) as tx:
        papers = documents.read(tx, kind, numbers)
        marks = printing.reserve(tx, papers.kind, papers.contents)
        pdf = documents.draw(papers, marks, paper=paper, today=tx.today, now=tx.now, printed_by=tx.actor)
        printing.keep(tx, marks, pdf.content, pdf.pages)
    return Printed(pdf.content, marks, dict(pdf.pages))


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, blanks and line ends made one blank."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    return texts


def page_codes(pdf: bytes, dpi: int = SCANNER_DPI) -> list[list[str]]:
    """The text of every barcode on each page as a scanner of this resolution reads it."""
    document = pypdfium2.PdfDocument(pdf)
    codes = []
    for page in document:
        image = page.render(scale=dpi / 72).to_pil().convert("L")
        codes.append(sorted(found.text for found in zxingcpp.read_barcodes(image)))
    document.close()
    return codes


def page_sizes(pdf: bytes) -> set[tuple[int, int]]:
    """Width and height of the pages in whole millimetres."""
    document = pypdfium2.PdfDocument(pdf)
    sizes = {(round(page.get_width() / 72 * 25.4), round(page.get_height() / 72 * 25.4)) for page in document}
    document.close()
    return sizes


def assert_inside_page(pdf: bytes, margin: float = 5.0) -> None:
    """Nothing is drawn nearer to the edge than `margin` millimetres, where printers cannot reach."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        image = page.render(scale=2).to_pil().convert("L").point(lambda grey: 255 if grey < 200 else 0)
        left, top, right, bottom = image.getbbox()
        edge = margin / 25.4 * 72 * 2
        assert left >= edge
        assert top >= edge
        assert right <= image.width - edge
        assert bottom <= image.height - edge
    document.close()


def lamp_shop(tx: Transaction, *, operations: int = 3) -> None:
    """A desk lamp of three steps, one of them outside, an arm for it, and the company on the paper."""
    set_setting(tx, "company_name", "Harbor Lamps")
    set_setting(tx, "company_address", "Kaistraße 14\n24103 Kiel")
    add_item(tx, "LAMP", "make", description="Desk lamp", drawing="D-88", revision="C")
    add_item(tx, "ARM", "make", description="Swing arm")
    add_item(tx, "BULB", description="LED bulb")
    add_work_center(tx, "BENCH", description="Assembly bench")
    add_supplier(tx, "KERN", name="Kern Lackierung")
    for step in range(1, operations + 1):
        place = {"supplier": "KERN"} if step == 2 else {"work_center": "BENCH"}
        add_operation(tx, "LAMP", 10 * step, setup=5, run_minutes=3, description=f"Work step {step}", **place)


def lamp_job(tx: Transaction, number: str = "WO-0001", *, state: str = "released", due: str = "2026-01-30") -> None:
    """A job of 12 lamps, pulled by line 2 of Acme's order SO-0456."""
    add_customer(tx, "ACME", name="Acme Interiors")
    add_order(tx, "SO-0456", [("ARM", 1, due), ("LAMP", 12, due)], customer="ACME", customer_reference="PO 7781")
    add_work_order(tx, number, "LAMP", 12, start=13, state=state, revision="C", choices="SHADE=linen")
    peg(tx, demand_of(tx, "SO-0456", 2), 12, work_order=number)
