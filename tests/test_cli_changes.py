"""Changing and cancelling by commands: shown first, then done down to the leaves, or refused for a person to decide."""

from pathlib import Path

import pytest
from tests.command_line import TODAY, CommandLine

FILES = {
    "items": "code,source,lead_time_days\nLAMP,make,2\nSHADE,buy,3\n",
    "bom_lines": "parent,component,quantity\nLAMP,SHADE,2\n",
    "suppliers": "code,name\nLIGHT,Light & Co\n",
    "supplier_items": "supplier,item,price\nLIGHT,SHADE,9\n",
    "customers": "code,name\nACME,Acme\n",
    "orders": "order,line,customer,item,quantity,due_date\n"
    "SO-1,1,ACME,LAMP,3,2026-02-02\nSO-2,1,ACME,LAMP,1,2026-03-02\n",
}


@pytest.fixture
def shop(command_line: CommandLine) -> CommandLine:
    """A lamp shop with two exploded orders and nothing in stock."""
    command_line.does("new", "shop.pegboard")
    Path("in").mkdir()
    for name, text in FILES.items():
        Path(f"in/{name}.csv").write_text(text)
    command_line.does("import", "in", "--today", TODAY)
    command_line.does("explode", "--today", TODAY)
    return command_line


def exported(shop: CommandLine, name: str) -> str:
    """One file of the workshop as it stands."""
    shop.does("export", "out", "--force", "--today", TODAY)
    return Path(f"out/{name}.csv").read_text()


def test_a_dry_run_shows_the_consequences_and_writes_nothing(shop: CommandLine) -> None:
    before = exported(shop, "open_work_orders")
    shown = shop.does("change", "SO-1/1", "--quantity", "5", "--dry-run", "--json", "--today", TODAY).json
    assert list(shown) == ["consequences", "decisions"]
    assert list(shown["consequences"][0]) == ["kind", "number", "item", "from", "to", "money"]
    assert {(each["item"], each["from"], each["to"]) for each in shown["consequences"]} >= {("LAMP", "3", "5")}
    assert exported(shop, "open_work_orders") == before


def test_up_and_down_again_leaves_what_was(shop: CommandLine) -> None:
    before = exported(shop, "open_work_orders"), exported(shop, "open_purchases")
    for quantity in ("5", "3", "3"):
        shop.does("change", "SO-1/1", "--quantity", quantity, "--today", TODAY)
        shop.does("check")
    assert (exported(shop, "open_work_orders"), exported(shop, "open_purchases")) == before
    assert shop.does("change", "SO-1/1", "--quantity", "3", "--today", TODAY).out == "Nothing else changes.\n"


def test_what_the_first_supplier_cannot_sell_goes_up_and_down_again_too(shop: CommandLine) -> None:
    Path("in/suppliers.csv").write_text("code,lead_time_days\nLIGHT,3\nOTHER,3\n")
    Path("in/supplier_items.csv").write_text(
        "supplier,item,rank,price,order_multiple,maximum_quantity\nLIGHT,SHADE,1,9,6,40\nOTHER,SHADE,2,10,,\n"
    )
    Path("in/orders.csv").write_text("order,customer,item,quantity,due_date\nSO-3,ACME,LAMP,20,2026-04-01\n")
    shop.does("import", "in", "--today", TODAY)
    shop.does("explode", "--today", TODAY)
    before = exported(shop, "open_purchases")
    assert ",OTHER,SHADE,6," in before  # 40 are 42 by LIGHT's multiple, who sells 36 at most in whole packs
    for quantity in ("30", "20"):
        shop.does("change", "SO-3/1", "--quantity", quantity, "--today", TODAY)
        shop.does("check")
    assert exported(shop, "open_purchases") == before


def test_a_job_that_waited_for_more_parts_starts_early_again_without_them(shop: CommandLine) -> None:
    Path("in/stock.csv").write_text("item,quantity\nSHADE,20\n")
    Path("in/orders.csv").write_text("order,customer,item,quantity,due_date\nSO-3,ACME,LAMP,10,\n")
    Path("in/supplier_items.csv").write_text("supplier,item,price,lead_time_days\nLIGHT,SHADE,9,6\n")
    shop.does("import", "in", "--today", TODAY)
    shop.does("explode", "--today", TODAY)
    before = exported(shop, "open_work_orders")
    assert "LAMP,10,2026-01-05,2026-01-07" in before
    shop.does("change", "SO-3/1", "--quantity", "12", "--today", TODAY)
    assert "LAMP,12,2026-01-13,2026-01-15" in exported(shop, "open_work_orders")
    shop.does("change", "SO-3/1", "--quantity", "10", "--today", TODAY)
    assert exported(shop, "open_work_orders") == before


def test_what_was_sent_is_a_persons_decision(shop: CommandLine) -> None:
    shop.does("send", "PO-0001", "--today", TODAY)
    answer = shop.refuses("cancel", "SO-2", "--json", "--today", TODAY)
    assert [each["kind"] for each in answer.json["decisions"]] == ["change_after_sent"]
    assert len(answer.reasons) == 1
    assert answer.reasons[0].startswith("change_after_sent PO-0001/")
    assert "Nothing was changed." in shop.refuses("cancel", "SO-2/1", "--today", TODAY).out
    assert shop.does("cancel", "SO-2", "--decide", "keep", "--json", "--today", TODAY).json["decisions"]
    shop.does("check")
    assert shop.does("cancel", "SO-2", "--today", TODAY).out == "Nothing else changes.\n"


@pytest.mark.parametrize(
    "command",
    [
        ("change", "SO-1/1"),
        ("change", "SO-1/1", "--quantity", "0"),
        ("change", "SO-1/1", "--quantity", "NaN"),
        ("change", "SO-1/1", "--quantity", "0.5"),
        ("change", "SO-1/1", "--due", "2026-02-30"),
        ("change", "SO-1/1", "--due", "tomorrow"),
        ("change", "SO-1", "--quantity", "2"),
        ("change", "SO-1/7", "--quantity", "2"),
        ("change", "SO-7/1", "--quantity", "2"),
        ("cancel", "SO-7"),
        ("cancel", "SO-1/7"),
        ("cancel", ""),
    ],
)
def test_what_makes_no_sense_is_refused(shop: CommandLine, command: tuple[str, ...]) -> None:
    answer = shop.refuses(*command, "--today", TODAY)
    assert len(answer.reasons) == 1
    assert "mistake" not in answer.err


def test_another_due_date_moves_what_hangs_on_it(shop: CommandLine) -> None:
    shop.does("change", "SO-2/1", "--due", "2026-04-01", "--today", TODAY)
    assert "2026-04-01" in exported(shop, "open_work_orders")
    shop.does("change", "SO-2/1", "--due", "", "--today", TODAY)
    shop.does("check")


def test_an_unknown_decision_is_wrong_usage(shop: CommandLine) -> None:
    assert shop("cancel", "SO-1", "--decide", "burn").code == 2


def test_orphans_are_listed_and_given_to_who_can_use_them(shop: CommandLine) -> None:
    shop.does("send", "PO-0001")
    shop.does("cancel", "SO-1", "--decide", "PO-0001/1=ask", "--decide", "keep")
    [orphan] = [each for each in shop.does("orphans", "--json").json["orphans"] if each["supply"] == "PO-0001/1"]
    assert (orphan["quantity"], orphan["reason"], orphan["serves"]) == ("6", "cancelled demand", [])
    shop.refuses("repeg", "PO-0001/1", "SO-9/1")
    shop.does("answer", "PO-0001/1", "accepted")
    assert "PO-0001/1" not in str(shop.does("orphans", "--json").json)
    shop.does("check")


def test_what_shipped_comes_back_to_be_delivered_again(shop: CommandLine) -> None:
    Path("stock.csv").write_text("item,quantity,unit_cost\nLAMP,4,30\n")
    shop.does("import", "stock.csv", "--today", TODAY)
    Path("more.csv").write_text("order,line,customer,item,quantity,due_date\nSO-3,1,ACME,LAMP,4,2026-02-02\n")
    shop.does("import", "more.csv", "--kind", "orders", "--today", TODAY)
    shop.does("explode", "--today", TODAY)
    shop.does("ship", "SO-3", "--today", TODAY)
    back = shop.does("take-back", "SO-3/1", "2", "--reason", "broken", "--replace", "--quarantine", "--json").json
    assert back == {"line": "SO-3/1", "quantity": "2", "to_follow": "2"}
    assert len(shop.refuses("take-back", "SO-3/1", "9", "--reason", "broken").reasons) == 1
    shop.does("check")


def test_open_jobs_are_made_by_a_revised_bom_after_a_look(shop: CommandLine) -> None:
    Path("boms.csv").write_text("item,revision,valid_from,valid_to\nLAMP,,,2026-01-25\nLAMP,B,2026-01-26,\n")
    Path("bom_lines.csv").write_text("parent,revision,component,quantity\nLAMP,,SHADE,2\nLAMP,B,SHADE,3\n")
    shop.does("import", "boms.csv", "bom_lines.csv", "--today", TODAY)
    jobs = ("WO-0001", "WO-0002")
    shown = shop.does("revise", *jobs, "--dry-run", "--json", "--today", TODAY).json["consequences"]
    assert [(each["kind"], each["item"], each["money"]) for each in shown] == [
        ("draft_raised", "SHADE", "27.00"),
        ("draft_raised", "SHADE", "9.00"),
    ]
    shop.does("revise", "WO-0001", "--untouched", "--today", TODAY)
    shop.does("explode", "--today", TODAY)
    shop.does("check")
    assert shop.does("revise", "WO-0001", "--today", TODAY).out == "Nothing else changes.\n"
    assert len(shop.refuses("revise", "WO-0001", "--revision", "X", "--today", TODAY).reasons) == 1
