"""The doctor tells how program, computer and workshop are; salvage makes a new workshop of what is left."""

import pytest
from tests.command_line import CommandLine, command_line  # noqa: F401

pytestmark = pytest.mark.file


def test_the_doctor_finds_a_healthy_workshop_well(command_line: CommandLine) -> None:  # noqa: F811
    command_line.does("new", "a.pegboard")
    findings = command_line.does("doctor", "--workshop", "a.pegboard", "--json").json["findings"]
    names = {finding["name"]: finding for finding in findings}
    assert all(finding["ok"] for finding in findings), [finding for finding in findings if not finding["ok"]]
    assert names["invariants"]["found"] == "all hold"
    assert names["drive"]["found"] == "local"


def test_the_doctor_says_what_to_do_with_a_damaged_file(command_line: CommandLine) -> None:  # noqa: F811
    command_line.does("new", "a.pegboard")
    with open("a.pegboard", "r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xff" * 8192)
    answer = command_line("doctor", "--workshop", "a.pegboard")
    assert answer.code == 1
    assert "salvage" in answer.out
