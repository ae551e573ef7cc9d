"""Keeps every print: its code, whether it is a copy or a reissue, and the PDF itself.

Two steps, since the print's code stands on the paper: `reserve` before drawing, `keep` after it, in one transaction
(`pegboard.documents` shows the whole).
"""

from collections.abc import Mapping, Sequence

from pegboard.domain.codes import print_code
from pegboard.domain.prints import Content, PrintMark, kept_text, mark_print
from pegboard.queries.prints import last_prints
from pegboard.storage.bulk import insert_rows, next_id, update_rows
from pegboard.storage.store import Transaction
from pegboard.storage.tables.workshop import Print

_COLUMNS = (
    *("print_id", "kind", "printed_at", "printed_by", "content_hash", "content"),
    *("number", "print_code", "copy", "reissue", "supersedes", "pages"),
)

DRAFT = "draft "  # before the kind of a draft's prints: they are counted apart


def reserve(tx: Transaction, kind: str, contents: Sequence[Content]) -> dict[str, PrintMark]:
    """Give each paper its print code and decide copy or reissue; return the marks by number.

    `kind` is a document's name, such as traveler.
    """
    rows: list[tuple[object, ...]] = []
    marks: dict[str, PrintMark] = {}
    first_id = next_id(tx, Print)
    at = tx.now.replace(tzinfo=None).isoformat(" ", "microseconds")
    for is_draft in (False, True):
        group = [content for content in contents if content.is_draft == is_draft]
        kept_kind = DRAFT + kind if is_draft else kind
        last = last_prints(tx, kept_kind, [content.number for content in group])
        for content in group:
            print_id = first_id + len(rows)
            mark = mark_print(content, print_code(print_id), last.get(content.number))
            marks[content.number] = mark
            rows.append((print_id, kept_kind, at, tx.actor, content.content_hash, kept_text(content, mark), *_of(mark)))
    insert_rows(tx, Print, _COLUMNS, rows)
    tx.changed("print")
    return marks


def keep(tx: Transaction, marks: Mapping[str, PrintMark], pdf: bytes, pages: Mapping[str, int]) -> None:
    """Keep the PDF of papers printed in one go, and how many pages each has."""
    if not marks:
        return
    update_rows(
        tx, Print, ("pages",), "print_code", [(pages[number], mark.print_code) for number, mark in marks.items()]
    )
    first, *others = [mark.print_code for mark in marks.values()]
    update_rows(tx, Print, ("pdf",), "print_code", [(pdf, first)])
    batch = "(SELECT print_id FROM print WHERE print_code = ?)"
    if others:
        tx.connection.exec_driver_sql(
            f"UPDATE print SET pdf_print_id = {batch} WHERE print_code = ?", [(first, code) for code in others]
        )
    tx.note(", ".join(f"{number} {mark.print_code}" for number, mark in list(marks.items())[:20]))


def _of(mark: PrintMark) -> tuple[object, ...]:
    return (mark.number, mark.print_code, mark.copy, mark.reissue, mark.supersedes, 0)
