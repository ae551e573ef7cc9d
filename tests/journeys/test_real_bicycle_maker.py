"""A real bicycle maker's day: its 17 bike orders explode to exactly the work orders that it ran itself."""

import csv
import datetime
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.command_line import CommandLine

SHARED = Path(__file__).resolve().parents[3] / "shared"
DAY = datetime.date(2014, 6, 2)

pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the real data lies outside this repository and is not here"
)


def real_shop(name: str, folder: Path) -> Path:
    """Make a workshop folder from the real data."""
    subprocess.run(
        [sys.executable, SHARED / "tools" / "real_data.py", name, folder / name], check=True, capture_output=True
    )
    return folder / name


def product_numbers() -> dict[str, str]:
    """Product id -> product number, from the maker's own table."""
    with (SHARED / "data" / "adventureworks" / "Product.csv").open(encoding="utf-8") as file:
        return {row[0]: row[2] for row in csv.reader(file, delimiter="\t")}


def ran_that_day() -> Counter[tuple[str, str]]:
    """(item, quantity) of the 89 work orders that the maker ran."""
    numbers = product_numbers()
    path = SHARED / "data" / "adventureworks" / "day-2014-06-02" / "workorder_2014-06-02.csv"
    with path.open(encoding="utf-8") as file:
        return Counter((numbers[row["ProductID"]], row["OrderQty"]) for row in csv.DictReader(file))


def test_the_bike_orders_pull_exactly_the_work_orders_of_the_day(tmp_path: Path, command_line: CommandLine) -> None:
    shop = str(tmp_path / "bikes.pegboard")
    command_line("new", shop)
    command_line("import", str(real_shop("adventureworks-day", tmp_path)), "--workshop", shop, "--today", "2014-06-02")
    exploded = json.loads(command_line("explode", "--json", "--workshop", shop, "--today", "2014-06-02").out)
    assert Counter((job["item"], job["quantity"]) for job in exploded["work_orders"]) == ran_that_day()
    assert len(exploded["work_orders"]) == 17 + 72
    command_line("check", "--workshop", shop)
    numbers = [job["number"] for job in exploded["work_orders"]]
    paper = tmp_path / "travelers.pdf"
    command_line("release", *numbers, "--workshop", shop, "--today", "2014-06-02")
    command_line("document", "traveler", *numbers, "-o", str(paper), "--workshop", shop, "--today", "2014-06-02")
    from pypdf import PdfReader

    text = "\n".join(page.extract_text() for page in PdfReader(paper).pages)
    assert all(number in text for number in numbers)


def test_a_shop_with_stock_and_open_purchases_explodes_and_passes_the_check(
    tmp_path: Path, command_line: CommandLine
) -> None:
    shop = str(tmp_path / "bikes.pegboard")
    command_line("new", shop)
    command_line("import", str(real_shop("adventureworks-shop", tmp_path)), "--workshop", shop, "--today", "2014-06-02")
    exploded = json.loads(command_line("explode", "--json", "--workshop", shop, "--today", "2014-06-02").out)
    assert exploded["work_orders"]
    command_line("check", "--workshop", shop)
    again = json.loads(command_line("explode", "--json", "--workshop", shop, "--today", "2014-06-02").out)
    assert not again["work_orders"] + again["purchase_lines"] + again["allocations"] + again["open_supply"]


@pytest.mark.parametrize(
    ("shop", "today", "made"),
    [
        (
            "inventree-demo",
            "2026-11-23",
            {"D.123": "6", "002.01-PCBA": "8", "Widget Assembly": "4", "TB1": "2", "TB2": "2", "TB3": "2"},
        ),
        ("osr-rover", "2026-11-23", None),
        ("libresolar-mppt", "2026-11-23", None),
    ],
)
def test_published_bills_of_material_explode_to_their_own_counts(
    shop: str, today: str, made: dict[str, str] | None, tmp_path: Path, command_line: CommandLine
) -> None:
    path = str(tmp_path / "shop.pegboard")
    command_line("new", path)
    command_line("import", str(real_shop(shop, tmp_path)), "--workshop", path, "--today", today)
    exploded = json.loads(command_line("explode", "--json", "--workshop", path, "--today", today).out)
    jobs = {job["item"]: job["quantity"] for job in exploded["work_orders"]}
    if made is not None:
        assert {item: jobs.get(item) for item in made} == made
    if shop == "osr-rover":
        bought = {line["item"]: line for line in exploded["purchase_lines"]}
        pegged = {item: sum(int(peg["quantity"]) for peg in line["pegs"]) for item, line in bought.items()}
        assert (len(pegged), sum(pegged.values())) == (45, 2 * 238)  # the order is for two rovers
        assert pegged["1116-0024-0040"] == pegged["1120-0002-0072"] == 2 * 8
    command_line("check", "--workshop", path)
