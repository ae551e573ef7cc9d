"""Imports and exports a whole workshop: a folder of CSV files, or one workbook with a sheet for each."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pegboard.exchange import attachment_folder
from pegboard.exchange.parsing import parse
from pegboard.exchange.sheets import Unreadable
from pegboard.exchange.sources import Found, find_sheets
from pegboard.exchange.workshop_files import BY_NAME
from pegboard.i18n import tr
from pegboard.progress import UNWATCHED, Progress
from pegboard.services import importing
from pegboard.services.importing import FileRows, ImportRefused, Problem, Problems, Result
from pegboard.storage.store import Transaction


def import_paths(
    tx: Transaction,
    paths: Sequence[str | Path],
    *,
    kind: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Result:
    """Import a folder, a workbook or single files; all of it, or nothing and ImportRefused with every error.

    `kind` names what a single file holds where its name does not. A dry run checks everything and writes nothing; its
    result is what an import would do. Raises InvalidInput or NotFound for paths that hold no workshop files.
    """
    steps = _Steps(progress or UNWATCHED)
    steps.say(tr("Reading files"))
    with _collector_paused():
        found = find_sheets([Path(path) for path in paths], kind)
    listed = [row for path in paths if Path(path).is_dir() for row in attachment_folder.read(Path(path))]
    result = _import(tx, found, steps, dry_run=dry_run)
    if not listed or dry_run:
        return result
    return Result((*result.counts, attachment_folder.keep(tx, listed)), result.notes)


def import_sheets(
    tx: Transaction, sheets: Sequence[Found], *, dry_run: bool = False, progress: Progress | None = None
) -> Result:
    """Import tables that were read elsewhere, such as a till's export, as `import_paths` does."""
    steps = _Steps(progress or UNWATCHED)
    steps.say(tr("Reading files"))
    return _import(tx, sheets, steps, dry_run=dry_run)


def _import(tx: Transaction, found: Sequence[Found], steps: "_Steps", *, dry_run: bool) -> Result:
    with _collector_paused():
        steps.say(tr("Reading cells"))
        problems = Problems()
        files, unreadable = _parse_all(found, problems)
        steps.say(tr("Checking"))
        checked = importing.check(tx, files, problems, unreadable)
        problems.refuse()
        places = {name: place for place, name in enumerate(BY_NAME)}
        counts = sorted(checked.counts, key=lambda count: places[count.name])
        result = Result(tuple(counts), tuple(checked.notes))
        if not dry_run:
            steps.say(tr("Writing"))
            _write(tx, checked)
            tx.note(receipt(result))
        elif checked.change_orders:
            _try_changes(tx, checked)
        return result


def _write(tx: Transaction, checked: importing.Import) -> None:
    try:
        importing.write(tx, checked)
    except OverflowError as error:
        labels = ", ".join(rows.label for rows in checked.files.values())
        too_large = Problem(labels, 0, "", "", tr("quantities and values that stay below 1000000000000 in sum"))
        raise ImportRefused([too_large], 1) from error


def _try_changes(tx: Transaction, checked: importing.Import) -> None:
    """Change orders are worked out on what the import writes, so a dry run writes it and takes it back."""
    scratch = Transaction(tx.connection, tx.command, today=tx.today, now=tx.now, actor=tx.actor)
    with tx.connection.begin_nested() as save_point:
        _write(scratch, checked)
        save_point.rollback()


def receipt(result: Result) -> str:
    """What an import did, in a sentence; files of which nothing is new or changed are summed up."""
    parts = []
    unchanged = 0
    for count in result.counts:
        if count.new or count.changed:
            parts.append(
                tr("{file} {new} new, {changed} changed", file=count.name, new=count.new, changed=count.changed)
            )
        unchanged += count.unchanged
    if unchanged:
        parts.append(tr("{unchanged} rows unchanged", unchanged=unchanged))
    return tr("Imported: {parts}.", parts="; ".join(parts)) if parts else tr("The files have no rows.")


class _Steps:
    """Tells the steps of an import to whoever shows them."""

    _TOTAL = 4

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done = 0

    def say(self, text: str) -> None:
        self._progress.step(self._done, self._TOTAL, text)
        self._done += 1


def _parse_all(found: Sequence[Found], problems: Problems) -> tuple[dict[str, FileRows], set[str]]:
    """Parse every sheet; return the files, and the names of those that cannot be read whole."""
    places = {name: place for place, name in enumerate(BY_NAME)}
    files: dict[str, FileRows] = {}
    unreadable: set[str] = set()
    for sheet in found:
        place = places.get(sheet.name, len(places))
        for problem in sheet.problems:
            problems.add(place, problem)
        if sheet.problems:
            unreadable.add(sheet.name)
        if isinstance(sheet, Unreadable):
            continue
        rows = parse(BY_NAME[sheet.name], sheet, place, problems)
        if rows is None:
            unreadable.add(sheet.name)
        else:
            files[sheet.name] = rows
    return files, unreadable


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Many thousand tuples that all live on make the garbage collector walk them again and again for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
