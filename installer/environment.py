"""The private environment: a folder in the checkout with Pegboard's Python packages, made once and kept up to date.

The program itself is installed editable, so a changed checkout runs at once; only a changed list of packages,
another Python or a moved folder makes pip work again.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from console import Stop, failure, run_program, say
from pip_output import short_line

CHECKOUT = Path(__file__).resolve().parent.parent
FOLDER = CHECKOUT / ".pegboard-env"
STAMP = FOLDER / "pegboard-stamp.json"
ROOM = 1_900_000_000  # bytes: the environment with the test tools, and pip's downloads beside it


@dataclass(frozen=True)
class Stamp:
    """What an environment was made for.

    home: the Python (3.11) and the checkout's path, which is written into the environment's programs.
    packages: fingerprint of the package lists. extras: the optional lists that are installed, sorted.
    """

    home: str
    packages: str
    extras: tuple[str, ...]

    def serves(self, wanted: "Stamp") -> bool:
        """Say whether an environment with this stamp has all that `wanted` asks for."""
        same = (self.home, self.packages) == (wanted.home, wanted.packages)
        return same and set(wanted.extras) <= set(self.extras)


def wanted_stamp(pyproject: str, checkout: Path, version: tuple[int, int], extras: Iterable[str]) -> Stamp:
    """Return the stamp of the environment that this project text, checkout and Python ask for."""
    tables = tomllib.loads(pyproject)
    lists = {name: tables.get(name) for name in ("build-system", "project")}
    lists["wheel"] = tables.get("tool", {}).get("hatch")
    digest = hashlib.sha256(json.dumps(lists, sort_keys=True).encode()).hexdigest()
    return Stamp(f"{version[0]}.{version[1]} {checkout}", digest, tuple(sorted(set(extras))))


def read_stamp(path: Path = STAMP) -> Stamp | None:
    """Return the stamp that the last complete installation left, or None."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Stamp(kept["home"], kept["packages"], tuple(kept["extras"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def prepare(extras: Iterable[str] = ()) -> None:
    """Make the environment, or bring it up to date; does nothing when its stamp serves."""
    found = read_stamp() if _python_answers() else None
    pyproject = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = wanted_stamp(pyproject, CHECKOUT, sys.version_info[:2], extras)
    if found is not None and found.serves(wanted):
        return
    started = time.monotonic()
    if found is None or found.home != wanted.home:
        _make()
        found = None
    kept = found.extras if found else ()
    wanted = wanted_stamp(pyproject, CHECKOUT, sys.version_info[:2], (*wanted.extras, *kept))
    _install(wanted.extras)
    STAMP.write_text(json.dumps(asdict(wanted)), encoding="utf-8")
    say(f"The environment is ready ({time.monotonic() - started:.0f} s).")


def python() -> Path:
    """Return the environment's own Python."""
    return program("python")


def program(name: str) -> Path:
    """Return the path of a program in the environment."""
    return FOLDER / "Scripts" / f"{name}.exe" if os.name == "nt" else FOLDER / "bin" / name


def variables() -> dict[str, str]:
    """Return the environment variables for programs that run in it: its programs first, nothing of another Python's."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    folders = [str(python().parent), os.environ.get("PATH", os.defpath)]
    return {**kept, "VIRTUAL_ENV": str(FOLDER), "PATH": os.pathsep.join(folders), "PYTHONUTF8": "1"}


def _python_answers() -> bool:
    try:
        return subprocess.run([python(), "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _make() -> None:
    _check_room()
    say(f"Making Pegboard's private environment in {FOLDER.name} (once; a minute or two)")
    code, output = run_program([sys.executable, "-m", "venv", "--clear", FOLDER])
    if code != 0:
        raise failure("Making the environment", output)


def _check_room() -> None:
    if not os.access(CHECKOUT, os.W_OK):
        raise Stop(
            f"The folder {CHECKOUT} may not be written, and Pegboard keeps its Python packages there.\n"
            "Copy it to where you may write (your home folder, say) and run it again from there."
        )
    free = shutil.disk_usage(CHECKOUT).free
    if free < ROOM:
        raise Stop(
            f"There is too little room on the disk of {CHECKOUT}: {free / 1e9:.1f} GB free, and the Python packages "
            f"need {ROOM / 1e9:.1f} GB. Free some and run it again."
        )


def _install(extras: tuple[str, ...]) -> None:
    project = f".[{','.join(extras)}]" if extras else "."
    say("Installing Python packages by pip")
    told: set[str] = set()

    def show(line: str) -> None:
        text = short_line(line)
        if text and text not in told:
            told.add(text)
            say(f"  {text}")

    # --no-user: a person whose pip installs for the user everywhere could install nothing here.
    quiet = ("--no-user", "--no-input", "--progress-bar", "off")
    code, output = run_program(
        [python(), "-m", "pip", "install", *quiet, "--editable", project],
        each_line=show,
        folder=CHECKOUT,
        environment={**variables(), "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    if code != 0:
        raise failure("pip", output)
    # An editable install leaves this to the first start, and for ever where Python may write no bytecode.
    run_program([python(), "-m", "compileall", "-q", CHECKOUT / "desktop"])
