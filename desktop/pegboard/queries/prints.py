"""Reads what was printed before: to mark copies and reissues, to find a kept PDF, to tell stale paper."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass

from pegboard.domain.prints import KeptPrint
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class PrintRow:
    """One print in the history of a document.

    Attributes: content_hash: same for the same content; is_stale: a later print says something else.
    """

    print_code: str
    kind: str
    number: str
    copy: int
    reissue: int
    supersedes: str
    pages: int
    printed_at: datetime.datetime
    printed_by: str
    content_hash: str
    is_stale: bool


_NEWEST = (
    "(SELECT max(n.print_id) FROM print n WHERE n.kind = p.kind AND n.number = p.number"
    " AND n.content_hash <> p.content_hash)"
)


def last_prints(reading: Reading, kind: str, numbers: Sequence[str]) -> dict[str, KeptPrint]:
    """Return the last print of each of these documents that was printed before, by number."""
    found = reading.connection.exec_driver_sql(
        "SELECT number, print_code, content_hash, copy, reissue, supersedes, content FROM print WHERE print_id IN"
        " (SELECT max(print_id) FROM print WHERE kind = ? AND number IN (SELECT value FROM json_each(?))"
        " GROUP BY number)",
        (kind, json.dumps(list(numbers))),
    )
    return {str(row[0]): KeptPrint.read(*row[1:]) for row in found}


def prints_of(reading: Reading, number: str) -> tuple[PrintRow, ...]:
    """Return all prints of the documents with this number, newest first."""
    found = reading.connection.exec_driver_sql(
        "SELECT print_code, kind, number, copy, reissue, supersedes, pages, printed_at, printed_by,"
        f" content_hash, CASE WHEN {_NEWEST} > print_id THEN 1 ELSE 0 END FROM print p"
        " WHERE number = ? ORDER BY print_id DESC",
        (number,),
    )
    return tuple(_row(*row) for row in found)


def find_print(reading: Reading, print_code: str) -> PrintRow | None:
    """Return the print with this code, or None."""
    found = reading.connection.exec_driver_sql(
        "SELECT print_code, kind, number, copy, reissue, supersedes, pages, printed_at, printed_by,"
        f" content_hash, CASE WHEN {_NEWEST} > print_id THEN 1 ELSE 0 END FROM print p WHERE print_code = ?",
        (print_code,),
    ).first()
    return None if found is None else _row(*found)


def kept_pdf(reading: Reading, print_code: str) -> bytes | None:
    """Return the PDF as it was printed, with whatever was printed in the same go; None where nothing was kept."""
    content = reading.connection.exec_driver_sql(
        "SELECT coalesce(p.pdf, batch.pdf) FROM print p LEFT JOIN print batch ON batch.print_id = p.pdf_print_id"
        " WHERE p.print_code = ?",
        (print_code,),
    ).scalar()
    return None if content is None else bytes(content)


def _row(
    print_code: str,
    kind: str,
    number: str,
    copy: int,
    reissue: int,
    supersedes: str,
    pages: int,
    printed_at: str,
    printed_by: str,
    content_hash: str,
    is_stale: int,
) -> PrintRow:
    at = datetime.datetime.fromisoformat(printed_at).replace(tzinfo=datetime.UTC)
    return PrintRow(
        print_code, kind, number, copy, reissue, supersedes, pages, at, printed_by, content_hash, bool(is_stale)
    )
