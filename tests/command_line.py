"""Runs the command line within the tests: as a call where that will do, as a process where it must be one."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pegboard.cli import main

TODAY = "2026-01-05"


@dataclass(frozen=True)
class Answer:
    """What a command left: its exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The result for machines."""
        return json.loads(self.out)

    @property
    def reasons(self) -> list[str]:
        """The lines on standard error."""
        return self.err.splitlines()


class CommandLine:
    """The command line of one person, whose last workshop and log lie in a folder of the test."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Answer:
        """Run one command by a call."""
        self._capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        streams = self._capsys.readouterr()
        assert "Traceback" not in streams.err
        return Answer(code, streams.out, streams.err)

    def does(self, *arguments: object) -> Answer:
        """Run one command that must succeed."""
        answer = self(*arguments)
        assert answer.code == 0, answer.err
        assert answer.err == ""
        return answer

    def refuses(self, *arguments: object) -> Answer:
        """Run one command that must be refused with reasons and nothing else."""
        answer = self(*arguments)
        assert answer.code == 1, answer
        assert answer.reasons
        return answer

    def process(self, *arguments: object, **options: Any) -> "subprocess.Popen[str]":
        """Start one command as a process."""
        return subprocess.Popen(
            [sys.executable, "-m", "pegboard", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "XDG_STATE_HOME": str(self.folder), **options.pop("env", {})},
            **options,
        )

    def run(self, *arguments: object, **options: Any) -> Answer:
        """Run one command as a process."""
        process = self.process(*arguments, **options)
        out, err = process.communicate(timeout=60)
        assert "Traceback" not in err
        return Answer(process.returncode, out, err)


@pytest.fixture
def command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line, called in an empty folder by a person who never used it."""
    state = tmp_path / "state"
    state.mkdir()
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr("pegboard.paths.state_folder", lambda: state)
    monkeypatch.setattr("pegboard.logs.state_folder", lambda: state)
    return CommandLine(state, capsys)
