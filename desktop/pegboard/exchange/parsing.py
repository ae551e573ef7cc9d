"""Parses a sheet by the declaration of its file, column by column: each different cell is read once."""

from collections.abc import Sequence
from typing import Any

from pegboard.exchange.cells import reader, stand_in
from pegboard.exchange.columns import LEAST_LIKENESS, Column, FileForm
from pegboard.exchange.sheets import ERROR_MARK, Sheet
from pegboard.i18n import tr
from pegboard.services.importing.problems import Problem, Problems
from pegboard.services.importing.rows import FileRows


def parse(form: FileForm, sheet: Sheet, order: int, problems: Problems) -> FileRows | None:
    """Parse the rows of a sheet; None where its keys cannot be told. Tells every cell that is not allowed."""
    if not _check_header(form, sheet, order, problems):
        return None
    cells = list(zip(*sheet.rows, strict=True)) if sheet.rows else [()] * len(sheet.header)
    raw = {name: column for name, column in zip(sheet.header, cells, strict=True) if name in form.by_name}
    columns: dict[str, list[Any]] = {}
    bad: set[int] = set()
    bad_keys: set[int] = set()
    for column in form.columns:
        if column.name in raw:
            values, wrong = _parse_column(column, raw[column.name], sheet, order, problems)
            columns[column.name] = values
            bad.update(wrong)
            if column.key:
                bad_keys.update(wrong)
        elif column.required:
            columns[column.name] = [stand_in(column, "")] * len(sheet.rows)
            bad.update(range(len(sheet.rows)))
    defaults = {column.name: column.default for column in form.columns}
    return FileRows(form.name, sheet.label, order, columns, defaults, raw, sheet.row_numbers, bad, bad_keys, problems)


def _check_header(form: FileForm, sheet: Sheet, order: int, problems: Problems) -> bool:
    """Tell columns that are unknown, doubled or missing; say whether the keys are there."""
    seen: set[str] = set()
    for name in sheet.header:
        if name not in form.by_name:
            problems.add(order, Problem(sheet.label, 1, name or tr("(no name)"), name, _known_columns(form, name)))
        elif name in seen:
            problems.add(order, Problem(sheet.label, 1, name, name, tr("each column once")))
        seen.add(name)
    missing = [column for column in form.columns if column.required and column.name not in seen]
    for column in missing:
        allowed = tr("a column {name}, which the file must have", name=column.name)
        problems.add(order, Problem(sheet.label, 1, column.name, "", allowed))
    doubled = len(set(sheet.header)) < len(sheet.header)
    return not doubled and not any(column.key for column in missing)


def _known_columns(form: FileForm, name: str) -> str:
    from rapidfuzz import fuzz, process

    plain = name.strip().lower().replace(" ", "_")
    nearest = process.extractOne(plain, form.header, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS)
    columns = ", ".join(form.header)
    if nearest is None:
        return columns
    return tr("{nearest}, perhaps; the columns are {columns}", nearest=nearest[0], columns=columns)


def _parse_column(
    column: Column, cells: Sequence[str], sheet: Sheet, order: int, problems: Problems
) -> tuple[list[Any], list[int]]:
    """The values of a column, and the places of those rows whose cell is refused."""
    read = reader(column)
    known: dict[str, Any] = {}
    refused: dict[str, str] = {}
    for text in set(cells):
        if not text:
            known[text] = column.default
            if column.required:
                refused[text] = tr("a value; {allowed}", allowed=column.allowed())
                known[text] = stand_in(column, text)
            continue
        if text[0] == ERROR_MARK:
            refused[text] = tr("a value, not the error of a formula; {allowed}", allowed=column.allowed())
            known[text] = stand_in(column, "")
            continue
        try:
            known[text] = read(text)
        except ValueError:
            refused[text] = column.allowed()
            known[text] = stand_in(column, text)
    values = list(map(known.__getitem__, cells))
    if not refused:
        return values, []
    wrong = [place for place, text in enumerate(cells) if text in refused]
    for place in wrong:
        text = cells[place]
        value = text.removeprefix(ERROR_MARK)
        problem = Problem(sheet.label, sheet.row_numbers[place], column.name, value, refused[text])
        problems.add(order, problem)
    return values, wrong
