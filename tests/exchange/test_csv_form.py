"""The form of CSV files: encoding, quotes, header, row by row; what is not of this form is told, never guessed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.folders import bring_in, exported, problems, select

from pegboard.exchange.cells import guarded, unguarded
from pegboard.exchange.csv_files import csv_text, read_csv
from pegboard.storage.store import Store

ITEM = b"code,source,description\nLAMP,make,"


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(store: Store) -> None:
    bring_in(store, {"items": b"\xef\xbb\xbfcode,source\r\nLAMP,make\r\n"})
    assert select(store, "SELECT code FROM item") == [("LAMP",)]


def test_columns_may_stand_in_any_order_and_empty_rows_count_as_rows(store: Store) -> None:
    found = problems(store, {"items": "source,code\n\nmake,LAMP\n,\nmake,LAMP\n"})
    assert [(problem.row, problem.column) for problem in found] == [(5, "code")]


def test_text_is_kept_as_it_is(store: Store, tmp_path: Path) -> None:
    text = ' "quoted", with\r\nline end\t and — dash  '
    bring_in(store, {"items": ITEM + b'"' + text.replace('"', '""').encode() + b'"\n'})
    assert select(store, "SELECT description FROM item") == [(text,)]
    assert '"' + text.replace('"', '""') + '"' in exported(store, tmp_path / "out")["items"]


BROKEN = {
    "Latin-1": (ITEM + b"caf\xe9\n", 2, "UTF-8"),
    "Latin-1 below a cell of two lines": (b'code,source,description\nA,make,"x\ny"\nB,make,caf\xe9\n', 3, "UTF-8"),
    "UTF-16": ("code,source\nLAMP,make\n".encode("utf-16"), 1, "UTF-16"),
    "a NUL byte": (ITEM + b"a\0b\n", 2, "NUL"),
    "an open quote": (ITEM + b'"abc\n', 2, "quote"),
    "text after a quote": (ITEM + b'"a"b\n', 2, "quote"),
    "a short row": (b"code,source\nLAMP\n", 2, "cells"),
    "a long row": (b"code,source\nLAMP,make,x\n", 2, "cells"),
    "an empty file": (b"", 1, "columns"),
    "semicolons": (b"code;source\nLAMP;make\n", 1, "semicolons"),
    "tabs": (b"code\tsource\nLAMP\tmake\n", 1, "tabs"),
    "a huge cell": (ITEM + b"x" * 200_000 + b"\n", 2, "131072"),
    "a header without text": (b",,\nLAMP,make,x\n", 1, "columns"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_csv_is_told_with_its_row(store: Store, what: str) -> None:
    content, row, word = BROKEN[what]
    (problem,) = problems(store, {"items": content})
    assert (problem.file, problem.row) == ("items.csv", row)
    assert word in problem.text()


def test_a_doubled_column_is_told(store: Store) -> None:
    found = problems(store, {"items": "code,source,code\nLAMP,make,BASE\n"})
    assert [(problem.row, problem.column) for problem in found] == [(1, "code")]


def test_a_file_with_its_header_alone_is_an_empty_table(store: Store) -> None:
    assert bring_in(store, {"items": "code,source"}).counts[0].new == 0


def test_the_errors_of_one_file_are_told_beside_another_that_cannot_be_read(store: Store) -> None:
    found = problems(
        store, {"items": b"\xff", "suppliers": "code,active\nACME,maybe\n", "stock": "item,quantity\nA,1\n"}
    )
    assert [problem.file for problem in found] == ["items.csv", "suppliers.csv"]


@pytest.mark.parametrize("text", ["=1+1", "+49 40 123", "-x", "@home", "'=1", "''=1", "\tx", "'plain", "'", "''"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe_and_comes_back(
    store: Store, tmp_path: Path, text: str
) -> None:
    bring_in(store, {"items": "code,source\nLAMP,make\n"})
    with store.transaction("test", today=store.clock().date()) as tx:
        tx.connection.exec_driver_sql("UPDATE item SET description = ?", (text,))
    out = exported(store, tmp_path / "out")["items"]
    cell = csv_cells(out)[1][1]
    assert cell[0] not in "=+-@\t\r"
    bring_in(store, {"items": out})
    assert select(store, "SELECT description FROM item") == [(text,)]


def csv_cells(text: str) -> list[list[str]]:
    """Cells of a CSV text."""
    sheet = read_csv("x", "x.csv", text.encode())
    return [list(sheet.header), *map(list, sheet.rows)]


ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(ANY_TEXT)
def test_every_text_survives_its_guard(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.tuples(st.just("x"), ANY_TEXT, ANY_TEXT)))
def test_every_table_survives_being_written_and_read(rows: list[tuple[str, ...]]) -> None:
    assert csv_cells(csv_text(("a", "b", "c"), rows)) == [["a", "b", "c"], *map(list, rows)]
