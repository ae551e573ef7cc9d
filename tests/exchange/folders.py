"""Writes workshop folders for tests and imports them."""

import datetime
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests.builders import TODAY, workshop

from pegboard.exchange.export import export_folder
from pegboard.exchange.workshop_folder import import_paths
from pegboard.services.importing import ImportRefused, Problem, Result
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Store
from pegboard.storage.tables import metadata

ITEMS = "code,source\nLAMP,make\nBASE,make\nBULB,buy\nCORD,buy\n"
SUPPLIERS = "code,name\nACME,Acme\n"
CUSTOMERS = "code,name\nSHOP,The Shop\n"
_folders = count()


def write_folder(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Make a folder with these files; names without `.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / (name if "." in name else f"{name}.csv")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def bring_in(store: Store, files: Mapping[str, str | bytes], today: datetime.date = TODAY, **how: Any) -> Result:
    """Import files into a workshop."""
    folder = write_folder(store.path.parent / f"in{next(_folders)}", files)
    with store.transaction("import", today=today, actor="Ann") as tx:
        return import_paths(tx, [folder], **how)


def refusal(store: Store, files: Mapping[str, str | bytes], today: datetime.date = TODAY) -> ImportRefused:
    """The refusal of an import that must be refused and must change nothing."""
    before = everything(store)
    with pytest.raises(ImportRefused) as refused:
        bring_in(store, files, today)
    assert everything(store) == before
    return refused.value


def problems(store: Store, files: Mapping[str, str | bytes], today: datetime.date = TODAY) -> list[Problem]:
    """The problems for which an import is refused."""
    return list(refusal(store, files, today).errors)


def places(found: list[Problem]) -> list[tuple[str, int, str, str]]:
    """File, row, column and value of each problem."""
    return [(problem.file, problem.row, problem.column, problem.value) for problem in found]


def everything(store: Store) -> list[tuple[Any, ...]]:
    """All rows of all tables, to see that nothing has changed."""
    with store.read(today=TODAY) as reading:
        names = [name for name in sorted(metadata.tables) if not name.startswith("search")]
        return [(name, *fetch(reading, f"SELECT * FROM {name}")) for name in names]


def select(store: Store, statement: str) -> list[tuple[Any, ...]]:
    """Rows of a statement."""
    with store.read(today=TODAY) as reading:
        return list(fetch(reading, statement))


def exported(store: Store, folder: Path, today: datetime.date = TODAY) -> dict[str, str]:
    """The files of an export by name."""
    with store.read(today=today) as reading:
        export_folder(reading, folder)
    return {path.stem: path.read_bytes().decode() for path in folder.iterdir()}


def exported_again(files: Mapping[str, str], folder: Path, today: datetime.date = TODAY) -> dict[str, str]:
    """Import files into a new workshop and export that."""
    folder.mkdir()
    store = workshop(folder)
    try:
        bring_in(store, files, today)
        return exported(store, folder / "out", today)
    finally:
        store.close()
