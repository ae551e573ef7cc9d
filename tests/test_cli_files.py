"""Importing by the command line: a receipt, every error on a line, and a backup of what was there before."""

import shutil
from pathlib import Path

from tests.command_line import CommandLine

from pegboard.resources import resource
from pegboard.storage.automatic_backup import default_folder, saved_copies
from pegboard.storage.integrity import contents

SAMPLE = resource("samples", "harbor-lamps")


def write(path: str, text: str) -> Path:
    """A file of the workshop folder."""
    file = Path(path)
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def backups(path: str = "shop.pegboard") -> list[str]:
    """Reasons of the automatic backups of a workshop."""
    return [copy.reason for copy in saved_copies(default_folder(Path(path)), Path(path).stem)]


def test_a_sample_fills_a_new_workshop(command_line: CommandLine) -> None:
    command_line.does("new", "lamps.pegboard", "--sample", "harbor-lamps")
    inside = contents(Path("lamps.pegboard"))
    assert inside.company == "Harbor Lamps"
    assert inside.orders == 25


def test_an_unknown_sample_makes_no_workshop(command_line: CommandLine) -> None:
    answer = command_line.refuses("new", "lamps.pegboard", "--sample", "no-such")
    assert answer.reasons == ['There is no sample "no-such". Samples are: harbor-lamps.']
    assert list(Path().iterdir()) == []


def test_an_import_tells_what_became_of_each_file(command_line: CommandLine) -> None:
    command_line.does("new", "shop.pegboard")
    write("in/items.csv", "code,source\nLEG,buy\nTABLE,make\n")
    write("in/bom_lines.csv", "parent,component,quantity\nTABLE,LEG,4\n")
    files = command_line.does("import", "in", "--json").json["files"]
    assert [(file["name"], file["new"]) for file in files] == [("items", 2), ("bom_lines", 1)]
    told = command_line.does("import", "in").out.splitlines()
    assert told[0].split() == ["file", "new", "changed", "unchanged"]
    assert told[1].split() == ["items", "0", "0", "2"]


def test_each_error_of_an_import_is_one_line_and_nothing_is_written(command_line: CommandLine) -> None:
    command_line.does("new", "shop.pegboard")
    write("in/items.csv", "code,source\nLEG,bought\nTABLE,make\n,buy\n")
    write("in/bom_lines.csv", "parent,component,quantity\nTABLE,LEGG,NaN\n")
    answer = command_line.refuses("import", "in")
    assert answer.out == ""
    assert len(answer.reasons) == 5
    assert answer.reasons[-1] == "Nothing was imported: 4 errors. Mend the files and import them again."
    assert 'items.csv, row 2, column source: "bought"' in answer.err
    assert "buy" in command_line.refuses("import", "in", "--json").json["errors"][0]["allowed"]
    write("in/items.csv", "code,source\nLEG,buy\n")
    write("in/bom_lines.csv", "parent,component,quantity\n")
    assert command_line.does("import", "in", "--json").json["files"][0]["new"] == 1


def test_a_dry_run_writes_nothing(command_line: CommandLine) -> None:
    command_line.does("new", "shop.pegboard")
    command_line.does("import", SAMPLE, "--dry-run")
    assert contents(Path("shop.pegboard")).orders == 0
    assert contents(Path("shop.pegboard")).changed_at is None


def test_a_workshop_in_use_is_saved_before_an_import(command_line: CommandLine) -> None:
    command_line.does("new", "shop.pegboard")
    command_line.does("import", SAMPLE)
    assert backups() == []
    write("in/items.csv", "code,source\nNEW-LEG,buy\n")
    command_line.does("import", "in", "--dry-run")
    write("bad/items.csv", "code,source\nLEG,bought\n")
    command_line.refuses("import", "bad")
    assert backups() == []
    command_line.does("import", "in")
    assert backups() == ["before import"]
    (copy,) = saved_copies(default_folder(Path("shop.pegboard")), "shop")
    command_line.does("restore", copy.path)
    assert command_line.does("import", "in", "--json").json["files"][0]["new"] == 1


def test_paths_that_hold_nothing_to_import_are_refused(command_line: CommandLine) -> None:
    command_line.does("new", "shop.pegboard")
    Path("empty").mkdir()
    shutil.copy("shop.pegboard", "table.csv")
    for path in ("missing", "empty", "shop.pegboard", "table.csv"):
        assert len(command_line.refuses("import", path).reasons) >= 1
    write("parts.csv", "code,source\nLEG,buy\n")
    command_line.refuses("import", "parts.csv")
    command_line.refuses("import", "parts.csv", "--kind", "nonsense")
    assert command_line.does("import", "parts.csv", "--kind", "items", "--json").json["files"][0]["new"] == 1
