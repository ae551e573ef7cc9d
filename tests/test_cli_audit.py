"""The audit trail on the command line: searched, written as a file, and a document as it was."""

import csv
import datetime
import io
from pathlib import Path

import pytest
from tests.command_line import TODAY, CommandLine
from tests.test_cli_people import shop as shop

OWNER = ("--person", "Ann")


@pytest.fixture
def changed(shop: CommandLine) -> CommandLine:
    """The lamp shop, whose order was changed by the office."""
    shop.does("explode", "--today", TODAY, "--person", "Bob")
    shop.does("change", "SO-1/1", "--quantity", "7", "--today", TODAY, "--person", "Bob")
    return shop


def day(days: int) -> str:
    """A day from today on, as the trail is in real time."""
    return (datetime.date.today() + datetime.timedelta(days=days)).isoformat()


def test_the_trail_says_who_changed_what(changed: CommandLine) -> None:
    told = changed.does("audit", "so-1/1", *OWNER).out
    assert "Bob  order.change  Changed SO-1/1" in told
    assert "order line SO-1/1 quantity: " in told
    assert "-> 7" in told
    assert "holds nothing like that" in changed.does("audit", "--by", "Dee", *OWNER).out
    assert "holds nothing like that" in changed.does("audit", "--from", day(1), *OWNER).out
    assert "order.change" in changed.does("audit", "--of", "SO-1", "--from", day(0), "--to", day(0), *OWNER).out


def test_machines_get_every_field_before_and_after(changed: CommandLine) -> None:
    entries = changed.does("audit", "order.change", "--json", *OWNER).json["entries"]
    assert [entry["person"] for entry in entries] == ["Bob"]
    line = next(change for change in entries[0]["changes"] if change["name"] == "SO-1/1")
    assert (line["kind"], line["field"], line["after"]) == ("order_line", "quantity", "7")


def test_the_trail_is_written_as_a_file(changed: CommandLine) -> None:
    changed.does("audit", "-o", "trail.csv", *OWNER)
    rows = list(csv.DictReader(io.StringIO(Path("trail.csv").read_text("utf-8"))))
    assert {"at", "person", "command", "what", "name", "field", "before", "after"} <= {*rows[0]}
    assert any(row["name"] == "SO-1/1" and row["after"] == "7" for row in rows)
    assert "ends in .csv" in changed.refuses("audit", "-o", "trail.txt", *OWNER).err


def test_an_order_is_shown_as_it_was(changed: CommandLine) -> None:
    found = changed.does("audit", "--of", "SO-1", "--on", day(0), "--json", *OWNER).json
    quantities = [field["then"] for field in found["lines"][0]["fields"] if field["field"] == "shipped_quantity"]
    assert quantities == ["0"]
    assert "as it was on" in changed.does("audit", "--of", "SO-1", "--on", day(0), *OWNER).out
    assert "does not go back" in changed.refuses("audit", "--of", "SO-1", "--on", day(-1), *OWNER).err
    assert "Say which document" in changed.refuses("audit", "--on", day(0), *OWNER).err


def test_the_trail_is_for_who_may_look_at_all(changed: CommandLine) -> None:
    for name in ("Bob", "Dee"):
        changed.does("audit", "--person", name)
    assert "Cem may not do this" in changed.refuses("audit", "--person", "Cem").err
    changed.does("set", "office_sees_money", "no", *OWNER)
    assert "Bob may not see it" in changed.refuses("audit", "--person", "Bob").err
