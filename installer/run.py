"""Sets up what is missing and opens Pegboard on the sample workshop: `python3 installer/run.py`.

Without a display (or with --headless) it does the sample workshop's main job instead: orders in, paper out.
"""

from supported_python import refuse_old_python

refuse_old_python()

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import environment
import sample_workshop
import system_packages
from console import run_command, say


def main(words: Sequence[str]) -> int:
    """Set up, then open the window or do the main job without one."""
    options = parse(words)
    headless = options.headless or options.into is not None or not has_display(sys.platform, os.environ)
    # Paper needs no Qt; a run that may change the system installs it all the same, for the day of the window.
    window = (*system_packages.QT, *system_packages.WINDOW)
    required = system_packages.PRIVATE_ENVIRONMENT + (() if headless else window)
    system_packages.provide(required, useful=window, system=options.system)
    environment.prepare()
    if not headless:
        return open_window()
    sample_workshop.do_main_job(options.into or Path.home() / "Pegboard sample")
    lacking = system_packages.missing(window)
    if lacking:
        say(f"\n{system_packages.how_to_get(lacking, 'the window')}")
    return 0


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Read the words of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--headless", action="store_true", help="open no window: do the sample workshop's main job")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="where that job's files go [~/Pegboard sample]")
    parser.add_argument("--system", action="store_true", help="install missing system packages too (root does anyway)")
    return parser.parse_args(words)


def has_display(platform: str, variables: Mapping[str, str]) -> bool:
    """Say whether a window can be seen: always on Windows and macOS, elsewhere where X11 or Wayland is named."""
    if platform in ("win32", "darwin"):
        return True
    return bool(variables.get("DISPLAY") or variables.get("WAYLAND_DISPLAY"))


def open_window() -> int:
    """Open the window on the sample workshop, which is made the first time; return the window's exit code."""
    file = sample_workshop.own_file()
    if not file.exists():
        say(f"Making the sample workshop {file}")
        sample_workshop.make(file)
    say(f"Opening Pegboard on {file}")
    command = [str(environment.python()), "-m", "pegboard", "--workshop", str(file)]
    return subprocess.run(command, env=environment.variables(), check=False).returncode


if __name__ == "__main__":
    sys.exit(run_command(main))
