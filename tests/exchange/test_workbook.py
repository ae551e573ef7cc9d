"""The workshop as one .xlsx workbook: what its cells mean, and what of them is refused."""

import datetime
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.builders import TODAY
from tests.exchange.folders import bring_in, exported, select

from pegboard.domain.errors import InvalidInput, PegboardError, Refused
from pegboard.exchange.export import export_workbook
from pegboard.exchange.workbooks import number_text
from pegboard.exchange.workshop_files import FILES
from pegboard.exchange.workshop_folder import import_paths
from pegboard.services.importing import ImportRefused, Problem
from pegboard.storage.store import Store

Table = list[list[Any]]


def write_book(path: Path, sheets: dict[str, Table]) -> Path:
    """A workbook as a person would save it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def bring_in_book(store: Store, path: Path, **how: Any) -> None:
    """Import a workbook."""
    with store.transaction("import", today=TODAY) as tx:
        import_paths(tx, [path], **how)


def problems_of(store: Store, path: Path) -> list[Problem]:
    """The problems for which a workbook is refused."""
    with pytest.raises(ImportRefused) as refused:
        bring_in_book(store, path)
    return list(refused.value.errors)


def test_cells_are_what_is_stored_in_them(store: Store, tmp_path: Path) -> None:
    book = write_book(
        tmp_path / "shop.xlsx",
        {
            "items": [
                ["code", "source", "lead_time_days", "standard_cost", "active", "description"],
                ["007", "buy", 3.0, 0.1, False, 12],
                [8, "buy", None, 1234567.891, True, datetime.date(2026, 1, 5)],
            ],
            "calendar": [["date", "working"], [datetime.date(2026, 1, 6), False], ["2026-01-07", "yes"]],
            "pos_sales": [
                ["reference", "sold_at", "location", "item", "quantity"],
                ["R1", datetime.datetime(2026, 1, 5), "MAIN", "007", 2],
                ["R2", datetime.datetime(2026, 1, 5, 9, 30), "MAIN", "007", -1],
            ],
        },
    )
    bring_in_book(store, book)
    assert select(store, "SELECT code, lead_time_days, standard_cost, active, description FROM item") == [
        ("007", 3, 100_000, 0, "12"),
        ("8", None, 1_234_567_891_000, 1, "2026-01-05"),
    ]
    assert select(store, "SELECT day, working FROM calendar_day") == [("2026-01-06", 0), ("2026-01-07", 1)]
    sales = exported(store, tmp_path / "out")["pos_sales"]
    assert "R1,1,2026-01-05T00:00:00" in sales
    assert "R2,1,2026-01-05T09:30:00" in sales


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3.0, "3"),
        (0.1, "0.1"),
        (-2.5, "-2.5"),
        (1e-7, "0.0000001"),
        (1e15, "1000000000000000"),
        (0.1 + 0.2, f"{0.1 + 0.2}"),
    ],
)
def test_a_number_is_the_shortest_decimal_of_what_is_stored(number: float, text: str) -> None:
    assert number_text(number) == text


def test_an_error_value_is_refused_where_it_stands(store: Store, tmp_path: Path) -> None:
    rows: Table = [["code", "source", "description"], ["A", "buy", "fine"], ["B", "buy", "x"], ["C", "sell", "y"]]
    path = write_book(tmp_path / "shop.xlsx", {"items": rows})
    book = openpyxl.load_workbook(path)
    cell = book["items"]["C3"]
    cell.value, cell.data_type = "#REF!", "e"
    book.save(path)
    found = [(problem.file, problem.row, problem.column, problem.value) for problem in problems_of(store, path)]
    assert found == [("shop.xlsx [items]", 3, "description", "#REF!"), ("shop.xlsx [items]", 4, "source", "sell")]


def test_a_formula_counts_by_its_stored_value(store: Store, tmp_path: Path) -> None:
    path = write_book(tmp_path / "shop.xlsx", {"items": [["code", "source", "lead_time_days"], ["A", "buy", 5]]})
    parts = {}
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"<v>5</v>", b"<f>2+3</f><v>5</v>")
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    bring_in_book(store, path)
    assert select(store, "SELECT lead_time_days FROM item") == [(5,)]


def test_a_sheet_of_another_name_is_refused_unless_it_is_said_what_it_holds(store: Store, tmp_path: Path) -> None:
    path = write_book(tmp_path / "parts.xlsx", {"Sheet1": [["code", "source"], ["A", "buy"]]})
    (problem,) = problems_of(store, path)
    assert problem.file == "parts.xlsx [Sheet1]"
    bring_in_book(store, path, kind="items")
    assert select(store, "SELECT code FROM item") == [("A",)]


def test_rows_and_columns_without_anything_are_no_rows_and_columns(store: Store, tmp_path: Path) -> None:
    rows: Table = [["code", "source", None, None], [None, None], ["A", "bay"], [None] * 4]
    (problem,) = problems_of(store, write_book(tmp_path / "shop.xlsx", {"items": rows}))
    assert (problem.row, problem.value) == (3, "bay")


def test_what_is_no_workbook_is_told(store: Store, tmp_path: Path) -> None:
    for name, content in (("a.xlsx", b"not a zip"), ("b.xlsx", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InvalidInput, match=r"not a readable \.xlsx"):
            bring_in_book(store, tmp_path / name)


def test_an_exported_workbook_has_every_sheet_and_its_cells_are_text(store: Store, tmp_path: Path) -> None:
    text = "_x0041_ and \x01\x0b and \r\n= x"
    bring_in(store, {"items": "code,source\n007,buy\n"})
    with store.transaction("test", today=TODAY) as tx:
        tx.connection.exec_driver_sql("UPDATE item SET description = ?", (text,))
    with store.read(today=TODAY) as reading:
        assert export_workbook(reading, tmp_path / "shop.xlsx")["items"] == 1
    book = openpyxl.load_workbook(tmp_path / "shop.xlsx", read_only=True)
    assert book.sheetnames == [form.name for form in FILES]
    rows = list(book["items"].iter_rows(values_only=True))
    assert (rows[0][0], rows[1][0], rows[1][10]) == ("code", "007", "0")
    book.close()
    bring_in_book(store, tmp_path / "shop.xlsx")
    assert select(store, "SELECT description FROM item") == [(text,)]


def test_a_workbook_replaces_another_one_only_by_force(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "shop.xlsx"
    path.write_text("mine")
    with store.read(today=TODAY) as reading:
        with pytest.raises(Refused):
            export_workbook(reading, path)
        assert path.read_text() == "mine"
        export_workbook(reading, path, force=True)
        with pytest.raises(InvalidInput):
            export_workbook(reading, tmp_path / "shop.ods")
    assert zipfile.is_zipfile(path)


def test_a_text_that_no_cell_can_hold_leaves_the_old_workbook(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "shop.xlsx"
    path.write_text("mine")
    bring_in(store, {"items": f"code,source,description\nA,buy,{'x' * 40_000}\n"})
    with store.read(today=TODAY) as reading, pytest.raises(PegboardError, match="32767"):
        export_workbook(reading, path, force=True)
    assert path.read_text() == "mine"
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []
