"""Files that would unpack to more than a computer holds are refused before they are; honest ones are read as ever."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from tests.builders import TODAY, workshop

from pegboard.bench import hostile
from pegboard.domain.errors import InvalidInput, PegboardError
from pegboard.exchange.packages import MOST_FILE, require_bounded
from pegboard.exchange.shop_sales import import_sales
from pegboard.exchange.workbooks import read_workbook
from pegboard.exchange.workshop_folder import import_paths
from pegboard.storage.store import Store

HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"
A1 = b'<row r="1"><c r="A1" t="inlineStr"><is><t>code</t></is></c></row>'
MEGABYTE = b" " * 1_000_000


def book(path: Path, sheet: Callable[[io.BufferedIOBase], None], **others: bytes) -> Path:
    """A workbook whose one sheet is written by hand."""
    usual = zipfile.ZipFile(io.BytesIO(hostile.workbook([("items", [["code"]])])))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name in usual.namelist():
            if "worksheets" not in name:
                package.writestr(name, usual.read(name))
        with package.open("xl/worksheets/s1.xml", "w", force_zip64=True) as part:
            sheet(part)
        for name, content in others.items():
            package.writestr(f"xl/{name}.xml", content)
    return path


def rows(*parts: bytes) -> Callable[[io.BufferedIOBase], None]:
    """A sheet of these rows."""
    return written(HEAD, *parts, TAIL)


def written(*parts: bytes) -> Callable[[io.BufferedIOBase], None]:
    """Writes these one after the other."""

    def write(file: io.BufferedIOBase) -> None:
        for part in parts:
            file.write(part)

    return write


@pytest.mark.parametrize(
    "far",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row r="1048576"><c  t="s"  r = "XFD1048576" ><v>1</v></c></row>',
        b'<x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
        b'<row r="9"><c r="ZZZZZZ9"><v>1</v></c></row>',
        b'<row><c r="B999999999"><v>1</v></c></row>',
        b'<row r="2"><c s="' + b"1" * 3_000 + b'" r="XFD1048576"><v>1</v></c></row>',
    ],
)
def test_a_cell_at_the_far_end_is_not_the_end_of_the_program(tmp_path: Path, far: bytes) -> None:
    """A kilobyte that names a cell so far away that all between would be 500 GB."""
    for place in (0, 1_048_576 - len(A1) - len(HEAD) - 20):  # within a piece, and across the end of one
        path = book(tmp_path / f"{place}.xlsx", rows(A1, b" " * place, far))
        with pytest.raises(InvalidInput, match="is too large to be read"):
            require_bounded(path)


@pytest.mark.parametrize("part", ["worksheets/s1", "sharedStrings", "styles"])
def test_a_part_that_unpacks_to_gigabytes_is_refused_unread(tmp_path: Path, part: str) -> None:
    path = book(tmp_path / "bomb.xlsx", rows(A1))
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package,
        package.open(f"xl/{part} more.xml", "w", force_zip64=True) as file,
    ):
        for _megabyte in range(300):
            file.write(MEGABYTE)
    assert path.stat().st_size < 400_000
    with pytest.raises(InvalidInput, match="is too large to be read"):
        read_workbook(path)


def test_a_package_that_lies_about_its_sizes_is_counted_all_the_same(tmp_path: Path) -> None:
    path = book(tmp_path / "liar.xlsx", written(*[MEGABYTE] * 300))
    content = bytearray(path.read_bytes())
    true_size = (300_000_000).to_bytes(4, "little")
    assert content.count(true_size)
    path.write_bytes(bytes(content).replace(true_size, (1_000).to_bytes(4, "little")))
    with pytest.raises(InvalidInput, match="is too large to be read"):
        require_bounded(path)


def test_thousands_of_parts_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "parts.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for place in range(2_100):
            package.writestr(f"{place}.xml", b"")
    with pytest.raises(InvalidInput, match="is too large to be read"):
        require_bounded(path)


def test_entities_within_entities_are_refused(tmp_path: Path) -> None:
    kinds = b'<!ENTITY a "' + b"A" * 1_000 + b'">'
    kinds += b"".join(b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(8))
    laugh = b'<row><c t="inlineStr"><is><t>&i;</t></is></c></row>'
    path = book(
        tmp_path / "laughs.xlsx",
        written(b"<!DOCTYPE x [" + kinds + b"]>" + HEAD + laugh + TAIL),
    )
    with pytest.raises(PegboardError):
        read_workbook(path)


def test_styled_but_empty_cells_do_not_count(tmp_path: Path) -> None:
    """Whole columns that somebody made bold reach to the last row of the sheet."""
    styled = b'<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"></c></row>'
    require_bounded(book(tmp_path / "bold.xlsx", rows(A1, styled)))


def test_an_honest_workbook_is_read(tmp_path: Path) -> None:
    made = Workbook()
    made.active.title = "items"
    made.active.append(["code", "source"])
    for number in range(3_000):
        made.active.append([f"C{number}", "buy"])
    made.active["A1"].font = Font(bold=True)
    made.active.column_dimensions["A"].width = 30
    made.save(tmp_path / "items.xlsx")
    require_bounded(tmp_path / "items.xlsx")
    with workshop(tmp_path) as store, store.transaction("import", today=TODAY) as tx:
        assert import_paths(tx, [tmp_path / "items.xlsx"]).counts[0].new == 3_000


def test_a_cell_as_long_as_a_book_is_refused_in_one_line(store: Store, tmp_path: Path) -> None:
    long = b'<row><c t="inlineStr"><is><t>' + b"A" * 200_000 + b"</t></is></c></row>"
    path = book(tmp_path / "items.xlsx", rows(A1, long))
    with pytest.raises(PegboardError), store.transaction("import", today=TODAY) as tx:
        import_paths(tx, [path])


def test_a_csv_file_larger_than_memory_is_refused_unread(store: Store, tmp_path: Path) -> None:
    for name in ("items.csv", "pos_sales.csv"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(MOST_FILE + 1)
    with pytest.raises(InvalidInput, match="at most 128 can be read"), store.transaction("import", today=TODAY) as tx:
        import_paths(tx, [tmp_path / "items.csv"])
    with pytest.raises(InvalidInput, match="at most 128 can be read"), store.transaction("import", today=TODAY) as tx:
        import_sales(tx, tmp_path / "pos_sales.csv")
