"""Commands for when something is wrong: doctor looks at the program, the computer and the workshop; salvage saves."""

import argparse
import datetime
import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from pegboard import __version__
from pegboard.commands.console import Arguments, Command, Console, table
from pegboard.domain.errors import PegboardError
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.storage.backup_state import BackupState
    from pegboard.storage.store import Reading

LIBRARIES = ("PySide6-Essentials", "SQLAlchemy", "alembic", "reportlab", "pypdfium2", "openpyxl", "psycopg")
LEAST_ROOM = 500_000_000  # bytes free, below which backups soon fail
OLD_BACKUP = datetime.timedelta(days=7)  # that the last change may be younger
LARGE_LOG = 100_000_000  # bytes: a write-ahead log that nobody could merge


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, and what was found."""

    name: str
    is_well: bool
    words: str


def _no_arguments(_parser: argparse.ArgumentParser) -> None:
    """Take nothing of its own."""


def _doctor(console: Console, _arguments: Arguments) -> int:
    findings = [*_program(), *_computer(), *_workshop(console)]
    rows = [(tr("ok") if each.is_well else tr("LOOK"), each.name, each.words) for each in findings]
    machine = [{"name": each.name, "ok": each.is_well, "found": each.words} for each in findings]
    console.result({"findings": machine}, table((tr("state"), tr("what"), tr("found")), rows))
    return 0 if all(each.is_well for each in findings) else 1


def _program() -> Iterator[Finding]:
    from pegboard import logs

    yield Finding("Pegboard", True, __version__)
    yield Finding("Python", sys.version_info >= (3, 11), f"{platform.python_version()}, {platform.platform()}")
    yield Finding("SQLite", sqlite3.sqlite_version_info >= (3, 35), sqlite3.sqlite_version)
    for name in LIBRARIES:
        try:
            yield Finding(name, True, version(name))
        except PackageNotFoundError:
            yield Finding(name, False, tr("missing"))
    log = logs.log_file()
    size = log.stat().st_size // 1000 if log.exists() else 0
    errors = sum(" ERROR " in line for line in logs.last_lines(10_000))
    words = tr("{path}, {size} kB, {errors} mistakes of the program", path=log, size=size, errors=errors)
    yield Finding(tr("log"), True, words)


def _computer() -> Iterator[Finding]:
    from pegboard.paths import state_folder

    folder = state_folder()
    can = os.access(folder if folder.exists() else folder.parent, os.W_OK)
    yield Finding(tr("own folder"), can, str(folder) if can else tr("{path} may not be written", path=folder))
    if sys.platform == "linux":
        names = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "QT_SCALE_FACTOR")
        shown = ", ".join(f"{name}={os.environ[name]}" for name in names if os.environ.get(name))
        yield Finding(tr("display"), True, shown or tr("none: the command line works without"))
    yield Finding(tr("printers"), True, _printers())


def _printers() -> str:
    """The names of the printers, where the toolkit can be loaded."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        from PySide6.QtPrintSupport import QPrinterInfo
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        return tr("the toolkit cannot be loaded: {reason}", reason=error)
    application = QApplication.instance() or QApplication([])
    names = QPrinterInfo.availablePrinterNames()
    del application
    return ", ".join(names) or tr("none")


def _workshop(console: Console) -> Iterator[Finding]:
    try:
        path, name = console.path, console.workshop
    except PegboardError as error:
        yield Finding(tr("workshop"), True, str(error))
        return
    if "://" in name:
        yield from _opened(console, name)
        return
    yield Finding(tr("workshop"), path.is_file(), str(path.resolve()))
    if path.is_file():
        yield from _file(path)
        yield from _opened(console, name)


def _file(path: Path) -> Iterator[Finding]:
    from pegboard.storage.drives import is_on_network, synced_by
    from pegboard.storage.integrity import problems_of

    free = shutil.disk_usage(path.parent).free
    yield Finding(tr("disk"), free >= LEAST_ROOM, tr("{free} MB free", free=free // 1_000_000))
    can = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    yield Finding(tr("rights"), can, tr("may be written") if can else tr("the file or its folder is read-only"))
    remote, service = is_on_network(path), synced_by(path)
    where = tr("a network share") if remote else tr("in a folder of {service}", service=service) if service else ""
    yield Finding(tr("drive"), not where, where or tr("local"))
    log = path.with_name(path.name + "-wal")
    size = log.stat().st_size if log.exists() else 0
    words = tr("{size} kB wait to be merged into the file", size=size // 1000) if size else tr("nothing waits")
    yield Finding(tr("write-ahead log"), size <= LARGE_LOG, words)
    try:
        broken = problems_of(path)
    except PegboardError as error:
        broken = (str(error),)
    found = "; ".join(broken[:3]) if broken else tr("whole, {size} MB", size=path.stat().st_size // 1_000_000)
    yield Finding(tr("file"), not broken, found)
    if broken:
        hint = tr("restore a backup, or: pegboard salvage {path} NEW.pegboard", path=path)
        yield Finding(tr("what to do"), False, hint)


def _opened(console: Console, name: str) -> Iterator[Finding]:
    from pegboard.queries.integrity import check
    from pegboard.queries.people import roles_are_on

    try:
        with console.read() as reading:
            found = check(reading)
            signed = roles_are_on(reading)
            backups = () if "://" in name else tuple(_backups(reading, console.path))
    except PegboardError as error:
        yield Finding(tr("opening"), False, str(error))
        return
    broken = [each.name for each in found.invariants if not each.ok]
    yield Finding(tr("invariants"), found.ok, "; ".join(broken) or tr("all hold"))
    yield Finding(tr("roles"), True, tr("people sign in") if signed else tr("nobody signs in"))
    yield from backups


def _backups(reading: "Reading", path: Path) -> Iterator[Finding]:
    """The newest copies here and in the second place, and whether one was ever restored."""
    from pegboard.storage.backup_state import backup_state
    from pegboard.storage.integrity import contents

    state = backup_state(reading, path)
    if state.newest is None:
        yield Finding(tr("backups"), True, tr("none yet"))
        return
    age = (datetime.datetime.now() - state.newest.made_at).days
    changed = contents(path).changed_at
    behind = changed.astimezone().replace(tzinfo=None) - state.newest.made_at if changed else datetime.timedelta()
    words = tr("{count} in {folder}, the newest {age} days old", count=len(state.copies), folder=state.folder, age=age)
    yield Finding(tr("backups"), behind <= OLD_BACKUP, words)
    yield _second_place(state)
    drill = state.drill
    if drill is None:
        yield Finding(tr("restore drill"), True, tr("none yet: the window makes one each week"))
    else:
        found = "; ".join(drill.problems[:3]) or tr("whole")
        yield Finding(tr("restore drill"), not drill.problems, f"{drill.drilled_at:%Y-%m-%d}, {drill.backup}: {found}")


def _second_place(state: "BackupState") -> Finding:
    if state.second is None:
        return Finding(tr("second place"), True, tr("none chosen: they lie on this disk alone"))
    there = tr("there") if state.is_second_there else tr("not there now")
    newest = f"{state.second_copies[0].made_at:%Y-%m-%d %H:%M}" if state.second_copies else tr("no backup yet")
    return Finding(tr("second place"), not state.is_second_late(), f"{state.second}: {there}, {newest}")


def _salvage_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("damaged", metavar="DAMAGED", type=Path, help=tr("the workshop that cannot be opened"))
    parser.add_argument("target", metavar="NEW", type=Path, help=tr("the new workshop to make of what can be read"))


def _salvage(console: Console, arguments: Arguments) -> int:
    from pegboard.storage.salvage import salvage

    console.require_copy_where_it_opens(str(arguments.damaged), "workshop.back_up")
    console.busy(tr("Saving what can be read"))
    found = salvage(arguments.damaged, arguments.target)
    rows = [
        (each.table, each.saved, each.lost, each.unreadable)
        for each in found
        if each.saved or each.lost or each.unreadable
    ]
    machine = [
        {"table": each.table, "saved": each.saved, "lost": each.lost, "unreadable": each.unreadable} for each in found
    ]
    heads = tr("table"), tr("saved"), tr("lost"), tr("stretches unread")
    said = tr("Made {path}. Look at it with: pegboard check --workshop {path}", path=arguments.target)
    console.result({"file": str(arguments.target), "tables": machine}, f"{table(heads, rows)}\n\n{said}")
    return 0


COMMANDS = (
    Command("doctor", tr("look at versions, file, backups, disk, rights, display, printers"), _no_arguments, _doctor),
    Command("salvage", tr("save what can be read of a damaged workshop"), _salvage_arguments, _salvage),
)
