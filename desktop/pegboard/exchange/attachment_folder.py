"""The files on records in a workshop folder: a folder `attachments` with a list, attachments.csv, and the files.

The files lie there under the hash of their content, so that no name of theirs is ever a path; the list says which
record each belongs to and what it is called. Other programs that read the workshop folder pass it over.
"""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pegboard.domain.attachment import Owner, form_of, owner_of, safe_name
from pegboard.domain.errors import PegboardError
from pegboard.exchange.attached_files import read_file
from pegboard.exchange.cells import guarded, unguarded
from pegboard.exchange.csv_files import csv_text, read_csv
from pegboard.exchange.sheets import Sheet, Unreadable
from pegboard.i18n import tr
from pegboard.queries.attachments import AttachmentRow, all_attachments, attachments, stored
from pegboard.services.attachments import attach, mark, replace
from pegboard.services.importing import FileCount, ImportRefused
from pegboard.services.importing.problems import LISTED, Problem
from pegboard.storage.store import Reading, Transaction

FOLDER = "attachments"
LIST = "attachments.csv"
HEADER = ("record", "file", "name", "revision", "print")
_NAME = re.compile(r"[0-9a-f]{64}(\.[A-Za-z0-9]{1,11})?")


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list: where it stands, the record, the file's name, and where its content lies."""

    row: int
    owner: Owner
    name: str
    path: Path
    revision: str
    prints: bool


def write(reading: Reading, folder: Path) -> int:
    """Write the files of all records into a workshop folder; return how many. Without any, nothing is made."""
    found = all_attachments(reading)
    place = folder / FOLDER
    if not found and not (place / LIST).exists():
        return 0
    place.mkdir(exist_ok=True)
    rows = []
    for row in found:
        file = _file_name(row)
        if not (place / file).exists():
            _put(place / file, stored(reading, row.content_hash))
        cells = (row.owner.text, file, row.name, row.revision, "yes" if row.prints else "no")
        rows.append([guarded(cell) for cell in cells])
    _put(place / LIST, csv_text(HEADER, rows).encode())
    return len(rows)


def _file_name(row: AttachmentRow) -> str:
    suffix = Path(row.name).suffix.lower()
    name = row.content_hash + suffix
    return name if _NAME.fullmatch(name) else row.content_hash


def _put(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.part")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def read(folder: Path) -> list[Listed]:
    """Read the files that a workshop folder brings, if it has a list. Raises ImportRefused with every error."""
    path = folder / FOLDER / LIST
    if not path.is_file():
        return []
    label = f"{FOLDER}/{LIST}"
    try:
        sheet = read_csv(LIST, label, read_file(path)[1])
    except Unreadable as unreadable:
        raise ImportRefused(unreadable.problems, len(unreadable.problems)) from unreadable
    problems: list[Problem] = list(sheet.problems)
    listed: list[Listed | None] = []
    names = tuple(sheet.header)
    if missing := [name for name in HEADER[:3] if name not in names]:
        problems.append(Problem(label, 1, "", "", tr("the columns {names}", names=", ".join(missing))))
    elif unknown := [name for name in names if name not in HEADER]:
        problems.append(Problem(label, 1, unknown[0], unknown[0], ", ".join(HEADER)))
    else:
        listed = [_listed(folder / FOLDER, label, sheet, place, problems) for place in range(len(sheet.rows))]
    if problems:
        raise ImportRefused(problems[:LISTED], len(problems))
    return [row for row in listed if row is not None]


def _listed(folder: Path, label: str, sheet: Sheet, place: int, problems: list[Problem]) -> Listed | None:
    row = sheet.row_numbers[place]
    cells = dict(zip(sheet.header, (unguarded(cell) for cell in sheet.rows[place]), strict=False))
    try:
        owner = owner_of(cells["record"])
    except PegboardError as error:
        problems.append(Problem(label, row, "record", cells["record"], str(error)))
        return None
    content = _content(folder, label, row, cells["file"], problems)
    if content is None:
        return None
    name = safe_name(cells["name"])
    prints = cells.get("print", "") or "no"
    try:
        form_of(name, content)
    except PegboardError as error:
        problems.append(Problem(label, row, "name", cells["name"], str(error)))
        return None
    if prints not in ("yes", "no"):
        problems.append(Problem(label, row, "print", prints, tr("yes or no")))
        return None
    return Listed(row, owner, name, folder / cells["file"], cells.get("revision", ""), prints == "yes")


def _content(folder: Path, label: str, row: int, file: str, problems: list[Problem]) -> bytes | None:
    """The content under this name; a name that is no hash, or not that of the content, is a problem."""
    allowed = tr("the name of a file in {folder}: the SHA-256 of its content with its ending", folder=FOLDER)
    if not _NAME.fullmatch(file):
        problems.append(Problem(label, row, "file", file, allowed))
        return None
    try:
        content = read_file(folder / file)[1]
    except PegboardError as error:
        problems.append(Problem(label, row, "file", file, str(error)))
        return None
    if hashlib.sha256(content).hexdigest() != file[:64]:
        problems.append(Problem(label, row, "file", file, tr("a file that is as it was when it got its name")))
        return None
    return content


def keep(tx: Transaction, listed: Sequence[Listed]) -> FileCount:
    """Hang the files on their records; a name that a record has already is brought up to date.

    Raises ImportRefused with every row that cannot be kept.
    """
    problems: list[Problem] = []
    told = {"new": 0, "changed": 0, "unchanged": 0}
    for row in listed:
        try:
            told[_keep_one(tx, row)] += 1
        except PegboardError as error:
            problems.append(Problem(f"{FOLDER}/{LIST}", row.row, "record", row.owner.text, str(error)))
    if problems:
        raise ImportRefused(problems[:LISTED], len(problems))
    return FileCount(FOLDER, **told)


def _keep_one(tx: Transaction, row: Listed) -> str:
    content = read_file(row.path)[1]
    there = next((each for each in attachments(tx, row.owner) if each.name == row.name), None)
    if there is None:
        attach(tx, row.owner, row.name, content, revision=row.revision, prints=row.prints)
        return "new"
    is_same = there.content_hash == hashlib.sha256(content).hexdigest()
    if is_same and (there.revision, there.prints) == (row.revision, row.prints):
        return "unchanged"
    if not is_same:
        replace(tx, there.key, row.name, content)
    mark(tx, there.key, prints=row.prints, revision=row.revision)
    return "changed"
