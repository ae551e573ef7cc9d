"""Inferred demand by commands: from the suggestion to the purchase order, and building for stock."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.builders import TODAY, clock
from tests.command_line import CommandLine
from tests.services.foreseen import lamp_maker

from pegboard.storage.store import Store

DAY = TODAY.isoformat()
TOOL = Path(__file__).resolve().parents[2] / "shared" / "tools" / "real_data.py"


@pytest.fixture
def shop(command_line: CommandLine) -> CommandLine:
    """The lamp maker, as a file."""
    command_line.does("new", "shop.pegboard")
    with Store.open(Path("shop.pegboard"), clock) as store:
        lamp_maker(store)
    return command_line


def test_from_suggestion_to_traveler_and_purchase_order(shop: CommandLine) -> None:
    def does(*arguments: object) -> object:
        return shop.does(*arguments, "--today", DAY, "--json").json

    rows = does("report", "suggestions")["rows"]
    [lamp] = [row for row in rows if row["key"] == "C0:LAMP"]
    assert (lamp["customer"], lamp["quantity"], lamp["cost"]) == ("Customer 0", "10", "90.00")
    assert does("accept", "C0:LAMP") == {
        "accepted": "C0:LAMP",
        "number": "INF-0001",
        "demand": "INFERRED:INF-0001",
    }
    pulled = does("explode")
    [job] = pulled["work_orders"]
    assert job["pegs"] == [{"demand": "INFERRED:INF-0001", "quantity": "10"}]
    [signal] = does("report", "signals")["rows"]
    assert (signal["kind"], signal["demand"], signal["state"]) == ("inferred", "INFERRED:INF-0001", "exploded")
    assert does("why", "INFERRED:INF-0001")["down"]
    does("release", job["number"])
    does("document", "traveler", job["number"], "-o", "traveler.pdf")
    does("document", "purchase-order", pulled["purchase_lines"][0]["purchase_order"], "-o", "order.pdf")
    assert Path("traveler.pdf").stat().st_size > 1000
    assert does("check")["ok"]


def test_the_backtest_says_what_it_would_have_made(shop: CommandLine) -> None:
    found = shop.does("report", "inference-backtest", "--today", DAY, "--json").json
    assert len(found["rows"]) == 12
    assert found["totals"]["suggestions"] == "on"
    assert float(found["totals"]["hit_rate"]) > 80
    assert float(found["totals"]["money"]) > float(found["totals"]["naive_money"]) > 0
    assert found["totals"]["nothing_money"] == "0.00"
    assert float(found["totals"]["brier"]) < float(found["totals"]["naive_brier"])
    for suffix in (".pdf", ".xlsx", ".csv"):
        shop.does("report", "inference-backtest", "--today", DAY, "-o", f"backtest{suffix}")
        shop.does("report", "signals", "--today", DAY, "-o", f"signals{suffix}")
        shop.does("report", "suggestions", "--today", DAY, "-o", f"suggestions{suffix}")


def test_what_is_not_suggested_cannot_be_accepted(shop: CommandLine) -> None:
    answer = shop.refuses("accept", "C0:BULB", "--today", DAY)
    assert "Nothing is suggested as C0:BULB" in answer.err
    shop.does("set", "inference_cash_cap", "10")
    assert "of the cash cap of 10.00" in shop.refuses("accept", "C0:LAMP", "--today", DAY).err


def test_long_lead_parts_declined_and_withdrawn(shop: CommandLine) -> None:
    assert "INF-0001" in shop.does("accept", "C0:LAMP", "--long-lead", "--today", DAY).out
    shop.does("explode", "--today", DAY)
    [line] = shop.does("report", "signals", "--today", DAY, "--json").json["rows"]
    assert (line["item"], line["quantity"], line["pulls"]) == ("ARM", "20", "20 on PO-0001/1")
    shop.does("withdraw", "INF-0001", "--today", DAY)
    assert shop.does("report", "signals", "--today", DAY, "--json").json["rows"] == []
    assert "pulls nothing any more" in shop.refuses("withdraw", "INF-0001", "--today", DAY).err
    shop.does("decline", "C1:LAMP", "--today", DAY)
    shop.refuses("accept", "C1:LAMP", "--today", DAY)
    assert shop.does("check", "--today", DAY, "--json").json["ok"]


def test_building_for_stock_is_signed_and_shown(shop: CommandLine) -> None:
    found = shop.does("build-stock", "LAMP", "5", "--reason", "trade fair", "--today", DAY, "--json").json
    assert (found["supply"], found["quantity"]) == (["WO-0001"], "5")
    [row] = shop.does("report", "signals", "--today", DAY, "--json").json["rows"]
    assert (row["kind"], row["demand"], row["reason"], row["person"]) == (
        *("stock_build", "WO-0001"),
        *("trade fair", found["signed_by"]),
    )
    assert "needs a reason" in shop.refuses("build-stock", "LAMP", "5", "--reason", " ", "--today", DAY).err
    assert shop.does("check", "--today", DAY, "--json").json["ok"]


@pytest.mark.skipif(not TOOL.exists(), reason="the real data lies outside the repo")
def test_eight_hundred_real_orders_are_replayed(command_line: CommandLine) -> None:
    subprocess.run([sys.executable, str(TOOL), "northwind-orders", "northwind"], check=True, capture_output=True)
    command_line.does("new", "shop.pegboard")
    command_line.does("import", "northwind", "--today", "1998-05-07")
    found = command_line.does("report", "inference-backtest", "--today", "1998-05-07", "--json").json
    assert len(found["rows"]) == 12
    assert found["rows"][-1]["until"] <= "1998-05-07"
    assert sum(row["suggested"] for row in found["rows"]) == found["totals"]["suggested"] > 0
    # Hardly anybody reorders a product within four weeks: the chances of repeats are the naive share, and right so.
    assert float(found["totals"]["brier"]) <= 1.01 * float(found["totals"]["naive_brier"])
    assert float(found["totals"]["money"]) > 0 > float(found["totals"]["naive_money"])
    suggested = command_line.does("report", "suggestions", "--today", "1998-05-07", "--json").json["rows"]
    assert suggested
    assert all(row["evidence"] for row in suggested)


def test_a_shelf_that_pulled_twice_shows_all_that_comes_for_it(command_line: CommandLine) -> None:
    command_line.does("new", "shop.pegboard")
    files = {
        "items": "code,source\nWHEEL,buy\n",
        "suppliers": "code,lead_time_days\nKERN,3\n",
        "supplier_items": "supplier,item,price\nKERN,WHEEL,2\n",
        "stock": "item,location,quantity\nWHEEL,NORTH,10\n",
        "replenishment": "item,location,order_up_to\nWHEEL,NORTH,20\n",
    }
    Path("shop").mkdir()
    for name, text in files.items():
        Path(f"shop/{name}.csv").write_text(text)
    command_line.does("import", "shop", "--today", DAY)
    for number, sold in enumerate((3, 2)):
        sale = f"reference,sold_at,location,item,quantity\nT{number},{DAY}T09:0{number}:00,NORTH,WHEEL,{sold}\n"
        Path("pos_sales.csv").write_text(sale)
        command_line.does("import", "pos_sales.csv", "--today", DAY)
        command_line.does("explode", "--today", DAY)
    found = command_line.does("why", "POS:NORTH:WHEEL", "--json").json
    assert found["quantity"] == "5"
    assert [(hop["supply"], hop["quantity"]) for hop in found["down"]] == [("PO-0001/1", "5")]
