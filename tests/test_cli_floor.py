"""What the floor, the dock and a curious person do by commands: scan, ship, ask why."""

from pathlib import Path

import pytest
from tests.command_line import TODAY, CommandLine

FILES = {
    "items": "code,source,lead_time_days\nLAMP,make,2\nSHADE,buy,3\nBULB,buy,3\n",
    "bom_lines": "parent,component,quantity\nLAMP,SHADE,1\nLAMP,BULB,2\n",
    "work_centers": "code\nBENCH\n",
    "routings": "item,sequence,work_center,description\nLAMP,10,BENCH,Wire\nLAMP,20,BENCH,Test\n",
    "suppliers": "code,name\nLIGHT,Light & Co\n",
    "supplier_items": "supplier,item,price\nLIGHT,SHADE,9\nLIGHT,BULB,2\n",
    "customers": "code,name\nACME,Acme\n",
    "stock": "item,location,quantity\nBULB,MAIN,10\nSHADE,MAIN,3\nLAMP,MAIN,1\n",
    "orders": "order,line,customer,item,quantity,due_date\n"
    "SO-1,1,ACME,LAMP,3,2026-02-02\nSO-1,2,ACME,BULB,1,2026-02-02\n",
    "kanban_loops": "item,supplied_by,container_quantity,cards\nBULB,LIGHT,5,2\n",
}


@pytest.fixture
def shop(command_line: CommandLine) -> CommandLine:
    """A lamp shop whose one order is exploded: one lamp lies there, two are to be made."""
    command_line.does("new", "shop.pegboard")
    Path("in").mkdir()
    for name, text in FILES.items():
        Path(f"in/{name}.csv").write_text(text)
    command_line.does("import", "in", "--today", TODAY)
    command_line.does("explode", "--today", TODAY)
    return command_line


def test_why_leads_up_to_the_order_and_down_to_the_parts(shop: CommandLine) -> None:
    found = shop.does("why", "WO-0001", "--json").json
    assert (found["number"], found["item"], found["quantity"]) == ("WO-0001", "LAMP", "2")
    assert found["up"] == [{"supply": "WO-0001", "demand": "SO-1/1", "item": "LAMP", "quantity": "2", "level": 1}]
    assert {hop["supply"] for hop in found["down"]} == {"STOCK:MAIN:SHADE", "STOCK:MAIN:BULB"}
    told = shop.does("why", "SO-1/1").out.splitlines()
    assert told[0].split() == ["SO-1/1", "LAMP", "3"]
    assert "  2 LAMP from WO-0001" in told
    assert told[told.index("  2 LAMP from WO-0001") + 1].startswith("    ")
    assert "  2 LAMP for SO-1/1" in shop.does("why", "STOCK:MAIN:SHADE").out


def test_why_of_what_is_not_there_is_refused(shop: CommandLine) -> None:
    for number in ("WO-7777", "PO-1/1", "SO-1/9", "SO-1", "STOCK:", "STOCK:MAIN:NOTHING", "", "💡"):
        assert len(shop.refuses("why", number).reasons) == 1


def test_a_card_pulls_once(shop: CommandLine) -> None:
    assert shop.does("scan", "KANBAN:BULB:1", "--json").json["did"] == "pulled"
    assert shop.does("scan", "KANBAN:BULB:1", "--json").json["did"] == "nothing"
    pulled = shop.does("explode", "--json", "--today", TODAY).json
    assert [peg["demand"] for line in pulled["purchase_lines"] for peg in line["pegs"]] + [
        allocation["demand"] for allocation in pulled["allocations"]
    ] == ["KANBAN:BULB:1"] * (len(pulled["purchase_lines"]) + len(pulled["allocations"]))


def test_an_operation_is_started_by_one_scan_and_finished_by_the_next(shop: CommandLine) -> None:
    assert shop.does("scan", "WO-0001/10", "--json").json["did"] == "started"
    assert shop.does("scan", "WO-0001/10").out == "Finished WO-0001/10.\n"
    assert "is finished" in shop.refuses("scan", "WO-0001/10").err
    shop.refuses("scan", "WO-0001/15")


def test_a_printed_barcode_means_what_it_stands_for(shop: CommandLine) -> None:
    from pegboard.domain.codes import ScanCode, code_text

    job = code_text(ScanCode("WO", "WO-0001", None, "P223"))
    operation = code_text(ScanCode("WO", "WO-0001", 10, "P223"))
    card = code_text(ScanCode("KB", "BULB:2"))
    assert shop.does("scan", job, "--json").json["number"] == "WO-0001"
    assert shop.does("scan", f" {operation.lower()} ", "--json").json["did"] == "started"
    assert shop.does("scan", card, "--json").json["did"] == "pulled"
    assert (
        "misread" in shop.refuses("scan", operation[:-1] + "#").err or "no code" in shop.refuses("scan", "PGBWO#").err
    )


def test_a_number_says_what_it_is(shop: CommandLine) -> None:
    assert shop.does("scan", "SO-1").out.startswith("SO-1: Acme, ")
    assert shop.does("scan", "BULB", "--json").json["kind"] == "item"
    for code in ("", "WO-7777", "KANBAN:BULB:77", "KANBAN:NIX:1", "KANBAN:", "PGB", "\x1d\x00", "9" * 3000):
        assert len(shop.refuses("scan", code).reasons) == 1


def test_what_is_ready_ships_and_the_rest_follows(shop: CommandLine) -> None:
    shipped = shop.does("ship", "SO-1/1", "1", "--today", TODAY, "--json").json
    assert shipped["lines"] == [{"line": "SO-1/1", "item": "LAMP", "quantity": "1", "to_follow": "2"}]
    assert "only 0 are pegged" in shop.refuses("ship", "SO-1/1", "1", "--today", TODAY).err
    shop.does("complete", "WO-0001", "2", "--today", TODAY)
    told = shop.does("ship", "SO-1", "--today", TODAY).out
    assert "2 LAMP of SO-1/1, 0 to follow" in told
    assert "1 BULB of SO-1/2, 0 to follow" in told
    assert "Nothing of SO-1 is open" in shop.refuses("ship", "SO-1").err
    shop.does("check")


@pytest.mark.parametrize("quantity", ["0", "NaN", "0.5", "1e1", "999999999999", "", "7"])
def test_a_senseless_quantity_does_not_ship(shop: CommandLine, quantity: str) -> None:
    assert len(shop.refuses("ship", "SO-1/1", quantity, "--today", TODAY).reasons) == 1


def test_a_scanned_order_says_how_far_it_is(shop: CommandLine) -> None:
    told = shop.does("scan", "SO-1").out
    assert told.startswith("SO-1: Acme, ")
    assert "confirmed" in told
    assert "WO-0001 LAMP planned" in told


def test_scanned_papers_say_their_state(shop: CommandLine) -> None:
    assert "planned, 0 of 2 made" in shop.does("scan", "WO-0001").out
    shop.does("release", "WO-0001")
    assert "released, 0 of 2 made, next: 10 Wire" in shop.does("scan", "WO-0001").out
    assert "10 on hand" in shop.does("scan", "BULB").out


def test_a_count_is_begun_entered_and_approved(shop: CommandLine) -> None:
    begun = shop.does("count", "start", "MAIN", "--item", "BULB", "--item", "SHADE", "--json").json
    assert begun == {"count": "CT-0001", "places": 2}
    shop.does("count", "enter", "CT-0001", "BULB", "7")
    assert len(shop.refuses("count", "approve", "CT-0001").reasons) == 1
    shown = shop.does("count", "show", "CT-0001", "--json").json["lines"]
    assert [(line["item"], line["counted"], line["difference"]) for line in shown] == [
        ("BULB", "7", "-3"),
        ("SHADE", None, None),
    ]
    booked = shop.does("count", "approve", "CT-0001", "--leave-uncounted", "--json").json["booked"]
    assert booked == [{"stock": "STOCK:MAIN:BULB", "before": "10", "after": "7"}]
    assert "CT-0001" in shop.does("count", "show").out
    assert len(shop.refuses("count", "cancel", "CT-0001").reasons) == 1
    assert len(shop.refuses("count", "enter", "CT-0001").reasons) == 1
