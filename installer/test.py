"""Sets up what is missing and runs all checks: `python3 installer/test.py [--fast] [--system] [pytest arguments]`."""

from supported_python import refuse_old_python

refuse_old_python()

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import environment
import system_packages
from console import run_command, run_program, say

LINTERS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports", "--no-logo"),
)
# Two workers, because a laptop must stay usable; Hypothesis's own profile `ci` draws the same examples every time.
PYTEST = ("python", "-m", "pytest", "-n", "2", "--hypothesis-profile=ci")
# What reads and writes a workshop runs a second time, on a server that the tests start on loopback and stop again.
ON_SERVER = (
    "--engine=postgresql",
    "tests/services",
    "tests/queries",
    "tests/journeys",
    "tests/consistency",
    "tests/exchange/test_import_semantics.py",
    "tests/exchange/test_export.py",
    "tests/documents/test_prints.py",
    "tests/reports",
    "tests/storage/test_moving.py",
    "tests/storage/test_seats.py",
    "tests/storage/test_grants.py",
)

_CLOSING = re.compile(
    r"^(=+ )?(no tests ran|\d+ (passed|failed|skipped|errors?|deselected|xfailed|xpassed|warnings?)).* in \d"
)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def main(words: Sequence[str]) -> int:
    """Set up, run every check, sum up; return the exit code of the first that failed."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--fast", action="store_true", help="the tests alone, without ruff, mypy and import-linter")
    parser.add_argument("--system", action="store_true", help="install missing system packages too (root does anyway)")
    options, pytest_words = parser.parse_known_args(words)
    required = (*system_packages.PRIVATE_ENVIRONMENT, *system_packages.QT)
    system_packages.provide(required, useful=system_packages.SERVER, system=options.system)
    environment.prepare(("test",))
    checks = () if options.fast else LINTERS
    results = [(" ".join(check), run_check(check)[0]) for check in checks]
    code, output = run_check((*PYTEST, *_colour(), *pytest_words))
    results.append(("pytest", code))
    if not pytest_words:
        results += run_on_server()
    sum_up(results)
    say(closing_line(output))
    return next((code for _name, code in results if code), 0)


def run_on_server() -> list[tuple[str, int]]:
    """Run the tests that a PostgreSQL server is to pass as well, or say what they lack."""
    if system_packages.missing(system_packages.SERVER):
        say("\nNo PostgreSQL here: the tests of several seats on a server are left out.")
        say(f"To run them: {system_packages.apt_command(system_packages.SERVER)}")
        return []
    code, _output = run_check((*PYTEST, *_colour(), *ON_SERVER))
    return [("pytest on PostgreSQL", code)]


def run_check(words: Sequence[str]) -> tuple[int, str]:
    """Run one program of the environment on the checkout and show what it prints; return exit code and output."""
    say(f"\n$ {' '.join(words)}")
    variables = environment.variables()
    # Tests look at grabbed windows, never at the screen: offscreen they are the same on every computer.
    variables.setdefault("QT_QPA_PLATFORM", "offscreen")
    command: list[str | Path] = [environment.program(words[0]), *words[1:]]
    return run_program(command, each_line=say, folder=environment.CHECKOUT, environment=variables)


def sum_up(results: Sequence[tuple[str, int]]) -> None:
    """Print one line for each check."""
    say("")
    for name, code in results:
        say(f"{'ok    ' if code == 0 else 'FAILED'}  {name}")


def closing_line(output: str) -> str:
    """Return pytest's own last word ("12 passed in 3.4s"), or its last line when it never came to it."""
    lines = [line for line in output.splitlines() if line.strip()]
    closing = [line for line in lines if _CLOSING.match(_COLOURS.sub("", line))]
    return (closing or lines or ["pytest printed nothing"])[-1]


def _colour() -> tuple[str, ...]:
    return ("--color=yes",) if sys.stdout.isatty() else ()


if __name__ == "__main__":
    sys.exit(run_command(main))
