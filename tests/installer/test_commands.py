"""The README's two commands: their words, their refusals and their last lines."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import sample_workshop
from console import Stop, run_command, run_program
from sample_workshop import Explosion, Paper, keep_earlier, read_explosion, summary
from supported_python import refuse_old_python

INSTALLER = Path(sample_workshop.__file__).parent
CLOSING = "===== 12 passed, 1 skipped in 3.40s ====="

run = runpy.run_path(str(INSTALLER / "run.py"))
checks = runpy.run_path(str(INSTALLER / "test.py"))


def test_an_old_python_is_refused_in_words():
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer, and this is Python 3\.9"):
        refuse_old_python((3, 9))


def test_this_python_is_accepted():
    refuse_old_python()


@pytest.mark.parametrize(
    ("platform", "variables", "seen"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_window_is_opened_where_it_can_be_seen(platform: str, variables: dict[str, str], seen: bool):
    assert run["has_display"](platform, variables) is seen


def test_the_folder_of_the_main_job_can_be_named():
    assert run["parse"](["--into", "out"]).into == Path("out")


@pytest.mark.parametrize("command", ["run.py", "test.py"])
def test_help_needs_no_environment(command: str):
    done = subprocess.run([sys.executable, INSTALLER / command, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "--system" in done.stdout


@pytest.mark.parametrize(
    ("output", "last"),
    [
        (f"...\n{CLOSING}\n", CLOSING),
        (f"...\n{CLOSING}\nleft over from a thread\n", CLOSING),
        ("..\n2 passed in 0.1s\n", "2 passed in 0.1s"),
        ("\x1b[32m==== \x1b[1m2 passed\x1b[0m in 0.1s ====", "\x1b[32m==== \x1b[1m2 passed\x1b[0m in 0.1s ===="),
        ("==== no tests ran in 0.01s ====", "==== no tests ran in 0.01s ===="),
        ("ERROR: usage: pytest [options]\n", "ERROR: usage: pytest [options]"),
        ("", "pytest printed nothing"),
    ],
)
def test_the_closing_line_is_pytests_own(output: str, last: str):
    assert checks["closing_line"](output) == last


def test_what_can_be_mended_ends_with_a_sentence_and_exit_code_1(capsys: pytest.CaptureFixture[str]):
    def stopped(_words: object) -> int:
        raise Stop("Install it with apt-get.")

    assert run_command(stopped) == 1
    assert capsys.readouterr().err.strip() == "Install it with apt-get."


def test_a_full_disk_ends_with_advice(capsys: pytest.CaptureFixture[str]):
    def full(_words: object) -> int:
        raise OSError(28, "No space left on device")

    assert run_command(full) == 1
    assert "The disk is full" in capsys.readouterr().err


def test_the_output_of_a_program_is_shown_line_by_line():
    seen: list[str] = []
    code, text = run_program([sys.executable, "-c", "print('a'); print('b'); exit(3)"], each_line=seen.append)
    assert (code, seen, text.split()) == (3, ["a", "b"], ["a", "b"])


def test_an_explosion_is_counted_by_the_orders_that_pulled():
    printed = {
        "work_orders": [
            {"number": "WO-0001", "pegs": [{"demand": "A/1"}, {"demand": "A/2"}]},
            {"number": "WO-0002", "pegs": [{"demand": "WO-0001"}, {"demand": "KANBAN:N/8:1"}]},
        ],
        "purchase_lines": [
            {"purchase_order": "PO-0001", "pegs": [{"demand": "B/1"}]},
            {"purchase_order": "PO-0001", "pegs": [{"demand": "WO-0002"}]},
        ],
        "allocations": [{"demand": "C/D/1"}],
        "open_supply": [],
        "exceptions": [{"kind": "late"}, {"kind": "no_price"}],
    }
    assert read_explosion(json.dumps(printed)) == Explosion(
        ("A", "B", "C/D"), ("WO-0001", "WO-0002"), ("PO-0001",), purchase_lines=2, late=1
    )


def test_the_summary_says_how_much_and_where(tmp_path: Path):
    paper = Paper("Travelers", tmp_path / "travelers.pdf", 4)
    text = "\n".join(summary(Explosion(("A",), ("WO-1",), (), 0, 2), [paper], tmp_path))
    assert "Orders exploded        1" in text
    assert "Late order lines       2" in text
    assert f"4 pages  {paper.path}" in text


def test_a_workshop_of_an_earlier_run_is_kept(tmp_path: Path):
    file = tmp_path / "harbor-lamps.pegboard"
    for text in ("first", "second"):
        file.write_text(text)
        keep_earlier(file)
    assert not file.exists()
    assert (tmp_path / "harbor-lamps.pegboard.earlier").read_text() == "second"


def test_without_a_server_its_tests_are_left_out_and_said_to_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("system_packages.missing", lambda needs: needs)
    assert checks["run_on_server"]() == []
    assert "install --no-install-recommends postgresql" in capsys.readouterr().out


def test_the_tests_that_run_on_a_server_exist():
    for place in checks["ON_SERVER"][1:]:
        assert (INSTALLER.parent / place).exists(), place
