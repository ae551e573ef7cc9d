"""Prints papers: draws them with their print codes, keeps them, and shows them to be sent to the printer.

A paper's code stands on it, so that drawing and keeping are one transaction; long runs report progress and can be
cancelled, and then nothing was printed.
"""

from collections.abc import Sequence
from functools import partial

from pegboard import documents
from pegboard.i18n import tr
from pegboard.services import printing
from pegboard.storage.store import Reading, Transaction
from pegboard.ui.desk import Desk, Paper
from pegboard.ui.runner import Progress

TOGETHER = ("pick-wave",)  # papers that are one for all their numbers
AT_ONCE = 25  # papers drawn between two looks at Cancel


def print_papers(desk: Desk, kind: str, numbers: Sequence[str], title: str) -> None:
    """Print the papers of `numbers` in one transaction, then show them."""
    if not numbers:
        return
    progress = Progress(tr("Printing {count} papers", count=len(numbers)) if len(numbers) > 1 else title)
    wanted = tuple(numbers)
    desk.runner.write(
        f"document.{kind}",
        lambda tx: drawn(tx, kind, wanted, progress),
        partial(show_papers, desk, title),
        progress=progress,
    )


def drawn(tx: Transaction, kind: str, numbers: Sequence[str], progress: Progress | None = None) -> list[Paper]:
    """Draw and keep the papers of `numbers`; returns them as PDFs ready to be shown."""
    if kind in TOGETHER:
        return [paper(kind, numbers, drawn_together(tx, kind, numbers))]
    papers: list[Paper] = []
    parts = [numbers[at : at + AT_ONCE] for at in range(0, len(numbers), AT_ONCE)]
    for place, part in enumerate(parts):
        if progress is not None:
            progress.step(place * AT_ONCE, len(numbers), part[0])
        papers.append(paper(kind, part, drawn_together(tx, kind, part)))
    if progress is not None:
        progress.step(len(numbers), len(numbers))
    return papers


def drawn_together(tx: Transaction, kind: str, numbers: Sequence[str]) -> bytes:
    """Draw and keep the papers of `numbers` as one PDF."""
    read = documents.read(tx, kind, numbers)
    marks = printing.reserve(tx, read.kind, read.contents)
    pdf = documents.draw(read, marks, today=tx.today, now=tx.now, printed_by=tx.actor)
    printing.keep(tx, marks, pdf.content, pdf.pages)
    return bytes(pdf.content)


def paper(kind: str, numbers: Sequence[str], pdf: bytes) -> Paper:
    """Return a PDF that was drawn, ready to be shown."""
    name = numbers[0] if len(numbers) == 1 else f"{numbers[0]} – {numbers[-1]}"
    return Paper(kind, name, partial(_content, pdf))


def _content(pdf: bytes, _reading: Reading) -> bytes:
    return pdf


def show_papers(desk: Desk, title: str, papers: Sequence[Paper]) -> None:
    """Show papers that were drawn."""
    if papers:
        desk.preview(title, papers)
