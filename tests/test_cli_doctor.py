"""The doctor tells how program, computer and workshop are; salvage makes a new workshop of what is left."""

from pathlib import Path

import pytest
from tests.command_line import CommandLine, command_line  # noqa: F401

from pegboard.storage.automatic_backup import automatic_backup, default_folder
from pegboard.storage.drill import drill
from pegboard.storage.store import Store

pytestmark = pytest.mark.file


def test_the_doctor_finds_a_healthy_workshop_well(command_line: CommandLine) -> None:  # noqa: F811
    command_line.does("new", "a.pegboard")
    findings = command_line.does("doctor", "--workshop", "a.pegboard", "--json").json["findings"]
    names = {finding["name"]: finding for finding in findings}
    assert all(finding["ok"] for finding in findings), [finding for finding in findings if not finding["ok"]]
    assert names["invariants"]["found"] == "all hold"
    assert names["drive"]["found"] == "local"


def test_the_doctor_tells_how_it_is_backed_up(command_line: CommandLine) -> None:  # noqa: F811
    command_line.does("new", "a.pegboard")
    command_line.does("set", "company_name", "Harbor Lamps", "--workshop", "a.pegboard")
    with Store.open(Path("a.pegboard")) as store:
        automatic_backup(store, "close")
        drill(default_folder(Path("a.pegboard")), "a", lambda _reading: ())
    findings = command_line.does("doctor", "--workshop", "a.pegboard", "--json").json["findings"]
    found = {finding["name"]: finding["found"] for finding in findings}
    assert found["backups"].startswith("1 in")
    assert "this disk alone" in found["second place"]
    assert found["restore drill"].endswith("whole")
    assert found["write-ahead log"] == "nothing waits"


def test_a_damaged_workshop_is_told_with_its_newest_good_backup(command_line: CommandLine) -> None:  # noqa: F811
    command_line.does("new", "a.pegboard")
    command_line.does("set", "company_name", "Harbor Lamps", "--workshop", "a.pegboard")
    with Store.open(Path("a.pegboard")) as store:
        made = automatic_backup(store, "close")
    Path("a.pegboard").write_bytes(b"\xa5" * 4096)
    (reason,) = command_line.refuses("check", "--workshop", "a.pegboard").reasons
    assert f"pegboard restore '{made}'" in reason
    assert "pegboard salvage a.pegboard NEW.pegboard" in reason
    told = command_line.does("restore", str(made), "--inside", "--workshop", "a.pegboard").out
    assert "It holds 0 orders of Harbor Lamps" in told
    assert "It is whole." in told
    command_line.does("restore", str(made), "--workshop", "a.pegboard")
    command_line.does("check", "--workshop", "a.pegboard")


def test_the_doctor_says_what_to_do_with_a_damaged_file(command_line: CommandLine) -> None:  # noqa: F811
    command_line.does("new", "a.pegboard")
    with open("a.pegboard", "r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xff" * 8192)
    answer = command_line("doctor", "--workshop", "a.pegboard")
    assert answer.code == 1
    assert "salvage" in answer.out
