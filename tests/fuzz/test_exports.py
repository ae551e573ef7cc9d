"""Whatever words are in the workshop, no spreadsheet runs them: lists and reports as CSV and as workbooks."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import csv
import datetime
import io
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from pegboard.bench import hostile
from pegboard.domain.period import Period
from pegboard.domain.report_table import ReportColumn, ReportRow, ReportTable
from pegboard.reports.forms import as_json, csv_text
from pegboard.reports.workbook import table_workbook
from pegboard.ui.columns import text_column
from pegboard.ui.list_export import write

TRY = settings(max_examples=60, deadline=None)
WORDS = st.one_of(st.sampled_from(hostile.TEXTS), st.randoms(use_true_random=False).map(lambda chance: _words(chance)))
RUNS = ("=", "+", "-", "@", "\t", "\r")
DAY = datetime.date(2026, 1, 5)


def _words(chance: random.Random) -> str:
    return hostile.words(chance, most=40_000)


def cells_of(text: str) -> list[str]:
    """The cells of a CSV file."""
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


def assert_runs_nothing(content: bytes | Path) -> None:
    """No cell of a workbook is a formula."""
    book = load_workbook(content if isinstance(content, Path) else io.BytesIO(content))
    assert [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []


@TRY
@given(st.lists(WORDS, min_size=1, max_size=4))
def test_a_list_is_written_so_that_nothing_runs(words: list[str]) -> None:
    with TemporaryDirectory() as folder:
        for name in ("list.csv", "list.xlsx"):
            path = Path(folder) / name
            write(path, [text_column("words", "Words", lambda row: row)], words)
            if name.endswith("csv"):
                content = path.read_bytes().decode("utf-8-sig")
                assert [cell for cell in cells_of(content) if cell.startswith(RUNS)] == []
            else:
                assert_runs_nothing(path)


@TRY
@given(WORDS, WORDS)
def test_a_report_is_written_so_that_nothing_runs(word: str, other: str) -> None:
    column = ReportColumn("words", "Words")
    table = ReportTable(
        "name", "Title", Period(DAY, DAY), (column,), (ReportRow((word,)), ReportRow((other,))), {}, (other,)
    )
    assert [cell for cell in cells_of(csv_text(table)) if cell.startswith(RUNS)] == []
    assert_runs_nothing(table_workbook(table))
    assert as_json(table)


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_each_known_trap_is_written(tmp_path: Path, text: str) -> None:
    write(tmp_path / "list.xlsx", [text_column("words", "Words", lambda row: row)], [text])
    assert_runs_nothing(tmp_path / "list.xlsx")
