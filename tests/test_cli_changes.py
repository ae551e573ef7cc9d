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
