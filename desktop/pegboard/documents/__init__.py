"""Papers as PDF files.

Printing takes four lines in one transaction, since a print's code stands on the paper and every print is kept:

    papers = documents.read(tx, "traveler", ["WO-0001", "WO-0002"])
    marks = printing.reserve(tx, papers.kind, papers.contents)
    pdf = documents.draw(papers, marks, paper="", today=tx.today, now=tx.now, printed_by=tx.actor)
    printing.keep(tx, marks, pdf.content, pdf.pages)

`printing` is `pegboard.services.printing`. A preview needs no transaction: `read` on a reading, `draw` with marks {}.
"""

import datetime
from collections.abc import Mapping, Sequence

from pegboard.documents import (
    acknowledgement,
    cards,
    command_sheet,
    count_sheet,
    credit_note,
    dispatch_list,
    invoice,
    packing_slip,
    pick_list,
    purchase_order,
    receiving_slip,
    traveler,
)
from pegboard.documents.document import Document
from pegboard.documents.furniture import Company
from pegboard.documents.paper import Papers, Pdf, PdfFile, Printing
from pegboard.documents.sheet import PAPER_SIZES, Sheet
from pegboard.domain.errors import InvalidInput, NotFound
from pegboard.domain.prints import PrintMark
from pegboard.i18n import tr
from pegboard.queries.card_papers import card_papers, label_papers
from pegboard.queries.dispatch import dispatch_lists
from pegboard.queries.floor_papers import command_sheets, count_sheets
from pegboard.queries.invoice_papers import invoice_papers
from pegboard.queries.order_papers import order_papers
from pegboard.queries.pick_lists import pick_lists, pick_waves
from pegboard.queries.prints import find_print
from pegboard.queries.purchase_order_papers import purchase_papers
from pegboard.queries.receipt_papers import receipt_papers
from pegboard.queries.settings import logo, settings
from pegboard.queries.shipment_papers import shipment_papers
from pegboard.queries.travelers import traveler_papers
from pegboard.storage.store import Reading

DOCUMENTS: tuple[Document, ...] = (
    Document(
        "traveler",
        lambda: tr("Job traveler"),
        "work_order",
        traveler_papers,
        traveler.title_of,
        traveler.content_of,
        traveler.lay,
    ),
    Document(
        "pick-list",
        lambda: tr("Pick list"),
        "work_order",
        pick_lists,
        pick_list.title_of,
        pick_list.content_of,
        pick_list.lay,
    ),
    Document(
        "pick-wave",
        lambda: tr("Pick list of several jobs"),
        "work_order",
        pick_waves,
        pick_list.title_of,
        pick_list.content_of,
        pick_list.lay,
    ),
    Document(
        "purchase-order",
        lambda: tr("Purchase order"),
        "purchase_order",
        purchase_papers,
        purchase_order.title_of,
        purchase_order.content_of,
        purchase_order.lay,
    ),
    Document(
        "receiving-slip",
        lambda: tr("Receiving slip"),
        "receipt",
        receipt_papers,
        receiving_slip.title_of,
        receiving_slip.content_of,
        receiving_slip.lay,
    ),
    Document(
        "acknowledgement",
        lambda: tr("Order confirmation"),
        "order",
        order_papers,
        acknowledgement.title_of,
        acknowledgement.content_of,
        acknowledgement.lay,
    ),
    Document(
        "packing-slip",
        lambda: tr("Packing slip"),
        "shipment",
        shipment_papers,
        packing_slip.title_of,
        packing_slip.content_of,
        packing_slip.lay,
    ),
    Document(
        "invoice", lambda: tr("Invoice"), "invoice", invoice_papers, invoice.title_of, invoice.content_of, invoice.lay
    ),
    Document(
        "credit-note",
        lambda: tr("Credit note"),
        "invoice",
        invoice_papers,
        credit_note.title_of,
        credit_note.content_of,
        credit_note.lay,
    ),
    Document(
        "count-sheet",
        lambda: tr("Count sheet"),
        "stock_count",
        count_sheets,
        count_sheet.title_of,
        count_sheet.content_of,
        count_sheet.lay,
    ),
    Document(
        "dispatch-list",
        lambda: tr("Dispatch list"),
        "work_center",
        dispatch_lists,
        dispatch_list.title_of,
        dispatch_list.content_of,
        dispatch_list.lay,
        is_kept=False,
    ),
    Document(
        "command-sheet",
        lambda: tr("Floor station's command sheet"),
        "",
        command_sheets,
        command_sheet.title_of,
        command_sheet.content_of,
        command_sheet.lay,
        is_kept=False,
    ),
    Document(
        "kanban-cards",
        lambda: tr("Kanban cards"),
        "kanban_card",
        card_papers,
        cards.title_of_cards,
        cards.content_of,
        cards.lay_cards,
        is_kept=False,
    ),
    Document(
        "kanban-labels",
        lambda: tr("Kanban cards as labels"),
        "kanban_card",
        card_papers,
        cards.title_of_cards,
        cards.content_of,
        cards.lay_card_labels,
        is_kept=False,
        size=cards.LABEL_4X6,
    ),
    Document(
        "labels",
        lambda: tr("Labels"),
        "label",
        label_papers,
        cards.title_of_labels,
        cards.content_of,
        cards.lay_labels,
        is_kept=False,
    ),
)
BY_NAME = {document.name: document for document in DOCUMENTS}


def named(name: str) -> Document:
    """Return the kind of paper with this name; InvalidInput lists all where there is none."""
    if name not in BY_NAME:
        raise InvalidInput(
            tr('There is no document "{name}".', name=name),
            hint=tr("Documents are: {names}.", names=", ".join(BY_NAME)),
        )
    return BY_NAME[name]


def read(reading: Reading, kind: str, numbers: Sequence[str]) -> Papers:
    """Read papers of one kind in the order of `numbers`, each once. NotFound names the unknown ones."""
    document = named(kind)
    rows = document.read(reading, list(dict.fromkeys(numbers)))
    company = Company(settings(reading), logo(reading))
    return Papers(kind, rows, [document.content_of(row) for row in rows], company)


def draw(
    papers: Papers,
    marks: Mapping[str, PrintMark],
    *,
    paper: str = "",
    today: datetime.date,
    now: datetime.datetime,
    printed_by: str = "",
    sheet: type[Sheet] = Sheet,
) -> Pdf:
    """Draw the papers as one PDF; nothing is read or written.

    `paper` is a4 or letter, "" as the workshop is set. Papers without a mark are previews. `sheet` draws the pages.
    """
    document = named(papers.kind)
    size = document.size or PAPER_SIZES[paper or papers.company.settings.paper]
    printing = Printing(size, today, now, printed_by, papers.company)
    titles = [document.title_of(row) for row in papers.rows]
    file = PdfFile(printing, ", ".join(f"{title.title} {title.number}" for title in titles[:3]), sheet)
    pages: dict[str, int] = {}
    for row, title, content in zip(papers.rows, titles, papers.contents, strict=True):
        mark = marks.get(content.number) or PrintMark(content.number, "")
        furniture = file.furniture(title, mark)
        pages[content.number] = file.add(document.lay(row, furniture, printing), furniture)
    return Pdf(file.content(), pages)


def is_outdated(reading: Reading, print_code: str) -> bool:
    """Whether the paper of this print would say something else today; False where the print is unknown."""
    found = find_print(reading, print_code)
    if found is None or found.kind not in BY_NAME:
        return False
    document = BY_NAME[found.kind]
    try:
        rows = document.read(reading, found.number.split(", "))
    except NotFound:
        return True
    return document.content_of(rows[0]).content_hash != found.content_hash
