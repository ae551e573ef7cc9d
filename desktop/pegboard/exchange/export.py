"""Exports a workshop as the workshop folder or as one workbook: written beside, then put in place."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.exchange import attachment_folder
from pegboard.exchange.cells import writer
from pegboard.exchange.columns import FileForm
from pegboard.exchange.csv_files import csv_text
from pegboard.exchange.workbooks import write_workbook
from pegboard.exchange.workshop_files import FILES
from pegboard.i18n import tr
from pegboard.queries.workshop_export import file_rows
from pegboard.storage.store import Reading


def not_exported() -> str:
    """What a folder does not carry, in a sentence for whoever exports."""
    return tr(
        "The audit trail, money documents, pegs, subcontract lines, rules between options, which option an operation"
        " hangs on, notes of orders, what of an open line has shipped and who is retired are not in it; they travel in"
        " a backup alone: pegboard backup FILE"
    )


def export_folder(reading: Reading, folder: str | Path, *, force: bool = False) -> dict[str, int]:
    """Write every file of the workshop folder; return how many rows each has.

    Raises Refused for a folder that is not empty, unless forced: then its workshop files are replaced and all else in
    it stays. Raises InvalidInput where it cannot be written; what was there stays as it was.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise InvalidInput(tr("{path} is a file.", path=folder), hint=tr("Name a folder."))
    if not force and folder.is_dir() and any(folder.iterdir()):
        raise Refused(
            tr("{path} is not empty.", path=folder),
            hint=tr("Choose an empty or a new folder, or replace the files in it with --force."),
        )
    with _writing(folder):
        is_new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".export-", dir=folder))
        try:
            counts = _write_files(reading, beside)
            if count := attachment_folder.write(reading, folder):
                counts[attachment_folder.FOLDER] = count
            _put_in_place(beside, folder)
        except BaseException:
            if is_new:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            if not _holds_what_was_there(beside):
                shutil.rmtree(beside, ignore_errors=True)
    return counts


def export_workbook(reading: Reading, path: str | Path, *, force: bool = False) -> dict[str, int]:
    """Write one workbook with a sheet for each file; return how many rows each has.

    Raises Refused for a file that exists, unless forced, and InvalidInput where it cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise InvalidInput(tr("{path} is no name of a workbook.", path=path), hint=tr("Give it the ending .xlsx"))
    if path.exists() and not force:
        raise Refused(tr("{path} exists already.", path=path), hint=tr("Choose another name, or say --force."))
    counts: dict[str, int] = {}
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        os.close(handle)
        beside = Path(name)
        try:
            write_workbook(beside, _sheets(reading, counts))
            _flush(beside)
            beside.chmod(0o666 & ~_umask())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    return counts


def _sheets(reading: Reading, counts: dict[str, int]) -> Iterator[tuple[str, Sequence[str], list[tuple[str, ...]]]]:
    for form in FILES:
        rows = rows_as_text(reading, form)
        counts[form.name] = len(rows)
        yield form.name, form.header, rows


def rows_as_text(reading: Reading, form: FileForm) -> list[tuple[str, ...]]:
    """The rows of one file as cells."""
    rows = file_rows(reading, form.name)
    if not rows:
        return []
    cells = [
        list(map(writer(column), values)) for column, values in zip(form.columns, zip(*rows, strict=True), strict=True)
    ]
    return list(zip(*cells, strict=True))


def _write_files(reading: Reading, folder: Path) -> dict[str, int]:
    counts = {}
    for form in FILES:
        rows = rows_as_text(reading, form)
        counts[form.name] = len(rows)
        path = folder / f"{form.name}.csv"
        path.write_bytes(csv_text(form.header, rows).encode())
        _flush(path)
    return counts


def _put_in_place(beside: Path, folder: Path) -> None:
    """Move the files that were written to where they belong; if one cannot be moved, what was there comes back."""
    replaced = beside / "replaced"
    replaced.mkdir()
    placed: list[str] = []
    try:
        for form in FILES:
            name = f"{form.name}.csv"
            if (folder / name).exists():
                (folder / name).replace(replaced / name)
            (beside / name).replace(folder / name)
            placed.append(name)
    except OSError:
        for name in placed:
            with suppress(OSError):
                (folder / name).unlink()
        for old in list(replaced.iterdir()):
            with suppress(OSError):
                old.replace(folder / old.name)
        raise
    shutil.rmtree(replaced, ignore_errors=True)


def _holds_what_was_there(beside: Path) -> bool:
    """Whether files that were to be replaced could not be put back and lie here alone."""
    try:
        return any((beside / "replaced").iterdir())
    except OSError:
        return False


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turn what the system says of a path into a sentence."""
    try:
        yield
    except OSError as error:
        raise InvalidInput(
            tr("{path} cannot be written: {reason}.", path=path, reason=error.strerror or error),
            hint=tr("Choose a place where you may write and that has room."),
        ) from error
