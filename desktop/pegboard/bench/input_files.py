"""Tries files: workshop folders, workbooks and tills' exports with anything in them, and what we write ourselves."""

import csv
import io
import random
import re
import tempfile
from pathlib import Path

from pegboard.bench import hostile
from pegboard.bench.day_shop import FILES as SHOP_FILES
from pegboard.bench.inputs import Fault, Place, Try
from pegboard.exchange.export import export_folder, export_workbook
from pegboard.exchange.shop_sales import import_sales
from pegboard.exchange.workshop_files import FILES
from pegboard.exchange.workshop_folder import import_paths
from pegboard.services.importing import ImportRefused
from pegboard.storage.rows import run
from pegboard.storage.store import Transaction

_TILLS = (
    "Date|Time|Item|Qty|SKU|Net Sales|Transaction ID|Event Type|Location|Price Point Name|Discounts",
    "Date|Receipt number|Receipt type|SKU|Item|Variant|Quantity|Net sales|Store|Status",
    "Name|Id|Created at|Paid at|Cancelled at|Financial Status|Lineitem quantity|Lineitem name|Lineitem price"
    "|Lineitem sku|Lineitem discount|Location",
)
_KNOWN = (
    "BIKE",
    "WHEEL",
    "KIT",
    "1",
    "2",
    "-1",
    "3.00",
    "$8.00",
    "2026-01-31",
    "01/31/2026",
    "10:00",
    "Sale",
    "Refund",
    "paid",
)
_NUMBER = re.compile(r"[-+]?\d*\.?\d+", re.ASCII)
RUNS = ("=", "+", "-", "@", "\t", "\r")


def table(place: Place) -> None:
    """Files whose headers are right and whose cells are anything."""
    chance = place.chance
    files = {}
    for form in chance.sample(FILES, chance.randrange(1, 4)):
        names = [name for name in form.header if chance.randrange(5)]
        rows = [[_plausible(chance, name) for name in names] for _row in range(chance.randrange(4))]
        written = io.StringIO()
        csv.writer(written, lineterminator=chance.choice(("\n", "\r\n", "\r"))).writerows([names, *rows])
        files[form.name] = written.getvalue().encode("utf-8", "surrogatepass")
    _bring_in(place, files)


def _plausible(chance: random.Random, name: str) -> str:
    """A cell that fits its column as often as not."""
    if chance.randrange(2):
        return hostile.cell(chance)
    known = {
        "source": "make",
        "status": "confirmed",
        "working": "yes",
        "quantity": "3",
        "order_up_to": "4",
        "line": "1",
    }
    return known.get(name, chance.choice(("BIKE", "WHEEL", "ZIN", "ACME", "MAIN", "LINE", "1", "", "2026-02-02")))


def spoilt_table(place: Place) -> None:
    """A valid folder of which one file is damaged."""
    files = {name: text.encode() for name, text in SHOP_FILES.items()}
    name = place.chance.choice(sorted(files))
    files[name] = hostile.spoilt(place.chance, files[name])
    _bring_in(place, files)


def _bring_in(place: Place, files: dict[str, bytes]) -> None:
    """Import files; a refusal names its file and is one line."""
    with tempfile.TemporaryDirectory(dir=place.folder) as folder:
        for name, content in files.items():
            (Path(folder) / f"{name}.csv").write_bytes(content)
        _import(place, Path(folder))


def _import(place: Place, path: Path) -> None:
    def act(tx: Transaction) -> None:
        import_paths(tx, [path], dry_run=place.chance.randrange(3) == 0)

    try:
        place.changing("import", act)
    except ImportRefused as refused:
        for problem in refused.errors:
            if not problem.file or "\n" in problem.text() or len(problem.text()) > 2_000:
                raise Fault(f"a problem is told as {problem.text()[:300]!r}") from refused
        raise


def book(place: Place) -> None:
    """A workbook with anything in its sheets, or damaged."""
    chance = place.chance
    sheets: list[tuple[str, list[list[object]]]] = []
    for form in chance.sample(FILES, chance.randrange(1, 3)):
        rows: list[list[object]] = [list(form.header)]
        rows += [[_stored(chance, name) for name in form.header] for _row in range(chance.randrange(3))]
        sheets.append((form.name if chance.randrange(8) else hostile.text(chance, most=31) or "x", rows))
    content = hostile.workbook(sheets)
    if chance.randrange(3) == 0:
        content = hostile.spoilt(chance, content)
    with tempfile.TemporaryDirectory(dir=place.folder) as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(content)
        _import(place, path)


def _stored(chance: random.Random, name: str) -> object:
    return chance.choice((_plausible(chance, name), 1e300, -0.0, 0.1, 1e-7, 12, 1e15))


def till(place: Place) -> None:
    """An export of a till or web shop with anything in its cells, in any of the ways they are written."""
    chance = place.chance
    header = chance.choice(_TILLS).split("|")
    chance.shuffle(header)
    separator = chance.choice(",;\t|")
    rows = [
        [chance.choice(_KNOWN) if chance.randrange(3) else hostile.cell(chance) for _name in header]
        for _row in range(chance.randrange(1, 5))
    ]
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows([header, *rows])
    content = written.getvalue().encode(chance.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252")), "replace")
    if chance.randrange(4) == 0:
        content = hostile.spoilt(chance, content)
    aliases = {hostile.text(chance): chance.choice(("BIKE", "", "NOTHING"))} if chance.randrange(4) == 0 else {}
    with tempfile.TemporaryDirectory(dir=place.folder) as folder:
        path = Path(folder) / "sales.csv"
        path.write_bytes(content)

        def act(tx: Transaction) -> None:
            where = chance.choice(("MAIN", "MAIN", "", hostile.text(chance)))
            import_sales(tx, path, aliases=aliases, location=where, dry_run=chance.randrange(4) == 0)

        place.changing("import", act)


def written(place: Place) -> None:
    """Whatever words are in the workshop, no spreadsheet runs them, and they come back as they were."""

    def act(tx: Transaction) -> None:
        words = [hostile.words(place.chance) for _word in range(6)]
        run(tx, "UPDATE item SET description = ?, drawing = ?", *words[:2])
        run(tx, "UPDATE customer SET name = ?, billing_address = ?", *words[2:4])
        run(tx, "UPDATE customer_order SET customer_reference = ?", words[4])
        with tempfile.TemporaryDirectory(dir=place.folder) as folder:
            export_folder(tx, Path(folder) / "out")
            for path in (Path(folder) / "out").iterdir():
                _require_harmless(path)
            export_workbook(tx, Path(folder) / "out.xlsx")
            _require_texts(Path(folder) / "out.xlsx")
            changed = import_paths(tx, [Path(folder) / "out"])
        if any(count.changed for count in changed.counts if count.name in ("items", "customers")):
            raise Fault(f"an export reads back as something else: {words!r}")

    place.changing("import", act)


def _require_harmless(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            for cell in row:
                if cell.startswith(RUNS) and not _NUMBER.fullmatch(cell):
                    raise Fault(f"{path.name} holds the cell {cell[:60]!r}")


def _require_texts(path: Path) -> None:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    raise Fault(f"{path.name} holds the formula {str(cell.value)[:60]!r}")
    book.close()


TRIES: dict[str, tuple[int, Try]] = {
    "table": (8, table),
    "spoilt_table": (2, spoilt_table),
    "book": (4, book),
    "till": (6, till),
    "written": (1, written),
}
