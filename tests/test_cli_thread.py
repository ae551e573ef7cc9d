"""The whole thread by commands: orders in, explosion, papers, goods in, jobs done, and everything still adds up."""

import sqlite3
from pathlib import Path

import pytest
from tests.command_line import TODAY, CommandLine

FILES = {
    "items": "code,source,lead_time_days,list_price\nTABLE,make,2,90\nTOP,make,1,\nLEG,buy,3,\nBOARD,buy,5,\n",
    "bom_lines": "parent,component,quantity\nTABLE,TOP,1\nTABLE,LEG,4\nTOP,BOARD,2\n",
    "suppliers": "code,name\nWOOD,Wood & Co\n",
    "supplier_items": "supplier,item,price,minimum_quantity\nWOOD,LEG,2.5,\nWOOD,BOARD,4,10\n",
    "customers": "code,name\nACME,Acme\n",
    "orders": "order,line,customer,item,quantity,due_date,status\n"
    "SO-1,1,ACME,TABLE,3,2026-02-02,confirmed\nSO-2,1,ACME,TABLE,1,2026-03-02,quote\n"
    "SO-3,1,ACME,LEG,2,2026-01-06,confirmed\n",
}


@pytest.fixture
def shop(command_line: CommandLine) -> CommandLine:
    """A workshop of tables with two orders and a quote; the command line stands on the day of the tests."""
    command_line.does("new", "shop.pegboard")
    Path("in").mkdir()
    for name, text in FILES.items():
        Path(f"in/{name}.csv").write_text(text)
    command_line.does("import", "in", "--today", TODAY)
    return command_line


def exploded(shop: CommandLine, *arguments: str) -> dict[str, list[dict[str, object]]]:
    """The object of an explosion."""
    found: dict[str, list[dict[str, object]]] = shop.does("explode", "--json", "--today", TODAY, *arguments).json
    return found


def test_orders_pull_jobs_purchases_and_pegs(shop: CommandLine) -> None:
    found = exploded(shop)
    assert list(found) == [
        *("today", "work_orders", "pick_lines", "purchase_lines", "allocations", "open_supply", "exceptions"),
    ]
    assert [(job["item"], job["quantity"]) for job in found["work_orders"]] == [("TOP", "3"), ("TABLE", "3")]
    assert [(line["item"], line["quantity"]) for line in found["purchase_lines"]] == [
        *(("LEG", "2"), ("BOARD", "10"), ("LEG", "12")),
    ]
    assert [told["kind"] for told in found["exceptions"]].count("late") == 1
    shop.does("check")


def test_a_dry_run_shows_the_same_and_writes_nothing(shop: CommandLine) -> None:
    shown = exploded(shop, "--dry-run")
    assert shown == exploded(shop, "--dry-run")
    assert shown == exploded(shop)
    again = exploded(shop)
    assert [len(again[name]) for name in ("work_orders", "pick_lines", "purchase_lines", "allocations")] == [0] * 4
    assert [told["kind"] for told in again["exceptions"]] == ["late"]


def test_a_dry_run_of_the_sample_with_its_till_shows_the_same(command_line: CommandLine) -> None:
    command_line.does("new", "lamps.pegboard", "--sample", "harbor-lamps")
    day = ("--json", "--today", "2026-11-23")
    shown = command_line.does("explode", "--dry-run", *day).json
    assert shown == command_line.does("explode", *day).json
    assert any(name.startswith("POS:") for name in (entry["demand"] for entry in shown["allocations"]))


def test_named_orders_alone_are_exploded(shop: CommandLine) -> None:
    found = exploded(shop, "--order", "SO-3")
    assert found["work_orders"] == []
    found = exploded(shop, "--order", "SO-1", "--order", "SO-3")
    assert len(found["work_orders"]) == 2


def test_a_quote_is_only_looked_at(shop: CommandLine) -> None:
    assert "is a quote" in shop.refuses("explode", "--order", "SO-2", "--today", TODAY).err
    assert len(exploded(shop, "--order", "SO-2", "SO-1", "--dry-run")["work_orders"]) >= 2
    assert "There is no order SO-9" in shop.refuses("explode", "--order", "SO-1", "SO-9", "--dry-run").err


def test_people_read_jobs_purchases_and_what_is_late(shop: CommandLine) -> None:
    told = shop.does("explode", "--today", TODAY).out
    assert told.startswith("Pulled 2 work orders, ")
    assert "WO-0001" in told
    assert "WOOD" in told
    assert "Late:\n  SO-3/1 is due 2026-01-06" in told
    assert shop.does("explode", "--today", TODAY).out.startswith("Nothing new is pulled.")


def test_from_order_to_finished_table(shop: CommandLine) -> None:
    lines = {(line["item"]): line for line in exploded(shop)["purchase_lines"]}
    orders = sorted({str(line["purchase_order"]) for line in lines.values()})
    assert shop.does("send", *orders, "--today", TODAY, "--json").json == {"sent": orders}
    assert "Only a draft can be sent" in shop.refuses("send", orders[0], "--today", TODAY).err
    for line in exploded_lines():
        shop.does("receive", line, "1", "--today", TODAY)
        assert shop.does("receive", line, rest(line), "--json", "--today", TODAY).json["open"] == "0"
    top, table = ("WO-0001", "WO-0002") if job_item("WO-0001") == "TOP" else ("WO-0002", "WO-0001")
    assert "TOP" in shop.refuses("complete", table, "3", "--today", TODAY).err
    shop.does("release", top, table, "--today", TODAY)
    shop.does("complete", top, "2", "--today", TODAY)
    done = shop.does("complete", top, "1", "--today", TODAY, "--json").json
    assert (done["open"], done["done"]) == ("0", True)
    assert shop.does("complete", table, "3", "--today", TODAY, "--json").json["done"]
    assert "is done" in shop.refuses("complete", table, "1", "--today", TODAY).err
    checked = shop.does("check", "--json").json
    assert checked["ok"]
    assert all(invariant["ok"] for invariant in checked["invariants"])


def test_a_broken_workshop_fails_the_check_with_each_breach(shop: CommandLine) -> None:
    exploded(shop)
    with sqlite3.connect("shop.pegboard") as connection:
        connection.execute("DELETE FROM peg WHERE work_order_id IS NOT NULL")
    connection.close()
    answer = shop.refuses("check", "--json")
    assert not answer.json["ok"]
    assert any("WO-0001" in reason for reason in answer.reasons)
    assert "BROKEN" in shop.refuses("check").out


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "inf", "1e3", "0.5", "1000000000000", "1.0000001", "", "٣"])
def test_a_quantity_that_makes_no_sense_is_refused(shop: CommandLine, quantity: str) -> None:
    exploded(shop)
    for command in (("receive", "PO-0001/1"), ("complete", "WO-0001")):
        answer = shop(*command, quantity, "--today", TODAY)
        assert answer.code in (1, 2) if quantity == "-1" else answer.code == 1
        assert "mistake" not in answer.err
    shop.does("check")


@pytest.mark.parametrize(
    "command",
    [
        ("release", "WO-7777"),
        ("send", "PO-7777"),
        ("receive", "PO-7777/1", "1"),
        ("receive", "PO-0001", "1"),
        ("receive", "PO-0001/77", "1"),
        ("receive", "/", "1"),
        ("complete", "WO-7777", "1"),
        ("document", "traveler", "WO-7777", "-o", "t.pdf"),
        ("document", "postcard", "WO-0001", "-o", "t.pdf"),
        ("document", "traveler", "WO-0001", "-o", "nowhere/t.pdf"),
        ("document", "traveler", "WO-0001", "-o", "in"),
    ],
)
def test_a_number_that_nothing_has_is_refused(shop: CommandLine, command: tuple[str, ...]) -> None:
    exploded(shop)
    answer = shop.refuses(*command)
    assert len(answer.reasons) == 1
    assert "mistake" not in answer.err
    assert not Path("t.pdf").exists()


def test_several_numbers_are_released_together_or_not_at_all(shop: CommandLine) -> None:
    exploded(shop)
    shop.refuses("release", "WO-0001", "WO-7777")
    assert job_state("WO-0001") == "planned"


def test_a_traveler_is_written_and_its_print_kept(shop: CommandLine) -> None:
    exploded(shop)
    made = shop.does("document", "traveler", "WO-0001", "WO-0002", "-o", "t.pdf", "--json", "--today", TODAY).json
    assert made["papers"] == 2
    assert Path("t.pdf").read_bytes().startswith(b"%PDF")
    assert set(made["prints"]) == {"WO-0001", "WO-0002"}
    assert list(Path().glob(".*.part")) == []


def test_an_export_is_a_folder_that_imports_again(shop: CommandLine) -> None:
    exploded(shop)
    written = shop.does("export", "out", "--xlsx", "out.xlsx", "--json").json
    assert written["written"] == ["out", "out.xlsx"]
    assert "is not empty" in shop.refuses("export", "out").err
    shop.does("export", "out", "--force")
    shop.refuses("export")
    shop.does("new", "copy.pegboard")
    shop.does("import", "out", "--today", TODAY)
    shop.does("export", "again", "--today", TODAY)
    for file in Path("out").iterdir():
        assert file.read_bytes() == Path("again", file.name).read_bytes(), file.name


def test_explosions_at_the_same_time_pull_once(shop: CommandLine) -> None:
    processes = [
        shop.process("explode", "--json", "--today", TODAY, "--workshop", "shop.pegboard") for _station in range(3)
    ]
    told = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], told
    assert query("SELECT count(*) FROM work_order") == [(2,)]
    assert query("SELECT count(*) FROM purchase_line") == [(3,)]
    shop.does("check")


def query(statement: str, *parameters: str) -> list[tuple[object, ...]]:
    """Rows of the workshop file."""
    connection = sqlite3.connect("shop.pegboard")
    try:
        return connection.execute(statement, parameters).fetchall()
    finally:
        connection.close()


def exploded_lines() -> list[str]:
    """All purchase lines."""
    return [
        str(row[0])
        for row in query(
            "SELECT o.number || '/' || l.line FROM purchase_line l JOIN purchase_order o USING (purchase_order_id)"
        )
    ]


def rest(line: str) -> str:
    """What is still to come of a purchase line."""
    ((open_quantity,),) = query(
        "SELECT (l.quantity - l.received_quantity) / 1000000 FROM purchase_line l"
        " JOIN purchase_order o USING (purchase_order_id) WHERE o.number || '/' || l.line = ?",
        line,
    )
    return str(open_quantity)


def job_item(number: str) -> object:
    """The item that a job makes."""
    return query("SELECT code FROM item JOIN work_order USING (item_id) WHERE number = ?", number)[0][0]


def job_state(number: str) -> object:
    """The state of a job."""
    return query("SELECT state FROM work_order WHERE number = ?", number)[0][0]
