"""The system packages that Qt and the private environment need on Debian and Ubuntu, and how to get them."""

import ctypes
import importlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from console import Stop, failure, run_program, say


@dataclass(frozen=True)
class Need:
    """One thing that the system has to offer.

    package: its name on Debian and Ubuntu. thing: the shared library, Python module or program (`bin/NAME`), as other
    systems know it.
    """

    package: str
    thing: str


PRIVATE_ENVIRONMENT = (Need(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv", "ensurepip"),)

# What the Qt libraries link to, whether a window is seen or drawn offscreen.
QT = (
    Need("libgl1", "libGL.so.1"),
    Need("libegl1", "libEGL.so.1"),
    Need("libxkbcommon0", "libxkbcommon.so.0"),
    Need("libdbus-1-3", "libdbus-1.so.3"),
    Need("libfontconfig1", "libfontconfig.so.1"),
    Need("libglib2.0-0", "libglib-2.0.so.0"),
)

# What Qt's X11 plugin adds. Without any one of them it aborts and names none.
WINDOW = (
    Need("libxcb-cursor0", "libxcb-cursor.so.0"),
    Need("libxkbcommon-x11-0", "libxkbcommon-x11.so.0"),
    Need("libxcb-icccm4", "libxcb-icccm.so.4"),
    Need("libxcb-keysyms1", "libxcb-keysyms.so.1"),
    Need("libxcb-shape0", "libxcb-shape.so.0"),
)

# For the tests of several seats. They start a server of their own and leave the system's alone.
SERVER = (Need("postgresql", "bin/initdb"),)


def is_there(need: Need) -> bool:
    """Say whether the library loads, or the module or program is found.

    Asking the loader and not dpkg also holds for packages that a later release renamed, and on other systems.
    """
    if need.thing.startswith("bin/"):
        name = need.thing.removeprefix("bin/")
        return bool(shutil.which(name) or any(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")))
    if ".so." not in need.thing:
        importlib.invalidate_caches()
        return importlib.util.find_spec(need.thing) is not None
    if not sys.platform.startswith("linux"):
        return True  # Qt brings what it needs on Windows and macOS
    try:
        ctypes.CDLL(need.thing)
    except OSError:
        return False
    return True


def missing(needs: Sequence[Need], present: Callable[[Need], bool] = is_there) -> tuple[Need, ...]:
    """Return those of `needs` that this computer does not offer, each once, in their order."""
    return tuple(need for need in dict.fromkeys(needs) if not present(need))


def apt_command(needs: Sequence[Need]) -> str:
    """Return the line that a person types to install what is missing."""
    packages = " ".join(need.package for need in needs)
    return f"sudo apt-get update && sudo apt-get install --no-install-recommends {packages}"


def may_install(system: bool) -> bool:
    """Say whether this run may change the system: as root, or because `--system` asked for it."""
    return system or (hasattr(os, "geteuid") and os.geteuid() == 0)


def provide(required: Sequence[Need], *, useful: Sequence[Need] = (), system: bool) -> None:
    """Install what is missing where this run may; else stop with what to type, if any of it is `required`."""
    allowed = may_install(system)
    lacking = missing((*required, *useful) if allowed else required)
    failed = None
    if lacking and allowed and shutil.which("apt-get"):
        failed = _install(lacking)
    still = missing(required)
    if still:
        raise failed or Stop(how_to_get(still))
    if failed:
        say("Not all of them could be installed; this run does without.")


def how_to_get(needs: Sequence[Need], what: str = "Pegboard") -> str:
    """Return the sentences for a person who has to install `needs` before `what` can work."""
    if shutil.which("apt-get"):
        return (
            f"This computer lacks system packages that {what} needs. Install them with\n\n"
            f"  {apt_command(needs)}\n\n"
            "and run it again; or run it again with --system, and it does this itself."
        )
    things = ", ".join(need.thing for need in needs)
    return (
        f"This computer lacks what {what} needs: {things}.\n"
        "Install them with your system's package manager (ensurepip belongs to a complete Python with venv) "
        "and run it again."
    )


def _install(needs: Sequence[Need]) -> Stop | None:
    """Install by apt-get; return what to say where that failed."""
    names = [need.package for need in needs]
    say(f"Installing system packages by apt-get: {' '.join(names)}")
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"]
    if os.geteuid() != 0:
        apt.insert(0, "sudo")
    _code, update = run_program([*apt, "update"])
    code, output = run_program([*apt, "install", "-y", "--no-install-recommends", *names])
    return failure("apt-get", update + output) if code != 0 else None
