"""Files that are no workshop, from tomorrow, damaged, read-only or on a full disk: a sentence with what to do."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.command_line import CommandLine

HARMLESS = (("set", "paper", "letter"), ("backup", "saved.pegboard"), ("import", "in"))


@pytest.fixture
def shop(command_line: CommandLine) -> Path:
    """A workshop with the sample in it, and a folder to import."""
    command_line.does("new", "shop.pegboard", "--sample", "harbor-lamps")
    Path("in").mkdir()
    Path("in/items.csv").write_text("code,source\nNEW-LEG,buy\n")
    return Path("shop.pegboard")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB."""
    folder = tmp_path / "small disk"
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("command", HARMLESS)
def test_a_file_that_is_no_workshop_is_refused(command_line: CommandLine, shop: Path, command: tuple[str, ...]) -> None:
    Path("letter.pegboard").write_text("Dear customer, ..." * 100)
    Path("empty.pegboard").touch()
    Path("folder.pegboard").mkdir()
    with sqlite3.connect("foreign.pegboard") as connection:
        connection.execute("CREATE TABLE a (b)")
    connection.close()
    for name in ("letter", "empty", "folder", "foreign", "missing"):
        path = f"{name}.pegboard"
        before = Path(path).read_bytes() if Path(path).is_file() else None
        answer = command_line.refuses(*command, "--workshop", path)
        assert len(answer.reasons) == 1
        assert path in answer.err
        assert before == (Path(path).read_bytes() if Path(path).is_file() else None)
    assert not Path("missing.pegboard").exists()


def test_a_file_with_our_mark_and_no_tables_is_refused(command_line: CommandLine) -> None:
    with sqlite3.connect("hollow.pegboard") as connection:
        connection.execute("PRAGMA application_id = 0x50454742")
        connection.execute("CREATE TABLE a (b)")
    connection.close()
    answer = command_line.refuses("set", "paper", "a4", "--workshop", "hollow.pegboard")
    assert "is not a Pegboard workshop" in answer.err


@pytest.mark.parametrize("command", HARMLESS)
def test_a_server_url_is_refused_in_words(command_line: CommandLine, command: tuple[str, ...]) -> None:
    assert "PostgreSQL" in command_line.refuses(*command, "--workshop", "postgresql://office@host/shop").err


@pytest.mark.parametrize("command", HARMLESS)
def test_a_workshop_of_tomorrow_is_refused(command_line: CommandLine, shop: Path, command: tuple[str, ...]) -> None:
    with sqlite3.connect(shop) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    reason = f"{shop.resolve()} was written by a newer Pegboard (schema 9999)."
    advice = "Install that version or a later one to open it."
    assert command_line.refuses(*command).reasons == [f"{reason} {advice}"]


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_workshop_is_told_as_such_whatever_the_command(
    command_line: CommandLine, shop: Path, seed: int
) -> None:
    chance = random.Random(seed)
    size = shop.stat().st_size
    with shop.open("r+b") as file:
        for _ in range(chance.randrange(1, 12)):
            file.seek(chance.randrange(100, size))
            file.write(chance.randbytes(chance.randrange(1, 3000)))
    for command in HARMLESS:
        answer = command_line(*command)
        assert answer.code in (0, 1)
        if answer.code:
            assert "damaged" in answer.err or "is not a Pegboard workshop" in answer.err, answer.err


def test_a_truncated_workshop_is_told_as_such(command_line: CommandLine, shop: Path) -> None:
    os.truncate(shop, shop.stat().st_size // 2)
    assert "damaged" in command_line.refuses("backup", "saved.pegboard").err
    assert not Path("saved.pegboard").exists()


def test_a_read_only_workshop_is_not_changed(command_line: CommandLine, shop: Path) -> None:
    folder = Path("archive")
    folder.mkdir()
    kept = Path(shutil.copy(shop, folder))
    if sys.platform != "linux" or subprocess.run(["chattr", "+i", kept, folder], check=False).returncode:
        pytest.skip("a file cannot be made immutable here, and permissions do not stop root")
    try:
        answer = command_line.refuses("set", "paper", "letter", "--workshop", kept)
        assert len(answer.reasons) == 1
        assert "read-only" in answer.err or "cannot be opened" in answer.err
        assert "cannot be made" in command_line.refuses("new", folder / "new.pegboard").err
        command_line.does("restore", kept, "--workshop", "copy.pegboard")
        assert "cannot be written" in command_line.refuses("backup", folder / "b.pegboard", "--workshop", shop).err
        assert [file.name for file in folder.iterdir()] == ["shop.pegboard"]
    finally:
        subprocess.run(["chattr", "-i", kept, folder], check=True)


def test_a_full_disk_refuses_an_import_and_keeps_what_was_there(
    command_line: CommandLine, shop: Path, small_disk: Path
) -> None:
    path = Path(shutil.copy(shop, small_disk))
    rows = "".join(f"PART-{number},buy,{'long description ' * 20}\n" for number in range(20_000))
    Path("in/items.csv").write_text("code,source,description\n" + rows)
    command_line.does("set", "paper", "letter", "--workshop", path)
    answer = command_line.refuses("import", "in", "--workshop", path)
    assert "full" in answer.err
    assert len(answer.reasons) == 1
    command_line.does("set", "paper", "a4", "--workshop", path)
    Path("in/items.csv").write_text("code,source\nPART-1,buy\n")
    assert command_line.does("import", "in", "--json", "--workshop", path).json["files"][0]["new"] == 1


def test_absurd_arguments_are_no_mistake_of_ours(command_line: CommandLine, shop: Path) -> None:
    for value in ("NaN", "inf", "1e400", "9" * 400, "-0", "", " ", "\x00", "٣", "💡" * 50, "a\nb"):
        for name in ("combining_days", "over_receipt_percent", "paper", value):
            answer = command_line("set", name, value)
            assert answer.code in (0, 1)
            assert "mistake" not in answer.err
            assert len(answer.reasons) == answer.code
