"""The window by the command line: it opens without a display, and without what it does not need yet."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.command_line import CommandLine

pytest.importorskip("PySide6.QtWidgets", reason="the toolkit cannot be loaded here")


def opened(command_line: CommandLine, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Open the window on no display and close it after the first page; tells which modules were loaded."""
    return subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "pegboard", *arguments, "--quit-after-first-paint"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_STATE_HOME": str(command_line.folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_window_opens_on_a_workshop_and_loads_nothing_heavy(command_line: CommandLine) -> None:
    command_line.does("new", "shop.pegboard", "--sample", "harbor-lamps")
    done = opened(command_line, "--workshop", "shop.pegboard")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    loaded = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "pegboard.ui.main_window" in loaded
    assert not loaded & {"alembic", "reportlab", "openpyxl", "python_calamine", "pyqtgraph", "rapidfuzz", "pypdfium2"}


def test_the_window_opens_on_nothing(command_line: CommandLine) -> None:
    done = opened(command_line)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert list(Path().iterdir()) == []


def test_without_a_display_the_window_says_so(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert "no display" in command_line.refuses().err
