"""Commands that print: document."""

import argparse
from pathlib import Path

from pegboard.commands.console import Arguments, Command, Console, counted
from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr


def _document_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND", help=tr("the paper, such as traveler, pick-list or purchase-order"))
    parser.add_argument("numbers", nargs="+", metavar="NUMBER", help=tr("what to print, such as WO-0001"))
    parser.add_argument("-o", "--output", required=True, metavar="FILE.pdf", help=tr("the file to write"))
    parser.add_argument("--paper", choices=("a4", "letter"), default="", help=tr("the paper's size"))


def _document(console: Console, arguments: Arguments) -> None:
    from pegboard import documents
    from pegboard.services import printing
    from pegboard.storage.backup import part_of, replace_file, writing

    document = documents.named(arguments.kind)
    target = Path(arguments.output)
    if target.is_dir():
        raise InvalidInput(tr("{path} is a folder.", path=target), hint=tr("Give the name of a PDF file in it."))
    console.busy(tr("Drawing"))
    with console.transaction(f"document.{document.name}") as tx, part_of(target) as part:
        papers = documents.read(tx, document.name, arguments.numbers)
        marks = printing.reserve(tx, papers.kind, papers.contents) if document.is_kept else {}
        pdf = documents.draw(papers, marks, paper=arguments.paper, today=tx.today, now=tx.now, printed_by=tx.actor)
        printing.keep(tx, marks, pdf.content, pdf.pages)
        # Before the commit: a print that could not be written is not kept either.
        with writing(target):
            part.write_bytes(pdf.content)
        replace_file(part, target)
    pages = sum(pdf.pages.values())
    prints = {number: mark.print_code for number, mark in marks.items()}
    console.result(
        {"file": str(target), "pages": pages, "papers": len(pdf.pages), "prints": prints},
        tr("Wrote {path}: {pages}.", path=target, pages=counted(pages, tr("page"), tr("pages"))),
    )


COMMANDS = (Command("document", tr("write papers as a PDF"), _document_arguments, _document),)
