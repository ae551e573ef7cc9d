"""Files on records by the command line, and in the workshop folder."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from tests.command_line import CommandLine

PDF = b"%PDF-1.7 a drawing"
HASH = hashlib.sha256(PDF).hexdigest()


@pytest.fixture
def lamps(command_line: CommandLine) -> CommandLine:
    """The sample workshop, and a drawing beside it."""
    command_line.does("new", "shop.pegboard", "--sample", "harbor-lamps")
    Path("D-88.pdf").write_bytes(PDF)
    Path("cut.dxf").write_bytes(b"0\nSECTION\n")
    return command_line


def item_of(lamps: CommandLine) -> str:
    """One of the sample's items."""
    lamps.does("export", "codes")
    return Path("codes/items.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[0]


def test_a_file_is_attached_listed_written_out_and_removed(lamps: CommandLine) -> None:
    item = f"ITEM:{item_of(lamps)}"
    told = lamps.does("attach", item, "D-88.pdf", "cut.dxf", "--revision", "4", "--json").json
    assert [row["name"] for row in told["attached"]] == ["D-88.pdf", "cut.dxf"]
    listed = lamps.does("attached", "--json").json["attached"]
    assert [(row["record"], row["sha256"] == HASH) for row in listed] == [(item, True), (item, False)]
    os.mkdir("out")
    Path("out/D-88.pdf").write_bytes(b"mine")
    saved = lamps.does("attached", item, "--save", "out", "--json").json["saved"]
    assert [Path(path).name for path in saved] == ["D-88 (2).pdf", "cut.dxf"]
    assert Path("out/D-88.pdf").read_bytes() == b"mine"
    assert Path("out/D-88 (2).pdf").read_bytes() == PDF
    lamps.does("detach", item, "cut.dxf")
    assert [row["name"] for row in lamps.does("attached", item, "--json").json["attached"]] == ["D-88.pdf"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("attach", "ITEM:NONE", "D-88.pdf"), "There is no ITEM:NONE."),
        (("attach", "SHELF:A", "D-88.pdf"), '"SHELF:A" names no record.'),
        (("attach", "ORDER:SO-0001", "gone.pdf"), "gone.pdf is no file."),
        (("attach", "ORDER:SO-0001", "."), "is no file."),
        (("attach", "ORDER:SO-0001", "/dev/zero"), "zero is no file."),
        (("attach", "ORDER:SO-0001", "cut.dxf", "--print"), "cut.dxf cannot be printed with a traveler."),
        (("attach", "ORDER:SO-0001", "huge.bin"), "huge.bin is larger than 20 MB."),
        (("detach", "ORDER:SO-0001", "D-88.pdf"), "has no file D-88.pdf."),
        (("attached", "JOB:WO-9999"), "There is no JOB:WO-9999."),
    ],
)
def test_what_cannot_be_is_said(lamps: CommandLine, arguments: tuple[str, ...], said: str) -> None:
    with open("huge.bin", "wb") as file:
        file.truncate(3_000_000_000)
    orders = lamps.does("export", "known") and Path("known/orders.csv").read_text(encoding="utf-8")
    number = orders.splitlines()[1].split(",")[0]
    answer = lamps.refuses(*(argument.replace("SO-0001", number) for argument in arguments))
    assert said in answer.reasons[0]
    assert lamps.does("attached", "--json").json["attached"] == []


def test_files_travel_in_the_workshop_folder(lamps: CommandLine) -> None:
    code = item_of(lamps)
    lamps.does("attach", f"ITEM:{code}", "D-88.pdf", "--print", "--revision", "=4")
    lamps.does("export", "out")
    assert (Path("out/attachments") / f"{HASH}.pdf").read_bytes() == PDF
    listed = Path("out/attachments/attachments.csv").read_text(encoding="utf-8")
    assert listed == f"record,file,name,revision,print\nITEM:{code},{HASH}.pdf,D-88.pdf,'=4,yes\n"
    lamps.does("new", "other.pegboard")
    told = lamps.does("import", "out", "--workshop", "other.pegboard", "--json").json
    assert told["files"][-1] == {"name": "attachments", "new": 1, "changed": 0, "unchanged": 0}
    lamps.does("export", "again", "--workshop", "other.pegboard")
    for path in Path("out").rglob("*"):
        if path.is_file():
            assert (Path("again") / path.relative_to("out")).read_bytes() == path.read_bytes(), path
    told = lamps.does("import", "again", "--workshop", "other.pegboard", "--json").json
    assert told["files"][-1] == {"name": "attachments", "new": 0, "changed": 0, "unchanged": 1}


def test_a_folder_without_files_is_as_it_always_was(lamps: CommandLine) -> None:
    lamps.does("export", "out")
    assert not Path("out/attachments").exists()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("ITEM:{code},../secret.pdf,D.pdf,,no", "the name of a file in attachments"),
        ("ITEM:{code},/etc/passwd,D.pdf,,no", "the name of a file in attachments"),
        ("ITEM:{code}," + "0" * 64 + ".pdf,D.pdf,,no", "is no file"),
        ("ITEM:{code}," + "1" * 64 + ".pdf,D.pdf,,no", "as it was when it got its name"),
        ("ITEM:{code}," + HASH + ".pdf,D.exe,,no", "is a program"),
        ("ITEM:{code}," + HASH + ".pdf,D.pdf,,perhaps", "yes or no"),
        ("ITEM:NONE," + HASH + ".pdf,D.pdf,,no", "There is no ITEM:NONE"),
        ("NONE," + HASH + ".pdf,D.pdf,,no", "names no record"),
    ],
)
def test_a_bad_list_of_files_imports_nothing(lamps: CommandLine, row: str, said: str) -> None:
    code = item_of(lamps)
    folder = Path("codes/attachments")
    folder.mkdir()
    (folder / f"{HASH}.pdf").write_bytes(PDF)
    (folder / f"{'1' * 64}.pdf").write_bytes(PDF)
    Path("secret.pdf").write_bytes(PDF)
    (folder / "attachments.csv").write_text(f"record,file,name,revision,print\n{row.format(code=code)}\n")
    lamps.does("new", "other.pegboard")
    answer = lamps.refuses("import", "codes", "--workshop", "other.pegboard")
    assert "attachments/attachments.csv, row 2" in answer.reasons[0]
    assert said in answer.reasons[0]
    lamps.does("export", "after", "--workshop", "other.pegboard")
    assert Path("after/items.csv").read_text(encoding="utf-8").count("\n") == 1, "all or nothing"


def test_names_in_the_list_lose_their_paths(lamps: CommandLine) -> None:
    code = item_of(lamps)
    folder = Path("codes/attachments")
    folder.mkdir()
    (folder / f"{HASH}.pdf").write_bytes(PDF)
    (folder / "attachments.csv").write_text(f"record,file,name\nITEM:{code},{HASH}.pdf,../../x/D.pdf\n")
    lamps.does("import", "codes")
    assert [row["name"] for row in lamps.does("attached", "--json").json["attached"]] == ["D.pdf"]
    shutil.rmtree("codes")
