"""Finds the files of an import: in a folder, in a workbook, or named one by one."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pegboard.domain.errors import InvalidInput, NotFound
from pegboard.exchange.columns import LEAST_LIKENESS
from pegboard.exchange.csv_files import read_csv
from pegboard.exchange.packages import require_readable_size
from pegboard.exchange.sheets import Sheet, Unreadable
from pegboard.exchange.workbooks import error_cells, read_workbook, workbook_sheet
from pegboard.exchange.workshop_files import BY_NAME
from pegboard.i18n import tr
from pegboard.services.importing.problems import Problem

Found = Sheet | Unreadable
_WORKBOOKS = (".xlsx", ".xlsm")
_OTHER_BOOKS = (".xls", ".xlsb", ".ods", ".numbers")


def find_sheets(paths: Sequence[Path], kind: str | None) -> list[Found]:
    """Read every file and sheet that the paths name; what cannot be read carries its problems."""
    if kind is not None and kind not in BY_NAME:
        raise InvalidInput(
            tr('There is no kind of file called "{kind}".', kind=kind),
            hint=tr("Kinds are: {names}.", names=", ".join(BY_NAME)),
        )
    if not paths:
        raise InvalidInput(tr("Nothing to import."), hint=tr("Name a folder, a workbook or files."))
    found = [sheet for path in paths for sheet in _read(path, kind)]
    if not found:
        raise NotFound(
            tr("There is no file of a workshop in {path}.", path=", ".join(map(str, paths))),
            hint=tr("It should hold files such as items.csv or orders.csv."),
        )
    _refuse_repeats(found)
    return found


def _read(path: Path, kind: str | None) -> Iterator[Found]:
    if path.is_dir():
        if kind is not None:
            raise InvalidInput(
                tr("{path} is a folder.", path=path), hint=tr("Leave --kind out, or name a single file with it.")
            )
        files = [file for file in sorted(path.iterdir()) if file.suffix.lower() == ".csv" and file.is_file()]
        for file in files:
            if not file.name.startswith("."):
                yield _read_csv(file, file.stem if file.suffix == ".csv" else file.name)
    elif not path.exists():
        raise NotFound(tr("There is no file or folder {path}.", path=path), hint=tr("Check the path."))
    elif path.suffix.lower() in _WORKBOOKS:
        yield from _read_sheets(path, kind)
    elif path.suffix.lower() in _OTHER_BOOKS:
        raise InvalidInput(
            tr("{path} is a spreadsheet in another form.", path=path),
            hint=tr("Open it in a spreadsheet and save it as .xlsx or as CSV UTF-8."),
        )
    else:
        yield _read_csv(path, kind or path.stem)


def _read_csv(path: Path, name: str) -> Found:
    label = path.name
    if name not in BY_NAME:
        return _unknown(label, name, tr("a file name of the workshop folder (or say --kind)"))
    try:
        require_readable_size(path)
        return read_csv(name, label, path.read_bytes())
    except Unreadable as unreadable:
        unreadable.name = name
        return unreadable
    except OSError as error:
        raise InvalidInput(
            tr("{path} cannot be read: {reason}.", path=path, reason=error.strerror or error),
            hint=tr("Check that you may read it."),
        ) from error


def _read_sheets(path: Path, kind: str | None) -> Iterator[Found]:
    sheets = read_workbook(path)
    errors = error_cells(path)
    if kind is not None and len(sheets) > 1:
        raise InvalidInput(
            tr("{path} has {count} sheets.", path=path, count=len(sheets)),
            hint=tr("Leave --kind out and give the sheets their names, or keep a single sheet."),
        )
    for title, cells in sheets:
        label = f"{path.name} [{title}]"
        name = kind or title
        if name not in BY_NAME:
            yield _unknown(label, title, tr("a sheet name of the workshop workbook"))
            continue
        try:
            yield workbook_sheet(name, label, cells, errors.get(title, {}))
        except Unreadable as unreadable:
            unreadable.name = name
            yield unreadable


def _unknown(label: str, name: str, what: str) -> Unreadable:
    from rapidfuzz import fuzz, process

    nearest = process.extractOne(name.lower(), list(BY_NAME), scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS)
    names = ", ".join(BY_NAME)
    if nearest is not None:
        names = tr("{nearest}, perhaps; the names are {names}", nearest=nearest[0], names=names)
    return Unreadable(Problem(label, 0, "", name, f"{what}: {names}"))


def _refuse_repeats(found: Sequence[Found]) -> None:
    labels: dict[str, str] = {}
    for sheet in found:
        if isinstance(sheet, Sheet):
            if sheet.name in labels:
                raise InvalidInput(
                    tr(
                        "{one} and {other} both hold {name}.",
                        one=labels[sheet.name],
                        other=sheet.label,
                        name=sheet.name,
                    ),
                    hint=tr("Import them one after the other."),
                )
            labels[sheet.name] = sheet.label
