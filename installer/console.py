"""How the two commands speak: short lines while they work, and a sentence instead of a traceback."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from causes import cause_of

TOLD_LINES = 12  # of a failed program's output where its cause is unknown; enough for pip's and apt's last words
TOLD_WIDTH = 160  # characters of each; pip and apt write whole addresses


class Stop(Exception):
    """What stops the set-up, and what to do about it."""


def say(text: str) -> None:
    """Print one line at once, also where the output is a file."""
    print(text, flush=True)


def run_command(main: Callable[[Sequence[str]], int]) -> int:
    """Run `main` with the words of the command line; what a person can mend becomes a sentence and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console or a C locale may be unable to show a folder's name; that must not end the set-up.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        return main(sys.argv[1:])
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{cause_of(str(error)) or 'A file or program could not be used.'}\n({error})", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the command again to go on.", file=sys.stderr)
        return 130


def run_program(
    command: Sequence[str | Path],
    *,
    each_line: Callable[[str], None] = lambda _line: None,
    folder: Path | None = None,
    environment: dict[str, str] | None = None,
) -> tuple[int, str]:
    """Run a program without input; hand its output (errors included) to `each_line` and return exit code and text."""
    lines: list[str] = []
    with subprocess.Popen(
        [str(word) for word in command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            each_line(line.rstrip())
    return process.returncode, "".join(lines)


def failure(what: str, output: str) -> Stop:
    """Say that `what` failed: the cause where its output names a known one, and its last words."""
    cause = cause_of(output)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    told = "\n".join(f"  {line[:TOLD_WIDTH]}" for line in lines[-2 if cause else -TOLD_LINES :])
    return Stop(f"{what} failed. {cause or 'Its last words say why:'}\n{told}")
