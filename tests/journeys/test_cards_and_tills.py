"""From an emptied bin and from a till to papers on the bench: the two stories of replenishment, told by commands."""

from pathlib import Path

import pypdfium2
import pytest
from tests.command_line import CommandLine
from tests.exchange.test_shop_sales import SQUARE, export, square

from pegboard.domain.codes import ITEM, KANBAN_CARD, ScanCode, code_text

FILES = {
    "items.csv": "code,description,source,lead_time_days\nSHADE,Glass,buy,\nLAMP,Desk lamp,make,2\nTUBE,Tube,buy,\n",
    "bom_lines.csv": "parent,component,quantity\nLAMP,SHADE,1\nLAMP,TUBE,2\n",
    "work_centers.csv": "code\nBENCH\n",
    "routings.csv": "item,sequence,work_center,description,run_minutes\nLAMP,10,BENCH,Assemble,12\n",
    "suppliers.csv": "code,name,lead_time_days\nGLAS,Glas Kern,5\n",
    "supplier_items.csv": "supplier,item,price\nGLAS,SHADE,4.50\nGLAS,TUBE,1.20\n",
    "kanban_loops.csv": (
        "item,supplied_by,consuming_location,container_quantity,cards\nTUBE,GLAS,BENCH,20,2\nLAMP,make,SHELF,4,2\n"
    ),
    "replenishment.csv": "item,location,order_up_to\nLAMP,SHOP,5\n",
    "stock.csv": "item,location,quantity,unit_cost\nLAMP,SHOP,5,10\nTUBE,MAIN,20,1.20\n",
}


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """A workshop made by commands alone; it is the one opened last."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    run = CommandLine(tmp_path / "state", capsys)
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    run.does("new", tmp_path / "shop.pegboard")
    run.does("import", folder, "--workshop", tmp_path / "shop.pegboard", "--today", "2026-01-05")
    return run


def text_of(path: Path) -> str:
    """What a PDF says."""
    document = pypdfium2.PdfDocument(path)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return text


def test_an_emptied_bin_becomes_a_job_with_its_traveler_and_a_purchase_order(shop: CommandLine, tmp_path: Path) -> None:
    today = ("--today", "2026-01-05")
    shop.does("document", "kanban-cards", "LAMP", "-o", tmp_path / "cards.pdf", *today)
    assert "KANBAN:LAMP:2" in text_of(tmp_path / "cards.pdf")
    printed = code_text(ScanCode(KANBAN_CARD, "LAMP:1"), "PGB")
    assert printed in text_of(tmp_path / "cards.pdf")
    assert shop.does("scan", printed, *today, "--json").json["did"] == "pulled"
    assert shop.does("scan", "KANBAN:LAMP:1", *today, "--json").json["did"] == "nothing"
    plan = shop.does("explode", *today, "--json").json
    ((job,), (line,)) = plan["work_orders"], plan["purchase_lines"]
    assert (job["item"], job["quantity"], job["pegs"]) == (
        "LAMP",
        "4",
        [{"demand": "KANBAN:LAMP:1", "quantity": "4"}],
    )
    assert (line["item"], line["quantity"]) == ("SHADE", "4")  # tubes are in stock
    shop.does("document", "traveler", job["number"], "-o", tmp_path / "traveler.pdf", *today)
    assert "Kanban card LAMP no. 1, for SHELF" in text_of(tmp_path / "traveler.pdf")
    shop.does("send", line["purchase_order"], *today)
    shop.does("document", "purchase-order", line["purchase_order"], "-o", tmp_path / "order.pdf", *today)
    assert "SHADE" in text_of(tmp_path / "order.pdf")
    later = ("--today", "2026-01-13")
    shop.does("receive", f"{line['purchase_order']}/{line['line']}", "4", *later)
    shop.does("complete", job["number"], "4", *later)
    loops = shop.does("report", "kanban", *later, "--json").json
    full = {row["item"]: (row["full"], row["cards"]) for row in rows_of(loops)}
    assert full == {"LAMP": (2, 2), "TUBE": (2, 2)}
    assert shop.does("why", "STOCK:SHELF:LAMP", *later, "--json").json["quantity"] == "4"
    assert shop.does("check", "--json").json["ok"]


def test_a_card_that_is_scanned_is_ordered_at_once_where_that_is_wanted(shop: CommandLine) -> None:
    today = ("--today", "2026-01-05")
    done = shop.does("scan", "KANBAN:LAMP:1", "--explode", *today, "--json").json
    assert (done["did"], done["supply"]) == ("pulled", "WO-0001")
    assert shop.does("explode", *today, "--json").json["work_orders"] == []
    assert shop.does("check", "--json").json["ok"]


def test_the_label_of_a_lot_says_where_it_lies(shop: CommandLine, tmp_path: Path) -> None:
    items, stock = tmp_path / "items.csv", tmp_path / "stock.csv"
    items.write_text("code,source,tracking\nGLUE,buy,lot\n", encoding="utf-8")
    stock.write_text("item,location,lot,quantity\nGLUE,BENCH,L-7,3\n", encoding="utf-8")
    shop.does("import", items, stock)
    printed = code_text(ScanCode(ITEM, "GLUE:L-7"), "PGB")
    assert shop.does("scan", printed, "--json").json["detail"] == "3 at BENCH"
    assert "Nothing here is called" in shop.refuses("scan", "GLUE:L-8").err


def test_cards_are_lost_added_and_taken_out_by_command(shop: CommandLine) -> None:
    today = ("--today", "2026-01-05")
    assert shop.does("card", "lost", "KANBAN:LAMP:1", *today, "--json").json["card"] == "KANBAN:LAMP:3"
    assert "lost" in shop.refuses("scan", "KANBAN:LAMP:1", *today).err
    extra = shop.does("card", "extra", "KANBAN:LAMP:2", *today, "--json").json
    assert extra == {"card": "KANBAN:LAMP:4", "supply": "WO-0001"}
    assert shop.does("card", "retire", "LAMP:2", *today, "--json").json["is_out"]
    assert "There is no card KANBAN:LAMP:9" in shop.refuses("card", "lost", "KANBAN:LAMP:9", *today).err
    assert shop.does("check", "--json").json["ok"]


def test_what_two_shops_ask_for_is_shared_out_by_command(shop: CommandLine, tmp_path: Path) -> None:
    """Twenty tubes are here, and two shops have sold fifteen each: ten go to each, the rest comes for both."""
    today = ("--today", "2026-01-05")
    levels = tmp_path / "replenishment.csv"
    levels.write_text("item,location,order_up_to\nTUBE,NORTH,30\nTUBE,SOUTH,30\n", encoding="utf-8")
    sales = tmp_path / "pos_sales.csv"
    sales.write_text(
        "reference,sold_at,location,item,quantity\nN1,2026-01-05T10:00:00,NORTH,TUBE,15\n"
        "S1,2026-01-05T10:00:00,SOUTH,TUBE,15\n",
        encoding="utf-8",
    )
    shop.does("import", levels, *today)
    shop.does("import", "--kind", "pos_sales", sales, *today)
    shop.does("explode", *today)
    rows = shop.does("share", "--dry-run", *today, "--json").json
    assert shop.does("share", *today, "--json").json == rows
    assert [(row["location"], row["asked"], row["before"], row["now"]) for row in rows] == [
        ("NORTH", "15", "15", "10"),
        ("SOUTH", "15", "5", "10"),
    ]
    again = shop.does("share", *today, "--json").json
    assert all(row["before"] == row["now"] for row in again)
    assert shop.does("check", "--json").json["ok"]


def test_a_sale_at_the_till_becomes_a_job_and_comes_back_to_the_shelf(shop: CommandLine, tmp_path: Path) -> None:
    today = ("--today", "2026-01-05")
    sale = export(tmp_path, SQUARE, square(SKU="L-01", Item="Lamp", Qty="2", Date="2026-01-05"))
    refused = shop.refuses("import", "--kind", "pos_sales", sale, *today)
    assert "L-01" in refused.err
    shop.does("import", "--kind", "pos_sales", sale, "--alias", "L-01=LAMP", *today)
    shop.does("import", "--kind", "pos_sales", sale, *today)  # once more: nothing is new
    plan = shop.does("explode", *today, "--json").json
    (job,) = plan["work_orders"]
    assert (job["item"], job["quantity"]) == ("LAMP", "2")
    assert job["pegs"] == [{"demand": "POS:SHOP:LAMP", "quantity": "2"}]
    assert shop.does("explode", *today, "--json").json["work_orders"] == []
    shop.does("document", "traveler", job["number"], "-o", tmp_path / "traveler.pdf", *today)
    assert "Shop sales at SHOP, LAMP" in text_of(tmp_path / "traveler.pdf")
    (line,) = plan["purchase_lines"]
    later = ("--today", "2026-01-13")
    shop.does("receive", f"{line['purchase_order']}/{line['line']}", line["quantity"], *later)
    shop.does("complete", job["number"], "2", *later)
    (shelf,) = rows_of(shop.does("report", "shelves", *later, "--json").json)
    assert (shelf["on_hand"], shelf["on_order"], shelf["sold"]) == ("5", "0", "2")
    assert shop.does("check", "--json").json["ok"]


def rows_of(report: dict) -> list[dict]:
    """The rows of a report by column name."""
    names = [column["name"] if isinstance(column, dict) else column for column in report["columns"]]
    return [row if isinstance(row, dict) else dict(zip(names, row, strict=True)) for row in report["rows"]]
