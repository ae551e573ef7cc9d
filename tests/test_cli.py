"""The command line as a script sees it: exit codes, streams, one sentence for each reason."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.command_line import CommandLine

from pegboard import __version__


def test_the_version_is_told_without_toolkit_or_database(command_line: CommandLine) -> None:
    assert command_line.does("--version").out == f"pegboard {__version__}\n"
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "pegboard", "--version"], capture_output=True, text=True, check=True
    )
    loaded = {line.rsplit("|", 1)[1].strip() for line in told.stderr.splitlines() if "|" in line}
    assert "pegboard.cli" in loaded
    assert not {name for name in loaded if name.startswith(("PySide6", "sqlalchemy", "alembic", "reportlab"))}


def test_help_names_every_command(command_line: CommandLine) -> None:
    told = command_line.does("--help").out
    for name in ("new", "set", "backup", "restore"):
        assert f"\n    {name}" in told


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("set", "paper"),
        ("new",),
        ("set", "paper", "a4", "--today", "yesterday"),
        ("set", "paper", "a4", "--today", "2026-02-30"),
        ("set", "paper", "a4", "--tod", "2026-01-05"),
        ("new", "a.pegboard", "--today", "2026-01-05"),
        ("--today", "2026-01-05", "new", "a.pegboard"),
        ("--floor", "set", "paper", "a4"),
    ],
)
def test_wrong_usage_exits_with_two(command_line: CommandLine, arguments: tuple[str, ...]) -> None:
    answer = command_line(*arguments)
    assert answer.code == 2
    assert "usage: pegboard" in answer.err
    assert not Path("a.pegboard").exists()


def test_a_new_workshop_is_the_one_opened_last(command_line: CommandLine) -> None:
    command_line.does("new", "a.pegboard")
    command_line.does("new", "b.pegboard")
    command_line.does("set", "company_name", "Second")
    command_line.does("set", "company_name", "First", "--workshop", "a.pegboard")
    command_line.does("--workshop", "b.pegboard", "set", "currency", "USD")
    command_line.does("set", "paper", "letter")
    assert settings_of("a.pegboard") == {"company_name": "First"}
    assert settings_of("b.pegboard") == {"company_name": "Second", "currency": "USD", "paper": "letter"}


def test_without_any_workshop_it_says_how_to_get_one(command_line: CommandLine) -> None:
    answer = command_line.refuses("set", "paper", "a4")
    assert answer.reasons == [
        "No workshop was opened yet. Name one with --workshop FILE, or make one with: pegboard new FILE"
    ]


def test_a_workshop_that_exists_is_not_made_anew(command_line: CommandLine) -> None:
    command_line.does("new", "a.pegboard")
    command_line.does("set", "company_name", "Mine")
    assert command_line.refuses("new", "a.pegboard").reasons == [
        "a.pegboard exists already. Choose another name or open that file."
    ]
    assert settings_of("a.pegboard") == {"company_name": "Mine"}


def test_a_new_workshop_in_a_missing_folder_is_refused(command_line: CommandLine) -> None:
    assert "No such file or directory" in command_line.refuses("new", "nowhere/a.pegboard").err


def test_results_come_as_json_for_machines(command_line: CommandLine) -> None:
    assert command_line.does("new", "a.pegboard", "--json").json == {"workshop": "a.pegboard"}
    assert command_line.does("--json", "set", "paper", "letter").json == {"name": "paper", "value": "letter"}


def test_the_audit_trail_says_who_set_what(command_line: CommandLine) -> None:
    command_line.does("new", "a.pegboard")
    command_line.does("set", "combining_days", "7")
    with sqlite3.connect("a.pegboard") as connection:
        rows = connection.execute("SELECT command, changed, note FROM audit_entry").fetchall()
    connection.close()
    assert rows == [("setting.set", "setting", "combining_days = 7")]


def test_the_logo_is_taken_into_the_workshop(command_line: CommandLine) -> None:
    command_line.does("new", "a.pegboard")
    Path("logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    command_line.does("set", "logo", "logo.png")
    Path("logo.png").unlink()
    assert settings_of("a.pegboard") == {"logo": "logo.png"}
    assert "cannot be read" in command_line.refuses("set", "logo", "logo.png").err


def test_a_backup_and_its_restore(command_line: CommandLine) -> None:
    command_line.does("new", "a.pegboard")
    command_line.does("set", "company_name", "Before")
    saved = command_line.does("backup", "saved.pegboard", "--json").json
    assert saved["backup"] == "saved.pegboard"
    command_line.does("set", "company_name", "After")
    restored = command_line.does("restore", "saved.pegboard", "--json").json
    assert settings_of("a.pegboard") == {"company_name": "Before"}
    assert settings_of(restored["replaced"]) == {"company_name": "After"}


def test_nobody_reading_the_output_is_no_mistake(command_line: CommandLine) -> None:
    command_line.does("new", "a.pegboard")
    # Buffered, as in any shell: the last flush is what meets the closed pipe.
    process = command_line.process("set", "--help", env={"PYTHONUNBUFFERED": ""})
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) in (0, 141)
    assert told == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_the_keyboard_stops_it_quietly(command_line: CommandLine) -> None:
    command_line.does("new", "a.pegboard")
    with sqlite3.connect("a.pegboard", isolation_level=None) as connection:
        connection.execute("BEGIN IMMEDIATE")  # the command waits for this
        process = command_line.process("set", "paper", "letter", "--workshop", "a.pegboard")
        wait_until_it_has_opened("a.pegboard", process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        connection.execute("ROLLBACK")
    connection.close()
    assert (process.returncode, out, err) == (130, "", "")
    assert settings_of("a.pegboard") == {}


def test_two_processes_write_one_after_the_other(command_line: CommandLine) -> None:
    command_line.does("new", "a.pegboard")
    settings = {"company_name": "Harbor", "company_phone": "12", "currency": "USD", "paper": "letter"}
    processes = [
        command_line.process("set", name, value, "--workshop", "a.pegboard") for name, value in settings.items()
    ]
    for process in processes:
        _out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
    assert settings_of("a.pegboard") == settings


def test_two_processes_make_the_same_workshop_once(command_line: CommandLine) -> None:
    processes = [command_line.process("new", "a.pegboard") for _ in range(3)]
    told = [process.communicate(timeout=60)[1] for process in processes]
    assert sorted(process.returncode for process in processes) == [0, 1, 1]
    assert sum("exists already" in err for err in told) == 2
    assert settings_of("a.pegboard") == {}


def test_a_mistake_of_ours_is_told_in_a_line_and_logged_without_data(command_line: CommandLine) -> None:
    command_line.does("new", "a.pegboard")
    with sqlite3.connect("a.pegboard") as connection:
        connection.execute(
            "INSERT INTO customer_order (order_id, number, customer_id, order_date, revision, row_version)"
            " VALUES (1, 'SECRET', 77, 'x', 0, 1)"
        )
        connection.execute("DROP TABLE setting")
    connection.close()
    answer = command_line.refuses("set", "company_name", "SECRET")
    assert len(answer.reasons) == 1
    assert "The report is in" in answer.err or "damaged" in answer.err
    log = (command_line.folder / "pegboard.log").read_text(encoding="utf-8")
    assert "no such table: setting" in log
    assert "SECRET" not in log


def test_json_and_text_are_utf_8_whatever_the_locale(command_line: CommandLine) -> None:
    command_line.does("new", "a.pegboard")
    name = ("set", "company_name", "Müller €")
    answer = command_line.run(*name, "--json", "--workshop", "a.pegboard", env={"LC_ALL": "C"})
    assert json.loads(answer.out)["value"] == "Müller €"


def settings_of(path: str) -> dict[str, str]:
    """What was set in a workshop."""
    connection = sqlite3.connect(path)
    try:
        return dict(connection.execute("SELECT name, value FROM setting ORDER BY name"))
    finally:
        connection.close()


def wait_until_it_has_opened(path: str, process: "subprocess.Popen[str]") -> None:
    """Wait until a process has a workshop file open."""
    for _ in range(600):
        held = [link for link in Path(f"/proc/{process.pid}/fd").glob("*") if points_to(link, Path(path).resolve())]
        if held:
            return
        assert process.poll() is None
        time.sleep(0.02)
    raise AssertionError("the command never opened the workshop")


def points_to(link: Path, path: Path) -> bool:
    """Whether an open file of a process is this one."""
    try:
        return link.resolve() == path
    except OSError:
        return False


def test_a_number_typed_in_another_locale_is_read_as_it_was_typed(command_line: CommandLine) -> None:
    command_line.does("new", "a.pegboard")
    typed = "Ä1/1".encode().decode("ascii", "surrogateescape")
    assert "There is no Ä1/1" in command_line.refuses("why", typed).err
