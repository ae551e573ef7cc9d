"""A program that ends without a word leaves a report behind; one that ends well leaves nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pegboard import crashes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process is killed by a signal here")

CRASH = """
from pathlib import Path
from pegboard import crashes
crashes.state_folder = lambda: Path({folder!r})
customer = "SECRET"
print(repr(crashes.begin()))
def falls_over():
    import ctypes
    ctypes.string_at(0)
{then}
"""


def run(folder: Path, then: str) -> subprocess.CompletedProcess[str]:
    """Run a small program that watches for crashes."""
    script = CRASH.format(folder=str(folder), then=then)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)


def test_a_crash_is_told_at_the_next_start(tmp_path: Path) -> None:
    assert run(tmp_path, "falls_over()").returncode < 0
    told = run(tmp_path, "crashes.end()").stdout
    assert "Segmentation fault" in told
    assert "falls_over" in told
    assert "SECRET" not in told
    assert run(tmp_path, "crashes.end()").stdout.strip() == "''"
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_still_runs_has_not_crashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crashes, "state_folder", lambda: tmp_path)
    own = tmp_path / "crash-1.txt"  # the first process of every computer
    own.write_text("Fatal Python error", encoding="utf-8")
    assert crashes.begin() == ""
    crashes.end()
    assert [file.name for file in tmp_path.iterdir()] == [own.name]


def test_a_crash_is_told_where_every_start_has_the_same_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crashes, "state_folder", lambda: tmp_path)
    (tmp_path / f"crash-{os.getpid()}.txt").write_text("Fatal Python error", encoding="utf-8")
    assert crashes.begin() == "Fatal Python error"
    crashes.end()
    assert list(tmp_path.iterdir()) == []
